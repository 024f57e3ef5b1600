"""The reading screen on a large library, beside a small one: its start, its keys, and how long a key waits for its echo."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import keys
from benchmarks.libraries import make_library
from benchmarks.report import KEY_BYTES, KEY_MS, Report, median, quantile
from benchmarks.store_commands import annotating
from benchmarks.store_libraries import Stock
from benchmarks.store_turns import in_turn
from benchmarks.terminal import PATIENCE, Terminal, environment
from benchmarks.texts import FIRST_WORDS
from reader.files import signature_of

CLAIMS_SECONDS: Final = 0.5
"""The seconds after the first text in which the article's own annotations must be there."""

_SCRIPTS: Final = 5
_NOTICED: Final = 1.5
"""The seconds in which a program has noticed what another one did: it looks twice a second."""
_PRESSES: Final = 60
_CURSOR: Final = keys.Scene("cursor, no scrolling", ("\x1b[B", "\x1b[A"), KEY_MS, KEY_BYTES)
_MARK: Final = keys.Scene("mark and unmark", ("h",), KEY_MS, KEY_BYTES)


class Start(NamedTuple):
    """Seconds of one start: CPU and wall until the article's text was drawn, and from then on until its claims were counted."""

    cpu: float
    wall: float
    claims: float


@contextmanager
def reading(folder: Path, library: Path, article: Path) -> Iterator[Terminal]:
    """Run the screen on an article for a block."""
    settings = folder / "settings.toml"
    settings.touch()
    command = [sys.executable, "-m", "reader", "open", str(article), "--library", str(library)]
    with Terminal(command, env={"CLAIM_READER_SETTINGS": str(settings)}) as terminal:
        yield terminal


def run(folder: Path, stock: Stock, report: Report, turns: int) -> None:
    """Measure the screen on the article that was read first, and print the tables."""
    article = stock.first
    alone = folder / f"alone-{stock.at_ends}"
    if not alone.exists():
        make_library(alone, article, stock.at_ends)
    libraries = {"0": folder / "empty", f"{stock.at_ends:,}": alone, f"{stock.size:,}": stock.library}
    _starts(folder, libraries, article, report, turns, stock.at_ends)
    _keys(folder, libraries, article, report)
    _echoes(folder, stock, report)


# ------------------------------------------------------------------ starting


def _starts(folder: Path, libraries: dict[str, Path], article: Path, report: Report, turns: int, claims: int) -> None:
    report.doing("store, starts of the screen")
    counted = {size: 0 if library.name == "empty" else claims for size, library in libraries.items()}
    starts = in_turn(turns, {s: partial(_start, folder, library, article, counted[s]) for s, library in libraries.items()})
    rows = [_start_row(report, size, starts[size], starts["0"], budget=size == list(libraries)[-1]) for size in libraries]
    head = ("annotations", "first text CPU ms", "× empty", "wall ms", "then the claims ms", "budget")
    note = f"All open the same article, which has {claims} claims in the libraries that are not empty."
    report.table("Starting the screen", head, rows, note)


def _start(folder: Path, library: Path, article: Path, claims: int) -> Start:
    with reading(folder, library, article) as terminal:
        cpu, wall = terminal.first(FIRST_WORDS)
        text = time.monotonic()
        terminal.wait_for(f"{claims} claims")
        return Start(cpu, wall, time.monotonic() - text)


def _start_row(report: Report, size: str, starts: list[Start], empty: list[Start], *, budget: bool) -> tuple[str, ...]:
    cpu, wall, claims = (median(figures) for figures in zip(*starts, strict=True))
    ratio = median(start.cpu / beside.cpu for start, beside in zip(starts, empty, strict=True))
    return (
        size,
        f"{cpu * 1000:.0f}",
        f"{ratio:.2f}",
        f"{wall * 1000:.0f}",
        f"{claims * 1000:.0f}",
        report.verdict(claims, CLAIMS_SECONDS if budget else None, f"{CLAIMS_SECONDS * 1000:g} ms"),
    )


# ------------------------------------------------------------------ keys


def _keys(folder: Path, libraries: dict[str, Path], article: Path, report: Report) -> None:
    rows: list[tuple[str, ...]] = []
    for size, library in libraries.items():
        report.doing(f"store, keys, {size} annotations")
        with reading(folder, library, article) as terminal:
            terminal.quiet(1.0)
            for scene in (_CURSOR, _MARK):
                rows.append((scene.name, size, *_pressed(report, scene, keys.play(terminal, scene))))
    head = ("key", "annotations", "CPU ms", "p95", "main thread", "budget", "bytes", "budget")
    report.table("Keys", head, rows, f"Medians of {keys.PRESSES} presses. CPU: of the whole process, the writing thread too.")


def _pressed(report: Report, scene: keys.Scene, presses: list[keys.Press]) -> tuple[str, ...]:
    ms, written = median(press.ms for press in presses), median(press.bytes for press in presses)
    main = [press.main for press in presses if press.main is not None]
    return (
        f"{ms:.1f}",
        f"{quantile((press.ms for press in presses), 0.95):.1f}",
        f"{median(main):.1f}" if main else "",
        report.verdict(ms, scene.ms, f"{scene.ms:g} ms"),
        f"{written:.0f}",
        report.verdict(written, scene.bytes, f"{scene.bytes} B"),
    )


# ------------------------------------------------------------------ echoes


def _echoes(folder: Path, stock: Stock, report: Report) -> None:
    rows: list[tuple[str, ...]] = []
    with reading(folder, stock.library, stock.first) as terminal:
        terminal.wait_for(" claims")
        terminal.settle()
        for name, press in (
            ("cursor, nothing else goes on", lambda: _press(terminal, _CURSOR, _times(_PRESSES))),
            ("mark, each saved", lambda: _press(terminal, _MARK, _times(_PRESSES))),
            ("cursor, until its own checkpoint is written", lambda: _beside_checkpoint(terminal, stock)),
            (
                "cursor, while scripts save and checkpoint",
                lambda: [seconds for _ in range(_SCRIPTS) for seconds in _beside_script(terminal, stock)],
            ),
        ):
            report.doing(f"store, echoes: {name}")
            ms = [seconds * 1000 for seconds in press()]
            figures = [f"{value:.0f}" for value in (median(ms), quantile(ms, 0.99), max(ms))]
            rows.append((name, f"{stock.size:,}", f"{len(ms):,}", *figures))
    head = ("from the key press to its echo", "annotations", "presses", "median ms", "p99", "longest")
    report.table("Echoes", head, rows, f"Each key is pressed once all has been quiet for {keys.QUIET * 1000:g} ms.")


def _press(terminal: Terminal, scene: keys.Scene, more: Callable[[], bool]) -> list[float]:
    """Press the keys of a scene in turn as long as there is `more` to do; return the seconds until each wrote something."""
    echoes: list[float] = []
    while more():
        terminal.quiet(keys.QUIET)
        before, begun = len(terminal.output), time.monotonic()
        terminal.send(scene.keys[len(echoes) % len(scene.keys)])
        while len(terminal.output) == before:
            if time.monotonic() - begun > PATIENCE:
                raise TimeoutError(f"{scene.name}: no echo; the screen:\n{terminal.display}")
            terminal.pump(1.0)
        echoes.append(time.monotonic() - begun)
    return echoes


def _times(count: int) -> Callable[[], bool]:
    return iter([True] * count + [False]).__next__


def _beside_checkpoint(terminal: Terminal, stock: Stock) -> list[float]:
    """Press keys from a change on until the program, which waits for a pause in the changes, has written a checkpoint."""
    terminal.send(_MARK.keys[0])
    terminal.quiet(keys.QUIET)
    before, begun = signature_of(stock.library / "library.json"), time.monotonic()

    def waiting() -> bool:
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError(f"no checkpoint was written for {PATIENCE:g} s")
        return signature_of(stock.library / "library.json") == before

    return _press(terminal, _CURSOR, waiting)


def _beside_script(terminal: Terminal, stock: Stock) -> list[float]:
    """Press keys while a script annotates an article in the same library, and until the program has taken note of that."""
    command = [sys.executable, "-m", "reader", *annotating(stock.last), "--library", str(stock.library)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment()) as script:
        echoes = _press(terminal, _CURSOR, lambda: script.poll() is None)
    if script.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {script.returncode}")
    ended = time.monotonic()
    return [*echoes, *_press(terminal, _CURSOR, lambda: time.monotonic() < ended + _NOTICED)]
