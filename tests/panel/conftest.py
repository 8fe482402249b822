"""What the tests of the panel share: reading the roll calls once, not once per build."""

import pytest

LAST_YEAR_OF_TRADE = 2014
SMALL_FAMILIES = {"visits", "military"}


@pytest.fixture
def quick(monkeypatch, ungas):
    """A build of the core and two small families, of late years, with one set of ideal points.

    The roll calls are those already read.
    """
    from tripolar.panel import build as module
    from tripolar.panel import parts as making
    from tripolar.panel import positions

    every = making.parts()
    few = tuple(part for part in every if not part.optional or part.name in SMALL_FAMILIES)
    monkeypatch.setattr(module, "parts", lambda: few)
    monkeypatch.setattr(making.unga, "read", lambda mirror: ungas)
    monkeypatch.setattr(positions, "SETS", ("final",))

    def build(mirror, out, **options):
        return module.build(mirror, out, **{"first_year": LAST_YEAR_OF_TRADE, **options})

    return build
