"""Correlates of War national material capabilities: the composite index of each state."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.pair_codes import with_states

NAME = "cow-nmc"
UNITED_LATER_IN_THE_YEAR = {(255, 1990)}
"""Codes of a united state beside those of its parts in the year of union, which came after 1 July:
Germany (3 October 1990)."""
UNITED_BEFORE_JULY = {(678, 1990), (680, 1990)}
"""Codes of parts beside that of the united state, which came before 1 July: Yemen (22 May 1990)."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, state, cinc: the state's share in the capabilities of all states (0 to 1).

    In 1990 the file counts both Germanys and united Germany, both Yemens and united Yemen: those
    of 1 July are kept.
    """
    table = pd.read_parquet(source(NAME).path("capabilities", mirror))
    table = table.astype({"ccode": int, "year": int})
    table = table[table["year"] >= source(NAME).coverage.first]
    counted_twice = pd.MultiIndex.from_frame(table[["ccode", "year"]]).isin(
        UNITED_LATER_IN_THE_YEAR | UNITED_BEFORE_JULY
    )
    found = with_states(table[~counted_twice], {"ccode": "state"}, NAME)
    return found[["year", "state", "cinc"]].sort_values(["state", "year"], ignore_index=True)
