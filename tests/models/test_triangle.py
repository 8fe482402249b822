"""Signed triads: every type, probabilities by enumeration and draws, changes, frustration."""

import itertools
from collections import Counter

import numpy as np
import pytest

from tripolar.errors import InputError
from tripolar.models import triangle as triads
from tripolar.models.triangle import OUTCOMES, ROLES, SHIFTS, TYPES
from tripolar.settings import BAND_REACH

# Shares of 200,000 draws: a standard error of at most .0011, times four.
DRAWN = 0.0045
MANY = 200_000
EXACT = 1e-12

READ_FRIENDS = """
Gavev Kotun Nagad Gama / Kotun Nagad Gama / Ove Alika Gahuk Masil Ukudz / Alika Ukudz
Nagam Masil Notoh Seuve / Gahuk Masil Ukudz Geham Asaro / Masil Ukudz Geham Asaro Uheto
Ukudz Geham Asaro / Notoh Kohik Uheto / Kohik Uheto / Geham Asaro / Uheto Seuve / Nagad Gama
"""
READ_FOES = """
Gavev Ove Alika Nagam Gahuk Asaro / Kotun Ove Nagam Gahuk Notoh Kohik / Nagam Nagad Gama
Gahuk Notoh Uheto Gama / Ukudz Seuve / Notoh Geham Nagad / Kohik Geham Nagad
Geham Uheto Nagad Gama / Asaro Seuve Nagad Gama / Uheto Nagad Gama / Seuve Gama
"""
"""Tribes of the New Guinea highlands, each with those after it in the list that it is bound to or
at odds with: Read (1954), Southwestern Journal of Anthropology 10:1-43, as UCINET codes it."""
READ_INDEX = 7
"""Its line index of balance: Aref and Wilson (2019), doi:10.1093/comnet/cny015."""


def typed_by_hand(amities):
    """Dittmer's type and the place of the pivot or outcast, from sides by their two ends."""
    ends = [{1, 2}, {0, 2}, {0, 1}]
    touched = Counter(
        actor for side, good in zip(ends, amities, strict=True) if good for actor in side
    )
    if sum(amities) == 3:
        return "menage a trois", -1
    if sum(amities) == 2:
        return "romantic triangle", touched.most_common(1)[0][0]
    if sum(amities) == 1:
        return "stable marriage", next(actor for actor in range(3) if not touched[actor])
    return "unit veto", -1


SIGNS = list(itertools.product((True, False), repeat=3))


@pytest.mark.parametrize("amities", SIGNS)
def test_a_triad_far_from_the_threshold_has_its_type_for_certain(amities):
    value = np.where(amities, 0.9, -0.9)
    p = triads.p_above(value, value - 0.05, value + 0.05, np.zeros(3))
    outcomes = triads.outcomes_of(p)
    best = int(triads.likeliest(outcomes))
    kind, place = OUTCOMES[best]
    assert (TYPES[kind], place) == typed_by_hand(amities)
    assert outcomes[best] == pytest.approx(1.0, abs=EXACT)
    assert triads.types_of(outcomes)[kind] == pytest.approx(1.0, abs=EXACT)
    assert triads.p_balanced(outcomes) == pytest.approx(sum(amities) % 2, abs=EXACT)


def test_on_the_threshold_every_outcome_is_as_likely():
    zero = np.zeros(3)
    outcomes = triads.outcomes_of(triads.p_above(zero, zero - 0.3, zero + 0.3, zero))
    assert outcomes == pytest.approx(np.full(8, 1 / 8))
    assert triads.types_of(outcomes) == pytest.approx([1 / 8, 3 / 8, 3 / 8, 1 / 8])
    assert triads.p_balanced(outcomes) == pytest.approx(0.5)


def test_probabilities_are_those_of_enumeration_and_of_draws():
    p = np.array([0.15, 0.62, 0.9])
    expected = Counter()
    for amities in SIGNS:
        expected[typed_by_hand(amities)] += float(np.prod(np.where(amities, p, 1 - p)))
    outcomes = triads.outcomes_of(p)
    for (kind, place), probability in zip(OUTCOMES, outcomes, strict=True):
        assert probability == pytest.approx(expected[TYPES[kind], place], abs=EXACT)
    signs = np.random.default_rng(1).random((MANY, 3)) < p
    drawn = triads.outcome_shares(triads.drawn_outcomes(signs))
    assert drawn == pytest.approx(outcomes, abs=DRAWN)
    assert triads.p_balanced(outcomes) == pytest.approx(
        np.mean(np.where(signs, 1, -1).prod(axis=1) > 0), abs=DRAWN
    )


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_actors_in_another_order_have_the_same_roles(order):
    p = np.array([0.15, 0.62, 0.9])
    roles = triads.roles_of(triads.outcomes_of(p))
    moved = triads.roles_of(triads.outcomes_of(p[list(order)]))
    assert moved == pytest.approx(roles[list(order)])


def test_roles_are_told_apart_and_each_actor_has_one():
    p = np.random.default_rng(2).random((50, 3))
    roles = triads.roles_of(triads.outcomes_of(p))
    assert roles.sum(axis=-1) == pytest.approx(np.ones((50, 3)))
    certain = triads.roles_of(triads.outcomes_of(np.array([0.0, 1.0, 1.0])))
    assert [ROLES[at] for at in certain.argmax(axis=-1)] == ["pivot", "wing", "wing"]
    certain = triads.roles_of(triads.outcomes_of(np.array([0.0, 0.0, 1.0])))
    assert [ROLES[at] for at in certain.argmax(axis=-1)] == ["partner", "partner", "outcast"]


def test_a_band_is_met_at_both_ends_even_if_its_arms_differ():
    value, low, high = (np.full(4, each) for each in (0.2, 0.1, 0.6))
    threshold = np.array([0.1, 0.2, 0.6, 0.2 + 0.4 / BAND_REACH])
    p = triads.p_above(value, low, high, threshold)
    assert p == pytest.approx([0.95, 0.5, 0.05, 0.15865525], abs=1e-7)


def test_a_figure_without_a_band_is_certain_and_a_missing_one_is_missing():
    nan = np.full(4, np.nan)
    p = triads.p_above(np.array([0.4, 0.2, 0.3, np.nan]), nan, nan, np.full(4, 0.3))
    assert p[:3].tolist() == [1.0, 0.0, 0.5]
    assert np.isnan(p[3])


def test_percentiles_count_ties_half():
    among = np.array([0.0, 0.0, 1.0, 2.0])
    found = triads.percentile_of(np.array([-1.0, 0.0, 1.0, 9.0, np.nan]), among)
    assert found[:4].tolist() == [0.0, 25.0, 62.5, 100.0]
    assert np.isnan(found[4])


def sides(value, band=0.1, among=None):
    """Sides of some years against 0, among values that are spread evenly around it."""
    value = np.asarray(value, dtype=float)
    spread = np.linspace(-1, 1, 201) if among is None else among
    return triads.signed_sides(
        *(value, value - band, value + band, np.ones_like(value), np.zeros_like(value)),
        [spread] * len(value),
        SHIFTS,
    )


def test_strength_is_in_percentile_points_and_thresholds_move_both_ways():
    found = sides([[0.1, -0.1, 0.5]])
    assert found.strength[0] == pytest.approx([5, -5, 25], abs=0.3)
    assert found.moved[:, 0, 0] == pytest.approx(SHIFTS / 50)
    assert (np.diff(found.p, axis=0) <= 0).all()
    assert found.p[found.centre, 0] == pytest.approx([0.95, 0.05, 1.0], abs=1e-7)


def test_a_mean_is_of_the_years_that_all_measures_cover():
    one, other = sides([[0.1, 0.2, 0.3]] * 2), sides([[0.3, 0.2, 0.1], [np.nan, 0.2, 0.1]])
    both = triads.mean_of([one, other], SHIFTS)
    assert both.complete.tolist() == [True, False]
    assert both.strength[0] == pytest.approx((one.strength[0] + other.strength[0]) / 2)
    arm = (one.strength - one.strength_low)[0], (other.strength - other.strength_low)[0]
    assert (both.strength - both.strength_low)[0] == pytest.approx(np.hypot(*arm) / 2)
    assert (both.n[0] == 2).all()


def test_an_outcome_begins_when_it_is_likelier_than_not_and_stays():
    outcomes = np.full((9, 8), 0.05)
    for time, held in enumerate([0, 0, 0, 4, 0, 4, 4, 4, 7]):
        outcomes[time, held] = 0.65
    assert triads.switches(outcomes, 3) == [(0, 0), (5, 4)]
    assert triads.switches(outcomes, 1) == [(0, 0), (3, 4), (4, 0), (5, 4), (8, 7)]
    assert triads.switches(outcomes, 4) == []
    assert triads.changes_of(outcomes, np.zeros((10, 9), dtype=np.int64), 4) == []


def test_a_certain_change_has_an_interval_of_one_year():
    held = np.array([0] * 5 + [4] * 6)
    outcomes = np.eye(8)[held]
    (change,) = triads.changes_of(outcomes, np.tile(held, (50, 1)), 3)
    assert (change.time, change.earliest, change.latest) == (5, 5, 5)
    assert (change.before, change.after, change.probability) == (0, 4, 1.0)


def test_an_uncertain_change_has_an_interval_that_holds_it():
    p = np.concatenate([np.linspace(0.02, 0.98, 16), np.full(4, 0.99)])
    outcomes = np.zeros((20, 8))
    outcomes[:, 4], outcomes[:, 0] = p, 1 - p
    drawn = np.where(np.random.default_rng(3).random((2000, 20)) < p, 4, 0)
    (change,) = triads.changes_of(outcomes, drawn, 3)
    assert change.time == 8
    assert change.earliest < change.time < change.latest
    assert change.latest - change.earliest < 10


def test_a_draw_is_split_where_the_fewest_times_are_out_of_place():
    rows = np.array(
        [[0, 0, 1, 1, 1], [0, 1, 0, 0, 1], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]], dtype=bool
    )
    by_hand = [
        min(range(1, 5), key=lambda cut, row=row: int(row[:cut].sum() + (~row[cut:]).sum()))
        for row in rows
    ]
    assert triads.split_times(rows).tolist() == by_hand == [2, 4, 4, 1]


def test_joint_draws_keep_positions_on_one_line():
    rng = np.random.default_rng(4)
    position, own = rng.standard_normal(30), np.full(30, 0.01)
    shared = 5.0 + rng.standard_normal((1, 24)) + np.zeros((30, 1))
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    drawn, medians = triads.drawn_distances(position, own, shared, pairs, np.arange(3, 30), 5)
    longest = drawn.max(axis=1)
    assert longest == pytest.approx(drawn.sum(axis=1) - longest)
    apart = np.abs(position[pairs[:, 0]] - position[pairs[:, 1]])
    clear = apart > 0.6
    assert clear.any()
    # What all share (location) cancels: the spread is that of two own errors of .1 each.
    assert drawn.std(axis=0)[clear] == pytest.approx(np.full(clear.sum(), np.sqrt(0.02)), rel=0.05)
    assert drawn.mean(axis=0)[clear] == pytest.approx(apart[clear], abs=0.02)
    one, other = np.triu_indices(27, 1)
    expected = np.median(np.abs(position[3:][one] - position[3:][other]))
    assert medians == pytest.approx(np.full(triads.DRAWS, expected), abs=0.1)


def read_network():
    names = sorted({name for part in (READ_FRIENDS, READ_FOES) for name in part.split()} - {"/"})
    weights = np.zeros((len(names), len(names)))
    for part, sign in ((READ_FRIENDS, 1.0), (READ_FOES, -1.0)):
        for line in part.strip().replace("\n", "/").split("/"):
            first, *others = (names.index(name) for name in line.split())
            weights[first, others] = weights[others, first] = sign
    return names, weights


def left_over(weights, camp):
    """The weight of edges that do not fit two camps."""
    same = camp[:, None] == camp[None, :]
    return np.abs(np.triu(np.where(same == (weights > 0), 0.0, weights), 1)).sum()


def test_the_frustration_of_the_highland_tribes_is_the_published_one():
    names, weights = read_network()
    assert len(names) == 16
    assert (np.triu(weights) > 0).sum() == (np.triu(weights) < 0).sum() == 29
    found = triads.frustration(weights)
    assert found.index == left_over(weights, found.camp) == READ_INDEX
    camp = {
        name
        for name, at in zip(names, found.camp, strict=True)
        if at == found.camp[names.index("Gama")]
    }
    assert camp == {"Gavev", "Kotun", "Nagad", "Gama"}


@pytest.mark.parametrize("count", [3, 4, 7, 12, 15])
def test_all_enemies_are_frustrated_as_theory_says(count):
    """Of a complete graph at most floor(n^2/4) edges run between two camps."""
    found = triads.frustration(-(np.ones((count, count)) - np.eye(count)))
    assert found.index == count * (count - 1) / 2 - count**2 // 4


def test_two_factions_are_balanced_and_known_again():
    camp = np.array([0, 1, 1, 0, 1, 0, 0])
    weights = np.where(camp[:, None] == camp, 1.0, -1.0) - np.eye(7)
    found = triads.frustration(weights)
    assert (found.index, found.ways) == (0.0, 1)
    assert found.camp.tolist() == camp.tolist()


def test_a_cycle_with_one_enmity_is_one_edge_from_balance():
    weights = np.zeros((9, 9))
    for at in range(9):
        weights[at, (at + 1) % 9] = weights[(at + 1) % 9, at] = -1.0 if at == 0 else 1.0
    found = triads.frustration(weights)
    assert found.index == 1.0
    assert found.ways == 9


def by_integer_programme(weights):
    """Harary's index as a mixed integer programme, an independent way to the same number."""
    optimize = pytest.importorskip("scipy.optimize")
    count = len(weights)
    edges = [(i, j) for i, j in itertools.combinations(range(count), 2) if weights[i, j]]
    rows, least = [], []
    for at, (i, j) in enumerate(edges):
        for one, other in ((1, -1), (-1, 1)) if weights[i, j] > 0 else ((1, 1), (-1, -1)):
            row = np.zeros(count + len(edges))
            row[[i, j, count + at]] = one, other, 1.0
            rows.append(row)
            least.append({(1, 1): 1.0, (-1, -1): -1.0}.get((one, other), 0.0))
    found = optimize.milp(
        np.concatenate([np.zeros(count), [abs(weights[edge]) for edge in edges]]),
        integrality=np.concatenate([np.ones(count), np.zeros(len(edges))]),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(np.array(rows), lb=np.array(least)),
    )
    return found.fun


@pytest.mark.parametrize("seed", range(6))
def test_frustration_is_that_of_an_integer_programme(seed):
    rng = np.random.default_rng(seed)
    count = 6 + seed
    weights = np.triu(rng.standard_normal((count, count)) * (rng.random((count, count)) < 0.7), 1)
    weights += weights.T
    found = triads.frustration(weights)
    assert found.index == pytest.approx(by_integer_programme(weights), abs=1e-6)
    assert found.index == pytest.approx(left_over(weights, found.camp))


def test_camps_of_draws_are_compared_whatever_they_are_called():
    best = np.array([0, 0, 1, 1])
    drawn = np.array([[0, 0, 1, 1], [1, 1, 0, 0], [0, 1, 1, 1], [0, 0, 1, 1]])
    assert triads.camp_shares(best, drawn).tolist() == [1.0, 0.75, 1.0, 1.0]


def test_a_network_too_large_or_lopsided_is_refused():
    with pytest.raises(InputError, match=r"1 to 26 actors"):
        triads.frustration(np.zeros((27, 27)))
    with pytest.raises(InputError, match="same both ways"):
        triads.frustration(np.array([[0.0, 1.0], [-1.0, 0.0]]))
