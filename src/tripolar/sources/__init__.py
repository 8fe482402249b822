"""Datasets as their publishers issued them: what they are, where from, how to read them."""

from tripolar.sources.base import Source, catalogue, source, verify

__all__ = ["Source", "catalogue", "source", "verify"]
