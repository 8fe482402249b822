"""Annual exchange rates, for amounts that a source gives in national currency only.

Averages of the European Central Bank's daily reference rates
(https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/), crossed
through the euro, over the days of a year on which both currencies were quoted (at least 100).
The table holds the currencies and years of the liquidity lines only.
"""

from __future__ import annotations

from importlib.resources import files

import pandas as pd


def read() -> pd.DataFrame:
    """Rows of year, currency (ISO 4217) and per_usd, units of the currency for one US dollar."""
    with files("tripolar.sources").joinpath("usd_rates.csv").open(encoding="utf-8") as table:
        return pd.read_csv(table)
