"""Remember how far this device has sent and read, in a file that may be deleted at any time: then it is found out again.

`team-<device>.sqlite` lies beside the library. What it says is not trusted alone: what is to be read follows from the
library's version vector, and lines that are sent twice change nothing. A file that is damaged is removed.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from reader.databases import is_damage, remove_database
from reader.errors import ReaderError
from reader.team.state import BadKey

_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
"""The errors of the file; the second where the message of SQLite names what is damaged in its schema."""
_BUSY_SECONDS: Final = 5.0
_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sent (scope TEXT, replica TEXT, counter INTEGER, PRIMARY KEY (scope, replica));
CREATE TABLE IF NOT EXISTS logs (scope TEXT, log TEXT, key TEXT, segments INTEGER, PRIMARY KEY (scope, log));
CREATE TABLE IF NOT EXISTS own (scope TEXT, key TEXT, PRIMARY KEY (scope, key));
CREATE TABLE IF NOT EXISTS covered (scope TEXT, replica TEXT, counter INTEGER, PRIMARY KEY (scope, replica));
CREATE TABLE IF NOT EXISTS folds (scope TEXT, key TEXT, PRIMARY KEY (scope, key));
CREATE TABLE IF NOT EXISTS bad (key TEXT PRIMARY KEY, scope TEXT, reason TEXT, at TEXT);
CREATE TABLE IF NOT EXISTS activity (scope TEXT, member TEXT, at TEXT, PRIMARY KEY (scope, member));
CREATE TABLE IF NOT EXISTS texts (digest TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT);
"""


class LogMark(NamedTuple):
    """How far a log was read: the key up to which all is applied or set aside, and the number of segments up to there."""

    key: str = ""
    segments: int = 0


class SyncState:
    """How far this device has sent and read. Raises ReaderError when the disk fails; several processes may use one file.

    Safe for several threads: screens read what a worker writes. One at a time uses the connection, as Python itself crashes
    when a connection is closed while another thread executes a statement.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._connection = self._open_sound()

    def close(self) -> None:
        """Close the file, once the statement that runs on another thread has ended."""
        with self._guard:
            self._connection.close()

    # ------------------------------------------------------------------ sent

    def sent_counters(self, scope: str) -> dict[str, int]:
        """Return up to which counter the lines of an article were sent, by replica of this device."""
        return {str(replica): int(n) for replica, n in self._read("SELECT replica, counter FROM sent WHERE scope = ?", scope)}

    def add_sent(self, scope: str, counters: Iterable[tuple[str, int]]) -> None:
        """Note up to which counters lines were sent."""
        self._raise_counters("sent", scope, counters)

    def own_segments(self, scope: str) -> set[str]:
        """Return the keys of the segments of this device that hold what its journal holds."""
        return {str(key) for (key,) in self._read("SELECT key FROM own WHERE scope = ?", scope)}

    def add_own_segment(self, scope: str, key: str) -> None:
        """Note that a segment of this device holds what its journal holds."""
        self._write("INSERT OR IGNORE INTO own VALUES (?, ?)", (scope, key))

    # ------------------------------------------------------------------ read

    def logs(self, scope: str) -> dict[str, LogMark]:
        """Return how far the logs of an article were read, by the names of their folders."""
        rows = self._read("SELECT log, key, segments FROM logs WHERE scope = ?", scope)
        return {str(log): LogMark(str(key), int(segments)) for log, key, segments in rows}

    def set_log(self, scope: str, log: str, mark: LogMark) -> None:
        """Note how far a log was read."""
        self._write("INSERT OR REPLACE INTO logs VALUES (?, ?, ?, ?)", (scope, log, *mark))

    def covered_counters(self, scope: str) -> dict[str, int]:
        """Return by scoped replica up to which counter its lines are known to be in the team, in logs or in folds."""
        return {str(name): int(n) for name, n in self._read("SELECT replica, counter FROM covered WHERE scope = ?", scope)}

    def add_covered(self, scope: str, counters: Iterable[tuple[str, int]]) -> None:
        """Note that lines are in the team."""
        self._raise_counters("covered", scope, counters)

    def folds(self, scope: str) -> set[str]:
        """Return the keys of the folds of an article that were read or written here."""
        return {str(key) for (key,) in self._read("SELECT key FROM folds WHERE scope = ?", scope)}

    def add_fold(self, scope: str, key: str) -> None:
        """Note that a fold was read or written."""
        self._write("INSERT OR IGNORE INTO folds VALUES (?, ?)", (scope, key))

    def activity(self) -> tuple[tuple[str, str, str], ...]:
        """Return scopes, the members who changed their articles, and when the store got their last changes (ISO 8601)."""
        return tuple((str(scope), str(member), str(at)) for scope, member, at in self._read("SELECT * FROM activity"))

    def add_activity(self, scope: str, times: Mapping[str, str]) -> None:
        """Note when the store got changes of members, by their names; an earlier time than the noted one changes nothing."""
        statement = "INSERT INTO activity VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)"
        for member, at in times.items():
            self._write(statement, (scope, member, at))

    # ------------------------------------------------------------------ set aside

    def bad_keys(self, scope: str | None = None) -> tuple[BadKey, ...]:
        """Return the objects that were set aside, of one article or of all."""
        rows = self._read("SELECT key, reason, at FROM bad WHERE ?1 IS NULL OR scope = ?1 ORDER BY at, key", scope)
        return tuple(BadKey(str(key), str(reason), str(at)) for key, reason, at in rows)

    def set_aside(self, scope: str, bad: BadKey) -> None:
        """Set an object aside for good: it is not fetched again."""
        self._write("INSERT OR IGNORE INTO bad VALUES (?, ?, ?, ?)", (bad.key, scope, bad.reason, bad.at))

    # ------------------------------------------------------------------ texts, notes

    def has_text(self, digest: str) -> bool:
        """Whether a text is known to be in the team."""
        return bool(self._read("SELECT 1 FROM texts WHERE digest = ?", digest))

    def add_text(self, digest: str) -> None:
        """Note that a text is in the team."""
        self._write("INSERT OR IGNORE INTO texts VALUES (?)", (digest,))

    def note(self, name: str) -> str:
        """Return what was noted under a name, "" for nothing."""
        rows = self._read("SELECT value FROM notes WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def set_note(self, name: str, value: str) -> None:
        """Note something under a name."""
        self._write("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

    def notes(self, beginning: str) -> dict[str, str]:
        """Return the notes whose names begin so."""
        rows = self._read("SELECT name, value FROM notes WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name", beginning)
        return {str(name): str(value) for name, value in rows}

    def forget_note(self, name: str) -> None:
        """Forget what was noted under a name."""
        self._write("DELETE FROM notes WHERE name = ?", (name,))

    def forget_article(self, scope: str) -> None:
        """Forget all that was sent and read of an article, and what was put for several: the store has lost it."""
        for table in ("sent", "own", "logs", "covered", "folds"):
            self._write(f"DELETE FROM {table} WHERE scope = ?", (scope,))
        self._write("DELETE FROM texts", ())
        self._write("DELETE FROM notes WHERE name LIKE 'claim %' OR name LIKE 'about %'", ())

    # ------------------------------------------------------------------ the file

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._exclusive():
            return self._connection.execute(query, values).fetchall()

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        with self._exclusive():
            self._connection.execute(statement, values)

    def _raise_counters(self, table: str, scope: str, counters: Iterable[tuple[str, int]]) -> None:
        clash = "ON CONFLICT DO UPDATE SET counter = max(counter, excluded.counter)"
        rows = [(scope, replica, counter) for replica, counter in counters]
        with self._exclusive():
            self._connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?) {clash}", rows)

    @contextlib.contextmanager
    def _exclusive(self) -> Generator[None]:
        """Keep other threads off the connection in a block; an error becomes a ReaderError, and a damaged file a new one."""
        with self._guard:
            try:
                yield
            except _ERRORS as error:
                if is_damage(error):
                    self._connection.close()
                    self._connection = self._open_sound()
                raise self._failure(error) from error

    def _open_sound(self) -> sqlite3.Connection:
        """Open the file, a new one in place of one that is damaged or of another version. Raises ReaderError."""
        try:
            return self._open_file()
        except _ERRORS as error:
            if not is_damage(error):
                raise self._failure(error) from error
        try:
            remove_database(self._path)
            return self._open_file()
        except (*_ERRORS, OSError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> ReaderError:
        return ReaderError(f"{self._path} cannot be used: {error}", "It may be deleted: it is made again")

    def _open_file(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise sqlite3.DatabaseError("another version")
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection
