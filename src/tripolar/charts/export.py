"""Charts as files and as SVG text, without a browser and without the network."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from tripolar.charts import style
from tripolar.charts.spec import Chart
from tripolar.errors import InputError, OutputError

VEGA_LITE = "6.4"
SUFFIXES = (".svg", ".png", ".html")
PIXELS = 2.0
"""Pixels of a PNG per px of the chart, for print and dense screens."""

_PREFIX = re.compile(r"[A-Za-z_][\w-]*")
_ID = re.compile(r'(?<=\sid=")([^"]+)(?=")')
_URL = re.compile(r"(?<=url\(#)([^)]+)(?=\))")
_HREF = re.compile(r'(?<=href="#)([^"]+)(?=")')
_ROOT = re.compile(r"<svg\b[^>]*>")


def to_svg(chart: Chart, *, prefix: str = "") -> str:
    """A chart as SVG text that can stand inside a page; the same chart gives the same text.

    Parameters
    ----------
    prefix : put before every id and reference, so that several charts in one page do not take
        each other's clip paths. Begins with a letter.

    Returns
    -------
    An ``<svg>`` element with width, height and viewBox, named for screen readers by its title.
    Nothing in it refers to anything outside.
    """
    import vl_convert

    if prefix and not _PREFIX.fullmatch(prefix):
        raise InputError(
            f"a prefix of ids is letters, digits, - and _, and begins with a letter: {prefix!r}"
        )
    text: str = vl_convert.vegalite_to_svg(_json(chart), vl_version=VEGA_LITE, allowed_base_urls=[])
    text = prefixed(text, prefix) if prefix else text
    return _named(text, chart.title)


def prefixed(svg: str, prefix: str) -> str:
    """The SVG with every id, and every reference to one, begun with a prefix."""
    for pattern in (_ID, _URL, _HREF):
        svg = pattern.sub(lambda found: f"{prefix}-{found[1]}", svg)
    return svg


def save(chart: Chart, path: str | Path) -> Path:
    """Write a chart as .svg, .png or .html (which opens offline), by the ending of ``path``."""
    import vl_convert

    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"a chart is not saved as {suffix or path.name!r}", choices=SUFFIXES)
    content: str | bytes
    if suffix == ".svg":
        content = to_svg(chart)
    elif suffix == ".png":
        content = vl_convert.vegalite_to_png(
            _json(chart), vl_version=VEGA_LITE, scale=PIXELS, allowed_base_urls=[]
        )
    else:
        # The libraries travel in the file and in vl-convert, so neither side needs the network.
        content = vl_convert.vegalite_to_html(_json(chart), vl_version=VEGA_LITE, bundle=True)
    try:
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    return path


def _json(chart: Chart) -> str:
    return json.dumps(chart.spec, allow_nan=False)


def _named(svg: str, name: str) -> str:
    """The SVG with its outer element named for screen readers and its font set once."""
    found = _ROOT.match(svg)
    if found is None:
        raise InputError("the converter gave no SVG")
    label = html.escape(" ".join(name.split()), quote=True)
    font = html.escape(style.FONT, quote=True)
    root = found[0].replace('class="marks"', 'class="marks chart"')
    root = f'{root[:-1]} role="img" aria-label="{label}" font-family="{font}">'
    return root + svg[found.end() :]
