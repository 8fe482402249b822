"""The charts of a brief as SVG text, each titled with what it shows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tripolar.actors.states import chain
from tripolar.brief.findings import percent, row_of
from tripolar.brief.names import capital, plain, possessive, the
from tripolar.charts import (
    WIDTH,
    Panel,
    against_third,
    dot_intervals,
    lines,
    small_multiples,
    to_svg,
)
from tripolar.measures import MEASURES, measure
from tripolar.readings.pair import PairReading
from tripolar.sources import source

MULTIPLES = (
    *("un-agreement-all", "un-agreement-half", "un-s", "un-s-quadratic", "un-pi", "un-tau-b"),
    *("un-adjusted-s", "joint-vetoes", "trade-value", "trade-gdp", "trade-interdependence"),
    "gdp-ratio",
    "un-ideal-distance",
)
"""Measures drawn small; the others have a chart of their own."""


@dataclass(frozen=True)
class Picture:
    """A chart of the brief: its file name without ending, and the SVG."""

    name: str
    svg: str


def pictures(reading: PairReading, issues: pd.DataFrame) -> dict[str, list[Picture]]:
    """Every chart by section: votes, issues, trade, multiples; a section may be empty."""
    return {
        "votes": [
            drawn
            for name in ("un-agreement", "un-kappa")
            if (drawn := _over_time(reading, name)) is not None
        ],
        "positions": _positions(reading),
        "issues": _issues(reading, issues),
        "trade": _trade(reading),
        "multiples": _multiples(reading),
    }


def source_line(name: str) -> str:
    """Where a chart's figures come from, with editions, as it stands under the chart."""
    shorts = "; ".join(source(each).short for each in MEASURES[name].sources)
    return f"Source: {shorts}. Shaded: 90% band."


def labelled(reading: PairReading, name: str) -> pd.DataFrame:
    """A measure's series with the actors' names instead of their keys."""
    rows = reading.series(name)
    labels = {side: _label(side) for side in rows["series"].unique()}
    return rows.assign(series=rows["series"].map(labels))


def _label(side: str) -> str:
    for mark in ("→", "–"):
        if mark in side:
            one, other = side.split(mark, 1)
            return f"{plain(one)} {mark} {plain(other)}"
    return plain(side)


def _over_time(reading: PairReading, name: str) -> Picture | None:
    frame = labelled(reading, name)
    if frame.empty:
        return None
    sides = list(dict.fromkeys(frame["series"]))
    drawing = against_third if 2 <= len(sides) <= 3 else lines
    chart = drawing(
        frame,
        title=_title(reading, name),
        subtitle=f"{MEASURES[name].title}; counted over {MEASURES[name].denominator}",
        unit=MEASURES[name].unit if name != "un-agreement" else "share of joint votes",
        source=source_line(name),
        order=sides,
    )
    return Picture(name, to_svg(chart, prefix=name))


def _title(reading: PairReading, name: str) -> str:
    a, b, third = reading.question.a, reading.question.b, reading.question.third
    row = row_of(reading, name, a, b)
    if row is None:
        return measure(name).title
    corrected = ", chance corrected" if name == "un-kappa" else ""
    now = (
        f"{row['value']:.2f}".replace("-", "−")
        if name == "un-kappa"
        else f"{percent(row['value'])}%"
    )
    head = f"{capital(the(a))} and {the(b)} vote alike{corrected}: {now} in {row['year']}"
    others = [row_of(reading, name, one, third) for one in (a, b)] if third else []
    if third is None or any(other is None for other in others):
        return head
    high = max(float(other["value"]) for other in others if other is not None)
    clear = all(row["low"] > other["high"] for other in others if other is not None)
    against = f"{high:.2f}".replace("-", "−") if name == "un-kappa" else f"{percent(high)}%"
    if clear:
        return f"{head}, beyond either with {the(third)} (at most {against})"
    return f"{head}; with {the(third)} at most {against}, and the bands overlap"


def _positions(reading: PairReading) -> list[Picture]:
    rows = reading.positions
    if rows.empty:
        return []
    question = reading.question
    owners = {key: actor for actor in question.actors for key in chain(actor)}
    frame = rows.assign(
        series=[plain(owners[key]) for key in rows["state"]], value=rows["position"]
    )
    last = int(frame["year"].max())
    ranked = frame[frame["year"] == last].sort_values("value")
    said = ", ".join(
        f"{row.series} {row.value:+.2f}".replace("-", "−") for row in ranked.itertuples()
    )
    chart = lines(
        frame[["series", "year", "value", "low", "high"]],
        title=f"Ideal points in {last}: {said}",
        subtitle="One dimension of General Assembly votes, by session; the United States positive",
        unit="standard deviations of all state-sessions",
        source=source_line("un-ideal-distance"),
        order=[plain(actor) for actor in question.actors if plain(actor) in set(frame["series"])],
        zero=None,
    )
    return [Picture("ideal-points", to_svg(chart, prefix="ideal-points"))]


def _issues(reading: PairReading, issues: pd.DataFrame) -> list[Picture]:
    if issues.empty:
        return []
    years = sorted(set(issues["year"]))
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    ordered = issues.sort_values("value", ascending=False)
    least, most = ordered.iloc[-1], ordered.iloc[0]
    chart = dot_intervals(
        ordered.assign(
            label=ordered["choice"] + " (n = " + ordered["n"].astype(str) + ")", group=""
        ),
        title=(
            f"In {span} they agreed most on {most['choice']} ({percent(most['value'])}%) and least "
            f"on {least['choice']} ({percent(least['value'])}%)"
        ),
        subtitle="Share of joint final votes by issue area; a roll call may stand in several areas",
        unit="share of joint votes",
        source=source_line("un-agreement").replace("Shaded", "Lines"),
        x_domain=(0.0, 1.0),
    )
    return [Picture("issues", to_svg(chart, prefix="issues"))]


def _trade(reading: PairReading) -> list[Picture]:
    frame = labelled(reading, "trade-share")
    a, b, third = reading.question.a, reading.question.b, reading.question.third
    row, back = row_of(reading, "trade-share", a, b), row_of(reading, "trade-share", b, a)
    if frame.empty or row is None or back is None:
        return []
    if third is not None:
        wanted = [_label(f"{x}→{y}") for x, y in ((a, b), (b, a), (a, third), (b, third))]
        frame = frame[frame["series"].isin(wanted)]
    chart = lines(
        frame,
        title=(
            f"{capital(the(b))}: {percent(row['value'])}% of {possessive(a)} trade in "
            f"{row['year']}; {the(a)}: {percent(back['value'])}% of {possessive(b)}"
        ),
        subtitle="Share of the partner in the actor's trade with everyone (actor → partner)",
        unit="share of trade",
        source=source_line("trade-share").replace(
            " Shaded: 90% band.", " The source gives no error."
        ),
    )
    return [Picture("trade-share", to_svg(chart, prefix="trade-share"))]


def _multiples(reading: PairReading) -> list[Picture]:
    a, b = reading.question.a, reading.question.b
    panels, names = [], []
    for name in MULTIPLES:
        frame = labelled(reading, name)
        sides = {f"{plain(a)} – {plain(b)}", f"{plain(a)} → {plain(b)}", f"{plain(b)} → {plain(a)}"}
        frame = frame[frame["series"].isin(sides)]
        if frame.empty:
            continue
        what = MEASURES[name]
        panels.append(Panel(frame, title=what.title, unit=what.unit, bars=what.family == "vetoes"))
        names.append(name)
    if not panels:
        return []
    years = (
        min(int(panel.frame["year"].min()) for panel in panels),
        max(int(panel.frame["year"].max()) for panel in panels),
    )
    svgs = small_multiples(panels, columns=3, width=WIDTH, years=years, prefix="small")
    return [Picture(name, svg) for name, svg in zip(names, svgs, strict=True)]
