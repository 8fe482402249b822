"""Pacts between states by kind, and how alike their alliance portfolios are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.measures import tables
from tripolar.panel import spine
from tripolar.panel.cross_pairs import actors_of, over_cross_pairs
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.sources import atop, source
from tripolar.sources.pair_codes import speaks_of

SOURCES = (atop.NAME,)
KINDS = ("defence", "nonaggression", "consultation", "neutrality")
"""Kinds with a measure of their own; a promise of offence is one pair in one year since 1990."""
LEVELS = (0, 1, 2, 3)
"""No promise; consultation; neutrality or nonaggression; active help (defence or offence)."""
OWN_LEVEL = 3
"""A state's tie to itself: it defends itself."""
SIMILARITIES = {"alliance-similarity": "s_score", "alliance-kappa": "cohen_kappa"}
DECIMALS = 4


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of the pacts and of the similarity of portfolios, from ``first_year`` on."""
    promises = atop.read(mirror)
    promises = promises[promises["year"] >= first_year]
    coverage = source(atop.NAME).coverage
    listed = speaks_of(max(coverage.first, first_year), coverage.last)
    pacts = [_pacts(promises, kind, listed) for kind in KINDS]
    names = [f"pact-{kind}" for kind in KINDS]
    return Compiled(
        figures=pd.concat([*pacts, *_similarities(promises, listed)], ignore_index=True),
        covered=covered_of(names, actors_of(listed)),
        report=(f"{atop.NAME}: {len(promises)} pairs of states and years with a promise",),
    )


def _pacts(promises: pd.DataFrame, kind: str, listed: pd.DataFrame) -> pd.DataFrame:
    """Share of cross pairs with a pact of one kind; the pairs of actors without one left out."""
    made = promises.assign(value=promises[kind])
    shares = over_cross_pairs(made[["year", "a", "b", "value"]], "mean", listed)
    shares = shares[shares["value"] > 0]
    return figures_of(f"pact-{kind}", shares.assign(value=shares["value"].round(DECIMALS)))


def levels_of(promises: pd.DataFrame) -> npt.NDArray[np.int64]:
    """The level of `LEVELS` that each pair's strongest promise reaches."""
    help_ = (promises["defence"] > 0) | (promises["offence"] > 0)
    abstain = (promises["neutrality"] > 0) | (promises["nonaggression"] > 0)
    found: npt.NDArray[np.int64] = np.select(
        [help_, abstain, promises["consultation"] > 0], [3, 2, 1], 0
    )
    return found


def _similarities(promises: pd.DataFrame, listed: pd.DataFrame) -> list[pd.DataFrame]:
    rated = promises.assign(level=levels_of(promises))
    of_year = dict(list(rated.groupby("year")))
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in SIMILARITIES}
    for year, states in listed.groupby("year")["state"]:
        there = sorted(set(states) & spine.states_in(int(str(year))))
        portfolios = portfolios_of(of_year.get(year, rated.iloc[:0]), there)
        one, other = np.triu_indices(len(there), k=1)
        stack = joint_tables(portfolios)[one, other]
        names = np.asarray(there, dtype=object)
        pairs = pd.DataFrame({"year": year, "a": names[one], "b": names[other], "n": len(there)})
        for name, statistic in SIMILARITIES.items():
            value = tables.evaluate(statistic, stack, levels=LEVELS, level=None).value
            found[name].append(pairs.assign(value=value.round(DECIMALS)))
    return [figures_of(name, pd.concat(frames)) for name, frames in found.items() if frames]


def portfolios_of(rated: pd.DataFrame, states: list[str]) -> npt.NDArray[np.int64]:
    """Levels of one year, states by states; the diagonal is `OWN_LEVEL`."""
    place = {state: index for index, state in enumerate(states)}
    kept = rated[rated["a"].isin(place) & rated["b"].isin(place)]
    one, other = kept["a"].map(place).to_numpy(int), kept["b"].map(place).to_numpy(int)
    square = np.zeros((len(states), len(states)), dtype=np.int64)
    square[one, other] = square[other, one] = kept["level"].to_numpy(int)
    np.fill_diagonal(square, OWN_LEVEL)
    return square


def joint_tables(portfolios: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """For every two states, how many states stand at which two levels to them.

    ``portfolios`` is states by states; the result has the shape (states, states, levels, levels).
    """
    at_level = [(portfolios == level).astype(np.float64) for level in LEVELS]
    rows = [np.stack([first @ second.T for second in at_level], axis=-1) for first in at_level]
    return np.stack(rows, axis=-2)
