"""Read bytes of any number in pieces: those in memory, those of a file, and those that were written to a temporary file."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol

from reader.digests import sha256
from reader.errors import ReaderError
from reader.files import Signature, open_file, read_part, signature_from

_CHUNK: Final = 1 << 17
_SPOOL_MEMORY: Final = 4 << 20
"""The most bytes of a spool that are held in memory."""


class ByteSource(Protocol):
    """Bytes that never change."""

    @property
    def size(self) -> int:
        """The number of bytes."""
        ...

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes of a range, which lies within the source."""
        ...


class MemoryBytes:
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self._data)

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes of a range."""
        return self._data[start:end]


class FileBytes:
    """The bytes of an open file, read when they are asked for.

    The file stays open, so its bytes stay the same when another file takes its name. When a program writes into the file
    itself, every read raises ReaderError.
    """

    def __init__(self, path: Path) -> None:
        """Open the file. Raises OSError."""
        self.path = path
        self._descriptor = open_file(path)
        self.signature: Signature = signature_from(os.fstat(self._descriptor))

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            with contextlib.suppress(OSError):
                os.close(self._descriptor)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.signature[2]

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes of a range. Raises ReaderError when they cannot be read, or the file was changed."""
        try:
            data = read_part(self._descriptor, start, end)
            is_changed = len(data) < end - start or self.is_changed
        except OSError as error:
            hint = "`reader doctor` shows what is wrong, `reader repair` what can be saved"
            raise ReaderError(f"{self.path} cannot be read: {error.strerror or error}", hint) from error
        if is_changed:
            raise ReaderError(f"Another program has just changed {self.path}", "Try again")
        return data

    @property
    def is_changed(self) -> bool:
        """Whether a program wrote into the file since it was opened."""
        return signature_from(os.fstat(self._descriptor)) != self.signature


class SpoolError(ReaderError):
    """A temporary file cannot be written. It says nothing about the file whose content it was to hold."""


class Spool:
    """Bytes that are written once, and then read. More than 4 MiB go to a temporary file, which no folder lists."""

    def __init__(self) -> None:
        self.size = 0
        # Threads may read at once, for which Windows has no call that names the position.
        limit = _SPOOL_MEMORY if hasattr(os, "pread") else sys.maxsize
        self._file = tempfile.SpooledTemporaryFile[bytes](max_size=limit)

    @classmethod
    def of(cls, parts: Iterable[bytes]) -> ByteSource:
        """Return bytes that come in parts. Raises SpoolError."""
        spool = cls()
        for part in parts:
            spool.write(part)
        return spool.source()

    def write(self, data: bytes) -> None:
        """Add bytes at the end. Raises SpoolError."""
        with _wrap_spool_errors():
            self._file.write(data)
        self.size += len(data)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()

    def source(self) -> ByteSource:
        """Return the bytes, of which there must be no more later. Raises SpoolError."""
        with _wrap_spool_errors():
            self._file.flush()
            if self.size > _SPOOL_MEMORY and hasattr(os, "pread"):
                return self
            self._file.seek(0)
            return MemoryBytes(self._file.read())

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes of a range. Raises SpoolError."""
        with _wrap_spool_errors():
            return read_part(self._file.fileno(), start, end)


@contextlib.contextmanager
def _wrap_spool_errors() -> Generator[None]:
    try:
        yield
    except OSError as error:
        what = f"A temporary file in {tempfile.gettempdir()} cannot be used: {error.strerror or error}"
        raise SpoolError(what, "Make room there, or name another folder by the variable TMPDIR") from error


def read_chunks(source: ByteSource, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes of a range in pieces of at most 128 KiB."""
    for first in range(start, end, _CHUNK):
        yield source.read(first, min(end, first + _CHUNK))


class ReadAhead:
    """Bytes of a source that are asked for in their order: small ranges are taken from the piece that was read last."""

    def __init__(self, source: ByteSource) -> None:
        self.size = source.size
        self._source = source
        self._start = 0
        self._piece = b""

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes of a range."""
        if not self._start <= start <= end <= self._start + len(self._piece):
            self._start, self._piece = start, self._source.read(start, min(self.size, max(end, start + _CHUNK)))
        return self._piece[start - self._start : end - self._start]


def find_bytes(source: ByteSource, needle: bytes, start: int) -> int:
    """Return the first position of `needle` from `start` on, -1 if there is none."""
    while start < source.size:
        end = min(source.size, start + _CHUNK + len(needle))
        position = source.read(start, end).find(needle)
        if position >= 0:
            return start + position
        start += _CHUNK
    return -1


def digest_of(source: ByteSource, end: int | None = None) -> str:
    """Return the SHA-256 of the bytes up to `end`, of all by default."""
    end = source.size if end is None else end
    digest = sha256(size=end)
    for chunk in read_chunks(source, 0, end):
        digest.update(chunk)
    return digest.hexdigest()
