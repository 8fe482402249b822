"""Influence: its formula on rows computed by hand, and rebuilt from the other measures' figures."""

import math

import pandas as pd
import pytest

from tripolar.nothing import Nothing
from tripolar.panel.families.influence import influence_of

ROUNDED = 6e-4
"""Bandwidth and dependence are stored with three decimals, and so are some of their parts."""
PARTS = {
    **{"year": 2010, "usd_mn": 99.0, "shared": 40, "pact": 0.0},
    **{f"{name}_{side}": 0.0 for name in ("trade", "gdp", "arms") for side in "ab"},
}
PACTS = {"pact-defence": 1, "pact-nonaggression": 2 / 3, "pact-consultation": 1 / 3}
PAIRS = [("RUS", "CHN"), ("RUS", "KAZ"), ("USA", "CHN"), ("EU", "RUS"), ("FRA", "GBR")]


def ties(*rows):
    """Rows of ties; what is not given is nothing at all."""
    return pd.DataFrame([{**PARTS, **row} for row in rows])


def test_every_channel_of_the_widest_tie_makes_a_bandwidth_of_one():
    (row,) = influence_of(
        ties({"a": "CHN", "b": "RUS", "pact": 1.0, "arms_a": 1.0, "arms_b": 1.0})
    ).to_dict("records")
    assert row["bandwidth"] == 1.0


def test_each_channel_is_a_third_of_the_bandwidth():
    widest = {"a": "CHN", "b": "USA", "usd_mn": 9999.0, "shared": 80}
    nothing = {"usd_mn": 0.0, "shared": 0}
    rows = [
        widest,
        {"a": "A", "b": "B", **nothing, "usd_mn": 99.0},
        {"a": "A", "b": "C", **nothing, "shared": 20},
        {"a": "A", "b": "D", **nothing, "pact": 2 / 3},
        {"a": "A", "b": "E", **nothing, "arms_a": 0.6, "arms_b": 0.2},
    ]
    found = influence_of(ties(*rows)).set_index("b")["bandwidth"]
    assert found["USA"] == pytest.approx(2 / 3, abs=ROUNDED)
    assert found["B"] == pytest.approx(0.5 / 3, abs=ROUNDED)  # log 100 is half of log 10,000
    assert found["C"] == pytest.approx(0.25 / 3, abs=ROUNDED)
    assert found["D"] == pytest.approx(1 / 3 / 3, abs=ROUNDED)
    assert found["E"] == pytest.approx(0.2 / 3, abs=ROUNDED)


def test_dependence_is_half_trade_and_half_arms_and_influence_is_over_the_other():
    row = {
        **{"a": "KAZ", "b": "RUS", "pact": 1.0},
        **{"trade_a": 0.3, "gdp_a": 0.1, "arms_a": 0.8},
        **{"trade_b": 0.05, "gdp_b": 0.01, "arms_b": 0.0},
    }
    found = influence_of(ties(row)).iloc[0]
    bandwidth = (1 + 1 + (1 + 0.4) / 2) / 3
    assert found["bandwidth"] == pytest.approx(bandwidth, abs=ROUNDED)
    assert found["dependence_a"] == pytest.approx((0.2 + 0.8) / 2, abs=ROUNDED)
    assert found["dependence_b"] == pytest.approx(0.03 / 2, abs=ROUNDED)
    assert found["influence_a"] == pytest.approx(bandwidth * 0.015, abs=5e-5)
    assert found["influence_b"] == pytest.approx(bandwidth * 0.5, abs=5e-5)


def test_trade_beyond_a_whole_product_counts_as_all_of_it():
    row = {"a": "CHN", "b": "LBR", "trade_b": 0.5, "gdp_b": 3.7}
    assert influence_of(ties(row)).iloc[0]["dependence_b"] == pytest.approx(0.375)


def test_the_scale_is_that_of_two_states_of_the_year_and_a_bloc_stops_at_it():
    rows = [
        {"a": "CHN", "b": "USA", "usd_mn": 99.0, "shared": 40},
        {"a": "EU", "b": "USA", "usd_mn": 9999.0, "shared": 55.5},
        {"a": "CHN", "b": "USA", "usd_mn": 9.0, "shared": 20, "year": 2011},
        {"a": "CHN", "b": "RUS", "usd_mn": 0.0, "shared": 10, "year": 2011},
    ]
    found = influence_of(ties(*rows))["bandwidth"].tolist()
    assert found == pytest.approx([2 / 3, 2 / 3, 2 / 3, 0.5 / 3], abs=ROUNDED)


@pytest.fixture(scope="module")
def figure(world):
    """The figure of a pair in a year, None where there is none."""

    def read(name, a, b, year):
        table = world.atlas.figures(name, a, b, first=year, last=year)
        return table["value"].item() if len(table) else None

    return read


@pytest.fixture(scope="module")
def most(world):
    """The largest figure of two states in a year."""

    def read(name, year):
        return world.atlas.distribution(name, year).max()

    return read


def dependence(figure, a, b, year):
    trade = (figure("trade-share", a, b, year) + min(figure("trade-gdp", a, b, year), 1)) / 2
    return (trade + (figure("arms-import-share", a, b, year) or 0.0)) / 2


def bandwidth(figure, most, a, b, year):
    trade = math.log1p(figure("trade-value", a, b, year)) / math.log1p(most("trade-value", year))
    shared = figure("igo-memberships", a, b, year) / most("igo-memberships", year)
    pact = max(figure(name, a, b, year) * level for name, level in PACTS.items())
    arms = sum(figure("arms-import-share", *way, year) or 0.0 for way in ((a, b), (b, a)))
    return (min(trade, 1) + min(shared, 1) + (pact + arms / 2) / 2) / 3


@pytest.mark.parametrize("year", [2004, 2014])
@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_figures_are_those_of_their_parts(a, b, year, figure, most):
    wide = bandwidth(figure, most, a, b, year)
    assert figure("influence-bandwidth", a, b, year) == pytest.approx(wide, abs=ROUNDED)
    for one, other in ((a, b), (b, a)):
        on_other = dependence(figure, one, other, year)
        assert figure("influence-dependence", one, other, year) == pytest.approx(
            on_other, abs=ROUNDED
        )
        assert figure("influence", other, one, year) == pytest.approx(wide * on_other, abs=ROUNDED)


@pytest.mark.parametrize("name", ["influence-bandwidth", "influence-dependence", "influence"])
def test_all_figures_lie_between_nothing_and_all(name, world):
    values = world.atlas.figures(name, first=2010, last=2010)["value"]
    assert len(values) > 10_000
    assert values.between(0, 1).all()
    assert values.max() > 0.1


def test_a_state_without_a_product_has_no_influence_figure_and_the_reason_says_what_lacks(world):
    found = world.figures("influence", "CHN", "PRK", first=2010, last=2010)
    (blank,) = found.blanks
    assert blank.kind is Nothing.MISSING
    assert "product" in blank.reason


def test_no_bloc_has_a_figure_with_its_members(world):
    frame = world.atlas.figures("influence", "DEU", first=2010, last=2010)
    assert {"EU", "NATO"}.isdisjoint(frame["b"])
    assert {"CENTRAL-ASIA", "ASEAN"} <= set(frame["b"])
