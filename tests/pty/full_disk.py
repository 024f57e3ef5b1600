"""The command `reader`, with a disk that soon is full where its library is. Elsewhere there is room."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, Final

from reader.cli import main

ROOM: Final = 10_000
"""How many bytes the disk takes: the article's text and some claims."""


class FullDisk:
    """Stands between the program and the files in a folder: what is written there beyond `ROOM` bytes fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._there: set[int] = set()
        self._left = ROOM
        self._open, self._write, self._close = os.open, os.write, os.close
        os.open, os.write, os.close = self.open, self.write, self.close

    def open(self, path: Any, *arguments: Any, **named: Any) -> int:
        """Open a file, and remember one of the folder."""
        descriptor = self._open(path, *arguments, **named)
        if not isinstance(path, int) and os.fspath(path).startswith(self._folder):
            self._there.add(descriptor)
        return descriptor

    def write(self, descriptor: int, data: Any) -> int:
        """Write as much as there is room for."""
        if descriptor not in self._there:
            return self._write(descriptor, data)
        if not self._left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self._write(descriptor, data[: self._left])
        self._left -= written
        return written

    def close(self, descriptor: int) -> None:
        """Close a file."""
        self._there.discard(descriptor)
        self._close(descriptor)


if __name__ == "__main__":
    FullDisk(Path(os.environ["CLAIM_READER_LIBRARY"]))
    main()
