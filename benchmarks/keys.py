"""What a key press costs: CPU time and bytes written, one press after the other, each once the one before has gone quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.processes import main_thread_seconds
from benchmarks.programs import BARE, READER, VIEWER, Program, Workshop, readers
from benchmarks.report import KEY_BYTES, KEY_MS, PAGE_MS, Report, median, quantile
from benchmarks.terminal import Terminal

PRESSES: Final = 40
QUIET: Final = 0.06
"""Seconds without output after which a key press is over."""

_DOWN, _UP, _PAGE = "\x1b[B", "\x1b[A", "\x1b[6~"


@dataclass(frozen=True, slots=True)
class Scene:
    """Some key presses: `keys` are pressed over and over, `first` before that, unmeasured. `ms` and `bytes` are the budgets."""

    name: str
    keys: Sequence[str]
    ms: float | None = None
    bytes: int | None = None
    first: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """One key press: CPU milliseconds of the whole process and of its main thread alone (None: not told), and bytes written."""

    ms: float
    main: float | None
    bytes: int


READER_SCENES: Final = (
    Scene("cursor, no scrolling", (_DOWN, _UP), KEY_MS, KEY_BYTES),
    Scene("cursor, down and down", (_DOWN,)),
    Scene("mark and unmark", ("h",), KEY_MS, KEY_BYTES),
    Scene("undo", ("u",), KEY_MS, KEY_BYTES),
    Scene("page down", (_PAGE,), PAGE_MS),
    Scene("mark, claims listed", ("h",), first="gc\t"),
)
"""The scenes in the order in which they are played: undo takes back what was marked."""
BARE_SCENES: Final = (Scene("a key that does nothing", (_DOWN,)), Scene("page down", (_PAGE,)))
VIEWER_SCENES: Final = (Scene("line down", (_DOWN,)), Scene("page down", (_PAGE,)))


def play(terminal: Terminal, scene: Scene) -> list[Press]:
    """Press the keys of a scene and return what each press cost."""
    for key in scene.first:
        terminal.send(key)
        terminal.quiet(QUIET)
    terminal.settle()
    return [_press(terminal, scene.keys[number % len(scene.keys)]) for number in range(PRESSES)]


def _press(terminal: Terminal, key: str) -> Press:
    cpu, main = terminal.cpu(), main_thread_seconds(terminal.pid)
    terminal.send(key)
    written = terminal.quiet(QUIET)
    after = main_thread_seconds(terminal.pid)
    alone = None if main is None or after is None else (after - main) * 1000
    return Press((terminal.cpu() - cpu) * 1000, alone, written)


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Play the scenes on every program and print a table for each."""
    ours = [program for program in readers(quick) if program.markdown or program.claims == 2000]
    viewers = [Program(VIEWER, "100 KB")] if quick else [Program(VIEWER, "100 KB"), Program(VIEWER, "1 MB")]
    head = ("key", "CPU ms", "p95", "main thread", "budget", "bytes", "p95", "budget")
    scenes = {READER: READER_SCENES, BARE: BARE_SCENES, VIEWER: VIEWER_SCENES}
    for program in [Program(BARE, "100 KB"), *viewers, *ours]:
        with workshop.run(program) as terminal:
            terminal.quiet(1.0)
            rows = [_row(report, scene, play(terminal, scene)) for scene in scenes[program.name]]
        name, size, form, claims = program.label
        report.table(f"Keys: {name}, {size} {form}" + (f", {claims} claims" if claims else ""), head, rows)
    report.console.print(
        "Medians of 40 presses. CPU: of the whole process, also of the thread that writes the library.", style="dim"
    )


def _row(report: Report, scene: Scene, presses: list[Press]) -> tuple[str, ...]:
    ms, written = median(press.ms for press in presses), median(press.bytes for press in presses)
    main = [press.main for press in presses if press.main is not None]
    return (
        scene.name,
        f"{ms:.1f}",
        f"{quantile((press.ms for press in presses), 0.95):.1f}",
        f"{median(main):.1f}" if main else "",
        report.verdict(ms, scene.ms, f"{scene.ms:g} ms" if scene.ms else ""),
        f"{written:.0f}",
        f"{quantile((press.bytes for press in presses), 0.95):.0f}",
        report.verdict(written, scene.bytes, f"{scene.bytes} B"),
    )
