"""SIPRI arms transfers: trend-indicator values between supplier and recipient by year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from tripolar.actors.states import find
from tripolar.errors import NewOddity, UnknownName
from tripolar.sources.base import source

NAME = "sipri-transfers"
NO_STATES = {
    "Aruba": "territory",
    "Biafra": "not in the state system",
    "Katanga": "not in the state system",
    "Libya GNC": "one of two governments; the file has it beside Libya HoR*",
    "Northern Cyprus": "not in the state system",
    "Unknown recipient(s)": "not known to the source",
    "Unknown supplier(s)": "not known to the source",
    "Western Sahara": "territory",
    "unknown recipient(s)": "not known to the source",
}
"""Names of partners that are no states, beside those the source marks with * (armed groups) or
** (organisations)."""
NO_STATE_MARK = "*"
GERMANY = "Germany"
GERMANY_FROM = 1991
"""The table of flows has no row of the Federal Republic of Germany before this year."""


def read(mirror: Path) -> pd.DataFrame:
    """Flows as rows: year, supplier, recipient, tiv (million), spread.

    Supplier and recipient are state keys, or the source's name where it is no state (`NO_STATES`
    and names with an asterisk). 0 stands for less than 0.5 million. Flows of the Federal Republic
    of Germany to 1990 are not in the table; they come from the register of the same publisher,
    each order's delivered value spread evenly over its delivery years, and are marked ``spread``.
    """
    edition = source(NAME)
    table = pd.read_parquet(edition.path("flows", mirror))[
        ["year", "supplier", "recipient", "value"]
    ].rename(columns={"value": "tiv"})
    orders = pd.read_parquet(edition.path("register", mirror))
    flows = pd.concat(
        [table.assign(spread=False), west_german(orders).assign(spread=True)], ignore_index=True
    )
    keyed = _keyed(flows)
    columns = ["year", "supplier", "recipient", "spread"]
    return keyed.groupby(columns)["tiv"].sum().reset_index()


def west_german(orders: pd.DataFrame) -> pd.DataFrame:
    """Flows from and to Germany before `GERMANY_FROM` by the register of orders."""
    flows = spread_evenly(orders)
    german = (flows["supplier"] == GERMANY) | (flows["recipient"] == GERMANY)
    return flows[german & (flows["year"] < GERMANY_FROM)]


def spread_evenly(orders: pd.DataFrame) -> pd.DataFrame:
    """The register's orders as flows: year, supplier, recipient, tiv.

    The register gives an order's delivered value and the years of delivery, not the value of each
    year. Orders without a delivery are left out.
    """
    delivered = orders.dropna(subset=["delivery_years", "recipient"])
    years = delivered["delivery_years"].str.findall(r"\d{4}")
    each = delivered.assign(year=years, tiv=delivered["tiv_delivered"] / years.map(len))
    flows = each.explode("year").dropna(subset=["year", "tiv"])
    flows["year"] = flows["year"].astype("int64")
    return flows.groupby(["year", "supplier", "recipient"])["tiv"].sum().reset_index()


def _keyed(flows: pd.DataFrame) -> pd.DataFrame:
    found = flows.copy()
    unknown = set()
    for side in ("supplier", "recipient"):
        seen = flows[["year", side]].drop_duplicates()
        keys = {}
        for year, name in zip(seen["year"], seen[side], strict=True):
            try:
                keys[(year, name)] = partner(name, int(year))
            except UnknownName:
                unknown.add(f"{name} in {year}")
        found[side] = [keys.get(pair) for pair in zip(flows["year"], flows[side], strict=True)]
    if unknown:
        raise NewOddity(f"{NAME}: names that no state bears: {', '.join(sorted(unknown))}")
    return found


def partner(name: str, year: int) -> str:
    """The key of the state that the source means by a name in a year, or the name of a no-state.

    "Serbia" before 2006 is Serbia and Montenegro. Raises UnknownName.
    """
    if NO_STATE_MARK in name or name in NO_STATES:
        return name
    key = find(name, date(year, 7, 1)).key
    return "SCG" if key == "SRB" and year < 2006 else key
