"""Trade agreements as read: who is bound to whom, from when, and what the sides change."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.actors.blocs import members_in_year
from tripolar.sources import desta, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "agreements.toml").read_text(encoding="utf-8")
)
EC_MEXICO, COTONOU, EAEU, EAEU_VIETNAM = "330", "253", "1040", "915"
LAST = 2020


@pytest.fixture(scope="module")
def bonds(mirror):
    return desta.read(mirror)


@pytest.fixture(scope="module")
def entries(mirror):
    return desta.entries(mirror)


def of_pair(bonds, a, b):
    one, other = sorted((a, b))
    return bonds[(bonds["a"] == one) & (bonds["b"] == other)]


@pytest.mark.mirror
@pytest.mark.parametrize("row", REFERENCE["facts"], ids=lambda r: f"{r['a']}-{r['b']}")
def test_first_years_as_in_the_treaties(bonds, row):
    assert of_pair(bonds, row["a"], row["b"])["first"].min() == row["from"]


@pytest.mark.mirror
@pytest.mark.parametrize("row", REFERENCE["members_of_eaeu"], ids=lambda r: f"{r['a']}-{r['b']}")
def test_members_of_the_eurasian_economic_union(bonds, row):
    found = of_pair(bonds[bonds["treaty"] == EAEU], row["a"], row["b"])
    assert found["first"].tolist() == [row["from"]]


@pytest.mark.mirror
@pytest.mark.parametrize("pair", REFERENCE["none"]["pairs"], ids="-".join)
def test_pairs_without_an_agreement(bonds, pair):
    assert len(of_pair(bonds, *pair)) == 0


@pytest.mark.mirror
def test_the_file_is_read_whole(mirror, entries):
    text = source("desta").path("treaties", mirror).read_text(encoding="latin-1")
    lines = text.splitlines()
    assert len(lines) - 1 == REFERENCE["catalogue"]["entries"]
    negotiations = sum(';"negotiation";' in line for line in lines)
    assert len(entries) == REFERENCE["catalogue"]["entries"] - negotiations


@pytest.mark.mirror
def test_members_of_one_side_are_not_bound_to_each_other(bonds, mirror):
    """The mirror's derived dyads pair all 16 members: 120 pairs, where the treaty binds 15."""
    at_first = bonds[(bonds["treaty"] == EC_MEXICO) & (bonds["first"] == 2000)]
    assert len(at_first) == 15
    assert all("MEX" in pair for pair in zip(at_first["a"], at_first["b"], strict=True))
    derived = pd.read_parquet(mirror / "trade_agreements" / "desta_derived_dyads.parquet")
    assert (derived["desta_number"] == EC_MEXICO).sum() == 120


@pytest.mark.mirror
@pytest.mark.parametrize("year", [2000, 2004, 2007, 2013, 2019])
def test_the_community_is_bound_by_its_members_of_the_year(bonds, year):
    held = bonds[(bonds["treaty"] == EC_MEXICO) & (bonds["first"] <= year)]
    states = set(held["a"]) | set(held["b"])
    expected = members_in_year("EU", year) - ({"HRV"} if year >= 2013 else set())
    assert states - {"MEX", "HRV"} == expected


@pytest.mark.mirror
def test_large_treaties_are_not_skipped(bonds):
    cotonou = bonds[bonds["treaty"] == COTONOU]
    pairs = set(zip(cotonou["a"], cotonou["b"], strict=True))
    assert ("DEU", "KEN") in pairs
    assert ("DEU", "FRA") not in pairs
    assert ("KEN", "NGA") not in pairs


@pytest.mark.mirror
def test_a_third_party_that_is_no_state_leaves_no_pairs(entries, bonds):
    faroe = {one.treaty for one in entries if one.name.startswith("EC Faroe Islands")}
    assert faroe
    assert not bonds["treaty"].isin(faroe).any()


@pytest.mark.mirror
def test_a_missing_side_is_still_bound_to_the_other(bonds):
    vietnam = bonds[bonds["treaty"] == EAEU_VIETNAM]
    assert set(vietnam["a"]) | set(vietnam["b"]) == {"ARM", "BLR", "KAZ", "RUS", "VNM"}
    assert len(of_pair(vietnam, "VNM", "ARM")) == 1
    assert len(of_pair(vietnam, "RUS", "KAZ")) == 0


@pytest.mark.mirror
def test_a_withdrawal_ends_the_pairs_of_who_leaves(bonds):
    cis = of_pair(bonds, "RUS", "GEO")
    assert 2008 in set(cis["last"])
    cefta = of_pair(bonds, "POL", "HUN")
    assert cefta["last"].min() == 2003
    stayed = of_pair(bonds, "RUS", "ARM")
    assert stayed["last"].isna().all()


@pytest.mark.mirror
def test_who_returns_is_bound_again(bonds):
    sadc = of_pair(bonds, "SYC", "ZAF")
    spells = sadc[["first", "last"]].sort_values("first")
    assert (1997, 2003.0) in set(spells.itertuples(index=False, name=None))
    assert spells["last"].isna().any()


@pytest.mark.mirror
def test_nothing_binds_before_it_is_in_force_nor_without(bonds, entries):
    never = {one.treaty for one in entries if one.kind == "base_treaty" and not one.in_force}
    assert never
    assert not bonds["treaty"].isin(never).any()
    began = {one.treaty: one.in_force for one in entries if one.kind == "base_treaty"}
    assert (bonds["first"] >= bonds["treaty"].map(began)).all()
    assert bonds["first"].max() <= LAST


@pytest.mark.mirror
def test_every_pair_is_two_states_in_order(bonds):
    assert (bonds["a"] < bonds["b"]).all()
    assert not bonds[["a", "b"]].isin(desta.NOT_STATES).any(axis=None)
    assert (bonds["last"].dropna() >= bonds.loc[bonds["last"].notna(), "first"]).all()
