"""Figures computed when asked, from the atlas's counts and sums.

Because the atlas holds the joint tallies and the flows and not finished indices, every choice (the
distance, the set of roll calls, unanimous votes kept or dropped) can be another one at once, and
a figure can be followed back to the counts it stands on.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.actors.states import chain
from tripolar.errors import UnknownName
from tripolar.measures import Measure, tables
from tripolar.measures import trade as formulas
from tripolar.measures.ballots import cells_of
from tripolar.panel.choices import Choices
from tripolar.panel.positions import SETS, distances
from tripolar.panel.spine import share_a_state
from tripolar.panel.store import Store, Table

USD_PER_MN = 1e6
VETO_COUNTS = {"joint-vetoes": ("joint", "either"), "parallel-vetoes": ("parallel", "crises")}
"""What a measure of vetoes counts, and out of how many."""


class ComputedFigures:
    """The figures of votes, vetoes, trade and size; each method takes and gives the same.

    A method is given the measure, the asked actors (None: all), the years and the choices, and
    returns columns a, b, year, value, low, high, n in the asked order.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def tallies(
        self, a: str | None, b: str | None, years: tuple[int, int], roll_calls: str
    ) -> pd.DataFrame:
        """Joint tallies in the stored orientation (a before b), with a column ``swapped``."""
        if a is None and b is None:
            return self._tallies(a, b, years, roll_calls)
        every = self._tallies(a, b, years, None)
        return every[every["roll_calls"] == roll_calls].reset_index(drop=True)

    @functools.lru_cache(maxsize=16)  # noqa: B019 - one atlas lives as long as its figures
    def _tallies(
        self, a: str | None, b: str | None, years: tuple[int, int], roll_calls: str | None
    ) -> pd.DataFrame:
        """Tallies of one set of roll calls, or of all; shared, so read it and do not write."""
        table = self.store.table("tallies")
        table = table.filter(table.year.between(*years))
        if roll_calls is not None:
            table = table.filter(table.roll_calls == roll_calls)
        return oriented(self.store.frame(pairs_in(table, a, b)), a, b)

    def of_ballots(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        """Similarity of votes, from the joint tallies."""
        frame = self.tallies(a, b, years, choices.roll_calls)
        stack = cells_of(frame, choices.unanimous)
        swapped = frame["swapped"].to_numpy(dtype=bool)
        stack[swapped] = stack[swapped].transpose(0, 2, 1)
        held = frame["held"].to_numpy(dtype=float)
        estimates = tables.evaluate(
            what.statistic,
            stack,
            distance=choices.distance or what.distance,  # type: ignore[arg-type]
            level=choices.level,
            total=held if what.name == "un-agreement-all" else None,
        )
        return named(frame).assign(
            value=estimates.value,
            low=estimates.low,
            high=estimates.high,
            n=estimates.n.astype(np.int64),
        )

    def of_cohesion(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        """Cohesion of blocs: a and b are the bloc."""
        table = self.store.table("cohesion")
        table = table.filter(table.year.between(*years))
        if a is not None:
            table = table.filter(table.actor == a)
        frame = self.store.frame(table)
        return frame.assign(a=frame["actor"], b=frame["actor"])

    def positions(
        self,
        actors: Sequence[str] | None = None,
        first: int = 0,
        last: int = 9999,
        roll_calls: str = "final",
    ) -> pd.DataFrame:
        """Ideal points of actors by session: position with band, and what joint bands need."""
        if roll_calls not in SETS:
            raise UnknownName("set with ideal points", roll_calls, SETS)
        table = self.store.table("positions")
        table = table.filter(table.roll_calls == roll_calls, table.year.between(first, last))
        if actors is not None:
            wanted = [key for actor in actors for key in chain(actor)]
            table = table.filter(table.actor.isin(wanted))
        return self.store.frame(table).sort_values(["year", "actor"], ignore_index=True)

    def of_positions(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        """Distance of ideal points, with joint bands."""
        asked = [a, b] if a is not None and b is not None else None
        frames = []
        for year, rows in self.positions(asked, *years, choices.roll_calls).groupby("year"):
            rows = rows.reset_index(drop=True)
            one, other = _couples(rows["actor"], a, b)
            value, low, high = distances(rows, one, other)
            votes = rows["votes"].to_numpy()
            frames.append(
                pd.DataFrame(
                    {
                        "year": year,
                        "actor_a": rows["actor"].to_numpy()[one],
                        "actor_b": rows["actor"].to_numpy()[other],
                        "value": value,
                        "low": low,
                        "high": high,
                        "n": votes[one] + votes[other],
                    }
                )
            )
        if not frames:
            return pd.DataFrame(columns=["a", "b", "year", "value", "low", "high", "n"])
        frame = pd.concat(frames, ignore_index=True)
        frame = frame[~share_a_state(frame, "actor_a", "actor_b")]
        return frame.rename(columns={"actor_a": "a", "actor_b": "b"})

    def of_vetoes(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        """Counts of vetoes cast together."""
        table = self.store.table("vetoes")
        table = table.filter(table.year.between(*years))
        frame = named(oriented(self.store.frame(pairs_in(table, a, b)), a, b))
        return frame.assign(
            value=frame[VETO_COUNTS[what.name][0]].astype(float),
            low=np.nan,
            high=np.nan,
            n=frame[VETO_COUNTS[what.name][1]],
        )

    def of_trade(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        """Trade of the two, and its weight for each."""
        frame = self._trade(a, b, years, what.directed and a is None)
        share_a = formulas.share(frame["usd_mn"], frame["usd_mn_a"])
        share_b = formulas.share(frame["usd_mn"], frame["usd_mn_b"])
        both = frame["reported_a"] + frame["reported_b"]
        value, n = {
            "trade-value": (frame["usd_mn"], frame["reported"]),
            "trade-share": (share_a, frame["reported_a"]),
            "trade-gdp": (frame["usd_mn"] * USD_PER_MN / frame["gdp_usd_a"], frame["reported"]),
            "trade-salience": (formulas.salience(share_a, share_b), both),
            "trade-symmetry": (formulas.symmetry(share_a, share_b), both),
            "trade-interdependence": (formulas.interdependence(share_a, share_b), both),
            "trade-asymmetry": (formulas.asymmetry(share_a, share_b), both),
        }[what.name]
        return frame.assign(value=value, low=np.nan, high=np.nan, n=n)

    @functools.lru_cache(maxsize=16)  # noqa: B019 - one atlas lives as long as its figures
    def _trade(
        self, a: str | None, b: str | None, years: tuple[int, int], both_ways: bool
    ) -> pd.DataFrame:
        """Trade of pairs beside both sides' totals, with the suffixes _a and _b."""
        table = self.store.table("trade")
        pairs = self.store.frame(pairs_in(table.filter(table.year.between(*years)), a, b))
        frame = named(oriented(pairs, a, b))
        if both_ways:
            reverse = frame.rename(columns={"a": "b", "b": "a"})
            frame = pd.concat([frame, reverse], ignore_index=True)
        totals = self._totals(years)
        for side in ("a", "b"):
            keys = {f"year_{side}": "year", f"actor_{side}": side}
            frame = frame.merge(
                totals.add_suffix(f"_{side}").rename(columns=keys),
                on=["year", side],
                how="left",
                validate="many_to_one",
            )
        return frame

    def of_size(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        """Product of one over that of the other."""
        totals = self._totals(years).dropna(subset=["gdp_usd"])
        mine = totals if a is None else totals[totals["actor"].isin(chain(a))]
        theirs = totals if b is None else totals[totals["actor"].isin(chain(b))]
        frame = mine.merge(theirs, on="year", suffixes=("_a", "_b"))
        frame = frame[~share_a_state(frame, "actor_a", "actor_b")]
        return frame.assign(
            a=frame["actor_a"],
            b=frame["actor_b"],
            value=frame["gdp_usd_a"] / frame["gdp_usd_b"],
            low=np.nan,
            high=np.nan,
            n=frame["gdp_states_a"] + frame["gdp_states_b"],
        )

    def _totals(self, years: tuple[int, int]) -> pd.DataFrame:
        table = self.store.table("totals")
        return self.store.frame(table.filter(table.year.between(*years)))


def _couples(
    actors: pd.Series, a: str | None, b: str | None
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Which rows make the asked pairs: a and b, one of them with all others, or all, each once."""
    if a is None and b is None:
        return np.triu_indices(len(actors), k=1)
    mine = np.flatnonzero(actors.isin(chain(a)) if a is not None else np.ones(len(actors)))
    theirs = np.flatnonzero(actors.isin(chain(b)) if b is not None else np.ones(len(actors)))
    one, other = (part.ravel() for part in np.meshgrid(mine, theirs, indexing="ij"))
    return one[one != other], other[one != other]


def pairs_in(table: Table, a: str | None, b: str | None) -> Table:
    """Rows of a pair in either order, of everyone with one actor, or all."""
    if a is not None and b is not None:
        mine, theirs = chain(a), chain(b)
        return table.filter(
            (table.a.isin(mine) & table.b.isin(theirs))
            | (table.a.isin(theirs) & table.b.isin(mine))
        )
    one = a if a is not None else b
    if one is None:
        return table
    return table.filter(table.a.isin(chain(one)) | table.b.isin(chain(one)))


def oriented(frame: pd.DataFrame, a: str | None, b: str | None) -> pd.DataFrame:
    """Mark the rows whose stored order is the reverse of the asked one."""
    if a is not None:
        return frame.assign(swapped=~frame["a"].isin(chain(a)))
    if b is not None:
        return frame.assign(swapped=~frame["b"].isin(chain(b)))
    return frame.assign(swapped=False)


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The pair's names in the asked order."""
    first = frame["a"].where(~frame["swapped"], frame["b"])
    second = frame["b"].where(~frame["swapped"], frame["a"])
    return frame.assign(a=first, b=second)
