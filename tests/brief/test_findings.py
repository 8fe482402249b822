"""Verdict words only where their test holds."""

import pandas as pd
import pytest

from tripolar.brief.findings import direction, editions, percent
from tripolar.brief.names import possessive, the


@pytest.mark.parametrize(
    ("low", "high", "least", "most", "word"),
    [
        (0.1, 0.3, 0.05, 0.3, "rising"),
        (0.1, 0.3, -0.05, 0.3, "without a clear direction"),
        (-0.1, 0.3, 0.05, 0.3, "without a clear direction"),
        (-0.3, -0.1, -0.3, -0.1, "falling"),
        (-0.3, -0.1, -0.3, 0.1, "without a clear direction"),
    ],
)
def test_a_direction_needs_its_band_and_every_start(low, high, least, most, word):
    row = pd.Series(
        {
            "trend": (low + high) / 2,
            "trend_low": low,
            "trend_high": high,
            "trend_least": least,
            "trend_most": most,
        }
    )
    assert direction(row) == word


def test_too_few_years_make_no_trend():
    assert direction(pd.Series({"trend": float("nan")})) == "too short for a trend"


def test_a_year_is_cited_to_the_edition_that_carries_it():
    assert editions("un-kappa", 2018) == "Voeten et al. UN votes, 2020 file"
    assert editions("un-kappa", 2021) == "Voeten et al. UN votes, 2024 file"
    assert editions("un-kappa", 2015, 2021).count("file") == 2


def test_numbers_and_names():
    assert percent(0.7125) == "71"
    assert percent(0.0219) == "2.2"
    assert the("EU") == "the European Union"
    assert the("RUS") == "Russia"
    assert possessive("USA") == "the United States'"
