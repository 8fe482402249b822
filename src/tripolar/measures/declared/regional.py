"""Measures of a power's weight in a region: economic and security weight among third states."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

BAND = (
    "none: the mean of a complete set of states; what each state's figure is sure of stands there"
)
COMPONENTS = {
    "regional-economic-weight": ("trade-share",),
    "regional-arms-weight": ("arms-import-share",),
    "regional-pact-weight": ("pact-defence",),
    "regional-security-weight": ("arms-import-share", "pact-defence"),
    "regional-vote-agreement": ("un-agreement",),
}
"""The measures that a regional one is the mean of, each of a state of the region with the power."""


def _regional(
    name: str, title: str, formula: str, sources: tuple[str, ...], *, caution: str = ""
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="regional",
        dimension="regional",
        directed=True,
        unit="share" if name != "regional-vote-agreement" else "index",
        low=0.0,
        high=1.0,
        higher_means="the power weighs more in the region",
        formula=formula,
        denominator="the region's states with a figure (n), each counted once",
        band=BAND,
        sources=sources,
        references=("doi:10.1177/0022343396033001003",),
        caution="a is the power, b the region (a bloc of kind region, CENTRAL-ASIA). A large and a "
        "small state count alike. " + caution,
        blank="no state of the region has a figure with this power",
    )


MEASURES = (
    _regional(
        "regional-economic-weight",
        "Economic weight in the region: mean share in its states' trade",
        "mean over the region's states s of trade-share(s, a)",
        ("cow-trade",),
        caution="Trade only: official finance is known for China alone, see official-finance.",
    ),
    _regional(
        "regional-arms-weight",
        "Arms weight in the region: mean share in its states' arms imports",
        "mean over the region's states s of arms-import-share(s, a)",
        ("sipri-transfers",),
        caution="States that imported nothing in five years have no share and are left out.",
    ),
    _regional(
        "regional-pact-weight",
        "Share of the region's states with a defence pact with the power",
        "mean over the region's states s of pact-defence(s, a)",
        ("atop",),
    ),
    _regional(
        "regional-security-weight",
        "Security weight in the region: arms and defence pacts, equal parts",
        "(regional-arms-weight + regional-pact-weight) / 2",
        ("sipri-transfers", "atop"),
        caution="Equal parts are a choice: both stand beside it. Bases, training and exercises are "
        "not in it.",
    ),
    _regional(
        "regional-vote-agreement",
        "Mean agreement of the region's states with the power in the General Assembly",
        "mean over the region's states s of un-agreement(s, a)",
        ("unga-titles", "unga-votes"),
        caution="Most states agree on most roll calls: compare powers, not with 0.",
    ),
)
