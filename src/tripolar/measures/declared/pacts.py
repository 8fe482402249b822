"""Measures of formal alliances: pacts by kind, and the similarity of alliance portfolios."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

_ATOP = "doi:10.1080/03050620213653"
_BAND = "none: a list of treaties, meant to be complete"
_PROMISE = "A promise in a treaty, kept or not; in force on any day, it counts for the year."
_OUTSIDE = "one of the two was no member of the state system for most of the year"


def _pact(kind: str, title: str, promise: str, caution: str = "") -> Measure:
    return Measure(
        name=f"pact-{kind}",
        title=title,
        family="pacts",
        dimension="security",
        directed=False,
        unit="share of cross pairs",
        low=0.0,
        high=1.0,
        higher_means="more pairs of members are bound; for two states 1 is bound, 0 is not",
        formula=f"cross pairs of members in which either promised the other {promise} / "
        "all cross pairs; for two states 1 or 0",
        denominator="n is the number of cross pairs (a member of a with one of b), 1 for states",
        band=_BAND,
        sources=("atop",),
        references=(_ATOP,),
        caution=f"{caution} {_PROMISE}".strip(),
        zeros="both",
        blank=_OUTSIDE,
    )


def _portfolio(
    name: str, title: str, formula: str, references: tuple[str, ...], caution: str
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="pacts",
        dimension="political",
        directed=False,
        unit="index",
        low=-1.0,
        high=1.0,
        higher_means="the two are bound to the same states in the same way",
        formula=formula,
        denominator="n is the number of states of the year, the two themselves among them",
        band=_BAND,
        sources=("atop",),
        references=references,
        caution=caution,
        blank=f"a bloc has no alliance portfolio of its own; or {_OUTSIDE}",
    )


MEASURES = (
    _pact("defence", "Pact of defence", "active help if attacked"),
    _pact(
        "nonaggression",
        "Pact of nonaggression",
        "not to attack",
        "Treaties of many states count as one between any two of them, such as the Conference on "
        "Security and Co-operation in Europe from 1975, or a treaty of amity that both joined.",
    ),
    _pact("consultation", "Pact of consultation", "to consult in a crisis that may turn to force"),
    _pact("neutrality", "Pact of neutrality", "to stay out of the other's wars"),
    _portfolio(
        "alliance-similarity",
        "Similarity of alliance portfolios, S (Signorino and Ritter)",
        "1 - 2 * mean over all states of |level_a - level_b| / 3; levels 0 nothing, "
        "1 consultation, 2 neutrality or nonaggression, 3 defence or offence; oneself is 3",
        ("doi:10.1111/0020-8833.00113", "doi:10.1177/002200277501900201", _ATOP),
        "Not corrected for chance: two states with few allies are alike by what they lack.",
    ),
    _portfolio(
        "alliance-kappa",
        "Similarity of alliance portfolios, Cohen's weighted kappa",
        "1 - D_observed / D_expected, D the mean |level_a - level_b| over all states, expected "
        "from each state's own levels",
        ("doi:10.1093/pan/mpr023", "doi:10.1037/h0026256", _ATOP),
        "0 is the likeness that the two states' own habits of alliance would give.",
    ),
)
