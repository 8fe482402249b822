"""Global Sanctions Data Base: cases with their senders and targets, groups as members by date."""

from __future__ import annotations

import functools
import re
from datetime import date
from pathlib import Path

import pandas as pd

from tripolar.actors.blocs import members_in_year
from tripolar.actors.states import find
from tripolar.errors import NewOddity, UnknownName
from tripolar.sources.base import source

NAME = "gsdb"
KINDS = ("trade", "arms", "military", "financial", "travel", "other")
GROUPS = {"EU": "EU", "EEC": "EU", "UN": "UN", "G7": "G7", "NATO": "NATO", "EEU": "EAEU"}
"""Groups of the source that are blocs here."""
G8, G8_FIRST, G8_LAST = "G8", 1998, 2013
"""The Group of Seven with Russia, of which there is no bloc; Russia's last summit was 2013."""
NO_MEMBERS_HERE = "organisation whose membership is not kept here"
NO_FIXED_MEMBERS = "signatories or participants, not a group that acts as one"
NOT_EXPANDED = {
    **dict.fromkeys(
        (
            *("African Union", "CSCE", "ChinCom", "CoCom", "Comecon", "Commonwealth", "ECOWAS"),
            *("League of Arab States", "MERCOSUR", "NAFTA", "OAPEC", "OIC", "OSCE"),
            *("Organisation of African Unity", "Organization of American States"),
            *("Organization of Eastern Carribean States", "Pacific Islands Forum", "SADC"),
            "UNASUR",
        ),
        NO_MEMBERS_HERE,
    ),
    **dict.fromkeys(
        (
            *("ICC Rome Statute Signatories", "Kimberly Process Participants"),
            "Paris Agreement Signatories",
        ),
        NO_FIXED_MEMBERS,
    ),
    **dict.fromkeys(("Balkans", "Western Balkans", "Western countries"), "no list of states"),
    **dict.fromkeys(("Cyprus (Northern)", "Gibraltar", "Hong Kong"), "territory"),
    **dict.fromkeys(
        (
            "Terrorist Organizations (Al-Qaeda)",
            "Terrorist Organizations (ISIL and ANF)",
            "Terrorist Organizations (Taliban and Al-Qaeda)",
            "Terrorist Organizations (Taliban)",
        ),
        "armed group",
    ),
}
"""Names that are neither a state nor a bloc here, each with the reason why nobody acts for it."""
_COMMA_INSIDE = re.compile(
    r"(Korea|Yemen|Egypt|Gambia|Congo), (North|South|Arab Rep\.|The|Democratic Republic of the)"
)
_HELD = "\N{UNIT SEPARATOR}"


def cases(mirror: Path) -> pd.DataFrame:
    """One row per case: case, begin, end (years, both in force), senders, targets, the kinds.

    Senders and targets are tuples of the source's names; a name with a comma in it ("Korea,
    North") is one name. A case that goes on ends in 2022, the last year of the source.
    """
    table = pd.read_csv(source(NAME).path("cases", mirror), keep_default_na=False)
    return pd.DataFrame(
        {
            "case": table["case_id"],
            "begin": table["begin"],
            "end": table["end"],
            "senders": table["sanctioning_state"].map(names_of),
            "targets": table["sanctioned_state"].map(names_of),
            **{kind: table[kind].astype(bool) for kind in KINDS},
        }
    )


def read(mirror: Path) -> pd.DataFrame:
    """Who is in which case in which year: case, year, side, actor, via.

    ``side`` is sender or target. ``actor`` is a state key or the key of a bloc that the case
    names. ``via`` is empty for an actor that the case names, and the group's name for a state
    that is in the case only as a member. Names in `NOT_EXPANDED` have no row.
    """
    held = cases(mirror)
    _stop_at_unknown_names(held)
    rows = [
        (case, year, side, actor, via)
        for case, begin, end, senders, targets in zip(
            *(held[name] for name in ("case", "begin", "end", "senders", "targets")), strict=True
        )
        for year in range(begin, end + 1)
        for side, names in (("sender", senders), ("target", targets))
        for name in names
        for actor, via in parties(name, year)
    ]
    frame = pd.DataFrame(rows, columns=["case", "year", "side", "actor", "via"])
    named_first = frame.sort_values(["case", "year", "side", "actor", "via"], ignore_index=True)
    return named_first.drop_duplicates(["case", "year", "side", "actor"], ignore_index=True)


def names_of(cell: str) -> tuple[str, ...]:
    """The names in a cell, which commas part; those inside a name do not."""
    whole = _COMMA_INSIDE.sub(rf"\1{_HELD}\2", cell)
    return tuple(name.strip().replace(_HELD, ", ") for name in whole.split(","))


@functools.cache
def parties(name: str, year: int) -> tuple[tuple[str, str], ...]:
    """(actor, via) for everyone that a name stands for in a year. Raises UnknownName."""
    if name in NOT_EXPANDED:
        return ()
    if name == G8:
        russia = {"RUS"} if G8_FIRST <= year <= G8_LAST else set()
        return tuple((state, name) for state in sorted(members_in_year("G7", year) | russia))
    if name in GROUPS:
        bloc = GROUPS[name]
        members = tuple((state, name) for state in sorted(members_in_year(bloc, year)))
        return members if bloc == "UN" else ((bloc, ""), *members)
    return ((_state(name, year), ""),)


def _state(name: str, year: int) -> str:
    """The state of a name in a year; two of the source's names outlive the state they name.

    "South Vietnam" after April 1975 is Vietnam, "Serbia" before 2006 Serbia and Montenegro.
    """
    key = find(name, date(year, 7, 1)).key
    if key == "RVN" and year >= 1975:
        return "VNM"
    return "SCG" if key == "SRB" and 1992 <= year < 2006 else key


def _stop_at_unknown_names(held: pd.DataFrame) -> None:
    unknown = set()
    for begin, senders, targets in zip(
        held["begin"], held["senders"], held["targets"], strict=True
    ):
        for name in (*senders, *targets):
            try:
                parties(name, int(begin))
            except UnknownName:
                unknown.add(name)
    if unknown:
        raise NewOddity(
            f"{NAME}: names that are neither a state nor a known group: "
            f"{', '.join(sorted(unknown))}"
        )
