"""Varieties of Democracy: five indices of democracy per state and year, with their error.

Coppedge and others 2025, doi:10.23696/vdemds25. The bounds ``codelow`` and ``codehigh`` enclose 68%
of the posterior and may be uneven; ``sd`` is its standard deviation, and that is read.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.cow_codes import in_most_of_the_year, stop_at_new_names

NAME = "vdem"
INDICES = {
    "polyarchy": "v2x_polyarchy",
    "liberal": "v2x_libdem",
    "participatory": "v2x_partipdem",
    "deliberative": "v2x_delibdem",
    "egalitarian": "v2x_egaldem",
}
"""The indices, 0 to 1, and their columns in the source."""
NO_STATES = frozenset(
    {
        "Hong Kong",
        "Palestine/British Mandate",
        "Palestine/Gaza",
        "Palestine/West Bank",
        "Somaliland",
        "Zanzibar",
    }
)
"""Units without a Correlates of War code: a part of a state, or no member of the state system."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, state, and for each of `INDICES` the value and ``<index>_sd``."""
    rows = _placed(mirror)
    return rows[rows["state"].notna()].drop(columns="name").reset_index(drop=True)


def left_out(mirror: Path) -> pd.DataFrame:
    """Rows of name and year that no state holds: territories, and states before they were any."""
    rows = _placed(mirror)
    return rows.loc[rows["state"].isna(), ["name", "year"]].reset_index(drop=True)


def _placed(mirror: Path) -> pd.DataFrame:
    edition = source(NAME)
    table = pd.read_parquet(edition.path("indices", mirror))
    table = table[table["year"].between(edition.coverage.first, edition.coverage.last)]
    stop_at_new_names(table["vdem_country_name"], table["vdem_cowcode"], NO_STATES, NAME)
    columns = {
        name + ending: table[column + ending]
        for name, column in INDICES.items()
        for ending in ("", "_sd")
    }
    placed = pd.DataFrame(
        {
            "year": table["year"].astype(int),
            "state": in_most_of_the_year(table["vdem_cowcode"], table["year"]),
            "name": table["vdem_country_name"],
            **columns,
        }
    )
    return placed.reset_index(drop=True)
