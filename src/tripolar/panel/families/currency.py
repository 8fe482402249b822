"""Figures of the liquidity lines between central banks: how many, of what size, against trade."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import FIGURES, Compiled, covered_of, figures_of
from tripolar.panel.rollup import flows_between
from tripolar.sources import cow_trade, liquidity_lines, source

SOURCES = (liquidity_lines.NAME, cow_trade.NAME)
LIVE, SIGNED, POOLS = "swap-lines-live", "swap-lines-signed", "swap-pools-live"
SIZE, TO_TRADE = "swap-lines-usd", "swap-lines-trade"
EURO_FROM = {
    **dict.fromkeys(("AUT", "BEL", "DEU", "ESP", "FIN", "FRA", "IRL", "ITA", "LUX", "NLD"), 1999),
    **{"PRT": 1999, "GRC": 2001, "SVN": 2007, "CYP": 2008, "MLT": 2008, "SVK": 2009},
    **{"EST": 2011, "LVA": 2014, "LTU": 2015, "HRV": 2023},
}
"""First year of the euro: from then on a state's lines are the European Central Bank's."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Lines in place on 31 December, lines signed in the year, and their size."""
    deals = liquidity_lines.read(mirror)
    kept = deals.dropna(subset=["source", "recipient"])
    span = source(liquidity_lines.NAME).coverage
    years = range(max(span.first, first_year), span.last + 1)
    lines, pools = kept[~kept["pooled"]], kept[kept["pooled"]]
    in_place = _in_place(lines, years)
    sized = _sized(in_place)
    parts = [
        figures_of(LIVE, _counts(in_place)),
        figures_of(SIGNED, _counts(_signed(lines, years))),
        figures_of(POOLS, _counts(_in_place(pools, years))),
        figures_of(SIZE, sized),
        figures_of(TO_TRADE, _against_trade(sized, mirror)),
    ]
    unsized = lines["usd_bn"].isna() & ~lines["unlimited"]
    lost = ", ".join(liquidity_lines.NOT_STATES)
    report = (
        f"{liquidity_lines.NAME}: {len(deals):,} deals, {len(deals) - len(kept)} with a central "
        f"bank of no state ({lost}) left out",
        f"{liquidity_lines.NAME}: of {len(lines)} bilateral lines {lines['unlimited'].sum()} are "
        f"unlimited and {unsized.sum()} more have no size in dollars",
    )
    covered = with_own_bank(years)
    figures = pd.concat(parts, ignore_index=True)
    for side in ("a", "b"):
        held = covered.rename(columns={"actor": side})
        figures = figures.merge(held, on=["year", side], how="inner")
    return Compiled(figures[FIGURES], covered_of((LIVE, SIGNED, POOLS), covered), report)


def with_own_bank(years: Iterable[int]) -> pd.DataFrame:
    """Rows of year and actor: those without a member in the euro area, whose lines are all known.

    A line of the European Central Bank is of no single state here, so a count for one of the euro
    area, or for a bloc with one, would be too small.
    """
    members = spine.actor_members(years)
    in_euro = members["state"].map(EURO_FROM).fillna(np.inf) <= members["year"]
    counted = members.assign(in_euro=in_euro).groupby(["year", "actor"])["in_euro"].any()
    return counted[~counted].reset_index()[["year", "actor"]]


def _in_place(deals: pd.DataFrame, years: range) -> pd.DataFrame:
    """Flows of deals that hold on 31 December of each year."""
    found = []
    for year in years:
        day = pd.Timestamp(year, 12, 31)
        holds = (deals["signed"] <= day) & (deals["last"].isna() | (deals["last"] >= day))
        found.append(deals[holds].assign(year=year))
    return _flows(pd.concat(found, ignore_index=True))


def _signed(deals: pd.DataFrame, years: range) -> pd.DataFrame:
    """Flows of deals signed in each year."""
    by_year = deals.assign(year=deals["signed"].dt.year)
    return _flows(by_year[by_year["year"].isin(years)])


def _flows(deals: pd.DataFrame) -> pd.DataFrame:
    """Deals of states as sums over actors: lines, those with a size, and the size, by pair."""
    spine.require_on_spine(deals, "source", liquidity_lines.NAME)
    spine.require_on_spine(deals, "recipient", liquidity_lines.NAME)
    flows = deals.rename(columns={"source": "a", "recipient": "b"}).assign(lines=1)
    flows["with_size"] = flows["usd_bn"].notna().astype(int)
    return flows_between(flows, ["lines", "with_size", "usd_bn"])


def _counts(flows: pd.DataFrame) -> pd.DataFrame:
    return flows.assign(value=flows["lines"].astype(float), n=flows["lines"].astype(int))


def _sized(flows: pd.DataFrame) -> pd.DataFrame:
    """The summed size of pairs all of whose lines have one."""
    known = flows[flows["with_size"] == flows["lines"]]
    return known.assign(value=known["usd_bn"], n=known["lines"].astype(int))


def _against_trade(sized: pd.DataFrame, mirror: Path) -> pd.DataFrame:
    """The size of a pair's lines over the trade of the two in the year, both ways."""
    trade = cow_trade.read(mirror)
    trade = trade[trade["year"].isin(sized["year"])]
    sent = flows_between(trade.rename(columns={"exporter": "a", "importer": "b"}), ["usd_mn"])
    received = sent.rename(columns={"a": "b", "b": "a"})
    both = pd.concat([sent, received]).groupby(["year", "a", "b"])["usd_mn"].sum(min_count=1)
    joined = sized.merge(both.reset_index(), on=["year", "a", "b"], validate="one_to_one")
    traded = joined[joined["usd_mn"] > 0]
    return traded.assign(value=traded["value"] * 1000 / traded["usd_mn"])
