"""A trend that a single year cannot make: Theil and Sen's slope, and how it moves with its start."""

from __future__ import annotations

from dataclasses import dataclass

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
    """The median slope of all pairs of years, per decade.

    Theil (1950); Sen (1968), Journal of the American Statistical Association 63:1379-1389,
    doi:10.1080/01621459.1968.10480934.
    """
    from scipy.stats import theilslopes

    first = int(years[0]) if len(years) else 0
    if len(years) < LEAST_YEARS:
        nan = float("nan")
        return Trend(nan, nan, nan, first, len(years), nan, nan)
    found = theilslopes(values, years, alpha=BAND_LEVEL)
    starts = range(min(STARTS, len(years) - LEAST_YEARS + 1))
    moved = [theilslopes(values[k:], years[k:]).slope for k in starts]
    return Trend(
        slope=PER * float(found.slope),
        low=PER * float(found.low_slope),
        high=PER * float(found.high_slope),
        first=first,
        years=len(years),
        least=PER * float(min(moved)),
        most=PER * float(max(moved)),
    )
