"""Measures of gas by origin and of fossil fuels by value, with Russia as the only supplier."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

MEASURES = (
    Measure(
        name="energy-gas-origin-share",
        title="Gas dependence by origin: the supplier's share in the actor's gas imports, annual",
        family="energy_russia",
        dimension="energy",
        directed=True,
        unit="share",
        low=0.0,
        high=1.0,
        higher_means="a's gas supply leans more on b",
        formula="imports of natural gas of a originating in b / imports of natural gas of a",
        denominator="a state's imports from all partners (annual); a bloc's from outside it "
        "(monthly, by border), in terajoules; n is the number of states with a figure for b",
        band="bounds of blocs, not an interval: low counts confidential imports (Austria's) as "
        "nil, high as all b's; none for states: the source publishes no error",
        sources=("eurostat-gas-russia", "eurostat-energy"),
        references=("https://ec.europa.eu/eurostat/databrowser/view/nrg_ti_gas",),
        caution="b is Russia only. Origin as far as the importer asks: gas bought at a hub is its "
        "seller's. A state's denominator holds re-exports and gas from neighbours; a bloc's holds "
        "gas that only passes through, so its share is rather low.",
        blank="b is not Russia; not available or confidential (Austria from 2014); a bloc before "
        "2014 or with members that do not report",
    ),
    Measure(
        name="energy-fossil-imports",
        title="Fossil fuels bought: the actor's imports of coal, oil and gas from the supplier",
        family="energy_russia",
        dimension="energy",
        directed=True,
        unit="current EUR million",
        low=None,
        high=None,
        higher_means="a buys more fossil fuels from b",
        formula="sum over 12 months of a's imports of coal, oil, oil products and gas from b",
        denominator="none: an amount; n is the number of fuels reported",
        band="none: one report per flow, and the source publishes no error",
        sources=("fossil-imports-russia",),
        references=("https://comtradeplus.un.org/",),
        caution="b is Russia only, so no share can be formed. Confidential flows are missing "
        "without a mark (Austria's gas, for one). Prices move it as much as amounts.",
        blank="b is not Russia, a is a bloc, or a does not report all 12 months; Turkey hides "
        "its oil",
    ),
)
