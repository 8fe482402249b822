"""Polity5: the score of democracy less autocracy per state and year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.cow_codes import in_most_of_the_year, stop_at_new_names

NAME = "polity5"


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, state, polity2 (-10 to 10; NaN under foreign interruption).

    Where a state changes its Polity code within a year, the row of the code that goes on is read.
    """
    rows = _placed(mirror)
    rows = rows[rows["state"].notna()].sort_values(["state", "year", "until"])
    kept = rows.drop_duplicates(["state", "year"], keep="last")
    return kept[["year", "state", "polity2"]].reset_index(drop=True)


def left_out(mirror: Path) -> pd.DataFrame:
    """Rows of name and year that no state holds: occupied states, and states before their day."""
    rows = _placed(mirror)
    return rows.loc[rows["state"].isna(), ["name", "year"]].reset_index(drop=True)


def _placed(mirror: Path) -> pd.DataFrame:
    edition = source(NAME)
    table = pd.read_parquet(edition.path("polity", mirror))
    table = table[table["year"].between(edition.coverage.first, edition.coverage.last)]
    stop_at_new_names(table["polity_annual_country"], table["cown"], (), NAME)
    placed = pd.DataFrame(
        {
            "year": table["year"].astype(int),
            "state": in_most_of_the_year(table["cown"], table["year"]),
            "name": table["polity_annual_country"],
            "polity2": table["polity2"],
            "until": table.groupby("polity_annual_ccode")["year"].transform("max"),
        }
    )
    return placed.reset_index(drop=True)
