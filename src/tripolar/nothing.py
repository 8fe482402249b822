"""The five kinds of nothing, kept apart from zero and from each other, and the codes of a vote.

| kind | in a ballot | in a figure |
|---|---|---|
| absent | a member for whom no vote is recorded | the two never voted in the same roll call |
| abstained | a recorded abstention: a position, not a blank | never a blank |
| not a member | held before admission or after exit | one was not there, or had no seat |
| outside coverage | the source does not speak of the year | the same |
| missing | the source should have it and has not | the same |
"""

from __future__ import annotations

from enum import StrEnum


class Nothing(StrEnum):
    """Why a figure is blank."""

    ABSENT = "absent"
    ABSTAINED = "abstained"
    NOT_A_MEMBER = "not-a-member"
    OUTSIDE_COVERAGE = "outside-coverage"
    MISSING = "missing"


YES, ABSTAIN, NO = 1, 2, 3
POSITIONS = (YES, ABSTAIN, NO)
ABSENT = 0
NOT_A_MEMBER = -1
POSITION_NAMES = {
    YES: "yes",
    ABSTAIN: "abstain",
    NO: "no",
}
