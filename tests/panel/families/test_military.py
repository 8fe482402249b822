"""Ratios of military spending against the file, and which of them are blank."""

import itertools

import pandas as pd
import pytest

from tripolar.actors.blocs import members_in_year
from tripolar.panel.families import military
from tripolar.sources import sipri_milex, source

EXACT = 1e-12
FIRST = 1988


@pytest.fixture(scope="module")
def figures(mirror):
    frame = military.compile_figures(mirror, FIRST).figures
    return frame.set_index(["a", "b", "year"])[["value", "n"]]


@pytest.fixture(scope="module")
def raw(mirror):
    table = pd.read_parquet(source("sipri-milex").path("spending", mirror))
    return table.set_index(["country", "year"])["milex_cur_usd_mn"]


@pytest.mark.mirror
@pytest.mark.parametrize("year", [1993, 2005, 2019, 2023])
def test_the_ratio_of_china_and_russia_by_hand(figures, raw, year):
    seen = figures.loc[("CHN", "RUS", year)]
    assert seen["value"] == pytest.approx(raw["China", year] / raw["Russia", year], rel=EXACT)
    assert seen["n"] == 2


@pytest.mark.mirror
def test_ratios_chain(figures):
    """a/b * b/c = a/c."""
    for a, b, c in itertools.combinations(("CHN", "DEU", "IND", "RUS", "USA"), 3):
        chained = figures.loc[(a, b, 2019), "value"] * figures.loc[(b, c, 2019), "value"]
        assert chained == pytest.approx(figures.loc[(a, c, 2019), "value"], rel=1e-9)


@pytest.mark.mirror
def test_a_bloc_is_the_sum_of_its_members(figures, mirror):
    spent = sipri_milex.read(mirror)
    of_2023 = spent[spent["year"] == 2023].set_index("state")["usd_mn"]
    members = sorted(members_in_year("EU", 2023))
    seen = figures.loc[("CHN", "EU", 2023)]
    assert seen["value"] == pytest.approx(of_2023["CHN"] / of_2023[members].sum(), rel=EXACT)
    assert seen["n"] == 1 + len(members)


@pytest.mark.mirror
def test_a_bloc_with_a_member_missing_is_blank(figures):
    """Uzbekistan is missing in 2019: no sum for the SCO, the CIS, Central Asia."""
    named = set(figures.xs(2019, level="year").reset_index()[["a", "b"]].to_numpy().ravel())
    assert named.isdisjoint({"SCO", "CIS", "CENTRAL-ASIA", "UZB"})
    assert {"EU", "NATO", "BRICS", "EAEU", "CSTO"} <= named


@pytest.mark.mirror
def test_a_zero_is_no_figure(figures):
    keys = {(key, year) for a, b, year in figures.index for key in (a, b)}
    assert ("RUS", 1992) not in keys
    assert ("RUS", 1993) in keys
    assert ("ISL", 2019) not in keys
    assert ("PRK", 2010) not in keys
    assert ("SUN", 1990) in keys
    assert ("RUS", 1990) not in keys


@pytest.mark.mirror
def test_figures_are_well_formed(figures):
    assert figures.index.is_unique
    assert (figures["value"] > 0).all()
    assert all(a < b for a, b, _ in figures.index)
