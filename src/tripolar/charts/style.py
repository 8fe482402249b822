"""How a chart looks: the colours, dashes and markers of series, the fonts, the greys.

A series is told apart three ways at once (hue, dash, marker), so that a photocopy and a reader who
does not see hues lose nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tripolar.errors import InputError

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#E69F00", "#56B4E9", "#444444")
"""Okabe and Ito's colours, less yellow (unreadable on white), purple made darker; and a grey."""

DASHES = ((1, 0), (7, 3), (2, 2.5), (10, 3, 2, 3), (4, 2), (12, 2, 2, 2, 2, 2), (1, 4))
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-right")

INK = "#222222"
QUIET = "#5c6166"
GRID = "#e4e4e4"
RULE = "#8a8f94"
PAPER = "#ffffff"
FONT = "'Source Sans 3', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"

WIDTH = 720
"""Width of the text column of a brief, in px."""

TITLE_SIZE = 16
SUBTITLE_SIZE = 12.5
LABEL_SIZE = 11.5
TICK_SIZE = 11
SOURCE_SIZE = 10.5
LINE = 1.25
"""Height of a line of text in units of its size."""

DARK_ENOUGH = 0.18
"""Relative luminance up to which coloured text reads on white (contrast of 4.5 to 1)."""


@dataclass(frozen=True)
class Look:
    """What a series looks like; ``text`` is the colour of its label, dark enough to read."""

    color: str
    dash: tuple[float, ...]
    shape: str
    text: str


def looks(
    order: Sequence[str], colors: Mapping[str, str] | Sequence[str] | None = None
) -> dict[str, Look]:
    """A look for each series, by its place in ``order``; ``colors`` overrules hues only.

    Examples
    --------
    >>> looks(["a", "b"])["b"].shape
    'square'
    """
    found = {}
    for place, series in enumerate(order):
        color = PALETTE[place % len(PALETTE)]
        if isinstance(colors, Mapping):
            color = colors.get(series, color)
        elif colors:
            color = colors[place % len(colors)]
        found[series] = Look(
            color=color,
            dash=DASHES[place % len(DASHES)],
            shape=SHAPES[place % len(SHAPES)],
            text=readable(color),
        )
    return found


def readable(color: str) -> str:
    """The colour, darkened as far as text in it needs to be read on white."""
    channels = _channels(color)
    while _luminance(channels) > DARK_ENOUGH:
        channels = tuple(int(channel * 0.95) for channel in channels)
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _channels(color: str) -> tuple[int, ...]:
    digits = color.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    try:
        if len(digits) != 6:
            raise ValueError(color)
        return tuple(bytes.fromhex(digits))
    except ValueError:
        raise InputError(
            f"a colour is written as #rrggbb, not {color!r}", choices=PALETTE[:4]
        ) from None


def _luminance(channels: tuple[int, ...]) -> float:
    """Relative luminance as in WCAG 2."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def config() -> dict[str, Any]:
    """The Vega-Lite configuration shared by all charts: light horizontal gridlines, no frame."""
    return {
        "font": FONT,
        # The outer element carries the label; one per mark would triple the size of the SVG.
        "aria": False,
        "background": PAPER,
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "color": INK,
            "fontSize": TITLE_SIZE,
            "fontWeight": 600,
            "lineHeight": round(TITLE_SIZE * LINE),
            "subtitleColor": QUIET,
            "subtitleFontSize": SUBTITLE_SIZE,
            "subtitleLineHeight": round(SUBTITLE_SIZE * LINE),
            "subtitlePadding": 4,
        },
        "axis": {
            "labelColor": QUIET,
            "labelFontSize": TICK_SIZE,
            "titleColor": QUIET,
            "titleFontSize": TICK_SIZE,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domain": False,
            "ticks": False,
        },
        "axisX": {
            "grid": False,
            "domain": True,
            "domainColor": RULE,
            "ticks": True,
            "tickColor": RULE,
            "tickSize": 4,
            "labelPadding": 4,
        },
        "axisY": {"labelPadding": 6},
    }
