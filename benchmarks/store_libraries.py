"""Libraries of many annotations, each in three forms: ours, plain TinyDB's, SQLite's.

Ours is made through the program's own interface, one change an annotation, so it has the history that such a library has.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tinydb import TinyDB

from benchmarks.libraries import spans
from benchmarks.texts import SIZES, write_article
from reader.formats import read_article
from reader.library import Library

ARTICLES: Final = 200
AT_ENDS: Final = 500
"""The annotations of the first and of the last article; the others share the rest evenly."""

_TAGS: Final = ("figure", "money/cost", "quote", "to ask")


@dataclass(frozen=True, slots=True)
class Stock:
    """One number of annotations, `size`, in so many `articles`, in three forms, in `folder`."""

    folder: Path
    size: int
    articles: int = ARTICLES

    @property
    def library(self) -> Path:
        """The folder of our library."""
        return self.folder / "library"

    @property
    def plain(self) -> Path:
        """The file of plain TinyDB."""
        return self.folder / "plain.json"

    @property
    def database(self) -> Path:
        """The file of SQLite."""
        return self.folder / "annotations.db"

    @property
    def at_ends(self) -> int:
        """How many annotations the first and the last article have."""
        return min(AT_ENDS, self.size // 4)

    @property
    def first(self) -> Path:
        """The article that was read first: what was done to it lies deepest in the history."""
        return self.article(0)

    @property
    def last(self) -> Path:
        """The article that was read last."""
        return self.article(self.articles - 1)

    def article(self, number: int) -> Path:
        """Return the file of an article, which is written if it is not there. All sizes share the articles."""
        # Another size is another text.
        return write_article(self.folder.parent, SIZES["100 KB"] + number, markdown=True)

    def id_of(self, article: Path) -> str:
        """Return the id that an article has in all the forms."""
        return json.loads(self.ids.read_text(encoding="ascii"))[article.name]

    @property
    def ids(self) -> Path:
        """The file that tells the articles' ids."""
        return self.folder / "articles.json"


def make(stock: Stock) -> None:
    """Make a stock in all its forms. Raises RuntimeError when our library could not be saved."""
    stock.folder.mkdir()
    _make_library(stock)
    # As any program reads them that knows nothing of ours.
    with TinyDB(stock.library / "library.json", access_mode="r") as file:
        records = [{f: v for f, v in r.items() if not f.startswith("_")} for r in file.table("annotations").all()]
    stock.plain.write_text(json.dumps({"annotations": dict(enumerate(records, 1))}), encoding="ascii")
    database = connect(stock.database)
    database.execute("CREATE TABLE annotations (id TEXT PRIMARY KEY, article TEXT, record TEXT)")
    database.execute("CREATE INDEX of_article ON annotations (article)")
    database.executemany("INSERT INTO annotations VALUES (?, ?, ?)", map(row, records))
    database.commit()
    database.close()


def connect(path: Path) -> sqlite3.Connection:
    """Open SQLite so that a transaction is on the disk when it is committed, and readers and the writer do not wait."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


def row(record: Mapping[str, object]) -> tuple[str, str, str]:
    """Return an annotation's record as the row that SQLite keeps."""
    return str(record["id"]), str(record["article"]), json.dumps(record)


def _make_library(stock: Stock) -> None:
    library = Library.open(stock.library)
    rest, others = stock.size - 2 * stock.at_ends, ARTICLES - 2
    ids: dict[str, str] = {}
    for number in range(ARTICLES):
        between = rest * number // others - rest * (number - 1) // others
        path = stock.article(number)
        ids[path.name] = _annotate(library, path, stock.at_ends if number in (0, ARTICLES - 1) else between)
    stock.ids.write_text(json.dumps(ids), encoding="ascii")
    if not library.close(60):
        raise RuntimeError(f"the library in {stock.library} could not be saved")


def _annotate(library: Library, path: Path, count: int) -> str:
    article = read_article(str(path))
    session, entry = library.session(article, "benchmark")
    session.listen(lambda change: library.save(entry.id, change))
    for number, span in enumerate(spans(article, count) if count else ()):
        tags = (_TAGS[number // 2 % len(_TAGS)],) if number % 2 else ()
        session.add(span, tags=tags, note=f"Asked for the source of number {number}.")
    library.flush(60)
    return entry.id
