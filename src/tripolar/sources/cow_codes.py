"""States behind Correlates of War codes, for sources that give one row per country and year."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

import pandas as pd

from tripolar.actors.states import from_code, year_table
from tripolar.errors import NewOddity


def in_most_of_the_year(codes: pd.Series, years: pd.Series) -> pd.Series:
    """The states that hold codes in years by the rule of `year_table`; None where nobody does."""
    table = year_table("cow", int(years.min()), int(years.max()))
    holders = {(code, year): state for code, year, state in table}
    return _states(codes, years, lambda code, year: holders.get((code, year)))


def at_the_end_of_the_year(codes: pd.Series, years: pd.Series) -> pd.Series:
    """The states that hold codes on 31 December of years; None where nobody does."""
    return _states(codes, years, lambda code, year: from_code("cow", code, date(year, 12, 31)))


def stop_at_new_names(names: pd.Series, codes: pd.Series, listed: Collection[str], of: str) -> None:
    """Raise `NewOddity` naming every row without a code that is not listed as no state."""
    new = sorted(set(names[codes.isna()]) - set(listed))
    if new:
        raise NewOddity(
            f"{of}: neither a state's code nor listed as no state: {', '.join(new)}",
            next_step="list them as no state with the reason, or give them a code",
        )


def _states(
    codes: pd.Series, years: pd.Series, holder: Callable[[str, int], str | None]
) -> pd.Series:
    found = [
        None if pd.isna(code) else holder(str(int(code)), int(year))
        for code, year in zip(codes, years, strict=True)
    ]
    return pd.Series(found, index=codes.index, dtype=object)
