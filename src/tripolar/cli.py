"""The command line: one thin command per verb, named like the Python function it calls."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from tripolar import __version__
from tripolar.errors import EXIT_CODE, OutputError, TripolarError

app = typer.Typer(
    name="tripolar",
    help="How close are two powers, on what, since when, and what does it mean for a third?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

A = Annotated[str, typer.Argument(metavar="A", help="an actor: RUS, Russia, EU …")]
B = Annotated[str, typer.Argument(metavar="B", help="the other actor")]
First = Annotated[int | None, typer.Option("--from", help="first calendar year")]
Last = Annotated[int | None, typer.Option("--to", help="last calendar year")]
Format = Annotated[str, typer.Option("--format", help="table, csv, json or parquet")]
AtlasFolder = Annotated[
    Path | None,
    typer.Option("--atlas", help="a folder from `tripolar build`; else the embedded one"),
]
OutFile = Annotated[Path | None, typer.Option("--out", help="write to this file")]
RollCalls = Annotated[
    str,
    typer.Option("--roll-calls", help="the roll calls counted over: final, human-rights …"),
]
Unanimous = Annotated[str, typer.Option(help="unanimous roll calls: keep or drop")]
Distance = Annotated[
    str | None, typer.Option(help="absolute, quadratic or nominal, instead of the measure's own")
]


def main() -> None:
    """Run the command line; an error raised on purpose is printed and ends with exit code 2."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except TripolarError as error:
        print(f"tripolar: {error}", file=sys.stderr)
        sys.exit(EXIT_CODE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _version(asked: bool) -> None:
    if asked:
        print(f"tripolar {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    pass


@app.command()
def brief(
    a: A,
    b: B,
    third: Annotated[str | None, typer.Option(help="the third party, a state or a bloc")] = None,
    first: First = None,
    last: Last = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder to write; out/brief-A-B-THIRD by default")
    ] = None,
    atlas: AtlasFolder = None,
) -> None:
    """Write a sourced brief on two powers and a third: one HTML file with its figures beside it."""
    from tripolar.brief import write_brief
    from tripolar.world import open as open_world

    written = write_brief(open_world(atlas), a, b, third=third, first=first, last=last, out=out)
    print(written.page)
    for line in written.summary:
        print(line)


@app.command()
def pair(
    a: A,
    b: B,
    third: Annotated[str | None, typer.Option(help="a third party to compare with")] = None,
    first: First = None,
    last: Last = None,
    roll_calls: RollCalls = "final",
    unanimous: Unanimous = "keep",
    distance: Distance = None,
    format: Format = "table",
    out: OutFile = None,
    atlas: AtlasFolder = None,
) -> None:
    """Read a pair: the latest figure of every measure, its trend and its rank among all dyads."""
    from tripolar.printing import check_format, emit
    from tripolar.world import open as open_world

    check_format(format)
    reading = open_world(atlas).pair(
        a,
        b,
        third=third,
        first=first,
        last=last,
        roll_calls=roll_calls,
        unanimous=unanimous,
        distance=distance,
    )
    shown = reading.table()
    if format == "table":
        columns = ["measure", "a", "b", "year", "value", "low", "high", "n"]
        shown = shown[[*columns, "trend", "trend_low", "trend_high", "percentile", "dyads"]]
    emit(shown, format, out, title="trend is per decade; bands are 90%; percentile among all dyads")
    for line in reading.missing:
        print(f"no figures: {line}", file=sys.stderr)


@app.command()
def figures(
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help="see `tripolar measures`")],
    a: Annotated[str | None, typer.Argument(metavar="A", help="an actor; all without")] = None,
    b: Annotated[str | None, typer.Argument(metavar="B", help="the other; all without")] = None,
    first: First = None,
    last: Last = None,
    roll_calls: RollCalls = "final",
    unanimous: Unanimous = "keep",
    distance: Distance = None,
    level: Annotated[float | None, typer.Option(help="nominal level of the band")] = None,
    format: Format = "table",
    out: OutFile = None,
    atlas: AtlasFolder = None,
) -> None:
    """Print a measure's figures: of a pair, of one actor with all others, or of all pairs."""
    from tripolar.lookup import blank_spans
    from tripolar.printing import check_format, emit
    from tripolar.world import open as open_world

    check_format(format)
    found = open_world(atlas).figures(
        measure,
        a,
        b,
        first=first,
        last=last,
        roll_calls=roll_calls,
        unanimous=unanimous,
        distance=distance,
        level=level,
    )
    emit(found.table(), format, out, title=f"{found.measure.title} ({found.measure.denominator})")
    if found.withheld and not found.blanks:
        print(f"no figures: {found.withheld}", file=sys.stderr)
    for line in blank_spans(found.blanks):
        print(f"no figure: {line}", file=sys.stderr)


@app.command("ideal-points")
def ideal_points(
    names: Annotated[list[str] | None, typer.Argument(help="actors; all by default")] = None,
    first: First = None,
    last: Last = None,
    roll_calls: RollCalls = "final",
    movement: Annotated[
        bool, typer.Option("--movement", help="of two actors: who moved toward whom")
    ] = False,
    format: Format = "table",
    out: OutFile = None,
    plot: Annotated[Path | None, typer.Option(help="draw them to this .svg, .png or .html")] = None,
    atlas: AtlasFolder = None,
) -> None:
    """Print ideal points by session: position, standard error, band and votes of each actor."""
    from tripolar.lookup import about_movement
    from tripolar.printing import check_format, emit, facts
    from tripolar.world import open as open_world

    check_format(format)
    opened = open_world(atlas)
    if movement:
        facts(about_movement(opened, names or [], first, last), format)
        return
    found = opened.ideal_points(*(names or []), first=first, last=last, roll_calls=roll_calls)
    if plot is not None:
        from tripolar.charts import save

        print(save(found.plot(), plot))
        return
    title = (
        "ideal points, one scale (unit variance over all state-sessions); 90% bands, which on the "
        "pooled scale are off in some sessions: docs/methods/ideal-points.md"
    )
    emit(found.table(), format, out, title=title)


@app.command("ideal-points-check")
def ideal_points_check(
    name: Annotated[
        str, typer.Argument(help="margins, item-fit, unanimous, important, walk-variance …")
    ],
    mirror: Annotated[Path, typer.Option(help="folder with the sources' declared files")],
    format: Format = "table",
    out: OutFile = None,
    plot: Annotated[Path | None, typer.Option(help="draw it to this .svg, .png or .html")] = None,
) -> None:
    """Put a referee's question to the ideal points: does the fit hold, and on what does it hang?"""
    from tripolar.printing import check_format, emit
    from tripolar.readings.ideal_checks import run_check

    check_format(format)
    found = run_check(name, mirror)
    print(found.summary, file=sys.stderr)
    if plot is not None:
        from tripolar.charts import save

        print(save(found.plot(), plot))
        return
    emit(found.table(), format, out, title=found.title)


@app.command()
def composite(
    a: A,
    b: B,
    first: First = None,
    last: Last = None,
    format: Format = "table",
    out: OutFile = None,
    plot: Annotated[Path | None, typer.Option(help="draw it to this .svg, .png or .html")] = None,
    atlas: AtlasFolder = None,
) -> None:
    """Read the composite convergence of a pair by year, and which choice moves it most."""
    from tripolar.printing import check_format, emit
    from tripolar.world import open as open_world

    check_format(format)
    found = open_world(atlas).composite(a, b, first=first, last=last)
    if plot is not None:
        from tripolar.charts import save

        print(save(found.plot(), plot))
        return
    emit(found.table(), format, out, title="level in standard deviations of all dyads; 90% bands")
    print(found.choices, file=sys.stderr)
    for answer, rows in found.sensitivity.groupby("answer", sort=False):
        moved = ", ".join(f"{row.choice} {row.total:.2f}" for row in rows.itertuples())
        print(f"what moves the {answer} (total Sobol indices): {moved}", file=sys.stderr)
    for line in found.disagreement:
        print(line, file=sys.stderr)


@app.command()
def triangle(
    a: A,
    b: B,
    c: Annotated[str, typer.Argument(metavar="C", help="the third actor")],
    first: First = None,
    last: Last = None,
    measure: Annotated[
        list[str] | None, typer.Option(help="the measure of a side; may be given again")
    ] = None,
    threshold: Annotated[
        str, typer.Option(help="median, pair-mean, or a number in the measure's unit")
    ] = "median",
    format: Format = "table",
    out: OutFile = None,
    plot: Annotated[Path | None, typer.Option(help="draw it to this .svg, .png or .html")] = None,
    atlas: AtlasFolder = None,
) -> None:
    """Read three actors as a strategic triangle: its type by year, as a probability."""
    from tripolar.printing import check_format, emit
    from tripolar.world import open as open_world

    check_format(format)
    found = open_world(atlas).triangle(
        a,
        b,
        c,
        first=first,
        last=last,
        measures=measure or "un-kappa",
        threshold=_number_or_name(threshold),
    )
    if plot is not None:
        from tripolar.charts import save

        print(save(found.plot(), plot))
        return
    emit(found.table(), format, out, title="type of the triangle by year, and its probability")
    for change in found.changes.to_dict("records"):
        print(
            f"changed in {change['year']} ({change['earliest']}-{change['latest']}): "
            f"{change['before']} to {change['after']}",
            file=sys.stderr,
        )
    for line in found.missing:
        print(f"no figures: {line}", file=sys.stderr)


def _number_or_name(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


@app.command()
def actors(
    name: Annotated[str | None, typer.Argument(help="an actor by any name or code")] = None,
    on: Annotated[str | None, typer.Option(help="the day asked of, YYYY-MM-DD")] = None,
    format: Format = "table",
) -> None:
    """List states and blocs, or look one up: its dates, codes, memberships."""
    from tripolar import world
    from tripolar.lookup import about_actor, day_of
    from tripolar.printing import check_format, emit, facts

    check_format(format)
    if name is None:
        emit(world.actors(), format)
    else:
        facts(about_actor(name, day_of(on)), format)


@app.command()
def measures(
    name: Annotated[str | None, typer.Argument(help="a measure")] = None,
    pair: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="say what there is of two actors")
    ] = None,
    format: Format = "table",
    atlas: AtlasFolder = None,
) -> None:
    """List the measures, or explain one: formula, denominator, range, source, caution."""
    from tripolar.lookup import about_measure
    from tripolar.printing import check_format, emit, facts
    from tripolar.world import open as open_world

    check_format(format)
    opened = open_world(atlas)
    if name is None:
        emit(opened.measures(*(pair or ())), format)
    else:
        facts(about_measure(opened, name, pair), format)


@app.command()
def sources(
    name: Annotated[str | None, typer.Argument(help="a source")] = None,
    format: Format = "table",
    atlas: AtlasFolder = None,
) -> None:
    """List the sources with licence and coverage, or show one: files, hashes, oddities."""
    from tripolar.lookup import about_source, all_sources
    from tripolar.printing import check_format, emit, facts
    from tripolar.world import open as open_world

    check_format(format)
    opened = open_world(atlas)
    if name is None:
        emit(all_sources(opened), format)
    else:
        facts(about_source(opened, name), format)


@app.command()
def add(
    file: Annotated[
        Path | None, typer.Argument(help="a CSV or Parquet file of facts; without one: the list")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="write an empty table to fill to this file")
    ] = None,
    example: Annotated[
        Path | None, typer.Option(help="write an example on Russia and China to this file")
    ] = None,
    remove: Annotated[str | None, typer.Option(help="take a table out again, by its name")] = None,
    format: Format = "table",
) -> None:
    """Add your own figures or dated facts; they appear beside the rest, marked as yours."""
    from tripolar.lookup import own_tables
    from tripolar.outputs import write_file
    from tripolar.panel.own import OwnFacts
    from tripolar.printing import check_format, emit
    from tripolar.settings import own_folder
    from tripolar.sources.own import template as template_text

    check_format(format)
    own = OwnFacts(own_folder())
    for path, name in ((template, "facts"), (example, "russia-china")):
        if path is not None:
            if path.exists():
                raise OutputError(f"{path} is there already", next_step="name another file")
            write_file(path, template_text(name).encode())
            print(path)
    if remove is not None:
        own.remove(remove)
        print(f"removed {remove}")
    if file is not None:
        added = own.add(file)
        print(f"added {added} to {own.folder}")
    if not any((file, template, example, remove)) or file is not None:
        emit(own_tables(own), format, title="your own tables of facts")


@app.command()
def cite(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="sources, measures or a brief's folder; everything by default"),
    ] = None,
    atlas: AtlasFolder = None,
) -> None:
    """Print BibTeX of sources, of what measures rest on, or of what a brief used."""
    from tripolar.lookup import expand_briefs
    from tripolar.world import open as open_world

    print(open_world(atlas).cite(expand_briefs(names or [])))


@app.command()
def pull(
    names: Annotated[list[str] | None, typer.Argument(help="sources; all by default")] = None,
    mirror: Annotated[Path, typer.Option(help="folder to put the files in")] = Path("mirror"),
) -> None:
    """Fetch sources' files from their publishers into a mirror, each verified by its hash."""
    from tripolar.sources.pull import pull as fetch

    fetch(names or [], mirror, lambda file: print(f"{file.path}: {file.note}"))


@app.command()
def build(
    mirror: Annotated[Path, typer.Option(help="folder with the sources' declared files")],
    out: Annotated[Path, typer.Option(help="folder to write the atlas to")],
    first: Annotated[int | None, typer.Option("--from", help="leave out earlier years")] = None,
    shipping: Annotated[
        bool, typer.Option("--shipping", help="without publishers' text, packed tightly")
    ] = False,
) -> None:
    """Compile an atlas from a mirror of the sources; an older one stays until the new is whole."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from tripolar.panel.build import build as compile_atlas

    columns = (TextColumn("{task.description:24}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        stages: dict[str, int] = {}

        def progress(stage: str, done: float) -> None:
            for known, task in stages.items():
                if known != stage:
                    bar.update(task, completed=1.0)  # type: ignore[arg-type]
            if stage not in stages:
                stages[stage] = bar.add_task(stage, total=1.0)
            bar.update(stages[stage], completed=done)  # type: ignore[arg-type]

        built = compile_atlas(mirror, out, first_year=first, shipping=shipping, progress=progress)
    print(built.folder)
    if built.reused:
        print(f"taken over, nothing they hang on changed: {', '.join(built.reused)}")
    for table, count in built.rows.items():
        print(f"{table}: {count:,} rows")
    for name, lines in built.reports.items():
        for line in lines:
            print(f"{name}: {line}")
    for name, reason in built.withheld.items():
        print(f"without {name}: {reason}")
