"""Every triangle of the 20 largest states over 30 years, one alone, and the camps of one year.

Each stage runs in a process of its own, so that nothing is read already. The peer of `triangles`
is `read_triangle` called for one triangle after the other in one process; some are timed and the
rest are reckoned from them, although a reading gives more (changes, roles, thresholds tried).
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from _measure import Usage, in_own_process, measured, parser, stop, table

if TYPE_CHECKING:
    from tripolar.panel.figures import Atlas

FIRST, LAST = 1993, 2022
STATES = 20
YEAR = 2020
TIMED = 20
MEASURES = ("un-kappa", "un-ideal-distance")
TARGET = "all triangles of 20 states over 30 years in under 10 s"


def run_all(folder: str | None, measure: str) -> tuple[int, Usage]:
    """Rows of all triangles and what they cost, from an atlas nobody has asked yet."""
    from tripolar.readings.triangle import triangles

    atlas, states = _opened(folder)
    rows, usage = measured(lambda: triangles(atlas, states, FIRST, LAST, measure=measure))
    return len(rows), usage


def run_some(folder: str | None, measure: str) -> tuple[Usage, Usage]:
    """The first triangle alone, and as many after it as are timed."""
    from tripolar.readings.triangle import read_triangle

    atlas, states = _opened(folder)
    first, *others = list(itertools.combinations(states, 3))[: TIMED + 1]

    def read(trio: tuple[str, ...]) -> None:
        read_triangle(atlas, *trio, first=FIRST, last=LAST, measures=measure)

    _, alone = measured(lambda: read(first))
    _, more = measured(lambda: [read(trio) for trio in others])
    return alone, more


def run_network(folder: str | None, measure: str) -> tuple[str, Usage]:
    """The camps of the year, and what they cost."""
    from tripolar.readings.signed_network import read_network

    atlas, states = _opened(folder)
    found, usage = measured(lambda: read_network(atlas, states, YEAR, measure=measure))
    return repr(found), usage


def _opened(folder: str | None) -> tuple[Atlas, list[str]]:
    import tripolar
    from tripolar.readings.signed_network import largest

    atlas = tripolar.open(folder).atlas
    return atlas, largest(atlas, YEAR, STATES)


def main() -> None:
    made = parser(__doc__.splitlines()[0])
    made.add_argument("--atlas", metavar="DIR", help="folder of an atlas (default: the embedded)")
    folder = made.parse_args().atlas
    if folder and not Path(folder).is_dir():
        stop(f"{folder} is no folder\nnext: pass --atlas with a folder that tripolar build wrote")
    rows = []
    for measure in MEASURES:
        count, every = in_own_process(run_all, folder, measure)
        alone, more = in_own_process(run_some, folder, measure)
        camps, network = in_own_process(run_network, folder, measure)
        triples = STATES * (STATES - 1) * (STATES - 2) // 6
        reckoned = alone.wall + more.wall / TIMED * (triples - 1)
        rows += [
            _row(f"{measure}: all triangles, {count:,} rows", every, f"{every.wall:.2f}"),
            _row(f"{measure}: one triangle, the first", alone, f"{reckoned:.0f} (reckoned)"),
            _row(f"{measure}: each of the next {TIMED}", more, "", share=TIMED),
            _row(f"{measure}: camps of {STATES} states", network, ""),
        ]
        print(camps)
    print(f"Target: {TARGET}.\n")
    print(table(("run", "seconds", "CPU seconds", "peak MB", "seconds for all"), rows))


def _row(name: str, usage: Usage, every: str, share: int = 1) -> list[str]:
    return [
        name,
        f"{usage.wall / share:.2f}",
        f"{usage.cpu / share:.2f}",
        f"{usage.peak_mb:,.0f}",
        every,
    ]


if __name__ == "__main__":
    main()
