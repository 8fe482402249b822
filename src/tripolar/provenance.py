"""Where a figure comes from: the recipe and the source editions behind it, under one short id."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Origin:
    """A source edition as a figure used it: name, edition, licence, and the hashes of its files."""

    source: str
    edition: str
    licence: str
    redistribution: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Lineage:
    """The recipe of a figure: measure, formula, choices made, and the origins it rests on.

    The id is a hash of all of it, so that the same id always means the same computation on the
    same files.
    """

    measure: str
    formula: str
    choices: tuple[tuple[str, str], ...]
    origins: tuple[Origin, ...]

    @property
    def id(self) -> str:
        """A short name of this lineage, stable over machines and runs."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return "L" + hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def redistribution(self) -> str:
        """The strictest terms among the origins."""
        order = ("allowed", "derived-only", "no")
        return max((origin.redistribution for origin in self.origins), key=order.index)

    def to_dict(self) -> dict[str, Any]:
        """The lineage with its id, for JSON."""
        return {"id": self.id, **asdict(self)}
