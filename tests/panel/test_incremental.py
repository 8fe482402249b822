"""Building again: parts that hang on nothing that changed are taken over, the others are not."""

import dataclasses
import json
import shutil
from types import MappingProxyType

import pytest

import tripolar
from tripolar.errors import HashMismatch, MissingData
from tripolar.nothing import Nothing
from tripolar.panel import build as building
from tripolar.panel import parts as making
from tripolar.panel.store import MANIFEST
from tripolar.sources import catalogue
from tripolar.sources.base import Coverage, sha256_of

pytestmark = pytest.mark.mirror


def listing(folder):
    return {path.name: sha256_of(path) for path in sorted(folder.iterdir())}


def parts_of(folder):
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["parts"]


SMALL_PARTS = {"vetoes", "trade", "visits", "military"}


@pytest.fixture
def quick(monkeypatch):
    """A build of four small parts, of late years."""
    few = tuple(part for part in making.parts() if part.name in SMALL_PARTS)
    monkeypatch.setattr(building, "parts", lambda: few)

    def build(mirror, out, **options):
        return building.build(mirror, out, **{"first_year": 2013, **options})

    return build


@pytest.fixture
def built(quick, mirror, tmp_path):
    folder = tmp_path / "atlas"
    first = quick(mirror, folder)
    assert first.reused == ()
    return folder


def test_a_second_build_takes_over_every_part_and_changes_no_byte(quick, mirror, built):
    before = listing(built)
    again = quick(mirror, built)
    assert set(again.reused) == set(parts_of(built))
    assert listing(built) == before
    assert again.rows["trade"] > 0
    assert any("zeros among successor states" in line for line in again.reports["cow-trade"])


def test_other_years_are_another_build(quick, mirror, built):
    assert quick(mirror, built, first_year=2015).reused == ()


def test_a_changed_source_rebuilds_what_hangs_on_it_and_nothing_else(
    quick, mirror, built, monkeypatch, tmp_path
):
    changed = tmp_path / "mirror"
    shutil.copytree(mirror / "sipri_milex", changed / "sipri_milex")
    for folder in mirror.iterdir():
        if folder.name != "sipri_milex":
            (changed / folder.name).symlink_to(folder)
    milex = catalogue()["sipri-milex"]
    other = dataclasses.replace(milex.files[0], role="another", path="sipri_milex/notes.txt")
    (changed / other.path).write_text("a later edition")
    other = dataclasses.replace(other, sha256=sha256_of(changed / other.path))
    edition = dataclasses.replace(milex, files=(*milex.files, other))
    later = MappingProxyType({**catalogue(), "sipri-milex": edition})
    for module in (building, making):
        monkeypatch.setattr(module, "catalogue", lambda: later)
    again = quick(changed, built)
    assert set(parts_of(built)) - set(again.reused) == {"military"}


@pytest.mark.parametrize(
    "change", [{"redistribution": "no"}, {"coverage": Coverage(1948, 2020, "cut short")}], ids=str
)
def test_other_terms_or_years_of_a_source_rebuild_what_hangs_on_it(
    change, quick, mirror, built, monkeypatch
):
    other = dataclasses.replace(catalogue()["sipri-milex"], **change)
    later = MappingProxyType({**catalogue(), "sipri-milex": other})
    for module in (building, making):
        monkeypatch.setattr(module, "catalogue", lambda: later)
    again = quick(mirror, built)
    assert set(parts_of(built)) - set(again.reused) == {"military"}


def test_a_damaged_table_is_compiled_anew(quick, mirror, built):
    before = listing(built)
    table = built / "figures_visits.parquet"
    table.write_bytes(b"\0" * table.stat().st_size)
    again = quick(mirror, built)
    assert set(parts_of(built)) - set(again.reused) == {"visits"}
    assert listing(built) == before


def without(mirror, folder, tmp_path):
    """The mirror without one of its folders."""
    partial = tmp_path / "partial"
    partial.mkdir()
    for each in mirror.iterdir():
        if each.name != folder:
            (partial / each.name).symlink_to(each)
    return partial


def test_a_mirror_without_an_optional_source_makes_an_atlas_that_says_so(quick, mirror, tmp_path):
    made = quick(without(mirror, "sipri_milex", tmp_path), tmp_path / "atlas")
    assert set(made.withheld) == {"military-spending-ratio"}
    world = tripolar.open(tmp_path / "atlas")
    found = world.figures("military-spending-ratio", "RUS", "CHN", first=2014, last=2014)
    (blank,) = found.blanks
    assert blank.kind is Nothing.MISSING
    assert "sipri-milex" in blank.reason


def test_a_mirror_without_a_source_that_must_be_there_makes_none(quick, mirror, tmp_path):
    with pytest.raises(MissingData, match="vetoes"):
        quick(without(mirror, "vetoes", tmp_path), tmp_path / "atlas")
    assert not (tmp_path / "atlas").exists()


def test_an_optional_source_with_another_content_stops_a_build(quick, mirror, tmp_path):
    partial = without(mirror, "sipri_milex", tmp_path)
    shutil.copytree(mirror / "sipri_milex", partial / "sipri_milex")
    milex = catalogue()["sipri-milex"]
    path = milex.path(milex.files[0].role, partial)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(HashMismatch, match="sipri-milex"):
        quick(partial, tmp_path / "atlas")
    assert not (tmp_path / "atlas").exists()


def test_what_ships_leaves_out_what_may_not(quick, mirror, tmp_path):
    made = quick(mirror, tmp_path / "atlas", shipping=True)
    assert "figures_military" not in made.rows
    assert made.withheld.items() >= making.unshippable().items()
    assert "terms of sipri-milex" in made.withheld["military-spending-ratio"]
