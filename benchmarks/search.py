"""How fast a search over everything finds its hits, beside bare FTS5, how long the first index takes, and how it follows."""

from __future__ import annotations

import os
import random
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.libraries import spans
from benchmarks.programs import Workshop
from benchmarks.report import Report, cpu_ms, median
from benchmarks.texts import article_text
from reader.article.article import Article
from reader.files import make_folder
from reader.formats import parse_article
from reader.library import Library
from reader.library.articles import new_article_record
from reader.library.folder import Folder
from reader.library.library_file import encode_file
from reader.library.record_tables import encode_record
from reader.library.snapshots import Snapshots
from reader.library.tables import ANNOTATIONS, ARTICLES
from reader.library.versions import Dot, VersionVector, stamp_record
from reader.review.cells import Record
from reader.review.codec import to_record
from reader.review.index import ReviewItems
from reader.review.session import ReviewSession
from reader.search.index import SearchIndex

ARTICLES_COUNT: Final = 1000
ANNOTATIONS_EACH: Final = 100
ARTICLE_BYTES: Final = 8000
HITS_TIMES: Final = 3.0
"""How many times the time of a bare FTS5 query the hits may take: they are counted by kind, grouped, and marked."""
FOLLOW_SECONDS: Final = 1.0
"""The longest time until a change is found."""
TIMES: Final = 15
_SHOWN: Final = 60
_QUERIES: Final = (
    ("one word", "ferry", '"ferry"*'),
    ("a frequent word", "the", '"the"*'),
    ("three letters", "cou", '"cou"*'),
    ("two words", "council bridge", '"council"* "bridge"*'),
    ("a phrase", '"the council"', '"the council"'),
    ("a number", "annotation 77", '"annotation"* "77"*'),
    ("no hit", "zebra", '"zebra"*'),
    ("word, tag and kind", "the #quote kind:note", '"the"*'),
)
"""The words for each query, the query, and what is asked of bare FTS5."""


def run(folder: Workshop, report: Report, quick: bool) -> None:
    """Make a library, index it, search and change it, in this process, and print the tables."""
    articles = 100 if quick else ARTICLES_COUNT
    place = folder.folder / "search"
    os.environ["XDG_CACHE_HOME"] = str(place / "cache")
    report.doing(f"writing {articles} articles with {articles * ANNOTATIONS_EACH:,} annotations")
    _write_library(place / "library", articles)
    with Library.open(place / "library") as library:
        index = SearchIndex(library)
        report.doing("the first index")
        start = perf_counter()
        if not index.update():
            raise RuntimeError("the index could not be built")
        built = perf_counter() - start
        bare, bare_built = _bare_index(index.path, place / "bare.sqlite")
        _report_hits(report, index, bare, 5 if quick else TIMES)
        _report_building(report, built, bare_built, index, library)
        bare.close()


def _report_hits(report: Report, index: SearchIndex, bare: sqlite3.Connection, times: int) -> None:
    rows: list[tuple[str, ...]] = []
    for name, query, match in _QUERIES:
        hits = index.search(query).hit_count
        ours = _ms(times, lambda query=query: index.search(query))
        baseline = _ms(times, lambda match=match: bare.execute(_BARE_QUERY, (match, _SHOWN)).fetchall())
        ratio = ours / baseline
        budget = HITS_TIMES if baseline > 1 else None
        rows.append((name, f"{hits:,}", f"{ours:.1f}", f"{baseline:.1f}", f"{ratio:.2f}", report.times(ratio, budget)))
    report.table(
        "Search over everything",
        ("", "hits", "ms", "bare FTS5 ms", "ratio", "budget"),
        rows,
        f"Medians. Baseline: the {_SHOWN} best rows of an FTS5 table with the same texts. Below a millisecond, no budget.",
    )


def _report_building(report: Report, built: float, bare_built: float, index: SearchIndex, library: Library) -> None:
    session = library.review(_article(0), "benchmark")
    index.update()
    follow: list[float] = []
    for number, claim in enumerate(session.index.claims()[:5]):
        session.set_note(claim, f"quetzalcoatl{number}")
        library.flush(10)
        start = perf_counter()
        index.update()
        if index.search(f"quetzalcoatl{number}").hit_count != 1:
            raise RuntimeError("the index does not follow")
        follow.append(perf_counter() - start)
    start = perf_counter()
    SearchIndex(library).update()
    again = perf_counter() - start
    size = sum(path.stat().st_size for path in index.path.parent.iterdir())
    report.table(
        "The index",
        ("", "s", "bare FTS5 s", "ratio", "budget"),
        (
            (
                "built the first time, every article parsed",
                f"{built:.1f}",
                f"{bare_built:.1f}",
                f"{built / bare_built:.1f}",
                "",
            ),
            ("a change is found after", f"{median(follow):.3f}", "", "", report.verdict(median(follow), FOLLOW_SECONDS, "1 s")),
            ("nothing to do, at a start", f"{again:.3f}", "", "", ""),
        ),
        f"The index has {size / 1e6:,.0f} MB. Baseline: the same texts written into an FTS5 table.",
    )


# ------------------------------------------------------------------ the baseline

_BARE_QUERY: Final = "SELECT rowid, words FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT ?"


def _bare_index(index: Path, path: Path) -> tuple[sqlite3.Connection, float]:
    """Return an FTS5 table with the texts of an index, and the seconds that writing it took."""
    source = sqlite3.connect(index)
    words = source.execute("SELECT words FROM documents").fetchall()
    source.close()
    bare = sqlite3.connect(path)
    start = perf_counter()
    bare.execute("CREATE VIRTUAL TABLE bare USING fts5(words)")
    bare.executemany("INSERT INTO bare (words) VALUES (?)", words)
    bare.commit()
    return bare, perf_counter() - start


# ------------------------------------------------------------------ the library


def _article(number: int) -> Article:
    return parse_article(article_text(ARTICLE_BYTES + number, markdown=True).encode(), f"/articles/{number}.md")


def _write_library(folder: Path, articles: int) -> None:
    """Write a library of different articles, each with annotations that have tags and notes."""
    make_folder(folder)
    chance = random.Random(articles)
    texts = Snapshots(Folder(folder).snapshots)
    dot = Dot(1, "b0b0b0b0")
    records: list[Record] = []
    annotations: list[Record] = []
    for number in range(articles):
        article = _article(number)
        texts.keep(article.digest, article.text.encode())
        record = {**new_article_record(article, article.source, lambda _: False), "opened": "2026-01-02T10:00:00.000Z"}
        records.append(record)
        annotations += _annotations(article, str(record["id"]), number, chance)
    tables = {
        ANNOTATIONS: (_line(record, dot) for record in sorted(annotations, key=_key)),
        ARTICLES: (_line(record, dot) for record in sorted(records, key=_key)),
    }
    with (folder / "library.json").open("wb") as file:
        for part in encode_file(tables, dot.replica, VersionVector({dot.replica: dot.counter})):
            file.write(part)


def _annotations(article: Article, article_id: str, number: int, chance: random.Random) -> Iterator[Record]:
    session = ReviewSession(article, article_id, ReviewItems(), creator="benchmark")
    for place, span in enumerate(spans(article, ANNOTATIONS_EACH)):
        tags = ("quote", "money/cost", "to-ask")[: place % 4]
        session.add(
            span, tags=tags, note=f"Annotation {place} of article {number}: {chance.choice(('why', 'who', 'when'))} the source?"
        )
    return (to_record(annotation) for annotation in session.index.annotations())


def _key(record: Record) -> int:
    return uuid.UUID(str(record["id"])).int


def _line(record: Record, dot: Dot) -> bytes:
    return encode_record(str(_key(record)), stamp_record(record, dot))


def _ms(times: int, work: Callable[[], object]) -> float:
    return median(cpu_ms(work) for _ in range(times))
