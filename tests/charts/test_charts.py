from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pandas as pd
import pytest
from tests.charts.conftest import TEXTS, series

from tripolar import charts
from tripolar.charts import Panel
from tripolar.charts.frames import tidy_series
from tripolar.errors import InputError, OutputError, UnknownName

SVG = "{http://www.w3.org/2000/svg}"
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def words(svg: str) -> str:
    root = ElementTree.fromstring(svg)
    found = (" ".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    return " ".join(" ".join(found).split())


def paths_of(svg: str, color: str) -> list[str]:
    """The lines of a colour, each as its path."""
    root = ElementTree.fromstring(svg)
    return [
        path.get("d", "")
        for path in root.iter(f"{SVG}path")
        if path.get("stroke") == color and path.get("fill") != color and path.get("stroke-width")
    ]


@pytest.fixture
def all_charts(three, gaps, dots):
    return {
        "lines": charts.lines(gaps, **TEXTS),
        "bars": charts.lines(
            pd.DataFrame({"series": "both", "year": [2006, 2007, 2009], "value": [0, 2, 1]}),
            bars=True,
            **TEXTS,
        ),
        "third": charts.against_third(three, pair="Russia–China", **TEXTS),
        "dots": charts.dot_intervals(dots, **TEXTS),
    }


def test_svgs_are_well_formed_say_what_they_must_and_refer_to_nothing_outside(all_charts):
    for chart in all_charts.values():
        svg = charts.to_svg(chart)
        root = ElementTree.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        said = words(svg)
        for text in TEXTS.values():
            assert text in said
        assert set(re.findall(r"https?://[^\"'\s<]*", svg)) <= NAMESPACES
        assert root.get("role") == "img"
        assert root.get("aria-label") == TEXTS["title"]
        assert float(root.get("width", 0)) == charts.WIDTH
        assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
        assert "Liberation Sans" in root.get("font-family", "")


def test_specs_are_valid_vega_lite(all_charts):
    for chart in all_charts.values():
        chart.altair(validate=True).to_dict(validate=True)


def test_the_same_chart_gives_the_same_text(three):
    one = charts.to_svg(charts.against_third(three, **TEXTS))
    assert one == charts.to_svg(charts.against_third(three.copy(), **TEXTS))


def test_missing_years_break_the_line(gaps):
    tidy = tidy_series(gaps)
    assert [list(group["year"]) for _, group in tidy.groupby("run")] == [
        [1992, 1993, 1994],
        [1997],
        [2000, 2001],
    ]
    assert list(tidy.loc[tidy["alone"], "year"]) == [1997]
    svg = charts.to_svg(charts.lines(gaps.drop(columns=["low", "high"]), **TEXTS))
    drawn = paths_of(svg, "#0072B2")
    assert sorted(path.count("L") for path in drawn) == [1, 2]


def test_a_year_without_a_value_is_a_year_without_a_figure():
    frame = series("a", [2000, 2001, 2002, 2003, 2004])
    frame.loc[2, "value"] = None
    assert tidy_series(frame)["run"].nunique() == 2


def test_series_alone_in_every_year_draw_points_only():
    svg = charts.to_svg(charts.lines(series("a", [2000, 2005, 2010], band=None), **TEXTS))
    assert not paths_of(svg, "#0072B2")
    assert svg.count('fill="#0072B2"') == 3


def test_year_labels_have_no_thousands_separator(gaps):
    said = words(charts.to_svg(charts.lines(gaps, **TEXTS)))
    assert "1995" in said
    assert "1,99" not in said


def names_at(svg: str, names: list[str]) -> list[float]:
    """The heights of the labels of series, in px."""
    found = {}
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        if (said := "".join(text.itertext())) in names:
            place = re.search(r"translate\([\d.-]+,([\d.-]+)\)", text.get("transform", ""))
            found[said] = float(place[1]) if place else 0.0
    return [found[name] for name in names]


def test_labels_at_line_ends_do_not_overlap(three):
    svg = charts.to_svg(charts.against_third(three, **TEXTS))
    heights = sorted(names_at(svg, ["Russia–China", "EU–Russia", "EU–China"]))
    apart = [two - one for one, two in itertools.pairwise(heights)]
    assert min(apart) >= charts.style.LABEL_SIZE


def test_series_differ_without_hue(three):
    svg = charts.to_svg(charts.against_third(three, **TEXTS))
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', svg))) >= 2


def test_a_series_that_ends_early_says_so():
    frame = pd.concat([series("a", [2000, 2001, 2002]), series("b", [2000, 2001])])
    assert "b (to 2001)" in words(charts.to_svg(charts.lines(frame, **TEXTS)))


def test_zero_is_ruled_where_crossed_or_asked(gaps):
    def has_rule(**options):
        chart = charts.lines(gaps.assign(value=gaps["value"] + shift), **TEXTS, **options)
        return charts.style.RULE in str([layer["mark"] for layer in chart.spec["layer"]])

    gaps = gaps.drop(columns=["low", "high"])
    shift = -0.22
    assert has_rule()
    assert not has_rule(zero=False)
    shift = 0.3
    assert not has_rule()
    assert has_rule(zero=True)


def test_values_beyond_the_axis_are_refused_and_bands_are_cut(gaps):
    with pytest.raises(InputError, match="outside the axis"):
        charts.lines(gaps, y_domain=(0.0, 0.21), **TEXTS)
    chart = charts.lines(gaps, y_domain=(0.15, 0.3), **TEXTS)
    assert charts.to_svg(chart)


def test_panels_line_up_share_years_and_have_ids_of_their_own(three, gaps):
    panels = [
        Panel(gaps, "Kappa", "index", "Source: a note that is long enough to need two lines"),
        Panel(three, "A measure with a name that does not fit into one line", "share"),
        Panel(gaps.assign(value=1.0, low=None, high=None), "Flat", "drafts"),
    ]
    svgs = charts.small_multiples(panels, columns=3)
    roots = [ElementTree.fromstring(svg) for svg in svgs]
    assert len({(root.get("width"), root.get("height")) for root in roots}) == 1
    assert float(roots[0].get("width", 0)) * 3 <= charts.WIDTH
    for panel, svg in zip(panels, svgs, strict=True):
        assert panel.title in words(svg)
        assert panel.unit in words(svg)
        assert "2000" in words(svg)
    assert panels[0].note in words(svgs[0])
    assert ElementTree.fromstring(charts.panel_svg(panels[0])) is not None
    ids = [identity for svg in svgs for identity in re.findall(r'\sid="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))


def test_a_panel_without_figures_is_named(gaps):
    with pytest.raises(InputError, match="Vetoes"):
        charts.small_multiples([Panel(gaps, "Kappa", "i"), Panel(gaps.head(0), "Vetoes", "i")])
    with pytest.raises(InputError):
        charts.small_multiples([])
    with pytest.raises(InputError):
        charts.small_multiples([Panel(gaps, "Kappa", "i")], columns=9)


def test_the_key_names_all_series():
    svg = charts.key_svg(["Russia–China", "EU–Russia", "a long name of a series"], width=300)
    assert words(svg) == "Russia–China EU–Russia a long name of a series"


def test_prefixes_reach_every_id_and_reference():
    svg = (
        '<svg><clipPath id="clip0"/><g clip-path="url(#clip0)" data-id="clip0"/>'
        '<use xlink:href="#clip0"/><a href="#clip0"/></svg>'
    )
    found = charts.prefixed(svg, "one")
    assert found.count("one-clip0") == 4
    assert 'data-id="clip0"' in found


def test_a_prefix_is_an_identifier(gaps):
    chart = charts.lines(gaps, **TEXTS)
    assert charts.to_svg(chart, prefix="fig1")
    with pytest.raises(InputError, match="prefix"):
        charts.to_svg(chart, prefix='1" onload="')


@pytest.mark.parametrize("draw", [charts.lines, charts.against_third])
def test_an_empty_frame_is_refused(gaps, draw):
    for empty in (gaps.head(0), gaps.assign(value=None)):
        with pytest.raises(InputError, match="no figures"):
            draw(empty, **TEXTS)
    with pytest.raises(InputError, match="no column 'value'"):
        draw(gaps.drop(columns="value"), **TEXTS)


def test_empty_dots_are_refused(dots):
    with pytest.raises(InputError, match="no figures"):
        charts.dot_intervals(dots.head(0), **TEXTS)


def test_bad_frames_are_refused(gaps, three, dots):
    with pytest.raises(InputError, match="two figures for 1992"):
        charts.lines(pd.concat([gaps, gaps]), **TEXTS)
    with pytest.raises(InputError, match="whole years"):
        charts.lines(gaps.assign(year=1992.5), **TEXTS)
    with pytest.raises(InputError, match="infinite"):
        charts.lines(gaps.assign(value=float("inf")), **TEXTS)
    with pytest.raises(InputError, match="numbers"):
        charts.lines(gaps.assign(value="much"), **TEXTS)
    with pytest.raises(InputError, match="down to"):
        charts.lines(gaps.assign(low=1.0, high=0.0), **TEXTS)
    with pytest.raises(UnknownName):
        charts.lines(gaps, order=["Russia-China"], **TEXTS)
    with pytest.raises(InputError, match="one series"):
        charts.lines(three, bars=True, **TEXTS)
    with pytest.raises(InputError, match="two or three"):
        charts.against_third(gaps, **TEXTS)
    with pytest.raises(InputError, match="#rrggbb"):
        charts.lines(gaps, colors=["blue"], **TEXTS)
    with pytest.raises(InputError, match="two rows"):
        charts.dot_intervals(pd.concat([dots, dots]), **TEXTS)


def test_coloured_text_can_be_read():
    for look in charts.style.looks([str(place) for place in range(7)]).values():
        light = charts.style._luminance(charts.style._channels(look.text))
        assert 1.05 / (light + 0.05) >= 4.5


def test_saving(gaps, tmp_path):
    chart = charts.lines(gaps, **TEXTS)
    assert charts.save(chart, tmp_path / "a.svg").read_text().startswith("<svg")
    assert charts.save(chart, tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    page = charts.save(chart, tmp_path / "a.html").read_text()
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)=", page)
    with pytest.raises(InputError, match=r"\.pdf"):
        charts.save(chart, tmp_path / "a.pdf")
    with pytest.raises(OutputError):
        charts.save(chart, tmp_path / "none" / "a.svg")


def test_importing_charts_does_not_import_altair():
    code = "import sys, tripolar.charts; sys.exit('altair' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_panels_can_be_changed(gaps):
    assert replace(Panel(gaps, "a", "b"), title="c").title == "c"
