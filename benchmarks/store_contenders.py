"""What keeps the annotations: our library by its two doors, and the two that it is measured beside, all asked the same."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from tinydb import TinyDB, where
from tinydb.storages import JSONStorage
from tinydb.table import Table

from benchmarks.libraries import spans
from benchmarks.store_libraries import Stock, connect, row
from reader.formats import read_article
from reader.library import Library
from reader.library.tinydb_api import LibraryDB
from reader.review.codec import to_record
from reader.review.index import ReviewItems
from reader.review.model import Annotation, Change
from reader.review.session import ReviewSession

LIBRARY: Final = "reader, Library"
TABLES: Final = "reader, LibraryDB"
SQLITE: Final = "SQLite, WAL, FULL"
PLAIN: Final = "plain TinyDB, fsync"

_PATIENCE: Final = 60.0
_ANNOTATIONS: Final = "annotations"


class Contender(Protocol):
    """One of them, open: to make it is to open it."""

    def saves(self) -> Iterator[float]:
        """Save an annotation, a note on it, another annotation …; yield the seconds from the value to the disk."""
        ...

    def of_article(self, path: Path) -> tuple[int, float]:
        """Return how many annotations an article has, and the CPU seconds that it took to get them."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


class _OurLibrary:
    """Our library as the screen and the commands use it: a change is queued, and a thread brings it to the disk.

    Raises RuntimeError when something was not saved.
    """

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._library = Library.open(stock.library)

    def saves(self) -> Iterator[float]:
        session, entry = self._library.session(read_article(str(self._stock.last)), "benchmark")
        self._flush()
        for step in _steps(session):
            begun = time.perf_counter()
            self._library.save(entry.id, step.change)
            self._flush()
            yield time.perf_counter() - begun

    def of_article(self, path: Path) -> tuple[int, float]:
        article = read_article(str(path))
        article.sentences.all()
        begun = time.thread_time()
        session, entry = self._library.session(article, "benchmark")
        took = time.thread_time() - begun
        self._flush()
        annotations, tags = session.index.annotations(), session.index.tags()
        begun = time.thread_time()
        ReviewSession(article, entry.id, ReviewItems(annotations, tags))
        # To find the places of the annotations is the session's work, whoever keeps them.
        return len(annotations), took - (time.thread_time() - begun)

    def close(self) -> None:
        if not self._library.close(_PATIENCE):
            raise RuntimeError("the library could not be saved")

    def _flush(self) -> None:
        if not self._library.flush(_PATIENCE):
            raise RuntimeError("the library could not be saved")


class _Tables:
    """TinyDB's API, which acknowledges when it returns: our LibraryDB, or TinyDB itself."""

    def __init__(self, stock: Stock, database: TinyDB) -> None:
        self._stock = stock
        self._database = database
        self._table: Table = database.table(_ANNOTATIONS)

    def saves(self) -> Iterator[float]:
        number = 0
        for step in _steps(_session(self._stock)):
            begun = time.perf_counter()
            record = to_record(step.annotation)
            if step.new:
                number = self._table.insert(record)
            else:
                self._table.update({"note": record["note"], "updated": record["updated"]}, doc_ids=[number])
            yield time.perf_counter() - begun

    def of_article(self, path: Path) -> tuple[int, float]:
        article = self._stock.id_of(path)
        begun = time.thread_time()
        found = self._table.search(where("article") == article)
        return len(found), time.thread_time() - begun

    def close(self) -> None:
        self._database.close()


class _Database:
    """SQLite: one table with an index on the article, one transaction a save."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._database = connect(stock.database)
        self._database.execute("SELECT id FROM annotations LIMIT 1").fetchone()

    def saves(self) -> Iterator[float]:
        for step in _steps(_session(self._stock)):
            begun = time.perf_counter()
            key, article, record = row(to_record(step.annotation))
            if step.new:
                self._database.execute("INSERT INTO annotations VALUES (?, ?, ?)", (key, article, record))
            else:
                self._database.execute("UPDATE annotations SET record = ? WHERE id = ?", (record, key))
            self._database.commit()
            yield time.perf_counter() - begun

    def of_article(self, path: Path) -> tuple[int, float]:
        article = self._stock.id_of(path)
        begun = time.thread_time()
        found = self._database.execute("SELECT record FROM annotations WHERE article = ?", (article,)).fetchall()
        records = [json.loads(record) for (record,) in found]
        return len(records), time.thread_time() - begun

    def close(self) -> None:
        self._database.close()


class _SyncedStorage(JSONStorage):
    """TinyDB's own storage, which syncs what it wrote but not that it cut off the rest of a longer file."""

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        super().write(data)
        os.fsync(self._handle.fileno())


def opened(name: str, stock: Stock) -> Contender:
    """Open one of the contenders by its name."""
    if name == LIBRARY:
        return _OurLibrary(stock)
    if name == SQLITE:
        return _Database(stock)
    if name == TABLES:
        return _Tables(stock, LibraryDB(stock.library))
    database = TinyDB(stock.plain, storage=_SyncedStorage)
    # It reads nothing before it is asked for something, and then everything.
    len(database.table(_ANNOTATIONS))
    return _Tables(stock, database)


class _Step(NamedTuple):
    """A change of a review, the annotation after it, and whether that is a new one."""

    change: Change
    annotation: Annotation
    new: bool


def _steps(session: ReviewSession) -> Iterator[_Step]:
    changes: list[Change] = []
    session.listen(changes.append)
    for number, span in enumerate(itertools.cycle(spans(session.index.article, 500))):
        made = session.add(span, tags=("figure",), note=f"Asked for the source of number {number}.")
        yield _Step(changes.pop(), made, new=True)
        noted = session.set_note(made, f"The minutes name it too, on page {number}; asked the office for a copy.")
        yield _Step(changes.pop(), noted, new=False)


def _session(stock: Stock) -> ReviewSession:
    """Return a review of the last article for who keeps plain records."""
    return ReviewSession(read_article(str(stock.last)), stock.id_of(stock.last), creator="benchmark")
