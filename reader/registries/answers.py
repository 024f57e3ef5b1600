"""The answers of registries, kept on the disk: who asks again within a month, asks nobody.

An SQLite file in the person's cache folder, for all libraries: it says what was asked, which is nobody else's business, and may
be removed at any time. Failures are never kept.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple, cast

from reader.databases import is_damage, remove_database
from reader.files import create_private
from reader.registries.registered_work import RegisteredWork

FRESH_DAYS: Final = 30
"""The days after which a registry is asked again."""
_KEPT_DAYS: Final = 365
_BUSY_SECONDS: Final = 5.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS answers (registry TEXT, path TEXT, date TEXT, works TEXT, PRIMARY KEY (registry, path)) WITHOUT ROWID
"""


class Answer(NamedTuple):
    """What a registry answered, and on which day: the works, none if it has none."""

    works: tuple[RegisteredWork, ...]
    date: str

    def is_fresh(self, today: date) -> bool:
        """Whether the answer is so new that the registry is not asked again."""
        return self.date > (today - timedelta(days=FRESH_DAYS)).isoformat()


class AnswerCache:
    """The kept answers, by the address of a registry and the path that was asked for.

    A file that cannot be read is made anew; where none can be written, answers are kept for this object only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[tuple[str, str], Answer] = {}
        self._connection: sqlite3.Connection | None = None

    def get(self, registry: str, path: str) -> Answer | None:
        """Return the answer of a registry, however old, None if there is none."""
        kept = self._kept.get((registry, path))
        if kept is not None or not (self._connection or self._path.exists()):
            return kept
        try:
            query = "SELECT date, works FROM answers WHERE registry = ? AND path = ?"
            row = self._open().execute(query, (registry, path)).fetchone()
            return None if row is None else Answer(_decode_works(str(row[1])), str(row[0]))
        except (sqlite3.Error, OSError, ValueError) as error:
            self._remove_damage(error)
            return None

    def put(self, registry: str, path: str, answer: Answer) -> None:
        """Keep an answer."""
        self._kept[registry, path] = answer
        for _ in range(2):
            try:
                statement = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)"
                values = (registry, path, answer.date, json.dumps(answer.works))
                self._open().execute(statement, values)
            except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
                if not self._remove_damage(error):
                    return  # another program writes, or the disk is full: the answer is asked for again another time
            else:
                return

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            create_private(self._path)
            connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute(_SCHEMA)
                oldest = (date.today() - timedelta(days=_KEPT_DAYS)).isoformat()
                connection.execute("DELETE FROM answers WHERE date < ?", (oldest,))
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _remove_damage(self, error: Exception) -> bool:
        """Remove the file if an error says that it is damaged; return whether it did."""
        if isinstance(error, OSError) or not is_damage(error):
            return False
        self.close()
        with contextlib.suppress(OSError):
            remove_database(self._path)
        return True


def _decode_works(text: str) -> tuple[RegisteredWork, ...]:
    """Return the works in JSON. Raises ValueError for what this module did not write."""
    try:
        return tuple(_decode_work(row) for row in cast("list[list[object]]", json.loads(text)))
    except (TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no works") from error


def _decode_work(row: list[object]) -> RegisteredWork:
    titles, authors, editors, years, identifier, address = row
    if not titles:
        raise ValueError("a work without a title")
    return RegisteredWork(_texts(titles), _texts(authors), _texts(editors), _texts(years), str(identifier), str(address))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, cast("Iterable[object]", value)))
