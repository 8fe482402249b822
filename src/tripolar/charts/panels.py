"""Small multiples: one measure a panel, each with its own scale, all with the same years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from tripolar.charts import style
from tripolar.charts.export import to_svg
from tripolar.charts.frames import tidy_series
from tripolar.charts.marks import MARKER
from tripolar.charts.page import EDGE, Words, sheet, words
from tripolar.charts.series import draw
from tripolar.charts.spec import Chart, field, layer, px
from tripolar.charts.style import Look, looks
from tripolar.charts.text import text_width
from tripolar.errors import InputError

COLUMN_GAP = 16
TITLE_SIZE = 12.5
KEY_LINE = 27


@dataclass(frozen=True)
class Panel:
    """One measure of the same pair or pairs, drawn small.

    frame : columns as for `lines`.
    title : the name of the measure or what it shows.
    note : stands under the panel (its source, a caution); may be blank.
    zero, y_domain, bars : as for `lines`.
    """

    frame: pd.DataFrame
    title: str
    unit: str
    note: str = ""
    zero: bool | None = None
    y_domain: tuple[float, float] | None = None
    bars: bool = False


def panel(
    what: Panel,
    *,
    width: float = 230,
    height: float = 110,
    years: tuple[int, int] | None = None,
    look: Mapping[str, Look] | None = None,
    labels: bool | None = None,
    title_rows: int = 0,
    note_rows: int = 0,
) -> Chart:
    """Draw one panel; `small_multiples` draws several that line up.

    Parameters
    ----------
    look : the look of each series, where panels share it.
    labels : whether series are named at line ends; with False give a `key` beside the panels.
    title_rows, note_rows : least number of lines kept for the title and the note.
    """
    around = replace(_words(what, width), title_rows=title_rows, source_rows=note_rows)
    return draw(
        what.frame,
        around,
        width=width,
        height=height,
        look=look,
        zero=what.zero,
        y_domain=what.y_domain,
        years=years,
        labels=labels,
        ticks=3,
        bars=what.bars,
    )


def panel_svg(
    what: Panel,
    *,
    width: float = 230,
    height: float = 110,
    years: tuple[int, int] | None = None,
    prefix: str = "",
) -> str:
    """One panel as SVG; ``prefix`` as for `to_svg`."""
    return to_svg(panel(what, width=width, height=height, years=years), prefix=prefix)


def small_multiples(
    panels: Sequence[Panel],
    *,
    columns: int = 3,
    width: float = style.WIDTH,
    height: float = 110,
    years: tuple[int, int] | None = None,
    colors: Mapping[str, str] | Sequence[str] | None = None,
    labels: bool | None = None,
    prefix: str = "panel",
) -> list[str]:
    """Draw panels to be set in a grid: SVGs of one size, sharing years and the looks of series.

    Parameters
    ----------
    columns : of the grid, 1 to 4; the gap between two is `COLUMN_GAP` px.
    width : of the whole grid in px; ``height`` is that of each plot.
    years : ends of all year axes; the first and last year of any panel where it is None.
    labels : whether series are named at line ends; None names them in panels of several series.
        With three columns, False and a `key_svg` above the grid leave more room.
    prefix : each SVG's ids begin with it and the panel's number.
    """
    if not 1 <= columns <= 4:
        raise InputError(f"a grid has 1 to 4 columns, not {columns}")
    if not panels:
        raise InputError("there are no panels to draw")
    each = (width - (columns - 1) * COLUMN_GAP) // columns
    frames = []
    for what in panels:
        try:
            frames.append(tidy_series(what.frame))
        except InputError as error:
            raise InputError(
                f"panel {what.title!r}: {error.seen}",
                choices=error.choices,
                next_step=error.next_step,
            ) from error
    held = pd.concat(frames)
    around = [_words(what, each) for what in panels]
    shared = years or (int(held["year"].min()), int(held["year"].max()))
    look = looks(list(dict.fromkeys(held["series"])), colors)
    return [
        to_svg(
            panel(
                what,
                width=each,
                height=height,
                years=shared,
                look=look,
                labels=labels,
                title_rows=max(len(one.title) for one in around),
                note_rows=max(len(one.source) for one in around),
            ),
            prefix=f"{prefix}{number}",
        )
        for number, what in enumerate(panels, start=1)
    ]


def key(
    series: Sequence[str],
    *,
    colors: Mapping[str, str] | Sequence[str] | None = None,
    width: float = style.WIDTH,
) -> Chart:
    """A line of samples, one per series, for a grid of panels that do not name them.

    ``series`` in the order in which the panels first show them; breaks into rows as needed.
    """
    if not series:
        raise InputError("a key needs at least one series")
    layers = []
    x, y = 0.0, 9.0
    for name, look in looks(series, colors).items():
        takes = KEY_LINE + 6 + text_width(name, style.LABEL_SIZE, bold=True)
        if x and x + takes > width - 2 * EDGE:
            x, y = 0.0, y + 18
        end = x + KEY_LINE
        rule = {"x": px(x), "x2": px(end), "y": px(y)}
        layers += [
            layer([{}], "rule", rule, color=look.color, strokeWidth=2, strokeDash=list(look.dash)),
            layer(
                [{}],
                "point",
                {"x": px(end), "y": px(y)},
                shape=look.shape,
                fill=look.color,
                stroke=style.PAPER,
                size=MARKER,
                opacity=1,
            ),
            layer(
                [{"text": name}],
                "text",
                {"x": px(end + 6), "y": px(y), "text": field("text")},
                align="left",
                baseline="middle",
                color=look.text,
                fontSize=style.LABEL_SIZE,
                fontWeight=600,
            ),
        ]
        x += takes + 18
    around = Words(title=(), subtitle=(), unit="", source=())
    chart = sheet(layers, around=around, width=width, height=y + 9, left=EDGE, right=EDGE)
    return Chart(chart.spec, "Key: " + ", ".join(series))


def key_svg(
    series: Sequence[str],
    *,
    colors: Mapping[str, str] | Sequence[str] | None = None,
    width: float = style.WIDTH,
    prefix: str = "key",
) -> str:
    """The key as SVG; ``prefix`` as for `to_svg`."""
    return to_svg(key(series, colors=colors, width=width), prefix=prefix)


def _words(what: Panel, width: float) -> Words:
    return words(what.title, "", what.unit, what.note, width, title_size=TITLE_SIZE)
