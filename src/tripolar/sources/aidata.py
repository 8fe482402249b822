"""AidData's Global Chinese Development Finance 3.0: commitments by recipient and year.

https://www.aiddata.org/data/aiddatas-global-chinese-development-finance-dataset-version-3-0
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import year_table
from tripolar.errors import NewOddity
from tripolar.sources.base import source

NAME = "aidata-gcdf"
CLASSES = ("oda", "oof", "vof")
"""Official development assistance, other official flows, vague official finance."""
BEFORE_STATEHOOD = {"626": "South Sudan, from 2011"}
"""Codes of recipients with rows of years in which no state held them."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of recipient (state key), year and commitments in million constant 2021 US dollars.

    ``oda_usd_mn``, ``oof_usd_mn`` and ``vof_usd_mn`` are adjusted amounts, which count finance that
    is rolled over once; the columns that end in ``_unadjusted_usd_mn`` are all commitments. Only
    rows of the file: a recipient without a row in a year had no recorded commitment. The recipient
    is missing in rows of years before it was a state (`BEFORE_STATEHOOD`).

    Raises `NewOddity` for any other code that no state holds in the year.
    """
    edition = source(NAME)
    table = pd.read_csv(edition.path("recipients", mirror), dtype={"ccode": str})
    years = edition.coverage
    holders = pd.DataFrame(
        year_table("cow", years.first, years.last), columns=["ccode", "year", "recipient"]
    )
    rows = table.merge(holders, on=["ccode", "year"], how="left", validate="many_to_one")
    lost = rows[rows["recipient"].isna() & ~rows["ccode"].isin(BEFORE_STATEHOOD)]
    if len(lost):
        named = (lost["ccode"] + " in " + lost["year"].astype(str)).tolist()
        raise NewOddity(f"{NAME}: codes that no state holds: {', '.join(named)}")
    amounts = {f"{name}_usd_mn": rows[f"{name}_adj"] / 1e6 for name in CLASSES}
    whole = {f"{name}_unadjusted_usd_mn": rows[f"{name}_amt"] / 1e6 for name in CLASSES}
    return pd.DataFrame(
        {"recipient": rows["recipient"], "year": rows["year"], **amounts, **whole}
    ).sort_values(["recipient", "year"], ignore_index=True)
