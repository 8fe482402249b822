"""Distances of regimes against a second computation on the raw files."""

import itertools
import math

import pandas as pd
import pytest

from tripolar.actors.blocs import members_in_year
from tripolar.measures.declared.regime import MEASURES
from tripolar.panel.families import regime
from tripolar.settings import BAND_REACH
from tripolar.sources import source, vdem

FIRST = 2008
ROUNDED = 0.0005 + 1e-9
"""Half a unit of the third decimal, which is kept."""
pytestmark = pytest.mark.mirror


@pytest.fixture(scope="module")
def compiled(mirror):
    return regime.compile_figures(mirror, FIRST)


@pytest.fixture(scope="module")
def figures(compiled):
    return compiled.figures


@pytest.fixture(scope="module")
def raw(mirror):
    table = pd.read_parquet(source("vdem").path("indices", mirror))
    return table.set_index(["country_text_id", "year"])


def figure(figures, measure, a, b, year):
    rows = figures[
        (figures["measure"] == measure)
        & (figures["a"] == a)
        & (figures["b"] == b)
        & (figures["year"] == year)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_declared_measures_are_the_compiled_ones(figures):
    assert {each.name for each in MEASURES} == set(figures["measure"]) == set(regime.MEASURES)
    assert [each.name for each in MEASURES if each.ships] == [
        "regime-distance",
        "regime-distance-polity",
        "regime-distance-freedom",
    ]


@pytest.mark.parametrize("index", vdem.INDICES)
@pytest.mark.parametrize(("a", "b", "year"), [("CHN", "RUS", 2019), ("CHN", "USA", 2024)])
def test_states_that_differ_by_many_errors_cell_by_cell(figures, raw, index, a, b, year):
    column = vdem.INDICES[index]
    one, other = raw.loc[(a, year)], raw.loc[(b, year)]
    apart = abs(one[column] - other[column])
    error = math.hypot(one[f"{column}_sd"], other[f"{column}_sd"])
    seen = figure(figures, regime.OF_INDEX[index], a, b, year)
    assert seen["value"] == pytest.approx(apart, abs=ROUNDED)
    assert seen["n"] == 2
    if apart > 4 * error:
        assert seen["low"] == pytest.approx(apart - BAND_REACH * error, abs=ROUNDED)
        assert seen["high"] == pytest.approx(apart + BAND_REACH * error, abs=ROUNDED)


def test_at_least_one_of_those_bands_was_compared(raw):
    one, other = raw.loc[("CHN", 2019)], raw.loc[("RUS", 2019)]
    error = math.hypot(one["v2x_polyarchy_sd"], other["v2x_polyarchy_sd"])
    assert abs(one["v2x_polyarchy"] - other["v2x_polyarchy"]) > 4 * error


def test_a_bloc_stands_at_the_plain_mean_of_the_members_with_a_score(figures, raw):
    members = [m for m in members_in_year("EU", 2019) if (m, 2019) in raw.index]
    of_eu = raw.loc[[(m, 2019) for m in members]]
    russia = raw.loc[("RUS", 2019)]
    apart = abs(of_eu["v2x_polyarchy"].mean() - russia["v2x_polyarchy"])
    error = math.hypot(
        math.sqrt((of_eu["v2x_polyarchy_sd"] ** 2).sum()) / len(members),
        russia["v2x_polyarchy_sd"],
    )
    seen = figure(figures, "regime-distance", "EU", "RUS", 2019)
    assert seen["value"] == pytest.approx(apart, abs=ROUNDED)
    assert seen["low"] == pytest.approx(apart - BAND_REACH * error, abs=ROUNDED)
    assert seen["high"] == pytest.approx(apart + BAND_REACH * error, abs=ROUNDED)
    assert seen["n"] == len(members) + 1 == 29


def test_polity_and_freedom_cell_by_cell(figures, mirror):
    scores = pd.read_parquet(source("polity5").path("polity", mirror)).set_index(["cown", "year"])
    ratings = pd.read_parquet(source("freedom-house").path("ratings", mirror))
    ratings = ratings.set_index(["cown", "year"])
    codes = {"CHN": 710, "RUS": 365, "USA": 2, "BLR": 370, "DEU": 255}
    for a, b in itertools.combinations(sorted(codes), 2):
        mine, theirs = (scores.loc[(codes[side], 2016), "polity2"] for side in (a, b))
        seen = figure(figures, "regime-distance-polity", a, b, 2016)
        assert seen["value"] == abs(mine - theirs)
        mine, theirs = (ratings.loc[(codes[side], 2016), ["pr", "cl"]].sum() for side in (a, b))
        seen = figure(figures, "regime-distance-freedom", a, b, 2016)
        assert seen["value"] == abs(mine - theirs)
        assert pd.isna(seen["low"])
        assert pd.isna(seen["high"])


def test_a_state_under_foreign_interruption_has_no_distance(figures):
    polity = figures[(figures["measure"] == "regime-distance-polity") & (figures["year"] == 2009)]
    assert "IRQ" not in set(polity["a"]) | set(polity["b"])
    assert "IRN" in set(polity["a"]) | set(polity["b"])


def test_a_pair_is_one_row_of_two_actors_that_share_no_state(figures):
    assert (figures["a"].astype(str) < figures["b"].astype(str)).all()
    assert not figures.duplicated(["measure", "a", "b", "year"]).any()
    assert not ((figures["a"] == "DEU") & figures["b"].isin(["EU", "NATO"])).any()
    assert not ((figures["a"] == "EU") & (figures["b"] == "NATO")).any()


def test_values_lie_in_their_bands_and_ranges(figures):
    banded = figures[figures["low"].notna()]
    assert set(banded["measure"]) == set(regime.OF_INDEX.values())
    assert (banded["low"] <= banded["value"]).all()
    assert (banded["value"] <= banded["high"]).all()
    assert (banded["low"] >= 0).all()
    highest = figures.groupby("measure", observed=True)[["value", "high"]].max().max(axis=1)
    for each in MEASURES:
        assert highest[each.name] <= each.high


def test_years_begin_where_asked_and_end_with_the_source(figures):
    ends = figures.groupby("measure", observed=True)["year"].agg(["min", "max"])
    assert (ends["min"] == FIRST).all()
    assert ends.loc["regime-distance", "max"] == 2024
    assert ends.loc["regime-distance-polity", "max"] == 2018


def test_the_report_counts_what_is_left_out(compiled):
    assert len(compiled.report) == 4
    assert compiled.report[-1].endswith(": 0")
    assert compiled.covered.empty
