"""The declared measures, one module per group; the order here is that in which they are shown."""

from tripolar.measures.declared import trade, votes

GROUPS = (votes, trade)
