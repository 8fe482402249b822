"""How near two actors are: contiguity of borders, and distance between their people."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.cross_pairs import actors_of, over_cross_pairs
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.sources import cepii_geodist, cow_contiguity, source
from tripolar.sources.pair_codes import speaks_of

SOURCES = (cow_contiguity.NAME, cepii_geodist.NAME)
CLOSEST = 6
"""Contiguity is this less the source's type: 5 for type 1, a border, to 1 for type 5."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of contiguity and distance from ``first_year`` on."""
    coverage = source(cow_contiguity.NAME).coverage
    listed = speaks_of(max(coverage.first, first_year), coverage.last)
    contiguity = _contiguity(cow_contiguity.read(mirror), listed)
    distance, without = _distance(cepii_geodist.read(mirror), first_year)
    return Compiled(
        figures=pd.concat([contiguity, distance], ignore_index=True),
        covered=covered_of(["contiguity"], actors_of(listed)),
        report=(f"{cepii_geodist.NAME}: no distances for {', '.join(without)}",),
    )


def _contiguity(pairs: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """The closest of the cross pairs; pairs further apart than 400 miles of water left out."""
    kept = pairs[pairs["year"].isin(set(listed["year"]))]
    near = over_cross_pairs(kept.assign(value=CLOSEST - kept["kind"]), "largest", listed)
    return figures_of("contiguity", near[near["value"] > 0])


def _distance(pairs: pd.DataFrame, first_year: int) -> tuple[pd.DataFrame, list[str]]:
    """The mean over cross pairs in every year, to the kilometre; and the states without any."""
    coverage = source(cepii_geodist.NAME).coverage
    years = range(max(coverage.first, first_year), coverage.last + 1)
    constant = pairs.rename(columns={"km": "value"})
    found = pd.concat(
        [over_cross_pairs(constant.assign(year=year), "mean") for year in years],
        ignore_index=True,
    )
    known = {*pairs["a"], *pairs["b"]}
    without = sorted({state for year in years for state in spine.states_in(year)} - known)
    return figures_of("distance-km", found.assign(value=found["value"].round())), without
