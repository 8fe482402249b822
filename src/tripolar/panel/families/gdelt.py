"""Figures of scored GDELT events: the sum of a year over its days with data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.panel.rollup import flows_between, means_of_members
from tripolar.sources import gdelt_network

SOURCES = (gdelt_network.NAME,)
MEASURE = "events-gdelt"
LEAST_SHARE_OF_DAYS = 0.75
"""A year with data on fewer of its days is left blank: 2024 has 54 days, 2023 has 297."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of every pair of actors with a scored event, in the years with enough days."""
    days = _days_of_years(gdelt_network.days_of_months(mirror))
    days = days[days.index >= first_year]
    scores = gdelt_network.read(mirror).assign(year=lambda rows: rows["month"].dt.year)
    scores = scores[scores["year"].isin(days.index)]
    if scores.empty:
        return Compiled(figures=figures_of(MEASURE, scores.assign(value=0.0)))
    yearly = scores.groupby(["year", "a", "b"])["score"].sum().reset_index()
    turned = yearly.rename(columns={"a": "b", "b": "a"})
    summed = flows_between(pd.concat([yearly, turned], ignore_index=True), ["score"])
    length = summed["year"].map(days)
    perday = summed.assign(value=summed["score"] / length, n=length)
    covered = means_of_members(_states(yearly).assign(there=1.0), "there")
    return Compiled(
        figures=figures_of(MEASURE, perday[perday["a"] < perday["b"]]),
        covered=covered_of([MEASURE], covered),
        report=_report(yearly, days),
    )


def _days_of_years(days: pd.Series) -> pd.Series:
    """Days with a matrix by year, of the years that have enough of them."""
    yearly = days.groupby(pd.DatetimeIndex(days.index).year).sum()
    lengths = [(date(year + 1, 1, 1) - date(year, 1, 1)).days for year in yearly.index]
    return yearly[yearly >= LEAST_SHARE_OF_DAYS * pd.Series(lengths, index=yearly.index)]


def _states(yearly: pd.DataFrame) -> pd.DataFrame:
    """States with a scored event, by year."""
    sides = [yearly[["year", side]].rename(columns={side: "state"}) for side in ("a", "b")]
    return pd.concat(sides).drop_duplicates(ignore_index=True)


def _report(yearly: pd.DataFrame, days: pd.Series) -> tuple[str, ...]:
    seen = _states(yearly).itertuples(index=False)
    off = sorted({str(state) for year, state in seen if state not in spine.states_in(int(year))})
    spans = ", ".join(f"{year}: {count}" for year, count in days.items())
    return (
        f"gdelt-network: {len(yearly)} pairs and years read; days with data {spans}",
        f"gdelt-network: no states of the panel, left out: {', '.join(off) or 'none'}",
    )
