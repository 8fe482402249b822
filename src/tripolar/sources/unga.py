"""General Assembly roll calls: two editions read, cleaned, and reconciled into one set of ballots.

The titled edition carries 1946-2019 with titles, issue areas and the kind of vote; the later
edition carries 2020-2022. Where both speak they are compared roll call by roll call, and the
differences are counted in a `Reconciliation`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tripolar.actors.blocs import memberships
from tripolar.actors.states import SCHEMES, find, spells, states
from tripolar.errors import NewOddity
from tripolar.nothing import ABSENT, ABSTAIN, NO, NOT_A_MEMBER, YES
from tripolar.sources import unga_topics
from tripolar.sources.base import Source, source

TITLED, LATER = "unga-titles", "unga-votes"
LAST_SESSION = 77
LAST_DAY = pd.Timestamp(2022, 12, 31)
CHINA_FIRST_SAT = pd.Timestamp(1971, 11, 15)
CHINA_SEAT = ("CHN", "TWN")
ISSUES = {
    "hr": "human-rights",
    "nu": "nuclear",
    "di": "arms-control",
    "me": "middle-east",
    "co": "colonialism",
    "ec": "development",
}
DAYS_ARE_DATES = pd.Timestamp(1997, 1, 1)
IMPORTANT_FROM, IMPORTANT_TO = 1983, 2017
_CODES = {"yes": YES, "abstain": ABSTAIN, "no": NO}


Votes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Ballots:
    """Roll calls and who voted how.

    roll_calls : one row per roll call, in the order of the rows of ``votes``; columns roll_call,
        date, year, session, kind (final, paragraph, amendment, other), resolution, title,
        important, one column per issue area, source. Unknown flags are <NA>.
    states : the states, in the order of the columns of ``votes``.
    votes : int8, shape (roll calls, states); 1 yes, 2 abstain, 3 no, 0 absent, -1 not a member.
    """

    roll_calls: pd.DataFrame
    states: tuple[str, ...]
    votes: Votes


@dataclass(frozen=True)
class Reconciliation:
    """How the two editions differ where both speak (sessions 1 to 74).

    Roll calls are matched by session and identical votes of the states that both editions hold
    in it, China's seat apart.
    """

    matched: int
    differ_in_china_seat: int
    left_out_by_later: dict[str, int]
    only_titled_flagged: int
    only_titled_unflagged: tuple[int, ...]
    only_later: tuple[str, ...]
    matched_though_flagged: int
    dropped_china_1971: int
    refused_after_2022: int

    def lines(self) -> list[str]:
        """The report in sentences, for a build's log and the documentation."""
        absent = ", ".join(f"{state} ({count})" for state, count in self.left_out_by_later.items())
        return [
            f"{self.matched} roll calls of 1946-2019 stand in both editions, vote for vote the "
            f"same; {self.differ_in_china_seat} of them differ in the votes of China's seat",
            f"votes that the later edition leaves out: {absent or 'none'}",
            f"only in the titled edition: {self.only_titled_flagged} paragraph or amendment "
            f"votes, and {len(self.only_titled_unflagged)} without a flag that are set "
            "aside as neither" + _listed(tuple(map(str, self.only_titled_unflagged))),
            f"only in the later edition: {len(self.only_later)}" + _listed(self.only_later),
            f"in both though flagged as paragraph or amendment vote: {self.matched_though_flagged}",
            f"votes booked to China before it first sat, dropped: {self.dropped_china_1971}",
            f"roll calls after 2022, refused: {self.refused_after_2022}",
        ]


def _listed(labels: tuple[str, ...]) -> str:
    return f": {', '.join(labels)}" if labels else ""


def read(mirror: Path) -> tuple[Ballots, Reconciliation]:
    """Both editions as one set of ballots, 1946-2022, and how they differ where both speak."""
    titled, dropped = read_titled(source(TITLED), mirror)
    later, refused = read_later(source(LATER), mirror)
    newer = (later.roll_calls["session"] > titled.roll_calls["session"].max()).to_numpy()
    report = reconcile(titled, _rows(later, ~newer), dropped, refused)
    titled = _set_aside(titled, report.only_titled_unflagged)
    stacked = _stack(titled, _rows(later, newer))
    marked = replace(stacked, roll_calls=unga_topics.mark(stacked.roll_calls))
    return _mark_members(marked), report


def read_titled(edition: Source, mirror: Path) -> tuple[Ballots, int]:
    """The titled edition, and how many votes booked to China before it first sat were dropped."""
    calls = pd.read_parquet(edition.path("roll_calls", mirror))
    issues = pd.read_parquet(edition.path("issues", mirror))
    calls = calls.sort_values("rcid", ignore_index=True)
    votes = _columns(edition.path("votes", mirror), ["rcid"], ["country", "vote"])
    row = pd.Index(calls["rcid"]).get_indexer(votes["rcid"])
    votes, row = votes[row >= 0], row[row >= 0]
    cast = calls["date"].to_numpy()[row]
    state = _resolve(votes["country"], calls["date"].take(row), _holder_of_name)
    early = (state == "CHN") & (cast < CHINA_FIRST_SAT.to_datetime64())
    code = votes["vote"].map(_CODES).astype("int8")
    votes = pd.DataFrame({"rcid": votes["rcid"], "state": state, "code": code})
    return _ballots(_describe(calls, issues), votes[~early], "rcid"), int(early.sum())


def read_later(edition: Source, mirror: Path) -> tuple[Ballots, int]:
    """The later edition to 2022, and how many roll calls after it were refused."""
    votes = _columns(edition.path("votes", mirror), ["resid", "ccode", "vote"], ["date"])
    votes["date"] = _as_dates(votes["date"])
    votes["session"] = votes["resid"] // 1000
    late = (votes["session"] > LAST_SESSION) | (votes["date"] > LAST_DAY)
    refused = votes.loc[late, "resid"].nunique()
    votes = votes[~late]
    votes = votes.assign(
        state=_resolve(votes["ccode"], votes["date"], _holder_of_code),
        code=votes["vote"].astype("int8"),
    )
    calls = votes.drop_duplicates("resid").sort_values("resid", ignore_index=True)
    described = pd.DataFrame(
        {
            "roll_call": calls["resid"],
            "date": calls["date"],
            "year": calls["date"].dt.year,
            "session": calls["session"],
            "kind": "final",
            "resolution": "",
            "title": "",
            "important": pd.array([pd.NA] * len(calls), dtype="boolean"),
            **{issue: pd.array([pd.NA] * len(calls), dtype="boolean") for issue in ISSUES.values()},
            "source": LATER,
        }
    )
    return _ballots(described, votes, "resid"), int(refused)


def _columns(file: Path, plain: list[str], repeated: list[str]) -> pd.DataFrame:
    """Some columns of a file, those of few distinct texts as categories."""
    return pd.read_parquet(file, columns=[*plain, *repeated], read_dictionary=repeated)


def _as_dates(texts: pd.Series) -> pd.Series:
    """Dates of texts that repeat, each text read once."""
    code, unique = pd.factorize(texts, use_na_sentinel=False)
    return pd.Series(pd.to_datetime(np.asarray(unique, dtype=object)).take(code), texts.index)


def reconcile(titled: Ballots, later: Ballots, dropped: int, refused: int) -> Reconciliation:
    """Match the roll calls of two editions and count what differs."""
    states = tuple(sorted(set(titled.states) | set(later.states)))
    mine, theirs = _widen(titled, states), _widen(later, states)
    compared, absent = _compared(titled, mine, later, theirs)
    both = _fingerprints(titled, mine, compared, states).merge(
        _fingerprints(later, theirs, compared, states),
        on=["session", "print", "turn"],
        how="outer",
        indicator=True,
    )
    matched = both[both["_merge"] == "both"]
    alone = both[both["_merge"] == "left_only"]
    flagged = alone["kind_x"] != "final"
    counts = pd.Series(absent.sum(axis=0), index=states)
    return Reconciliation(
        matched=len(matched),
        differ_in_china_seat=int((matched["china_x"] != matched["china_y"]).sum()),
        left_out_by_later={str(state): int(n) for state, n in counts.items() if n},
        only_titled_flagged=int(flagged.sum()),
        only_titled_unflagged=tuple(sorted(int(call) for call in alone.loc[~flagged, "call_x"])),
        only_later=tuple(sorted(both.loc[both["_merge"] == "right_only", "label_y"])),
        matched_though_flagged=int((matched["kind_x"] != "final").sum()),
        dropped_china_1971=dropped,
        refused_after_2022=refused,
    )


def _compared(
    titled: Ballots, mine: Votes, later: Ballots, theirs: Votes
) -> tuple[dict[int, npt.NDArray[np.bool_]], npt.NDArray[np.int64]]:
    """Per session the states both editions hold; and the titled votes of states only it holds."""
    sessions = sorted(set(titled.roll_calls["session"]))
    compared, absent = {}, np.zeros((len(sessions), mine.shape[1]), dtype=np.int64)
    for row, session in enumerate(sessions):
        cast = (mine[(titled.roll_calls["session"] == session).to_numpy()] > 0).sum(axis=0)
        held = (theirs[(later.roll_calls["session"] == session).to_numpy()] > 0).any(axis=0)
        compared[int(session)] = (cast > 0) & held
        absent[row] = np.where(held, 0, cast)
    return compared, absent


def _describe(calls: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    year = calls["date"].dt.year
    kind = np.where(
        calls["amend"] == 1, "amendment", np.where(calls["para"] == 1, "paragraph", "final")
    )
    listed = year.between(IMPORTANT_FROM, IMPORTANT_TO)
    described = pd.DataFrame(
        {
            "roll_call": calls["rcid"],
            "date": calls["date"],
            "year": year,
            "session": calls["session"].astype(int),
            "kind": kind,
            "resolution": calls["unres"]
            .fillna("")
            .str.removeprefix("A/RES/")
            .str.removeprefix("R/"),
            "title": calls["short"].replace("", None).fillna(calls["descr"]).fillna(""),
            "important": (calls["importantvote"] == 1).astype("boolean").where(listed),
        }
    )
    for short, issue in ISSUES.items():
        members = issues.loc[issues["short_name"] == short, "rcid"]
        described[issue] = calls["rcid"].isin(members).astype("boolean")
    return described.assign(source=TITLED)


def _ballots(calls: pd.DataFrame, votes: pd.DataFrame, key: str) -> Ballots:
    state = votes["state"].astype("category")
    states = tuple(sorted(state.unique()))
    row = pd.Index(calls["roll_call"]).get_indexer(votes[key])
    column = pd.Index(states).get_indexer(state.cat.categories)[state.cat.codes]
    cell = row * len(states) + column
    doubled = np.bincount(cell)[cell] > 1
    if doubled.any():
        rows = votes.loc[doubled, [key, "state"]].drop_duplicates().astype(str)
        listed = ", ".join(rows.agg(" ".join, axis=1))
        raise NewOddity(f"a state votes twice in one roll call: {listed}")
    matrix = np.zeros((len(calls), len(states)), dtype=np.int8)
    matrix[row, column] = votes["code"]
    return Ballots(calls.reset_index(drop=True), states, matrix)


def _resolve(
    names: pd.Series, dates: pd.Series, holder: Callable[[str, date], str]
) -> pd.Categorical:
    """The state behind each name or code on the day; before 1997, on the first of the month.

    Asked once for a name and a stretch of days in which no answer can change.
    """
    days = dates.to_numpy().astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype("datetime64[D]")
    days = np.where(days >= DAYS_ARE_DATES.to_datetime64(), days, months)
    changes = _days_of_change()
    name, unique = pd.factorize(names, use_na_sentinel=False)
    case = name * (changes.size + 1) + np.searchsorted(changes, days, side="right")
    # of the votes of one case any will do
    example = np.full(len(unique) * (changes.size + 1), -1)
    example[case] = np.arange(case.size)
    asked = example[example >= 0]
    keys = [
        holder(str(unique[name[row]]), day)
        for row, day in zip(asked, days[asked].astype(object), strict=True)
    ]
    found, state = np.unique(np.array(keys, dtype=object), return_inverse=True)
    answer = np.empty(example.size, dtype=np.int16)
    answer[example >= 0] = state
    return pd.Categorical.from_codes(answer[case], categories=pd.Index(found))


@cache
def _days_of_change() -> npt.NDArray[np.datetime64]:
    """Days on which a name or code may begin to mean another state than on the day before.

    A state or a spell of a code begins or has ended; or of two spells of one code the other
    becomes the nearer (or as near).
    """
    days = [_both_ends(known.start, known.end) for known in states().values()]
    held: dict[tuple[str, str], list[list[int]]] = {}
    for scheme in SCHEMES:
        for code, _, start, end in spells(scheme):
            held.setdefault((scheme, code), []).append(_both_ends(start, end))
    for rows in held.values():
        days += rows
        for (_, *ended), (begun, *_) in permutations(rows, 2):
            days += [[(begun + day) // 2, (begun + day + 1) // 2] for day in ended]
    return np.unique([day for some in days for day in some]).astype("datetime64[D]")


def _both_ends(start: date, end: date | None) -> list[int]:
    """The first day and, if it ends, the day after the last, as numbers."""
    days = [start] if end is None else [start, end]
    first, *last = (int(np.datetime64(day, "D").astype(np.int64)) for day in days)
    return [first, *(day + 1 for day in last)]


def _holder_of_name(name: str, on: date) -> str:
    """The state in the seat that a source calls by this name, on the day."""
    return find(name, on).key


def _holder_of_code(code: str, on: date) -> str:
    """The state holding a COW code on the day, else the holder nearest in time."""
    return find(f"cow:{code}", on).key


def _mark_members(ballots: Ballots) -> Ballots:
    """Write -1 where no vote is recorded and the state was not a member in that month.

    Dates before 1997 are good to the month only, so membership is taken by the month throughout.
    """
    member = seated(ballots)
    votes = np.where(~member & (ballots.votes == ABSENT), np.int8(NOT_A_MEMBER), ballots.votes)
    return Ballots(ballots.roll_calls, ballots.states, votes)


def seated(ballots: Ballots) -> npt.NDArray[np.bool_]:
    """Which state was a member of the United Nations in the month of which roll call."""
    member = np.zeros(ballots.votes.shape, dtype=bool)
    months = ballots.roll_calls["date"].to_numpy().astype("datetime64[M]")
    column = {state: index for index, state in enumerate(ballots.states)}
    for spell in memberships("UN"):
        if spell.state in column:
            first = np.datetime64(spell.start, "M")
            last = np.datetime64(spell.end, "M") if spell.end else months.max()
            member[:, column[spell.state]] |= (months >= first) & (months <= last)
    return member


def _set_aside(titled: Ballots, roll_calls: tuple[int, ...]) -> Ballots:
    """Mark as "other" the roll calls without a flag that the later edition leaves out.

    They have no short title, most repeat a resolution that is there with its own final vote, and
    nearly half were lost: motions, amendments and separate votes whose flag is missing.
    """
    calls = titled.roll_calls
    kind = calls["kind"].mask(calls["roll_call"].isin(roll_calls), "other")
    return Ballots(calls.assign(kind=kind), titled.states, titled.votes)


def _rows(ballots: Ballots, keep: npt.NDArray[np.bool_]) -> Ballots:
    calls = ballots.roll_calls[keep].reset_index(drop=True)
    return Ballots(calls, ballots.states, ballots.votes[keep])


def _stack(first: Ballots, second: Ballots) -> Ballots:
    states = tuple(sorted(set(first.states) | set(second.states)))
    votes = np.vstack([_widen(first, states), _widen(second, states)])
    calls = pd.concat([first.roll_calls, second.roll_calls], ignore_index=True)
    order = calls.sort_values(["date", "roll_call"], kind="stable").index
    return Ballots(calls.loc[order].reset_index(drop=True), states, votes[order])


def _widen(ballots: Ballots, states: tuple[str, ...]) -> Votes:
    wide = np.zeros((len(ballots.votes), len(states)), dtype=np.int8)
    wide[:, [states.index(state) for state in ballots.states]] = ballots.votes
    return wide


def _fingerprints(
    ballots: Ballots,
    wide: Votes,
    compared: dict[int, npt.NDArray[np.bool_]],
    states: tuple[str, ...],
) -> pd.DataFrame:
    seat = np.isin(states, CHINA_SEAT)
    calls = ballots.roll_calls
    sessions = calls["session"].to_numpy()
    prints = pd.DataFrame(
        {
            "session": sessions,
            "print": [
                row[compared[session] & ~seat].tobytes()
                for row, session in zip(wide, sessions, strict=True)
            ],
            "china": [row[seat].tobytes() for row in wide],
            "kind": calls["kind"].to_numpy(),
            "call": calls["roll_call"].to_numpy(),
            "label": calls["session"].astype(str) + "/" + calls["roll_call"].astype(str),
        }
    )
    prints["turn"] = prints.groupby(["session", "print"]).cumcount()
    return prints
