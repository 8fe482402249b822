"""The measure of shared memberships in intergovernmental organisations."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

MEASURES = (
    Measure(
        name="igo-memberships",
        title="Organisations of which both are full members",
        family="igos",
        dimension="political",
        directed=False,
        unit="organisations",
        low=0.0,
        high=None,
        higher_means="the two sit together in more intergovernmental organisations",
        formula="count of organisations with both as full members; "
        "for a bloc the mean over cross pairs of members",
        denominator="n is the number of cross pairs (a member of a with one of b), 1 for states",
        band="none: a complete count",
        sources=("cow-igo",),
        references=("doi:10.1177/0022343319881175",),
        caution="Counts the Universal Postal Union like a military alliance, and rises for all as "
        "organisations are founded: compare with other pairs of the year.",
        zeros="both",
        blank="one of the two was no member of the state system at the end of the year",
    ),
)
