"""Vetoes in the Security Council: who holds the seat, and joint vetoes counted by hand."""

import csv
import io
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tripolar.panel.compile import veto_table
from tripolar.sources import source, vetoes

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "catalogue.toml").read_text(encoding="utf-8")
)
JOINT = {int(y): n for y, n in REFERENCE["joint_vetoes_china_russia"]["by_year"].items()}
MOJIBAKE = "â€"
"""What the UTF-8 bytes of dashes and quotes look like when read as latin-1 or cp1252."""


@pytest.fixture(scope="module")
def cast(mirror):
    return vetoes.read(mirror)


def raw(mirror):
    text = source(vetoes.NAME).path("vetoes", mirror).read_bytes().decode("latin-1")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.mirror
def test_joint_vetoes_of_china_and_russia_by_year(cast):
    by_draft = cast.groupby("draft").agg(year=("year", "first"), who=("state", set))
    joint = by_draft[[{"CHN", "RUS"} <= who for who in by_draft["who"]]]
    assert joint.groupby("year").size().to_dict() == JOINT


@pytest.mark.mirror
def test_the_table_of_pairs_says_the_same(cast):
    table = veto_table(cast, range(1990, 2023))
    pair = table[(table["a"] == "CHN") & (table["b"] == "RUS")].set_index("year")
    assert {int(y): int(n) for y, n in pair["joint"].items() if n} == JOINT
    assert (pair["joint"] <= pair["either"]).all()
    assert set(range(1992, 2023)) <= set(pair.index)


@pytest.mark.mirror
def test_the_ussr_ends_where_russia_begins(cast):
    soviet, russian = (cast.loc[cast["state"] == key, "date"] for key in ("SUN", "RUS"))
    assert soviet.max() < pd.Timestamp(1991, 12, 26) <= russian.min()
    assert set(cast["state"]) == {"SUN", "RUS", "USA", "GBR", "FRA", "CHN"}


@pytest.mark.mirror
def test_no_veto_is_lost_or_doubled(cast, mirror):
    rows = raw(mirror)
    members = ("China", "France", "Russia", "USSR", "USA", "UK")
    assert len(cast) == sum(row[member] == "1" for row in rows for member in members)
    assert not cast.duplicated(["draft", "state"]).any()
    assert (cast["year"] == cast["date"].dt.year).all()


@pytest.mark.mirror
def test_texts_are_decoded_as_they_were_written(cast, mirror):
    content = source(vetoes.NAME).path("vetoes", mirror).read_bytes()
    assert MOJIBAKE not in content.decode("utf-8")  # raises if the file were not UTF-8
    said = " ".join(f"{odd['what']} {odd['rule']}" for odd in source(vetoes.NAME).oddities)
    assert "latin-1" not in said
    assert not cast["topic"].str.contains(MOJIBAKE).any()


@pytest.mark.parametrize(
    ("day", "present", "gone"),
    [
        (date(1971, 10, 24), "TWN", "CHN"),
        (date(1971, 10, 25), "CHN", "TWN"),
        (date(1991, 12, 1), "SUN", "RUS"),
        (date(1991, 12, 31), "RUS", "SUN"),
    ],
)
def test_the_five_seats_have_one_holder_each(day, present, gone):
    held = vetoes.permanent_members(day)
    assert len(held) == 5
    assert present in held
    assert gone not in held


def test_both_vetoing_counts_once_and_alone_counts_to_either():
    rows = [(0, "CHN", "Syria"), (0, "RUS", "Syria"), (1, "RUS", "Mali"), (2, "USA", "Syria")]
    cast = pd.DataFrame(rows, columns=["draft", "state", "topic"]).assign(year=2019)
    table = veto_table(cast, [2019, 2018]).set_index(["year", "a", "b"])
    assert list(table.columns) == ["joint", "parallel", "either", "crises"]
    assert tuple(table.loc[(2019, "CHN", "RUS")]) == (1, 1, 2, 2)
    assert tuple(table.loc[(2019, "CHN", "USA")]) == (0, 1, 2, 1)
    assert tuple(table.loc[(2019, "FRA", "GBR")]) == (0, 0, 0, 0)
    assert tuple(table.loc[(2018, "CHN", "RUS")]) == (0, 0, 0, 0)
    assert len(table) == 2 * 10  # ten pairs of five members in each year
