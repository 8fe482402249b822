"""Measures: declarations, and the functions that turn source rows into numbers."""

from tripolar.measures.registry import DIMENSIONS, MEASURES, Measure, measure

__all__ = ["DIMENSIONS", "MEASURES", "Measure", "measure"]
