"""Keep on the disk what was read of files, by their digests, so that no later run reads them again. It may be deleted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from reader.databases import is_damage, remove_database
from reader.sources.candidate import FrontMatter, WorkRecord
from reader.sources.identifiers import Identifiers

_VERSION: Final = 1
"""The version of what `front_matter` reads. What another version kept is not believed."""
_MOST_FILES: Final = 20_000
_APPLICATION: Final = "claim-reader"
_SECONDS: Final = 2.0


def front_cache_path() -> Path:
    """Return the file of the cache, in the cache folder of this person, which no sync tool sees."""
    from platformdirs import user_cache_path

    return user_cache_path(_APPLICATION, appauthor=False) / "sources" / "front.sqlite"


def clear_front_cache() -> None:
    """Remove the cache, if nothing prevents that."""
    with suppress(OSError):
        remove_database(front_cache_path())


class FrontCache:
    """What was read of files, by digest. A cache that cannot be opened, read or written keeps nothing, and nobody is told."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the cache at `path`, that of this person if None."""
        self._database: sqlite3.Connection | None = None
        path = path or front_cache_path()
        with suppress(OSError, sqlite3.Error):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.parent.chmod(0o700)
            self._database = _open_database(path)

    def get(self, digest: str) -> FrontMatter | None:
        """Return what was read of the file with this digest, or None."""
        if self._database is None:
            return None
        try:
            row = self._database.execute("SELECT front FROM fronts WHERE digest = ?", (digest,)).fetchone()
            return None if row is None else _from_json(str(row[0]))
        except (sqlite3.Error, ValueError, TypeError, KeyError):
            return None

    def put(self, digest: str, front: FrontMatter) -> None:
        """Keep what was read of a file. It is on the disk when this returns, so that a run that is stopped can go on."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.execute("INSERT OR REPLACE INTO fronts VALUES (?, ?)", (digest, _to_json(front)))

    def close(self) -> None:
        """Close the cache, and forget the oldest of very many files."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                oldest = "SELECT rowid FROM fronts ORDER BY rowid DESC LIMIT -1 OFFSET ?"
                self._database.execute(f"DELETE FROM fronts WHERE rowid IN ({oldest})", (_MOST_FILES,))
            self._database.close()
            self._database = None


def _open_database(path: Path) -> sqlite3.Connection:
    """Open the database; one that is damaged or of another version begins anew."""
    for _ in range(2):
        # Each change is its own transaction. None waits for the disk: a cache that a power failure damages is made anew.
        database = sqlite3.connect(path, timeout=_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            database.execute("PRAGMA synchronous = OFF")
            if database.execute("PRAGMA user_version").fetchone() == (_VERSION,):
                database.execute("SELECT 1 FROM fronts LIMIT 1")
                return database
            database.execute("DROP TABLE IF EXISTS fronts")
            database.execute("CREATE TABLE fronts (digest TEXT PRIMARY KEY, front TEXT NOT NULL)")
            database.execute(f"PRAGMA user_version = {_VERSION}")
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            database.close()
            if not is_damage(error):  # another program holds it, or the disk fails
                raise
            remove_database(path)
        else:
            return database
    raise sqlite3.DatabaseError(f"{path} cannot be made anew")


def _to_json(front: FrontMatter) -> str:
    record = front.record
    identifiers = [getattr(record.identifiers, name) for name in Identifiers.__slots__]
    return json.dumps([[record.title, record.people, record.year, identifiers], front.titles, front.pages, front.page_count])


def _from_json(text: str) -> FrontMatter:
    value: Any = json.loads(text)
    (title, people, year, identifiers), titles, pages, count = value
    known = Identifiers(*map(tuple, identifiers))
    return FrontMatter(WorkRecord(title, tuple(people), year, known), tuple(titles), tuple(pages), count)
