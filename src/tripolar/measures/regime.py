"""Distances of regimes: how far two scores stand apart, and the band of that distance."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from tripolar.settings import BAND_LEVEL

Floats = npt.NDArray[np.float64]

FAR = 6.0
"""Errors apart beyond which the sign of a difference is certain and the reach constant."""
STEP = 0.005
HALVINGS = 50


def distance(one: Floats, other: Floats) -> Floats:
    """|one - other|, in the scores' own unit."""
    return np.asarray(np.abs(one - other), dtype=np.float64)


def band_of_distance(apart: Floats, error: Floats) -> tuple[Floats, Floats]:
    """The 90% band of a distance, ``apart`` plus and minus one reach, cut at 0.

    The difference is taken as normal about the measured one, so the distance follows a folded
    normal distribution; the reach is such that the band holds 90% of it. Two scores that differ by
    many errors get the plain band of a difference; two that are nearly equal a band from 0.

    Parameters
    ----------
    apart : distances
    error : standard deviations of the differences, in the same unit; 0 gives a band of no width

    Returns
    -------
    low, high
    """
    grid, reaches = _reaches()
    ratio = np.divide(apart, error, out=np.full_like(apart, FAR), where=error > 0)
    reach = np.interp(ratio, grid, reaches) * error
    return np.maximum(apart - reach, 0.0), apart + reach


@functools.cache
def _reaches() -> tuple[Floats, Floats]:
    """Reaches in errors for distances in errors, found by halving."""
    grid = np.arange(0.0, FAR + STEP, STEP)
    low, high = np.zeros_like(grid), np.full_like(grid, FAR)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        short = _within(grid, middle) < BAND_LEVEL
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return grid, (low + high) / 2


def _within(apart: Floats, reach: Floats) -> Floats:
    """How much of a folded normal about ``apart``, error 1, lies within the reach of it."""
    inner = np.maximum(apart - reach, 0.0)
    return _folded(apart + reach, apart) - _folded(inner, apart)


def _folded(at: Floats, mean: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(at - mean) - ndtr(-at - mean), dtype=np.float64)
