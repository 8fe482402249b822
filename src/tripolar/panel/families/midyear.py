"""The actors that an annual source speaks of: those that are there on 1 July.

A year in which one state follows another (the USSR and Russia in 1991, Yugoslavia and Serbia and
Montenegro in 1992) has both on the spine, while annual sources book it under one name. As in
`tripolar.actors.states.year_table`, the year belongs to the one that is there on 1 July.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date

import pandas as pd

from tripolar.actors.states import exists
from tripolar.panel import spine


@functools.cache
def states_at_midyear(year: int) -> frozenset[str]:
    """The states of the spine that are there on 1 July of a year."""
    day = date(year, 7, 1)
    return frozenset(state for state in spine.states_in(year) if exists(state, day))


def actors_at_midyear(years: Iterable[int]) -> pd.DataFrame:
    """Rows of year and actor: the states there on 1 July, and the blocs with members then."""
    rows = [
        (year, actor)
        for year in years
        for actor in sorted(states_at_midyear(year) | spine.blocs_in(year).keys())
    ]
    return pd.DataFrame(rows, columns=["year", "actor"])


def there_at_midyear(frame: pd.DataFrame, *columns: str, year: str = "year") -> pd.Series:
    """Rows whose states in the named columns are all there on 1 July of the row's year."""
    there = {
        (of_year, state)
        for of_year in frame[year].unique()
        for state in states_at_midyear(int(of_year))
    }
    kept = pd.Series(True, index=frame.index)
    for column in columns:
        kept &= pd.Series(
            [pair in there for pair in zip(frame[year], frame[column], strict=True)],
            index=frame.index,
            dtype=bool,
        )
    return kept
