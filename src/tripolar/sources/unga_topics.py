"""Two sets of General Assembly roll calls that the source has no issue area for.

``information``: resolutions on information and telecommunications in the context of international
security, on responsible State behaviour in cyberspace, and on the use of information and
communications technologies for criminal purposes.

``country-human-rights``: resolutions on the situation of human rights in a named country or
territory. Not among them: the yearly resolutions on the territories that Israel occupies (a set of
their own, ``middle-east``), on self-determination, on apartheid, and motions of procedure.

The final votes of the titled edition were found by the patterns below and read one by one; those
accepted are listed in ``unga_topics.csv`` (topic, roll call, year, resolution, what it is about).
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from importlib.resources import files

import pandas as pd

from tripolar.errors import NewOddity

TITLED = "unga-titles"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "information": re.compile(
        r"fiel[dn] of information and telecommunication"
        r"|state behaviou?r in cyberspace"
        r"|communications technologies for criminal purposes",
        re.IGNORECASE,
    ),
    "country-human-rights": re.compile(
        r"(?:situation|question) o[fn] (?:the )?human rights (?:and fundamental freedoms? )?"
        r"(?:in|of) (?!the (?:occupied|field))"
        r"|human rights situation (?:in|arising)"
        r"|\bhuman rights in (?:iraq|kosovo|bosnia|the islamic republic)"
        r"|^human rights, (?:hungary|tibet|chile|bolivia|el salvador|guatemala)",
        re.IGNORECASE,
    ),
}
"""What a title or a description of the source says where a roll call belongs to a set."""
TOPICS = tuple(PATTERNS)
ACCEPTED_WITHOUT_PATTERN: Mapping[int, str] = {
    147: "1949, trials of church leaders in Bulgaria and Hungary, headed 'HUMAN RIGHTS'",
    176: "1949, the same and Romania, headed 'EASTERN EUROPE HUMAN RIGHTS'",
    584: "1959, headed 'TIBET, AUTONOMY': calls for respect for human rights in Tibet",
    771: "1961, headed 'TIBET': calls for an end of violations of rights in Tibet",
    2299: "36/155, headed 'EL SALVADOR, INTERNAL INTERVENTION': human rights in El Salvador",
    3730: "47/142, headed 'SUDAN': human rights violations in the Sudan",
}
"""Roll calls on human rights in a country whose heading does not say so."""
REFUSED: Mapping[int, str] = {
    5848: "64/246, a paragraph vote: the text is the minutes of the meeting, and the President "
    "names the next item of the agenda, on information security, which had no recorded vote",
}
"""Roll calls that a pattern finds and that belong to no set."""


def mark(roll_calls: pd.DataFrame) -> pd.DataFrame:
    """The roll calls with one boolean column per set; <NA> where the source has no titles.

    ``roll_calls`` has the columns roll_call, kind, resolution, title and source of
    `tripolar.sources.unga.Ballots`. Raises `NewOddity` if a listed roll call carries another
    resolution than the list says, or a final vote's title asks to be listed and is not.
    """
    titled = roll_calls["source"] == TITLED
    _stop_at_other_numbers(roll_calls[titled])
    _stop_at_unlisted(roll_calls[titled])
    found = {
        topic: roll_calls["roll_call"].isin(listed(topic)).astype("boolean").where(titled)
        for topic in TOPICS
    }
    return roll_calls.assign(**found)


@functools.cache
def listed(topic: str) -> Mapping[int, str]:
    """The accepted roll calls of a set, each with its resolution (empty where it has none)."""
    return {int(row["roll_call"]): row["resolution"] for row in _table() if row["topic"] == topic}


@functools.cache
def _table() -> tuple[dict[str, str], ...]:
    text = files("tripolar.sources").joinpath("unga_topics.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _stop_at_other_numbers(titled: pd.DataFrame) -> None:
    known = {call: number for topic in TOPICS for call, number in listed(topic).items()}
    other = [
        f"{call} is {number or 'without a number'}, not {known[call]}"
        for call, number in zip(titled["roll_call"], titled["resolution"], strict=True)
        if known.get(call, number) != number
    ]
    if other:
        raise NewOddity(
            f"{TITLED}: roll calls are numbered otherwise than in unga_topics.csv: "
            f"{', '.join(other)}"
        )


def _stop_at_unlisted(titled: pd.DataFrame) -> None:
    final = titled[titled["kind"] == "final"]
    new = [
        f"{call} ({topic})"
        for topic, pattern in PATTERNS.items()
        for call, title in zip(final["roll_call"], final["title"], strict=True)
        if pattern.search(title) and call not in listed(topic) and call not in REFUSED
    ]
    if new:
        raise NewOddity(
            f"{TITLED}: titles that ask to be listed: {', '.join(new)}",
            next_step="read them, and list each in unga_topics.csv or as refused",
        )
