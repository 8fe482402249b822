"""World Input-Output Database 2013: flows by industry, and the full tables year by year."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.actors.states import states
from tripolar.errors import NewOddity
from tripolar.sources.base import source

NAME = "wiod"
ROMANIA = {"ROM": "ROU"}
REST_OF_WORLD = "RoW"
INDUSTRIES = 35
GOODS = tuple(range(1, 17))
"""Agriculture (1), mining (2) and manufacturing (3-16); 17-35 are services."""


@dataclass(frozen=True)
class InputOutputTable:
    """A year's table in current USD million, industries within economies as in ``economies``.

    inputs : (economies x 35, economies x 35), from the row's industry to the column's
    final : (economies x 35, economies), final demand of an economy, stocks among it
    output : (economies x 35,)
    """

    economies: tuple[str, ...]
    inputs: npt.NDArray[np.float64]
    final: npt.NDArray[np.float64]
    output: npt.NDArray[np.float64]


def read(mirror: Path) -> pd.DataFrame:
    """Flows by industry: year, exporter, importer, industry (1-35), usd_mn (inputs and final).

    Exporter and importer are states or `REST_OF_WORLD`; flows inside an economy are among them.
    A flow below nought (stocks, balancing) is nil.
    """
    table = pd.read_parquet(source(NAME).path("bilateral", mirror))
    keys = _keys(sorted(set(table["exporter"]) | set(table["importer"])))
    used = table["intermediate"].astype(float) + table["final"].astype(float)
    return pd.DataFrame(
        {
            "year": table["year"].astype(int),
            "exporter": table["exporter"].astype(str).map(keys),
            "importer": table["importer"].astype(str).map(keys),
            "industry": table["sector"].astype(int),
            "usd_mn": used.clip(lower=0.0),
        }
    )


def read_table(mirror: Path, year: int) -> InputOutputTable:
    """The full table of a year, 1995-2011, as the source gives it."""
    edition = source(NAME)
    meta = json.loads(edition.path("meta", mirror).read_text(encoding="utf-8"))
    keys = _keys(meta["countries"])
    with np.load(edition.path(f"full-{year}", mirror)) as held:
        final = held["final"].reshape(len(held["output"]), len(keys), len(meta["final_demand"]))
        return InputOutputTable(
            economies=tuple(keys[code] for code in meta["countries"]),
            inputs=held["inter"].astype(float),
            final=final.sum(axis=2).astype(float),
            output=held["output"].astype(float),
        )


def _keys(codes: list[str]) -> dict[str, str]:
    keys = {code: ROMANIA.get(code, code) for code in codes}
    known = states().keys() | {REST_OF_WORLD}
    if unknown := sorted(code for code, key in keys.items() if key not in known):
        raise NewOddity(f"{NAME}: economies that are no states: {', '.join(unknown)}")
    return keys
