"""Write reference/measures.md and reference/sources.md from the declarations.

python docs/generate.py            write both pages
python docs/generate.py --check    exit with 1 if a page on disk is not current
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tripolar.lookup import ZEROS
from tripolar.measures import DIMENSIONS, MEASURES, Measure, tables
from tripolar.measures.ballots import ROLL_CALL_SETS
from tripolar.panel.choices import DEFAULT
from tripolar.panel.coverage import covered_years
from tripolar.panel.parts import parts, unshippable
from tripolar.sources import Source, catalogue

REFERENCE = Path(__file__).resolve().parent / "reference"
NOTE = "<!-- Written by docs/generate.py from the declarations; change those, then `make docs`. -->"
OF = {
    "one actor": "one actor, so that a and b are the same",
    "one bloc": "one bloc, so that a and b are the same",
    "a power in a region": "a, a power, in b, a region",
    "a towards b": "a towards b; (a, b) and (b, a) are two figures",
    "the pair": "the pair; (a, b) and (b, a) are one figure",
}
"""Whom a figure is of, in a sentence."""
MIRROR = {
    "negative": "the same with the other sign; one of the two is stored and shown",
    "inverse": "one over it; one of the two is stored and shown",
}
"""What a mirrored measure says of the pair the other way round."""


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    return {
        REFERENCE / "measures.md": measures_page(),
        REFERENCE / "sources.md": sources_page(),
    }


def measures_page() -> str:
    """The declared measures by dimension: a table of each, then every measure's definition."""
    kept_out = unshippable()
    lines = [
        NOTE,
        "# Measures",
        "",
        "`tripolar measures` lists them, `tripolar measures NAME` prints one; `--pair A B` says",
        "what there is of two. A figure is one measure of one pair in one calendar year.",
        f"There are {len(MEASURES)} measures in {len(DIMENSIONS)} dimensions. The embedded atlas",
        f"has {len(MEASURES) - len(kept_out)} of them, [a build](../how-to/mirror.md) all whose",
        "sources are at hand. Zeros and blanks: [stored figures](../methods/stored-figures.md).",
        "",
    ]
    lines += [f"- [{title_of(name)}](#{name})" for name in DIMENSIONS]
    lines += ["- [Sets of roll calls](#sets-of-roll-calls)"]
    for dimension in DIMENSIONS:
        lines += ["", f"## {title_of(dimension)}", "", *table_of(dimension, kept_out)]
        for each in of_dimension(dimension):
            lines += ["", f"### {each.name}", "", *measure_lines(each, kept_out)]
    lines += [
        "",
        "## Sets of roll calls",
        "",
        "For the measures computed from roll calls of the General Assembly, `--roll-calls` takes",
        "one of:",
        "",
        "| set | what is in it |",
        "|---|---|",
        *(f"| `{name}` | {cell(what)} |" for name, what in ROLL_CALL_SETS.items()),
    ]
    return "\n".join(lines) + "\n"


def title_of(dimension: str) -> str:
    """A dimension as a heading."""
    return dimension.capitalize()


def of_dimension(dimension: str) -> list[Measure]:
    """The measures of a dimension, in the order in which they are declared."""
    return [each for each in MEASURES.values() if each.dimension == dimension]


def table_of(dimension: str, kept_out: Mapping[str, str]) -> Iterable[str]:
    """A dimension's measures at a glance."""
    yield "| measure | title | of whom | unit | years | embedded |"
    yield "|---|---|---|---|---|---|"
    for each in of_dimension(dimension):
        first, last = covered_years(each, DEFAULT)
        embedded = "no" if each.name in kept_out else "yes"
        yield (
            f"| [`{each.name}`](#{each.name}) | {cell(each.title)} | {of_whom(each)} "
            f"| {each.unit} | {first}-{last} | {embedded} |"
        )


def of_whom(each: Measure) -> str:
    """Whom a figure is of, in two or three words."""
    if each.monadic or each.family == "cohesion":
        return "one bloc" if each.family == "cohesion" else "one actor"
    if each.family == "regional":
        return "a power in a region"
    return "a towards b" if each.directed else "the pair"


def measure_lines(each: Measure, kept_out: Mapping[str, str]) -> Iterable[str]:
    """One measure as a list of its declared fields."""
    first, last = covered_years(each, DEFAULT)
    yield f"{each.title}."
    yield ""
    yield f"- formula: `{each.formula}`"
    yield f"- denominator: {each.denominator}"
    yield f"- unit: {each.unit}; range: {range_of(each)}"
    yield f"- higher means: {each.higher_means}"
    yield f"- of: {OF[of_whom(each)]}"
    if each.mirror:
        yield f"- (b, a): {MIRROR[each.mirror]}"
    if each.roll_calls:
        yield f"- roll calls: always `{each.roll_calls}`; `--roll-calls` does not apply"
    if each.family == "ballots" and tables.statistic(each.statistic).takes_distance:
        yield f"- distance: {each.distance}, unless `--distance` says otherwise"
    yield f"- band: {each.band}"
    if each.zeros:
        yield f"- zeros: {ZEROS[each.zeros]}"
    if each.blank:
        yield f"- a blank means: {each.blank}"
    if each.precision:
        yield f"- stored to: {each.precision}"
    yield f"- years: {first}-{last}"
    yield f"- embedded atlas: {shipped(each, kept_out)}"
    yield "- sources: " + ", ".join(f"[`{name}`](sources.md#{name})" for name in each.sources)
    yield "- references: " + ", ".join(link(one) for one in each.references)
    if each.caution:
        yield f"- caution: {each.caution}"


def shipped(each: Measure, kept_out: Mapping[str, str]) -> str:
    """Whether the embedded atlas has a measure, and if not, why."""
    reason = kept_out.get(each.name)
    return "yes" if reason is None else f"no; {reason.split(';')[0]}"


def range_of(each: Measure) -> str:
    """The range the formula can take, in words."""
    if each.low is None:
        return "open"
    return f"{each.low:g} and up" if each.high is None else f"{each.low:g} to {each.high:g}"


def sources_page() -> str:
    """The sources: a table of all, then each with its sidecar."""
    lines = [
        NOTE,
        "# Sources",
        "",
        "`tripolar sources` lists them, `tripolar sources NAME` prints one, `tripolar cite NAME`",
        "prints its BibTeX. Redistribution: `allowed`, figures and rows may be passed on;",
        "`derived-only`, figures may, the publisher's rows may not; `no`, neither: its measures",
        "appear after [a build](../how-to/mirror.md). Measures: how many rest on the source.",
        "",
        "| source | edition | licence | redistribution | coverage | measures |",
        "|---|---|---|---|---|---|",
    ]
    for each in catalogue().values():
        lines.append(
            f"| [`{each.name}`](#{each.name}) | {cell(each.edition)} | {cell(each.licence)} "
            f"| {each.redistribution} | {each.coverage.first}-{each.coverage.last} "
            f"| {len(users_of(each))} |"
        )
    for each in catalogue().values():
        lines += ["", f"## {each.name}", "", *source_lines(each)]
    return "\n".join(lines) + "\n"


def users_of(each: Source) -> list[str]:
    """The measures that rest on a source."""
    return [one.name for one in MEASURES.values() if each.name in one.sources]


def without(each: Source) -> str:
    """What becomes of a build whose mirror lacks a source."""
    using = [part for part in parts() if each.name in part.sources]
    if not using:
        return "lacks no measure: the source serves a check"
    if any(not part.optional for part in using):
        return "stops"
    return "leaves out " + ", ".join(f"`{part.name}`" for part in using) + ", and says so"


def source_lines(each: Source) -> Iterable[str]:
    """One source as a list of its sidecar's fields, its files and its known oddities."""
    yield f"{each.title}."
    yield ""
    yield f"- publisher: {each.publisher}; <{each.url}>"
    yield f"- edition: {each.edition} ({each.issued})"
    yield f"- this copy: {each.obtained_from}"
    if each.download:
        yield f"- `tripolar pull {each.name}` fetches it from <{each.download}>"
    yield f"- licence: {each.licence}; <{each.terms}>"
    yield f"- redistribution: {each.redistribution}"
    yield f"- units: {each.units}"
    yield f"- coverage: {each.coverage.first}-{each.coverage.last}. {each.coverage.note}"
    if users := users_of(each):
        yield "- measures: " + ", ".join(f"[`{name}`](measures.md#{name})" for name in users)
    yield f"- a build without it {without(each)}"
    if doi := each.citation.get("doi"):
        yield f"- cite: {each.citation['title']} ({each.citation['year']}), {link('doi:' + doi)}"
    yield ""
    yield "| role | file | sha256 |"
    yield "|---|---|---|"
    for file in each.files:
        yield f"| {file.role} | `{file.path}` | `{file.sha256}` |"
    if each.oddities:
        yield ""
        yield "Known oddities:"
        yield ""
        for oddity in each.oddities:
            yield f"- {oddity['what']}. *Rule:* {oddity['rule']}."


def cell(text: str) -> str:
    """Text that does not end a table's cell."""
    return text.replace("|", "\\|")


def link(reference: str) -> str:
    """A DOI as a link to it; another address as it is."""
    doi = reference.removeprefix("doi:")
    return f"<{reference}>" if doi == reference else f"[{doi}](https://doi.org/{doi})"


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say which are not current."""
    stale = [
        path
        for path, text in pages().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.name} is not current; next: make docs", file=sys.stderr)
        return 1 if stale else 0
    REFERENCE.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(pages()[path], encoding="utf-8")
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
