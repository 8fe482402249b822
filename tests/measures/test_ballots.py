"""Joint tallies of all dyads at once, against loops, symmetries and the scalar functions."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tripolar.measures import ballots, similarity, tables
from tripolar.nothing import NOT_A_MEMBER, POSITIONS

SAME_FORMULA = 1e-12
"""Two routes through the same formula differ by rounding of sums of a few terms only."""
SCALARS = {name: getattr(similarity, name) for name in tables.STATISTICS}

votes_of = hnp.arrays(
    np.int8,
    st.tuples(st.integers(1, 7), st.integers(2, 5)),
    elements=st.sampled_from([-1, 0, 1, 2, 3]),
)


def names(count):
    return [f"S{k:02d}" for k in range(count)]


def looped(votes):
    """The 3 x 3 tables of all ordered pairs, counted one vote after the other."""
    actors = votes.shape[1]
    counts = np.zeros((actors, actors, 3, 3), dtype=int)
    for row in votes.tolist():
        for i, j in itertools.product(range(actors), repeat=2):
            if row[i] in POSITIONS and row[j] in POSITIONS:
                counts[i, j, row[i] - 1, row[j] - 1] += 1
    return counts


def all_tables(votes):
    """The tables of all ordered pairs of columns."""
    count = votes.shape[1]
    first, second = (place.ravel() for place in np.indices((count, count)))
    return ballots.joint_tables(votes, first, second).reshape(count, count, 3, 3)


@given(votes_of)
def test_joint_tables_are_what_a_loop_counts(votes):
    np.testing.assert_array_equal(all_tables(votes), looped(votes))


@given(votes_of)
def test_the_table_of_b_and_a_is_that_of_a_and_b_transposed(votes):
    counts = all_tables(votes)
    np.testing.assert_array_equal(counts, counts.transpose(1, 0, 3, 2))


@given(votes_of, st.randoms(use_true_random=False))
def test_the_order_of_roll_calls_does_not_matter(votes, random):
    order = list(range(len(votes)))
    random.shuffle(order)
    whole, shuffled = (ballots.tally(v, names(votes.shape[1])) for v in (votes, votes[order]))
    pd.testing.assert_frame_equal(whole, shuffled)


@given(votes_of, st.randoms(use_true_random=False))
def test_the_order_of_actors_moves_the_tables_with_them(votes, random):
    order = list(range(votes.shape[1]))
    random.shuffle(order)
    np.testing.assert_array_equal(
        all_tables(votes[:, order]), all_tables(votes)[np.ix_(order, order)]
    )


@given(votes_of)
def test_turning_yes_into_no_turns_the_tables_round(votes):
    turned = np.where(votes == 1, 3, np.where(votes == 3, 1, votes)).astype(np.int8)
    np.testing.assert_array_equal(all_tables(turned), all_tables(votes)[:, :, ::-1, ::-1])


@given(votes_of)
def test_a_tally_is_what_a_loop_counts(votes):
    actors = names(votes.shape[1])
    frame = ballots.tally(votes, actors).set_index(["a", "b"])
    counts = looped(votes)
    unanimous = [len({v for v in row if v > 0}) == 1 for row in votes.tolist()]
    expected = {}
    for i, j in itertools.combinations(range(len(actors)), 2):
        if not counts[i, j].any():
            continue
        held = sum(row[i] != -1 and row[j] != -1 for row in votes.tolist())
        together = [
            sum(
                u and row[i] == p == row[j]
                for u, row in zip(unanimous, votes.tolist(), strict=True)
            )
            for p in POSITIONS
        ]
        expected[actors[i], actors[j]] = [held, *counts[i, j].ravel(), *together]
    assert list(frame.columns) == ["held", *ballots.MEASURED]
    assert {
        pair: list(map(int, row)) for pair, row in zip(frame.index, frame.values, strict=True)
    } == (expected)


def test_held_leaves_out_only_those_who_were_no_members():
    votes = np.array([[1, 1], [1, 0], [0, 0], [1, NOT_A_MEMBER]], dtype=np.int8)
    row = ballots.tally(votes, ["A", "B"]).iloc[0]
    assert row["held"] == 3
    assert row["yes_yes"] == 1
    assert row[list(ballots.CELLS)].sum() == 1


def test_a_pair_without_a_joint_vote_has_no_row():
    votes = np.array([[1, 0, 1], [0, 1, 1]], dtype=np.int8)
    frame = ballots.tally(votes, ["A", "B", "C"])
    assert list(zip(frame["a"], frame["b"], strict=True)) == [("A", "C"), ("B", "C")]


@pytest.mark.parametrize(
    ("row", "unanimous"),
    [
        ([1, 1, 1], True),
        ([3, 3, 0], True),
        ([2, -1, 2], True),
        ([1, 1, 2], False),
        ([0, 0, -1], False),
    ],
)
def test_unanimous_means_one_vote_from_all_who_voted(row, unanimous):
    assert ballots.is_unanimous(np.array([row], dtype=np.int8)).item() is unanimous


def test_dropping_unanimous_roll_calls_leaves_the_contested():
    votes = np.array([[1, 1, 1], [3, 3, 3], [1, 1, 3], [2, 2, 2]], dtype=np.int8)
    frame = ballots.tally(votes, ["A", "B", "C"])
    kept = ballots.cells_of(frame, "keep")
    dropped = ballots.cells_of(frame, "drop")
    contested = all_tables(votes[[2]])
    for place, (i, j) in enumerate([(0, 1), (0, 2), (1, 2)]):
        np.testing.assert_array_equal(dropped[place], contested[i, j])
        assert kept[place].sum() == 4


def test_counts_beyond_a_byte_are_not_cut():
    votes = np.ones((300, 2), dtype=np.int8)
    assert ballots.tally(votes, ["A", "B"])["yes_yes"].item() == 300


def two_columns(votes, i, j):
    """Positions of two actors as the scalar functions take them: None where there is none."""
    return tuple([int(v) if v in POSITIONS else None for v in votes[:, place]] for place in (i, j))


@given(votes_of)
@settings(deadline=None)
def test_all_dyads_at_once_are_the_scalar_functions_one_by_one(votes):
    actors = names(votes.shape[1])
    years = np.arange(len(votes), dtype=np.int64) % 2 + 2000
    frame = ballots.similarity_of_all(votes, years, actors, list(SCALARS))
    seen = {(int(r["year"]), r["a"], r["b"]): r for r in frame.to_dict("records")}
    wanted = set()
    for year in np.unique(years):
        rows = votes[years == year]
        for i, j in itertools.combinations(range(len(actors)), 2):
            a, b = two_columns(rows, i, j)
            joint = sum(x is not None and y is not None for x, y in zip(a, b, strict=True))
            if not joint:
                continue
            key = int(year), actors[i], actors[j]
            wanted.add(key)
            assert seen[key]["n"] == joint
            for name, function in SCALARS.items():
                expected = function(a, b, band=None).value
                assert seen[key][name] == pytest.approx(expected, abs=SAME_FORMULA, nan_ok=True)
    assert seen.keys() == wanted


@pytest.mark.mirror
@pytest.mark.parametrize("seed", range(3))
def test_real_dyads_agree_with_the_scalar_functions(seed, ungas):
    held, _ = ungas
    rng = np.random.default_rng(seed)
    year = int(rng.choice(held.roll_calls["year"].unique()))
    rows = held.votes[(held.roll_calls["year"] == year).to_numpy()]
    frame = ballots.similarity_of_all(rows, np.full(len(rows), year), held.states, list(SCALARS))
    for _, row in frame.sample(20, random_state=seed).iterrows():
        i, j = held.states.index(row["a"]), held.states.index(row["b"])
        a, b = two_columns(rows, i, j)
        for name, function in SCALARS.items():
            expected = function(a, b, band=None)
            assert row["n"] == expected.n
            assert row[name] == pytest.approx(expected.value, abs=SAME_FORMULA, nan_ok=True)


def roll_calls(**columns):
    return pd.DataFrame(
        {
            "year": 2000,
            "kind": ["final", "final", "paragraph", "amendment", "final"],
            "source": ["unga-titles"] * 4 + ["unga-votes"],
            "nuclear": pd.array([True, False, True, True, None], dtype="boolean"),
            **columns,
        }
    )


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("final", [True, True, False, False, True]),
        ("with-paragraphs", [True, True, True, True, False]),
        ("nuclear", [True, False, False, False, False]),
    ],
)
def test_sets_of_roll_calls(name, chosen):
    assert ballots.in_set(roll_calls(), name).tolist() == chosen


def test_yearly_tallies_go_year_by_year_and_set_by_set():
    calls = pd.concat([roll_calls(), roll_calls(year=2001)], ignore_index=True)
    votes = {
        2000: (("A", "B"), np.array([[1, 1]] * 5, dtype=np.int8)),
        2001: (("A", "C"), np.array([[1, 3]] * 5, dtype=np.int8)),
    }
    sets = ("final", "with-paragraphs", "nuclear")
    frame = pd.concat(ballots.yearly_tallies(calls, votes.__getitem__, sets), ignore_index=True)
    expected = [
        (year, name, "A", b, count)
        for year, b in ((2000, "B"), (2001, "C"))
        for name, count in (("final", 3), ("with-paragraphs", 4), ("nuclear", 1))
    ]
    cells = frame[list(ballots.CELLS)].sum(axis=1)
    seen = zip(frame["year"], frame["roll_calls"], frame["a"], frame["b"], cells, strict=True)
    assert [tuple(row) for row in seen] == expected
    assert (frame.loc[frame["year"] == 2001, "yes_yes"] == 0).all()
