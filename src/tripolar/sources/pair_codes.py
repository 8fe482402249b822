"""Correlates of War codes of pairs of states, and the states that such a source speaks of."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tripolar.actors.states import year_table
from tripolar.errors import NewOddity


def with_states(
    rows: pd.DataFrame,
    sides: Mapping[str, str],
    source: str,
    outside: Mapping[int, tuple[int, int]] | None = None,
) -> pd.DataFrame:
    """Rows with the states that hold their codes in their years, by the rule of `year_table`.

    Parameters
    ----------
    rows : a column year and columns of codes (whole numbers)
    sides : column of codes to the column of state keys that is added
    source : name for the message
    outside : codes known to stand in the source in years in which nobody holds them, with the
        first and last of these years; their state is missing

    Raises
    ------
    NewOddity
        Naming every other code that no state holds in its year.
    """
    first, last = int(rows["year"].min()), int(rows["year"].max())
    holders = pd.DataFrame(year_table("cow", first, last), columns=["code", "year", "state"])
    holders = holders.astype({"code": int})
    found = rows
    for codes, states in sides.items():
        found = found.merge(
            holders.rename(columns={"code": codes, "state": states}),
            on=[codes, "year"],
            how="left",
            validate="many_to_one",
        )
        _stop_at_unknown(found.loc[found[states].isna(), [codes, "year"]], source, outside or {})
    return found


def in_order(rows: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Rows with two columns of state keys as rows of a and b, a before b; a = b is left out."""
    apart = rows[rows[first] != rows[second]]
    turned = apart[first] > apart[second]
    return apart.assign(
        a=apart[first].mask(turned, apart[second]), b=apart[second].mask(turned, apart[first])
    ).drop(columns=[first, second])


def speaks_of(first: int, last: int) -> pd.DataFrame:
    """Rows of year, state: the members of the state system, of which such a source speaks.

    The holder of a code for most of a year is its state then: the USSR in 1991, Russia from 1992.
    """
    table = pd.DataFrame(year_table("cow", first, last), columns=["code", "year", "state"])
    return table[["year", "state"]].drop_duplicates(ignore_index=True)


def _stop_at_unknown(
    lost: pd.DataFrame, source: str, outside: Mapping[int, tuple[int, int]]
) -> None:
    never = (1, 0)
    found = {(int(code), int(year)) for code, year in lost.itertuples(index=False)}
    unknown = sorted(
        (code, year)
        for code, year in found
        if not outside.get(code, never)[0] <= year <= outside.get(code, never)[1]
    )
    if unknown:
        named = ", ".join(f"{code} in {year}" for code, year in unknown)
        raise NewOddity(
            f"{source}: codes that no state holds: {named}",
            next_step="list them as a known oddity with the reason, or mend the crosswalk",
        )
