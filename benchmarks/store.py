"""What the store costs at 1,000 to 100,000 annotations, beside SQLite and plain TinyDB.

That is saving, opening, the screen and the commands.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import store_commands, store_screen
from benchmarks.programs import Workshop
from benchmarks.report import Report, median, quantile
from benchmarks.store_contenders import LIBRARY, PLAIN, SQLITE, TABLES
from benchmarks.store_libraries import Stock
from benchmarks.store_turns import in_turn
from benchmarks.store_workers import Load, checkpoints, load, make, saves

TIMES_SQLITE: Final = 2.0
"""How many times the median of SQLite's saves the median of ours may be."""
P99_TIMES_SQLITE: Final = 4.0
"""The same of the slowest save but one of a hundred: SQLite does not hand them to another thread."""
OPEN_TIMES_PLAIN: Final = 1.0
"""How many times plain TinyDB's CPU time opening the library may take."""
MEMORY_TIMES_PLAIN: Final = 1.0
"""How many times the memory of a process with plain TinyDB open one with our library may have held."""
ARTICLE_TIMES_SQLITE: Final = 10.0
"""How many times SQLite's CPU time an open library may take to have an article's review: SQLite gives rows of text."""

_SIZES: Final = (1_000, 10_000, 100_000)
_QUICK_SIZES: Final = (1_000, 20_000)
_CONTENDERS: Final = (LIBRARY, TABLES, SQLITE, PLAIN)
_OURS: Final = (LIBRARY, TABLES)
_SLOW: Final = 5_000
_FEW: Final = 4
"""From `_SLOW` annotations on, plain TinyDB is asked for a few saves only: one takes it from a tenth of a second to two."""


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Measure in libraries made for it, and print the tables."""
    with tempfile.TemporaryDirectory(prefix="claim-reader-bench-") as folder:
        measure(Path(folder), report, quick)


def measure(folder: Path, report: Report, quick: bool) -> None:
    """Measure in the stocks of a folder, which are made if they are not there, and print the tables."""
    stocks = [Stock(folder / str(size), size) for size in (_QUICK_SIZES if quick else _SIZES)]
    for stock in stocks:
        if not stock.folder.exists():
            report.doing(f"store, making {stock.size:,} annotations")
            make(stock)
    turns = 3 if quick else 5
    _open(stocks[-1], report, turns)
    store_screen.run(folder, stocks[-1], report, turns)
    store_commands.run(folder, stocks[-1], report, turns)
    # Last, for they make the libraries larger.
    _save(stocks, report, turns, 100 if quick else 200)
    _fold(stocks, report)


def _save(stocks: Sequence[Stock], report: Report, turns: int, count: int) -> None:
    rows: list[tuple[str, ...]] = []
    for stock in stocks:
        report.doing(f"store, saves, {stock.size:,} annotations")
        counts = {name: _FEW if name == PLAIN and stock.size > _SLOW else count for name in _CONTENDERS}
        took = in_turn(turns, {name: partial(saves, stock, name, counts[name]) for name in _CONTENDERS})
        for name in _CONTENDERS:
            budgets = name in _OURS and stock is stocks[-1]
            rows.append((name, f"{stock.size:,}", *_saved(report, took[name], took[SQLITE], budgets=budgets)))
    head = (
        "acknowledged save", "annotations", "saves", "p50 ms", "× SQLite", "budget", "p99 ms", "× SQLite", "budget", "worst",
    )  # fmt: skip
    note = "An annotation, a note on it, the next annotation … p50, p99, × SQLite: of each turn, the median of the turns."
    report.table("Saving", head, rows, note)


def _saved(report: Report, took: list[list[float]], sqlite: list[list[float]], *, budgets: bool) -> tuple[str, ...]:
    cells: list[str] = [f"{sum(map(len, took)):,}"]
    for share, budget in ((0.5, TIMES_SQLITE), (0.99, P99_TIMES_SQLITE)):
        ms = 1000 * median(quantile(turn, share) for turn in took)
        times = median(quantile(turn, share) / quantile(beside, share) for turn, beside in zip(took, sqlite, strict=True))
        cells.extend((f"{ms:.2f}", f"{times:.1f}", report.times(times, budget if budgets else None)))
    return (*cells, f"{max(map(max, took)) * 1000:.1f}")


def _fold(stocks: Sequence[Stock], report: Report) -> None:
    rows: list[tuple[str, ...]] = []
    for stock in stocks:
        report.doing(f"store, checkpoints, {stock.size:,} annotations")
        folding = checkpoints(stock)
        every = [seconds * 1000 for seconds in folding.saves]
        figures = [f"{ms:.2f}" for ms in (median(every), quantile(every, 0.99), max(every))]
        rows.append((f"{stock.size:,}", f"{len(every):,}", *figures, f"{median(folding.checkpoints):.2f}"))
    head = ("annotations", "saves", "p50 ms", "p99 ms", "worst ms", "checkpoint s")
    report.table("Saves while another thread writes a checkpoint", head, rows)


def _open(stock: Stock, report: Report, turns: int) -> None:
    report.doing(f"store, opening, {stock.size:,} annotations")
    loads = in_turn(turns, {name: partial(load, stock, name) for name in _CONTENDERS})
    rows = [
        (name, f"{stock.size:,}", *_opened(report, loads[name], loads[PLAIN], budgets=name in _OURS)) for name in _CONTENDERS
    ]
    head = ("opening", "annotations", "wall s", "CPU s", "× plain", "budget", "peak MB", "× plain", "budget")
    report.table("Opening", head, rows, "In a process that has loaded its modules.")
    rows = [(name, *_given(report, loads[name], loads[SQLITE], budget=name == LIBRARY)) for name in _CONTENDERS]
    head = (
        "an article's annotations",
        "last read",
        "CPU ms",
        "× SQLite",
        "budget",
        "first read",
        "CPU ms",
        "× SQLite",
        "budget",
    )
    note = "From what is open. Library: the whole review, undo too, without what it takes to find the places in the text."
    report.table("One article", head, rows, note)


def _opened(report: Report, loads: Sequence[Load], plain: Sequence[Load], *, budgets: bool) -> tuple[str, ...]:
    wall, cpu, peak = (median(figures) for figures in zip(*((a.wall, a.cpu, a.peak) for a in loads), strict=True))
    cpu_times = median(a.cpu / beside.cpu for a, beside in zip(loads, plain, strict=True))
    peak_times = median(a.peak / beside.peak for a, beside in zip(loads, plain, strict=True))
    return (
        f"{wall:.3f}",
        f"{cpu:.3f}",
        f"{cpu_times:.2f}",
        report.times(cpu_times, OPEN_TIMES_PLAIN if budgets else None),
        f"{peak:.0f}",
        f"{peak_times:.2f}",
        report.times(peak_times, MEMORY_TIMES_PLAIN if budgets else None),
    )


def _given(report: Report, loads: Sequence[Load], sqlite: Sequence[Load], *, budget: bool) -> tuple[str, ...]:
    cells: list[str] = []
    for ours, beside in (
        ([a.last for a in loads], [a.last for a in sqlite]),
        ([a.first for a in loads], [a.first for a in sqlite]),
    ):
        ms = median(seconds * 1000 for _, seconds in ours)
        times = median(seconds / other for (_, seconds), (_, other) in zip(ours, beside, strict=True))
        cells.extend(
            (str(ours[-1][0]), f"{ms:.1f}", f"{times:.1f}", report.times(times, ARTICLE_TIMES_SQLITE if budget else None))
        )
    return tuple(cells)
