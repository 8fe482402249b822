"""The analyst's own figures and dated facts: what no dataset has, in a table anyone can fill.

One row is one fact: on a date (a year, a month or a day), of two actors, of a kind (an exercise, a
visit, a deal), with a value or without one, and with the source that says so. Every mistake of a
file is reported at once, by row and column.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pandas as pd

from tripolar.actors import actor
from tripolar.errors import MissingData, SchemaMismatch, TripolarError, nearest
from tripolar.settings import DIMENSIONS

REQUIRED = ("date", "a", "b", "dimension", "kind", "source")
OPTIONAL = ("directed", "value", "low", "high", "unit", "note")
COLUMNS = (*REQUIRED, *OPTIONAL)
ACTORS = "actors"
"""A column that may stand for a and b: several actors with ; between, each two of them a fact."""
TEMPLATE = "tripolar add --template FILE writes an empty table with these columns"
MISTAKES_SHOWN = 12
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_KIND = re.compile(r"[a-z][a-z-]*")
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0", ""}


def template(name: str = "facts") -> str:
    """A table to fill: "facts" is empty, "russia-china" an example from a published article."""
    folder = files("tripolar.sources") / "templates"
    return (folder / f"{name}.csv").read_text(encoding="utf-8")


def read_facts(path: Path) -> pd.DataFrame:
    """The facts of a CSV or Parquet file, checked.

    Returns
    -------
    Columns date (as written), year, a, b (keys; a before b where undirected), directed, dimension,
    kind, value, low, high (NaN where there is none), unit, source, note.

    Raises
    ------
    MissingData
        If the file cannot be read.
    SchemaMismatch
        With every mistake, by row (the first row under the header is 1) and column.
    """
    table = _in_pairs(_as_text(path))
    lacking = [name for name in REQUIRED if name not in table.columns]
    unknown = [name for name in table.columns if name not in COLUMNS]
    if lacking or unknown:
        said = [f"lacks the column {name}" for name in lacking]
        said += [f"has an unknown column {name!r}{_meant(name, COLUMNS)}" for name in unknown]
        raise SchemaMismatch(f"{path} {'; '.join(said)}", next_step=TEMPLATE)
    if table.empty:
        raise SchemaMismatch(f"{path} has no rows", next_step=TEMPLATE)
    numbers = table.index + 1
    table = table.reindex(columns=list(COLUMNS), fill_value="")
    mistakes: list[str] = []
    rows = [
        _row(int(number), dict(zip(COLUMNS, values, strict=True)), mistakes)
        for number, values in zip(numbers, table.itertuples(index=False), strict=True)
    ]
    facts = pd.DataFrame(rows)
    mistakes += [] if mistakes else contradictions(facts)
    if mistakes:
        more = len(mistakes) - MISTAKES_SHOWN
        shown = mistakes[:MISTAKES_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        raise SchemaMismatch(
            f"{path}: {len(mistakes)} mistakes\n  " + "\n  ".join(shown),
            next_step="mend the rows and add the file again; nothing was taken over",
        )
    return facts


def _as_text(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise MissingData(f"{path} is not there", next_step=TEMPLATE)
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            return table.astype(object).where(table.notna(), "").astype(str)
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:
        raise MissingData(
            f"{path} cannot be read as a table: {error}", next_step="save it as UTF-8 CSV"
        ) from error


def _in_pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Rows with a list of actors as one row for every two of them; the index keeps the row.

    A list with fewer than two actors leaves a or b empty, which is then a mistake of its row.
    """
    if ACTORS not in table.columns or {"a", "b"} & set(table.columns):
        return table
    found = []
    for number, row in zip(table.index, table.to_dict("records"), strict=True):
        named = [name.strip() for name in str(row.pop(ACTORS)).split(";")]
        pairs = list(itertools.combinations(named, 2)) or [(named[0], "")]
        found += [(number, {**row, "a": a, "b": b}) for a, b in pairs]
    rows = [row for _, row in found]
    return pd.DataFrame(rows, index=[number for number, _ in found])


def _row(number: int, row: dict[str, str], mistakes: list[str]) -> dict[str, object]:
    """One row with its types; what is wrong with it is added to the list."""

    def wrong(column: str, why: str) -> None:
        mistakes.append(f"row {number}, {column}: {why}")

    row = {name: value.strip() for name, value in row.items()}
    day = _day(row["date"])
    if day is None:
        wrong("date", f"{row['date']!r} is no date; write 2018, 2018-09 or 2018-09-11")
    keys = []
    for column in ("a", "b"):
        try:
            keys.append(actor(row[column], day).key)
        except TripolarError as error:
            wrong(column, str(error).replace("\n", "; "))
    if row["directed"].lower() not in _YES | _NO:
        wrong("directed", f"{row['directed']!r} is neither yes nor no")
    if row["dimension"] not in DIMENSIONS:
        wrong("dimension", f"{row['dimension']!r}{_meant(row['dimension'], DIMENSIONS)}")
    if not _KIND.fullmatch(row["kind"]):
        wrong("kind", f"{row['kind']!r}: lower-case letters and hyphens, such as joint-exercise")
    if not row["source"]:
        wrong("source", "empty; every fact says where it comes from")
    numbers = {name: _number(row[name]) for name in ("value", "low", "high")}
    for column, written in numbers.items():
        if written is None:
            wrong(column, f"{row[column]!r} is no number")
    value, low, high = (math.nan if each is None else each for each in numbers.values())
    if low > value or high < value:
        wrong("value", f"{value:g} lies outside {low:g} to {high:g}")
    if bool(row["low"]) != bool(row["high"]):
        wrong("low, high", "a band has both ends or none")
    elif row["low"] and not row["value"]:
        wrong("value", "empty beside a band")
    if value == value and not row["unit"]:
        wrong("unit", "a value needs its unit")
    if len(keys) == 2 and keys[0] == keys[1]:
        wrong("a, b", f"both are {keys[0]}")
    directed = row["directed"].lower() in _YES
    ends = keys if directed else sorted(keys)
    return {
        "date": row["date"],
        "year": day.year if day else 0,
        "a": ends[0] if ends else "",
        "b": ends[-1] if ends else "",
        "directed": directed,
        "dimension": row["dimension"],
        "kind": row["kind"],
        **{"value": value, "low": low, "high": high},
        "unit": row["unit"],
        "source": row["source"],
        "note": row["note"],
    }


def _number(text: str) -> float | None:
    """The number written, NaN where nothing is, None where it is no number."""
    if not text:
        return math.nan
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in text else None


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _meant(seen: str, choices: tuple[str, ...]) -> str:
    close = nearest(seen, choices) or list(choices)
    return f"; choices: {', '.join(close)}"


def contradictions(facts: pd.DataFrame) -> Iterator[str]:
    """Kinds whose rows disagree on what they are."""
    for kind, rows in facts.groupby("kind"):
        for column in ("dimension", "directed", "unit"):
            seen = sorted({str(value) for value in rows[column]})
            if len(seen) > 1:
                yield f"kind {kind}: {column} is {' and '.join(map(repr, seen))} in its rows"
        if rows["value"].isna().any() and rows["value"].notna().any():
            yield f"kind {kind}: some rows have a value and some have none"
        banded = rows["low"].notna()
        if (banded & rows.duplicated(["a", "b", "year"], keep=False)).any():
            yield f"kind {kind}: two values with a band for one pair and year"
