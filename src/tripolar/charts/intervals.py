"""Dots with intervals: the latest figure of several measures or pairs, one row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from tripolar.charts import style
from tripolar.charts.axes import Axis, value_axis
from tripolar.charts.frames import extent, tidy_rows, whole
from tripolar.charts.page import EDGE, sheet, words
from tripolar.charts.spec import Channel, Chart, Layer, field, layer, px, quantity
from tripolar.charts.text import text_width, wrap
from tripolar.errors import InputError

ROW = 22
LABEL_SHARE = 0.42
DOT = 62


@dataclass(frozen=True)
class Rows:
    """Rows with their heights; ``top`` is the y of each row's middle in px, ``heads`` of groups."""

    frame: pd.DataFrame
    heads: tuple[tuple[str, float], ...]
    height: float
    axis: Axis


def dot_intervals(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str,
    source: str,
    width: float = style.WIDTH,
    zero: bool | None = None,
    x_domain: tuple[float, float] | None = None,
    color: str = style.PALETTE[0],
    decimals: int = 2,
) -> Chart:
    """Draw one row per figure: its name, a dot, its interval, and the numbers at the right.

    Parameters
    ----------
    frame : columns label, value and, where there is an interval, low and high; group puts rows
        under a heading. A figure without an interval is a hollow dot.
    title, subtitle, unit, source : as for `lines`; all rows share the unit and the axis.
    zero, x_domain : as ``zero`` and ``y_domain`` of `lines`.
    decimals : of the numbers at the right; counts have none.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"label": ["kappa"], "value": [0.4], "low": [0.3], "high": [0.5]})
    >>> chart = dot_intervals(frame, title="Close", unit="index", source="Source: UN votes")
    """
    rows = tidy_rows(frame)
    low, high = extent(rows)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    counts = whole(rows["value"])
    axis = value_axis(low, high, count=6, whole=counts, domain=x_domain)
    beyond = rows[(rows["value"] < axis.low) | (rows["value"] > axis.high)]
    if len(beyond):
        row = beyond.iloc[0]
        raise InputError(
            f"{row['label']!r} is {row['value']:g}, outside the axis "
            f"({axis.low:g} to {axis.high:g})",
            next_step="widen x_domain or leave it out",
        )
    places = 0 if counts and not rows["low"].notna().any() else decimals
    rows = rows.assign(
        number=[_number(value, places) for value in rows["value"]],
        interval=[_interval(row, places) for row in rows.to_dict("records")],
    )
    laid = _lay(rows, axis, width)
    lines = [line for text in laid.frame["lines"] for line in text.split("\n")]
    heads = [name for name, _ in laid.heads]
    left = (
        EDGE
        + 12
        + max(
            [text_width(line, style.LABEL_SIZE) for line in lines]
            + [text_width(name, style.LABEL_SIZE, bold=True) - 60 for name in heads]
        )
    )
    tail = max(text_width(text, style.TICK_SIZE) for text in rows["interval"])
    front = max(text_width(text, style.TICK_SIZE, bold=True) for text in rows["number"])
    right = EDGE + 14 + front + 10 + tail
    inner = width - left - right
    if inner < 60:
        raise InputError(f"a chart {width:g} px wide leaves no room for dots")
    # Values read along the bottom, so the unit stands there with them, not above a value axis.
    around = words(title, subtitle, "", source, width)
    layers = [_grid(laid)]
    if zero or (zero is None and axis.low < 0 < axis.high):
        at = {"x": _x(axis, unit)}
        layers.append(layer([{"value": 0}], "rule", at, color=style.RULE))
    layers += _dots(laid, unit, color)
    layers += _texts(laid, -left, inner + right, tail)
    return sheet(
        layers, around=around, width=width, height=laid.height, left=left, right=right, below=16
    )


def _number(value: float, decimals: int) -> str:
    """A figure as text, with a true minus sign and none before a zero."""
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "−") if text.strip("-0.,") else text.lstrip("-")


def _interval(row: dict[Any, Any], decimals: int) -> str:
    if pd.isna(row["low"]):
        return "no interval"
    return f"{_number(row['low'], decimals)} to {_number(row['high'], decimals)}"


def _lay(rows: pd.DataFrame, axis: Axis, width: float) -> Rows:
    """Give each row and each heading its place, labels broken into lines."""
    at = 4.0
    heads: list[tuple[str, float]] = []
    tops: list[float] = []
    texts: list[str] = []
    group = None
    for row in rows.to_dict("records"):
        if row["group"] != group:
            group = row["group"]
            if group:
                at += 6 if tops else 0
                heads.append((str(group), at + ROW / 2))
                at += ROW
        broken = wrap(row["label"], style.LABEL_SIZE, width * LABEL_SHARE)
        tall = ROW + (len(broken) - 1) * style.LABEL_SIZE * style.LINE
        tops.append(at + tall / 2)
        texts.append("\n".join(broken))
        at += tall
    return Rows(rows.assign(top=tops, lines=texts), tuple(heads), at + 4, axis)


def _x(axis: Axis, unit: str, name: str = "value") -> Channel:
    return quantity(
        name,
        axis.low,
        axis.high,
        values=list(axis.ticks),
        format=f",.{axis.decimals}f",
        title=unit,
        titleAnchor="start",
        titlePadding=6,
        labelFlush=False,
    )


def _y(laid: Rows) -> Channel:
    return quantity("top", laid.height, 0)


def _grid(laid: Rows) -> Layer:
    """A light line through each row, which leads the eye from name to dot to number."""
    return layer(laid.frame[["top"]], "rule", {"y": _y(laid)}, color=style.GRID)


def _dots(laid: Rows, unit: str, color: str) -> list[Layer]:
    """Dots over their intervals; hollow ones where there is none."""
    axis = laid.axis
    frame = laid.frame.assign(
        low=laid.frame["low"].clip(axis.low, axis.high),
        high=laid.frame["high"].clip(axis.low, axis.high),
    )
    held = frame["low"].notna()
    found = []
    at = {"x": _x(axis, unit), "y": _y(laid)}
    if held.any():
        rows = frame.loc[held, ["value", "low", "high", "top"]]
        bar = {"x": _x(axis, unit, "low"), "x2": {"field": "high"}, "y": _y(laid)}
        look = {"fill": color, "stroke": style.PAPER, "strokeWidth": 1}
        found.append(layer(rows, "rule", bar, color=color, strokeWidth=3, opacity=0.45))
        found.append(layer(rows, "point", at, size=DOT, opacity=1, **look))
    if not held.all():
        rows = frame.loc[~held, ["value", "top"]]
        look = {"fill": style.PAPER, "stroke": color, "strokeWidth": 1.8}
        found.append(layer(rows, "point", at, size=DOT, opacity=1, **look))
    return found


def _texts(laid: Rows, left: float, right: float, tail: float) -> list[Layer]:
    """Names at the left, figures and intervals in two columns at the right."""
    label = {"fontSize": style.LABEL_SIZE, "color": style.INK}
    lines = {"lineBreak": "\n", "lineHeight": style.LABEL_SIZE * style.LINE}
    number = {"fontSize": style.TICK_SIZE, "fontWeight": 600, "color": style.INK}
    interval = {"fontSize": style.TICK_SIZE, "color": style.QUIET}

    def column(name: str, x: float, align: str, **look: Any) -> Layer:
        place = {"x": px(x), "y": _y(laid), "text": field(name)}
        rows = laid.frame[["top", name]]
        return layer(rows, "text", place, align=align, baseline="middle", **look)

    found = [
        column("lines", EDGE + left, "left", **label, **lines),
        column("number", right - EDGE - tail - 10, "right", **number),
        column("interval", right - EDGE, "right", **interval),
    ]
    if laid.heads:
        heads = [{"top": top, "head": name} for name, top in laid.heads]
        place = {"x": px(EDGE + left), "y": _y(laid), "text": field("head")}
        bold = {"align": "left", "baseline": "middle", "fontWeight": 600}
        found.append(layer(heads, "text", place, **label, **bold))
    return found
