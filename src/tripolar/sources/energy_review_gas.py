"""The Statistical Review of World Energy: who sold gas to whom, by pipe and ship, 2020 and 2022.

Rows and columns of the sheets are countries and rests of regions. A country that a sheet does not
list trades nothing there if the rest of its region does not, and an unknown amount otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tripolar.actors.states import find
from tripolar.errors import NewOddity
from tripolar.sources.base import source
from tripolar.sources.energy_review import NAME

YEARS = {"edition-2021": 2020, "edition-2023": 2022}
"""The editions, and the one year whose trade each lists by country."""
ALL, EU, REST_OF_EUROPE = "all", "EU", "rest of Europe"
"""Traders that are no states; a rest of Europe sells both from inside and outside the EU."""
EU_ROWS = ("Belgium", "France", "Germany", "Italy", "Netherlands", "Spain", "Other EU")
"""Rows that add up to the EU (27 members) where a sheet has no row for it."""
EUROPEAN_SELLERS = ("Netherlands", "Other Europe", "Other Europe*")
TOTALS = {"Total imports": ALL, "Total exports": ALL}

REGIONS = {
    "americas": "Canada, Mexico, US, Argentina, Brazil, Chile, Bolivia, Peru, Trinidad & Tobago",
    "eu": "Belgium, France, Germany, Italy, Netherlands, Spain",
    "europe": "Norway, Turkey, Ukraine, United Kingdom",
    "cis": "Azerbaijan, Belarus, Kazakhstan, Russian Federation, Turkmenistan, Uzbekistan",
    "middle-east": "Iran, Kuwait, Oman, Qatar, United Arab Emirates, Yemen",
    "africa": "Algeria, Angola, Egypt, Libya, Nigeria, South Africa",
    "asia": "Australia, Brunei, China, India, Indonesia, Japan, Malaysia, Myanmar, Pakistan, "
    "Papua New Guinea, Singapore, South Korea, Taiwan, Thailand",
}
REGION_OF = {name: region for region, names in REGIONS.items() for name in names.split(", ")}


@dataclass(frozen=True)
class Sheet:
    """A sheet of gas trade, and the rests of its regions; a region without one has none."""

    name: str
    header_rows: int
    buyers: dict[str, str]
    sellers: dict[str, str]


PIPELINE = Sheet(
    "Gas - Trade movts - pipeline",
    1,
    buyers={
        "americas": "Other S. & Cent. America",
        "eu": "Other EU",
        "europe": "Rest of Europe",
        "cis": "Other CIS",
        "middle-east": "Other Middle East",
        "africa": "Other Africa",
    },
    sellers={
        "americas": "Other S. & Cent. America",
        "eu": "Other Europe",
        "europe": "Other Europe",
        "middle-east": "Other Middle East",
        "africa": "Other Africa",
        "asia": "Other Asia Pacific",
    },
)
LNG = Sheet(
    "Gas - Trade movts LNG",
    2,
    buyers={
        "americas": "Other S. & Cent. America",
        "eu": "Other EU",
        "europe": "Rest of Europe",
        "middle-east": "Other Middle East & Africa",
        "africa": "Other Middle East & Africa",
        "asia": "Other Asia Pacific",
    },
    sellers={
        "americas": "Other Americas*",
        "eu": "Other Europe*",
        "europe": "Other Europe*",
        "africa": "Other Africa",
        "asia": "Other Asia Pacific*",
    },
)


def read(mirror: Path) -> pd.DataFrame:
    """Rows of year, exporter, importer, bcm: pipeline and LNG together, NaN where not known.

    Traders are state keys, `ALL`, `EU` (27 members, as importer only) and `REST_OF_EUROPE` (as
    exporter only). Billion cubic metres of 40 megajoules. Raises NewOddity for a sheet that is not
    of its year.
    """
    years = []
    for edition, year in YEARS.items():
        book = pd.ExcelFile(source(NAME).path(edition, mirror))
        piped, shipped = (_matrix(book, sheet, year) for sheet in (PIPELINE, LNG))
        both = piped + shipped
        both.index.name = "importer"
        long = both.reset_index().melt("importer", var_name="exporter", value_name="bcm")
        years.append(long.assign(year=year))
    return pd.concat(years, ignore_index=True)[["year", "exporter", "importer", "bcm"]]


def _matrix(book: pd.ExcelFile, sheet: Sheet, year: int) -> pd.DataFrame:
    """A sheet with every country of `REGIONS` as importer (rows) and exporter (columns)."""
    cells = book.parse(sheet.name, header=None)
    title = str(cells.iloc[0, 0])
    if str(year) not in title:
        raise NewOddity(f"{NAME}: {sheet.name} is not of {year}: {title}")
    to = cells.index[cells[0].astype(str).str.strip() == "To"][0]
    parts = cells.loc[to - sheet.header_rows + 1 : to, 1:].fillna("").astype(str)
    names = parts.apply(lambda column: " ".join(part.strip() for part in column).strip())
    body = cells.loc[to + 1 :].dropna(subset=[1]).set_index(0)
    listed = body.set_axis([*names], axis="columns").loc[:, [bool(name) for name in names]]
    listed.index = listed.index.str.strip()
    listed = listed.astype(float).rename(index=TOTALS, columns=TOTALS)
    if EU not in listed.index:
        listed.loc[EU] = listed.loc[listed.index.isin(EU_ROWS)].sum()
    listed[REST_OF_EUROPE] = listed.loc[:, listed.columns.isin(EUROPEAN_SELLERS)].sum(axis=1)
    completed = _completed(_completed(listed, sheet.sellers).T, sheet.buyers).T
    traders = {name: find(name).key for name in REGION_OF}
    importers, exporters = {**traders, ALL: ALL, EU: EU}, {**traders, ALL: ALL}
    exporters[REST_OF_EUROPE] = REST_OF_EUROPE
    return completed.loc[[*importers], [*exporters]].rename(index=importers, columns=exporters)


def _completed(listed: pd.DataFrame, rests: dict[str, str]) -> pd.DataFrame:
    """Columns for the countries that have none: 0 where the rest of the region is 0, else NaN."""
    added = {}
    for name, region in REGION_OF.items():
        if name in listed:
            continue
        if region not in rests:
            added[name] = pd.Series(0.0, listed.index)
        elif rests[region] in listed:
            rest = listed[rests[region]]
            added[name] = rest.where(rest == 0)
        else:
            added[name] = pd.Series(float("nan"), listed.index)
    return listed.assign(**added)
