"""The sidecars: whole, parseable, citable; and the check of a file's content by hash."""

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from tripolar.errors import HashMismatch, MissingData, UnknownName
from tripolar.sources import base, catalogue, source, verify

NAMES = sorted(catalogue())
SHA256 = re.compile(r"[0-9a-f]{64}")
MAY_BE_EMPTY = {"download", "oddities"}
SMALL = "unsc-vetoes"
"""A source of one small file, cheap to copy and to spoil."""


def test_every_sidecar_is_read_under_its_own_name():
    folder = Path(base.__file__).parent / "catalogue"
    assert {path.stem for path in folder.glob("*.toml")} == set(catalogue())
    assert all(name == found.name for name, found in catalogue().items())


@pytest.mark.parametrize("name", NAMES)
def test_a_sidecar_has_every_field(name):
    found = source(name)
    empty = [
        field.name
        for field in dataclasses.fields(found)
        if field.name not in MAY_BE_EMPTY and not getattr(found, field.name)
    ]
    assert empty == []
    assert found.redistribution in {"allowed", "derived-only", "no"}
    assert found.coverage.first <= found.coverage.last
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", found.issued)
    for odd in found.oddities:
        assert odd["what"]
        assert odd["rule"]


@pytest.mark.parametrize("name", NAMES)
def test_the_files_of_a_sidecar_are_named_by_hash(name):
    files = source(name).files
    assert len({file.role for file in files}) == len(files)
    for file in files:
        assert SHA256.fullmatch(file.sha256), file.path
        assert not Path(file.path).is_absolute()
        assert ".." not in Path(file.path).parts


@pytest.mark.parametrize("name", NAMES)
def test_a_citation_is_one_balanced_bibtex_entry(name):
    entry = source(name).bibtex()
    key = source(name).citation["key"]
    assert re.match(rf"@[a-z]+\{{{re.escape(key)},\n", entry)
    assert entry.count("{") == entry.count("}")
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", entry, flags=re.MULTILINE))
    assert {"author", "title", "year", "note"} <= fields.keys()
    assert source(name).edition in fields["note"]


def test_citation_keys_are_distinct():
    keys = [found.citation["key"] for found in catalogue().values()]
    assert len(set(keys)) == len(keys)


def test_coverage_is_of_both_ends():
    coverage = source("cow-trade").coverage
    assert coverage.first in coverage
    assert coverage.last in coverage
    assert coverage.first - 1 not in coverage
    assert coverage.last + 1 not in coverage


def test_an_unknown_source_gets_the_nearest():
    with pytest.raises(UnknownName) as caught:
        source("cow-trad")
    assert caught.value.choices[0] == "cow-trade"
    assert caught.value.next_step


def test_terms_of_redistribution_that_nobody_knows_are_refused():
    table = {"redistribution": "perhaps"}
    with pytest.raises(UnknownName, match="perhaps"):
        base._parse(table)


@pytest.mark.mirror
@pytest.mark.parametrize("name", NAMES)
def test_the_mirror_holds_the_declared_editions(name, mirror):
    sizes = []
    verify(source(name), mirror, sizes.append)
    assert sum(sizes) == sum((mirror / file.path).stat().st_size for file in source(name).files)


@pytest.fixture
def small_mirror(mirror, tmp_path):
    """A mirror of its own with one small file, to be spoiled."""
    file = source(SMALL).files[0]
    target = tmp_path / "mirror" / file.path
    target.parent.mkdir(parents=True)
    shutil.copyfile(mirror / file.path, target)
    verify(source(SMALL), tmp_path / "mirror")
    return tmp_path / "mirror"


def _flip(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


SPOILED = {
    "one bit": _flip,
    "bytes added": lambda content: content + b"\n",
    "cut short": lambda content: content[:-1],
    "empty": lambda content: b"",
}


@pytest.mark.mirror
@pytest.mark.parametrize("how", SPOILED)
def test_a_changed_file_is_refused_with_both_hashes(how, small_mirror):
    file = source(SMALL).files[0]
    path = small_mirror / file.path
    path.write_bytes(SPOILED[how](path.read_bytes()))
    with pytest.raises(HashMismatch) as caught:
        verify(source(SMALL), small_mirror)
    message = str(caught.value)
    assert file.path in message
    assert file.sha256 in message
    seen = set(SHA256.findall(message)) - {file.sha256}
    assert seen == {base.sha256_of(path)}
    assert caught.value.next_step


@pytest.mark.mirror
def test_a_missing_file_is_named(small_mirror):
    file = source(SMALL).files[0]
    (small_mirror / file.path).unlink()
    with pytest.raises(MissingData) as caught:
        verify(source(SMALL), small_mirror)
    assert file.path in str(caught.value)
    assert caught.value.next_step


@pytest.mark.parametrize("what", ["nothing there", "a file", "not named"])
def test_a_missing_mirror_says_how_to_get_one(what, tmp_path):
    path = {"nothing there": tmp_path / "no", "a file": tmp_path / "file", "not named": None}[what]
    (tmp_path / "file").write_text("x")
    with pytest.raises(MissingData) as caught:
        base.mirror_folder(path)
    assert "mirror" in caught.value.next_step
