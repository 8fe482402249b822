"""The analyst's own facts beside the atlas: taken over whole or not at all, and marked as such."""

import re
import subprocess
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

import tripolar
from tripolar.brief import write_brief
from tripolar.cli import app
from tripolar.errors import (
    EXIT_CODE,
    DataError,
    InputError,
    OutputError,
    SchemaMismatch,
    TripolarError,
    UnknownName,
)
from tripolar.measures import MEASURES
from tripolar.nothing import Nothing
from tripolar.panel.own import OwnFacts
from tripolar.readings.coverage import coverage_of
from tripolar.sources import catalogue
from tripolar.sources.own import COLUMNS, template

MAIN = "from tripolar.cli import main; main()"
EXERCISE = {"a": "RUS", "b": "CHN", "dimension": "security", "kind": "exercise", "source": "TASS"}
VISIT = {
    **{"a": "CHN", "b": "RUS", "directed": "yes", "dimension": "political", "kind": "state-visit"},
    "source": "Xinhua",
}
SWAP = {
    **{"a": "RUS", "b": "CHN", "dimension": "economic", "kind": "swap", "unit": "CNY billion"},
    "source": "PBoC",
}


def dated(row, *dates):
    return [{**row, "date": date} for date in dates]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """An empty folder of own facts, the one that every command reads."""
    monkeypatch.setenv("TRIPOLAR_OWN", str(tmp_path / "own"))
    return OwnFacts(tmp_path / "own")


@pytest.fixture
def table(tmp_path):
    """A CSV file of rows."""

    def write(rows, name="events"):
        path = tmp_path / f"{name}.csv"
        pd.DataFrame(rows).reindex(columns=list(COLUMNS)).to_csv(path, index=False)
        return path

    return write


def listing(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*")}


def rows_of(frame):
    return list(frame[["a", "b", "year", "value", "n"]].itertuples(index=False, name=None))


def test_without_own_facts_there_are_the_declared_measures_and_sources_only(own):
    atlas = tripolar.open().atlas
    assert list(atlas.measures) == list(MEASURES)
    assert set(atlas.sources) == set(catalogue())
    assert own.facts.empty
    assert own.about(("RUS", "CHN"), 1990, 2020).empty


def test_facts_are_counted_by_pair_and_year(own, table):
    rows = dated(EXERCISE, "2012", "2018-09-11", "2018-12")
    own.add(table([*rows, {**rows[0], "a": "CHN", "b": "MNG"}]))
    world = tripolar.open()
    found = world.figures("own-exercise", "Russia", "China", first=2010, last=2019)
    assert rows_of(found.table()) == [("RUS", "CHN", 2012, 1.0, 1), ("RUS", "CHN", 2018, 2.0, 2)]
    assert found.table()[["low", "high"]].isna().all(axis=None)
    assert found.measure.unit == "facts"


def test_values_are_summed_and_a_band_is_kept(own, table):
    banded = [{**dated(SWAP, "2016")[0], "value": 9, "low": 8, "high": 11}]
    own.add(table([*(row | {"value": 75} for row in dated(SWAP, "2014-10", "2014-12")), *banded]))
    found = tripolar.open().figures("own-swap", "CHN", "RUS", first=2010, last=2019)
    assert rows_of(found.table()) == [("CHN", "RUS", 2014, 150.0, 2), ("CHN", "RUS", 2016, 9.0, 1)]
    assert found.table()[["low", "high"]].iloc[1].tolist() == [8, 11]
    assert found.table()["low"].isna().tolist() == [True, False]
    assert found.measure.unit == "CNY billion"


def test_an_undirected_fact_is_the_same_both_ways_and_a_directed_one_is_not(own, table):
    own.add(table([*dated(EXERCISE, "2018"), *dated(VISIT, "2019-06")]))
    atlas = tripolar.open().atlas
    for a, b in (("RUS", "CHN"), ("CHN", "RUS")):
        assert rows_of(atlas.figures("own-exercise", a, b)) == [(a, b, 2018, 1.0, 1)]
    assert rows_of(atlas.figures("own-state-visit", "CHN", "RUS")) == [("CHN", "RUS", 2019, 1.0, 1)]
    assert atlas.figures("own-state-visit", "RUS", "CHN").empty


def test_open_questions_list_each_pair_once(own, table):
    others = [{**EXERCISE, "a": "CHN", "b": "MNG"}, {**EXERCISE, "a": "IND", "b": "RUS"}]
    own.add(table([row for one in (EXERCISE, *others) for row in dated(one, "2018")]))
    atlas = tripolar.open().atlas
    everyone = atlas.figures("own-exercise")
    assert {(row[0], row[1]) for row in rows_of(everyone)} == {
        *(("CHN", "MNG"), ("CHN", "RUS"), ("IND", "RUS"))
    }
    assert {row[:2] for row in rows_of(atlas.figures("own-exercise", "RUS"))} == {
        *(("RUS", "CHN"), ("RUS", "IND"))
    }
    assert {row[:2] for row in rows_of(atlas.figures("own-exercise", None, "CHN"))} == {
        *(("MNG", "CHN"), ("RUS", "CHN"))
    }


def test_russia_is_followed_back_to_the_ussr(own, table):
    row = {**EXERCISE, "a": "Russia"}
    own.add(table(dated(row, "1990-05", "1992")))
    found = tripolar.open().atlas.figures("own-exercise", "RUS", "CHN")
    assert rows_of(found) == [("SUN", "CHN", 1990, 1.0, 1), ("RUS", "CHN", 1992, 1.0, 1)]
    assert own.about(("RUS", "CHN"), 1990, 1992)["year"].tolist() == [1990, 1992]


def test_years_without_a_fact_are_blank_and_said_to_be_the_analysts(own, table):
    own.add(table(dated(EXERCISE, "2016", "2018")))
    world = tripolar.open()
    found = world.figures("own-exercise", "RUS", "CHN", first=2015, last=2018)
    (before, between) = found.blanks
    assert (before.year, before.kind) == (2015, Nothing.OUTSIDE_COVERAGE)
    assert (between.year, between.kind) == (2017, Nothing.MISSING)
    assert "analyst" in between.reason
    assert world.covered("own-exercise") == (2016, 2018)


def test_tables_of_one_kind_add_to_each_other(own, table):
    own.add(table(dated(EXERCISE, "2012"), "early"))
    own.add(table(dated(EXERCISE, "2017", "2018"), "late"))
    world = tripolar.open()
    found = world.figures("own-exercise", "RUS", "CHN", first=2010, last=2019)
    assert found.table()["year"].tolist() == [2012, 2017, 2018]
    assert found.measure.sources == ("own-early", "own-late")
    assert world.covered("own-exercise") == (2012, 2018)
    outside = {blank.year for blank in found.blanks if blank.kind is Nothing.OUTSIDE_COVERAGE}
    assert outside == {2010, 2011, 2019}


def test_a_measure_and_a_source_are_marked_as_the_analysts(own, table):
    own.add(table([*dated(EXERCISE, "2012", "2018"), *dated(VISIT, "2019")], "My Events_of"))
    world = tripolar.open()
    assert list(world.atlas.measures)[: len(MEASURES)] == list(MEASURES)
    assert list(world.measures()["measure"])[len(MEASURES) :] == ["own-exercise", "own-state-visit"]
    what = world.atlas.measure("own-exercise")
    assert "the analyst's own" in what.title
    assert "by hand" in what.caution
    assert (what.dimension, what.directed) == ("security", False)
    assert what.sources == ("own-my-events-of",)
    source = world.atlas.sources["own-my-events-of"]
    assert source.publisher == "the analyst"
    assert source.redistribution == "no"
    assert (source.coverage.first, source.coverage.last) == (2012, 2019)
    lineage = world.figures("own-exercise", "RUS", "CHN").lineage
    assert lineage.redistribution == "no"
    assert [origin.source for origin in lineage.origins] == ["own-my-events-of"]


def test_own_facts_are_cited_with_the_sources_of_their_rows(own, table):
    own.add(table([*dated(EXERCISE, "2012"), *dated(VISIT, "2019")]))
    world = tripolar.open()
    cited = world.cite(["own-exercise"])
    assert cited == world.cite(["own-events"]) == world.figures("own-exercise").cite()
    assert cited.startswith("@misc{own-events,")
    assert "The analyst" in cited
    assert "TASS; Xinhua" in cited
    assert world.cite().count("@misc{own-events,") == 1


def test_a_changed_table_is_another_lineage(own, table):
    own.add(table(dated(EXERCISE, "2012")))
    before = tripolar.open().figures("own-exercise", "RUS", "CHN").lineage.id
    assert tripolar.open().figures("own-exercise", "RUS", "CHN").lineage.id == before
    own.add(table(dated(EXERCISE, "2013")))
    assert tripolar.open().figures("own-exercise", "RUS", "CHN").lineage.id != before


def test_a_file_of_the_same_name_replaces_the_earlier_one(own, table):
    assert own.add(table(dated(EXERCISE, "2012", "2013"))) == "events"
    own.add(table([{**EXERCISE, "date": "2018", "value": 3, "unit": "ships"}]))
    assert list(own.tables) == ["events"]
    found = tripolar.open().figures("own-exercise", "RUS", "CHN").table()
    assert rows_of(found) == [("RUS", "CHN", 2018, 3.0, 1)]


def test_a_refused_file_takes_over_nothing(own, table):
    own.add(table(dated(EXERCISE, "2012")))
    before = listing(own.folder)
    with pytest.raises(SchemaMismatch, match="2 mistakes"):
        own.add(table([*dated(EXERCISE, "2013"), *dated({**EXERCISE, "a": "?"}, "June")]))
    assert listing(own.folder) == before
    assert own.facts["year"].tolist() == [2012]


CONTRADICTIONS = {
    "dimension": ({"dimension": "political"}, "dimension"),
    "direction": ({"directed": "yes"}, "directed"),
    "unit": ({"unit": "USD billion"}, "unit"),
    "a count beside values": ({"value": ""}, "some rows have a value and some have none"),
    "a second band": ({"date": "2014-06"}, "two values with a band"),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_kind_means_one_thing_over_all_tables(case, own, table):
    change, said = CONTRADICTIONS[case]
    deal = {**SWAP, "date": "2014", "value": 150}
    own.add(table([{**deal, "low": 140, "high": 160}], "mine"))
    before = listing(own.folder)
    other = {**deal, "date": "2016", **change}
    with pytest.raises(InputError, match="swap") as caught:
        own.add(table([other], "yours"))
    assert said in str(caught.value)
    assert "mine" in caught.value.next_step
    assert listing(own.folder) == before
    own.add(table([other], "mine"))  # replacing the table, there is nothing to contradict


def test_kinds_of_other_tables_stay_out_of_the_comparison(own, table):
    own.add(table(dated(EXERCISE, "2012"), "one"))
    own.add(table([*dated(VISIT, "2013"), *dated(EXERCISE, "2014")], "two"))
    assert set(own.measures) == {"own-exercise", "own-state-visit"}


@pytest.mark.parametrize("name", ["Übung", "facts.v2", ".hidden"])
def test_a_file_whose_name_names_no_table_is_refused(name, own, table):
    with pytest.raises(InputError, match="name") as caught:
        own.add(table(dated(EXERCISE, "2012"), name))
    assert caught.value.next_step
    assert not own.folder.exists()


def test_a_table_is_removed_by_its_name(own, table):
    own.add(table(dated(EXERCISE, "2012")))
    with pytest.raises(UnknownName) as caught:
        own.remove("event")
    assert caught.value.choices == ("events",)
    own.remove("events")
    assert own.facts.empty
    assert "own-exercise" not in tripolar.open().atlas.measures


def test_a_damaged_table_is_named_and_can_be_removed(own, table):
    own.add(table(dated(EXERCISE, "2012")))
    (own.folder / "events.parquet").write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"events\.parquet") as caught:
        tripolar.open().measures()
    assert caught.value.next_step == "tripolar add --remove events"
    OwnFacts(own.folder).remove("events")
    assert len(tripolar.open().measures()) == len(MEASURES)


@pytest.fixture
def example(own, tmp_path):
    path = tmp_path / "russia-china.csv"
    path.write_text(template("russia-china"), encoding="utf-8")
    own.add(path)
    return tripolar.open()


def test_a_pair_is_read_with_the_analysts_facts(example):
    reading = example.pair("RUS", "CHN", third="EU", first=2014, last=2019)
    summary = reading.table().set_index(["measure", "a", "b"])
    exercise = summary.loc[("own-exercise", "RUS", "CHN")]
    assert (exercise["year"], exercise["value"], exercise["dyads"]) == (2019, 1.0, 0)
    assert pd.isna(exercise["percentile"])
    assert exercise["edition"] == "the analyst's table russia-china"
    assert summary.loc[("own-swap-agreement", "RUS", "CHN"), "value"] == 150.0
    assert ("own-state-visit", "CHN", "RUS") in summary.index
    assert reading.facts["date"].is_monotonic_increasing
    assert len(reading.facts) == len(template("russia-china").strip().splitlines()) - 1
    assert "@misc{own-russia-china," in reading.cite()
    said = {each.measure for each in reading.missing if (each.a, each.b) == ("RUS", "EU")}
    assert "own-exercise" in said
    grid = coverage_of(example.atlas, reading).set_index(["row", "year"])["state"]
    assert grid[("own-exercise", 2018)] == grid[("own-state-visit", 2019)] == "figures"
    assert grid[("own-state-visit", 2018)] == "none"


def test_a_brief_shows_the_facts_as_the_analysts(example, tmp_path):
    out = tmp_path / "brief"
    page = write_brief(example, "RUS", "CHN", first=2014, last=2019, out=out).page
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8"))
    assert text.count("Facts entered by the analyst") >= 3
    assert "Vostok-2018, a week, with Mongolia taking part" in text
    assert "CHN → RUS" in text
    assert "Exercise (the analyst&#39;s own)" in text
    assert "own-russia-china" in (out / "sources.txt").read_text(encoding="utf-8").split()
    assert "@misc{own-russia-china," in (out / "sources.bib").read_text(encoding="utf-8")
    assert "own-exercise" in set(pd.read_csv(out / "figures.csv")["measure"])


def printed(*arguments):
    result = CliRunner().invoke(app, ["add", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_adds_lists_and_removes(own, table):
    said = printed(table([*dated(EXERCISE, "2012", "2018"), *dated(VISIT, "2019")]))
    assert "added events to" in said
    assert {"own-exercise", "own-state-visit"} <= set(said.split())
    (row, _) = printed("--format", "csv").splitlines()[1:]
    assert row == "events,own-exercise,security,2,2012,2018"
    assert printed("--remove", "events").strip() == "removed events"
    assert printed("--format", "csv").splitlines()[1:] == []


@pytest.mark.parametrize(("option", "name"), [("template", "facts"), ("example", "russia-china")])
def test_the_command_writes_a_table_to_fill_and_never_over_one(option, name, own, tmp_path):
    target = tmp_path / "to-fill.csv"
    assert printed(f"--{option}", target).strip() == str(target)
    assert target.read_text(encoding="utf-8") == template(name)
    assert not own.folder.exists()
    target.write_text("filled")
    refused = CliRunner().invoke(app, ["add", f"--{option}", str(target)])
    assert isinstance(refused.exception, OutputError)
    assert target.read_text() == "filled"


def test_the_example_can_be_added_as_it_is_written(own, tmp_path):
    printed("--example", tmp_path / "example.csv")
    assert "own-telecom-deal" in printed(tmp_path / "example.csv")


BAD = {
    "mistakes": (["{tmp}/bad.csv"], ["2 mistakes", "row 1, date", "row 1, b"]),
    "no such file": (["{tmp}/nothing.csv"], ["nothing.csv", "--template"]),
    "unknown table": (["--remove", "nothing"], ["nothing"]),
    "unknown format": (["--format", "cvs"], ["cvs", "csv"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_command_ends_with_two_says_why_and_writes_nothing(case, own, table, tmp_path):
    arguments, said = BAD[case]
    table([{**EXERCISE, "date": "June", "b": "Atlantsi"}], "bad")
    before = sorted(tmp_path.rglob("*"))
    result = CliRunner().invoke(app, ["add", *(each.format(tmp=tmp_path) for each in arguments)])
    assert isinstance(result.exception, TripolarError)
    assert result.stdout == ""
    assert all(word in str(result.exception) for word in said), str(result.exception)
    assert "\nnext: " in str(result.exception)
    assert sorted(tmp_path.rglob("*")) == before


def test_mistakes_are_printed_and_end_with_two(own, table):
    path = table([{**EXERCISE, "date": "June"}], "bad")
    ended = subprocess.run(
        [sys.executable, "-c", MAIN, "add", str(path)],
        **{"capture_output": True, "text": True, "check": False},
    )
    assert ended.returncode == EXIT_CODE
    assert ended.stdout == ""
    assert "row 1, date" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not own.folder.exists()
