"""What holds the building up: arrows one way, light imports, small modules, nothing copied in."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tripolar.measures import MEASURES
from tripolar.panel.parts import COMPUTED_FAMILIES, unshippable
from tripolar.settings import EMBEDDED_ATLAS
from tripolar.sources import catalogue

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGE = CHECKOUT / "src" / "tripolar"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 600
MOST_BYTES_SHIPPED = 25_000_000
HEAVY = {"pandas", "numpy", "ibis", "duckdb", "altair", "typer", "scipy", "pandera", "pyarrow"}
NO_SENTENCE = 60
"""A text longer than this in a table that ships would be a copied sentence."""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=CHECKOUT,
    )


def imported_by(code: str, *arguments: str) -> set[str]:
    """The top-level packages in memory after some code has run."""
    watch = (
        "import atexit, sys; atexit.register(lambda: print(sorted(sys.modules), file=sys.stderr)); "
    )
    ended = run(watch + code, *arguments)
    assert ended.returncode == 0, ended.stderr
    listed = ast.literal_eval(ended.stderr.strip().splitlines()[-1])
    return {name.partition(".")[0] for name in listed}


def test_dependencies_point_one_way():
    ended = run("from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", ended.stdout)


def test_the_layers_are_those_of_the_package():
    """Every room is named in the contract, so that no arrow goes unwatched."""
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    named = set(re.findall(r"tripolar\.(\w+)", text))
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    rooms -= {"__init__"}
    assert rooms <= named


def test_importing_the_package_is_light():
    assert imported_by("import tripolar") & HEAVY == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["figures", "--help"]])
def test_help_answers_without_the_heavy_parts(arguments):
    loaded = imported_by("from tripolar.cli import main; main()", *arguments)
    assert loaded & (HEAVY - {"typer"}) == set()
    assert "typer" in loaded


def test_a_public_name_is_the_same_thing_each_time_it_is_asked_for():
    code = (
        "import tripolar as tp\n"
        "assert {'open', 'World', '__version__'} <= set(tp.__all__)\n"
        "for name in tp.__all__:\n"
        "    assert getattr(tp, name) is getattr(tp, name), name\n"
    )
    ended = run(code)
    assert ended.returncode == 0, ended.stderr


def test_an_unknown_public_name_is_an_attribute_error():
    ended = run("import tripolar; tripolar.nothing_of_the_kind")
    assert "AttributeError" in ended.stderr


def test_no_module_is_longer_than_the_rule():
    assert len(MODULES) > 20
    long = {
        p.name: n for p in MODULES if (n := len(p.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def tracked() -> list[Path]:
    ended = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        pytest.skip("not a git checkout")
    return [CHECKOUT / name for name in ended.stdout.split("\0") if name]


@pytest.mark.mirror
def test_no_file_of_a_source_is_in_the_repository(mirror):
    digests = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path
        for path in mirror.rglob("*")
        if path.is_file() and path.stat().st_size
    }
    declared = {file.sha256 for source in catalogue().values() for file in source.files}
    assert declared <= digests.keys()
    copies = {
        str(path): str(digests[digest])
        for path in tracked()
        if path.is_file() and (digest := hashlib.sha256(path.read_bytes()).hexdigest()) in digests
    }
    assert copies == {}


@pytest.fixture(scope="module")
def shipped():
    if not (EMBEDDED_ATLAS / "atlas.json").is_file():
        pytest.skip("no atlas is embedded yet")
    return EMBEDDED_ATLAS


def test_the_atlas_that_ships_carries_no_titles(shipped):
    calls = pd.read_parquet(shipped / "roll_calls.parquet")
    assert len(calls) > 2000
    assert set(calls["title"]) == {""}
    assert json.loads((shipped / "atlas.json").read_text("utf-8"))["titles"] is False


def test_the_atlas_that_ships_carries_no_sentence(shipped):
    for path in shipped.glob("*.parquet"):
        frame = pd.read_parquet(path)
        for name in frame.select_dtypes(include=["str", "object", "category"]).columns:
            longest = max(frame[name].astype(str).unique(), key=len)
            assert len(longest) < NO_SENTENCE, f"{path.name} {name}: {longest}"


def test_the_atlas_that_ships_is_small(shipped):
    assert sum(path.stat().st_size for path in shipped.rglob("*")) < MOST_BYTES_SHIPPED


def measures_in(path):
    return set(pd.read_parquet(path, columns=["measure"])["measure"])


def test_every_source_behind_the_atlas_that_ships_allows_it(shipped):
    sources = json.loads((shipped / "atlas.json").read_text("utf-8"))["sources"]
    assert set(sources) == set(catalogue())
    held = {name for path in shipped.glob("figures_*.parquet") for name in measures_in(path)}
    computed = {each.name for each in MEASURES.values() if each.family in COMPUTED_FAMILIES}
    behind = {source for name in held | computed for source in MEASURES[name].sources}
    assert {sources[name]["redistribution"] for name in behind} <= {"allowed", "derived-only"}
    assert not held & set(unshippable())
    assert held | computed | set(unshippable()) == set(MEASURES)
    for name, about in sources.items():
        assert about["redistribution"] == catalogue()[name].redistribution
