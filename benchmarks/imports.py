"""What an import costs beside the `json` module on the same file and a review that anchors the same annotations; its memory."""

from __future__ import annotations

import json
import shutil
import tracemalloc
from collections.abc import Callable
from time import process_time
from typing import Final

from benchmarks.libraries import make_library
from benchmarks.programs import Workshop
from benchmarks.report import Report as Tables
from benchmarks.report import median
from benchmarks.texts import write_article
from reader.article.article import Article
from reader.exchange import FORMATS, ExportOptions, Report, build_report
from reader.formats import parse_article, read_article
from reader.imports import ImportSource, open_import, read_annotations
from reader.imports.plan import plan_import
from reader.library import Library
from reader.review.index import AnnotationIndex, ReviewItems
from reader.review.model import Annotation, Selector
from reader.review.session import ReviewSession

TIMES: Final = 3.0
"""How many times that of the baseline an import may take, from the bytes to the review."""
MEMORY_TIMES: Final = 3.0
"""How many times the memory of what the `json` module makes of the file an import may need."""
_FORMATS: Final = ("jsonl", "hypothesis", "web-annotation", "doccano", "prodigy", "label-studio")
_GONE: Final = 500
"""One in how many sentences is gone from the changed text: each such quote is looked for everywhere, which takes its time."""
_AT: Final = "2026-01-15T10:00:00.000Z"
_MB: Final = 1e6


def _report(workshop: Workshop, size: int, annotations: int) -> Report:
    """Return the report on an article of about `size` bytes with so many claims."""
    article = write_article(workshop.folder, size, markdown=False)
    folder = make_library(workshop.folder / f"imports-{annotations}", article, annotations)
    with Library.open(folder) as library:
        session, _ = library.peek(read_article(str(article)))
    shutil.rmtree(folder)
    return build_report(session, _AT)


def _change(article: Article) -> Article:
    """Return an article with another text: a few sentences are gone, and a paragraph is new."""
    sentences = article.sentences.all()
    parts, at = ["A paragraph that nobody had seen before.\n\n"], 0
    for sentence in sentences[::_GONE]:
        parts.append(article.text[at : sentence.start])
        at = sentence.end
    return parse_article("".join([*parts, article.text[at:]]).encode(), "changed.txt")


def _load(data: bytes, *, lines: bool) -> object:
    return [json.loads(line) for line in data.splitlines()] if lines else json.loads(data)


def _anchor(article: Article, selectors: list[Selector]) -> None:
    """Make a review of annotations that were made on another edition, which looks for the place of each."""
    marks = (Annotation(str(number), "", "another", selector) for number, selector in enumerate(selectors))
    AnnotationIndex(article, ReviewItems(marks))


def _import(article: Article, data: bytes) -> None:
    session = ReviewSession(article, "benchmark")
    plan = plan_import(session, read_annotations(open_import("file", ImportSource(data)), article, ""))
    session.add_all(plan.annotations, "import")
    if not session.index.annotations():
        raise RuntimeError("nothing came in")


def _seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def _peak(work: Callable[[], object]) -> float:
    """Return the most megabytes that are needed at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / _MB
    finally:
        tracemalloc.stop()


def run(workshop: Workshop, tables: Tables, quick: bool) -> None:
    """Import a review from each format, into the same text and into a changed one, and print the table."""
    size, count = (200_000, 2_000) if quick else (1_000_000, 10_000)
    report = _report(workshop, size, count)
    selectors = [item.selector for item in report.items]
    rows: list[tuple[str, ...]] = []
    for state, article in (("same", report.article), ("changed", _change(report.article))):
        article.sentences.all()
        for name in _FORMATS if state == "same" else _FORMATS[1:2]:
            tables.doing(f"imports, {name}, {state} text")
            data = b"".join(FORMATS[name].write([report], ExportOptions(address="")))
            rows.append(_measure(tables, f"{name}, {state} text", article, data, selectors))
    head = ("format", "MB", "ms", "× json + anchoring", "budget", "MB in memory", "× json", "budget")
    tables.table(f"Import of {count:,} annotations", head, rows)


def _measure(tables: Tables, name: str, article: Article, data: bytes, selectors: list[Selector]) -> tuple[str, ...]:
    lines = name.startswith(("jsonl", "doccano", "prodigy"))
    base, taken = list[float](), list[float]()
    for _ in range(3):
        base.append(_seconds(lambda: (_load(data, lines=lines), _anchor(article, selectors))))
        taken.append(_seconds(lambda: _import(article, data)))
    ratio = median(taken) / median(base)
    loaded, needed = _peak(lambda: _load(data, lines=lines)), _peak(lambda: _import(article, data))
    return (
        name,
        f"{len(data) / _MB:.1f}",
        f"{1000 * median(taken):.0f}",
        f"{ratio:.2f}",
        tables.times(ratio, TIMES),
        f"{needed:.0f}",
        f"{needed / loaded:.1f}",
        tables.verdict(needed / loaded, MEMORY_TIMES, f"{MEMORY_TIMES}×"),
    )
