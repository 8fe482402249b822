"""Trade agreements: which treaty binds which two states, from which year to which.

Dür, Baccini and Elsig (2014), doi:10.1007/s11558-013-9179-8.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from tripolar.actors.blocs import memberships
from tripolar.actors.states import find
from tripolar.errors import NewOddity, UnknownName
from tripolar.sources.base import source

NAME = "desta"
MEMBERS = 91
"""Columns c1 to c91 hold the members' codes, mc1 to mc91 their sides."""
BINDING = ("base_treaty", "accession", "protocol or amendment", "consolidated")
LEAVING = "withdrawal"
ONE_CIRCLE = "2"
"""Value of typememb for a treaty among several that binds all of them to each other."""
TO_A_CIRCLE = "5"
"""Value of typememb for an accession to such a treaty."""
LEAVER = "1"
"""Side of those who leave a treaty."""
NOT_STATES = frozenset(
    {"086", "092", "136", "175", "184", "234", "238", "239", "248", "258", "260", "304", "344"}
    | {"446", "500", "530", "533", "540", "570", "612", "654", "660", "666", "732", "796", "876"}
)
"""ISO numeric codes of territories: Hong Kong, the Faroe Islands, Western Sahara and others."""
OWN_CODES = {"900": "XKX"}
"""Codes of the source that ISO does not have: Kosovo."""
_EC = re.compile(r"\bEC\b|\bEEA\b|\bCotonou\b")


@dataclass(frozen=True)
class Entry:
    """A row of the list: a treaty, or something that happened to one."""

    treaty: str
    name: str
    kind: str
    signed: int
    in_force: int | None
    circle: bool
    """Whether all members are bound to each other; else only those on different sides are."""
    new_side: str
    """Side of those who accede; empty where the row is no accession."""
    together: bool
    """Whether those who accede are bound to each other, too."""
    sides: tuple[tuple[str, str], ...]
    """State key and side of every member that is a state."""


def read(mirror: Path) -> pd.DataFrame:
    """Spells in which a treaty binds two states.

    Columns treaty (number of the base treaty), a, b (state keys, a before b), first (the year it
    entered into force for the two) and last (the last year at whose end it bound them, missing
    where no withdrawal is listed). A pair can stand in several rows of one treaty.

    Negotiations bind nobody, nor do treaties without a year of entry into force. Raises
    `NewOddity` for a code that is neither a state's nor listed.
    """
    held = entries(mirror)
    began = {one.treaty: one.in_force for one in held if one.kind == "base_treaty" and one.in_force}
    bonds = [
        (one.treaty, *sorted((a, b)), _first(one, began[one.treaty], a, b))
        for one in held
        if one.kind in BINDING and one.treaty in began and _effective(one)
        for a, b in _bound(one)
    ]
    left = [
        (one.treaty, state, one.in_force or one.signed)
        for one in held
        if one.kind == LEAVING
        for state, side in one.sides
        if side == LEAVER
    ]
    return _with_ends(
        pd.DataFrame(bonds, columns=["treaty", "a", "b", "first"]).drop_duplicates(),
        pd.DataFrame(left, columns=["treaty", "state", "left"]),
    )


def entries(mirror: Path) -> list[Entry]:
    """Every row of the list but negotiations, with its members as states."""
    table = pd.read_csv(
        source(NAME).path("treaties", mirror),
        sep=";",
        encoding="latin-1",
        dtype=str,
        keep_default_na=False,
    )
    base = dict(zip(table["number"], table["base_treaty"], strict=True))
    rows = table[table["entry_type"] != "negotiation"].to_dict("records")
    found = [_entry({str(key): str(value) for key, value in row.items()}, base) for row in rows]
    unknown = sorted({code for one in found for code, _ in one.sides if code.isdecimal()})
    if unknown:
        raise NewOddity(f"{NAME}: codes that no state holds: {', '.join(unknown)}")
    return found


def _entry(row: dict[str, str], base: dict[str, str]) -> Entry:
    signed = int(row["year"])
    codes = [row[f"c{place}"].zfill(3) for place in range(1, MEMBERS + 1)]
    sides = [row[f"mc{place}"] for place in range(1, MEMBERS + 1)]
    listed = [(code, side) for code, side in zip(codes, sides, strict=True) if code != "0NA"]
    different = {side for _, side in listed}
    acceding = "2" if "3" in different else "1"
    return Entry(
        treaty=_base_of(row["number"], row["entry_type"], base),
        name=row["name"],
        kind=row["entry_type"],
        signed=signed,
        in_force=None if row["entryforceyear"] == "NA" else int(row["entryforceyear"]),
        circle=row["typememb"] == ONE_CIRCLE or len(different) == 1,
        new_side=acceding if row["entry_type"] == "accession" else "",
        together=row["typememb"] == TO_A_CIRCLE,
        sides=tuple(
            (_state(code, signed), side) for code, side in listed if code not in NOT_STATES
        ),
    )


def _base_of(number: str, kind: str, base: dict[str, str]) -> str:
    """The first treaty that an entry goes back to.

    The number of an accession or withdrawal begins with that of its treaty.
    """
    treaty = re.split(r"[+_]", number)[0] if kind in ("accession", LEAVING) else base[number]
    while base.get(treaty, treaty) != treaty:
        treaty = base[treaty]
    return treaty


@cache
def _state(code: str, year: int) -> str:
    """The holder of an ISO numeric code in a year or nearest to it; the code if there is none."""
    if code in OWN_CODES:
        return OWN_CODES[code]
    try:
        return find(f"iso_numeric:{code}", date(year, 7, 1)).key
    except UnknownName:
        return code


def _effective(one: Entry) -> bool:
    """Whether it ever took effect: an accession always, a text if it entered into force."""
    return one.kind == "accession" or one.in_force is not None


def _bound(one: Entry) -> Iterator[tuple[str, str]]:
    """Pairs of states that an entry binds to each other."""
    for (a, of_a), (b, of_b) in itertools.combinations(one.sides, 2):
        acceding_together = one.together and of_a == of_b == one.new_side
        if a != b and (one.circle or of_a != of_b or acceding_together):
            yield a, b


def _first(one: Entry, began: int, a: str, b: str) -> int:
    """The year from which an entry binds two states; never before the treaty itself.

    Who accedes as a member of the European Communities is not bound before entering them.
    """
    year = one.in_force or one.signed
    if one.kind == "accession" and one.in_force is None and _EC.search(one.name):
        acceding = {state for state, side in one.sides if side == one.new_side}
        year = max(year, *(_entered_communities(state) for state in {a, b} & acceding), 0)
    return max(year, began)


@cache
def _entered_communities(state: str) -> int:
    """The year in which a state entered the European Communities, 0 where it did not."""
    years = [spell.start.year for spell in memberships("EU") if spell.state == state]
    return min(years, default=0)


def _with_ends(bonds: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
    """Bonds with the last year at whose end they held, by the first departure after their start."""
    held = bonds.reset_index(names="row")
    ends = pd.concat(
        held.merge(left.rename(columns={"state": side}), on=["treaty", side]) for side in "ab"
    )
    after = ends[ends["left"] > ends["first"]].groupby("row")["left"].min()
    return bonds.assign(last=after.reindex(held["row"]).to_numpy() - 1).reset_index(drop=True)
