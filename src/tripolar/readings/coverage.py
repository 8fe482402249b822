"""What the atlas has of a pair, measure by year: figures, none, or outside coverage."""

from __future__ import annotations

import pandas as pd

from tripolar.panel.figures import Atlas
from tripolar.readings.pair import PairReading
from tripolar.settings import DIMENSIONS

FIGURES, NONE, OUTSIDE, WITHHELD = "figures", "none", "outside", "withheld"


def coverage_of(atlas: Atlas, reading: PairReading) -> pd.DataFrame:
    """One row per measure and year of the question: what there is of the pair.

    Columns: row (the measure's name), group (its dimension), year, state: "figures", "none" (the
    sources cover the year, and there is none), "outside" (they do not) or "withheld" (this atlas
    was compiled without the measure). Of a measure of one actor or of a region, the pair has
    figures where either of its actors has.
    """
    question = reading.question
    held = {
        str(name): {int(year) for year in rows["year"]}
        for name, rows in reading.of_pair().groupby("measure")
    }
    ordered = sorted(atlas.measures.values(), key=lambda what: DIMENSIONS.index(what.dimension))
    rows = []
    for what in ordered:
        first, last = atlas.covered_years(what, reading.choices)
        for year in range(question.first, question.last + 1):
            if what.name in atlas.withheld:
                state = WITHHELD
            elif year in held.get(what.name, set()):
                state = FIGURES
            else:
                state = NONE if first <= year <= last else OUTSIDE
            rows.append((what.name, what.dimension, year, state))
    return pd.DataFrame(rows, columns=["row", "group", "year", "state"])
