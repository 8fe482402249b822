"""ICEWS: how often actors of one state acted on those of another, in four classes of event."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import year_table
from tripolar.errors import NewOddity
from tripolar.sources.base import source

NAME = "icews"
CLASSES = {
    "verbCoop": "verbal_cooperation",
    "matlCoop": "material_cooperation",
    "verbConf": "verbal_conflict",
    "matlConf": "material_conflict",
}
"""The file's column and the class of event it counts."""
SIDES = ("actor", "target")


def read(mirror: Path) -> pd.DataFrame:
    """Counts of events: year, actor, target (state keys), and one column per class of `CLASSES`.

    Every directed pair of the file's 152 states has a row in every year; a 0 is a count.
    Raises NewOddity for codes that no state holds.
    """
    edition = source(NAME)
    table = pd.read_parquet(
        edition.path("events", mirror), columns=["i_iso3c", "j_iso3c", "year", *CLASSES]
    ).rename(columns={"i_iso3c": "actor", "j_iso3c": "target", **CLASSES})
    holders = {
        (code, year): state
        for code, year, state in year_table("iso3", edition.coverage.first, edition.coverage.last)
    }
    sides = {side: list(zip(table[side], table["year"], strict=True)) for side in SIDES}
    unknown = sorted({key for keys in sides.values() for key in keys if key not in holders})
    if unknown:
        shown = ", ".join(f"{code} in {year}" for code, year in unknown)
        raise NewOddity(f"{NAME}: codes that no state holds: {shown}")
    for side, keys in sides.items():
        table[side] = [holders[key] for key in keys]
    return table[["year", *SIDES, *CLASSES.values()]]
