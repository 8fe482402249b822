"""Eurostat monthly imports of gas, crude oil and coal by partner, as the importer reports them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.errors import NewOddity
from tripolar.sources.base import source
from tripolar.sources.bearers import bearers

NAME = "eurostat-energy"
FUELS = {
    ("gas_all", "TJ"): "gas",
    ("lng", "TJ"): "lng",
    ("crude_oil", "tonne"): "oil",
    ("coal", "tonne"): "coal",
}
"""The rows that are read: gas in terajoules only, never in cubic metres."""
THOUSAND_TONNES = frozenset({"oil", "coal"})
"""Fuels whose unit `tonne` is thousand tonnes in the file."""
UNSPECIFIED = ""
"""The supplier of imports without a partner."""
BY_CONTRACT = ("FRA", 2018, frozenset({"DZA", "NGA", "QAT"}))
"""France names these sellers for all its LNG from this year on, also for Russia's and America's."""
NO_STATES = frozenset({"Curaçao", "Gibraltar", "Hong Kong SAR China"})
"""Partners that are territories: kept under their names, for the denominators."""


def read(mirror: Path) -> pd.DataFrame:
    """Imports as rows: year, month, fuel, importer, supplier, tj, kt.

    importer is a state key; supplier a state key, the name of a territory, or `UNSPECIFIED` (also
    for France's LNG from 2018 on). Gas and LNG (which gas contains) are in terajoules (``tj``), oil
    (crude) and coal in thousand tonnes (``kt``); the other column is NaN. Raises NewOddity for
    names and units that nobody knows.
    """
    table = pd.read_parquet(source(NAME).path("imports", mirror))
    read_as = pd.Series(list(zip(table["commodity"], table["unit"], strict=True)), table.index)
    fuel = read_as.map(FUELS)
    _stop_at_unknown_units(read_as[fuel.isna()])
    kept = table[fuel.notna()].assign(fuel=fuel, year=table["date"].dt.year)
    in_kt = kept["fuel"].isin(THOUSAND_TONNES)
    rows = pd.DataFrame(
        {
            "year": kept["year"].astype(int),
            "month": kept["date"].dt.month.astype(int),
            "fuel": kept["fuel"],
            "importer": _keys(kept, "country"),
            "supplier": _keys(kept, "partner"),
            "tj": kept["value"].mask(in_kt),
            "kt": kept["value"].where(in_kt),
        }
    )
    importer, first, sellers = BY_CONTRACT
    doubtful = (rows["importer"] == importer) & (rows["year"] >= first)
    doubtful &= rows["supplier"].isin(sellers) & rows["fuel"].isin(["gas", "lng"])
    rows.loc[doubtful, "supplier"] = UNSPECIFIED
    return rows.reset_index(drop=True)


def _stop_at_unknown_units(left_out: pd.Series) -> None:
    unknown = {f"{commodity} in {unit}" for commodity, unit in left_out if unit != "m3"}
    if unknown:
        raise NewOddity(f"{NAME}: units that are not read: {', '.join(sorted(unknown))}")


def _keys(rows: pd.DataFrame, column: str) -> pd.Series:
    """State keys of a column of names, by the middle of the year."""
    named = rows[[column, "year"]].dropna().drop_duplicates()
    asked = [(str(name), int(year)) for name, year in named.itertuples(index=False)]
    keys = {(name, year): name for name, year in asked if name in NO_STATES}
    keys |= bearers((pair for pair in asked if pair not in keys), NAME, column)
    pairs = pd.Series(list(zip(rows[column], rows["year"], strict=True)), rows.index)
    return pairs.map(keys).fillna(UNSPECIFIED)
