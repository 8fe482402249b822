"""Votes in the sparse form the model works on, and what makes votes unfit for it.

UnfitVotes (InputError)
├── UnknownCode          a vote that is not yes (1), abstain (2) or no (3)
├── StateWithoutVotes    a state-session that cast none
├── OneCategory          an item on which all voted alike
├── AllUnanimous         no item on which states differ
├── SmallSession         a session with fewer than three states
└── DisconnectedVotes    groups of state-sessions that no item and no state's own past joins
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tripolar.errors import InputError
from tripolar.nothing import ABSTAIN, NO, POSITIONS, YES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Votes = npt.NDArray[np.int8]
SMALLEST_SESSION = 3
CHUNKS = 4
"""Spans of items that the compiled loops run side by side, however many threads there are."""
_SHOWN = 5


class UnfitVotes(InputError):
    """Votes that do not determine positions; the message names the rows."""


class UnknownCode(UnfitVotes):
    """A vote outside yes, abstain and no."""


class StateWithoutVotes(UnfitVotes):
    """A state-session that cast no vote."""


class OneCategory(UnfitVotes):
    """An item on which all voted alike says nothing of positions."""


class AllUnanimous(UnfitVotes):
    """No item on which states differ."""


class SmallSession(UnfitVotes):
    """A session with too few states to tell its scale from its location."""


class DisconnectedVotes(UnfitVotes):
    """Groups that share neither items nor states cannot be placed on one scale."""


@dataclass(frozen=True)
class VoteData:
    """Votes item by item, and the state-sessions that cast them, ready to `fit`.

    person : (votes,) int64, which state-session voted; sorted by item, then state-session.
    code : (votes,) int8, 0 below the item's first cutpoint, 1 between, 2 above its last.
    start : (items + 1,) int64, where each item's votes begin.
    low, high : (items,) int8, the item's lowest and highest vote in use (1 yes, 2 abstain, 3 no).
    binary : (items,) bool, two categories in use: its two cutpoints are one.
    state : (state-sessions,) int64, index into `states`: whose random walk it belongs to.
    session : (state-sessions,) int64; state-sessions are sorted by state, then session.
    states : the names of the walks. labels : (state-sessions,) str, what the state was called.
    item_labels : (items,) int64, the caller's number of each item.
    pole : (states,) int8, 1 and -1 for the two groups that give starting positions, else 0.
    anchor : index into `states` of the one whose mean position is made positive.
    """

    person: Ints
    code: Votes
    start: Ints
    low: Votes
    high: Votes
    binary: npt.NDArray[np.bool_]
    state: Ints
    session: Ints
    states: tuple[str, ...]
    labels: npt.NDArray[np.str_]
    item_labels: Ints
    pole: Votes
    anchor: int

    @property
    def counts(self) -> Ints:
        """Votes cast per state-session."""
        return np.bincount(self.person, minlength=self.state.size).astype(np.int64)

    @property
    def item(self) -> Ints:
        """The item of each vote."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start)).astype(np.int64)

    @property
    def category(self) -> Votes:
        """The votes as cast: 1 yes, 2 abstain, 3 no."""
        item = self.item
        ends = np.where(self.code == 0, self.low[item], self.high[item])
        return np.where(self.code == 1, np.int8(ABSTAIN), ends).astype(np.int8)

    @property
    def bounds(self) -> Ints:
        """Spans of items with roughly equal votes, for the compiled loops."""
        wanted = np.linspace(0, self.person.size, CHUNKS + 1)
        spans = np.searchsorted(self.start, wanted).astype(np.int64)
        spans[0], spans[-1] = 0, self.start.size - 1
        return spans


def vote_data(
    person: npt.ArrayLike,
    item: npt.ArrayLike,
    category: npt.ArrayLike,
    state: npt.ArrayLike,
    session: npt.ArrayLike,
    *,
    states: Sequence[str] | None = None,
    labels: npt.ArrayLike | None = None,
    item_labels: npt.ArrayLike | None = None,
    pole: npt.ArrayLike | None = None,
    anchor: int = 0,
) -> VoteData:
    """Votes as triples, checked and sorted; use it to make what `fit` takes.

    Parameters
    ----------
    person, item, category : (votes,) integers
        Index of the state-session, index of the item, vote (1 yes, 2 abstain, 3 no). Absences
        are left out: they are taken to be unrelated to position, given the state-session.
    state, session : (state-sessions,) integers
        Each state-session's state (index into `states`) and session.
    states, labels, item_labels, pole, anchor
        See `VoteData`; by default numbers as text, and the anchor alone against nobody.

    Raises
    ------
    UnfitVotes
        One of the errors of this module, naming what is unfit.
    """
    who, what = np.asarray(person, np.int64), np.asarray(item, np.int64)
    cast = np.asarray(category, np.int64)
    walk, when = np.asarray(state, np.int64), np.asarray(session, np.int64)
    _check_shapes(who, what, cast, walk, when)
    names = tuple(states) if states is not None else tuple(map(str, range(int(walk.max()) + 1)))
    called = np.asarray(labels if labels is not None else [names[k] for k in walk], np.str_)
    count = int(what.max()) + 1
    numbers = np.asarray(item_labels if item_labels is not None else np.arange(count), np.int64)
    _check_votes(who, what, cast, walk, when, called, numbers)

    order = np.lexsort((when, walk))
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    who = rank[who]
    rows = np.lexsort((who, what))
    who, what, cast = who[rows], what[rows], cast[rows]
    used = np.zeros((count, len(POSITIONS) + 1), bool)
    used[what, cast] = True
    low = used.argmax(axis=1)
    high = used.shape[1] - 1 - used[:, ::-1].argmax(axis=1)
    code = np.where(cast == low[what], 0, np.where(cast == high[what], 2, 1))
    groups = np.zeros(len(names), np.int8)
    if pole is None:
        groups[anchor] = 1
    else:
        groups[:] = np.asarray(pole, np.int8)
    return VoteData(
        person=who,
        code=code.astype(np.int8),
        start=np.searchsorted(what, np.arange(count + 1)).astype(np.int64),
        low=low.astype(np.int8),
        high=high.astype(np.int8),
        binary=used.sum(axis=1) == 2,
        state=walk[order],
        session=when[order],
        states=names,
        labels=called[order],
        item_labels=numbers,
        pole=groups,
        anchor=anchor,
    )


def of_items(data: VoteData, chosen: npt.NDArray[np.bool_]) -> VoteData:
    """The votes on some items; state-sessions stay, also those that are left without a vote."""
    sizes = np.diff(data.start)
    rows = np.repeat(chosen, sizes)
    return replace(
        data,
        person=data.person[rows],
        code=data.code[rows],
        start=np.concatenate([[0], np.cumsum(sizes[chosen])]),
        low=data.low[chosen],
        high=data.high[chosen],
        binary=data.binary[chosen],
        item_labels=data.item_labels[chosen],
    )


def _check_shapes(who: Ints, what: Ints, cast: Ints, walk: Ints, when: Ints) -> None:
    if not who.size:
        raise AllUnanimous("no votes at all", next_step="pass at least one divided roll call")
    if not (who.shape == what.shape == cast.shape) or walk.shape != when.shape:
        raise UnfitVotes(
            f"lengths differ: {who.size} state-sessions, {what.size} items, {cast.size} votes; "
            f"{walk.size} states, {when.size} sessions"
        )
    if who.min() < 0 or who.max() >= walk.size or what.min() < 0:
        raise UnfitVotes(f"a vote of state-session {int(who.max())}, of {walk.size} there are")


def _check_votes(
    who: Ints,
    what: Ints,
    cast: Ints,
    walk: Ints,
    when: Ints,
    called: npt.NDArray[np.str_],
    numbers: Ints,
) -> None:
    strange = np.unique(cast[~np.isin(cast, POSITIONS)])
    if strange.size:
        raise UnknownCode(
            f"votes of code {_list(strange)}",
            choices=[f"{YES} yes", f"{ABSTAIN} abstain", f"{NO} no"],
            next_step="leave absences and non-members out of the triples",
        )
    names = np.char.add(np.char.add(called, "/"), when.astype(np.str_))
    doubled = _repeated(walk * (int(when.max()) + 1) + when)
    if doubled.size:
        raise UnfitVotes(f"a state stands twice in a session: {_list(names[doubled])}")
    twice = _repeated(who * (int(what.max()) + 1) + what)
    if twice.size:
        raise UnfitVotes(f"a state votes twice on an item: {_list(names[who[twice]])}")
    idle = np.flatnonzero(np.bincount(who, minlength=walk.size) == 0)
    if idle.size:
        raise StateWithoutVotes(
            f"without a vote: {_list(names[idle])}", next_step="leave these state-sessions out"
        )
    kinds = np.zeros((numbers.size, 4), bool)
    kinds[what, cast] = True
    alike = np.flatnonzero(kinds.sum(axis=1) < 2)
    if alike.size == numbers.size:
        raise AllUnanimous(
            f"all {numbers.size} items are unanimous", next_step="pass divided roll calls"
        )
    if alike.size:
        raise OneCategory(
            f"items with fewer than two kinds of vote: {_list(numbers[alike])}",
            next_step="leave unanimous items out",
        )
    sessions, sizes = np.unique(when, return_counts=True)
    if (sizes < SMALLEST_SESSION).any():
        raise SmallSession(
            f"sessions with fewer than {SMALLEST_SESSION} states: "
            f"{_list(sessions[sizes < SMALLEST_SESSION])}",
            next_step="leave these sessions out",
        )
    _check_joined(who, what, walk, names)


def _check_joined(who: Ints, what: Ints, walk: Ints, names: npt.NDArray[np.str_]) -> None:
    """Items and states as a graph: all must hang together."""
    group = np.arange(walk.max() + 1)
    for _ in range(group.size):
        before = group
        least = np.full(int(what.max()) + 1, group.size)
        np.minimum.at(least, what, group[walk[who]])
        group = group.copy()
        np.minimum.at(group, walk[who], least[what])
        if (group == before).all():
            break
    apart = np.flatnonzero(group[walk] != group[walk[0]])
    if apart.size:
        raise DisconnectedVotes(
            f"no item joins {names[0]} with {_list(names[apart])}",
            next_step="fit the groups apart: their positions cannot be compared",
        )


def _repeated(keys: Ints) -> Ints:
    order = np.argsort(keys, kind="stable")
    found: Ints = order[1:][keys[order][1:] == keys[order][:-1]]
    return found


def _list(values: npt.NDArray[np.str_] | Ints) -> str:
    shown = ", ".join(str(value) for value in values[:_SHOWN])
    return shown + (f" and {values.size - _SHOWN} more" if values.size > _SHOWN else "")
