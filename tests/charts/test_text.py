from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tripolar.charts.text import nudge, text_width, wrap
from tripolar.errors import InputError

TOLERANCE = 1e-6


def overlap(centres: list[float], heights: list[float]) -> float:
    """The largest overlap of two labels in px."""
    spans = sorted(
        (centre - tall / 2, centre + tall / 2)
        for centre, tall in zip(centres, heights, strict=True)
    )
    return max((one[1] - two[0] for one, two in itertools.pairwise(spans)), default=0.0)


labels = st.lists(
    st.tuples(st.floats(-50, 350), st.sampled_from([12.0, 14.0, 29.0])), min_size=1, max_size=9
)


@given(labels)
def test_nudged_labels_never_overlap_and_stay_within_where_they_fit(given_labels):
    targets = [target for target, _ in given_labels]
    heights = [tall for _, tall in given_labels]
    placed = nudge(targets, heights, 0, 300)
    assert overlap(placed, heights) <= TOLERANCE
    for centre, tall in zip(placed, heights, strict=True):
        assert centre - tall / 2 >= -TOLERANCE
        assert centre + tall / 2 <= 300 + TOLERANCE
    kept = sorted(range(len(targets)), key=lambda at: (targets[at], at))
    assert [placed[at] for at in kept] == sorted(placed)


def test_labels_with_room_stay_where_they_are():
    assert nudge([10, 200, 100], [12, 12, 12], 0, 300) == [10, 200, 100]


def test_nudge_moves_as_little_as_possible():
    placed = nudge([100, 100, 103], [12, 12, 12], 0, 300)
    assert placed == pytest.approx([89, 101, 113])


def test_labels_that_do_not_fit_stick_out_evenly():
    placed = nudge([5, 5, 5], [20, 20, 20], 0, 30)
    assert placed == pytest.approx([-5, 15, 35])


def test_nudge_of_nothing_and_of_unequal_lists():
    assert nudge([], [], 0, 1) == []
    with pytest.raises(InputError):
        nudge([1.0], [], 0, 1)


@given(st.text(alphabet="abc WMi", max_size=80), st.floats(30, 200))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    lines = wrap(text, 12, width)
    assert all(text_width(line, 12) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_blank_text_has_no_lines():
    assert wrap("  ", 12, 100) == []
