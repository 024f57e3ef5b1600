"""What a program costs while nobody does anything."""

from __future__ import annotations

import time
from typing import Final

from benchmarks.programs import BARE, READER, Program, Workshop
from benchmarks.report import IDLE_MS, Report

_SECONDS: Final = 5.0


def measure(workshop: Workshop, program: Program) -> tuple[float, int]:
    """Return the CPU milliseconds and the bytes written in five seconds after the program has come to rest."""
    with workshop.run(program) as terminal:
        terminal.quiet(1.0)
        terminal.settle(window=1.0)
        before, written = terminal.cpu(), len(terminal.output)
        deadline = time.monotonic() + _SECONDS
        while (left := deadline - time.monotonic()) > 0:
            terminal.pump(left)
        return (terminal.cpu() - before) * 1000, len(terminal.output) - written


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Measure and print a table."""
    ours = [Program(READER, "1 MB", 2000)] if quick else [Program(READER, size, 2000) for size in ("100 KB", "1 MB", "5 MB")]
    rows: list[tuple[str, ...]] = []
    for program in [Program(BARE, "100 KB"), *ours]:
        report.doing(f"idle, {' '.join(program.label)}")
        ms, written = measure(workshop, program)
        verdict = report.verdict(ms, IDLE_MS if program.name == READER else None, f"{IDLE_MS:g} ms")
        rows.append((*program.label, f"{ms:.1f}", verdict, str(written)))
    report.table("Idle for 5 s", ("idle", "size", "format", "claims", "CPU ms", "budget", "bytes"), rows)
