"""Figures of leaders' travel against a plain count in the files."""

import csv
from collections import Counter

import pytest

from tripolar.measures.declared.visits import MEASURES
from tripolar.panel import spine
from tripolar.panel.families import visits

FORMAL = {"President", "Premier"}
RUSSIA = {"Russia": "RUS", "Soviet Union": "SUN"}


@pytest.fixture(scope="module")
def compiled(mirror):
    return visits.compile_figures(mirror)


@pytest.fixture(scope="module")
def raw(mirror):
    path = mirror / "leader_visits" / "who_where_when_1949_2020.csv"
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def values(compiled, measure, a, b):
    rows = compiled.figures
    found = rows[(rows["measure"] == measure) & (rows["a"] == a) & (rows["b"] == b)]
    return dict(zip(found["year"], found["value"], strict=True))


@pytest.mark.mirror
@pytest.mark.parametrize(("country", "state"), RUSSIA.items())
def test_visits_to_russia_counted_in_the_file(compiled, raw, country, state):
    counted = Counter(
        int(row["Year"]) for row in raw if row["Country"] == country and row["Level"] in FORMAL
    )
    assert values(compiled, "leader-visits", "CHN", state) == dict(counted)


@pytest.mark.mirror
def test_in_2019_president_and_premier_each_went_to_russia_once(compiled):
    assert values(compiled, "leader-visits", "CHN", "RUS")[2019] == 2


@pytest.mark.mirror
def test_a_party_leaders_visit_is_no_head_of_states(compiled, raw):
    assert ("1991", "Leader CCP") in {
        (r["Year"], r["Level"]) for r in raw if r["Country"] in RUSSIA
    }
    assert 1991 not in values(compiled, "leader-visits", "CHN", "SUN")
    assert 1979 not in values(compiled, "leader-visits", "CHN", "USA")


@pytest.mark.mirror
def test_visits_to_a_bloc_are_those_to_its_members(compiled, raw):
    members = spine.blocs_in(2014)["CENTRAL-ASIA"]
    assert members == {"KAZ", "KGZ", "TJK", "TKM", "UZB"}
    names = {"Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"}
    by_year = Counter(int(r["Year"]) for r in raw if r["Country"] in names and r["Level"] in FORMAL)
    assert values(compiled, "leader-visits", "CHN", "CENTRAL-ASIA") == dict(by_year)


@pytest.mark.mirror
def test_only_china_sends_and_only_china_is_covered(compiled):
    rows = compiled.figures
    assert set(rows.loc[rows["measure"] == "leader-visits", "a"]) == {"CHN"}
    covered = compiled.covered
    assert set(covered["actor"]) == {"CHN"}
    assert set(covered["measure"]) == {"leader-visits"}
    assert set(covered["year"]) == set(range(1949, 2021))


@pytest.mark.mirror
def test_no_visit_is_to_a_bloc_that_china_is_in(compiled):
    rows = compiled.figures[compiled.figures["measure"] == "leader-visits"]
    assert not rows["b"].isin(["SCO", "BRICS"]).any()
    assert not spine.share_a_state(rows).any()


@pytest.mark.mirror
def test_trips_are_of_one_actor_and_of_states_alone(compiled):
    rows = compiled.figures[compiled.figures["measure"] == "leader-trips"]
    assert (rows["a"] == rows["b"]).all()
    assert values(compiled, "leader-trips", "RUS", "RUS")[2019] == 24
    assert values(compiled, "leader-trips", "CHN", "CHN")[2019] == 12
    assert not rows["a"].isin(["EU", "NATO", "PSE", "VAT"]).any()
    for year, state in zip(rows["year"], rows["a"], strict=True):
        assert state in spine.states_in(int(year))


@pytest.mark.mirror
def test_1991_is_the_ussrs(compiled):
    assert 1991 in values(compiled, "leader-trips", "SUN", "SUN")
    assert 1991 not in values(compiled, "leader-trips", "RUS", "RUS")


@pytest.mark.mirror
def test_in_2019_the_two_lists_agree_on_the_chinese_president(compiled, raw):
    """The one counts his visits by country, the other his trips: 12 in both."""
    his = sum(row["Year"] == "2019" and row["Name"] == "Xi Jinping" for row in raw)
    assert values(compiled, "leader-trips", "CHN", "CHN")[2019] == his


@pytest.mark.mirror
def test_what_is_left_out_is_reported_and_first_year_holds(mirror, compiled):
    assert "574 visits of President and Premier; 21 of other offices and 1 " in compiled.report[0]
    assert {"PSE", "VAT", "SRB"} <= set(compiled.report[1].rpartition(": ")[2].split(", "))
    late = visits.compile_figures(mirror, 2015)
    assert late.figures["year"].min() == 2015
    assert late.covered["year"].min() == 2015
    assert {what.name for what in MEASURES} == set(compiled.figures["measure"])
    assert (compiled.figures["value"] == compiled.figures["n"]).all()
