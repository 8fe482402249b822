"""Dynamic ordinal ideal points by variational EM; use `fit` on `VoteData`.

The model (Bailey, Strezhnev & Voeten 2017, doi:10.1177/0022002715595700), their notation:
P(y_jit <= k) = Phi(gamma_jk - beta_j theta_it). A high position votes no where beta is positive.
Priors: beta ~ N(0, 1), gamma ~ N(0, 50), a state's first session ~ N(0, 9), later ones a random
walk of variance .25 per session; k sessions away, for whatever reason, are k steps.

Positions given items, and items given positions, are taken as normal; each side's variance enters
the other's slope (variational Bayes): the positions' as a ridge on each item's discrimination, the
sum of vote information times variance, and the items' as a pull on each position. Items and
positions move together in a Newton step from which the items are eliminated.

Identification: mean 0 and variance 1 over all state-sessions, the anchor's mean positive. Unit
variance and the unit prior of beta both fix the scale, and they disagree; somewhere the votes must
give way. Here the constraint pushes as it does in a data-augmentation sampler that rescales its
positions after every sweep: on each position in proportion to its precision given the latent
utilities, the sum of beta^2 over its votes plus that of the walk (`latent_information`). Pushed
instead by the votes' own information, which vanishes at the extremes, blocs that always vote alike
run away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tripolar.models.ideal_points.data import CHUNKS, Floats, Ints, VoteData
from tripolar.models.ideal_points.solve import MOST_ROUNDS, curvature, multipliers, solve
from tripolar.settings import BAND_REACH

WALK_VARIANCE = 0.25
FIRST_VARIANCE = 9.0
CUTPOINT_VARIANCE = 50.0
TOLERANCE = 3e-3
"""Root mean square step of the positions at which `fit` stops."""
WARM_TOLERANCE = 1e-2
"""The same from an earlier result, of which most stands. On the General Assembly with one session
added it leaves .006 (root mean square) to the limit, as a cold start does, and .033 in the new
session, where standard errors are .12; pass a smaller tolerance to go further."""
MAX_ITERATIONS = 60
_LONGEST_STEP = 1.0
_ALONE = 3
_ROUNDS = 6


@dataclass(frozen=True)
class IdealPoints:
    """Positions of state-sessions and parameters of items.

    position, standard_error, low, high : (state-sessions,), in the order of the data; `low` and
        `high` hold 90%. From `fit` they are those of a state given the items; `bands` adds the
        uncertainty of the items and of each session's scale and location.
    state, session : (state-sessions,); states : names of the walks.
    discrimination : (items,). cutpoints : (items, 2), equal where an item has two categories.
    item_labels : (items,), the caller's numbers.
    walk_variance : per session. log_posterior : up to a constant, at the positions reported.
    iterations, converged : of the Newton steps. residual : root mean square of the last step.
    """

    position: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    state: Ints
    session: Ints
    states: tuple[str, ...]
    discrimination: Floats
    cutpoints: Floats
    item_labels: Ints
    walk_variance: float
    log_posterior: float
    iterations: int
    converged: bool
    residual: float


def fit(
    data: VoteData,
    *,
    walk_variance: float = WALK_VARIANCE,
    tolerance: float | None = None,
    max_iterations: int = MAX_ITERATIONS,
    start: IdealPoints | None = None,
) -> IdealPoints:
    """Positions of all state-sessions and parameters of all items.

    Parameters
    ----------
    data : VoteData
        From `prepare` or `vote_data`.
    walk_variance : float
        Variance of a state's step from one session to the next.
    tolerance : float
        Root mean square step of the positions at which to stop; by default `TOLERANCE`, or
        `WARM_TOLERANCE` from an earlier result.
    max_iterations : int
        Steps after which to stop unconverged; the result says so.
    start : IdealPoints, optional
        An earlier result to start from: the same states and items are looked up, new sessions
        start at a state's nearest one.
    """
    from tripolar.models.ideal_points import kernels

    if tolerance is None:
        tolerance = TOLERANCE if start is None else WARM_TOLERANCE
    bounds = data.bounds
    votes = (bounds, data.start, data.person, data.code, data.binary)
    theta, items, spread = _starting_values(data, start)
    cut_precision = 1 / CUTPOINT_VARIANCE
    prior_diagonal, prior_off = walk_precision(data, walk_variance)
    doubt = np.zeros((items.shape[0], 6))
    if start is not None:
        known = curvature(data, theta, items, spread, doubt, prior_diagonal, prior_off)
        spread, doubt = known.spread, known.inverse
    alone = _ALONE if start is None else 0
    residual, iterations, converged = np.inf, 0, False
    ones = np.ones_like(theta)
    while iterations < max_iterations and not converged:
        iterations += 1
        here = curvature(data, theta, items, spread, doubt, prior_diagonal, prior_off)
        spread, doubt = here.spread, here.inverse
        weight = latent_information(data, items[:, 0], prior_diagonal)
        normals = weight[:, None] * np.stack([theta, ones], axis=1)
        step = solve(
            here,
            here.reduced_slope[:, None].copy(),
            normals=normals,
            stiffness=max(multipliers(here, normals)[0], 0.0) * weight,
            tolerance=0.1 if residual > 0.05 else 0.02,
            most=1 if iterations <= alone else MOST_ROUNDS,
        )[0][:, 0]
        longest = np.abs(step).max()
        if longest > _LONGEST_STEP:
            step *= _LONGEST_STEP / longest
        moved = standardised(theta + step)
        residual = float(np.sqrt(np.mean((moved - theta) ** 2)))
        items = _predicted(items, here.item_step(moved - theta), data.binary)
        theta = moved
        converged = residual < tolerance
        items = kernels.improve_items(
            *votes,
            theta,
            items,
            here.ridge,
            cut_precision,
            1 if residual < 0.1 or start is not None else 2,
        )
    here = curvature(data, theta, items, spread, doubt, prior_diagonal, prior_off)
    sign = 1.0 if theta[data.state == data.anchor].mean() >= 0 else -1.0
    theta = sign * theta
    error = np.sqrt(here.spread)
    return IdealPoints(
        position=theta,
        standard_error=error,
        low=theta - BAND_REACH * error,
        high=theta + BAND_REACH * error,
        state=data.state,
        session=data.session,
        states=data.states,
        discrimination=sign * items[:, 0],
        cutpoints=items[:, 1:],
        item_labels=data.item_labels,
        walk_variance=walk_variance,
        log_posterior=here.log_posterior,
        iterations=iterations,
        converged=converged,
        residual=residual,
    )


def walk_precision(data: VoteData, walk_variance: float) -> tuple[Floats, Floats]:
    """Diagonal and off-diagonal of the random walks' precision over state-sessions."""
    same = data.state[1:] == data.state[:-1]
    tie = np.zeros(data.state.size)
    tie[:-1][same] = 1 / (walk_variance * np.diff(data.session)[same])
    diagonal = tie.copy()
    diagonal[1:] += tie[:-1]
    diagonal[np.concatenate([[True], ~same])] += 1 / FIRST_VARIANCE
    return diagonal, -tie


def latent_information(data: VoteData, discrimination: Floats, prior: Floats) -> Floats:
    """Precision of each position given the latent utilities, the items and its neighbours."""
    squares = np.repeat(discrimination**2, np.diff(data.start))
    found: Floats = np.bincount(data.person, squares, minlength=prior.size) + prior
    return found


def standardised(theta: Floats) -> Floats:
    """Mean 0 and variance 1 over all state-sessions (along the first axis)."""
    centred = theta - theta.mean(axis=0)
    scaled: Floats = centred / np.sqrt((centred**2).mean(axis=0))
    return scaled


def _predicted(items: Floats, step: Floats, binary: npt.NDArray[np.bool_]) -> Floats:
    """Items after their share of the joint step, where that keeps the cutpoints in order."""
    step = step * np.minimum(1, 0.5 / np.maximum(np.abs(step).max(axis=1), 1e-12))[:, None]
    moved = items + step
    moved[binary, 2] = moved[binary, 1]
    crossed = ~binary & (moved[:, 2] - moved[:, 1] < 0.5 * (items[:, 2] - items[:, 1]))
    moved[crossed] = items[crossed]
    return moved


def _starting_values(data: VoteData, start: IdealPoints | None) -> tuple[Floats, Floats, Floats]:
    """Positions, items and variances to begin with."""
    from tripolar.models.ideal_points import kernels

    spread = np.full(data.state.size, 0.05)
    theta = _mean_votes(data) if start is None else _carried_over(data, start, start.position)
    items = _margins(data)
    fresh = np.ones(data.start.size - 1, bool)
    if start is not None:
        place = {int(label): k for k, label in enumerate(start.item_labels)}
        at = np.array([place.get(int(label), -1) for label in data.item_labels])
        fresh = at < 0
        known = np.column_stack([start.discrimination, start.cutpoints])[at]
        fresh |= (known[:, 2] <= known[:, 1]) != data.binary
        items[~fresh] = known[~fresh]
        spread = np.maximum(_carried_over(data, start, start.standard_error**2), 1e-3)
    ridge = np.diff(data.start) * 0.6 * 0.05
    touched = np.flatnonzero(fresh)
    if not touched.size:
        return theta, items, spread
    first, last = int(touched[0]), int(touched[-1]) + 1
    better = kernels.improve_items(
        data.bounds if start is None else np.linspace(first, last, CHUNKS + 1).astype(np.int64),
        data.start,
        data.person,
        data.code,
        data.binary,
        theta,
        items,
        ridge,
        1 / CUTPOINT_VARIANCE,
        4,
    )
    items[fresh] = better[fresh]
    return theta, items, spread


def _margins(data: VoteData) -> Floats:
    """No discrimination, and cutpoints at the normal quantiles of the vote shares."""
    from statistics import NormalDist

    sizes = np.diff(data.start)
    item = data.item
    quantile = np.vectorize(NormalDist().inv_cdf)
    below = np.bincount(item, data.code == 0, minlength=sizes.size)
    above = np.bincount(item, data.code == 2, minlength=sizes.size)
    first = quantile((below + 0.5) / (sizes + 1.5))
    last = np.where(data.binary, first, quantile(1 - (above + 0.5) / (sizes + 1.5)))
    return np.column_stack([np.zeros(sizes.size), first, last])


def _mean_votes(data: VoteData) -> Floats:
    """Votes averaged after each item is signed by where the poles stand on it.

    A few rounds, each with the scores of the last as poles. After each, a session in which states
    stand against where they stood before is turned, and the poles of the next round are the
    scores with the states' past added: one muddled session cannot turn those that follow.
    """
    item, vote = data.item, data.category.astype(float)
    sizes = np.diff(data.start)
    vote -= (np.bincount(item, vote, minlength=sizes.size) / sizes)[item]
    pole = data.pole[data.state].astype(float)
    counts = data.counts
    score = pole
    for _ in range(_ROUNDS):
        sign = np.sign(np.bincount(item, vote * pole[data.person], minlength=sizes.size))
        score = np.bincount(data.person, vote * sign[item], minlength=counts.size) / counts
        score, past = _aligned(data, score)
        pole = score + past
    return standardised(score)


def _aligned(data: VoteData, score: Floats) -> tuple[Floats, Floats]:
    """Scores with sessions turned to agree with the states' past, and that past."""
    turned, past = np.empty_like(score), np.empty_like(score)
    memory = np.zeros(len(data.states))
    for when in np.unique(data.session):
        rows = data.session == when
        who = data.state[rows]
        now = score[rows] - score[rows].mean()
        turn = -1.0 if now @ memory[who] < 0 else 1.0
        turned[rows], past[rows] = turn * score[rows], memory[who]
        memory[who] = (memory[who] + turn * now) / 2
    return turned, past


def _carried_over(data: VoteData, start: IdealPoints, values: Floats) -> Floats:
    """An earlier result's values; for new sessions those of the state's nearest one."""
    theta = np.zeros(data.state.size)
    names = {name: k for k, name in enumerate(start.states)}
    for k in np.unique(data.state):
        mine = np.flatnonzero(data.state == k)
        theirs = np.flatnonzero(start.state == names.get(data.states[k], -1))
        if theirs.size:
            gap = np.abs(data.session[mine][:, None] - start.session[theirs][None, :])
            theta[mine] = values[theirs[gap.argmin(axis=1)]]
    return theta


__all__ = ["IdealPoints", "fit"]
