"""Sanction cases as read: names with commas, groups as members by date, names nobody acts for."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.errors import UnknownName
from tripolar.sources import gsdb, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "sanctions.toml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def cases(mirror):
    return gsdb.cases(mirror)


@pytest.fixture(scope="module")
def rows(mirror):
    return gsdb.read(mirror)


def parties(rows, case, year, side):
    held = rows[(rows["case"] == case) & (rows["year"] == year) & (rows["side"] == side)]
    return dict(zip(held["actor"], held["via"], strict=True))


@pytest.mark.mirror
def test_the_cases_are_all_there(cases):
    known = REFERENCE["cases"]
    assert len(cases) == known["total"]
    for name, count in known["named_senders"].items():
        assert cases["senders"].map(lambda names, name=name: name in names).sum() == count
    assert (cases["begin"] <= cases["end"]).all()


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Korea, North", ("Korea, North",)),
        ("Iran, Korea, North, Syria", ("Iran", "Korea, North", "Syria")),
        ("Egypt, Arab Rep., Syria", ("Egypt, Arab Rep.", "Syria")),
        ("Denmark, Netherlands,  Sweden", ("Denmark", "Netherlands", "Sweden")),
        ("Congo, Democratic Republic of the", ("Congo, Democratic Republic of the",)),
        ("Gambia, The", ("Gambia, The",)),
    ],
)
def test_a_comma_inside_a_name_parts_nothing(cell, names):
    assert gsdb.names_of(cell) == names


@pytest.mark.mirror
def test_no_half_of_a_name_is_left(cases):
    """Split on every comma, North Korea's cases would be South Korea's: "Korea" and "North"."""
    names = {name for column in ("senders", "targets") for cell in cases[column] for name in cell}
    assert names.isdisjoint({"North", "South", "The", "Arab Rep.", "Korea", "Congo", "Yemen"})
    found = pd.Series([name for cell in cases["targets"] for name in cell]).value_counts()
    assert found["Korea, North"] == 22
    assert found["Korea, South"] == 2


def test_groups_stand_for_their_members_of_the_year():
    before, after = (dict(gsdb.parties("EU", year)) for year in (2019, 2020))
    assert before["EU"] == after["EU"] == ""
    assert before["GBR"] == "EU"
    assert "GBR" not in after
    assert len(after) == 27 + 1
    assert "UN" not in dict(gsdb.parties("UN", 2000))
    assert dict(gsdb.parties("UN", 1970)).keys() >= {"TWN", "USA"}
    assert "CHN" not in dict(gsdb.parties("UN", 1970))
    assert dict(gsdb.parties("G8", 1998))["RUS"] == "G8"
    assert "RUS" not in dict(gsdb.parties("G7", 1998))


def test_names_follow_the_year():
    assert gsdb.parties("South Vietnam", 1970) == (("RVN", ""),)
    assert gsdb.parties("South Vietnam", 1980) == (("VNM", ""),)
    assert gsdb.parties("Yugoslavia", 1990) == (("YUG", ""),)
    assert gsdb.parties("Yugoslavia", 2000) == (("SCG", ""),)
    assert gsdb.parties("Serbia", 2000) == (("SCG", ""),)
    assert gsdb.parties("Yemen, North", 2015) == (("YEM", ""),)
    assert gsdb.parties("Korea, North", 2015) == (("PRK", ""),)
    assert gsdb.parties("League of Arab States", 1990) == ()


def test_an_unknown_name_is_refused():
    with pytest.raises(UnknownName):
        gsdb.parties("Atlantis", 1990)


@pytest.mark.mirror
def test_a_member_that_a_case_also_names_is_in_it_once_and_by_name(rows, cases):
    case = cases[cases["senders"].map(lambda names: {"EU", "France"} <= set(names))].iloc[0]
    sent = parties(rows, case["case"], case["begin"], "sender")
    assert sent["FRA"] == ""
    assert sent["EU"] == ""
    assert sent["BEL"] == "EU"
    assert not rows.duplicated(["case", "year", "side", "actor"]).any()


@pytest.mark.mirror
def test_years_run_from_the_first_to_the_last_inclusive(rows, mirror):
    raw = pd.read_csv(source("gsdb").path("cases", mirror), keep_default_na=False)
    one = raw[(raw["sanctioning_state"] == "China") & (raw["sanctioned_state"] == "Albania")].iloc[
        0
    ]
    years = rows.loc[rows["case"] == one["case_id"], "year"]
    assert (years.min(), years.max()) == (one["begin"], one["end"]) == (1978, 1983)


@pytest.mark.mirror
def test_every_name_that_is_not_expanded_is_in_the_file_and_has_no_row(rows, cases):
    names = {name for column in ("senders", "targets") for cell in cases[column] for name in cell}
    assert gsdb.NOT_EXPANDED.keys() <= names
    lonely = cases[cases["senders"].map(lambda cell: cell == ("League of Arab States",))]
    sent = rows[rows["case"].isin(lonely["case"]) & (rows["side"] == "sender")]
    assert len(lonely) > 10
    assert sent.empty
