"""Military spending of one actor relative to the other's."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel.families.compiled import Compiled, figures_of
from tripolar.panel.families.midyear import there_at_midyear
from tripolar.panel.rollup import pairs_of, sums_of_members
from tripolar.sources import sipri_milex

SOURCES = (sipri_milex.NAME,)
RATIO = "military-spending-ratio"


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Ratios of current-dollar spending, a before b; a bloc with a member missing has none."""
    table = sipri_milex.read(mirror)
    missing = table["usd_mn"].isna()
    there = there_at_midyear(table, "state")
    spent = table[there & ~missing & (table["year"] >= first_year)]
    sums = sums_of_members(spent, "usd_mn").dropna(subset=["usd_mn"])
    ratios = [_ratios(pairs) for pairs in pairs_of(sums[sums["usd_mn"] > 0])]
    off = sorted({f"{row.state} {row.year}" for row in table[~there].itertuples()})
    return Compiled(
        figures=figures_of(RATIO, pd.concat(ratios, ignore_index=True)),
        report=(
            f"{len(table)} rows, {int(missing.sum())} of them zeros that stand for a missing value",
            f"{len(off)} rows of no state on 1 July of the year left out: {', '.join(off)}",
        ),
    )


def _ratios(pairs: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": pairs["year"],
            "a": pairs["a"],
            "b": pairs["b"],
            "value": pairs["usd_mn_a"] / pairs["usd_mn_b"],
            "n": pairs["n_a"] + pairs["n_b"],
        }
    )
