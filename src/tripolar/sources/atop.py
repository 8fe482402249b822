"""Alliance Treaty Obligations and Provisions: what pairs of states promised each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tripolar.sources.base import source
from tripolar.sources.pair_codes import in_order, with_states

NAME = "atop"
PROMISES = {
    "defense": "defence",
    "offense": "offence",
    "neutral": "neutrality",
    "nonagg": "nonaggression",
    "consul": "consultation",
}
"""The source's columns and their names here."""
STILL = 0
"""An exit in this year: the alliance was in force when the edition closed."""
OUTSIDE_THE_SYSTEM = {
    **{60: (1981, 1982), 221: (1975, 1992), 223: (1975, 1989), 260: (1954, 1954)},
    **{315: (1993, 1993), 316: (1992, 1992), 317: (1992, 1992), 331: (1975, 1991)},
    **{369: (1990, 1990), 370: (1990, 1990), 652: (1945, 1960), 660: (1945, 1945)},
    **{663: (1945, 1945), 713: (1947, 1948), 740: (1951, 1951), 780: (1947, 1947)},
    **{835: (1979, 1983), 946: (1979, 1998), 947: (1979, 1999), 955: (1998, 1998)},
    990: (1975, 1975),
}
"""Members that were no state of the system in these years: before they joined it, or Syria in the
United Arab Republic."""
OWED_TO_A_THIRD = {(3322, 200, 220): "neutral"}
"""Promises of a member that the source's own list of pairs has for another partner only."""
_SPELL = ["atopid", "phase", "member", "yrent", "moent", "yrexit", "moexit", *PROMISES]
MONTHS = 12


def read(mirror: Path) -> pd.DataFrame:
    """Promises in force on any day of a year, one row per pair of states and year.

    Returns
    -------
    Columns year, a, b (state keys, a before b) and, each 0 or 1, defence, offence, neutrality,
    nonaggression, consultation: 1 where at least one of the two made the promise in an alliance
    both belong to. Rows of a member outside the state system are left out.
    """
    edition = source(NAME)
    members = pd.read_csv(
        edition.path("members", mirror), encoding="latin-1", keep_default_na=False, usecols=_SPELL
    )
    shared = _shared_spells(members, edition.coverage.last)
    years = _by_year(shared, edition.coverage.first)
    found = with_states(
        years, {"member_a": "first", "member_b": "second"}, NAME, OUTSIDE_THE_SYSTEM
    ).dropna(subset=["first", "second"])
    pairs = in_order(found, "first", "second").rename(columns=PROMISES)
    return pairs.groupby(["year", "a", "b"], as_index=False)[list(PROMISES.values())].max()


def _shared_spells(members: pd.DataFrame, last: int) -> pd.DataFrame:
    """Pairs of members of one phase of an alliance, with the years in which both were in it.

    Both were in it if they were in one and the same month: Ukraine joined the CSCE in 1992 after
    Yugoslavia had left. Days are not given for every exit.
    """
    still = members["yrexit"] == STILL
    spells = members.assign(
        entry=members["yrent"] * MONTHS + members["moent"] - 1,
        exit=(members["yrexit"] * MONTHS + members["moexit"] - 1).mask(
            still, last * MONTHS + MONTHS - 1
        ),
    )
    pairs = spells.merge(spells, on=["atopid", "phase"], suffixes=("_a", "_b"))
    pairs = pairs[pairs["member_a"] < pairs["member_b"]]
    entry = pairs[["entry_a", "entry_b"]].max(axis=1)
    leave = pairs[["exit_a", "exit_b"]].min(axis=1)
    pairs = pairs.assign(**{"from": entry // MONTHS, "to": leave // MONTHS})
    pairs = pairs[entry <= leave].reset_index(drop=True)
    for promise in PROMISES:
        pairs[promise] = pairs[[f"{promise}_a", f"{promise}_b"]].max(axis=1)
    for (alliance, one, other), promise in OWED_TO_A_THIRD.items():
        rows = (pairs["atopid"] == alliance) & (pairs["member_a"] == one)
        pairs.loc[rows & (pairs["member_b"] == other), promise] = 0
    return pairs


def _by_year(spells: pd.DataFrame, first: int) -> pd.DataFrame:
    """One row for every pair, alliance and year."""
    held = spells.assign(**{"from": spells["from"].clip(lower=first)})
    years = (held["to"] - held["from"] + 1).clip(lower=0).to_numpy()
    rows = held.loc[held.index.repeat(years)].reset_index(drop=True)
    step = np.arange(len(rows)) - np.repeat(years.cumsum() - years, years)
    return rows.assign(year=rows["from"] + step)[["year", "member_a", "member_b", *PROMISES]]
