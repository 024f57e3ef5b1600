"""Zip files that are written member by member and are the same in every export, and what of one can be shown."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

ARCHIVE: Final = "application/zip"
"""The media type of formats that are archives."""
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE: Final = 0o100644 << 16
_MOST_SHOWN: Final = 1 << 12
_LINES_SHOWN: Final = 12
"""Bytes and lines that are shown of each member."""


class ArchiveWriter:
    """Write a zip file of which only the member in hand is in memory. Times, systems and rights are the same everywhere."""

    def __init__(self) -> None:
        """Start an empty file."""
        self._window = _Window()
        self._zip = zipfile.ZipFile(self._window, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()  # an export that was stopped too

    def add(self, name: str, pieces: Iterable[bytes]) -> bytes:
        """Add a member and return the bytes that are complete with it."""
        info = zipfile.ZipInfo(name, _FIXED_TIME)
        info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, _UNIX, _READABLE
        with self._zip.open(info, "w", force_zip64=False) as member:
            for piece in pieces:
                member.write(piece)
        return self._window.take()

    def close(self) -> bytes:
        """Return the end of the file."""
        self._zip.close()
        return self._window.take()


class _Window(io.BytesIO):
    """The end of a file, whose bytes before it were taken; places are those of the whole file."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = 0

    def tell(self) -> int:
        return self._taken + super().tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._taken + super().seek(offset - (self._taken if whence == io.SEEK_SET else 0), whence)

    def take(self) -> bytes:
        data = self.getvalue()
        self._taken += len(data)
        super().seek(0)
        self.truncate()
        return data


def member_lines(archive: bytes) -> Iterator[str]:
    """Yield the names of the members of an archive, each followed by the lines of its beginning."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        for info in file.infolist():
            with file.open(info) as member:
                text = member.read(_MOST_SHOWN).decode("utf-8", "replace")
            yield from (f"— {info.filename}", *text.splitlines()[:_LINES_SHOWN], "")
