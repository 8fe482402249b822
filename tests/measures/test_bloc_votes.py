"""A bloc's position and cohesion: closed forms, ties, and nobody there."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tripolar.measures.bloc_votes import agreement_index, bloc_positions, position_counts
from tripolar.nothing import ABSENT, ABSTAIN, NO, NOT_A_MEMBER, YES

ROUNDING = 1e-12
"""The index is one quotient of small integers."""

member_votes = hnp.arrays(
    np.int8,
    st.tuples(st.integers(1, 5), st.integers(1, 7)),
    elements=st.sampled_from([-1, 0, 1, 2, 3]),
)


def one(row):
    return np.array([row], dtype=np.int8)


@pytest.mark.parametrize(
    ("row", "position"),
    [
        ([YES, YES, NO], YES),
        ([NO, NO, NO], NO),
        ([ABSTAIN, ABSTAIN, YES, NO], ABSTAIN),
        ([YES, YES, NO, NO, ABSTAIN], ABSENT),
        ([YES, NO], ABSENT),
        ([YES, ABSTAIN, NO], ABSENT),
        ([YES, ABSENT, ABSENT], YES),
        ([ABSENT, ABSENT], ABSENT),
        ([ABSENT, NOT_A_MEMBER], ABSENT),
        ([NOT_A_MEMBER, NOT_A_MEMBER], NOT_A_MEMBER),
        ([NOT_A_MEMBER, NO], NO),
    ],
)
def test_a_bloc_stands_where_most_of_its_voting_members_stand(row, position):
    assert bloc_positions(one(row)).tolist() == [position]


def test_a_bloc_without_states_is_no_member():
    assert bloc_positions(np.empty((3, 0), dtype=np.int8)).tolist() == [NOT_A_MEMBER] * 3


@pytest.mark.parametrize(
    ("row", "index"),
    [
        ([YES, YES, YES], 1.0),
        ([ABSTAIN] * 5, 1.0),
        ([YES, ABSTAIN, NO], 0.0),
        ([YES, YES, ABSTAIN, ABSTAIN, NO, NO], 0.0),
        ([YES, NO], 0.25),
        ([YES, YES, YES, NO], 0.625),
    ],
)
def test_the_agreement_index_in_closed_form(row, index):
    assert agreement_index(one(row)).item() == pytest.approx(index, abs=ROUNDING)


@pytest.mark.parametrize("row", [[YES, ABSENT], [ABSENT, ABSENT], [NOT_A_MEMBER, NO]])
def test_fewer_than_two_votes_make_no_cohesion(row):
    assert np.isnan(agreement_index(one(row)).item())


@given(member_votes)
def test_absences_and_the_order_of_members_change_nothing(votes):
    more = np.hstack([votes[:, ::-1], np.zeros((len(votes), 1), dtype=np.int8)])
    np.testing.assert_array_equal(agreement_index(votes), agreement_index(more))
    present = (votes != NOT_A_MEMBER).any(axis=1)
    np.testing.assert_array_equal(bloc_positions(votes)[present], bloc_positions(more)[present])


@given(member_votes)
def test_the_index_lies_between_split_and_one_and_ranks_by_the_majority(votes):
    index = agreement_index(votes)
    counts = position_counts(votes)
    total = counts.sum(axis=1)
    assume((total >= 2).any())
    held = index[total >= 2]
    assert ((held >= -ROUNDING) & (held <= 1)).all()
    whole = (counts.max(axis=1) == total)[total >= 2]
    np.testing.assert_array_equal(held == 1, whole)


@given(member_votes)
def test_a_position_taken_is_a_strict_plurality(votes):
    for row, position in zip(votes.tolist(), bloc_positions(votes).tolist(), strict=True):
        counts = {code: row.count(code) for code in (YES, ABSTAIN, NO)}
        if position in counts:
            assert all(counts[position] > n for code, n in counts.items() if code != position)
        elif position == ABSENT:
            assert sorted(counts.values())[-1] == sorted(counts.values())[-2]
        else:
            assert set(row) == {NOT_A_MEMBER}
