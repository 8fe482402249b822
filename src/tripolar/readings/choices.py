"""How an answer moves with the choices behind it: other denominators, sets, distances, measures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tripolar.measures.ballots import ROLL_CALL_SETS
from tripolar.panel.choices import Choices
from tripolar.panel.figures import ISSUE_AREAS, Atlas
from tripolar.readings.pair import PairReading, percentile
from tripolar.readings.question import Question

_COLUMNS = ["choice", "measure", "year", "value", "low", "high", "n", "percentile", "dyads"]


def other_choices(atlas: Atlas, question: Question) -> pd.DataFrame:
    """Agreement and kappa of the pair in the latest year, under one other choice at a time.

    A set of roll calls that the latest year does not have (paragraph votes and the list of
    important votes end earlier) is shown for its own latest year, beside the declared choice.
    """
    declared = Choices()
    tried: list[tuple[str, str, Choices]] = [
        ("declared: joint final votes", "un-agreement", declared),
        ("all roll calls held, an absence is no agreement", "un-agreement-all", declared),
        ("half credit for an abstention", "un-agreement-half", declared),
        ("unanimous roll calls dropped", "un-agreement", Choices(unanimous="drop")),
        ("with paragraph and amendment votes", "un-agreement", Choices("with-paragraphs")),
        ("important votes only (US list)", "un-agreement", Choices("important")),
        ("declared: kappa, absolute distances", "un-kappa", declared),
        ("kappa, squared distances", "un-kappa", Choices(distance="quadratic")),
        ("kappa, same or not", "un-kappa", Choices(distance="nominal")),
        ("kappa, unanimous roll calls dropped", "un-kappa", Choices(unanimous="drop")),
        ("kappa, with paragraph and amendment votes", "un-kappa", Choices("with-paragraphs")),
    ]
    rows = [_latest(atlas, question, *each) for each in tried]
    return pd.DataFrame([row for row in rows if row is not None], columns=_COLUMNS)


def by_issue(atlas: Atlas, question: Question, name: str = "un-agreement") -> pd.DataFrame:
    """A measure of the pair by issue area, each for the latest year that has one."""
    areas = [area for area in ISSUE_AREAS if area != "important"]
    rows = [
        _latest(
            atlas,
            question,
            ROLL_CALL_SETS[area].removeprefix("final votes on "),
            name,
            Choices(area),
        )
        for area in areas
    ]
    return pd.DataFrame([row for row in rows if row is not None], columns=_COLUMNS)


def nearest_side(reading: PairReading) -> pd.DataFrame:
    """For every undirected measure, each side's latest figure in one year, and which is highest.

    Columns: measure, title, year, one column per side, nearest, certain (whether the highest
    side's band lies above the others'; False where there is no band).
    """
    rows = []
    for name, group in reading.figures.groupby("measure", sort=False):
        what = reading.measures[str(name)]
        if what.family != "ballots" or what.roll_calls:
            continue
        years = group.groupby("year")["side"].nunique()
        shared = years[years == len(reading.question.sides)]
        if shared.empty:
            continue
        latest = group[group["year"] == shared.index.max()].set_index("side")
        best = latest["value"].idxmax()
        others = latest.drop(index=best)
        rows.append(
            {
                "measure": name,
                "title": what.title,
                "year": int(shared.index.max()),
                **latest["value"].to_dict(),
                "nearest": best,
                "certain": bool((latest.loc[best, "low"] > others["high"]).all()),
            }
        )
    return pd.DataFrame(rows)


def _years_with_paragraphs(atlas: Atlas, question: Question) -> set[int]:
    """Years in which paragraph or amendment votes were recorded beside final ones."""
    counts = [
        atlas.figures("un-agreement", question.a, question.b, choices=Choices(name)).set_index(
            "year"
        )["n"]
        for name in ("final", "with-paragraphs")
    ]
    more = counts[1].sub(counts[0]).dropna()
    return set(more[more > 0].index)


def _latest(
    atlas: Atlas, question: Question, label: str, name: str, choices: Choices
) -> Sequence[object] | None:
    figures = atlas.figures(
        name, question.a, question.b, first=question.first, last=question.last, choices=choices
    )
    if choices.roll_calls == "with-paragraphs":
        figures = figures[figures["year"].isin(_years_with_paragraphs(atlas, question))]
    if figures.empty:
        return None
    last = figures.iloc[-1]
    rank, dyads = percentile(
        atlas, atlas.measure(name), int(last["year"]), float(last["value"]), choices
    )
    values = [last[column] for column in ("year", "value", "low", "high", "n")]
    return [label, name, *values, rank, dyads]
