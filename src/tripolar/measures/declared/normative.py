"""Measures of votes on norms: agreement over one set of roll calls, whatever set is chosen."""

from __future__ import annotations

from tripolar.measures.declaration import Measure
from tripolar.measures.declared.votes import VOTE_BAND, VOTE_SOURCES

FEW = "Few roll calls a year: read n and the band first. Ends in 2019, with the titles."
NOT_CHANCE = "Not corrected for chance."


def _agreement(name: str, about: str, roll_calls: str, caution: str) -> Measure:
    return Measure(
        name=name,
        title=f"Agreement in the General Assembly on {about}",
        family="ballots",
        dimension="normative",
        directed=False,
        unit="index",
        low=0.0,
        high=1.0,
        higher_means="the two vote more alike",
        formula="same position / joint votes",
        denominator=f"final votes on {about} in which both took a position (yes, abstain or no)",
        band=VOTE_BAND,
        sources=VOTE_SOURCES,
        references=("doi:10.2307/1952608", "doi:10.1093/pan/mpr023"),
        caution=caution,
        statistic="agreement",
        roll_calls=roll_calls,
    )


MEASURES = (
    _agreement(
        "un-human-rights",
        "human rights",
        "human-rights",
        f"The source's issue area, with votes on Palestine and on self-determination. {NOT_CHANCE}",
    ),
    _agreement(
        "un-country-human-rights",
        "human rights in single countries",
        "country-human-rights",
        f"Resolutions adopted without a vote leave no trace. {FEW} {NOT_CHANCE}",
    ),
    _agreement(
        "un-information",
        "information security and cyberspace",
        "information",
        f"Eleven votes in all, in 2005-2008, 2016 and 2018-2019. {FEW} {NOT_CHANCE}",
    ),
)
