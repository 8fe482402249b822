"""Wall seconds, processor seconds and peak memory of a callable or a command, in its own process.

A process on Linux starts with the peak of the one that started it, so measure small things from a
parent that has imported little.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

MIRROR_VARIABLE = "TRIPOLAR_MIRROR"
MISUSED = 2
# ru_maxrss is in KiB on Linux and in bytes on macOS
_PER_MB = 2**20 if sys.platform == "darwin" else 2**10


@dataclass(frozen=True)
class Usage:
    """What something cost.

    Attributes
    ----------
    wall, cpu : float
        Seconds by the clock, and of the processor (all threads, user and system).
    peak_mb : float
        Highest memory of the whole process, in MiB.
    above_mb : float
        How far that peak rose above the highest level before the measured part began.
    fastest, slowest : float
        Of several runs, the least and the most seconds by the clock.
    """

    wall: float
    cpu: float
    peak_mb: float
    above_mb: float = 0.0
    fastest: float = 0.0
    slowest: float = 0.0

    @property
    def spread(self) -> str:
        """The fastest and the slowest run, in words for a table."""
        return f"{self.fastest:.2f} to {self.slowest:.2f}"


class FailedRunError(Exception):
    """A measured process ended with an error; the message holds what it printed."""


def measured(action: Callable[[], Any]) -> tuple[Any, Usage]:
    """The result of a call in this process, and what it cost."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    result = action()
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    usage = Usage(
        wall=wall,
        cpu=_cpu(after) - _cpu(before),
        peak_mb=after.ru_maxrss / _PER_MB,
        above_mb=(after.ru_maxrss - before.ru_maxrss) / _PER_MB,
    )
    return result, usage


def in_own_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a module-level function, called in a fresh interpreter.

    Raises `FailedRunError` if the process ends without a result.
    """
    fresh = multiprocessing.get_context("spawn")
    receiver, sender = fresh.Pipe(duplex=False)
    process = fresh.Process(target=_send_result, args=(sender, function, arguments))
    process.start()
    sender.close()
    try:
        result = receiver.recv()
    except EOFError:
        process.join()
        raise FailedRunError(
            f"{function.__name__} ended with exit status {process.exitcode}"
        ) from None
    process.join()
    return result


def _send_result(
    sender: Connection, function: Callable[..., Any], arguments: Sequence[Any]
) -> None:
    sender.send(function(*arguments))
    sender.close()


def command(words: Sequence[str], folder: Path, variables: dict[str, str] | None = None) -> Usage:
    """What a command costs, run in a folder, its output put aside.

    Raises `FailedRunError` with the end of that output if the command fails.
    """
    with (folder / "output.txt").open("w+b") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(words),
            cwd=folder,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
            shown = "\n".join(said.splitlines()[-5:])
            raise FailedRunError(f"{' '.join(words)}: exit status {process.returncode}\n{shown}")
    return Usage(wall=wall, cpu=_cpu(used), peak_mb=used.ru_maxrss / _PER_MB)


def _cpu(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def typical(runs: Iterable[Usage]) -> Usage:
    """The medians of the seconds and the highest of the peaks."""
    several = list(runs)
    return Usage(
        wall=statistics.median(run.wall for run in several),
        cpu=statistics.median(run.cpu for run in several),
        peak_mb=max(run.peak_mb for run in several),
        above_mb=max(run.above_mb for run in several),
        fastest=min(run.wall for run in several),
        slowest=max(run.wall for run in several),
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    listed = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *listed, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [
        ("-" * (width - 1) + ":") if place else "-" * width for place, width in enumerate(widths)
    ]
    return "\n".join(line(cells) for cells in (heads, rule, *listed))


def parser(about: str) -> argparse.ArgumentParser:
    """A command line with the option every benchmark takes: ``--mirror DIR``."""
    made = argparse.ArgumentParser(description=about)
    made.add_argument(
        "--mirror",
        metavar="DIR",
        default=os.environ.get(MIRROR_VARIABLE),
        help=f"folder of the source files (default: the environment variable {MIRROR_VARIABLE})",
    )
    return made


def mirror_of(options: argparse.Namespace) -> Path:
    """The mirror asked for; ends the program with a message if there is none."""
    if not options.mirror:
        stop(f"no mirror given\nnext: pass --mirror DIR, or set {MIRROR_VARIABLE}")
    mirror = Path(options.mirror).resolve()
    if not mirror.is_dir():
        stop(f"{options.mirror} is no folder\nnext: pass --mirror with the mirror of the sources")
    return mirror


def stop(message: str) -> NoReturn:
    """End the program with a message and the exit status for misuse."""
    print(message, file=sys.stderr)
    raise SystemExit(MISUSED)
