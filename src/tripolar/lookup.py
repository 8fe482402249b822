"""What there is to know about one actor, measure or source, as names and values for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

import pandas as pd

from tripolar.actors import Bloc, actor
from tripolar.actors.blocs import blocs_of, memberships
from tripolar.actors.states import SCHEMES, code_of
from tripolar.errors import InputError, MissingData, UnknownName
from tripolar.measures import Measure
from tripolar.panel.blanks import Blank
from tripolar.panel.figures import resolve
from tripolar.panel.own import PREFIX, OwnFacts
from tripolar.readings.pair import sides_between
from tripolar.readings.plain import runs
from tripolar.world import World

BRIEF_SOURCES = "sources.txt"
"""In a brief's folder, the names of the sources it used, one to a line."""

ZEROS = {
    "": "",
    "everyone": "a pair of actors that the source does not list has the value 0, with n = 0",
    "a": "0, with n = 0, where the source speaks of a and does not list b",
    "both": "0, with n = 0, where the source speaks of both and does not list the pair",
}
"""What a measure's rule for zeros says, for a person."""

Facts = Iterator[tuple[str, object]]


def day_of(text: str | None) -> date | None:
    """A day written YYYY-MM-DD; None stays None."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no day", next_step="--on YYYY-MM-DD") from error


def about_actor(name: str, on: date | None) -> Facts:
    """An actor's key, dates, codes and memberships; a bloc's members with their sources."""
    found = actor(name, on)
    day = on or date.today()
    yield "key", found.key
    yield "name", found.name
    if isinstance(found, Bloc):
        yield "kind", found.kind
        yield "definition", found.definition
        for spell in memberships(found.key):
            until = f" to {spell.end}" if spell.end else ""
            yield spell.state, f"{spell.start}{until}; {spell.source}"
        return
    yield "from", found.start
    yield "to", found.end or "still"
    yield "continues", found.continues
    for scheme in SCHEMES:
        yield f"{scheme} on {day}", code_of(found.key, scheme, day)
    yield f"member on {day} of", ", ".join(sorted(blocs_of(found.key, day)))
    yield "note", found.note
    yield "source", found.source


def about_measure(world: World, name: str, pair: tuple[str, str] | None = None) -> Facts:
    """A measure's definition: formula, denominator, range, band, sources, references, caution.

    With a pair also what there is of it, and why some years are blank.
    """
    what = world.atlas.measure(name)
    first, last = world.covered(name)
    yield "measure", what.name
    yield "title", what.title
    yield "dimension", what.dimension
    yield "directed", "yes: (a, b) and (b, a) differ" if what.directed else "no"
    yield "formula", what.formula
    yield "denominator", what.denominator
    yield "unit", what.unit
    high = "" if what.high is None else f" to {what.high:g}"
    yield "range", f"from {what.low:g}{high}" if what.low is not None else "open"
    yield "higher means", what.higher_means
    yield "band", what.band
    withheld = world.atlas.withheld.get(name)
    yield "coverage", f"{first}-{last}{'' if withheld else ' in this atlas'}"
    yield "not in this atlas", withheld
    yield "zeros", ZEROS[what.zeros]
    yield "a blank means", what.blank
    yield "stored to", what.precision
    if pair is not None:
        yield from _coverage_of(world, what, *pair)
    yield "sources", ", ".join(what.sources)
    yield "references", ", ".join(what.references)
    yield "caution", what.caution


def _coverage_of(world: World, what: Measure, a: str, b: str) -> Facts:
    """Years with figures of a pair, side by side, and the blanks within the sources' coverage."""
    span = world.covered(what.name)
    for one, other in sides_between(what, resolve(a), resolve(b)):
        found = world.figures(what.name, one, other, first=span[0], last=span[1])
        years = found.table()["year"]
        held = f"{len(years)} figures, {years.min()}-{years.max()}" if len(years) else "no figures"
        side = one if one == other else f"{one} {other}"
        yield f"of {side}", held
        for line in blank_spans(found.blanks):
            yield f"blank {side}", line


def blank_spans(blanks: Iterable[Blank]) -> list[str]:
    """Blank years with one and the same reason, written as one span."""
    lines = []
    for (kind, reason), group in groupby(blanks, key=lambda blank: (blank.kind, blank.reason)):
        for first, last in runs(blank.year for blank in group):
            span = str(first) if first == last else f"{first}-{last}"
            lines.append(f"{span}: {kind}, {reason}")
    return lines


def about_movement(
    world: World, names: Sequence[str], first: int | None, last: int | None
) -> Facts:
    """A change of distance between two actors' ideal points, split by who moved."""
    if len(names) != 2:
        raise InputError(
            f"a movement is of two actors, and {len(names)} were named",
            next_step="tripolar ideal-points A B --movement",
        )
    found = world.movement(*names, first=first, last=last)
    yield "pair", f"{found.a} {found.b}, {found.first}-{found.last}"
    parts = {
        f"distance {found.first}": found.before,
        f"distance {found.last}": found.after,
        "change": found.change,
        f"of it by {found.a}": found.by_a,
        f"of it by {found.b}": found.by_b,
    }
    yield (
        "verdict",
        f"{found.verdict} ({found.least:+.2f} to {found.most:+.2f} when the first year is moved "
        "by up to four)",
    )
    for name, (value, low, high) in parts.items():
        yield name, f"{value:+.2f} (90% band {low:+.2f} to {high:+.2f})"


def all_sources(world: World) -> pd.DataFrame:
    """Every source: edition, licence, whether it may be passed on, coverage."""
    return pd.DataFrame(
        {
            "source": each.name,
            "title": each.title,
            "edition": each.edition,
            "licence": each.licence,
            "redistribution": each.redistribution,
            "coverage": f"{each.coverage.first}-{each.coverage.last}",
        }
        for each in world.atlas.sources.values()
    )


def about_source(world: World, name: str) -> Facts:
    """A source's sidecar: publisher, edition, terms, coverage, files with hashes, oddities."""
    known = world.atlas.sources
    if name not in known:
        raise UnknownName("source", name, known, next_step="tripolar sources")
    found = known[name]
    yield "source", found.name
    yield "title", found.title
    yield "publisher", found.publisher
    yield "edition", f"{found.edition} ({found.issued})"
    yield "publisher's page", found.url
    yield "this copy", found.obtained_from
    yield "licence", f"{found.licence}; {found.terms}"
    yield "redistribution", found.redistribution
    yield "units", found.units
    yield "coverage", f"{found.coverage.first}-{found.coverage.last}. {found.coverage.note}"
    for file in found.files:
        yield f"file ({file.role})", f"{file.path} sha256 {file.sha256}"
    for oddity in found.oddities:
        yield "known oddity", f"{oddity['what']}. Rule: {oddity['rule']}"


def own_tables(own: OwnFacts) -> pd.DataFrame:
    """The analyst's tables: kinds, rows and years of each."""
    rows = [
        {
            "table": name,
            "measure": f"{PREFIX}{kind}",
            "dimension": facts["dimension"].iloc[0],
            "facts": len(facts),
            "from": int(facts["year"].min()),
            "to": int(facts["year"].max()),
        }
        for (name, kind), facts in own.facts.groupby(["table", "kind"])
    ]
    return pd.DataFrame(rows, columns=["table", "measure", "dimension", "facts", "from", "to"])


def expand_briefs(names: Sequence[str]) -> list[str]:
    """Names as they are, and for a brief's folder the sources it used."""
    found: list[str] = []
    for name in names:
        if not Path(name).is_dir():
            found.append(name)
            continue
        listed = Path(name) / BRIEF_SOURCES
        if not listed.is_file():
            raise MissingData(
                f"{name} is no brief (no {BRIEF_SOURCES} in it)", next_step="tripolar brief A B"
            )
        found += listed.read_text(encoding="utf-8").split()
    return found
