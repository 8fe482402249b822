"""Liquidity lines between central banks: one row per deal, from the bank that provides.

Bahaj, Fuchs and Reis (2024), The Global Network of Liquidity Lines, CEPR discussion paper 19070
(https://cepr.org/publications/dp19070).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import year_table
from tripolar.errors import NewOddity
from tripolar.sources import usd_rates
from tripolar.sources.base import source

NAME = "liquidity-lines"
NOT_STATES = {
    "EA": "the Eurosystem: neither a state nor the European Union",
    "HKG": "Hong Kong Monetary Authority: not a state",
    "MAC": "Monetary Authority of Macao: not a state",
}
OWN_CODES = {"XKK": "XKX"}
"""Codes of the source that are no ISO codes: Kosovo."""
OPEN = "31/12/9999"
CONTINUES = ("renew", "reactivate")
"""Actions by which a deal takes the place of an earlier one; a supplement stands beside it."""


def read(mirror: Path) -> pd.DataFrame:
    """Deals as rows.

    Columns: deal, source, recipient (state keys; missing for the central banks of `NOT_STATES`),
    signed, last (days; ``last`` is the last on which the deal holds, missing where it is open),
    action, pooled (a share in a fund that several central banks keep together), unlimited,
    usd_bn (size in US dollars, billion: the source's own, else its amount at the average exchange
    rate of the year of signature; missing where the line is unlimited, the amount is not given or
    the currency has no rate).

    A deal that renews another ends it on the day before its own signature.
    Raises `NewOddity` for a code that is neither a state's nor listed.
    """
    table = pd.read_csv(
        source(NAME).path("deals", mirror), dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    signed = pd.to_datetime(table["start_date"], format="%d/%m/%Y")
    ends = table["end_date"].mask(table["end_date"] == OPEN)
    deals = pd.DataFrame(
        {
            "deal": table["deal_ID"].astype(int),
            "source": _states(table["ISO_source"], signed),
            "recipient": _states(table["ISO_recipient"], signed),
            "signed": signed,
            "last": pd.to_datetime(ends, format="%d/%m/%Y"),
            "action": table["deal_action"].replace("NA", ""),
            "pooled": table["deal_type"] == "pooled fund",
            "unlimited": table["unlimited"] == "1",
            "usd_bn": _in_dollars(table, signed),
        }
    )
    return deals.assign(last=_ended_by_renewal(table, deals))


def _states(codes: pd.Series, signed: pd.Series) -> pd.Series:
    """State keys of the source's codes on the day of signature, missing for `NOT_STATES`."""
    held = {
        (code, year): state
        for code, year, state in year_table("iso3", signed.min().year, signed.max().year)
    }
    asked = list(zip(codes.replace(OWN_CODES), signed.dt.year, strict=True))
    unknown = sorted({code for code, year in asked if (code, year) not in held} - NOT_STATES.keys())
    if unknown:
        raise NewOddity(f"{NAME}: codes that no state holds: {', '.join(unknown)}")
    return pd.Series([held.get(key) for key in asked], index=codes.index, dtype=object)


def _in_dollars(table: pd.DataFrame, signed: pd.Series) -> pd.Series:
    """Size in billion US dollars, missing where there is none."""
    own = pd.to_numeric(table["USD_amount"].replace("NA", ""))
    amount = pd.to_numeric(table["deal_currency_amount"].replace("NA", ""))
    rates = usd_rates.read().set_index(["year", "currency"])["per_usd"]
    keys = pd.MultiIndex.from_arrays([signed.dt.year, table["currency_of_deal"]])
    converted = amount / rates.reindex(keys).to_numpy()
    sized = own.fillna(converted)
    return sized.mask((sized == 0) | (table["unlimited"] == "1"))


def _ended_by_renewal(table: pd.DataFrame, deals: pd.DataFrame) -> pd.Series:
    """Last days, cut where a later deal takes the place of an earlier one."""
    last = list(deals["last"])
    signed = list(deals["signed"])
    for row, earlier in _continued(table, deals).items():
        day_before = signed[row] - pd.Timedelta(days=1)
        if pd.isna(last[earlier]) or last[earlier] > day_before:
            last[earlier] = day_before
    return pd.Series(last, index=deals.index)


def _continued(table: pd.DataFrame, deals: pd.DataFrame) -> dict[int, int]:
    """Position of a deal to that of the earlier deal that it continues.

    The source names the earlier deal. Where what it names does not run the same way between the
    same two central banks from an earlier day, it is the latest deal of the two that does, in the
    same currency.
    """
    places = {deal: place for place, deal in enumerate(table["deal_ID"])}
    way = list(zip(table["ISO_source"], table["ISO_recipient"], deals["pooled"], strict=True))
    signed, currency = list(deals["signed"]), list(table["currency_of_deal"])
    named = [places.get(deal) for deal in table["previous_deal"]]
    found: dict[int, int] = {}
    for place, action in enumerate(table["deal_action"]):
        if action not in CONTINUES:
            continue
        earlier = [
            other
            for other in range(len(table))
            if way[other] == way[place] and signed[other] < signed[place]
        ]
        said = named[place]
        alike = [other for other in earlier if currency[other] == currency[place]]
        if said is not None and said in earlier:
            found[place] = said
        elif alike:
            found[place] = max(alike, key=lambda other: signed[other])
    return found
