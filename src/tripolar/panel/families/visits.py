"""Figures of leaders' travel: China's leaders by country visited, and trips by country sending."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.panel.rollup import flows_between
from tripolar.sources import chinese_visits, colt_trips, source

SOURCES = (chinese_visits.NAME, colt_trips.NAME)
VISITS, TRIPS = "leader-visits", "leader-trips"
SENDER = "CHN"
"""The only state whose visits are known by the country visited."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Visits of China's President and Premier, and trips of every country's leaders."""
    visits, of_visits = _visits(mirror, first_year)
    trips, of_trips = _trips(mirror, first_year)
    figures = [figures_of(VISITS, visits), figures_of(TRIPS, trips)]
    span = source(chinese_visits.NAME).coverage
    years = range(max(span.first, first_year), span.last + 1)
    return Compiled(
        figures=pd.concat(figures, ignore_index=True),
        covered=covered_of([VISITS], pd.DataFrame({"actor": SENDER, "year": list(years)})),
        report=(of_visits, of_trips),
    )


def _visits(mirror: Path, first_year: int) -> tuple[pd.DataFrame, str]:
    paid = chinese_visits.read(mirror)
    paid = paid[paid["year"] >= first_year]
    formal = paid[paid["office"].isin(chinese_visits.OFFICES)]
    counts = formal.groupby(["year", "state"], as_index=False).size()
    flows = counts.rename(columns={"state": "b", "size": "visits"}).assign(a=SENDER)
    summed = flows_between(flows, ["visits"])
    # A bloc that China belongs to has other members, whose leaders' visits nobody counted.
    sent = summed[summed["a"] == SENDER]
    off = formal[~_on_spine(formal)]
    report = (
        f"chinese-leader-visits: {len(formal)} visits of President and Premier; "
        f"{len(paid) - len(formal)} of other offices and {len(off)} to no state of the panel "
        "left out"
    )
    number = sent["visits"].astype(int)
    return sent.assign(value=number.astype(float), n=number), report


def _trips(mirror: Path, first_year: int) -> tuple[pd.DataFrame, str]:
    sent = colt_trips.read(mirror)
    sent = sent[sent["year"] >= first_year]
    there = _on_spine(sent)
    kept, off = sent[there], sent[~there]
    report = (
        f"colt-trips: {len(kept)} states and years; {len(off)} left out as no state of the panel "
        f"in the year: {', '.join(sorted(set(off['state']))) or 'none'}"
    )
    number = kept["trips"]
    return kept.assign(
        a=kept["state"], b=kept["state"], value=number.astype(float), n=number
    ), report


def _on_spine(rows: pd.DataFrame) -> pd.Series:
    years_and_states = zip(rows["year"], rows["state"], strict=True)
    there = [state in spine.states_in(int(year)) for year, state in years_and_states]
    return pd.Series(there, index=rows.index, dtype=bool)
