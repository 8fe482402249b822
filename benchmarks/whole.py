"""Whole commands as a user runs them: seconds by the clock and peak memory of each.

The commands start in an empty folder and in processes of their own. Targets stand beside the
figures as information; nothing fails because of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from _measure import FailedRunError, Usage, command, mirror_of, parser, stop, table, typical

SHORT_RUNS = 5


@dataclass(frozen=True)
class Case:
    """A command to measure.

    Attributes
    ----------
    shown : str
        The command as it is printed.
    words : tuple of str
        The words after ``tripolar``.
    target : str
        What is aimed at.
    runs : int
        How often it runs; the seconds are the median.
    """

    shown: str
    words: tuple[str, ...]
    target: str
    runs: int = SHORT_RUNS


def cases(mirror: Path, folder: Path, atlas: Path | None, runs: int) -> list[Case]:
    """The commands, cheap ones last; they write below a folder."""
    from_atlas = ("--atlas", str(atlas)) if atlas else ()
    brief = ("brief", "RUS", "CHN", "--third", "EU")
    figures = ("figures", "un-kappa", "RUS", "CHN", "--format", "csv")
    return [
        Case(
            "build --mirror DIR --out DIR",
            ("build", "--mirror", str(mirror), "--out", str(folder / "atlas")),
            "< 180 s, < 4,000 MB",
            1,
        ),
        Case(
            f"{' '.join(brief)} --out DIR",
            (*brief, "--out", str(folder / "brief"), *from_atlas),
            "< 15 s",
            runs,
        ),
        Case(" ".join(figures), (*figures, *from_atlas), "", runs),
        Case("--help", ("--help",), "< 0.4 s", runs),
    ]


def run(case: Case, program: Path, folder: Path) -> Usage:
    """What a case costs; `FailedRunError` if its command fails."""
    words = [str(program), *case.words]
    return typical(command(words, folder) for _ in range(case.runs))


def _row(case: Case, usage: Usage | None) -> list[str]:
    figures = (
        [f"{usage.wall:.2f}", usage.spread, f"{usage.cpu:.2f}", f"{usage.peak_mb:,.0f}"]
        if usage
        else ["failed", "", "", ""]
    )
    return [f"`tripolar {case.shown}`", str(case.runs), *figures, case.target]


def _options() -> argparse.Namespace:
    line = parser("Whole commands: seconds and peak memory.")
    line.add_argument(
        "--program",
        type=Path,
        default=Path(sys.executable).with_name("tripolar"),
        help="the tripolar program (default: the one beside this Python)",
    )
    line.add_argument(
        "--atlas", type=Path, help="atlas that brief and figures read (default: the embedded one)"
    )
    line.add_argument("--runs", type=int, default=SHORT_RUNS, help="runs of the short commands")
    return line.parse_args()


def main() -> None:
    """Run every command, print the table, and end with 1 if one failed."""
    options = _options()
    mirror = mirror_of(options)
    if options.runs < 1:
        stop(f"--runs is {options.runs}; at least 1 is needed")
    if not options.program.is_file():
        stop(f"{options.program} is not there\nnext: pip install -e . or pass --program")
    atlas = options.atlas.resolve() if options.atlas else None
    rows, failures = [], []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for case in cases(mirror, folder, atlas, options.runs):
            try:
                rows.append(_row(case, run(case, options.program.absolute(), folder)))
            except FailedRunError as error:
                rows.append(_row(case, None))
                failures.append(str(error))
    heads = ["command", "runs", "seconds", "range", "CPU seconds", "peak MB", "target"]
    print(table(heads, rows))
    if failures:
        print("\n" + "\n\n".join(failures), file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
