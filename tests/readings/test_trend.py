"""Trends: against scipy's own estimator, closed forms, and too few years."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from tripolar.readings.trend import LEAST_YEARS, trend_of
from tripolar.settings import BAND_LEVEL

ROUNDING = 1e-9
"""Medians of quotients of small numbers, times ten."""
DECADE = 10


def test_a_straight_line_has_its_slope_and_no_band():
    years = np.arange(2000, 2010)
    found = trend_of(years, 0.5 + 0.01 * (years - 2000))
    for end in (found.slope, found.low, found.high, found.least, found.most):
        assert end == pytest.approx(0.1, abs=ROUNDING)
    assert (found.first, found.years) == (2000, 10)


@given(st.lists(st.floats(-1, 1), min_size=LEAST_YEARS, max_size=20))
def test_the_slope_is_scipys_per_decade(values):
    years = np.arange(1990, 1990 + len(values))
    found = trend_of(years, np.array(values))
    expected = theilslopes(values, years, alpha=BAND_LEVEL)
    assert found.slope == pytest.approx(DECADE * expected.slope, abs=ROUNDING)
    assert found.low == pytest.approx(DECADE * expected.low_slope, abs=ROUNDING)
    assert found.high == pytest.approx(DECADE * expected.high_slope, abs=ROUNDING)
    assert found.least <= found.slope <= found.most


@given(st.lists(st.floats(-1, 1), min_size=LEAST_YEARS, max_size=20))
def test_the_slope_is_the_median_over_all_pairs_of_years(values):
    years = range(1990, 1990 + len(values))
    points = list(zip(years, values, strict=True))
    slopes = [(w - v) / (y - x) for x, v in points for y, w in points if y > x]
    found = trend_of(np.array(years), np.array(values))
    assert found.slope == pytest.approx(DECADE * float(np.median(slopes)), abs=ROUNDING)


@pytest.mark.parametrize("count", range(LEAST_YEARS))
def test_under_five_years_make_no_trend(count):
    found = trend_of(np.arange(2000, 2000 + count), np.arange(count, dtype=float))
    ends = (found.slope, found.low, found.high, found.least, found.most)
    assert all(math.isnan(end) for end in ends)
    assert found.years == count


def test_one_odd_year_does_not_move_the_slope_of_a_line():
    years = np.arange(2000, 2011)
    values = 0.01 * (years - 2000)
    values[5] = 100.0
    assert trend_of(years, values).slope == pytest.approx(0.1, abs=ROUNDING)


def test_a_start_in_a_trough_shows_in_the_span_of_slopes():
    values = np.array([0.9, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    found = trend_of(np.arange(1990, 1990 + len(values)), values)
    assert found.most == pytest.approx(1.0, abs=ROUNDING)  # the rise of a tenth a year after 1990
    assert found.least == found.slope < found.most
