"""Measures of influence: bandwidth, dependence, and their product."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

SOURCES = ("cow-trade", "worldbank-gdp", "sipri-transfers", "cow-igo", "atop")
BAND = "none: none of the sources behind it publishes an error"
REFERENCES = ("https://korbel.du.edu/fbic", "doi:10.1177/0022343396033001003")
NEEDS = "a part is unknown: trade, product or memberships of the two in this year"


def _influence(
    name: str,
    title: str,
    formula: str,
    *,
    directed: bool,
    higher_means: str,
    denominator: str,
    caution: str = "",
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="influence",
        dimension="political",
        directed=directed,
        unit="index",
        low=0.0,
        high=1.0,
        higher_means=higher_means,
        formula=formula,
        denominator=denominator,
        band=BAND,
        sources=SOURCES,
        references=REFERENCES,
        caution="In the manner of the FBIC index, not the index itself: no embassies, aid or arms "
        "stocks, and equal weights. " + caution,
        blank=NEEDS,
        precision="three decimals, four for influence",
    )


MEASURES = (
    _influence(
        "influence-bandwidth",
        "Bandwidth of the tie: trade, shared organisations, pacts and arms",
        "(log(1 + trade) / log(1 + largest trade of the year) + shared memberships / most shared "
        "of the year + (strongest pact + mean share in arms imports) / 2) / 3; channels up to 1",
        directed=False,
        higher_means="the two have more channels",
        denominator="the largest trade and most shared memberships of two states in the year",
    ),
    _influence(
        "influence-dependence",
        "Dependence on the other: trade and arms",
        "((trade-share + min(trade-gdp, 1)) / 2 + arms-import-share) / 2",
        directed=True,
        higher_means="a depends more on b",
        denominator="a's trade, a's product, a's arms imports of five years",
        caution="A state that imported no arms depends on nobody for them: 0.",
    ),
    _influence(
        "influence",
        "Influence over the other: bandwidth times the other's dependence",
        "influence-bandwidth(a, b) * influence-dependence(b, a)",
        directed=True,
        higher_means="a has more formal capacity to influence b",
        denominator="as in its two parts",
        caution="A capacity, not its use.",
    ),
)
