"""The index of a list of retractions, beside the library: made as a whole, then only read.

An SQLite file that takes the place of the old one in one step, so that nobody sees half of it, and a tool that copies the
library to other devices copies a whole one. It can be removed at any time; `reader retractions update` makes it anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from reader import files
from reader.article.names import name_spellings, name_without_initials
from reader.errors import ReaderError
from reader.printable import printable_line
from reader.registries.cited_work import CitedWork, fold_title
from reader.registries.retraction_list import ListCounts, RetractionList, RetractionRow
from reader.review.health import (
    AFTER_ARTICLE,
    BEFORE_ARTICLE,
    BY_DOI,
    BY_PUBMED,
    BY_TITLE,
    NOTICE_NATURES,
    RetractionNotice,
    compare_dates,
)

_VERSION: Final = "1"
_SCHEMA: Final = """
CREATE TABLE notices (number INTEGER PRIMARY KEY, doi TEXT, pubmed TEXT, key TEXT, title TEXT, authors TEXT, year TEXT,
    nature TEXT, date TEXT, notice_doi TEXT, notice_pubmed TEXT, reasons TEXT);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE INDEX notices_by_doi ON notices (doi) WHERE doi != '';
CREATE INDEX notices_by_pubmed ON notices (pubmed) WHERE pubmed != '';
CREATE INDEX notices_by_title ON notices (key) WHERE key != '';
"""
_COLUMNS: Final = "doi, pubmed, title, authors, year, nature, date, notice_doi, notice_pubmed, reasons"
_MOST_VALUES: Final = 500
"""The values of one statement; an old SQLite takes 999."""
_LEAST_TITLE_WORDS: Final = 4
"""The words of a title that is not shared by many works, as "Introduction" and "A case report" are."""
_HINT: Final = "`reader retractions update` makes it anew"
_MOST_CHARACTERS: Final = 400
_LEFTOVER_SECONDS: Final = 3600.0
_MOST_NOTICES: Final = 100
"""The notices about one work that are looked at, the last ones: each retraction is compared with each reinstatement."""
_YEARS_APART: Final = 1
"""The years between two dates of one work, online and in print."""


class ListStatus(NamedTuple):
    """The list that was indexed: the name or address of its file, its date and digest (SHA-256), and what was counted in it."""

    name: str
    date: str
    digest: str
    counts: ListCounts


# ------------------------------------------------------------------ update


def update_index(path: Path, data: bytes, name: str, date: str) -> ListStatus:
    """Index the list of retractions in `data`, in place of the one before, and return its status.

    `name` is that of its file, `date` the day it is of. Raises ReaderError if it is no such list or cannot be written; then the
    index before is as it was.
    """
    rows = RetractionList(data, name)
    digest = hashlib.sha256(data).hexdigest()
    temporary = path.with_name(f".{path.name}-{os.getpid()}.new")
    try:
        files.make_folder(path.parent)
        _remove_leftovers(path)
        temporary.unlink(missing_ok=True)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        status = _write_index(temporary, rows, name, date, digest)
        with temporary.open("rb+") as written:
            files.sync(written.fileno())
        files.replace(temporary, path)
        files.sync_folder(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise ReaderError(
            f"{path} cannot be written: {_reason(error)}", "The list of before, if any, is still there"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return status


def _remove_leftovers(path: Path) -> None:
    """Remove what updates that were killed have left; one that still runs has written its file lately."""
    for leftover in path.parent.glob(f".{path.name}-*.new"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > _LEFTOVER_SECONDS:
                leftover.unlink()


def _write_index(path: Path, rows: RetractionList, name: str, date: str, digest: str) -> ListStatus:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # the file is thrown away if this fails
        connection.execute("PRAGMA synchronous = OFF")  # it is synced as a whole
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO notices (key, {_COLUMNS}) VALUES (?{', ?' * len(RetractionRow._fields)})",
            ((_title_key(row.title), *row) for row in rows),
        )
        if not rows.counts.notices:
            raise ReaderError(f"{name} holds no notice", "Nothing was changed")
        facts = {"version": _VERSION, "name": name, "date": date, "digest": digest}
        facts |= {field: str(count) for field, count in rows.counts._asdict().items()}
        connection.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        connection.execute("COMMIT")
        connection.executescript(_INDEXES)
    return ListStatus(name, date, digest, rows.counts)


def _title_key(title: str) -> str:
    """Return a title for comparison, "" for one that many works may have."""
    folded = fold_title(title)
    return folded if folded.count(" ") + 1 >= _LEAST_TITLE_WORDS else ""


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


# ------------------------------------------------------------------ lookup


def read_status(path: Path) -> ListStatus | None:
    """Return what list is indexed, None if there is none. Raises ReaderError for an index that cannot be read."""
    if not path.exists():
        return None
    with _open_index(path) as connection:
        return _read_status(connection)


def find_notices(
    path: Path, works: Sequence[CitedWork], published: str = ""
) -> tuple[Mapping[str, tuple[RetractionNotice, ...]], str]:
    """Return the notices about works, by the ids of their references, in the order of their dates; and the date of the list.

    `published` is the date of the article that cites them ("2024-03-05", "2024-03", "2024" or ""). Returns nothing where there
    is no index; raises ReaderError for one that cannot be read.
    """
    if not path.exists():
        return {}, ""
    with _open_index(path) as connection:
        status = _read_status(connection)
        by_doi = _select(connection, "doi", (doi for work in works for doi in work.dois))
        by_pubmed = _select(connection, "pubmed", (pubmed for work in works for pubmed in work.identifiers.pubmed))
        by_title = _select(connection, "key", (_title_key(work.reference.title) for work in works))
    notices: dict[str, tuple[RetractionNotice, ...]] = {}
    for work in works:
        rows = {row: BY_TITLE for row in by_title.get(_title_key(work.reference.title), ()) if _may_be(row, work)}
        rows |= {row: BY_PUBMED for pubmed in work.identifiers.pubmed for row in by_pubmed.get(pubmed, ())}
        rows |= {row: BY_DOI for doi in work.dois for row in by_doi.get(doi, ())}
        if rows:
            own = {_to_notice(row, found_by, published) for row, found_by in rows.items()}
            notices[work.reference.id] = tuple(sorted(own, key=_order))[-_MOST_NOTICES:]
    return notices, status.date


@contextlib.contextmanager
def _open_index(path: Path) -> Generator[sqlite3.Connection]:
    """Open an index for reading. Raises ReaderError if it is broken or of another version."""
    try:
        # Immutable, as it only changes by being replaced: SQLite then makes no files beside it.
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            row = connection.execute("SELECT value FROM facts WHERE name = 'version'").fetchone()
            if row is None or row[0] != _VERSION:
                raise ReaderError(f"{path} is of another version of this program, and is ignored", _HINT)
            yield connection
    except (sqlite3.Error, OSError, ValueError, TypeError) as error:
        raise ReaderError(f"The list of retractions {path} is damaged, and is ignored: {error}", _HINT) from error


def _read_status(connection: sqlite3.Connection) -> ListStatus:
    facts = {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM facts")}
    counts = ListCounts(**{field: int(facts.get(field, "0")) for field in ListCounts._fields})
    return ListStatus(facts.get("name", ""), facts.get("date", ""), facts.get("digest", ""), counts)


def _select(connection: sqlite3.Connection, column: str, values: Iterable[str]) -> Mapping[str, list[RetractionRow]]:
    """Return the rows with any of these values in a column, by the value. Empty values are left out."""
    unique = list(dict.fromkeys(value for value in values if value))
    rows: dict[str, list[RetractionRow]] = {}
    for part in _parts(unique):
        places = ", ".join("?" * len(part))
        query = f"SELECT {column}, {_COLUMNS} FROM notices WHERE {column} IN ({places}) AND {column} != '' ORDER BY number"
        for key, *cells in connection.execute(query, part):
            rows.setdefault(str(key), []).append(RetractionRow(*map(str, cells)))
    return rows


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _MOST_VALUES):
        yield values[start : start + _MOST_VALUES]


def _may_be(row: RetractionRow, work: CitedWork) -> bool:
    """Whether a row with the title of a work is likely about it: year or an author agrees, and nothing differs."""
    if (row.doi and work.dois) or (row.pubmed and work.identifiers.pubmed):
        return False  # else it would have been found by that
    listed = {spelling for name in row.authors.split(";") for spelling in _surname_spellings(name.strip())}
    share_author = any(spellings & listed for spellings in work.surnames)
    if listed and work.surnames and not share_author:
        return False
    year = work.reference.year
    if row.year and year.isdecimal():
        return abs(int(row.year) - int(year)) <= _YEARS_APART
    return share_author


def _surname_spellings(name: str) -> set[str]:
    """Return the spellings of the family name in "Anna B Lee" and in "Lee, Anna B"."""
    family = name_without_initials(name) if "," in name else name.rpartition(" ")[2]
    return name_spellings(family) if family else set()


def _to_notice(row: RetractionRow, found_by: str, published: str) -> RetractionNotice:
    order = compare_dates(row.date, published)
    return RetractionNotice(
        nature=row.nature if row.nature in NOTICE_NATURES else _display_text(row.nature),
        date=_display_text(row.date) if any(map(str.isdecimal, row.date)) else "",  # "no date" is none
        timing=BEFORE_ARTICLE if order == -1 else AFTER_ARTICLE if order == 1 else "",
        doi=_display_text(row.notice_doi),
        pubmed=row.notice_pubmed,
        title=_display_text(row.title),
        reasons=tuple(
            reason for part in row.reasons.split(";") if (reason := _display_text(part.strip().removeprefix("+").strip()))
        ),
        found_by=found_by,
    )


def _display_text(text: str) -> str:
    line = printable_line(text)
    return line if len(line) <= _MOST_CHARACTERS else f"{line[: _MOST_CHARACTERS - 1]}…"


def _order(notice: RetractionNotice) -> tuple[object, ...]:
    """Sort notices by date, those without one first; of one day, a retraction before its reinstatement."""
    date = notice.date if compare_dates(notice.date, "9999") is not None else ""
    nature = NOTICE_NATURES.index(notice.nature) if notice.nature in NOTICE_NATURES else -1
    return (date, nature, notice.doi, notice.title)
