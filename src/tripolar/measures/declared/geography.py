"""Measures of geography: contiguity and distance."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

MEASURES = (
    Measure(
        name="contiguity",
        title="Contiguity of home territories",
        family="geography",
        dimension="security",
        directed=False,
        unit="rank",
        low=0.0,
        high=5.0,
        higher_means="the two are nearer to each other",
        formula="5 a border on land or river; 4, 3, 2, 1 water of up to 12, 24, 150, 400 miles; "
        "0 further; for a bloc the closest of the cross pairs of members",
        denominator="n is the number of cross pairs (a member of a with one of b), 1 for states",
        band="none: read off the map",
        sources=("cow-contiguity",),
        references=("doi:10.1177/073889420201900203",),
        caution="Ranks, not a scale: no mean or difference of them has a meaning. Across land that "
        "is a third state's, two states are 0 however near.",
        zeros="both",
        blank="one of the two was no member of the state system for most of the year",
    ),
    Measure(
        name="distance-km",
        title="Distance between the two populations",
        family="geography",
        dimension="security",
        directed=False,
        unit="km",
        low=0.0,
        high=None,
        higher_means="the two live further apart",
        formula="mean great-circle distance between their largest cities, weighted by population "
        "(distw); for a bloc the unweighted mean over cross pairs of members",
        denominator="n is the number of cross pairs (a member of a with one of b), 1 for states",
        band="none: a measured distance",
        sources=("cepii-geodist",),
        references=(
            "https://www.cepii.fr/CEPII/en/publications/wp/abstract.asp?NoDoc=3877",
            "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=6",
        ),
        caution="One value for all years, by the cities of about 2004: a bloc's moves with its "
        "members only, and a small member weighs as much as a large one.",
        blank="the source has no such state: the USSR, Czechoslovakia, Yugoslavia, Montenegro …",
    ),
)
