"""Bands around ideal points that know of the items and of each session's scale; use `bands`.

A position is uncertain in three ways: given the items (its own votes are few), because the items
are estimated (all states of a session shift and stretch together), and because priors rather than
votes hold the scale and location of a session against others. The first is the inverse of the
information given the items, exact. The second comes from joint draws of positions and items,
normal around the estimate with the inverse of the joint information, of which the part that goes
through the items is kept. In the third each draw's shift and stretch of a session is enlarged by
constants that simulation showed to be needed, `SHIFT_FACTOR` and the rest (docs: coverage).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tripolar.models.ideal_points.data import Floats, Ints, VoteData
from tripolar.models.ideal_points.fit import (
    IdealPoints,
    latent_information,
    standardised,
    walk_precision,
)
from tripolar.models.ideal_points.solve import CUT_PRECISION, curvature, solve
from tripolar.settings import BAND_REACH

DRAWS = 24
MOST_DRAWS = 32
SHIFT_FACTOR = 1.5
EARLY_SHIFT_FACTOR = 3.0
EARLY = 10
"""Sessions, from the first of the data, whose location the votes hold least."""
STRETCH_FACTOR = 2.0
OWN_FACTOR = 0.95
EXTREME_FROM = 1.5
EXTREME_WIDENING = 0.3
"""Own error grows by this much per unit of within-session position beyond `EXTREME_FROM`."""
SOLVE_TOLERANCE = 3e-4


@dataclass(frozen=True)
class Bands:
    """What 90% bands are made of, for state-sessions in the order of the data.

    position : (state-sessions,), pooled scale. own : (state-sessions,), variance given the items.
    shared : (state-sessions, draws), deviations that states share through items, session scale
        and location, on the pooled scale.
    standard_error, low, high : (state-sessions,), pooled scale.
    within, within_error, within_low, within_high : (state-sessions,), positions in units of their
        session: mean 0 and variance 1 over the states of the session.
    session : (state-sessions,).
    """

    position: Floats
    own: Floats
    shared: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    within: Floats
    within_error: Floats
    within_low: Floats
    within_high: Floats
    session: Ints


def bands(data: VoteData, points: IdealPoints, *, draws: int = DRAWS, seed: int = 0) -> Bands:
    """90% bands for positions, pooled and within sessions, and what `distance` needs."""
    shared, own = _draws(data, points, min(draws, MOST_DRAWS), seed)
    theta = points.position
    shared = standardised(theta[:, None] + shared) - theta[:, None]
    shared -= shared.mean(axis=1, keepdims=True)
    shared = _enlarged(shared, theta, data.session)
    within, deviations, unit = _within(theta, shared, data.session)
    beyond = np.maximum(np.abs(within) - EXTREME_FROM, 0.0)
    own = own * (OWN_FACTOR * (1 + EXTREME_WIDENING * beyond)) ** 2
    error = np.sqrt(own + _variance(shared))
    within_error = np.sqrt(own / unit**2 + _variance(deviations))
    return Bands(
        position=theta,
        own=own,
        shared=shared,
        standard_error=error,
        low=theta - BAND_REACH * error,
        high=theta + BAND_REACH * error,
        within=within,
        within_error=within_error,
        within_low=within - BAND_REACH * within_error,
        within_high=within + BAND_REACH * within_error,
        session=data.session,
    )


def distance(
    found: Bands, first: npt.ArrayLike, second: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """Distances of pairs of state-sessions: value, standard error, low, high.

    From the joint draws: what two states share, the location of their session foremost, cancels.
    `first` and `second` are indices of state-sessions. Low is never below zero.
    """
    a, b = np.asarray(first, np.int64), np.asarray(second, np.int64)
    apart = np.abs(found.position[a] - found.position[b])
    error = np.sqrt(found.own[a] + found.own[b] + _variance(found.shared[a] - found.shared[b]))
    low = np.maximum(apart - BAND_REACH * error, 0.0)
    return apart, error, low, apart + BAND_REACH * error


def _variance(deviations: Floats) -> Floats:
    """Variance over draws whose mean is known to be 0."""
    found: Floats = (deviations**2).sum(axis=-1) / max(deviations.shape[-1] - 1, 1)
    return found


def _draws(data: VoteData, points: IdealPoints, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Deviations of positions given drawn items, and their variance given the items."""
    from tripolar.models.ideal_points import kernels

    theta = points.position
    items = np.column_stack([points.discrimination, points.cutpoints])
    prior_diagonal, prior_off = walk_precision(data, points.walk_variance)
    here = curvature(
        data,
        theta,
        items,
        np.zeros(theta.size),
        np.zeros((items.shape[0], 6)),
        prior_diagonal,
        prior_off,
        newton=False,
    )
    noise, item_noise = kernels.perturb(
        data.bounds,
        data.start,
        data.person,
        data.code,
        data.binary,
        theta,
        items,
        seed,
        draws,
    )
    random = np.random.default_rng(seed)
    noise += _walk_noise(prior_diagonal, prior_off, random.standard_normal((2, theta.size, draws)))
    scale = np.sqrt([1.0, CUT_PRECISION, CUT_PRECISION])[:, None]
    prior = scale * random.standard_normal(item_noise.shape)
    prior[data.binary, 2] = 0.0
    item_noise += prior
    right = noise - kernels.to_persons(
        data.bounds,
        data.start,
        data.person,
        here.coupling,
        kernels.apply_blocks(here.inverse, item_noise),
        theta.size,
    )
    weight = latent_information(data, items[:, 0], prior_diagonal)
    moved, _ = solve(
        here,
        right,
        normals=weight[:, None] * np.stack([theta, np.ones_like(theta)], axis=1),
        stiffness=np.zeros_like(theta),
        tolerance=SOLVE_TOLERANCE,
    )
    item_moves = kernels.apply_blocks(
        here.inverse,
        item_noise - kernels.to_items(data.bounds, data.start, data.person, here.coupling, moved),
    )
    pushed = kernels.to_persons(
        data.bounds, data.start, data.person, here.coupling, item_moves, theta.size
    )
    return -kernels.tridiagonal_solve(here.diagonal, here.off, pushed), here.spread


def _walk_noise(diagonal: Floats, off: Floats, normal: Floats) -> Floats:
    """Noise with the random walks' precision as covariance."""
    tie = np.sqrt(-off)[:, None] * normal[0]
    first = diagonal + off
    first[1:] += off[:-1]
    noise: Floats = np.sqrt(np.maximum(first, 0.0))[:, None] * normal[1]
    noise += tie
    noise[1:] -= tie[:-1]
    return noise


def _enlarged(shared: Floats, theta: Floats, session: Ints) -> Floats:
    """Each draw's shift and stretch of each session enlarged by the declared factors."""
    out = shared.copy()
    for turn, when in enumerate(np.unique(session)):
        rows = session == when
        factor = EARLY_SHIFT_FACTOR if turn < EARLY else SHIFT_FACTOR
        centre = theta[rows] - theta[rows].mean()
        shift = shared[rows].mean(axis=0)
        stretch = centre @ shared[rows] / (centre @ centre)
        out[rows] += (factor - 1) * shift
        out[rows] += (STRETCH_FACTOR - 1) * np.outer(centre, stretch)
    return out


def _within(theta: Floats, shared: Floats, session: Ints) -> tuple[Floats, Floats, Floats]:
    """Positions in units of their session, the draws' deviations there, and the units."""
    within, unit = np.empty_like(theta), np.empty_like(theta)
    deviations = np.empty_like(shared)
    for when in np.unique(session):
        rows = session == when
        within[rows] = standardised(theta[rows])
        unit[rows] = theta[rows].std()
        deviations[rows] = standardised(theta[rows, None] + shared[rows]) - within[rows, None]
    return within, deviations, unit
