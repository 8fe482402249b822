"""Trade formulas: hand numbers, the same from every engine, and their bounds."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tripolar.measures import trade
from tripolar.panel.store import as_table, connect

ROUNDING = 1e-12
"""Square root of a square and products of numbers below one, in double precision."""
shares = st.floats(0, 1)

HAND = [
    # share_a, share_b: salience, symmetry, interdependence, asymmetry, worked out on paper
    (0.25, 0.04, 0.1, 0.79, 0.079, 0.21),
    (0.16, 0.16, 0.16, 1.0, 0.16, 0.0),
    (0.0, 0.5, 0.0, 0.5, 0.0, -0.5),
    (1.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    (1.0, 1.0, 1.0, 1.0, 1.0, 0.0),
]
FORMULAS = (trade.salience, trade.symmetry, trade.interdependence, trade.asymmetry)


@pytest.mark.parametrize("row", HAND, ids=str)
def test_hand_numbers(row):
    a, b, *expected = row
    assert [formula(a, b) for formula in FORMULAS] == pytest.approx(expected, abs=ROUNDING)


def test_a_share_is_trade_with_the_partner_over_all_trade():
    assert trade.share(30.0, 120.0) == 0.25
    np.testing.assert_array_equal(trade.share(np.array([1.0, 3.0]), 4.0), [0.25, 0.75])


@pytest.mark.parametrize("place", range(len(FORMULAS)), ids=[f.__name__ for f in FORMULAS])
def test_numbers_arrays_frames_and_tables_give_the_same(place):
    formula = FORMULAS[place]
    frame = pd.DataFrame([row[:2] for row in HAND], columns=["a", "b"])
    expected = [row[2 + place] for row in HAND]
    assert formula(frame["a"].to_numpy(), frame["b"].to_numpy()) == pytest.approx(
        expected, abs=ROUNDING
    )
    assert formula(frame["a"], frame["b"]).tolist() == pytest.approx(expected, abs=ROUNDING)
    table = as_table(frame.assign(k=range(len(frame))))
    worked = table.mutate(value=formula(table.a, table.b)).order_by("k")
    assert connect().to_pandas(worked)["value"].tolist() == pytest.approx(expected, abs=ROUNDING)


@given(shares, shares)
def test_bounds_and_symmetry(a, b):
    for formula in FORMULAS[:3]:
        assert -ROUNDING <= formula(a, b) <= 1 + ROUNDING
        assert formula(a, b) == pytest.approx(formula(b, a), abs=ROUNDING)
    assert -1 <= trade.asymmetry(a, b) <= 1
    assert trade.asymmetry(a, b) == -trade.asymmetry(b, a)
    assert trade.interdependence(a, b) <= trade.salience(a, b) + ROUNDING
    assert min(a, b) - ROUNDING <= trade.salience(a, b) <= max(a, b) + ROUNDING


@given(shares, shares)
def test_a_missing_share_makes_a_missing_measure(a, b):
    assert all(math.isnan(formula(a, float("nan"))) for formula in FORMULAS)
    assert all(math.isnan(formula(float("nan"), b)) for formula in FORMULAS)
