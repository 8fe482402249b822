"""Measures from world input-output tables."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

BAND = "none: the source publishes no error"
BLANK = (
    "the tables hold 40 economies: an actor that is not among them, or a bloc with a member that "
    "is not, has no figure; nor has a pair without any such trade to divide by"
)
USER_GUIDE = "doi:10.1111/roie.12178"


def _technology(name: str, title: str, products: str) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="value_chains",
        dimension="technology",
        directed=True,
        unit="share",
        low=0.0,
        high=1.0,
        higher_means=f"more of a's imports of {products} come from b",
        formula="a's imports from b / a's imports from all, inputs and final products",
        denominator=f"a's imports of {products} from all others, the rest of the world among "
        "them; n is the number of flows in it",
        band=BAND,
        sources=("wiod",),
        references=(USER_GUIDE,),
        caution="A share of imports: what a makes itself is not in it. An industry's products are "
        "of every grade, and of telecommunications the source knows few partners.",
        blank=BLANK,
        precision="four significant digits",
    )


MEASURES = (
    Measure(
        name="export-similarity",
        title="Similarity of exports (Finger and Kreinin), goods",
        family="value_chains",
        dimension="economic",
        directed=False,
        unit="index",
        low=0.0,
        high=1.0,
        higher_means="the two sell the same kinds of goods",
        formula="sum over 16 industries of min(share in a's exports, share in b's exports)",
        denominator="each side's exports of goods (industries 1-16) to all others; n is the number "
        "of industries",
        band=BAND,
        sources=("wiod",),
        references=("doi:10.2307/2231506", USER_GUIDE),
        caution="Sixteen industries are coarse: alike does not mean that goods compete. Services "
        "are left out.",
        blank=BLANK,
        precision="four significant digits",
    ),
    Measure(
        name="value-added-exposure",
        title="Exposure of value added to the partner's demand (Johnson and Noguera)",
        family="value_chains",
        dimension="economic",
        directed=True,
        unit="share",
        low=None,
        high=1.0,
        higher_means="more of a's product is used up in b, through third parties as well",
        formula="value added of a absorbed in final demand of b / value added of a",
        denominator="a's value added absorbed anywhere, at home as well; n is the number of "
        "economies that make up a",
        band=BAND,
        sources=("wiod",),
        references=("doi:10.1016/j.jinteco.2011.10.003", USER_GUIDE),
        caution="Value added is output less inputs and holds net taxes on products and transport "
        "margins. Stocks drawn down count as negative demand and can bring a small figure below 0.",
        blank=BLANK,
        precision="four significant digits",
    ),
    _technology(
        "electronics-dependence",
        "Dependence on the partner for electrical and optical equipment",
        "electrical and optical equipment",
    ),
    _technology(
        "machinery-dependence",
        "Dependence on the partner for machinery",
        "machinery",
    ),
    _technology(
        "telecom-dependence",
        "Dependence on the partner for post and telecommunications",
        "post and telecommunications",
    ),
    _technology(
        "technology-dependence",
        "Dependence on the partner for machinery, electronics and telecommunications",
        "machinery, electrical and optical equipment, post and telecommunications",
    ),
)
