"""Signed networks: how far a set of actors is from two hostile camps, and every triangle in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tripolar.actors.blocs import blocs
from tripolar.errors import BadYears
from tripolar.measures import Measure
from tripolar.models import triangle as triads
from tripolar.panel.choices import DEFAULT, Choices
from tripolar.panel.figures import Atlas
from tripolar.readings.plain import records
from tripolar.readings.question import checked_years
from tripolar.readings.signed_sides import (
    MEASURE,
    MEDIAN,
    UNMOVED,
    Threshold,
    all_triads,
    direction,
    fitting_measure,
    keys_and_pairs,
    known_threshold,
    sides_of,
)
from tripolar.sources import Source

NETWORK_DRAWS = 100
SIZE, YARDSTICK = "gdp-ratio", "USA"
"""What the largest states are ranked by, and whose product theirs is set against."""


@dataclass(frozen=True)
class NetworkReading:
    """How far a set of actors is from two hostile camps in a year; see `read_network`.

    edges : a, b, value, p_amity; a pair without a figure has no row and no edge.
    camps : actor, camp (1 or 2, of one best partition), share (of draws that agree).
    index : the frustration index of the likelier signs.
    low, high : 5 to 95 percent of the index over draws of the signs, each apart from the rest.
        Such signs fit worse than the likelier ones, so the two lie above the index.
    ways : how many partitions are equally good.
    balanced : the share of triads expected to be balanced; NaN without a complete triad.
    """

    year: int
    measure: Measure
    threshold: Threshold
    edges: pd.DataFrame = field(repr=False)
    camps: pd.DataFrame = field(repr=False)
    index: int
    low: float
    high: float
    ways: int
    balanced: float
    sources: tuple[Source, ...] = field(repr=False, default=())

    def __repr__(self) -> str:
        """The index, the edges and the camps' sizes."""
        sizes = self.camps["camp"].value_counts().sort_index()
        return (
            f"<NetworkReading {self.year} by {self.measure.name}: {self.index} of "
            f"{len(self.edges)} edges frustrated, camps of {' and '.join(map(str, sizes))}>"
        )

    def table(self) -> pd.DataFrame:
        """The camps, one row per actor."""
        return self.camps

    def to_dict(self) -> dict[str, Any]:
        """The reading as plain values, for JSON."""
        names = ("year", "threshold", "index", "low", "high", "ways")
        return {
            **{name: getattr(self, name) for name in names},
            "measure": self.measure.name,
            "balanced": None if np.isnan(self.balanced) else self.balanced,
            "edges": records(self.edges),
            "camps": records(self.camps),
        }

    def cite(self) -> str:
        """BibTeX of every source behind the edges."""
        return "\n\n".join(each.bibtex() for each in self.sources)

    def plot(self) -> Any:
        """Who stands how to whom, camp by camp, as a matrix."""
        from tripolar.charts.triangle import signed_matrix

        return signed_matrix(
            self.edges,
            list(self.camps["actor"]),
            title=f"{self.year}: {self.index} of {len(self.edges)} sides do not fit two camps",
            source="; ".join(each.short for each in self.sources),
        )


def read_network(
    atlas: Atlas,
    actors: Sequence[str],
    year: int,
    *,
    measure: str = MEASURE,
    threshold: Threshold = MEDIAN,
    votes: Choices = DEFAULT,
) -> NetworkReading:
    """The frustration index of a signed network of up to `MOST_ACTORS` actors, with the camps.

    An edge is positive where an amity is likelier than not. The index is the least number of
    edges that fit no partition into two camps, friendly inside and hostile to each other; it is
    exact.
    """
    keys, pairs = keys_and_pairs(actors, 3)
    checked_years(atlas, year, year)
    what, at = fitting_measure(atlas, measure), known_threshold(threshold)
    sides = sides_of(atlas, what, pairs, np.array([year]), at, votes, UNMOVED)
    p = sides.p[sides.centre][0]
    held = ~np.isnan(p)
    if not held.any():
        raise BadYears(
            f"{measure} has no figure between any two of the {len(keys)} actors in {year}",
            next_step=f"tripolar figures {measure} A B lists the years there are",
        )
    best = triads.frustration(triads.signed_weights(len(keys), np.sign(p - 0.5)))
    signs = sides.signs(np.random.default_rng(0), sides.centre)[:NETWORK_DRAWS, 0]
    signed = np.where(held, np.where(signs, 1.0, -1.0), 0.0)
    drawn = [triads.frustration(triads.signed_weights(len(keys), each)) for each in signed]
    low, high = np.quantile([each.index for each in drawn], triads.INTERVAL)
    shares = triads.camp_shares(best.camp, np.array([each.camp for each in drawn]))
    camps = pd.DataFrame({"actor": keys, "camp": best.camp + 1, "share": shares})
    edges = pd.DataFrame(pairs, columns=["a", "b"])
    edges = edges.assign(value=direction(what) * sides.value[0], p_amity=p)
    _, outcomes = all_triads(sides, keys, pairs)
    balanced = triads.p_balanced(outcomes)
    return NetworkReading(
        year=year,
        measure=what,
        threshold=at,
        edges=edges[held].reset_index(drop=True),
        camps=camps.sort_values("camp", kind="stable", ignore_index=True),
        index=round(best.index),
        low=float(low),
        high=float(high),
        ways=best.ways,
        balanced=float(balanced[~np.isnan(balanced)].mean()) if balanced.size else float("nan"),
        sources=tuple(atlas.sources[name] for name in what.sources),
    )


def largest(atlas: Atlas, year: int, count: int = 20) -> list[str]:
    """The states with the largest gross domestic product of a year, the largest first."""
    frame = atlas.figures(SIZE, None, YARDSTICK, first=year, last=year)
    if frame.empty:
        first, last = atlas.covered_years(atlas.measure(SIZE))
        raise BadYears(f"{SIZE} has no figure for {year}", next_step=f"ask within {first}-{last}")
    states = frame[~frame["a"].isin(list(blocs()))].set_index("a")["value"]
    states[YARDSTICK] = 1.0
    return [str(key) for key in states.nlargest(count).index]
