"""A referee's questions to the ideal points, each with a table, a chart and a sentence: `CHECKS`.

margins         do the votes add up as the fit predicts, over all states and by thirds of the scale?
item-fit        how many votes does one dimension get right, session by session?
unanimous       what if roll calls with a small minority are left out?
important       what do the votes on the United States' list of important ones say alone?
walk-variance   what if states may move a quarter as freely, or four times as freely?
bridges         what if repeated resolutions are not joined across sessions?
dimensions      how much does one dimension explain by period, and is there a second?

The question behind `unanimous`, `important`, `walk-variance` and `bridges` is put to the fit on all
votes with the declared settings, by `compare`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.charts import Chart, lines
from tripolar.errors import InputError, UnknownName
from tripolar.models.ideal_points import diagnostics
from tripolar.models.ideal_points.data import Ints, VoteData
from tripolar.models.ideal_points.dimensions import dimensions
from tripolar.models.ideal_points.fit import WALK_VARIANCE, IdealPoints, fit
from tripolar.models.ideal_points.prepare import prepare
from tripolar.readings.plain import records
from tripolar.sources import source
from tripolar.sources.unga import LATER, TITLED, Ballots, read

BEFORE_FIRST = 1945
"""A session opens in the year of its number plus this."""
MINORITIES = (0.025, 0.10)
"""Shares of votes outside the modal category below which a roll call is left out in turn; the
first is Poole and Rosenthal's."""
WALK_FACTORS = (0.25, 4.0)
NULL_DRAWS = 20
"""Of the parallel analysis; the eigenvalues it finds by chance hardly vary."""
NO_LINKS: Ints = np.empty((0, 2), np.int64)
_THIRDS = ("lowest third", "middle third", "highest third")
_APART = "root mean square difference, standard deviations of the pooled scale"


@dataclass(frozen=True)
class CheckResult:
    """What a check found.

    name : of the check. title : the finding, over the chart. summary : the finding in one
        sentence with its numbers. frame : the table. figures : the headline numbers.
    drawing : columns series, year and value; unit : theirs. domain : ends of the value axis, from
        0 where there are none.
    """

    name: str
    title: str
    summary: str
    frame: pd.DataFrame = field(repr=False)
    figures: Mapping[str, Any] = field(repr=False)
    drawing: pd.DataFrame = field(repr=False)
    unit: str = field(repr=False)
    domain: tuple[float, float] | None = field(default=None, repr=False)

    def table(self) -> pd.DataFrame:
        """The numbers, one row per session (and variant) or period."""
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """The check as plain values, for JSON."""
        return {
            "check": self.name,
            "summary": self.summary,
            "figures": dict(self.figures),
            "rows": records(self.frame),
        }

    def plot(self) -> Chart:
        """The numbers over the years in which sessions opened."""
        shorts = dict.fromkeys(source(name).short for name in (TITLED, LATER))
        return lines(
            self.drawing,
            title=self.title,
            unit=self.unit,
            source=f"Source: {'; '.join(shorts)}; tripolar's ideal points",
            zero=self.domain is None,
            y_domain=self.domain,
        )

    def _repr_html_(self) -> str:
        html: str = self.frame.to_html(index=False)
        return html


Check = Callable[[Ballots], CheckResult]


def run_check(name: str, mirror: Path) -> CheckResult:
    """Read the ballots of a mirror and put one check to their ideal points.

    Parameters
    ----------
    name : str
        One of `CHECKS`.
    mirror : Path
        Folder of the public data as their publishers issued them.
    """
    if name not in CHECKS:
        raise UnknownName("check", name, CHECKS, next_step=f"one of {', '.join(CHECKS)}")
    return CHECKS[name](read(mirror)[0])


def check_margins(ballots: Ballots) -> CheckResult:
    """Observed shares of yes, abstain and no against simulated ones, by whose votes they are."""
    data, points = _fitted(ballots)
    asked: dict[str, npt.NDArray[np.bool_] | None] = {"all states": None}
    third = _thirds(data, points)
    asked |= {name: third == k for k, name in enumerate(_THIRDS)}
    first = np.minimum.reduceat(data.session[data.person], data.start[:-1])
    rows, figures = [], {}
    for name, voters in asked.items():
        found = diagnostics.margins(data, points, voters=voters)
        figures[name] = found.share_inside
        figures[f"{name}, where the model holds"] = found.share_by_chance
        session = first[found.item]
        for when in np.unique(session):
            at = session == when
            within = found.used[at]
            apart = np.abs(found.observed[at] - found.expected[at])[within]
            rows.append(
                {
                    "voters": name,
                    "session": int(when),
                    "year": int(when) + BEFORE_FIRST,
                    "items": int(at.sum()),
                    "inside": float(found.inside[at][within].mean()),
                    "mean_difference": float(apart.mean()),
                }
            )
    frame = pd.DataFrame(rows)
    parts = [f"{_percent(figures[name])} of those of the {name}" for name in _THIRDS]
    worst = min(_THIRDS, key=lambda name: figures[name])
    expected = figures[f"{worst}, where the model holds"]
    return CheckResult(
        name="margins",
        title=f"In the {worst} of the scale {_percent(figures[worst])} of margins are as "
        f"predicted, of {_percent(expected)} due",
        summary=(
            f"Of the shares of yes, abstain and no on {len(data.item_labels):,} items "
            f"{_percent(figures['all states'])} lie in the 90% the fit predicts over all states, "
            f"and {_listed(parts)} of a session's scale; if the model held, "
            f"{_percent(expected)} of those of the {worst} would."
        ),
        frame=frame,
        figures=figures,
        drawing=frame.assign(series=frame["voters"], value=frame["inside"]),
        unit="share of margins inside the predicted 90%",
        domain=(0.0, 1.0),
    )


def check_item_fit(ballots: Ballots) -> CheckResult:
    """Correct classification and proportional reduction in error, session by session."""
    data, points = _fitted(ballots)
    found = diagnostics.item_fit(data, points)
    frame = pd.DataFrame(
        {
            "session": found.session,
            "year": found.session + BEFORE_FIRST,
            "votes": found.session_votes,
            "correct": found.session_correct,
            "probability": found.session_probability,
            "pre": found.session_pre,
        }
    )
    low = int(found.session_pre.argmin())
    figures = {
        "correct": found.all_correct,
        "probability": found.all_probability,
        "pre": found.all_pre,
        "items_no_better_than_mode": float((found.pre <= 0).mean()),
        "median_item_pre": float(np.median(found.pre)),
    }
    share = _percent(found.all_correct)
    drawn = [
        frame.assign(series=label, value=frame[column])
        for label, column in (("correctly classified", "correct"), ("reduction in error", "pre"))
    ]
    return CheckResult(
        name="item-fit",
        title=f"One dimension gets {share} of votes right, {_percent(found.all_pre)} fewer errors "
        "than the mode",
        summary=(
            f"One dimension classifies {share} of {int(found.votes.sum()):,} votes correctly "
            f"(geometric mean probability {found.all_probability:.3f}) and makes "
            f"{_percent(found.all_pre)} fewer errors than the modal vote of each roll call, least "
            f"in session {found.session[low]} ({_percent(float(found.session_pre[low]))})."
        ),
        frame=frame,
        figures=figures,
        drawing=pd.concat(drawn, ignore_index=True),
        unit="share",
        domain=(min(0.0, float(frame["pre"].min())), 1.0),
    )


def check_unanimous(ballots: Ballots) -> CheckResult:
    """Roll calls with a small minority left out. (Unanimous ones never enter.)"""
    base = _fitted(ballots)
    counts = np.stack([(ballots.votes == category).sum(axis=1) for category in (1, 2, 3)])
    minority = 1 - counts.max(axis=0) / np.maximum(counts.sum(axis=0), 1)
    variants = {
        f"minority of {_percent(least)} or more": _fitted(_subset(ballots, minority >= least))
        for least in MINORITIES
    }
    return _compared("unanimous", "leaving out near-unanimous roll calls", base, variants)


def check_important(ballots: Ballots) -> CheckResult:
    """Only the votes on the United States' list of important ones (1983 to 2017)."""
    base = _fitted(ballots)
    listed = ballots.roll_calls["important"].fillna(False).to_numpy(dtype=bool)
    if not listed.any():
        raise InputError("no roll call is marked important", next_step="read 1983 to 2017")
    variants = {"important votes only": _fitted(_subset(ballots, listed))}
    return _compared("important", "keeping important votes only", base, variants)


def check_walk_variance(ballots: Ballots) -> CheckResult:
    """The variance of the random walk's steps a quarter, and four times, of what is declared."""
    data, points = _fitted(ballots)
    variants = {
        f"walk variance {WALK_VARIANCE * factor:g}": (
            data,
            fit(data, walk_variance=WALK_VARIANCE * factor),
        )
        for factor in WALK_FACTORS
    }
    doing = f"a walk variance other than {WALK_VARIANCE:g}"
    return _compared("walk-variance", doing, (data, points), variants)


def check_bridges(ballots: Ballots) -> CheckResult:
    """Repeated resolutions not joined: only the random walks hold the scale across sessions."""
    data = prepare(ballots, links=NO_LINKS)
    variants = {"without bridges": (data, fit(data))}
    return _compared("bridges", "not joining repeated resolutions", _fitted(ballots), variants)


def check_dimensions(ballots: Ballots) -> CheckResult:
    """What one dimension explains in blocks of ten sessions, and what a second would add."""
    data, points = _fitted(ballots)
    rows, drawn = [], []
    for found in dimensions(data, points, draws=NULL_DRAWS):
        years = (found.first + BEFORE_FIRST, found.last + BEFORE_FIRST)
        order = np.argsort(found.coordinates)
        rows.append(
            {
                "first_session": found.first,
                "last_session": found.last,
                "years": f"{years[0]}-{years[1]}",
                "votes": found.votes,
                "roll_calls": found.roll_calls,
                "states": found.states,
                "correct": found.correct,
                "pre": found.pre,
                "residual_share": found.residual_share,
                "null_mean": found.null_mean,
                "null_high": found.null_high,
                "exceeds": found.exceeds,
                "gain": found.gain,
                "gain_by_chance": found.gain_by_chance,
                "one_end": " ".join(found.names[k] for k in order[:5]),
                "other_end": " ".join(found.names[k] for k in order[:-6:-1]),
            }
        )
        second = found.pre + found.gain - found.gain_by_chance
        for label, value in (("one dimension", found.pre), ("with a second", second)):
            drawn += [
                {"series": label, "year": year, "value": value}
                for year in range(years[0], years[1] + 1)
            ]
    frame = pd.DataFrame(rows)
    net = frame["gain"] - frame["gain_by_chance"]
    over = int(frame["exceeds"].sum())
    most, least = rows[int(net.argmax())], rows[int(frame["pre"].argmin())]
    figures = {
        "periods": len(frame),
        "exceeding": over,
        "lowest_pre": float(frame["pre"].min()),
        "highest_pre": float(frame["pre"].max()),
        "largest_gain_beyond_chance": float(net.max()),
        "least_times_null": float((frame["residual_share"] / frame["null_high"]).min()),
        "smallest_gain_beyond_chance": float(net.min()),
    }
    shown = f"{over} of {len(frame)} periods"
    return CheckResult(
        name="dimensions",
        title=f"Votes hold a second dimension in {shown}; it saves {100 * net.min():.1f} to "
        f"{100 * net.max():.1f}% of the mode's errors",
        summary=(
            f"One dimension makes {_percent(frame['pre'].min())} ({least['years']}) to "
            f"{_percent(frame['pre'].max())} fewer errors than the modal votes; what it leaves "
            f"hangs together more than by chance in {shown} (parallel analysis: first eigenvalue "
            f"at least {figures['least_times_null']:.1f} times the null's 95th percentile), and a "
            f"second dimension saves a further {100 * net.min():.1f} to {100 * net.max():.1f}% of "
            f"the mode's errors beyond chance, most in {most['years']} ({most['one_end']} against "
            f"{most['other_end']})."
        ),
        frame=frame,
        figures=figures,
        drawing=pd.DataFrame(drawn),
        unit="proportional reduction in error",
        domain=(0.0, 1.0),
    )


CHECKS: Mapping[str, Check] = {
    "margins": check_margins,
    "item-fit": check_item_fit,
    "unanimous": check_unanimous,
    "important": check_important,
    "walk-variance": check_walk_variance,
    "bridges": check_bridges,
    "dimensions": check_dimensions,
}


def _fitted(ballots: Ballots) -> tuple[VoteData, IdealPoints]:
    data = prepare(ballots)
    return data, fit(data)


def _subset(ballots: Ballots, kept: npt.NDArray[np.bool_]) -> Ballots:
    calls = ballots.roll_calls[kept].reset_index(drop=True)
    return Ballots(calls, ballots.states, ballots.votes[kept])


def _thirds(data: VoteData, points: IdealPoints) -> Ints:
    """Each state-session's third of its session's scale: 0, 1 or 2."""
    third = np.zeros(data.session.size, np.int64)
    for when in np.unique(data.session):
        rows = np.flatnonzero(data.session == when)
        rank = np.argsort(np.argsort(points.position[rows], kind="stable"))
        third[rows] = 3 * rank // rows.size
    return third


def _compared(
    name: str,
    doing: str,
    base: tuple[VoteData, IdealPoints],
    variants: Mapping[str, tuple[VoteData, IdealPoints]],
) -> CheckResult:
    """Each variant beside the declared fit, session by session."""
    tables, parts = [], []
    figures: dict[str, Any] = {}
    apart: list[float] = []
    for label, (data, points) in variants.items():
        found = diagnostics.compare(base[1], points)
        apart.append(found.difference)
        low = int(found.by_session.argmin())
        squares = pd.Series((found.one - found.aligned) ** 2).groupby(found.name).mean()
        figures[label] = {
            "items": int(data.item_labels.size),
            "votes": int(data.person.size),
            "matched": int(found.session.size),
            "correlation": found.correlation,
            "correlation_aligned": found.correlation_aligned,
            "median_session_correlation": float(np.median(found.by_session)),
            "lowest_session_correlation": float(found.by_session[low]),
            "lowest_session": int(found.sessions[low]),
            "difference": found.difference,
            "largest_session_difference": float(found.difference_by_session.max()),
            "furthest": squares.nlargest(3).index.tolist(),
            "converged": points.converged,
        }
        parts.append(
            f"{label} ({data.item_labels.size:,} items): r = {found.correlation:.4f} over "
            f"{found.session.size:,} state-sessions, {found.correlation_aligned:.4f} with sessions "
            f"aligned, by session at least {found.by_session[low]:.3f} (session "
            f"{found.sessions[low]}), and {found.difference:.3f} standard deviations apart"
            + ("" if points.converged else ", not converged")
        )
        tables.append(
            pd.DataFrame(
                {
                    "variant": label,
                    "session": found.sessions,
                    "year": found.sessions + BEFORE_FIRST,
                    "states": found.matched,
                    "correlation": found.by_session,
                    "difference": found.difference_by_session,
                }
            )
        )
    frame = pd.concat(tables, ignore_index=True)
    span = " to ".join(dict.fromkeys(f"{end:.2f}" for end in (min(apart), max(apart))))
    return CheckResult(
        name=name,
        title=f"{doing[0].upper()}{doing[1:]} moves states by {span} standard deviations",
        summary=f"Against the declared fit on all votes, {'; '.join(parts)}.",
        frame=frame,
        figures=figures,
        drawing=frame.assign(series=frame["variant"], value=frame["difference"]),
        unit=_APART,
    )


def _percent(share: float) -> str:
    text = f"{100 * share:.1f}".removesuffix(".0")
    return f"{text}%"


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
