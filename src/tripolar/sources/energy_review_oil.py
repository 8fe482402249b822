"""The Statistical Review of World Energy: who sold crude oil to whom, 2020 and 2022.

The sheets list a dozen states and rests of areas; only the states are read, and the totals.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import find
from tripolar.errors import NewOddity
from tripolar.sources.base import source
from tripolar.sources.energy_review import NAME
from tripolar.sources.energy_review_gas import ALL, YEARS

SHEET = "Oil - Inter-area movements"
CRUDE = "Crude (million tonnes)"
TOTALS = {"Total": ALL, "Total imports": ALL}
AREAS = frozenset(
    {"S. & Cent. America", "Europe", "Other CIS", "Middle East", "Africa", "Australasia"}
    | {"Other Asia Pacific", "Other Middle East", "North Africa", "West Africa"}
    | {"East & S. Africa"}
)


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, exporter, importer (state keys, or `ALL`) and mt, million tonnes of crude oil.

    Raises NewOddity for a sheet of another year; UnknownName for a name that is no state.
    """
    years = []
    for edition, year in YEARS.items():
        book = pd.ExcelFile(source(NAME).path(edition, mirror))
        (sheet,) = (name for name in book.sheet_names if str(name).strip() == SHEET)
        years.append(_crude(book.parse(sheet, header=None), year))
    return pd.concat(years, ignore_index=True)


def _crude(cells: pd.DataFrame, year: int) -> pd.DataFrame:
    title = str(cells.iloc[0, 0])
    if str(year) not in title:
        raise NewOddity(f"{NAME}: {SHEET} is not of {year}: {title}")
    labels = cells[0].astype(str).str.strip()
    head = labels.index[labels == CRUDE][0]
    end = labels.index[labels == "Total imports"][0]
    body = cells.loc[head + 2 : end, 1:].astype(float)
    matrix = body.set_axis(_traders(cells.loc[head, 1:]), axis="columns")
    matrix = matrix.set_axis(_traders(labels.loc[head + 2 : end]), axis="index")
    named = matrix.loc[matrix.index.notna(), matrix.columns.notna()]
    long = named.rename_axis("exporter").reset_index()
    long = long.melt("exporter", var_name="importer", value_name="mt").assign(year=year)
    return long[["year", "exporter", "importer", "mt"]]


def _traders(labels: pd.Series) -> list[str | None]:
    """State keys and `ALL`; None for an area."""
    names = [str(label).strip() for label in labels]
    return [None if name in AREAS else TOTALS.get(name) or find(name).key for name in names]
