"""Monthly imports of coal, oil, oil products and gas from Russia, as the importers report them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tripolar.errors import NewOddity
from tripolar.sources.base import source
from tripolar.sources.bearers import bearers

NAME = "fossil-imports-russia"
NO_STATES = frozenset({"EU", "China, Hong Kong SAR", "Greenland"})
"""Importers that are left out: the publisher's sum, and territories."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of importer (state key), supplier (RUS), year, month, fuel, eur (current euros).

    Raises NewOddity for importers that nobody knows and for a supplier other than Russia.
    """
    table = pd.read_parquet(source(NAME).path("imports", mirror))
    if set(table["partner"]) != {"Russia"}:
        raise NewOddity(f"{NAME}: suppliers {', '.join(sorted(set(table['partner'])))}")
    kept = table[(table["unit"] == "eur") & ~table["country"].isin(NO_STATES)]
    return pd.DataFrame(
        {
            "importer": kept["country"].map(_keys(set(kept["country"]))),
            "supplier": "RUS",
            "year": kept["date"].dt.year.astype(int),
            "month": kept["date"].dt.month.astype(int),
            "fuel": kept["commodity"],
            "eur": kept["value"].astype(float),
        }
    ).reset_index(drop=True)


def _keys(names: Iterable[str]) -> dict[str, str]:
    found = bearers(((name, 2018) for name in names), NAME, "importers")
    return {name: key for (name, _), key in found.items()}
