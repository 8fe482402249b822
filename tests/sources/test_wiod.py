"""The input-output tables as read: outside totals, balance, Romania, flows below nought."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tripolar.actors.states import states
from tripolar.errors import NewOddity
from tripolar.panel.spine import blocs_in
from tripolar.sources import source, wiod

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "value_chains.toml").read_text(encoding="utf-8")
)
ONE_DECIMAL = 0.05
WHOLE = 1.0
"""USD billion: half a unit of one decimal; a whole one where the catalogue may have cut it off."""


@pytest.fixture(scope="module")
def flows(mirror):
    return wiod.read(mirror)


@pytest.fixture(scope="module")
def table(mirror):
    return wiod.read_table(mirror, 2011)


def goods_bn(flows, exporter, importers, year):
    chosen = flows[
        (flows["year"] == year)
        & (flows["exporter"] == exporter)
        & flows["importer"].isin(importers)
        & flows["industry"].isin(wiod.GOODS)
    ]
    return chosen["usd_mn"].sum() / 1e3


@pytest.mark.mirror
@pytest.mark.parametrize(
    "row", REFERENCE["goods"]["flows"], ids=lambda r: f"{r['exporter']}-{r['year']}"
)
def test_goods_run_from_exporter_to_importer(flows, row):
    seen = goods_bn(flows, row["exporter"], row["importers"], row["year"])
    assert seen == pytest.approx(row["usd_bn"], abs=WHOLE if row["usd_bn"] > 100 else ONE_DECIMAL)


@pytest.mark.mirror
def test_goods_to_the_eu_are_those_to_its_members_of_the_year(flows):
    row = REFERENCE["goods"]["to_the_eu"]
    members = blocs_in(row["year"])["EU"]
    assert len(members) == 27
    seen = goods_bn(flows, row["exporter"], members, row["year"])
    assert seen == pytest.approx(row["usd_bn"], abs=WHOLE)
    today = goods_bn(flows, row["exporter"], blocs_in(row["year"])["EU27"], row["year"])
    assert abs(today - row["usd_bn"]) > WHOLE


@pytest.mark.mirror
def test_economies_are_states_and_the_rest_of_the_world(flows, table):
    for names in (set(flows["exporter"]), set(flows["importer"]), set(table.economies)):
        assert names - {wiod.REST_OF_WORLD} <= states().keys()
        assert len(names) == 41
        assert "ROU" in names
        assert "ROM" not in names


@pytest.mark.mirror
def test_the_table_and_the_flows_by_industry_are_the_same_trade(flows, table):
    count = len(table.economies)
    used = table.inputs.reshape(len(table.output), count, -1).sum(axis=2) + table.final
    exporter, importer = (table.economies.index(name) for name in ("RUS", "CHN"))
    rows = used[exporter * wiod.INDUSTRIES : (exporter + 1) * wiod.INDUSTRIES, importer]
    held = flows[
        (flows["year"] == 2011) & (flows["exporter"] == "RUS") & (flows["importer"] == "CHN")
    ].sort_values("industry")
    assert held["usd_mn"].tolist() == rows.tolist()


@pytest.mark.mirror
def test_rows_balance_to_their_rounding(table):
    used = table.inputs.sum(axis=1) + table.final.sum(axis=1)
    assert np.abs(used - table.output).max() <= REFERENCE["row_balance"]["usd_mn"]


@pytest.mark.mirror
def test_flows_below_nought_are_nil(flows, mirror):
    raw = pd.read_parquet(source(wiod.NAME).path("bilateral", mirror))
    used = raw["intermediate"] + raw["final"]
    below = raw[(used < 0) & (raw["exporter"] != raw["importer"])]
    assert len(below) > 0
    assert set(below["importer"]) == {"RoW"}
    assert (flows["usd_mn"] >= 0).all()
    greek = flows[
        (flows["exporter"] == "GRC")
        & (flows["importer"] == wiod.REST_OF_WORLD)
        & (flows["year"] == 2008)
        & (flows["industry"] == 2)
    ]
    assert greek["usd_mn"].item() == 0


def test_an_economy_that_nobody_knows_stops_the_reading():
    with pytest.raises(NewOddity, match="XYZ"):
        wiod._keys(["RUS", "RoW", "XYZ"])
