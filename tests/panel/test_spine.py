"""Which actors a year has, and which pairs: against the membership lists of Correlates of War."""

import itertools
from datetime import date

import pandas as pd
import pytest

from tripolar.actors import members_in_year, states
from tripolar.errors import NewOddity
from tripolar.panel import spine

YEARS = [1990, 1991, 1992, 1993, 2003, 2011, 2016]
ONLY_IN_THE_UN = {
    1990: {"UKR", "BLR"},
    1991: set(),
    2003: set(),
}
"""Members of the United Nations that Correlates of War does not count as states in the year."""


@pytest.fixture(scope="module")
def cow_spells(mirror):
    return pd.read_parquet(mirror / "peacesciencer" / "cow_states.parquet")


@pytest.mark.mirror
@pytest.mark.parametrize("year", YEARS)
def test_as_many_states_as_correlates_of_war_counts(year, cow_spells):
    starts = pd.to_datetime(
        cow_spells[["styear", "stmonth", "stday"]].set_axis(["year", "month", "day"], axis=1)
    )
    ends = pd.to_datetime(
        cow_spells[["endyear", "endmonth", "endday"]].set_axis(["year", "month", "day"], axis=1)
    )
    here = (starts <= pd.Timestamp(year, 12, 31)) & (ends >= pd.Timestamp(year, 1, 1))
    listed = cow_spells.loc[here, "ccode"].nunique()
    seen = {
        code
        for code, state, start, end in spine.spells("cow")
        if state in spine.states_in(year)
        and start <= date(year, 12, 31)
        and (end is None or end >= date(year, 1, 1))
    }
    assert len(seen) == listed


@pytest.mark.parametrize(("year", "extra"), ONLY_IN_THE_UN.items())
def test_the_united_nations_adds_those_who_sat_before_they_were_states(year, extra):
    system = {
        state
        for _, state, start, end in spine.spells("cow")
        if start <= date(year, 12, 31) and (end is None or end >= date(year, 1, 1))
    }
    assert spine.states_in(year) - system == extra


def test_two_germanies_are_there_in_1990_and_one_after():
    assert {"DEU", "DDR"} <= spine.states_in(1990)
    assert "DDR" not in spine.states_in(1991)
    assert "DEU" in spine.states_in(1991)


def test_the_ussr_and_russia_change_over():
    assert "SUN" in spine.states_in(1991)
    assert "SUN" not in spine.states_in(1992)
    assert {"RUS", "UKR", "KAZ"} <= spine.states_in(1992)


def test_blocs_are_there_with_the_members_of_the_year():
    assert len(spine.blocs_in(2003)["EU"]) == 15
    assert len(spine.blocs_in(2004)["EU"]) == 25
    assert "UN" not in spine.blocs_in(2004)
    assert "UN" not in spine.actors_in(2004)


@pytest.mark.parametrize("year", [1990, 2004, 2019])
def test_a_bloc_makes_no_pair_with_its_members_nor_with_a_bloc_that_shares_one(year):
    shared = spine.overlapping_pairs(year)
    held = spine.blocs_in(year)
    for bloc, group in held.items():
        for state in spine.states_in(year):
            assert ((bloc, state) in shared) == (state in group)
            assert ((state, bloc) in shared) == (state in group)
    for a, b in itertools.product(held, repeat=2):
        assert ((a, b) in shared) == bool(held[a] & held[b])
    assert not any({a, b} <= spine.states_in(year) for a, b in shared)


def test_what_two_actors_share():
    assert spine.overlap("EU", "DEU", 2010) == {"DEU"}
    assert spine.overlap("EU", "GBR", 2021) == frozenset()
    assert spine.overlap("EU", "NATO", 2021) == members_in_year("EU", 2021) & members_in_year(
        "NATO", 2021
    )
    assert spine.overlap("RUS", "CHN", 2010) == frozenset()


def test_dyads_are_all_pairs_once():
    frame = spine.dyad_years(1991, 1993)
    for year, rows in frame.groupby("year"):
        n = len(spine.states_in(year))
        assert len(rows) == n * (n - 1) // 2
    assert (frame["a"] < frame["b"]).all()
    assert not frame.duplicated().any()


def test_members_of_actors_are_themselves_or_those_of_the_bloc():
    frame = spine.actor_members([2004])
    eu = frame.loc[frame["actor"] == "EU", "state"]
    assert set(eu) == members_in_year("EU", 2004)
    assert not frame.duplicated().any()
    single = frame[frame["actor"].isin(list(states()))]
    assert (single["actor"] == single["state"]).all()
    assert set(single["actor"]) == spine.states_in(2004)


def test_rows_off_the_spine_stop_the_build_and_are_all_named():
    frame = pd.DataFrame({"year": [2000, 1985, 2000, 1995], "state": ["FRA", "UZB", "SUN", "SUN"]})
    with pytest.raises(NewOddity) as caught:
        spine.require_on_spine(frame, "state", "some-source")
    message = str(caught.value)
    assert "some-source" in message
    assert all(row in message for row in ("UZB in 1985", "SUN in 2000", "SUN in 1995"))
    assert "FRA" not in message
    assert caught.value.next_step


def test_rows_on_the_spine_pass():
    frame = pd.DataFrame({"year": [1990, 1990, 1992], "state": ["UKR", "SUN", "RUS"]})
    assert spine.require_on_spine(frame, "state", "some-source") is None


@pytest.mark.parametrize(
    ("a", "b", "ever"),
    [("DDR", "SSD", False), ("SUN", "UKR", True), ("RUS", "CHN", True), ("SSD", "EU", True)],
)
def test_alive_together(a, b, ever):
    assert spine.alive_together(a, b) is ever
    assert spine.alive_together(b, a) is ever
