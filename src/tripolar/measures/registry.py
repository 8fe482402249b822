"""Every measure there is: a measure that is not here does not exist.

The panel, the command line, the brief and the documentation read this list. Adding one of a known
family is adding an entry to a module of ``declared/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tripolar.errors import UnknownName
from tripolar.measures.declaration import Measure
from tripolar.measures.declared import GROUPS
from tripolar.settings import DIMENSIONS

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {each.name: each for group in GROUPS for each in group.MEASURES}
)
"""Every measure by name, in the order in which they are shown."""


def measure(name: str) -> Measure:
    """The measure of a name; an unknown one gets the nearest names."""
    found = MEASURES.get(name)
    if found is None:
        raise UnknownName("measure", name, MEASURES, next_step="tripolar measures")
    return found


__all__ = ["DIMENSIONS", "MEASURES", "Measure", "measure"]
