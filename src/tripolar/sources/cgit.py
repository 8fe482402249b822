"""China Global Investment Tracker: Chinese investments and construction contracts abroad.

https://www.aei.org/china-global-investment-tracker/
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from tripolar.actors.states import find
from tripolar.errors import NewOddity, UnknownName
from tripolar.sources.base import source

NAME = "aei-cgit"
NOT_STATES = {"British Virgin Islands": "a territory"}


def read(mirror: Path) -> pd.DataFrame:
    """Deals as rows: year, month (name), host (state key, missing for a territory), usd_mn.

    Half of 2018 is in the file. Raises `NewOddity` for a host that is neither a state nor listed.
    """
    table = pd.read_csv(
        source(NAME).path("deals", mirror), dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    years = table["Year"].astype(int)
    pairs = sorted(set(zip(table["Country"], years, strict=True)))
    hosts = {(name, year): _host(name, year) for name, year in pairs}
    unknown = sorted({name for (name, _), host in hosts.items() if host == ""})
    if unknown:
        raise NewOddity(f"{NAME}: hosts that no state is called: {', '.join(unknown)}")
    return pd.DataFrame(
        {
            "year": years,
            "month": table["Month"],
            "host": [hosts[pair] for pair in zip(table["Country"], years, strict=True)],
            "usd_mn": table["Quantity in Millions"].astype(float),
        }
    )


def _host(name: str, year: int) -> str | None:
    """The state of a name in a year, None for a territory, empty where nobody knows it."""
    if name in NOT_STATES:
        return None
    try:
        return find(name, date(year, 7, 1)).key
    except UnknownName:
        return ""
