"""General Assembly roll calls: both editions, their traps, and how they are reconciled."""

import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tripolar.actors.states import spells
from tripolar.errors import NewOddity
from tripolar.nothing import ABSENT, NOT_A_MEMBER
from tripolar.panel import compile as compiled
from tripolar.sources import source, unga

pytestmark = pytest.mark.mirror

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "catalogue.toml").read_text(encoding="utf-8")
)
AGREEMENT = REFERENCE["agreement_china_russia"]
TWO_DECIMALS = 0.005
"""Half a unit of the last digit of an outside number given to two decimals."""


@pytest.fixture(scope="module")
def ballots(ungas):
    return ungas[0]


@pytest.fixture(scope="module")
def report(ungas):
    return ungas[1]


def column(ballots, state):
    return ballots.votes[:, ballots.states.index(state)]


def voted(ballots, state):
    """The roll calls in which a state took a position."""
    return ballots.roll_calls[column(ballots, state) > ABSENT]


def agreement(ballots, a, b, year, roll_calls="final"):
    """Same, joint and held, counted one roll call after the other."""
    same = joint = held = 0
    for k, call in enumerate(ballots.roll_calls[["year", "kind"]].itertuples(index=False)):
        if call.year != year or (roll_calls == "final" and call.kind != "final"):
            continue
        x, y = column(ballots, a)[k], column(ballots, b)[k]
        held += x != NOT_A_MEMBER and y != NOT_A_MEMBER
        joint += x > ABSENT and y > ABSENT
        same += x > ABSENT and x == y
    return same, joint, held


@pytest.mark.parametrize("row", AGREEMENT["rows"], ids=lambda r: f"{r['year']}-{r['roll_calls']}")
def test_china_and_russia_vote_as_counted_outside(ballots, row):
    seen = agreement(ballots, "RUS", "CHN", row["year"], row["roll_calls"])
    assert seen == (row["same"], row["joint"], row["held"])


@pytest.mark.parametrize("row", AGREEMENT["rounded"], ids=lambda r: str(r["year"]))
def test_agreement_of_other_years_to_two_decimals(ballots, row):
    russia = "SUN" if row["year"] < 1992 else "RUS"
    same, joint, _ = agreement(ballots, russia, "CHN", row["year"])
    assert same / joint == pytest.approx(row["value"], abs=TWO_DECIMALS)


def test_both_editions_agree_on_the_final_votes_of_2002(ballots, mirror):
    expected = AGREEMENT["final_2002"]
    assert agreement(ballots, "RUS", "CHN", 2002)[:2] == (expected["same"], expected["joint"])
    votes = pd.read_parquet(source("unga-votes").path("votes", mirror))
    of_2002 = votes[votes["date"].str.startswith("2002-")]
    china, russia = (
        of_2002[of_2002["ccode"] == code].set_index("resid")["vote"] for code in (710, 365)
    )
    both = pd.concat([china, russia], axis=1, join="inner", keys=["china", "russia"])
    assert len(both) == expected["joint"]
    assert (both["china"] == both["russia"]).sum() == expected["same"]


def test_paragraph_and_amendment_votes_stand_in_some_years_only(ballots):
    expected = REFERENCE["paragraph_votes"]
    calls = ballots.roll_calls
    named = calls["kind"].isin(["paragraph", "amendment"])
    flagged = calls[(calls["year"] > 1989) & named].groupby("year").size()
    assert flagged.sum() == expected["total"]
    assert list(flagged.index) == expected["years"]
    assert flagged[2002] == expected["of_2002"]
    assert flagged[2016] == expected["of_2016"]


@pytest.mark.parametrize(
    "name", ["matched", "only_titled_flagged", "dropped_china_1971", "refused_after_2022"]
)
def test_the_reconciliation_counts(report, name):
    assert getattr(report, name) == REFERENCE["reconciliation"][name]


def test_the_reconciliation_lists_what_stands_alone(ballots, report):
    expected = REFERENCE["reconciliation"]
    aside = report.only_titled_unflagged
    assert len(set(aside)) == len(aside) == expected["only_titled_unflagged"]
    assert len(report.only_later) == expected["only_later"]
    calls = ballots.roll_calls
    assert set(calls.loc[calls["kind"] == "other", "roll_call"]) == set(aside)


def test_every_titled_roll_call_is_matched_or_accounted_for(ballots, report):
    titled = (ballots.roll_calls["source"] == "unga-titles").sum()
    alone = report.only_titled_flagged + len(report.only_titled_unflagged)
    assert report.matched + alone == titled


def test_the_report_is_written_out(report):
    text = "\n".join(report.lines())
    for number in ("5784", "388", "31", "11", "94", "249"):
        assert number in text


def test_years_are_of_the_calendar_not_of_the_session(ballots):
    calls = ballots.roll_calls
    assert (calls["year"] == calls["date"].dt.year).all()
    opened = 1945 + calls["session"]
    after_new_year = (calls["year"] != opened) & (calls["source"] == "unga-votes")
    assert after_new_year.sum() > 0
    assert (calls.loc[after_new_year, "year"] == opened[after_new_year] + 1).all()


def test_nothing_after_2022_enters(ballots, report, mirror):
    assert ballots.roll_calls["date"].max() <= pd.Timestamp(2022, 12, 31)
    assert ballots.roll_calls["session"].max() == unga.LAST_SESSION
    votes = pd.read_parquet(source("unga-votes").path("votes", mirror))
    late = (votes["resid"] // 1000 > unga.LAST_SESSION) | (votes["date"] > "2022-12-31")
    assert votes.loc[late, "resid"].nunique() == report.refused_after_2022


def test_the_newer_edition_carries_2020_to_2022_with_flags_unknown(ballots):
    calls = ballots.roll_calls
    newer = calls[calls["source"] == "unga-votes"]
    assert set(newer["year"]) == {2020, 2021, 2022}
    assert newer[list(unga.ISSUES.values())].isna().all(axis=None)
    assert newer["important"].isna().all()
    older = calls[calls["source"] == "unga-titles"]
    assert older[list(unga.ISSUES.values())].notna().all(axis=None)


def test_the_list_of_important_votes_speaks_of_1983_to_2017(ballots):
    calls = ballots.roll_calls
    known = calls[calls["important"].notna()]
    assert (known["year"].min(), known["year"].max()) == (1983, 2017)
    assert known["important"].any()


def test_namibia_votes_although_its_code_reads_as_missing(ballots):
    calls = voted(ballots, "NAM")
    assert calls["year"].min() == 1990  # admitted on 23 April 1990
    assert set(range(1990, 2020)) <= set(calls["year"])


def test_the_seat_of_china_changes_hands_in_1971(ballots):
    mainland, island = voted(ballots, "CHN")["date"], voted(ballots, "TWN")["date"]
    assert mainland.min() >= pd.Timestamp(1971, 11, 1)
    assert mainland.min().year == 1971
    assert island.max().year == 1971
    assert island.max() < mainland.min()


def test_yugoslavia_casts_no_vote_between_1993_and_1999(ballots):
    years = set().union(*(voted(ballots, s)["year"] for s in ("YUG", "SCG", "SRB")))
    assert years & set(range(1993, 2000)) == set()
    assert {1990, 1991, 1992, 2001} <= years


def test_the_departed_hold_their_seats_to_their_last_year(ballots):
    last = {s: int(voted(ballots, s)["year"].max()) for s in ("SUN", "DDR", "CSK", "YMD")}
    assert last == {"SUN": 1991, "DDR": 1989, "CSK": 1992, "YMD": 1989}
    assert voted(ballots, "RUS")["year"].min() == 1992
    assert voted(ballots, "CZE")["year"].min() == 1993


def test_ukraine_and_belarus_vote_before_they_are_states(ballots):
    for state in ("UKR", "BLR"):
        assert voted(ballots, state)["year"].min() == 1946
        assert 1990 in set(voted(ballots, state)["year"])


def test_a_seat_not_held_is_not_an_absence(ballots):
    year = ballots.roll_calls["year"]
    switzerland = column(ballots, "CHE")
    assert (switzerland[year < 2002] == NOT_A_MEMBER).all()
    assert (switzerland[year > 2003] != NOT_A_MEMBER).all()
    iraq = column(ballots, "IRQ")  # in arrears (Article 19 of the Charter), yet a member
    assert (iraq[year == 2000] == ABSENT).all()


def test_votes_are_the_five_declared_values(ballots):
    assert set(np.unique(ballots.votes)) == {-1, 0, 1, 2, 3}
    assert ballots.votes.shape == (len(ballots.roll_calls), len(ballots.states))
    assert list(ballots.states) == sorted(ballots.states)
    assert ballots.roll_calls["roll_call"].is_unique


def test_a_vote_without_a_seat_stops_the_build(ballots):
    compiled.check_seats(ballots)
    votes = ballots.votes.copy()
    of_1995 = np.flatnonzero(ballots.roll_calls["year"] == 1995)[0]
    votes[of_1995, ballots.states.index("CHE")] = 1
    with pytest.raises(NewOddity, match="CHE in 1995"):
        compiled.check_seats(unga.Ballots(ballots.roll_calls, ballots.states, votes))


def test_a_state_that_votes_twice_is_an_oddity():
    calls = pd.DataFrame({"roll_call": [1]})
    votes = pd.DataFrame({"id": [1, 1], "state": ["FRA", "FRA"], "code": [1, 3]})
    with pytest.raises(NewOddity, match="1 FRA"):
        unga._ballots(calls, votes, "id")


def test_names_resolve_as_if_each_were_asked_on_its_day():
    """Also on the days around every change, where a stretch of days must not be one too long."""
    random = np.random.default_rng(2)
    changes = unga._days_of_change()
    days = random.choice(changes, 8000) + random.integers(-1, 2, 8000).astype("timedelta64[D]")
    days = np.where(days < np.datetime64("1900-01-01"), np.datetime64("1990-10-03"), days)
    dates = pd.Series(pd.to_datetime(days))
    months = dates.dt.to_period("M").dt.to_timestamp()
    by_month = dates.where(dates >= unga.DAYS_ARE_DATES, months)
    codes = sorted({code for code, *_ in spells("cow")})
    names = ["Yugoslavia", "Russia", "Germany", "China", "Syria", "Egypt", "DE", "CS", "345", "YUG"]
    for asked, holder in ((codes, unga._holder_of_code), (names, unga._holder_of_name)):
        texts = pd.Series(random.choice(asked, dates.size))
        one_by_one = [holder(text, day.date()) for text, day in zip(texts, by_month, strict=True)]
        assert list(unga._resolve(texts, dates, holder)) == one_by_one


def _edition(votes, kinds=None):
    """A small edition of one session with three states."""
    votes = np.array(votes, dtype=np.int8)
    calls = pd.DataFrame(
        {
            "roll_call": range(1, len(votes) + 1),
            "session": 1,
            "kind": kinds or ["final"] * len(votes),
        }
    )
    return unga.Ballots(calls, ("CHN", "FRA", "USA"), votes)


def test_reconciling_tells_matched_from_alone():
    titled = _edition([[1, 1, 3], [1, 2, 3], [3, 3, 1]], ["final", "paragraph", "final"])
    later = _edition([[2, 1, 3], [1, 1, 1]])
    report = unga.reconcile(titled, later, dropped=0, refused=0)
    assert report.matched == 1
    assert report.differ_in_china_seat == 1
    assert report.only_titled_flagged == 1
    assert report.only_titled_unflagged == (3,)
    assert report.only_later == ("1/2",)


def test_reconciling_counts_identical_roll_calls_one_by_one():
    report = unga.reconcile(_edition([[1, 1, 1]] * 3), _edition([[1, 1, 1]] * 2), 0, 0)
    assert report.matched == 2
    assert len(report.only_titled_unflagged) == 1


def test_a_seat_is_held_from_the_month_of_admission(ballots):
    seated = unga.seated(ballots)
    column = seated[:, ballots.states.index("SSD")]  # admitted on 14 July 2011
    first = ballots.roll_calls["date"][column].min().date()
    assert first >= date(2011, 7, 1)
    assert first.year == 2011
