"""What was asked, checked: two actors, perhaps a third, and the years; errors say what to type."""

from __future__ import annotations

from dataclasses import dataclass

from tripolar.actors.blocs import blocs
from tripolar.actors.states import chain
from tripolar.errors import BadPair, BadYears
from tripolar.panel import spine
from tripolar.panel.figures import Atlas, resolve

FIRST_YEAR, LAST_YEAR = 1, 2999
"""Years that can be spoken of at all; others are a slip of the finger."""


@dataclass(frozen=True)
class Question:
    """A pair, perhaps a third, and the years, all of them keys that can be answered."""

    a: str
    b: str
    third: str | None
    first: int
    last: int

    @property
    def actors(self) -> tuple[str, ...]:
        """The pair, and the third where there is one."""
        return (self.a, self.b) if self.third is None else (self.a, self.b, self.third)

    @property
    def sides(self) -> tuple[tuple[str, str], ...]:
        """The pair, and with a third both sides to it."""
        pair = ((self.a, self.b),)
        return pair if self.third is None else (*pair, (self.a, self.third), (self.b, self.third))


def ask(
    atlas: Atlas,
    a: str,
    b: str,
    third: str | None = None,
    first: int | None = None,
    last: int | None = None,
) -> Question:
    """Resolve names to keys and refuse what cannot be answered.

    Raises `UnknownName` for a name that stands for no actor, `BadPair` for actors that make no
    pair, `BadYears` for years that are reversed or outside the atlas.
    """
    first, last = checked_years(atlas, first, last)
    keys = [resolve(a), resolve(b)] + ([resolve(third)] if third is not None else [])
    if keys[0] == keys[1]:
        raise BadPair(
            f"{a} and {b} are one and the same actor ({keys[0]})",
            next_step="name two different actors; tripolar actors lists them",
        )
    if third is not None and keys[2] in keys[:2]:
        raise BadPair(
            f"the third, {third}, is one of the pair",
            next_step="name another third with --third; tripolar actors lists them",
        )
    question = Question(keys[0], keys[1], keys[2] if third is not None else None, first, last)
    for one, other in question.sides:
        _require_alive_together(one, other)
        _require_no_shared_member(one, other, question)
    return question


def checked_years(atlas: Atlas, first: int | None, last: int | None) -> tuple[int, int]:
    """The years asked, defaults filled from the atlas; reversed or uncovered ones are refused."""
    covered = atlas.years
    if first is not None and last is not None and first > last:
        raise BadYears(
            f"the years are reversed: from {first} to {last}",
            next_step=f"--from {last} --to {first}",
        )
    for year in (first, last):
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadYears(
                f"{year} is outside what any source covers",
                next_step=f"ask for years within {covered[0]}-{covered[1]}",
            )
    asked = (covered[0] if first is None else first, covered[1] if last is None else last)
    if asked[0] > covered[1] or asked[1] < covered[0]:
        raise BadYears(
            f"{asked[0]}-{asked[1]} is outside this atlas, which covers {covered[0]}-{covered[1]}",
            next_step=(
                f"ask for years within {covered[0]}-{covered[1]}, or build an atlas that reaches "
                "further back: tripolar build --mirror DIR --out DIR, then --atlas DIR"
            ),
        )
    return asked


def _require_alive_together(a: str, b: str) -> None:
    if set(chain(a)) & set(chain(b)):
        raise BadPair(
            f"{a} and {b} are one actor over time",
            next_step="name two different actors; tripolar actors lists them",
        )
    if not any(spine.alive_together(x, y) for x in chain(a) for y in chain(b)):
        raise BadPair(
            f"{a} and {b} were never there in the same year",
            next_step="tripolar actors NAME shows an actor's dates",
        )


def _require_no_shared_member(a: str, b: str, question: Question) -> None:
    years = range(question.first, question.last + 1)
    shared = {year: found for year in years if (found := spine.overlap(a, b, year))}
    if not shared:
        return
    span = f"{min(shared)}-{max(shared)}"
    states = sorted(set().union(*shared.values()))
    what = (
        f"{a} and {b} share members ({', '.join(states[:4])})"
        if a in blocs() and b in blocs()
        else f"{states[0]} is itself a member of {a if a in blocs() else b}"
    )
    free = [year for year in years if year not in shared]
    raise BadPair(
        f"{what} in {span}: what they share cannot be told apart",
        next_step=(
            f"ask for years without the overlap (--from {min(free)} --to {max(free)})"
            if free and max(free) - min(free) + 1 == len(free)
            else "name another actor, or the bloc's other members one by one"
        ),
    )
