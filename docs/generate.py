"""Write reference/measures.md and reference/sources.md from the declarations.

python docs/generate.py            write both pages
python docs/generate.py --check    exit with 1 if a page on disk is not current
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from tripolar.measures import MEASURES, Measure
from tripolar.measures.ballots import ROLL_CALL_SETS
from tripolar.sources import Source, catalogue

REFERENCE = Path(__file__).resolve().parent / "reference"
NOTE = "<!-- Written by docs/generate.py from the declarations; change those, then `make docs`. -->"


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    return {
        REFERENCE / "measures.md": measures_page(),
        REFERENCE / "sources.md": sources_page(),
    }


def measures_page() -> str:
    """The declared measures: a table of all, then each with its definition."""
    lines = [
        NOTE,
        "# Measures",
        "",
        "`tripolar measures` lists them, `tripolar measures NAME` prints one. A figure is one",
        "measure for one pair in one calendar year.",
        "",
        "| measure | title | dimension | directed | unit |",
        "|---|---|---|---|---|",
    ]
    for each in MEASURES.values():
        directed = "yes" if each.directed else "no"
        lines.append(
            f"| [`{each.name}`](#{each.name}) | {cell(each.title)} | {each.dimension} "
            f"| {directed} | {each.unit} |"
        )
    for each in MEASURES.values():
        lines += ["", f"## {each.name}", "", *measure_lines(each)]
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


def measure_lines(each: Measure) -> Iterable[str]:
    """One measure as a list of its declared fields."""
    yield f"{each.title}."
    yield ""
    yield f"- formula: `{each.formula}`"
    yield f"- denominator: {each.denominator}"
    yield f"- unit: {each.unit}; range: {range_of(each)}"
    yield f"- higher means: {each.higher_means}"
    if each.directed:
        twin = "; (b, a) says the same the other way round" if each.mirrored else ""
        yield f"- directed: (a, b) and (b, a) differ{twin}"
    if each.family == "ballots":
        yield f"- distance: {each.distance}, unless `--distance` says otherwise"
    yield f"- band: {each.band}"
    yield "- sources: " + ", ".join(f"[`{name}`](sources.md#{name})" for name in each.sources)
    yield "- references: " + ", ".join(link(one) for one in each.references)
    if each.caution:
        yield f"- caution: {each.caution}"


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
        "`derived-only`, figures may, the publisher's rows may not; `no`, neither.",
        "",
        "| source | edition | licence | redistribution | coverage |",
        "|---|---|---|---|---|",
    ]
    for each in catalogue().values():
        lines.append(
            f"| [`{each.name}`](#{each.name}) | {cell(each.edition)} | {cell(each.licence)} "
            f"| {each.redistribution} | {each.coverage.first}-{each.coverage.last} |"
        )
    for each in catalogue().values():
        lines += ["", f"## {each.name}", "", *source_lines(each)]
    return "\n".join(lines) + "\n"


def source_lines(each: Source) -> Iterable[str]:
    """One source as a list of its sidecar's fields, its files and its known oddities."""
    users = [one.name for one in MEASURES.values() if each.name in one.sources]
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
    yield "- measures: " + ", ".join(f"[`{name}`](measures.md#{name})" for name in users)
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
