"""Capabilities and nuclear agreements as read: outside values, years of union, double lists."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.errors import NewOddity
from tripolar.sources import cow_nmc, nuclear_cooperation, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "security.toml").read_text(encoding="utf-8")
)
THREE_DECIMALS = 5e-4
"""Rounding of the outside numbers."""


@pytest.fixture(scope="module")
def capabilities(mirror):
    return cow_nmc.read(mirror)


@pytest.fixture(scope="module")
def signed(mirror):
    return nuclear_cooperation.read(mirror)


@pytest.mark.mirror
@pytest.mark.parametrize("state", REFERENCE["capabilities"]["cinc"])
def test_capabilities_as_published(capabilities, state):
    rows = capabilities[
        (capabilities["state"] == state)
        & (capabilities["year"] == REFERENCE["capabilities"]["year"])
    ]
    expected = REFERENCE["capabilities"]["cinc"][state]
    assert rows["cinc"].item() == pytest.approx(expected, abs=THREE_DECIMALS)


@pytest.mark.mirror
def test_no_state_is_counted_twice_in_the_year_of_union(capabilities, mirror):
    assert not capabilities.duplicated(["year", "state"]).any()
    raw = pd.read_parquet(source("cow-nmc").path("capabilities", mirror))
    raw = raw[raw["year"] == 1990].set_index("ccode")["cinc"]
    in_1990 = capabilities[capabilities["year"] == 1990].set_index("state")["cinc"]
    assert {255, 260, 265, 678, 679, 680} <= set(raw.index)
    assert in_1990["DEU"] == raw[260]
    assert in_1990["DDR"] == raw[265]
    assert in_1990["YEM"] == raw[679]
    assert "YMD" not in in_1990.index


@pytest.mark.mirror
def test_the_ussr_has_capabilities_to_1991(capabilities):
    assert capabilities.loc[capabilities["state"] == "SUN", "year"].max() == 1991
    assert capabilities.loc[capabilities["state"] == "RUS", "year"].min() == 1992
    assert "NAM" in set(capabilities["state"])
    assert capabilities["cinc"].between(0, 1, inclusive="neither").all()


@pytest.mark.mirror
def test_an_agreement_listed_from_both_sides_counts_once(signed, mirror):
    raw = pd.read_parquet(source("nuclear-cooperation").path("agreements", mirror))
    assert len(raw) / 2 < signed["agreements"].sum() < len(raw)
    one_side = raw[(raw["ccode1"] == 2) & (raw["ccode2"] == 20) & (raw["year"] == 1987)]
    other = raw[(raw["ccode1"] == 20) & (raw["ccode2"] == 2) & (raw["year"] == 1987)]
    assert len(one_side) == len(other) == 2
    both = signed[(signed["a"] == "CAN") & (signed["b"] == "USA") & (signed["year"] == 1987)]
    assert both["agreements"].item() == 2


@pytest.mark.mirror
def test_an_agreement_listed_from_one_side_counts_too(signed, mirror):
    raw = pd.read_parquet(source("nuclear-cooperation").path("agreements", mirror))
    assert not ((raw["ccode1"] == 710) & (raw["ccode2"] == 365)).any()
    ussr = signed[(signed["a"] == "CHN") & (signed["b"] == "SUN")]
    russia = signed[(signed["a"] == "CHN") & (signed["b"] == "RUS")]
    assert ussr["year"].tolist() == [1955, 1956, 1990]
    assert russia["year"].tolist() == [1998]


@pytest.mark.mirror
def test_rows_of_codes_that_are_nobodys_are_listed_by_year(mirror, monkeypatch):
    monkeypatch.setattr(nuclear_cooperation, "OUTSIDE_THE_SYSTEM", {})
    with pytest.raises(NewOddity, match="315 in 1994"):
        nuclear_cooperation.read(mirror)


@pytest.mark.mirror
def test_nobody_signs_with_itself(signed):
    assert (signed["a"] < signed["b"]).all()
    assert not signed.duplicated(["year", "a", "b"]).any()
