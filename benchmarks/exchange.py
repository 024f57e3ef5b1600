"""What an export costs beside the `json` module, which writes the same records; its memory; and 1,000 articles at once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from benchmarks.libraries import make_library
from benchmarks.programs import Workshop
from benchmarks.report import Report as Tables
from benchmarks.report import median
from benchmarks.texts import write_article
from reader.errors import ReaderError
from reader.exchange import FORMATS, ExportFormat, ExportOptions, Report, build_report
from reader.formats import read_article
from reader.library import Library

LINE_TIMES: Final = 3.0
"""How many times the time of `json` a format may take whose file holds several articles."""
PAGE_TIMES: Final = 10.0
"""How many times that the HTML report may take."""
MEMORY: Final = 0.5
"""How many MB may be needed beside the report, in formats with a record for each annotation: a file of these has up to 15."""
_STREAMED: Final = frozenset({"jsonl", "csv", "web-annotation", "hypothesis"})
STOP_SHARE: Final = 0.1
"""The share of the time of the whole export within which Ctrl+C must end it."""
_OPTIONS: Final = ExportOptions(address="https://review.example/page")
_AT: Final = "2026-01-15T10:00:00.000Z"


def _report(workshop: Workshop, size: int, annotations: int) -> Report:
    """Return the report on an article of about `size` bytes with so many claims."""
    article = write_article(workshop.folder, size, markdown=False)
    folder = make_library(workshop.folder / f"exchange-{annotations}", article, annotations)
    with Library.open(folder) as library:
        session, _ = library.peek(read_article(str(article)))
    shutil.rmtree(folder)
    return build_report(session, _AT)


def _write(row: ExportFormat, report: Report) -> int:
    return sum(map(len, row.write([report], _OPTIONS)))


def _can_write(row: ExportFormat, report: Report) -> bool:
    """Whether a format can write a report of a text: Word comments need a Word file."""
    try:
        next(row.write([report], _OPTIONS))
    except ReaderError:
        return False
    return True


def _seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def _write_records(records: Iterable[object]) -> int:
    return sum(len(f"{json.dumps(record, ensure_ascii=False)}\n".encode()) for record in records)


def _budget(row: ExportFormat) -> float | None:
    return PAGE_TIMES if row.name == "html" else None if row.is_single else LINE_TIMES


def _peak(row: ExportFormat, report: Report) -> tuple[int, int]:
    """Return the most bytes that are needed at once to write a report, beside the report itself, and the bytes written.

    The format was written before, so that what it keeps from the first time, such as patterns, is not counted.
    """
    tracemalloc.start()
    written = _write(row, report)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, written


def run(workshop: Workshop, tables: Tables, quick: bool) -> None:
    """Measure every format, and an export of many articles, and print the tables."""
    count = 1_000 if quick else 10_000
    report = _report(workshop, 110 * count, count)
    rows = [row for row in FORMATS.values() if _can_write(row, report)]
    lines = b"".join(FORMATS["jsonl"].write([report], _OPTIONS)).splitlines()
    records: list[Any] = [json.loads(line) for line in lines]
    baseline: list[float] = []
    times: dict[str, list[float]] = {row.name: [] for row in rows}
    for _ in range(3 if quick else 5):
        for row in rows:
            tables.doing(f"exchange, {row.name}")
            baseline.append(_seconds(lambda: _write_records(records)))
            times[row.name].append(_seconds(lambda row=row: _write(row, report)))
    base = median(baseline)
    cells: list[tuple[str, ...]] = [("json module", f"{1000 * base:.0f}", "1.00", "", "", "", "")]
    for row in rows:
        taken, budget = median(times[row.name]), _budget(row)
        needed, written = (size / 1e6 for size in _peak(row, report))
        cells.append(
            (
                row.name,
                f"{1000 * taken:.0f}",
                f"{taken / base:.2f}",
                tables.times(taken / base, budget),
                f"{written:.1f}",
                f"{needed:.2f}",
                tables.verdict(needed, MEMORY if row.name in _STREAMED else None, f"{MEMORY} MB"),
            )
        )
    head = ("format", "ms", "× json", "budget", "MB written", "MB in memory", "budget")
    tables.table(f"Export of {count:,} annotations", head, cells)
    _run_many(workshop, tables, 100 if quick else 1_000)


def _run_many(workshop: Workshop, tables: Tables, count: int) -> None:
    """Export many articles, whole and stopped by Ctrl+C, and print the table."""
    library, output, settings = (workshop.folder / f"exchange-{name}" for name in ("many", "out", "settings.toml"))
    output.mkdir()
    settings.touch()
    environment = {**os.environ, "CLAIM_READER_SETTINGS": str(settings)}
    _make_many(workshop.folder, library, count)
    command = [sys.executable, "-m", "reader", "export", "--all", "--library", str(library), "--output"]
    begun = perf_counter()
    subprocess.run([*command, str(output / "all.jsonl")], env=environment, check=True, capture_output=True)
    whole = perf_counter() - begun
    process = subprocess.Popen([*command, str(output / "stopped.jsonl")], env=environment, stderr=subprocess.DEVNULL)
    while not any(path.stat().st_size for path in output.glob(".claim-reader-*")):
        if process.poll() is not None:
            raise RuntimeError("the export ended before it could be stopped")
    begun = perf_counter()
    process.send_signal(signal.SIGINT)
    process.wait()
    stopped = perf_counter() - begun
    left = sorted(path.name for path in output.iterdir())
    if left != ["all.jsonl"]:
        raise RuntimeError(f"a stopped export left {left}")
    rows = [
        ("whole", f"{whole:.1f}", f"{1000 * whole / count:.1f}", ""),
        ("ended after Ctrl+C", f"{stopped:.2f}", "", tables.times(stopped / whole, STOP_SHARE)),
    ]
    tables.table(f"Export of {count:,} articles", ("export", "seconds", "ms an article", "budget × whole"), rows)


def _make_many(folder: Path, library: Path, count: int) -> None:
    text = write_article(folder, 4_000, markdown=False).read_text(encoding="utf-8")
    files = folder / "exchange-articles"
    files.mkdir()
    with Library.open(library) as store:
        for path, number in _paths(files, count):
            path.write_text(text.replace("What the town counted", f"What town {number} counted"), encoding="utf-8")
            session = store.review(read_article(str(path)), "benchmark")
            for span in session.index.article.sentences.all()[:5]:
                session.add(span)


def _paths(folder: Path, count: int) -> Iterator[tuple[Path, int]]:
    for number in range(count):
        yield folder / f"town-{number}.txt", number
