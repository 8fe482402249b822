"""Organisations, geography and capabilities as compiled: by hand from the raw files."""

import itertools

import numpy as np
import pandas as pd
import pytest

from tripolar.measures.declared import capability as capability_measures
from tripolar.measures.declared import geography as geography_measures
from tripolar.measures.declared import igos as igo_measures
from tripolar.panel import spine
from tripolar.panel.families import capability, geography, igos
from tripolar.panel.families.compiled import to_digits
from tripolar.sources import cepii_geodist, cow_contiguity, cow_igo, cow_nmc, source

HALF_A_KM = 0.5
"""Distances are stored to the kilometre."""
TWO_DECIMALS = 5e-3
"""Mean memberships are stored to two decimals."""
THREE_FIGURES = 5e-3
"""Ratios are stored to three figures: half a unit in the third is at most this share."""


@pytest.fixture(scope="module")
def organisations(mirror):
    return igos.compile_figures(mirror, 2013)


@pytest.fixture(scope="module")
def geographies(mirror):
    return geography.compile_figures(mirror, 2015)


@pytest.fixture(scope="module")
def capabilities(mirror):
    return capability.compile_figures(mirror, 1990)


def row(compiled, measure, a, b, year):
    rows = compiled.figures
    return rows[
        (rows["measure"] == measure) & (rows["a"] == a) & (rows["b"] == b) & (rows["year"] == year)
    ]


def cross(a, b, year):
    blocs = spine.blocs_in(year)
    return [tuple(sorted(each)) for each in itertools.product(blocs.get(a, {a}), blocs.get(b, {b}))]


@pytest.mark.mirror
@pytest.mark.parametrize("pair", [("CHN", "EU"), ("EU", "RUS"), ("CHN", "RUS")], ids="-".join)
def test_a_bloc_shares_the_mean_of_its_members_organisations(organisations, mirror, pair):
    raw = cow_igo.read(mirror)
    raw = raw[raw["year"] == 2014].set_index(["a", "b"])["shared"]
    values = [raw[each] for each in cross(*pair, 2014)]
    found = row(organisations, "igo-memberships", *pair, 2014)
    assert found["value"].item() == pytest.approx(np.mean(values), abs=TWO_DECIMALS)
    assert found["n"].item() == len(values)


@pytest.mark.mirror
@pytest.mark.parametrize("pair", [("EU", "RUS"), ("CHN", "EU"), ("CHN", "CSTO")], ids="-".join)
def test_a_bloc_is_as_near_as_its_nearest_member(geographies, mirror, pair):
    raw = cow_contiguity.read(mirror)
    raw = raw[raw["year"] == 2016].set_index(["a", "b"])["kind"]
    kinds = [raw[each] for each in cross(*pair, 2016) if each in raw.index]
    found = row(geographies, "contiguity", *pair, 2016)
    assert found["value"].tolist() == ([6 - min(kinds)] if kinds else [])


@pytest.mark.mirror
def test_contiguity_is_silent_where_it_is_zero_and_lists_who_is_covered(geographies):
    assert row(geographies, "contiguity", "CHN", "USA", 2016).empty
    covered = geographies.covered
    assert {"CHN", "USA", "EU"} <= set(covered.loc[covered["year"] == 2016, "actor"])
    assert set(covered["measure"]) == {"contiguity"}
    assert covered["year"].max() == source("cow-contiguity").coverage.last


@pytest.mark.mirror
@pytest.mark.parametrize("year", [2016, 2023])
def test_a_blocs_distance_is_the_mean_of_its_members(geographies, mirror, year):
    raw = cepii_geodist.read(mirror).set_index(["a", "b"])["km"]
    values = [raw[each] for each in cross("CHN", "EU", year)]
    found = row(geographies, "distance-km", "CHN", "EU", year)
    assert found["value"].item() == pytest.approx(np.mean(values), abs=HALF_A_KM)
    assert found["n"].item() == len(values) == (28 if year == 2016 else 27)


@pytest.mark.mirror
def test_a_state_without_cities_in_the_file_is_blank(geographies):
    rows = geographies.figures[geographies.figures["measure"] == "distance-km"]
    actors = set(rows["a"]) | set(rows["b"])
    assert not {"MNE", "XKX", "SSD", "LIE", "MCO", "YUG"} & actors
    assert {"SRB", "NAM", "COD", "ROU", "TLS"} <= actors


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("pair", "year"), [(("CHN", "RUS"), 2022), (("CHN", "EU"), 2012), (("EU", "RUS"), 1992)]
)
def test_a_ratio_is_of_the_sums_of_members(capabilities, mirror, pair, year):
    raw = cow_nmc.read(mirror)
    index = raw[raw["year"] == year].set_index("state")["cinc"]
    blocs = spine.blocs_in(year)
    mine, theirs = (sorted(blocs.get(actor, {actor})) for actor in pair)
    found = row(capabilities, "capability-ratio", *pair, year)
    expected = index[mine].sum() / index[theirs].sum()
    assert found["value"].item() == pytest.approx(expected, rel=THREE_FIGURES)
    assert found["n"].item() == len(mine) + len(theirs)


def test_ratios_keep_three_figures():
    found = to_digits(pd.Series([1.23456, 0.000123456, 98765.4, 1.0]), capability.SIGNIFICANT)
    assert found.tolist() == [1.23, 0.000123, 98800.0, 1.0]


@pytest.mark.mirror
def test_a_mirrored_ratio_is_stored_once(capabilities):
    rows = capabilities.figures
    ratios = rows[rows["measure"] == "capability-ratio"]
    assert (ratios["a"] < ratios["b"]).all()
    assert (ratios["value"] > 0).all()
    assert np.isfinite(ratios["value"]).all()


@pytest.mark.mirror
def test_russia_inherits_what_the_ussr_signed_and_germany_keeps_its_own(capabilities, mirror):
    count = {
        (a, b, year): row(capabilities, "nuclear-agreements", a, b, year)["value"].tolist()
        for a, b, year in [
            ("CHN", "SUN", 1991),
            ("CHN", "RUS", 1992),
            ("CHN", "RUS", 1997),
            ("CHN", "RUS", 2003),
            ("CHN", "RUS", 1991),
            ("CHN", "UKR", 1992),
        ]
    }
    assert list(count.values()) == [[3], [3], [3], [4], [], []]
    before = row(capabilities, "nuclear-agreements", "DEU", "FRA", 1990)["value"].item()
    assert row(capabilities, "nuclear-agreements", "DEU", "FRA", 1991)["value"].item() >= before


@pytest.mark.mirror
def test_agreements_of_a_bloc_add_up_over_its_members(capabilities):
    parts = [
        row(capabilities, "nuclear-agreements", *each, 2000)["value"].sum()
        for each in cross("EU", "RUS", 2000)
    ]
    whole = row(capabilities, "nuclear-agreements", "EU", "RUS", 2000)["value"].item()
    assert whole == sum(parts)
    assert whole > 0


@pytest.mark.mirror
def test_agreements_never_fall(capabilities):
    rows = capabilities.figures
    signed = rows[(rows["measure"] == "nuclear-agreements")]
    states = signed[
        ~signed["a"].isin(spine.blocs_in(2000)) & ~signed["b"].isin(spine.blocs_in(2000))
    ]
    steps = states.sort_values("year").groupby(["a", "b"])["value"].diff().dropna()
    assert (steps >= 0).all()
    assert (steps > 0).any()


@pytest.mark.mirror
@pytest.mark.parametrize("family", ["igos", "geography", "capability"])
def test_every_declared_measure_has_figures_and_no_other(
    organisations, geographies, capabilities, family
):
    compiled = {"igos": organisations, "geography": geographies, "capability": capabilities}
    declared = {
        "igos": igo_measures.MEASURES,
        "geography": geography_measures.MEASURES,
        "capability": capability_measures.MEASURES,
    }
    figures = compiled[family].figures
    assert {each.name for each in declared[family]} == set(figures["measure"])
    assert all(each.family == family for each in declared[family])
    assert not figures.duplicated(["measure", "a", "b", "year"]).any()
    assert figures["value"].notna().all()
    assert not spine.share_a_state(figures).any()
