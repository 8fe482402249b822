"""The Statistical Review of World Energy: production and consumption by country and year.

The gas trade of the same workbooks is in `tripolar.sources.energy_review_gas`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from tripolar.actors.states import exists, find
from tripolar.errors import NewOddity, UnknownName
from tripolar.sources.base import source

NAME = "energy-review"
SHEETS = {
    "primary_ej": "Primary Energy Consumption",
    "oil_used_mt": "Oil Consumption - Tonnes",
    "oil_used_ej": "Oil Consumption - EJ",
    "gas_used_ej": "Gas Consumption - EJ",
    "coal_used_ej": "Coal Consumption - EJ",
    "oil_made_mt": "Oil Production - Tonnes",
    "gas_made_ej": "Gas Production - EJ",
    "coal_made_ej": "Coal Production - EJ",
}
MADE = ("oil_made_mt", "gas_made_ej", "coal_made_ej")
UNITS = {"ej": "Exajoules", "mt": "Million tonnes"}
HEADER = 2
"""Row of a sheet with the unit and the years."""
EU_ROW, EU_MEMBERS = "European Union#", "EU27"
GROUPS = ("Other ", "Eastern Africa", "Middle Africa", "Western Africa", "Central America")
"""Beginnings of the names of the rests of regions."""
TERRITORIES = frozenset({"China Hong Kong SAR"})
GERMANY_IS_ONE = 1991
"""Germany's row holds both Germanies in every year; it is read from this one on."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of actor (a state key, or EU27), year and the columns of `SHEETS`, from edition 2023.

    Units: exajoules (``_ej``) and million tonnes (``_mt``). A production that is not listed is NaN,
    and ``…_rest`` then holds the production of the rest of its region, in which it lies; where
    production is listed the rest is 0. Raises NewOddity for a name or a unit that nobody knows.
    """
    book = pd.ExcelFile(source(NAME).path("edition-2023", mirror))
    columns = {column: _sheet(book, name, column) for column, name in SHEETS.items()}
    primary = columns["primary_ej"]
    found = primary.loc[primary["actor"].notna(), ["actor", "region", "year"]]
    for column, rows in columns.items():
        listed = rows[rows["actor"].notna()].rename(columns={"value": column})
        found = found.merge(
            listed[["actor", "year", column]], on=["actor", "year"], how="left", validate="1:1"
        )
        if column in MADE:
            found[f"{column}_rest"] = _rest(found, rows).where(found[column].isna(), 0.0)
    kept = _where_the_state_is_there(found[found["primary_ej"] > 0])
    return kept.drop(columns="region").reset_index(drop=True)


def _rest(found: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """What the unlisted producers of each row's region make, NaN before the sheet begins."""
    unlisted = rows["value"].where(rows["actor"].isna(), 0.0)
    made = rows.assign(rest=unlisted).groupby(["region", "year"], as_index=False)["rest"].sum()
    joined = found[["region", "year"]].merge(made, on=["region", "year"], how="left")
    return joined["rest"].set_axis(found.index)


def _sheet(book: pd.ExcelFile, name: str, column: str) -> pd.DataFrame:
    """Rows of region (its number), label, actor (missing for a rest of a region), year, value."""
    cells = book.parse(name, header=None)
    header = cells.loc[HEADER]
    unit = UNITS[column.rpartition("_")[2]]
    if header[0] != unit:
        raise NewOddity(f"{NAME}: {name} is in {header[0]!r}, not in {unit}")
    first = int(str(header[1]).removesuffix(".0"))
    last_column = 1
    while header.get(last_column + 1) == first + last_column:
        last_column += 1
    body = cells.loc[HEADER + 1 :, 0:last_column]
    body = body[body[0].notna() & body[1].notna()]
    body = body.set_axis(["label", *range(first, first + last_column)], axis="columns")
    label = body["label"].str.strip()
    total = label.str.startswith("Total ")
    body = body.assign(label=label, region=total.cumsum())
    body = body[~total & ((label == EU_ROW) | (body["region"] < total.sum()))]
    body["actor"] = body["label"].map(_actors(body["label"]))
    long = body.melt(["label", "region", "actor"], var_name="year", value_name="value")
    return long.astype({"year": int, "value": float})


def _actors(labels: pd.Series) -> dict[str, str | None]:
    """Actors of the rows' names; None for the rests of regions and for territories."""
    keys: dict[str, str | None] = {EU_ROW: EU_MEMBERS}
    unknown = []
    for label in labels:
        if label == EU_ROW:
            continue
        if label.startswith(GROUPS) or label in TERRITORIES:
            keys[label] = None
            continue
        try:
            keys[label] = find(label).key
        except UnknownName:
            unknown.append(label)
    if unknown:
        raise NewOddity(f"{NAME}: rows that no state bears: {', '.join(unknown)}")
    return keys


def _where_the_state_is_there(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of states that exist on 1 July: a row reaches back before the state it is named for."""
    pairs = list(zip(rows["actor"], rows["year"], strict=True))
    since = {"DEU": GERMANY_IS_ONE, EU_MEMBERS: GERMANY_IS_ONE}
    there = [
        year >= since.get(actor, year) and (actor == EU_MEMBERS or exists(actor, date(year, 7, 1)))
        for actor, year in pairs
    ]
    return rows[there]
