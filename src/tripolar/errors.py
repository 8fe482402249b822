"""What can go wrong, as a hierarchy a caller can catch by its base.

    TripolarError            anything tripolar raises on purpose; the CLI prints it and exits with 2
    ├── InputError           what was asked cannot be answered as asked
    │   ├── UnknownName      no such actor, measure, source or choice
    │   ├── BadYears         reversed, or outside what the data covers
    │   └── BadPair          two actors that cannot be compared
    ├── OutputError          the place to write to is taken, closed or full
    └── DataError            a file is not what it was declared to be
        ├── MissingData      a mirror, an atlas or a file is not there
        ├── HashMismatch     a file's content changed
        ├── SchemaMismatch   a table's columns or values break its declared schema
        └── NewOddity        rows that break a rule and are on no list of known oddities

Every message says what was seen, what would do (nearest first) and what to type next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

EXIT_CODE = 2


class TripolarError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    seen : str
        What was seen, in one sentence.
    choices : sequence of str
        What would have done, nearest first.
    next_step : str
        What to type or do next.
    """

    def __init__(self, seen: str, *, choices: Sequence[str] = (), next_step: str = "") -> None:
        self.seen = seen
        self.choices = tuple(choices)
        self.next_step = next_step
        lines = [seen]
        if self.choices:
            lines.append("choices: " + ", ".join(self.choices))
        if next_step:
            lines.append("next: " + next_step)
        super().__init__("\n".join(lines))


class InputError(TripolarError):
    """What was asked cannot be answered as asked."""


class UnknownName(InputError):
    """A name that stands for nothing here; the nearest candidates are offered."""

    def __init__(
        self, kind: str, seen: str, candidates: Iterable[str], *, next_step: str = ""
    ) -> None:
        self.kind = kind
        super().__init__(
            f"unknown {kind}: {seen!r}", choices=nearest(seen, candidates), next_step=next_step
        )


class BadYears(InputError):
    """Years that are reversed or outside what the data covers."""


class BadPair(InputError):
    """Two actors that cannot be compared (the same one, or never alive together)."""


class OutputError(TripolarError):
    """The place to write to is taken, closed or full."""


class DataError(TripolarError):
    """A file is not what it was declared to be."""


class MissingData(DataError):
    """A mirror, an atlas or a file is not there."""


class HashMismatch(DataError):
    """A file's content is not the declared one."""


class SchemaMismatch(DataError):
    """A table breaks its declared schema."""


class NewOddity(DataError):
    """Rows that break a rule and are on no list of known oddities."""


def nearest(seen: str, candidates: Iterable[str], count: int = 4) -> list[str]:
    """The candidates most like what was seen, nearest first, compared without case."""
    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(candidate.casefold(), candidate)
    close = difflib.get_close_matches(seen.casefold(), folded, n=count, cutoff=0.5)
    return [folded[key] for key in close]
