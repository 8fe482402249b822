"""GDELT events between countries as monthly sums of scores: undirected and driven by volume.

A daily matrix adds, for every event between two countries, its Goldstein points, moved away from
zero by 0.025 per source and 0.01 per article that reported it, plus 0.01 of the mean tone. So a
sum grows with coverage; it is no mean on Goldstein's scale.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import year_table
from tripolar.errors import NewOddity, UnknownName
from tripolar.sources.base import source

NAME = "gdelt-network"
TERRITORIES = frozenset({"ABW", "AIA", "BMU", "COK", "CYM", "GGY", "MAC", "SHN"})
MISCODED = frozenset({"GEO"})
"""Countries whose events the source loses to another code: Georgia has a few points a month."""


def read(mirror: Path) -> pd.DataFrame:
    """Sums of scores: month (its first day), a, b (state keys, a before b), score.

    A pair without a row has no scored event in the month. Territories, `MISCODED` countries and
    rows of a country with itself are left out. Raises NewOddity for codes that no state holds.
    """
    table = _table(mirror)
    left_out = TERRITORIES | MISCODED
    out = table["iso_i"].isin(left_out) | table["iso_j"].isin(left_out)
    kept = table[~out & (table["iso_i"] != table["iso_j"])]
    one, other = (_states(kept, side) for side in ("iso_i", "iso_j"))
    first = one < other
    return pd.DataFrame(
        {
            "month": kept["month"],
            "a": one.where(first, other),
            "b": other.where(first, one),
            "score": kept["score_sum"].astype(float),
        }
    ).reset_index(drop=True)


def _states(rows: pd.DataFrame, side: str) -> pd.Series:
    """The states that hold the codes of one side in the years of the rows."""
    years = rows["month"].dt.year
    holders = {
        (year, code): state
        for code, year, state in year_table("iso3", int(years.min()), int(years.max()))
    }
    keys = pd.MultiIndex.from_arrays([years, rows[side]])
    place, seen = keys.factorize()
    if unknown := [key for key in seen if key not in holders]:
        shown = ", ".join(f"{code} in {year}" for year, code in sorted(unknown))
        raise NewOddity(f"{NAME}: codes that no state holds: {shown}")
    found = pd.Series([holders[key] for key in seen])
    return found.take(place).set_axis(rows.index)


def days_of_months(mirror: Path) -> pd.Series:
    """Days with a matrix by month (its first day)."""
    return _table(mirror).groupby("month")["days"].first()


def monthly(mirror: Path, a: str, b: str) -> pd.DataFrame:
    """The series of two states, every month of the file, whichever of the two comes first.

    Returns
    -------
    Columns month (its first day), score (0 where the two have no scored event), days (with a
    matrix: months with few are incomplete) and score_per_day.

    Raises UnknownName for a state that the file does not have.
    """
    rows = read(mirror)
    there = sorted(set(rows["a"]) | set(rows["b"]))
    for actor in (a, b):
        if actor not in there:
            raise UnknownName(f"state in {NAME}", actor, there)
    one, other = sorted((a, b))
    scores = rows[(rows["a"] == one) & (rows["b"] == other)].set_index("month")["score"]
    days = days_of_months(mirror)
    series = pd.DataFrame({"score": scores.reindex(days.index, fill_value=0.0), "days": days})
    return series.assign(score_per_day=series["score"] / series["days"]).reset_index()


def _table(mirror: Path) -> pd.DataFrame:
    table = pd.read_parquet(source(NAME).path("network", mirror))
    return table.assign(
        month=pd.to_datetime(table["month"], format="%Y%m"),
        iso_i=table["iso_i"].astype(str),
        iso_j=table["iso_j"].astype(str),
    )
