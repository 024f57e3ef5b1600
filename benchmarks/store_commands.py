"""What `reader list` and `reader annotate` take at a size of the library, beside an empty one: the whole process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import Report, median
from benchmarks.store_libraries import Stock
from benchmarks.store_turns import in_turn
from benchmarks.terminal import environment
from benchmarks.texts import FIRST_WORDS


class Spent(NamedTuple):
    """What a process used: wall and CPU seconds, the peak of its memory in MB."""

    wall: float
    cpu: float
    peak: float


def run(folder: Path, stock: Stock, report: Report, turns: int) -> None:
    """Measure both commands in both libraries, and print a table."""
    report.doing(f"store, commands, {stock.size:,} annotations")
    libraries = {"0": folder / "empty-for-commands", f"{stock.size:,}": stock.library}
    commands = {"reader list": ("list",), "reader annotate": annotating(stock.last)}
    measures = {
        f"{command}|{size}": partial(spent_by, [sys.executable, "-m", "reader", *words, "--library", str(library)])
        for command, words in commands.items()
        for size, library in libraries.items()
    }
    spent = in_turn(turns, measures)
    rows = [(*name.split("|"), *_figures(spent[name])) for name in measures]
    report.table(
        "Commands", ("command", "annotations", "wall s", "CPU s", "peak MB"), rows, "Whole processes, from start to end."
    )


def annotating(article: Path) -> tuple[str, ...]:
    """Return the words of the command that annotates an article."""
    return "annotate", str(article), "--quote", FIRST_WORDS, "--note", "by a script"


def spent_by(command: list[str], code: int = 0) -> Spent:
    """Run a command. Raises RuntimeError when it ends with another exit code than this."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != code:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Spent(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)


def _figures(spent: list[Spent]) -> tuple[str, ...]:
    wall, cpu, peak = (median(figures) for figures in zip(*spent, strict=True))
    return f"{wall:.2f}", f"{cpu:.2f}", f"{peak:.0f}"
