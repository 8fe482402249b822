"""Arms transfers between actors, in windows of five years.

SIPRI advises against single years: deliveries come in lumps. So every figure of a year is a sum
over the five years that end in it, by the bloc memberships of that year. A window holds only the
years in which both sides are there: Russia's of 1993 begins in 1992, and the USSR's deliveries
before are the USSR's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.panel.families.midyear import (
    actors_at_midyear,
    states_at_midyear,
    there_at_midyear,
)
from tripolar.panel.rollup import flows_between, totals_with_all
from tripolar.sources import sipri_transfers, source

SOURCES = (sipri_transfers.NAME,)
YEARS_IN_WINDOW = 5
SHARES = {"arms-import-share": "b", "arms-export-share": "a"}
"""Which end of a flow from a to b leans on the other: the importer b or the exporter a."""
VOLUME = "arms-volume"


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Shares of the partner in an actor's arms imports and exports, and volumes of pairs."""
    flows = sipri_transfers.read(mirror).rename(columns={"supplier": "a", "recipient": "b"})
    coverage = source(sipri_transfers.NAME).coverage
    years = range(max(first_year, coverage.first), coverage.last + 1)
    there = actors_there(years, coverage.first)
    lagged = with_lags(flows, years)
    pairs = pair_sums(lagged, there)
    shares, covered = [], []
    for name, side in SHARES.items():
        totals = totals_by_lag(lagged, there, side)
        shares.append(figures_of(name, _shares(pairs, totals, there, side)))
        covered.append(covered_of([name], _with_transfers(totals)))
    volumes = figures_of(VOLUME, _volumes(pairs, there))
    everyone = covered_of([VOLUME], actors_at_midyear(years))
    return Compiled(
        figures=pd.concat([*shares, volumes], ignore_index=True),
        covered=pd.concat([*covered, everyone], ignore_index=True),
        report=_report(flows),
    )


def with_lags(flows: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Every flow once for each window it is in: year (the window's last), lag, a, b, tiv."""
    lags = [
        flows.assign(lag=lag, year=flows["year"] + lag, delivered=flows["year"])
        for lag in range(YEARS_IN_WINDOW)
    ]
    every = pd.concat(lags, ignore_index=True)
    return every[every["year"].isin(years)].reset_index(drop=True)


def actors_there(years: Sequence[int], first: int) -> pd.DataFrame:
    """Rows of year, lag, actor: there in the year, and with a state that was there lag years ago.

    ``first`` is the first year of the source; windows do not reach behind it.
    """
    members = spine.actor_members(years).merge(actors_at_midyear(years), on=["year", "actor"])
    rows = []
    for lag in range(YEARS_IN_WINDOW):
        before = members.assign(lag=lag, delivered=members["year"] - lag)
        before = before[before["delivered"] >= first]
        held = before[there_at_midyear(before, "state", year="delivered")]
        rows.append(held[["year", "lag", "actor"]].drop_duplicates())
    return pd.concat(rows, ignore_index=True)


def pair_sums(lagged: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """What a delivered to b in the window: year, a, b, tiv above zero."""
    both = lagged[there_at_midyear(lagged, "a", "b", year="delivered")]
    sums = flows_between(both, ["tiv"])
    now = there.loc[there["lag"] == 0, ["year", "actor"]]
    for side in ("a", "b"):
        sums = sums.merge(now.rename(columns={"actor": side}), on=["year", side])
    return sums.loc[sums["tiv"] > 0, ["year", "a", "b", "tiv"]]


def totals_by_lag(lagged: pd.DataFrame, there: pd.DataFrame, side: str) -> pd.DataFrame:
    """What every actor sends (side "a") or receives ("b") in all: year, lag, actor, total.

    Partners may be unknown, armed groups or states that are gone; flows within a bloc are out.
    """
    mine = lagged[there_at_midyear(lagged, side, year="delivered")]
    found = [
        totals_with_all(of_lag, ["tiv"], side).assign(lag=lag)
        for lag, of_lag in mine.groupby("lag")
    ]
    sums = pd.concat(found, ignore_index=True).rename(columns={"tiv": "total"})
    full = there.merge(sums, on=["year", "lag", "actor"], how="left")
    return full.fillna({"total": 0.0})[["year", "lag", "actor", "total"]]


def _shares(
    pairs: pd.DataFrame, totals: pd.DataFrame, there: pd.DataFrame, side: str
) -> pd.DataFrame:
    """The partner's share in what the actor on a side of the flow moves; a leans on b."""
    other = {"a": "b", "b": "a"}[side]
    leaning = pairs.rename(columns={side: "actor", other: "partner"})
    windows = leaning.merge(totals, on=["year", "actor"])
    windows = windows.merge(
        there.rename(columns={"actor": "partner"}), on=["year", "lag", "partner"]
    )
    sums = windows.groupby(["year", "actor", "partner"]).agg(
        tiv=("tiv", "first"), total=("total", "sum"), n=("lag", "nunique")
    )
    sums = sums.reset_index()
    sums["value"] = sums["tiv"] / sums["total"]
    return sums.rename(columns={"actor": "a", "partner": "b"})


def _volumes(pairs: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """Deliveries both ways, a before b; n is the number of years in the window."""
    swapped = np.where(pairs["a"] < pairs["b"], [pairs["a"], pairs["b"]], [pairs["b"], pairs["a"]])
    ordered = pairs.assign(a=swapped[0], b=swapped[1])
    sums = ordered.groupby(["year", "a", "b"], as_index=False)["tiv"].sum()
    first, second = (there.rename(columns={"actor": side}) for side in ("a", "b"))
    shared = sums.merge(first, on=["year", "a"]).merge(second, on=["year", "lag", "b"])
    counted: pd.DataFrame = (
        shared.groupby(["year", "a", "b"])
        .agg(value=("tiv", "first"), n=("lag", "nunique"))
        .reset_index()
    )
    return counted


def _with_transfers(totals: pd.DataFrame) -> pd.DataFrame:
    """Actors that moved anything in the window, whatever the partner."""
    sums: pd.DataFrame = totals.groupby(["year", "actor"])["total"].sum().reset_index()
    return sums[sums["total"] > 0]


def _report(flows: pd.DataFrame) -> tuple[str, ...]:
    lines = [
        f"{len(flows)} flows, {int(flows['spread'].sum())} of them of the Federal Republic of "
        "Germany to 1990 by the register of orders",
        f"{int((flows['tiv'] == 0).sum())} flows of less than 0.5 million",
    ]
    for side, what in (("a", "supplier"), ("b", "recipient")):
        off = flows[~there_at_midyear(flows, side)]
        known = off[side].isin({key for year in off["year"] for key in states_at_midyear(year)})
        names = ", ".join(sorted(set(off[side])))
        lines.append(
            f"{len(off)} flows ({off['tiv'].sum():.0f} million) whose {what} is no state on 1 July "
            f"of the year count for the partner only ({int(known.sum())} are of a state of another "
            f"year): {names}"
        )
    return tuple(lines)
