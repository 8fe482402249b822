"""Leaders' travel as read: China's visits by country, and trips sent by every country."""

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from tripolar.errors import NewOddity, UnknownName
from tripolar.sources import chinese_visits, colt_trips, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "visits.toml").read_text(encoding="utf-8")
)
STATES_OF = {
    "Russia": {"RUS", "SUN"},
    "United States": {"USA"},
    "North Korea": {"PRK"},
    "Malaysia": {"MYS"},
    "Germany": {"DEU", "DDR"},
    "India": {"IND"},
    "Japan": {"JPN"},
}


@pytest.fixture(scope="module")
def visits(mirror):
    return chinese_visits.read(mirror)


@pytest.fixture(scope="module")
def trips(mirror):
    return colt_trips.read(mirror).set_index(["year", "state"])["trips"]


def raw(mirror, name, role):
    text = source(name).path(role, mirror).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.mirror
@pytest.mark.parametrize("country", REFERENCE["publisher_page"]["trips"])
def test_totals_are_those_of_the_publishers_page(visits, country):
    there = visits["state"].isin(STATES_OF[country])
    assert there.sum() == REFERENCE["publisher_page"]["trips"][country]


@pytest.mark.mirror
def test_rows_that_are_alike_are_two_visits(visits):
    for year, number in REFERENCE["xi_jinping_russia"]["by_year"].items():
        of_year = visits[(visits["year"] == int(year)) & (visits["state"] == "RUS")]
        assert (of_year["leader"] == "Xi Jinping").sum() == number
    assert visits.duplicated().sum() == 7


@pytest.mark.mirror
def test_no_visit_is_lost(visits, mirror):
    rows = raw(mirror, chinese_visits.NAME, "visits")
    assert len(visits) == len(rows)
    assert Counter(visits["office"]) == Counter(row["Level"] for row in rows)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("year", "state", "gone"),
    [(1957, "SUN", "RUS"), (1979, "DEU", "DDR"), (1987, "DDR", "DEU"), (1994, "RUS", "SUN")],
)
def test_a_visit_is_to_the_state_of_the_day(visits, year, state, gone):
    there = set(visits.loc[visits["year"] == year, "state"])
    assert state in there
    assert gone not in there


@pytest.mark.mirror
def test_trips_sent_are_those_of_the_catalogue_and_of_the_compilers_notebook(trips):
    for state, number in REFERENCE["colt"]["trips_2019"].items():
        assert trips[2019, state] == number
    for state, number in REFERENCE["colt_2020"]["trips"].items():
        assert trips[2020, state] == number
    most = trips.loc[2020].nlargest(9)
    assert set(most.index) == set(REFERENCE["colt_2020"]["trips"])


@pytest.mark.mirror
def test_two_names_of_one_state_are_added_up_and_a_republic_is_not(trips, mirror):
    rows = raw(mirror, colt_trips.NAME, "trips")
    sent = {(int(r["TripYear"]), r["LeaderCountryOrIGO"]): int(r["count"]) for r in rows}
    assert trips[1990, "DEU"] == sent[1990, "Germany"] + sent[1990, "West Germany"]
    assert trips[1997, "COD"] == sent[1997, "Zaire"] + sent[1997, "Congo-Kinshasa"]
    assert trips[1990, "DDR"] == sent[1990, "East Germany"]
    assert trips[1991, "SUN"] == sent[1991, "Soviet Union"]
    assert (1991, "RUS") not in trips.index
    assert trips[1992, "RUS"] == sent[1992, "Russia"]


@pytest.mark.mirror
def test_every_trip_is_read_or_listed_as_left_out(trips, mirror):
    rows = raw(mirror, colt_trips.NAME, "trips")
    out = sum(
        int(row["count"])
        for row in rows
        if row["LeaderCountryOrIGO"] in colt_trips.ORGANIZATIONS
        or (row["LeaderCountryOrIGO"], int(row["TripYear"])) in colt_trips.REPUBLICS
    )
    assert trips.sum() + out == sum(int(row["count"]) for row in rows)


@pytest.mark.mirror
def test_a_country_without_a_row_stays_blank(trips):
    assert (2021, "CHN") not in trips.index
    assert (trips > 0).all()


@pytest.mark.mirror
def test_names_that_nobody_bears_stop_the_reading(mirror, monkeypatch):
    columns = ["TripYear", "LeaderCountryOrIGO", "count"]
    strange = pd.DataFrame([(2019, "Ruritania", 3)], columns=columns)
    monkeypatch.setattr(pd, "read_csv", lambda *_, **__: strange)
    with pytest.raises(NewOddity, match="Ruritania"):
        colt_trips.read(mirror)
    travel = pd.DataFrame([(2019, "A", "President", "Ruritania")])
    travel.columns = ["Year", "Name", "Level", "Country"]
    monkeypatch.setattr(pd, "read_csv", lambda *_, **__: travel)
    with pytest.raises(UnknownName, match="Ruritania"):
        chinese_visits.read(mirror)
