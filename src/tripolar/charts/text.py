"""Text on a chart: how wide it is, where to break it, and how to move labels apart.

Widths are those of Helvetica, which Arial and Liberation Sans share; Source Sans 3 is narrower, so
a line that fits by this estimate fits in every font of the list but the last.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tripolar.errors import InputError

_NARROW = dict.fromkeys("ijl'", 222) | dict.fromkeys(" !,./:;I[\\]ft|·", 278)
_MIDDLE = dict.fromkeys("()-`r{}", 333) | {'"': 355, "*": 389, "^": 469}
_BROAD = dict.fromkeys("ABEKPSVXY&", 667) | dict.fromkeys("CDHNRUw", 722)
_BROADER = dict.fromkeys("GOQ", 778) | dict.fromkeys("Mm", 833) | dict.fromkeys("%", 889)
_OTHER = dict.fromkeys("ckJsvxyz", 500) | dict.fromkeys("FTZ", 611) | dict.fromkeys("+<=>~−→", 600)
_WIDTHS = (
    _NARROW | _MIDDLE | _BROAD | _BROADER | _OTHER | {"W": 944, "@": 1015, "—": 1000, "→": 1000}
)
_DEFAULT = 556
_BOLD = 1.07


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line of text in px, for a font size in px.

    Examples
    --------
    >>> text_width("0.25", 10)
    19.46
    """
    units = sum(_WIDTHS.get(letter, _DEFAULT) for letter in text)
    return round(units * size / 1000 * (_BOLD if bold else 1.0), 2)


def wrap(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than ``width`` px; a word that is too long is cut.

    Returns
    -------
    The lines; none for a blank text.
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
            continue
        rest = word
        while len(rest) > 1 and text_width(rest, size, bold=bold) > width:
            cut = next(
                (
                    at
                    for at in range(len(rest) - 1, 1, -1)
                    if text_width(rest[:at], size, bold=bold) <= width
                ),
                1,
            )
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return lines


def nudge(
    targets: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Move label centres apart, as little as possible, so that none overlap.

    Least squares under order constraints: after taking away the room each label needs, the centres
    must not fall, which is an isotonic regression; pool-adjacent-violators solves it, and clipping
    to the bounds keeps it optimal.

    Parameters
    ----------
    targets : wished centres in px, in any order.
    heights : height of each label in px.
    low, high : the labels stay within; where they cannot all fit, they are centred on the range
        and stick out on both sides rather than overlap.

    Returns
    -------
    Centres in the order of ``targets``.

    Examples
    --------
    >>> nudge([50, 52], [12, 12], 0, 100)
    [45.0, 57.0]
    """
    if len(targets) != len(heights):
        raise InputError(f"{len(targets)} labels but {len(heights)} heights")
    if not len(targets):
        return []
    wished = np.asarray(targets, dtype=float)
    tall = np.asarray(heights, dtype=float)
    order = np.argsort(wished, kind="stable")
    tall = tall[order]
    room = np.concatenate([[0.0], np.cumsum((tall[:-1] + tall[1:]) / 2)])
    pools: list[tuple[float, int]] = []
    for value in wished[order] - room:
        mean, count = float(value), 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean = (mean * count + before * many) / (count + many)
            count += many
        pools.append((mean, count))
    free = np.concatenate([np.full(count, mean) for mean, count in pools])
    first = low + tall[0] / 2
    last = high - tall[-1] / 2 - room[-1]
    if last < first:
        first = last = (first + last) / 2
    placed = np.empty(len(wished))
    placed[order] = np.clip(free, first, last) + room
    return [float(value) for value in placed]
