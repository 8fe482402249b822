"""The GDELT network as read: sums by month, days that are missing, and who is not coded."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.errors import UnknownName
from tripolar.sources import gdelt_network, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "gdelt.toml").read_text(encoding="utf-8")
)
HALF_A_THOUSAND = 500
"""Rounding of the outside numbers, printed in thousands."""
SINGLE = 1e-6
"""Relative precision of the file's single-precision numbers."""


@pytest.fixture(scope="module")
def scores(mirror):
    return gdelt_network.read(mirror)


@pytest.fixture(scope="module")
def raw(mirror):
    table = pd.read_parquet(source(gdelt_network.NAME).path("network", mirror))
    return table.astype({"iso_i": str, "iso_j": str})


@pytest.mark.mirror
@pytest.mark.parametrize("row", REFERENCE["yearly_thousands"]["rows"], ids=str)
def test_yearly_sums_are_those_of_the_catalogue(scores, row):
    mine = scores[(scores["a"] == row["a"]) & (scores["b"] == row["b"])]
    total = mine.loc[mine["month"].dt.year == row["year"], "score"].sum()
    assert total == pytest.approx(1000 * row["value"], abs=HALF_A_THOUSAND)


@pytest.mark.mirror
def test_months_have_the_days_of_their_matrices_and_2023_lacks_many(mirror, raw):
    days = gdelt_network.days_of_months(mirror)
    assert days[pd.Timestamp(2018, 2, 1)] == 28
    assert days[pd.Timestamp(2023, 5, 1)] == 15
    assert days[days.index.year == 2023].sum() == 365 - 68
    assert len(raw[["month", "days"]].drop_duplicates()) == len(days) == 74


@pytest.mark.mirror
def test_pairs_are_named_once_and_no_state_is_paired_with_itself(scores, raw):
    assert (scores["a"] < scores["b"]).all()
    assert not scores.duplicated(["month", "a", "b"]).any()
    assert set(raw.loc[raw["iso_i"] == raw["iso_j"], "iso_i"]) == {"VNM"}


@pytest.mark.mirror
def test_nothing_but_the_listed_rows_is_left_out(scores, raw):
    out = gdelt_network.TERRITORIES | gdelt_network.MISCODED
    listed = raw["iso_i"].isin(out) | raw["iso_j"].isin(out) | (raw["iso_i"] == raw["iso_j"])
    assert len(scores) == (~listed).sum()
    assert scores["score"].sum() == pytest.approx(raw.loc[~listed, "score_sum"].sum(), rel=1e-4)


@pytest.mark.mirror
def test_georgia_is_next_to_uncoded_beside_its_neighbours(raw):
    size = pd.concat([raw["iso_i"], raw["iso_j"]]).value_counts()
    assert size["GEO"] < 0.15 * min(size["ARM"], size["AZE"])


@pytest.mark.mirror
def test_a_monthly_series_has_every_month_and_no_order(mirror, raw):
    series = gdelt_network.monthly(mirror, "UKR", "RUS")
    pd.testing.assert_frame_equal(series, gdelt_network.monthly(mirror, "RUS", "UKR"))
    assert len(series) == raw["month"].nunique() == 74
    march = series.set_index("month").loc[pd.Timestamp(2022, 3, 1)]
    row = raw[(raw["month"] == "202203") & (raw["iso_i"] == "RUS") & (raw["iso_j"] == "UKR")]
    assert march["score"] == pytest.approx(row["score_sum"].item(), rel=SINGLE)
    assert march["score_per_day"] == pytest.approx(row["score_sum"].item() / 31, rel=SINGLE)


@pytest.mark.mirror
def test_a_month_without_a_scored_event_is_a_zero(mirror):
    series = gdelt_network.monthly(mirror, "TUV", "LSO")
    assert len(series) == 74
    assert (series["score"] == 0).any()


@pytest.mark.mirror
@pytest.mark.parametrize("missing", ["GEO", "SVN"])
def test_a_state_that_is_not_coded_has_no_series(mirror, missing):
    with pytest.raises(UnknownName, match=missing):
        gdelt_network.monthly(mirror, "RUS", missing)
