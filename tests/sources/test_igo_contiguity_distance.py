"""Organisations, contiguity and distances as read: outside values, old codes, missing and zero."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.actors.states import states
from tripolar.sources import cepii_geodist, cow_contiguity, cow_igo, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "security.toml").read_text(encoding="utf-8")
)
MOSCOW_TO_PEOPLE = 0.06
"""Relative: weighting by all large cities moves Russia and China 5 percent nearer."""


@pytest.fixture(scope="module")
def shared(mirror):
    return cow_igo.read(mirror)


@pytest.fixture(scope="module")
def borders(mirror):
    return cow_contiguity.read(mirror)


@pytest.fixture(scope="module")
def distances(mirror):
    return cepii_geodist.read(mirror)


@pytest.mark.mirror
@pytest.mark.parametrize("row", REFERENCE["igos"]["rows"], ids=lambda row: str(row["year"]))
def test_shared_memberships_as_published(shared, row):
    rows = shared[
        (shared["a"] == row["a"]) & (shared["b"] == row["b"]) & (shared["year"] == row["year"])
    ]
    assert rows["shared"].item() == row["shared"]


@pytest.mark.mirror
def test_every_pair_of_the_files_states_is_listed_so_a_zero_is_a_zero(shared):
    assert not shared.duplicated(["year", "a", "b"]).any()
    for year in (1945, 1960, 1991, 2014):
        rows = shared[shared["year"] == year]
        there = len(set(rows["a"]) | set(rows["b"]))
        assert len(rows) == there * (there - 1) // 2
    assert (shared["shared"] >= 0).all()
    kosovo = shared[(shared["year"] == 2008) & (shared["b"] == "XKX")]
    assert (kosovo["shared"] == 0).all()
    assert len(kosovo)


@pytest.mark.mirror
def test_east_germany_in_1990_is_missing_and_not_zero(shared):
    there = shared[shared["year"] == 1990]
    assert not {"DDR", "YMD", "UKR"} & (set(there["a"]) | set(there["b"]))
    assert "DDR" in set(shared.loc[shared["year"] == 1989, "a"])


@pytest.mark.mirror
def test_the_ussr_gives_way_to_russia_in_1992(shared, borders):
    for rows in (shared, borders):
        rows = rows[rows["year"].between(1985, 1995)]
        held = pd.concat([rows[["year", "a"]], rows[["year", "b"]].rename(columns={"b": "a"})])
        assert held.loc[held["a"] == "SUN", "year"].max() == 1991
        assert held.loc[held["a"] == "RUS", "year"].min() == 1992
        assert "NAM" in set(held["a"])


@pytest.mark.mirror
def test_a_pair_that_changed_within_a_year_counts_once_and_closest(borders, mirror):
    raw = pd.read_parquet(source("cow-contiguity").path("pairs", mirror))
    twice = raw[(raw["state1no"] == 380) & (raw["state2no"] == 390) & (raw["year"] == 2000)]
    assert sorted(twice["conttype"]) == [1, 2]
    assert not borders.duplicated(["year", "a", "b"]).any()
    found = borders[(borders["a"] == "DNK") & (borders["b"] == "SWE")].set_index("year")["kind"]
    assert found.loc[[1999, 2000, 2001]].tolist() == [2, 1, 1]


def km(distances, a, b):
    return distances[(distances["a"] == a) & (distances["b"] == b)]["km"].item()


@pytest.mark.mirror
def test_distances_by_population_beside_that_of_the_capitals(distances):
    capitals = REFERENCE["distance"]["largest_cities_km"]
    assert km(distances, "CHN", "RUS") == pytest.approx(capitals, rel=MOSCOW_TO_PEOPLE)
    assert km(distances, "CHN", "RUS") != pytest.approx(capitals, abs=1)


@pytest.mark.mirror
def test_old_codes_are_translated_and_the_files_yug_is_not_yugoslavia(distances, mirror):
    keys = set(distances["a"]) | set(distances["b"])
    assert {"ROU", "COD", "TLS", "SCG", "SRB", "NAM"} <= keys
    assert not {"YUG", "ROM", "ZAR", "TMP", "SUN", "HKG", "GRL"} & keys
    assert keys <= states().keys()
    raw = pd.read_parquet(source("cepii-geodist").path("pairs", mirror))
    row = raw[(raw["iso_o"] == "FRA") & (raw["iso_d"] == "YUG")]
    assert km(distances, "FRA", "SRB") == km(distances, "FRA", "SCG") == row["distw"].item()


@pytest.mark.mirror
def test_every_pair_of_states_has_one_distance(distances):
    assert not distances.duplicated(["a", "b"]).any()
    assert (distances["a"] < distances["b"]).all()
    assert distances["km"].notna().all()
    assert distances["km"].gt(0).all()
    assert not ((distances["a"] == "SCG") & (distances["b"] == "SRB")).any()
