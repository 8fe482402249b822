"""Dynamic ideal points: tripolar beside a straightforward SciPy L-BFGS of the same likelihood.

Every stage runs in a process of its own. The votes are read and prepared once and handed on. The
peer maximises the penalised likelihood (the same priors, no variational ridge, no constraint)
over positions and items together, with analytic slopes in numpy; it starts from the same mean
votes and has `PEER_PASSES` passes. Scaling takes 1, 2, 4 and 8 times the roll calls, simulated.
"""

from __future__ import annotations

import pickle
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from _measure import Usage, in_own_process, measured, mirror_of, parser, table
from tripolar.models.ideal_points.data import VoteData, vote_data

if TYPE_CHECKING:
    from tripolar.models.ideal_points.fit import IdealPoints

PEER_PASSES = 60
SIZES = (1, 2, 4, 8)
RUNS = 5
CUT_AT = 70
TARGET = "reading and preparing <= 3 s; fit <= 4 s, with bands <= 8 s, < 700 MB; warm < 25% of cold"


def prepare_votes(mirror: Path, to: Path) -> tuple[Usage, Usage, int]:
    """Read and prepare the votes, and put them into a file."""
    from tripolar.models.ideal_points.prepare import prepare
    from tripolar.sources import unga

    (ballots, _), reading = measured(lambda: unga.read(mirror))
    data, preparing = measured(lambda: prepare(ballots))
    to.write_bytes(pickle.dumps(data))
    return reading, preparing, data.person.size


def enlarge(file: Path, times: int, to: Path) -> int:
    """The votes simulated anew from the fitted items, each item `times` times over."""
    from tripolar.models.ideal_points.fit import fit
    from tripolar.models.ideal_points.simulate import simulate

    data = _held(file)
    points = fit(data)
    count = data.start.size - 1
    person = np.tile(data.person, times)
    item = np.concatenate([data.item + copy * count for copy in range(times)])
    wide = vote_data(
        person,
        item,
        np.tile(data.category, times),
        data.state,
        data.session,
        states=data.states,
        labels=data.labels,
        pole=data.pole,
        anchor=data.anchor,
    )
    drawn = simulate(
        wide, points.position, np.tile(points.discrimination, times), np.random.default_rng(times)
    )
    to.write_bytes(pickle.dumps(drawn))
    return drawn.person.size


def run_fit(file: Path, with_bands: bool) -> tuple[Usage, float, int, np.ndarray]:
    """Seconds after compilation, seconds of the first call, iterations, positions."""
    from tripolar.models.ideal_points.bands import bands
    from tripolar.models.ideal_points.fit import fit

    data = _held(file)
    began = time.perf_counter()
    bands(data, fit(data, max_iterations=1), draws=2)
    first = time.perf_counter() - began

    def whole():
        points = fit(data)
        if with_bands:
            bands(data, points)
        return points

    points, usage = measured(whole)
    return usage, first, points.iterations, points.position


def run_warm(file: Path) -> list[list[str]]:
    """One row per case: a cold fit beside one that starts from the result without a session."""
    from tripolar.models.ideal_points.fit import fit

    data = _held(file)
    last = int(data.session.max())
    short, shorter = up_to(data, last - 1), up_to(data, last - 2)
    of_shorter = fit(shorter)
    cut = up_to(data, CUT_AT)
    return [
        _warm_row(f"session {last} new", data, fit(short)),
        _warm_row(f"session {last - 1} new", short, of_shorter),
        _warm_row(f"then {last}, two steps", data, fit(short, start=of_shorter)),
        _warm_row(f"cut to {CUT_AT}, {CUT_AT} new", cut, fit(up_to(cut, CUT_AT - 1))),
    ]


def _warm_row(name: str, data: VoteData, before: IdealPoints) -> list[str]:
    """Medians of the seconds, the ratio's least, median and most, and how far the two differ."""
    from tripolar.models.ideal_points.fit import fit

    pairs = []
    for _ in range(RUNS):
        cold, of_cold = measured(lambda: fit(data))
        warm, of_warm = measured(lambda: fit(data, start=before))
        pairs.append((of_cold, of_warm))
    ratios = [warm.wall / cold.wall for cold, warm in pairs]
    apart = warm.position - cold.position
    newest = apart[data.session == data.session.max()]
    return [
        name,
        f"{median(cold.wall for cold, _ in pairs):.2f}",
        f"{median(warm.wall for _, warm in pairs):.2f}",
        " / ".join(f"{ratio:.0%}" for ratio in (min(ratios), median(ratios), max(ratios))),
        f"{median(warm.cpu / cold.cpu for cold, warm in pairs):.0%}",
        f"{cold.iterations} / {warm.iterations}",
        *(f"{np.sqrt(np.mean(some**2)):.4f}" for some in (apart, newest)),
    ]


def up_to(data: VoteData, session: int) -> VoteData:
    """The votes of the sessions up to one."""
    while data.session.max() > session:
        data = without_last_session(data)
    return data


def without_last_session(data: VoteData) -> VoteData:
    """The votes less those of the last session."""
    kept = np.flatnonzero(data.session < data.session.max())
    place = np.full(data.state.size, -1)
    place[kept] = np.arange(kept.size)
    rows = place[data.person] >= 0
    kinds = np.zeros((data.start.size - 1, 4), bool)
    kinds[data.item[rows], data.category[rows]] = True
    rows &= (kinds.sum(axis=1) > 1)[data.item]
    labels, item = np.unique(data.item[rows], return_inverse=True)
    return vote_data(
        place[data.person[rows]],
        item,
        data.category[rows],
        data.state[kept],
        data.session[kept],
        states=data.states,
        labels=data.labels[kept],
        item_labels=data.item_labels[labels],
        pole=data.pole,
        anchor=data.anchor,
    )


def run_peer(file: Path) -> tuple[Usage, int, np.ndarray]:
    """SciPy's L-BFGS on the penalised likelihood: cost, passes over the votes, positions."""
    from scipy.optimize import minimize
    from scipy.special import ndtr

    from tripolar.models.ideal_points.fit import WALK_VARIANCE, _mean_votes, walk_precision

    data = _held(file)
    item, count, persons = data.item, data.start.size - 1, data.state.size
    diagonal, off = walk_precision(data, WALK_VARIANCE)
    root = np.sqrt(2 * np.pi)
    has_lower, has_upper = data.code > 0, data.code < 2
    passes = 0

    def value(x: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal passes
        passes += 1
        theta, beta, first = x[:persons], x[persons : persons + count], x[-2 * count : -count]
        width = np.where(data.binary, 0.0, np.exp(x[-count:]))
        shift = beta[item] * theta[data.person]
        low, up = first[item] - shift, (first + width)[item] - shift
        lower = np.where(data.code == 1, low, np.where(has_lower, up, -np.inf))
        upper = np.where(data.code == 1, up, np.where(has_upper, low, np.inf))
        chance = np.maximum(
            np.where(lower > 0, ndtr(-lower) - ndtr(-upper), ndtr(upper) - ndtr(lower)), 1e-290
        )
        a_up = np.exp(-0.5 * upper**2) / root / chance
        a_low = np.exp(-0.5 * lower**2) / root / chance
        both = a_up - a_low
        to_second = np.where(data.code == 1, a_up, np.where(data.code == 2, -a_low, 0.0))
        walk = diagonal * theta
        walk[:-1] += off[:-1] * theta[1:]
        walk[1:] += off[:-1] * theta[:-1]
        second = np.where(data.binary, 0.0, first + width)
        total = np.log(chance).sum() - (theta @ walk + beta @ beta) / 2
        total -= (first @ first + second @ second) / 100
        in_second = np.bincount(item, to_second, count) - second / 50
        slope = np.concatenate(
            [
                -np.bincount(data.person, beta[item] * both, persons) - walk,
                -np.bincount(item, theta[data.person] * both, count) - beta,
                np.bincount(item, both, count) - (first + second) / 50,
                in_second * width,
            ]
        )
        return -float(total), -slope

    start = np.concatenate([_mean_votes(data), np.zeros(2 * count), np.full(count, -1.0)])
    found, usage = measured(
        lambda: minimize(
            value,
            start,
            jac=True,
            method="L-BFGS-B",
            options={"maxfun": PEER_PASSES, "maxiter": PEER_PASSES},
        )
    )
    return usage, passes, found.x[:persons]


def _held(file: Path) -> VoteData:
    data = pickle.loads(file.read_bytes())
    return replace(data)


def main() -> None:
    mirror = mirror_of(parser(__doc__.splitlines()[0]).parse_args())
    with tempfile.TemporaryDirectory() as folder:
        votes = Path(folder) / "votes.pickle"
        reading, preparing, size = in_own_process(prepare_votes, mirror, votes)
        print(f"Reading {reading.wall:.2f} s, preparing {preparing.wall:.2f} s; {size:,} votes.")
        print(f"Targets: {TARGET}.\n")
        rows = []
        usage, first, iterations, ours = in_own_process(run_fit, votes, False)
        rows.append(_row("tripolar, fit", size, usage, iterations))
        usage, _, _, _ = in_own_process(run_fit, votes, True)
        rows.append(_row("tripolar, fit and bands", size, usage, iterations))
        usage, passes, theirs = in_own_process(run_peer, votes)
        rows.append(_row(f"SciPy L-BFGS, {passes} passes", size, usage, passes))
        print(table(HEADS, rows))
        print(f"\nFirst call, with compilation or its cache: {first:.1f} s.")
        print(f"Correlation of the two: {abs(np.corrcoef(ours, theirs)[0, 1]):.3f}\n")
        print(table(WARM_HEADS, in_own_process(run_warm, votes)), "\n")
        rows = []
        for times in SIZES:
            larger = Path(folder) / f"{times}.pickle"
            size = in_own_process(enlarge, votes, times, larger)
            usage, _, iterations, _ = in_own_process(run_fit, larger, False)
            rows.append(_row(f"simulated, {times}x", size, usage, iterations))
        print(table(HEADS, rows))


WARM_HEADS = (
    "warm start",
    "cold, seconds",
    "warm",
    "ratio: least / median / most",
    "CPU ratio",
    "passes",
    "apart",
    "in the newest session",
)
HEADS = ("run", "votes", "seconds", "CPU seconds", "passes", "seconds per pass", "peak MB")


def _row(name: str, size: int, usage: Usage, passes: int) -> list[str]:
    return [
        name,
        f"{size:,}",
        f"{usage.wall:.2f}",
        f"{usage.cpu:.2f}",
        str(passes),
        f"{usage.wall / passes:.3f}",
        f"{usage.peak_mb:,.0f}",
    ]


if __name__ == "__main__":
    main()
