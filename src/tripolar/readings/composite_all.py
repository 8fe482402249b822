"""The composites of all dyads of states, with their bands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tripolar.models.composite import Floats, Ints
from tripolar.models.composite_draws import FACTORS, composites
from tripolar.panel.figures import Atlas
from tripolar.readings.composite_background import (
    BLOCK,
    Background,
    background,
    moments,
    points_at,
    sampled_composites,
    space_of,
)
from tripolar.readings.composite_choices import CompositeChoices
from tripolar.readings.composite_panel import coverage
from tripolar.readings.composite_tables import QUANTILES
from tripolar.readings.question import checked_years

DRAWS = 500
DEFAULT_CHOICES = CompositeChoices(draws=DRAWS)


def composites_of_all(
    atlas: Atlas,
    *,
    first: int | None = None,
    last: int | None = None,
    choices: CompositeChoices = DEFAULT_CHOICES,
) -> pd.DataFrame:
    """The composite of every dyad of states in every year that has one.

    A draw takes the same level of error for every dyad, so that bands hold for each alone and not
    for a difference of two.

    Returns
    -------
    DataFrame with a, b, year, level (declared), median, low, high (standard deviations of all
    dyads), coverage, and rank of the median within the year.
    """
    first, last = checked_years(atlas, first, last)
    found = background(atlas, choices)
    years = found.panel.years
    dyad, year = np.nonzero(np.isfinite(found.index) & (years >= first) & (years <= last))
    own, _ = coverage(found.panel, choices, found.weights)
    frame = pd.DataFrame(
        {
            "a": found.panel.a[dyad],
            "b": found.panel.b[dyad],
            "year": years[year],
            "level": (found.index[dyad, year] - found.mean) / found.spread,
            **dict(zip(("low", "median", "high"), _bands(found, dyad, year), strict=True)),
            "coverage": own[dyad, year],
        }
    )
    rank = frame.groupby("year")["median"].rank(ascending=False, method="min")
    return frame.assign(rank=rank.astype("int64")).sort_values(
        ["a", "b", "year"], ignore_index=True
    )


def _bands(found: Background, dyad: Ints, year: Ints) -> Floats:
    """Low, median and high of points over the draws: (3, points)."""
    design = np.random.default_rng(found.choices.seed).random((found.choices.draws, len(FACTORS)))
    draws = space_of(found, 1).draws(design)
    mean, spread = moments(found, sampled_composites(found, draws))
    bands = np.empty((len(QUANTILES), len(dyad)))
    for rows in _alike(found, dyad, year):
        points = points_at(found, found.panel, dyad[rows], year[rows], noisy=True)
        levels = (composites(points, draws, found.groups) - mean) / spread
        whole = not np.isnan(levels).any()
        quantile = np.quantile if whole else np.nanquantile
        bands[:, rows] = quantile(levels, QUANTILES, axis=1)
    return bands


def _alike(found: Background, dyad: Ints, year: Ints) -> Iterator[Ints]:
    """Blocks of points, those with the same measures side by side."""
    held = np.packbits(np.isfinite(found.panel.values[dyad, year]), axis=1)
    order = np.lexsort(held.T)
    for start in range(0, len(order), BLOCK):
        yield order[start : start + BLOCK]
