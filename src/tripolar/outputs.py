"""Folders written aside and moved into place: whole, or not there at all.

Whatever stood at the target stays untouched until the new content is complete; an error, a full
disk or an interrupt leaves the previous one whole.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tripolar.errors import OutputError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def written_aside(target: Path, marker: str) -> Iterator[Path]:
    """A temporary folder beside the target, moved into its place when the block ends well.

    ``marker`` is a file that every folder of this kind holds: an existing target is replaced only
    if it holds it (or is empty). Raises `OutputError` where the place is taken, closed or full.
    """
    target = target.expanduser()
    _require_ours(target, marker)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise _explained(error, target) from error
    try:
        yield aside
        _move_into_place(aside, target)
    except OSError as error:
        raise _explained(error, target) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_file(target: Path, content: bytes) -> None:
    """Write a file aside and move it into place; an existing file is replaced only when whole."""
    target = target.expanduser()
    if target.is_dir():
        raise OutputError(f"{target} is a folder", next_step="name a file with --out")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(aside).chmod(0o644)
            Path(aside).replace(target)
        finally:
            Path(aside).unlink(missing_ok=True)
    except OSError as error:
        raise _explained(error, target) from error


def _require_ours(target: Path, marker: str) -> None:
    if not target.exists() or (target / marker).is_file():
        return
    if target.is_dir() and not any(target.iterdir()):
        return
    what = "a folder with other content" if target.is_dir() else "a file"
    raise OutputError(
        f"{target} is {what} and is not replaced",
        next_step="name another folder with --out",
    )


def _move_into_place(aside: Path, target: Path) -> None:
    aside.chmod(0o755)
    if not target.exists():
        aside.rename(target)
        return
    previous = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent)) / "previous"
    try:
        target.rename(previous)
        aside.rename(target)
    except BaseException:
        if previous.exists() and not target.exists():
            previous.rename(target)
        raise
    finally:
        shutil.rmtree(previous.parent, ignore_errors=True)


def _explained(error: OSError, target: Path) -> OutputError:
    if error.errno in _FULL:
        return OutputError(
            f"the disk is full: {target} could not be written; what stood there is untouched",
            next_step="free space or name another folder with --out",
        )
    return OutputError(
        f"{target} cannot be written: {error.strerror or error}; what stood there is untouched",
        next_step="name another folder with --out",
    )
