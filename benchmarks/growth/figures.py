"""How the time of each function grows when its text becomes twice as long, at worst over units and contexts.

A run measures some of the texts, others than the run before; `CLAIM_READER_GROWTH=full` measures all, which takes a day.

A text that seems to take too long at twice its length is doubled four times more. A function that reads some texts up to a
limit only, or does other work from a length on, has a step in its time, and what matters is how the time grows beyond. A step
after which a character takes more than 15 microseconds is reported as growth all the same: it would be felt.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.growth.child import LIMIT, MOST
from benchmarks.growth.tasks import TASKS
from benchmarks.programs import Workshop
from benchmarks.report import Report

ROOT: Final = Path(__file__).resolve().parents[2]
_QUICK_STEP: Final = 97
_STEP: Final = 17
"""Each so manieth text is measured: numbers that have no divisor in common with those of the units and contexts."""
_SHOWN: Final = 60
_SHOWN_STEP: Final = 500
_MOST_SHOWN: Final = 3


class Measured(NamedTuple):
    """A text, and how many times as long a function took on one of twice the length, in how many seconds; never: infinity."""

    function: str
    text: str
    ratio: float
    seconds: float


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Measure every function in processes of its own, and print the texts on which its time grows fastest."""
    step = _QUICK_STEP if quick else 1 if os.environ.get("CLAIM_READER_GROWTH") == "full" else _STEP
    first = random.randrange(step)
    report.table(
        "Growth of time with the text",
        ("function", "texts", "time at twice the length", "budget", "seconds", "text"),
        (row for name in TASKS for row in _rows(report, name, first, step)),
        f"The worst of each function, in texts {first}, {first + step} and so on; 0: too quick to be measured. More than "
        f"{LIMIT:g} s never end.",
    )


def _rows(report: Report, task: str, first: int, step: int) -> Iterator[tuple[str, ...]]:
    results: defaultdict[str, list[Measured]] = defaultdict(list)
    for measured in measure(task, first, step):
        results[measured.function].append(measured)
        if len(results[task]) % _SHOWN_STEP == 1 and measured.function == task:
            report.doing(f"growth, {task}, {len(results[task]):,} texts")
    for function, growths in results.items():
        growths.sort(key=lambda one: -one.ratio)
        worst = [one for one in growths if one.ratio > MOST][:_MOST_SHOWN] or growths[:1]
        for number, (_, text, ratio, seconds) in enumerate(worst):
            verdict = report.verdict(ratio, MOST, f"{MOST:g}x")
            times = f"{ratio:.2f}x" if ratio < float("inf") else "never ends" if seconds else "an error"
            title = (function, f"{len(growths):,}") if not number else ("", "")
            yield *title, times, verdict, f"{seconds:.2f}", text[:_SHOWN]


def measure(task: str, first: int, step: int) -> Iterator[Measured]:
    """Yield what each so manieth text took, from the number `first` on.

    A process that ran into its limit, or ended with an error, is followed by one for the texts after it.
    """
    while True:
        command = [sys.executable, "-m", "benchmarks.growth.child", task, str(first), str(step)]
        number, text = "", "its start"
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None  # for the types: it is a pipe
            for line in child.stdout:
                match line.rstrip("\n").split("\t"):
                    case number, text:
                        pass
                    case function, ratio, _, seconds:
                        yield Measured(function, text, float(ratio), float(seconds))
        if child.returncode == 0:
            return
        if not number:
            raise ChildProcessError(f"{task}: ended with {child.returncode} at {text}")
        yield Measured(task, text, float("inf"), LIMIT if child.returncode == -signal.SIGVTALRM else 0)
        first = int(number) + step
