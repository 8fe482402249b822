"""Who travelled where: visits of China's leaders abroad, one row per leader, country and visit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from tripolar.actors.states import find
from tripolar.sources.base import source

NAME = "chinese-leader-visits"
OFFICES = ("President", "Premier")
"""Head of state and head of government; other offices in the file are of party or of fact."""


def read(mirror: Path) -> pd.DataFrame:
    """Visits as rows: year, leader, office, state (visited, by the name's bearer on 1 July).

    Two rows that are alike are two visits in one year. Raises UnknownName for a name that
    nobody bears.
    """
    table = pd.read_csv(
        source(NAME).path("visits", mirror), encoding="utf-8", keep_default_na=False
    )
    names = zip(table["Country"], table["Year"], strict=True)
    return pd.DataFrame(
        {
            "year": table["Year"].astype(int),
            "leader": table["Name"],
            "office": table["Level"],
            "state": [find(name, date(year, 7, 1)).key for name, year in names],
        }
    )
