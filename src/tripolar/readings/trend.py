"""A trend no single year can make: Theil and Sen's slope, and how it moves with its start."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from tripolar.settings import BAND_LEVEL

LEAST_YEARS = 5
"""Fewer years than this make no trend."""
STARTS = 5
"""How many first years are tried to see how the slope moves."""
PER = 10.0
"""Slopes are per decade."""


@dataclass(frozen=True)
class Trend:
    """Change per decade with its band; NaN where there are fewer than five years.

    low, high : band of the slope at `BAND_LEVEL` (Sen 1968), which holds for independent years;
        figures of neighbouring years hang together, so it is on the narrow side.
    least, most : the smallest and largest slope when the first year is moved by up to four years.
    """

    slope: float
    low: float
    high: float
    first: int
    years: int
    least: float
    most: float


def trend_of(years: npt.NDArray[np.int64], values: npt.NDArray[np.float64]) -> Trend:
    """The median slope of all pairs of years, per decade, with Sen's band for it.

    Theil (1950); Sen (1968), Journal of the American Statistical Association 63:1379-1389,
    doi:10.1080/01621459.1968.10480934.
    """
    first = int(years[0]) if len(years) else 0
    if len(years) < LEAST_YEARS:
        nan = float("nan")
        return Trend(nan, nan, nan, first, len(years), nan, nan)
    slopes = pairwise_slopes(years, values)
    low, high = _band(slopes, values)
    starts = range(min(STARTS, len(years) - LEAST_YEARS + 1))
    moved = [float(np.median(pairwise_slopes(years[k:], values[k:]))) for k in starts]
    return Trend(
        slope=PER * float(np.median(slopes)),
        low=PER * low,
        high=PER * high,
        first=first,
        years=len(years),
        least=PER * min(moved),
        most=PER * max(moved),
    )


def pairwise_slopes(
    years: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The slopes of all pairs of years, sorted. (scipy has it; importing it costs a second.)"""
    earlier, later = np.triu_indices(len(years), k=1)
    slopes = (values[later] - values[earlier]) / (years[later] - years[earlier])
    return np.sort(slopes)


def _band(slopes: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Sen's band: the slopes whose ranks lie z Kendall deviations about the middle one."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    reach = NormalDist().inv_cdf((1 + BAND_LEVEL) / 2) * math.sqrt(variance)
    low = max(round((len(slopes) - reach) / 2) - 1, 0)
    high = min(round((len(slopes) + reach) / 2), len(slopes) - 1)
    return float(slopes[low]), float(slopes[high])
