"""Figures of liquidity lines against the raw file, and who is counted."""

import math
from datetime import date

import pandas as pd
import pytest

from tripolar.panel import spine
from tripolar.panel.families import currency
from tripolar.sources import cow_trade, source

LEAST_TRADE, MOST_TRADE = 0.25, 0.27
"""150 billion yuan, 24 to 25 billion dollars, over trade of 93.9 billion in 2014."""


@pytest.fixture(scope="module")
def compiled(mirror):
    return currency.compile_figures(mirror, 1990)


@pytest.fixture(scope="module")
def figures(compiled):
    return compiled.figures


@pytest.fixture(scope="module")
def raw(mirror):
    path = source("liquidity-lines").path("deals", mirror)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig").to_dict(
        "records"
    )


def value(figures, measure, a, b, year):
    rows = figures[
        (figures["measure"] == measure)
        & (figures["a"] == a)
        & (figures["b"] == b)
        & (figures["year"] == year)
    ]
    assert len(rows) <= 1
    return rows["value"].item() if len(rows) else None


def day(text):
    one, two, three = map(int, text.split("/"))
    return date(three, two, one)


@pytest.mark.mirror
def test_lines_between_russia_and_china_by_year(figures):
    for a, b in (("CHN", "RUS"), ("RUS", "CHN")):
        live = [value(figures, "swap-lines-live", a, b, year) for year in range(2013, 2024)]
        assert live == [None] + [1.0] * 9 + [None]
        signed = [
            year for year in range(2000, 2024) if value(figures, "swap-lines-signed", a, b, year)
        ]
        assert signed == [2014, 2017, 2020]


@pytest.mark.mirror
def test_the_line_of_2014_is_a_quarter_of_the_years_trade(figures, mirror):
    flows = cow_trade.read(mirror)
    of_pair = (
        flows["exporter"].isin(["CHN", "RUS"])
        & flows["importer"].isin(["CHN", "RUS"])
        & (flows["year"] == 2014)
    )
    trade = flows.loc[of_pair, "usd_mn"].sum() / 1000
    size = value(figures, "swap-lines-usd", "CHN", "RUS", 2014)
    ratio = value(figures, "swap-lines-trade", "CHN", "RUS", 2014)
    assert ratio == pytest.approx(size / trade)
    assert LEAST_TRADE < ratio < MOST_TRADE


@pytest.mark.mirror
@pytest.mark.parametrize("year", [2001, 2008, 2014, 2019, 2023])
def test_counts_against_the_raw_file(figures, raw, year):
    """A second count: signed by year, and in place for pairs that never renewed a line."""
    codes = spine.states_in(year)
    signed, live, renewed = {}, {}, set()
    for row in raw:
        pair = (row["ISO_source"], row["ISO_recipient"])
        if row["deal_type"] == "pooled fund" or not set(pair) <= codes:
            continue
        if day(row["start_date"]).year == year:
            signed[pair] = signed.get(pair, 0) + 1
        if row["deal_action"] in ("renew", "reactivate"):
            renewed.add(pair)
        if day(row["start_date"]) <= date(year, 12, 31) <= day(row["end_date"]):
            live[pair] = live.get(pair, 0) + 1
    of_states = figures["a"].isin(codes) & figures["b"].isin(codes) & (figures["year"] == year)
    for measure, expected, among in (
        ("swap-lines-signed", signed, set(signed)),
        ("swap-lines-live", live, set(live) - renewed),
    ):
        rows = figures[of_states & (figures["measure"] == measure)]
        seen = {(row.a, row.b): row.value for row in rows.itertuples()}
        assert {pair: seen.get(pair) for pair in among} == {pair: expected[pair] for pair in among}
        assert set(seen) <= set(expected)


@pytest.mark.mirror
def test_pools_are_kept_apart_from_lines(figures):
    assert value(figures, "swap-pools-live", "CHN", "RUS", 2014) == 1
    assert value(figures, "swap-pools-live", "CHN", "RUS", 2013) is None
    assert value(figures, "swap-pools-live", "THA", "LAO", 2019) == 2
    assert value(figures, "swap-lines-live", "THA", "LAO", 2019) is None


@pytest.mark.mirror
def test_an_unlimited_line_has_a_count_and_no_size(figures):
    assert value(figures, "swap-lines-live", "USA", "GBR", 2019) == 1
    assert value(figures, "swap-lines-usd", "USA", "GBR", 2019) is None


@pytest.mark.mirror
def test_a_supplement_adds_to_the_size(figures):
    base, more = (value(figures, "swap-lines-usd", "CHN", "ARG", year) for year in (2017, 2018))
    assert more > 1.5 * base
    assert value(figures, "swap-lines-live", "CHN", "ARG", 2018) == 2


@pytest.mark.mirror
def test_a_bloc_has_its_members_lines_and_one_with_a_euro_state_has_none(figures):
    members = spine.blocs_in(2016)["ASEAN"]
    lines = [value(figures, "swap-lines-live", "CHN", state, 2016) or 0 for state in members]
    assert value(figures, "swap-lines-live", "CHN", "ASEAN", 2016) == sum(lines) > 1
    sides = set(figures["a"]) | set(figures["b"])
    assert not sides & {"EU", "NATO", "DEU", "EA", "HKG", "MAC"}
    assert value(figures, "swap-lines-live", "CHN", "GBR", 2016) == 1


@pytest.mark.mirror
def test_a_state_has_its_own_lines_until_it_joins_the_euro(figures):
    covered = currency.with_own_bank([2013, 2014])
    of = {year: set(rows["actor"]) for year, rows in covered.groupby("year")}
    assert "LVA" in of[2013]
    assert "LVA" not in of[2014]
    assert {"RUS", "CHN", "GBR", "SCO"} <= of[2014]
    assert not of[2014] & {"EU", "G7", "DEU"}


@pytest.mark.mirror
def test_figures_are_of_the_years_covered_and_of_pairs(figures):
    assert figures["year"].between(2000, 2023).all()
    trade = figures[figures["measure"] == "swap-lines-trade"]
    assert trade["year"].max() == 2014
    assert not spine.share_a_state(figures).any()
    assert figures["value"].map(math.isfinite).all()
    assert not figures.duplicated(["measure", "a", "b", "year"]).any()
    assert (figures["value"] > 0).all()
    assert (figures["n"] >= 1).all()


@pytest.mark.mirror
def test_an_earlier_first_year_changes_no_later_figure(figures, mirror):
    later = currency.compile_figures(mirror, 2015).figures
    same = figures[figures["year"] >= 2015].reset_index(drop=True)
    keys = ["measure", "a", "b", "year"]
    pd.testing.assert_frame_equal(
        later.sort_values(keys, ignore_index=True), same.sort_values(keys, ignore_index=True)
    )


@pytest.mark.mirror
def test_what_is_left_out_is_told(compiled):
    told = "\n".join(compiled.report)
    assert "204 with a central bank of no state" in told
    assert "1,561 deals" in told
