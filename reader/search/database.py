"""The index on the disk: an SQLite database with a full-text table (FTS5), in a file that only its owner may read.

Tables: `owners` are the articles and sources (and the codebook) with the state of what was indexed; `documents` are what can be
found, by an id in which the owner and the kind stand; `terms` is the full-text table over them, without a copy of the text;
`people` are the names on an owner's documents, `attachments` which sources stand behind an article's references.

Nothing that was removed stays in the file: SQLite overwrites what it frees, FTS5 deletes words at once instead of marking them
as deleted, and the write-ahead log is emptied after each change.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from reader.files import create_private
from reader.review.vocabulary import CLAIM
from reader.search.documents import Document
from reader.search.plan import DOCUMENT_KINDS, EVERYTHING, PARAGRAPH, SearchPlan, any_facet, facet
from reader.search.words import has_words, split_pairs

INDEX_VERSION: Final = 1
"""Raised when documents or tables change: an index of another version is made anew."""
ARTICLE_OWNER: Final = "article"
SOURCE_OWNER: Final = "source"
CODEBOOK_OWNER: Final = "codebook"

_BUSY_SECONDS: Final = 10.0
_KIND_BITS: Final = 4
_OWNER_SHIFT: Final = 40
_KIND_SHIFT: Final = _OWNER_SHIFT - _KIND_BITS
_KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(DOCUMENT_KINDS)}
_SCHEMA: Final = """
CREATE TABLE owners (number INTEGER PRIMARY KEY, kind TEXT, id TEXT, title TEXT, folded TEXT, state TEXT, UNIQUE (kind, id));
CREATE TABLE documents (id INTEGER PRIMARY KEY, item TEXT, start INTEGER, stop INTEGER, words TEXT, facets TEXT, at TEXT,
    label TEXT, sign TEXT, about TEXT);
CREATE TABLE people (owner INTEGER, name TEXT, PRIMARY KEY (owner, name)) WITHOUT ROWID;
CREATE TABLE attachments (owner INTEGER, reference TEXT, source TEXT, PRIMARY KEY (owner, reference)) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
_TERMS: Final = """
CREATE VIRTUAL TABLE terms USING fts5(words, facets, content='', prefix='1 2 3',
    tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
INSERT INTO terms (terms, rank) VALUES ('rank', 'bm25(1.0, 0.0)');
INSERT INTO terms (terms, rank) VALUES ('hashsize', 8388608);
INSERT INTO terms (terms, rank) VALUES ('automerge', 8);
"""
_CACHE_KIB: Final = 16_384
_SECURE_DELETE_VERSION: Final = (3, 42, 0)
_MOST_VALUES: Final = 500
"""The values of one statement; an old SQLite takes 999."""
_COLUMNS: Final = "id, item, start, stop, words, facets, at, label, sign, about"
Row = tuple[int, str, int, int, str, str, str, str, str, str]


class Owner(NamedTuple):
    """An article, a source or the codebook in the index.

    `state` is that of its contents when it was indexed, "" where the text of an article or a source was missing.
    """

    number: int
    kind: str
    id: str
    title: str
    state: str


class StoredDocument(NamedTuple):
    """A document of the index, by its id; the facets are left out, and people."""

    id: int
    owner: int
    kind: str
    item: str
    start: int
    end: int
    text: str
    at: str
    label: str
    sign: str
    about: str


class OwnerHits:
    """What a search finds in one owner: how many of each kind, its best score (the lowest), and the ids of the first hits."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}
        self.score = 0.0
        self.ids: list[int] = []


def indexed_library(path: Path) -> Path | None:
    """Return the folder of the library that an index is of, None if that cannot be read. Nothing is written."""
    with contextlib.suppress(sqlite3.Error, ValueError, TypeError):
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            ((identity,),) = connection.execute("SELECT value FROM facts WHERE name = 'identity'").fetchall()
        _, library, _ = json.loads(identity)
        return Path(library)
    return None


class Database:
    """The index on the disk. One connection: use each object in one thread at a time; `interrupt` may be called from another.

    Raises sqlite3.Error when the file cannot be read or written; `databases.is_damage` says whether making it anew helps.
    """

    def __init__(self, path: Path, library: str) -> None:
        """Open or create the index of a library, which `library` names; that of another library or version is emptied."""
        create_private(path)
        self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self.has_full_text = _has_fts5(self._connection)
            """Whether words are looked up. Otherwise every document is read in a search."""
            self._prepare(json.dumps([INDEX_VERSION, library, self.has_full_text]))
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, identity: str) -> None:
        execute = self._connection.execute
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = NORMAL")
        execute("PRAGMA secure_delete = ON")
        execute("PRAGMA temp_store = MEMORY")
        execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if not self._has_tables(identity):
            with self.transaction():
                if not self._has_tables(identity):  # another program may have been quicker
                    for statement in _SCHEMA.split(";\n"):
                        execute(statement)
                    self._create_terms()
                    self.set_fact("identity", identity)

    def _has_tables(self, identity: str) -> bool:
        """Whether the tables were made. Raises sqlite3.DatabaseError for those of another library or version."""
        tables = {str(row[0]) for row in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and ("facts" not in tables or self._read_fact("identity") != identity):
            raise sqlite3.DatabaseError("the index is of another version")
        return bool(tables)

    def _create_terms(self) -> None:
        for statement in _TERMS.strip().split(";\n") if self.has_full_text else ():
            self._connection.execute(statement)
        if self.has_full_text and sqlite3.sqlite_version_info >= _SECURE_DELETE_VERSION:
            self._connection.execute("INSERT INTO terms (terms, rank) VALUES ('secure-delete', 1)")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def interrupt(self) -> None:
        """Stop the search that runs; it raises sqlite3.OperationalError."""
        self._connection.interrupt()

    @contextlib.contextmanager
    def transaction(self) -> Generator[None]:
        """Write what is written in the block at once, or nothing if it fails; within another block, with what that writes."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _read_fact(self, name: str) -> str:
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    @property
    def version(self) -> str:
        """The version of the library that is indexed completely, "" for none."""
        return self._read_fact("version")

    def set_fact(self, name: str, value: str) -> None:
        """Store a fact about the index."""
        self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # ------------------------------------------------------------------ writing

    def owners(self, numbers: Sequence[int] | None = None) -> list[Owner]:
        """Return the owners with these numbers, or all."""
        chosen = "" if numbers is None else f" WHERE number IN ({', '.join('?' * len(numbers))})"
        rows = self._connection.execute(f"SELECT number, kind, id, title, state FROM owners{chosen}", numbers or ())
        return [Owner(*row) for row in rows]

    def unread_owners(self) -> list[Owner]:
        """Return the articles and sources of which the text was missing."""
        rows = self._connection.execute(
            "SELECT number, kind, id, title, state FROM owners WHERE state = '' AND kind != ?", (CODEBOOK_OWNER,)
        )
        return [Owner(*row) for row in rows]

    def write_owner(
        self,
        kind: str,
        owner_id: str,
        title: str,
        state: str,
        documents: Iterable[Document],
        attachments: Mapping[str, str] | None = None,
    ) -> None:
        """Replace the documents of an owner; those that are the same stay. `attachments` are sources by reference identity."""
        owner_id, title = _to_unicode(owner_id), _to_unicode(title)
        with self.transaction():
            row = self._connection.execute("SELECT number FROM owners WHERE kind = ? AND id = ?", (kind, owner_id)).fetchone()
            number = int(row[0]) if row is not None else self._next_number()
            facts = (title, title.casefold(), state, number, kind, owner_id)
            if row is None:
                self._connection.execute(
                    "INSERT INTO owners (title, folded, state, number, kind, id) VALUES (?, ?, ?, ?, ?, ?)", facts
                )
            else:  # no INSERT OR REPLACE, at which FTS5 writes what it gathered as a piece
                self._connection.execute("UPDATE owners SET title = ?, folded = ?, state = ? WHERE number = ?", facts[:4])
            people = self._write_documents(number, documents)
            self._connection.execute("DELETE FROM people WHERE owner = ?", (number,))
            self._connection.executemany("INSERT INTO people VALUES (?, ?)", [(number, name) for name in sorted(people)])
            self._connection.execute("DELETE FROM attachments WHERE owner = ?", (number,))
            pairs = [(number, *map(_to_unicode, pair)) for pair in (attachments or {}).items()]
            self._connection.executemany("INSERT INTO attachments VALUES (?, ?, ?)", pairs)

    def remove_owner(self, number: int) -> None:
        """Remove an owner and its documents."""
        with self.transaction():
            self._write_documents(number, ())
            for table in ("people", "attachments"):
                self._connection.execute(f"DELETE FROM {table} WHERE owner = ?", (number,))
            self._connection.execute("DELETE FROM owners WHERE number = ?", (number,))

    def seal(self) -> None:
        """Leave nothing of what was removed in the files: merge words marked as deleted, and empty the write-ahead log."""
        if self.has_full_text and sqlite3.sqlite_version_info < _SECURE_DELETE_VERSION:
            self._connection.execute("INSERT INTO terms (terms) VALUES ('optimize')")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _next_number(self) -> int:
        return 1 + int(self._connection.execute("SELECT coalesce(max(number), 0) FROM owners").fetchone()[0])

    def _write_documents(self, owner: int, documents: Iterable[Document]) -> set[str]:
        """Write what differs from the stored documents; return the names of the people on all of them."""
        people: set[str] = set()
        old: dict[tuple[object, ...], list[int]] = {}
        next_numbers: Counter[int] = Counter()
        for row in self._owner_rows(owner):
            old.setdefault((row[0] >> _KIND_SHIFT, *row[1:]), []).append(row[0])
            next_numbers[row[0] >> _KIND_SHIFT] = (row[0] & (1 << _KIND_SHIFT) - 1) + 1
        new: list[Row] = []
        for document in documents:
            own_people = tuple(map(_to_unicode, document.people))
            people.update(own_people)
            prefix = owner << _KIND_BITS | _KIND_NUMBERS[document.kind]
            facets = " ".join((*document.facets, *(facet("by", name) for name in own_people)))
            item, text, at, label, sign, about = map(_to_unicode, (document.item, document.text, *document[7:]))
            rest = (item, document.start, document.end, text, facets, at, label, sign, about)
            if same := old.get((prefix, *rest)):
                same.pop()
            else:
                new.append((prefix << _KIND_SHIFT | next_numbers[prefix], *rest))
                next_numbers[prefix] += 1
        for key, ids in old.items():
            self._delete_rows((id_, str(key[4]), str(key[5])) for id_ in ids)
        self._insert_rows(sorted(new))
        return people

    def _owner_rows(self, owner: int) -> Iterator[Row]:
        bounds = (owner << _OWNER_SHIFT, owner + 1 << _OWNER_SHIFT)
        return self._connection.execute(f"SELECT {_COLUMNS} FROM documents WHERE id >= ? AND id < ? ORDER BY id", bounds)

    def _delete_rows(self, rows: Iterable[tuple[int, str, str]]) -> None:
        for id_, words, facets in rows:
            if self.has_full_text:
                values = (id_, split_pairs(words), facets)
                self._connection.execute("INSERT INTO terms (terms, rowid, words, facets) VALUES ('delete', ?, ?, ?)", values)
            self._connection.execute("DELETE FROM documents WHERE id = ?", (id_,))

    def _insert_rows(self, rows: Sequence[Row]) -> None:
        """Insert documents, sorted by their ids: with an id below the last one, FTS5 writes what it gathered as a piece."""
        self._connection.executemany(f"INSERT INTO documents VALUES ({', '.join('?' * 10)})", rows)
        if self.has_full_text:
            terms = ((row[0], split_pairs(row[4]), row[5]) for row in rows)
            self._connection.executemany("INSERT INTO terms (rowid, words, facets) VALUES (?, ?, ?)", terms)

    # ------------------------------------------------------------------ searching

    def match(self, plan: SearchPlan, kind: str, hits: int) -> dict[int, OwnerHits]:
        """Return what a plan finds, by owner, with the ids of the first `hits` of each, of one kind or with "" of all."""
        source, values = self._matches(plan)
        hits_by_owner: dict[int, OwnerHits] = {}
        current, count, score = -1, 0, 0.0
        ids: list[int] = []

        def close_prefix() -> None:
            own = hits_by_owner.setdefault(current >> _KIND_BITS, OwnerHits())
            own_kind = DOCUMENT_KINDS[current & (1 << _KIND_BITS) - 1]
            own.kinds[own_kind] = count
            own.score = min(own.score, score)
            if not kind or kind == own_kind:
                own.ids += ids[: hits - len(own.ids)]

        row: tuple[int, float]
        for row in self._connection.execute(f"{source} ORDER BY 1", values):  # of full text, that is their own order
            prefix = row[0] >> _KIND_SHIFT
            if prefix != current:
                if count:
                    close_prefix()
                current, count, score, ids = prefix, 0, 0.0, []
            count += 1
            if row[1] < score:
                score = row[1]
            if count <= hits:
                ids.append(row[0])
        if count:
            close_prefix()
        return hits_by_owner

    def find(self, plan: SearchPlan, owner: int, kind: str, limit: int) -> list[StoredDocument]:
        """Return what a plan finds in an owner, of one kind or with "" of all, in the order of the kinds; at most `limit`."""
        if kind:
            first = (owner << _KIND_BITS | _KIND_NUMBERS[kind]) << _KIND_SHIFT
            bounds = (first, first + (1 << _KIND_SHIFT))
        else:
            bounds = (owner << _OWNER_SHIFT, owner + 1 << _OWNER_SHIFT)
        source, values = self._matches(plan, bounds)
        ids = [int(row[0]) for row in self._connection.execute(f"{source} ORDER BY 1 LIMIT ?", (*values, limit))]
        return self.documents(ids)

    def documents(self, ids: Sequence[int]) -> list[StoredDocument]:
        """Return documents by their ids, sorted by these."""
        rows: list[Row] = []
        for start in range(0, len(ids), _MOST_VALUES):
            part = ids[start : start + _MOST_VALUES]
            places = ", ".join("?" * len(part))
            rows += self._connection.execute(f"SELECT {_COLUMNS} FROM documents WHERE id IN ({places})", part)
        return list(map(_stored_document, sorted(rows)))

    def documents_of(self, owner: int, item: str) -> list[StoredDocument]:
        """Return all documents of one claim, with its notes and evidence."""
        return [_stored_document(row) for row in self._owner_rows(owner) if row[1] == item]

    def claims_of(self, owner: int) -> list[StoredDocument]:
        """Return the words of all annotations of an article, each with its summary."""
        first = (owner << _KIND_BITS | _KIND_NUMBERS[CLAIM]) << _KIND_SHIFT
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM documents WHERE id >= ? AND id < ?", (first, first + (1 << _KIND_SHIFT))
        )
        return list(map(_stored_document, rows))

    def context(self, owner: int, start: int) -> StoredDocument | None:
        """Return the paragraph of an article at an offset, or None."""
        first = (owner << _KIND_BITS | _KIND_NUMBERS[PARAGRAPH]) << _KIND_SHIFT
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM documents WHERE id >= ? AND id < ? AND start <= ? AND stop > ? LIMIT 1",
            (first, first + (1 << _KIND_SHIFT), start, start),
        ).fetchone()
        return None if row is None else _stored_document(row)

    def attachment_of(self, source: str) -> tuple[str, str] | None:
        """Return the id of an article with a source, and the identity of the reference that it stands behind, or None."""
        row = self._connection.execute(
            "SELECT owners.id, reference FROM attachments JOIN owners ON owners.number = owner WHERE source = ? LIMIT 1",
            (source,),
        ).fetchone()
        return None if row is None else (str(row[0]), str(row[1]))

    def _matches(self, plan: SearchPlan, bounds: tuple[int, int] | None = None) -> tuple[str, list[object]]:
        """Return the statement for the ids and scores of all that a plan finds, and its values."""
        if not self.has_full_text:
            return self._scan(plan, bounds)
        people = [(any_facet(self._people_facets(letters)), is_missing) for letters, is_missing in plan.people]
        values: list[object] = [_to_unicode(plan.to_match(people))]
        conditions = ["terms MATCH ?"]
        column = "terms.rowid"
        if bounds is not None:
            conditions.append(f"{column} >= ? AND {column} < ?")
            values += bounds
        table = "terms"
        if plan.moments:
            table = "terms JOIN documents ON documents.id = terms.rowid"
        score = "terms.rank" if bounds is None else "0"
        extra, extra_values = _conditions(plan, column)
        return f"SELECT {column} AS id, {score} AS score FROM {table} WHERE {' AND '.join((*conditions, *extra))}", [
            *values,
            *extra_values,
        ]

    def _scan(self, plan: SearchPlan, bounds: tuple[int, int] | None) -> tuple[str, list[object]]:
        """Return the statement for a search that reads every document."""
        groups = [set(group) for group in plan.facets]
        for letters, is_missing in plan.people:
            if not is_missing:
                groups.append(set(self._people_facets(letters)))
        excluded = set(plan.excluded_facets).union(*(self._people_facets(p) for p, is_missing in plan.people if is_missing))

        def matches(words: str, facets: str) -> bool:
            own = {EVERYTHING, *facets.split()}
            return (
                all(group & own for group in groups)
                and not excluded & own
                and has_words(words, plan.words)
                and not any(has_words(words, (word,)) for word in plan.excluded_words)
            )

        self._connection.create_function("is_match", 2, matches)
        conditions, values = _conditions(plan, "documents.id")
        if bounds is not None:
            conditions.append("documents.id >= ? AND documents.id < ?")
            values += bounds
        where = " AND ".join(("is_match(words, facets)", *conditions))
        return f"SELECT id, 0.0 AS score FROM documents WHERE {where}", values

    def _people_facets(self, letters: str) -> list[str]:
        names = self._connection.execute("SELECT DISTINCT name FROM people")
        return [facet("by", str(name)) for (name,) in names if letters in str(name).casefold()]


def _conditions(plan: SearchPlan, column: str) -> tuple[list[str], list[object]]:
    """Return the conditions of a plan on titles and moments, and their values; `column` holds the ids."""
    conditions: list[str] = []
    values: list[object] = []
    for letters, is_missing in plan.titles:
        owners = "SELECT number FROM owners WHERE instr(folded, ?) > 0"
        conditions.append(f"{column} >> {_OWNER_SHIFT} {'NOT ' if is_missing else ''}IN ({owners})")
        values.append(_to_unicode(letters))
    for since, before, is_missing in plan.moments:
        conditions.append(f"{'NOT ' if is_missing else ''}(at >= ? AND (? = '' OR at < ?))")
        values += (since, before, before)
    return conditions, values


def _to_unicode(text: str) -> str:
    """Return a text as SQLite can keep it. Python reads a file name that is not UTF-8 as one with lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _stored_document(row: Row) -> StoredDocument:
    id_, item, start, end, words, _, at, label, sign, about = row
    kind = DOCUMENT_KINDS[id_ >> _KIND_SHIFT & (1 << _KIND_BITS) - 1]
    return StoredDocument(id_, id_ >> _OWNER_SHIFT, kind, item, start, end, words, at, label, sign, about)


def _has_fts5(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite has the extension for full-text search."""
    return connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone() is not None
