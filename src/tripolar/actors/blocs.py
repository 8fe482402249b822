"""Blocs: named sets of states with dated membership, each entry and exit with its source.

Use `members` where the source has days and `members_in_year` where it has years only. Two files
stand behind it: blocs_about.csv says what each bloc counts, blocs.csv holds one membership spell
per row. Both are written from treaties and accession instruments and know events to the end
of 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from tripolar.actors.states import NEXT_STEP, as_day, covers, last_day, read_table
from tripolar.actors.states import state as state_of
from tripolar.errors import UnknownName


@dataclass(frozen=True)
class Membership:
    """One spell of one state in one bloc; `end` is its last day as a member, None while it is."""

    bloc: str
    state: str
    start: date
    end: date | None
    source: str
    note: str


@dataclass(frozen=True)
class Bloc:
    """A named set of states. `kind` is organisation, region or fixed set.

    A fixed set (EU27, EU28) is one composition in every year in which its states exist.
    """

    key: str
    name: str
    kind: str
    definition: str

    def __str__(self) -> str:
        """The key and the name, for messages."""
        return f"{self.key} ({self.name})"


@cache
def blocs() -> dict[str, Bloc]:
    """All blocs by key; use it to list them. Do not change the dictionary: it is shared."""
    return {
        row["bloc"]: Bloc(row["bloc"], row["name"], row["kind"], row["definition"])
        for row in read_table("blocs_about.csv")
    }


@cache
def regions() -> tuple[str, ...]:
    """The blocs that are regions: sets of third states in which powers have weight."""
    return tuple(key for key, one in blocs().items() if one.kind == "region")


def bloc(key: str) -> Bloc:
    """The bloc of a key (`EU`) or of its full name, in any case.

    Raises UnknownName.
    """
    found = _by_text().get(key.strip().casefold())
    if found is None:
        choices = [*blocs(), *(one.name for one in blocs().values())]
        raise UnknownName("bloc", key, choices, next_step=NEXT_STEP)
    return found


def is_bloc(text: str) -> bool:
    """Whether a text is a bloc's key or full name, in any case."""
    return text.strip().casefold() in _by_text()


def memberships(bloc: str) -> tuple[Membership, ...]:
    """Every membership spell of a bloc, with sources, in order of entry.

    Raises UnknownName.
    """
    return _spells()[_key(bloc)]


def members(bloc: str, on: date) -> frozenset[str]:
    """The keys of a bloc's members on a day; use it with dated sources.

    Raises UnknownName.

    Examples
    --------
    >>> "GBR" in members("EU", date(2020, 1, 31)), "GBR" in members("EU", date(2020, 2, 1))
    (True, False)
    """
    day = as_day(on)
    return frozenset(one.state for one in memberships(bloc) if covers(one.start, one.end, day))


def members_in_year(bloc: str, year: int) -> frozenset[str]:
    """The keys of a bloc's members in a year; use it with annual sources.

    A member of the year is a member on 1 July of it. So accessions of 1 January, 1 May 2004 and
    1 July 2013 count in their year, and the United Kingdom does not count in 2020.

    Raises UnknownName.
    """
    return members(bloc, date(year, 7, 1))


def blocs_of(state: str, on: date) -> frozenset[str]:
    """The keys of the blocs a state, given by its key, belongs to on a day.

    Raises UnknownName.
    """
    state_of(state)
    return frozenset(key for key in blocs() if state in members(key, on))


def _key(text: str) -> str:
    return bloc(text).key


@cache
def _by_text() -> dict[str, Bloc]:
    named = {one.name.casefold(): one for one in blocs().values()}
    return named | {one.key.casefold(): one for one in blocs().values()}


@cache
def _spells() -> dict[str, tuple[Membership, ...]]:
    """Membership spells by bloc, in order of entry."""
    groups: dict[str, list[Membership]] = {key: [] for key in blocs()}
    for row in read_table("blocs.csv"):
        groups[row["bloc"]].append(
            Membership(
                bloc=row["bloc"],
                state=row["state"],
                start=date.fromisoformat(row["start"]),
                end=last_day(row["end"]),
                source=row["source"],
                note=row["note"],
            )
        )
    return {
        key: tuple(sorted(rows, key=lambda one: (one.start, one.state)))
        for key, rows in groups.items()
    }
