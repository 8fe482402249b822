"""The brief: the sourced document a person reads."""

from tripolar.brief.render import Written, write_brief

__all__ = ["Written", "write_brief"]
