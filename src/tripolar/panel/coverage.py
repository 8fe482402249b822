"""Which calendar years a measure's sources speak of."""

from __future__ import annotations

from collections.abc import Mapping

from tripolar.measures import MEASURES, Measure
from tripolar.measures.ballots import TITLED_TO
from tripolar.measures.declared.regional import COMPONENTS
from tripolar.panel.choices import Choices
from tripolar.panel.own import FAMILY as OWN_FAMILY
from tripolar.sources import Source, catalogue
from tripolar.sources.unga import IMPORTANT_FROM, IMPORTANT_TO, LAST_DAY

VOTES = frozenset({"ballots", "cohesion", "positions"})
"""Families of measures that rest on General Assembly votes."""


def covered_years(
    what: Measure, choices: Choices, sources: Mapping[str, Source] | None = None
) -> tuple[int, int]:
    """First and last year that a measure's sources speak of, under the choices made.

    ``sources`` are those of the atlas asked, the analyst's among them; else the declared ones.
    """
    if what.family in VOTES:
        roll_calls = what.roll_calls or choices.roll_calls
        if what.family == "cohesion" or roll_calls == "final":
            return 1946, LAST_DAY.year
        if roll_calls == "important":
            return IMPORTANT_FROM, IMPORTANT_TO
        return 1946, TITLED_TO
    if what.family == "regional":
        parts = [covered_years(MEASURES[name], choices, sources) for name in COMPONENTS[what.name]]
        return max(first for first, _ in parts), min(last for _, last in parts)
    if what.covers is not None:
        return what.covers
    known = catalogue() if sources is None else sources
    spans = [known[name].coverage for name in what.sources]
    if what.family == OWN_FAMILY:  # tables of one kind of fact add to each other
        return min(span.first for span in spans), max(span.last for span in spans)
    return max(span.first for span in spans), min(span.last for span in spans)
