"""`library.json`: a TinyDB storage whose file is whole at every instant, and that overwrites only what it can read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from reader.errors import ReaderError
from reader.files import write_whole
from reader.library.lines import Lines

Signature = tuple[int, int, int, int]


class LibraryStorage(Storage):
    """The library's file and, in `lines`, its records as they are known here.

    `read` and `write` are TinyDB's contract: any table of TinyDB works on it. The library itself changes `lines` and then calls
    `save`, which encodes nothing twice. Whoever saves holds the library's lock and has asked `changed` before.
    """

    def __init__(self, path: Path) -> None:
        """Read the file at `path`; a missing one is a new library. Raises ReaderError as `load` does."""
        self.path = Path(os.path.realpath(path))
        self.lines = Lines.new()
        self._known: Signature | None = None
        self._held = -1
        self.load()

    def read(self) -> dict[str, Any] | None:
        """Return all tables for TinyDB."""
        return dict(self.lines.tables())

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Put the tables that TinyDB hands over in place of all, and save."""
        for table in self.lines.tables().keys() - data.keys():
            self.lines.forget(table)
        for table, records in data.items():
            self.lines.replace(table, dict(records))
        self.save(self.lines.encode())

    def changed(self) -> bool:
        """Whether the file is no longer what was read or written here last."""
        try:
            return _signature(os.stat(self.path)) != self._known
        except FileNotFoundError:
            return self._known is not None
        except OSError as error:
            raise ReaderError(f"{self.path} cannot be reached: {error.strerror}") from error

    def load(self) -> None:
        """Read the file again. Raises ReaderError when it is unreadable, damaged, foreign, newer or gone; `lines` then stay."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            if self._known is not None:
                raise ReaderError(f"{self.path} is gone", "put it back: what is unsaved is kept until then") from None
            return
        except OSError as error:
            raise ReaderError(f"{self.path} cannot be read: {error.strerror}") from error
        # The file is looked at before it is read: one that is written in place meanwhile then counts as changed.
        signature = _signature(os.fstat(descriptor))
        try:
            with open(descriptor, "rb", closefd=False) as file:
                data = file.read()
            self.lines = Lines.decode(data, str(self.path))
        except OSError as error:
            os.close(descriptor)
            raise ReaderError(f"{self.path} cannot be read: {error.strerror}") from error
        except ReaderError:
            os.close(descriptor)
            raise
        self._hold(descriptor, signature)

    def save(self, data: bytes) -> None:
        """Put `data`, encoded lines, in place of the file, whole or not at all. Raises OSError when that fails."""
        # Under the library's lock, what lies at this name is the rest of a process that was killed.
        temporary = self.path.with_name(f".{self.path.name}.new")
        temporary.unlink(missing_ok=True)
        signature = _signature(write_whole(self.path, data, temporary, over=True))
        self._hold(os.open(self.path, os.O_RDONLY), signature)

    def close(self) -> None:
        """Let go of the file."""
        self._hold(-1, self._known)

    def _hold(self, descriptor: int, signature: Signature | None) -> None:
        """Keep the known file open: as long as it is, no file that replaces it can get the same number."""
        if self._held >= 0:
            os.close(self._held)
        if descriptor >= 0 and os.name == "nt":
            # Windows gives no number twice, and does not replace a file that is open.
            os.close(descriptor)
            descriptor = -1
        self._held, self._known = descriptor, signature


def _signature(status: os.stat_result) -> Signature:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
