"""Frames as plain values, for JSON and templates."""

from __future__ import annotations

from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values: missing numbers as None, dates as text."""
    plain = frame.copy()
    for column in plain.select_dtypes(include=["datetime"]).columns:
        plain[column] = plain[column].dt.date.astype(str)
    rows = plain.astype(object).where(plain.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]
