"""Exporters' reports and the reports of both sides as read: codes, territories, outside values."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.errors import NewOddity
from tripolar.sources import comtrade, source

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "comtrade.toml").read_text(encoding="utf-8")
)
ONE_DECIMAL = 0.05
TWO_DECIMALS = 0.005
"""Half a unit of the last figure printed."""
EXACT = 1e-9
FILE_TO_MILLION = 1e6


@pytest.fixture(scope="module")
def exports(mirror):
    return comtrade.read(mirror)


@pytest.fixture(scope="module")
def both(mirror):
    return comtrade.read_both_sides(mirror)


def flow_bn(exports, exporter, importer, year):
    rows = exports[
        (exports["year"] == year)
        & (exports["exporter"] == exporter)
        & (exports["importer"] == importer)
    ]
    return rows["usd_mn"].item() / 1e3


@pytest.mark.mirror
@pytest.mark.parametrize(("year", "bn"), REFERENCE["exports"]["russia_to_china"].items())
def test_exports_of_russia_to_china(exports, year, bn):
    assert flow_bn(exports, "RUS", "CHN", int(year)) == pytest.approx(bn, abs=ONE_DECIMAL)


@pytest.mark.mirror
def test_exports_of_china_to_the_united_states(exports):
    seen = flow_bn(exports, "CHN", "USA", 2016)
    assert seen == pytest.approx(REFERENCE["exports"]["china_to_usa_2016"], abs=ONE_DECIMAL)


@pytest.mark.mirror
@pytest.mark.parametrize(("year", "bn"), REFERENCE["unspecified"]["russia"].items())
def test_unspecified_partners_stay_apart_from_states(exports, year, bn):
    assert flow_bn(exports, "RUS", "UNS", int(year)) == pytest.approx(bn, abs=ONE_DECIMAL)
    assert "UNS" in comtrade.NOBODY


@pytest.mark.mirror
def test_old_codes_are_read_as_the_state_of_the_year(exports):
    assert not (set(exports["exporter"]) | set(exports["importer"])) & comtrade.OLD_CODES.keys()
    assert {"ROU", "MNE", "COD"} <= set(exports["exporter"])
    serbian = exports[exports["exporter"].isin(["SRB", "SCG"])]
    assert set(serbian.loc[serbian["year"] < 2006, "exporter"]) == {"SCG"}
    assert set(serbian.loc[serbian["year"] > 2006, "exporter"]) == {"SRB"}
    bought = exports[exports["importer"].isin(["SUN", "RUS"])]
    assert set(bought.loc[bought["year"] < 1992, "importer"]) == {"SUN"}
    assert set(bought.loc[bought["year"] >= 1992, "importer"]) == {"RUS"}
    vietnams = exports.loc[exports["importer"].isin(["VNM", "RVN"]) & (exports["year"] == 1968)]
    larger = vietnams.groupby("importer")["usd_mn"].sum()
    assert larger["RVN"] > larger["VNM"]


@pytest.mark.mirror
def test_belgium_and_luxembourg_are_one_partner(exports):
    names = set(exports["exporter"]) | set(exports["importer"])
    assert comtrade.BELGIUM_LUXEMBOURG in names
    assert not names & {"BEL", "LUX"}


@pytest.mark.mirror
def test_territories_buy_and_do_not_sell(exports):
    assert "HKG" in set(exports["importer"])
    assert "HKG" not in set(exports["exporter"])
    colony = exports[(exports["importer"] == "AGO") & (exports["year"] == 1972)]
    assert colony["usd_mn"].sum() > 0
    assert "AGO" not in set(exports.loc[exports["year"] == 1972, "exporter"])


@pytest.mark.mirror
def test_no_flow_of_a_state_is_lost(exports, mirror):
    raw = pd.read_parquet(source(comtrade.NAME).path("trade", mirror))
    of_2016 = raw[(raw["time"] == 2016) & ~raw["exp"].isin(comtrade.TERRITORIES - {"BLX"})]
    seen = exports.loc[exports["year"] == 2016, "usd_mn"].sum()
    assert seen == pytest.approx(of_2016["export"].sum() / FILE_TO_MILLION, rel=EXACT)
    world = raw.loc[raw["time"] == 2016, "export"].sum() / 1e12
    known = REFERENCE["exports"]["world_2016_trillion"]
    assert world == pytest.approx(known, abs=ONE_DECIMAL)
    assert not exports.duplicated(["year", "exporter", "importer"]).any()


@pytest.mark.mirror
def test_both_sides_of_a_flow_by_exporter_and_importer(both):
    def report(exporter, importer, side):
        rows = both[(both["exporter"] == exporter) & (both["importer"] == importer)]
        return rows[f"{side}_usd_mn"].item() / 1e3

    known = REFERENCE["both_sides"]
    seen = report("RUS", "CHN", "exporter")
    assert seen == pytest.approx(known["russia_to_china_by_russia"], abs=TWO_DECIMALS)
    seen = report("CHN", "RUS", "importer")
    assert seen == pytest.approx(known["china_to_russia_by_russia"], abs=ONE_DECIMAL)
    assert report("RUS", "CHN", "importer") != report("RUS", "CHN", "exporter")


@pytest.mark.mirror
def test_totals_and_reimports_are_no_flows(both):
    names = set(both["exporter"]) | set(both["importer"])
    assert not names & {"WLD", "EUN", "UNS", "HKG", "OAS", "ROM"}
    assert {"TWN", "ROU", "NAM"} <= names
    assert (both["exporter"] != both["importer"]).all()


def test_a_code_that_nobody_holds_stops_the_reading():
    rows = pd.DataFrame({"year": [2000], "exporter": ["FRA"], "importer": ["QQQ"]})
    with pytest.raises(NewOddity, match="QQQ"):
        comtrade._translated(rows, comtrade.NAME)
