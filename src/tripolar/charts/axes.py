"""Axes worked out ahead of drawing: round ticks for values, whole years for time.

The charts place labels by the pixel, so the domain must be known here and not left to Vega.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tripolar.errors import InputError

_STEPS = (1.0, 2.0, 5.0, 10.0)
_BLANK = 0.5
"""Most room past the data that is kept to end on a tick, in steps."""
_AIR = 0.12
_YEAR_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
_YEAR_ROOM = 44
"""Least distance between two year labels in px."""


@dataclass(frozen=True)
class Axis:
    """The domain of an axis, its ticks, and how many decimals their labels carry."""

    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int = 0

    def labels(self) -> list[str]:
        """The tick labels as they will read."""
        return [f"{tick:,.{self.decimals}f}".replace("-", "−") for tick in self.ticks]

    def place(self, value: float, size: float) -> float:
        """Where a value lies on an axis of ``size`` px, from its low end."""
        return (value - self.low) / (self.high - self.low) * size

    def value(self, place: float, size: float) -> float:
        """The value that lies ``place`` px from the low end."""
        return self.low + place / size * (self.high - self.low)


def value_axis(
    low: float,
    high: float,
    *,
    count: int = 5,
    whole: bool = False,
    domain: tuple[float, float] | None = None,
) -> Axis:
    """An axis with about ``count`` round ticks that holds ``low`` and ``high``.

    Parameters
    ----------
    whole : the values are counts, so no tick falls between two whole numbers.
    domain : the ends to keep to, for instance (0, 1) for a share; otherwise the axis ends
        on ticks, or short of them where that would leave much blank.

    Examples
    --------
    >>> value_axis(0.03, 0.48).ticks
    (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
    """
    if domain is not None:
        low, high = domain
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise InputError(f"a domain runs from low to high, not from {low} to {high}")
    if high - low < 1e-12 * max(1.0, abs(low), abs(high)):
        slack = 1.0 if whole or abs(low) < 1e-9 else abs(low) * 0.1
        low, high = low - slack, high + slack
        if whole and low < 0 <= low + slack:
            low = 0.0
    step = _step((high - low) / count)
    if whole:
        step = max(1.0, math.ceil(step))
    slop = 1e-9
    if domain is None:
        first, last = math.floor(low / step + slop), math.ceil(high / step - slop)
        # An axis that could end at 0 does: how far values lie from nothing is worth the blank.
        if first != 0 and low - first * step > _BLANK * step and not whole:
            first, low = first + 1, low - _AIR * step
        else:
            low = min(low, first * step)
        if last != 0 and last * step - high > _BLANK * step and not whole:
            last, high = last - 1, high + _AIR * step
        else:
            high = max(high, last * step)
    else:
        first, last = math.ceil(low / step - slop), math.floor(high / step + slop)
    decimals = max(0, -math.floor(math.log10(step) + slop))
    ticks = tuple(round(at * step, decimals) + 0.0 for at in range(first, last + 1))
    return Axis(low, high, ticks, decimals)


def year_axis(first: int, last: int, width: float, *, margin: float = 0.0) -> Axis:
    """An axis of whole years, with ticks at round ones as far as ``width`` px has room for them.

    ``margin`` in years is kept at both ends, for bars.

    Examples
    --------
    >>> year_axis(1990, 2019, 300).ticks
    (1990, 1995, 2000, 2005, 2010, 2015)
    """
    if first > last:
        raise InputError(f"years run from first to last, not from {first} to {last}")
    if first == last:
        return Axis(first - 0.5, last + 0.5, (first,))
    room = max(1, int(width // _YEAR_ROOM))
    span = last - first
    step = next((each for each in _YEAR_STEPS if span / each <= room), _YEAR_STEPS[-1])
    ticks = tuple(range(-(-first // step) * step, last + 1, step))
    return Axis(first - margin, last + margin, ticks or (first,))


def _step(rough: float) -> float:
    """The round step nearest to a rough one, by ratio."""
    power = 10.0 ** math.floor(math.log10(rough))
    return power * min(_STEPS, key=lambda each: abs(math.log(each * power / rough)))
