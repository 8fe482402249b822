"""Trade and product as read: outside values, the missing kept apart from zero, aggregates out."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.actors.states import states
from tripolar.errors import NewOddity
from tripolar.sources import cow_trade, source, worldbank

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "catalogue.toml").read_text(encoding="utf-8")
)
FOUR_FIGURES = 5e-4
THREE_FIGURES = 5e-3
"""Relative rounding of outside numbers printed to four and three figures."""
LEAST_MISSING, MOST_MISSING = 0.0265, 0.0445
"""Share of flows the source gives as missing in a year: 2.7 to 4.4 percent by the catalogue."""
GERMANIES_MEET = 1990
"""In this year two codes lead to one state, so flows are added up and rows are fewer."""


@pytest.fixture(scope="module")
def flows(mirror):
    return cow_trade.read(mirror)


@pytest.fixture(scope="module")
def gdp(mirror):
    return worldbank.read(mirror)


def flow(flows, exporter, importer, year):
    rows = flows[
        (flows["exporter"] == exporter) & (flows["importer"] == importer) & (flows["year"] == year)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.mirror
@pytest.mark.parametrize(
    "row", REFERENCE["trade"]["flows"], ids=lambda r: f"{r['exporter']}-{r['importer']}-{r['year']}"
)
def test_flows_run_from_exporter_to_importer_as_published(flows, row):
    seen = flow(flows, row["exporter"], row["importer"], row["year"])
    assert seen["usd_mn"] == row["usd_mn"]


@pytest.mark.mirror
def test_world_trade_adds_up(flows):
    for year, total in REFERENCE["trade"]["world_trillion"].items():
        seen = flows.loc[flows["year"] == int(year), "usd_mn"].sum() / 1e6
        assert seen == pytest.approx(total, rel=THREE_FIGURES)


@pytest.mark.mirror
def test_missing_is_kept_apart_from_zero(flows, mirror):
    raw = pd.read_parquet(source("cow-trade").path("trade", mirror))
    declared = raw["imports_usd_mn"].isna().groupby(raw["year"]).sum().drop(GERMANIES_MEET)
    missing = flows["usd_mn"].isna() & ~flows["unreported"]
    counted = missing.groupby(flows["year"]).sum().drop(GERMANIES_MEET)
    assert counted.to_dict() == declared.to_dict()
    share = missing.groupby(flows["year"]).mean()
    assert share.between(LEAST_MISSING, MOST_MISSING).all()
    zeros = (raw["imports_usd_mn"] == 0).groupby(raw["year"]).sum()
    kept = (flows["usd_mn"] == 0).groupby(flows["year"]).sum()
    assert kept.loc[1994:].to_dict() == zeros.loc[1994:].to_dict()


@pytest.mark.mirror
def test_zeros_among_the_successors_of_the_ussr_are_missing_in_1992_and_1993(flows):
    inside = flows["exporter"].isin(cow_trade.USSR_SUCCESSORS) & flows["importer"].isin(
        cow_trade.USSR_SUCCESSORS
    )
    early = inside & flows["year"].isin([1992, 1993])
    assert not (flows.loc[early, "usd_mn"] == 0).any()
    assert flows.loc[flows["unreported"], "usd_mn"].isna().all()
    assert (flows.loc[flows["unreported"], "year"].isin([1992, 1993])).all()
    later = inside & (flows["year"] == 1994)
    assert (flows.loc[later, "usd_mn"] == 0).any()
    for year in (1992, 1993):
        seen = flow(flows, "RUS", "UKR", year)
        assert pd.isna(seen["usd_mn"])
        assert seen["unreported"]


@pytest.mark.mirror
def test_a_true_report_of_those_years_stays(flows):
    early = flows[
        flows["exporter"].isin(cow_trade.USSR_SUCCESSORS)
        & flows["importer"].isin(cow_trade.USSR_SUCCESSORS)
        & flows["year"].isin([1992, 1993])
    ]
    assert (early["usd_mn"] > 0).any()


@pytest.mark.mirror
def test_flows_are_unique_and_between_two_states(flows):
    assert not flows.duplicated(["year", "exporter", "importer"]).any()
    assert (flows["exporter"] != flows["importer"]).all()
    assert set(flows["exporter"]) | set(flows["importer"]) <= states().keys()
    assert (flows["usd_mn"].dropna() >= 0).all()


@pytest.mark.mirror
def test_the_ussr_trades_to_1991_and_russia_after(flows):
    assert flows.loc[flows["exporter"] == "SUN", "year"].max() == 1991
    assert flows.loc[flows["exporter"] == "RUS", "year"].min() == 1992


@pytest.mark.mirror
def test_namibia_trades(flows):
    assert (flows.loc[flows["exporter"] == "NAM", "usd_mn"] > 0).any()


def test_a_code_that_no_state_holds_stops_the_reading():
    rows = pd.DataFrame(
        {
            "exporter": ["FRA", None],
            "importer": ["DEU", "DEU"],
            "exporter_cow": [220, 999],
            "importer_cow": [255, 255],
            "year": [2000, 2000],
        }
    )
    with pytest.raises(NewOddity, match="999 in 2000"):
        cow_trade._stop_at_unknown_codes(rows)


@pytest.mark.mirror
@pytest.mark.parametrize("row", REFERENCE["gdp"]["trillion"], ids=lambda r: r["state"])
def test_products_as_published(gdp, row):
    found = gdp[(gdp["state"] == row["state"]) & (gdp["year"] == row["year"])]
    assert found["gdp_usd"].item() / 1e12 == pytest.approx(row["value"], rel=FOUR_FIGURES)


@pytest.mark.mirror
def test_aggregates_are_left_out_and_namibia_is_not(gdp, mirror):
    raw = pd.read_csv(source("worldbank-gdp").path("gdp", mirror), keep_default_na=False)
    assert {"EUU", "WLD"} <= set(raw["Country Code"])
    assert not {"EUU", "WLD", "OED", "EMU", "HIC"} & set(gdp["state"])
    assert set(gdp["state"]) <= states().keys()
    assert "NAM" in set(gdp["state"])
    assert not gdp.duplicated(["state", "year"]).any()
    assert (gdp["gdp_usd"] > 0).all()
