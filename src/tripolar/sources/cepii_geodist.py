"""CEPII GeoDist: distances between states, from city to city."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import states
from tripolar.errors import NewOddity
from tripolar.sources.base import source

NAME = "cepii-geodist"
OLD_CODES = {"ROM": ("ROU",), "TMP": ("TLS",), "YUG": ("SCG", "SRB"), "ZAR": ("COD",)}
"""The file's own codes and the states they stand for. Its YUG is Serbia and Montenegro of 2004
(ISO numeric 891, 102,173 square kilometres), not Yugoslavia; Serbia alone keeps its distances."""
TERRITORIES = frozenset(
    {
        *("ABW", "AIA", "ANT", "BMU", "CCK", "COK", "CXR", "CYM", "ESH", "FLK", "FRO", "GIB"),
        *("GLP", "GRL", "GUF", "HKG", "MAC", "MNP", "MSR", "MTQ", "NCL", "NFK", "NIU", "PAL"),
        *("PCN", "PRI", "PYF", "REU", "SHN", "SPM", "TCA", "TKL", "VGB", "WLF"),
    }
)
"""Codes in the file that are no states of the system."""


def read(mirror: Path) -> pd.DataFrame:
    """Rows of a, b (state keys, a before b), km: the distance weighted by population (distw).

    The distance of two states is that of their 25 largest cities (fewer where there are fewer),
    each pair of cities weighted by its share in both populations, in kilometres along the great
    circle (Mayer and Zignago 2011). One value for all years.
    """
    table = pd.read_parquet(source(NAME).path("pairs", mirror), columns=["iso_o", "iso_d", "distw"])
    known = {code: keys for code in set(table["iso_o"]) if (keys := _states_of(code))}
    unknown = sorted(set(table["iso_o"]) - known.keys() - TERRITORIES)
    if unknown:
        raise NewOddity(f"{NAME}: codes that no state holds: {', '.join(unknown)}")
    kept = table[table["iso_o"].isin(known) & table["iso_d"].isin(known)]
    pairs = kept.assign(a=kept["iso_o"].map(known), b=kept["iso_d"].map(known))
    pairs = pairs.explode("a").explode("b")
    return (
        pairs.loc[pairs["a"] < pairs["b"], ["a", "b", "distw"]]
        .loc[lambda rows: rows["a"].ne("SCG") | rows["b"].ne("SRB")]
        .rename(columns={"distw": "km"})
        .sort_values(["a", "b"], ignore_index=True)
    )


def _states_of(code: str) -> tuple[str, ...]:
    """The states a code of the file stands for; none for a territory or an unknown code."""
    if code in OLD_CODES:
        return OLD_CODES[code]
    return (code,) if code in states() and code not in TERRITORIES else ()
