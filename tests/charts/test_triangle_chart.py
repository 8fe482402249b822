"""The triangle strip and the signed matrix: what is drawn, and what is refused."""

import re
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest
from tests.charts.conftest import series

from tripolar import charts
from tripolar.charts.triangle import AMITY, ENMITY, FILLS, signed_matrix, triangle_strip
from tripolar.errors import InputError

SVG = "{http://www.w3.org/2000/svg}"
TYPES = ("three & more", "two", "one", "none")
YEARS = list(range(1992, 2004))
STRIP_HEIGHT = 100
# Places in an SVG are rounded by the converter.
ROUNDED = 0.05


@pytest.fixture
def sides():
    return pd.concat([series("A–B", YEARS, 20.0, 8.0), series("B–C", YEARS, -30.0, 5.0)])


@pytest.fixture
def strip():
    rows = []
    for place, year in enumerate(YEARS):
        late = place >= 6
        chances = (0.1, 0.2 if late else 0.5, 0.6 if late else 0.3, 0.1)
        for kind, actor, part, chance in zip(
            TYPES, ("", "ABC", "XYZ", ""), ("", "pivot", "outcast", ""), chances, strict=True
        ):
            rows.append((year, kind, actor, part, chance))
    return pd.DataFrame(rows, columns=["year", "type", "actor", "part", "probability"])


def drawn(sides, strip, **others):
    return triangle_strip(
        sides,
        strip,
        title="Who stands with whom",
        unit="points",
        source="Source: made up.",
        types=TYPES,
        strip_height=STRIP_HEIGHT,
        **others,
    )


def boxes(svg, fill):
    """Heights of the boxes of a fill, from their paths."""
    found = []
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        if path.get("fill") == fill:
            size = re.search(r"M[^h]*h([\d.]+)v([\d.]+)", path.get("d", ""))
            found += [float(size[2])] if size else []
    return found


def said(svg):
    root = ElementTree.fromstring(svg)
    return [" ".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def test_the_strip_stacks_each_years_probabilities(sides, strip):
    svg = charts.to_svg(drawn(sides, strip))
    total = 0.0
    for fill, expected in zip(FILLS, (0.1, 0.2, 0.6, 0.1), strict=True):
        heights = boxes(svg, fill)
        assert len(heights) == len(YEARS) + 1  # and one in the key
        assert heights[len(YEARS) - 1] == pytest.approx(expected * STRIP_HEIGHT, abs=ROUNDED)
        total += sum(heights[: len(YEARS)])
    assert total == pytest.approx(len(YEARS) * STRIP_HEIGHT, abs=1.0)


def test_it_names_sides_types_and_whom_the_likeliest_singles_out(sides, strip):
    texts = said(charts.to_svg(drawn(sides, strip)))
    assert {"A–B", "B–C", *TYPES, "ABC pivot", "XYZ outcast"} <= set(texts)
    assert {"Who stands with whom", "points", "Source: made up."} <= set(texts)


def test_a_run_without_room_gets_the_short_name_or_none(sides, strip):
    alone = strip.assign(actor=strip["actor"].where(strip["year"] == 1999, ""))
    texts = said(charts.to_svg(drawn(sides, alone)))
    assert "XYZ" in texts
    assert "XYZ outcast" not in texts
    assert "XYZ" not in said(charts.to_svg(drawn(sides, alone, width=320)))


def test_years_without_an_outcome_stay_blank(sides, strip):
    held = strip[strip["year"] != 1997]
    assert len(boxes(charts.to_svg(drawn(sides, held)), FILLS[0])) == len(YEARS)


def test_the_chart_is_valid_and_the_same_each_time(sides, strip, tmp_path):
    chart = drawn(sides, strip)
    chart.altair(validate=True).to_dict(validate=True)
    assert charts.to_svg(chart) == charts.to_svg(drawn(sides.copy(), strip.copy()))
    assert charts.save(chart, tmp_path / "strip.png").stat().st_size > 1000


def test_a_strip_of_nothing_or_of_unknown_types_is_refused(sides, strip):
    with pytest.raises(InputError, match="0 rows"):
        drawn(sides, strip[:0])
    with pytest.raises(InputError, match="4 types"):
        drawn(sides, strip.assign(type="five"))


@pytest.fixture
def edges():
    return pd.DataFrame({"a": ["A", "A", "B"], "b": ["B", "C", "C"], "p_amity": [1.0, 0.2, 0.5]})


def test_the_matrix_has_a_square_each_way(edges):
    chart = signed_matrix(edges, ["C", "A", "B"], title="Camps", source="Source: made up.")
    chart.altair(validate=True).to_dict(validate=True)
    svg = charts.to_svg(chart)
    assert len(boxes(svg, AMITY)) == 2 * 2 + 1
    assert len(boxes(svg, ENMITY)) == 2 + 1
    texts = said(svg)
    assert [text for text in texts if text in {"A", "B", "C"}] == ["C", "A", "B"] * 2


def test_a_matrix_that_leaves_out_an_actor_is_refused(edges):
    with pytest.raises(InputError, match="3 edges among 2 actors"):
        signed_matrix(edges, ["A", "B"], title="Camps", source="")
