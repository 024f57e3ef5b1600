"""Read a calibre library: `metadata.db`, and the files of each book in the folder of the book.

The schema is that of kovidgoyal/calibre (`resources/metadata_sqlite.sql`). Its views and triggers are not used, since they call
functions of calibre.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.formats.progress import checkpoint
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord
from reader.sources.identifiers import Identifiers, find_identifiers, join_identifiers, make_identifiers
from reader.sources.places.catalogue import CALIBRE_DATABASE, find_within, record_files, year_in
from reader.sources.places.foreign_database import ForeignDatabase, open_foreign, raw_value, text_value

_TABLES: Final = {
    "books": ("id", "title", "pubdate", "path"),
    "authors": ("id", "name"),
    "books_authors_link": ("id", "book", "author"),
    "data": ("book", "format", "name"),
}
_FORMATS: Final = ("EPUB", "PDF", "DOCX", "HTML", "HTM", "MD", "TXT", "RST")
"""The formats that can be read, the one with the cleanest text first."""


def read_calibre(folder: Path) -> Iterator[SourceFile | FileRefusal]:
    """Yield the files of a library, book by book; of a book in several formats the best comes first.

    Raises ReaderError if the database cannot be read or has other tables than those known.
    """
    with open_foreign(folder / CALIBRE_DATABASE, "calibre") as database:
        version = text_value(database.rows("PRAGMA user_version")[0][0])
        database.require(_TABLES, f"its schema {version}")
        books = database.rows("SELECT id, title, pubdate, path FROM books ORDER BY id")
        people, identifiers, formats = _people(database), _identifiers(database), _formats(database)
    for book, title, date, path in books:
        checkpoint()
        # An unknown date is in the year 101.
        record = WorkRecord(text_value(title), tuple(people[book]), year_in(text_value(date)[:10]), identifiers[book])
        yield from record_files(record, raw_value(path), _find_book(folder, raw_value(path), formats[book]))


def _people(database: ForeignDatabase) -> dict[object, list[str]]:
    """Return the authors of books by id. A comma in a name is stored as a bar."""
    people: dict[object, list[str]] = defaultdict(list)
    for book, name in database.rows(
        "SELECT l.book, a.name FROM books_authors_link l JOIN authors a ON a.id = l.author ORDER BY l.book, l.id"
    ):
        people[book].append(text_value(name).replace("|", ","))
    return people


def _identifiers(database: ForeignDatabase) -> dict[object, Identifiers]:
    """Return the identifiers of books by id. Very old libraries have none."""
    values: dict[object, dict[str, str]] = defaultdict(dict)
    if {"book", "type", "val"} <= database.columns("identifiers"):
        for book, kind, value in database.rows("SELECT book, type, val FROM identifiers"):
            values[book][text_value(kind).lower()] = text_value(value)
    found: dict[object, Identifiers] = defaultdict(Identifiers)
    for book, ids in values.items():
        own = make_identifiers(
            doi=ids.get("doi", ""),
            arxiv=ids.get("arxiv", ""),
            pubmed=ids.get("pmid", "") or ids.get("pubmed", ""),
            isbn=ids.get("isbn", ""),
        )
        found[book] = join_identifiers((own, *(find_identifiers(ids.get(name, "")) for name in ("url", "uri"))))
    return found


def _formats(database: ForeignDatabase) -> dict[object, list[tuple[str, str]]]:
    """Return the formats of books by id, each with the name of its file without the ending, the best first."""
    formats: dict[object, list[tuple[str, str]]] = defaultdict(list)
    for book, kind, name in database.rows("SELECT book, format, name FROM data ORDER BY book, format"):
        formats[book].append((text_value(kind).upper(), raw_value(name)))
    for listed in formats.values():
        listed.sort(key=lambda one: _FORMATS.index(one[0]) if one[0] in _FORMATS else len(_FORMATS))
    return formats


def _find_book(folder: Path, path: str, formats: list[tuple[str, str]]) -> Iterator[Path | ReaderError]:
    """Yield the files of a book that can be read; without any, what stands against the others."""
    readable = [(kind, name) for kind, name in formats if kind in _FORMATS]
    for kind, name in readable:
        yield find_within(folder, f"{path}/{name}.{kind.lower()}")
    if formats and not readable:
        names = ", ".join(kind for kind, _ in formats)
        yield ReaderError(f"{names} cannot be read", "Convert the book to EPUB in calibre")
