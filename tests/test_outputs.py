"""Folders and files written aside: whole, or what stood there before untouched."""

import errno
import os
from pathlib import Path

import pytest

from tripolar.errors import EXIT_CODE, OutputError
from tripolar.outputs import write_file, written_aside

MARKER = "marker.txt"


def put(folder: Path, content: str) -> None:
    (folder / MARKER).write_text(content)


def read(target: Path) -> str:
    return (target / MARKER).read_text()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "deep" / "out"


@pytest.fixture
def taken(target):
    """A target that holds an earlier output."""
    with written_aside(target, MARKER) as aside:
        put(aside, "old")
        (aside / "second").write_text("old too")
    return target


def only(target: Path) -> bool:
    """Whether nothing but the target lies in its folder."""
    return [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_new_folder_appears_when_the_block_ends(target):
    with written_aside(target, MARKER) as aside:
        assert not target.exists()
        put(aside, "new")
    assert read(target) == "new"
    assert only(target)


def test_a_replaced_folder_keeps_nothing_of_the_old(taken):
    with written_aside(taken, MARKER) as aside:
        assert read(taken) == "old"
        put(aside, "new")
    assert read(taken) == "new"
    assert not (taken / "second").exists()
    assert only(taken)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_interrupt_leaves_the_previous_one(error, taken):
    def write_half():
        with written_aside(taken, MARKER) as aside:
            put(aside, "half")
            raise error

    with pytest.raises(error):
        write_half()
    assert read(taken) == "old"
    assert (taken / "second").exists()
    assert only(taken)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("step", [1, 2])
def test_an_interrupt_while_moving_leaves_the_previous_one(step, error, taken, monkeypatch):
    rename, calls = Path.rename, []

    def interrupted(self, other):
        calls.append(self)
        if len(calls) == step:
            raise error
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", interrupted)
    writing = written_aside(taken, MARKER)
    put(writing.__enter__(), "new")
    with pytest.raises((error, OutputError)):
        writing.__exit__(None, None, None)
    assert read(taken) == "old"
    assert only(taken)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_said_and_leaves_the_previous_one(code, taken):
    with pytest.raises(OutputError, match="full") as caught, written_aside(taken, MARKER):
        raise OSError(code, os.strerror(code))
    assert str(taken) in str(caught.value)
    assert caught.value.next_step
    assert read(taken) == "old"
    assert only(taken)


def test_other_content_is_not_replaced(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("mine")
    with pytest.raises(OutputError, match="other content"):
        written_aside(tmp_path / "letters", MARKER).__enter__()
    assert (tmp_path / "letters" / "dear.txt").read_text() == "mine"


def test_a_file_is_not_replaced_by_a_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="a file"):
        written_aside(tmp_path / "file", MARKER).__enter__()
    assert (tmp_path / "file").read_text() == "mine"


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    with written_aside(tmp_path / "empty", MARKER) as aside:
        put(aside, "new")
    assert read(tmp_path / "empty") == "new"


WRITERS = {
    "folder": lambda path: written_aside(path / "out", MARKER).__enter__(),
    "file": lambda path: write_file(path / "out.csv", b"new"),
}


@pytest.mark.parametrize("how", WRITERS)
def test_below_a_regular_file_nothing_can_be_written(how, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError) as caught:
        WRITERS[how](tmp_path / "file")
    assert str(tmp_path / "file") in str(caught.value)
    assert (tmp_path / "file").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_is_written_whole_and_replaced(tmp_path):
    write_file(tmp_path / "sub" / "a.csv", b"old")
    write_file(tmp_path / "sub" / "a.csv", b"new")
    assert (tmp_path / "sub" / "a.csv").read_bytes() == b"new"
    assert only(tmp_path / "sub" / "a.csv")


def test_a_folder_is_not_replaced_by_a_file(tmp_path):
    with pytest.raises(OutputError, match="is a folder"):
        write_file(tmp_path, b"new")


def test_a_disk_that_fills_leaves_the_previous_file(tmp_path, monkeypatch):
    write_file(tmp_path / "a.csv", b"old")

    def full(self, other):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="full"):
        write_file(tmp_path / "a.csv", b"new")
    assert (tmp_path / "a.csv").read_bytes() == b"old"
    assert only(tmp_path / "a.csv")


def test_errors_raised_on_purpose_end_with_two():
    assert EXIT_CODE == 2
