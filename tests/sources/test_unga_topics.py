"""Roll calls on information security and on human rights in single countries: rule and list."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tripolar.errors import NewOddity
from tripolar.measures.ballots import ROLL_CALL_SETS, in_set
from tripolar.sources import source, unga_topics
from tripolar.sources.unga_topics import ACCEPTED_WITHOUT_PATTERN, PATTERNS, REFUSED, TOPICS

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "unga_topics.toml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def marked(ungas):
    return unga_topics.mark(ungas[0].roll_calls)


@pytest.fixture(scope="module")
def texts(mirror):
    """What the source says of each roll call: its heading or title, then its description."""
    raw = pd.read_parquet(source("unga-titles").path("roll_calls", mirror)).set_index("rcid")
    return (raw["short"].fillna("") + " | " + raw["descr"].fillna("")).rename("text")


def calls(**columns):
    row = {
        "roll_call": 1,
        "kind": "final",
        "resolution": "99/1",
        "title": "a title",
        "source": "unga-titles",
    }
    return pd.DataFrame([row | columns])


def test_the_sets_have_a_name_among_the_roll_call_sets():
    assert set(TOPICS) <= ROLL_CALL_SETS.keys()


@pytest.mark.mirror
@pytest.mark.parametrize("topic", TOPICS)
def test_the_list_is_what_the_rule_finds_with_the_exceptions_named(marked, texts, topic):
    titled = marked[(marked["source"] == "unga-titles") & (marked["kind"] == "final")]
    if topic == "country-human-rights":
        titled = titled[titled["human-rights"].fillna(False).astype(bool)]
    text = texts.loc[titled["roll_call"]]
    found = set(text.index[text.map(lambda each: PATTERNS[topic].search(each) is not None)])
    added = set(ACCEPTED_WITHOUT_PATTERN) if topic == "country-human-rights" else set()
    assert not found & added
    assert set(unga_topics.listed(topic)) == found | added
    assert not set(unga_topics.listed(topic)) & set(REFUSED)


@pytest.mark.mirror
def test_minutes_that_name_the_next_item_of_the_agenda_are_no_vote_on_it(marked, texts):
    trap = 5848
    assert PATTERNS["information"].search(texts.loc[trap])
    row = marked[marked["roll_call"] == trap]
    assert row["resolution"].item() == "64/246"
    assert not row["information"].item()


@pytest.mark.mirror
def test_only_final_votes_are_listed_and_unknown_is_kept_apart(marked):
    for topic in TOPICS:
        flagged = marked[marked[topic].fillna(False).astype(bool)]
        assert set(flagged["kind"]) == {"final"}
        assert (marked[topic].isna() == (marked["source"] == "unga-votes")).all()
        assert in_set(marked, topic).sum() == len(unga_topics.listed(topic))


@pytest.mark.mirror
def test_votes_on_information_by_year(marked):
    chosen = marked[in_set(marked, "information")]
    assert chosen.groupby("year").size().to_dict() == {
        **dict.fromkeys((2005, 2006, 2007, 2008, 2016), 1),
        **dict.fromkeys((2018, 2019), 3),
    }


@pytest.mark.mirror
@pytest.mark.parametrize("row", REFERENCE["totals"], ids=lambda row: row["resolution"])
def test_totals_as_published(marked, ungas, row):
    ballots = ungas[0]
    at = (marked["resolution"] == row["resolution"]) & in_set(marked, "information")
    assert marked.loc[at, "date"].item().date() == row["day"]
    votes = ballots.votes[at.to_numpy()]
    for position, code in (("yes", 1), ("abstain", 2), ("no", 3)):
        if position in row:
            assert (votes == code).sum() == row[position]


@pytest.mark.mirror
def test_israel_and_self_determination_are_not_among_the_countries(marked):
    chosen = set(marked.loc[in_set(marked, "country-human-rights"), "resolution"])
    assert {"71/205", "74/246", "47/142", "60/173"} <= chosen
    assert not {"71/95", "74/10", "71/184", "71/193"} & chosen


def test_a_roll_call_under_another_number_than_listed_stops_the_reading():
    with pytest.raises(NewOddity, match="6073"):
        unga_topics.mark(calls(roll_call=6073, resolution="73/28"))


def test_a_title_that_asks_to_be_listed_stops_the_reading():
    title = "Situation of human rights in Atlantis"
    with pytest.raises(NewOddity, match=r"1 \(country-human-rights\)"):
        unga_topics.mark(calls(title=title))
    assert unga_topics.mark(calls(title=title, kind="paragraph"))["information"].tolist() == [False]


def test_an_edition_without_titles_knows_no_sets():
    assert unga_topics.mark(calls(source="unga-votes"))[list(TOPICS)].isna().all(axis=None)
