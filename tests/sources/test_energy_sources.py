"""Energy sources as read: units, origin and border, secrets, and states before they existed."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.actors.blocs import members_in_year
from tripolar.errors import NewOddity
from tripolar.sources import (
    comtrade_fossil,
    energy_review,
    energy_review_gas,
    eurostat_energy,
    eurostat_gas,
    source,
)

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "energy.toml").read_text(encoding="utf-8")
)
PRINTED = 0.05
"""Half of the last digit of numbers printed to one decimal."""
GCV_PER_CUBIC_METRE = (34.0, 44.0)
"""Megajoules (gross) in a cubic metre of natural gas, poorest and richest."""


@pytest.fixture(scope="module")
def imports(mirror):
    return eurostat_energy.read(mirror)


@pytest.fixture(scope="module")
def annual(mirror):
    return eurostat_gas.read(mirror)


@pytest.fixture(scope="module")
def balances(mirror):
    return energy_review.read(mirror)


@pytest.fixture(scope="module")
def gas_trade(mirror):
    return energy_review_gas.read(mirror)


@pytest.mark.mirror
def test_tonnes_of_crude_are_thousand_tonnes(imports):
    of = (imports["importer"] == "DEU") & (imports["supplier"] == "RUS")
    when = (imports["year"] == 2019) & (imports["month"] == 1) & (imports["fuel"] == "oil")
    (kt,) = imports.loc[of & when, "kt"]
    known = REFERENCE["units"]["crude_from_russia_to_germany_january_2019_kt"]
    assert kt == pytest.approx(known, abs=PRINTED)


@pytest.mark.mirror
def test_gas_is_terajoules_and_never_cubic_metres(imports, mirror):
    """The same flows in the file's cubic metres give a calorific value that gas has."""
    raw = pd.read_parquet(source(eurostat_energy.NAME).path("imports", mirror))
    of_2019 = (raw["date"].dt.year == 2019) & (raw["partner"] == "Russia")
    metres = raw[of_2019 & (raw["commodity"] == "gas_all") & (raw["unit"] == "m3")]
    assert metres["value"].sum() / 1e9 == pytest.approx(
        REFERENCE["volumes"]["all_bcm"], abs=PRINTED
    )
    gas = imports[(imports["fuel"] == "gas") & (imports["supplier"] == "RUS")]
    tj = gas[gas["year"] == 2019].groupby("importer")["tj"].sum()
    for state, bcm in REFERENCE["volumes"]["bcm"].items():
        low, high = GCV_PER_CUBIC_METRE
        assert low < tj[state] / 1e3 / bcm < high
    assert imports["tj"].notna().sum() == (raw["unit"] == "TJ").sum()
    assert (imports["tj"].isna() == imports["fuel"].isin(["oil", "coal"])).all()


@pytest.mark.mirror
def test_the_partner_of_gas_is_the_border_from_2013(imports):
    members = members_in_year("EU28", 2019)
    gas = imports[(imports["fuel"] == "gas") & imports["importer"].isin(members)]
    outside = gas[~gas["supplier"].isin(members)]
    total = outside.groupby("year")["tj"].sum()
    for state, name in (("RUS", "russia"), ("UKR", "ukraine")):
        theirs = outside[outside["supplier"] == state].groupby("year")["tj"].sum()
        for year, share in REFERENCE["border"][name].items():
            assert theirs[int(year)] / total[int(year)] == pytest.approx(share, abs=0.0075)


@pytest.mark.mirror
def test_imports_without_a_partner_and_of_territories_stay(imports):
    assert (imports["supplier"] == eurostat_energy.UNSPECIFIED).sum() > 0
    assert set(imports["supplier"]) > eurostat_energy.NO_STATES
    assert imports["importer"].isin(["", *eurostat_energy.NO_STATES]).sum() == 0


@pytest.mark.mirror
def test_frances_lng_has_no_supplier_where_it_hides_russias(imports, mirror):
    """The monthly file has no Russian cargo in 2019, the annual one 256,955 terajoules."""
    lng = imports[(imports["importer"] == "FRA") & (imports["fuel"] == "lng")]
    assert "RUS" not in set(lng["supplier"])
    of_annual = pd.read_excel(
        source(eurostat_gas.NAME).path("imports", mirror), sheet_name="Sheet 3", header=None
    ).set_index(0)
    assert of_annual.loc["France", 9] == pytest.approx(256_955, abs=0.5)
    assert set(lng.loc[lng["year"] >= 2018, "supplier"]) == {eurostat_energy.UNSPECIFIED}
    assert "DZA" in set(lng.loc[lng["year"] < 2018, "supplier"])


def test_a_unit_that_nobody_knows_is_refused(tmp_path):
    row = {"commodity": "gas_all", "unit": "GWh", "country": "Austria", "partner": "Russia"}
    table = pd.DataFrame([{**row, "date": pd.Timestamp("2019-01-01"), "value": 1.0}])
    path = source(eurostat_energy.NAME).path("imports", tmp_path)
    path.parent.mkdir(parents=True)
    table.to_parquet(path)
    with pytest.raises(NewOddity, match="gas_all in GWh"):
        eurostat_energy.read(tmp_path)
    table.assign(unit="TJ", partner="Atlantis").to_parquet(path)
    with pytest.raises(NewOddity, match="Atlantis"):
        eurostat_energy.read(tmp_path)


@pytest.mark.mirror
def test_austrias_zero_is_a_secret(annual):
    austria = annual[annual["importer"] == "AUT"].set_index("year")
    assert austria.loc[2011:2013, "russia_tj"].gt(0).all()
    assert austria.loc[2014:, "russia_tj"].isna().all()
    assert austria["total_tj"].gt(0).all()
    british = annual[annual["importer"] == "GBR"].set_index("year")
    assert pd.isna(british.loc[2020, "total_tj"])


@pytest.mark.mirror
def test_aggregates_of_the_annual_file_are_not_read(annual, mirror):
    """Members add up to the EU-27's figure; the EU-28's lies below it in 2017."""
    raw = pd.read_excel(
        source(eurostat_gas.NAME).path("imports", mirror), sheet_name="Sheet 1", header=None
    )
    by_name = raw.set_index(0)
    of_27, of_28 = (
        float(
            by_name.loc[by_name.index.astype(str).str.startswith(f"European Union - {n}"), 7].iloc[
                0
            ]
        )
        for n in (27, 28)
    )
    assert of_28 < of_27
    members = members_in_year("EU27", 2017)
    of_2017 = annual[(annual["year"] == 2017) & annual["importer"].isin(members)]
    assert of_2017["russia_tj"].sum() == pytest.approx(of_27, rel=1e-6)
    assert len(of_2017) == len(members)


@pytest.mark.mirror
def test_only_russia_sells_in_the_file_of_imports_from_russia(mirror):
    rows = comtrade_fossil.read(mirror)
    assert set(rows["supplier"]) == {"RUS"}
    assert not set(rows["importer"]) & comtrade_fossil.NO_STATES
    assert {"CHN", "DEU", "KOR", "CZE"} <= set(rows["importer"])


@pytest.mark.mirror
def test_successor_states_have_no_balance_before_they_exist(balances):
    first = balances.groupby("actor")["year"].min()
    assert (first["RUS"], first["KAZ"], first["CZE"]) == (1992, 1992, 1993)
    assert (first["DEU"], first["EU27"]) == (1991, 1991)
    assert balances[balances["actor"] == "SUN"]["year"].max() == 1984
    assert (balances["primary_ej"] > 0).all()


@pytest.mark.mirror
def test_unlisted_production_is_missing_with_the_rest_of_its_region(balances):
    of_2022 = balances[balances["year"] == 2022].set_index("actor")
    assert pd.isna(of_2022.loc["DEU", "oil_made_mt"])
    assert of_2022.loc["DEU", "oil_made_mt_rest"] == pytest.approx(11.5969, abs=1e-4)
    assert of_2022.loc["RUS", "oil_made_mt"] == pytest.approx(548.5169, abs=1e-4)
    assert of_2022.loc["RUS", "oil_made_mt_rest"] == 0


@pytest.mark.mirror
def test_an_unlisted_flow_is_zero_only_where_the_rest_of_the_region_is(gas_trade):
    flow = gas_trade.set_index(["year", "exporter", "importer"])["bcm"]
    assert flow[2020, "RUS", "CHN"] == pytest.approx(6.9239 + 3.8812, abs=1e-4)
    assert flow[2020, "RUS", "JPN"] == pytest.approx(8.3663, abs=1e-4)
    assert flow[2020, "IRN", "DEU"] == 0
    assert pd.isna(flow[2020, "RUS", "DEU"])
    assert pd.isna(flow[2022, "RUS", "DEU"])
    assert pd.isna(flow[2020, "CAN", "all"])
    assert flow[2022, "RUS", "EU"] == pytest.approx(
        61.4774 + 2.9044 + 7.4312 + 5.0419 + 3.4098, abs=1e-3
    )
