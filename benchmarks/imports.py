"""What an import costs beside the `json` module on the same file and a review that anchors the same annotations.

Its memory: beside that of the module, and that for the export of a library beside that for the export of two articles of it.
"""

from __future__ import annotations

import codecs
import json
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
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
FLAT_TIMES: Final = 1.3
"""How many times the memory for the export of two articles that of a library may need, which is larger many times."""
_OTHERS: Final = 10
"""The number of other articles in the export of a library, half of them before the one that is imported."""
_FORMATS: Final = ("jsonl", "hypothesis", "web-annotation", "doccano", "prodigy", "label-studio")
_GONE: Final = 500
"""One in how many sentences is gone from the changed text: each such quote is looked for everywhere, which takes its time."""
_AT: Final = "2026-01-15T10:00:00.000Z"
_MB: Final = 1e6


def _report(workshop: Workshop, article: Path, annotations: int) -> Report:
    """Return the report on the article at a path with so many claims."""
    folder = make_library(workshop.folder / f"imports-{annotations}", article, annotations)
    with Library.open(folder) as library:
        session, _ = library.peek(read_article(str(article)))
    shutil.rmtree(folder)
    return build_report(session, _AT)


def _others(workshop: Workshop, path: Path, annotations: int) -> Iterator[Report]:
    """Yield the reports on articles of the same size in other words, which differ from one another by their titles."""
    other = path.with_name(f"other-{path.name}")
    other.write_text(codecs.encode(path.read_text("utf-8"), "rot13"), encoding="utf-8")
    report = _report(workshop, other, annotations)
    for number in range(_OTHERS):
        article = replace(report.article, title=f"{report.article.title} {number}")
        yield replace(report, article=article, article_id=f"other-{number}")


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


def _import(article: Article, file: bytes | Path) -> None:
    session = ReviewSession(article, "benchmark")
    plan = plan_import(session, read_annotations(open_import("file", ImportSource(file)), article, ""))
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
    path = write_article(workshop.folder, size, markdown=False)
    report = _report(workshop, path, count)
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
    others = list(_others(workshop, path, count))
    flat_rows = [_measure_growth(workshop, tables, name, report, others) for name in (*_FORMATS, "readwise")]
    head = ("format", "MB, two", f"MB, {_OTHERS + 1}", "MB in memory, two", f"MB in memory, {_OTHERS + 1}", "×", "budget")
    tables.table(f"Memory of an import from the export of {_OTHERS + 1} articles", head, flat_rows)


def _measure_growth(workshop: Workshop, tables: Tables, name: str, report: Report, others: list[Report]) -> tuple[str, ...]:
    """Measure the memory that the same annotations need from the export of two articles and from that of a library."""
    tables.doing(f"imports, memory, {name}")
    two, many = (workshop.folder / f"{which}.{name}" for which in ("two", "many"))
    half = len(others) // 2
    for path, reports in ((two, [others[0], report]), (many, [*others[:half], report, *others[half:]])):
        with path.open("wb") as file:
            file.writelines(FORMATS[name].write(reports, ExportOptions(address="")))
    report.article.sentences.all()
    needed = [_peak(lambda path=path: _import(report.article, path)) for path in (two, many)]
    ratio = needed[1] / needed[0]
    sizes = [f"{path.stat().st_size / _MB:.1f}" for path in (two, many)]
    many.unlink()
    return (name, *sizes, *(f"{memory:.1f}" for memory in needed), f"{ratio:.2f}", tables.times(ratio, FLAT_TIMES))


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
