"""States with their dates, and the codes and names that sources call them by.

Read this first: a code is a spell, not a label. COW 345 is Serbia, Yugoslavia, Serbia and
Montenegro and Serbia again; ISO `CS` is Czechoslovakia, then Serbia and Montenegro. So every
translation here takes a day, and an annual source uses the rule of `year_table`.

Three files stand behind it, all text (Namibia's ISO2 is `NA`), all facts that tests hold against
the lists they cite:

    states.csv   one state per row: key, name, first and last day, source
    codes.csv    scheme, code, state, first and last day (no last day: still)
    names.csv    names and stray codes seen in sources (`kind`: name, historic, source, code)

A state's first day is the earliest on which Correlates of War or Gleditsch and Ward count it
(1816-01-01: it was there when the lists begin), or its independence where states.csv says so.
ISO codes run through the whole life of a state, also before ISO issued them, because datasets
use them so; a changed one (Sudan's 736, Germany's 280) changes on the day of the event.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files

from tripolar.errors import BadYears, UnknownName

SCHEMES = ("cow", "gw", "iso2", "iso3", "iso_numeric")
NEXT_STEP = "tripolar actors"

Spell = tuple[str, str, date, date | None]
"""Code, state key, first day, last day (None: still)."""

_KIND_ORDER = {"name": 0, "historic": 1, "code": 2, "source": 3}


@dataclass(frozen=True)
class State:
    """A member of the international system; `end` is its last day, None while it lives.

    `continues` is the key of the state whose seat and obligations this one carries on.
    """

    key: str
    name: str
    start: date
    end: date | None
    continues: str | None
    source: str
    note: str

    def __str__(self) -> str:
        """The key and the name, for messages."""
        return f"{self.key} ({self.name})"


@cache
def states() -> dict[str, State]:
    """All states by key; use it to list them. Do not change the dictionary: it is shared."""
    return {
        row["state"]: State(
            key=row["state"],
            name=row["name"],
            start=date.fromisoformat(row["start"]),
            end=last_day(row["end"]),
            continues=row["continues"] or None,
            source=row["source"],
            note=row["note"],
        )
        for row in read_table("states.csv")
    }


def state(key: str) -> State:
    """The state of a key such as `RUS` or `SUN`; for any other text use `find`.

    Raises UnknownName.
    """
    found = states().get(key)
    if found is None:
        raise UnknownName("state", key, candidates(), next_step=NEXT_STEP)
    return found


def find(text: str, on: date | None = None) -> State:
    """The state somebody means by a key, a code or a name; use it on what people and files say.

    Parameters
    ----------
    text : str
        A key (`SUN`), an ISO2 or ISO3 code, COW or Gleditsch-Ward digits, `scheme:code`
        (`iso_numeric:276`; bare digits are COW, or else Gleditsch-Ward, never ISO), or a name.
        Case, accents, punctuation and a leading "the" do not matter.
    on : date, optional
        The day the text speaks of. Codes: today by default, and a code that nobody holds on the
        day is its nearest holder's in time. Names: one that several states bore ("Russia" for
        the USSR, "Yugoslavia" in COW to this day) goes to the one that exists on the day;
        without a day to the state named so itself. A key is its own state, except `YUG` for a
        day after 26 April 1992: there trade data mean SCG by it.

    Raises
    ------
    UnknownName
        With the nearest names and keys. Aggregates ("World", `EUU`, `BLX`) and territories
        ("Hong Kong") are no states. `VDR` is none either: ISO means North Vietnam by it (VNM),
        some datasets the South (RVN).

    Examples
    --------
    >>> find("côte d’ivoire").key, find("365", date(1970, 1, 1)).key, find("NA").key
    ('CIV', 'SUN', 'NAM')
    """
    key = _resolve(text.strip(), None if on is None else as_day(on))
    if key is None:
        raise UnknownName("actor", text, candidates(), next_step=NEXT_STEP)
    return states()[key]


def code_of(key: str, scheme: str, on: date) -> str | None:
    """The code a state holds in a scheme on a day; None where it holds none.

    Raises UnknownName for a key or a scheme that is not there.
    """
    state(key)
    _check(scheme)
    day = as_day(on)
    for code, _, start, end in _by_state().get((scheme, key), ()):
        if covers(start, end, day):
            return code
    return None


def from_code(scheme: str, code: str, on: date) -> str | None:
    """The key of the state that holds a code on a day; None where nobody does.

    Codes are text as the scheme writes them: COW `2`, ISO numeric `004`.
    Raises UnknownName for a scheme that is not there.
    """
    _check(scheme)
    day = as_day(on)
    for _, key, start, end in _by_code().get((scheme, code), ()):
        if covers(start, end, day):
            return key
    return None


def system(on: date, scheme: str = "cow") -> frozenset[str]:
    """The members of the state system on a day, by `cow` or `gw`.

    The lists end with their editions (COW 2016, Gleditsch-Ward 2017); members of that day stay.
    """
    day = as_day(on)
    return frozenset(key for _, key, start, end in spells(scheme) if covers(start, end, day))


def in_system(key: str, on: date, scheme: str = "cow") -> bool:
    """Whether a state is a member of the state system on a day."""
    return code_of(key, scheme, on) is not None


def chain(key: str) -> tuple[str, ...]:
    """An actor and the states it continues, itself first: Russia, then the USSR."""
    found = [key]
    while (one := states().get(found[-1])) and one.continues:
        found.append(one.continues)
    return tuple(found)


def exists(key: str, on: date) -> bool:
    """Whether a state is there on a day by any scheme; wider than `in_system`."""
    found = state(key)
    day = as_day(on)
    held = [spell for scheme in SCHEMES for spell in _by_state().get((scheme, key), ())]
    if not held:
        return covers(found.start, found.end, day)
    if day < min(start for _, _, start, _ in held):
        return found.start <= day
    return any(covers(start, end, day) for _, _, start, end in held)


def spells(scheme: str) -> list[Spell]:
    """Who held which code from when to when: the crosswalk for sources with dates.

    Raises UnknownName for a scheme that is not there.
    """
    _check(scheme)
    return [spell for (held, _), rows in _by_code().items() if held == scheme for spell in rows]


def year_table(scheme: str, first: int, last: int) -> list[tuple[str, int, str]]:
    """(code, year, state key) for sources with years only, `first` to `last` inclusive.

    A code-year belongs to the state that holds the code on 1 July of it, and if nobody does,
    to the one that holds it for most days of it. Two codes of one year can lead to one state
    (COW 255 and 260 are both DEU in 1990): add up or choose before you join.

    Raises BadYears if `first` is after `last`, UnknownName for a scheme that is not there.
    """
    if first > last:
        raise BadYears(f"years {first} to {last} run backwards", choices=[f"{last} to {first}"])
    by_code: dict[str, list[Spell]] = {}
    for spell in spells(scheme):
        by_code.setdefault(spell[0], []).append(spell)
    table = []
    for year in range(first, last + 1):
        for code, rows in by_code.items():
            holder = _holder_in_year(rows, year)
            if holder is not None:
                table.append((code, year, holder))
    return table


def candidates() -> list[str]:
    """What an unknown name may be corrected to: names, former names, then keys."""
    names = [one.name for one in states().values()]
    other = [row["name"] for row in read_table("names.csv") if row["kind"] in ("name", "historic")]
    return [*names, *other, *states()]


def covers(start: date, end: date | None, day: date) -> bool:
    """Whether a spell from its first to its last day (None: still) holds a day."""
    return start <= day and (end is None or day <= end)


def as_day(on: date) -> date:
    """A plain date, also from a datetime or a pandas Timestamp, which do not compare with one."""
    return on.date() if isinstance(on, datetime) else on


def last_day(text: str) -> date | None:
    """A last day as the tables write it: blank means still."""
    return date.fromisoformat(text) if text else None


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """One of the tables beside this module, every cell text."""
    text = files("tripolar.actors").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def fold(text: str) -> str:
    """A name without case, accents, punctuation and "the", with "St." and "&" spelled out."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(letter)
    )
    plain = re.sub(r"['’‘`.]", "", plain.casefold().replace("&", " and ").replace("st.", "saint "))
    words = re.sub(r"[\W_]+", " ", plain).split()
    return " ".join("saint" if word == "st" else word for word in words if word != "the")


def _check(scheme: str) -> None:
    if scheme not in SCHEMES:
        raise UnknownName("code scheme", scheme, SCHEMES, next_step=f"one of {', '.join(SCHEMES)}")


@cache
def _by_code() -> dict[tuple[str, str], tuple[Spell, ...]]:
    return _index("code")


@cache
def _by_state() -> dict[tuple[str, str], tuple[Spell, ...]]:
    return _index("state")


def _index(column: str) -> dict[tuple[str, str], tuple[Spell, ...]]:
    """The spells of codes.csv by scheme and one more column, each group in order of time."""
    groups: dict[tuple[str, str], list[Spell]] = {}
    for row in read_table("codes.csv"):
        spell = (
            row["code"],
            row["state"],
            date.fromisoformat(row["start"]),
            last_day(row["end"]),
        )
        groups.setdefault((row["scheme"], row[column]), []).append(spell)
    return {key: tuple(sorted(rows, key=lambda row: row[2])) for key, rows in groups.items()}


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Folded name to the keys of the states that bear it, the proper bearer first."""
    bearers: dict[str, list[tuple[int, str]]] = {}
    for one in states().values():
        bearers.setdefault(fold(one.name), []).append((-1, one.key))
    for row in read_table("names.csv"):
        bearers.setdefault(fold(row["name"]), []).append((_KIND_ORDER[row["kind"]], row["state"]))
    return {
        name: tuple(dict.fromkeys(key for _, key in sorted(rows, key=lambda row: row[0])))
        for name, rows in bearers.items()
    }


@lru_cache(maxsize=8192)
def _resolve(text: str, on: date | None) -> str | None:
    named = _by_name().get(fold(text), ())
    if text.upper() in states():
        return _bearer((text.upper(), *named), on)
    scheme, colon, code = text.partition(":")
    if colon and scheme in SCHEMES:
        return _holder([(scheme, code.strip().upper())], on)
    if text.isdecimal():
        return _holder([("cow", text), ("gw", text)], on)
    by_code = _holder([("iso2", text.upper()), ("iso3", text.upper())], on)
    return by_code or _bearer(named, on)


def _holder(codes: Iterable[tuple[str, str]], on: date | None) -> str | None:
    """The holder of the first of these codes that is one: on the day, else nearest to it."""
    day = on or date.today()
    for held in codes:
        rows = _by_code().get(held, ())
        if rows:
            return min(rows, key=lambda row: _days_between(row, day))[1]
    return None


def _days_between(spell: Spell, day: date) -> int:
    """Days from a day to a spell; nought inside it."""
    _, _, start, end = spell
    after = 0 if end is None else (day - end).days
    return max((start - day).days, after, 0)


def _bearer(keys: tuple[str, ...], on: date | None) -> str | None:
    """The first bearer of a name that exists on the day; without a day the proper one."""
    if on is not None:
        for key in keys:
            if exists(key, on):
                return key
    return keys[0] if keys else None


def _holder_in_year(rows: list[Spell], year: int) -> str | None:
    """The holder of one code in one year, by the rule of `year_table`."""
    middle = date(year, 7, 1)
    days: dict[str, int] = {}
    for _, key, start, end in rows:
        if covers(start, end, middle):
            return key
        first, last = max(start, date(year, 1, 1)), min(end or date.max, date(year, 12, 31))
        if first <= last:
            days[key] = days.get(key, 0) + (last - first).days + 1
    return max(days, key=lambda key: days[key]) if days else None
