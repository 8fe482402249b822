"""Actors: who is meant. States with dates and codes, blocs with dated membership.

`actor` takes what a person types ("Russia", `RUS`, `EU`); the rest is for reading sources.
"""

from __future__ import annotations

from datetime import date

from tripolar.actors.blocs import (
    Bloc,
    Membership,
    bloc,
    blocs,
    blocs_of,
    is_bloc,
    members,
    members_in_year,
    memberships,
)
from tripolar.actors.states import (
    NEXT_STEP,
    SCHEMES,
    Spell,
    State,
    candidates,
    code_of,
    exists,
    find,
    from_code,
    in_system,
    spells,
    state,
    states,
    system,
    year_table,
)
from tripolar.errors import UnknownName

Actor = State | Bloc


def actor(text: str, on: date | None = None) -> State | Bloc:
    """The state or bloc somebody means; use it on what a person types.

    A bloc's key or full name wins (in any case), then the rules of `find` hold.

    Raises
    ------
    UnknownName
        With the nearest candidates among blocs and states.

    Examples
    --------
    >>> actor("eu").key, actor("Soviet Union").key
    ('EU', 'SUN')
    """
    if is_bloc(text):
        return bloc(text)
    try:
        return find(text, on)
    except UnknownName:
        names = [*blocs(), *(one.name for one in blocs().values()), *candidates()]
        raise UnknownName("actor", text, names, next_step=NEXT_STEP) from None


__all__ = [
    "SCHEMES",
    "Actor",
    "Bloc",
    "Membership",
    "Spell",
    "State",
    "actor",
    "bloc",
    "blocs",
    "blocs_of",
    "code_of",
    "exists",
    "find",
    "from_code",
    "in_system",
    "is_bloc",
    "members",
    "members_in_year",
    "memberships",
    "spells",
    "state",
    "states",
    "system",
    "year_table",
]
