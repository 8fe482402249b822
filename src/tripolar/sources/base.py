"""Sources as their publishers issued them: the sidecars, and the check of a file's content.

Add a dataset by adding a TOML file to ``catalogue/``; only reading its rows needs code.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from tripolar.errors import HashMismatch, MissingData, UnknownName

REDISTRIBUTION = ("allowed", "derived-only", "no")
HOW_TO_MIRROR = "docs/how-to/mirror.md says where each publisher keeps its files"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class SourceFile:
    """One file of a source: its role for the adapter, its place in a mirror, its content's hash."""

    role: str
    path: str
    sha256: str


@dataclass(frozen=True)
class Coverage:
    """The calendar years a source speaks of; outside them a blank is 'outside coverage'."""

    first: int
    last: int
    note: str

    def __contains__(self, year: int) -> bool:
        return self.first <= year <= self.last


@dataclass(frozen=True)
class Source:
    """A dataset as its publisher issued it, from its sidecar; ``short`` names it in prose."""

    name: str
    title: str
    short: str
    publisher: str
    edition: str
    issued: str
    url: str
    obtained_from: str
    licence: str
    redistribution: str
    terms: str
    units: str
    coverage: Coverage
    citation: Mapping[str, str]
    files: tuple[SourceFile, ...]
    oddities: tuple[Mapping[str, Any], ...] = ()
    download: str = field(default="")

    def path(self, role: str, mirror: Path) -> Path:
        """Where the file of a role lies in a mirror."""
        return mirror / next(file.path for file in self.files if file.role == role)

    def bibtex(self) -> str:
        """The citation as one BibTeX entry."""
        fields = {key: value for key, value in self.citation.items() if key not in {"type", "key"}}
        fields["note"] = f"{self.edition}; {self.licence}"
        kind = "misc" if self.citation["type"] == "data" else self.citation["type"]
        body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
        return f"@{kind}{{{self.citation['key']},\n{body}\n}}"


@functools.cache
def catalogue() -> Mapping[str, Source]:
    """Every declared source by name, in the order of the names."""
    folder = files("tripolar.sources") / "catalogue"
    sidecars = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda i: i.name
    )
    sources = (_parse(tomllib.loads(item.read_text(encoding="utf-8"))) for item in sidecars)
    return {source.name: source for source in sources}


def source(name: str) -> Source:
    """The source of a name; an unknown one gets the nearest names."""
    found = catalogue().get(name)
    if found is None:
        raise UnknownName("source", name, catalogue(), next_step="tripolar sources")
    return found


def _parse(table: dict[str, Any]) -> Source:
    if table["redistribution"] not in REDISTRIBUTION:
        raise UnknownName("redistribution", table["redistribution"], REDISTRIBUTION)
    return Source(
        **{
            **table,
            "coverage": Coverage(**table["coverage"]),
            "files": tuple(SourceFile(**file) for file in table["files"]),
            "oddities": tuple(table.get("oddities", ())),
        }
    )


def verify(source: Source, mirror: Path, seen: Callable[[int], None] = lambda size: None) -> None:
    """Check that every file of a source is in the mirror and has the declared content.

    ``seen`` is called with the number of bytes after each block read. Raises `MissingData` or
    `HashMismatch`, which names the file, the expected and the seen hash.
    """
    for file in source.files:
        path = mirror / file.path
        if not path.is_file():
            raise MissingData(
                f"{source.name}: {file.path} is not in the mirror {mirror}",
                next_step=HOW_TO_MIRROR,
            )
        try:
            found = sha256_of(path, seen)
        except OSError as error:
            raise MissingData(
                f"{source.name}: {file.path} in the mirror {mirror} cannot be read: {error}",
                next_step=HOW_TO_MIRROR,
            ) from error
        if found != file.sha256:
            raise HashMismatch(
                f"{source.name}: {file.path} is not the declared edition ({source.edition}): "
                f"expected sha256 {file.sha256}, seen {found}",
                next_step=f"put the declared file in place; {HOW_TO_MIRROR}",
            )


def sha256_of(path: Path, seen: Callable[[int], None] = lambda size: None) -> str:
    """The SHA-256 of a file's content, read block by block."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            seen(len(block))
    return digest.hexdigest()


def mirror_folder(path: Path | None) -> Path:
    """The mirror to read; a missing one is an error that says how to get it."""
    if path is None or not path.is_dir():
        raise MissingData(f"no mirror of the sources at {path}", next_step=HOW_TO_MIRROR)
    return path
