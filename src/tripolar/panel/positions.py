"""Ideal points as rows of an atlas: positions of states and blocs by session, with what joint
bands are made of.

A row's error has two parts: ``own``, its variance given the items, and ``shared_00`` …, deviations
that states share through the items and through each session's scale and location. The error of
any difference follows from both: own parts add, shared parts are subtracted draw by draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.actors.blocs import members_in_year
from tripolar.measures.ballots import ROLL_CALL_SETS, in_set
from tripolar.panel import spine
from tripolar.settings import BAND_REACH
from tripolar.sources.unga import Ballots
from tripolar.sources.unga_topics import TOPICS

FIRST_SESSION_YEAR = 1946
"""Session 1 opened in 1946; session s opens in September of 1945 + s."""
TOO_FEW = frozenset({"with-paragraphs", *TOPICS})
"""Sets without an estimation: the one that "final" contains, and topics of a few votes a year."""
SETS = tuple(name for name in ROLL_CALL_SETS if name not in TOO_FEW)
"""Sets of roll calls with an estimation of their own. "final" here is the model's usual input:
final votes, and up to 1989 also paragraph and amendment votes, as in the published estimates."""
DRAWS = 24
DECIMALS = 3
"""Shared deviations are kept to a thousandth of a scale unit, far below any band."""
SHARED = tuple(f"shared_{draw:02d}" for draw in range(DRAWS))

Floats = npt.NDArray[np.float64]


def position_tables(
    ballots: Ballots, first: int, told: Callable[[str, float], None]
) -> tuple[pd.DataFrame, list[str]]:
    """Positions by session from a year on, for final votes and for each issue area, and a report.

    Each set of roll calls has an estimation and a scale of its own. The model is fitted to all
    sessions, so that a scale is one over time; earlier years are left out of the table only.

    Columns: roll_calls (the set), session, year (in which it opened), actor, position,
    standard_error, low, high, spread (standard deviation among a bloc's members, 0 for a state),
    members, votes, own, shared_00 … .
    """
    tables, report = [], []
    for done, name in enumerate(SETS):
        told("ideal points", done / len(SETS))
        table, line = _positions_of_set(ballots, name, first)
        tables.append(table)
        report.append(line)
    return pd.concat(tables, ignore_index=True), report


def _positions_of_set(ballots: Ballots, name: str, first: int) -> tuple[pd.DataFrame, str]:
    from tripolar.models.ideal_points.bands import bands
    from tripolar.models.ideal_points.fit import fit
    from tripolar.models.ideal_points.prepare import prepare

    data = prepare(ballots if name == "final" else roll_calls_of(ballots, name))
    points = fit(data)
    found = bands(data, points, draws=DRAWS)
    states = pd.DataFrame(
        {
            "session": data.session,
            "year": data.session + FIRST_SESSION_YEAR - 1,
            "actor": data.labels,
            "position": found.position,
            "spread": 0.0,
            "members": 1,
            "votes": data.counts,
            "own": found.own,
            **dict(zip(SHARED, found.shared.T, strict=True)),
        }
    )
    states = states[states["year"] >= first]
    years = sorted({int(year) for year in states["year"]})
    blocs = [_bloc_rows(states[states["year"] == year], year) for year in years]
    table = pd.concat([states, *blocs], ignore_index=True)
    table[list(SHARED)] = table[list(SHARED)].round(DECIMALS)
    error = np.sqrt(table["own"] + table[list(SHARED)].var(axis=1, ddof=1))
    table = table.assign(
        roll_calls=name,
        standard_error=error,
        low=table["position"] - BAND_REACH * error,
        high=table["position"] + BAND_REACH * error,
    )
    return table, (
        f"ideal points, {name}: {len(points.position):,} state-sessions, "
        f"{len(points.discrimination):,} items, {data.counts.sum():,} votes; "
        + ("converged" if points.converged else "NOT converged")
        + f" in {points.iterations} passes, residual {points.residual:.1e}"
    )


def roll_calls_of(ballots: Ballots, name: str) -> Ballots:
    """The ballots of one set of roll calls."""
    chosen = in_set(ballots.roll_calls, name)
    calls = ballots.roll_calls[chosen].reset_index(drop=True)
    return Ballots(calls, ballots.states, ballots.votes[chosen])


def _bloc_rows(of_year: pd.DataFrame, year: int) -> pd.DataFrame:
    """A bloc stands at the mean of its members; their spread stands beside it."""
    rows = []
    for bloc in spine.blocs_in(year):
        held = of_year[of_year["actor"].isin(members_in_year(bloc, year))]
        if held.empty:
            continue
        rows.append(
            {
                "session": int(held["session"].iloc[0]),
                "year": year,
                "actor": bloc,
                "position": held["position"].mean(),
                "spread": float(np.std(held["position"])),
                "members": len(held),
                "votes": int(held["votes"].sum()),
                "own": held["own"].sum() / len(held) ** 2,
                **held[list(SHARED)].mean().to_dict(),
            }
        )
    return pd.DataFrame(rows)


def distances(
    rows: pd.DataFrame, first: Sequence[int] | npt.NDArray[np.intp], second: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Distances of pairs of rows, with their 90% band; the band of a distance is never below 0.

    What two positions share, the location of their session foremost, cancels in the difference.
    """
    a, b = np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp)
    position, own = rows["position"].to_numpy(), rows["own"].to_numpy()
    shared = rows[list(SHARED)].to_numpy()
    apart = np.abs(position[a] - position[b])
    error = np.sqrt(own[a] + own[b] + (shared[a] - shared[b]).var(axis=1, ddof=1))
    return apart, np.maximum(apart - BAND_REACH * error, 0.0), apart + BAND_REACH * error
