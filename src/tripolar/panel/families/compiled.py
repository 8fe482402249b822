"""What a family of stored measures hands to the build, and the helpers that shape it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

FIGURES = ["measure", "a", "b", "year", "value", "low", "high", "n"]
COVERED = ["measure", "actor", "year"]


@dataclass(frozen=True)
class Compiled:
    """Finished figures of a family.

    figures : the columns of `FIGURES`, one row per measure, pair and year. An undirected measure
        has a before b; a monadic one a = b; a mirrored one only the row with a before b. Zeros
        that the measure's ``zeros`` rule fills are left out.
    covered : the columns of `COVERED`: which actors a source speaks of, for measures whose
        ``zeros`` is "a" or "both".
    report : lines on rows read, rows dropped and why.
    """

    figures: pd.DataFrame
    covered: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COVERED))
    report: tuple[str, ...] = ()


def figures_of(measure: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of a, b, year, value and perhaps low, high, n as figures of one measure."""
    full = frame.assign(measure=measure)
    for name in ("low", "high"):
        if name not in full:
            full[name] = float("nan")
    if "n" not in full:
        full["n"] = 1
    return full[FIGURES].reset_index(drop=True)


def covered_of(measures: Iterable[str], frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of actor and year as what several measures cover."""
    held = frame[["actor", "year"]].drop_duplicates()
    return pd.concat([held.assign(measure=name) for name in measures], ignore_index=True)[COVERED]


def to_digits(values: pd.Series, digits: int = 4) -> pd.Series:
    """Values rounded to a number of significant digits; what is stored takes less room so."""
    size = np.floor(np.log10(values.abs().where(values != 0, 1.0)))
    scale = 10.0 ** (digits - 1 - size)
    rounded: pd.Series = (values * scale).round() / scale
    return rounded
