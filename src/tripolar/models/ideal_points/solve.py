"""The information of positions and items at a point, and solving with it.

The joint information is [[A, C'], [C, B]]: A the states' tridiagonals (votes and walk), B one 3x3
block per item (votes, priors, ridge), C what couples a vote's position and item. Items are
eliminated: S = A - C' B^-1 C is solved by conjugate gradients preconditioned with A.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tripolar.models.ideal_points.data import Floats, VoteData

CUT_PRECISION = 1 / 50
MOST_ROUNDS = 200


@dataclass(frozen=True)
class Curvature:
    """Slopes and information at one point, for persons = state-sessions.

    diagonal, off : (persons,), A. coupling : (votes, 3) float32, C. inverse : (items, 6), B^-1.
    reduced_slope : (persons,), slope of the positions with the items following.
    item_slope : (items, 3). ridge : (items,). spread : (persons,), diagonal of A^-1.
    log_posterior : at the point, without the ridge.
    """

    data: VoteData
    diagonal: Floats
    off: Floats
    coupling: npt.NDArray[np.float32]
    inverse: Floats
    reduced_slope: Floats
    item_slope: Floats
    ridge: Floats
    spread: Floats
    log_posterior: float

    def push(self, x: Floats) -> Floats:
        """A times a vector or columns."""
        shape = (-1,) + (1,) * (x.ndim - 1)
        out: Floats = self.diagonal.reshape(shape) * x
        out[:-1] += self.off[:-1].reshape(shape) * x[1:]
        out[1:] += self.off[:-1].reshape(shape) * x[:-1]
        return out

    def item_step(self, step: Floats) -> Floats:
        """How the items follow a step of the positions: B^-1 (slope - C step), (items, 3)."""
        from tripolar.models.ideal_points import kernels

        data = self.data
        moved = kernels.to_items(
            data.bounds, data.start, data.person, self.coupling, step[:, None].copy()
        )
        out: Floats = kernels.apply_blocks(self.inverse, self.item_slope[:, :, None] - moved)
        return out[:, :, 0]


def curvature(
    data: VoteData,
    theta: Floats,
    items: Floats,
    spread: Floats,
    doubt: Floats,
    prior_diagonal: Floats,
    prior_off: Floats,
    *,
    with_ridge: bool = True,
    newton: bool = True,
) -> Curvature:
    """Slopes and information at positions, items and the positions' variances given items."""
    from tripolar.models.ideal_points import kernels

    coupling = np.empty((data.person.size, 3), dtype=np.float32)
    value, slope, info, item_slope, block, ridge = kernels.assemble(
        data.bounds,
        data.start,
        data.person,
        data.code,
        data.binary,
        theta,
        items,
        spread,
        doubt,
        coupling,
        newton,
    )
    walk = prior_diagonal * theta
    walk[:-1] += prior_off[:-1] * theta[1:]
    walk[1:] += prior_off[:-1] * theta[:-1]
    free = ~data.binary
    tight = np.column_stack(
        [np.ones(items.shape[0]), np.full(items.shape[0], CUT_PRECISION), CUT_PRECISION * free]
    )
    log_posterior = value - 0.5 * (theta @ walk) - 0.5 * float((tight * items**2).sum())
    if with_ridge:
        tight[:, 0] += ridge
    item_slope -= tight * items
    block[:, [0, 3, 5]] += tight
    diagonal = prior_diagonal + info
    inverse = kernels.invert(block)
    follow = kernels.apply_blocks(inverse, item_slope[:, :, None])
    back = kernels.to_persons(data.bounds, data.start, data.person, coupling, follow, theta.size)
    return Curvature(
        data=data,
        diagonal=diagonal,
        off=prior_off,
        coupling=coupling,
        inverse=inverse,
        reduced_slope=slope - walk - back[:, 0],
        item_slope=item_slope,
        ridge=ridge,
        spread=kernels.tridiagonal_variance(diagonal, prior_off),
        log_posterior=float(log_posterior),
    )


def solve(
    here: Curvature,
    right: Floats,
    *,
    normals: Floats,
    stiffness: Floats,
    tolerance: float,
    most: int = MOST_ROUNDS,
) -> tuple[Floats, int]:
    """(S + stiffness)^-1 times columns, orthogonal to `normals`, and the rounds taken.

    Projected preconditioned conjugate gradients. `right` is (persons, columns); no solution moves
    along a column of `normals` (persons, constraints); `stiffness` is a diagonal (persons,).
    Stops when every column's residual, in the norm of the preconditioner, has fallen by
    `tolerance`, and where the curvature is not positive.
    """
    from tripolar.models.ideal_points import kernels

    data = here.data
    diagonal = here.diagonal + stiffness
    held = kernels.tridiagonal_solve(diagonal, here.off, normals)
    gram = np.linalg.inv(normals.T @ held)

    def precondition(residual: Floats) -> Floats:
        direct: Floats = kernels.tridiagonal_solve(diagonal, here.off, residual)
        direct -= held @ (gram @ (held.T @ residual))
        return direct

    x = np.zeros_like(right)
    left = right.copy()
    way = precondition(left)
    size = (left * way).sum(axis=0)
    goal = tolerance**2 * size
    rounds = 0
    while rounds < most and (size > goal).any():
        along = here.push(way) + stiffness[:, None] * way
        along -= kernels.schur(
            data.bounds, data.start, data.person, here.coupling, here.inverse, way
        )
        bend = (way * along).sum(axis=0)
        if (bend <= 0).any():
            break
        rounds += 1
        length = size / bend
        x += length * way
        left -= length * along
        ready = precondition(left)
        fresh = (left * ready).sum(axis=0)
        way = ready + fresh / np.maximum(size, 1e-300) * way
        size = fresh
    return x, rounds


def multipliers(here: Curvature, normals: Floats) -> Floats:
    """The multiples of `normals` nearest to the slope, in the norm of A^-1."""
    from tripolar.models.ideal_points import kernels

    held = kernels.tridiagonal_solve(here.diagonal, here.off, normals)
    found: Floats = np.linalg.solve(normals.T @ held, held.T @ here.reduced_slope)
    return found
