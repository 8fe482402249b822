"""Measures of arms transfers."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

METHODS = "https://www.sipri.org/databases/armstransfers/sources-and-methods"
ARMS_BAND = "none: SIPRI publishes no error of its trend-indicator values"
N_OF_WINDOW = "n is the number of years of the window in which both are there"
NO_DELIVERIES = (
    "0 also where a is recorded with deliveries but with none in the years in which b is there; "
)


def _share(name: str, title: str, flow: str, formula: str, way: str) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="arms",
        dimension="security",
        directed=True,
        unit="share",
        low=0.0,
        high=1.0,
        higher_means=f"a's arms {flow} lean more on b",
        formula=formula,
        denominator=(
            f"a's arms {flow} {way} anyone in the same years, unknown partners, organisations and "
            f"armed groups among them; {N_OF_WINDOW}"
        ),
        band=ARMS_BAND,
        sources=("sipri-transfers",),
        references=(METHODS,),
        caution=(
            "Major conventional arms only, by military capability and not by price. A few "
            "deliveries make a share where a moves little. Years before 1991 with Germany are "
            "spread from the register of orders."
        ),
        zeros="a",
        blank=f"{NO_DELIVERIES}blank where a has no recorded {flow} in the window",
    )


MEASURES = (
    _share(
        "arms-import-share",
        "Arms dependence: the supplier's share in the actor's arms imports",
        "imports",
        "TIV of a's arms imports from b / TIV of all a's arms imports, sums over five years",
        "from",
    ),
    _share(
        "arms-export-share",
        "Arms dependence: the customer's share in the actor's arms exports",
        "exports",
        "TIV of a's arms exports to b / TIV of all a's arms exports, sums over five years",
        "to",
    ),
    Measure(
        name="arms-volume",
        title="Arms transfers, both ways",
        family="arms",
        dimension="security",
        directed=False,
        unit="TIV million in five years",
        low=0.0,
        high=None,
        higher_means="more major arms move between the two",
        formula="TIV of arms from a to b + from b to a, sum over the five years ending in the year",
        denominator=N_OF_WINDOW,
        band=ARMS_BAND,
        sources=("sipri-transfers",),
        references=(METHODS,),
        caution=(
            "A trend-indicator value is of military capability and no amount of money. Windows "
            "with n under 5 are shorter sums: do not compare them with full ones."
        ),
        zeros="both",
        blank="one of the two was not there on 1 July of the year",
        ships=False,
    ),
)
