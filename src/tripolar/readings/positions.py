"""Where actors stand on the one dimension of General Assembly votes, and who moved toward whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.actors.states import chain
from tripolar.errors import BadYears
from tripolar.measures import MEASURES
from tripolar.panel.figures import Atlas, resolve
from tripolar.panel.positions import SHARED
from tripolar.readings.plain import records
from tripolar.readings.question import checked_years
from tripolar.readings.trend import STARTS
from tripolar.settings import BAND_REACH
from tripolar.sources import source

MEASURE = "un-ideal-distance"
COLUMNS = ["state", "session", "year", "position", "se", "low", "high", "votes"]
OWN_DRAWS = 2000
"""Draws of each position's own error behind the band of a movement."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class IdealPointReading:
    """Positions of actors by session, on one scale, with 90% bands.

    frame : columns state (key of a state or bloc), session, year (in which the session opened),
        position, se, low, high, votes.
    spread : for blocs, the standard deviation among members, by the same rows (0 for a state).
    """

    frame: pd.DataFrame = field(repr=False)
    spread: pd.Series = field(repr=False)

    def __repr__(self) -> str:
        """Who, and over which years."""
        who = ", ".join(dict.fromkeys(self.frame["state"]))
        years = f"{self.frame['year'].min()}-{self.frame['year'].max()}"
        return f"<IdealPointReading {years}: {who[:60]}>"

    def table(self) -> pd.DataFrame:
        """The positions, one row per actor and session."""
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """The positions as plain values, for JSON."""
        return {"positions": records(self.frame)}

    def cite(self) -> str:
        """BibTeX of the sources behind the positions."""
        return "\n\n".join(source(name).bibtex() for name in MEASURES[MEASURE].sources)

    def plot(self) -> Any:
        """The positions over time with their bands, as a `tripolar.charts.Chart`."""
        from tripolar.charts import lines

        return lines(
            self.frame.assign(series=self.frame["state"], value=self.frame["position"]),
            title="Ideal points in the General Assembly",
            unit=MEASURES[MEASURE].unit,
            source="; ".join(source(name).short for name in MEASURES[MEASURE].sources),
        )

    def _repr_html_(self) -> str:
        html: str = self.frame.to_html(index=False)
        return html


@dataclass(frozen=True)
class Movement:
    """A change of distance between two actors, split into what each side moved.

    Each part is the mean of the change it makes when it moves first and when it moves second
    (Shapley's rule), so that the two add up to the change. Numbers are (value, low, high) in
    scale units; the bands are joint.

    least, most : the smallest and largest change when the first year is moved by up to four.
    """

    a: str
    b: str
    first: int
    last: int
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    change: tuple[float, float, float]
    by_a: tuple[float, float, float]
    by_b: tuple[float, float, float]
    least: float
    most: float

    @property
    def verdict(self) -> str:
        """nearer or further apart, where the band excludes zero and every first year agrees."""
        if self.change[2] < 0 and self.most < 0:
            return "nearer"
        if self.change[1] > 0 and self.least > 0:
            return "further apart"
        hinges = self.least < 0 < self.most
        return "it hinges on the first year" if hinges else "no clear change"


def read_positions(
    atlas: Atlas,
    actors: Sequence[str] = (),
    first: int | None = None,
    last: int | None = None,
    roll_calls: str = "final",
) -> IdealPointReading:
    """Positions of actors by session; of all of them where none is named.

    ``roll_calls`` is a set with an estimation, and a scale, of its own.
    """
    first, last = checked_years(atlas, first, last)
    keys = [resolve(name) for name in actors] or None
    rows = atlas.computed.positions(keys, first, last, roll_calls)
    named = rows.rename(columns={"actor": "state", "standard_error": "se"})
    return IdealPointReading(named[COLUMNS], named["spread"])


def read_movement(
    atlas: Atlas, a: str, b: str, first: int | None = None, last: int | None = None
) -> Movement:
    """How the distance of two actors changed between two years, and who moved.

    The first and last of the years asked in which both have a position. Raises `BadYears` where
    there are not two such years.
    """
    rows = atlas.computed.positions([a, b], first or 0, last or 9999)
    one = rows[rows["actor"].isin(chain(a))].set_index("year")
    other = rows[rows["actor"].isin(chain(b))].set_index("year")
    shared = sorted(set(one.index) & set(other.index))
    if len(shared) < 2:
        raise BadYears(
            f"{a} and {b} have positions in {len(shared)} common years, and a movement needs two",
            next_step=f"tripolar ideal-points {a} {b}",
        )
    start, end = shared[0], shared[-1]
    ends = [_draws(frame.loc[year]) for frame in (one, other) for year in (start, end)]
    a0, a1, b0, b1 = _with_own_noise(ends)
    by_a = (np.abs(a1 - b0) - np.abs(a0 - b0) + np.abs(a1 - b1) - np.abs(a0 - b1)) / 2
    by_b = (np.abs(a0 - b1) - np.abs(a0 - b0) + np.abs(a1 - b1) - np.abs(a1 - b0)) / 2
    before, after = np.abs(a0 - b0), np.abs(a1 - b1)
    gap = (one["position"] - other["position"]).abs()
    moved = [float(gap[end] - gap[year]) for year in shared[:STARTS] if year < end]
    return Movement(
        a=a,
        b=b,
        first=int(start),
        last=int(end),
        before=_band(before),
        after=_band(after),
        change=_band(after - before),
        by_a=_band(by_a),
        by_b=_band(by_b),
        least=min(moved),
        most=max(moved),
    )


def _draws(row: pd.Series) -> tuple[float, float, Floats]:
    """Position, own standard deviation, and shared deviations of one row."""
    shared = row[list(SHARED)].to_numpy(dtype=np.float64)
    return float(row["position"]), float(np.sqrt(row["own"])), shared


def _with_own_noise(ends: list[tuple[float, float, Floats]]) -> list[Floats]:
    """The position itself, then draws around it: shared parts kept together, own parts apart."""
    random = np.random.default_rng(0)
    pick = random.integers(len(SHARED), size=OWN_DRAWS)
    return [
        np.concatenate([[at], at + shared[pick] + own * random.standard_normal(OWN_DRAWS)])
        for at, own, shared in ends
    ]


def _band(draws: Floats) -> tuple[float, float, float]:
    value, reach = float(draws[0]), BAND_REACH * float(draws[1:].std(ddof=1))
    return value, value - reach, value + reach
