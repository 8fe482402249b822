"""From pairs of states to pairs of actors, over the cross pairs of their members.

A cross pair of two actors is one member of the first with one of the second (a state is its own
only member), by the membership of 1 July. What holds of pairs of states and does not add up over
members, a pact or a distance, is given for a bloc as the mean or the largest over cross pairs.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.panel import spine

Statistic = Literal["mean", "sum", "largest"]
Square = npt.NDArray[np.float64]


def over_cross_pairs(
    pairs: pd.DataFrame, statistic: Statistic, listed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """A property of pairs of states as that of pairs of actors.

    Parameters
    ----------
    pairs : columns year, a, b (states, each pair once, in either order), value
    statistic : the mean, the sum or the largest value over the cross pairs that have one
    listed : columns year, state; a pair of two states listed in the year that is not in ``pairs``
        has the value 0. Without it such a pair has no value.

    Returns
    -------
    Columns year, a, b (a before b, no state shared), value, and ``n``, the cross pairs with a
    value. Pairs of actors without one are left out; states that the spine does not have are too.
    """
    by_year = {} if listed is None else dict(list(listed.groupby("year")["state"]))
    years = sorted({*pairs["year"], *by_year})
    rows = dict(list(pairs.groupby("year")))
    found = [
        _of_year(int(year), rows.get(year, pairs.iloc[:0]), statistic, by_year.get(year))
        for year in years
    ]
    columns = ["year", "a", "b", "value", "n"]
    frames = [frame for frame in found if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def actors_of(listed: pd.DataFrame) -> pd.DataFrame:
    """Rows of year, actor: the actors with a member among the listed rows of year, state."""
    members = spine.actor_members(sorted({int(year) for year in listed["year"]}))
    held = members.merge(listed[["year", "state"]], on=["year", "state"])
    return held[["year", "actor"]].drop_duplicates(ignore_index=True)


def _of_year(
    year: int, pairs: pd.DataFrame, statistic: Statistic, listed: pd.Series | None
) -> pd.DataFrame:
    states = sorted(spine.states_in(year))
    square = _square(pairs, states, listed)
    actors, members = spine.actors_in(year), _members(year, states)
    valued = np.isfinite(square).astype(np.float64)
    count = members @ valued @ members.T
    value = _largest(square, members) if statistic == "largest" else _sum(square, members)
    if statistic == "mean":
        value = value / np.where(count > 0, count, np.nan)
    one, other = np.nonzero(np.triu(count > 0, k=1) & ~spine.sharing(year))
    names = np.asarray(actors, dtype=object)
    return pd.DataFrame(
        {
            "year": year,
            "a": names[one],
            "b": names[other],
            "value": value[one, other],
            "n": count[one, other].astype(np.int64),
        }
    )


def _square(pairs: pd.DataFrame, states: list[str], listed: pd.Series | None) -> Square:
    """States by states, both ways, NaN where a pair has no value and on the diagonal."""
    place = {state: index for index, state in enumerate(states)}
    square = np.full((len(states), len(states)), np.nan)
    if listed is not None:
        known = [place[state] for state in set(listed) if state in place]
        square[np.ix_(known, known)] = 0.0
    kept = pairs[pairs["a"].isin(place) & pairs["b"].isin(place)]
    one, other = kept["a"].map(place).to_numpy(int), kept["b"].map(place).to_numpy(int)
    square[one, other] = square[other, one] = kept["value"].to_numpy(float)
    np.fill_diagonal(square, np.nan)
    return square


def _members(year: int, states: list[str]) -> Square:
    """Actors (in the order of the spine) by states: 1 where the state is of the actor."""
    place = {state: index for index, state in enumerate(states)}
    blocs = spine.blocs_in(year)
    actors = spine.actors_in(year)
    square = np.zeros((len(actors), len(states)))
    for row, actor in enumerate(actors):
        held = blocs.get(actor, frozenset({actor}))
        square[row, [place[state] for state in held if state in place]] = 1.0
    return square


def _sum(square: Square, members: Square) -> Square:
    found: Square = members @ np.nan_to_num(square) @ members.T
    return found


def _largest(square: Square, members: Square) -> Square:
    """The largest value of cross pairs, first over the members of one actor, then of the other."""
    known = np.where(np.isfinite(square), square, -np.inf)
    chosen = [np.flatnonzero(row) for row in members]
    nearest = np.stack([known[rows].max(axis=0, initial=-np.inf) for rows in chosen])
    return np.stack([nearest[:, rows].max(axis=1, initial=-np.inf) for rows in chosen], axis=1)
