"""Composites: one pair with 2,000 draws and its sensitivity, and all dyads with 500 draws.

Reads the embedded atlas, or `--atlas DIR`. The background (every figure of all dyads, scales, the
declared composite of each) is loaded once and timed apart. Each row runs in a process of its own.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from _measure import Usage, in_own_process, measured, table

if TYPE_CHECKING:
    from tripolar.panel.figures import Atlas

RUNS = 5
PAIR_TARGET = "< 3 s, 2,000 draws, 30 years"
ALL_TARGET = "< 90 s, < 4,000 MB, 500 draws"


def opened(folder: str | None) -> Atlas:
    """The atlas of a folder, or the embedded one."""
    import tripolar

    return tripolar.open(folder).atlas


def one_pair(folder: str | None, a: str, b: str) -> tuple[Usage, float, list[float], int]:
    """Loading; then seconds of the first reading, seconds of those after it, and draws."""
    from tripolar.readings.composite import DEFAULT_CHOICES, read_composite
    from tripolar.readings.composite_background import background

    atlas = opened(folder)
    _, loading = measured(lambda: background(atlas, DEFAULT_CHOICES))
    seconds = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        read_composite(atlas, a, b)
        seconds.append(time.perf_counter() - began)
    return loading, seconds[0], seconds[1:], DEFAULT_CHOICES.draws


def all_dyads(folder: str | None) -> tuple[Usage, Usage, int]:
    """Loading, computing, and how many dyads in a year have a composite."""
    from tripolar.readings.composite_all import DEFAULT_CHOICES, composites_of_all
    from tripolar.readings.composite_background import background

    atlas = opened(folder)
    _, loading = measured(lambda: background(atlas, DEFAULT_CHOICES))
    frame, usage = measured(lambda: composites_of_all(atlas))
    return loading, usage, len(frame)


def rows(folder: str | None, a: str, b: str) -> list[list[str]]:
    """A row per stage: seconds, the highest memory so far, what is aimed at."""
    loading, first, again, draws = in_own_process(one_pair, folder, a, b)
    every_loading, every, points = in_own_process(all_dyads, folder)
    return [
        ["loading all dyads, for a pair", f"{loading.wall:.1f}", f"{loading.peak_mb:,.0f}", ""],
        [f"{a} {b}, {draws:,} draws, first (imports, factor)", f"{first:.2f}", "", ""],
        [f"{a} {b}, {draws:,} draws, median of {RUNS}", f"{median(again):.2f}", "", PAIR_TARGET],
        [
            "loading all dyads, for all",
            f"{every_loading.wall:.1f}",
            f"{every_loading.peak_mb:,.0f}",
            "",
        ],
        [f"all dyads, {points:,}", f"{every.wall:.1f}", f"{every.peak_mb:,.0f}", ALL_TARGET],
    ]


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--atlas", type=Path, help="folder of an atlas; the embedded one if none")
    options.add_argument("--pair", nargs=2, default=("RUS", "CHN"), metavar=("A", "B"))
    asked = options.parse_args()
    folder = str(asked.atlas) if asked.atlas else None
    print(table(["stage", "seconds", "peak MB", "target"], rows(folder, *asked.pair)))


if __name__ == "__main__":
    main()
