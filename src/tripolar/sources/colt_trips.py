"""COLT: how many visits abroad the leaders of a country paid in a year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.bearers import bearers

NAME = "colt-trips"
ORGANIZATIONS = frozenset(
    {
        "African Union (AU)",
        "Association of Southeast Asian Nations (ASEAN)",
        "European Commission (EC)",
        "International Monetary Fund (IMF)",
        "North Atlantic Treaty Organization (NATO)",
        "Organisation of African Unity (OAU)",
        "United Nations (UN)",
        "World Bank (IBRD)",
    }
)
REPUBLICS = frozenset({("Russia", 1991)})
"""Rows of a republic beside those of the union it was part of: its president's own travel."""


def read(mirror: Path) -> pd.DataFrame:
    """Trips as rows: year, state (by the name's bearer on 1 July), trips.

    Two names of one state in a year are added up; `ORGANIZATIONS` and `REPUBLICS` are left out.
    A country that did not travel has no row, and neither has one that nobody coded. Raises
    NewOddity for names that no state bears.
    """
    table = pd.read_csv(source(NAME).path("trips", mirror), encoding="utf-8", keep_default_na=False)
    rows = [
        (int(year), name, int(trips))
        for year, name, trips in table.itertuples(index=False)
        if name not in ORGANIZATIONS and (name, int(year)) not in REPUBLICS
    ]
    states = bearers(((name, year) for year, name, _ in rows), NAME, "names")
    found = pd.DataFrame(
        [(year, states[name, year], trips) for year, name, trips in rows],
        columns=["year", "state", "trips"],
    )
    return found.groupby(["year", "state"])["trips"].sum().reset_index()
