"""Similarity of exports, exposure of value added and dependence in technology, from input-output
tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import FIGURES, Compiled, figures_of, to_digits
from tripolar.panel.rollup import flows_between, pairs_of, sums_of_members, totals_with_all
from tripolar.sources import source, wiod

SOURCES = (wiod.NAME,)
TECHNOLOGY = {
    "electronics-dependence": (14,),
    "machinery-dependence": (13,),
    "telecom-dependence": (27,),
    "technology-dependence": (13, 14, 27),
}
"""Industries: 13 machinery, 14 electrical and optical equipment, 27 post and telecommunications."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of every measure of the family; nought is stored, as most of these are above it."""
    if first_year > source(wiod.NAME).coverage.last:
        return Compiled(pd.DataFrame(columns=FIGURES))
    flows = wiod.read(mirror)
    flows = flows[(flows["year"] >= first_year) & (flows["exporter"] != flows["importer"])]
    flows = flows.rename(columns={"exporter": "a", "importer": "b"})
    coverage = source(wiod.NAME).coverage
    years = range(max(first_year, coverage.first), coverage.last + 1)
    figures = [
        export_similarity(flows),
        *technology_dependence(flows),
        value_added_exposure(mirror, years),
    ]
    whole = whole_actors(years, frozenset(flows["a"]))
    kept = pd.concat([_of(whole, frame) for frame in figures], ignore_index=True)
    kept["value"] = to_digits(kept["value"], 4)
    blocs = sorted({str(actor) for _, actor in whole} & spine.blocs_in(coverage.last).keys())
    return Compiled(
        kept, report=(f"blocs of which every member is in the tables: {', '.join(blocs)}",)
    )


def whole_actors(years: range, economies: frozenset[str]) -> pd.MultiIndex:
    """Year and actor, for states in the tables and blocs of which every member is."""
    members = spine.actor_members(years)
    held = members["state"].isin(economies).groupby([members["year"], members["actor"]]).all()
    return pd.MultiIndex.from_tuples(held[held].index.tolist(), names=["year", "actor"])


def _of(actors: pd.MultiIndex, figures: pd.DataFrame) -> pd.DataFrame:
    sides = [pd.MultiIndex.from_frame(figures[["year", side]]).isin(actors) for side in "ab"]
    return figures[sides[0] & sides[1]]


def export_similarity(flows: pd.DataFrame) -> pd.DataFrame:
    """Finger and Kreinin's index over goods: the sum of the smaller of the two shares.

    ``flows`` has year, a, b, industry, usd_mn; shares are of exports to all others.
    """
    industries = [f"c{industry}" for industry in wiod.GOODS]
    exports = totals_with_all(_wide(flows, wiod.GOODS), industries, "a")
    total = exports[industries].sum(axis=1)
    exports[industries] = exports[industries].div(total.where(total > 0), axis=0)
    shares = exports.drop(columns="n").dropna()
    found = []
    for pairs in pairs_of(shares):
        mine = pairs[[f"{name}_a" for name in industries]].to_numpy()
        theirs = pairs[[f"{name}_b" for name in industries]].to_numpy()
        found.append(pairs[["year", "a", "b"]].assign(value=overlap(mine, theirs)))
    return figures_of("export-similarity", pd.concat(found).assign(n=len(industries)))


def overlap(
    mine: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Sum over the last axis of the smaller of two shares: 0 nothing alike, 1 the same."""
    alike: npt.NDArray[np.float64] = np.minimum(mine, theirs).sum(axis=-1)
    return alike


def technology_dependence(flows: pd.DataFrame) -> list[pd.DataFrame]:
    """b's share in a's imports of an industry's products, for every measure in `TECHNOLOGY`.

    n is the number of flows behind a's imports, those from the rest of the world among them.
    """
    wide = _wide(flows, sorted({one for group in TECHNOLOGY.values() for one in group}))
    for name, industries in TECHNOLOGY.items():
        wide[name] = wide[[f"c{industry}" for industry in industries]].sum(axis=1)
    names = list(TECHNOLOGY)
    bought = flows_between(wide, names).drop(columns="n").rename(columns={"a": "b", "b": "a"})
    imports = totals_with_all(wide, names, "b").rename(columns={"actor": "a"})
    pairs = bought.merge(imports, on=["year", "a"], suffixes=("", "_all"))
    found = []
    for name in names:
        some = pairs[pairs[f"{name}_all"] > 0]
        found.append(figures_of(name, some.assign(value=some[name] / some[f"{name}_all"])))
    return found


def _wide(flows: pd.DataFrame, industries: tuple[int, ...] | list[int]) -> pd.DataFrame:
    """Flows of chosen industries side by side: year, a, b and a column c1, c2 … for each."""
    chosen = flows[flows["industry"].isin(industries)]
    table = chosen.pivot_table(
        index=["year", "a", "b"], columns="industry", values="usd_mn", aggfunc="sum"
    )
    return table.add_prefix("c").rename_axis(columns=None).reset_index()


def value_added_exposure(mirror: Path, years: range) -> pd.DataFrame:
    """Share of a's value added that final demand in b absorbs; n is the number of a's economies."""
    absorbed = pd.concat([_absorbed_in(mirror, year) for year in years], ignore_index=True)
    made = absorbed.rename(columns={"a": "state"}).groupby(["year", "state"])["usd_mn"].sum()
    totals = sums_of_members(made.reset_index(), "usd_mn").dropna()
    pairs = flows_between(absorbed, ["usd_mn"]).drop(columns="n")
    both = pairs.merge(totals.rename(columns={"actor": "a"}), on=["year", "a"], suffixes=("", "_a"))
    return figures_of("value-added-exposure", both.assign(value=both["usd_mn"] / both["usd_mn_a"]))


def _absorbed_in(mirror: Path, year: int) -> pd.DataFrame:
    table = wiod.read_table(mirror, year)
    matrix = value_added_absorbed(table)
    makers, users = np.indices(matrix.shape)
    names = np.asarray(table.economies, dtype=object)
    return pd.DataFrame(
        {
            "year": year,
            "a": names[makers.ravel()],
            "b": names[users.ravel()],
            "usd_mn": matrix.ravel(),
        }
    )


def value_added_absorbed(table: wiod.InputOutputTable) -> npt.NDArray[np.float64]:
    """Value added of each economy (row) in the final demand of each (column), USD million.

    v (I - A)^-1 f with A inputs per unit of output, v what inputs leave of it, and f final demand
    by economy of use (Johnson and Noguera 2012, doi:10.1016/j.jinteco.2011.10.003). All columns
    add up to final demand: whatever is used was added somewhere.
    """
    count = len(table.economies)
    made = np.where(table.output > 0, table.output, 1.0)
    coefficients = table.inputs / made
    output_for = np.linalg.solve(np.eye(len(made)) - coefficients, table.final)
    added = (1.0 - coefficients.sum(axis=0))[:, None] * output_for
    absorbed: npt.NDArray[np.float64] = added.reshape(count, -1, count).sum(axis=1)
    return absorbed
