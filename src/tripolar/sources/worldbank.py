"""World Bank gross domestic product: one row per state and year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import states
from tripolar.sources.base import source

NAME = "worldbank-gdp"


def read(mirror: Path) -> pd.DataFrame:
    """Rows of state, year, gdp_usd (current US dollars); aggregates are left out."""
    table = pd.read_csv(
        source(NAME).path("gdp", mirror), keep_default_na=False, dtype={"Country Code": str}
    )
    known = table["Country Code"].isin(states().keys())
    kept = table[known]
    return pd.DataFrame(
        {
            "state": kept["Country Code"],
            "year": kept["Year"].astype(int),
            "gdp_usd": kept["Value"].astype(float),
        }
    ).reset_index(drop=True)
