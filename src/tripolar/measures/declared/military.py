"""Measures of military spending."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

MEASURES = (
    Measure(
        name="military-spending-ratio",
        title="Military spending relative to the other's",
        family="military",
        dimension="security",
        directed=True,
        unit="ratio",
        low=0.0,
        high=None,
        higher_means="a spends more on its military relative to b",
        formula="military spending of a / military spending of b",
        denominator=(
            "b's military spending in current USD; n is the number of states summed on both sides"
        ),
        band="none: SIPRI publishes no error, though it marks figures of some states as estimates",
        sources=("sipri-milex",),
        references=("https://www.sipri.org/databases/milex/sources-and-methods",),
        mirror="inverse",
        caution=(
            "At market exchange rates, which understate what money buys in China and Russia; not a "
            "measure of closeness. A rouble or yuan that falls moves it without any new spending."
        ),
        blank=(
            "no figure of one of the two, or of one member of a bloc; or no spending, as of states "
            "without armed forces"
        ),
        ships=False,
    ),
)
