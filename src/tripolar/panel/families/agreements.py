"""Figures of trade agreements in force between states, and between the members of blocs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.cross_pairs import over_cross_pairs
from tripolar.panel.families.compiled import Compiled, figures_of
from tripolar.sources import desta, source

SOURCES = (desta.NAME,)
COUNT, IN_FORCE = "trade-agreements", "trade-agreement-in-force"


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Treaties in force on 31 December: how many, and whether there is one."""
    bonds = desta.read(mirror)
    span = source(desta.NAME).coverage
    years = range(max(span.first, first_year), span.last + 1)
    counts = pd.concat([_in_force(bonds, year) for year in years], ignore_index=True)
    everyone = pd.DataFrame(
        [(year, state) for year in years for state in sorted(spine.states_in(year))],
        columns=["year", "state"],
    )
    parts = []
    for measure, pairs in ((COUNT, counts), (IN_FORCE, counts.assign(value=1.0))):
        found = over_cross_pairs(pairs, "mean", everyone)
        parts.append(figures_of(measure, found[found["value"] > 0]))
    listed = desta.entries(mirror)
    treaties = [one for one in listed if one.kind == "base_treaty"]
    never = sum(one.in_force is None for one in treaties)
    report = (
        f"{desta.NAME}: {len(treaties)} treaties, {never} without a year of entry into force and "
        f"not counted; {sum(one.kind == desta.LEAVING for one in listed)} withdrawals"
    )
    return Compiled(pd.concat(parts, ignore_index=True), report=(report,))


def _in_force(bonds: pd.DataFrame, year: int) -> pd.DataFrame:
    """Number of treaties in force between two states of the year on its last day."""
    holds = (bonds["first"] <= year) & (bonds["last"].isna() | (bonds["last"] >= year))
    there = bonds["a"].isin(spine.states_in(year)) & bonds["b"].isin(spine.states_in(year))
    treaties = bonds[holds & there].drop_duplicates(["treaty", "a", "b"])
    counted = treaties.groupby(["a", "b"]).size().astype(float).rename("value")
    return counted.reset_index().assign(year=year)
