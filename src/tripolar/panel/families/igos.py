"""Memberships in intergovernmental organisations that two actors share."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel.cross_pairs import actors_of, over_cross_pairs
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.sources import cow_igo

SOURCES = (cow_igo.NAME,)
DECIMALS = 2


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of shared memberships from ``first_year`` on; a bloc has the mean of cross pairs."""
    rows = cow_igo.read(mirror)
    rows = rows[rows["year"] >= first_year]
    shared = over_cross_pairs(rows.rename(columns={"shared": "value"}), "mean")
    shared = shared.assign(value=shared["value"].round(DECIMALS))
    listed = pd.concat(
        [rows[["year", side]].rename(columns={side: "state"}) for side in ("a", "b")]
    ).drop_duplicates()
    return Compiled(
        figures=figures_of("igo-memberships", shared[shared["value"] > 0]),
        covered=covered_of(["igo-memberships"], actors_of(listed)),
        report=(f"{cow_igo.NAME}: {len(rows)} pairs of states and years",),
    )
