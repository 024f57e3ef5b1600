"""What a library of many articles costs, beside SQLite: the list, opening, an article, saving, merging, doctor and repair.

A tenth of the full size by default; `CLAIM_READER_SCALE=full` measures a million annotations in 10,000 articles.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.programs import Workshop
from benchmarks.report import Report, median
from benchmarks.store_commands import Spent, spent_by
from benchmarks.store_contenders import LIBRARY, SQLITE
from benchmarks.store_libraries import Stock
from benchmarks.store_turns import in_turn
from benchmarks.store_workers import Load, load, saves, write

LIST_SECONDS: Final = 0.5
"""The CPU seconds that `reader list` may take with 10,000 articles."""
OPEN_SECONDS: Final = 1.0
"""The CPU seconds until an article is open, the library included."""
ARTICLE_MS: Final = 50.0
"""The CPU milliseconds after which an open library has an article's review."""
TIMES_SQLITE: Final = 2.0
"""How many times the median of SQLite's saves the median of ours may be."""
OPEN_MEMORY: Final = 2.0
"""How many times the memory of a process with SQLite the open library with an article may need, whatever else it holds."""
MEMORY_MB: Final = 300.0
"""The megabytes that doctor, repair and merge may hold."""
MERGE_SECONDS: Final = 10.0
"""The seconds that merging two libraries of 100,000 annotations may take."""

_FULL: Final = (1_000_000, 10_000)
_USUAL: Final = (100_000, 10_000)
_QUICK: Final = (10_000, 1_000)
_MERGED: Final = 100_000
_SAVES: Final = 100


class _Row(NamedTuple):
    what: str
    figure: float
    unit: str
    budget: float | None


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Measure in libraries made for it, and print a table."""
    size, articles = _QUICK if quick else _FULL if os.environ.get("CLAIM_READER_SCALE") == "full" else _USUAL
    with tempfile.TemporaryDirectory(prefix="claim-reader-scale-") as folder:
        stock = Stock(Path(folder) / "one", size, articles)
        report.doing(f"scale, writing {size:,} annotations")
        write(stock, 0)
        rows = [*_list(stock), *_open(stock), *_save(stock), *_care(stock), *_merge(Path(folder), min(size, _MERGED), articles)]
    cells = [
        (row.what, f"{row.figure:,.2f}", row.unit, report.verdict(row.figure, row.budget, f"{row.budget}")) for row in rows
    ]
    title = f"A library of {size:,} annotations in {articles:,} articles"
    report.table(
        title, ("what", "figure", "unit", "budget"), cells, "CPU seconds; of merge, doctor and repair those of a clock."
    )


def _command(library: Path, *words: str, code: int = 0) -> Spent:
    return spent_by([sys.executable, "-m", "reader", *words, "--library", str(library)], code)


def _list(stock: Stock) -> list[_Row]:
    first = _command(stock.library, "list")
    spent = in_turn(3, {"list": partial(_command, stock.library, "list")})["list"]
    return [
        _Row("reader list without an index", first.cpu, "s", None),
        _Row("reader list", median(one.cpu for one in spent), "s", LIST_SECONDS),
        _Row("reader list, memory", median(one.peak for one in spent), "MB", None),
    ]


def _open(stock: Stock) -> list[_Row]:
    loads: dict[str, list[Load]] = in_turn(3, {name: partial(load, stock, name) for name in (LIBRARY, SQLITE)})
    rows: list[_Row] = []
    for name, budget in ((LIBRARY, OPEN_SECONDS), (SQLITE, None)):
        opened = median(one.cpu + one.last[1] for one in loads[name])
        article = median(one.last[1] for one in loads[name]) * 1000
        rows.append(_Row(f"an article is open, {name}", opened, "s", budget))
        rows.append(_Row(f"an article's review, {name}", article, "ms", budget and ARTICLE_MS))
        rows.append(_Row(f"memory, {name}", median(one.peak for one in loads[name]), "MB", None))
    ours, theirs = (median(one.peak for one in loads[name]) for name in (LIBRARY, SQLITE))
    rows.append(_Row("memory, times SQLite", ours / theirs, "×", OPEN_MEMORY))
    return rows


def _save(stock: Stock) -> list[_Row]:
    took = in_turn(3, {name: partial(saves, stock, name, _SAVES) for name in (LIBRARY, SQLITE)})
    ours, theirs = (median(median(turn) for turn in took[name]) for name in (LIBRARY, SQLITE))
    return [
        _Row("a save", ours * 1000, "ms", None),
        _Row("a save, SQLite", theirs * 1000, "ms", None),
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
        _Row("reader doctor", doctor.wall, "s", None),
        _Row("reader doctor, memory", doctor.peak, "MB", MEMORY_MB),
        _Row("reader repair", repair.wall, "s", None),
        _Row("reader repair, memory", repair.peak, "MB", MEMORY_MB),
    ]


def _merge(folder: Path, size: int, articles: int) -> list[_Row]:
    stocks = [Stock(folder / f"merge-{seed}", size, articles) for seed in (0, 1)]
    for seed, stock in enumerate(stocks):
        write(stock, seed)
    merge = _command(stocks[0].library, "merge", str(stocks[1].library / "library.json"))
    return [
        _Row(f"reader merge, 2 × {size:,}", merge.wall, "s", MERGE_SECONDS),
        _Row("reader merge, memory", merge.peak, "MB", MEMORY_MB),
    ]
