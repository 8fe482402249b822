"""V-Dem, Polity5 and Freedom House as read: whose row is whose, and codes that are no scores."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.errors import NewOddity
from tripolar.panel import spine
from tripolar.sources import freedom_house, polity, source, vdem
from tripolar.sources.cow_codes import stop_at_new_names

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "regime.toml").read_text(encoding="utf-8")
)
SPECIAL_CODES = [-66, -77, -88]


@pytest.fixture(scope="module")
def indices(mirror):
    return vdem.read(mirror)


@pytest.fixture(scope="module")
def scores(mirror):
    return polity.read(mirror)


@pytest.fixture(scope="module")
def ratings(mirror):
    return freedom_house.read(mirror)


def years_of(rows, state):
    return set(rows.loc[rows["state"] == state, "year"])


def cell(rows, state, year, column):
    return rows.loc[(rows["state"] == state) & (rows["year"] == year), column].item()


@pytest.mark.mirror
@pytest.mark.parametrize(
    "row", REFERENCE["polyarchy"], ids=lambda row: f"{row['state']}-{row['year']}"
)
def test_polyarchy_as_known_outside(indices, row):
    assert cell(indices, row["state"], row["year"], "polyarchy") == row["value"]


@pytest.mark.mirror
def test_every_score_is_of_a_state_of_the_year_and_stands_once(indices, scores, ratings):
    for rows in (indices, scores, ratings):
        assert not rows.duplicated(["state", "year"]).any()
        assert all(
            s in spine.states_in(y) for s, y in zip(rows["state"], rows["year"], strict=True)
        )


@pytest.mark.mirror
def test_scores_lie_in_their_ranges_and_have_an_error_where_they_have_a_value(
    indices, scores, ratings
):
    for index in vdem.INDICES:
        assert indices[index].dropna().between(0, 1).all()
        assert (indices[index].isna() == indices[f"{index}_sd"].isna()).all()
        assert (indices[f"{index}_sd"].dropna() > 0).all()
    assert scores["polity2"].dropna().between(-10, 10).all()
    for column in ("political_rights", "civil_liberties"):
        assert ratings[column].between(1, 7).all()


@pytest.mark.mirror
def test_the_soviet_union_and_others_end_when_they_ended(indices, scores, ratings):
    for rows in (indices, scores):
        assert max(years_of(rows, "SUN")) == 1991
        assert min(years_of(rows, "RUS")) == 1992
        assert max(years_of(rows, "CSK")) == 1992
        assert min(years_of(rows, "CZE")) == 1993
    for rows in (indices, scores, ratings):
        assert {1989, 1991} & years_of(rows, "DDR") == {1989}
        assert {1989, 1991} & years_of(rows, "YMD") == {1989}
        assert {1991, 1992} & years_of(rows, "YUG") == {1991}
        assert {1992, 2005} <= years_of(rows, "SCG")
        assert {2011, 2012} & years_of(rows, "SSD") == {2011, 2012}
        assert "NAM" in set(rows["state"])


@pytest.mark.mirror
def test_freedom_house_rates_russia_in_1991(ratings, mirror):
    raw = pd.read_parquet(source("freedom-house").path("ratings", mirror))
    russia = raw[(raw["fh_country"] == "Russia") & (raw["year"] == 1991)]
    assert cell(ratings, "RUS", 1991, "political_rights") == russia["pr"].item()
    assert max(years_of(ratings, "SUN")) == 1990


@pytest.mark.mirror
def test_freedom_house_has_no_year_1981_and_none_is_made_up(ratings):
    assert {1980, 1981, 1982} & set(ratings["year"]) == {1980, 1982}


@pytest.mark.mirror
def test_two_copies_of_freedom_house_agree(ratings, mirror):
    full = pd.read_parquet(mirror / "democracy" / "fh_full.parquet")
    names = pd.read_parquet(source("freedom-house").path("ratings", mirror))
    both = names.merge(
        full[full["country_or_territory"] == "c"],
        left_on=["fh_country", "year"],
        right_on=["fh_full_country", "year"],
    )
    assert len(both) > 2500
    assert (both["pr_x"] == both["pr_y"]).all()
    assert (both["cl_x"] == both["cl_y"]).all()


@pytest.mark.mirror
def test_special_codes_of_polity_are_in_the_file_and_never_read(scores, mirror):
    raw = pd.read_parquet(source("polity5").path("polity", mirror))
    coded = raw[raw["polity"].isin(SPECIAL_CODES) & raw["year"].between(1946, 2018)]
    assert set(coded["polity"]) == set(SPECIAL_CODES)
    assert not scores["polity2"].isin(SPECIAL_CODES).any()
    assert pd.isna(cell(scores, "IRQ", 2004, "polity2"))
    assert pd.isna(cell(scores, "AFG", 2005, "polity2"))


@pytest.mark.mirror
def test_polity_codes_that_mean_another_state_elsewhere(scores, mirror):
    raw = pd.read_parquet(source("polity5").path("polity", mirror))

    def of(name, year):
        rows = raw[(raw["polity_annual_country"] == name) & (raw["year"] == year)]
        return rows["polity2"].item()

    assert cell(scores, "SDN", 2015, "polity2") == of("Sudan-North", 2015)
    assert cell(scores, "SSD", 2015, "polity2") == of("South Sudan", 2015)
    assert of("Sudan-North", 2015) != of("South Sudan", 2015)
    assert cell(scores, "MNE", 2010, "polity2") == of("Montenegro", 2010)
    assert cell(scores, "XKX", 2010, "polity2") == of("Kosovo", 2010)


@pytest.mark.mirror
def test_of_two_rows_of_a_year_the_one_that_goes_on_is_read(scores, mirror):
    raw = pd.read_parquet(source("polity5").path("polity", mirror))
    sudan = raw[(raw["cown"] == 625) & (raw["year"] == 2011)]
    assert set(sudan["polity2"]) == {-2, -4}
    assert cell(scores, "SDN", 2011, "polity2") == -4
    assert cell(scores, "ETH", 1993, "polity2") == 1
    assert cell(scores, "YEM", 1990, "polity2") == 0
    assert cell(scores, "SRB", 2006, "polity2") == 8


@pytest.mark.mirror
def test_single_rows_after_2018_are_left_out_of_polity(scores):
    assert scores["year"].max() == 2018


@pytest.mark.mirror
def test_what_is_left_out_are_territories_and_years_before_a_state(mirror):
    colonies = vdem.left_out(mirror)
    assert {"Hong Kong", "Palestine/West Bank", "Somaliland"} <= set(colonies["name"])
    assert colonies.loc[colonies["name"] == "Angola", "year"].max() == 1974
    assert "Tibet" in set(freedom_house.left_out(mirror)["name"])
    assert set(polity.left_out(mirror)["name"]) >= {"Austria", "Japan"}


def test_a_name_without_a_code_that_nobody_listed_stops_the_reading():
    names = pd.Series(["France", "Atlantis", "Hong Kong"])
    codes = pd.Series([220.0, None, None])
    with pytest.raises(NewOddity, match="Atlantis"):
        stop_at_new_names(names, codes, {"Hong Kong"}, "a source")
    stop_at_new_names(names, codes, {"Hong Kong", "Atlantis"}, "a source")
