"""Figures: one row per measure, pair and year, computed from the atlas's counts and sums.

Because the atlas holds the joint tallies and the flows and not finished indices, every choice (the
distance, the set of roll calls, unanimous votes kept or dropped) can be another one at once, and
a figure can be followed back to the counts it stands on.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.actors import Bloc, State, actor
from tripolar.actors.blocs import blocs
from tripolar.actors.states import chain
from tripolar.errors import BadPair, UnknownName
from tripolar.measures import MEASURES, Measure, tables
from tripolar.measures import trade as formulas
from tripolar.measures.ballots import ROLL_CALL_SETS, cells_of
from tripolar.panel.choices import DEFAULT, Choices
from tripolar.panel.coverage import covered_years
from tripolar.panel.own import FAMILY as OWN_FAMILY
from tripolar.panel.own import OwnFacts
from tripolar.panel.positions import SETS, distances
from tripolar.panel.spine import NO_ACTOR, share_a_state
from tripolar.panel.store import Store, Table
from tripolar.panel.stored import StoredFigures
from tripolar.provenance import Lineage, Origin
from tripolar.sources import Source, catalogue

ISSUE_AREAS = tuple(name for name in ROLL_CALL_SETS if name not in {"final", "with-paragraphs"})
PARTING_COLUMNS = [
    *("year", "rank", "a", "b", "date", "session", "resolution", "title", "issues"),
    *("vote_a", "vote_b", "yes", "abstain", "no", "roll_call"),
]
USD_PER_MN = 1e6
VETO_COUNTS = {"joint-vetoes": ("joint", "either"), "parallel-vetoes": ("parallel", "crises")}
"""What a measure of vetoes counts, and out of how many."""
COLUMNS = ["measure", "a", "b", "year", "value", "low", "high", "n", "lineage"]


class Atlas:
    """A compiled atlas: figures by measure, pair and year, with their lineage."""

    def __init__(self, folder: Path, own: Path | None = None) -> None:
        """Open the atlas in a folder, and beside it the analyst's own facts in another."""
        self.store = Store(folder)
        self.stored = StoredFigures(self.store)
        self.own = OwnFacts(own) if own is not None else None

    def __repr__(self) -> str:
        """What is in it, in a line."""
        held = ", ".join(f"{name} {about['rows']:,}" for name, about in self._tables.items())
        return f"<Atlas {self.store.folder}: {held} rows>"

    @property
    def _tables(self) -> Mapping[str, dict[str, int]]:
        found: Mapping[str, dict[str, int]] = self.store.manifest["tables"]
        return found

    @property
    def has_titles(self) -> bool:
        """Whether roll calls carry their titles (a build does, the embedded atlas does not)."""
        return bool(self.store.manifest["titles"])

    @functools.cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure by name, the analyst's own after the declared ones."""
        return {**MEASURES, **(self.own.measures if self.own else {})}

    @functools.cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source by name, the analyst's own after the declared ones."""
        return {**catalogue(), **(self.own.sources if self.own else {})}

    def measure(self, name: str) -> Measure:
        """The measure of a name; an unknown one gets the nearest names."""
        found = self.measures.get(name)
        if found is None:
            raise UnknownName("measure", name, self.measures, next_step="tripolar measures")
        return found

    def covered_years(self, what: Measure, choices: Choices = DEFAULT) -> tuple[int, int]:
        """First and last year that a measure's sources speak of, under the choices made."""
        return covered_years(what, choices, self.sources)

    def figures(
        self,
        name: str,
        a: str | None = None,
        b: str | None = None,
        *,
        first: int | None = None,
        last: int | None = None,
        choices: Choices = DEFAULT,
    ) -> pd.DataFrame:
        """Figures of a measure: of a pair, of everyone with ``a``, or of all pairs.

        Keys are resolved by the caller (`tripolar.actors.actor`). A state that continues another
        (Russia the USSR) is followed back: earlier years carry the earlier key.

        Returns
        -------
        DataFrame with the columns of `COLUMNS`, ordered by a, b and year. Blanks have no row.
        """
        what = self.measure(name)
        choices = choices.fixed_by(what)
        computed = {
            "ballots": self._of_ballots,
            "cohesion": self._of_cohesion,
            "positions": self._of_positions,
            "vetoes": self._of_vetoes,
            "trade": self._of_trade,
            "size": self._of_size,
            "regional": self._of_regional,
            OWN_FAMILY: self._of_own,
        }
        family = computed.get(what.family, self._of_stored)
        frame = family(what, a, b, (first or 0, last or 9999), choices)
        frame = frame[frame["value"].notna()]
        frame = frame.assign(
            measure=name, lineage=self.lineage(what, choices).id, n=frame["n"].astype("int64")
        )
        order = ["year"] if a is not None and b is not None else ["a", "b", "year"]
        return frame[COLUMNS].sort_values(order, ignore_index=True)

    @functools.lru_cache(maxsize=256)  # noqa: B019 - one atlas lives as long as its figures
    def lineage(self, of: Measure, choices: Choices = DEFAULT) -> Lineage:
        """The recipe and the source editions behind a measure's figures in this atlas."""
        choices = choices.fixed_by(of)
        origins = tuple(self._origin(name) for name in of.sources)
        return Lineage(of.name, of.formula, choices.of(of), origins)

    def _origin(self, name: str) -> Origin:
        """A source's edition as this atlas was compiled from it, or as the analyst gave it."""
        listed = self.store.manifest["sources"].get(name)
        if listed is None:
            own = self.sources[name]
            files = {file.path: file.sha256 for file in own.files}
            listed = {**vars(own), "files": files}
        return Origin(
            source=name,
            edition=listed["edition"],
            licence=listed["licence"],
            redistribution=listed["redistribution"],
            files=tuple(sorted(listed["files"].items())),
        )

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
        return _orient(self.store.frame(_pairs(table, a, b)), a, b)

    @property
    def years(self) -> tuple[int, int]:
        """First and last year with a figure of any kind."""
        first, last = self.store.manifest["years"]
        return int(first), int(last)

    @functools.lru_cache(maxsize=512)  # noqa: B019 - one atlas lives as long as its figures
    def distribution(
        self, name: str, year: int, choices: Choices = DEFAULT
    ) -> npt.NDArray[np.float64]:
        """A measure's values of all dyads of states in a year; directed ones both ways."""
        frame = self.figures(name, first=year, last=year, choices=choices)
        groups = list(blocs())
        kept = frame[~frame["a"].isin(groups) & ~frame["b"].isin(groups)]
        return np.asarray(kept["value"], dtype=np.float64)

    def partings(self, a: str, b: str, first: int, last: int) -> pd.DataFrame:
        """Where a pair parted most, up to five final votes a year, the sharpest first.

        Columns: year, rank, date, session, resolution, title, issues, vote_a, vote_b, yes,
        abstain, no, roll_call. Titles are empty in the embedded atlas.
        """
        table = self.store.table("partings")
        found = _pairs(table.filter(table.year.between(first, last)), a, b)
        calls = self.store.table("roll_calls")
        joined = self.store.frame(found.join(calls.drop("year", "source"), "roll_call"))
        frame = _orient(joined, a, b)
        vote_a = frame["vote_a"].where(~frame["swapped"], frame["vote_b"])
        vote_b = frame["vote_b"].where(~frame["swapped"], frame["vote_a"])
        issues = [
            ", ".join(name for name in ISSUE_AREAS if row[name] is True)
            for row in frame[list(ISSUE_AREAS)].astype(object).to_dict("records")
        ]
        ordered = _named(frame.assign(vote_a=vote_a, vote_b=vote_b, issues=issues))
        return ordered[PARTING_COLUMNS].sort_values(["year", "rank"], ignore_index=True)

    def _of_stored(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        if not self.holds(what):
            return pd.DataFrame(columns=COLUMNS)
        return self.stored.of(what, a, b, years, self.covered_years(what, choices))

    def _of_regional(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        from tripolar.panel.regional import regional_figures

        return regional_figures(self, what, a, b, years)

    def _of_own(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        return self.own.figures(what, a, b, years) if self.own else pd.DataFrame(columns=COLUMNS)

    def holds(self, what: Measure) -> bool:
        """Whether this atlas was compiled with a measure; `withheld` says why not."""
        return what.name not in self.withheld

    @property
    def withheld(self) -> Mapping[str, str]:
        """Measures that this atlas does not hold, each with the reason."""
        found: Mapping[str, str] = self.store.manifest["withheld"]
        return found

    def _of_ballots(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
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
        return _named(frame).assign(
            value=estimates.value,
            low=estimates.low,
            high=estimates.high,
            n=estimates.n.astype(np.int64),
        )

    def _of_cohesion(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
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

    def _of_positions(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
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

    def _of_vetoes(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
        table = self.store.table("vetoes")
        table = table.filter(table.year.between(*years))
        frame = _named(_orient(self.store.frame(_pairs(table, a, b)), a, b))
        return frame.assign(
            value=frame[VETO_COUNTS[what.name][0]].astype(float),
            low=np.nan,
            high=np.nan,
            n=frame[VETO_COUNTS[what.name][1]],
        )

    def _of_trade(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
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
        pairs = self.store.frame(_pairs(table.filter(table.year.between(*years)), a, b))
        frame = _named(_orient(pairs, a, b))
        if both_ways:
            reverse = frame.rename(columns={"a": "b", "b": "a"})
            frame = pd.concat([frame, reverse], ignore_index=True)
        totals = self._totals(years)
        for side in ("a", "b"):
            named = {f"year_{side}": "year", f"actor_{side}": side}
            frame = frame.merge(
                totals.add_suffix(f"_{side}").rename(columns=named),
                on=["year", side],
                how="left",
                validate="many_to_one",
            )
        return frame

    def _of_size(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int], choices: Choices
    ) -> pd.DataFrame:
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


def kind_of(key: str) -> str:
    """Whether a key names a state or a bloc."""
    return "bloc" if key in blocs() else "state"


def resolve(text: str) -> str:
    """The key of an actor by any of its names; an unknown one gets the nearest."""
    found: State | Bloc = actor(text)
    if found.key in NO_ACTOR:
        raise BadPair(
            f"{found.key} ({found.name}) is no actor here: nearly every state is a member",
            next_step="name a state or another bloc; tripolar actors lists them",
        )
    return found.key


def _pairs(table: Table, a: str | None, b: str | None) -> Table:
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


def _orient(frame: pd.DataFrame, a: str | None, b: str | None) -> pd.DataFrame:
    """Mark the rows whose stored order is the reverse of the asked one."""
    if a is not None:
        return frame.assign(swapped=~frame["a"].isin(chain(a)))
    if b is not None:
        return frame.assign(swapped=~frame["b"].isin(chain(b)))
    return frame.assign(swapped=False)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """The pair's names in the asked order."""
    first = frame["a"].where(~frame["swapped"], frame["b"])
    second = frame["b"].where(~frame["swapped"], frame["a"])
    return frame.assign(a=first, b=second)
