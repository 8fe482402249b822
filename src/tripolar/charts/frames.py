"""Frames at the door: checked, sorted, and cut where years are missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tripolar.errors import InputError, UnknownName


def tidy_series(frame: pd.DataFrame, order: Sequence[str] | None = None) -> pd.DataFrame:
    """Series over years, ready to draw.

    Parameters
    ----------
    frame : columns series, year, value and, where figures have a band, low and high. Rows without
        a value are years without a figure.
    order : the series to draw, in this order; all of them as they come where it is None.

    Returns
    -------
    DataFrame with series, year, value, low, high (NaN without a band), ``run`` (the number of the
    unbroken stretch of years) and ``alone`` (a stretch of one year), ordered by series and year.
    """
    found = _columns(frame, ("series", "year", "value"))
    years = pd.to_numeric(found["year"], errors="coerce")
    if years.isna().any() or (years % 1 != 0).any():
        raise InputError("the column year holds something other than whole years")
    found = found.assign(year=years.astype(int), series=found["series"].astype(str))
    known = list(dict.fromkeys(found["series"]))
    if order is not None:
        _same_names(known, order)
        found = found[found["series"].isin(list(order))]
        known = list(order)
    twice = found[found.duplicated(["series", "year"])]
    if len(twice):
        row = twice.iloc[0]
        raise InputError(
            f"the series {row['series']!r} has two figures for {row['year']}",
            next_step="give one row per series and year",
        )
    rank = found["series"].map({name: place for place, name in enumerate(known)})
    found = found.assign(rank=rank).sort_values(["rank", "year"], ignore_index=True)
    breaks = (found["rank"].diff() != 0) | (found["year"].diff() != 1)
    run = breaks.cumsum().astype(int)
    sizes = run.map(run.value_counts())
    return found.assign(run=run, alone=sizes == 1).drop(columns="rank")


def tidy_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows for dots with intervals: label, value, low, high and group, groups kept together.

    A missing column group puts all rows in one nameless group.
    """
    found = _columns(frame, ("label", "value"))
    group = found["group"].fillna("") if "group" in found else pd.Series("", index=found.index)
    found = found.assign(label=found["label"].astype(str), group=group.astype(str))
    twice = found[found.duplicated(["group", "label"])]
    if len(twice):
        raise InputError(
            f"two rows are called {twice.iloc[0]['label']!r} in one group",
            next_step="give each row of a group its own label",
        )
    groups = {name: place for place, name in enumerate(dict.fromkeys(found["group"]))}
    rank = found["group"].map(groups)
    return found.assign(rank=rank).sort_values("rank", kind="stable", ignore_index=True)


def whole(values: pd.Series) -> bool:
    """Whether all values are whole numbers, as counts are."""
    return bool((values % 1 == 0).all())


def extent(frame: pd.DataFrame) -> tuple[float, float]:
    """The least and the greatest of values and bands."""
    held = frame[["value", "low", "high"]].to_numpy(dtype=float)
    return float(np.nanmin(held)), float(np.nanmax(held))


def _columns(frame: pd.DataFrame, needed: tuple[str, ...]) -> pd.DataFrame:
    """The frame with its needed columns checked and numbers made floats, rows of values only."""
    for name in needed:
        if name not in frame:
            raise InputError(
                f"the frame has no column {name!r}",
                choices=[str(column) for column in frame.columns],
                next_step=f"name the columns {', '.join(needed)}, and low and high for a band",
            )
    found = frame.copy()
    for name in ("value", "low", "high"):
        column = found[name] if name in found else pd.Series(np.nan, index=found.index)
        try:
            numbers = pd.to_numeric(column).astype(float)
        except (TypeError, ValueError):
            raise InputError(f"the column {name} holds something other than numbers") from None
        if np.isinf(numbers).any():
            raise InputError(f"the column {name} holds an infinite number")
        found[name] = numbers
    found = found[found["value"].notna()]
    if found.empty:
        raise InputError(
            "there are no figures to draw",
            next_step="ask for years and actors that the measure covers",
        )
    half = found["low"].isna() | found["high"].isna()
    found.loc[half, ["low", "high"]] = np.nan
    crossed = found[found["low"] > found["high"]]
    if len(crossed):
        row = crossed.iloc[0]
        raise InputError(f"a band runs from {row['low']} down to {row['high']}")
    return found


def _same_names(known: Sequence[str], order: Sequence[str]) -> None:
    for name in order:
        if name not in known:
            raise UnknownName(
                "series", name, known, next_step="name series that the frame holds in order"
            )
    if len(set(order)) != len(order):
        raise InputError("a series is named twice in order")
