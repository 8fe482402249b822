"""Gas by origin and fossil fuels by value, from the sources whose only partner is Russia."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families import energy
from tripolar.panel.families.compiled import Compiled, figures_of
from tripolar.sources import comtrade_fossil, eurostat_energy, eurostat_gas

SOURCES = (eurostat_gas.NAME, eurostat_energy.NAME, comtrade_fossil.NAME)
SUPPLIER = "RUS"
LAST_YEAR = 2021
"""Last whole year of the imports by value."""
HIDES_FUELS = frozenset({"TUR"})
"""Importers that report one fuel only and keep the others secret."""
EUR_PER_MN = 1e6


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Figures of a's imports from Russia, from ``first_year`` on."""
    annual = eurostat_gas.read(mirror)
    annual = annual[annual["year"] >= first_year]
    monthly = eurostat_energy.read(mirror)
    values = comtrade_fossil.read(mirror)
    values = values[values["year"] >= first_year]
    imports = energy.complete_years(monthly, energy.BORDER)
    outside = energy.imports_from_outside(imports, monthly, energy.BORDER)
    reporters = imports[["year", "importer"]].drop_duplicates()
    blocs = _of_blocs(annual.merge(reporters, on=["year", "importer"]), outside)
    origin = pd.concat([_of_states(annual), blocs], ignore_index=True)
    figures = [
        figures_of("energy-gas-origin-share", origin.assign(b=SUPPLIER)),
        figures_of("energy-fossil-imports", _by_value(values)),
    ]
    lost = int(annual["russia_tj"].isna().sum())
    report = f"{len(annual)} annual figures of gas read, {lost} not available or confidential"
    return Compiled(pd.concat(figures, ignore_index=True), report=(report,))


def _of_states(annual: pd.DataFrame) -> pd.DataFrame:
    """A state's gas from Russia over its gas from everyone; exact, so without a band."""
    held = annual[annual["russia_tj"].notna() & (annual["total_tj"] > 0)]
    held = held[[state in spine.states_in(year) for state, year in _keys(held)]]
    share = held["russia_tj"] / held["total_tj"]
    return pd.DataFrame({"a": held["importer"], "year": held["year"], "value": share, "n": 1})


def _of_blocs(annual: pd.DataFrame, outside: pd.DataFrame) -> pd.DataFrame:
    """The members' gas from Russia over the bloc's imports from outside, of the same reporters.

    ``annual`` holds the reporters behind ``outside`` only. A member whose gas from Russia is not
    known counts as nil in the value and as all its imports in the upper bound; a member without a
    total leaves the bloc without a figure.
    """
    members = spine.actor_members(sorted(set(annual["year"])))
    members = members[members["actor"] != members["state"]]
    joined = members.rename(columns={"state": "importer"}).merge(annual, on=["year", "importer"])
    joined["most_tj"] = joined["russia_tj"].fillna(joined["total_tj"])
    known = joined.groupby(["year", "actor"], as_index=False).agg(
        least=("russia_tj", "sum"),
        most=("most_tj", lambda column: column.sum(skipna=False)),
        n=("russia_tj", "count"),
    )
    held = known.dropna(subset=["most"]).merge(
        outside.drop(columns="n"), on=["year", "actor"], validate="one_to_one"
    )
    least, most = held["least"] / held["amount"], held["most"] / held["amount"]
    shares = held[["year", "n"]].assign(a=held["actor"], value=least, low=least, high=most)
    return energy.without_empty_bands(shares)


def _by_value(values: pd.DataFrame) -> pd.DataFrame:
    """Fossil fuels in million euros, of states with a report for each month of the year."""
    held = values[(values["year"] <= LAST_YEAR) & ~values["importer"].isin(HIDES_FUELS)]
    months = held.groupby(["year", "importer"])["month"].transform("nunique")
    held = held[months == energy.MONTHS]
    held = held[[state in spine.states_in(year) for state, year in _keys(held)]]
    summed = held.groupby(["year", "importer", "supplier"], as_index=False).agg(
        value=("eur", "sum"), n=("fuel", "nunique")
    )
    summed["value"] /= EUR_PER_MN
    return summed.rename(columns={"importer": "a", "supplier": "b"})


def _keys(rows: pd.DataFrame) -> zip[tuple[str, int]]:
    return zip(rows["importer"], rows["year"], strict=True)
