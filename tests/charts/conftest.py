from __future__ import annotations

import pandas as pd
import pytest

TEXTS = {
    "title": "Two powers vote more alike than they did & <more> than a third",
    "unit": "weighted kappa",
    "source": "Source: made up for a test.",
}


def series(name: str, years: list[int], start: float = 0.2, band: float | None = 0.1):
    value = [start + 0.01 * place for place in range(len(years))]
    frame = pd.DataFrame({"series": name, "year": years, "value": value})
    if band is not None:
        frame["low"] = frame["value"] - band
        frame["high"] = frame["value"] + band
    return frame


@pytest.fixture
def three() -> pd.DataFrame:
    years = list(range(1992, 2020))
    return pd.concat(
        [
            series("Russia–China", years, 0.5),
            series("EU–Russia", years, 0.21),
            series("EU–China", years, 0.2),
        ]
    )


@pytest.fixture
def gaps() -> pd.DataFrame:
    return series("Russia–China", [1992, 1993, 1994, 1997, 2000, 2001])


@pytest.fixture
def dots() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["kappa", "pi", "kappa", "vetoes & more"],
            "value": [0.4, 0.3, -0.1, 0.2],
            "low": [0.3, 0.2, -0.2, None],
            "high": [0.5, 0.4, 0.1, None],
            "group": ["Russia–China", "Russia–China", "EU–China", "EU–China"],
        }
    )
