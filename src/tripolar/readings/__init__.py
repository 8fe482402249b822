"""Readings: questions about actors, answered over figures."""
