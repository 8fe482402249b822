"""What a user may choose about a figure: the roll calls counted over, the distance, the band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tripolar.errors import InputError, UnknownName
from tripolar.measures import Measure, tables
from tripolar.measures.ballots import ROLL_CALL_SETS
from tripolar.settings import BAND_LEVEL

UNANIMOUS = ("keep", "drop")


def _known(kind: str, seen: str, choices: Mapping[str, str] | tuple[str, ...]) -> None:
    if seen not in choices:
        raise UnknownName(kind, seen, choices, next_step=f"choose one of: {', '.join(choices)}")


@dataclass(frozen=True)
class Choices:
    """What a user may choose about a figure of votes; the defaults are the declared ones."""

    roll_calls: str = "final"
    unanimous: str = "keep"
    distance: str | None = None
    level: float = BAND_LEVEL

    def __post_init__(self) -> None:
        """Refuse names that stand for nothing."""
        _known("set of roll calls", self.roll_calls, ROLL_CALL_SETS)
        _known("choice for unanimous votes", self.unanimous, UNANIMOUS)
        if self.distance is not None:
            _known("distance", self.distance, tables.DISTANCES)
        if not 0 < self.level < 1:
            raise InputError(
                f"the level of a band lies between 0 and 1, not {self.level}",
                next_step="--level 0.9",
            )

    def fixed_by(self, of: Measure) -> Choices:
        """These choices, with what the measure itself fixes: its own set of roll calls."""
        return replace(self, roll_calls=of.roll_calls) if of.roll_calls else self

    def of(self, of: Measure) -> tuple[tuple[str, str], ...]:
        """The choices that bear on a measure, as names and values."""
        if of.family == "positions":
            return (("roll_calls", self.roll_calls),)
        if of.family != "ballots":
            return ()
        chosen = [("roll_calls", self.roll_calls), ("unanimous", self.unanimous)]
        if tables.statistic(of.statistic).takes_distance:
            chosen.append(("distance", self.distance or of.distance))
        return (*chosen, ("level", str(self.level)))

    def require_bearing_on(self, of: Measure) -> None:
        """Refuse a choice that would change nothing about a measure."""
        made = {
            name: value
            for name, value in vars(self).items()
            if value != vars(DEFAULT)[name]
            and (name not in dict(self.of(of)) or (name == "roll_calls" and of.roll_calls))
        }
        if made:
            listed = ", ".join(f"{name}={value}" for name, value in made.items())
            raise InputError(
                f"{listed} has no bearing on {of.name}",
                next_step="leave it out, or ask for a measure it bears on; "
                "tripolar measures NAME says how each is computed",
            )


DEFAULT = Choices()
