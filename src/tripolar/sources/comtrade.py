"""UN Comtrade: exporters' reports every fourth year, and both sides' reports of 2009."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.actors.states import states
from tripolar.errors import NewOddity
from tripolar.sources.base import source

NAME = "comtrade-four-yearly"
BOTH_SIDES = "wits-2009"
BELGIUM_LUXEMBOURG = "BLX"
NOBODY = frozenset({"UNS", "SPE", "BUN", "FRE"})
"""Partners that are none: unspecified, special categories, bunkers, free zones."""
OLD_CODES = {
    "KN1": "KNA",
    "MNT": "MNE",
    "OAS": "TWN",
    "ROM": "ROU",
    "SER": "SRB",
    "SVR": "RVN",
    "SVU": "SUN",
    "TMP": "TLS",
    "VDR": "VNM",
    "YDR": "YMD",
    "ZAR": "COD",
}
"""Codes of Comtrade that are not ISO's, as the keys of the states meant. VDR is North Vietnam."""
SERBIA_ALONE_FROM = 2006
"""SRB before this year is Serbia and Montenegro."""
TERRITORIES = frozenset(
    (
        *("ABW", "AIA", "ANT", "ASM", "ATA", "ATF", "BAT", "BES", "BLM", "BLX", "BMU", "BVT"),
        *("CCK", "COK", "CUW", "CXR", "CYM", "ESH", "FLK", "FRO", "GIB", "GLP", "GRL", "GUF"),
        *("GUM", "HKG", "HMD", "IOT", "MAC", "MNP", "MSR", "MTQ", "MYT", "NCL", "NFK", "NIU"),
        *("NZE", "PCE", "PCN", "PCZ", "PYF", "REU", "RYU", "SGS", "SHN", "SIK", "SPM", "SXM"),
        *("TAN", "TCA", "TKL", "UMI", "USP", "VGB", "VIR", "WLF", "ZPM", "ZW1"),
    )
)
"""Partners that are no states: territories, and Belgium-Luxembourg."""
_TOTALS = frozenset({"WLD", "EUN"})


def read(mirror: Path) -> pd.DataFrame:
    """Exports as rows: year, exporter, importer, usd_mn (free on board, as the exporter reports).

    Exporters are states and `BELGIUM_LUXEMBOURG`. Importers are these, territories by their code
    (a colony by the code of the later state), and `NOBODY`. A zero may be a report nobody made.
    """
    table = pd.read_parquet(
        source(NAME).path("trade", mirror), columns=["exp", "imp", "time", "export"]
    )
    rows = pd.DataFrame(
        {
            "year": table["time"].astype(int),
            "exporter": table["exp"].astype(str),
            "importer": table["imp"].astype(str),
            "usd_mn": table["export"] / 1e6,
        }
    )
    return _of_states(_translated(rows, NAME), "exporter")


def read_both_sides(mirror: Path) -> pd.DataFrame:
    """Flows of 2009: exporter, importer, exporter_usd_mn (FOB), importer_usd_mn (CIF).

    A report that was not made is NaN. Both are states.
    """
    table = pd.read_parquet(source(BOTH_SIDES).path("trade", mirror))
    told = ~table["PartnerISO3"].isin(_TOTALS | NOBODY) & ~table["ReporterISO3"].isin(_TOTALS)
    table = table[told & (table["PartnerISO3"] != table["ReporterISO3"])]
    sides = []
    for flow, reporter, partner in (
        ("Export", "exporter", "importer"),
        ("Import", "importer", "exporter"),
    ):
        side = table[table["TradeFlowName"] == flow]
        rows = pd.DataFrame(
            {
                "year": side["Year"].astype(int),
                reporter: side["ReporterISO3"],
                partner: side["PartnerISO3"],
                f"{reporter}_usd_mn": side["TradeValue in 1000 USD"] / 1e3,
            }
        )
        known = _translated(rows, BOTH_SIDES)
        sides.append(_of_states(_of_states(known, "exporter"), "importer"))
    return sides[0].merge(
        sides[1], on=["year", "exporter", "importer"], how="outer", validate="one_to_one"
    )


def _translated(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The same rows with keys of states where there is one; stops at codes nobody knows."""
    found = rows.copy()
    for side in ("exporter", "importer"):
        codes = rows[side].replace(OLD_CODES)
        early = (codes == "SRB") & (rows["year"] < SERBIA_ALONE_FROM)
        found[side] = codes.mask(early, "SCG")
    seen = set(found["exporter"]) | set(found["importer"])
    if unknown := sorted(seen - states().keys() - TERRITORIES - NOBODY):
        raise NewOddity(f"{name}: codes that nobody holds: {', '.join(unknown)}")
    return found


def _of_states(rows: pd.DataFrame, side: str) -> pd.DataFrame:
    """Rows of which a side is a state of the year, or Belgium-Luxembourg."""
    pairs = rows[["year", side]].drop_duplicates()
    there = [
        code == BELGIUM_LUXEMBOURG or (code in states() and _lives(code, year))
        for year, code in pairs.itertuples(index=False)
    ]
    return rows.merge(pairs[there], on=["year", side])


def _lives(key: str, year: int) -> bool:
    one = states()[key]
    return one.start.year <= year and (one.end is None or year <= one.end.year)
