"""Frames as plain values, for JSON and templates."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values: missing numbers as None, dates as text."""
    plain = frame.copy()
    for column in plain.select_dtypes(include=["datetime"]).columns:
        plain[column] = plain[column].dt.date.astype(str)
    rows = plain.astype(object).where(plain.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """Years in order as runs of consecutive ones, first and last of each."""
    groups = itertools.groupby(enumerate(years), key=lambda item: item[1] - item[0])
    found = [[year for _, year in group] for _, group in groups]
    return [(run[0], run[-1]) for run in found]
