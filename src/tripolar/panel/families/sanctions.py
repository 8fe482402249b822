"""Sanctions in force: what one actor does to another, and what two do together."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.panel.families.midyear import states_at_midyear
from tripolar.sources import gsdb, source

SOURCES = (gsdb.NAME,)
IMPOSED, KINDS = "sanctions-imposed", "sanctions-kinds"
JOINED, SHARED = "sanctions-joined", "sanctions-shared-targets"
BLOCS = frozenset(gsdb.GROUPS.values()) - spine.NO_ACTOR
"""Blocs that the source names as senders or targets; no other bloc has figures."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Sanctions of a against b by case and kind, and those of a and b by case and target."""
    table = gsdb.read(mirror)
    coverage = source(gsdb.NAME).coverage
    years = range(max(first_year, coverage.first), coverage.last + 1)
    actors = pd.DataFrame(
        [(year, actor) for year in years for actor in sorted(actors_of(year))],
        columns=["year", "actor"],
    )
    held = table.merge(actors, on=["year", "actor"])
    senders, targets = (
        held.loc[held["side"] == side, ["year", "case", "actor", "via"]]
        for side in ("sender", "target")
    )
    cases = gsdb.cases(mirror)
    imposed = _imposed(senders, targets, cases)
    chosen = senders[senders["via"] != "UN"]
    aims = chosen.merge(_named(targets).rename(columns={"actor": "target"}), on=["year", "case"])
    figures = [
        figures_of(IMPOSED, imposed.assign(value=imposed["cases"])),
        figures_of(KINDS, imposed.assign(value=imposed["kinds"])),
        figures_of(JOINED, _in_common(chosen, "case")),
        figures_of(SHARED, _in_common(aims, "target")),
    ]
    return Compiled(
        figures=pd.concat(figures, ignore_index=True).astype({"value": float}),
        covered=covered_of([IMPOSED, KINDS, JOINED, SHARED], actors),
        report=_report(table, cases),
    )


def actors_of(year: int) -> frozenset[str]:
    """States there on 1 July, and the blocs of the year that the source names."""
    return states_at_midyear(year) | (BLOCS & spine.blocs_in(year).keys())


def _imposed(senders: pd.DataFrame, targets: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Columns year, a, b, cases, kinds, n (cases that name a itself)."""
    rows = senders.rename(columns={"actor": "a"}).merge(
        targets.rename(columns={"actor": "b"}).drop(columns="via"), on=["year", "case"]
    )
    rows = rows[~spine.share_a_state(rows)].merge(cases[["case", *gsdb.KINDS]], on="case")
    rows["named"] = rows["via"] == ""
    sums = rows.groupby(["year", "a", "b"]).agg(
        cases=("case", "size"), n=("named", "sum"), **{kind: (kind, "any") for kind in gsdb.KINDS}
    )
    sums["kinds"] = sums[list(gsdb.KINDS)].sum(axis=1)
    return sums.reset_index()[["year", "a", "b", "cases", "kinds", "n"]]


def _named(parties: pd.DataFrame) -> pd.DataFrame:
    """States and blocs that a case names itself: the EU as a target is one, not 27."""
    return parties.loc[parties["via"] == "", ["year", "case", "actor"]]


def _in_common(rows: pd.DataFrame, thing: str) -> pd.DataFrame:
    """Columns year, a, b (a before b), value (things of both), n (things of either)."""
    held = rows[["year", thing, "actor"]].drop_duplicates()
    together = held.rename(columns={"actor": "a"}).merge(
        held.rename(columns={"actor": "b"}), on=["year", thing]
    )
    together = together[together["a"] < together["b"]]
    both = together.groupby(["year", "a", "b"]).size().rename("value").reset_index()
    both = both[~spine.share_a_state(both)]
    each = held.groupby(["year", "actor"]).size()
    of_a, of_b = (
        each.reindex(pd.MultiIndex.from_frame(both[["year", side]])).to_numpy() for side in "ab"
    )
    return both.assign(n=of_a + of_b - both["value"])


def _report(table: pd.DataFrame, cases: pd.DataFrame) -> tuple[str, ...]:
    named = {name for column in ("senders", "targets") for names in cases[column] for name in names}
    left_out = sorted(named & gsdb.NOT_EXPANDED.keys())
    sent = cases["senders"].map(lambda names: set(names) <= gsdb.NOT_EXPANDED.keys())
    aimed = cases["targets"].map(lambda names: set(names) <= gsdb.NOT_EXPANDED.keys())
    off = sorted(
        {
            f"{actor} {year}"
            for year, actor in set(zip(table["year"], table["actor"], strict=True))
            if actor not in actors_of(year) and actor not in spine.NO_ACTOR
        }
    )
    return (
        f"{len(cases)} cases; {int((sent | aimed).sum())} have no sender or no target that is a "
        "state or a bloc here",
        f"names for which nobody acts: {', '.join(left_out)}",
        f"{len(off)} years of senders or targets that were no state on 1 July: {', '.join(off)}",
    )
