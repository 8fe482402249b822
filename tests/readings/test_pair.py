"""The pair reading: its summary recomputed from the figures, and what is said of the third."""

import json
import math
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from scipy.stats import theilslopes

from tripolar.actors.blocs import regions
from tripolar.errors import BadPair, BadYears, UnknownName
from tripolar.measures import MEASURES, measure
from tripolar.nothing import Nothing
from tripolar.panel.parts import unshippable
from tripolar.readings.pair import LEVEL_YEARS, SUMMARY, percentile
from tripolar.readings.question import ask
from tripolar.readings.trend import LEAST_YEARS
from tripolar.settings import BAND_LEVEL
from tripolar.sources import source

KEPT_OUT = unshippable()
ROUNDING = 1e-9
"""Means and medians of at most forty numbers, percentiles of a hundred."""


@pytest.fixture(scope="module")
def reading(world):
    return world.pair("RUS", "CHN", third="EU")


@pytest.fixture(scope="module")
def summary(reading):
    return reading.table()


def figures_of(reading, row):
    frame = reading.figures
    names = {"RUS": {"RUS", "SUN"}}
    return frame[
        (frame["measure"] == row["measure"])
        & frame["a"].isin(names.get(row["a"], {row["a"]}))
        & frame["b"].isin(names.get(row["b"], {row["b"]}))
    ].sort_values("year")


def sides_of(name):
    """The sides that a measure is read for, by its declaration."""
    what = measure(name)
    if name == "un-cohesion":
        return {("EU", "EU")}
    if what.monadic:
        return {(actor, actor) for actor in ("RUS", "CHN", "EU")}
    if what.family == "regional":
        return {(actor, region) for actor in ("RUS", "CHN", "EU") for region in regions()}
    one_way = {("RUS", "CHN"), ("RUS", "EU"), ("CHN", "EU")}
    both_ways = one_way | {(b, a) for a, b in one_way}
    return both_ways if what.directed and not what.mirrored else one_way


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_read_for_every_side(name, reading, summary):
    assert list(summary.columns) == SUMMARY
    rows = summary[summary["measure"] == name]
    found = list(zip(rows["a"], rows["b"], strict=True))
    missing = [(each.a, each.b) for each in reading.missing if each.measure == name]
    assert sorted(found + missing) == sorted(sides_of(name))


def test_what_an_atlas_withholds_is_missing_with_its_reason(reading, world):
    why = {each.measure: each.why for each in reading.missing if each.measure in KEPT_OUT}
    assert set(why) == set(KEPT_OUT)
    for name, blank in why.items():
        assert (blank.kind, blank.reason) == (Nothing.MISSING, world.atlas.withheld[name])


NO_FIGURE = [
    ("joint-vetoes", "RUS", "EU", Nothing.NOT_A_MEMBER, "no seat of its own"),
    ("energy-gas-border-share", "RUS", "CHN", Nothing.OUTSIDE_COVERAGE, "does not speak of RUS"),
    ("official-finance", "RUS", "CHN", Nothing.MISSING, "China's finance only"),
    ("alliance-similarity", "CHN", "EU", Nothing.MISSING, "no alliance portfolio of its own"),
]


@pytest.mark.parametrize(("name", "a", "b", "kind", "said"), NO_FIGURE)
def test_a_side_without_a_figure_says_why(name, a, b, kind, said, reading):
    (why,) = [
        each.why for each in reading.missing if (each.measure, each.a, each.b) == (name, a, b)
    ]
    assert why.kind is kind
    assert said in why.reason


def test_the_summary_is_recomputed_from_the_figures(reading, summary):
    for row in summary.to_dict("records"):
        frame = figures_of(reading, row)
        latest, recent = frame.iloc[-1], frame.tail(LEVEL_YEARS)
        for key in ("year", "value", "n", "lineage"):
            assert row[key] == latest[key]
        assert row["level"] == pytest.approx(recent["value"].mean(), abs=ROUNDING, rel=ROUNDING)
        assert row["level_from"] == recent["year"].min()
        assert row["trend_years"] == len(frame)
        assert row["trend_from"] == frame["year"].min()
        if len(frame) < LEAST_YEARS:
            assert math.isnan(row["trend"])
            continue
        slopes = theilslopes(frame["value"], frame["year"], alpha=BAND_LEVEL)
        expected = [10 * s for s in (slopes.slope, slopes.low_slope, slopes.high_slope)]
        seen = [row[key] for key in ("trend", "trend_low", "trend_high")]
        assert seen == pytest.approx(expected, rel=ROUNDING, abs=ROUNDING)


def test_percentiles_are_counted_among_the_dyads_of_states(world, summary):
    for row in summary.to_dict("records"):
        values = world.atlas.distribution(row["measure"], row["year"]).tolist()
        if measure(row["measure"]).monadic or not values:
            assert math.isnan(row["percentile"])
            assert row["dyads"] == 0
            continue
        below = sum(value < row["value"] - 1e-12 for value in values)
        tied = sum(abs(value - row["value"]) <= 1e-12 for value in values)
        assert row["dyads"] == len(values)
        assert row["percentile"] == pytest.approx(
            100 * (below + tied / 2) / len(values), abs=ROUNDING
        )


def test_a_percentile_of_all_ties_is_the_middle(world):
    class Flat:
        def distribution(self, name, year, choices):
            return np.full(7, 0.5)

    assert percentile(Flat(), measure("un-s"), 2018, 0.5, None) == (50.0, 7)
    assert percentile(Flat(), measure("un-s"), 2018, 0.6, None) == (100.0, 7)
    assert percentile(Flat(), measure("un-s"), 2018, 0.4, None) == (0.0, 7)


def test_few_years_have_no_trend(world):
    found = world.pair("RUS", "CHN", first=2012, last=2015).table().set_index("measure")
    assert math.isnan(found.loc["un-agreement", "trend"])
    assert found.loc["un-agreement", "trend_years"] == 4
    assert not math.isnan(found.loc["un-agreement", "level"])


def test_partings_are_the_sharpest_five_of_each_year_with_names_of_votes(reading):
    frame = reading.partings
    assert len(frame) > 0
    for _, of_year in frame.groupby("year"):
        assert of_year["rank"].tolist() == list(range(1, len(of_year) + 1))
        assert len(of_year) <= 5
    assert set(frame["vote_a"]) | set(frame["vote_b"]) <= {"yes", "abstain", "no"}
    assert (frame["vote_a"] != frame["vote_b"]).all()


def test_a_reading_is_plain_values_in_json(reading):
    text = json.dumps(reading.to_dict(), allow_nan=False)
    again = json.loads(text)
    assert len(again["figures"]) == len(reading.figures)
    assert len(again["summary"]) == len(reading.summary)
    assert again["third"] == "EU"


def test_a_reading_in_a_notebook_is_well_formed(reading):
    root = ElementTree.fromstring(f"<div>{reading._repr_html_()}</div>")
    assert len(root.findall(".//tr")) == len(reading.summary) + 1
    assert "<PairReading RUS-CHN as against EU" in "".join(root.itertext())


def test_a_reading_cites_every_source_it_used(reading):
    used = {name for each in reading.summary["measure"] for name in measure(each).sources}
    for name in used:
        assert reading.cite().count(source(name).citation["key"]) == 1


def test_a_short_repr(reading):
    assert "RUS-CHN as against EU" in repr(reading)
    assert str(len(reading.figures)) in repr(reading)
    assert len(repr(reading)) < 100


def test_a_series_is_of_one_measure_and_side(reading):
    frame = reading.series("un-agreement")
    assert set(frame["series"]) == {"RUS–CHN", "RUS–EU", "CHN–EU"}
    assert not frame.duplicated(["series", "year"]).any()


def test_choices_reach_the_reading(world):
    dropped = world.pair("RUS", "CHN", first=2015, last=2018, unanimous="drop")
    kept = world.pair("RUS", "CHN", first=2015, last=2018)
    n = [r.table().set_index("measure").loc["un-agreement", "n"] for r in (dropped, kept)]
    assert n[0] <= n[1]
    joined = dropped.figures.merge(kept.figures, on=["measure", "a", "b", "year"])
    votes = joined[joined["measure"] == "un-agreement"]
    assert (votes["value_x"] <= votes["value_y"]).all()
    assert (votes["lineage_x"] != votes["lineage_y"]).all()
    trade = joined[joined["measure"] == "trade-value"]
    pd.testing.assert_series_equal(trade["value_x"], trade["value_y"], check_names=False)


BAD = [
    (("RUS", "Russia"), {}, BadPair, "same actor"),
    (("EU", "RUS"), {"third": "DEU"}, BadPair, "DEU"),
    (("EU", "RUS"), {"third": "Russia"}, BadPair, "one of the pair"),
    (("DDR", "SSD"), {}, BadPair, "never"),
    (("EU", "NATO"), {}, BadPair, "share members"),
    (("RUS", "UN"), {}, BadPair, "UN"),
    (("RUS", "SUN"), {}, BadPair, "SUN"),
    (("RUS", "Chnia"), {}, UnknownName, "Chnia"),
    (("RUS", "CHN"), {"first": 2010, "last": 2000}, BadYears, "reversed"),
    (("RUS", "CHN"), {"first": 1950, "last": 1960}, BadYears, "outside"),
    (("RUS", "CHN"), {"first": 2050}, BadYears, "outside"),
    (("RUS", "CHN"), {"last": 1800}, BadYears, "outside"),
    (("RUS", "EU"), {"first": 0}, BadYears, "0"),
    (("RUS", "EU"), {"last": 12000}, BadYears, "12000"),
    (("RUS", "CHN"), {"first": -5}, BadYears, "-5"),
]


@pytest.mark.parametrize(("pair", "options", "error", "said"), BAD, ids=str)
def test_questions_that_cannot_be_answered(pair, options, error, said, world):
    with pytest.raises(error) as caught:
        ask(world.atlas, *pair, **options)
    assert said in str(caught.value)
    assert caught.value.next_step


def test_a_pair_that_overlaps_in_some_years_is_told_which_are_free(world):
    with pytest.raises(BadPair) as caught:
        ask(world.atlas, "EU", "GBR", first=2010, last=2023)
    assert "--from 2020 --to 2023" in caught.value.next_step
    question = ask(world.atlas, "EU", "GBR", first=2020, last=2023)
    assert (question.a, question.b) == ("EU", "GBR")
    assert question.sides == (("EU", "GBR"),)


def test_years_default_to_the_atlas(world):
    question = ask(world.atlas, "Russia", "china", "European Union")
    assert (question.first, question.last) == world.atlas.years
    assert question.sides == (("RUS", "CHN"), ("RUS", "EU"), ("CHN", "EU"))
