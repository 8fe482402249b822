"""Correlates of War dyadic trade: directed flows, the missing kept apart from zero."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import year_table
from tripolar.errors import NewOddity
from tripolar.sources.base import source

NAME = "cow-trade"
USSR_SUCCESSORS = (
    *("ARM", "AZE", "BLR", "EST", "GEO", "KAZ", "KGZ", "LTU"),
    *("LVA", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB"),
)
UNREPORTED_YEARS = (1992, 1993)


def read(mirror: Path) -> pd.DataFrame:
    """Flows as rows: year, exporter, importer (state keys), usd_mn (imports; NaN where missing).

    A zero among the successor states of the USSR in 1992-1993 is a flow nobody reported: missing,
    and marked in the column ``unreported``.
    Codes of two states that became one within a year are added up.
    """
    edition = source(NAME)
    table = pd.read_parquet(edition.path("trade", mirror))
    years = range(edition.coverage.first, edition.coverage.last + 1)
    holders = pd.DataFrame(
        year_table("cow", years[0], years[-1]), columns=["code", "year", "state"]
    ).astype({"code": "int16", "year": "int16"})
    flows = table[["exporter_cow", "importer_cow", "year", "imports_usd_mn"]]
    for side in ("exporter", "importer"):
        flows = flows.merge(
            holders.rename(columns={"code": f"{side}_cow", "state": side}),
            on=[f"{side}_cow", "year"],
            how="left",
            validate="many_to_one",
        )
    _stop_at_unknown_codes(flows)
    flows = flows[flows["exporter"] != flows["importer"]]
    summed = (
        flows.groupby(["year", "exporter", "importer"])["imports_usd_mn"]
        .sum(min_count=1)
        .rename("usd_mn")
        .reset_index()
    )
    unreported = _unreported(summed)
    return summed.assign(usd_mn=summed["usd_mn"].mask(unreported), unreported=unreported)


def _unreported(flows: pd.DataFrame) -> pd.Series:
    return (
        flows["exporter"].isin(USSR_SUCCESSORS)
        & flows["importer"].isin(USSR_SUCCESSORS)
        & flows["year"].isin(UNREPORTED_YEARS)
        & (flows["usd_mn"] == 0)
    )


def _stop_at_unknown_codes(flows: pd.DataFrame) -> None:
    for side in ("exporter", "importer"):
        lost = flows.loc[flows[side].isna(), [f"{side}_cow", "year"]].drop_duplicates()
        if len(lost):
            rows = lost.astype(str).agg(" in ".join, axis=1)
            raise NewOddity(f"{NAME}: {side} codes that no state holds: {', '.join(rows)}")
