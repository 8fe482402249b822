"""Measures of dependence on imported energy and of gas trade, from the Statistical Review."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

SOURCES = ("energy-review",)
REFERENCES = ("https://www.energyinst.org/statistical-review",)
UNLISTED = (
    "bounds, not an interval: low gives a all production that the source lists only for the rest "
    "of its region, high none; blank where a's production is listed"
)


def _dependency(name: str, title: str, formula: str, used: str, caution: str) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="energy_review",
        dimension="energy",
        directed=False,
        monadic=True,
        unit="ratio",
        low=None,
        high=1.0,
        higher_means="a imports more of what it uses; below 0 it exports",
        formula=formula,
        denominator=f"a's consumption of {used}; n is 1",
        band=UNLISTED,
        sources=SOURCES,
        references=REFERENCES,
        caution=f"{caution} Changes of stocks count as trade.",
        blank="the source does not list a, or unlisted production could move it by over 0.15; a "
        "bloc other than the 27 members of the EU",
    )


GAS = (
    "2020 and 2022 only. Billion cubic metres at 40 megajoules each: never set beside Eurostat's "
    "amounts, only shares."
)
CRUDE = "2020 and 2022 only, and of the dozen states that the source lists by name."


def _trade(
    name: str,
    title: str,
    formula: str,
    denominator: str,
    band: str,
    higher_means: str,
    caution: str,
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="energy_review",
        dimension="energy",
        directed=True,
        unit="share",
        low=0.0,
        high=1.0,
        higher_means=higher_means,
        formula=formula,
        denominator=f"{denominator}; n is 1",
        band=band,
        sources=SOURCES,
        references=REFERENCES,
        caution=caution,
        blank="a year other than 2020 and 2022, a flow that the source does not list by country, "
        "or a bloc other than the EU's 27",
    )


MEASURES = (
    _dependency(
        "energy-import-dependency",
        "Dependence on imported energy",
        "(consumption - production of oil, gas and coal) / consumption of primary energy",
        "primary energy, in exajoules",
        "Nuclear and renewable energy count as made at home. Oil is turned into exajoules at "
        "41.868 gigajoules a tonne.",
    ),
    _dependency(
        "energy-oil-dependency",
        "Dependence on imported oil",
        "(consumption - production of oil) / consumption of oil",
        "oil, in tonnes",
        "Consumption holds bunkers, production natural gas liquids.",
    ),
    _dependency(
        "energy-gas-dependency",
        "Dependence on imported natural gas",
        "(consumption - production of natural gas) / consumption of natural gas",
        "natural gas, in exajoules",
        "Consumption is net of gas made into liquids.",
    ),
    _trade(
        "energy-gas-market-share",
        "Dependence on a gas customer: the customer's share in the actor's gas exports",
        "exports of natural gas of a to b, pipeline and LNG / exports of natural gas of a",
        "a's exports of gas by pipeline and ship",
        "none: the source publishes no error",
        "a's gas exports lean more on b",
        GAS,
    ),
    _trade(
        "energy-gas-supply-share",
        "Dependence on a gas supplier, worldwide: the supplier's share in the actor's gas imports",
        "imports of natural gas of a from b, pipeline and LNG / imports of natural gas of a",
        "a's imports of gas by pipeline and ship; the EU's from outside it",
        "bounds for the EU, not an interval: high leaves all purchases from the Netherlands and "
        "the rest of Europe out as its own, low counts them all as from outside; none for states",
        "a's gas supply leans more on b",
        GAS,
    ),
    _trade(
        "energy-oil-market-share",
        "Dependence on an oil customer: the customer's share in the actor's crude oil exports",
        "exports of crude oil of a to b / exports of crude oil of a",
        "a's exports of crude oil and condensates",
        "none: the source publishes no error",
        "a's oil exports lean more on b",
        CRUDE,
    ),
    _trade(
        "energy-oil-supply-share",
        "Dependence on an oil supplier, worldwide: the supplier's share in crude oil imports",
        "imports of crude oil of a from b / imports of crude oil of a",
        "a's imports of crude oil and condensates",
        "none: the source publishes no error",
        "a's oil supply leans more on b",
        CRUDE,
    ),
)
