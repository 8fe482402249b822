"""From the General Assembly's ballots to the votes the model works on; rules in `prepare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from tripolar.actors.states import states
from tripolar.errors import InputError
from tripolar.models.ideal_points.bridges import match_titles
from tripolar.models.ideal_points.data import Ints, VoteData, vote_data

if TYPE_CHECKING:
    from tripolar.sources.unga import Ballots

Paragraphs = Literal["before-1990", "all", "none"]
KEPT_UNTIL = 1989
"""Last year whose paragraph and amendment votes enter under "before-1990"."""
LEFT_OUT_SESSIONS = (19,)
"""Session 19 (1964) took one contested vote: the Assembly met without voting."""
LEFT_OUT = (("ZAN", 18), ("ZAF", 48))
"""State-sessions of a vote or two: Zanzibar, and South Africa before it was let back in."""
ANCHOR = "USA"
WEST = ("USA", "GBR", "FRA", "BEL", "NLD", "CAN")
EAST = ("RUS", "BLR", "SYR", "VNM", "LAO", "PRK")
"""Two groups that sign the items for the starting positions only; the estimates do not use them."""


def prepare(
    ballots: Ballots,
    *,
    links: npt.ArrayLike | None = None,
    keep_paragraphs: Paragraphs = "before-1990",
) -> VoteData:
    """Votes for `fit` from General Assembly ballots, by rules that reproduce the published input.

    1. Paragraph and amendment votes enter up to 1989: after it their record has gaps. The few
       roll calls of another kind ("other") stay, as in the published input; "none" drops them.
    2. Session 19 is left out, and so are Zanzibar and South Africa in session 48.
    3. Roll calls joined by `links` are one item, in all sessions; a state that voted on it in
       several sessions has several votes, one per session.
    4. Items (after joining) on which all voted alike are left out.
    5. A state's walk goes on under the key that continues it: SUN and RUS are one walk.

    Parameters
    ----------
    ballots : Ballots
        From `tripolar.sources.unga.read`.
    links : (pairs, 2) integers, optional
        `roll_call` numbers of repeated resolutions, earlier and later; by default those that
        `match_titles` finds, and an empty array for none.
    keep_paragraphs : "before-1990", "all" or "none"
        Which paragraph and amendment votes enter.
    """
    calls = ballots.roll_calls
    number = calls["roll_call"].to_numpy(dtype=np.int64)
    session = calls["session"].to_numpy(dtype=np.int64)
    keep = ~np.isin(session, LEFT_OUT_SESSIONS)
    partial = calls["kind"].isin(("paragraph", "amendment")).to_numpy(dtype=bool)
    if keep_paragraphs == "before-1990":
        keep &= ~partial | (calls["year"].to_numpy(dtype=np.int64) <= KEPT_UNTIL)
    elif keep_paragraphs == "none":
        keep &= (calls["kind"] == "final").to_numpy(dtype=bool)
    elif keep_paragraphs != "all":
        raise InputError(
            f"keep_paragraphs {keep_paragraphs!r}", choices=["before-1990", "all", "none"]
        )
    if links is None:
        links = number[
            match_titles(
                calls["title"].to_numpy(dtype=np.str_),
                session,
                calls["resolution"].to_numpy(dtype=np.str_),
                calls["kind"].to_numpy(dtype=np.str_),
                ballots.votes,
            )
        ]
    root = _first_of_chain(number, np.asarray(links, np.int64).reshape(-1, 2))
    return _votes(ballots, number, session, keep, root)


def _votes(
    ballots: Ballots, number: Ints, session: Ints, keep: npt.NDArray[np.bool_], root: Ints
) -> VoteData:
    votes = np.where(keep[:, None], ballots.votes, np.int8(0))
    for key, when in LEFT_OUT:
        if key in ballots.states:
            votes[session == when, ballots.states.index(key)] = 0
    used = np.zeros((number.size, 4), bool)
    for category in (1, 2, 3):
        np.logical_or.at(used[:, category], root, (votes == category).any(axis=1))
    votes[used[root].sum(axis=1) < 2] = 0
    row, column = np.nonzero(votes > 0)
    walk = _walks(ballots.states)
    walks, walk_of = np.unique(walk, return_inverse=True)
    names = tuple(str(name) for name in walks)
    span = int(session.max()) + 1
    person_key, person = _dense(walk_of[column] * span + session[row])
    # the state that cast the last vote gives a state-session its name (Serbia in session 60)
    latest = np.zeros(person_key.size, np.int64)
    latest[person] = column
    item_root, item = _dense(root[row])
    pole = np.isin(names, WEST).astype(np.int8) - np.isin(names, EAST).astype(np.int8)
    return vote_data(
        person,
        item,
        votes[row, column],
        person_key // span,
        person_key % span,
        states=names,
        labels=np.array(ballots.states)[latest],
        item_labels=number[item_root],
        pole=pole,
        anchor=names.index(ANCHOR) if ANCHOR in names else 0,
    )


def _dense(keys: Ints) -> tuple[Ints, Ints]:
    """The distinct keys in order, and which of them each is; for small numbers from nought."""
    present = np.bincount(keys) > 0
    place = np.cumsum(present) - 1
    return np.flatnonzero(present).astype(np.int64), place[keys].astype(np.int64)


def _walks(keys: tuple[str, ...]) -> npt.NDArray[np.str_]:
    """The last key of each state's line of continuing states, among those present."""
    follower = {known.continues: key for key, known in states().items() if known.continues}
    ends = []
    for key in keys:
        end = key
        while end in follower and follower[end] in keys:
            end = follower[end]
        ends.append(end)
    return np.array(ends)


def _first_of_chain(number: Ints, links: Ints) -> Ints:
    """For each roll call the row of the earliest one it repeats, itself if none."""
    order = np.argsort(number)
    place = np.searchsorted(number[order], links)
    known = (place < number.size) & (number[order][np.minimum(place, number.size - 1)] == links)
    pairs = order[place[known.all(axis=1)]]
    root = np.arange(number.size)
    for earlier, later in pairs[np.argsort(pairs[:, 1], kind="stable")]:
        first, other = sorted((int(root[earlier]), int(root[later])))
        root[root == other] = first
    return root
