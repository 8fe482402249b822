"""The analyst's own facts as measures and sources beside those of the atlas.

Every kind of fact is a measure ``own-KIND``: the sum of the year's values, or the count of its
facts. They stand in the panel, the brief and the citations like the rest, marked as the analyst's.
"""

from __future__ import annotations

import functools
import hashlib
import io
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tripolar.actors.states import chain
from tripolar.errors import DataError, InputError, UnknownName
from tripolar.measures import Measure
from tripolar.outputs import write_file
from tripolar.sources.base import Coverage, Source, SourceFile
from tripolar.sources.own import contradictions, read_facts

PREFIX, FAMILY = "own-", "own"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


class OwnFacts:
    """Every table of facts in a folder, one Parquet file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, path: Path) -> str:
        """Take over a file's facts under its name; those of an earlier file of that name go.

        Raises `SchemaMismatch` with every mistake, and takes over nothing then.
        """
        name = path.stem.lower().replace("_", "-").replace(" ", "-")
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{path.name} gives no name for a table of facts",
                next_step="name the file in letters, digits and hyphens",
            )
        facts = read_facts(path)
        self._refuse_another_meaning(name, facts)
        buffer = io.BytesIO()
        facts.to_parquet(buffer, index=False)
        write_file(self.folder / f"{name}.parquet", buffer.getvalue())
        self._forget()
        return name

    def remove(self, name: str) -> None:
        """Take a table of facts out; an unknown one gets the nearest names."""
        if name not in self.tables:
            raise UnknownName("table of facts", name, self.tables, next_step="tripolar add")
        (self.folder / f"{name}.parquet").unlink()
        self._forget()

    def _forget(self) -> None:
        for name in ("tables", "measures", "sources", "facts"):
            self.__dict__.pop(name, None)

    def _refuse_another_meaning(self, name: str, facts: pd.DataFrame) -> None:
        """A kind means one thing over all tables, as it does within one."""
        others = self.facts[self.facts["table"] != name]
        others = others[others["kind"].isin(facts["kind"])]
        if others.empty:
            return
        same = facts[facts["kind"].isin(others["kind"])].assign(table=name)
        if found := list(contradictions(pd.concat([others, same], ignore_index=True))):
            tables = sorted(set(others["table"]))
            raise InputError(
                f"{name} contradicts {', '.join(tables)}: {'; '.join(found)}",
                next_step="name the kind differently, or remove the other table: "
                f"tripolar add --remove {tables[0]}",
            )

    @functools.cached_property
    def tables(self) -> Mapping[str, Path]:
        """The files by name."""
        return {path.stem: path for path in sorted(self.folder.glob("*.parquet"))}

    @functools.cached_property
    def facts(self) -> pd.DataFrame:
        """Every fact: the columns of `read_facts` and ``table``, the file's name."""
        columns = [*("date", "year", "a", "b", "directed", "dimension", "kind"), "table"]
        frames = []
        for name, path in self.tables.items():
            try:
                frames.append(pd.read_parquet(path).assign(table=name))
            except (ValueError, OSError) as error:
                raise DataError(
                    f"{path} cannot be read: {error}", next_step=f"tripolar add --remove {name}"
                ) from error
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    @functools.cached_property
    def measures(self) -> Mapping[str, Measure]:
        """One measure for each kind of fact."""
        groups = self.facts.groupby("kind", sort=True)
        return {PREFIX + str(kind): _measure(str(kind), rows) for kind, rows in groups}

    @functools.cached_property
    def sources(self) -> Mapping[str, Source]:
        """One source for each table."""
        groups = self.facts.groupby("table", sort=True)
        return {
            PREFIX + str(name): _source(str(name), self.tables[str(name)], rows)
            for name, rows in groups
        }

    def figures(
        self, what: Measure, a: str | None, b: str | None, years: tuple[int, int]
    ) -> pd.DataFrame:
        """Yearly figures of an own measure in the asked order: a, b, year, value, low, high, n."""
        rows = self.facts[PREFIX + self.facts["kind"] == what.name]
        rows = rows[rows["year"].between(*years)]
        counted = rows["value"].isna().all()
        groups = rows.groupby(["a", "b", "year"], as_index=False)
        found = groups.agg(value=("value", "sum"), low=("low", "max"), high=("high", "max"))
        found["n"] = groups.size()["size"]
        if counted:
            found["value"] = found["n"].astype(float)
        return _asked(found, what, a, b)

    def about(self, actors: tuple[str, ...], first: int, last: int) -> pd.DataFrame:
        """The facts between any two of some actors, by date."""
        keys = {key for one in actors for key in chain(one)}
        rows = self.facts
        kept = rows["a"].isin(keys) & rows["b"].isin(keys) & rows["year"].between(first, last)
        return rows[kept].sort_values(["date", "kind"], ignore_index=True)


def _asked(rows: pd.DataFrame, what: Measure, a: str | None, b: str | None) -> pd.DataFrame:
    mine = chain(a) if a else tuple(rows["a"]) + tuple(rows["b"])
    theirs = chain(b) if b else tuple(rows["a"]) + tuple(rows["b"])
    forth = rows[rows["a"].isin(mine) & rows["b"].isin(theirs)]
    if what.directed or (a is None and b is None):
        return forth.reset_index(drop=True)
    back = rows[rows["b"].isin(mine) & rows["a"].isin(theirs)]
    turned = back.rename(columns={"a": "b", "b": "a"})
    both = pd.concat([forth, turned], ignore_index=True)
    return both.drop_duplicates(["a", "b", "year"], ignore_index=True)


def _measure(kind: str, rows: pd.DataFrame) -> Measure:
    first = rows.iloc[0]
    counted = bool(rows["value"].isna().all())
    banded = bool(rows["low"].notna().any())
    words = kind.replace("-", " ")
    return Measure(
        name=PREFIX + kind,
        title=f"{words[0].upper()}{words[1:]} (the analyst's own)",
        family=FAMILY,
        dimension=str(first["dimension"]),
        directed=bool(first["directed"]),
        unit="facts" if counted else str(first["unit"]),
        low=None,
        high=None,
        higher_means="more facts" if counted else "a greater value",
        formula="count of the year's facts" if counted else "sum of the year's values",
        denominator="the rows of the analyst's table",
        band="as the analyst gave it" if banded else "none: the analyst gave none",
        sources=tuple(PREFIX + name for name in sorted(set(rows["table"]))),
        references=(),
        caution="Entered by hand; complete only as far as the analyst made it so.",
        blank="the analyst's table has no fact",
    )


def _source(name: str, path: Path, rows: pd.DataFrame) -> Source:
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    first, last = int(rows["year"].min()), int(rows["year"].max())
    title = f"{name}: {len(rows)} facts entered by the analyst"
    return Source(
        name=PREFIX + name,
        title=title,
        short=f"the analyst's table {name}",
        publisher="the analyst",
        edition=f"content {content[:12]}",
        issued="",
        url="",
        obtained_from="tripolar add",
        licence="the analyst's own",
        redistribution="no",
        terms="",
        units="as each row says",
        coverage=Coverage(first, last, "The years of its rows; a year without one is blank."),
        citation={
            "type": "data",
            "key": f"own-{name}",
            "author": "{The analyst}",
            "title": title,
            "howpublished": "; ".join(sorted(set(rows["source"]))),
        },
        files=(SourceFile("facts", path.name, content),),
    )


def is_own(name: str) -> bool:
    """Whether a measure or a source is the analyst's."""
    return name.startswith(PREFIX)
