"""A zip file as a place of sources. Nothing of it is unpacked onto the disk."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, cast

from reader.errors import ReaderError
from reader.files import open_file, read_stream
from reader.formats.detection import is_document_name
from reader.formats.progress import checkpoint
from reader.sources.candidate import FileRefusal, SourceFile

_NESTED: Final = ".zip"
_MOST_FILES: Final = 20_000
_MIN_BOMB_SIZE: Final = 20_000_000
_BOMB_RATIO: Final = 150
"""A file of at least this size in bytes that is compressed to a smaller share than this is no document."""
_IS_LOCKED: Final = 1
_GET_AGAIN: Final = "Get the file again"


class ArchivePlace:
    """A zip file. It is open from the first look into it until `close`."""

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.abspath(path))
        self._archive: zipfile.ZipFile | None = None
        self.name = f"archive {path}"

    def files(self) -> Iterator[SourceFile | FileRefusal]:
        """Yield the documents in the order of the archive, and a refusal for what can be none.

        Raises ReaderError when the file is no archive.
        """
        members = self._open().infolist()
        for number, member in enumerate(members[:_MOST_FILES]):
            checkpoint()
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if (
                member.is_dir()
                or not (is_document_name(path.name) or path.suffix.casefold() == _NESTED)
                or path.name.startswith((".", "._"))
            ):
                continue
            reason = _why_refused(member, path)
            name = f"{self._path.name}/{path}"
            yield FileRefusal(name, reason) if reason else SourceFile(name, f"{self._path}/{path}", str(number))
        if len(members) > _MOST_FILES:
            yield FileRefusal(self._path.name, f"Only the first {_MOST_FILES:,} of its {len(members):,} files were looked at")

    def read(self, file: SourceFile) -> bytes:
        """Return the bytes of a file in the archive. Raises ReaderError when it is damaged or too large."""
        try:
            archive = self._open()
            with archive.open(archive.infolist()[int(file.key)]) as stream:
                return read_stream(cast("BinaryIO", stream), file.name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
            raise ReaderError(f"{file.name} is damaged, or compressed in an unusual way ({error})", _GET_AGAIN) from error

    def close(self) -> None:
        """Close the file."""
        if self._archive is not None:
            self._archive.close()
            self._archive = None

    def _open(self) -> zipfile.ZipFile:
        if self._archive is None:
            try:
                file = os.fdopen(open_file(self._path), "rb")
            except OSError as error:
                raise ReaderError(f"{self._path} cannot be read: {error.strerror}", "Check the name") from error
            try:
                self._archive = zipfile.ZipFile(file)
            except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
                file.close()
                raise ReaderError(f"{self._path} is no zip file, or damaged", _GET_AGAIN) from error
        return self._archive


def _why_refused(member: zipfile.ZipInfo, path: PurePosixPath) -> str:
    """Return why a file of an archive is not read, "" if it is."""
    if path.suffix.casefold() == _NESTED:
        return "It is a zip file in a zip file: unpack it, and name the folder"
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        return "Its name leads out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "It is a link, not a file"
    if member.flag_bits & _IS_LOCKED:
        return "It is locked with a password: unpack the archive, and name the folder"
    if member.file_size > max(_MIN_BOMB_SIZE, _BOMB_RATIO * member.compress_size):
        return f"It would take {member.file_size // 1_000_000:,} MB, {_BOMB_RATIO} times what it takes in the archive"
    return ""
