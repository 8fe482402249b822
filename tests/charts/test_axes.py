from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tripolar.charts.axes import value_axis, year_axis
from tripolar.errors import InputError


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(3, 7), st.booleans())
def test_an_axis_holds_its_values_and_has_round_ticks_in_it(low, span, count, whole):
    if whole:
        low, span = round(low), round(span)
    axis = value_axis(low, low + span, count=count, whole=whole)
    slack = 1e-9 * max(1.0, abs(low) + span)
    assert axis.low <= low
    assert axis.high >= low + span
    assert axis.ticks
    assert len(axis.ticks) <= 3 * count + 2
    assert all(axis.low - slack <= tick <= axis.high + slack for tick in axis.ticks)
    if whole:
        assert all(tick == int(tick) for tick in axis.ticks)
        assert axis.decimals == 0


def test_an_axis_that_ends_on_a_tick_holds_the_value_there():
    """4599 steps of 0.0002 are a hair more than 0.9198."""
    axis = value_axis(0.9198, 0.9206)
    assert axis.low <= 0.9198
    assert axis.ticks[0] == 0.9198


def test_tick_labels_are_all_different():
    for low, high in [(0.011, 0.1234), (-0.26, 0.74), (0, 3), (0.5, 0.5), (1200, 98000)]:
        labels = value_axis(low, high).labels()
        assert len(set(labels)) == len(labels)


def test_a_domain_is_kept():
    axis = value_axis(0.3, 0.4, domain=(0, 1))
    assert (axis.low, axis.high) == (0, 1)
    with pytest.raises(InputError):
        value_axis(0, 1, domain=(1, 0))


def test_years_are_whole_and_a_year_alone_has_room():
    assert year_axis(1990, 2022, 640).ticks[:2] == (1990, 1995)
    alone = year_axis(2019, 2019, 300)
    assert alone.ticks == (2019,)
    assert alone.low < 2019 < alone.high
    with pytest.raises(InputError):
        year_axis(2020, 2010, 300)


def test_place_and_value_are_inverse():
    axis = value_axis(0, 10)
    assert axis.value(axis.place(3.3, 200), 200) == pytest.approx(3.3)
