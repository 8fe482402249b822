"""The command line: what it prints; every bad input ends with 2, a reason and a next step."""

import json
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

import tripolar
from tripolar import __version__
from tripolar.cli import app
from tripolar.errors import EXIT_CODE, TripolarError
from tripolar.measures import MEASURES
from tripolar.sources import catalogue, source

HEADER = "measure,a,b,year,value,low,high,n,lineage"
MAIN = "from tripolar.cli import main; main()"
ONE = ["figures", "un-agreement", "RUS", "CHN", "--from", "2018", "--to", "2018"]


def command(*arguments, **options):
    """The command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", MAIN, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def printed(*arguments):
    """What a command prints when all is well, run in this process."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None, result.output
    assert result.exit_code == 0
    return result.stdout


def refused(*arguments):
    """The error a command raises on purpose, run in this process."""
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert isinstance(result.exception, TripolarError), result.output
    assert result.stdout == ""
    return result.exception


def test_csv_has_the_columns_of_a_figure():
    lines = printed(*ONE, "--format", "csv").splitlines()
    assert lines[0] == HEADER
    assert len(lines) == 2
    row = dict(zip(HEADER.split(","), lines[1].split(","), strict=True))
    assert (row["a"], row["b"], row["year"], row["n"]) == ("RUS", "CHN", "2018", "93")
    assert float(row["value"]) == pytest.approx(73 / 93)


def test_json_says_what_csv_says():
    (row,) = json.loads(printed(*ONE, "--format", "json"))
    assert list(row) == HEADER.split(",")
    assert row["n"] == 93
    (veto,) = json.loads(
        printed("figures", "joint-vetoes", "RUS", "CHN", *ONE[4:], "--format", "json")
    )
    assert veto["low"] is None


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "table"])
def test_out_writes_a_file_and_prints_no_rows(kind, tmp_path):
    target = tmp_path / "new" / f"figures.{kind}"
    assert printed(*ONE, "--format", kind, "--out", str(target)) == ""
    if kind == "parquet":
        frame = pd.read_parquet(target)
        assert list(frame.columns) == HEADER.split(",")
        assert frame["n"].item() == 93
    else:
        assert "93" in target.read_text(encoding="utf-8")
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_table_shows_value_and_denominator():
    text = printed(*ONE)
    assert "0.785" in text
    assert "93" in text
    assert "both took a position" in " ".join(text.split())


def test_blank_years_are_told_on_the_other_channel():
    ended = command(
        "figures", "trade-share", "RUS", "CHN", "--from", "1992", "--to", "1993", "--format", "csv"
    )
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [HEADER]
    assert "1992-1993: missing" in ended.stderr


def test_choices_are_passed_on():
    def n(*more):
        return json.loads(printed(*ONE, "--format", "json", *more))[0]["n"]

    assert n("--roll-calls", "nuclear") < n()
    assert n("--unanimous", "drop") <= n()


def test_a_pair_is_read_with_a_third():
    ended = command("pair", "RUS", "CHN", "--third", "EU", "--format", "json")
    rows = json.loads(ended.stdout)
    read = {row["measure"] for row in rows}
    told = set(re.findall(r"^no figures: (\S+)", ended.stderr, re.MULTILINE))
    assert read | told == set(MEASURES)
    assert len(read) > 50
    actors = {row["a"] for row in rows} | {row["b"] for row in rows}
    assert actors == {"RUS", "CHN", "EU", "CENTRAL-ASIA"}


def test_lists_and_their_entries():
    names = {row["measure"] for row in json.loads(printed("measures", "--format", "json"))}
    assert names == set(MEASURES)
    named = {row["source"] for row in json.loads(printed("sources", "--format", "json"))}
    assert named == set(catalogue())
    listed = pd.DataFrame(json.loads(printed("actors", "--format", "json")))
    assert {"RUS", "SUN", "NAM", "EU"} <= set(listed["actor"])
    assert MEASURES["un-kappa"].formula in " ".join(printed("measures", "un-kappa").split())
    assert source("cow-trade").files[0].sha256 in printed("sources", "cow-trade").replace("\n", "")
    assert "Soviet Union" in printed("actors", "SUN")


def test_citations_are_bibtex():
    assert source("cow-trade").bibtex() in printed("cite", "cow-trade")
    assert printed("cite").count("\n@") == len(catalogue()) - 1


def test_the_version():
    assert __version__ in printed("--version")


def test_output_cut_off_by_a_reader_is_no_error():
    code = f"{sys.executable} -c '{MAIN}' actors --format csv | head -n 1"
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.stdout.startswith("actor,")
    assert "Traceback" not in ended.stderr


BAD = {
    "unknown actor": (["figures", "un-agreement", "Rusia", "CHN"], ["'Rusia'", "Russia"]),
    "unknown measure": (["figures", "un-agrement", "RUS", "CHN"], ["un-agrement", "un-agreement"]),
    "unknown format": ([*ONE, "--format", "cvs"], ["'cvs'", "csv"]),
    "reversed years": (["pair", "RUS", "CHN", "--from", "2010", "--to", "2000"], ["2010", "2000"]),
    "years not covered": (["pair", "RUS", "CHN", "--from", "1900", "--to", "1910"], ["1900-1910"]),
    "year 0": (["figures", "un-s", "RUS", "EU", "--from", "0"], ["0"]),
    "year 12000": (["figures", "un-s", "RUS", "EU", "--to", "12000"], ["12000"]),
    "never together": (["pair", "DDR", "SSD"], ["DDR", "SSD"]),
    "one and the same": (["pair", "Russia", "RUS"], ["Russia", "RUS"]),
    "third in the bloc": (["pair", "EU", "RUS", "--third", "DEU"], ["DEU", "EU"]),
    "third of the pair": (["pair", "RUS", "CHN", "--third", "China"], ["China"]),
    "no such day": (["actors", "RUS", "--on", "2020-02-30"], ["2020-02-30"]),
    "unknown actor asked": (["actors", "Atlantsi"], ["Atlantsi"]),
    "unknown source": (["sources", "cow-trad"], ["cow-trad", "cow-trade"]),
    "unknown to cite": (["cite", "cow-trad"], ["cow-trad", "cow-trade"]),
    "unknown set": ([*ONE, "--roll-calls", "nuklear"], ["nuklear", "nuclear"]),
    "unknown distance": ([*ONE, "--distance", "cubic"], ["cubic", "quadratic"]),
    "no such level": ([*ONE, "--level", "95"], ["95"]),
    "idle choice": (["figures", "trade-share", "RUS", "CHN", "--unanimous", "drop"], ["unanimous"]),
    "no bloc": (["figures", "un-cohesion", "RUS"], ["RUS", "EU"]),
    "no atlas": ([*ONE, "--atlas", "{tmp}/nowhere"], ["nowhere"]),
    "broken atlas": ([*ONE, "--atlas", "{tmp}/broken"], ["tallies.parquet"]),
    "no mirror": (["build", "--mirror", "{tmp}/nowhere", "--out", "{tmp}/new"], ["nowhere"]),
    "empty mirror": (["build", "--mirror", "{tmp}/empty", "--out", "{tmp}/new"], ["empty"]),
    "folder taken": (["build", "--mirror", "{tmp}/empty", "--out", "{tmp}/taken"], ["taken"]),
    "file taken": (["build", "--mirror", "{tmp}/empty", "--out", "{tmp}/file"], ["file"]),
    "below a file": (["build", "--mirror", "{tmp}/empty", "--out", "{tmp}/file/x"], ["file/x"]),
    "csv below a file": ([*ONE, "--format", "csv", "--out", "{tmp}/file/x.csv"], ["file/x.csv"]),
    "csv over a folder": ([*ONE, "--format", "csv", "--out", "{tmp}/taken"], ["taken"]),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with everything that can stand in the way."""
    tmp = tmp_path_factory.mktemp("place")
    (tmp / "empty").mkdir()
    (tmp / "taken").mkdir()
    (tmp / "taken" / "letter.txt").write_text("mine")
    (tmp / "file").write_text("mine")
    shutil.copytree(tripolar.open().atlas.store.folder, tmp / "broken")
    tallies = tmp / "broken" / "tallies.parquet"
    os.truncate(tallies, tallies.stat().st_size // 2)
    return tmp


def listing(folder):
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*")}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_input_is_refused_with_what_was_seen_and_what_to_type(case, place):
    arguments, said = BAD[case]
    before = listing(place)
    error = refused(*(argument.format(tmp=place) for argument in arguments))
    message = str(error)
    assert all(word in message for word in said), message
    assert "\nnext: " in message
    assert listing(place) == before


@pytest.mark.parametrize("case", ["unknown actor", "no atlas", "broken atlas", "folder taken"])
def test_an_error_is_printed_and_ends_with_two(case, place):
    arguments, said = BAD[case]
    ended = command(*(argument.format(tmp=place) for argument in arguments))
    assert ended.returncode == EXIT_CODE
    assert ended.stdout == ""
    assert all(word in ended.stderr for word in said)
    assert "\nnext: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "arguments", [["figures"], ["nothing"], [*ONE, "--from", "abc"], ["pair", "RUS"]]
)
def test_what_the_parser_refuses_ends_with_two_as_well(arguments):
    ended = command(*arguments)
    assert ended.returncode == EXIT_CODE
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr


NEEDED = ("unga_votes_fpsim", "unga_votes_issues", "vetoes", "trade_cow", "gdp_worldbank")
"""Folders of a mirror without which there is no atlas; those of the other measures may lack."""


@pytest.mark.mirror
def test_a_build_from_the_command_line(mirror, tmp_path):
    (tmp_path / "mirror").mkdir()
    for folder in (*NEEDED, "sipri_milex"):
        (tmp_path / "mirror" / folder).symlink_to(mirror / folder)
    atlas = tmp_path / "atlas"
    ended = command("build", "--mirror", tmp_path / "mirror", "--out", atlas, "--from", "2014")
    assert ended.returncode == 0, ended.stderr
    assert str(atlas) in ended.stdout
    assert "388 paragraph or amendment votes" in ended.stdout
    assert re.search(r"^figures_military: [\d,]+ rows$", ended.stdout, flags=re.MULTILINE)
    assert "without arms-volume: the mirror of this build lacks files of sipri-transfers" in (
        ended.stdout
    )
    (row,) = json.loads(printed(*ONE, "--format", "json", "--atlas", str(atlas)))
    assert row["n"] == 93
    answer = CliRunner().invoke(app, ["figures", "arms-volume", *ONE[2:], "--atlas", str(atlas)])
    assert answer.exit_code == 0
    assert "lacks files of sipri-transfers" in " ".join(answer.stderr.split())
