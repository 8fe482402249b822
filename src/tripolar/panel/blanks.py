"""Why a figure is blank: one of the five kinds of nothing, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from tripolar.actors.blocs import blocs, members_in_year
from tripolar.actors.states import chain
from tripolar.measures import Measure, tables
from tripolar.measures.ballots import ROLL_CALL_SETS
from tripolar.nothing import Nothing
from tripolar.panel import spine
from tripolar.panel.choices import Choices
from tripolar.panel.coverage import VOTES
from tripolar.panel.figures import Atlas
from tripolar.sources.cow_trade import UNREPORTED_YEARS, USSR_SUCCESSORS
from tripolar.sources.vetoes import permanent_members


@dataclass(frozen=True)
class Blank:
    """A year without a figure, the kind of nothing, and the reason."""

    year: int
    kind: Nothing
    reason: str

    def __str__(self) -> str:
        """The year and the reason."""
        return f"{self.year}: {self.kind}, {self.reason}"


def why_blank(
    atlas: Atlas, name: str, a: str, b: str, year: int, choices: Choices, *, joint: int = 0
) -> Blank:
    """Why a measure has no figure for a pair in a year; asked only where it has none.

    ``joint`` is the number of roll calls in which both took a position, for a measure of votes.
    """
    what = atlas.measure(name)
    choices = choices.fixed_by(what)
    if reason := atlas.withheld.get(name):
        return Blank(year, Nothing.MISSING, reason)
    if found := _coverage(what, atlas.covered_years(what, choices), year, choices):
        return Blank(year, *found)
    checks = (_existence, _seats, _unreported)
    for check in checks:
        if found := check(what, a, b, year, choices):
            return Blank(year, *found)
    if what.family == "ballots" and joint == 0:
        return Blank(year, Nothing.ABSENT, "the two never took a position in the same roll call")
    if what.family == "ballots":
        reason = tables.statistic(what.statistic).undefined
        return Blank(year, Nothing.MISSING, f"undefined, {reason} (n = {joint})")
    for actor in _unlisted(atlas, what, a, b, year):
        listed = f"{', '.join(what.sources)} does not speak of {actor} in this year"
        reason = f"{listed}: {what.blank}" if what.blank else listed
        return Blank(year, Nothing.OUTSIDE_COVERAGE, reason)
    reason = what.blank or f"{', '.join(what.sources)} has no value for the two"
    return Blank(year, Nothing.MISSING, reason)


def _unlisted(atlas: Atlas, what: Measure, a: str, b: str, year: int) -> list[str]:
    """Actors of the pair that a measure with a list of covered actors does not list."""
    asked = {"a": [a], "both": [a, b]}.get(what.zeros, [])
    return [
        actor
        for actor in asked
        if not any(atlas.stored.covers(what, key, year) for key in chain(actor))
    ]


Found = tuple[Nothing, str] | None


def _coverage(what: Measure, years: tuple[int, int], year: int, choices: Choices) -> Found:
    first, last = years
    if first <= year <= last:
        return None
    of = f" for {ROLL_CALL_SETS[choices.roll_calls]}" if what.family in VOTES else ""
    return Nothing.OUTSIDE_COVERAGE, f"{', '.join(what.sources)} covers {first}-{last}{of}"


def _existence(what: Measure, a: str, b: str, year: int, choices: Choices) -> Found:
    there = set(spine.actors_in(year))
    for actor in (a, b):
        if not there & set(chain(actor)):
            return Nothing.NOT_A_MEMBER, f"{actor} was not there"
    if not what.monadic and (shared := spine.overlap(a, b, year)):
        kind = (
            "is a member of the other" if a not in blocs() or b not in blocs() else "share members"
        )
        return Nothing.NOT_A_MEMBER, f"{a} and {b}: one {kind} ({', '.join(sorted(shared)[:3])})"
    return None


def _seats(what: Measure, a: str, b: str, year: int, choices: Choices) -> Found:
    for actor in (a, b):
        if actor in blocs():
            if what.family == "vetoes":
                return (
                    Nothing.NOT_A_MEMBER,
                    f"{actor} has no seat of its own in the Security Council",
                )
            continue
        names = set(chain(actor))
        if what.family == "vetoes" and not names & {
            holder for month in (1, 12) for holder in _council(year, month)
        }:
            return Nothing.NOT_A_MEMBER, f"{actor} was no permanent member"
        if what.family in VOTES and not names & members_in_year("UN", year):
            return Nothing.NOT_A_MEMBER, f"{actor} was no member of the United Nations"
    return None


def _council(year: int, month: int) -> frozenset[str]:
    import datetime

    return permanent_members(datetime.date(year, month, 28))


def _unreported(what: Measure, a: str, b: str, year: int, choices: Choices) -> Found:
    if what.family != "trade" or year not in UNREPORTED_YEARS:
        return None
    touched = sorted(actor for actor in (a, b) if _states_of(actor, year) & set(USSR_SUCCESSORS))
    if not touched:
        return None
    return (
        Nothing.MISSING,
        "cow-trade books most trade among the successor states of the USSR as 0 in 1992-1993, so "
        f"the total of {' and '.join(touched)} is unknown",
    )


def _states_of(actor: str, year: int) -> set[str]:
    return set(spine.blocs_in(year).get(actor, frozenset({actor})))
