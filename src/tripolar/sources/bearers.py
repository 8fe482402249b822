"""The states that a source means by names, for sources that name countries and no codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tripolar.actors.states import find
from tripolar.errors import NewOddity, UnknownName


def bearers(asked: Iterable[tuple[str, int]], source: str, of: str) -> dict[tuple[str, int], str]:
    """Keys of the states that bear names on 1 July of years, by name and year.

    ``of`` says what the names are of (importers, names), for the message. Raises `NewOddity` with
    every name that no state bears.
    """
    keys, unknown = {}, set()
    for name, year in dict.fromkeys(asked):
        try:
            keys[name, year] = find(name, date(year, 7, 1)).key
        except UnknownName:
            unknown.add(name)
    if unknown:
        raise NewOddity(f"{source}: {of} that no state bears: {', '.join(sorted(unknown))}")
    return keys
