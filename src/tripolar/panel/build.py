"""Compile an atlas from a mirror of the sources: verify, compile part by part, put in place."""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from tripolar.errors import DataError
from tripolar.measures import MEASURES
from tripolar.measures.declared.regional import COMPONENTS
from tripolar.outputs import written_aside
from tripolar.panel.parts import Job, Part, Progress, parts, unshippable
from tripolar.panel.store import FORMAT, MANIFEST, Store
from tripolar.panel.writer import FAST, TIGHT, Writer
from tripolar.sources import Source, catalogue, verify
from tripolar.sources.base import mirror_folder, sha256_of


@dataclass(frozen=True)
class Built:
    """What a build made: the folder, rows per table, what the sources' readers reported.

    reused : parts taken over from the atlas that stood there, because nothing they hang on changed.
    withheld : measures without figures in this atlas, each with the reason.
    """

    folder: Path
    rows: dict[str, int]
    reports: dict[str, list[str]]
    reused: tuple[str, ...] = ()
    withheld: Mapping[str, str] = field(default_factory=dict)


def build(
    mirror: Path,
    out: Path,
    *,
    first_year: int | None = None,
    shipping: bool = False,
    progress: Progress = lambda stage, done: None,
) -> Built:
    """Compile the atlas of a mirror into a folder, which is replaced only when all is well.

    Parts that hang on nothing that changed since the atlas in ``out`` was built are taken over.

    Parameters
    ----------
    mirror : folder that holds the declared files of the sources. Votes, vetoes, trade and product
        must be there; measures of other sources that are not are left out and reported
    out : folder to write; an existing atlas there stays whole until the new one is
    first_year : leave out earlier years (the embedded atlas begins in 1990)
    shipping : leave out what may not be passed on (the roll calls' titles, measures of closed
        sources) and pack tightly, as the atlas in the package is

    Raises `MissingData`, `HashMismatch`, `NewOddity`, `SchemaMismatch` or `OutputError`.
    """
    mirror_folder(mirror)
    every = parts()
    chosen = [part for part in every if not part.optional or _complete(part, mirror)]
    with written_aside(out, MANIFEST) as aside:
        wanted = {name: catalogue()[name] for part in chosen for name in part.sources}
        _verify_all(wanted.values(), mirror, progress)
        before = _previous(out)
        writer = Writer(aside, TIGHT if shipping else FAST)
        told: dict[str, Any] = {}
        reused = []
        for part in chosen:
            key = _key(part, first_year or 0, shipping)
            known = before.get(part.name)
            if known and known["key"] == key and _take_over(known, out, writer):
                reused.append(part.name)
                told[part.name] = known
                continue
            told[part.name] = _compile(part, key, mirror, writer, first_year, shipping, progress)
        withheld = _withheld(every, chosen, mirror, shipping)
        _write_manifest(aside, told, withheld, titles=not shipping)
        progress("done", 1.0)
    rows = {name: about["rows"] for one in told.values() for name, about in one["tables"].items()}
    reports = {name: lines for one in told.values() for name, lines in one["reports"].items()}
    return Built(out, rows, reports, tuple(reused), withheld)


def _complete(part: Part, mirror: Path) -> bool:
    return all(_is_there(name, mirror) for name in part.sources)


def _is_there(name: str, mirror: Path) -> bool:
    return all((mirror / file.path).is_file() for file in catalogue()[name].files)


def _compile(
    part: Part,
    key: str,
    mirror: Path,
    writer: Writer,
    first_year: int | None,
    shipping: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Compile one part; what the manifest says of it."""
    seen, writer.years = set(writer.written), []
    job = Job(mirror, writer, first_year or 0, shipping, progress)
    part.make(job)
    tables = [name for name in writer.written if name not in seen]
    return {
        "key": key,
        "sources": list(part.sources),
        "years": [min(writer.years), max(writer.years)] if writer.years else [],
        "tables": {name: _about(writer.folder, name, writer.written[name]) for name in tables},
        "reports": job.report,
    }


def _about(folder: Path, name: str, rows: int) -> dict[str, Any]:
    path = folder / f"{name}.parquet"
    return {"rows": rows, "bytes": path.stat().st_size, "sha256": sha256_of(path)}


def _key(part: Part, first_year: int, shipping: bool) -> str:
    """What a part's tables depend on: the code, its sources, the choices of the build."""
    sources = [catalogue()[name] for name in part.sources]
    hashes = {file.path: file.sha256 for source in sources for file in source.files}
    rules = [[each.redistribution, each.coverage.first, each.coverage.last] for each in sources]
    listed = [FORMAT, _code(), part.name, hashes, rules, first_year, shipping]
    text = json.dumps(listed, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _code() -> str:
    """One hash over the package's code and tables: any change of it rebuilds every part."""
    root = Path(str(files("tripolar")))
    digest = hashlib.sha256()
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.csv")]):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _previous(out: Path) -> dict[str, Any]:
    """What the manifest of the atlas in the folder says of its parts; nothing where none is."""
    try:
        found: dict[str, Any] = Store(out).manifest["parts"]
    except DataError:
        return {}
    return found


def _take_over(known: dict[str, Any], out: Path, writer: Writer) -> bool:
    """Copy a part's tables from the old atlas, if they are still what its manifest says."""
    paths = {name: out / f"{name}.parquet" for name in known["tables"]}
    if any(sha256_of(path) != known["tables"][name]["sha256"] for name, path in paths.items()):
        return False
    for path in paths.values():
        shutil.copy2(path, writer.folder / path.name)
    return True


def _withheld(
    every: Iterable[Part], chosen: list[Part], mirror: Path, shipping: bool
) -> dict[str, str]:
    """Measures that this atlas cannot have, each with the reason."""
    found = dict(unshippable()) if shipping else {}
    for part in every:
        if part in chosen:
            continue
        lacking = ", ".join(name for name in part.sources if not _is_there(name, mirror))
        for each in MEASURES.values():
            if each.family == part.name:
                found.setdefault(each.name, f"the mirror of this build lacks files of {lacking}")
    for name, components in COMPONENTS.items():
        for component in components:
            if component in found:
                found.setdefault(name, found[component])
    return found


def _verify_all(sources: Iterable[Source], mirror: Path, progress: Progress) -> None:
    listed = list(sources)
    present = [mirror / file.path for source in listed for file in source.files]
    total = sum(path.stat().st_size for path in present if path.is_file()) or 1
    read = 0

    def count(size: int) -> None:
        nonlocal read
        read += size
        progress("verifying hashes", read / total)

    for source in listed:
        verify(source, mirror, count)


def _write_manifest(
    folder: Path, told: dict[str, Any], withheld: dict[str, str], *, titles: bool
) -> None:
    years = [year for one in told.values() for year in one["years"]]
    manifest = {
        "format": FORMAT,
        "titles": titles,
        "years": [min(years), max(years)],
        "tables": {name: about for one in told.values() for name, about in one["tables"].items()},
        "parts": told,
        "withheld": withheld,
        "sources": {
            source.name: {
                "edition": source.edition,
                "licence": source.licence,
                "redistribution": source.redistribution,
                "files": {file.path: file.sha256 for file in source.files},
            }
            for source in catalogue().values()
        },
        "reports": {name: lines for one in told.values() for name, lines in one["reports"].items()},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
