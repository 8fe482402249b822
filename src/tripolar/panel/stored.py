"""Figures that were compiled and stored one by one, with the zeros that silence stands for.

A source that lists events, pacts or flows does not list the pairs without one. Where a measure
declares so (``zeros``), such a pair has the value 0 within the source's coverage, with n = 0: the
source lists nothing. Everything else that is not stored is a blank.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd

from tripolar.actors.states import chain
from tripolar.measures import Measure
from tripolar.panel import spine
from tripolar.panel.store import Store, Table

PREFIX, COVERED_PREFIX = "figures_", "covered_"
"""Tables of the families: figures, and the actors that a source speaks of."""
PAIR_COLUMNS = ["a", "b", "year", "value", "low", "high", "n"]
_NOTHING = pd.DataFrame(columns=["measure", *PAIR_COLUMNS])


class StoredFigures:
    """The stored figures of an atlas."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @functools.cached_property
    def measures(self) -> frozenset[str]:
        """Measures that this atlas holds figures of."""
        if not self._tables(PREFIX):
            return frozenset()
        names = self.store.frame(self._table().select("measure").distinct())
        return frozenset(names["measure"])

    def of(
        self,
        what: Measure,
        a: str | None,
        b: str | None,
        years: tuple[int, int],
        coverage: tuple[int, int],
    ) -> pd.DataFrame:
        """Figures of a measure in the asked orientation, columns `PAIR_COLUMNS`."""
        if not self._tables(PREFIX):
            return pd.DataFrame(columns=PAIR_COLUMNS)
        if a is not None and b is not None:
            rows = self._of_pair(*sorted((a, b)), years).get(what.name, _NOTHING)
        else:
            rows = self._of_measure(what.name, years)
        found = _oriented(what, rows[PAIR_COLUMNS], a, b)
        if not what.zeros:
            return found
        span = range(max(years[0], coverage[0]), min(years[1], coverage[1]) + 1)
        zeros = self._zeros(what, a, b, span, found)
        return pd.concat([found, zeros], ignore_index=True)

    def _tables(self, prefix: str) -> list[str]:
        return sorted(name for name in self.store.manifest["tables"] if name.startswith(prefix))

    def _table(self) -> Table:
        return self.store.tables(tuple(self._tables(PREFIX)))

    @functools.lru_cache(maxsize=64)  # noqa: B019 - one atlas lives as long as its figures
    def _of_pair(self, a: str, b: str, years: tuple[int, int]) -> dict[str, pd.DataFrame]:
        """Everything stored of a pair, by measure: a reading asks for one after the other."""
        table = self._table()
        mine, theirs = chain(a), chain(b)
        asked = table.filter(
            table.year.between(*years),
            (table.a.isin(mine) & table.b.isin(theirs))
            | (table.a.isin(theirs) & table.b.isin(mine)),
        )
        rows = self.store.frame(asked)
        return {str(name): frame for name, frame in rows.groupby("measure")}

    @functools.lru_cache(maxsize=64)  # noqa: B019 - one atlas lives as long as its figures
    def _of_measure(self, name: str, years: tuple[int, int]) -> pd.DataFrame:
        table = self._table()
        return self.store.frame(table.filter(table.measure == name, table.year.between(*years)))

    @functools.cached_property
    def _covered(self) -> dict[tuple[str, int], frozenset[str]]:
        names = self._tables(COVERED_PREFIX)
        if not names:
            return {}
        frame = self.store.frame(self.store.tables(tuple(names)))
        return {
            (str(measure), int(str(year))): frozenset(group)
            for (measure, year), group in frame.groupby(["measure", "year"])["actor"]
        }

    def covers(self, what: Measure, actor: str, year: int) -> bool:
        """Whether the measure's family lists an actor as one its source speaks of in the year."""
        return actor in self._covered.get((what.name, year), frozenset())

    def _zeros(
        self,
        what: Measure,
        a: str | None,
        b: str | None,
        years: Iterable[int],
        stored: pd.DataFrame,
    ) -> pd.DataFrame:
        """Figures of 0 for the asked pairs that nothing is stored of and the source speaks of."""
        taken = set(zip(stored["a"], stored["b"], stored["year"], strict=True))
        both_open = a is None and b is None and not what.directed
        found = []
        for year in years:
            listed = self._covered.get((what.name, year), frozenset())
            first = _asked(year, a, listed if what.zeros in {"a", "both"} else None)
            second = _asked(year, b, listed if what.zeros == "both" else None)
            shared = spine.overlapping_pairs(year)
            found += [
                (one, other, year)
                for one, other in itertools.product(first, second)
                if one != other
                and (one < other or not both_open)
                and (one, other) not in shared
                and (one, other, year) not in taken
            ]
        zeros = pd.DataFrame(found, columns=["a", "b", "year"])
        return zeros.assign(value=0.0, low=np.nan, high=np.nan, n=0)


def _asked(year: int, asked: str | None, listed: frozenset[str] | None) -> list[str]:
    """Which actors of a year are asked for (one with those it continues, or all) and covered.

    In the year in which a state takes over from another, the year is the other's.
    """
    there = _there(year)
    wanted = there if asked is None else [actor for actor in chain(asked) if actor in there]
    return [actor for actor in wanted if listed is None or actor in listed]


@functools.cache
def _there(year: int) -> dict[str, None]:
    """The actors of a year in order, less those that take over from another in it."""
    there = spine.actors_in(year)
    return {actor: None for actor in there if not set(chain(actor)[1:]) & set(there)}


def _oriented(what: Measure, rows: pd.DataFrame, a: str | None, b: str | None) -> pd.DataFrame:
    """Stored rows in the asked orientation; of a mirrored measure the other way is computed."""
    if what.directed:
        both = pd.concat([rows, _mirrored(what, rows)]) if what.mirror else rows
        kept = np.ones(len(both), dtype=bool)
        if a is not None:
            kept &= both["a"].isin(chain(a)).to_numpy()
        if b is not None:
            kept &= both["b"].isin(chain(b)).to_numpy()
        return both[kept].reset_index(drop=True)
    if a is None and b is None:
        return rows.reset_index(drop=True)
    in_order = rows["a"].isin(chain(a)) if a is not None else rows["b"].isin(chain(str(b)))
    reverse = rows["b"].isin(chain(a)) if a is not None else rows["a"].isin(chain(str(b)))
    turned = rows[reverse & ~in_order].rename(columns={"a": "b", "b": "a"})
    return pd.concat([rows[in_order], turned], ignore_index=True)


def _mirrored(what: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    swap = {"a": "b", "b": "a", "low": "high", "high": "low"}
    turned = rows.rename(columns=swap)
    for name in ("value", "low", "high"):
        turned[name] = -turned[name] if what.mirror == "negative" else 1.0 / turned[name]
    return turned[PAIR_COLUMNS]
