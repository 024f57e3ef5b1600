"""How long until the first words of the article are on the screen, in CPU time, beside the baselines on the same text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from benchmarks.programs import BARE, READER, VIEWER, Program, Workshop, readers
from benchmarks.report import FIRST_TEXT, PARSED_FIRST_TEXT, PARSED_SETTLED, SETTLED, Report, median
from benchmarks.texts import FIRST_WORDS


@dataclass(frozen=True, slots=True)
class Start:
    """One start: CPU seconds until the first words were drawn and until nothing more happened; wall seconds of the first."""

    text: float
    settled: float
    wall: float


def measure(workshop: Workshop, program: Program) -> Start:
    """Start a program once."""
    with workshop.run(program) as terminal:
        cpu, wall = terminal.first(FIRST_WORDS)
        terminal.settle()
        return Start(cpu, terminal.cpu(), wall)


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Measure every program several times, in turn, and print the medians."""
    viewers = [Program(VIEWER, "100 KB")] if quick else [Program(VIEWER, "100 KB"), Program(VIEWER, "1 MB")]
    parsed = [replace(program, is_parsed=True) for program in readers(quick)]
    programs = [Program(BARE, "100 KB"), *viewers, *parsed, *readers(quick)]
    starts: dict[Program, list[Start]] = defaultdict(list)
    for turn in range(4 if quick else 6):
        report.doing(f"start, turn {turn}")
        for program in programs:
            if program.name == VIEWER and turn > 2:
                continue
            start = measure(workshop, program)
            if turn:  # the first one only fills the caches of the disk and of compiled modules
                starts[program].append(start)
    rows = [_row(report, program, starts[program], starts[programs[0]]) for program in programs]
    head = (
        "first text", "size", "format", "claims", "CPU ms", "× bare", "budget", "settled CPU ms", "× bare", "budget", "wall ms",
    )  # fmt: skip
    note = (
        "CPU of the whole process since its start, threads too; × bare: in the same turn; all are medians.\n"
        "Settled: at rest, the review open; a second later the sentences are counted, and two later the article is audited.\n"
        "First time: the article is parsed; after its audit it is kept in the cache, for the next time."
    )
    report.table("Start", head, rows, note)


def _row(report: Report, program: Program, starts: list[Start], floor: list[Start]) -> tuple[str, ...]:
    turns = list(zip(starts, floor, strict=False))
    text = median(start.text / bare.text for start, bare in turns)
    settled = median(start.settled / bare.settled for start, bare in turns)
    ours = program.name == READER
    text_budgets, budgets = (PARSED_FIRST_TEXT, PARSED_SETTLED) if program.is_parsed else (FIRST_TEXT, SETTLED)
    return (
        *program.label,
        f"{median(start.text for start in starts) * 1000:.0f}",
        f"{text:.2f}",
        report.times(text, text_budgets.get(program.size) if ours else None),
        f"{median(start.settled for start in starts) * 1000:.0f}",
        f"{settled:.2f}",
        report.times(settled, budgets.get((program.size, program.claims)) if ours else None),
        f"{median(start.wall for start in starts) * 1000:.0f}",
    )
