"""Nuclear cooperation agreements between states (Fuhrmann)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.pair_codes import in_order, with_states

NAME = "nuclear-cooperation"
OUTSIDE_THE_SYSTEM = {260: (1954, 1954), 315: (1994, 1994), 369: (1990, 1990)}
"""Rows of codes that nobody held in the year: the Federal Republic of Germany, which here exists
from 1955 (with the United Kingdom, 1954); Czechoslovakia after its end (with France, 1994);
Ukraine before its independence (with the USSR, 1990). They are left out."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, a, b (state keys, a before b), agreements: how many the two signed in the year.

    The file lists many agreements from both sides and many from one: of each kind of agreement,
    the longer of the two lists of a pair and year counts.
    """
    table = pd.read_parquet(source(NAME).path("agreements", mirror))
    table = table.astype({"ccode1": int, "ccode2": int, "year": int})
    found = with_states(
        table, {"ccode1": "lister", "ccode2": "partner"}, NAME, OUTSIDE_THE_SYSTEM
    ).dropna(subset=["lister", "partner"])
    pairs = in_order(found.assign(side=found["lister"]), "lister", "partner")
    lists = pairs.groupby(["year", "a", "b", "nca_type", "side"]).size()
    agreements = lists.groupby(level=["year", "a", "b", "nca_type"]).max()
    return agreements.groupby(level=["year", "a", "b"]).sum().rename("agreements").reset_index()
