"""Compile an atlas from a mirror of the sources: verify, read, compile, validate, put in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tripolar.errors import BadYears
from tripolar.measures.ballots import ROLL_CALL_SETS
from tripolar.outputs import written_aside
from tripolar.panel import compile as compiled
from tripolar.panel import schemas, spine
from tripolar.panel.positions import SHARED, position_tables
from tripolar.panel.store import FORMAT, MANIFEST, as_table, rows
from tripolar.sources import Source, catalogue, cow_trade, unga, verify, vetoes, worldbank
from tripolar.sources.base import mirror_folder, sha256_of

Progress = Callable[[str, float], None]
"""Called with the name of a stage and how far it is, 0 to 1."""

_FAST, _TIGHT = 4, 12
"""Levels of zstd: the second takes three times as long and saves a third."""
_DICTIONARY = ["a", "b", "actor", "roll_calls", "kind", "source", *SHARED]


@dataclass(frozen=True)
class Built:
    """What a build made: the folder, rows per table, and what the sources' readers reported."""

    folder: Path
    rows: dict[str, int]
    reports: dict[str, list[str]]


def build(
    mirror: Path,
    out: Path,
    *,
    first_year: int | None = None,
    shipping: bool = False,
    progress: Progress = lambda stage, done: None,
) -> Built:
    """Compile the atlas of a mirror into a folder, which is replaced only when all is well.

    Parameters
    ----------
    mirror : folder that holds the declared files of every source
    out : folder to write; an existing atlas there stays whole until the new one is
    first_year : leave out earlier years (the embedded atlas begins in 1990)
    shipping : leave out the roll calls' titles (the publisher's text) and pack tightly, as the
        atlas in the package is

    Raises `MissingData`, `HashMismatch`, `NewOddity`, `SchemaMismatch` or `OutputError`.
    """
    mirror_folder(mirror)
    with written_aside(out, MANIFEST) as aside:
        _verify_all(catalogue().values(), mirror, progress)
        reports: dict[str, list[str]] = {}
        writer = _Writer(aside, _TIGHT if shipping else _FAST)
        _vote_tables(mirror, writer, reports, first_year or 0, not shipping, progress)
        _veto_table(mirror, writer, first_year or 0, progress)
        _trade_tables(mirror, writer, reports, first_year or 0, progress)
        _write_manifest(aside, writer, reports, not shipping)
        progress("done", 1.0)
    return Built(out, dict(writer.written), reports)


class _Writer:
    """Validated tables as Parquet files, in one piece or part by part."""

    def __init__(self, folder: Path, level: int) -> None:
        self.folder = folder
        self.level = level
        self.years: list[int] = []
        self.written: dict[str, int] = {}

    def whole(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table that fits in memory."""
        self.parts(name, [frame])

    def parts(self, name: str, frames: Iterable[pd.DataFrame]) -> None:
        """Write a table part by part; each part becomes a row group."""
        out: pq.ParquetWriter | None = None
        try:
            for frame in frames:
                ordered = schemas.check(name, frame).sort_values(schemas.SORTED[name])
                table = pa.Table.from_pandas(ordered, preserve_index=False)
                if out is None:
                    out = pq.ParquetWriter(
                        self.folder / f"{name}.parquet",
                        table.schema,
                        use_dictionary=[c for c in _DICTIONARY if c in table.column_names],
                        compression="zstd",
                        compression_level=self.level,
                    )
                out.write_table(table)
                self.written[name] = self.written.get(name, 0) + len(frame)
                if len(ordered):
                    self.years += [int(ordered["year"].min()), int(ordered["year"].max())]
        finally:
            if out is not None:
                out.close()


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


def _vote_tables(
    mirror: Path,
    writer: _Writer,
    reports: dict[str, list[str]],
    first: int,
    titles: bool,
    progress: Progress,
) -> None:
    progress("reading roll calls", 0.0)
    ballots, report = unga.read(mirror)
    compiled.check_seats(ballots)
    reports["unga"] = report.lines()
    reports["unga"] += [f"{s} in {y}: {why}" for (s, y), why in compiled.KNOWN_UNSEATED.items()]
    years = list(compiled.years_of(ballots, first))
    if not years:
        last = int(ballots.roll_calls["year"].max())
        raise BadYears(
            f"no roll calls from {first} on: the sources end in {last}",
            next_step=f"--from {last} or earlier",
        )
    for year in years:
        of_year = (ballots.roll_calls["year"] == year).to_numpy()
        voted = np.flatnonzero((ballots.votes[of_year] > 0).any(axis=0))
        voters = [ballots.states[column] for column in voted]
        spine.require_on_spine(pd.DataFrame({"state": voters, "year": year}), "state", "unga")

    def stage(name: str, make: Callable[[int], pd.DataFrame]) -> Iterable[pd.DataFrame]:
        for done, year in enumerate(years):
            progress(name, done / len(years))
            yield make(year)

    sets = tuple(ROLL_CALL_SETS)
    writer.parts(
        "tallies",
        stage("tallying dyads", lambda y: compiled.tallies_of_year(ballots, y, sets)),
    )
    writer.parts(
        "partings", stage("where pairs parted", lambda y: compiled.partings_of_year(ballots, y))
    )
    cohesion = stage("cohesion of blocs", lambda y: compiled.cohesion_of_year(ballots, y))
    writer.whole("cohesion", pd.concat(list(cohesion), ignore_index=True))
    writer.whole("roll_calls", compiled.roll_call_table(ballots, first, titles))
    positions, told = position_tables(ballots, first, progress)
    writer.whole("positions", positions)
    reports["unga"] += told


def _veto_table(mirror: Path, writer: _Writer, first: int, progress: Progress) -> None:
    progress("vetoes", 0.0)
    coverage = catalogue()[vetoes.NAME].coverage
    years = range(max(first, coverage.first), coverage.last + 1)
    writer.whole("vetoes", compiled.veto_table(vetoes.read(mirror), years))


def _trade_tables(
    mirror: Path, writer: _Writer, reports: dict[str, list[str]], first: int, progress: Progress
) -> None:
    progress("trade and product", 0.0)
    flows = cow_trade.read(mirror)
    gdp = worldbank.read(mirror)
    colonies = compiled.off_spine(gdp)
    gdp = gdp.drop(colonies.index)
    for side in ("exporter", "importer"):
        spine.require_on_spine(flows.rename(columns={side: "state"}), "state", cow_trade.NAME)
    flows, gdp = flows[flows["year"] >= first], gdp[gdp["year"] >= first]
    reports[cow_trade.NAME] = [
        f"{flows['usd_mn'].isna().sum():,} of {len(flows):,} flows missing, of which "
        f"{flows['unreported'].sum()} zeros among successor states of the USSR in 1992-1993",
    ]
    reports[worldbank.NAME] = [f"{len(colonies):,} rows of years before statehood left out"]
    years = sorted(set(flows["year"]) | set(gdp["year"]))
    members = spine.actor_members(years)
    pairs, totals = compiled.trade_tables(
        as_table(flows), as_table(members), as_table(spine.overlaps(years))
    )
    writer.whole("trade", rows(pairs))
    progress("trade and product", 0.6)
    merged = rows(totals).merge(
        compiled.product_table(gdp, members), on=["year", "actor"], how="outer", validate="1:1"
    )
    counted = ["reported", "missing", "gdp_states", "gdp_missing"]
    writer.whole("totals", merged.fillna(dict.fromkeys(counted, 0)))


def _write_manifest(
    folder: Path, writer: _Writer, reports: dict[str, list[str]], titles: bool
) -> None:
    paths = {name: folder / f"{name}.parquet" for name in writer.written}
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "titles": titles,
        "years": [min(writer.years), max(writer.years)],
        "tables": {
            name: {
                "rows": writer.written[name],
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }
            for name, path in paths.items()
        },
        "sources": {
            source.name: {
                "edition": source.edition,
                "licence": source.licence,
                "redistribution": source.redistribution,
                "files": {file.path: file.sha256 for file in source.files},
            }
            for source in catalogue().values()
        },
        "reports": reports,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
