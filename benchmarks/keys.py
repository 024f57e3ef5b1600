"""What a key press costs: CPU time, as a ratio to the baseline's in the same minute, and bytes written.

Our program and both baselines are open side by side and get their keys in turn, each once the press before has gone quiet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from benchmarks.processes import main_thread_seconds
from benchmarks.programs import BARE, VIEWER, Program, Workshop, readers
from benchmarks.report import CHANGE, CURSOR, KEY_BYTES, PAGE, Report, median, quantile
from benchmarks.terminal import Terminal

PRESSES: Final = 40
QUIET: Final = 0.06
"""Seconds without output after which a key press is over."""
AUDITED: Final = 3.0
"""Seconds of rest after which the article is audited too: its first audit begins almost three seconds after the opening."""

DOWN, UP, _PAGE = "\x1b[B", "\x1b[A", "\x1b[6~"


@dataclass(frozen=True, slots=True)
class Scene:
    """Some key presses: `keys` are pressed over and over, `first` before that, unmeasured.

    `times` and `bytes` are the budgets: the CPU time as a multiple of that of `baseline`, and the bytes of a press.
    """

    name: str
    keys: Sequence[str]
    baseline: str
    times: float | None = None
    bytes: int | None = None
    first: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """One key press: CPU milliseconds of the whole process and of its main thread alone (None: not told), and bytes written."""

    ms: float
    main: float | None
    bytes: int


SCENES: Final = (
    Scene("cursor, no scrolling", (DOWN, UP), VIEWER, CURSOR, KEY_BYTES),
    Scene("cursor, down and down", (DOWN,), VIEWER, bytes=KEY_BYTES),
    Scene("mark and unmark", ("h",), VIEWER, CHANGE, KEY_BYTES),
    Scene("undo", ("u",), VIEWER, CHANGE, KEY_BYTES),
    Scene("page down", (_PAGE,), BARE, PAGE),
    Scene("mark, claims listed", ("h",), VIEWER, CHANGE, KEY_BYTES, first="gc\t"),
)
"""The scenes in the order in which they are played: undo takes back what was marked.

A page has no budget of bytes, as its text alone takes more than any other key writes.
"""
BASELINE_KEYS: Final = {VIEWER: (DOWN,), BARE: (_PAGE,)}
"""What is pressed in a baseline: a line down in the viewer, a page in the bare app."""


def play(terminals: Sequence[Terminal], keys: Sequence[Sequence[str]]) -> list[list[Press]]:
    """Press keys in several programs in turn, each its own keys over and over; return what each press cost, by program."""
    for terminal in terminals:
        terminal.settle()
    presses: list[list[Press]] = [[] for _ in terminals]
    for number in range(PRESSES):
        for terminal, own, done in zip(terminals, keys, presses, strict=True):
            done.append(_press(terminal, own[number % len(own)]))
    return presses


def _press(terminal: Terminal, key: str) -> Press:
    cpu, main = terminal.cpu(), main_thread_seconds(terminal.pid)
    terminal.send(key)
    written = terminal.quiet(QUIET)
    after = main_thread_seconds(terminal.pid)
    alone = None if main is None or after is None else (after - main) * 1000
    return Press((terminal.cpu() - cpu) * 1000, alone, written)


def median_ms(presses: Sequence[Press]) -> float:
    """Return the median of the CPU milliseconds."""
    return median(press.ms for press in presses)


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Play the scenes on our program at every size and print a table for each."""
    head = ("key", "CPU ms", "p95", "main thread", "baseline ms", "ratio", "budget", "bytes", "p95", "budget")
    for program in [program for program in readers(quick) if program.markdown or program.claims == 2000]:
        name, size, form, claims = program.label
        report.doing(f"keys, {size} {form}, {claims} claims")
        with ExitStack() as stack:
            terminal, *others = (
                stack.enter_context(workshop.run(one))
                for one in (program, *(Program(name, "100 KB") for name in BASELINE_KEYS))
            )
            baselines = dict(zip(BASELINE_KEYS, others, strict=True))
            terminal.settle(AUDITED, busy=0.01)
            rows = [_row(report, scene, terminal, baselines) for scene in SCENES]
        report.table(f"Keys: {name}, {size} {form}" + (f", {claims} claims" if claims else ""), head, rows)
    note = (
        f"Medians of {PRESSES} presses, in turn with the baseline's: a line down of MarkdownViewer on 100 KB,\n"
        "for a page that of the bare app. CPU: of the whole process, also of the thread that writes the library."
    )
    report.console.print(note, style="dim")


def _row(report: Report, scene: Scene, terminal: Terminal, baselines: Mapping[str, Terminal]) -> tuple[str, ...]:
    for key in scene.first:
        terminal.send(key)
        terminal.quiet(QUIET)
    both = (terminal, baselines[scene.baseline])
    presses, beside = play(both, (scene.keys, BASELINE_KEYS[scene.baseline]))
    ratio = median_ms(presses) / median_ms(beside)
    return (
        scene.name,
        *figures(presses),
        f"{median_ms(beside):.1f}",
        f"{ratio:.2f}",
        report.times(ratio, scene.times),
        *written(report, presses, scene.bytes),
    )


def figures(presses: Sequence[Press]) -> tuple[str, str, str]:
    """Return the CPU milliseconds as cells: the median, the 95th of a hundred, the median of the main thread."""
    main = [press.main for press in presses if press.main is not None]
    p95 = quantile((press.ms for press in presses), 0.95)
    return f"{median_ms(presses):.1f}", f"{p95:.1f}", f"{median(main):.1f}" if main else ""


def written(report: Report, presses: Sequence[Press], budget: int | None) -> tuple[str, str, str]:
    """Return the bytes written as cells: the median, the 95th of a hundred, the verdict."""
    bytes_written = median(press.bytes for press in presses)
    p95 = quantile((press.bytes for press in presses), 0.95)
    return f"{bytes_written:.0f}", f"{p95:.0f}", report.verdict(bytes_written, budget, f"{budget} B")
