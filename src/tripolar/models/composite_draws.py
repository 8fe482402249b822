"""The composite of many points under many draws of the choices, in a few matrix products.

Points with the same gaps share their weights, so each set of them takes one product per way to
normalise and aggregate. Figures with a band are scored once at every level of their error, and a
draw picks a level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from tripolar.models.composite import BOUNDED, Bools, Floats, Ints, Scale, spread_weights

AGGREGATIONS = ("arithmetic", "geometric", "penalised")
PENALISED = (70.0, 130.0)
"""Scale of bounded scores where imbalance is penalised: Mazziotta and Pareto's adjusted index."""
NOISE_LEVELS = 32
"""A figure's error is drawn from this many equally likely levels of the normal distribution."""
FACTORS = ("weights", "normalisation", "aggregation", "measure left out", "missing", "figures")
"""The choices that are drawn, in the order of the columns of a design."""


@dataclass(frozen=True)
class Points:
    """Points ready to be aggregated, by normalisation.

    scores : (points, measures), NaN where there is no figure.
    noisy : (points, len(banded), NOISE_LEVELS), scores at each level of the figure's error.
    banded : columns of the measures with bands that are drawn.
    """

    scores: Mapping[str, Floats]
    noisy: Mapping[str, Floats]
    banded: tuple[int, ...]

    @property
    def held(self) -> Bools:
        """Which figures are there: (points, measures)."""
        return np.isfinite(next(iter(self.scores.values())))

    def at(self, rows: Ints) -> Points:
        """Some of the points."""
        return Points(
            {way: scores[rows] for way, scores in self.scores.items()},
            {way: scores[rows] for way, scores in self.noisy.items()},
            self.banded,
        )


def score_points(
    values: Floats,
    errors: Floats,
    scales: Sequence[Scale | None],
    normalisations: Sequence[str],
    banded: Sequence[int] = (),
) -> Points:
    """Scores of points under every normalisation, the banded measures at every level of error.

    values, errors : (points, measures), figures and their standard errors; an error that is not
        known is 0.
    scales : one per measure; None for a measure that no dyad has, which has no scores.
    """
    scores = {way: np.full(values.shape, np.nan) for way in normalisations}
    for m, scale in enumerate(scales):
        if scale is not None:
            for way in normalisations:
                scores[way][:, m] = scale.scores(values[:, m], way)
    levels = normal_levels()
    noisy = {way: np.empty((len(values), len(banded), NOISE_LEVELS)) for way in normalisations}
    for place, m in enumerate(banded):
        banded_scale = scales[m]
        if banded_scale is not None:
            drawn = values[:, m, None] + errors[:, m, None] * levels
            for way in normalisations:
                noisy[way][:, place] = banded_scale.scores(
                    np.clip(drawn, banded_scale.low, banded_scale.high), way
                )
    return Points(scores, noisy, tuple(banded))


def normal_levels() -> Floats:
    """The middles of equally likely slices of the normal distribution, of variance 1."""
    shares = (np.arange(NOISE_LEVELS) + 0.5) / NOISE_LEVELS
    levels = np.array([NormalDist().inv_cdf(share) for share in shares])
    return np.asarray(levels / levels.std())


@dataclass(frozen=True)
class Draws:
    """Choices drawn together, one column or entry per draw.

    normalisation, aggregation, missing : names.
    weights : (measures, draws); left_out : the measure left out, -1 for none.
    levels : (points or 1, banded, draws), the level of each figure's error.
    """

    normalisation: npt.NDArray[np.str_]
    aggregation: npt.NDArray[np.str_]
    missing: npt.NDArray[np.str_]
    weights: Floats
    left_out: Ints
    levels: Ints

    @property
    def count(self) -> int:
        """How many draws."""
        return len(self.left_out)


@dataclass(frozen=True)
class Space:
    """Everything that can be drawn; each choice is one number from 0 to 1 that picks an option.

    weights : (measures, options). left_out : the measure each option leaves out, -1 for none.
    levels : (options, points or 1, banded), levels of the figures' errors.
    """

    weights: Floats
    normalisations: tuple[str, ...]
    aggregations: tuple[str, ...]
    left_out: Ints
    missing: tuple[str, ...]
    levels: npt.NDArray[np.int8]

    def draws(self, design: Floats) -> Draws:
        """The draws of a design: (draws, `FACTORS`) with numbers from 0 to 1."""
        options = (
            *(self.weights.shape[1], len(self.normalisations), len(self.aggregations)),
            *(len(self.left_out), len(self.missing), len(self.levels)),
        )
        picked = np.minimum((design * options).astype(np.int64), np.array(options) - 1)
        weights, normalisation, aggregation, left_out, missing, levels = picked.T
        return Draws(
            normalisation=np.array(self.normalisations)[normalisation],
            aggregation=np.array(self.aggregations)[aggregation],
            missing=np.array(self.missing)[missing],
            weights=self.weights[:, weights],
            left_out=self.left_out[left_out],
            levels=np.moveaxis(self.levels[levels], 0, -1).astype(np.int64),
        )


def composites(points: Mapping[str, Points], draws: Draws, groups: Ints) -> Floats:
    """The composite of every point under every draw: (points, draws).

    ``points`` holds the same points under each missing rule that is drawn. NaN where a draw finds
    no figure with a weight.
    """
    count = len(next(iter(points.values())).held)
    found = np.full((count, draws.count), np.nan)
    for rule, under in points.items():
        chosen = np.flatnonzero(draws.missing == rule)
        cells = list(_cells(draws, chosen))
        for held, rows in patterns(under.held):
            there = held[:, None] & (np.arange(len(held))[:, None] != draws.left_out[chosen])
            weights = spread_weights(draws.weights[:, chosen], there, groups)
            for normalisation, aggregation, which in cells:
                levels = draws.levels[:, :, chosen[which]]
                found[np.ix_(rows, chosen[which])] = _aggregate(
                    under, rows, held, normalisation, aggregation, weights[:, which], levels
                )
    return found


def _cells(draws: Draws, chosen: Ints) -> Iterator[tuple[str, str, Ints]]:
    """Draws that share a normalisation and an aggregation, as places within ``chosen``."""
    for normalisation in np.unique(draws.normalisation[chosen]):
        for aggregation in np.unique(draws.aggregation[chosen]):
            same = (draws.normalisation[chosen] == normalisation) & (
                draws.aggregation[chosen] == aggregation
            )
            if same.any():
                yield str(normalisation), str(aggregation), np.flatnonzero(same)


def patterns(held: Bools) -> Iterator[tuple[Bools, Ints]]:
    """Every set of measures that some point has, with the rows that have it."""
    keys, inverse = np.unique(np.packbits(held, axis=1), axis=0, return_inverse=True)
    order = np.argsort(inverse.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(inverse.ravel(), minlength=len(keys)))
    for rows in np.split(order, ends[:-1]):
        if held[rows[0]].any():
            yield held[rows[0]], rows


def _aggregate(
    points: Points,
    rows: Ints,
    held: Bools,
    normalisation: str,
    aggregation: str,
    weights: Floats,
    levels: Ints,
) -> Floats:
    """Composites of points with the same measures: (rows, draws).

    Geometric: exp of the mean logarithm. Penalised: mean less variance over mean (Mazziotta and
    Pareto), both weighted, which is 2 M - Q / M with Q the mean square.
    """
    scores, noisy = points.scores[normalisation][rows], points.noisy[normalisation][rows]
    fixed = [m for m in np.flatnonzero(held) if m not in points.banded]
    drawn = [(place, m) for place, m in enumerate(points.banded) if held[m]]
    per_row = levels[rows] if len(levels) > 1 else levels

    def mean_of(form: str) -> Floats:
        total: Floats = _form(scores[:, fixed], form) @ weights[fixed]
        for place, m in drawn:
            of_levels = _form(noisy[:, place], form)
            index = per_row[:, place]
            at = (
                of_levels[:, index[0]]
                if len(index) == 1
                else np.take_along_axis(of_levels, index, axis=1)
            )
            total += at * weights[m]
        return total

    if aggregation == "geometric":
        return np.exp(mean_of("log"))
    if aggregation == "arithmetic":
        return mean_of("same")
    scale = "same" if normalisation == "z-score" else "penalised"
    mean, square = mean_of(scale), mean_of(f"{scale} squared")
    return 2 * mean - square / mean


def _form(scores: Floats, form: str) -> Floats:
    """Scores as an aggregation takes them."""
    if form == "log":
        return np.log(scores)
    if form.startswith("penalised"):
        (least, most), (low, high) = BOUNDED, PENALISED
        scores = low + (high - low) * (scores - least) / (most - least)
    return scores**2 if form.endswith("squared") else scores
