"""Pacts as read: against the source's own list of pairs, and against the treaties."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tripolar.actors.states import states, year_table
from tripolar.errors import NewOddity
from tripolar.sources import atop, pair_codes, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "security.toml").read_text(encoding="utf-8")
)["pacts"]
OWN_PAIRS = "peacesciencer/atop_alliance_ps.parquet"
THEIRS = {
    "defence": "atop_defense",
    "offence": "atop_offense",
    "neutrality": "atop_neutral",
    "nonaggression": "atop_nonagg",
    "consultation": "atop_consul",
}


@pytest.fixture(scope="module")
def pacts(mirror):
    return atop.read(mirror)


@pytest.fixture(scope="module")
def listed(mirror):
    """The source's own dyad-years, both directions joined: 1 where either owes the promise."""
    raw = pd.read_parquet(mirror / OWN_PAIRS)
    raw = raw[raw["year"] >= source("atop").coverage.first].astype(int)
    keys = {(int(code), year): state for code, year, state in year_table("cow", 1945, 2018)}
    for side in ("1", "2"):
        raw[side] = [keys.get(pair) for pair in zip(raw[f"ccode{side}"], raw["year"], strict=True)]
    raw = raw.dropna(subset=["1", "2"])
    raw = raw[raw["1"] != raw["2"]]
    raw["a"], raw["b"] = raw[["1", "2"]].min(axis=1), raw[["1", "2"]].max(axis=1)
    named = raw.rename(columns={theirs: ours for ours, theirs in THEIRS.items()})
    return named.groupby(["year", "a", "b"])[list(THEIRS)].max()


@pytest.mark.mirror
def test_pairs_and_promises_are_those_of_the_sources_own_list(pacts, listed):
    ours = pacts.set_index(["year", "a", "b"])[list(THEIRS)]
    assert list(ours.index.symmetric_difference(listed.index)) == []
    both = ours.loc[listed.index]
    for promise in THEIRS:
        differ = both.index[both[promise].to_numpy() != listed[promise].to_numpy()]
        assert list(differ) == [], promise


def pact(pacts, a, b, promise):
    rows = pacts[(pacts["a"] == a) & (pacts["b"] == b) & (pacts[promise] == 1)]
    return set(rows["year"])


@pytest.mark.mirror
def test_the_pacts_of_russia_and_china(pacts):
    span, earlier = REFERENCE["defence"], REFERENCE["with_the_republic"]
    years = set(range(span["first"], span["last"] + 1))
    years |= set(range(earlier["first"], earlier["last"] + 1))
    assert pact(pacts, "CHN", "SUN", "defence") == years
    asked = REFERENCE["nonaggression_and_consultation"]
    for promise in ("nonaggression", "consultation"):
        assert set(asked["years"]) <= pact(pacts, asked["a"], asked["b"], promise)
    assert pact(pacts, "CHN", "RUS", "defence") == set()
    assert min(pact(pacts, "CHN", "RUS", "consultation")) == 2001


@pytest.mark.mirror
@pytest.mark.parametrize(
    "row", REFERENCE["founding"]["defence"], ids=lambda row: "-".join(map(str, row))
)
def test_pacts_of_defence_by_their_treaties(pacts, row):
    a, b, year = row
    assert int(year) in pact(pacts, a, b, "defence")


@pytest.mark.mirror
def test_departed_states_keep_their_pacts_to_their_end(pacts):
    held = pd.concat([pacts[["year", "a"]], pacts[["year", "b"]].rename(columns={"b": "a"})])
    last = held.groupby("a")["year"].max()
    first = held.groupby("a")["year"].min()
    assert last["SUN"] == 1991
    assert first["RUS"] == 1992
    assert last["DDR"] == 1990
    assert {"YMD", "CSK", "YUG", "NAM"} <= set(held["a"])
    assert set(held["a"]) <= states().keys()


@pytest.mark.mirror
def test_rows_are_pairs_in_order_and_zero_or_one(pacts):
    assert (pacts["a"] < pacts["b"]).all()
    assert not pacts.duplicated(["year", "a", "b"]).any()
    assert np.isin(pacts[list(THEIRS)], [0, 1]).all()
    assert pacts["year"].between(1945, 2018).all()


def test_a_member_outside_the_system_in_another_year_stops_the_reading():
    rows = pd.DataFrame({"year": [1990, 1991, 1989], "code": [369, 369, 369]})
    with pytest.raises(NewOddity, match="369 in 1989") as caught:
        pair_codes.with_states(rows, {"code": "state"}, "atop", {369: (1990, 1990)})
    assert "1990" not in str(caught.value)


@pytest.mark.mirror
def test_every_member_listed_as_outside_the_system_is_needed(mirror, monkeypatch):
    monkeypatch.setattr(atop, "OUTSIDE_THE_SYSTEM", {})
    with pytest.raises(NewOddity):
        atop.read(mirror)
