"""Vetoes in the Security Council: one row per vetoed draft and permanent member."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from tripolar.sources.base import source

NAME = "unsc-vetoes"
USSR_LAST_DAY = pd.Timestamp(1991, 12, 23)
CHINA_FIRST_DAY = pd.Timestamp(1971, 10, 25)
_COLUMNS = {
    "China": "CHN",
    "France": "FRA",
    "Russia": "RUS",
    "USSR": "SUN",
    "USA": "USA",
    "UK": "GBR",
}


def permanent_members(on: date) -> frozenset[str]:
    """The holders of the five permanent seats on a day (from 24 October 1945)."""
    day = pd.Timestamp(on)
    china = "CHN" if day >= CHINA_FIRST_DAY else "TWN"
    russia = "RUS" if day > USSR_LAST_DAY else "SUN"
    return frozenset({"USA", "GBR", "FRA", china, russia})


def read(mirror: Path) -> pd.DataFrame:
    """Vetoes as rows: draft (position in the file), date, year, state, resolution, topic.

    A draft vetoed by two members gives two rows with the same ``draft``.
    """
    table = pd.read_csv(
        source(NAME).path("vetoes", mirror), encoding="utf-8", keep_default_na=False
    )
    table["date"] = pd.to_datetime(table["date"], format="%m/%d/%Y")
    table["draft_number"] = range(len(table))
    rows = table.melt(
        id_vars=["draft_number", "date", "year", "draft", "crisis_topic"],
        value_vars=list(_COLUMNS),
        var_name="member",
        value_name="vetoed",
    )
    rows = rows[rows["vetoed"].astype(int) == 1]
    cast = pd.DataFrame(
        {
            "draft": rows["draft_number"],
            "date": rows["date"],
            "year": rows["year"].astype(int),
            "state": rows["member"].map(_COLUMNS),
            "resolution": rows["draft"],
            "topic": rows["crisis_topic"],
        }
    )
    before = (cast["state"] == "CHN") & (cast["date"] < CHINA_FIRST_DAY)
    cast.loc[before, "state"] = "TWN"
    return cast.sort_values(["draft", "state"], ignore_index=True)
