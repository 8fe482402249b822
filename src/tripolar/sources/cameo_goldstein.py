"""Goldstein's scale for CAMEO's event codes, and its mean over each class of event."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tripolar.errors import NewOddity
from tripolar.sources.base import source

NAME = "cameo-goldstein"
CLASS_OF_ROOT = {
    **dict.fromkeys(("01", "02", "03", "04", "05"), "verbal_cooperation"),
    **dict.fromkeys(("06", "07", "08"), "material_cooperation"),
    **dict.fromkeys(("09", "10", "11", "12", "13"), "verbal_conflict"),
    **dict.fromkeys(("14", "15", "16", "17", "18", "19", "20"), "material_conflict"),
}
"""The first two digits of a code and the class they belong to."""
HEADING_DIGITS = 2


def read(mirror: Path) -> pd.DataFrame:
    """The scale as rows: code (text), name, points (-10 to 10), kind (a class of event).

    Headings of two digits are left out: no event carries them. Raises NewOddity for a code of no
    class.
    """
    table = pd.read_csv(source(NAME).path("scale", mirror), dtype={"code": str})
    codes = table[table["code"].str.len() > HEADING_DIGITS]
    kinds = codes["code"].str[:HEADING_DIGITS].map(CLASS_OF_ROOT)
    if kinds.isna().any():
        raise NewOddity(f"{NAME}: codes of no class: {', '.join(codes.loc[kinds.isna(), 'code'])}")
    scale = codes.rename(columns={"goldstein": "points"}).assign(kind=kinds)
    return scale[["code", "name", "points", "kind"]].reset_index(drop=True)


def class_means(mirror: Path) -> dict[str, float]:
    """Mean points of the codes of each class, every code counting once."""
    means = read(mirror).groupby("kind")["points"].mean()
    return {str(kind): float(mean) for kind, mean in means.items()}
