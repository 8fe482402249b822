"""Correlates of War direct contiguity: how near the borders of two states are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.pair_codes import in_order, with_states

NAME = "cow-contiguity"


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, a, b (state keys, a before b), kind: the source's type of contiguity.

    1 a border on land or along a river; 2, 3, 4, 5 water of up to 12, 24, 150, 400 miles between
    them. A pair not listed is further apart. Where a pair changed its type within a year, or two
    codes of a year lead to one state, the closest counts.
    """
    table = pd.read_parquet(source(NAME).path("pairs", mirror))
    table = table[table["year"] >= source(NAME).coverage.first]
    found = with_states(table, {"state1no": "first", "state2no": "second"}, NAME)
    pairs = in_order(found, "first", "second")
    closest = pairs.groupby(["year", "a", "b"])["conttype"].min()
    return closest.rename("kind").reset_index()
