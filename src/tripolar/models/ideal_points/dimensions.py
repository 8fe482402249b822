"""How much one dimension explains, and whether the votes hold a second: `dimensions`, by period.

The test looks at what a fit of one dimension leaves. For vote n the score d_n is the derivative of
its log probability in beta theta: its mean is 0 and its variance I_n, the vote's information. A
second dimension with state coordinates e would show as sums over states of d e far from 0 on many
roll calls, that is in the largest eigenvalue of the matrix of products of states' scores, here as
correlations, with the mean and the first dimension taken out on both sides. What size it has by
chance is found by simulating votes from the fit (parallel analysis, Horn 1965,
doi:10.1007/BF02289447). Rejecting it says that votes hang together in a way the model does not
know; the gain says how much of the vote that is.

It has two limits. The first residual eigenvector also takes up what else the model has wrong, a
state that moves within a session or a link that is not probit. And in the simulated votes the fit
is the truth, whereas it was estimated from the votes observed, which makes the test lenient: of 80
simulated sets with one dimension (40 states, 240 roll calls) 12 exceeded the 95th percentile, their
residual share on average 1.02 times the null's mean. An excess of a few hundredths of the null is
no evidence.

Correct classification and proportional reduction in error: Poole and Rosenthal (1997), Congress:
A Political-Economic History of Roll Call Voting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tripolar.errors import InputError
from tripolar.models.ideal_points.data import Floats, Ints, VoteData
from tripolar.models.ideal_points.diagnostics import (
    modal_votes,
    normal_cdf,
    probabilities,
    reduction,
)
from tripolar.models.ideal_points.fit import IdealPoints

SESSIONS_PER_PERIOD = 10
LEAST_PRESENT = 0.25
"""Share of a period's roll calls that a state must have voted on to enter the residual matrix."""
LEAST_STATES = 5
QUANTILE = 0.95
_TINY = 1e-290
_HALVINGS = 45
Codes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class PeriodFit:
    """What one dimension explains in some sessions, and what a second would add.

    first, last : sessions. votes, roll_calls, states : how many; states are those in the residual
        matrix.
    correct, pre : of one dimension; `pre` sums errors over roll calls before dividing.
    residual_share : first eigenvalue of the residual matrix over the sum of all. null_mean,
        null_high : mean and 95th percentile of the same where one dimension is all there is.
    exceeds : residual_share above null_high.
    gain : by how much `pre` grows where a second dimension enters, found in one probit step per
        roll call and one per state from the first residual eigenvector. gain_by_chance : mean of
        that gain where one dimension is all there is.
    names, coordinates : (states,), the walks and their places on the second dimension (mean 0,
        variance 1; which end is positive means nothing).
    """

    first: int
    last: int
    votes: int
    roll_calls: int
    states: int
    correct: float
    pre: float
    residual_share: float
    null_mean: float
    null_high: float
    exceeds: bool
    gain: float
    gain_by_chance: float
    names: tuple[str, ...]
    coordinates: Floats


def dimensions(
    data: VoteData,
    points: IdealPoints,
    *,
    periods: Sequence[tuple[int, int]] | None = None,
    draws: int = 40,
    seed: int = 0,
) -> tuple[PeriodFit, ...]:
    """How much of the vote one dimension explains, period by period, and whether it is enough.

    Parameters
    ----------
    data, points : VoteData, IdealPoints
        Votes and their fit.
    periods : sequence of (first, last) sessions, optional
        By default blocks of ten sessions (1-10, 11-20 and so on). A period with fewer than five
        states that voted on a quarter of its roll calls is refused.
    draws : int
        Sets of votes simulated from the fit, of which the 95th percentile is taken.
    seed : int
        Of the simulation.
    """
    if draws < 1:
        raise InputError(f"draws {draws}", next_step="draw at least once; 40 is the default")
    session = data.session[data.person]
    p = probabilities(data, points)
    random = np.random.default_rng(seed)
    found = []
    for first, last in periods if periods is not None else _blocks(session):
        rows = np.flatnonzero((session >= first) & (session <= last))
        if not rows.size:
            raise InputError(f"no votes in sessions {first} to {last}")
        found.append(_period(_Span.of(data, points, p, rows, (first, last)), random, draws))
    return tuple(found)


@dataclass(frozen=True)
class _Span:
    """The votes of a period as the test needs them.

    state, call : (votes,), places of the states in the matrix and of the roll calls.
    held : (votes,) bool, whether the state has a place in the matrix (else `state` is 0).
    turns : (votes, 2), the beta theta from which the likeliest code is at least 1, and 2.
    mode : (votes,), the likeliest code. mean, info : (votes,), beta theta and information.
    below, notabove : (votes,), probabilities of code 0 and of 0 or 1. score : (votes * 3,), of
        each code. basis : (states, 2), orthonormal columns along 1 and the mean position.
    """

    ends: tuple[int, int]
    names: tuple[str, ...]
    state: Ints
    held: npt.NDArray[np.bool_]
    call: Ints
    calls: int
    code: Codes
    mode: Codes
    turns: Floats
    below: Floats
    notabove: Floats
    score: Floats
    info: Floats
    mean: Floats
    basis: Floats

    def wrong_by_mode(self, code: Codes) -> float:
        """Votes outside the modal category of their roll call, at least 1."""
        errors = code.size - int(modal_votes(self.call, code).sum())
        return float(max(errors, 1))

    def score_of(self, code: Codes) -> Floats:
        """The score of each vote, had it been cast as given."""
        found: Floats = self.score[np.arange(code.size) * 3 + code]
        return found

    @classmethod
    def of(
        cls,
        data: VoteData,
        points: IdealPoints,
        p: Floats,
        rows: npt.NDArray[np.intp],
        ends: tuple[int, int],
    ) -> _Span:
        item, person = data.item[rows], data.person[rows]
        walk = data.state[person]
        calls, call = np.unique(
            item * (int(data.session.max()) + 1) + data.session[person], return_inverse=True
        )
        present = np.bincount(walk, minlength=len(data.states))
        kept = np.flatnonzero(present >= max(LEAST_PRESENT * calls.size, 1))
        if kept.size < LEAST_STATES:
            raise InputError(
                f"{kept.size} states voted on a quarter of the roll calls of sessions "
                f"{ends[0]} to {ends[1]}, and the test needs {LEAST_STATES}",
                next_step="pass longer periods",
            )
        place = np.full(len(data.states), -1)
        place[kept] = np.arange(kept.size)
        mean = points.discrimination[item] * points.position[person]
        turns = likeliest_from(points.cutpoints, data.binary)[item]
        score, info = _scores(p[rows], mean, points.cutpoints[item], data.binary[item])
        theta = np.bincount(walk, points.position[person], minlength=present.size)[kept]
        basis = np.column_stack([np.ones(kept.size), theta / present[kept]])
        return cls(
            ends=ends,
            names=tuple(data.states[k] for k in kept),
            state=np.maximum(place[walk], 0),
            held=place[walk] >= 0,
            call=call.astype(np.int64),
            calls=calls.size,
            code=data.code[rows],
            mode=_classified(mean, turns),
            turns=turns,
            below=p[rows, 0],
            notabove=1 - p[rows, 2],
            score=score.ravel(),
            info=info,
            mean=mean,
            basis=np.linalg.qr(basis)[0],
        )


def _blocks(session: Ints) -> list[tuple[int, int]]:
    """Ten sessions each, from 1, 11, 21 and so on; those there are."""
    low, high = int(session.min()), int(session.max())
    turns = np.unique((np.unique(session) - 1) // SESSIONS_PER_PERIOD)
    return [
        (max(int(k) * SESSIONS_PER_PERIOD + 1, low), min(int(k + 1) * SESSIONS_PER_PERIOD, high))
        for k in turns
    ]


def _scores(
    p: Floats, mean: Floats, cutpoints: Floats, binary: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Derivative of the log probability of each code in beta theta, and the votes' information."""
    density = np.exp(-0.5 * (cutpoints - mean[:, None]) ** 2) / np.sqrt(2 * np.pi)
    slopes = np.column_stack([-density[:, 0], density[:, 0] - density[:, 1], density[:, 1]])
    slopes[binary, 1] = 0.0
    score = slopes / np.maximum(p, _TINY)
    score[p < _TINY] = 0.0
    return score, (slopes * score).sum(axis=1)


def likeliest_from(cutpoints: Floats, binary: npt.NDArray[np.bool_]) -> Floats:
    """Per item the beta theta from which code 1 (first column) and code 2 (second) are likeliest.

    The two are one where no beta theta makes code 1 the likeliest. Between them lies the middle of
    the cutpoints, about which they are symmetric; the first solves
    Phi(gamma_2 - x) = 2 Phi(gamma_1 - x).
    """
    first, last = cutpoints[:, 0], cutpoints[:, 1]
    middle = (first + last) / 2
    wide = ~binary & (normal_cdf((last - first) / 2) > 2 / 3)
    low, high = first - 2.0, middle.copy()
    for _ in range(_HALVINGS):
        half = (low + high) / 2
        over = normal_cdf(last - half) > 2 * normal_cdf(first - half)
        high = np.where(over, half, high)
        low = np.where(over, low, half)
    from_one = np.where(wide, high, middle)
    return np.column_stack([from_one, 2 * middle - from_one])


def _classified(mean: Floats, turns: Floats) -> Codes:
    """The likeliest code of each vote."""
    found: Codes = (mean >= turns[:, 0]).astype(np.int8) + (mean >= turns[:, 1])
    return found


def _period(span: _Span, random: np.random.Generator, draws: int) -> PeriodFit:
    wrong = int((span.mode != span.code).sum())
    modes = span.wrong_by_mode(span.code)
    share, second = _residual_share(span, span.code)
    gain = _gain(span, span.code, second)
    nulls, gains = np.empty(draws), np.empty(draws)
    for turn in range(draws):
        uniform = random.random(span.code.size)
        code = (uniform >= span.below).astype(np.int8) + (uniform >= span.notabove)
        nulls[turn], chance = _residual_share(span, code)
        gains[turn] = _gain(span, code, chance)
    high = float(np.quantile(nulls, QUANTILE))
    return PeriodFit(
        first=span.ends[0],
        last=span.ends[1],
        votes=int(span.code.size),
        roll_calls=span.calls,
        states=len(span.names),
        correct=1 - wrong / span.code.size,
        pre=float(reduction(modes, wrong)),
        residual_share=share,
        null_mean=float(nulls.mean()),
        null_high=high,
        exceeds=share > high,
        gain=gain,
        gain_by_chance=float(gains.mean()),
        names=span.names,
        coordinates=second,
    )


def _residual_share(span: _Span, code: Codes) -> tuple[float, Floats]:
    """First eigenvalue of the residual matrix over their sum, and the coordinates of states."""
    table = np.zeros((len(span.names), span.calls))
    score = span.score_of(code)
    table[span.state[span.held], span.call[span.held]] = score[span.held]
    norm = np.sqrt(np.maximum(np.einsum("ij,ij->i", table, table), _TINY))
    products = table @ table.T / np.outer(norm, norm)
    off = np.eye(norm.size) - span.basis @ span.basis.T
    values, vectors = np.linalg.eigh(off @ products @ off)
    # the eigenvector gives the roll calls' discriminations, and these the states' coordinates
    delta = _discriminations(span, score, _rescaled(span, vectors[:, -1] / norm))[span.call]
    slope = np.bincount(span.state, score * delta * span.held, minlength=norm.size)
    info = np.bincount(span.state, span.info * delta**2 * span.held, minlength=norm.size)
    second = _rescaled(span, slope / (info + 1.0))
    return float(values[-1] / max(float(values.sum()), _TINY)), second


def _rescaled(span: _Span, coordinates: Floats) -> Floats:
    """At right angles to 1 and the first dimension, variance 1."""
    left = coordinates - span.basis @ (span.basis.T @ coordinates)
    out: Floats = left / max(float(left.std()), _TINY)
    return out


def _discriminations(span: _Span, score: Floats, second: Floats) -> Floats:
    """Of each roll call on a second dimension: one probit step from 0, prior N(0, 1)."""
    e = second[span.state] * span.held
    slope = np.bincount(span.call, score * e, minlength=span.calls)
    info = np.bincount(span.call, span.info * e**2, minlength=span.calls)
    found: Floats = slope / (info + 1.0)
    return found


def _gain(span: _Span, code: Codes, second: Floats) -> float:
    """Growth of PRE with the second dimension, one penalised probit step per roll call."""
    delta = _discriminations(span, span.score_of(code), second)[span.call]
    better = _classified(span.mean + delta * second[span.state] * span.held, span.turns)
    growth = int((better == code).sum()) - int((span.mode == code).sum())
    return growth / span.wrong_by_mode(code)
