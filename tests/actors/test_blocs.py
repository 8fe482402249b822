"""Blocs: each change of membership on the day before and after, and against outside lists."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from tripolar import actors
from tripolar.actors.states import read_table
from tripolar.errors import UnknownName

ENLARGEMENTS = [
    ("1973-01-01", 6, {"DNK", "IRL", "GBR"}),
    ("1981-01-01", 9, {"GRC"}),
    ("1986-01-01", 10, {"ESP", "PRT"}),
    ("1995-01-01", 12, {"AUT", "FIN", "SWE"}),
    ("2004-05-01", 15, {"CYP", "CZE", "EST", "HUN", "LTU", "LVA", "MLT", "POL", "SVK", "SVN"}),
    ("2007-01-01", 25, {"BGR", "ROU"}),
    ("2013-07-01", 27, {"HRV"}),
]

# Entry years in country_data.tsv that differ from ours, with the reason.
UN_YEAR_DIFFERS = {
    "RUS": "1945 there is the USSR's (SUN); RUS carries the seat on from 24 December 1991",
    "CHN": "1945 there is the seat's; the People's Republic holds it from 25 October 1971",
    "SRB": "2000 there is that of SCG, whose seat SRB carries on from June 2006",
}


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(("when", "before", "joined"), ENLARGEMENTS)
def test_each_enlargement_of_the_union(when, before, joined):
    eve = actors.members("EU", day(when) - timedelta(days=1))
    assert len(eve) == before
    assert actors.members("EU", day(when)) - eve == joined


def test_the_union_begins_in_1958_and_the_united_kingdom_leaves():
    assert actors.members("EU", day("1957-12-31")) == frozenset()
    assert actors.members("EU", day("1958-01-01")) == {"BEL", "DEU", "FRA", "ITA", "LUX", "NLD"}
    assert "GBR" in actors.members("EU", day("2020-01-31"))
    assert "GBR" not in actors.members("EU", day("2020-02-01"))
    assert len(actors.members("EU", day("2020-02-01"))) == 27


@pytest.mark.parametrize(
    ("year", "count"),
    [
        (1972, 6),
        (1973, 9),
        (1994, 12),
        (1995, 15),
        (2003, 15),
        (2004, 25),
        (2006, 25),
        (2007, 27),
        (2012, 27),
        (2013, 28),
        (2019, 28),
        (2020, 27),
    ],
)
def test_members_in_year_is_membership_on_the_first_of_july(year, count):
    assert len(actors.members_in_year("EU", year)) == count
    assert actors.members_in_year("EU", year) == actors.members("EU", date(year, 7, 1))


def test_fixed_sets_hold_whatever_the_year():
    assert len(actors.members_in_year("EU27", 1995)) == 27
    assert actors.members_in_year("EU28", 2024) - actors.members_in_year("EU27", 2024) == {"GBR"}
    assert actors.members_in_year("EU27", 2024) == actors.members_in_year("EU", 2024)
    assert actors.members_in_year("EU28", 2019) == actors.members_in_year("EU", 2019)
    assert "CZE" not in actors.members_in_year("EU27", 1992)
    for one in (*actors.memberships("EU27"), *actors.memberships("EU28")):
        assert one.start >= actors.state(one.state).start
        assert actors.exists(one.state, one.start)


@pytest.mark.parametrize(
    ("bloc", "when", "state"),
    [
        ("NATO", "1949-08-24", "FRA"),
        ("NATO", "1952-02-18", "TUR"),
        ("NATO", "1955-05-06", "DEU"),
        ("NATO", "1982-05-30", "ESP"),
        ("NATO", "1999-03-12", "POL"),
        ("NATO", "2004-03-29", "EST"),
        ("NATO", "2009-04-01", "HRV"),
        ("NATO", "2017-06-05", "MNE"),
        ("NATO", "2020-03-27", "MKD"),
        ("NATO", "2023-04-04", "FIN"),
        ("NATO", "2024-03-07", "SWE"),
        ("SCO", "2001-06-15", "UZB"),
        ("SCO", "2017-06-09", "IND"),
        ("SCO", "2023-07-04", "IRN"),
        ("SCO", "2024-07-04", "BLR"),
        ("EAEU", "2015-01-01", "KAZ"),
        ("EAEU", "2015-01-02", "ARM"),
        ("EAEU", "2015-08-12", "KGZ"),
        ("CSTO", "1994-04-20", "ARM"),
        ("CSTO", "2006-08-16", "UZB"),
        ("CIS", "1991-12-21", "KAZ"),
        ("CIS", "1993-12-03", "GEO"),
        ("BRICS", "2010-12-24", "ZAF"),
        ("BRICS", "2024-01-01", "ARE"),
        ("BRICS", "2025-01-06", "IDN"),
        ("ASEAN", "1995-07-28", "VNM"),
        ("ASEAN", "2025-10-26", "TLS"),
        ("G7", "1976-06-27", "CAN"),
        ("OECD", "1961-09-30", "TUR"),
        ("OECD", "2021-05-25", "CRI"),
        ("CENTRAL-ASIA", "1991-12-16", "KAZ"),
        ("UN", "1971-10-25", "CHN"),
        ("UN", "1973-09-18", "DEU"),
        ("UN", "1973-09-18", "DDR"),
        ("UN", "1961-10-13", "SYR"),
        ("UN", "1966-09-28", "IDN"),
        ("UN", "1991-12-24", "RUS"),
        ("UN", "2000-11-01", "SCG"),
        ("UN", "2002-09-10", "CHE"),
        ("UN", "2006-06-28", "MNE"),
        ("UN", "2011-07-14", "SSD"),
    ],
)
def test_entry_is_the_first_day(bloc, when, state):
    assert state in actors.members(bloc, day(when))
    assert state not in actors.members(bloc, day(when) - timedelta(days=1))


@pytest.mark.parametrize(
    ("bloc", "when", "state"),
    [
        ("CSTO", "1999-04-20", "GEO"),
        ("CSTO", "2012-12-18", "UZB"),
        ("CIS", "2009-08-18", "GEO"),
        ("CIS", "2018-05-19", "UKR"),
        ("UN", "1971-10-24", "TWN"),
        ("UN", "1958-02-21", "SYR"),
        ("UN", "1965-01-20", "IDN"),
        ("UN", "1964-04-25", "ZAN"),
        ("UN", "1990-10-02", "DDR"),
        ("UN", "1990-05-21", "YMD"),
        ("UN", "1991-12-23", "SUN"),
        ("UN", "1992-09-22", "YUG"),
        ("UN", "1992-12-31", "CSK"),
        ("UN", "2006-06-04", "SCG"),
    ],
)
def test_exit_is_the_last_day(bloc, when, state):
    assert state in actors.members(bloc, day(when))
    assert state not in actors.members(bloc, day(when) + timedelta(days=1))


def test_the_seat_of_china_changes_hands_once():
    for when, holder, other in (("1971-10-24", "TWN", "CHN"), ("1971-10-25", "CHN", "TWN")):
        assert holder in actors.members("UN", day(when))
        assert other not in actors.members("UN", day(when))
    assert actors.from_code("cow", "710", day("1960-01-01")) == "CHN"


def test_the_united_nations_count_what_they_say():
    """Members at the end of the year, as the UN's own table of growth has them.

    That table kept the name Yugoslavia on its list until 2000; here its seat ends with
    resolution 47/1 of 22 September 1992.
    """
    counts = {1945: 51, 1955: 76, 1960: 99, 1973: 135, 1991: 166, 1993: 184, 2002: 191, 2011: 193}
    kept_on_the_list = {1993: 1}
    for year, count in counts.items():
        seated = len(actors.members("UN", date(year, 12, 31)))
        assert seated == count - kept_on_the_list.get(year, 0), year


@pytest.mark.parametrize(
    ("bloc", "when", "count"),
    [
        ("NATO", "2025-01-01", 32),
        ("SCO", "2025-01-01", 10),
        ("OECD", "2022-01-01", 38),
        ("BRICS", "2025-02-01", 10),
        ("ASEAN", "2025-12-01", 11),
        ("G7", "2025-01-01", 7),
        ("EAEU", "2025-01-01", 5),
        ("CSTO", "2025-01-01", 6),
        ("CENTRAL-ASIA", "2025-01-01", 5),
    ],
)
def test_blocs_have_as_many_members_as_they_say(bloc, when, count):
    assert len(actors.members(bloc, day(when))) == count


def test_russia_in_the_group_of_eight_is_not_in_the_group_of_seven():
    assert "RUS" not in actors.members_in_year("G7", 2005)


def test_blocs_of_a_state():
    assert {"EU", "EU27", "EU28", "NATO", "UN", "OECD"} == actors.blocs_of("EST", day("2020-03-01"))
    assert "EU" not in actors.blocs_of("GBR", day("2020-03-01"))
    assert actors.blocs_of("XKX", day("2020-03-01")) == frozenset()
    with pytest.raises(UnknownName):
        actors.blocs_of("Estonia", day("2020-03-01"))


def test_an_actor_is_a_bloc_or_a_state():
    assert actors.actor("eu") is actors.bloc("EU")
    assert actors.actor("European Union") is actors.bloc("EU")
    assert actors.actor("central-asia").key == "CENTRAL-ASIA"
    assert actors.actor("China") is actors.state("CHN")
    assert actors.actor("Russia", day("1970-01-01")).key == "SUN"
    assert actors.is_bloc("NATO")
    assert not actors.is_bloc("RUS")


@pytest.mark.parametrize("ask", [actors.actor, actors.bloc])
def test_an_unknown_bloc_offers_the_nearest(ask):
    with pytest.raises(UnknownName) as caught:
        ask("NATTO")
    assert caught.value.choices[0] == "NATO"
    with pytest.raises(UnknownName) as caught:
        actors.actor("Rusia")
    assert caught.value.choices[0] == "Russia"


def test_every_row_is_sourced_and_spells_do_not_overlap():
    assert {row["bloc"] for row in read_table("blocs.csv")} == set(actors.blocs())
    for key in actors.blocs():
        assert actors.bloc(key).definition
        last: dict[str, date | None] = {}
        for one in actors.memberships(key):
            assert one.source, one
            assert one.state in actors.states()
            assert one.end is None or one.start <= one.end
            if one.state in last:
                before = last[one.state]
                assert before is not None, one
                assert before < one.start, one
            last[one.state] = one.end


def test_no_bloc_is_called_like_a_state():
    for key, one in actors.blocs().items():
        for text in (key, one.name):
            with pytest.raises(UnknownName):
                actors.find(text)


@pytest.mark.mirror
def test_union_dates_are_those_of_an_outside_list(mirror: Path):
    with (mirror / "memberships" / "eustates.csv").open(encoding="utf-8", newline="") as handle:
        theirs = {actors.find(row["iso2c"]).key: row["date"] for row in csv.DictReader(handle)}
    assert {one.state: one.start.isoformat() for one in actors.memberships("EU")} == theirs


@pytest.fixture
def outside(mirror: Path) -> dict[str, dict[str, str]]:
    with (mirror / "memberships" / "country_data.tsv").open(encoding="utf-8") as handle:
        rows = csv.DictReader(handle, delimiter="\t")
        return {row["ISO3"]: row for row in rows if row["ISO3"] in actors.states()}


@pytest.mark.mirror
def test_entry_years_are_those_of_an_outside_table(outside):
    for bloc, known in (("OECD", {}), ("UN", UN_YEAR_DIFFERS)):
        theirs = {key: int(row[bloc]) for key, row in outside.items() if row[bloc]}
        first: dict[str, int] = {}
        for one in actors.memberships(bloc):
            first.setdefault(one.state, one.start.year)
        now = actors.members(bloc, date(2022, 1, 1))
        assert set(theirs) - {"SUN"} == now, bloc
        differ = {key for key in now if theirs[key] != first[key]}
        assert differ == set(known), bloc


@pytest.mark.mirror
def test_flags_are_those_of_an_outside_table(outside):
    for bloc, column in (("EU", "EU"), ("EU27", "EU27"), ("EU28", "EU28"), ("G7", "G7")):
        theirs = {key for key, row in outside.items() if row[column]}
        assert actors.members(bloc, date(2022, 1, 1)) == theirs, bloc
    brics = {key for key, row in outside.items() if row["BRIC"]}
    assert actors.members("BRICS", date(2010, 1, 1)) == brics
    # That table leaves out Kyrgyzstan, a party throughout, and Turkmenistan, which it may read
    # as an associate; ours counts participants.
    independent_states = {key for key, row in outside.items() if row["CIS"]}
    missing_there = {"KGZ", "TKM"}
    assert actors.members("CIS", date(2022, 1, 1)) - independent_states == missing_there


# Votes outside UN membership, by month: the day of the month in both vote files never exceeds 7
# before 1996 (one of them: before 2003), so it is no calendar day and cannot be compared.
VOTES_OUTSIDE_MEMBERSHIP = {
    ("FJI", "1970-09"): "admitted 13 October 1970; two roll calls of September carry a vote",
    ("SCG", "1992-08"): "the seat was still YUG's, the key of its voter is SCG since April 1992",
    ("SCG", "1992-09"): "as in August; resolution 47/1 is of the 22nd",
}


def outside_membership(votes: pd.DataFrame, text: str, prefix: str) -> set[tuple[str, str]]:
    spells: dict[str, list[tuple[str, str]]] = {}
    for one in actors.memberships("UN"):
        end = one.end.isoformat()[:7] if one.end else "9999"
        spells.setdefault(one.state, []).append((one.start.isoformat()[:7], end))
    found = set()
    for name, when in votes[[text, "date"]].drop_duplicates().itertuples(index=False):
        month = f"{pd.Timestamp(when):%Y-%m}"
        key = actors.find(f"{prefix}{name}", pd.Timestamp(when)).key
        if not any(start <= month <= end for start, end in spells.get(key, ())):
            found.add((key, month))
    return found


@pytest.mark.mirror
def test_nobody_votes_outside_membership_by_name(mirror: Path):
    folder = mirror / "unga_votes_issues"
    votes = pd.read_parquet(folder / "un_votes.parquet", columns=["rcid", "country"])
    calls = pd.read_parquet(folder / "un_roll_calls.parquet", columns=["rcid", "date"])
    found = outside_membership(votes.merge(calls, on="rcid"), "country", "")
    assert found == set(VOTES_OUTSIDE_MEMBERSHIP)


@pytest.mark.mirror
def test_nobody_votes_outside_membership_by_code(mirror: Path):
    folder = mirror / "unga_votes_fpsim"
    votes = pd.read_parquet(folder / "unga_votes_1946_2022.parquet", columns=["ccode", "date"])
    found = outside_membership(votes, "ccode", "cow:")
    china = {(key, month) for key, month in found if key == "CHN"}
    # COW 710 stands for the Republic of China's votes of 1946-1949 in that file, 713 after.
    assert min(china)[1] == "1946-01"
    assert max(china)[1] == "1949-12"
    assert found - china == set(VOTES_OUTSIDE_MEMBERSHIP)
