"""Eurostat annual imports of natural gas: from Russia, by origin, and from everyone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tripolar.errors import NewOddity
from tripolar.sources.base import source
from tripolar.sources.bearers import bearers

NAME = "eurostat-gas-russia"
SHEETS = {"Russia": "Sheet 1", "Total": "Sheet 2"}
"""Sheets of natural gas (LNG is part of it) by partner."""
AGGREGATES = ("European Union", "Euro area")
"""Beginnings of the names of groups: their totals hold trade between members."""
NOT_AVAILABLE = ":"
CONFIDENTIAL_FROM = {"AUT": 2014}
"""Importers whose zero from Russia is a secret from a year on, and not nil."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of importer (state key), year, russia_tj, total_tj (gross calorific value).

    total_tj is from all partners, LNG included. A figure that is not available or confidential is
    NaN. Raises NewOddity for a name that nobody knows or a sheet that is not what it should be.
    """
    path = source(NAME).path("imports", mirror)
    sheets = [
        _sheet(path, sheet, partner).rename(columns={"tj": f"{partner.lower()}_tj"})
        for partner, sheet in SHEETS.items()
    ]
    both = sheets[0].merge(sheets[1], on=["importer", "year"], validate="one_to_one")
    confidential = both["year"] >= both["importer"].map(CONFIDENTIAL_FROM)
    return both.assign(russia_tj=both["russia_tj"].mask(confidential))


def _sheet(path: Path, sheet: str, partner: str) -> pd.DataFrame:
    cells = pd.read_excel(path, sheet_name=sheet, header=None)
    header = cells.index[cells[0] == "TIME"]
    says = cells.set_index(0)[2]
    asked = {
        "Standard international energy product classification (SIEC)": "Natural gas",
        "Geopolitical entity (partner)": partner,
        "Unit of measure": "Terajoule (gross calorific value - GCV)",
    }
    for label, wanted in asked.items():
        if says.get(label) != wanted:
            raise NewOddity(f"{NAME}: {sheet} has {label} {says.get(label)!r}, not {wanted!r}")
    start = header[0]
    body = cells.loc[start + 2 :].dropna(subset=[0])
    body = body[body[1].notna() & ~body[0].str.startswith(AGGREGATES) & (body[0] != NOT_AVAILABLE)]
    body = body.set_axis(["name", *(int(year) for year in cells.loc[start, 1:])], axis="columns")
    long = body.melt("name", var_name="year", value_name="tj")
    long["importer"] = long["name"].map(_keys(set(long["name"])))
    values = long["tj"].where(long["tj"] != NOT_AVAILABLE)
    return pd.DataFrame(
        {"importer": long["importer"], "year": long["year"].astype(int), "tj": values.astype(float)}
    )


def _keys(names: Iterable[str]) -> dict[str, str]:
    found = bearers(((name, 2015) for name in names), NAME, "importers")
    return {name: key for (name, _), key in found.items()}
