"""Sides signed against a threshold: figures of an atlas as arrays, and what they are set against.

A side is an amity where a declared measure puts it above a declared threshold, an enmity below.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.actors.blocs import blocs
from tripolar.actors.states import chain
from tripolar.errors import BadPair, InputError, UnknownName
from tripolar.measures import Measure
from tripolar.models import triangle as triads
from tripolar.models.triangle import Floats, Ints
from tripolar.panel.choices import Choices
from tripolar.panel.figures import Atlas, resolve
from tripolar.panel.positions import SHARED

MEASURE = "un-kappa"
SIDE_MEASURES = (MEASURE, "un-ideal-distance", "alliance-similarity", "events-balance")
"""Measures that suit a side, to offer where another does not."""
MEDIAN, PAIR_MEAN = "median", "pair-mean"
THRESHOLDS = {
    MEDIAN: "the median of all dyads of states of the year",
    PAIR_MEAN: "each pair's own mean over the years asked",
}
"""Thresholds with a name; a number is one in the measure's unit."""
FURTHER = "further apart"
"""What higher values of a distance mean; there an amity lies below the threshold."""
FEW_PAIRS = 6
"""Up to so many pairs are asked for one by one, more are picked from all."""
UNMOVED: Floats = np.zeros(1)
"""No threshold but the chosen one."""

Key = TypeVar("Key")
Pairs = Sequence[tuple[str, str]]
Threshold = str | float


def fitting_measure(atlas: Atlas, name: str) -> Measure:
    """The measure of a name, if it is of two actors and the same both ways."""
    what = atlas.measure(name)
    if what.directed or what.monadic:
        why = "of one actor" if what.monadic else "not the same both ways"
        raise InputError(
            f"{name} is {why}, and a side of a triangle has no direction",
            choices=SIDE_MEASURES,
            next_step="tripolar measures lists which measures have a direction",
        )
    return what


def known_threshold(threshold: Threshold) -> Threshold:
    """The threshold, if it has a name or is a finite number."""
    if isinstance(threshold, str):
        if threshold not in THRESHOLDS:
            raise UnknownName("threshold", threshold, THRESHOLDS, next_step="or give a number")
    elif not np.isfinite(threshold):
        raise InputError(
            f"a threshold is a finite number, not {threshold}",
            next_step=f"give a number in the measure's unit, or {' or '.join(THRESHOLDS)}",
        )
    return threshold


def keys_and_pairs(actors: Sequence[str], least: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Keys in order of name, and their pairs; two names of one actor over time are refused."""
    keys = sorted(resolve(name) for name in actors)
    if len(keys) < least:
        raise InputError(
            f"{len(keys)} actors, and at least {least} are needed",
            next_step="name more actors; tripolar actors lists them",
        )
    for one, other in itertools.combinations(keys, 2):
        if set(chain(one)) & set(chain(other)):
            raise BadPair(
                f"{one} and {other} are one actor over time",
                next_step="name different actors; tripolar actors lists them",
            )
    return keys, list(itertools.combinations(keys, 2))


def opposite_sides(trio: Sequence[Key]) -> list[tuple[Key, Key]]:
    """The sides of a triangle, each opposite the actor in its place."""
    one, two, three = trio
    return [(two, three), (one, three), (one, two)]


def all_triads(
    sides: triads.Sides, keys: Sequence[str], pairs: Pairs
) -> tuple[npt.NDArray[np.object_], Floats]:
    """Every three of the actors, and the outcomes' probabilities, (years, triads, 8)."""
    place = {pair: at for at, pair in enumerate(pairs)}
    trios = list(itertools.combinations(keys, 3))
    triples = np.array([[place[side] for side in opposite_sides(trio)] for trio in trios])
    outcomes = sides.outcomes(sides.centre, triples)
    absent = np.isnan(sides.p[sides.centre][:, triples]).any(axis=-1)
    return np.array(trios, dtype=object), np.where(absent[..., None], np.nan, outcomes)


def direction(what: Measure) -> float:
    """1 where more of a measure is closer, -1 for a distance."""
    return -1.0 if FURTHER in what.higher_means else 1.0


def sides_of(
    atlas: Atlas,
    what: Measure,
    pairs: Pairs,
    years: Ints,
    threshold: Threshold,
    votes: Choices,
    shifts: Floats,
) -> triads.Sides:
    """Figures of a measure for pairs, set against the threshold; more is made more amity."""
    sign = direction(what)
    value, low, high, n = _figures(atlas, what, pairs, years, votes)
    if sign < 0:
        value, low, high = -value, -high, -low
    found = [sign * atlas.distribution(what.name, int(year), votes) for year in years]
    among = [np.sort(year) if year.size else np.full(1, np.nan) for year in found]
    if threshold == MEDIAN:
        medians = np.array([np.median(year) for year in among])
        at = np.repeat(medians[:, None], len(pairs), axis=1)
    elif threshold == PAIR_MEAN:
        at = np.broadcast_to(triads.mean_over_time(value), value.shape)
    else:
        at = np.full(value.shape, sign * float(threshold))
    gaps = None
    if what.family == "positions":
        limits = None if threshold == MEDIAN else -at
        gaps = _joint_gaps(atlas, pairs, years, limits, votes)
    return triads.signed_sides(value, low, high, n, at, among, shifts, gaps)


def _figures(
    atlas: Atlas, what: Measure, pairs: Pairs, years: Ints, votes: Choices
) -> Sequence[Floats]:
    """value, low, high and n of a measure as arrays (years, pairs), NaN without a figure."""
    first, last = int(years[0]), int(years[-1])
    if len(pairs) <= FEW_PAIRS:
        rows = pd.concat(
            [
                atlas.figures(what.name, a, b, first=first, last=last, choices=votes).assign(
                    side=at
                )
                for at, (a, b) in enumerate(pairs)
            ]
        )
    else:
        key_of = {key: actor for pair in pairs for actor in pair for key in chain(actor)}
        rows = atlas.figures(what.name, first=first, last=last, choices=votes)
        rows = rows[rows["a"].isin(list(key_of)) & rows["b"].isin(list(key_of))]
        named = zip(rows["a"].map(key_of), rows["b"].map(key_of), strict=True)
        place = {frozenset(pair): at for at, pair in enumerate(pairs)}
        rows = rows.assign(side=[place[frozenset(pair)] for pair in named])
    found = [np.full((len(years), len(pairs)), np.nan) for _ in range(4)]
    at_year, side = (rows["year"] - first).to_numpy(np.int64), rows["side"].to_numpy(np.int64)
    for array, column in zip(found, ("value", "low", "high", "n"), strict=True):
        array[at_year, side] = rows[column].to_numpy(np.float64)
    return found


def _joint_gaps(
    atlas: Atlas, pairs: Pairs, years: Ints, limits: Floats | None, votes: Choices
) -> Floats:
    """Joint draws of how far pairs stand nearer than the threshold, (draws, years, pairs).

    Without limits, (years, pairs), the threshold is the median of all dyads of states, drawn
    along with the positions.
    """
    found = np.full((triads.DRAWS, len(years), len(pairs)), np.nan)
    every = atlas.computed.positions(None, int(years[0]), int(years[-1]), votes.roll_calls)
    for at, year in enumerate(years):
        rows = every[every["year"] == year]
        place = {str(key): row for row, key in enumerate(rows["actor"])}
        seen = np.array([[_placed(actor, place) for actor in pair] for pair in pairs])
        held = np.flatnonzero(seen.min(axis=1) >= 0)
        if not held.size:
            continue
        drawn, medians = triads.drawn_distances(
            rows["position"].to_numpy(np.float64),
            rows["own"].to_numpy(np.float64),
            rows[list(SHARED)].to_numpy(np.float64),
            seen[held],
            np.flatnonzero(~rows["actor"].isin(list(blocs()))),
            int(year),
        )
        found[:, at, held] = (medians[:, None] if limits is None else limits[at, held]) - drawn
    return found


def _placed(actor: str, place: Mapping[str, int]) -> int:
    """The row of an actor, or of the state it continues; -1 where there is none."""
    return next((place[key] for key in chain(actor) if key in place), -1)
