"""Joint tallies of all dyads at once: what every similarity measure of votes is computed from.

A tally is the 3 x 3 table of two actors' positions over the roll calls of one set and year. It is
taken for all pairs by one matrix product per year and set, on a one-hot coding of the votes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.measures import tables
from tripolar.nothing import ABSENT, NOT_A_MEMBER, POSITION_NAMES, POSITIONS

CELLS = tuple(
    f"{POSITION_NAMES[mine]}_{POSITION_NAMES[theirs]}" for mine in POSITIONS for theirs in POSITIONS
)
"""Columns of a tally: a's position, then b's."""
UNANIMOUS = tuple(f"unanimous_{POSITION_NAMES[position]}" for position in POSITIONS)
"""Joint votes in roll calls in which every vote cast was the same, by that vote."""
MEASURED = tuple(CELLS) + UNANIMOUS

Votes = npt.NDArray[np.int8]

TITLED = "unga-titles"
"""The edition that holds paragraph votes and issue areas; the later one has final votes only."""

TITLED_TO = 2019
"""Last calendar year that edition holds as a whole; of 2020 it has a single roll call."""

ROLL_CALL_SETS: Mapping[str, str] = {
    "final": "final votes (paragraph and amendment votes left out)",
    "with-paragraphs": "final, paragraph and amendment votes (titled edition)",
    "human-rights": "final votes on human rights",
    "nuclear": "final votes on nuclear weapons and materials",
    "arms-control": "final votes on arms control and disarmament",
    "middle-east": "final votes on the Palestinian conflict",
    "colonialism": "final votes on colonialism",
    "development": "final votes on economic development",
    "information": "final votes on information security and cyberspace",
    "country-human-rights": "final votes on human rights in single countries",
    "important": "final votes on the US Department of State's list of important votes",
}
"""The roll calls a figure is counted over: name and what is in it."""


def in_set(roll_calls: pd.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    """Which roll calls belong to a set; one whose flag is unknown belongs to none."""
    if name == "with-paragraphs":
        titled = (roll_calls["source"] == TITLED) & (roll_calls["year"] <= TITLED_TO)
        return titled.to_numpy(dtype=bool)
    final: npt.NDArray[np.bool_] = (roll_calls["kind"] == "final").to_numpy(dtype=bool)
    if name == "final":
        return final
    flagged: npt.NDArray[np.bool_] = roll_calls[name].fillna(False).to_numpy(dtype=bool)
    return final & flagged


def joint_tables(
    votes: Votes, first: npt.NDArray[np.intp], second: npt.NDArray[np.intp]
) -> npt.NDArray[np.uint16]:
    """The 3 x 3 tables of pairs of columns, all from one matrix product.

    Parameters
    ----------
    votes : int8, shape (roll calls, actors)
        1 yes, 2 abstain, 3 no; anything else is no position.
    first, second : int, shape (pairs,)
        The columns of each pair.

    Returns
    -------
    uint16, shape (pairs, 3, 3)
        ``[k, p, q]``: in how many roll calls ``first[k]`` took position p + 1 and ``second[k]``
        position q + 1.
    """
    actors = votes.shape[1]
    coded = np.concatenate([votes == position for position in POSITIONS], axis=1)
    coded = coded.astype(np.float32)
    counts = (coded.T @ coded).astype(np.uint16)
    at = first * actors + second
    cells = np.empty((len(at), len(CELLS)), dtype=np.uint16)
    for cell in range(len(CELLS)):
        row, column = (actors * side for side in divmod(cell, len(POSITIONS)))
        block = counts[row : row + actors, column : column + actors]
        cells[:, cell] = block.ravel()[at]
    return cells.reshape(-1, len(POSITIONS), len(POSITIONS))


def is_unanimous(votes: Votes) -> npt.NDArray[np.bool_]:
    """Which roll calls saw one and the same vote from everyone who voted."""
    cast = np.stack([(votes == position).any(axis=1) for position in POSITIONS])
    return np.asarray(cast.sum(axis=0) == 1)


def tally(votes: Votes, actors: Sequence[str]) -> pd.DataFrame:
    """Tallies of all dyads with a joint vote: a, b (a before b), held, the cells, the unanimous.

    ``held`` counts the roll calls held while both were members, whether or not they voted.
    ``actors`` name the columns of ``votes`` and must be sorted.
    """
    count = len(actors)
    first, second = np.triu_indices(count, k=1)
    cells = joint_tables(votes, first, second).reshape(-1, len(CELLS))
    member = (votes != NOT_A_MEMBER).astype(np.float32)
    held = (member.T @ member).astype(np.uint16)[first, second]
    together = joint_tables(votes[is_unanimous(votes)], first, second)
    unanimous = np.diagonal(together, axis1=1, axis2=2)
    voted = cells.any(axis=1)
    names = np.asarray(actors, dtype=object)
    frame = pd.DataFrame(cells[voted], columns=list(CELLS))
    frame[list(UNANIMOUS)] = unanimous[voted]
    frame.insert(0, "held", held[voted])
    frame.insert(0, "b", names[second[voted]])
    frame.insert(0, "a", names[first[voted]])
    return frame


def yearly_tallies(
    roll_calls: pd.DataFrame,
    votes_of_year: Callable[[int], tuple[tuple[str, ...], Votes]],
    sets: Sequence[str] = ("final",),
    years: Sequence[int] | None = None,
) -> Iterator[pd.DataFrame]:
    """Tallies year by year and set by set, with columns year and roll_calls (the set's name).

    ``votes_of_year`` gives the actors and votes of a year, rows as ``roll_calls`` of that year.
    """
    for year in sorted(set(roll_calls["year"])) if years is None else years:
        calls = roll_calls[roll_calls["year"] == year]
        actors, votes = votes_of_year(int(year))
        for name in sets:
            chosen = in_set(calls, name)
            if chosen.any():
                frame = tally(votes[chosen], actors)
                frame.insert(0, "roll_calls", name)
                frame.insert(0, "year", int(year))
                yield frame


def cells_of(frame: pd.DataFrame, unanimous: str = "keep") -> npt.NDArray[np.float64]:
    """The 3 x 3 tables of tallied rows, with unanimous roll calls kept or dropped.

    Returns float64 of shape (rows, 3, 3).
    """
    stack = np.array(frame[list(CELLS)], dtype=np.float64).reshape(-1, 3, 3)
    if unanimous == "drop":
        diagonal = np.arange(3)
        stack[:, diagonal, diagonal] -= frame[list(UNANIMOUS)].to_numpy(dtype=np.float64)
    return stack


def similarity_of_all(
    votes: Votes, years: npt.NDArray[np.int64], actors: Sequence[str], statistics: Sequence[str]
) -> pd.DataFrame:
    """Several statistics for all dyads and years at once, without bands: the fast path.

    Parameters
    ----------
    votes : int8, shape (roll calls, actors)
    years : int64, shape (roll calls,)
    actors : the actors' names, one per column of ``votes``
    statistics : names in `tripolar.measures.tables.STATISTICS`

    Returns
    -------
    DataFrame with columns year, a, b, n and one column per statistic.
    """
    held: dict[str, list[npt.NDArray[np.generic]]] = {"year": [], "a": [], "b": [], "cells": []}
    for year in np.unique(years):
        of_year = votes[years == year]
        voting = np.flatnonzero((of_year > ABSENT).any(axis=0))
        first, second = np.triu_indices(len(voting), k=1)
        cells = joint_tables(of_year[:, voting], first, second)
        met = cells.any(axis=(1, 2))
        held["cells"].append(cells[met])
        held["a"].append(voting[first[met]])
        held["b"].append(voting[second[met]])
        held["year"].append(np.full(int(met.sum()), year, dtype=np.int16))
    year, a, b, stack = (np.concatenate(part) for part in held.values())
    names = pd.Index(list(actors))
    columns: dict[str, object] = {
        "year": year,
        "a": pd.Categorical.from_codes(a, names),
        "b": pd.Categorical.from_codes(b, names),
        "n": stack.sum(axis=(1, 2), dtype=np.int64),
    }
    for name in statistics:
        columns[name] = tables.evaluate(name, stack, level=None).value
    return pd.DataFrame(columns)
