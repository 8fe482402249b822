"""Pairs of actors from pairs of states: against a plain double loop over members."""

import itertools

import numpy as np
import pandas as pd
import pytest

from tripolar.panel import spine
from tripolar.panel.cross_pairs import actors_of, over_cross_pairs

YEAR = 2004
"""Ten states joined the EU on 1 May."""
ROUNDING = 1e-9
"""Sums of a few hundred numbers in another order."""


@pytest.fixture(scope="module")
def pairs():
    """Values of one pair of states in three, the same in every run."""
    draw = np.random.default_rng(1)
    states = sorted(spine.states_in(YEAR))
    rows = [pair for pair in itertools.combinations(states, 2) if draw.random() < 0.3]
    frame = pd.DataFrame(rows, columns=["a", "b"])
    return frame.assign(year=YEAR, value=draw.integers(1, 9, len(rows)).astype(float))


def by_hand(pairs, a, b, listed=None):
    """The values of the cross pairs of two actors, one after the other."""
    value = {frozenset(row[:2]): row[2] for row in pairs[["a", "b", "value"]].itertuples(False)}
    blocs = spine.blocs_in(YEAR)
    found = []
    for one, other in itertools.product(blocs.get(a, {a}), blocs.get(b, {b})):
        key = frozenset({one, other})
        if key in value:
            found.append(value[key])
        elif listed is not None and {one, other} <= listed:
            found.append(0.0)
    return found


STATISTICS = {"mean": np.mean, "sum": np.sum, "largest": np.max}


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("zeros", [False, True], ids=["blank", "zero"])
def test_a_bloc_is_its_cross_pairs(pairs, statistic, zeros):
    states = spine.states_in(YEAR) - {"MCO", "DEU"}
    listed = pd.DataFrame({"year": YEAR, "state": sorted(states)}) if zeros else None
    found = over_cross_pairs(pairs, statistic, listed).set_index(["a", "b"])
    for a, b in (("EU", "RUS"), ("CHN", "EU"), ("ASEAN", "EU"), ("CHN", "RUS"), ("DEU", "MCO")):
        values = by_hand(pairs, a, b, states if zeros else None)
        if not values:
            assert (a, b) not in found.index
            continue
        assert found.loc[(a, b), "value"] == pytest.approx(
            STATISTICS[statistic](values), abs=ROUNDING
        )
        assert found.loc[(a, b), "n"] == len(values)


def test_actors_that_share_a_state_are_no_pair(pairs):
    found = over_cross_pairs(pairs, "mean")
    assert (found["a"] < found["b"]).all()
    assert not spine.share_a_state(found).any()
    assert not found.duplicated(["a", "b"]).any()


def test_a_member_listed_before_it_is_on_the_spine_stops_nothing(pairs):
    """Slovenia is in the fixed EU27 of 1991 and on the spine from 1992."""
    found = over_cross_pairs(pairs.assign(year=1991), "mean")
    assert "EU27" in set(found["a"]) | set(found["b"])


def test_a_bloc_is_listed_with_one_member():
    found = actors_of(pd.DataFrame({"year": [YEAR], "state": ["FRA"]}))
    assert {"FRA", "EU", "NATO"} <= set(found["actor"])
    assert "SCO" not in set(found["actor"])
