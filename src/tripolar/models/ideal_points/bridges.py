"""Which roll calls repeat an earlier one: the bridges that hold the scale across sessions.

The rule of `match_titles`, per pair of consecutive sessions:

1. Only final votes with a title and a resolution number take part.
2. Titles are compared without case, punctuation, accents, spaces at the ends, the words after
   " : resolution", and the parts that change every year (a year, "report of", ordinals).
3. A later roll call may repeat an earlier one if the normalised titles are equal, or if one begins
   with the other and both are at least `LONG_ENOUGH` letters long.
4. Its votes must also look the same: of the states that voted in both sessions at least
   `LEAST_SAME` cast the same vote, and the shares of yes, abstain and no differ by no more than
   `MOST_APART` in sum of absolute differences.
5. Candidates are taken best first (most states voting alike), each roll call once.

Rule 4 makes a bridge depend on the votes themselves. It asks for what a bridge claims, that the
same question was put, and states that moved are then a minority; it leaves out repeats on which
many moved at once.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tripolar.models.ideal_points.data import Ints

LEAST_SAME = 0.90
MOST_APART = 0.15
LONG_ENOUGH = 18
_LEAST_STATES = 10
_TAIL = re.compile(r"\s*:\s*(draft\s+)?resolution\b.*$")
_NOISE = re.compile(r"\b(19|20)\d\d\b|\bthe\b|\bof\b|\bon\b|\band\b|\bin\b|\bto\b|\bquestion\b")
_PLAIN = re.compile(r"[^a-z ]+")
_SPACE = re.compile(r"\s+")


def normalised(title: str) -> str:
    """A title without what changes from year to year or from hand to hand."""
    text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    text = _TAIL.sub("", text)
    text = _NOISE.sub(" ", text)
    return _SPACE.sub(" ", _PLAIN.sub(" ", text)).strip()


def match_titles(
    titles: npt.NDArray[np.str_],
    sessions: Ints,
    resolutions: npt.NDArray[np.str_],
    kinds: npt.NDArray[np.str_],
    votes: npt.NDArray[np.int8],
) -> Ints:
    """Rows of roll calls that repeat one another, earlier and later; shape (pairs, 2).

    Parameters
    ----------
    titles, resolutions, kinds : (roll calls,) text
        Kind is final, paragraph or amendment. A blank title (2020 on) matches nothing.
    sessions : (roll calls,)
    votes : (roll calls, states) int8
        1 yes, 2 abstain, 3 no; others are not compared.
    """
    plain = [normalised(str(title)) for title in titles]
    fit = (kinds == "final") & (resolutions != "") & np.array([bool(text) for text in plain])
    present = np.unique(sessions[fit])
    pairs: list[tuple[int, int]] = []
    for earlier, later in pairwise(present):
        if later - earlier == 1:
            before = np.flatnonzero(fit & (sessions == earlier))
            after = np.flatnonzero(fit & (sessions == later))
            pairs += _best(before, after, plain, votes)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _best(
    before: npt.NDArray[np.intp],
    after: npt.NDArray[np.intp],
    plain: list[str],
    votes: npt.NDArray[np.int8],
) -> list[tuple[int, int]]:
    """Pairs between two sessions, most alike first, each roll call at most once."""
    found = []
    by_opening: dict[str, list[np.intp]] = {}
    for second in after:
        by_opening.setdefault(_opening(plain[second]), []).append(second)
    for first in before:
        for second in by_opening.get(_opening(plain[first]), []):
            if _same_title(plain[first], plain[second]):
                same, apart = _likeness(votes[first], votes[second])
                if same >= LEAST_SAME and apart <= MOST_APART:
                    found.append((-same, apart, int(first), int(second)))
    taken: set[int] = set()
    pairs = []
    for _, _, first, second in sorted(found):
        if first not in taken and second not in taken:
            taken |= {first, second}
            pairs.append((first, second))
    return pairs


def _opening(title: str) -> str:
    """What titles that `_same_title` takes for one have in common."""
    return title[:LONG_ENOUGH]


def _same_title(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= LONG_ENOUGH and long.startswith(short)


def _likeness(one: npt.NDArray[np.int8], other: npt.NDArray[np.int8]) -> tuple[float, float]:
    """Share of states voting alike, and how far the shares of the three votes are apart."""
    both = (one > 0) & (other > 0)
    if both.sum() < _LEAST_STATES:
        return 0.0, 2.0
    same = float((one[both] == other[both]).mean())
    shares = [np.bincount(row[row > 0], minlength=4) / (row > 0).sum() for row in (one, other)]
    return same, float(np.abs(shares[0] - shares[1]).sum())
