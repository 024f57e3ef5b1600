"""A calibre library as a place of sources: the files of its books with what it knows of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord
from reader.sources.identifiers import Identifiers
from reader.sources.places import open_place

SCHEMA = """
CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, pubdate TIMESTAMP, path TEXT);
CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE books_authors_link (id INTEGER PRIMARY KEY, book INT, author INT);
CREATE TABLE data (id INTEGER PRIMARY KEY, book INT, format TEXT, uncompressed_size INT, name TEXT);
CREATE TABLE identifiers (id INTEGER PRIMARY KEY, book INT, type TEXT, val TEXT);
CREATE VIEW meta AS SELECT id, sortconcat(id, title) FROM books;
PRAGMA user_version = 27;
"""


def make_library(folder: Path, books: Sequence[tuple[str, str, str, Sequence[str], dict[str, str], Sequence[str]]]) -> None:
    """Make a library: of each book title, date, folder, authors, identifiers and formats, whose files are written."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "metadata.db")) as connection, connection:
        connection.executescript(SCHEMA)
        for book, (title, date, path, authors, identifiers, formats) in enumerate(books, 1):
            connection.execute("INSERT INTO books VALUES (?, ?, ?, ?)", (book, title, date, path))
            for author in authors:
                row = connection.execute("INSERT INTO authors (name) VALUES (?)", (author,)).lastrowid
                connection.execute("INSERT INTO books_authors_link (book, author) VALUES (?, ?)", (book, row))
            for kind, value in identifiers.items():
                connection.execute("INSERT INTO identifiers (book, type, val) VALUES (?, ?, ?)", (book, kind, value))
            for kind in formats:
                connection.execute("INSERT INTO data (book, format, name) VALUES (?, ?, ?)", (book, kind, title))
                file = folder / path / f"{title}.{kind.lower()}"
                if file.resolve().is_relative_to(folder):
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(f"{title} as {kind}", encoding="utf-8")


def test_the_files_of_books_come_with_what_is_known_of_them(tmp_path: Path) -> None:
    ids = {"isbn": "0-306-40615-2", "doi": "10.1234/Ice", "url": "https://arxiv.org/abs/2101.00001", "amazon": "B00"}
    date = "2011-03-01 00:00:00+00:00"
    books = [
        ("Ice", date, "Eva Berg/Ice (1)", ["Eva Berg", "Lind| Anna"], ids, ["PDF", "AZW3", "EPUB"]),
        ("Undated", "0101-01-01 00:00:00+00:00", "Nobody/Undated (2)", [], {}, ["TXT"]),
    ]
    make_library(tmp_path / "books", books)
    place = open_place(str(tmp_path / "books"))
    files = [one for one in place.files() if isinstance(one, SourceFile)]
    assert [place.read(file) for file in files] == [b"Ice as EPUB", b"Ice as PDF", b"Undated as TXT"]
    identifiers = Identifiers(("10.1234/ice",), ("2101.00001",), (), (), ("9780306406157",))
    ice = WorkRecord("Ice", ("Eva Berg", "Lind, Anna"), "2011", identifiers)
    assert [file.record for file in files] == [ice, ice, WorkRecord("Undated")]
    assert place.name == f"calibre library {tmp_path / 'books'}"


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    books = [("Kindle", "", "A/Kindle (1)", [], {}, ["MOBI", "AZW3"]), ("Out", "", "../elsewhere", [], {}, ["PDF"])]
    make_library(tmp_path / "books", books)
    everything = list(open_place(str(tmp_path / "books")).files())
    reasons = {one.name: one.reason for one in everything if isinstance(one, FileRefusal)}
    assert len(everything) == 2
    assert reasons["Kindle"] == "AZW3, MOBI cannot be read. Convert the book to EPUB in calibre"
    assert "leads out of" in reasons["Out"]


def test_a_library_that_is_being_written_is_read_from_a_copy(tmp_path: Path) -> None:
    make_library(tmp_path / "books", [("Ice", "", "A/Ice (1)", [], {}, ["PDF"])])
    with closing(sqlite3.connect(tmp_path / "books" / "metadata.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        files = [one for one in open_place(str(tmp_path / "books")).files() if isinstance(one, SourceFile)]
        assert [file.record.title for file in files] == ["Ice"]


def test_a_library_that_lacks_a_table_is_refused(tmp_path: Path) -> None:
    make_library(tmp_path / "books", [])
    with closing(sqlite3.connect(tmp_path / "books" / "metadata.db")) as connection, connection:
        connection.execute("DROP TABLE data")
    with pytest.raises(ReaderError, match="its schema 27 lacks the table data"):
        list(open_place(str(tmp_path / "books")).files())
