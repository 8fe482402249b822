"""Charts: tidy frames in, Vega-Lite charts and SVG text out; nothing here knows atlas or reading.

series.py      lines, against_third: series over years with bands, named at line ends
panels.py      Panel, small_multiples, panel_svg, key_svg: a grid of small charts
coverage.py    coverage_grid: measures by years, what there is and what there is not
intervals.py   dot_intervals: latest figures with intervals, one row each
export.py      to_svg, save
marks.py page.py axes.py text.py frames.py style.py      what the others are made of
"""

from __future__ import annotations

from tripolar.charts.coverage import coverage_grid
from tripolar.charts.export import prefixed, save, to_svg
from tripolar.charts.intervals import dot_intervals
from tripolar.charts.panels import Panel, key, key_svg, panel, panel_svg, small_multiples
from tripolar.charts.series import against_third, lines
from tripolar.charts.spec import Chart
from tripolar.charts.style import WIDTH

__all__ = [
    "WIDTH",
    "Chart",
    "Panel",
    "against_third",
    "coverage_grid",
    "dot_intervals",
    "key",
    "key_svg",
    "lines",
    "panel",
    "panel_svg",
    "prefixed",
    "save",
    "small_multiples",
    "to_svg",
]
