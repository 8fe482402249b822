"""Measures of what states do to each other, from ICEWS's machine-coded news."""

from __future__ import annotations

from typing import Literal

from tripolar.measures.declaration import Measure

EVENTS = "doi:10.7910/DVN/28075"
SCALE = "doi:10.1177/0022002792036002007"
MEDIA = (
    "Coded by machine from news: volume follows media attention as much as deeds, so a trend in "
    "counts may be one of coverage. A bloc's figure is over the members the file has: the EU "
    "without Czechia and Malta, NATO without Turkey, Czechia and Iceland."
)
NO_STATE = "one of the two is not among the 152 states of the file"
NO_EVENT = f"no event was coded between the two, or {NO_STATE}"
WILSON = (
    "90%, Wilson's interval for a share of n events taken as independent draws; one affair makes "
    "many reports, so the true width is larger"
)


def _events(
    name: str,
    title: str,
    formula: str,
    *,
    low: float | None,
    high: float | None,
    higher_means: str,
    denominator: str,
    directed: bool = True,
    unit: str = "events",
    band: str = "none: a count of what was coded; its error is that of news and coder",
    caution: str = "",
    zeros: Literal["", "both"] = "",
    blank: str = NO_EVENT,
    sources: tuple[str, ...] = ("icews",),
    references: tuple[str, ...] = (EVENTS,),
    ships: bool = True,
    precision: str = "",
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="events",
        dimension="political",
        directed=directed,
        unit=unit,
        low=low,
        high=high,
        higher_means=higher_means,
        formula=formula,
        denominator=denominator,
        band=band,
        sources=sources,
        references=references,
        caution=f"{caution} {MEDIA}".strip(),
        zeros=zeros,
        blank=blank,
        ships=ships,
        precision=precision,
    )


MEASURES = (
    _events(
        "events-volume",
        "Events: how much one side does towards the other",
        "verbal and material cooperation + verbal and material conflict, a towards b, in the year",
        low=0.0,
        high=None,
        higher_means="a deals more with b, in peace or in strife",
        denominator="a count; n is the same number of events",
        zeros="both",
        blank=NO_STATE,
    ),
    _events(
        "events-material-conflict",
        "Events: material conflict of one side with the other",
        "material conflict (CAMEO 14 to 20), a towards b, in the year",
        low=0.0,
        high=None,
        higher_means="more protest, coercion, reduced relations and force of a against b",
        denominator="a count; n is the same number of events",
        zeros="both",
        blank=NO_STATE,
    ),
    _events(
        "events-cooperation-share",
        "Events: share of cooperation in what one side does towards the other",
        "verbal and material cooperation / all events, a towards b, in the year",
        low=0.0,
        high=1.0,
        unit="share",
        higher_means="more of what a does towards b is cooperation",
        denominator="all events of a towards b; n is their number",
        band=WILSON,
        caution="Near 1 for most pairs: a meeting is an event, a quarrel avoided is none.",
        ships=False,
    ),
    _events(
        "events-balance",
        "Events: cooperation less conflict, both ways",
        "(cooperation - conflict) / all events, both directions together, in the year",
        directed=False,
        low=-1.0,
        high=1.0,
        unit="share",
        higher_means="more of what the two do to each other is cooperation",
        denominator="all events of either towards the other; n is their number",
        band=WILSON,
        precision="three decimals",
    ),
    _events(
        "events-intensity",
        "Events: mean intensity of what one side does towards the other, by class",
        "sum of w_k * count_k / sum of count_k over the four classes, a towards b; w_k is the "
        "mean Goldstein score of the class's codes",
        low=-10.0,
        high=10.0,
        unit="Goldstein points",
        higher_means="a acts more cooperatively towards b",
        denominator="all events of a towards b; n is their number",
        band=(
            "none: every event stands at the mean of its class, and how far its own code lies "
            "from it is not in the file"
        ),
        caution=(
            "An approximation: the file counts classes, not codes. Within a class all codes "
            "weigh alike, however rare, and the values run from -7.6 to 6.9 only."
        ),
        sources=("icews", "cameo-goldstein"),
        references=(EVENTS, SCALE),
        ships=False,
    ),
)
