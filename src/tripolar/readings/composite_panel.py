"""The figures a composite is made of, as arrays: of one pair, or of all dyads of states."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.errors import InputError
from tripolar.models.composite import Bools, Floats, Ints, carried_from
from tripolar.panel import spine
from tripolar.panel.figures import Atlas
from tripolar.readings.composite_choices import CompositeChoices, Selected
from tripolar.readings.question import Question
from tripolar.settings import BAND_REACH

DECIMALS = 12
"""Figures are rounded to this many, so that equal ones tie whichever way they were computed."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Figures of the selected measures, NaN where there is none.

    a, b : keys of the dyads. years : calendar years.
    values, errors : (dyads, years, measures); an error is a standard error, 0 where not known.
    ways : share of the directions with a figure: 0, a half or 1.
    there : (dyads, years), whether both are actors of the year.
    """

    a: npt.NDArray[np.str_]
    b: npt.NDArray[np.str_]
    years: Ints
    values: Floats
    errors: Floats
    ways: npt.NDArray[np.float32]
    there: Bools


@dataclass(frozen=True)
class Cells:
    """Figures at some points: (points, measures), as in `Panel`; carried ones marked."""

    values: Floats
    errors: Floats
    ways: Floats
    carried: Bools


def cells_at(panel: Panel, rule: str, choices: CompositeChoices, dyad: Ints, year: Ints) -> Cells:
    """The figures of dyads (places) in years (places) under a missing-data rule."""
    if rule != "carry":
        values = panel.values[dyad, year]
        ways = panel.ways[dyad, year].astype(np.float64)
        return Cells(values, panel.errors[dyad, year], ways, np.zeros(values.shape, dtype=bool))
    source = _sources(panel, choices.carry_years)[dyad, year]
    at, column = np.maximum(source, 0), np.arange(source.shape[1])
    none = source < 0
    rows = dyad[:, None]
    return Cells(
        values=np.where(none, np.nan, panel.values[rows, at, column]),
        errors=np.where(none, 0.0, panel.errors[rows, at, column]),
        ways=np.where(none, 0.0, panel.ways[rows, at, column]),
        carried=~none & (source != year[:, None]),
    )


@functools.lru_cache(maxsize=4)
def _sources(panel: Panel, limit: int) -> Ints:
    return carried_from(np.isfinite(panel.values), limit)


def coverage(panel: Panel, choices: CompositeChoices, weights: Floats) -> tuple[Floats, Floats]:
    """Share of the weight with a figure of the year, and with one carried: (dyads, years) each."""
    own = panel.ways @ weights.astype(np.float32)
    if choices.missing != "carry":
        return own.astype(np.float64), np.zeros(own.shape)
    source = _sources(panel, choices.carry_years)
    kept = (source >= 0) & (source != np.arange(len(panel.years))[:, None])
    return own.astype(np.float64), kept @ weights


def answered(panel: Panel, choices: CompositeChoices, weights: Floats) -> Bools:
    """Which dyads have a composite in which years: (dyads, years)."""
    own, carried = coverage(panel, choices, weights)
    enough = (own + carried >= choices.least_coverage - 1e-6) & (own + carried > 0)
    if choices.missing == "complete":
        enough &= (np.isfinite(panel.values) | (weights == 0)).all(axis=2)
    return enough & panel.there


@functools.lru_cache(maxsize=4)
def panel_of_all(atlas: Atlas, measures: tuple[Selected, ...]) -> Panel:
    """All dyads of states over the years of the atlas, each once (a before b)."""
    _require_held(atlas, measures)
    a, b, years = dyads_of(atlas)
    parts = [figures_of_all(atlas, each) for each in measures]
    values, errors, ways = (np.stack(part, axis=-1) for part in zip(*parts, strict=True))
    alive = [np.array(sorted(spine.states_in(int(year)))) for year in years]
    there = np.column_stack([np.isin(a, held) & np.isin(b, held) for held in alive])
    return Panel(a, b, years, values, errors, ways, there)


@functools.lru_cache(maxsize=32)
def figures_of_all(atlas: Atlas, each: Selected) -> tuple[Floats, Floats, npt.NDArray[np.float32]]:
    """A measure's figures, errors and ways of all dyads of states: (dyads, years) each."""
    names, years = _states(atlas)
    one, other = np.triu_indices(len(names), k=1)
    square = _square(atlas, each, names, years)
    forth, back = square[:, one, other], square[:, other, one]
    if not atlas.measure(each.name).directed:
        forth = back = np.where(np.isnan(forth), back, forth)
    return _both_ways(forth, back, each.other_way)


def dyads_of(atlas: Atlas) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_], Ints]:
    """Both sides of every dyad of states that the atlas's years have, a before b, and the years."""
    names, years = _states(atlas)
    one, other = np.triu_indices(len(names), k=1)
    return names[one], names[other], years


def _states(atlas: Atlas) -> tuple[npt.NDArray[np.str_], Ints]:
    """Every state of the atlas's years, sorted, and the years."""
    years = np.arange(atlas.years[0], atlas.years[1] + 1)
    alive = [spine.states_in(int(year)) for year in years]
    return np.array(sorted(frozenset().union(*alive))), years


def _square(
    atlas: Atlas, each: Selected, names: npt.NDArray[np.str_], years: Ints
) -> npt.NDArray[np.float64]:
    """Figures and errors of every ordered pair of states: (2, states, states, years)."""
    frame = atlas.figures(each.name, first=int(years[0]), last=int(years[-1]))
    place = pd.Index(names)
    a, b = (place.get_indexer(pd.Index(frame[side])) for side in ("a", "b"))
    kept = (a >= 0) & (b >= 0)
    found = np.full((2, len(names), len(names), len(years)), np.nan)
    year = frame["year"].to_numpy(dtype=np.int64) - years[0]
    found[:, a[kept], b[kept], year[kept]] = _figures(frame)[:, kept]
    return found


def panel_of_pair(atlas: Atlas, question: Question, measures: tuple[Selected, ...]) -> Panel:
    """One pair over the years asked that the atlas has; earlier states' years are the pair's."""
    _require_held(atlas, measures)
    first, last = max(question.first, atlas.years[0]), min(question.last, atlas.years[1])
    years = np.arange(first, last + 1)
    parts = []
    for each in measures:
        forth = _series(atlas, each, question.a, question.b, years)
        directed = atlas.measure(each.name).directed
        back = _series(atlas, each, question.b, question.a, years) if directed else forth
        parts.append(_both_ways(forth, back, each.other_way))
    values, errors, ways = (np.stack(part, axis=-1)[None] for part in zip(*parts, strict=True))
    there = np.ones((1, len(years)), dtype=bool)
    keys = np.array([question.a]), np.array([question.b])
    return Panel(*keys, years, values, errors, ways.astype(np.float32), there)


def _series(atlas: Atlas, each: Selected, a: str, b: str, years: Ints) -> Floats:
    """Figures and errors of one direction: (2, years)."""
    frame = atlas.figures(each.name, a, b, first=int(years[0]), last=int(years[-1]))
    frame = frame[frame["year"].between(years[0], years[-1])]
    found = np.full((2, len(years)), np.nan)
    found[:, frame["year"].to_numpy(dtype=np.int64) - years[0]] = _figures(frame)
    return found


def _figures(frame: pd.DataFrame) -> Floats:
    """Figures, and standard errors from their bands: (2, rows)."""
    columns = frame[["value", "low", "high"]].to_numpy(dtype=np.float64).T
    value, low, high = np.round(columns, DECIMALS)
    return np.stack([value, np.nan_to_num((high - low) / (2 * BAND_REACH))])


def _both_ways(
    forth: Floats, back: Floats, other_way: str
) -> tuple[Floats, Floats, npt.NDArray[np.float32]]:
    """The mean of both directions, its error, and the share of directions with a figure."""
    (one, error_one), (other, error_other) = forth, back
    both = np.isfinite(one) & np.isfinite(other)
    either = np.isfinite(one) | np.isfinite(other)
    if other_way == "none":
        one, other = (np.where(either & np.isnan(way), 0.0, way) for way in (one, other))
        both = either
    value = (one + other) / 2
    error = np.hypot(np.nan_to_num(error_one), np.nan_to_num(error_other)) / 2
    if forth is back:
        error = np.nan_to_num(error_one)
    ways = both.astype(np.float32)
    if other_way == "alone":
        alone = either & ~both
        value = np.where(alone, np.where(np.isnan(one), other, one), value)
        error = np.where(alone, 2 * error, error)
        ways = np.where(alone, np.float32(0.5), ways)
    return value, error, ways


def _require_held(atlas: Atlas, measures: tuple[Selected, ...]) -> None:
    """Refuse measures that are of one actor alone, and a selection of which nothing is held."""
    for each in measures:
        what = atlas.measure(each.name)
        if what.monadic or what.family == "regional" or what.mirrored:
            raise InputError(
                f"{each.name} says nothing of how close a pair is: it is of one actor, or the "
                "difference or ratio of the two",
                next_step="tripolar measures lists the others",
            )
    if all(each.name in atlas.withheld for each in measures):
        raise InputError(
            f"this atlas holds none of {', '.join(each.name for each in measures)}",
            next_step="tripolar build --mirror DIR --out DIR, then --atlas DIR",
        )
