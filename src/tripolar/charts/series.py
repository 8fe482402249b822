"""Series over years: one line each, with its band, broken where a year has no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from tripolar.charts import style
from tripolar.charts.axes import Axis, value_axis, year_axis
from tripolar.charts.frames import extent, tidy_series, whole
from tripolar.charts.marks import (
    LABEL_GAP,
    Plot,
    bands_of,
    bars_of,
    labels_of,
    lines_of,
    points_of,
    zero_rule,
    zeros_of,
)
from tripolar.charts.page import EDGE, Words, left_room, sheet, words
from tripolar.charts.spec import Chart
from tripolar.charts.style import Look, looks
from tripolar.charts.text import text_width, wrap
from tripolar.errors import InputError, UnknownName

LABEL_SHARE = 0.25
"""Most of the width that names of series may take, before they break into lines."""


def lines(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str,
    source: str,
    order: Sequence[str] | None = None,
    colors: Mapping[str, str] | Sequence[str] | None = None,
    width: float = style.WIDTH,
    height: float = 260,
    zero: bool | None = None,
    y_domain: tuple[float, float] | None = None,
    years: tuple[int, int] | None = None,
    bars: bool = False,
) -> Chart:
    """Draw one or more series over years, with bands, labelled where they end.

    Parameters
    ----------
    frame : columns series, year, value and, where there is a band, low and high. Years without a
        figure are left out or have no value; the line breaks there.
    title : the finding, in a sentence.
    unit : stands on the value axis.
    source : stands under the chart.
    order, colors : which series in which order; hues by series or by place.
    width : of the whole chart in px; ``height`` is that of the plot.
    zero : True stretches the axis to 0 and rules a line there, None rules one where the values
        cross 0, False never does.
    y_domain : ends of the value axis; a band is cut there, a value beyond it is refused.
    years : ends of the year axis; the first and last year with a figure where it is None.
    bars : draw one series of counts as bars from 0; a year of none gets a dot on the axis, which
        a year without a figure does not.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"series": "Russia-China", "year": [1992, 1993], "value": [0.1, 0.3]})
    >>> chart = lines(frame, title="Closer", unit="kappa", source="Source: UN votes")
    """
    around = words(title, subtitle, unit, source, width)
    return draw(
        frame,
        around,
        order=order,
        colors=colors,
        width=width,
        height=height,
        zero=zero,
        y_domain=y_domain,
        years=years,
        bars=bars,
    )


def against_third(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str,
    source: str,
    pair: str | None = None,
    order: Sequence[str] | None = None,
    colors: Mapping[str, str] | Sequence[str] | None = None,
    width: float = style.WIDTH,
    height: float = 280,
    zero: bool | None = None,
    y_domain: tuple[float, float] | None = None,
    years: tuple[int, int] | None = None,
) -> Chart:
    """Draw a pair beside each side's tie to a third: three series, the pair's the heaviest.

    Parameters
    ----------
    frame : as for `lines`, with two or three series (one side may have no figures).
    pair : the series of the pair; the first one where it is None.
    """
    found = list(dict.fromkeys(tidy_series(frame, order)["series"]))
    if not 2 <= len(found) <= 3:
        raise InputError(
            f"a pair against a third takes two or three series, not {len(found)}",
            next_step="use lines() for any number of series",
        )
    heavy = found[0] if pair is None else pair
    if heavy not in found:
        raise UnknownName("series", heavy, found, next_step="name the pair's series in pair")
    ranked = [heavy, *(name for name in found if name != heavy)]
    around = words(title, subtitle, unit, source, width)
    return draw(
        frame,
        around,
        order=ranked,
        colors=colors,
        width=width,
        height=height,
        zero=zero,
        y_domain=y_domain,
        years=years,
        heavy=heavy,
    )


def draw(
    frame: pd.DataFrame,
    around: Words,
    *,
    width: float,
    height: float,
    order: Sequence[str] | None = None,
    colors: Mapping[str, str] | Sequence[str] | None = None,
    look: Mapping[str, Look] | None = None,
    zero: bool | None = None,
    y_domain: tuple[float, float] | None = None,
    years: tuple[int, int] | None = None,
    heavy: str = "",
    labels: bool | None = None,
    ticks: int = 5,
    bars: bool = False,
) -> Chart:
    """Draw series on a sheet; `lines`, `against_third` and the panels are views of this.

    Parameters
    ----------
    look : the look of each series where several charts share it.
    labels : whether series are named at their ends; None names them where there are several.
    """
    tidy = tidy_series(frame, order)
    series = list(dict.fromkeys(tidy["series"]))
    look = look or looks(series, colors)
    if bars and len(series) > 1:
        raise InputError(f"bars show one series, not {len(series)}", next_step="draw lines")
    low, high = extent(tidy)
    if zero or bars:
        low, high = min(low, 0.0), max(high, 0.0)
    values = value_axis(low, high, count=ticks, whole=whole(tidy["value"]), domain=y_domain)
    tidy = _within(tidy, values)
    first, last = years or (int(tidy["year"].min()), int(tidy["year"].max()))
    if not tidy["year"].between(first, last).all():
        raise InputError(f"the series have figures outside {first} to {last}")
    named = len(series) > 1 if labels is None else labels and not bars
    ends = tidy.groupby("series", sort=False).tail(1)
    texts = _end_texts(ends, last, width) if named else []
    left = left_room(values.labels())
    right = EDGE + 12.0
    if named:
        right = (
            EDGE
            + LABEL_GAP
            + max(text_width(line, style.LABEL_SIZE, bold=True) for text in texts for line in text)
        )
    inner = width - left - right
    if inner < 40:
        raise InputError(f"a chart {width:g} px wide leaves no room to draw; 200 px would")
    plot = Plot(
        frame=tidy,
        look=look,
        years=year_axis(first, last, inner, margin=0.5 if bars else 0.0),
        values=values,
        width=inner,
        height=height,
        rule=zero or (zero is None and values.low < 0 < values.high),
        heavy=heavy,
    )
    if bars:
        layers = [bars_of(plot), *zero_rule(plot), *zeros_of(plot)]
    else:
        layers = [*bands_of(plot), *zero_rule(plot), *lines_of(plot), points_of(plot, ends)]
    if named:
        layers += labels_of(plot, ends, texts)
    return sheet(layers, around=around, width=width, height=height, left=left, right=right)


def _within(tidy: pd.DataFrame, axis: Axis) -> pd.DataFrame:
    """Bands cut at the ends of the axis; values beyond them are refused."""
    beyond = tidy[(tidy["value"] < axis.low) | (tidy["value"] > axis.high)]
    if len(beyond):
        row = beyond.iloc[0]
        raise InputError(
            f"{row['series']!r} is {row['value']:g} in {row['year']}, outside the axis "
            f"({axis.low:g} to {axis.high:g})",
            next_step="widen y_domain or leave it out",
        )
    return tidy.assign(
        low=tidy["low"].clip(axis.low, axis.high), high=tidy["high"].clip(axis.low, axis.high)
    )


def _end_texts(ends: pd.DataFrame, last: int, width: float) -> list[list[str]]:
    """The label of each series in lines; one that ends early says when."""
    texts = []
    for row in ends.itertuples():
        text = str(row.series) if row.year == last else f"{row.series} (to {row.year})"
        texts.append(wrap(text, style.LABEL_SIZE, width * LABEL_SHARE, bold=True))
    return texts
