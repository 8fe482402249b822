"""SIPRI military expenditure: one row per state and year, in current US dollars."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.bearers import bearers

NAME = "sipri-milex"
NO_STATES = {"European Union": "spending from the Union's own funds, not that of its members"}
NO_ARMED_FORCES = {"Costa Rica", "Haiti", "Iceland", "Panama"}
"""States whose zeros are figures: no armed forces, and no spending in constant prices either."""
RUSSIA_FROM = 1992
"""Rows of Russia before this year stand beside those of the USSR and hold nothing."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of state, year, usd_mn (current US dollars, million; NaN where missing).

    A zero of a state with armed forces is a missing value: the conversion into current dollars
    failed or was not made (Russia 1992: 0 in current, 54,793 million in constant dollars).
    """
    table = pd.read_parquet(source(NAME).path("spending", mirror))
    early = (table["country"] == "Russia") & (table["year"] < RUSSIA_FROM)
    rows = table[~early & ~table["country"].isin(NO_STATES)]
    spent = rows["milex_cur_usd_mn"]
    missing = (spent == 0) & ~rows["country"].isin(NO_ARMED_FORCES)
    return pd.DataFrame(
        {
            "state": _states(rows["country"], rows["year"]),
            "year": rows["year"].astype(int),
            "usd_mn": spent.mask(missing).astype(float),
        }
    ).reset_index(drop=True)


def _states(names: pd.Series, years: pd.Series) -> list[str]:
    asked = [(str(name), int(year)) for name, year in zip(names, years, strict=True)]
    keys = bearers(asked, NAME, "names")
    return [
        "SCG" if keys[name, year] == "SRB" and year < 2006 else keys[name, year]
        for name, year in asked
    ]
