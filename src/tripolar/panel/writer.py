"""Validated tables as Parquet files of an atlas."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tripolar.panel import schemas
from tripolar.panel.positions import SHARED

FAST, TIGHT = 4, 19
"""Levels of zstd: the second takes ten times as long and saves two fifths."""
ROWS_PER_GROUP = 1 << 17
"""Rows of a row group: small enough for a reader that wants one pair to skip most of a table."""
_DICTIONARY = {
    *("a", "b", "actor", "measure", "roll_calls", "kind", "source", *SHARED),
    *("value", "low", "high", "n"),
}


class Writer:
    """Writes tables into a folder and remembers how many rows each has and which years."""

    def __init__(self, folder: Path, level: int) -> None:
        self.folder = folder
        self.level = level
        self.years: list[int] = []
        self.written: dict[str, int] = {}

    def whole(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table that fits in memory."""
        self.parts(name, [frame])

    def parts(self, name: str, frames: Iterable[pd.DataFrame]) -> None:
        """Write a table part by part; each part begins a row group."""
        out: pq.ParquetWriter | None = None
        try:
            for frame in frames:
                ordered = schemas.check(name, frame).sort_values(schemas.order_of(name))
                table = pa.Table.from_pandas(ordered, preserve_index=False)
                if out is None:
                    out = pq.ParquetWriter(
                        self.folder / f"{name}.parquet",
                        table.schema,
                        use_dictionary=[c for c in table.column_names if c in _DICTIONARY],
                        compression="zstd",
                        compression_level=self.level,
                    )
                out.write_table(table, row_group_size=ROWS_PER_GROUP)
                self.written[name] = self.written.get(name, 0) + len(frame)
                if len(ordered):
                    self.years += [int(ordered["year"].min()), int(ordered["year"].max())]
        finally:
            if out is not None:
                out.close()
