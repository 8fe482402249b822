"""What a measure declares: what it says, of whom, in which unit, from which source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """A definition that turns source rows into one number per pair and year.

    family : what it is computed from. ballots, cohesion, positions, vetoes, trade and size are
        computed when asked from the atlas's counts and sums; every other family is compiled by the
        module of that name in `tripolar.panel.families` and stored figure by figure.
    directed : whether (a, b) and (b, a) are different figures.
    mirror : what (b, a) is where it follows from (a, b): "negative" for a difference, "inverse"
        for a ratio; a reading then shows only one. Empty for all others.
    monadic : whether it is of one actor, so that a and b are the same.
    low, high : the range the formula can take; None where open.
    zeros : where a stored measure's silence is a zero and not a blank: "" nowhere, "everyone" for
        every pair of actors of the year, "a" where the family lists a as covered in the year,
        "both" where it lists both. Always within the sources' coverage.
    blank : what a blank within coverage means, for a person.
    covers : first and last year of the measure, where they are not those of its sources.
    precision : how figures are rounded as stored, where they are.
    ships : False where the terms let no figure of it into the embedded atlas although they let
        others of the same source in; sources marked "no" need not be repeated here.
    statistic, distance : for the ballots family only.
    roll_calls : the set of roll calls a measure of votes is fixed to; empty: the one chosen.
    """

    name: str
    title: str
    family: str
    dimension: str
    directed: bool
    unit: str
    low: float | None
    high: float | None
    higher_means: str
    formula: str
    denominator: str
    band: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    caution: str = ""
    statistic: str = ""
    distance: str = "absolute"
    roll_calls: str = ""
    mirror: Literal["", "negative", "inverse"] = ""
    monadic: bool = False
    zeros: Literal["", "everyone", "a", "both"] = ""
    blank: str = ""
    ships: bool = True
    covers: tuple[int, int] | None = None
    precision: str = ""

    @property
    def mirrored(self) -> bool:
        """Whether (b, a) says what (a, b) does."""
        return bool(self.mirror)
