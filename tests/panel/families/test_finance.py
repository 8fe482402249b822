"""Figures of China's finance and deals: who is known, sums of blocs, windows of five years."""

import pandas as pd
import pytest

from tripolar.panel import spine
from tripolar.panel.families import finance
from tripolar.sources import cgit, source

EXACT = 1e-9


@pytest.fixture(scope="module")
def compiled(mirror):
    return finance.compile_figures(mirror, 1990)


@pytest.fixture(scope="module")
def figures(compiled):
    return compiled.figures


@pytest.fixture(scope="module")
def raw(mirror):
    table = pd.read_csv(source("aidata-gcdf").path("recipients", mirror))
    return table.assign(usd_mn=table[["oof_adj", "oda_adj", "vof_adj"]].sum(axis=1) / 1e6)


def value(figures, measure, b, year):
    rows = figures[
        (figures["measure"] == measure) & (figures["b"] == b) & (figures["year"] == year)
    ]
    assert len(rows) <= 1
    return rows["value"].item() if len(rows) else None


@pytest.mark.mirror
@pytest.mark.parametrize(("code", "state"), [(365, "RUS"), (705, "KAZ"), (770, "PAK")])
def test_finance_and_its_share_against_the_raw_file(figures, raw, code, state):
    of_state = raw[raw["ccode"] == code].set_index("year")["usd_mn"]
    for year in range(2000, 2022):
        seen = value(figures, "official-finance", state, year)
        assert seen == pytest.approx(of_state.get(year, 0.0), rel=EXACT)
    for year in (2004, 2013, 2021):
        window = range(year - 4, year + 1)
        of_all = raw.loc[raw["year"].isin(window), "usd_mn"].sum()
        part = of_state.reindex(window).fillna(0).sum()
        seen = value(figures, "official-finance-share", state, year)
        assert seen == pytest.approx(part / of_all, rel=EXACT)


@pytest.mark.mirror
def test_only_china_finances(figures):
    assert set(figures["a"]) == {"CHN"}


@pytest.mark.mirror
def test_no_commitment_is_nil_for_who_is_known_and_blank_for_who_is_not(figures):
    assert value(figures, "official-finance", "RUS", 2000) == 0
    for unknown in ("USA", "DEU", "SRB", "EU", "NATO"):
        assert value(figures, "official-finance", unknown, 2013) is None


@pytest.mark.mirror
def test_shares_of_states_add_up_to_all(figures):
    """All but the rows of South Sudan before it was a state."""
    states = spine.states_in(2021)
    shares = figures[(figures["measure"] == "official-finance-share") & figures["b"].isin(states)]
    assert shares.loc[shares["year"] == 2021, "value"].sum() == pytest.approx(1, rel=EXACT)
    assert shares["value"].between(0, 1).all()
    assert shares["year"].min() == 2004


@pytest.mark.mirror
def test_a_new_state_has_a_share_after_five_years(figures):
    assert value(figures, "official-finance-share", "SSD", 2014) is None
    assert value(figures, "official-finance-share", "SSD", 2015) is not None


@pytest.mark.mirror
def test_a_bloc_has_its_members_sum(figures, mirror):
    members = spine.blocs_in(2013)["CENTRAL-ASIA"]
    parts = [value(figures, "official-finance", state, 2013) for state in members]
    assert value(figures, "official-finance", "CENTRAL-ASIA", 2013) == pytest.approx(sum(parts))
    deals = cgit.read(mirror)
    of_eu = deals["host"].isin(spine.blocs_in(2016)["EU"]) & (deals["year"] == 2016)
    assert value(figures, "investment-deals", "EU", 2016) == deals.loc[of_eu, "usd_mn"].sum()


@pytest.mark.mirror
def test_china_is_no_pair_with_its_own_blocs(figures):
    assert not set(figures["b"]) & {"CHN", "SCO", "BRICS"}


@pytest.mark.mirror
def test_deals_by_year_against_the_raw_file(figures, mirror):
    raw = pd.read_csv(
        source("aei-cgit").path("deals", mirror), keep_default_na=False, encoding="utf-8-sig"
    )
    for state, name in (("RUS", "Russian Federation"), ("USA", "USA"), ("CIV", "Ivory Coast")):
        by_year = raw[raw["Country"] == name].groupby("Year")["Quantity in Millions"].sum()
        for year in range(2005, 2018):
            seen = value(figures, "investment-deals", state, year)
            assert seen == by_year.get(year)
        assert value(figures, "investment-deals", state, 2018) is None


@pytest.mark.mirror
def test_silence_on_deals_is_nil_for_china_alone(compiled):
    covered = compiled.covered
    assert set(covered["measure"]) == {"investment-deals"}
    assert set(covered["actor"]) == {"CHN"}
    assert sorted(covered["year"]) == list(range(2005, 2018))


@pytest.mark.mirror
def test_a_later_first_year_keeps_the_windows(figures, mirror):
    later = finance.compile_figures(mirror, 2015).figures
    assert later["year"].min() == 2015
    same = figures[figures["year"] >= 2015].reset_index(drop=True)
    keys = ["measure", "a", "b", "year"]
    pd.testing.assert_frame_equal(
        later.sort_values(keys, ignore_index=True), same.sort_values(keys, ignore_index=True)
    )
