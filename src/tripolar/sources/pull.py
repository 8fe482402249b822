"""Fetch a source's files from where they are published into a mirror: temporary file, verify, move.

A file enters the mirror only with the declared content. Sources whose files are not published in
the declared form (they were narrowed or decoded) say where this copy came from instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tripolar.errors import DataError, HashMismatch
from tripolar.sources.base import HOW_TO_MIRROR, Source, SourceFile, catalogue, source


@dataclass(frozen=True)
class Pulled:
    """What became of one file: its path in the mirror, and whether it is there now, and why not."""

    path: str
    there: bool
    note: str


def pull(
    names: Sequence[str], mirror: Path, told: Callable[[Pulled], None] = lambda pulled: None
) -> list[Pulled]:
    """Fetch the files of sources (all by default) that are not in the mirror yet.

    Raises `UnknownName` for a source, `DataError` where the publisher cannot be reached, and
    `HashMismatch` where it now serves something else; what was in the mirror stays as it was.
    """
    found = []
    for each in [source(name) for name in names] or list(catalogue().values()):
        for file in each.files:
            pulled = _pull_file(each, file, mirror)
            told(pulled)
            found.append(pulled)
    return found


def _pull_file(each: Source, file: SourceFile, mirror: Path) -> Pulled:
    target = mirror / file.path
    if target.is_file():
        return Pulled(file.path, True, "was there")
    if not each.download:
        return Pulled(file.path, False, f"not published in this form; from {each.obtained_from}")
    _fetch(each.download + PurePosixPath(file.path).name, file, target)
    return Pulled(file.path, True, "fetched")


def _fetch(url: str, file: SourceFile, target: Path) -> None:
    import pooch
    from requests import RequestException

    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        pooch.retrieve(
            url, known_hash=f"sha256:{file.sha256}", fname=target.name, path=target.parent
        )
    except ValueError as error:
        raise HashMismatch(
            f"{url} does not serve the declared file: {error}", next_step=HOW_TO_MIRROR
        ) from error
    except (RequestException, OSError) as error:
        raise DataError(f"{url} cannot be fetched: {error}", next_step=HOW_TO_MIRROR) from error
