"""How a bloc votes: its members' plurality, and how far they held together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tripolar.nothing import ABSENT, NOT_A_MEMBER, POSITIONS

Votes = npt.NDArray[np.int8]


def position_counts(votes: Votes) -> npt.NDArray[np.int64]:
    """How many members took each position; shape (roll calls, 3) for yes, abstain, no."""
    return np.stack([(votes == position).sum(axis=1) for position in POSITIONS], axis=1)


def bloc_positions(votes: Votes) -> Votes:
    """A bloc's position in each roll call: the one most of its voting members took.

    A tie for the most, or no member voting, is no position (0, absent); a bloc none of whose
    states is a member of the assembly is -1.

    Parameters
    ----------
    votes : int8, shape (roll calls, members of the bloc in the year)
    """
    if votes.shape[1] == 0:
        return np.full(len(votes), NOT_A_MEMBER, dtype=np.int8)
    counts = position_counts(votes)
    most = counts.max(axis=1)
    clear = (counts == most[:, None]).sum(axis=1) == 1
    position = (counts.argmax(axis=1) + POSITIONS[0]).astype(np.int8)
    seated = (votes != NOT_A_MEMBER).any(axis=1)
    held = np.where(clear & (most > 0), position, np.int8(ABSENT))
    return np.where(seated, held, np.int8(NOT_A_MEMBER)).astype(np.int8)


def agreement_index(votes: Votes) -> npt.NDArray[np.float64]:
    """Cohesion of a bloc in each roll call, 0 (split in equal thirds) to 1 (as one).

    ``AI = (max(Y, A, N) - (Y + A + N - max(Y, A, N)) / 2) / (Y + A + N)``; NaN where fewer than
    two members voted. Hix, Noury and Roland (2005), British Journal of Political Science
    35:209-234, doi:10.1017/S0007123405000128.
    """
    counts = position_counts(votes)
    total = counts.sum(axis=1)
    most = counts.max(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        index = (most - (total - most) / 2) / total
    return np.where(total >= 2, index, np.nan)
