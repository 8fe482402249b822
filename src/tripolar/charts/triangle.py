"""A triangle over time: its sides as lines, and a strip of what they make of it year by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tripolar.charts import style
from tripolar.charts.axes import Axis, value_axis, year_axis
from tripolar.charts.coverage import LABEL_SIZE, ROW
from tripolar.charts.frames import extent, tidy_series
from tripolar.charts.marks import (
    LABEL_GAP,
    Plot,
    bands_of,
    labels_of,
    lines_of,
    points_of,
    zero_rule,
)
from tripolar.charts.page import EDGE, left_room, sheet, words
from tripolar.charts.spec import Chart, Layer, as_is, field, layer, px, quantity
from tripolar.charts.text import text_width
from tripolar.errors import InputError

FILLS = ("#dcebc9", "#7fbfe6", "#c85a10", "#3d3d3d")
"""From light to dark, so that a photocopy tells the types apart."""
INKS = (style.INK, style.INK, style.PAPER, style.PAPER)
STRIP_GAP = 42.0
"""Room between the lines and the strip, for the strip's key."""
KEY_GAP = 16.0
SWATCH = 12.0
LABEL_ROOM = 6.0
AMITY, ENMITY = "#0b5d8a", "#c85a10"


def triangle_strip(
    sides: pd.DataFrame,
    strip: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str,
    source: str,
    types: Sequence[str],
    width: float = style.WIDTH,
    height: float = 210,
    strip_height: float = 120,
) -> Chart:
    """Draw three sides over years and, under them, the probabilities of the types by year.

    Parameters
    ----------
    sides : columns series, year, value, low, high; 0 is the threshold.
    strip : columns year, type, probability, actor (whom the outcome singles out; may be blank)
        and part (as what). Outcomes are stacked in the order of ``types`` and of their rows; white
        lines part those of one type, and whom the likeliest singles out stands on it where there
        is room.
    types : up to four, in the order of the stack from below.
    height, strip_height : of the lines and of the strip in px.
    """
    if strip.empty or not 1 <= len(types) <= len(FILLS) or not set(strip["type"]) <= set(types):
        raise InputError(
            f"a strip of {len(strip)} rows and {len(types)} types",
            next_step=f"name up to {len(FILLS)} types, those that the strip holds among them",
        )
    tidy = tidy_series(sides)
    series = list(dict.fromkeys(tidy["series"]))
    ends = tidy.groupby("series", sort=False).tail(1)
    above = value_axis(*extent(tidy))
    left = left_room([*above.labels(), "0.0"])
    right = EDGE + LABEL_GAP + max(text_width(name, style.LABEL_SIZE, bold=True) for name in series)
    inner = float(int(width - left - right))
    first = min(int(tidy["year"].min()), int(strip["year"].min()))
    last = max(int(tidy["year"].max()), int(strip["year"].max()))
    total = height + STRIP_GAP + strip_height
    plot = Plot(
        frame=tidy,
        look=style.looks(series),
        years=year_axis(first, last, inner, margin=0.5),
        values=_lengthened(above, total / height),
        width=inner,
        height=total,
        rule=True,
    )
    layers = [
        *(*bands_of(plot), *zero_rule(plot), *lines_of(plot), points_of(plot, ends)),
        *labels_of(plot, ends, [[name] for name in series]),
        *_strip(strip, types, plot, total, strip_height),
        *_key(types, height + STRIP_GAP / 2 + 2),
    ]
    around = words(title, subtitle, unit, source, width)
    return sheet(layers, around=around, width=width, height=total, left=left, right=right)


def signed_matrix(
    edges: pd.DataFrame,
    order: Sequence[str],
    *,
    title: str,
    subtitle: str = "",
    source: str,
    width: float = style.WIDTH,
) -> Chart:
    """Draw who stands how to whom: a square for each pair, its colour the likelier sign.

    Parameters
    ----------
    edges : columns a, b, p_amity; the fainter a square, the less certain its sign.
    order : the actors from above and from the left.
    """
    if edges.empty or not set(edges["a"]) | set(edges["b"]) <= set(order):
        raise InputError(
            f"a matrix of {len(edges)} edges among {len(order)} actors",
            next_step="give at least one edge, and every actor it names in order",
        )
    left, top = left_room(list(order), LABEL_SIZE), 44.0
    size = min(ROW * 2, (width - left - EDGE) / len(order))
    place = {actor: at for at, actor in enumerate(order)}
    cells: list[dict[str, Any]] = []
    for a, b, p in zip(edges["a"], edges["b"], edges["p_amity"], strict=True):
        for row, column in ((place[a], place[b]), (place[b], place[a])):
            cells.append(
                _box(column * size, top + row * size, size - 1, size - 1)
                | {"fill": AMITY if p >= 0.5 else ENMITY, "faint": 0.12 + 0.88 * abs(2 * p - 1)}
            )
    height = top + len(order) * size
    rows = [{"x": -6.0, "y": top + (at + 0.5) * size, "text": actor} for actor, at in place.items()]
    heads = [{"x": (at + 0.5) * size, "y": top - 8.0, "text": actor} for actor, at in place.items()]
    meanings = [(AMITY, "amity"), (ENMITY, "enmity"), ("#b9d2df", "uncertain")]
    layers = [
        _boxes(cells, faint=True),
        _texts(rows, align="right"),
        _texts(heads, align="center", size=min(LABEL_SIZE, size * 0.42)),
        *_swatches(meanings, 8.0),
        _axes(),
    ]
    around = words(title, subtitle, "", source, width)
    right = width - left - len(order) * size
    return sheet(layers, around=around, width=width, height=height, left=left, right=right)


def _lengthened(axis: Axis, times: float) -> Axis:
    """The axis made longer below, so that its ticks keep to the upper part of the plot."""
    low = axis.high - (axis.high - axis.low) * times
    return Axis(low, axis.high, axis.ticks, axis.decimals)


def _strip(
    strip: pd.DataFrame, types: Sequence[str], plot: Plot, bottom: float, height: float
) -> list[Layer]:
    """The stacked probabilities of each year, and the names of those singled out."""
    rank = strip["type"].map({name: at for at, name in enumerate(types)})
    stacked = strip.assign(rank=rank).sort_values(["year", "rank"], kind="stable")
    top = stacked.groupby("year")["probability"].cumsum()
    stacked = stacked.assign(upper=top, lower=top - stacked["probability"])
    step = plot.years.place(1.0, plot.width) - plot.years.place(0.0, plot.width)
    boxes = [
        _box(
            plot.years.place(row["year"] - 0.5, plot.width),
            bottom - row["upper"] * height,
            step,
            row["probability"] * height,
        )
        | {"fill": FILLS[row["rank"]]}
        for row in stacked.to_dict("records")
    ]
    ticks = [{"x": -7.0, "y": bottom - at * height, "text": f"{at:.1f}"} for at in (0.0, 0.5, 1.0)]
    return [
        _boxes(boxes),
        *_singled_out(stacked, plot, bottom, height, step),
        _texts(ticks, align="right", size=style.TICK_SIZE, color=style.QUIET),
    ]


def _singled_out(
    stacked: pd.DataFrame, plot: Plot, bottom: float, height: float, step: float
) -> list[Layer]:
    """Whom the likeliest outcome singles out, once for each unbroken run of years."""
    best = stacked.loc[stacked.groupby("year")["probability"].idxmax()]
    kept = ["type", "actor"]
    breaks = (best[kept] != best[kept].shift()).any(axis=1) | (best["year"].diff() != 1)
    rows = []
    for _, run in best.groupby(breaks.cumsum()):
        middle = run.iloc[len(run) // 2]
        wished = [f"{middle['actor']} {middle['part']}", str(middle["actor"])]
        room = len(run) * step - LABEL_ROOM
        fits = [each for each in wished if text_width(each, LABEL_SIZE, bold=True) <= room]
        if not middle["actor"] or not fits:
            continue
        rows.append(
            {
                "x": plot.years.place(run["year"].mean(), plot.width),
                "y": bottom - (middle["lower"] + middle["upper"]) / 2 * height,
                "text": fits[0],
                "ink": INKS[int(middle["rank"])],
            }
        )
    return [_texts(rows, align="center", weight=600)] if rows else []


def _key(types: Sequence[str], y: float) -> list[Layer]:
    return _swatches(list(zip(FILLS, types, strict=False)), y)


def _swatches(meanings: Sequence[tuple[str, str]], y: float) -> list[Layer]:
    """A row of coloured squares with what each means."""
    boxes, texts, x = [], [], 0.0
    for fill, meaning in meanings:
        boxes.append(_box(x, y - SWATCH / 2, SWATCH, SWATCH) | {"fill": fill})
        texts.append({"x": x + SWATCH + 5, "y": y, "text": meaning})
        x += SWATCH + 5 + text_width(meaning, style.SOURCE_SIZE) + KEY_GAP
    return [_boxes(boxes), _texts(texts, align="left", size=style.SOURCE_SIZE)]


def _box(x: float, y: float, width: float, height: float) -> dict[str, Any]:
    return {"x": x, "x2": x + width, "y": y, "y2": y + height}


def _place(name: str) -> dict[str, Any]:
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def _boxes(rows: list[dict[str, Any]], *, faint: bool = False) -> Layer:
    encoding: dict[str, Any] = {
        "x": _place("x"),
        "x2": {"field": "x2"},
        "y": _place("y"),
        "y2": {"field": "y2"},
        "fill": as_is("fill"),
    }
    if faint:
        encoding["opacity"] = {"field": "faint", "type": "quantitative", "scale": None}
    return layer(rows, "rect", encoding, stroke=style.PAPER, strokeWidth=0.8)


def _texts(
    rows: list[dict[str, Any]],
    align: str,
    *,
    size: float = LABEL_SIZE,
    weight: int = 400,
    color: str = style.INK,
) -> Layer:
    encoding = {
        "x": _place("x"),
        "y": _place("y"),
        "text": field("text"),
        "color": as_is("ink"),
    }
    inked = [{"ink": color} | row for row in rows]
    return layer(
        inked, "text", encoding, align=align, baseline="middle", fontSize=size, fontWeight=weight
    )


def _axes() -> Layer:
    """A mark that cannot be seen, to give a sheet of fixed places its two axes."""
    encoding = {"x": quantity("x", 0, 1), "y": quantity("y", 0, 1), "opacity": px(0)}
    return layer([{"x": 0.0, "y": 0.0}], "point", encoding)
