"""Measures of sanctions in force."""

from __future__ import annotations

from tripolar.measures.declaration import Measure

GSDB = ("doi:10.1016/j.euroecorev.2020.103561",)
ONLY_CASES = (
    "A case is what the coders count as one: a state may bundle or split its measures, so a count "
    "is no weight. Of blocs only the EU, the G7, NATO and the EAEU, as the case names them. The "
    "Arab League, the African Union and CoCom are not expanded to members."
)


def _sanctions(
    name: str,
    title: str,
    formula: str,
    *,
    directed: bool,
    unit: str,
    higher_means: str,
    denominator: str,
    caution: str,
    high: float | None = None,
) -> Measure:
    return Measure(
        name=name,
        title=title,
        family="sanctions",
        dimension="security",
        directed=directed,
        unit=unit,
        low=0.0,
        high=high,
        higher_means=higher_means,
        formula=formula,
        denominator=denominator,
        band="none: a complete count",
        sources=("gsdb",),
        references=GSDB,
        caution=caution,
        zeros="both",
        blank="one of the two was not there on 1 July, or is a bloc that no case names",
    )


MEASURES = (
    _sanctions(
        "sanctions-imposed",
        "Sanctions in force against the other",
        "cases in force in the year with a, or a group of which a is a member, against b",
        directed=True,
        unit="cases",
        higher_means="a has more sanctions in force against b",
        denominator=(
            "n is the number of the cases that name a itself; the others a is in as a member of "
            "the EU, the UN or another group"
        ),
        caution=(
            "Sanctions of the Security Council count for every member of the UN: against the same "
            "b they say nothing of a. " + ONLY_CASES
        ),
    ),
    _sanctions(
        "sanctions-kinds",
        "Kinds of sanctions in force against the other",
        "how many of trade, arms, military, financial, travel and other a has in force against b",
        directed=True,
        unit="kinds",
        high=6.0,
        higher_means="a sanctions b in more ways",
        denominator="n is the number of the cases that name a itself",
        caution=(
            "An arms embargo and a ban on all trade count the same. Those of the Security Council "
            "are among them. " + ONLY_CASES
        ),
    ),
    _sanctions(
        "sanctions-joined",
        "Sanction cases with both as senders",
        "cases in force in the year with both a and b as senders, the UN's left out",
        directed=False,
        unit="cases",
        higher_means="the two sanction others in one case more often",
        denominator="n is the number of cases in force with either as a sender, the UN's left out",
        caution=(
            "The source mostly keeps the cases of the United States and of the EU apart even "
            "where both sanction one state: use sanctions-shared-targets for these. " + ONLY_CASES
        ),
    ),
    _sanctions(
        "sanctions-shared-targets",
        "Targets that both sanction",
        "states and blocs named as targets by cases in force of a and of b, the UN's left out",
        directed=False,
        unit="targets",
        higher_means="the two sanction more targets in common",
        denominator="n is the number of targets that either sanctions, the UN's left out",
        caution=(
            "Sanctions of different kind and purpose against one target count as shared; read it "
            "against n. The EU is one target. " + ONLY_CASES
        ),
    ),
)
