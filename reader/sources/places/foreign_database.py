"""Read the SQLite database of another program, also while that program has it open, and never write into its folder."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import read_blocks, read_range
from reader.formats.progress import checkpoint, deadline

_LOCK_SECONDS: Final = 1.0
"""Seconds to wait for a lock of another program before a copy is made."""
_STEPS: Final = 100_000
"""Steps of SQLite's machine between two looks at whether reading was stopped."""
_COPIES: Final = 3
"""The most copies that are made of a database that is being written."""
_JOURNALS: Final = ("-wal", "-journal")
"""What may hold the newest data, or what undoes a half-made change; never `-shm`, which is of the running program alone."""
_LONGEST_VALUE: Final = 20_000_000
_MOST_ROWS: Final = 3_000_000
_MOST_CHARACTERS: Final = 300_000_000
"""The most bytes of one value, and rows and characters of one query: what has more was not written by a person's program."""
_SECONDS: Final = 300.0
_HEADER: Final = 20
_WAL: Final = b"\x02\x02"

_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
"""The errors of a database; the second where the message of SQLite names what is damaged in its schema."""
_NAME_FOLDER: Final = "Name a folder with the files themselves, such as storage"

Values = Sequence[object]


class ForeignDatabase:
    """A database of another program, open for reading. Values may be of any type, whatever the schema says."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._columns: dict[str, frozenset[str]] = {}

    def rows(self, query: str) -> list[Values]:
        """Return all rows of a query. Raises ReaderError if the database is damaged or huge, or reading was stopped."""
        checkpoint()
        found: list[Values] = []
        characters = 0
        try:
            for row in self._connection.execute(query):
                found.append(row)
                characters += sum(len(value) for value in row if isinstance(value, (str, bytes)))
                if len(found) > _MOST_ROWS or characters > _MOST_CHARACTERS:
                    raise ReaderError(f"{self._name} cannot be read: it has too many entries", _NAME_FOLDER)
            return found
        except _ERRORS as error:
            checkpoint()  # a query that was stopped says only that it was interrupted
            raise ReaderError(f"{self._name} cannot be read: {error}", "Let its own program check and repair it") from error

    def columns(self, table: str) -> frozenset[str]:
        """Return the names of the columns of a table, none if there is no such table, or only a view in its place."""
        if table not in self._columns:
            kind = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0"  # neither a view nor a virtual table
            names = self.rows(
                f"SELECT name FROM pragma_table_info('{table}') WHERE EXISTS ({kind} AND name = '{table}' COLLATE NOCASE)"
            )
            self._columns[table] = frozenset(text_value(row[0]) for row in names)
        return self._columns[table]

    def require(self, tables: Mapping[str, Sequence[str]], what: str) -> None:
        """Raise ReaderError unless there are these columns; `what` names the kind of database and its version."""
        for table, wanted in tables.items():
            missing = [column for column in wanted if column not in self.columns(table)]
            if missing:
                lack = f"the table {table}" if not self.columns(table) else f"the column {missing[0]} of {table}"
                raise ReaderError(f"{self._name} cannot be read: {what} lacks {lack}", f"Update Claim Reader. {_NAME_FOLDER}")


@contextmanager
def open_foreign(path: Path, program: str) -> Generator[ForeignDatabase]:
    """Open the database of a program for reading; while the program holds it, a copy with all that is in its journals.

    Raises ReaderError if it is missing, no database, or damaged, or if no copy is whole.
    """
    try:
        header = read_range(path, 0, _HEADER)
    except OSError as error:
        raise ReaderError(f"Cannot read {path}: {error.strerror or error}") from error
    if not header.startswith(b"SQLite format 3\x00"):
        raise ReaderError(f"{path} is not a database of {program}")
    if any(Path(f"{path}{ending}").is_fifo() for ending in _JOURNALS):  # SQLite would wait for it, and nothing stops that
        raise ReaderError(f"Cannot read {path}: Not a file but a pipe is beside it", _NAME_FOLDER)
    # In WAL mode even a reader would create files beside the database.
    connection = None if header[18:20] == _WAL else _open_unlocked(path)
    is_long = f"{path} takes too long to read. {_NAME_FOLDER}"
    if connection is not None:
        with closing(connection), deadline(_SECONDS, is_long):
            yield ForeignDatabase(connection, str(path))
        return
    with (
        deadline(_SECONDS, is_long),
        tempfile.TemporaryDirectory(prefix="claim-reader-", ignore_cleanup_errors=True) as folder,
        closing(_open_copy(path, Path(folder), program)) as copy,
    ):
        yield ForeignDatabase(copy, str(path))


def _open_unlocked(path: Path) -> sqlite3.Connection | None:
    """Return a connection to the database itself, None if another program holds it or left a change half made."""
    try:
        connection = _prepare(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_LOCK_SECONDS))
    except _ERRORS:
        return None
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except _ERRORS:
        connection.close()
        return None
    return connection


def _open_copy(path: Path, folder: Path, program: str) -> sqlite3.Connection:
    """Return a connection to a whole copy of a database and its journals; the copy may be written, as journals are applied.

    Raises ReaderError if no copy is whole, because the program writes it or it is damaged.
    """
    states = _states(path)
    for _ in range(_COPIES):
        checkpoint()
        copy = _copy_still(path, folder)
        with suppress(*_ERRORS):
            connection = _prepare(sqlite3.connect(copy))
            try:
                if connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",):
                    return connection
            except _ERRORS:
                checkpoint()
            connection.close()
    if _states(path) == states:
        raise ReaderError(f"{path} is damaged", f"Let {program} check and repair it")
    raise ReaderError(f"{path} cannot be read while {program} writes it", f"Close {program} and try again")


def _copy_still(path: Path, folder: Path) -> Path:
    """Copy a database and its journals, once more if they change meanwhile; return the copy. Raises ReaderError."""
    copy = folder / "copy.sqlite"
    try:
        for _ in range(_COPIES):
            before = _states(path)
            for ending in ("", *_JOURNALS):
                target = Path(f"{copy}{ending}")
                target.unlink(missing_ok=True)
                with suppress(FileNotFoundError):
                    _copy_file(Path(f"{path}{ending}"), target)
            Path(f"{copy}-shm").unlink(missing_ok=True)
            if _states(path) == before:
                break
    except OSError as error:
        raise ReaderError(
            f"Cannot copy {path}: {error.strerror or error}", "It is in use, so only a copy can be read"
        ) from error
    return copy


def _copy_file(path: Path, target: Path) -> None:
    """Copy a regular file. Raises OSError, also for a link to a device, which would fill the disk."""
    blocks = read_blocks(path)
    first = next(blocks, b"")
    with target.open("wb") as file:
        for block in chain((first,), blocks):
            checkpoint()
            file.write(block)


def _states(path: Path) -> list[tuple[int, int] | None]:
    """Return the size and the time of a database and of each of its journals, None for one that is not there."""
    states: list[tuple[int, int] | None] = []
    for ending in ("", *_JOURNALS):
        try:
            status = os.stat(f"{path}{ending}")
        except FileNotFoundError:
            states.append(None)
        else:
            states.append((status.st_size, status.st_mtime_ns))
    return states


def _prepare(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a connection that trusts nothing in the schema, replaces broken UTF-8 and ends when reading is stopped."""
    connection.text_factory = _decode
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.set_progress_handler(_is_stopped, _STEPS)
    return connection


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _is_stopped() -> bool:
    try:
        checkpoint()
    except ReaderError:
        return True
    return False


def text_value(value: object) -> str:
    """Return a value of a database as a text in one line, "" for NULL and binary data."""
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""


def raw_value(value: object) -> str:
    """Return a text of a database as it is, such as a path, "" for all else."""
    return value if isinstance(value, str) else ""
