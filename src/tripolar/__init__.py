"""tripolar: how close two powers have become, on what, since when, and what it means for a third.

>>> import tripolar as tp
>>> world = tp.open()
>>> world.pair("RUS", "CHN", third="EU")        # every measure, with bands, trend and rank
<PairReading RUS-CHN as against EU, ...>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tripolar.world import World, open

__all__ = ["World", "__version__", "open"]


def __getattr__(name: str) -> Any:
    """Load the world when it is first asked for, so that the command line answers at once."""
    if name in {"World", "open"}:
        from tripolar import world

        return getattr(world, name)
    raise AttributeError(f"module 'tripolar' has no attribute {name!r}")
