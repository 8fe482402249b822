"""The layers of a chart of series: bands, the rule at 0, lines, markers and names at line ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tripolar.charts import style
from tripolar.charts.axes import Axis
from tripolar.charts.spec import Channel, Layer, as_is, by_series, field, layer, px, quantity
from tripolar.charts.style import Look
from tripolar.charts.text import nudge

AREAS_UP_TO = 3
"""Bands are filled for up to so many series; more would turn to mud and get thin edges."""

LABEL_GAP = 16
MARKER = 38


@dataclass(frozen=True)
class Plot:
    """What is drawn and on which axes; sizes are those of the plot in px."""

    frame: pd.DataFrame
    look: Mapping[str, Look]
    years: Axis
    values: Axis
    width: float
    height: float
    rule: bool
    heavy: str = ""

    def x(self, name: str = "year") -> Channel:
        """A year's place."""
        ticks = list(self.years.ticks)
        return quantity(
            name,
            self.years.low,
            self.years.high,
            values=ticks,
            format="d",
            title=None,
            labelFlush=False,
        )

    def y(self, name: str = "value") -> Channel:
        """A value's place."""
        ticks, decimals = list(self.values.ticks), self.values.decimals
        return quantity(
            name,
            self.values.low,
            self.values.high,
            values=ticks,
            format=f",.{decimals}f",
            title=None,
        )

    def hue(self) -> Channel:
        """A series's colour."""
        return by_series("series", list(self.look), [look.color for look in self.look.values()])

    def weight(self) -> Channel:
        """A line's width: all alike, or one heavy and the others light."""
        if self.heavy not in self.look or len(self.look) == 1:
            return px(2.0)
        widths = [2.8 if name == self.heavy else 1.7 for name in self.look]
        return by_series("series", list(self.look), widths)


def bands_of(plot: Plot) -> list[Layer]:
    """Bands as areas, as thin edges where there are many, and as bars for a year alone."""
    held = plot.frame[plot.frame["low"].notna()]
    if held.empty:
        return []
    breaks = (held["run"].diff() != 0) | (held["year"].diff() != 1)
    held = held.assign(run=breaks.cumsum())[["series", "year", "low", "high", "run"]]
    sizes = held["run"].map(held["run"].value_counts())
    wide, alone = held[sizes > 1], held[sizes == 1]
    found = []
    if len(wide):
        place: dict[str, Any] = {
            "x": plot.x(),
            "color": plot.hue(),
            "detail": field("run"),
        }
        ends: dict[str, Channel] = {"y": plot.y("low"), "y2": {"field": "high"}}
        many = plot.frame["series"].nunique()
        if many <= AREAS_UP_TO:
            found.append(layer(wide, "area", place | ends, opacity=0.15, strokeWidth=0))
        if many > 1:
            # In grey the areas run into one another; their edges do not.
            rows = wide.melt(["series", "year", "run"], ["low", "high"], "edge", "value")
            lines = {"y": plot.y(), "detail": [field("run"), field("edge")]}
            found.append(layer(rows, "line", place | lines, strokeWidth=0.7, opacity=0.4))
    if len(alone):
        place = {"x": plot.x(), "y": plot.y("low"), "y2": {"field": "high"}, "color": plot.hue()}
        found.append(layer(alone, "rule", place, strokeWidth=4, opacity=0.25))
    return found


def zero_rule(plot: Plot) -> list[Layer]:
    """A horizontal rule at 0, where the plot asks for one."""
    if not plot.rule:
        return []
    return [layer([{"value": 0}], "rule", {"y": plot.y()}, color=style.RULE, strokeWidth=1)]


def lines_of(plot: Plot) -> list[Layer]:
    """A line for each unbroken stretch of years of each series."""
    stretches = plot.frame[~plot.frame["alone"]]
    if stretches.empty:
        return []
    # The first series comes last, so that it lies on top.
    drawn = stretches.sort_values(["run", "year"], ascending=[False, True])
    dashes = [list(look.dash) for look in plot.look.values()]
    encoding = {
        "x": plot.x(),
        "y": plot.y(),
        "color": plot.hue(),
        "detail": field("run"),
        "strokeDash": by_series("series", list(plot.look), dashes),
        "strokeWidth": plot.weight(),
    }
    rows = drawn[["series", "year", "value", "run"]]
    return [layer(rows, "line", encoding, strokeJoin="round", strokeCap="butt")]


def bars_of(plot: Plot) -> Layer:
    """A bar from 0 for each year."""
    step = plot.width / (plot.years.high - plot.years.low)
    rows = plot.frame[["series", "year", "value"]]
    encoding = {"x": plot.x(), "y": plot.y(), "color": plot.hue()}
    return layer(rows, "bar", encoding, size=max(1.0, min(18.0, 0.7 * step)))


def zeros_of(plot: Plot) -> list[Layer]:
    """A small dot on the axis for each year whose figure is 0, among bars."""
    nones = plot.frame.loc[plot.frame["value"] == 0, ["series", "year", "value"]]
    if nones.empty:
        return []
    encoding = {"x": plot.x(), "y": plot.y(), "color": plot.hue()}
    return [layer(nones, "point", encoding, filled=True, size=14, opacity=1)]


def points_of(plot: Plot, ends: pd.DataFrame) -> Layer:
    """A marker on each year that stands alone and at the end of each series."""
    at = plot.frame["alone"] | plot.frame.index.isin(ends.index)
    shapes = [look.shape for look in plot.look.values()]
    encoding = {
        "x": plot.x(),
        "y": plot.y(),
        "color": plot.hue(),
        "shape": by_series("series", list(plot.look), shapes),
    }
    rows = plot.frame.loc[at, ["series", "year", "value"]]
    halo = {"stroke": style.PAPER, "strokeWidth": 0.8}
    return layer(rows, "point", encoding, filled=True, size=MARKER, opacity=1, **halo)


def labels_of(plot: Plot, ends: pd.DataFrame, texts: list[list[str]]) -> list[Layer]:
    """Names of series beside their ends, moved apart, each led to by a thin line."""
    tall = [len(text) * style.LABEL_SIZE * style.LINE for text in texts]
    wished = [plot.height - plot.values.place(each, plot.height) for each in ends["value"]]
    placed = nudge(wished, tall, -8.0, plot.height + 8.0)
    beside = plot.years.value(plot.width + LABEL_GAP - 4, plot.width)
    near = plot.years.value(plot.width + LABEL_GAP - 6, plot.width)
    names: list[dict[str, Any]] = []
    leads: list[dict[str, Any]] = []
    for row, text, at in zip(ends.to_dict("records"), texts, placed, strict=True):
        value = plot.values.value(plot.height - at, plot.height)
        lead = {key: row[key] for key in ("series", "year", "value")}
        leads.append(lead | {"to": near, "at": value})
        ink = plot.look[row["series"]].text
        names.append({"year": beside, "value": value, "text": "\n".join(text), "ink": ink})
    encoding = {
        "x": plot.x(),
        "x2": {"field": "to"},
        "y": plot.y(),
        "y2": {"field": "at"},
        "color": plot.hue(),
    }
    written = layer(
        names,
        "text",
        {"x": plot.x(), "y": plot.y(), "text": field("text"), "color": as_is("ink")},
        align="left",
        baseline="middle",
        fontSize=style.LABEL_SIZE,
        fontWeight=600,
        lineBreak="\n",
        lineHeight=style.LABEL_SIZE * style.LINE,
    )
    return [layer(leads, "rule", encoding, strokeWidth=0.8, opacity=0.6), written]
