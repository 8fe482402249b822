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

import numpy as np

from _measure import Usage, in_own_process, measured, mirror_of, parser, table
from tripolar.models.ideal_points.data import VoteData, vote_data

PEER_PASSES = 60
SIZES = (1, 2, 4, 8)
TARGET = "fit <= 4 s, with bands <= 8 s, < 700 MB"


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


def run_warm(file: Path) -> tuple[float, float, float]:
    """Seconds of a cold fit, of a warm one with the last session new, and how far they differ."""
    from tripolar.models.ideal_points.fit import fit

    data = _held(file)
    before = fit(without_last_session(data))
    cold, cold_usage = measured(lambda: fit(data))
    warm, warm_usage = measured(lambda: fit(data, start=before))
    apart = float(np.sqrt(np.mean((cold.position - warm.position) ** 2)))
    return cold_usage.wall, warm_usage.wall, apart


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
        cold, warm, apart = in_own_process(run_warm, votes)
        print(f"Cold {cold:.2f} s, warm with a new session {warm:.2f} s ({warm / cold:.0%}); ")
        print(f"root mean square difference of positions {apart:.4f}.\n")
        rows = []
        for times in SIZES:
            larger = Path(folder) / f"{times}.pickle"
            size = in_own_process(enlarge, votes, times, larger)
            usage, _, iterations, _ = in_own_process(run_fit, larger, False)
            rows.append(_row(f"simulated, {times}x", size, usage, iterations))
        print(table(HEADS, rows))


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
