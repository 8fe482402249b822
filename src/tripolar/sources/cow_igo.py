"""Correlates of War intergovernmental organisations: memberships that two states share."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.pair_codes import in_order, with_states

NAME = "cow-igo"


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, a, b (state keys, a before b), shared: organisations both are full members of.

    The file lists every pair of members of the state system, so a 0 is a 0: no organisation has
    both. A pair it does not list is one of a state that it does not speak of in the year.
    """
    table = pd.read_parquet(source(NAME).path("pairs", mirror))
    found = with_states(table, {"ccode1": "first", "ccode2": "second"}, NAME)
    pairs = in_order(found, "first", "second").rename(columns={"dyadigos": "shared"})
    return pairs[["year", "a", "b", "shared"]].reset_index(drop=True)
