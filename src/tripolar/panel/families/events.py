"""Figures of ICEWS events: how much two states deal with each other, and in which tone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tripolar.measures import tables
from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.panel.rollup import flows_between, means_of_members
from tripolar.settings import BAND_REACH
from tripolar.sources import cameo_goldstein, icews

SOURCES = (icews.NAME, cameo_goldstein.NAME)
CLASSES = tuple(icews.CLASSES.values())
COOPERATION = ("verbal_cooperation", "material_cooperation")
DECIMALS = 3
"""Of the balance as stored: far within its band."""
COUNTED = ("events-volume", "events-material-conflict")
"""Measures whose silence is a count of 0 between two states that the file has."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of every pair of actors that had an event, from ``first_year`` on."""
    counts = icews.read(mirror)
    counts = counts[counts["year"] >= first_year].rename(columns={"actor": "a", "target": "b"})
    if counts.empty:
        return Compiled(figures=figures_of("events-volume", counts.assign(value=0.0)))
    happened = counts[counts[list(CLASSES)].sum(axis=1) > 0]
    seen = _with_totals(flows_between(happened, CLASSES))
    figures = [
        figures_of("events-volume", seen.assign(value=seen["n"].astype(float))),
        figures_of("events-material-conflict", _material_conflict(seen)),
        figures_of("events-cooperation-share", _share(seen)),
        figures_of("events-intensity", _intensity(seen, cameo_goldstein.class_means(mirror))),
        figures_of("events-balance", _balance(seen)),
    ]
    return Compiled(
        figures=pd.concat(figures, ignore_index=True),
        covered=covered_of(COUNTED, _covered(counts)),
        report=_report(counts),
    )


def _covered(counts: pd.DataFrame) -> pd.DataFrame:
    """States of the file and the blocs with a member among them, by year."""
    there = counts[["year", "a"]].drop_duplicates().rename(columns={"a": "state"})
    return means_of_members(there.assign(there=1.0), "there")


def _with_totals(counts: pd.DataFrame) -> pd.DataFrame:
    cooperation = counts[list(COOPERATION)].sum(axis=1)
    return counts.assign(cooperation=cooperation, n=counts[list(CLASSES)].sum(axis=1).astype(int))


def _material_conflict(seen: pd.DataFrame) -> pd.DataFrame:
    fought = seen[seen["material_conflict"] > 0]
    number = fought["material_conflict"]
    return fought.assign(value=number.astype(float), n=number.astype(int))


def _share(seen: pd.DataFrame) -> pd.DataFrame:
    low, high = wilson(seen["cooperation"], seen["n"])
    return seen.assign(value=seen["cooperation"] / seen["n"], low=low, high=high)


def _balance(seen: pd.DataFrame) -> pd.DataFrame:
    """Cooperation less conflict over both directions: twice the share of cooperation less 1."""
    ends = np.sort(seen[["a", "b"]].to_numpy(dtype=object), axis=1)
    pairs = seen.assign(a=ends[:, 0], b=ends[:, 1])
    both = pairs.groupby(["year", "a", "b"], as_index=False)[["cooperation", "n"]].sum()
    share = _share(both)
    ends_and_value = ("value", "low", "high")
    return share.assign(
        **{name: (2.0 * share[name] - 1.0).round(DECIMALS) for name in ends_and_value}
    )


def _intensity(seen: pd.DataFrame, points: dict[str, float]) -> pd.DataFrame:
    weighted = sum(points[kind] * seen[kind] for kind in CLASSES)
    return seen.assign(value=weighted / seen["n"])


def wilson(hits: pd.Series, n: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Wilson's 90% interval of a share of hits among n draws (n above 0), element by element."""
    share = hits / n
    low, high = tables.wilson(share.to_numpy(float), n.to_numpy(float), BAND_REACH)
    ends = pd.DataFrame({"low": low, "high": high}, index=share.index).clip(0.0, 1.0)
    return ends["low"].clip(upper=share), ends["high"].clip(lower=share)


def _report(counts: pd.DataFrame) -> tuple[str, ...]:
    last = int(counts["year"].max())
    there = set(counts.loc[counts["year"] == last, "a"])
    lacking = {bloc: sorted(group - there) for bloc, group in spine.blocs_in(last).items()}
    return (
        f"icews: {len(counts)} directed pairs of states and years read",
        *(
            f"icews: {bloc} of {last} without {', '.join(states)}"
            for bloc, states in lacking.items()
            if states
        ),
    )
