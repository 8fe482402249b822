"""All dyads, all years, five similarity measures: tripolar beside pandas.

Every stage runs in a process of its own, so that its peak memory is its own. The votes are read
once and handed on; each contender finds them in the form it works on, tripolar as a matrix of roll
calls by states, pandas as one row per vote. There are two pandas: a merge and a groupby as it is
usually written, and the fastest way found. The results are compared figure by figure.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from _measure import Usage, in_own_process, measured, mirror_of, parser, stop, table, typical
from tripolar.measures.ballots import similarity_of_all
from tripolar.sources import unga

STATISTICS = ("agreement", "s_score", "cohen_kappa", "scott_pi", "tau_b")
KEYS = ["year", "a", "b"]
POSITIONS = 3
STEPS = {"every fourth year": 4, "every second year": 2, "every year": 1}
TOLERANCE = 1e-9
# Shares are sums of at most nine terms: what is below this is rounding.
ZERO = 1e-12

Array = npt.NDArray[np.float64]
Count = Callable[[pd.DataFrame], pd.DataFrame]
"""From one row per vote to one row per pair and one column per cell of its table."""


def read_votes(mirror: Path, to: Path) -> Usage:
    """Read the roll calls from the mirror and put the votes into a file for the contenders."""
    (ballots, _), usage = measured(lambda: unga.read(mirror))
    years = ballots.roll_calls["year"].to_numpy(dtype=np.int64)
    np.savez(to, votes=ballots.votes, years=years, states=np.array(ballots.states))
    return usage


def _votes(file: Path, step: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64], list[str]]:
    with np.load(file) as held:
        votes, years, states = held["votes"], held["years"], held["states"]
    chosen = np.isin(years, np.unique(years)[::step])
    return votes[chosen], years[chosen], states.tolist()


def run_ours(file: Path, step: int, to: Path) -> Usage:
    """tripolar on the matrix of votes."""
    votes, years, states = _votes(file, step)
    result, usage = measured(lambda: similarity_of_all(votes, years, states, STATISTICS))
    result.astype({"a": str, "b": str}).to_parquet(to)
    return usage


def run_grouping(file: Path, step: int, to: Path) -> Usage:
    """pandas as it is usually written: a merge on the roll call, a groupby of pairs and votes."""
    return _run_pandas(file, step, to, _grouped_cells)


def run_packing(file: Path, step: int, to: Path) -> Usage:
    """pandas at its fastest: pair and cell packed into one number, and numbers counted."""
    return _run_pandas(file, step, to, _packed_cells)


def _run_pandas(file: Path, step: int, to: Path, count: Count) -> Usage:
    votes, years, states = _votes(file, step)
    call, state = np.nonzero(votes > 0)
    cast = pd.DataFrame(
        {
            "year": years[call].astype(np.int16),
            "roll_call": call.astype(np.int32),
            "state": state.astype(np.int32),
            "vote": votes[call, state],
        }
    )
    result, usage = measured(lambda: peer(cast, count))
    names = np.array(states)
    result.assign(a=names[result["a"]], b=names[result["b"]]).to_parquet(to)
    return usage


def peer(cast: pd.DataFrame, count: Count) -> pd.DataFrame:
    """What `similarity_of_all` returns, by a merge and a groupby per year; states as numbers."""
    parts = []
    for year, rows in cast.groupby("year"):
        cells = count(rows[["roll_call", "state", "vote"]])
        statistics = _statistics(cells.to_numpy(dtype=np.float64))
        parts.append(pd.DataFrame({"year": year, **statistics}, index=cells.index).reset_index())
    return pd.concat(parts, ignore_index=True)


def _grouped_cells(cast: pd.DataFrame) -> pd.DataFrame:
    """Joint counts, a row per pair and a column per cell of its 3 x 3 table."""
    both = cast.merge(cast, on="roll_call", suffixes=("_a", "_b"))
    both = both[both["state_a"] < both["state_b"]]
    both = both.assign(cell=POSITIONS * (both["vote_a"] - 1) + both["vote_b"] - 1)
    counted = both.groupby(["state_a", "state_b", "cell"]).size()
    counted.index = counted.index.set_names(["a", "b", "cell"])
    wide = counted.unstack(fill_value=0)  # noqa: PD010 - a series has no pivot_table
    return wide.reindex(columns=range(POSITIONS**2), fill_value=0)


def _packed_cells(cast: pd.DataFrame) -> pd.DataFrame:
    """The same, pair and cell packed into one number: counting numbers is pandas' fastest."""
    both = cast.merge(cast, on="roll_call", suffixes=("_a", "_b"))
    both = both[both["state_a"] < both["state_b"]]
    states, cells = int(cast["state"].max()) + 1, POSITIONS**2
    pair = both["state_a"] * states + both["state_b"]
    cell = POSITIONS * (both["vote_a"] - 1) + both["vote_b"] - 1
    counted = (pair * cells + cell).value_counts(sort=False).sort_index()
    pairs, cell_of = counted.index // cells, counted.index % cells
    levels = [pairs // states, pairs % states, cell_of]
    counted.index = pd.MultiIndex.from_arrays(levels, names=["a", "b", "cell"])
    wide = counted.unstack(fill_value=0)  # noqa: PD010 - a series has no pivot_table
    return wide.reindex(columns=range(cells), fill_value=0)


def _statistics(cells: Array) -> dict[str, Array]:
    """The five measures of joint counts of shape (pairs, 9), from their textbook formulas."""
    n = cells.sum(axis=1)
    p = (cells / n[:, None]).reshape(-1, POSITIONS, POSITIONS)
    level = np.arange(POSITIONS)
    distances = np.abs(level[:, None] - level[None, :]) / (POSITIONS - 1)
    observed = (p * distances).sum(axis=(1, 2))
    rows, columns = p.sum(axis=2), p.sum(axis=1)
    pooled = (rows + columns) / 2
    return {
        "n": n,
        "agreement": p[:, level, level].sum(axis=1),
        "s_score": 1 - 2 * observed,
        "cohen_kappa": 1 - observed / _positive(((rows @ distances) * columns).sum(axis=1)),
        "scott_pi": 1 - observed / _positive(((pooled @ distances) * pooled).sum(axis=1)),
        "tau_b": _tau_b(p, rows, columns),
    }


def _tau_b(p: Array, rows: Array, columns: Array) -> Array:
    """Concordant less discordant pairs of cases, over those tied in neither: 2 x 2 corners."""
    surplus = np.zeros(len(p))
    for i in range(POSITIONS):
        for j in range(POSITIONS):
            beyond = p[:, i + 1 :, j + 1 :].sum(axis=(1, 2)) - p[:, i + 1 :, :j].sum(axis=(1, 2))
            surplus += 2 * p[:, i, j] * beyond
    free_rows = _positive(1 - (rows**2).sum(axis=1))
    free_columns = _positive(1 - (columns**2).sum(axis=1))
    return surplus / np.sqrt(free_rows * free_columns)


def _positive(values: Array) -> Array:
    return np.where(values > ZERO, values, np.nan)


CONTENDERS: dict[str, Callable[[Path, int, Path], Usage]] = {
    "tripolar": run_ours,
    "pandas, merge and groupby": run_grouping,
    "pandas, packed numbers": run_packing,
}


def difference(ours: Path, theirs: Path) -> tuple[int, float]:
    """Rows compared, and the largest absolute difference; infinite where only one has a value."""
    mine = pd.read_parquet(ours).sort_values(KEYS, ignore_index=True)
    other = pd.read_parquet(theirs).sort_values(KEYS, ignore_index=True)
    if len(mine) != len(other) or not (mine[KEYS].to_numpy() == other[KEYS].to_numpy()).all():
        return len(mine), np.inf
    columns = ["n", *STATISTICS]
    left, right = mine[columns].to_numpy(dtype=float), other[columns].to_numpy(dtype=float)
    if (np.isnan(left) != np.isnan(right)).any():
        return len(mine), np.inf
    return len(mine), float(np.nanmax(np.abs(left - right)))


def contest(
    file: Path, step: int, repeats: int, folder: Path
) -> tuple[dict[str, Usage], int, float]:
    """The contenders in turn, several times; the rows compared and the largest difference."""
    results = {name: folder / f"{place}-{step}.parquet" for place, name in enumerate(CONTENDERS)}
    runs: dict[str, list[Usage]] = {name: [] for name in CONTENDERS}
    for _ in range(repeats):
        for name, run in CONTENDERS.items():
            runs[name].append(in_own_process(run, file, step, results[name]))
    ours, *others = results.values()
    found = [in_own_process(difference, ours, other) for other in others]
    compared, largest = found[0][0], max(apart for _, apart in found)
    return {name: typical(several) for name, several in runs.items()}, compared, largest


def _rows(label: str, dyad_years: int, usages: dict[str, Usage]) -> list[list[str]]:
    ours = usages["tripolar"]
    return [
        [
            f"{label}: {name}",
            f"{dyad_years:,}",
            f"{usage.wall:.2f}",
            usage.spread,
            f"{usage.cpu:.2f}",
            f"{usage.wall / ours.wall:.1f}",
            f"{usage.peak_mb:,.0f}",
            f"{usage.above_mb:,.0f}",
        ]
        for name, usage in usages.items()
    ]


def main() -> None:
    """Read, contest at three sizes, compare and print."""
    line = parser("All dyads and years, five similarity measures: tripolar beside pandas.")
    line.add_argument("--repeats", type=int, default=5, help="runs of each contender (default 5)")
    options = line.parse_args()
    mirror = mirror_of(options)
    if options.repeats < 1:
        stop(f"--repeats is {options.repeats}; at least 1 is needed")
    rows, largest = [], 0.0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        file = folder / "votes.npz"
        reading = in_own_process(read_votes, mirror, file)
        for label, step in STEPS.items():
            usages, compared, apart = contest(file, step, options.repeats, folder)
            rows += _rows(label, compared, usages)
            largest = max(largest, apart)
    heads = ["computing", "dyad-years", "seconds", "range", "CPU seconds", "ratio"]
    heads += ["peak MB", "above start MB"]
    print(f"reading, for all: {reading.wall:.1f} s, peak {reading.peak_mb:,.0f} MB\n")
    print(table(heads, rows))
    print("\ntargets, every year: ratio of pandas 15 or more, peak of tripolar below 1,000 MB")
    print(f"largest absolute difference: {largest:.1e} (allowed: {TOLERANCE:g})")
    if not largest < TOLERANCE:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
