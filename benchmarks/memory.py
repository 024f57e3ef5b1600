"""How much memory a program has held, beside the bare app: once its article is open, and after a walk through it."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Final

from benchmarks.programs import BARE, READER, VIEWER, Program, Workshop, readers
from benchmarks.report import AUDITED_MEMORY, MEMORY, Report

_PAGES: Final = 200
_PAGE = "\x1b[6~"


def measure(workshop: Workshop, program: Program) -> tuple[float, float]:
    """Return the peak of a program's memory in MB after it has opened its article, and after so many pages more.

    At first the sentences are counted, but the article is not audited yet; then it is.
    """
    with workshop.run(program) as terminal:
        terminal.settle()
        terminal.quiet(1.0)  # within which the sentences are counted
        opened = terminal.peak_memory()
        for _ in range(_PAGES):
            terminal.send(_PAGE)
            terminal.quiet(0.01)
        terminal.settle()
        return opened, terminal.peak_memory()


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Measure every program and print a table."""
    viewers = [Program(VIEWER, "100 KB")] if quick else [Program(VIEWER, "100 KB"), Program(VIEWER, "1 MB")]
    ours = [program for program in readers(quick) if program.claims in (0, 2000)]
    parsed = [replace(program, is_parsed=True) for program in ours if program.size == "1 MB"]
    programs = [Program(BARE, "100 KB"), *viewers, *parsed, *ours]
    rows: list[tuple[str, ...]] = []
    bare = 0.0
    for program in programs:
        report.doing(f"memory, {' '.join(program.label)}")
        opened, walked = measure(workshop, program)
        bare = bare or opened
        budgets = (MEMORY, AUDITED_MEMORY) if program.name == READER and program.size == "1 MB" else (None, None)
        cells = (
            (f"{peak:.0f}", f"{peak / bare:.2f}", report.times(peak / bare, budget))
            for peak, budget in zip((opened, walked), budgets, strict=True)
        )
        rows.append((*program.label, *chain.from_iterable(cells)))
    head = ("memory", "size", "format", "claims", "peak MB", "× bare", "budget", f"after {_PAGES} pages", "× bare", "budget")
    report.table("Memory", head, rows)
