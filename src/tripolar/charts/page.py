"""The sheet a chart is drawn on: title above, unit on the axis, source under it, exact margins.

Vega's own margins depend on the fonts of the machine. Here they are worked out from the texts, so
a chart is as wide as asked and the same everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tripolar.charts import style
from tripolar.charts.spec import SCHEMA, Chart, Layer, as_is, field, layer, px
from tripolar.charts.text import text_width, wrap

UNIT_ROOM = 22
X_AXIS_ROOM = 24
EDGE = 2
"""Blank px at the rim, against letters that lean over."""


@dataclass(frozen=True)
class Words:
    """The texts around a chart, broken into lines.

    ``title_rows`` and ``source_rows`` keep room for more lines than there are, so that charts
    side by side line up.
    """

    title: tuple[str, ...]
    subtitle: tuple[str, ...]
    unit: str
    source: tuple[str, ...]
    title_size: float = style.TITLE_SIZE
    title_rows: int = 0
    source_rows: int = 0

    @property
    def blank(self) -> bool:
        """Whether there is no text at all, as around a key."""
        return not (self.title or self.subtitle or self.unit or self.source)

    @property
    def top(self) -> float:
        """Room above the plot in px."""
        if self.blank:
            return 0.0
        rows = max(len(self.title), self.title_rows)
        room = rows * _line(self.title_size)
        if self.subtitle:
            room += 4 + len(self.subtitle) * _line(style.SUBTITLE_SIZE)
        return room + 3 + (UNIT_ROOM if self.unit else 8)

    @property
    def bottom(self) -> float:
        """Room under the plot in px."""
        if self.blank:
            return 0.0
        rows = max(len(self.source), self.source_rows)
        return X_AXIS_ROOM + (6 + rows * _line(style.SOURCE_SIZE) if rows else 0) + EDGE


def words(
    title: str,
    subtitle: str,
    unit: str,
    source: str,
    width: float,
    *,
    title_size: float = style.TITLE_SIZE,
) -> Words:
    """Break the texts around a chart to its width."""
    return Words(
        title=tuple(wrap(title, title_size, width - 2 * EDGE, bold=True)),
        subtitle=tuple(wrap(subtitle, style.SUBTITLE_SIZE, width - 2 * EDGE)),
        unit=" ".join(unit.split()),
        source=tuple(wrap(source, style.SOURCE_SIZE, width - 2 * EDGE)),
        title_size=title_size,
    )


def left_room(labels: list[str], size: float = style.TICK_SIZE) -> float:
    """Room for the widest of the labels left of the plot, in px."""
    return EDGE + max((text_width(label, size) for label in labels), default=0.0) + 7


def sheet(
    layers: list[Layer],
    *,
    around: Words,
    width: float,
    height: float,
    left: float,
    right: float,
    below: float = 0.0,
) -> Chart:
    """Put layers on a sheet of exactly ``width`` px with a plot ``height`` px high.

    Parameters
    ----------
    left, right : room beside the plot in px, for tick and end labels.
    below : room under the labels of the horizontal axis, for its title.
    """
    # Whole px, since sums of broken ones make charts of one width differ in the last digit.
    inner = math.floor(width - left - right)
    left = math.floor(left)
    right = width - inner - left
    above = -around.top
    under_title = above + max(len(around.title), around.title_rows) * _line(around.title_size) + 4
    under_plot = height + X_AXIS_ROOM + below + 6
    unit = (around.unit,) if around.unit else ()
    titles = _rows(around.title, above, around.title_size, style.INK)
    others = [
        *_rows(around.subtitle, under_title, style.SUBTITLE_SIZE, style.QUIET),
        *_rows(unit, 3 - UNIT_ROOM, style.TICK_SIZE, style.QUIET),
        *_rows(around.source, under_plot, style.SOURCE_SIZE, style.QUIET),
    ]
    texts = [
        _text(rows, EDGE - left, weight)
        for rows, weight in ((titles, "bold"), (others, "normal"))
        if rows
    ]
    title = " ".join(around.title)
    spec = {
        "$schema": SCHEMA,
        "description": title,
        "width": inner,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {
            "left": left,
            "right": right,
            "top": around.top,
            "bottom": around.bottom + below,
        },
        "layer": [*layers, *texts],
        "config": style.config(),
    }
    return Chart(spec, title)


def _line(size: float) -> int:
    return round(size * style.LINE)


def _rows(lines: tuple[str, ...], top: float, size: float, color: str) -> list[dict[str, Any]]:
    """Lines of text, each with the place of its upper edge in px."""
    return [
        {"text": line, "top": top + place * _line(size), "size": size, "ink": color}
        for place, line in enumerate(lines)
    ]


def _text(rows: list[dict[str, Any]], x: float, weight: str) -> Layer:
    """Lines of text of one weight; few layers, because each costs milliseconds to convert."""
    place = {"field": "top", "type": "quantitative", "scale": None, "axis": None}
    encoding = {
        "x": px(x),
        "y": place,
        "text": field("text"),
        "size": as_is("size"),
        "color": as_is("ink"),
    }
    return layer(rows, "text", encoding, align="left", baseline="top", fontWeight=weight)
