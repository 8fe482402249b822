"""Diagnostics of ideal points: loops, closed forms, known truths, a planted second dimension."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from tripolar.errors import InputError
from tripolar.models.ideal_points.data import VoteData, vote_data
from tripolar.models.ideal_points.diagnostics import (
    compare,
    item_fit,
    margins,
    normal_cdf,
    probabilities,
)
from tripolar.models.ideal_points.dimensions import dimensions, likeliest_from
from tripolar.models.ideal_points.fit import IdealPoints, fit, standardised

PHI = NormalDist().cdf
ROUNDING = 1e-12
COVERED = 0.03
"""Simulated margins' coverage against what the check says is due."""
RECOVERED = 0.95
"""Least correlation with planted coordinates."""
STATES, SESSIONS, ITEMS = 40, 6, 40


def points_for(data: VoteData, theta: np.ndarray, beta: np.ndarray, cuts: np.ndarray):
    return IdealPoints(
        position=theta,
        standard_error=np.full(theta.size, 0.1),
        low=theta - 0.16,
        high=theta + 0.16,
        state=data.state,
        session=data.session,
        states=data.states,
        discrimination=beta,
        cutpoints=cuts,
        item_labels=data.item_labels,
        item_covariance=np.zeros((beta.size, 6)),
        pressure=0.0,
        walk_variance=0.25,
        log_posterior=0.0,
        iterations=1,
        converged=True,
        residual=0.0,
    )


def tiny() -> tuple[VoteData, IdealPoints]:
    """Items of yes-abstain, abstain-no, yes-no and all three; one voted on in two sessions."""
    person = np.array([0, 2, 4, 6, 0, 2, 4, 1, 3, 5, 1, 3, 5, 0, 2, 1, 3])
    item = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4])
    category = np.array([1, 2, 3, 1, 1, 2, 2, 2, 3, 3, 3, 1, 1, 1, 3, 3, 3])
    state, session = np.array([0, 0, 1, 1, 2, 2, 3]), np.array([1, 2, 1, 2, 1, 2, 1])
    data = vote_data(person, item, category, state, session)
    random = np.random.default_rng(4)
    first = random.normal(size=5)
    cuts = np.column_stack([first, first + np.where(data.binary, 0, 0.9)])
    return data, points_for(data, random.normal(size=7), random.normal(size=5), cuts)


def looped(data: VoteData, points: IdealPoints) -> np.ndarray:
    rows = []
    for vote in range(data.person.size):
        j = data.item[vote]
        mean = points.discrimination[j] * points.position[data.person[vote]]
        below, notabove = (PHI(cut - mean) for cut in points.cutpoints[j])
        rows.append([below, notabove - below, 1 - notabove])
    return np.array(rows)


def drawn(second: float, seed: int = 2) -> VoteData:
    """Votes of states on one dimension, and on another with discriminations `second` times."""
    random = np.random.default_rng(seed)
    state, session = np.divmod(np.arange(STATES * SESSIONS), SESSIONS)
    theta = standardised(random.normal(size=STATES))[state]
    theta = theta + 0.1 * random.normal(size=theta.size)
    other = standardised(random.normal(size=STATES))[state]
    person, item = np.meshgrid(np.arange(state.size), np.arange(SESSIONS * ITEMS), indexing="ij")
    held = session[person] == item // ITEMS
    person, item = person[held], item[held]
    beta, delta = random.normal(0, 1.3, (2, SESSIONS * ITEMS))
    cut = random.normal(0, 0.6, SESSIONS * ITEMS)
    latent = beta[item] * theta[person] + second * delta[item] * other[person]
    latent += random.standard_normal(item.size)
    category = 1 + (latent > cut[item]).astype(int) + (latent > cut[item] + 0.5)
    return vote_data(person, item, category, state, session + 1)


@pytest.fixture(scope="module")
def one_dimension():
    data = drawn(0.0)
    return data, fit(data)


@pytest.fixture(scope="module")
def two_dimensions():
    data = drawn(0.8)
    return data, fit(data)


def test_probabilities_are_those_of_loops():
    data, points = tiny()
    assert probabilities(data, points) == pytest.approx(looped(data, points), abs=ROUNDING)


def test_probabilities_keep_their_precision_in_the_tails():
    data, points = tiny()
    far = replace(points, cutpoints=points.cutpoints + 12.0)
    p = probabilities(data, far)
    assert (p[:, 2] > 0).all()
    wide = data.code == 1
    assert (p[wide, 1] > 0).all()
    assert (probabilities(data, replace(points, cutpoints=points.cutpoints - 12.0))[:, 0] > 0).all()


def test_the_normal_distribution_function():
    x = np.linspace(-8, 8, 41)
    assert normal_cdf(x) == pytest.approx([PHI(each) for each in x], rel=1e-9)


def test_item_fit_is_that_of_loops():
    data, points = tiny()
    found, p = item_fit(data, points), looped(data, points)
    right = [int(np.argmax(p[n])) == data.code[n] for n in range(data.person.size)]
    for j in range(5):
        mine = [n for n in range(data.person.size) if data.item[n] == j]
        codes = [int(data.code[n]) for n in mine]
        errors = len(mine) - max(codes.count(code) for code in set(codes))
        wrong = sum(not right[n] for n in mine)
        logs = [math.log(p[n, data.code[n]]) for n in mine]
        assert found.correct[j] == pytest.approx(1 - wrong / len(mine))
        assert found.errors_of_mode[j] == errors
        assert found.pre[j] == pytest.approx((errors - wrong) / errors)
        assert found.probability[j] == pytest.approx(math.exp(sum(logs) / len(mine)))
    for k, when in enumerate((1, 2)):
        errors = wrong = 0
        for j in range(5):
            mine = [
                n
                for n in range(data.person.size)
                if data.item[n] == j and data.session[data.person[n]] == when
            ]
            codes = [int(data.code[n]) for n in mine]
            errors += len(mine) - max((codes.count(code) for code in set(codes)), default=0)
            wrong += sum(not right[n] for n in mine)
        assert found.session[k] == when
        assert found.session_pre[k] == pytest.approx((errors - wrong) / errors)
    assert found.session_votes.sum() == found.votes.sum() == data.person.size
    assert found.all_correct == pytest.approx(np.mean(right))


def test_a_fit_that_knows_all_makes_no_errors():
    state, session = np.arange(4), np.ones(4, int)
    data = vote_data([0, 1, 2, 3] * 2, [0] * 4 + [1] * 4, [1, 1, 3, 3, 1, 2, 2, 2], state, session)
    theta = np.array([-1.5, -0.5, 0.5, 1.5])
    cuts = np.array([[0.0, 0.0], [-100.0, -100.0]])
    found = item_fit(data, points_for(data, theta, np.array([100.0, 100.0]), cuts))
    assert found.all_correct == found.all_pre == 1
    assert found.errors_of_mode.tolist() == [2, 1]
    assert found.all_probability == pytest.approx(1)


def test_expected_margins_are_sums_of_probabilities_by_category():
    data, points = tiny()
    found, p = margins(data, points, draws=50), looped(data, points)
    for j in range(5):
        mine = np.flatnonzero(data.item == j)
        expected, observed = np.zeros(3), np.zeros(3)
        for n in mine:
            categories = (data.low[j], 2, data.high[j])
            for code in range(3):
                if not (data.binary[j] and code == 1):
                    expected[categories[code] - 1] += p[n, code] / mine.size
            observed[data.category[n] - 1] += 1 / mine.size
        assert found.expected[j] == pytest.approx(expected)
        assert found.observed[j] == pytest.approx(observed)
        assert found.used[j].tolist() == [k in set(data.category[mine]) for k in (1, 2, 3)]
    assert (found.low <= found.high).all()


def test_margins_of_some_voters_leave_out_items_without_them():
    data, points = tiny()
    found = margins(data, points, voters=data.session == 2, draws=20)
    assert found.item.tolist() == [2, 3, 4]
    assert found.votes.tolist() == [3, 3, 2]
    assert found.observed.sum(axis=1) == pytest.approx(1)


def test_votes_of_the_fitted_model_have_the_margins_it_predicts(one_dimension):
    data, points = one_dimension
    p = probabilities(data, points)
    uniform = np.random.default_rng(7).random(data.person.size)
    code = (uniform >= p[:, 0]).astype(np.int8) + (uniform >= 1 - p[:, 2])
    simulated = replace(data, code=code)
    found = margins(simulated, points)
    assert found.share_by_chance >= 0.9
    assert found.share_inside == pytest.approx(found.share_by_chance, abs=COVERED)
    third = margins(simulated, points, voters=points.position > 0.5)
    assert third.share_inside == pytest.approx(third.share_by_chance, abs=COVERED)


def test_margins_that_the_fit_gets_wrong_lie_outside(one_dimension):
    data, points = one_dimension
    wrong = replace(points, cutpoints=points.cutpoints + 1.0)
    assert margins(data, wrong).share_inside < 0.5
    assert margins(data, points).share_inside > 0.9


def test_margins_are_repeatable(one_dimension):
    data, points = one_dimension
    one, again = (margins(data, points, draws=20, seed=5) for _ in range(2))
    assert (one.low == again.low).all()


def test_a_comparison_with_itself_is_perfect(one_dimension):
    found = compare(one_dimension[1], one_dimension[1])
    assert found.correlation == pytest.approx(1)
    assert found.difference == pytest.approx(0, abs=ROUNDING)
    assert found.matched.tolist() == [STATES] * SESSIONS
    assert found.skipped == ()


def test_a_comparison_does_not_see_the_scale_or_the_origin_of_a_session(one_dimension):
    _, one = one_dimension
    random = np.random.default_rng(1)
    noisy = replace(one, position=one.position + 0.2 * random.standard_normal(one.position.size))
    scale, shift = random.uniform(0.5, 2, SESSIONS + 1), random.normal(size=SESSIONS + 1)
    moved = replace(noisy, position=scale[one.session] * noisy.position + shift[one.session])
    plain, other = compare(one, noisy), compare(one, moved)
    assert other.by_session == pytest.approx(plain.by_session)
    assert other.difference_by_session == pytest.approx(plain.difference_by_session)
    assert other.aligned == pytest.approx(plain.aligned)
    assert other.correlation < plain.correlation
    r = plain.by_session[0]
    spread = one.position[one.session == 1].std()
    assert plain.difference_by_session[0] == pytest.approx(spread * math.sqrt(1 - r**2))


def test_a_comparison_is_by_name_and_session_in_any_order(one_dimension):
    _, one = one_dimension
    order = np.random.default_rng(3).permutation(one.state.size)[:-30]
    renamed = np.array(one.states)[::-1]
    other = replace(
        one,
        position=one.position[order],
        state=(len(one.states) - 1 - one.state)[order],
        session=one.session[order],
        states=tuple(str(name) for name in renamed),
    )
    found = compare(one, other)
    assert found.session.size == order.size
    assert found.correlation == pytest.approx(1)
    assert found.difference == pytest.approx(0, abs=1e-9)


def test_sessions_without_three_common_states_are_skipped(one_dimension):
    _, one = one_dimension
    keep = (one.session > 1) | (one.state < 2)
    other = replace(
        one, position=one.position[keep], state=one.state[keep], session=one.session[keep]
    )
    assert compare(one, other).skipped == (1,)
    with pytest.raises(InputError, match="no session"):
        compare(one, replace(one, session=one.session + 100))


def test_votes_of_another_fit_are_refused(one_dimension):
    _, points = tiny()
    for check in (margins, item_fit, dimensions):
        with pytest.raises(InputError, match="ideal points of"):
            check(one_dimension[0], points)


@pytest.mark.parametrize("check", [margins, dimensions])
def test_no_draws_are_refused(one_dimension, check):
    with pytest.raises(InputError, match="draws 0"):
        check(*one_dimension, draws=0)


def test_voters_of_the_wrong_length_are_refused(one_dimension):
    with pytest.raises(InputError, match="truth values"):
        margins(*one_dimension, voters=[True, False])


@pytest.mark.parametrize("width", [0.0, 0.3, 0.9, 2.5])
def test_the_likeliest_code_changes_where_it_is_said_to(width):
    binary = np.array([width == 0.0])
    turns = likeliest_from(np.array([[0.4, 0.4 + width]]), binary)[0]
    for mean in np.linspace(-3, 4, 200):
        p = [PHI(0.4 - mean), 0.0, 1 - PHI(0.4 + width - mean)]
        p[1] = 1 - p[0] - p[2]
        assert int(mean >= turns[0]) + int(mean >= turns[1]) == int(np.argmax(p))


def test_one_dimension_is_found_to_be_enough(one_dimension):
    (found,) = dimensions(*one_dimension, draws=20)
    assert not found.exceeds
    assert found.gain < found.gain_by_chance + 0.02
    assert (found.states, found.roll_calls) == (STATES, one_dimension[0].item_labels.size)


def test_what_one_dimension_explains_is_what_item_fit_says(two_dimensions):
    data, points = two_dimensions
    found, items = dimensions(data, points, draws=1)[0], item_fit(data, points)
    assert found.correct == pytest.approx(items.all_correct)
    assert found.pre == pytest.approx(items.all_pre)


def test_a_planted_second_dimension_is_found_in_every_period(two_dimensions):
    found = dimensions(*two_dimensions, periods=[(1, 3), (4, 6)], draws=20)
    for period in found:
        assert period.exceeds
        assert period.residual_share > 2 * period.null_high
        assert period.gain > period.gain_by_chance + 0.05
        assert period.coordinates.mean() == pytest.approx(0, abs=1e-9)
        assert period.coordinates.std() == pytest.approx(1)


def test_the_planted_coordinates_are_recovered(two_dimensions):
    """The first dimension of the fit is a little turned toward the second, which is what is left
    of the planted one at right angles to it."""
    data, points = two_dimensions
    random = np.random.default_rng(2)
    random.normal(size=STATES * (1 + SESSIONS))
    planted = standardised(random.normal(size=STATES))
    mean = standardised(np.bincount(data.state, points.position) / SESSIONS)
    left = planted - mean * (mean @ planted) / STATES
    (found,) = dimensions(data, points, draws=1)
    order = [int(name) for name in found.names]
    assert abs(np.corrcoef(found.coordinates, left[order])[0, 1]) > RECOVERED


def test_periods_without_votes_or_states_are_refused(one_dimension):
    with pytest.raises(InputError, match="no votes"):
        dimensions(*one_dimension, periods=[(50, 60)])
    data, points = tiny()
    with pytest.raises(InputError, match="the test needs"):
        dimensions(data, points)
