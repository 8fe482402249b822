"""What the tests of the panel share: reading the roll calls once, not once per build."""

import pytest

LAST_YEAR_OF_TRADE = 2014


@pytest.fixture
def quick(monkeypatch, ungas):
    """A build that takes the roll calls already read, and only years late enough to be quick."""
    from tripolar.panel import build as module

    monkeypatch.setattr(module.unga, "read", lambda mirror: ungas)

    def build(mirror, out, **options):
        return module.build(mirror, out, **{"first_year": LAST_YEAR_OF_TRADE, **options})

    return build
