"""The grid of measures and years: one cell for each, its fill by its state, a key to read it by."""

import itertools
import re
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest

from tripolar import charts
from tripolar.charts import coverage_grid
from tripolar.charts.coverage import FILLS, STATES
from tripolar.errors import InputError

SVG = "{http://www.w3.org/2000/svg}"
TEXTS = {
    "title": "What there is of Russia & China",
    "subtitle": "Measures by year <and> dimension",
    "source": "Source: made up for a test.",
}
MEANINGS = [(state, f"it is {state}") for state in STATES]
YEARS = range(1990, 2021)


@pytest.fixture
def frame():
    """Four measures of two groups; the state of a year goes round."""
    groups = {"votes": "political", "vetoes": "political", "trade": "economic", "arms": "security"}
    rows = [
        (row, group, year, STATES[(place + year) % len(STATES)])
        for place, (row, group) in enumerate(groups.items())
        for year in YEARS
    ]
    return pd.DataFrame(rows, columns=["row", "group", "year", "state"])


def draw(frame, **options):
    return charts.to_svg(coverage_grid(frame, **{**TEXTS, "meanings": MEANINGS, **options}))


def words(svg):
    root = ElementTree.fromstring(svg)
    found = (" ".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    return " ".join(" ".join(found).split())


def cells_of(chart):
    """The rows behind the boxes of the grid, the largest layer of rectangles."""
    boxes = [layer for layer in chart.spec["layer"] if layer["mark"]["type"] == "rect"]
    return max((layer["data"]["values"] for layer in boxes), key=len)


def test_the_spec_is_valid_vega_lite(frame):
    for chart in (
        coverage_grid(frame, title="t"),
        coverage_grid(frame, **TEXTS, meanings=MEANINGS),
    ):
        chart.altair(validate=True).to_dict(validate=True)


def test_the_svg_says_what_it_must_and_refers_to_nothing_outside(frame):
    svg = draw(frame)
    root = ElementTree.fromstring(svg)
    said = words(svg)
    for text in (*TEXTS.values(), "votes", "vetoes", "trade", "arms", "1990", "2020"):
        assert text in said
    for _, meaning in MEANINGS:
        assert meaning in said
    assert float(root.get("width", 0)) == charts.WIDTH
    assert root.get("aria-label") == TEXTS["title"]
    assert set(re.findall(r"https?://[^\"'\s<]*", svg)) <= {
        *("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
    }


def test_every_measure_and_year_has_a_cell_filled_by_its_state(frame):
    cells = cells_of(coverage_grid(frame, **TEXTS, meanings=MEANINGS))
    assert [(cell["said"], cell["fill"]) for cell in cells] == [
        (f"{row.row} {row.year}: {row.state}", FILLS[row.state]) for row in frame.itertuples()
    ]
    assert len(set(FILLS.values())) == len(STATES)
    assert all(cell["rim"] != "#ffffff" for cell in cells)


def test_cells_do_not_overlap_and_groups_stand_apart(frame):
    cells = cells_of(coverage_grid(frame, **TEXTS))
    places = {(cell["x"], cell["y"]) for cell in cells}
    assert len(places) == len(cells) == len(frame)
    columns = sorted({(cell["x"], cell["x2"]) for cell in cells})
    assert len(columns) == len(YEARS)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(columns))
    tops = list(dict.fromkeys(cell["y"] for cell in cells))
    ends = list(dict.fromkeys(cell["y2"] for cell in cells))
    gaps = [top - end for top, end in zip(tops[1:], ends, strict=False)]
    assert gaps[0] < gaps[1] == gaps[2]


def test_rows_stand_in_the_order_of_their_first_appearance(frame):
    later = pd.concat([frame[frame["row"] == "arms"], frame[frame["row"] != "arms"]])
    cells = cells_of(coverage_grid(later, **TEXTS))
    tops = {cell["said"].split()[0]: cell["y"] for cell in cells}
    assert sorted(tops, key=tops.get) == ["arms", "votes", "vetoes", "trade"]


@pytest.mark.parametrize(
    ("years", "labels"),
    [(range(2010, 2016), ["2010", "2013", "2015"]), (range(1990, 2021), ["1990", "2005", "2020"])],
)
def test_years_are_labelled_each_or_every_fifth(years, labels, frame):
    said = words(draw(frame[frame["year"].isin(years)], meanings=())).split()
    assert set(labels) <= set(said)
    assert "1991" not in said


def test_one_year_and_one_measure_can_be_drawn(frame):
    svg = draw(frame.head(1))
    assert "1990" in words(svg)


def test_the_same_grid_gives_the_same_text(frame):
    assert draw(frame) == draw(frame.copy())


def test_without_meanings_there_is_no_key(frame):
    assert "it is" not in words(draw(frame, meanings=()))
    with_key, without = (
        float(ElementTree.fromstring(draw(frame, meanings=given)).get("height"))
        for given in (MEANINGS, ())
    )
    assert with_key > without


def test_bad_frames_are_refused_and_say_what_would_do(frame):
    with pytest.raises(InputError, match="0 rows") as caught:
        coverage_grid(frame.head(0), title="t")
    assert "figures, none, outside, withheld" in caught.value.next_step
    with pytest.raises(InputError, match="absent"):
        coverage_grid(frame.assign(state="absent"), title="t")
    with pytest.raises(InputError, match="nan"):
        coverage_grid(frame.assign(state=float("nan")), title="t")
    with pytest.raises(InputError, match="group, state"):
        coverage_grid(frame.drop(columns=["state", "group"]), title="t")
