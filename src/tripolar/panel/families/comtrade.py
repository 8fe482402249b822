"""Exports by partner as exporters report them, and set against what importers report.

The exporters' file leaves out flows and writes nought for others (see the source's oddities), so
COW trade decides which figures can stand: those of actors and pairs of which it lacks little.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tripolar.measures import mirror_trade
from tripolar.panel.families.compiled import FIGURES, Compiled, figures_of
from tripolar.panel.rollup import flows_between, totals_with_all
from tripolar.sources import comtrade, cow_trade, source

SOURCES = (comtrade.NAME, cow_trade.NAME)
FIRST = 1992
"""The first year of the file in which COW trade, here from 1990, can tell what is left out."""
WEIGHED_IN = {2016: 2014}
"""A year after COW trade's last is weighed by COW trade's last."""
LEFT_OUT_AT_MOST = 0.1
"""Share of an actor's exports, or of a pair's flow, that the file may lack."""
BOTH = "BEL"
"""Stands for Belgium and Luxembourg together: every bloc that has the one has the other."""
SIZEABLE = 100.0
"""USD million that both must report for a flow to tell of freight and insurance."""
HALF_A_UNIT = 0.5
"""COW trade is rounded to the million USD."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of every measure of the family, noughts that can be believed among them."""
    if first_year > source(comtrade.NAME).coverage.last:
        return Compiled(pd.DataFrame(columns=FIGURES))
    reported = comtrade.read(mirror)
    reported = reported[reported["year"] >= max(first_year, FIRST)]
    told = reported[~reported["importer"].isin(comtrade.NOBODY)]
    flows = _two_reports(_joined(told), cow_trade.read(mirror))
    unspecified = _joined(reported[reported["importer"].isin(comtrade.NOBODY)])
    figures = [export_share(flows, unspecified), *mirror_figures(flows)]
    kept = pd.concat(figures, ignore_index=True)
    kept = kept[(kept["a"] != BOTH) & (kept["b"] != BOTH)]
    reporters = pd.MultiIndex.from_frame(flows.loc[flows["exporter"].notna(), ["year", "a"]])
    lost = (flows["left_out"] > 0) & pd.MultiIndex.from_frame(flows[["year", "a"]]).isin(reporters)
    return Compiled(
        kept.reset_index(drop=True),
        report=(
            f"{len(told)} flows reported by exporters from {FIRST} on",
            f"{lost.sum()} flows of COW trade: no row or a nought, though the exporter reports",
        ),
    )


def _joined(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows with a (exporter) and b (importer), Belgium and Luxembourg as one."""
    named: pd.DataFrame = flows.rename(columns={"exporter": "a", "importer": "b"})
    for side in ("a", "b"):
        named[side] = named[side].replace(dict.fromkeys((comtrade.BELGIUM_LUXEMBOURG, "LUX"), BOTH))
    apart: pd.DataFrame = named[named["a"] != named["b"]]
    return apart


def _two_reports(exports: pd.DataFrame, imports: pd.DataFrame) -> pd.DataFrame:
    """Flows of either source: year, a, b, exporter and importer reports, weight, left_out.

    ``weight`` is COW trade's figure in the year that weighs this one, ``left_out`` the part of it
    that the file lacks. A nought that COW trade contradicts becomes missing.
    """
    cow = _joined(imports).groupby(["year", "a", "b"])["usd_mn"].sum(min_count=1).reset_index()
    weights = pd.concat(
        [
            cow[cow["year"] == WEIGHED_IN.get(year, year)].assign(year=year)
            for year in sorted(set(exports["year"]))
        ]
    ).rename(columns={"usd_mn": "weight"})
    key = ["year", "a", "b"]
    flows: pd.DataFrame = weights.merge(
        exports.rename(columns={"usd_mn": "exporter"}), on=key, how="outer"
    )
    flows = flows.merge(cow.rename(columns={"usd_mn": "importer"}), on=key, how="left")
    weight = flows["weight"].fillna(0.0)
    absent = flows["exporter"].isna() | ((flows["exporter"] == 0) & (weight > 0))
    return flows.assign(
        exporter=flows["exporter"].mask(absent),
        weight=weight,
        left_out=weight.where(absent, 0.0),
    )


def export_share(flows: pd.DataFrame, unspecified: pd.DataFrame) -> pd.DataFrame:
    """Share of b in a's exports, with bounds from the exports whose partner is not told.

    Low: none of these goes to b. High: all of them do. n is the number of flows behind a's exports.
    """
    values = ["exporter", "weight", "left_out"]
    pairs = flows_between(flows, values).drop(columns="n")
    sums = totals_with_all(flows, values, "a").rename(columns={"actor": "a"})
    counted = totals_with_all(flows[flows["exporter"].notna()], ["exporter"], "a")
    sums["n"] = sums[["year", "a"]].merge(
        counted, left_on=["year", "a"], right_on=["year", "actor"], how="left"
    )["n"]
    untold = totals_with_all(unspecified, ["usd_mn"], "a").rename(
        columns={"actor": "a", "usd_mn": "untold"}
    )
    sums = sums.merge(untold[["year", "a", "untold"]], on=["year", "a"], how="left")
    known = _mostly_there(pairs).merge(
        _mostly_there(sums)[["year", "a", "exporter", "untold", "n"]],
        on=["year", "a"],
        suffixes=("", "_all"),
    )
    known = known[known["exporter_all"] > 0].astype({"n": int})
    sent, total, rest = known["exporter"], known["exporter_all"], known["untold"].fillna(0.0)
    return figures_of(
        "trade-export-share",
        known.assign(
            value=sent / total, low=sent / (total + rest), high=(sent + rest) / (total + rest)
        ),
    )


def _mostly_there(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of which the file has something and lacks at most a tenth by COW trade."""
    enough = rows["left_out"] <= LEFT_OUT_AT_MOST * rows["weight"]
    return rows[enough & rows["exporter"].notna()]


def mirror_figures(flows: pd.DataFrame) -> list[pd.DataFrame]:
    """The gap between two reports and the flow made of both; n is the number of flows added up."""
    both = flows[(flows["exporter"] > 0) & (flows["importer"] > 0)]
    factors = {
        year: mirror_trade.margin(
            of_year["exporter"].to_numpy(), of_year["importer"].to_numpy(), SIZEABLE
        )
        for year, of_year in both.groupby("year")
    }
    pairs = flows_between(both, ["exporter", "importer"])
    exporter, importer = pairs["exporter"].to_numpy(), pairs["importer"].to_numpy()
    made = mirror_trade.reconcile(
        exporter, importer, np.array([factors[year] for year in pairs["year"]])
    )
    rounding = HALF_A_UNIT * pairs["n"].to_numpy()
    gaps = pairs.assign(
        value=made.gap,
        low=mirror_trade.gap(exporter, importer - rounding),
        high=mirror_trade.gap(exporter, importer + rounding),
    )
    whole = pairs.assign(value=made.flow, low=made.low, high=made.high).merge(
        _one_sided(flows), on=["year", "a", "b"]
    )
    whole = whole[whole["one_sided"] <= LEFT_OUT_AT_MOST * whole["exporter"]]
    return [figures_of("trade-mirror-gap", gaps), figures_of("trade-flow-reconciled", whole)]


def _one_sided(flows: pd.DataFrame) -> pd.DataFrame:
    """What only one side reports of a pair's flow: year, a, b, one_sided (USD million)."""
    exporter, importer = flows["exporter"].fillna(0.0), flows["importer"].fillna(0.0)
    one = (exporter + importer).where((exporter == 0) | (importer == 0), 0.0)
    return flows_between(flows.assign(one_sided=one), ["one_sided"]).drop(columns="n")
