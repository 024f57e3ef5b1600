"""The library screen with 10,000 articles beside one with 100: its start, and each key."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import keys, scale_libraries
from benchmarks.programs import Workshop
from benchmarks.report import Report, median
from benchmarks.store_libraries import Stock
from benchmarks.store_turns import in_turn
from benchmarks.terminal import Terminal

SIZES: Final = (100, 10_000)
TIMES: Final = 2.0
"""How many times as much CPU time as with 100 articles the first screen and a key may take."""
_STARTS: Final = 5
_SCENES: Final = (
    ("next article", (keys.DOWN, keys.UP)),
    ("a letter of the filter, and back", ("7", "\x7f")),
    ("page down and up", ("\x1b[6~", "\x1b[5~")),
    ("mark and unmark", ("\x1b[2~", keys.UP)),
    ("choose another column to sort", ("\x1b[17~", "1", "\x1b[17~", "3")),
)
"""What is pressed over and over. Every key of a scene counts."""


@contextmanager
def _listing(folder: Path, stock: Stock) -> Iterator[Terminal]:
    """Run the library screen for a block."""
    settings = folder / "settings.toml"
    settings.touch()
    command = [sys.executable, "-m", "reader", "--library", str(stock.library)]
    with Terminal(command, env={"CLAIM_READER_SETTINGS": str(settings)}) as terminal:
        yield terminal


def _start(folder: Path, stock: Stock) -> float:
    """Return the CPU seconds until the articles are listed."""
    with _listing(folder, stock) as terminal:
        cpu, _ = terminal.first(f"{stock.articles:,} articles")
        return cpu


def _leave_index(folder: Path, stock: Stock) -> None:
    """List the articles once and quit, which leaves the index of the library behind."""
    with _listing(folder, stock) as terminal:
        terminal.wait_for(f"{stock.articles:,} articles")
        terminal.send("\x11")
        terminal.wait_end()


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Measure start and keys at both sizes, and print a table for each."""
    folder = workshop.folder
    stocks = [Stock(folder / f"articles-{size}", 3 * size, size) for size in SIZES]
    for stock in stocks:
        report.doing(f"library list, {stock.articles:,} articles")
        scale_libraries.write(stock)
        _leave_index(folder, stock)
    small, large = stocks
    starts = in_turn(2 if quick else _STARTS, {str(stock.articles): partial(_start, folder, stock) for stock in stocks})
    few, many = (starts[str(stock.articles)] for stock in stocks)
    ratio = median(b / a for a, b in zip(few, many, strict=True))
    row = (f"{median(few) * 1000:.0f}", f"{median(many) * 1000:.0f}", f"{ratio:.2f}", report.times(ratio, TIMES))
    head = (f"{small.articles:,}: CPU ms", f"{large.articles:,}: CPU ms", "ratio", "budget")
    report.table("Library: until the articles are listed", head, [row])
    with ExitStack() as stack:
        terminals = [stack.enter_context(_listing(folder, stock)) for stock in stocks]
        for terminal, stock in zip(terminals, stocks, strict=True):
            terminal.wait_for(f"{stock.articles:,} articles")
        rows: list[tuple[str, ...]] = []
        for name, pressed in _SCENES:
            report.doing(f"library list, {name}")
            one, other = map(keys.median_ms, keys.play(terminals, (pressed, pressed)))
            rows.append((name, f"{one:.1f}", f"{other:.1f}", f"{other / one:.2f}", report.times(other / one, TIMES)))
    report.table("Library: keys", ("key", *head), rows, f"Medians of {keys.PRESSES} presses, in turn.")
