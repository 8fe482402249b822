"""Shares and reconciled flows: a second computation, what the file lacks, Belgium-Luxembourg."""

import math

import numpy as np
import pandas as pd
import pytest

from tripolar.actors.blocs import blocs, members_in_year
from tripolar.measures import mirror_trade
from tripolar.panel.families import comtrade as family
from tripolar.panel.spine import blocs_in
from tripolar.sources import comtrade, cow_trade, source

EXACT = 1e-9
FREIGHT = (1.02, 1.15)
"""Where the margin of importers' over exporters' reports is found in the literature on CIF/FOB."""
NO_PARTNER = ["UNS", "SPE", "BUN", "FRE"]


@pytest.fixture(scope="module")
def compiled(mirror):
    return family.compile_figures(mirror, 1990).figures


@pytest.fixture(scope="module")
def raw(mirror):
    table = pd.read_parquet(
        source(comtrade.NAME).path("trade", mirror), columns=["exp", "imp", "time", "export"]
    )
    return table.astype({"exp": str, "imp": str})


def figure(figures, measure, a, b, year):
    found = figures[
        (figures["measure"] == measure)
        & (figures["a"] == a)
        & (figures["b"] == b)
        & (figures["year"] == year)
    ]
    return found.iloc[0] if len(found) else None


@pytest.mark.mirror
@pytest.mark.parametrize(("a", "b", "year"), [("RUS", "CHN", 2012), ("CHN", "USA", 2016)])
def test_share_as_counted_from_the_file(compiled, raw, a, b, year):
    mine = raw[(raw["exp"] == a) & (raw["time"] == year)]
    untold = mine.loc[mine["imp"].isin(NO_PARTNER), "export"].sum()
    total = mine["export"].sum() - untold
    sent = mine.loc[mine["imp"] == b, "export"].item()
    seen = figure(compiled, "trade-export-share", a, b, year)
    assert seen["value"] == pytest.approx(sent / total, rel=EXACT)
    assert seen["low"] == pytest.approx(sent / (total + untold), rel=EXACT)
    assert seen["high"] == pytest.approx((sent + untold) / (total + untold), rel=EXACT)


@pytest.mark.mirror
def test_unspecified_partners_do_not_move_a_share(compiled, raw):
    """With them in the denominator Russia's share to China in 2012 would be 0.067, not 0.076."""
    mine = raw[(raw["exp"] == "RUS") & (raw["time"] == 2012)]
    wrong = mine.loc[mine["imp"] == "CHN", "export"].item() / mine["export"].sum()
    seen = figure(compiled, "trade-export-share", "RUS", "CHN", 2012)["value"]
    assert seen > 1.1 * wrong


@pytest.mark.mirror
def test_belgium_and_luxembourg_are_in_the_eu_and_no_actors(compiled, raw):
    members = {"ROM" if name == "ROU" else name for name in blocs_in(2012)["EU"]} | {"BLX"}
    mine = raw[(raw["exp"] == "RUS") & (raw["time"] == 2012) & ~raw["imp"].isin(NO_PARTNER)]
    sent = mine.loc[mine["imp"].isin(members), "export"].sum()
    seen = figure(compiled, "trade-export-share", "RUS", "EU", 2012)["value"]
    assert seen == pytest.approx(sent / mine["export"].sum(), rel=EXACT)
    assert (mine["imp"] == "BLX").any()
    assert not (set(compiled["a"]) | set(compiled["b"])) & {"BEL", "LUX", "BLX"}


def test_every_bloc_with_belgium_has_luxembourg():
    for key in blocs():
        for year in range(family.FIRST, 2017):
            held = members_in_year(key, year)
            assert ("BEL" in held) == ("LUX" in held)


@pytest.mark.mirror
def test_flows_that_the_file_leaves_out_make_no_share(compiled):
    """It has no row of Poland's exports to Germany in 1996, 78% of Poland's exports all in all."""
    for a, b, year in (("POL", "DEU", 1996), ("POL", "CHN", 1996), ("RUS", "CHN", 1996)):
        assert figure(compiled, "trade-export-share", a, b, year) is None
    assert figure(compiled, "trade-export-share", "POL", "DEU", 2004) is not None
    assert figure(compiled, "trade-export-share", "CHN", "CHE", 2012) is None


@pytest.mark.mirror
def test_a_nought_that_the_importer_contradicts_is_missing(compiled, raw):
    """Russia to Belarus is 0 in the file in 2008; Belarus reports billions."""
    noughts = raw[(raw["exp"] == "RUS") & (raw["imp"] == "BLR") & (raw["export"] == 0)]
    assert 2008 in set(noughts["time"])
    assert figure(compiled, "trade-export-share", "RUS", "BLR", 2008) is None
    assert figure(compiled, "trade-export-share", "RUS", "BLR", 2012)["value"] > 0


@pytest.mark.mirror
def test_a_nought_that_nobody_contradicts_stays(compiled):
    shares = compiled[compiled["measure"] == "trade-export-share"]
    assert (shares["value"] == 0).any()


@pytest.mark.mirror
def test_bands_hold_the_figure(compiled):
    slack = 1e-12 * compiled["value"].abs()
    assert (compiled["low"] <= compiled["value"] + slack).all()
    assert (compiled["value"] <= compiled["high"] + slack).all()


@pytest.mark.mirror
def test_the_gap_sets_the_importers_report_over_the_exporters(compiled, raw, mirror):
    cow = cow_trade.read(mirror)
    bought = cow[(cow["exporter"] == "RUS") & (cow["importer"] == "CHN") & (cow["year"] == 2012)]
    sold = raw[(raw["exp"] == "RUS") & (raw["imp"] == "CHN") & (raw["time"] == 2012)]
    expected = math.log(bought["usd_mn"].item() / (sold["export"].item() / 1e6))
    seen = figure(compiled, "trade-mirror-gap", "RUS", "CHN", 2012)["value"]
    assert seen == pytest.approx(expected, rel=EXACT)
    assert seen > 0


@pytest.mark.mirror
def test_gaps_are_of_years_that_both_sources_have(compiled):
    gaps = compiled[compiled["measure"] != "trade-export-share"]
    assert set(gaps["year"]) == {1992, 1996, 2000, 2004, 2008, 2012}
    assert np.isfinite(gaps["value"]).all()


@pytest.mark.mirror
def test_two_sides_of_2009_are_brought_together(mirror):
    flows = comtrade.read_both_sides(mirror)
    exporter, importer = flows["exporter_usd_mn"].to_numpy(), flows["importer_usd_mn"].to_numpy()
    factor = mirror_trade.margin(exporter, importer, family.SIZEABLE)
    assert FREIGHT[0] < factor < FREIGHT[1]
    made = mirror_trade.reconcile(exporter, importer, factor)
    row = flows[(flows["exporter"] == "RUS") & (flows["importer"] == "CHN")].index[0]
    assert exporter[row] == made.low[row]
    assert made.low[row] < made.flow[row] < made.high[row] < importer[row]
    one_side = np.isnan(exporter) | np.isnan(importer)
    assert one_side.any()
    assert np.isnan(made.flow[one_side]).all()


def test_a_build_that_starts_after_the_source_has_no_figure(tmp_path):
    assert family.compile_figures(tmp_path, 2030).figures.empty
