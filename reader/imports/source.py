"""The file that an import reads: in pieces, from its beginning, and as often as a reader asks. Nothing grows with its size."""

from __future__ import annotations

import codecs
import io
import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from reader.errors import ReaderError
from reader.files import MAX_SIZE_VARIABLE, Signature, max_document_size, open_file, signature_from
from reader.formats.progress import report

CUT_HINT: Final = "The file may be cut: write or download it again. Nothing was imported"
_BLOCK: Final = 1 << 18
"""The number of bytes that are read at once."""
_MB: Final = 1_000_000
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class ImportSource:
    """A file to import, and `text`: that of the same name beside it, for formats that need it."""

    def __init__(self, origin: bytes | Path, text: bytes | None = None) -> None:
        """Take the bytes of a file, or the path of one, which is opened anew for each reading."""
        self._origin = origin
        self._signature: Signature | None = None
        self.text = text

    @property
    def path(self) -> Path | None:
        """The path of the file, None for bytes."""
        return self._origin if isinstance(self._origin, Path) else None

    @property
    def size(self) -> int:
        """The size in bytes."""
        with self.open() as file:
            return file.seek(0, os.SEEK_END)

    def open(self) -> BinaryIO:
        """Open the file at its beginning. Raises ReaderError if it cannot be read, or changed since the last time."""
        file = self._open()
        if isinstance(self._origin, bytes):
            return file
        signature = signature_from(os.fstat(file.fileno()))
        if self._signature not in (None, signature):
            file.close()
            raise ReaderError("it changed while it was read", "Import it again. Nothing was imported")
        self._signature = signature
        return file

    def _open(self) -> BinaryIO:
        try:
            return os.fdopen(open_file(self._origin), "rb") if isinstance(self._origin, Path) else io.BytesIO(self._origin)
        except (OSError, ValueError) as error:
            raise _unreadable(self.path or Path(), error) from error

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes, fewer of a shorter file, which may change until it is opened to read all of it."""
        with self._open() as file:
            return self._read(file, size)

    def first_sign(self) -> str:
        """Return the first sign of the text that is not blank, "" if there is none."""
        return next((sign for text in self.texts() if (sign := text.lstrip()[:1])), "")

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes of the file in blocks, and report how many were read."""
        size, done = self.size, 0
        with self.open() as file:
            while block := self._read(file, _BLOCK):
                done += len(block)
                report("byte", done, size)
                yield block

    def _read(self, file: BinaryIO, size: int) -> bytes:
        try:
            return file.read(size)
        except OSError as error:
            raise _unreadable(self.path or Path(), error) from error

    def texts(self) -> Iterator[str]:
        """Yield the text of the file piece by piece. Raises ReaderError if it is neither UTF-8 nor UTF-16 with a mark."""
        decoder, is_marked, at = codecs.getincrementaldecoder("utf-8")(), False, 0
        for block in self.blocks():
            if not at and block.startswith(_UTF16):
                decoder, is_marked = codecs.getincrementaldecoder("utf-16")(), True
            start = len(codecs.BOM_UTF8) if not at and block.startswith(codecs.BOM_UTF8) else 0
            try:
                text = decoder.decode(block[start:])
            except UnicodeDecodeError as error:
                place = at + len(block) - len(error.object) + error.start
                name = "UTF-16" if is_marked else "UTF-8"
                raise ReaderError(f"it is not {name} at byte {place:,}", "Save it as UTF-8. Nothing was imported") from error
            at += len(block)
            if text:
                yield text
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise ReaderError("it ends within a character", CUT_HINT) from error

    def read(self) -> bytes:
        """Return all bytes, for formats that can only be read whole. Raises ReaderError if they are too many."""
        parts, size = list[bytes](), 0
        for block in self.blocks():
            parts.append(block)
            size += len(block)
            check_size(size, "it")
        return b"".join(parts)

    def read_text(self) -> str:
        """Return all of the text, as `texts` and with the limit of `read`."""
        parts, size = list[str](), 0
        for text in self.texts():
            parts.append(text)
            size += len(text)
            check_size(size, "it")
        return "".join(parts)


def check_size(size: int, what: str) -> None:
    """Raise ReaderError if a part of a file, which has to be in memory at once, is larger than a document may be."""
    if size > max_document_size():
        raise size_error(what)


def size_error(what: str) -> ReaderError:
    """Return the error that a part of a file is larger than a document may be."""
    return ReaderError(
        f"{what} is larger than {max_document_size() // _MB:,} MB, the most that is kept in memory at once",
        f"{MAX_SIZE_VARIABLE} sets that in MB. Nothing was imported",
    )


def _unreadable(path: Path, error: Exception) -> ReaderError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if path.is_dir():
        return _folder_error(path)
    hint = "`reader import -` reads what comes through a pipe" if path.is_fifo() else "Choose another file"
    return ReaderError(f"Cannot read {path}: {reason}", hint)


def _folder_error(path: Path) -> ReaderError:
    """Return the error that a path is a folder, with what can be done about one of brat."""
    with suppress(OSError):
        if any(name.endswith(".ann") for name in os.listdir(path)):
            archive = shlex.join(("zip", "-r", f"{path.name or 'brat'}.zip", str(path)))
            return ReaderError(
                f"{path} is a folder of brat", f"Name an .ann file in it, or zip it and import that: `{archive}`"
            )
    return ReaderError(
        f"{path} is a folder",
        "Name a file in it, or zip a folder of brat; Zotero's, with zotero.sqlite in it, is read as it is",
    )
