"""The band of a distance: closed form where there is one, drawn at random where there is none."""

import numpy as np
import pytest

from tripolar.measures.regime import band_of_distance, distance
from tripolar.settings import BAND_LEVEL, BAND_REACH

DRAWS = 400_000
SAMPLING = 0.003
"""Six standard errors of a share near 0.9 in that many draws."""
EXACT = 1e-6


def band(apart, error):
    low, high = band_of_distance(np.array([apart]), np.array([error]))
    return low.item(), high.item()


def test_a_distance_has_no_direction():
    one, other = np.array([0.2, 0.9]), np.array([0.5, 0.1])
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert distance(one, other) == pytest.approx([0.3, 0.8])


def test_equal_scores_have_a_band_from_zero_to_the_reach_of_the_difference():
    low, high = band(0.0, 0.04)
    assert low == 0.0
    assert high == pytest.approx(BAND_REACH * 0.04, abs=EXACT)


def test_scores_far_apart_have_the_plain_band_of_a_difference():
    low, high = band(0.5, 0.03)
    assert (low, high) == pytest.approx(
        (0.5 - BAND_REACH * 0.03, 0.5 + BAND_REACH * 0.03), abs=EXACT
    )


@pytest.mark.parametrize("apart", [0.0, 0.01, 0.03, 0.05, 0.055, 0.07, 0.1, 0.2])
def test_the_band_holds_its_share_of_a_folded_normal(apart):
    error = 0.035
    low, high = band(apart, error)
    drawn = np.abs(np.random.default_rng(1).normal(apart, error, DRAWS))
    assert ((drawn >= low) & (drawn <= high)).mean() == pytest.approx(BAND_LEVEL, abs=SAMPLING)
    assert 0 <= low <= apart <= high


def test_scores_without_error_have_a_band_of_no_width():
    assert band(0.25, 0.0) == (0.25, 0.25)
