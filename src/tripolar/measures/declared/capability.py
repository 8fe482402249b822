"""Measures of capability: material capabilities, and nuclear cooperation agreements."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

MEASURES = (
    Measure(
        name="capability-ratio",
        title="Material capabilities relative to the other's",
        family="capability",
        dimension="security",
        directed=True,
        unit="ratio",
        low=0.0,
        high=None,
        higher_means="a is the stronger of the two by more",
        formula="CINC of a / CINC of b; for a bloc the sum of its members'",
        denominator="b's index (CINC); n is the number of states on both sides",
        band="none: the source publishes no error",
        sources=("cow-nmc",),
        references=(
            "https://correlatesofwar.org/data-sets/national-material-capabilities/",
            "doi:10.1080/03050628808434695",
        ),
        caution="The index weighs heads and steel like arms, so it puts China before the United "
        "States from the 1990s on; not a measure of closeness, but of who is stronger.",
        blank="the source has no index of a state, or of a member of a bloc, in the year",
        mirror="inverse",
        precision="three significant digits, the smaller key over the other",
    ),
    Measure(
        name="nuclear-agreements",
        title="Nuclear cooperation agreements signed so far",
        family="capability",
        dimension="security",
        directed=False,
        unit="agreements",
        low=0.0,
        high=None,
        higher_means="the two have signed more agreements on nuclear cooperation",
        formula="count of agreements signed from 1951 up to and including the year, by the two or "
        "the states they continue; for a bloc the sum over cross pairs of members",
        denominator="n is the number of cross pairs (a member of a with one of b), 1 for states",
        band="none: a count",
        sources=("nuclear-cooperation",),
        references=("doi:10.1162/isec.2009.34.1.7",),
        caution="Signed, not in force: none expires here. Counts a research visit's protocol like "
        "a power station, and thins out in the source after 2001.",
        zeros="both",
        blank="one of the two was no member of the state system for most of the year",
    ),
)
