"""What there is and what there is not: a grid of measures and years."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tripolar.charts import style
from tripolar.charts.page import left_room, sheet, words
from tripolar.charts.spec import Chart, Layer, as_is, field, layer, px, quantity
from tripolar.charts.style import WIDTH
from tripolar.errors import InputError

COLUMNS = ("row", "group", "year", "state")
STATES = ("figures", "none", "outside", "withheld")
FILLS = {"figures": "#0b5d8a", "none": "#f0c48f", "outside": "#eceff1", "withheld": "#ffffff"}
ROW, GAP, GROUP_GAP = 12.0, 1.5, 8.0
"""Height of a row, the gap under it and the gap between groups, in px."""
LABEL_SIZE = 10.0
KEY_WIDTH = 150.0


def coverage_grid(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    source: str = "",
    meanings: Sequence[tuple[str, str]] = (),
    width: float = WIDTH,
) -> Chart:
    """Draw which of the years each row has figures for.

    Parameters
    ----------
    frame : columns row (its label), group (rows of one group stand together), year, state (one of
        `STATES`); the order of rows and groups is that of their first appearance.
    meanings : pairs of a state and what it means, drawn as a key above the grid.
    """
    if lacking := [name for name in COLUMNS if name not in frame.columns]:
        raise InputError(
            f"a coverage grid without the columns {', '.join(lacking)}",
            next_step=f"columns are {', '.join(COLUMNS)}",
        )
    if frame.empty or not set(frame["state"]) <= set(STATES):
        seen = sorted(map(str, set(frame["state"]) - set(STATES)))
        raise InputError(
            f"a coverage grid of {len(frame)} rows with the states {seen}",
            next_step=f"states are {', '.join(STATES)}",
        )
    order = frame.drop_duplicates("row")[["row", "group"]]
    group_step = order["group"].ne(order["group"].shift()).cumsum() - 1
    tops = [place * ROW + step * GROUP_GAP for place, step in enumerate(group_step)]
    top_of = dict(zip(order["row"], tops, strict=True))
    first, last = int(frame["year"].min()), int(frame["year"].max())
    left = left_room(list(order["row"]), LABEL_SIZE)
    right = 4.0
    inner = int(width - left - right)
    cell = inner / (last - first + 1)
    key_height = 22.0 if meanings else 0.0
    height = key_height + tops[-1] + ROW
    cells = [
        {
            "x": (int(year) - first) * cell,
            "x2": (int(year) - first + 1) * cell - 1,
            "y": key_height + top_of[label],
            "y2": key_height + top_of[label] + ROW - GAP,
            "fill": FILLS[state],
            "rim": style.RULE if state == "withheld" else FILLS[state],
            "said": f"{label} {year}: {state}",
        }
        for label, year, state in zip(frame["row"], frame["year"], frame["state"], strict=True)
    ]
    layers = [
        _boxes(cells),
        _labels(
            [
                {"x": -6.0, "y": key_height + top + ROW / 2, "text": label}
                for label, top in top_of.items()
            ],
            align="right",
        ),
        _axis(first, last, cell, height),
        *_key(meanings),
    ]
    around = words(title, subtitle, "", source, width)
    return sheet(
        [*layers, _empty(height)], around=around, width=width, height=height, left=left, right=right
    )


def _place(name: str) -> dict[str, object]:
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def _boxes(rows: list[dict[str, object]]) -> Layer:
    encoding = {
        "x": _place("x"),
        "x2": {"field": "x2"},
        "y": _place("y"),
        "y2": {"field": "y2"},
        "fill": as_is("fill"),
        "stroke": as_is("rim"),
        "description": field("said"),
    }
    return layer(rows, "rect", encoding, strokeWidth=0.6)


def _labels(rows: list[dict[str, object]], align: str, size: float = LABEL_SIZE) -> Layer:
    encoding = {"x": _place("x"), "y": _place("y"), "text": field("text"), "color": px(0)}
    encoding["color"] = {"value": style.INK}
    return layer(rows, "text", encoding, align=align, baseline="middle", fontSize=size)


def _axis(first: int, last: int, cell: float, height: float) -> Layer:
    step = 5 if last - first > 12 else 1
    years = [year for year in range(first, last + 1) if year % step == 0]
    rows: list[dict[str, object]] = [
        {"x": (year - first + 0.5) * cell, "y": height + 11.0, "text": str(year)} for year in years
    ]
    return _labels(rows, align="center", size=style.TICK_SIZE)


def _key(meanings: Sequence[tuple[str, str]]) -> list[Layer]:
    if not meanings:
        return []
    boxes = [
        {
            "x": place * KEY_WIDTH,
            "x2": place * KEY_WIDTH + 14,
            "y": 2.0,
            "y2": 12.5,
            "fill": FILLS[state],
            "rim": style.RULE if state == "withheld" else FILLS[state],
            "said": meaning,
        }
        for place, (state, meaning) in enumerate(meanings)
    ]
    texts: list[dict[str, object]] = [
        {"x": place * KEY_WIDTH + 19, "y": 7.5, "text": meaning}
        for place, (_, meaning) in enumerate(meanings)
    ]
    return [_boxes(boxes), _labels(texts, align="left", size=style.SOURCE_SIZE)]


def _empty(height: float) -> Layer:
    """A mark that cannot be seen, to give the sheet its two axes."""
    encoding = {"x": quantity("x", 0, 1), "y": quantity("y", 0, 1), "opacity": {"value": 0}}
    return layer([{"x": 0.0, "y": 0.0}], "point", encoding)
