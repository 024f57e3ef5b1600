"""How the time of each function grows when its text becomes twice as long, at worst over all units and contexts."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.growth.child import LIMIT, MOST
from benchmarks.growth.tasks import TASKS
from benchmarks.programs import Workshop
from benchmarks.report import Report

ROOT: Final = Path(__file__).resolve().parents[2]
QUICK_STEP: Final = 97
"""Each so manieth text is measured when it must be quick: a number that has no divisor in common with those of the units."""
_SHOWN: Final = 60
_MOST_SHOWN: Final = 3


class Measured(NamedTuple):
    """A text, and how many times as long it took as one of half its length, in how many seconds; never at all: infinity."""

    text: str
    ratio: float
    seconds: float


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Measure every function in processes of its own, and print the texts on which its time grows fastest."""
    report.table(
        "Growth of time with the text",
        ("function", "texts", "time at twice the length", "budget", "seconds", "text"),
        (row for name in TASKS for row in _rows(report, name, QUICK_STEP if quick else 1)),
        f"The worst texts of each function; a time that cannot be measured counts as 0. More than {LIMIT:g} s never end.",
    )


def _rows(report: Report, name: str, step: int) -> Iterator[tuple[str, ...]]:
    report.doing(f"growth, {name}")
    results = sorted(measure(name, step), key=lambda one: -one.ratio)
    worst = [one for one in results if one.ratio > MOST][:_MOST_SHOWN] or results[:1]
    for number, (text, ratio, seconds) in enumerate(worst):
        verdict = report.verdict(ratio, MOST, f"{MOST:g}x")
        times = "never ends" if ratio == float("inf") else f"{ratio:.2f}x"
        title = (name, f"{len(results):,}") if not number else ("", "")
        yield *title, times, verdict, f"{seconds:.2f}", text[:_SHOWN]


def measure(name: str, step: int) -> Iterator[Measured]:
    """Yield what each so manieth text took. A process that ran into its limit is followed by one for the texts after it."""
    first = 0
    while True:
        command = [sys.executable, "-m", "benchmarks.growth.child", name, str(first), str(step)]
        child = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        lines = [line.split("\t") for line in child.stdout.splitlines()]
        for (_, text), (ratio, _, seconds) in zip(lines[::2], lines[1::2], strict=False):
            yield Measured(text, float(ratio), float(seconds))
        if child.returncode == 0:
            return
        if child.returncode != -signal.SIGVTALRM or len(lines) % 2 == 0:
            raise ChildProcessError(f"{name}: ended with {child.returncode} at {lines[-1][1] if lines else 'its start'}")
        number, text = lines[-1]
        yield Measured(text, float("inf"), LIMIT)
        first = int(number) + step
