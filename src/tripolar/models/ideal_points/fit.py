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

from tripolar.models.ideal_points.data import Floats, Ints, VoteData, of_items
from tripolar.models.ideal_points.solve import (
    MOST_ROUNDS,
    Curvature,
    curvature,
    multipliers,
    solve,
)
from tripolar.settings import BAND_REACH

WALK_VARIANCE = 0.25
FIRST_VARIANCE = 9.0
CUTPOINT_VARIANCE = 50.0
TOLERANCE = 3e-3
"""Root mean square step of the positions at which `fit` stops."""
WARM_TOLERANCE = 1e-2
"""The same from an earlier result, of which most stands. On the General Assembly with one session
added it leaves .006 (root mean square) to the limit, where a cold start leaves .008, and up to .011
in the new session, where standard errors are .12; pass a smaller tolerance to go further."""
MAX_ITERATIONS = 60
_LONGEST_STEP = 1.0
_ALONE = 3
_ROUNDS = 6
_SETTLING = 4
_AROUND = 3
"""Sessions to either side of a new one that settle with it before all are estimated anew."""
_HELD = 1e12
"""Stiffness of a position that is not to move."""
_FIRST_SPREAD = 0.05
_LEAST_SPREAD = 1e-3


@dataclass(frozen=True)
class IdealPoints:
    """Positions of state-sessions and parameters of items.

    position, standard_error, low, high : (state-sessions,), in the order of the data; `low` and
        `high` hold 90%. From `fit` they are those of a state given the items; `bands` adds the
        uncertainty of the items and of each session's scale and location.
    state, session : (state-sessions,); states : names of the walks.
    discrimination : (items,). cutpoints : (items, 2), equal where an item has two categories.
    item_labels : (items,), the caller's numbers.
    item_covariance : (items, 6), of discrimination and cutpoints given the positions: the upper
        triangle by rows. pressure : the multiplier of the unit variance.
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
    item_covariance: Floats
    pressure: float
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
        start at a state's nearest one and settle first, with those around them.
    """
    if tolerance is None:
        tolerance = TOLERANCE if start is None else WARM_TOLERANCE
    prior = walk_precision(data, walk_variance)
    at = _cold(data) if start is None else _warm(data, start, prior)
    alone = _ALONE if start is None else 0
    residual, iterations, converged = np.inf, 0, False
    while iterations < max_iterations and not converged:
        iterations += 1
        here = at.curvature(data, prior)
        at.spread, at.doubt = here.spread, here.inverse
        normals = _normals(data, at, prior[0])
        step = solve(
            here,
            here.reduced_slope[:, None].copy(),
            normals=normals,
            stiffness=_pressure(here, normals) * normals[:, 1],
            tolerance=0.1 if start is None and residual > 0.05 else 0.02,
            most=1 if iterations <= alone else MOST_ROUNDS,
        )[0][:, 0]
        moved = standardised(at.theta + _shortened(step))
        residual = float(np.sqrt(np.mean((moved - at.theta) ** 2)))
        once = residual < 0.1 or start is not None
        _move(data, at, here, moved, 1 if once else 2)
        converged = residual < tolerance
    here = at.curvature(data, prior)
    sign = 1.0 if at.theta[data.state == data.anchor].mean() >= 0 else -1.0
    theta = sign * at.theta
    error = np.sqrt(here.spread)
    return IdealPoints(
        position=theta,
        standard_error=error,
        low=theta - BAND_REACH * error,
        high=theta + BAND_REACH * error,
        state=data.state,
        session=data.session,
        states=data.states,
        discrimination=sign * at.items[:, 0],
        cutpoints=at.items[:, 1:],
        item_labels=data.item_labels,
        item_covariance=here.inverse * (1.0, sign, sign, 1.0, 1.0, 1.0),
        pressure=_pressure(here, _normals(data, at, prior[0])),
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


@dataclass
class _Point:
    """Where the estimation stands: positions, items, and the variance of each given the other."""

    theta: Floats
    items: Floats
    spread: Floats
    doubt: Floats

    def curvature(self, data: VoteData, prior: tuple[Floats, Floats]) -> Curvature:
        return curvature(data, self.theta, self.items, self.spread, self.doubt, *prior)


def _normals(data: VoteData, at: _Point, prior: Floats) -> Floats:
    """How mean and variance push on each position, (state-sessions, 2): variance, mean."""
    weight = latent_information(data, at.items[:, 0], prior)
    normals: Floats = weight[:, None] * np.stack([at.theta, np.ones_like(at.theta)], axis=1)
    return normals


def _pressure(here: Curvature, normals: Floats) -> float:
    """The multiplier of the unit variance, where it holds the positions together."""
    return max(float(multipliers(here, normals)[0]), 0.0)


def _shortened(step: Floats) -> Floats:
    longest = np.abs(step).max()
    return step * (_LONGEST_STEP / longest) if longest > _LONGEST_STEP else step


def _move(data: VoteData, at: _Point, here: Curvature, moved: Floats, steps: int) -> None:
    """Take positions to where they moved, and let the items follow and improve."""
    items = _predicted(at.items, here.item_step(moved - at.theta), data.binary)
    at.theta = moved
    at.items = _improved(data, at.theta, items, here.ridge, steps)


def _improved(data: VoteData, theta: Floats, items: Floats, ridge: Floats, steps: int) -> Floats:
    from tripolar.models.ideal_points import kernels

    votes = (data.bounds, data.start, data.person, data.code, data.binary)
    better: Floats = kernels.improve_items(
        *votes, theta, items, ridge, 1 / CUTPOINT_VARIANCE, steps
    )
    return better


def _predicted(items: Floats, step: Floats, binary: npt.NDArray[np.bool_]) -> Floats:
    """Items after their share of the joint step, where that keeps the cutpoints in order."""
    step = step * np.minimum(1, 0.5 / np.maximum(np.abs(step).max(axis=1), 1e-12))[:, None]
    moved = items + step
    moved[binary, 2] = moved[binary, 1]
    crossed = ~binary & (moved[:, 2] - moved[:, 1] < 0.5 * (items[:, 2] - items[:, 1]))
    moved[crossed] = items[crossed]
    return moved


def _cold(data: VoteData) -> _Point:
    """Positions, items and variances to begin with, from the votes alone."""
    theta = _mean_votes(data)
    return _Point(
        theta=theta,
        items=_first_items(data, theta),
        spread=np.full(theta.size, _FIRST_SPREAD),
        doubt=np.zeros((data.start.size - 1, 6)),
    )


def _warm(data: VoteData, start: IdealPoints, prior: tuple[Floats, Floats]) -> _Point:
    """The same from an earlier result, what is new settled among what stands."""
    from tripolar.models.ideal_points import kernels

    source, gap = _nearest(data, start)
    theta = np.where(source >= 0, start.position[source], 0.0)
    spread = np.where(source >= 0, start.standard_error[source] ** 2, 0.0)
    items = np.column_stack([start.discrimination, start.cutpoints])
    place = _places(start.item_labels, data.item_labels)
    known = (place >= 0) & ((items[place, 2] <= items[place, 1]) == data.binary)
    at = _Point(
        theta=theta,
        items=items[place],
        spread=np.maximum(spread, _LEAST_SPREAD),
        doubt=np.where(known[:, None], start.item_covariance[place], 0.0),
    )
    changed = np.isin(data.session, data.session[(source < 0) | (gap > 0)])
    if not known.all():
        added = of_items(data, ~known)
        at.items[~known] = _first_items(added, theta)
        changed |= np.isin(data.session, data.session[np.unique(added.person)])
    if changed.any():
        with kernels.one_thread():
            _settle(data, at, _around(data.session, changed), start.pressure, prior)
    return at


def _around(session: Ints, changed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """State-sessions of the sessions that changed and of those within `_AROUND` of one."""
    apart = np.abs(np.unique(session[changed])[:, None] - np.arange(session.max() + 1))
    near: npt.NDArray[np.bool_] = (apart.min(axis=0) <= _AROUND)[session]
    return near


def _settle(
    data: VoteData,
    at: _Point,
    free: npt.NDArray[np.bool_],
    pressure: float,
    prior: tuple[Floats, Floats],
) -> None:
    """Newton steps of some state-sessions and of the items they vote on, the others held.

    The unit variance presses on them as it did in the earlier result.
    """
    touched = np.logical_or.reduceat(free[data.person], data.start[:-1])
    part = of_items(data, touched)
    near = _Point(at.theta, at.items[touched], at.spread, at.doubt[touched])
    for _ in range(_SETTLING):
        here = near.curvature(part, prior)
        near.spread, near.doubt = np.where(free, here.spread, at.spread), here.inverse
        weight = pressure * latent_information(part, near.items[:, 0], prior[0])
        right = np.where(free, here.reduced_slope - weight * near.theta, 0.0)
        step = solve(
            here,
            right[:, None],
            normals=np.empty((right.size, 0)),
            stiffness=np.where(free, weight, _HELD),
            tolerance=0.1,
        )[0][:, 0]
        _move(part, near, here, near.theta + np.where(free, _shortened(step), 0.0), 1)
    at.theta, at.spread = near.theta, near.spread
    at.items[touched], at.doubt[touched] = near.items, near.doubt


def _first_items(data: VoteData, theta: Floats) -> Floats:
    """Items from the vote shares, improved at the first positions."""
    ridge = np.diff(data.start) * 0.6 * _FIRST_SPREAD
    return _improved(data, theta, _margins(data), ridge, 4)


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


def _nearest(data: VoteData, start: IdealPoints) -> tuple[Ints, Ints]:
    """Per state-session the row of the same state's nearest one in an earlier result, and how
    many sessions lie between; -1 where it has none. Of two as near the earlier one."""
    walk = _places(np.array(start.states), np.array(data.states))[data.state]
    span = 1 + max(int(data.session.max()), int(start.session.max()))
    theirs = start.state * span + start.session
    after = np.searchsorted(theirs, walk * span + data.session)
    rows = np.stack([after - 1, np.minimum(after, theirs.size - 1)])
    gaps = np.abs(start.session[rows] - data.session)
    gaps = np.where((start.state[rows] == walk) & (rows >= 0), gaps, span)
    nearer = gaps.argmin(axis=0)[None, :]
    gap = np.take_along_axis(gaps, nearer, axis=0)[0]
    row = np.take_along_axis(rows, nearer, axis=0)[0]
    return np.where(gap < span, row, -1), gap


def _places(known: npt.NDArray[np.str_] | Ints, wanted: npt.NDArray[np.str_] | Ints) -> Ints:
    """Where each wanted value stands among the known; -1 where it is not."""
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known[order], wanted), known.size - 1)]
    return np.where(known[at] == wanted, at, -1)


__all__ = ["IdealPoints", "fit"]
