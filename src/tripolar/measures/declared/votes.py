"""Measures of votes: roll calls of the General Assembly, positions in it, vetoes."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

VOTE_SOURCES = ("unga-titles", "unga-votes")
VOTE_BAND = (
    "analytic: the year's roll calls seen as a draw from the agenda that could have been; "
    "related resolutions hang together, so the band is on the narrow side"
)
COUNT_BAND = "none: a complete count"


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


_S = "doi:10.1111/0020-8833.00113"
_HAGE = "doi:10.1093/pan/mpr023"
_NOT_CHANCE = (
    "Not corrected for chance: two states that mostly vote yes agree often without agreeing on "
    "anything in dispute."
)
_CHANCE = "Undefined where both took one and the same position throughout."

MEASURES = (
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
        monadic=True,
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
    Measure(
        name="parallel-vetoes",
        title="Crises over which both cast vetoes in the Security Council",
        family="vetoes",
        dimension="political",
        directed=False,
        unit="crises",
        low=0.0,
        high=None,
        higher_means="the two shielded the same side in more crises",
        formula="count of crises over which both vetoed a draft in the year, the same or another",
        denominator="n is the number of crises over which either vetoed a draft",
        band=COUNT_BAND,
        sources=("unsc-vetoes",),
        references=("https://research.un.org/en/docs/sc/quick",),
        caution="Crises are the source's topics; two drafts on one crisis count once. Permanent "
        "members only.",
    ),
)
