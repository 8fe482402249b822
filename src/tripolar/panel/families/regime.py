"""Distances of regimes between all pairs of actors, from V-Dem, Polity5 and Freedom House.

A bloc's score is the plain mean of its members that have one; its error takes the members' errors
as independent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tripolar.actors.blocs import blocs
from tripolar.actors.states import states
from tripolar.measures.regime import band_of_distance, distance
from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, figures_of
from tripolar.panel.rollup import means_of_members, pairs_of
from tripolar.sources import freedom_house, polity, vdem

SOURCES = (vdem.NAME, polity.NAME, freedom_house.NAME)
DECIMALS = 3
"""Decimals kept: those in which V-Dem publishes."""
OF_INDEX = {
    "polyarchy": "regime-distance",
    **{index: f"regime-distance-{index}" for index in vdem.INDICES if index != "polyarchy"},
}
"""V-Dem's indices and the measures made of them."""
OF_POLITY, OF_FREEDOM = "regime-distance-polity", "regime-distance-freedom"
MEASURES: tuple[str, ...] = (*OF_INDEX.values(), OF_POLITY, OF_FREEDOM)
_ACTOR = pd.CategoricalDtype(sorted({*states(), *blocs()}))
NARROW: Any = {
    "measure": pd.CategoricalDtype(list(MEASURES)),
    **dict.fromkeys(("a", "b"), _ACTOR),
    **dict.fromkeys(("year", "n"), "int16"),
}
"""Types that keep millions of figures small while they are put together."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """The figures of `MEASURES` from a year on; no zeros are left out and nothing is covered."""
    scores, lines = _scores(mirror)
    scores = scores[scores["year"] >= first_year]
    parts = [
        _distances(pairs, measure)
        for pairs in pairs_of(_standing(scores))
        for measure in MEASURES
        if f"{measure} score_a" in pairs
    ]
    return Compiled(pd.concat(parts, ignore_index=True), report=tuple(lines))


def _scores(mirror: Path) -> tuple[pd.DataFrame, list[str]]:
    """Rows of measure, year, state, score, variance (NaN without an error), and a report."""
    indices = vdem.read(mirror)
    ratings = freedom_house.read(mirror)
    freedom = ratings.assign(score=ratings["political_rights"] + ratings["civil_liberties"])
    parts = [
        indices[["year", "state"]].assign(
            measure=measure, score=indices[index], variance=indices[f"{index}_sd"] ** 2
        )
        for index, measure in OF_INDEX.items()
    ]
    parts.append(polity.read(mirror).rename(columns={"polity2": "score"}).assign(measure=OF_POLITY))
    parts.append(freedom[["year", "state", "score"]].assign(measure=OF_FREEDOM))
    scores = pd.concat(parts, ignore_index=True).dropna(subset="score")
    on_spine = pd.MultiIndex.from_tuples(
        [(year, state) for year in set(scores["year"]) for state in spine.states_in(year)]
    )
    there = pd.MultiIndex.from_frame(scores[["year", "state"]]).isin(on_spine)
    lines = [
        f"{module.NAME}: {len(module.left_out(mirror)):,} rows of territories, or of years in "
        "which no state held the code, left out"
        for module in (vdem, polity, freedom_house)
    ]
    lines.append(f"regime scores of states that the spine does not have: {(~there).sum()}")
    return scores[there], lines


def _standing(scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of year and actor; for each measure its name with score, n and variance."""
    found = {
        str(measure): _of_actors(rows).set_index(["year", "actor"])
        for measure, rows in scores.groupby("measure", sort=False)
    }
    wide = pd.concat(found, axis=1)
    wide.columns = wide.columns.map(" ".join)
    return wide.reset_index()


def _of_actors(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean score of every actor, n, and the variance of the mean (NaN without an error)."""
    means = means_of_members(scores, "score")
    if scores["variance"].isna().all():
        return means.assign(variance=np.nan)
    variances = means_of_members(scores, "variance")
    return means.assign(variance=variances["variance"] / variances["n"])


def _distances(pairs: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Figures of one measure from pairs of standings that both have a score."""
    own = pairs.filter(regex=f"^(year|a|b|{measure} .*)$")
    held = own.rename(columns=lambda name: name.removeprefix(f"{measure} "))
    held = held.dropna(subset=["score_a", "score_b"])
    apart = distance(held["score_a"].to_numpy(), held["score_b"].to_numpy())
    error = np.sqrt((held["variance_a"] + held["variance_b"]).to_numpy())
    low, high = band_of_distance(apart, error)
    frame = held[["year", "a", "b"]].assign(
        value=apart.round(DECIMALS),
        low=low.round(DECIMALS),
        high=high.round(DECIMALS),
        n=held["n_a"] + held["n_b"],
    )
    return figures_of(measure, frame).astype(NARROW)
