"""The families of stored measures: one module each, named like the family.

A module has ``SOURCES`` (names of the sources it reads; a change in one of them rebuilds the
family) and ``compile_figures(mirror, first_year)``, which returns a `Compiled`.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tripolar.panel.families.compiled import Compiled


def sources_of_family(name: str) -> tuple[str, ...]:
    """The sources that a family reads."""
    return tuple(_module(name).SOURCES)


def compiled_family(name: str, mirror: Path, first_year: int) -> Compiled:
    """The figures of a family."""
    found: Compiled = _module(name).compile_figures(mirror, first_year)
    return found


def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")
