"""Every measure as a declaration: what it says, of whom, in which unit, from which source.

The panel, the command line, the brief and the documentation read this list; a measure that is not
here does not exist. Adding one of a known family is adding an entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tripolar.errors import UnknownName

DIMENSIONS = (
    "political",
    "normative",
    "economic",
    "energy",
    "technology",
    "security",
    "regional",
)
VOTE_SOURCES = ("unga-titles", "unga-votes")
VOTE_BAND = (
    "analytic: the year's roll calls seen as a draw from the agenda that could have been; "
    "related resolutions hang together, so the band is on the narrow side"
)
TRADE_BAND = "none: one report per flow, and the source publishes no error"
COUNT_BAND = "none: a complete count"


@dataclass(frozen=True)
class Measure:
    """A definition that turns source rows into one number per pair and year.

    family : which sums it is computed from: ballots, vetoes, trade or size.
    directed : whether (a, b) and (b, a) are different figures.
    mirrored : whether the one of a directed measure says what the other does (a ratio and its
        inverse, a difference and its negative), so that a reading shows only one.
    low, high : the range the formula can take; None where open.
    statistic, distance, denominator : for the ballots family only.
    """

    name: str
    title: str
    family: str
    dimension: str
    directed: bool
    unit: str
    low: float | None
    high: float | None
    higher_means: str
    formula: str
    denominator: str
    band: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    caution: str = ""
    statistic: str = ""
    distance: str = "absolute"
    mirrored: bool = False


def measure(name: str) -> Measure:
    """The measure of a name; an unknown one gets the nearest names."""
    found = MEASURES.get(name)
    if found is None:
        raise UnknownName("measure", name, MEASURES, next_step="tripolar measures")
    return found


def _votes(
    name: str,
    title: str,
    statistic: str,
    formula: str,
    references: tuple[str, ...],
    *,
    low: float,
    caution: str = "",
    distance: str = "absolute",
    denominator: str = "roll calls in which both took a position (yes, abstain or no)",
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="ballots",
        dimension="political",
        directed=False,
        unit="index",
        low=low,
        high=1.0,
        higher_means="the two vote more alike",
        formula=formula,
        denominator=denominator,
        band=VOTE_BAND,
        sources=VOTE_SOURCES,
        references=references,
        caution=caution,
        statistic=statistic,
        distance=distance,
    )


def _trade(
    name: str,
    title: str,
    formula: str,
    *,
    directed: bool,
    low: float | None,
    high: float | None,
    higher_means: str,
    denominator: str,
    unit: str = "share",
    references: tuple[str, ...] = ("doi:10.1177/0022343396033001003",),
    sources: tuple[str, ...] = ("cow-trade",),
    caution: str = "",
    mirrored: bool = False,
) -> Measure:
    return Measure(
        name=name,
        title=title,
        mirrored=mirrored,
        family="trade",
        dimension="economic",
        directed=directed,
        unit=unit,
        low=low,
        high=high,
        higher_means=higher_means,
        formula=formula,
        denominator=denominator,
        band=TRADE_BAND,
        sources=sources,
        references=references,
        caution=caution,
    )


_S = "doi:10.1111/0020-8833.00113"
_HAGE = "doi:10.1093/pan/mpr023"
_NOT_CHANCE = (
    "Not corrected for chance: two states that mostly vote yes agree often without agreeing on "
    "anything in dispute."
)
_CHANCE = "Undefined where both took one and the same position throughout."

_ALL = (
    _votes(
        "un-agreement",
        "Agreement in the General Assembly, joint votes",
        "agreement",
        "same position / joint votes",
        ("doi:10.2307/1952608", _HAGE),
        low=0.0,
        caution=_NOT_CHANCE,
    ),
    _votes(
        "un-agreement-all",
        "Agreement in the General Assembly, all roll calls",
        "agreement",
        "same position / roll calls held while both were members",
        (_HAGE,),
        low=0.0,
        denominator="roll calls held in the year while both were members, absences included",
        caution="An absence counts as not agreeing. " + _NOT_CHANCE,
    ),
    _votes(
        "un-agreement-half",
        "Agreement with half credit for an abstention beside a yes or a no",
        "half_credit_agreement",
        "(same + one step apart / 2) / joint votes",
        ("doi:10.2307/1952608",),
        low=0.0,
        caution=_NOT_CHANCE,
    ),
    _votes(
        "un-s",
        "S, absolute distances (Signorino and Ritter)",
        "s_score",
        "1 - 2 * mean(|x - y| / 2)",
        (_S,),
        low=-1.0,
        caution=_NOT_CHANCE,
    ),
    _votes(
        "un-s-quadratic",
        "S, squared distances",
        "s_score",
        "1 - 2 * mean((|x - y| / 2)^2)",
        (_S, _HAGE),
        low=-1.0,
        distance="quadratic",
        caution=_NOT_CHANCE,
    ),
    _votes(
        "un-kappa",
        "Cohen's weighted kappa, absolute distances",
        "cohen_kappa",
        "1 - D_observed / D_expected, expected from each state's own margins",
        ("doi:10.1177/001316446002000104", "doi:10.1037/h0026256", _HAGE),
        low=-1.0,
        caution=_CHANCE,
    ),
    _votes(
        "un-pi",
        "Scott's weighted pi, absolute distances",
        "scott_pi",
        "1 - D_observed / D_expected, expected from the pooled margins",
        ("doi:10.1086/266577", _HAGE),
        low=-1.0,
        caution="Supposes that both vote from one and the same habit. " + _CHANCE,
    ),
    _votes(
        "un-tau-b",
        "Kendall's tau-b",
        "tau_b",
        "(concordant - discordant) / sqrt(pairs untied in x * pairs untied in y)",
        ("doi:10.1093/biomet/33.3.239", _S),
        low=-1.0,
        caution="A measure of association, not of agreement. Undefined where either never varied.",
    ),
    _votes(
        "un-adjusted-s",
        "Alignment index: S less the S expected under independent margins",
        "adjusted_s",
        "S - E[S], absolute distances",
        ("doi:10.1007/s11135-026-02814-x",),
        low=-1.0,
        caution="Its reach depends on the margins: 1 is not attainable by most pairs.",
    ),
    Measure(
        name="un-cohesion",
        title="Cohesion of a bloc in the General Assembly",
        family="cohesion",
        dimension="political",
        directed=False,
        unit="index",
        low=0.0,
        high=1.0,
        higher_means="the bloc's members vote as one",
        formula="mean over roll calls of (max - (total - max) / 2) / total",
        denominator="final votes in which at least two members took a position",
        band="spread over the year's roll calls: mean +/- z * standard error",
        sources=VOTE_SOURCES,
        references=("doi:10.1017/S0007123405000128",),
        caution="Of a bloc, so a and b are the same actor.",
    ),
    Measure(
        name="un-ideal-distance",
        title="Distance of ideal points in the General Assembly",
        family="positions",
        dimension="political",
        directed=False,
        unit="standard deviations of all state-sessions",
        low=0.0,
        high=None,
        higher_means="the two stand further apart",
        formula="|position of a - position of b|, one dimension, by session",
        denominator="n is the number of votes the two cast that enter the model",
        band="joint posterior: what both share through the items and the session cancels",
        sources=VOTE_SOURCES,
        references=("doi:10.1177/0022002715595700",),
        caution="A year is that in which the session opened. Positions are of one estimation: "
        "compare them only within one atlas. A bloc stands at its members' mean.",
    ),
    Measure(
        name="joint-vetoes",
        title="Drafts vetoed by both in the Security Council",
        family="vetoes",
        dimension="political",
        directed=False,
        unit="drafts",
        low=0.0,
        high=None,
        higher_means="the two blocked more drafts together",
        formula="count of drafts that both vetoed",
        denominator="n is the number of drafts that either vetoed",
        band=COUNT_BAND,
        sources=("unsc-vetoes",),
        references=("https://research.un.org/en/docs/sc/quick",),
        caution="Permanent members only. A threat of veto that kept a draft away leaves no trace.",
    ),
    _trade(
        "trade-value",
        "Trade, imports both ways",
        "imports of a from b + imports of b from a",
        directed=False,
        low=0.0,
        high=None,
        higher_means="more trade",
        denominator="n is the number of reported directed flows behind the sum",
        unit="current USD million",
        references=("doi:10.1177/0738894209343887",),
        caution="Current dollars: compare shares, not values, over time.",
    ),
    _trade(
        "trade-share",
        "Trade dependence: the partner's share in the actor's trade",
        "trade of a with b / trade of a with all partners",
        directed=True,
        low=0.0,
        high=1.0,
        higher_means="a's trade leans more on b",
        denominator="a's trade with all partners; n is the number of reported directed flows in it",
    ),
    _trade(
        "trade-gdp",
        "Trade dependence: trade with the partner over the actor's product",
        "trade of a with b / gross domestic product of a",
        directed=True,
        low=0.0,
        high=None,
        higher_means="a's economy leans more on trade with b",
        denominator="a's gross domestic product in current USD; n is the number of reported flows",
        references=("doi:10.1111/1468-2478.00042",),
        sources=("cow-trade", "worldbank-gdp"),
        caution="Trade is gross, product is value added: entrepots exceed 1.",
    ),
    _trade(
        "trade-salience",
        "Salience of the trade tie for both (Barbieri)",
        "sqrt(share_a * share_b)",
        directed=False,
        low=0.0,
        high=1.0,
        higher_means="the tie weighs more for both",
        denominator="each side's trade with all partners",
    ),
    _trade(
        "trade-symmetry",
        "Symmetry of the trade tie (Barbieri)",
        "1 - |share_a - share_b|",
        directed=False,
        low=0.0,
        high=1.0,
        higher_means="the tie weighs more evenly",
        denominator="each side's trade with all partners",
        caution="Near 1 for any pair that hardly trades: read it with salience.",
    ),
    _trade(
        "trade-interdependence",
        "Interdependence in trade (Barbieri)",
        "salience * symmetry",
        directed=False,
        low=0.0,
        high=1.0,
        higher_means="the tie weighs more, and more evenly",
        denominator="each side's trade with all partners",
    ),
    _trade(
        "trade-asymmetry",
        "Asymmetry of trade dependence",
        "share_a - share_b",
        directed=True,
        low=-1.0,
        high=1.0,
        higher_means="a leans on b more than b on a",
        mirrored=True,
        denominator="each side's trade with all partners",
    ),
    Measure(
        name="gdp-ratio",
        title="Size of the economy relative to the other's",
        family="size",
        dimension="economic",
        directed=True,
        unit="ratio",
        low=0.0,
        high=None,
        higher_means="a's economy is larger relative to b's",
        formula="gross domestic product of a / gross domestic product of b",
        denominator="b's gross domestic product; n is the number of states summed on both sides",
        band="none: the source publishes no error",
        sources=("worldbank-gdp",),
        references=("https://data.worldbank.org/indicator/NY.GDP.MKTP.CD",),
        mirrored=True,
        caution="At market exchange rates; not a measure of closeness, but of who is pulled.",
    ),
)

MEASURES: Mapping[str, Measure] = MappingProxyType({each.name: each for each in _ALL})
"""Every measure by name, in the order in which they are shown."""
