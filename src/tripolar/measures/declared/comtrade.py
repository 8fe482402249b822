"""Measures of trade as exporters report it, and of two reports set side by side."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

LACKS = (
    "every fourth year only; the exporter made no report, or the file lacks more than a tenth of "
    "its exports or of this flow by COW trade (before 1992 that cannot be told)"
)
ONE_REPORT = (
    "every fourth year only; one of the two reports is missing or 0, or for a bloc more than a "
    "tenth of the flow has one report only"
)
TWO_REPORTS = ("https://wits.worldbank.org/", "doi:10.1177/0738894209343887")

MEASURES = (
    Measure(
        name="trade-export-share",
        title="Share of the partner in exports, as the exporter reports",
        family="comtrade",
        dimension="economic",
        directed=True,
        unit="share",
        low=0.0,
        high=1.0,
        higher_means="more of a's exports go to b",
        formula="exports of a to b / exports of a to all partners that are named",
        denominator="a's exports without those to unspecified partners, special categories, "
        "bunkers and free zones; n is the number of flows in it",
        band="bounds, not 90%: none (low) or all (high) of the exports without a partner go to b",
        sources=("comtrade-four-yearly",),
        references=("https://github.com/tomzylkin/penppml",),
        caution="Confidential exports, oil and gas above all, have no partner: Russia's share to "
        "China in 2012 lies between 7 and 19 percent. The file may lack up to a tenth of exports.",
        blank=LACKS,
        ships=False,
    ),
    Measure(
        name="trade-mirror-gap",
        title="Gap between the importer's and the exporter's report of a flow",
        family="comtrade",
        dimension="economic",
        directed=True,
        unit="log points",
        low=None,
        high=None,
        higher_means="b books more imports from a than a books exports to b",
        formula="ln(imports of b from a as b reports / exports of a to b as a reports)",
        denominator="the exporter's report; n is the number of flows that both report",
        band="bounds, not 90%: what rounding to the million in COW trade allows",
        sources=("comtrade-four-yearly", "cow-trade"),
        references=TWO_REPORTS,
        caution="Freight and insurance make it positive; trade through third places (Hong Kong, "
        "Rotterdam), confidential exports and smuggling move it far more. COW trade takes the "
        "exporter's report where the importer makes none: near 0 is then no agreement.",
        blank="every fourth year only; one of the two reports is missing or 0",
        ships=False,
    ),
    Measure(
        name="trade-flow-reconciled",
        title="Exports to the partner, made of both sides' reports",
        family="comtrade",
        dimension="economic",
        directed=True,
        unit="current USD million",
        low=0.0,
        high=None,
        higher_means="a sells more to b",
        formula="mean of the exporter's report and the importer's without the year's margin",
        denominator="none; n is the number of flows that both report",
        band="the two reports, not 90%: the smaller and the larger after the margin is taken off",
        sources=("comtrade-four-yearly", "cow-trade"),
        references=TWO_REPORTS,
        caution="The mean is no better than the reports: where they are far apart the truth may "
        "lie with one. Current dollars: compare shares, not values, over time.",
        blank=ONE_REPORT,
        ships=False,
    ),
)
