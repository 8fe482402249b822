"""Figures of China's official finance and of its large deals abroad."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.panel.rollup import flows_between, sums_of_members
from tripolar.sources import aidata, cgit, source

SOURCES = (aidata.NAME, cgit.NAME)
FINANCE, SHARE, DEALS = "official-finance", "official-finance-share", "investment-deals"
FINANCIER = "CHN"
"""The only state whose finance and deals the two sources speak of."""
WINDOW = 5
"""Years of the share: finance comes in a few large loans."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """China's official finance to each recipient, its share of all, and its large deals.

    Finance has a figure, also nil, for recipients that the source knows and for blocs all of whose
    members it knows.
    """
    rows = aidata.read(mirror)
    rows["usd_mn"] = rows[[f"{name}_usd_mn" for name in aidata.CLASSES]].sum(axis=1)
    grid = _grid(rows)
    finance = _of_actors(grid)
    of_all = rows.groupby("year")[["usd_mn"]].sum()
    deals, of_deals = _deals(mirror)
    parts = [
        figures_of(FINANCE, finance.rename(columns={"usd_mn": "value"})),
        figures_of(SHARE, _shares(finance, of_all)),
        figures_of(DEALS, deals),
    ]
    figures = pd.concat(parts, ignore_index=True)
    span = source(cgit.NAME).coverage
    years = pd.DataFrame({"year": range(max(span.first, first_year), span.last + 1)})
    of_finance = (
        f"{aidata.NAME}: {len(rows):,} rows of {rows['recipient'].nunique()} recipients, "
        f"{rows['recipient'].isna().sum()} of years before statehood count in the total only"
    )
    return Compiled(
        figures[figures["year"] >= first_year].reset_index(drop=True),
        covered_of([DEALS], years.assign(actor=FINANCIER)),
        (of_finance, of_deals),
    )


def _grid(rows: pd.DataFrame) -> pd.DataFrame:
    """Year, state, usd_mn and rows (1 with a row in the file, else 0), of every known recipient.

    A state is a known recipient if it has a row in any year; without one in a year it received
    nothing in it.
    """
    span = source(aidata.NAME).coverage
    given = rows[["year", "recipient", "usd_mn"]].dropna().assign(rows=1.0)
    years = [
        (year, state)
        for year in range(span.first, span.last + 1)
        for state in sorted(set(given["recipient"]) & spine.states_in(year))
    ]
    grid = pd.DataFrame(years, columns=["year", "state"])
    found = grid.merge(
        given.rename(columns={"recipient": "state"}),
        on=["year", "state"],
        how="left",
        validate="one_to_one",
    )
    return found.fillna({"usd_mn": 0.0, "rows": 0.0})


def _of_actors(grid: pd.DataFrame) -> pd.DataFrame:
    """China's finance by year and recipient actor b, with n, the file's rows behind the sum."""
    sums = sums_of_members(grid, "usd_mn")[["year", "actor", "usd_mn"]]
    counts = sums_of_members(grid, "rows")[["year", "actor", "rows"]]
    both = sums.merge(counts, on=["year", "actor"], validate="one_to_one").dropna()
    pairs = both.rename(columns={"actor": "b", "rows": "n"}).assign(a=FINANCIER)
    apart = pairs[~spine.share_a_state(pairs)]
    return apart.assign(n=apart["n"].astype(int)).reset_index(drop=True)


def _shares(finance: pd.DataFrame, of_all: pd.DataFrame) -> pd.DataFrame:
    """A recipient's part of the finance of all in the window of years that ends in the year.

    ``of_all`` is the finance of all recipients by year. A recipient without a figure in each year
    of the window has no share.
    """
    windows = _over_window(finance.assign(years=1), ["usd_mn", "n", "years"])
    whole = windows[windows["years"] == WINDOW]
    total = _over_window(of_all.reset_index().assign(b=""), ["usd_mn"])
    joined = whole.merge(total[["year", "usd_mn"]], on="year", suffixes=("", "_of_all"))
    return joined.assign(value=joined["usd_mn"] / joined["usd_mn_of_all"], a=FINANCIER)


def _over_window(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Sums by b over the rows of the window of years that ends in each row's year."""
    spans = pd.concat(rows.assign(year=rows["year"] + later) for later in range(WINDOW))
    summed = spans.groupby(["b", "year"], as_index=False)[names].sum()
    within: pd.DataFrame = summed[summed["year"] <= rows["year"].max()]
    return within


def _deals(mirror: Path) -> tuple[pd.DataFrame, str]:
    """China's deals by year and host actor b, n the number of deals."""
    deals = cgit.read(mirror)
    span = source(cgit.NAME).coverage
    whole = deals["year"] <= span.last
    kept = deals[whole & deals["host"].notna()]
    flows = kept.rename(columns={"host": "b"}).assign(a=FINANCIER, deals=1)
    summed = flows_between(flows, ["usd_mn", "deals"])
    found = summed[summed["a"] == FINANCIER].rename(columns={"usd_mn": "value"})
    report = (
        f"{cgit.NAME}: {len(deals):,} deals, {(~whole).sum()} of the half year after {span.last} "
        f"and {deals['host'].isna().sum()} in a territory left out"
    )
    return found.assign(n=found["deals"].astype(int)), report
