"""States, codes and names: the odd cases by hand, the lists against their publishers' files."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tripolar import actors
from tripolar.actors.states import read_table
from tripolar.errors import BadYears, UnknownName

DAYS = st.dates(min_value=date(1816, 1, 1), max_value=date(2026, 12, 31))
NOT_STATES = [
    "BLX",
    "EUU",
    "WLD",
    "World",
    "Euro area",
    "HKG",
    "Hong Kong SAR, China",
    "VDR",
    "UNS",
]
BEFORE_INDEPENDENCE = {"IND", "PHL", "SYR"}  # seated in the UN before either list counts them
SOVIET_REPUBLICS = {"UKR", "BLR"}  # original members of the UN, states since 1991
CARRIED_SEATS = {"TWN", "YUG", "RUS"}  # China to 1971, the seat of 1992, two days of December 1991


def spells_of(scheme: str, code: str) -> list[tuple[str, str, str]]:
    return [
        (key, start.isoformat(), end.isoformat() if end else "")
        for held, key, start, end in actors.spells(scheme)
        if held == code
    ]


@pytest.mark.parametrize(
    ("scheme", "code", "day", "key"),
    [
        ("iso2", "NA", "2000-01-01", "NAM"),
        ("cow", "365", "1914-06-28", "RUS"),
        ("cow", "365", "1922-12-29", "RUS"),
        ("cow", "365", "1922-12-30", "SUN"),
        ("cow", "365", "1991-12-25", "SUN"),
        ("cow", "365", "1991-12-26", "RUS"),
        ("cow", "255", "1900-01-01", "DEU"),
        ("cow", "255", "1970-01-01", None),
        ("cow", "260", "1970-01-01", "DEU"),
        ("cow", "265", "1970-01-01", "DDR"),
        ("cow", "260", "1990-10-03", None),
        ("gw", "260", "1990-10-03", "DEU"),
        ("iso_numeric", "280", "1990-10-02", "DEU"),
        ("iso_numeric", "276", "1990-10-03", "DEU"),
        ("cow", "678", "1990-05-21", "YEM"),
        ("cow", "679", "1990-05-22", "YEM"),
        ("cow", "680", "1990-05-21", "YMD"),
        ("cow", "680", "1990-05-22", None),
        ("iso_numeric", "886", "1990-05-21", "YEM"),
        ("iso_numeric", "887", "1990-05-22", "YEM"),
        ("iso2", "CS", "1990-01-01", "CSK"),
        ("iso2", "CS", "1999-01-01", None),
        ("iso2", "CS", "2004-01-01", "SCG"),
        ("iso2", "YU", "1999-01-01", "SCG"),
        ("iso2", "YU", "1990-01-01", "YUG"),
        ("cow", "345", "1914-06-28", "SRB"),
        ("cow", "345", "1930-01-01", "YUG"),
        ("cow", "345", "1942-01-01", None),
        ("cow", "345", "1992-04-26", "YUG"),
        ("cow", "345", "1992-04-27", "SCG"),
        ("cow", "345", "2006-06-05", "SRB"),
        ("gw", "345", "2006-06-05", None),
        ("gw", "340", "2006-06-05", "SRB"),
        ("cow", "315", "1992-12-31", "CSK"),
        ("cow", "316", "1993-01-01", "CZE"),
        ("cow", "317", "1993-01-01", "SVK"),
        ("iso_numeric", "736", "2011-07-08", "SDN"),
        ("iso_numeric", "729", "2011-07-09", "SDN"),
        ("cow", "626", "2011-07-08", None),
        ("cow", "626", "2011-07-09", "SSD"),
        ("iso_numeric", "231", "1993-05-24", "ETH"),
        ("cow", "816", "1960-01-01", "VNM"),
        ("cow", "817", "1960-01-01", "RVN"),
        ("cow", "730", "1900-01-01", "JSN"),
        ("cow", "347", "2008-02-20", "XKX"),
    ],
)
def test_a_code_is_its_holders_on_the_day(scheme, code, day, key):
    assert actors.from_code(scheme, code, date.fromisoformat(day)) == key


@pytest.mark.parametrize(
    ("text", "day", "key"),
    [
        ("rus", None, "RUS"),
        ("Russia", None, "RUS"),
        ("Russia", "1970-01-01", "SUN"),
        ("Soviet Union", None, "SUN"),
        ("365", None, "RUS"),
        ("365", "1970-01-01", "SUN"),
        ("Yugoslavia", None, "YUG"),
        ("Yugoslavia", "1970-01-01", "YUG"),
        ("Yugoslavia", "2001-01-01", "SCG"),
        ("Yugoslavia", "2019-01-01", "SRB"),
        ("YUG", None, "YUG"),
        ("YUG", "2000-01-01", "SCG"),
        ("NA", None, "NAM"),
        ("UK", None, "GBR"),
        ("Great Britain", None, "GBR"),
        ("Burma", None, "MMR"),
        ("Ivory Coast", None, "CIV"),
        ("CÔTE D’IVOIRE", None, "CIV"),
        ("South Korea", None, "KOR"),
        ("Korea", None, "KOR"),
        ("Korea", "1900-01-01", "JSN"),
        ("North Korea", None, "PRK"),
        ("Czech Republic", None, "CZE"),
        ("Czechia", None, "CZE"),
        ("Taiwan", None, "TWN"),
        ("Viet Nam", None, "VNM"),
        ("Swaziland", None, "SWZ"),
        ("Macedonia", None, "MKD"),
        ("Cape Verde", None, "CPV"),
        ("Turkiye", None, "TUR"),
        ("Türkiye", None, "TUR"),
        ("ROM", None, "ROU"),
        ("ZAR", None, "COD"),
        ("TMP", None, "TLS"),
        ("st. lucia", None, "LCA"),
        ("The Gambia", None, "GMB"),
        ("Antigua & Barbuda", None, "ATG"),
        ("260", None, "DEU"),
        ("340", None, "SRB"),
        ("CS", None, "SCG"),
        ("CS", "1990-01-01", "CSK"),
        ("cow:710", None, "CHN"),
        ("710", None, "CHN"),
        ("iso_numeric:710", None, "ZAF"),
    ],
)
def test_find(text, day, key):
    assert actors.find(text, date.fromisoformat(day) if day else None).key == key


@pytest.mark.parametrize("text", [*NOT_STATES, "", "  ", "999", "iso2:XX", "EU"])
def test_what_is_no_state_is_not_found(text):
    with pytest.raises(UnknownName):
        actors.find(text)


@pytest.mark.parametrize(("typed", "meant"), [("Rusia", "Russia"), ("Khazakstan", "Kazakhstan")])
def test_an_unknown_name_offers_the_nearest(typed, meant):
    with pytest.raises(UnknownName) as caught:
        actors.find(typed)
    assert caught.value.choices[0] == meant
    assert caught.value.next_step == "tripolar actors"
    with pytest.raises(UnknownName) as caught:
        actors.state(typed)
    assert meant in caught.value.choices


def test_wrong_questions_are_refused():
    with pytest.raises(UnknownName):
        actors.spells("icao")
    with pytest.raises(UnknownName):
        actors.from_code("icao", "RUS", date(2000, 1, 1))
    with pytest.raises(UnknownName):
        actors.code_of("Russia", "cow", date(2000, 1, 1))
    with pytest.raises(BadYears):
        actors.year_table("cow", 2000, 1999)


def test_a_timestamp_is_a_day():
    assert actors.from_code("cow", "2", pd.Timestamp("2000-01-01 12:00")) == "USA"
    assert actors.find("Russia", datetime(1970, 1, 1, 12)).key == "SUN"


def test_only_two_states_carry_another_on():
    carried = {key: one.continues for key, one in actors.states().items() if one.continues}
    assert carried == {"RUS": "SUN", "SRB": "SCG"}


def test_year_table_goes_by_the_first_of_july():
    held = {(code, year): key for code, year, key in actors.year_table("cow", 1989, 2007)}
    assert held["365", 1991] == "SUN"
    assert held["365", 1992] == "RUS"
    assert held["345", 1991] == "YUG"
    assert held["345", 1992] == "SCG"
    assert held["345", 2006] == "SRB"
    assert held["255", 1990] == "DEU"
    assert held["260", 1990] == "DEU"
    assert ("260", 1991) not in held
    assert held["678", 1990] == "YEM"
    assert held["679", 1990] == "YEM"
    assert held["680", 1990] == "YMD"
    assert held["369", 1991] == "UKR"
    assert ("369", 1990) not in held


@pytest.mark.parametrize("scheme", actors.SCHEMES)
def test_year_table_has_one_holder_per_code_and_year(scheme):
    table = [(code, year) for code, year, _ in actors.year_table(scheme, 1816, 2025)]
    assert len(table) == len(set(table))


def test_system_counts_states_of_the_day():
    assert "SUN" in actors.system(date(1991, 12, 25))
    assert "RUS" not in actors.system(date(1991, 12, 25))
    assert {"SSD", "XKX"} <= actors.system(date(2025, 1, 1))
    assert len(actors.system(date(2016, 12, 31))) == 195
    assert actors.in_system("AND", date(2000, 1, 1))
    assert not actors.in_system("AND", date(2000, 1, 1), "gw")
    assert actors.exists("AND", date(1950, 1, 1))
    assert not actors.exists("RUS", date(1950, 1, 1))
    assert actors.exists("PSE", date(2000, 1, 1))


def test_no_two_hold_a_code_at_once_and_none_holds_two():
    for scheme in actors.SCHEMES:
        for column in (0, 1):
            last: dict[str, date | None] = {}
            for spell in sorted(actors.spells(scheme), key=lambda row: row[2]):
                start, end = spell[2], spell[3]
                assert end is None or start <= end, (scheme, spell)
                if spell[column] in last:
                    before = last[spell[column]]
                    assert before is not None, (scheme, spell)
                    assert before < start, (scheme, spell)
                last[spell[column]] = end


@pytest.mark.parametrize("name", ["states.csv", "codes.csv", "names.csv"])
def test_every_row_names_a_state_and_no_cell_is_padded(name):
    for row in read_table(name):
        assert row["state"] in actors.states()
        assert all(cell == cell.strip() for cell in row.values()), row


def test_a_name_with_several_bearers_is_told_apart_by_day():
    """Two states that bear one name never both exist, except where the first is meant undated."""
    from tripolar.actors.states import _by_name

    shared = {name: keys for name, keys in _by_name().items() if len(keys) > 1}
    assert set(shared) == {
        "yugoslavia",
        "russia",
        "russian federation",
        "russia soviet union",
        "korea",
    }
    for keys in shared.values():
        for day in (date(year, 7, 1) for year in range(1816, 2026)):
            assert sum(actors.exists(key, day) for key in keys) <= 1


def test_no_name_is_another_states_code():
    for row in read_table("names.csv"):
        if row["kind"] != "code":
            assert actors.find(row["name"]).name, row
        assert row["name"] not in actors.states() or row["name"] == "YUG"


@settings(max_examples=150, deadline=None)
@given(day=DAYS, scheme=st.sampled_from(actors.SCHEMES))
def test_codes_round_trip(day, scheme):
    for key in actors.states():
        code = actors.code_of(key, scheme, day)
        if code is not None:
            assert actors.from_code(scheme, code, day) == key
            assert actors.find(f"{scheme}:{code}", day).key == key


@settings(max_examples=60, deadline=None)
@given(day=DAYS)
def test_a_state_in_a_system_exists(day):
    for scheme in ("cow", "gw"):
        for key in actors.system(day, scheme):
            one = actors.state(key)
            assert actors.exists(key, day)
            assert one.start <= day
            assert one.end is None or day <= one.end


def test_members_of_the_un_exist_but_for_the_known():
    for one in actors.memberships("UN"):
        if not actors.exists(one.state, one.start):
            assert one.state in BEFORE_INDEPENDENCE | SOVIET_REPUBLICS | CARRIED_SEATS, one


def merged(rows: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """Abutting spells of one code as one."""
    out: list[tuple[date, date]] = []
    for start, end in sorted(rows):
        if out and start == out[-1][1] + timedelta(days=1):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def ours(scheme: str, edition: date) -> dict[str, list[tuple[date, date]]]:
    groups: dict[str, list[tuple[date, date]]] = {}
    for code, _, start, end in actors.spells(scheme):
        groups.setdefault(code, []).append((start, end or edition))
    return {code: merged(rows) for code, rows in groups.items()}


@pytest.mark.mirror
def test_cow_spells_are_the_published_ones(mirror: Path):
    table = pd.read_parquet(mirror / "peacesciencer" / "cow_states.parquet")
    theirs: dict[str, list[tuple[date, date]]] = {}
    for row in table.itertuples():
        start = date(int(row.styear), int(row.stmonth), int(row.stday))
        end = date(int(row.endyear), int(row.endmonth), int(row.endday))
        theirs.setdefault(str(int(row.ccode)), []).append((start, end))
    assert ours("cow", date(2016, 12, 31)) == {code: merged(rows) for code, rows in theirs.items()}


@pytest.mark.mirror
def test_gw_spells_are_the_published_ones(mirror: Path):
    table = pd.read_parquet(mirror / "peacesciencer" / "gw_states.parquet")
    theirs: dict[str, list[tuple[date, date]]] = {}
    for row in table.itertuples():
        spell = (pd.Timestamp(row.startdate).date(), pd.Timestamp(row.enddate).date())
        theirs.setdefault(str(int(row.gwcode)), []).append(spell)
    assert ours("gw", date(2017, 12, 31)) == {code: merged(rows) for code, rows in theirs.items()}


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("table", "name", "code", "scheme", "start", "end"),
    [
        ("cow_states", "statenme", "ccode", "cow", "styear", "endyear"),
        ("gw_states", "statename", "gwcode", "gw", "startdate", "enddate"),
    ],
)
def test_names_of_the_system_lists_resolve(mirror: Path, table, name, code, scheme, start, end):
    rows = pd.read_parquet(mirror / "peacesciencer" / f"{table}.parquet")
    for row in rows.to_dict("records"):
        if scheme == "cow":
            day = date(int(row[end]), int(row["endmonth"]), int(row["endday"]))
        else:
            day = pd.Timestamp(row[end]).date()
        key = actors.from_code(scheme, str(int(row[code])), day)
        assert actors.find(row[name], day).key == key, row


@pytest.mark.mirror
def test_every_name_among_the_votes_resolves(mirror: Path):
    folder = mirror / "unga_votes_issues"
    columns = ["rcid", "country", "country_code"]
    votes = pd.read_parquet(folder / "un_votes.parquet", columns=columns)
    calls = pd.read_parquet(folder / "un_roll_calls.parquet", columns=["rcid", "date"])
    seen = votes.merge(calls, on="rcid").drop_duplicates(["country", "date"])
    for country, code, when in seen[["country", "country_code", "date"]].itertuples(index=False):
        found = actors.find(country, when)
        known = actors.code_of(found.key, "iso2", when)
        # RU is written for the USSR, YU for Serbia, and codes of states not yet there
        if isinstance(code, str) and known is not None and country not in {"Russia", "Yugoslavia"}:
            assert known == code, (country, when)


@pytest.mark.mirror
def test_world_bank_names_and_codes_agree_and_aggregates_do_not_resolve(mirror: Path):
    with (mirror / "gdp_worldbank" / "gdp.csv").open(encoding="utf-8", newline="") as handle:
        pairs = {(row["Country Name"], row["Country Code"]) for row in csv.DictReader(handle)}
    left_out = set()
    for name, code in pairs:
        if code in actors.states():
            assert actors.find(name).key == code
            assert actors.find(code).key == code
        else:
            left_out.add(code)
            for text in (name, code):
                with pytest.raises(UnknownName):
                    actors.find(text)
    assert {"EUU", "WLD", "OED", "HIC", "SSF", "HKG", "GRL"} <= left_out


@pytest.mark.mirror
def test_iso_codes_of_today_against_a_public_table(mirror: Path):
    with (mirror / "memberships" / "country_data.tsv").open(encoding="utf-8") as handle:
        rows = {row["ISO3"]: row for row in csv.DictReader(handle, delimiter="\t")}
    today = date(2020, 1, 1)
    # GRC and GBR are written there as patterns; ISO gives Kosovo no number
    patterns = {"GRC", "GBR"}
    for key in actors.states():
        iso3 = actors.code_of(key, "iso3", today)
        if iso3 is None or key == "XKX":
            continue
        row = rows[iso3]
        assert key in patterns or row["ISO2"] == actors.code_of(key, "iso2", today)
        assert row["ISOnumeric"].zfill(3) == actors.code_of(key, "iso_numeric", today)
