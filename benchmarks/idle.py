"""What a program costs while nobody does anything, beside the bare app in the same seconds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from benchmarks.programs import BARE, READER, Program, Workshop
from benchmarks.report import IDLE, Report
from benchmarks.terminal import Terminal

_SECONDS: Final = 5.0
_REST: Final = 12.0
"""Seconds in which our program audits the article, writes down the counts and where the person is, and folds its journal."""
_SHARE: Final = 0.05
"""Seconds for which the output of one program is waited for before the next one's is looked at."""
_ROUNDS: Final = 4
"""How often the seconds are measured. The least counts, as what other guests of the machine take is charged to us as well."""


def measure(terminals: Sequence[Terminal]) -> list[tuple[float, int]]:
    """Return the least CPU milliseconds of a round and the bytes written in it, by program, once all have come to rest."""
    for terminal in terminals:
        terminal.quiet(1.0)
        terminal.settle(window=1.0, busy=0.01)
    _pump(terminals, _REST)
    rounds = [_measure_round(terminals) for _ in range(_ROUNDS)]
    return [min(rounds_of_one) for rounds_of_one in zip(*rounds, strict=True)]


def _measure_round(terminals: Sequence[Terminal]) -> list[tuple[float, int]]:
    before = [(terminal.cpu(), len(terminal.output)) for terminal in terminals]
    _pump(terminals, _SECONDS)
    return [
        ((terminal.cpu() - cpu) * 1000, len(terminal.output) - written)
        for terminal, (cpu, written) in zip(terminals, before, strict=True)
    ]


def _pump(terminals: Sequence[Terminal], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for terminal in terminals:
            terminal.pump(_SHARE)


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Measure all programs at once and print a table."""
    ours = [Program(READER, "1 MB", 2000)] if quick else [Program(READER, size, 2000) for size in ("100 KB", "1 MB", "5 MB")]
    programs = [Program(BARE, "100 KB"), *ours]
    report.doing("idle")
    with ExitStack() as stack:
        idle = measure([stack.enter_context(workshop.run(program)) for program in programs])
    bare, _ = idle[0]
    rows = [
        (
            *program.label,
            f"{ms:.1f}",
            f"{ms / bare:.2f}",
            report.times(ms / bare, IDLE if program.name == READER else None),
            str(written),
        )
        for program, (ms, written) in zip(programs, idle, strict=True)
    ]
    report.table("Idle for 5 s", ("idle", "size", "format", "claims", "CPU ms", "× bare", "budget", "bytes"), rows)
