"""Shares of suppliers in imports of gas, oil and coal, and their concentration (Eurostat).

A state's figure needs all twelve months of its year. A bloc's is that of the members with such a
year, and needs them to make up nearly all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tripolar.actors.states import states
from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, covered_of, figures_of
from tripolar.panel.rollup import flows_between, totals_with_all
from tripolar.sources import eurostat_energy
from tripolar.sources.eurostat_energy import UNSPECIFIED

SOURCES = (eurostat_energy.NAME,)

MONTHS = 12
LEAST_OF_BLOC = 0.93
"""A bloc's members with a complete year make up at least this share of its imports from outside,
each member weighed by its largest year in the series. It lies in a gap: years that miss small
reporters reach 0.935 and more, years that miss the United Kingdom 0.917 and less."""
MOST_UNSPECIFIED = 0.25
"""No figure where more of an actor's imports have no partner."""
MOST_UNSPECIFIED_FOR_ZERO = 0.05
"""Where more has no partner, a supplier that is not named is a blank and not a zero."""


@dataclass(frozen=True)
class Series:
    """One run of years in which a fuel's partners mean one thing.

    none_imported : states that are not among the reporters because they import none of the fuel.
    mixed : importer and year whose partners mean the other thing.
    """

    share: str
    fuel: str
    unit: str
    first: int
    last: int
    none_imported: frozenset[str]
    concentration: str = ""
    mixed: frozenset[tuple[str, int]] = frozenset()


NO_REFINERY = frozenset({"CYP", "EST", "LUX", "LVA", "MLT", "SVN"})
NO_LNG_TERMINAL = frozenset(
    {*("AUT", "BGR", "CYP", "CZE", "DEU", "DNK", "EST", "HUN", "IRL", "LUX", "LVA", "ROU", "SVK")}
    | {"SVN"}
)
ORIGIN = Series(
    *("energy-gas-share", "gas", "tj", 2008, 2012),
    none_imported=frozenset({"CYP", "MLT"}),
    concentration="energy-gas-concentration",
    mixed=frozenset({("AUT", 2012), ("ROU", 2012), ("NLD", 2008), ("NLD", 2009)}),
)
BORDER = Series(
    *("energy-gas-border-share", "gas", "tj", 2014, 2021),
    none_imported=frozenset({"CYP"}),
)
LNG = Series(*("energy-lng-share", "lng", "tj", 2013, 2021), none_imported=NO_LNG_TERMINAL)
OIL = Series(
    *("energy-oil-share", "oil", "kt", 2008, 2021),
    none_imported=NO_REFINERY,
    concentration="energy-oil-concentration",
)
COAL = Series(*("energy-coal-share", "coal", "kt", 2008, 2016), none_imported=frozenset({"MLT"}))
SERIES = (ORIGIN, BORDER, LNG, OIL, COAL)


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Shares (a imports, b supplies) and concentration, from ``first_year`` on."""
    rows = eurostat_energy.read(mirror)
    figures, covered, report = [], [], [f"{len(rows):,} monthly imports read"]
    for series in SERIES:
        imports = complete_years(rows, series)
        totals = imports_from_outside(imports, rows, series)
        totals, imports = (frame[frame["year"] >= first_year] for frame in (totals, imports))
        named = totals[totals["unspecified"] <= MOST_UNSPECIFIED * totals["amount"]]
        flows = _flows(imports).merge(
            named.rename(columns={"actor": "a", "amount": "total"}), on=["year", "a"]
        )
        figures.append(figures_of(series.share, _shares(flows)))
        if series.concentration:
            figures.append(figures_of(series.concentration, _concentration(flows)))
        well_named = named[named["unspecified"] <= MOST_UNSPECIFIED_FOR_ZERO * named["amount"]]
        covered.append(covered_of([series.share], well_named))
        report.append(
            f"{series.share}: {len(totals) - len(named)} of {len(totals)} actor-years left out, "
            "too much without a partner"
        )
    return Compiled(
        pd.concat(figures, ignore_index=True),
        pd.concat(covered, ignore_index=True),
        tuple(report),
    )


def complete_years(rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    """A year's imports (year, importer, supplier, amount) of the reporters with all its months."""
    held = _of_series(rows, series)
    months = held.groupby(["year", "importer"])["month"].transform("nunique")
    summed = held[months == MONTHS].groupby(["year", "importer", "supplier"])[series.unit].sum()
    return summed.rename("amount").reset_index()


def imports_from_outside(imports: pd.DataFrame, rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Imports from outside of every actor that has a figure.

    Columns year, actor, amount, unspecified (what of it has no partner), n (reporters).
    """
    flows = imports.rename(columns={"importer": "a", "supplier": "b"})
    flows["unspecified"] = flows["amount"].where(flows["b"] == UNSPECIFIED, 0.0)
    totals = totals_with_all(flows, ["amount", "unspecified"], "a").drop(columns="n")
    totals = totals.merge(_reporting(imports, rows, series), on=["year", "actor"])
    return totals[totals["amount"] > 0].reset_index(drop=True)


def _of_series(rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    held = rows[(rows["fuel"] == series.fuel) & rows["year"].between(series.first, series.last)]
    pairs = pd.MultiIndex.from_frame(held[["importer", "year"]])
    return held[~pairs.isin(list(series.mixed))] if series.mixed else held


def _reporting(imports: pd.DataFrame, rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Actors (year, actor, n) whose members with a complete year make up nearly all of them."""
    members = spine.actor_members(sorted(set(imports["year"])))
    members = members.merge(_weights(rows, series), on=["actor", "state"], how="left")
    members.loc[members["state"].isin(series.none_imported), "weight"] = 0.0
    reporters = pd.MultiIndex.from_frame(imports[["year", "importer"]].drop_duplicates())
    members["there"] = pd.MultiIndex.from_frame(members[["year", "state"]]).isin(reporters)
    members["weight_there"] = members["weight"].where(members["there"], 0.0)
    actors = members.groupby(["year", "actor"]).agg(
        weight=("weight", lambda column: column.sum(skipna=False)),
        weight_there=("weight_there", "sum"),
        n=("there", "sum"),
    )
    whole = (actors["n"] > 0) & (actors["weight_there"] >= LEAST_OF_BLOC * actors["weight"])
    return actors.loc[whole, ["n"]].reset_index()


def _weights(rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Each member's (actor, state) imports from outside the actor in its largest year (weight)."""
    held = _of_series(rows, series).rename(columns={"importer": "state"})
    yearly = held.groupby(["year", "state", "supplier"], as_index=False)[series.unit].sum()
    members = spine.actor_members(sorted(set(yearly["year"])))
    inside = members.rename(columns={"state": "supplier"}).assign(inside=True)
    joined = yearly.merge(members, on=["year", "state"]).merge(
        inside, on=["year", "actor", "supplier"], how="left"
    )
    joined["weight"] = joined[series.unit].where(joined["inside"].isna(), 0.0)
    of_year = joined.groupby(["actor", "state", "year"], as_index=False).agg(
        weight=("weight", "sum")
    )
    largest: pd.DataFrame = of_year.groupby(["actor", "state"], as_index=False)[["weight"]].max()
    return largest


def _flows(imports: pd.DataFrame) -> pd.DataFrame:
    named = imports[imports["supplier"].isin(states().keys())]
    flows = named.rename(columns={"importer": "a", "supplier": "b"})
    return flows_between(flows, ["amount"]).drop(columns="n")


def _shares(flows: pd.DataFrame) -> pd.DataFrame:
    value = flows["amount"] / flows["total"]
    most = (flows["amount"] + flows["unspecified"]) / flows["total"]
    shares = flows[["a", "b", "year", "n"]].assign(
        value=value, low=value, high=most.clip(upper=1.0)
    )
    return without_empty_bands(shares)


def _concentration(flows: pd.DataFrame) -> pd.DataFrame:
    """Sum of the squared shares of the states that supply; bounds by who the unspecified is.

    low: nobody much (many small suppliers). high: all the largest named supplier.
    """
    of_states = flows[flows["b"].isin(states().keys())]
    shares = of_states[["a", "year"]].assign(
        share=of_states["amount"] / of_states["total"],
        unspecified=of_states["unspecified"] / of_states["total"],
    )
    found = shares.groupby(["a", "year"], as_index=False).agg(
        value=("share", lambda share: (share**2).sum()),
        largest=("share", "max"),
        unspecified=("unspecified", "first"),
        n=("share", "size"),
    )
    most = found["value"] - found["largest"] ** 2 + (found["largest"] + found["unspecified"]) ** 2
    shown = found[["a", "year", "n", "value"]].assign(b=found["a"], low=found["value"])
    return without_empty_bands(shown.assign(high=most.clip(upper=1.0)))


def without_empty_bands(figures: pd.DataFrame) -> pd.DataFrame:
    """Figures whose bounds are one number have none: nothing is known of their error."""
    apart = figures["high"] > figures["low"]
    return figures.assign(low=figures["low"].where(apart), high=figures["high"].where(apart))
