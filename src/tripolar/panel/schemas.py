"""The declared shape of every table in an atlas; a build stops at rows that break it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from tripolar.errors import SchemaMismatch
from tripolar.measures.ballots import CELLS, MEASURED, ROLL_CALL_SETS
from tripolar.panel.positions import SETS, SHARED

SORTED = {
    "tallies": ["year", "roll_calls", "a", "b"],
    "partings": ["year", "a", "b", "rank"],
    "roll_calls": ["date", "roll_call"],
    "cohesion": ["actor", "year"],
    "positions": ["roll_calls", "actor", "year"],
    "vetoes": ["a", "b", "year"],
    "trade": ["a", "b", "year"],
    "totals": ["actor", "year"],
}
"""Tables of an atlas and the order of their rows."""


def check(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, if it keeps the schema of the table; else `SchemaMismatch` with every failure."""
    import pandera.errors

    try:
        checked: pd.DataFrame = _schemas()[name].validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases[["column", "check", "failure_case"]].drop_duplicates()
        shown = "; ".join(" ".join(map(str, row)) for row in cases.head(10).itertuples(index=False))
        raise SchemaMismatch(f"table {name}: {len(cases)} breaches: {shown}") from error
    return checked


@functools.cache
def _schemas() -> Mapping[str, Any]:
    import pandera.pandas as pa

    def column(kind: Any, *checks: Any, nullable: bool = False) -> Any:
        return pa.Column(kind, list(checks), nullable=nullable, coerce=True)

    year = column("int16", pa.Check.in_range(1946, 2100))
    actor = column(str, pa.Check.str_matches(r"^[A-Z][A-Z0-9-]{1,15}$"))
    count, natural = pa.Check.ge(0), pa.Check.ge(1)
    pair = {"year": year, "a": actor, "b": actor}
    ordered = pa.Check(lambda frame: frame["a"] < frame["b"], error="a stands before b")

    def table(columns: Mapping[str, Any], key: list[str], *checks: Any) -> Any:
        return pa.DataFrameSchema(dict(columns), strict=True, unique=key, checks=list(checks))

    return {
        "tallies": pa.DataFrameSchema(
            {
                **pair,
                "roll_calls": column(str, pa.Check.isin(list(ROLL_CALL_SETS))),
                **{name: column("uint8", count) for name in ("held", *MEASURED)},
            },
            strict=True,
            checks=[
                ordered,
                pa.Check(
                    lambda frame: frame[list(CELLS)].sum(axis=1).between(1, frame["held"]),
                    error="joint votes lie between one and the roll calls held",
                ),
            ],
        ),
        "partings": table(
            {
                **pair,
                "rank": column("uint8", pa.Check.in_range(1, 5)),
                "roll_call": column("uint32", natural),
                "vote_a": column("uint8", pa.Check.in_range(1, 3)),
                "vote_b": column("uint8", pa.Check.in_range(1, 3)),
            },
            ["year", "a", "b", "rank"],
            ordered,
            pa.Check(lambda frame: frame["vote_a"] != frame["vote_b"], error="the votes differ"),
        ),
        "roll_calls": table(
            {
                "roll_call": column("uint32", natural),
                "date": column("datetime64[us]"),
                "year": year,
                "session": column("int16", natural),
                "kind": column(str, pa.Check.isin(["final", "paragraph", "amendment", "other"])),
                "resolution": column(str),
                "title": column(str),
                **{
                    name: column("boolean", nullable=True)
                    for name in ROLL_CALL_SETS
                    if name not in {"final", "with-paragraphs"}
                },
                "source": column(str),
                **{name: column("int16", count) for name in ("yes", "abstain", "no")},
            },
            ["roll_call"],
        ),
        "cohesion": table(
            {
                "year": year,
                "actor": actor,
                **{n: column(float, pa.Check.in_range(0, 1)) for n in ("value", "low", "high")},
                "n": column("int16", natural),
            },
            ["year", "actor"],
        ),
        "positions": table(
            {
                "roll_calls": column(str, pa.Check.isin(list(SETS))),
                "session": column("int16", natural),
                "year": year,
                "actor": actor,
                **{n: column(float) for n in ("position", "low", "high")},
                **{n: column(float, count) for n in ("spread", "own")},
                "standard_error": column(float, pa.Check.gt(0)),
                "members": column("int16", natural),
                "votes": column("int32", natural),
                **{name: column("float32") for name in SHARED},
            },
            ["roll_calls", "year", "actor"],
        ),
        "vetoes": table(
            {**pair, "joint": column("int16", count), "either": column("int16", count)},
            ["year", "a", "b"],
            ordered,
            pa.Check(lambda frame: frame["joint"] <= frame["either"], error="joint within either"),
        ),
        "trade": table(
            {
                **pair,
                "usd_mn": column(float, count),
                "reported": column("int32", natural),
                "missing": column("int32", count),
            },
            ["year", "a", "b"],
            ordered,
        ),
        "totals": table(
            {
                "year": year,
                "actor": actor,
                "usd_mn": column(float, count, nullable=True),
                "reported": column("int32", count),
                "missing": column("int32", count),
                "gdp_usd": column(float, pa.Check.gt(0), nullable=True),
                "gdp_states": column("int16", count),
                "gdp_missing": column("int16", count),
            },
            ["year", "actor"],
        ),
    }
