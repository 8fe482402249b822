"""Measures of trade agreements."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

DESTA = ("doi:10.1007/s11558-013-9179-8",)
NO_BAND = "none: treaties are listed one by one, and the source publishes no error"
ENDS = (
    "Ends are listed for few treaties: one that was suspended, or replaced by a later one, still "
    "counts."
)
MISSING = "one of the two was no actor in the year"

MEASURES = (
    Measure(
        name="trade-agreement-in-force",
        title="A trade agreement in force",
        family="agreements",
        dimension="economic",
        directed=False,
        unit="share of pairs of members",
        low=0.0,
        high=1.0,
        higher_means="more of the trade between the two's members is under an agreement",
        formula="pairs of a member of a and one of b with a trade agreement in force on "
        "31 December / all such pairs (1 or 0 for two states)",
        denominator="pairs of members; n is their number, 1 for two states",
        band=NO_BAND,
        sources=("desta",),
        references=DESTA,
        caution=f"{ENDS} It says nothing of depth: preferences for some goods count as a customs "
        "union does.",
        zeros="everyone",
        blank=MISSING,
    ),
    Measure(
        name="trade-agreements",
        title="Trade agreements in force",
        family="agreements",
        dimension="economic",
        directed=False,
        unit="agreements",
        low=0.0,
        high=None,
        higher_means="more agreements bind the two",
        formula="agreements in force between a and b on 31 December; for blocs the mean over pairs "
        "of members",
        denominator="pairs of members; n is their number, 1 for two states",
        band=NO_BAND,
        sources=("desta",),
        references=DESTA,
        caution=f"{ENDS} A high count is more often a history of treaties one upon another than a "
        "closer tie.",
        zeros="everyone",
        blank=MISSING,
    ),
)
