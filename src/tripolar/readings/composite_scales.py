"""How figures become scores and which weight they get: learnt from all dyads of states."""

from __future__ import annotations

import functools

import numpy as np

from tripolar.errors import InputError
from tripolar.models.composite import (
    Floats,
    Ints,
    Scale,
    equal_weights,
    factor_weights,
    fit_scale,
)
from tripolar.models.composite_draws import score_points
from tripolar.panel.figures import Atlas, resolve
from tripolar.readings.composite_choices import CompositeChoices, Selected
from tripolar.readings.composite_panel import Panel, cells_at, dyads_of, figures_of_all

FACTOR_POINTS = 50_000
"""Dyads in a year that the loadings on the common factor are estimated from."""


def scales_of(atlas: Atlas, choices: CompositeChoices) -> tuple[Scale | None, ...]:
    """One scale per measure from the reference period; None for a measure that no dyad has."""
    period = choices.reference or atlas.years
    how = (period, choices.treatment, choices.winsor, choices.reference_dyad)
    return tuple(_scale(atlas, each, *how) for each in choices.measures)


@functools.lru_cache(maxsize=64)
def _scale(
    atlas: Atlas,
    each: Selected,
    period: tuple[int, int],
    treatment: str,
    winsor: float,
    dyad: tuple[str, str] | None,
) -> Scale | None:
    what, (one, other, years) = atlas.measure(each.name), dyads_of(atlas)
    within = (years >= period[0]) & (years <= period[1])
    reference = figures_of_all(atlas, each)[0][:, within]
    if not np.isfinite(reference).any():
        return None
    bounds = (
        -np.inf if what.low is None else what.low,
        np.inf if what.high is None else what.high,
    )
    target = float("nan")
    if dyad is not None:
        a, b = sorted(resolve(name) for name in dyad)
        figures = reference[(one == a) & (other == b)]
        target = float(np.nanmean(figures)) if np.isfinite(figures).any() else target
    try:
        if dyad is not None and np.isnan(target):
            raise InputError(f"the reference dyad {a} {b} has no figure in {period}")
        return fit_scale(
            reference.ravel(),
            each.orientation,
            treatment=treatment,
            winsor=winsor,
            bounds=bounds,
            target=target,
        )
    except InputError as error:
        raise InputError(
            f"{each.name}: {error.seen}", next_step=f"choices.without({each.name!r})"
        ) from error


def weights_of(
    panel: Panel, choices: CompositeChoices, scales: tuple[Scale | None, ...]
) -> tuple[Floats, Ints]:
    """The chosen weights, adding up to 1, and the groups within which a gap's weight stays."""
    names = [each.dimension for each in choices.measures]
    dimensions = np.unique(names, return_inverse=True)[1].astype(np.int64)
    alone = np.zeros(len(names), dtype=np.int64)
    if choices.weighting == "dimension":
        return equal_weights(dimensions), dimensions
    if choices.weighting == "measure":
        return equal_weights(alone), alone
    if choices.weighting == "own":
        given = np.array([choices.own_weights.get(name, 0.0) for name in choices.names])
        if given.sum() <= 0:
            raise InputError("the weights add up to 0", next_step="give a measure some weight")
        return given / given.sum(), alone
    random = np.random.default_rng(choices.seed)
    points = random.permutation(np.argwhere(panel.there))[:FACTOR_POINTS]
    cells = cells_at(panel, "available", choices, *points.T)
    scored = score_points(cells.values, cells.errors, scales, (choices.normalisation,))
    return factor_weights(scored.scores[choices.normalisation]), alone
