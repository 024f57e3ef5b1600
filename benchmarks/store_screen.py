"""The reading screen on a large library, beside a small one: its start, its keys, and how long a key waits for its echo."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import keys
from benchmarks.libraries import make_library
from benchmarks.report import KEY_BYTES, Report, median, quantile
from benchmarks.store_commands import annotating
from benchmarks.store_libraries import Stock
from benchmarks.store_turns import in_turn
from benchmarks.terminal import PATIENCE, Terminal, environment
from benchmarks.texts import FIRST_WORDS
from reader.files import signature_of

CLAIMS_TIMES: Final = 2.0
"""How many times as long as in a library of these alone the article's own annotations may take to be there."""
KEY_TIMES: Final = 1.5
"""How many times the CPU time of a key in the empty library a key may take."""

_SCRIPTS: Final = 5
_NOTICED: Final = 1.5
"""The seconds in which a program has noticed what another one did: it looks once a second, or twice."""
_PRESSES: Final = 60
_CURSOR: Final = (keys.DOWN, keys.UP)
_MARK: Final = ("h",)


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
    alone = starts[list(libraries)[1]]
    rows = [
        _start_row(report, size, starts[size], starts["0"], alone, budget=size == list(libraries)[-1]) for size in libraries
    ]
    head = ("annotations", "first text CPU ms", "× empty", "wall ms", "then the claims ms", "× alone", "budget")
    note = (
        f"All open the same article, which has {claims} claims in the libraries that are not empty; alone: with nothing else."
    )
    report.table("Starting the screen", head, rows, note)


def _start(folder: Path, library: Path, article: Path, claims: int) -> Start:
    with reading(folder, library, article) as terminal:
        cpu, wall = terminal.first(FIRST_WORDS)
        text = time.monotonic()
        terminal.wait_for(f"{claims} claims")
        return Start(cpu, wall, time.monotonic() - text)


def _start_row(
    report: Report, size: str, starts: list[Start], empty: list[Start], alone: list[Start], *, budget: bool
) -> tuple[str, ...]:
    cpu, wall, claims = (median(figures) for figures in zip(*starts, strict=True))
    ratio = median(start.cpu / beside.cpu for start, beside in zip(starts, empty, strict=True))
    later = median(start.claims / beside.claims for start, beside in zip(starts, alone, strict=True))
    return (
        size,
        f"{cpu * 1000:.0f}",
        f"{ratio:.2f}",
        f"{wall * 1000:.0f}",
        f"{claims * 1000:.0f}",
        f"{later:.2f}",
        report.times(later, CLAIMS_TIMES if budget else None),
    )


# ------------------------------------------------------------------ keys


def _keys(folder: Path, libraries: dict[str, Path], article: Path, report: Report) -> None:
    report.doing("store, keys")
    rows: list[tuple[str, ...]] = []
    with ExitStack() as stack:
        terminals = [stack.enter_context(reading(folder, library, article)) for library in libraries.values()]
        for terminal in terminals:
            terminal.quiet(1.0)
        for name, pressed in (("cursor, no scrolling", _CURSOR), ("mark and unmark", _MARK)):
            played = keys.play(terminals, [pressed] * len(terminals))
            empty = keys.median_ms(played[0])
            for size, presses in zip(libraries, played, strict=True):
                ratio = keys.median_ms(presses) / empty
                verdict = report.times(ratio, KEY_TIMES if presses is not played[0] else None)
                written = keys.written(report, presses, KEY_BYTES)
                rows.append((name, size, *keys.figures(presses), f"{ratio:.2f}", verdict, *written))
    head = ("key", "annotations", "CPU ms", "p95", "main thread", "× empty", "budget", "bytes", "p95", "budget")
    note = f"Medians of {keys.PRESSES} presses, in turn. CPU: of the whole process, the writing thread too."
    report.table("Keys", head, rows, note)


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


def _press(terminal: Terminal, pressed: Sequence[str], more: Callable[[], bool]) -> list[float]:
    """Press some keys over and over as long as there is `more` to do; return the seconds until each wrote something."""
    echoes: list[float] = []
    while more():
        terminal.quiet(keys.QUIET)
        before, begun = len(terminal.output), time.monotonic()
        terminal.send(pressed[len(echoes) % len(pressed)])
        while len(terminal.output) == before:
            if time.monotonic() - begun > PATIENCE:
                raise TimeoutError(f"no echo of a key; the screen:\n{terminal.display}")
            terminal.pump(1.0)
        echoes.append(time.monotonic() - begun)
    return echoes


def _times(count: int) -> Callable[[], bool]:
    return iter([True] * count + [False]).__next__


def _beside_checkpoint(terminal: Terminal, stock: Stock) -> list[float]:
    """Press keys from a change on until the program, which waits for a pause in the changes, has written a checkpoint."""
    terminal.send(_MARK[0])
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
