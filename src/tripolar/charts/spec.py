"""Vega-Lite by hand: a layer is a dictionary, and a chart holds one specification.

Built through Altair's classes, which check every channel against the schema, a chart took 0.2 s
and their import another second; a brief of fourteen charts spent most of its time there. As
dictionaries they cost milliseconds, and `Chart.altair` still gives the Altair object.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import altair as alt

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
MIME = "application/vnd.vegalite.v6+json"

Layer = dict[str, Any]
Channel = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Chart:
    """A finished chart: shown by notebooks, turned into files by `save` and `to_svg`.

    spec : the Vega-Lite specification; not to be changed in place.
    title : the finding, which also names the chart for screen readers.
    """

    spec: Mapping[str, Any]
    title: str

    def __repr__(self) -> str:
        """The finding, in a line."""
        return f"<Chart {self.title!r}>"

    def to_dict(self) -> dict[str, Any]:
        """A copy of the Vega-Lite specification."""
        return copy.deepcopy(dict(self.spec))

    def altair(self, *, validate: bool = True) -> alt.LayerChart:
        """The chart as an Altair object, to change or to combine with others."""
        import altair as alt

        return alt.LayerChart.from_dict(self.to_dict(), validate=validate)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {MIME: self.to_dict(), "text/plain": repr(self)}


def layer(
    rows: Sequence[Mapping[Any, Any]] | pd.DataFrame,
    mark: str,
    encoding: Mapping[str, Any],
    **properties: Any,
) -> Layer:
    """One layer: its rows, its mark with properties, and what is drawn by what."""
    values = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else list(rows)
    return {
        "data": {"values": values},
        "mark": {"type": mark, **properties},
        "encoding": dict(encoding),
    }


def px(value: float) -> Channel:
    """A fixed place or size in px."""
    return {"value": value}


def field(name: str) -> Channel:
    """A name taken from the rows as it is."""
    return {"field": name, "type": "nominal"}


def as_is(name: str) -> Channel:
    """A colour, a size or a place in px taken from the rows, not scaled."""
    return {"field": name, "type": "nominal", "scale": None, "legend": None}


def by_series(name: str, domain: Sequence[str], values: Sequence[Any]) -> Channel:
    """A look chosen by the name of the series, without a legend."""
    scale = {"domain": list(domain), "range": list(values)}
    return {"field": name, "type": "nominal", "scale": scale, "legend": None}


def quantity(name: str, low: float, high: float, **axis: Any) -> Channel:
    """A place on an axis from ``low`` to ``high``; no axis is drawn where none is described."""
    return {
        "field": name,
        "type": "quantitative",
        "axis": axis or None,
        "scale": {"domain": [low, high], "nice": False, "zero": False},
    }
