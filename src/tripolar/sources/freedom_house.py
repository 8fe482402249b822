"""Freedom in the World: ratings of political rights and civil liberties per state and year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.cow_codes import at_the_end_of_the_year, stop_at_new_names

NAME = "freedom-house"
TERRITORIES = frozenset(
    {
        *("Abkhazia", "Chechnya", "Crimea", "Eastern Donbas", "Gaza Strip", "Hong Kong"),
        *("Indian Kashmir", "Israeli-Occupied Territories", "Kurdistan", "Macao"),
        *("Nagorno-Karabakh", "Northern Cyprus", "Northern Ireland", "Pakistani Kashmir"),
        *("Palestinian Authority-Administered Territories", "Puerto Rico"),
        *("Russian-Occupied Territories of Ukraine", "Somaliland", "South Ossetia", "Tibet"),
        *("Transnistria", "West Bank", "West Bank and Gaza Strip", "West Papua"),
        "Western Sahara",
    }
)
"""Rated beside the states and no members of the state system."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, state, political_rights and civil_liberties (1 most free, 7 least free)."""
    rows = _placed(mirror)
    return rows[rows["state"].notna()].drop(columns="name").reset_index(drop=True)


def left_out(mirror: Path) -> pd.DataFrame:
    """Rows of name and year that no state holds: territories, and states before they were any."""
    rows = _placed(mirror)
    return rows.loc[rows["state"].isna(), ["name", "year"]].reset_index(drop=True)


def _placed(mirror: Path) -> pd.DataFrame:
    table = pd.read_parquet(source(NAME).path("ratings", mirror))
    stop_at_new_names(table["fh_country"], table["cown"], TERRITORIES, NAME)
    return pd.DataFrame(
        {
            "year": table["year"].astype(int),
            "state": at_the_end_of_the_year(table["cown"], table["year"]),
            "name": table["fh_country"],
            "political_rights": table["pr"],
            "civil_liberties": table["cl"],
        }
    )
