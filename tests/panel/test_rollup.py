"""From states to actors: sums recounted by plain loops over the members of the year."""

import math

import pandas as pd
import pytest

from tripolar.panel import rollup, spine

YEAR = 1995
FLOWS = [
    ("DEU", "FRA", 100.0),
    ("FRA", "DEU", 50.0),
    ("DEU", "RUS", 30.0),
    ("FRA", "RUS", 20.0),
    ("RUS", "DEU", 7.0),
    ("RUS", "CHN", 5.0),
    ("KAZ", "RUS", 3.0),
    ("UZB", "RUS", None),
]


@pytest.fixture(scope="module")
def flows():
    return pd.DataFrame(FLOWS, columns=["a", "b", "usd"]).assign(year=YEAR)


def recount(a, b):
    """Sum of the flows of a's members to b's, by hand; None where there is none with a value."""
    mine, theirs = (spine.blocs_in(YEAR).get(actor, {actor}) for actor in (a, b))
    known = [usd for x, y, usd in FLOWS if x in mine and y in theirs and usd is not None]
    return sum(known) if known else None


def test_flows_of_blocs_are_the_sums_of_their_members_and_leave_out_what_stays_inside(flows):
    found = rollup.flows_between(flows, ["usd"]).set_index(["a", "b"])
    for a, b in [
        ("EU", "RUS"),
        ("RUS", "EU"),
        ("DEU", "RUS"),
        ("CENTRAL-ASIA", "RUS"),
        ("G7", "RUS"),
    ]:
        assert found.loc[(a, b), "usd"] == recount(a, b)
    assert found.loc[("EU", "RUS"), "usd"] == 50.0
    assert found.loc[("EU", "RUS"), "n"] == 2


def test_a_pair_that_shares_a_state_is_no_pair(flows):
    found = rollup.flows_between(flows, ["usd"])
    pairs = set(zip(found["a"], found["b"], strict=True))
    assert ("EU", "DEU") not in pairs
    assert ("EU", "G7") not in pairs
    assert not spine.share_a_state(found).any()


def test_a_sum_of_nothing_but_missing_values_is_missing(flows):
    found = rollup.flows_between(flows, ["usd"]).set_index(["a", "b"])
    assert math.isnan(found.loc[("UZB", "RUS"), "usd"])
    assert found.loc[("CENTRAL-ASIA", "RUS"), "usd"] == 3.0


@pytest.mark.parametrize(("actor", "sent", "received"), [("EU", 50.0, 7.0), ("RUS", 12.0, 53.0)])
def test_totals_are_with_all_states_outside_the_actor(flows, actor, sent, received):
    for side, expected in (("a", sent), ("b", received)):
        found = rollup.totals_with_all(flows, ["usd"], side).set_index("actor")
        assert found.loc[actor, "usd"] == expected


def test_a_partner_that_is_no_state_counts_in_a_total():
    flows = pd.DataFrame(
        {"year": [YEAR] * 2, "a": ["RUS", "RUS"], "b": ["CHN", "unknown"], "t": 1.0}
    )
    assert rollup.totals_with_all(flows, ["t"], "a").set_index("actor").loc["RUS", "t"] == 2.0


def test_a_bloc_has_the_sum_of_its_members_or_none():
    held = sorted(spine.blocs_in(YEAR)["CENTRAL-ASIA"])
    values = pd.DataFrame({"year": YEAR, "state": held, "x": range(1, len(held) + 1)})
    sums = rollup.sums_of_members(values, "x").set_index("actor")
    assert sums.loc["CENTRAL-ASIA", "x"] == sum(range(1, len(held) + 1))
    assert sums.loc["CENTRAL-ASIA", "n"] == len(held)
    lacking = rollup.sums_of_members(values.iloc[1:], "x").set_index("actor")
    assert math.isnan(lacking.loc["CENTRAL-ASIA", "x"])
    means = rollup.means_of_members(values.iloc[1:], "x").set_index("actor")
    assert means.loc["CENTRAL-ASIA", "x"] == pytest.approx(values["x"].iloc[1:].mean())


def test_every_pair_once_and_none_that_shares_a_state():
    actors = ["CHN", "DEU", "EU", "RUS"]
    values = pd.DataFrame({"year": YEAR, "actor": actors, "x": [1.0, 2.0, 3.0, 4.0]})
    (pairs,) = rollup.pairs_of(values)
    found = {(row.a, row.b): (row.x_a, row.x_b) for row in pairs.itertuples()}
    assert found == {
        ("CHN", "DEU"): (1.0, 2.0),
        ("CHN", "EU"): (1.0, 3.0),
        ("CHN", "RUS"): (1.0, 4.0),
        ("DEU", "RUS"): (2.0, 4.0),
        ("EU", "RUS"): (3.0, 4.0),
    }
