"""Capabilities relative to each other's, and agreements on nuclear cooperation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tripolar.actors.states import chain
from tripolar.panel import spine
from tripolar.panel.cross_pairs import actors_of, over_cross_pairs
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of, to_digits
from tripolar.panel.rollup import pairs_of, sums_of_members
from tripolar.sources import cow_nmc, nuclear_cooperation, source
from tripolar.sources.pair_codes import speaks_of

SOURCES = (cow_nmc.NAME, nuclear_cooperation.NAME)
SIGNIFICANT = 3


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of capability ratios and of nuclear agreements from ``first_year`` on."""
    capabilities = cow_nmc.read(mirror)
    signed = nuclear_cooperation.read(mirror)
    coverage = source(nuclear_cooperation.NAME).coverage
    listed = speaks_of(max(coverage.first, first_year), coverage.last)
    return Compiled(
        figures=pd.concat(
            [
                _ratios(capabilities[capabilities["year"] >= first_year]),
                _agreements(signed, listed),
            ],
            ignore_index=True,
        ),
        covered=covered_of(["nuclear-agreements"], actors_of(listed)),
        report=(f"{nuclear_cooperation.NAME}: {signed['agreements'].sum()} agreements",),
    )


def _ratios(capabilities: pd.DataFrame) -> pd.DataFrame:
    """The index of a over that of b for a before b; a bloc has the sum of its members'."""
    there = [state in spine.states_in(year) for year, state in _keys(capabilities)]
    sums = sums_of_members(capabilities[there], "cinc").dropna(subset=["cinc"])
    frames = [
        pairs.assign(
            value=to_digits(pairs["cinc_a"] / pairs["cinc_b"], SIGNIFICANT),
            n=pairs["n_a"] + pairs["n_b"],
        )
        for pairs in pairs_of(sums)
    ]
    return figures_of("capability-ratio", pd.concat(frames, ignore_index=True))


def _keys(rows: pd.DataFrame) -> list[tuple[int, str]]:
    return list(zip(rows["year"], rows["state"], strict=True))


def _agreements(signed: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Agreements signed up to the year; pairs of actors without one left out."""
    years = sorted(set(listed["year"]))
    so_far = pd.concat([_signed_by(signed, int(year)) for year in years], ignore_index=True)
    sums = over_cross_pairs(so_far, "sum", listed)
    return figures_of("nuclear-agreements", sums[sums["value"] > 0])


def _signed_by(signed: pd.DataFrame, year: int) -> pd.DataFrame:
    """Agreements of the states of a year up to it, with those of the states they continue."""
    heirs = {old: state for state in sorted(spine.states_in(year)) for old in chain(state)}
    past = signed[signed["year"] <= year]
    pairs = pd.DataFrame(
        {
            "a": past["a"].map(heirs),
            "b": past["b"].map(heirs),
            "value": past["agreements"],
        }
    ).dropna()
    first, second = pairs["a"].to_numpy(str), pairs["b"].to_numpy(str)
    ordered = pairs.assign(a=np.where(first < second, first, second))
    ordered["b"] = np.where(first < second, second, first)
    return ordered.groupby(["a", "b"])["value"].sum().reset_index().assign(year=year)
