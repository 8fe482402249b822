"""Ideal points against brute force, known truths, bad input and the published estimates."""

from __future__ import annotations

import math
import sys
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from tripolar.models.ideal_points import data as votes_of
from tripolar.models.ideal_points.bands import bands, distance
from tripolar.models.ideal_points.bridges import match_titles, normalised
from tripolar.models.ideal_points.data import VoteData, vote_data
from tripolar.models.ideal_points.fit import (
    CUTPOINT_VARIANCE,
    FIRST_VARIANCE,
    WALK_VARIANCE,
    _nearest,
    fit,
    standardised,
    walk_precision,
)
from tripolar.models.ideal_points.simulate import random_walks, simulate
from tripolar.models.ideal_points.solve import curvature, solve

REFERENCE = Path(__file__).parents[1] / "reference" / "ideal_points.toml"
LOOPS = 1e-8
"""Compiled sums against loops, relative."""
SLOPES = 1e-5
"""Slopes against central differences, relative to the largest."""
RECOVERED = 0.97
"""Least correlation with a simulated truth."""
SAME_ANSWER = 1e-10
WARM = 0.03
"""Largest difference of positions between a warm and a cold start, both at tolerance 1e-3."""
PHI = NormalDist().cdf


def pattern(states: int = 30, sessions: int = 6, items: int = 40, seed: int = 1) -> VoteData:
    """Who votes on what: all states in all sessions, three categories, some absences."""
    random = np.random.default_rng(seed)
    state, session = np.divmod(np.arange(states * sessions), sessions)
    person, item = np.meshgrid(np.arange(state.size), np.arange(sessions * items), indexing="ij")
    held = (session[person] == item // items) & (random.random(person.shape) < 0.9)
    person, item = person[held], item[held]
    category = random.choice([1, 2, 3], person.size, p=[0.6, 0.15, 0.25])
    return vote_data(person, item, category, state, session + 1)


@pytest.fixture(scope="module")
def simulated() -> tuple[VoteData, np.ndarray]:
    """Votes drawn from known positions, and these."""
    shape = pattern()
    random = np.random.default_rng(3)
    truth = random_walks(shape, random, walk_variance=0.1, first_variance=1.0)
    discrimination = random.normal(0, 1.5, shape.start.size - 1)
    drawn = simulate(shape, truth, discrimination, random)
    assert drawn.state.size == shape.state.size
    truth = truth * np.sign(truth[shape.state == shape.anchor].mean())
    return drawn, truth


@pytest.fixture(scope="module")
def fitted(simulated):
    return fit(simulated[0], tolerance=1e-3)


def tiny() -> VoteData:
    """Four states, two sessions, one with a gap; items of two and of three categories."""
    random = np.random.default_rng(0)
    state = np.array([0, 0, 1, 1, 2, 2, 3])
    session = np.array([1, 3, 1, 3, 1, 3, 1])
    person = np.array([0, 2, 4, 6] * 3 + [1, 3, 5] * 3 + [0, 2, 1, 3])
    item = np.repeat([0, 1, 2, 3, 4, 5, 6], [4, 4, 4, 3, 3, 3, 4])
    category = np.array([1, 3, 3, 1, 1, 2, 3, 1, 1, 1, 2, 2, 3, 1, 1, 1, 2, 3, 2, 3, 3, 1, 3, 1, 3])
    shuffled = random.permutation(person.size)
    return vote_data(person[shuffled], item[shuffled], category[shuffled], state, session)


def brute_log_posterior(data: VoteData, theta: np.ndarray, items: np.ndarray) -> float:
    total = 0.0
    for vote in range(data.person.size):
        j, p = data.item[vote], data.person[vote]
        beta, first, second = items[j]
        code = data.code[vote]
        upper = {0: PHI(first - beta * theta[p]), 1: PHI(second - beta * theta[p]), 2: 1.0}[code]
        lower = {
            0: 0.0,
            1: PHI(first - beta * theta[p]),
            2: PHI((first if data.binary[j] else second) - beta * theta[p]),
        }[code]
        total += math.log(upper - lower)
    for j, (beta, first, second) in enumerate(items):
        total -= beta**2 / 2 + first**2 / (2 * CUTPOINT_VARIANCE)
        total -= 0 if data.binary[j] else second**2 / (2 * CUTPOINT_VARIANCE)
    for p in range(theta.size):
        if p and data.state[p] == data.state[p - 1]:
            steps = data.session[p] - data.session[p - 1]
            total -= (theta[p] - theta[p - 1]) ** 2 / (2 * WALK_VARIANCE * steps)
        else:
            total -= theta[p] ** 2 / (2 * FIRST_VARIANCE)
    return total


def point(data: VoteData) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    theta = random.normal(size=data.state.size)
    beta = random.normal(size=data.start.size - 1)
    first = random.normal(size=beta.size)
    return theta, np.column_stack([beta, first, first + np.where(data.binary, 0, 0.7)])


def at(data: VoteData, theta: np.ndarray, items: np.ndarray, **options):
    zeros = np.zeros((items.shape[0], 6))
    prior = walk_precision(data, WALK_VARIANCE)
    return curvature(data, theta, items, np.zeros(theta.size), zeros, *prior, **options)


def test_log_posterior_equals_loops():
    data = tiny()
    theta, items = point(data)
    assert at(data, theta, items).log_posterior == pytest.approx(
        brute_log_posterior(data, theta, items), rel=LOOPS
    )


def differences(function, x: np.ndarray, step: float = 1e-5) -> np.ndarray:
    out = np.zeros(x.size)
    for k in range(x.size):
        ahead, behind = x.copy(), x.copy()
        ahead[k] += step
        behind[k] -= step
        out[k] = (function(ahead) - function(behind)) / (2 * step)
    return out


def packed(data: VoteData, theta: np.ndarray, items: np.ndarray) -> np.ndarray:
    return np.concatenate([theta, items[:, :2].ravel(), items[~data.binary, 2]])


def unpacked(data: VoteData, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count, persons = data.start.size - 1, data.state.size
    items = np.empty((count, 3))
    items[:, :2] = x[persons : persons + 2 * count].reshape(count, 2)
    items[:, 2] = items[:, 1]
    items[~data.binary, 2] = x[persons + 2 * count :]
    return x[:persons], items


def test_slopes_equal_differences():
    data = tiny()
    theta, items = point(data)
    here = at(data, theta, items)
    wanted = differences(
        lambda x: brute_log_posterior(data, *unpacked(data, x)), packed(data, theta, items)
    )
    got = here.item_slope.copy()
    free = theta.size
    flat = np.concatenate([got[:, :2].ravel(), got[~data.binary, 2]])
    assert flat == pytest.approx(wanted[free:], abs=SLOPES * np.abs(wanted).max())


def test_reduced_newton_step_equals_dense():
    """With the items eliminated, CG gives the Newton step of the whole dense Hessian."""
    data = tiny()
    theta, items = point(data)
    x = packed(data, theta, items)

    def slope(y: np.ndarray) -> np.ndarray:
        return differences(lambda z: brute_log_posterior(data, *unpacked(data, z)), y, 1e-4)

    hessian = -np.array(
        [(slope(x + 1e-4 * e) - slope(x - 1e-4 * e)) / 2e-4 for e in np.eye(x.size)]
    )
    persons = theta.size
    a, c, b = hessian[:persons, :persons], hessian[persons:, :persons], hessian[persons:, persons:]
    reduced = a - c.T @ np.linalg.solve(b, c)
    here = at(data, theta, items)
    from tripolar.models.ideal_points import kernels

    eye = np.eye(persons)
    got = here.push(eye) - kernels.schur(
        data.bounds, data.start, data.person, here.coupling, here.inverse, eye
    )
    assert got == pytest.approx(reduced, abs=2e-3 * np.abs(reduced).max())


def test_solve_meets_its_tolerance_and_constraints(simulated, fitted):
    data = simulated[0]
    items = np.column_stack([fitted.discrimination, fitted.cutpoints])
    here = at(data, fitted.position, items, newton=False)
    random = np.random.default_rng(0)
    right = random.normal(size=(data.state.size, 2))
    normals = np.stack([fitted.position, np.ones(data.state.size)], axis=1)
    x, rounds = solve(
        here, right, normals=normals, stiffness=np.zeros(data.state.size), tolerance=1e-6
    )
    assert rounds > 1
    assert normals.T @ x == pytest.approx(0, abs=1e-6)


def test_two_opposed_states_and_one_between_closed_form():
    """By symmetry the third state stands at 0, the others at plus and minus sqrt(3/2)."""
    data = vote_data(
        np.tile([0, 1, 2], 4),
        np.repeat(np.arange(4), 3),
        [3, 1, 1, 3, 1, 3, 3, 1, 1, 3, 1, 3],
        [0, 1, 2],
        [1, 1, 1],
    )
    found = fit(data, tolerance=1e-6)
    assert found.converged
    assert found.position == pytest.approx([math.sqrt(1.5), -math.sqrt(1.5), 0.0], abs=0.01)


def test_recovers_simulated_truth(simulated, fitted):
    data, truth = simulated
    assert fitted.converged
    assert np.corrcoef(fitted.position, truth)[0, 1] > RECOVERED
    assert fitted.position.mean() == pytest.approx(0, abs=1e-9)
    assert fitted.position.std() == pytest.approx(1, abs=1e-9)
    assert np.isfinite(fitted.discrimination).all()
    assert (np.diff(fitted.cutpoints, axis=1)[~data.binary] > 0).all()


def test_bands_cover_simulated_truth(simulated, fitted):
    data, truth = simulated
    found = bands(data, fitted)
    truth = standardised(truth)
    pooled = ((found.low <= truth) & (truth <= found.high)).mean()
    within = np.concatenate([standardised(truth[data.session == s]) for s in range(1, 7)])
    order = np.concatenate([np.flatnonzero(data.session == s) for s in range(1, 7)])
    inside = (found.within_low[order] <= within) & (within <= found.within_high[order])
    assert pooled > 0.8
    assert 0.85 <= inside.mean() <= 0.98
    random = np.random.default_rng(0)
    first = random.integers(0, data.state.size, 500)
    second = np.array(
        [random.choice(np.flatnonzero(data.session == data.session[k])) for k in first]
    )
    _, error, low, high = distance(found, first, second)
    true = np.abs(truth[first] - truth[second])
    apart = first != second
    assert (low >= 0).all()
    assert (error[apart] > 0).all()
    assert 0.82 <= ((low <= true) & (true <= high))[apart].mean() <= 0.99


def test_distance_to_itself_is_nought(simulated, fitted):
    found = bands(simulated[0], fitted, draws=4)
    value, *_ = distance(found, [3], [3])
    assert value == pytest.approx(0)


def test_same_input_same_output(simulated, fitted):
    again = fit(simulated[0], tolerance=1e-3)
    assert (again.position == fitted.position).all()
    one, other = bands(simulated[0], fitted, seed=2), bands(simulated[0], fitted, seed=2)
    assert (one.standard_error == other.standard_error).all()


def test_order_of_votes_and_of_states_does_not_matter(simulated, fitted):
    data, _ = simulated
    random = np.random.default_rng(8)
    states = random.permutation(len(data.states))
    items = random.permutation(data.start.size - 1)
    rows = random.permutation(data.person.size)
    renamed = vote_data(
        data.person[rows],
        items[data.item[rows]],
        data.category[rows],
        states[data.state],
        data.session,
        anchor=int(states[0]),
    )
    found = fit(renamed, tolerance=1e-6)
    closer = fit(data, tolerance=1e-6)
    place = {key: k for k, key in enumerate(zip(found.state, found.session, strict=True))}
    mine = [place[states[s], q] for s, q in zip(data.state, data.session, strict=True)]
    assert found.position[mine] == pytest.approx(closer.position, abs=1e-4)


def test_votes_turned_round_give_the_same_positions(simulated):
    """Yes and no exchanged: items change sign, positions do not (the anchor holds them)."""
    data, _ = simulated
    turned = vote_data(data.person, data.item, 4 - data.category, data.state, data.session)
    one, other = fit(data, tolerance=1e-6), fit(turned, tolerance=1e-6)
    assert other.position == pytest.approx(one.position, abs=1e-4)
    assert other.discrimination == pytest.approx(-one.discrimination, abs=1e-3)
    assert other.cutpoints == pytest.approx(-one.cutpoints[:, ::-1], abs=1e-3)


def test_anchor_is_positive(simulated):
    data, _ = simulated
    for anchor in (0, 1, 5):
        found = fit(replace(data, anchor=anchor))
        assert found.position[data.state == anchor].mean() >= 0


def test_warm_start_gives_the_same_answer_sooner(simulated):
    data, _ = simulated
    rows = data.session[data.person] < 6
    kept = np.flatnonzero(data.session < 6)
    place = np.full(data.state.size, -1)
    place[kept] = np.arange(kept.size)
    labels, item = np.unique(data.item[rows], return_inverse=True)
    short = vote_data(
        place[data.person[rows]],
        item,
        data.category[rows],
        data.state[kept],
        data.session[kept],
        item_labels=data.item_labels[labels],
    )
    before = fit(short, tolerance=1e-3)
    cold, warm = fit(data, tolerance=1e-3), fit(data, tolerance=1e-3, start=before)
    assert warm.converged
    assert warm.iterations <= cold.iterations
    assert np.abs(warm.position - cold.position).max() < WARM


def test_warm_start_from_itself_stops_at_once(simulated, fitted):
    again = fit(simulated[0], tolerance=1e-3, start=fitted)
    assert again.iterations == 1
    assert np.abs(again.position - fitted.position).max() < WARM


def test_new_state_sessions_start_at_the_nearest_of_the_same_state(simulated, fitted):
    data = simulated[0]
    shown = {"position", "state", "session", "states"}
    rows = (fitted.session == 2) | ((fitted.session == 5) & (fitted.state % 2 == 0))
    rows &= fitted.state != 3
    short = replace(
        fitted, **{name: getattr(fitted, name)[rows] for name in sorted(shown - {"states"})}
    )
    source, gap = _nearest(data, short)
    for row, (state, session) in enumerate(zip(data.state, data.session, strict=True)):
        mine = np.flatnonzero(short.state == state)
        if state == 3:
            assert source[row] == -1
        else:
            apart = np.abs(short.session[mine] - session)
            assert source[row] == mine[apart.argmin()]
            assert gap[row] == apart.min()


def test_part_of_the_items_keeps_their_votes():
    data = tiny()
    chosen = np.array([True, False, True, True, False, False, True])
    part = votes_of.of_items(data, chosen)
    rows = chosen[data.item]
    assert (part.person == data.person[rows]).all()
    assert (part.category == data.category[rows]).all()
    assert (part.item_labels == data.item_labels[chosen]).all()


def test_stops_and_says_so(simulated):
    found = fit(simulated[0], max_iterations=2)
    assert not found.converged
    assert found.iterations == 2
    assert found.residual > 0


GOOD = {
    "person": [0, 1, 2, 0, 1, 2],
    "item": [0, 0, 0, 1, 1, 1],
    "category": [1, 3, 3, 1, 2, 3],
    "state": [0, 1, 2],
    "session": [1, 1, 1],
}


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"category": [1, 3, 8, 1, 2, 3]}, votes_of.UnknownCode, "code 8"),
        ({"category": [1, 3, 0, 1, 2, 3]}, votes_of.UnknownCode, "code 0"),
        ({"category": [1, 1, 1, 1, 2, 3]}, votes_of.OneCategory, "kinds of vote: 0"),
        ({"category": [1] * 6}, votes_of.AllUnanimous, "all 2 items"),
        (
            {"state": [0, 1, 2, 3], "session": [1, 1, 1, 1]},
            votes_of.StateWithoutVotes,
            "3/1",
        ),
        ({"state": [0, 1, 1], "session": [1, 1, 1]}, votes_of.UnfitVotes, "twice in a session"),
        ({"session": [1, 1, 2]}, votes_of.SmallSession, "fewer than 3 states: 1, 2"),
        ({"person": [0, 1, 1, 0, 1, 2]}, votes_of.UnfitVotes, "twice on an item"),
        ({"category": [1, 3]}, votes_of.UnfitVotes, "lengths differ"),
        ({"person": [0, 1, 9, 0, 1, 2]}, votes_of.UnfitVotes, "state-session 9"),
        (
            {"person": [], "item": [], "category": []},
            votes_of.AllUnanimous,
            "no votes",
        ),
        (
            {
                "person": [0, 1, 2, 3, 4, 5],
                "category": [1, 3, 3, 1, 2, 3],
                "state": list(range(6)),
                "session": [1] * 6,
            },
            votes_of.DisconnectedVotes,
            "no item joins",
        ),
    ],
)
def test_bad_input(change, error, words):
    with pytest.raises(error) as raised:
        vote_data(**{**GOOD, **change})
    assert words in str(raised.value)


def test_good_input_passes():
    data = vote_data(**GOOD)
    assert data.binary.tolist() == [True, False]
    assert data.category.tolist() == GOOD["category"]


def test_titles_lose_what_changes_every_year():
    assert normalised("Nuclear disarmament : resolution / adopted by the General Assembly") == (
        normalised("NUCLEAR  DISARMAMENT")
    )
    assert normalised("BUDGET ESTIMATES, 1972") == normalised("BUDGET ESTIMATES, 1973")


def test_repeats_are_matched_best_first():
    votes = np.ones((4, 12), dtype=np.int8)
    votes[0, :5] = 3
    votes[1, 6:] = 3
    votes[2, :5] = 3
    votes[3, 6:] = 3
    pairs = match_titles(
        np.array(["PALESTINE", "PALESTINE", "Palestine", "PALESTINE"]),
        np.array([1, 1, 2, 2]),
        np.array(["1/1", "1/2", "2/1", "2/2"]),
        np.array(["final"] * 4),
        votes,
    )
    assert sorted(map(tuple, pairs.tolist())) == [(0, 2), (1, 3)]


def test_one_title_beginning_with_the_other_is_enough_if_long():
    votes = np.tile(np.repeat([1, 3], 6).astype(np.int8), (4, 1))
    pairs = match_titles(
        np.array(
            [
                "Nuclear weapons",
                "Strengthening peace",
                "Nuclear weapons, strengthening",
                "Strengthening peace everywhere",
            ]
        ),
        np.array([1, 1, 2, 2]),
        np.array(["a", "b", "c", "d"]),
        np.array(["final"] * 4),
        votes,
    )
    assert pairs.tolist() == [[1, 3]]


def test_no_title_no_match():
    votes = np.tile(np.array([1, 3], dtype=np.int8), (2, 8))
    pairs = match_titles(
        np.array(["", ""]), np.array([1, 2]), np.array(["a", "b"]), np.array(["final"] * 2), votes
    )
    assert pairs.shape == (0, 2)


@pytest.mark.mirror
def test_published_estimates(mirror, ungas):
    from tripolar.actors.states import find
    from tripolar.models.ideal_points.prepare import prepare

    wanted = tomllib.loads(REFERENCE.read_text(encoding="utf-8"))["published"]
    ballots, _ = ungas
    links = pd.read_csv(mirror / wanted["links"])[["rcid1", "rcid2"]].to_numpy()
    data = prepare(ballots, links=links)
    found = fit(data)
    assert found.converged
    published = pd.read_csv(mirror / wanted["file"], encoding="latin-1")
    last = ballots.roll_calls.groupby("session")["date"].max()
    published["state"] = [
        find(f"cow:{code}", date.fromisoformat(str(last[session])[:10])).key
        for code, session in zip(published["ccode"], published["session"], strict=True)
    ]
    ours = pd.DataFrame(
        {
            "state": data.labels,
            "session": data.session,
            "position": found.position,
            "votes": data.counts,
        }
    )
    both = published.merge(ours, on=["state", "session"])
    assert len(both) >= wanted["least_matched"]
    assert (both["votes"] == both["NVotes"]).mean() >= wanted["least_share_of_equal_vote_counts"]
    by_session = both.groupby("session")[["IdealPoint", "position"]].apply(
        lambda rows: rows.corr().iloc[0, 1]
    )
    assert both["IdealPoint"].corr(both["position"]) >= wanted["least_pearson"]
    assert both["IdealPoint"].rank().corr(both["position"].rank()) >= wanted["least_spearman"]
    assert by_session.median() >= wanted["least_median_session_r"]
    assert by_session.min() >= wanted["least_session_r"]
    calls = ballots.roll_calls
    pairs = match_titles(
        calls["title"].to_numpy(dtype=np.str_),
        calls["session"].to_numpy(dtype=np.int64),
        calls["resolution"].to_numpy(dtype=np.str_),
        calls["kind"].to_numpy(dtype=np.str_),
        ballots.votes,
    )
    number = calls["roll_call"].to_numpy()
    mine = set(map(tuple, number[pairs].tolist()))
    theirs = {pair for pair in map(tuple, links.tolist()) if set(pair) <= set(number.tolist())}
    assert len(mine & theirs) / len(theirs) >= wanted["least_links_found"]


SAMPLED = 0.97
"""Least correlation of the fit with the sampled posterior's mean: both estimate one thing."""
INSIDE = (0.78, 0.98)
"""Share of posterior draws inside nominal 90% bands of positions within their session."""


def test_the_full_posterior_agrees(simulated, fitted):
    pytest.importorskip("numpyro", reason="the extra 'posterior' is not installed")
    from tripolar.models.ideal_points.posterior import sample

    votes, truth = simulated
    drawn = sample(votes, fitted, draws=150, warmup=150)
    assert drawn.divergent <= 5
    assert np.corrcoef(drawn.mean, truth)[0, 1] > RECOVERED
    assert np.corrcoef(drawn.mean, fitted.position)[0, 1] > SAMPLED
    found = bands(votes, fitted)
    within = np.empty_like(drawn.draws)
    for session in np.unique(votes.session):
        held = votes.session == session
        within[:, held] = standardised(drawn.draws[:, held].T).T
    inside = ((within > found.within_low) & (within < found.within_high)).mean()
    assert INSIDE[0] < inside < INSIDE[1]


def test_a_missing_sampler_is_named(simulated, fitted, monkeypatch):
    from tripolar.errors import MissingData
    from tripolar.models.ideal_points.posterior import sample

    monkeypatch.setitem(sys.modules, "numpyro", None)
    with pytest.raises(MissingData, match="posterior"):
        sample(simulated[0], fitted)
