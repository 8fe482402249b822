"""Signed sides and triads as probabilities: type, roles, balance, frustration; pure arrays.

Side k of a triangle lies opposite actor k, and is an amity or an enmity. Of the eight outcomes
`OUTCOMES` lists, Dittmer (1981), World Politics 33:485-515, doi:10.2307/2010133, makes four types:
three amities, two (the actor on both is the pivot), one (the actor not on it is the outcast), none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tripolar.errors import InputError
from tripolar.settings import BAND_REACH

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TYPES = ("menage a trois", "romantic triangle", "stable marriage", "unit veto")
ROLES = ("friend", "pivot", "wing", "partner", "outcast", "foe")
"""Friend in a menage a trois, pivot and wings in a romantic triangle, partners and outcast in a
stable marriage, foe in a unit veto."""

OUTCOMES = ((0, -1), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (3, -1))
"""Type, and the place of the pivot or the outcast (-1 where a type has none)."""
_THREE = np.eye(3, dtype=bool)
AMITIES: Bools = np.vstack([np.ones((1, 3), bool), ~_THREE, _THREE, np.zeros((1, 3), bool)])
"""Which sides are amities in each outcome, (outcomes, sides)."""
_CODES = AMITIES @ np.array([4, 2, 1])
_OUTCOME_OF_CODE: Ints = np.argsort(_CODES)

SHIFTS: Floats = np.arange(-20.0, 20.1, 2.0)
"""Thresholds tried, in percentile points: as far from the chosen one as the 30th to the 70th
percentile of all dyads of the year lie from their median."""
DRAWS = 2000
INTERVAL = (0.05, 0.95)
MOST_ACTORS = 26
"""Partitions double with every actor; beyond this the exact index takes gigabytes."""


@dataclass(frozen=True)
class Sides:
    """Sides by year, arrays (years, sides), NaN where there is no figure; more is more amity.

    strength : the figure's percentile among all dyads of the year less that of the threshold.
    p : (shifts, years, sides), the probability of an amity under each threshold tried.
    moved : (shifts, years, 1), how far each threshold tried lies from the chosen one.
    gaps : (draws, years, sides), joint draws of how far a side lies above the threshold; without
        them sides are taken as independent.
    """

    value: Floats
    low: Floats
    high: Floats
    n: Floats
    threshold: Floats
    strength: Floats
    strength_low: Floats
    strength_high: Floats
    p: Floats
    moved: Floats
    gaps: Floats | None = None

    @property
    def complete(self) -> Bools:
        """Years in which every side has a figure."""
        return np.asarray(~np.isnan(self.p[0]).any(axis=-1))

    @property
    def centre(self) -> int:
        """The place of the chosen threshold among those tried."""
        return len(self.p) // 2

    def in_years(self, chosen: Bools) -> Sides:
        """The sides in some of the years."""
        parts = {
            name: array[chosen] if array.ndim == 2 else array[:, chosen]
            for name, array in vars(self).items()
            if array is not None
        }
        return Sides(**parts)

    def signs(self, random: np.random.Generator, shift: int) -> Bools:
        """Draws of which sides are amities under a threshold tried, (draws, years, sides)."""
        if self.gaps is not None:
            return np.asarray(self.gaps > self.moved[shift])
        p = self.p[shift]
        return np.asarray(random.random((DRAWS, *p.shape)) < p)

    def outcomes(self, shift: int, triads: Ints) -> Floats:
        """Probabilities of the outcomes of triads of sides, (triads, 3) to (years, triads, 8)."""
        if self.gaps is None:
            return outcomes_of(self.p[shift][:, triads])
        signs = self.gaps > self.moved[shift]
        shares = [outcome_shares(drawn_outcomes(signs[..., triad])) for triad in triads]
        return np.stack(shares, axis=1)


def signed_sides(
    value: Floats,
    low: Floats,
    high: Floats,
    n: Floats,
    threshold: Floats,
    among: Sequence[Floats],
    shifts: Floats,
    gaps: Floats | None = None,
) -> Sides:
    """Sides set against a threshold, all of them (years, sides); more is more amity.

    ``among`` holds each year's values of all dyads in ascending order. With ``gaps`` (joint
    draws) the probabilities are shares of draws, else they follow from the bands.
    """
    share = np.clip(0.5 + shifts / 100.0, 0.0, 1.0)
    moved = np.stack([np.quantile(year, share) - np.quantile(year, 0.5) for year in among], axis=1)
    moved = moved[..., None]
    if gaps is None:
        p = p_above(*np.broadcast_arrays(value, low, high, threshold + moved))
    else:
        p = np.stack([(gaps > each).mean(axis=0) for each in moved])
        p = np.where(np.isnan(value), np.nan, p)
    at, strength, down, up = (
        np.stack([percentile_of(row, year) for row, year in zip(part, among, strict=True)])
        for part in (threshold, value, low, high)
    )
    return Sides(
        *(value, low, high, n, threshold),
        *(strength - at, down - at, up - at),
        *(p, moved, gaps),
    )


def mean_of(parts: Sequence[Sides], shifts: Floats) -> Sides:
    """The mean strength of several measures' sides, in the years in which all of them are complete.

    Years in which only some are would change what is averaged, and with it the mean. Errors are
    taken as independent; a measure without a band adds none. ``n`` counts measures.
    """
    complete = np.all([part.complete for part in parts], axis=0)[:, None]
    names = ("strength", "strength_low", "strength_high")
    stacked = (np.stack([getattr(part, name) for part in parts]) for name in names)
    mean, low, high = (np.where(complete, each, np.nan) for each in mean_with_band(*stacked))
    count, none = np.full(mean.shape, float(len(parts))), np.zeros(mean.shape)
    moved = np.broadcast_to(shifts[:, None, None], (len(shifts), len(mean), 1))
    p = p_above(*np.broadcast_arrays(mean, low, high, moved))
    return Sides(*(mean, low, high, count, none), *(mean, low, high), *(p, moved))


def p_above(value: Floats, low: Floats, high: Floats, threshold: Floats) -> Floats:
    """The probability that a figure with a 90% band lies above a threshold; arrays of one shape.

    Normal below and above the value, each half as wide as the band's end on its side says, so
    that bands of unequal arms are met at both ends. A missing end means no error on that side: 1
    or 0, and .5 on the threshold itself. NaN where the value is missing.
    """
    gap = value - threshold
    arm = np.where(gap >= 0, value - low, high - value)
    error = np.maximum(np.nan_to_num(arm), 0.0) / BAND_REACH
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(gap == 0, 0.0, gap / error)
    below = np.fromiter(map(math.erfc, (z / math.sqrt(2.0)).ravel()), np.float64, z.size)
    return 1.0 - below.reshape(z.shape) / 2.0


def percentile_of(values: Floats, among: Floats) -> Floats:
    """Where values stand among others in ascending order, 0 to 100, ties counted half."""
    left, right = (np.searchsorted(among, values, side) for side in ("left", "right"))
    found = 50.0 * (left + right) / len(among)
    return np.where(np.isnan(values), np.nan, found)


def mean_over_time(value: Floats) -> Floats:
    """The mean of each column's figures, NaN without any."""
    held = np.isfinite(value).sum(axis=0)
    empty = np.full(value.shape[1], np.nan)
    return np.asarray(np.divide(np.nansum(value, axis=0), held, out=empty, where=held > 0))


def mean_with_band(value: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """The mean over the first axis with its band, errors taken as independent; none where none."""
    mean = value.mean(axis=0)
    down, up = np.nan_to_num(value - low), np.nan_to_num(high - value)
    return (
        mean,
        mean - np.sqrt((down**2).sum(axis=0)) / len(value),
        mean + np.sqrt((up**2).sum(axis=0)) / len(value),
    )


def drawn_distances(
    position: Floats,
    own: Floats,
    shared: Floats,
    pairs: Ints,
    among: Ints,
    seed: int,
) -> tuple[Floats, Floats]:
    """Joint draws of distances between ideal points, and of the median of all of them.

    What positions share is drawn with the shared deviations, `DRAWS` times one of those given;
    what is a position's own is drawn apart.

    Parameters
    ----------
    position, own : (actors,), own as a variance. shared : (actors, deviations).
    pairs : (pairs, 2), places of actors. among : places of those the median is of.
    seed : with it, and its place, an actor has the same draws in whichever pairs it stands.

    Returns
    -------
    Distances (draws, pairs), and the median distance (draws,), one for each shared deviation.
    """
    kinds = shared.shape[1]
    kind = np.arange(DRAWS) % kinds
    error = np.sqrt(own)
    noise = error[among, None] * np.random.default_rng(seed).standard_normal((len(among), kinds))
    every = np.ascontiguousarray((position[among, None] + shared[among] + noise).T)
    one, other = np.triu_indices(len(among), 1)
    medians = np.median(np.abs(every[:, one] - every[:, other]), axis=1)
    drawn = {
        int(at): position[at]
        + shared[at, kind]
        + error[at] * np.random.default_rng((seed, int(at))).standard_normal(DRAWS)
        for at in np.unique(pairs)
    }
    apart = [np.abs(drawn[int(first)] - drawn[int(second)]) for first, second in pairs]
    return np.stack(apart, axis=-1), medians[kind]


def outcomes_of(p_amity: Floats) -> Floats:
    """Probabilities of the outcomes, (..., 8), of independent sides, (..., 3)."""
    each = np.where(AMITIES, p_amity[..., None, :], 1.0 - p_amity[..., None, :])
    return np.asarray(each.prod(axis=-1))


def drawn_outcomes(amity: Bools) -> Ints:
    """The outcome of each draw of the sides, (..., 3) to (...)."""
    return np.asarray(_OUTCOME_OF_CODE[amity @ np.array([4, 2, 1])])


def outcome_shares(drawn: Ints) -> Floats:
    """Shares of the outcomes among draws, (draws, ...) to (..., 8)."""
    return np.stack([(drawn == place).mean(axis=0) for place in range(len(OUTCOMES))], axis=-1)


def types_of(outcomes: Floats) -> Floats:
    """Probabilities of the types, (..., 4)."""
    romantic, marriage = outcomes[..., 1:4].sum(axis=-1), outcomes[..., 4:7].sum(axis=-1)
    return np.stack([outcomes[..., 0], romantic, marriage, outcomes[..., 7]], axis=-1)


def p_balanced(outcomes: Floats) -> Floats:
    """The probability that the product of the signs is positive: three amities, or one.

    Cartwright and Harary (1956), Psychological Review 63:277-293, doi:10.1037/h0046049.
    """
    return np.asarray(outcomes[..., 0] + outcomes[..., 4:7].sum(axis=-1))


def roles_of(outcomes: Floats) -> Floats:
    """Probabilities of each actor's roles, (..., 3 actors, 6 roles)."""
    pivot, outcast = outcomes[..., 1:4], outcomes[..., 4:7]
    wing = pivot.sum(axis=-1, keepdims=True) - pivot
    partner = outcast.sum(axis=-1, keepdims=True) - outcast
    friend, foe = (np.repeat(outcomes[..., at, None], 3, axis=-1) for at in (0, 7))
    return np.stack([friend, pivot, wing, partner, outcast, foe], axis=-1)


def likeliest(outcomes: Floats) -> Ints:
    """The likeliest pivot or outcast of the likeliest type, as a place in `OUTCOMES`."""
    of = np.array([kind for kind, _ in OUTCOMES])
    best = types_of(outcomes).argmax(axis=-1)
    return np.asarray(np.where(of == best[..., None], outcomes, -1.0).argmax(axis=-1))


def switches(outcomes: Floats, stay: int) -> list[tuple[int, int]]:
    """Where each lasting outcome begins, as (place in time, outcome), the first one included.

    An outcome begins when its probability exceeds one half and does so for ``stay`` times
    running, this one included; what comes in between changes nothing. ``outcomes`` is (times, 8).
    """
    held = outcomes > 0.5
    found: list[tuple[int, int]] = []
    for time in range(len(held) - stay + 1):
        lasting = np.flatnonzero(held[time : time + stay].all(axis=0))
        if lasting.size and (not found or found[-1][1] != lasting[0]):
            found.append((time, int(lasting[0])))
    return found


def split_times(is_new: Bools) -> Ints:
    """The time from which a draw is best called new, (draws, times) to (draws,).

    The cut that leaves the fewest times out of place (new before it, not new from it on), the
    first of several; it lies after the first time.
    """
    score = np.where(is_new, 1, -1)
    after = np.cumsum(score[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(after[:, 1:].argmax(axis=1) + 1)


@dataclass(frozen=True)
class Change:
    """A lasting outcome that followed another, times as places in time.

    earliest, latest : the 90% interval of the time over draws, widened to hold it.
    probability : the new outcome's mean while it lasted.
    """

    time: int
    earliest: int
    latest: int
    before: int
    after: int
    probability: float


def changes_of(outcomes: Floats, drawn: Ints, stay: int) -> list[Change]:
    """The changes from one lasting outcome to the next, by `switches`, with their intervals.

    In each draw the time is that of `split_times` between the change before and the one after.
    ``outcomes`` is (times, 8), ``drawn`` (draws, times).
    """
    begun = switches(outcomes, stay)
    ends = [time for time, _ in begun[2:]] + [len(outcomes)]
    found = []
    for place, (time, after) in enumerate(begun[1:]):
        (start, before), end = begun[place], ends[place]
        over = start + split_times(drawn[:, start:end] == after)
        low, high = np.quantile(over, INTERVAL, method="inverted_cdf")
        probability = float(outcomes[time:end, after].mean())
        times = (time, min(int(low), time), max(int(high), time))
        found.append(Change(*times, before, after, probability))
    return found


@dataclass(frozen=True)
class Frustration:
    """How far a signed network is from balance.

    index : the least weight of edges to take away until two camps remain, friendly inside and
        hostile to each other; the number of such edges where every edge weighs 1.
    camp : (actors,), 0 for the first actor's camp and 1 for the other, in one best partition.
    ways : how many partitions are equally good.
    """

    index: float
    camp: Ints
    ways: int


def frustration(weights: Floats) -> Frustration:
    """The frustration or line index of balance, exact: every partition into two is tried.

    Actors are halved; the edges inside either half are weighed once per partition of that half,
    and those between by one matrix product. Harary (1959), Behavioral Science 4:316-323,
    doi:10.1002/bs.3830040405; Aref and Wilson (2019), Journal of Complex Networks 7:163-189,
    doi:10.1093/comnet/cny015.

    Parameters
    ----------
    weights : (actors, actors), symmetric; the sign is that of the edge, 0 is no edge. At most
        `MOST_ACTORS` actors.
    """
    count = len(weights)
    if not 1 <= count <= MOST_ACTORS:
        raise InputError(
            f"the exact frustration index of {count} actors",
            next_step=f"name 1 to {MOST_ACTORS} actors: partitions double with every one",
        )
    if not np.array_equal(weights, weights.T):
        raise InputError("the weights of a signed network are the same both ways")
    edges = np.triu(weights, 1)
    middle = (count + 1) // 2
    one, other = _camps(middle, fixed=True), _camps(count - middle, fixed=False)
    agreement = (
        _within(one, edges[:middle, :middle])[:, None]
        + _within(other, edges[middle:, middle:])[None, :]
        + one @ edges[:middle, middle:] @ other.T
    )
    best = float(agreement.max())
    ties = np.argwhere(agreement >= best - 1e-9 * max(1.0, abs(best)))
    first, second = ties[0]
    camp = np.concatenate([one[first], other[second]])
    return Frustration(
        index=(float(np.abs(edges).sum()) - best) / 2.0,
        camp=(camp < 0).astype(np.int64),
        ways=len(ties),
    )


def _camps(count: int, *, fixed: bool) -> Floats:
    """Every way to put actors into two camps as rows of 1 and -1; the first one's may be fixed."""
    free = count - fixed
    bits = np.arange(2**free)[:, None] >> np.arange(free) & 1
    camps = np.where(bits == 1, -1.0, 1.0)
    return np.hstack([np.ones((len(camps), 1)), camps]) if fixed else camps


def _within(camps: Floats, edges: Floats) -> Floats:
    """Weight of the edges that fit each row's camps less that of those that do not."""
    return np.asarray(((camps @ edges) * camps).sum(axis=1))


def signed_weights(count: int, edges: Floats) -> Floats:
    """The matrix of a network from its edges in the order of all pairs, NaN and 0 for none."""
    found = np.zeros((count, count))
    found[np.triu_indices(count, 1)] = np.nan_to_num(edges)
    return found + found.T


def camp_shares(best: Ints, drawn: Ints) -> Floats:
    """How often draws, (draws, actors), put each actor on its side of the best partition.

    The names of a draw's two camps are exchanged where that agrees better.
    """
    agree = drawn == best
    exchanged = agree.mean(axis=1, keepdims=True) < 0.5
    return np.asarray((agree ^ exchanged).mean(axis=0))
