"""Votes drawn from known positions, with real data's pattern of who voted on what and how."""

from __future__ import annotations

import numpy as np

from tripolar.models.ideal_points.data import Floats, VoteData, vote_data
from tripolar.models.ideal_points.fit import FIRST_VARIANCE, WALK_VARIANCE, standardised

_HALVINGS = 40
_WIDEST = 40.0


def random_walks(
    data: VoteData,
    random: np.random.Generator,
    *,
    walk_variance: float = WALK_VARIANCE,
    first_variance: float = FIRST_VARIANCE,
    freedom: float | None = None,
) -> Floats:
    """Positions drawn from the prior, put on the unit scale; `freedom` makes steps Student t."""
    size = data.state.size
    steps = random.standard_normal(size)
    if freedom is not None:
        steps = random.standard_t(freedom, size) / np.sqrt(freedom / (freedom - 2))
    first = np.concatenate([[True], data.state[1:] != data.state[:-1]])
    gap = np.concatenate([[1], np.diff(data.session)])
    steps *= np.sqrt(np.where(first, first_variance, walk_variance * np.abs(gap)))
    total = np.cumsum(steps)
    starts = np.flatnonzero(first)
    before = np.repeat(total[starts] - steps[starts], np.diff(np.append(starts, size)))
    return standardised(total - before)


def simulate(
    data: VoteData,
    utility: Floats,
    discrimination: Floats,
    random: np.random.Generator,
) -> VoteData:
    """Votes with the pattern and the margins of `data`, drawn from given positions.

    Parameters
    ----------
    data : VoteData
        Who voted on what, and each item's shares of yes, abstain and no.
    utility : (state-sessions,)
        Positions.
    discrimination : (items,)
    random : numpy Generator

    Items on which all then vote alike are left out, and so are state-sessions without votes left
    (there are none at real size).
    """
    item = data.item
    sizes = np.diff(data.start)
    cut = np.stack(
        [
            _cut_at(data, utility, discrimination, np.bincount(item, data.code == 0) / sizes),
            _cut_at(data, utility, discrimination, 1 - np.bincount(item, data.code == 2) / sizes),
        ]
    )
    latent = discrimination[item] * utility[data.person] + random.standard_normal(item.size)
    code = (latent > cut[0][item]).astype(np.int8) + (latent > cut[1][item])
    ends = np.stack([data.low, np.full_like(data.low, 2), data.high], axis=1)
    category = ends[item, code]
    kinds = np.zeros((sizes.size, 4), bool)
    kinds[item, category] = True
    kept = kinds.sum(axis=1) > 1
    rows = kept[item]
    renumbered = np.cumsum(kept) - 1
    voters = np.unique(data.person[rows])
    place = np.searchsorted(voters, data.person[rows])
    return vote_data(
        place,
        renumbered[item[rows]],
        category[rows],
        data.state[voters],
        data.session[voters],
        states=data.states,
        labels=data.labels[voters],
        item_labels=data.item_labels[kept],
        pole=data.pole,
        anchor=data.anchor,
    )


def _cut_at(data: VoteData, utility: Floats, discrimination: Floats, share: Floats) -> Floats:
    """Per item the cutpoint below which the given share of its voters is expected."""
    from tripolar.models.ideal_points import kernels

    low = np.full(share.size, -_WIDEST)
    high = -low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = kernels.mean_below(
            data.bounds, data.start, data.person, utility, discrimination, middle
        )
        high = np.where(below >= share, middle, high)
        low = np.where(below < share, middle, low)
    found: Floats = (low + high) / 2
    return found
