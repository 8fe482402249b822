"""Measures of dependence on imported gas, crude oil and coal, from Eurostat's monthly imports."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

SOURCES = ("eurostat-energy",)
BOUNDS = (
    "bounds, not an interval: low counts none of the imports without a partner as b's, high all "
    "of them; blank where every import has a partner; no error is published"
)
CONCENTRATION_BOUNDS = (
    "bounds, not an interval: low spreads the imports without a partner over many small suppliers, "
    "high gives all to the largest; blank where every import has a partner"
)
REPORTERS = "n is the number of states with all 12 months behind it"
BLANK = (
    "no complete year of reports, or too many imports without a partner for a figure (over 25%) "
    "or for a zero (over 5%)"
)
BLOCS = "A bloc's figure is of its members with a complete year, at least 93% of it."


def _share(
    name: str,
    title: str,
    fuel: str,
    unit: str,
    page: str,
    caution: str,
    blank: str = BLANK,
    covers: tuple[int, int] = (2008, 2021),
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="energy",
        dimension="energy",
        directed=True,
        unit="share",
        low=0.0,
        high=1.0,
        higher_means="a's supply leans more on b",
        formula=f"imports of {fuel} of a from b / imports of {fuel} of a from all partners",
        denominator=f"a's imports in {unit} in the calendar year, those without a partner among "
        f"them; a bloc's from outside it; {REPORTERS}",
        band=BOUNDS,
        sources=SOURCES,
        references=(f"https://ec.europa.eu/eurostat/databrowser/view/{page}",),
        caution=f"{caution} {BLOCS}",
        zeros="a",
        blank=blank,
        covers=covers,
    )


def _concentration(
    name: str, title: str, fuel: str, caution: str, covers: tuple[int, int]
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="energy",
        dimension="energy",
        directed=False,
        monadic=True,
        unit="index",
        low=0.0,
        high=1.0,
        higher_means="a's imports come from fewer suppliers",
        formula=f"sum over supplying states of (share in a's imports of {fuel})^2",
        denominator=f"a's imports of {fuel}; n is the number of supplying states",
        band=CONCENTRATION_BOUNDS,
        sources=SOURCES,
        references=("doi:10.1016/j.enpol.2009.05.069",),
        caution=caution,
        blank="no complete year of reports, or over 25% of the imports without a partner",
        covers=covers,
    )


MEASURES = (
    _share(
        "energy-gas-share",
        "Gas dependence: the supplier's share in the actor's gas imports, by origin",
        "natural gas (pipeline and LNG)",
        "terajoules",
        "nrg_ti_gasm",
        "2008-2012 only: from 2013 the source names the country at the border, not that of origin; "
        "later years are in energy-gas-border-share and, for Russia, energy-gas-origin-share.",
        f"{BLANK}; or booked by border (Austria and Romania 2012, Netherlands 2008-2009)",
        (2008, 2012),
    ),
    _share(
        "energy-gas-border-share",
        "Gas entry: the share of the actor's gas imports that enters from the partner",
        "natural gas (pipeline and LNG)",
        "terajoules",
        "nrg_ti_gasm",
        "The partner of piped gas is the country at the border: Russian gas is Ukraine's, "
        "Belarus's or Austria's here. Gas in transit counts as imported.",
        BLANK,
        (2014, 2021),
    ),
    _share(
        "energy-lng-share",
        "LNG dependence: the supplier's share in the actor's imports of liquefied gas",
        "liquefied natural gas",
        "terajoules",
        "nrg_ti_gasm",
        "LNG is part of all gas. Re-exports from a terminal count as the terminal's state's; "
        "transshipment in Belgium counts as imported. France's LNG has no supplier from 2018 on.",
        f"{BLANK}; some reporters give a month without cargo no row",
        (2013, 2021),
    ),
    _share(
        "energy-oil-share",
        "Oil dependence: the supplier's share in the actor's imports of crude oil",
        "crude oil",
        "thousand tonnes",
        "nrg_ti_oilm",
        "Crude oil only: imports of oil products are left out.",
    ),
    _share(
        "energy-coal-share",
        "Coal dependence: the supplier's share in the actor's imports of coal",
        "coal",
        "thousand tonnes",
        "nrg_ti_coifpm",
        "Ends in 2016.",
        BLANK,
        (2008, 2016),
    ),
    _concentration(
        "energy-gas-concentration",
        "Concentration of gas suppliers (Herfindahl-Hirschman)",
        "natural gas",
        "2008-2012 only, as energy-gas-share: later the source names borders, not suppliers.",
        (2008, 2012),
    ),
    _concentration(
        "energy-oil-concentration",
        "Concentration of crude oil suppliers (Herfindahl-Hirschman)",
        "crude oil",
        "Counts suppliers, not whether they act together.",
        (2008, 2021),
    ),
)
