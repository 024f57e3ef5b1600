"""What a library of many articles costs: the list, opening, an article, saving, merging, doctor and repair.

Times are compared with the start of a bare Textual app just before, saves and memory with SQLite. A tenth of the full size by
default; `CLAIM_READER_SCALE=full` measures a million annotations in 10,000 articles.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.programs import BARE, Program, Workshop
from benchmarks.report import Report, median
from benchmarks.store_commands import Spent, spent_by
from benchmarks.store_contenders import LIBRARY, SQLITE
from benchmarks.store_libraries import Stock
from benchmarks.store_turns import in_turn
from benchmarks.store_workers import Load, load, saves, write
from benchmarks.texts import FIRST_WORDS

LIST: Final = 3.2
"""How many times the CPU time of a bare app's start `reader list` may take with 10,000 articles: 0.5 s where that is 158 ms."""
OPEN: Final = 6.3
"""How many times that it may take until an article is open, the library included: 1 s."""
ARTICLE: Final = 0.32
"""How many times that it may take until an open library has an article's review: 50 ms."""
MERGE: Final = 63.0
"""How many times that merging two libraries of 100,000 annotations may take, by a clock: 10 s."""
TIMES_SQLITE: Final = 2.0
"""How many times the median of SQLite's saves the median of ours may be."""
OPEN_MEMORY: Final = 2.0
"""How many times the memory of a process with SQLite the open library with an article may need, whatever else it holds."""
MEMORY_MB: Final = 300.0
"""The megabytes that doctor, repair and merge may hold."""

_FULL: Final = (1_000_000, 10_000)
_USUAL: Final = (100_000, 10_000)
_QUICK: Final = (10_000, 1_000)
_MERGED: Final = 100_000
_SAVES: Final = 100
_STARTS: Final = 5


class _Row(NamedTuple):
    """A figure, the start of a bare app in the same unit if it is compared with that, and the budget of what is compared."""

    what: str
    figure: float
    unit: str
    budget: float | None = None
    start: float | None = None

    def cells(self, report: Report) -> tuple[str, ...]:
        """Return the cells of the row."""
        shown = (self.what, f"{self.figure:,.2f}", self.unit)
        if self.start is None:
            return (*shown, "", report.verdict(self.figure, self.budget, f"{self.budget}"))
        ratio = self.figure / self.start
        return (*shown, f"{ratio:,.2f}", report.times(ratio, self.budget))


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Measure in libraries made for it, and print a table."""
    size, articles = _QUICK if quick else _FULL if os.environ.get("CLAIM_READER_SCALE") == "full" else _USUAL
    with tempfile.TemporaryDirectory(prefix="claim-reader-scale-") as folder:
        stock = Stock(Path(folder) / "one", size, articles)
        report.doing(f"scale, writing {size:,} annotations")
        write(stock, 0)
        rows = [*_list(stock, _start(workshop)), *_open(stock, _start(workshop)), *_save(stock), *_care(stock)]
        rows += _merge(Path(folder), min(size, _MERGED), articles, workshop)
    title = f"A library of {size:,} annotations in {articles:,} articles"
    note = (
        "CPU seconds; of merge, doctor and repair those of a clock.\n"
        "× start: times the CPU seconds until the first words of a bare Textual app, measured just before."
    )
    report.table(title, ("what", "figure", "unit", "× start", "budget"), [row.cells(report) for row in rows], note)


def _start(workshop: Workshop) -> float:
    """Return the CPU seconds until a bare app shows its first words."""

    def start() -> float:
        with workshop.run(Program(BARE, "100 KB")) as terminal:
            cpu, _ = terminal.first(FIRST_WORDS)
            return cpu

    return median(in_turn(_STARTS, {BARE: start})[BARE])


def _command(library: Path, *words: str, code: int = 0) -> Spent:
    return spent_by([sys.executable, "-m", "reader", *words, "--library", str(library)], code)


def _list(stock: Stock, start: float) -> list[_Row]:
    first = _command(stock.library, "list")
    spent = in_turn(3, {"list": partial(_command, stock.library, "list")})["list"]
    return [
        _Row("reader list without an index", first.cpu, "s"),
        _Row("reader list", median(one.cpu for one in spent), "s", LIST, start),
        _Row("reader list, memory", median(one.peak for one in spent), "MB"),
    ]


def _open(stock: Stock, start: float) -> list[_Row]:
    loads: dict[str, list[Load]] = in_turn(3, {name: partial(load, stock, name) for name in (LIBRARY, SQLITE)})
    rows: list[_Row] = []
    for name, open_budget, article_budget in ((LIBRARY, OPEN, ARTICLE), (SQLITE, None, None)):
        opened = median(one.cpu + one.last[1] for one in loads[name])
        article = median(one.last[1] for one in loads[name]) * 1000
        rows.append(_Row(f"an article is open, {name}", opened, "s", open_budget, start))
        rows.append(_Row(f"an article's review, {name}", article, "ms", article_budget, start * 1000))
        rows.append(_Row(f"memory, {name}", median(one.peak for one in loads[name]), "MB"))
    ours, theirs = (median(one.peak for one in loads[name]) for name in (LIBRARY, SQLITE))
    rows.append(_Row("memory, times SQLite", ours / theirs, "×", OPEN_MEMORY))
    return rows


def _save(stock: Stock) -> list[_Row]:
    took = in_turn(3, {name: partial(saves, stock, name, _SAVES) for name in (LIBRARY, SQLITE)})
    ours, theirs = (median(median(turn) for turn in took[name]) for name in (LIBRARY, SQLITE))
    return [
        _Row("a save", ours * 1000, "ms"),
        _Row("a save, SQLite", theirs * 1000, "ms"),
        _Row("a save, times SQLite", ours / theirs, "×", TIMES_SQLITE),
    ]


def _care(stock: Stock) -> list[_Row]:
    # Most articles have no text here, which the doctor reports.
    doctor = _command(stock.library, "doctor", code=1)
    damaged = stock.folder / "damaged"
    shutil.copytree(stock.library, damaged)
    with (damaged / "library.json").open("r+b") as file:
        file.seek(stock.size)
        file.write(b"\0")
    repair = _command(damaged, "repair", "--yes")
    return [
        _Row("reader doctor", doctor.wall, "s"),
        _Row("reader doctor, memory", doctor.peak, "MB", MEMORY_MB),
        _Row("reader repair", repair.wall, "s"),
        _Row("reader repair, memory", repair.peak, "MB", MEMORY_MB),
    ]


def _merge(folder: Path, size: int, articles: int, workshop: Workshop) -> list[_Row]:
    stocks = [Stock(folder / f"merge-{seed}", size, articles) for seed in (0, 1)]
    for seed, stock in enumerate(stocks):
        write(stock, seed)
    start = _start(workshop)
    merge = _command(stocks[0].library, "merge", str(stocks[1].library / "library.json"))
    return [
        _Row(f"reader merge, 2 × {size:,}", merge.wall, "s", MERGE, start),
        _Row("reader merge, memory", merge.peak, "MB", MEMORY_MB),
    ]
