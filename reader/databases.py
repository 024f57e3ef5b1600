"""SQLite files that only spare work: one that is damaged is removed, and made anew by who opens it next."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

_DAMAGES: Final = tuple(
    f"SQLITE_{name}" for name in ("ERROR", "CORRUPT", "NOTADB", "FORMAT", "SCHEMA", "CONSTRAINT", "MISMATCH")
)
"""The first is that of a wrong statement: ours are right, so what the file says of its own tables is wrong."""
_UNWRITABLE: Final = "SQLITE_READONLY"
"""Also that of a header which names a version that SQLite can only read. Where files may not be removed, nothing is lost."""


def is_damage(error: Exception) -> bool:
    """Whether an error is of the file itself, so that making it anew helps; that of a full disk or a lock is not.

    Takes a `sqlite3.Error`, also one raised by us, and the `UnicodeDecodeError` of a message that names what is damaged.
    """
    if isinstance(error, (sqlite3.ProgrammingError, sqlite3.InterfaceError)):  # the connection is closed
        return False
    name = getattr(error, "sqlite_errorname", None)  # None for all that SQLite itself did not raise
    return name is None or name == _UNWRITABLE or str(name).startswith(_DAMAGES)


def remove_database(path: Path) -> None:
    """Remove a database with the files beside it. Raises OSError when that fails."""
    for suffix in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
