"""What a referee asks of ideal points: `margins`, `item_fit` and `compare`, on a finished fit.

`probabilities` is what they rest on: the fitted probability of each code for each vote. They are
those of the point estimates, so they know nothing of the uncertainty of positions and items.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tripolar.errors import InputError
from tripolar.models.ideal_points.data import Floats, Ints, VoteData
from tripolar.models.ideal_points.fit import IdealPoints
from tripolar.nothing import ABSTAIN, POSITIONS

Bools = npt.NDArray[np.bool_]
LEVEL = 0.90
"""Share of the predictive distribution between `Margins.low` and `Margins.high`."""
LEAST_MATCHED = 3
"""Matched states without which a session has no comparison."""
_TINY = 1e-290
_SHARES = len(POSITIONS)


@dataclass(frozen=True)
class Margins:
    """Shares of yes, abstain and no on each item, beside what the fit predicts for them.

    item : (items,), index into the data's items; those with no voter among those asked are left
        out. votes : (items,), votes cast on it by them.
    observed, expected, low, high : (items, 3), shares of yes, abstain and no; `low` and `high`
        hold 90% of simulated shares.
    used : (items, 3), whether the item has the category. inside : (items, 3), whether the
        observed share lies between `low` and `high`, both included.
    share_inside : of the shares of categories in use. share_by_chance : the same of simulated
        shares, what to expect of `share_inside` where the model holds (above 90%: votes are
        whole). share_of_items : of items, with all their categories in use inside.
    """

    item: Ints
    votes: Ints
    observed: Floats
    expected: Floats
    low: Floats
    high: Floats
    used: Bools
    inside: Bools
    share_inside: float
    share_by_chance: float
    share_of_items: float


@dataclass(frozen=True)
class ItemFit:
    """How well each item, each session and all votes together are classified.

    votes, correct, probability, errors_of_mode, pre : (items,); `correct` is a share,
        `probability` the geometric mean of the fitted probabilities of the votes cast,
        `errors_of_mode` the votes outside the item's modal category, and
        pre = (errors_of_mode - errors of the model) / errors_of_mode.
    session, session_votes, session_correct, session_probability, session_pre : (sessions,);
        pre sums errors over roll calls before dividing (aggregate PRE), and an item repeated in
        another session is another roll call with a mode of its own.
    all_correct, all_probability, all_pre : over all votes, by the rule of sessions.
    """

    votes: Ints
    correct: Floats
    probability: Floats
    errors_of_mode: Ints
    pre: Floats
    session: Ints
    session_votes: Ints
    session_correct: Floats
    session_probability: Floats
    session_pre: Floats
    all_correct: float
    all_probability: float
    all_pre: float


@dataclass(frozen=True)
class Comparison:
    """Two sets of ideal points on the state-sessions they share.

    name : (matched,) names of walks; session : (matched,); one : (matched,) positions;
        aligned : (matched,) the other's, after the affine map of their session onto the one's.
    correlation : Pearson's over all matched, as they are. correlation_aligned : of `one` and
        `aligned`. difference : root mean square of one - aligned, in units of the one.
    sessions, matched, by_session, difference_by_session : (sessions,), those with at least three
        matched states and differing positions; the others are in none of the figures.
    skipped : sessions with fewer, which are left out.
    """

    name: npt.NDArray[np.str_]
    session: Ints
    one: Floats
    aligned: Floats
    correlation: float
    correlation_aligned: float
    difference: float
    sessions: Ints
    matched: Ints
    by_session: Floats
    difference_by_session: Floats
    skipped: tuple[int, ...]


def probabilities(data: VoteData, points: IdealPoints) -> Floats:
    """The fitted probability of the codes 0, 1 and 2 for each vote: (votes, 3).

    P(0) = Phi(gamma_1 - beta theta), P(2) = Phi(beta theta - gamma_2), and code 1 the rest, 0
    where an item has two categories.
    """
    _check_same(data, points)
    item = data.item
    mean = points.discrimination[item] * points.position[data.person]
    first, last = points.cutpoints[item, 0] - mean, points.cutpoints[item, 1] - mean
    below, above = normal_cdf(first), normal_cdf(-last)
    # in either tail the difference is taken where it is not one of numbers near 1
    between = np.where(first > 0, normal_cdf(-first) - above, normal_cdf(last) - below)
    between[data.binary[item]] = 0.0
    return np.column_stack([below, np.maximum(between, 0.0), above])


def normal_cdf(x: Floats) -> Floats:
    """The standard normal distribution function. (scipy has it; it is no dependency.)"""
    scaled = (np.asarray(x, np.float64) * -math.sqrt(0.5)).tolist()
    return 0.5 * np.fromiter(map(math.erfc, scaled), np.float64, len(scaled))


def margins(
    data: VoteData,
    points: IdealPoints,
    *,
    voters: npt.ArrayLike | None = None,
    draws: int = 200,
    seed: int = 0,
) -> Margins:
    """Do the votes add up as the fit predicts? A posterior-predictive check of each item's shares.

    An item's cutpoints are fitted to its shares, so over all voters the check is lenient; among
    some of them (`voters`: a third of the scale, a bloc) it tests the shape of the model.

    Parameters
    ----------
    data, points : VoteData, IdealPoints
        Votes and their fit.
    voters : (state-sessions,) bool, optional
        Whose votes are added up; all by default.
    draws : int
        Sets of votes simulated from the fitted probabilities.
    seed : int
        Of the simulation.
    """
    if draws < 1:
        raise InputError(f"draws {draws}", next_step="draw at least once; 200 is the default")
    p = probabilities(data, points)
    rows = np.arange(data.person.size)
    if voters is not None:
        chosen = np.asarray(voters, np.bool_)
        if chosen.shape != data.state.shape or not chosen.any():
            raise InputError(
                f"voters of shape {chosen.shape}, {int(chosen.sum())} of them chosen",
                next_step=f"pass {data.state.size} truth values, at least one of them true",
            )
        rows = np.flatnonzero(chosen[data.person])
    item, start, votes = np.unique(data.item[rows], return_index=True, return_counts=True)
    below, notabove = p[rows, 0].astype(np.float32), (1 - p[rows, 2]).astype(np.float32)
    random = np.random.default_rng(seed)
    drawn = np.empty((draws, item.size, _SHARES), np.float32)
    for turn in range(draws):
        uniform = random.random(rows.size, dtype=np.float32)
        low = np.add.reduceat(uniform < below, start, dtype=np.int32)
        high = np.add.reduceat(uniform >= notabove, start, dtype=np.int32)
        codes = np.stack([low, votes - low - high, high], axis=1) / votes[:, None]
        drawn[turn] = _as_cast(data, item, codes)
    code = data.code[rows]
    found = np.stack([np.add.reduceat(code == k, start, dtype=np.int64) for k in range(3)], axis=1)
    observed = _as_cast(data, item, found / votes[:, None])
    expected = _as_cast(data, item, np.add.reduceat(p[rows], start, axis=0) / votes[:, None])
    tail = (1 - LEVEL) / 2
    # an end is a share that was drawn: interpolation would cut off shares of few votes
    low_end = np.quantile(drawn, tail, axis=0, method="lower").astype(np.float64)
    high_end = np.quantile(drawn, 1 - tail, axis=0, method="higher").astype(np.float64)
    used = _used(data)[item]
    slack = 1e-6  # single precision of the drawn shares
    chance = ((drawn >= low_end - slack) & (drawn <= high_end + slack)).mean(axis=0)
    inside = (observed >= low_end - slack) & (observed <= high_end + slack)
    return Margins(
        item=item.astype(np.int64),
        votes=votes.astype(np.int64),
        observed=observed,
        expected=expected,
        low=low_end,
        high=high_end,
        used=used,
        inside=inside,
        share_inside=float(inside[used].mean()),
        share_by_chance=float(chance[used].mean()),
        share_of_items=float((inside | ~used).all(axis=1).mean()),
    )


def item_fit(data: VoteData, points: IdealPoints) -> ItemFit:
    """How many votes the fit gets right, per item, per session and in all, and against the mode.

    Proportional reduction in error as in Poole and Rosenthal (1997), Congress: A Political-Economic
    History of Roll Call Voting, whose benchmark is the modal category of each roll call.
    """
    p = probabilities(data, points)
    item, session = data.item, data.session[data.person]
    right = p.argmax(axis=1) == data.code
    log = np.log(np.maximum(p[np.arange(item.size), data.code], _TINY))
    count = data.start.size - 1
    votes = np.diff(data.start)
    errors = votes - modal_votes(item, data.code)
    wrong = votes - np.bincount(item, right, minlength=count)
    sessions, when = np.unique(session, return_inverse=True)
    call = np.unique(item * (int(session.max()) + 1) + session, return_inverse=True)[1]
    call_session = np.zeros(int(call.max()) + 1, np.int64)
    call_session[call] = when
    call_errors = np.bincount(call) - modal_votes(call, data.code)
    size = np.bincount(when)
    session_wrong = size - np.bincount(when, right)
    session_errors = np.bincount(call_session, call_errors, minlength=sessions.size)
    return ItemFit(
        votes=votes,
        correct=1 - wrong / votes,
        probability=np.exp(np.bincount(item, log, minlength=count) / votes),
        errors_of_mode=errors,
        pre=reduction(errors, wrong),
        session=sessions,
        session_votes=size.astype(np.int64),
        session_correct=1 - session_wrong / size,
        session_probability=np.exp(np.bincount(when, log) / size),
        session_pre=reduction(session_errors, session_wrong),
        all_correct=float(right.mean()),
        all_probability=float(np.exp(log.mean())),
        all_pre=float(reduction(session_errors.sum(), session_wrong.sum())),
    )


def compare(one: IdealPoints, other: IdealPoints) -> Comparison:
    """How far two fits agree on the state-sessions they share, matched by walk and session.

    Within a session, positions are compared after the affine map (least squares, of either sign)
    that brings the other's nearest to the one's: what differs is then more than scale and origin.
    """
    mine, theirs = _matched(one, other)
    name = np.array(one.states, np.str_)[one.state[mine]]
    session, x, y = one.session[mine], one.position[mine], other.position[theirs]
    aligned = np.full_like(x, np.nan)
    kept, sizes, correlations, differences, skipped = [], [], [], [], []
    for when in np.union1d(one.session, other.session):
        rows = session == when
        if rows.sum() < LEAST_MATCHED or np.ptp(x[rows]) == 0 or np.ptp(y[rows]) == 0:
            skipped.append(int(when))
            continue
        at, by = x[rows] - x[rows].mean(), y[rows] - y[rows].mean()
        slope = (at @ by) / (by @ by)
        aligned[rows] = x[rows].mean() + slope * by
        kept.append(int(when))
        sizes.append(int(rows.sum()))
        correlations.append(float(np.corrcoef(x[rows], y[rows])[0, 1]))
        differences.append(float(np.sqrt(np.mean((at - slope * by) ** 2))))
    if not kept:
        raise InputError(
            f"no session in which two fits share {LEAST_MATCHED} states",
            next_step="compare fits of the same states and sessions",
        )
    held = ~np.isnan(aligned)
    name, session, x, y, aligned = name[held], session[held], x[held], y[held], aligned[held]
    return Comparison(
        name=name,
        session=session,
        one=x,
        aligned=aligned,
        correlation=float(np.corrcoef(x, y)[0, 1]),
        correlation_aligned=float(np.corrcoef(x, aligned)[0, 1]),
        difference=float(np.sqrt(np.mean((x - aligned) ** 2))),
        sessions=np.array(kept, np.int64),
        matched=np.array(sizes, np.int64),
        by_session=np.array(correlations),
        difference_by_session=np.array(differences),
        skipped=tuple(skipped),
    )


def modal_votes(group: Ints, code: npt.NDArray[np.int8]) -> Ints:
    """Per group of votes, how many are of its most frequent code."""
    counts = np.bincount(group * 3 + code, minlength=3 * (int(group.max()) + 1))
    most: Ints = counts.reshape(-1, 3).max(axis=1)
    return most


def reduction(errors: npt.ArrayLike, wrong: npt.ArrayLike) -> Floats:
    """Proportional reduction in error: 1 where all are right, 0 where the mode does as well."""
    before, after = np.asarray(errors, np.float64), np.asarray(wrong, np.float64)
    found: Floats = (before - after) / np.maximum(before, 1.0)
    return found


def _check_same(data: VoteData, points: IdealPoints) -> None:
    """Votes and fit must have the same state-sessions and items."""
    same = np.array_equal(data.state, points.state) and np.array_equal(data.session, points.session)
    if not same or not np.array_equal(data.item_labels, points.item_labels):
        raise InputError(
            f"votes of {data.state.size} state-sessions on {data.item_labels.size} items, ideal "
            f"points of {points.state.size} on {points.item_labels.size}",
            next_step="pass the votes that were fitted",
        )


def _used(data: VoteData) -> Bools:
    """Which of yes, abstain and no each item has: (items, 3)."""
    categories = np.array(POSITIONS)
    ends = (categories == data.low[:, None]) | (categories == data.high[:, None])
    used: Bools = ends | ((categories == ABSTAIN) & ~data.binary[:, None])
    return used


def _as_cast(data: VoteData, item: npt.NDArray[np.intp], codes: Floats) -> Floats:
    """Columns of codes 0, 1, 2 as columns of yes, abstain, no: (items, 3)."""
    out = np.zeros_like(codes)
    out[:, ABSTAIN - 1] = codes[:, 1]
    rows = np.arange(item.size)
    # a code of 1 and an end are never the same category: two-category items have no code of 1
    out[rows, data.low[item] - 1] += codes[:, 0]
    out[rows, data.high[item] - 1] += codes[:, 2]
    return out


def _matched(one: IdealPoints, other: IdealPoints) -> tuple[Ints, Ints]:
    """Rows of the state-sessions in both, matched by the name of the walk and the session."""
    at = {
        (other.states[walk], when): row
        for row, (walk, when) in enumerate(
            zip(other.state.tolist(), other.session.tolist(), strict=True)
        )
    }
    pairs = [
        (row, at[one.states[walk], when])
        for row, (walk, when) in enumerate(
            zip(one.state.tolist(), one.session.tolist(), strict=True)
        )
        if (one.states[walk], when) in at
    ]
    both = np.array(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
