"""A power's weight in a region: the mean of its states' figures, computed one by one."""

import numpy as np
import pandas as pd
import pytest

from tripolar.actors import members_in_year
from tripolar.actors.blocs import regions
from tripolar.measures import MEASURES
from tripolar.measures.declared.regional import COMPONENTS
from tripolar.nothing import Nothing
from tripolar.panel.regional import regional_figures
from tripolar.sources import cow_trade

REGION = "CENTRAL-ASIA"
YEARS = (2004, 2014)
POWERS = ("RUS", "CHN")
SAME_MEAN = 1e-12
"""A mean of at most five numbers, added up in another order."""
WHOLE_MILLIONS = 1e-9
"""Sums of whole millions are exact; only quotients round."""
STATES = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
"""The five, by their own accession to the state system."""


class Toy:
    """Stands for an atlas that has a few figures."""

    def __init__(self, directed=True, **figures):
        self.directed = directed
        self.rows = {name.replace("_", "-"): rows for name, rows in figures.items()}

    def measure(self, name):
        return MEASURES["trade-share" if self.directed else "pact-defence"]

    def figures(self, name, a, b, *, first, last):
        columns = ["a", "b", "year", "value"]
        frame = pd.DataFrame(self.rows[name], columns=columns)
        if b is not None:
            frame = frame[(frame["a"] == b) | (frame["b"] == b)]
        return frame[frame["year"].between(first, last)]


def of(toy, name, power="RUS", region=REGION, years=YEARS):
    found = regional_figures(toy, MEASURES[name], power, region, years)
    assert list(found.columns) == ["a", "b", "year", "value", "n", "low", "high"]
    assert found[["low", "high"]].isna().all(axis=None)
    return {(row.a, row.b, row.year): (row.value, row.n) for row in found.itertuples()}


def test_the_region_has_the_states_it_should():
    assert sorted(members_in_year(REGION, 2004)) == STATES
    assert REGION in regions()


def test_a_weight_is_the_mean_of_the_states_that_have_a_figure():
    toy = Toy(
        trade_share=[
            *[("KAZ", "RUS", 2004, 0.2), ("UZB", "RUS", 2004, 0.4), ("KAZ", "RUS", 2014, 0.1)],
            *[("DEU", "RUS", 2004, 0.9), ("KAZ", "CHN", 2004, 0.7), ("RUS", "KAZ", 2004, 0.8)],
        ]
    )
    found = of(toy, "regional-economic-weight")
    assert found == {
        ("RUS", REGION, 2004): (pytest.approx(0.3), 2),
        ("RUS", REGION, 2014): (pytest.approx(0.1), 1),
    }


def test_a_weight_of_two_parts_needs_both_and_counts_the_fewer_states():
    toy = Toy(
        arms_import_share=[("KAZ", "RUS", 2004, 1.0), ("KAZ", "RUS", 2014, 0.6)],
        pact_defence=[("KAZ", "RUS", 2004, 1.0), ("UZB", "RUS", 2004, 0.0)],
    )
    assert of(toy, "regional-security-weight") == {
        ("RUS", REGION, 2004): (pytest.approx((1.0 + 0.5) / 2), 1)
    }
    assert set(of(toy, "regional-arms-weight")) == {
        ("RUS", REGION, 2004),
        ("RUS", REGION, 2014),
    }


def test_of_an_undirected_part_every_power_has_its_weight_whichever_side_it_is_stored_on():
    rows = [("CHN", "KAZ", 2004, 0.5), ("KAZ", "RUS", 2004, 0.7), ("KGZ", "RUS", 2004, 0.9)]
    toy = Toy(directed=False, un_agreement=rows)
    found = of(toy, "regional-vote-agreement", power=None, region=None)
    assert found[("CHN", REGION, 2004)] == (0.5, 1)
    assert found[("RUS", REGION, 2004)] == (pytest.approx(0.8), 2)


def test_no_member_of_the_region_weighs_in_it():
    toy = Toy(trade_share=[("KAZ", "UZB", 2004, 0.1), ("KAZ", "RUS", 2004, 0.2)])
    assert of(toy, "regional-economic-weight", power="UZB") == {}
    assert set(of(toy, "regional-economic-weight", power=None)) == {("RUS", REGION, 2004)}


def test_without_a_figure_of_a_state_there_is_none():
    assert of(Toy(trade_share=[]), "regional-economic-weight") == {}
    assert of(Toy(trade_share=[("DEU", "RUS", 2004, 0.2)]), "regional-economic-weight") == {}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("name", COMPONENTS)
def test_a_weight_is_the_mean_of_the_figures_asked_one_by_one(name, power, year, world):
    means, counts = [], []
    for part in COMPONENTS[name]:
        asked = (
            world.figures(part, state, power, first=year, last=year).table() for state in STATES
        )
        values = [value for table in asked for value in table["value"]]
        means.append(np.mean(values))
        counts.append(len(values))
    row = world.figures(name, power, REGION, first=year, last=year).table().iloc[0]
    assert row["value"] == pytest.approx(np.mean(means), abs=SAME_MEAN)
    assert row["n"] == min(counts) > 0


@pytest.mark.mirror
@pytest.mark.parametrize("year", YEARS)
def test_economic_weight_is_recounted_from_the_flows(year, world, mirror):
    flows = cow_trade.read(mirror)
    of_year = flows[(flows["year"] == year) & flows["usd_mn"].notna()]
    for power in POWERS:
        shares = []
        for state in STATES:
            mine = of_year[(of_year["exporter"] == state) | (of_year["importer"] == state)]
            with_power = mine[(mine["exporter"] == power) | (mine["importer"] == power)]
            shares.append(with_power["usd_mn"].sum() / mine["usd_mn"].sum())
        found = world.figures("regional-economic-weight", power, REGION, first=year, last=year)
        assert found.table()["value"].item() == pytest.approx(
            sum(shares) / len(shares), rel=WHOLE_MILLIONS
        )


@pytest.mark.parametrize("name", COMPONENTS)
def test_weights_lie_in_their_range_and_count_no_more_states_than_there_are(name, world):
    frame = world.figures(name).table()
    assert len(frame) > 1000
    assert frame["value"].between(MEASURES[name].low, MEASURES[name].high).all()
    assert set(frame["b"]) == set(regions())
    for row in frame.sample(50, random_state=1).itertuples():
        members = members_in_year(row.b, row.year)
        assert 1 <= row.n <= len(members)
        assert row.a not in members


def test_a_member_of_the_region_gets_a_blank_that_says_so(world):
    found = world.figures("regional-economic-weight", "KAZ", REGION, first=2004, last=2004)
    (blank,) = found.blanks
    assert blank.kind is Nothing.NOT_A_MEMBER
    assert "KAZ" in blank.reason


def test_years_that_a_part_does_not_cover_are_outside_coverage(world):
    found = world.figures("regional-economic-weight", "RUS", REGION, first=2014, last=2016)
    assert found.table()["year"].tolist() == [2014]
    assert {blank.kind for blank in found.blanks} == {Nothing.OUTSIDE_COVERAGE}
    alone = world.figures("regional-economic-weight", "RUS", REGION, first=2016, last=2017)
    assert len(alone) == 0
