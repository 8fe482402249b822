"""Dependence on imported energy, and who sells gas and oil to whom (Statistical Review)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.panel import spine
from tripolar.panel.families.compiled import Compiled, figures_of
from tripolar.panel.families.energy import without_empty_bands
from tripolar.sources import energy_review, energy_review_gas, energy_review_oil
from tripolar.sources.energy_review import EU_MEMBERS
from tripolar.sources.energy_review_gas import ALL, EU, REST_OF_EUROPE

SOURCES = (energy_review.NAME,)

EJ_PER_MT = 0.041868
"""Exajoules in a million tonnes of oil, at the 41.868 gigajoules of a tonne of oil equivalent."""
WIDEST_BAND = 0.15
"""No figure where production that the source does not list could move it by more."""


def compile_figures(mirror: Path, first_year: int = 0) -> Compiled:
    """Dependence on imports by actor and year; shares in trade by pair, 2020 and 2022."""
    balances = energy_review.read(mirror)
    gas = energy_review_gas.read(mirror).rename(columns={"bcm": "amount"})
    oil = energy_review_oil.read(mirror).rename(columns={"mt": "amount"})
    balances, gas, oil = (frame[frame["year"] >= first_year] for frame in (balances, gas, oil))
    figures = [
        *(figures_of(name, frame) for name, frame in _dependencies(balances).items()),
        figures_of("energy-gas-market-share", _market_shares(gas)),
        figures_of("energy-gas-supply-share", _supply_shares(gas)),
        figures_of("energy-oil-market-share", _market_shares(oil)),
        figures_of("energy-oil-supply-share", _supply_shares(oil)),
    ]
    report = (
        f"{len(balances):,} country-years, {len(gas):,} flows of gas and {len(oil):,} of oil read",
        f"{int(gas['amount'].isna().sum()):,} flows of gas not listed by country",
    )
    return Compiled(pd.concat(figures, ignore_index=True), report=report)


def _dependencies(balances: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """(consumption - production) / consumption for oil, gas, and all energy."""
    oil = balances["oil_used_mt"] - balances["oil_made_mt"].fillna(0.0)
    gas = balances["gas_used_ej"] - balances["gas_made_ej"].fillna(0.0)
    fossil_used = balances[["oil_used_ej", "gas_used_ej", "coal_used_ej"]].sum(axis=1, skipna=False)
    fossil_made = (
        balances["oil_made_mt"].fillna(0.0) * EJ_PER_MT
        + balances["gas_made_ej"].fillna(0.0)
        + balances["coal_made_ej"].fillna(0.0)
    )
    rest = (
        balances["oil_made_mt_rest"] * EJ_PER_MT
        + balances["gas_made_ej_rest"]
        + balances["coal_made_ej_rest"]
    )
    primary = balances["primary_ej"]
    return {
        "energy-oil-dependency": _dependency(
            balances, oil, balances["oil_made_mt_rest"], balances["oil_used_mt"]
        ),
        "energy-gas-dependency": _dependency(
            balances, gas, balances["gas_made_ej_rest"], balances["gas_used_ej"]
        ),
        "energy-import-dependency": _dependency(balances, fossil_used - fossil_made, rest, primary),
    }


def _dependency(
    balances: pd.DataFrame, net: pd.Series, unlisted: pd.Series, used: pd.Series
) -> pd.DataFrame:
    """Net imports over use; the lower bound gives the actor all unlisted production around it."""
    value = net / used
    low = value - unlisted / used
    frame = pd.DataFrame({"year": balances["year"], "actor": balances["actor"]})
    frame = frame.assign(value=value, low=low, high=value)
    held = frame[(used > 0) & (value - low <= WIDEST_BAND)]
    with_blocs = _with_blocs(held, "actor", EU_MEMBERS)
    with_blocs = with_blocs.rename(columns={"actor": "a"})
    return without_empty_bands(with_blocs.assign(b=with_blocs["a"]))


def _market_shares(trade: pd.DataFrame) -> pd.DataFrame:
    """b's share in a's exports of a fuel."""
    sold = trade[trade["exporter"] != REST_OF_EUROPE]
    everyone = sold[sold["importer"] == ALL].rename(columns={"amount": "total"})
    joined = sold[sold["importer"] != ALL].merge(
        everyone[["year", "exporter", "total"]], on=["year", "exporter"]
    )
    shares = joined.assign(value=joined["amount"] / joined["total"], a=joined["exporter"])
    return _pairs(shares[shares["exporter"] != ALL].rename(columns={"importer": "b"}), "b")


def _supply_shares(trade: pd.DataFrame) -> pd.DataFrame:
    """b's share in a's imports of a fuel; the EU's are those from outside it.

    The source does not say which part of the EU's purchases from the rest of Europe comes from
    outside the EU: none of it in the value, all of it in the lower bound.
    """
    bought = trade[trade["importer"] != ALL]
    named = bought[~bought["exporter"].isin([ALL, REST_OF_EUROPE])]
    joined = named
    for exporter, column in ((ALL, "total"), (REST_OF_EUROPE, "europe")):
        theirs = bought[bought["exporter"] == exporter].rename(columns={"amount": column})
        theirs = theirs.drop(columns="exporter")
        joined = joined.merge(theirs, on=["year", "importer"], how="left")
    within = joined["europe"].where(joined["importer"] == EU, 0.0)
    joined["outside"] = joined["total"] - within
    value = joined["amount"] / joined["outside"]
    shares = joined.assign(value=value, low=joined["amount"] / joined["total"], high=value)
    pairs = shares.rename(columns={"importer": "a", "exporter": "b"})
    return without_empty_bands(_pairs(pairs, "a"))


def _pairs(shares: pd.DataFrame, side: str) -> pd.DataFrame:
    """Known shares of pairs that share no state; the EU on one side under its names."""
    known = _with_blocs(shares[shares["value"].notna()], side, EU)
    return known[~spine.share_a_state(known)]


def _with_blocs(frame: pd.DataFrame, side: str, given: str) -> pd.DataFrame:
    """States of the year, and the given row of the 27 as EU27 and as the EU that has them."""
    rows = []
    for year, of_year in frame.groupby("year"):
        held, there = spine.blocs_in(int(str(year))), spine.states_in(int(str(year)))
        rows.append(of_year[of_year[side].isin(there)])
        union = of_year[of_year[side] == given]
        rows.append(union.assign(**{side: EU_MEMBERS}))
        if held.get(EU) == held.get(EU_MEMBERS):
            rows.append(union.assign(**{side: EU}))
    return pd.concat(rows, ignore_index=True)
