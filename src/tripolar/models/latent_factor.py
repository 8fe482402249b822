"""One factor behind several measures that walks at random over years, with gaps allowed.

    figure[t, m] = loading[m] * factor[t] + offset[m] + noise,   noise ~ N(0, noise[m])
    factor[t] = factor[t - 1] + step,   step ~ N(0, step),   factor[0] ~ N(0, 1)
    offset[m] ~ N(0, offset[m])

Figures are standardised over all dyads. A pair's offsets hold what a measure says of it year after
year beside the factor (a treaty that others lack); without them every year would count as new
evidence, and the band of the level would be far too narrow. The smoothed factor is computed from
the precision matrix of all years at once; it is that of the Kalman smoother with the offsets as
constant states (Durbin and Koopman 2012, doi:10.1093/acprof:oso/9780199641178.001.0001), and a
missing figure adds nothing to it. Loadings are given: those of the first common factor. Left free
they would settle on the one measure that hardly moves, a treaty in force. The variances come from
many dyads by expectation and maximisation (Shumway and Stoffer 1982,
doi:10.1111/j.1467-9892.1982.tb00349.x).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tripolar.models.composite import Bools, Floats

LEAST_VARIANCE = 1e-4
ITERATIONS = 40
START_NOISE, START_OFFSET, START_STEP = 0.4, 0.4, 0.02


@dataclass(frozen=True)
class FactorModel:
    """The numbers that all dyads share: variances, and the loading of every measure.

    loading, noise, offset : (measures,); step : of the factor from year to year.
    """

    loading: Floats
    noise: Floats
    offset: Floats
    step: float


def smoothed(figures: Floats, model: FactorModel) -> tuple[Floats, Floats]:
    """Means and covariances of the factor's years and, after them, of the offsets.

    Parameters
    ----------
    figures : (dyads, years, measures), NaN where missing.

    Returns
    -------
    (dyads, years + measures) and (dyads, years + measures, years + measures).
    """
    held = np.isfinite(figures)
    _, years, measures = figures.shape
    of_factor, of_offset = np.arange(years), years + np.arange(measures)
    precision = np.tile(_prior_precision(years, model), (len(figures), 1, 1))
    precision[:, of_factor, of_factor] += held @ (model.loading**2 / model.noise)
    precision[:, of_offset, of_offset] += held.sum(axis=1) / model.noise
    cross = held * (model.loading / model.noise)
    precision[:, :years, years:] += cross
    precision[:, years:, :years] += cross.transpose(0, 2, 1)
    weighed = np.where(held, figures, 0.0) / model.noise
    pull = np.concatenate([weighed @ model.loading, weighed.sum(axis=1)], axis=1)
    covariance: Floats = np.linalg.inv(precision).astype(np.float64)
    return (covariance @ pull[:, :, None])[:, :, 0], covariance


def _prior_precision(years: int, model: FactorModel) -> Floats:
    """Of the factor's years (a random walk from a start of variance 1) and the offsets."""
    walk = np.zeros((years, years))
    walk[0, 0] = 1.0
    before, after = np.arange(years - 1), np.arange(1, years)
    for one, other, sign in (
        (before, before, 1),
        (after, after, 1),
        (before, after, -1),
        (after, before, -1),
    ):
        walk[one, other] += sign / model.step
    prior = np.zeros((years + len(model.offset),) * 2)
    prior[:years, :years] = walk
    prior[years:, years:] = np.diag(1.0 / model.offset)
    return prior


def fit_factor(figures: Floats, loading: Floats, iterations: int = ITERATIONS) -> FactorModel:
    """Estimate the variances from many dyads: (dyads, years, measures), NaN where missing."""
    measures = figures.shape[2]
    model = FactorModel(
        loading=loading,
        noise=np.full(measures, START_NOISE),
        offset=np.full(measures, START_OFFSET),
        step=START_STEP,
    )
    held = np.isfinite(figures)
    for _ in range(iterations):
        model = _improved(np.where(held, figures, 0.0), held, loading, *smoothed(figures, model))
    return model


def _improved(
    figures: Floats, held: Bools, loading: Floats, mean: Floats, covariance: Floats
) -> FactorModel:
    """The variances that make the figures most likely, given what is known of the factor."""
    years = figures.shape[1]
    factor, offset = mean[:, :years, None], mean[:, None, years:]
    variances = np.diagonal(covariance, axis1=1, axis2=2)
    of_factor, of_offset = variances[:, :years, None], variances[:, None, years:]
    shared = covariance[:, :years, years:]
    rest = (figures - offset - loading * factor) ** 2
    doubt = of_offset + loading**2 * of_factor + 2 * loading * shared
    noise = np.where(held, rest + doubt, 0.0).sum(axis=(0, 1)) / np.maximum(
        held.sum(axis=(0, 1)), 1
    )
    seen = held.any(axis=1)
    offsets = np.where(seen, mean[:, years:] ** 2 + variances[:, years:], 0.0).sum(axis=0)
    neighbours = np.diagonal(covariance[:, :years, :years], offset=1, axis1=1, axis2=2)
    walk = np.diff(mean[:, :years], axis=1) ** 2 + (
        variances[:, 1:years] + variances[:, : years - 1] - 2 * neighbours
    )
    return FactorModel(
        loading=loading,
        noise=np.maximum(noise, LEAST_VARIANCE),
        offset=np.maximum(offsets / np.maximum(seen.sum(axis=0), 1), LEAST_VARIANCE),
        step=max(float(walk.mean()), LEAST_VARIANCE),
    )
