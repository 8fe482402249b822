"""The pair reading: how close two actors are on every measure, since when, and as against whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tripolar.actors.blocs import regions
from tripolar.errors import BadYears
from tripolar.measures import Measure
from tripolar.nothing import POSITION_NAMES
from tripolar.panel.blanks import Blank, why_blank
from tripolar.panel.choices import DEFAULT, Choices
from tripolar.panel.figures import Atlas, kind_of
from tripolar.panel.own import is_own
from tripolar.readings.plain import records
from tripolar.readings.positions import Movement, read_movement, read_positions
from tripolar.readings.question import Question, ask
from tripolar.readings.trend import Trend, trend_of
from tripolar.sources import Source

LEVEL_YEARS = 5
"""Years behind the level of a measure: the mean of the last five with a figure."""

SUMMARY = [
    *("measure", "title", "dimension", "a", "b", "year", "value", "low", "high", "n"),
    *("level", "level_from", "trend", "trend_low", "trend_high", "trend_from", "trend_years"),
    *("trend_least", "trend_most", "percentile", "dyads", "unit", "denominator", "coverage"),
    *("edition", "lineage"),
]


@dataclass(frozen=True)
class Missing:
    """A measure without a single figure for a side, and why, as of its last covered year."""

    measure: str
    a: str
    b: str
    why: Blank

    def __str__(self) -> str:
        """The measure, the side and the reason."""
        side = self.a if self.a == self.b else f"{self.a} {self.b}"
        return f"{self.measure} {side}: {self.why.kind}, {self.why.reason}"


@dataclass(frozen=True)
class PairReading:
    """Everything the atlas says of a pair, and of both sides to a third.

    figures : one row per measure, pair and year (columns of a figure).
    summary : one row per measure and side: the latest figure with its band, the level (mean of
        the last five years), the trend per decade with its band and how it moves with the first
        year, the percentile among all dyads of states of that year, and what it is counted over.
    partings : the final votes in which the pair parted most, up to five a year.
    missing : measures without a figure, each with the reason.
    positions : ideal points of the pair and the third by session; see `IdealPointReading`.
    movement : the change of the pair's distance over the years, split by who moved.
    measures, known_sources : the declarations behind the figures, the analyst's own among them.
    facts : the analyst's own facts on the pair and the third.
    """

    question: Question
    choices: Choices
    figures: pd.DataFrame = field(repr=False)
    summary: pd.DataFrame = field(repr=False)
    partings: pd.DataFrame = field(repr=False)
    missing: tuple[Missing, ...] = field(repr=False, default=())
    positions: pd.DataFrame = field(repr=False, default_factory=pd.DataFrame)
    movement: Movement | None = field(repr=False, default=None)
    measures: Mapping[str, Measure] = field(repr=False, default_factory=dict)
    known_sources: Mapping[str, Source] = field(repr=False, default_factory=dict)
    facts: pd.DataFrame = field(repr=False, default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        """The pair, the years and how many figures stand behind it."""
        third = f" as against {self.question.third}" if self.question.third else ""
        return (
            f"<PairReading {self.question.a}-{self.question.b}{third}, "
            f"{self.question.first}-{self.question.last}: {len(self.figures)} figures>"
        )

    def table(self) -> pd.DataFrame:
        """The summary, one row per measure and side."""
        return self.summary

    def to_dict(self) -> dict[str, Any]:
        """The reading as plain values, for JSON."""
        return {
            "a": self.question.a,
            "b": self.question.b,
            "third": self.question.third,
            "from": self.question.first,
            "to": self.question.last,
            "choices": vars(self.choices),
            "summary": records(self.summary),
            "partings": records(self.partings),
            "figures": records(self.figures),
            "positions": records(self.positions),
            "movement": asdict(self.movement) if self.movement else None,
            "missing": [str(each) for each in self.missing],
        }

    def cite(self) -> str:
        """BibTeX of every source behind the reading."""
        return "\n\n".join(each.bibtex() for each in self.sources)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources behind the figures, by name."""
        used = {name for each in self.summary["measure"] for name in self.measures[each].sources}
        return tuple(self.known_sources[name] for name in sorted(used))

    def plot(self, name: str = "un-agreement") -> Any:
        """A measure of the pair and of both sides to the third over time, as a chart."""
        from tripolar.charts import lines

        what = self.measures[name]
        return lines(
            self.series(name),
            title=what.title,
            unit=what.unit,
            source="; ".join(self.known_sources[each].title for each in what.sources),
        )

    def series(self, name: str) -> pd.DataFrame:
        """A measure's figures as chart rows: series (the side's label), year, value, low, high."""
        rows = self.figures[self.figures["measure"] == name]
        return rows.assign(series=rows["side"])[["series", "year", "value", "low", "high", "n"]]

    def of_pair(self) -> pd.DataFrame:
        """The figures between the two, and those of one of them alone or in a region."""
        pair = side_labels(self.question, self.measures)
        return self.figures[self.figures["side"].isin(pair)]

    def _repr_html_(self) -> str:
        shown = self.summary[
            ["measure", "a", "b", "year", "value", "low", "high", "n", "percentile"]
        ]
        html: str = shown.to_html(index=False, float_format=lambda x: f"{x:.3f}")
        return f"<p>{self!r}</p>{html}".replace("<p><", "<p>&lt;")


def read_pair(
    atlas: Atlas,
    a: str,
    b: str,
    *,
    third: str | None = None,
    first: int | None = None,
    last: int | None = None,
    choices: Choices = DEFAULT,
) -> PairReading:
    """Read a pair: each measure over time with bands, trend and rank, and the third's sides."""
    question = ask(atlas, a, b, third, first, last)
    parts, rows, missing = [], [], []
    for what in atlas.measures.values():
        for one, other in _sides_of(what, question):
            figures = _figures(atlas, what, one, other, question, choices)
            if figures.empty:
                year = _year_to_explain(atlas, what, question, choices)
                why = why_blank(atlas, what.name, one, other, year, choices)
                missing.append(Missing(what.name, one, other, why))
                continue
            parts.append(figures)
            rows.append(_summary_row(atlas, what, one, other, figures, choices))
    columns = [*("measure", "side", "a", "b", "year", "value", "low", "high", "n", "lineage")]
    return PairReading(
        question=question,
        choices=choices,
        figures=pd.concat(parts, ignore_index=True)[columns]
        if parts
        else pd.DataFrame(columns=columns),
        summary=pd.DataFrame(rows, columns=SUMMARY),
        partings=partings(atlas, question),
        missing=tuple(missing),
        positions=read_positions(atlas, question.actors, question.first, question.last).frame,
        movement=_movement(atlas, question),
        measures=atlas.measures,
        known_sources=atlas.sources,
        facts=_facts(atlas, question),
    )


def partings(atlas: Atlas, question: Question) -> pd.DataFrame:
    """The final votes in which the pair parted most, up to five a year, the sharpest first.

    Columns: year, rank, a, b, date, session, resolution, title, issues, vote_a, vote_b, yes,
    abstain, no (the Assembly's totals), roll_call.
    """
    found = atlas.partings(question.a, question.b, question.first, question.last)
    return found.assign(
        vote_a=found["vote_a"].map(POSITION_NAMES), vote_b=found["vote_b"].map(POSITION_NAMES)
    )


def _facts(atlas: Atlas, question: Question) -> pd.DataFrame:
    if atlas.own is None:
        return pd.DataFrame()
    return atlas.own.about(question.actors, question.first, question.last)


def _movement(atlas: Atlas, question: Question) -> Movement | None:
    try:
        return read_movement(atlas, question.a, question.b, question.first, question.last)
    except BadYears:
        return None


def _year_to_explain(atlas: Atlas, what: Measure, question: Question, choices: Choices) -> int:
    """The last year asked that the sources cover; where they cover none, the last year asked."""
    last = min(question.last, atlas.covered_years(what, choices)[1])
    return last if last >= question.first else question.last


def sides_between(what: Measure, a: str, b: str) -> Sequence[tuple[str, str]]:
    """What to read of two actors: for a directed measure both ways, for a monadic one each."""
    return _sides_of(what, Question(a, b, None, 0, 0))


def _sides_of(what: Measure, question: Question) -> Sequence[tuple[str, str]]:
    """The pairs to read: for a directed measure both ways, for a monadic one the actors."""
    if what.family == "regional":
        powers = [one for one in question.actors if one not in regions()]
        return [(power, region) for power in powers for region in regions()]
    if what.monadic:
        actors = dict.fromkeys(actor for side in question.sides for actor in side)
        only_blocs = what.family == "cohesion"
        return [(one, one) for one in actors if not only_blocs or kind_of(one) == "bloc"]
    if not what.directed or what.mirrored:
        return question.sides
    return [way for one, other in question.sides for way in ((one, other), (other, one))]


def _figures(
    atlas: Atlas, what: Measure, one: str, other: str, question: Question, choices: Choices
) -> pd.DataFrame:
    figures = atlas.figures(
        what.name, one, other, first=question.first, last=question.last, choices=choices
    )
    return figures.assign(side=side_label(what, one, other))


def side_labels(question: Question, measures: Mapping[str, Measure]) -> set[str]:
    """The labels of the sides that do not touch the third."""
    ends = {question.a, question.b}
    return {
        side_label(what, one, other)
        for what in measures.values()
        for one, other in _sides_of(what, question)
        if one in ends and (other in ends or what.family == "regional")
    }


def side_label(what: Measure, one: str, other: str) -> str:
    """How a side is named in tables and charts: RUS-CHN, or RUS→CHN where it has a direction."""
    if one == other:
        return one
    return f"{one}→{other}" if what.directed else f"{one}–{other}"


def _summary_row(
    atlas: Atlas, what: Measure, one: str, other: str, figures: pd.DataFrame, choices: Choices
) -> dict[str, Any]:
    latest = figures.iloc[-1]
    recent = figures.tail(LEVEL_YEARS)
    trend: Trend = trend_of(figures["year"].to_numpy(), figures["value"].to_numpy())
    rank, dyads = percentile(atlas, what, int(latest["year"]), float(latest["value"]), choices)
    return {
        "measure": what.name,
        "title": what.title,
        "dimension": what.dimension,
        "a": one,
        "b": other,
        **{key: latest[key] for key in ("year", "value", "low", "high", "n", "lineage")},
        "level": float(recent["value"].mean()),
        "level_from": int(recent["year"].min()),
        "trend": trend.slope,
        "trend_low": trend.low,
        "trend_high": trend.high,
        "trend_from": trend.first,
        "trend_years": trend.years,
        "trend_least": trend.least,
        "trend_most": trend.most,
        "percentile": rank,
        "dyads": dyads,
        "unit": what.unit,
        "denominator": what.denominator,
        "coverage": f"{figures['year'].min()}-{figures['year'].max()}, {len(figures)} years",
        "edition": "; ".join(atlas.sources[name].short for name in what.sources),
    }


def percentile(
    atlas: Atlas, what: Measure, year: int, value: float, choices: Choices
) -> tuple[float, int]:
    """Where a value stands among all dyads of states in the year, 0 to 100, ties counted half.

    Returns the percentile and the number of dyads; NaN and 0 where no comparison is meant (a
    measure of one actor, the analyst's own facts).
    """
    if what.monadic or is_own(what.name):
        return float("nan"), 0
    values = atlas.distribution(what.name, year, choices)
    if len(values) == 0:
        return float("nan"), 0
    below = np.count_nonzero(values < value - 1e-12)
    tied = np.count_nonzero(np.abs(values - value) <= 1e-12)
    return 100.0 * (below + tied / 2) / len(values), len(values)
