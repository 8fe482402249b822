"""Two sequences of positions into the cells of their joint table, checked; and drawn again.

What `tripolar.measures.similarity` does before and beside the numerics of
`tripolar.measures.tables`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tripolar.errors import InputError
from tripolar.measures.tables import Array

# Cases drawn at a time when weighted cases are resampled: about 8 MB of indices.
DRAWS_AT_ONCE = 1_000_000


def _is_missing(value: object) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType", "MaskedConstant")


def positions(values: ArrayLike, which: str) -> Array:
    """Positions as floats, NaN where missing."""
    masked = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    raw = np.asarray(values)
    try:
        if raw.ndim != 1 or raw.dtype.kind not in "Obiuf":
            raise ValueError
        if raw.dtype.kind == "O":
            raw = np.array([np.nan if _is_missing(v) else v for v in raw])
        if raw.dtype.kind not in "biuf":
            raise ValueError
        positions = raw.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError(
            f"{which} has dtype {raw.dtype} and shape {raw.shape}; one row of numbers is needed",
            next_step="pass numbers (UN votes: 1 yes, 2 abstain, 3 no), missing as NaN",
        ) from None
    if masked is not None:
        positions[masked] = np.nan
    return positions


def case_weights(weights: ArrayLike | None, n: int) -> Array:
    """Weights as floats, one where none are given; refused where missing or negative."""
    if weights is None:
        return np.ones(n)
    weight = positions(weights, "weights")
    if weight.shape != (n,) or not np.isfinite(weight).all() or (weight < 0).any():
        seen = f"weights have shape {weight.shape} for {n} cases"
        if weight.shape == (n,):
            seen = (
                "weights hold " + ("a negative" if (weight < 0).any() else "a missing") + " value"
            )
        raise InputError(seen, next_step="pass one finite weight of 0 or more per case")
    return weight


def cells_of_cases(first: Array, second: Array, levels: Array) -> NDArray[np.intp]:
    """Number of the table's cell for each case, -1 where either is missing."""
    indices = []
    for which, positions in (("a", first), ("b", second)):
        seen = np.isfinite(positions) | np.isinf(positions)
        index = np.searchsorted(levels, positions).clip(max=levels.size - 1)
        strange = seen & (levels[index] != positions)
        if strange.any():
            raise InputError(
                f"{which} holds position {positions[strange][0]:g}, "
                f"not among the levels {', '.join(f'{x:g}' for x in levels)}",
                next_step="pass levels= with every position that can be taken, in order; "
                "an absence or non-membership (8 and 9 in some vote files) is missing: NaN",
            )
        indices.append(np.where(seen, index, -1))
    either = (indices[0] < 0) | (indices[1] < 0)
    return np.where(either, -1, indices[0] * levels.size + indices[1])


def unseen(total: int | None, seen: int, denominator: str, weights: ArrayLike | None) -> int:
    """Cases that count in the denominator but are in no array."""
    if total is None:
        return 0
    if denominator != "all" or weights is not None or total != int(total) or total < seen:
        raise InputError(
            f"total={total} with denominator={denominator!r}, {seen} cases in the arrays and "
            f"{'no ' if weights is None else ''}weights",
            next_step='total counts unweighted cases: pass denominator="all", no weights, '
            "and a whole number no smaller than the arrays are long",
        )
    return int(total) - seen


def tables_of_draws(cells: NDArray[np.intp], weights: Array, levels: int) -> Array:
    """Joint tables (draws, L, L) of draws (draws, n); cell -1 is left out."""
    draws, width = cells.shape[0], levels**2 + 1
    at = np.where(cells < 0, width - 1, cells) + width * np.arange(draws)[:, None]
    flat: Array = np.bincount(at.ravel(), weights.ravel(), minlength=draws * width).astype(float)
    return flat.reshape(draws, width)[:, :-1].reshape(draws, levels, levels)


def draw_again(
    cell: NDArray[np.intp],
    weight: Array,
    unseen: int,
    levels: int,
    resamples: int,
    rng: np.random.Generator,
) -> Array:
    """Weights per cell of redrawn cases, shape (resamples, L^2 + 1); last: cases not joint."""
    width = levels**2 + 1
    held = np.where(cell < 0, width - 1, cell)
    if (weight == 1).all():
        counts = np.bincount(held, minlength=width).astype(np.float64)
        counts[-1] += unseen
        n = cell.size + unseen
        return rng.multinomial(n, counts / n, size=resamples).astype(np.float64)
    drawn = np.empty((resamples, width))
    at_once = max(1, DRAWS_AT_ONCE // cell.size)
    for start in range(0, resamples, at_once):
        rows = min(at_once, resamples - start)
        pick = rng.integers(cell.size, size=(rows, cell.size))
        at = held[pick] + width * np.arange(rows)[:, None]
        flat = np.bincount(at.ravel(), weight[pick].ravel(), minlength=rows * width)
        drawn[start : start + rows] = flat.reshape(rows, width)
    return drawn
