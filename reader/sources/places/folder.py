"""A folder with all folders in it as a place of sources."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.formats import read_bytes
from reader.formats.detection import is_document_name
from reader.formats.progress import checkpoint
from reader.sources.candidate import FileRefusal, SourceFile

_HIDDEN: Final = "."
_KINDS: Final = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))


class FolderPlace:
    """A folder. Links to files are followed, links to folders are not, so that no loop of them is walked."""

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.abspath(path))
        self.name = f"folder {path}"

    def files(self) -> Iterator[SourceFile | FileRefusal]:
        """Yield the documents by their paths, hidden ones left out. Raises ReaderError when the folder is gone or forbidden."""
        try:
            os.scandir(self._path).close()
        except OSError as error:
            raise ReaderError(f"The folder {self._path} cannot be read: {error.strerror}", "Check the name") from error
        folders = [self._path]
        while folders:
            folder = folders.pop()
            checkpoint()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                yield FileRefusal(self._name_of(folder), f"The folder cannot be read: {error.strerror}")
                continue
            below = [Path(entry) for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name[:1] != _HIDDEN]
            folders.extend(reversed(below))
            for entry in entries:
                if entry.name[:1] != _HIDDEN and is_document_name(entry.name):
                    yield from self._look_at(Path(entry))

    def read(self, file: SourceFile) -> bytes:
        """Return the bytes of a file. Raises ReaderError when it cannot be read or is too large."""
        return read_bytes(file.origin)

    def close(self) -> None:
        """Do nothing: the folder is not held open."""

    def _look_at(self, path: Path) -> Iterator[SourceFile | FileRefusal]:
        """Yield the file at a path, or why it is none; nothing for a folder."""
        name = self._name_of(path)
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            yield FileRefusal(name, f"It cannot be read: {error.strerror}")
            return
        if stat.S_ISREG(mode):
            yield SourceFile(name, str(path))
        elif not stat.S_ISDIR(mode):
            kind = next((title for is_kind, title in _KINDS if is_kind(mode)), "no regular file")
            yield FileRefusal(name, f"It is not a file but {kind}")

    def _name_of(self, path: Path) -> str:
        """Return the path of a file or folder from here on, with slashes."""
        return path.relative_to(self._path).as_posix()
