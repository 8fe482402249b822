"""Measures of the liquidity lines between central banks."""

from __future__ import annotations

from typing import Literal

from tripolar.measures.declaration import Measure

PAPER = "https://cepr.org/publications/dp19070"
NO_BAND = "none: deals are listed one by one, and the source publishes no error"
LEFT_OUT = (
    "The European Central Bank, Hong Kong and Macao are no actors: their lines are left out, and "
    "states of the euro area and blocs with one are blank."
)
NO_BANK = "its lines are those of the European Central Bank, which is no actor here"
DOLLARS = (
    "Amounts in other currencies are taken at the average rate of the year of signature and stay "
    "at it. A size is what could be drawn, not what was."
)
NO_SIZE = (
    "no line in place, one that is unlimited or without a known size in dollars, or one of the two "
    "is in the euro area or a bloc with a state of it"
)


def _lines(
    name: str,
    title: str,
    formula: str,
    *,
    unit: str,
    higher_means: str,
    denominator: str,
    caution: str,
    zeros: Literal["", "both"],
    blank: str,
    sources: tuple[str, ...] = ("liquidity-lines",),
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="currency",
        dimension="economic",
        directed=True,
        unit=unit,
        low=0.0,
        high=None,
        higher_means=higher_means,
        formula=formula,
        denominator=denominator,
        band=NO_BAND,
        sources=sources,
        references=(PAPER,),
        caution=caution,
        zeros=zeros,
        blank=blank,
    )


MEASURES = (
    _lines(
        "swap-lines-live",
        "Liquidity lines of the central bank in place at the end of the year",
        "bilateral lines from a's central bank to b's that hold on 31 December",
        unit="lines",
        higher_means="a's central bank stands ready to lend to b's on more lines",
        denominator="a count; n is the same number",
        caution=f"A line that lapsed before 31 December does not count in its year. {LEFT_OUT}",
        zeros="both",
        blank=NO_BANK,
    ),
    _lines(
        "swap-lines-signed",
        "Liquidity lines of the central bank signed in the year",
        "bilateral lines from a's central bank to b's signed, renewed or enlarged in the year",
        unit="lines",
        higher_means="a's central bank promised or renewed more lines to b's",
        denominator="a count; n is the same number",
        caution=f"Short lines are renewed more often than long ones. {LEFT_OUT}",
        zeros="both",
        blank=NO_BANK,
    ),
    _lines(
        "swap-pools-live",
        "Reserve pools shared by the central banks at the end of the year",
        "shares of a's central bank in pools that b's may draw on (Chiang Mai, BRICS, ASEAN) "
        "on 31 December",
        unit="pools",
        higher_means="b's central bank can draw on more pools that a's pays into",
        denominator="a count; n is the same number",
        caution="Drawing takes the consent of the pool, and above a part of it of the IMF.",
        zeros="both",
        blank=NO_BANK,
    ),
    _lines(
        "swap-lines-usd",
        "Size of the liquidity lines in place at the end of the year",
        "sum of the sizes of the bilateral lines from a's central bank to b's on 31 December",
        unit="USD billion",
        higher_means="b's central bank may draw more from a's",
        denominator="n is the number of lines summed",
        caution=f"{DOLLARS} {LEFT_OUT}",
        zeros="",
        blank=NO_SIZE,
    ),
    _lines(
        "swap-lines-trade",
        "Size of the liquidity lines relative to trade",
        "swap-lines-usd / (imports of a from b + imports of b from a in the year)",
        unit="ratio",
        higher_means="the lines from a to b could pay for more of the two's trade",
        denominator="the trade of the two, both ways; n is the number of lines summed",
        caution=f"{DOLLARS} Trade ends in 2014.",
        zeros="",
        blank=f"{NO_SIZE}; or no trade is reported",
        sources=("liquidity-lines", "cow-trade"),
    ),
)
