"""Military spending as read: outside values, zeros that are missing, the Union's own funds out."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.sources import sipri_milex, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "military.toml").read_text(encoding="utf-8")
)
TENTH_OF_A_BILLION = 0.05


@pytest.fixture(scope="module")
def spent(mirror):
    return sipri_milex.read(mirror)


@pytest.fixture(scope="module")
def table(mirror):
    return pd.read_parquet(source("sipri-milex").path("spending", mirror))


def of(spent, state):
    return spent[spent["state"] == state].set_index("year")["usd_mn"]


@pytest.mark.mirror
def test_spending_is_as_published(spent):
    known = REFERENCE["spending"]
    for state, billion in known["usd_bn"].items():
        seen = of(spent, state)[known["year"]] / 1000
        assert seen == pytest.approx(billion, abs=TENTH_OF_A_BILLION)


@pytest.mark.mirror
def test_a_zero_in_current_dollars_is_missing(spent, table):
    row = table[(table["country"] == "Russia") & (table["year"] == 1992)].iloc[0]
    assert row["milex_cur_usd_mn"] == 0
    assert row["milex_const2022_usd_mn"] > 50_000
    assert pd.isna(of(spent, "RUS")[1992])
    assert of(spent, "PRK").loc[:2014].isna().all()
    assert of(spent, "YUG").isna().all()
    assert of(spent, "CSK").dropna().index.to_list() == [1990]


@pytest.mark.mirror
def test_a_state_without_forces_spends_nothing(spent, table):
    for name in sipri_milex.NO_ARMED_FORCES:
        zeros = table[(table["country"] == name) & (table["milex_cur_usd_mn"] == 0)]
        assert (zeros["milex_const2022_usd_mn"].fillna(0) == 0).all(), name
    assert of(spent, "ISL")[2019] == 0
    assert set(spent.loc[spent["usd_mn"] == 0, "state"]) == {"CRI", "HTI", "ISL", "PAN"}


@pytest.mark.mirror
def test_the_ussr_is_not_shadowed_by_russias_empty_rows(spent):
    assert not spent.duplicated(["state", "year"]).any()
    ussr = of(spent, "SUN")
    assert set(ussr.index) == {1987, 1988, 1989, 1990}
    assert ussr.min() > 200_000
    assert of(spent, "RUS").index.min() == 1992


@pytest.mark.mirror
def test_serbia_before_2006_is_serbia_and_montenegro(spent):
    assert of(spent, "SRB").index.min() == 2006
    assert of(spent, "SCG").index.max() == 2005


@pytest.mark.mirror
def test_the_unions_own_funds_are_no_member(spent, table):
    assert "European Union" in set(table["country"])
    early = (table["country"] == "Russia") & (table["year"] < 1992)
    kept = table[~early & (table["country"] != "European Union")]
    assert len(spent) == len(kept)
