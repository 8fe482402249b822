"""Measures of how alike two regimes are."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

VDEM_BAND = (
    "the two scores' standard deviations, taken as independent and normal: the distance plus and "
    "minus a reach that holds 90% of a folded normal distribution, never below 0"
)
NO_BAND = "none: the source publishes no error"
STATES = "n is the number of states with a score on both sides"
BLOC = "A bloc stands at the plain mean of its members that have a score."
VDEM_DATA = "doi:10.23696/vdemds25"


def _vdem(ending: str, index: str, references: tuple[str, ...] = ()) -> Measure:
    return Measure(
        name=f"regime-distance{ending}",
        title=f"Distance of regimes: V-Dem's {index} index",
        family="regime",
        dimension="normative",
        directed=False,
        unit="index points (0 to 1)",
        low=0.0,
        high=1.0,
        higher_means="the regimes are further apart",
        formula=f"|{index} index of a - {index} index of b|",
        denominator=STATES,
        band=VDEM_BAND,
        sources=("vdem",),
        references=(VDEM_DATA, *references),
        caution="Two regimes can be equally undemocratic in different ways. The two errors share "
        f"coders and are not quite independent. {BLOC}",
        blank="V-Dem does not code the state, or not this index of it in the year",
        ships=not ending,
    )


MEASURES = (
    _vdem("", "polyarchy", ("doi:10.1007/s12116-018-9268-z",)),
    _vdem("-liberal", "liberal democracy"),
    _vdem("-participatory", "participatory democracy"),
    _vdem("-deliberative", "deliberative democracy"),
    _vdem("-egalitarian", "egalitarian democracy"),
    Measure(
        name="regime-distance-polity",
        title="Distance of regimes: Polity",
        family="regime",
        dimension="normative",
        directed=False,
        unit="polity points (0 to 20)",
        low=0.0,
        high=20.0,
        higher_means="the regimes are further apart",
        formula="|polity2 of a - polity2 of b|",
        denominator=STATES,
        band=NO_BAND,
        sources=("polity5",),
        references=("https://www.systemicpeace.org/inscrdata.html",),
        caution="The source sets a collapse of authority to 0 and spreads a transition over the "
        f"years around it. {BLOC}",
        blank="Polity does not code the state, or it was under foreign interruption",
    ),
    Measure(
        name="regime-distance-freedom",
        title="Distance of regimes: Freedom House",
        family="regime",
        dimension="normative",
        directed=False,
        unit="rating points (0 to 12)",
        low=0.0,
        high=12.0,
        higher_means="the regimes are further apart",
        formula="|(political rights + civil liberties) of a - the same of b|, each 1 to 7",
        denominator=STATES,
        band=NO_BAND,
        sources=("freedom-house",),
        references=("https://freedomhouse.org/report/freedom-world",),
        caution=f"Coarse: 13 steps. 1981 has no rating. {BLOC}",
        blank="the state is not rated in the year (none is in 1981)",
    ),
)
