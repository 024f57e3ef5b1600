"""Read a library's file: small ones whole, of large ones only what is asked for, by the index beside them."""

from __future__ import annotations

import contextlib
import os
import sys
import time
import zlib
from functools import cached_property
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import Signature, read_from, replace, signature_of, temporary_beside, write_new
from reader.library.article_index import ArticleIndex, IndexFile, decode_index
from reader.library.byte_source import ByteSource, FileBytes, MemoryBytes, digest_of
from reader.library.library_file import Meta, parse_tail, read_intact_meta, read_tail
from reader.library.record_tables import RecordTables
from reader.library.sorted_lines import SortedLines

MEMORY_BYTES: Final = 4 << 20
"""The size in bytes up to which a library's file is held in memory, and has no index beside it."""

_ATTEMPTS: Final = 4
_PAUSE: Final = 0.15
_RECENT_SECONDS: Final = 3.0


class LoadedFile:
    """A library's file. `is_intact` says whether it is just as a library wrote it.

    Its lines are read on first use, since a store that has seen them all does not need them.
    """

    def __init__(self, path: Path, index_path: Path | None = None, most: int = sys.maxsize) -> None:
        """Read the file. Raises OSError, or ReaderError when it is damaged or not a library; see `read_library`."""
        self._index: ArticleIndex | None = None
        self._ranges: dict[str, tuple[int, int]] | None = None
        self._source: ByteSource = FileBytes(path)
        self.signature = self._source.signature
        index = read_index(index_path) if index_path is not None and is_indexed(self.signature) else None
        meta = None if index is None else self._read_by_index(index)
        self._is_index_current = meta is not None
        if meta is None:
            if not is_indexed(self.signature):
                self._source = MemoryBytes(self._source.read(0, self._source.size))
            meta = read_intact_meta(self._source)
            if meta is not None and index is not None and index.tail == zlib.crc32(read_tail(self._source)):
                # The digest in its last bytes is the one that the index was made for.
                self._index, self._ranges = index.articles, index.ranges
        self.is_intact = meta is not None
        if meta is None:
            from reader.library.foreign_file import parse_library  # needed for what other programs wrote

            self.records, meta = parse_library(self._source, str(path), most)
        self.meta: Meta = meta

    def _read_by_index(self, index: IndexFile) -> Meta | None:
        """Return the meta table if the index fits the file without reading all of it."""
        source = self._source
        if index.file != self.signature[1:] or source.size <= index.length or source.read(0, 2) != b"{\n":
            return None
        tail = source.read(source.size - index.length, source.size)
        if zlib.crc32(tail) != index.tail:
            return None
        self._index, self._ranges = index.articles, index.ranges
        return parse_tail(tail)

    @property
    def has_index(self) -> bool:
        """Whether the index beside the file fits it."""
        return self._index is not None

    @cached_property
    def records(self) -> RecordTables:
        """The records of the file."""
        records = RecordTables.on_file(SortedLines(self._source, self._ranges), self._index)
        # That of a copied folder names another file: unless it is written again, the file is read whole each time.
        records.is_index_saved = self._is_index_current
        return records

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        return digest_of(self._source)


def read_library(path: Path, index_path: Path | None = None, most: int = sys.maxsize) -> LoadedFile | None:
    """Read a library's file, by the index at `index_path` if that fits; None when the file does not exist.

    Where another program wrote it, a record of more than `most` characters is damage. A damaged file that was written a moment
    ago is read again, because another program may still be writing it in place. Raises ReaderError when the file is damaged,
    foreign or unreadable.
    """
    attempts = 0
    while True:
        attempts += 1
        try:
            return LoadedFile(path, index_path, most)
        except FileNotFoundError:
            return None
        except OSError as error:
            hint = "`reader doctor` shows what is wrong, `reader repair` what can be saved"
            raise ReaderError(f"{path} cannot be read: {error.strerror or error}", hint) from error
        except ReaderError:
            if attempts == _ATTEMPTS or not _is_recent(path):
                raise
            time.sleep(_PAUSE)


def open_bytes(path: Path) -> ByteSource:
    """Open a file whatever it holds; a small one is read at once. Raises OSError."""
    source = FileBytes(path)
    return source if is_indexed(source.signature) else MemoryBytes(read_from(path)[0])


def _is_recent(path: Path) -> bool:
    signature = signature_of(path)
    return signature is not None and abs(time.time() - signature[3] / 1e9) < _RECENT_SECONDS


def is_sound(source: ByteSource) -> bool:
    """Whether the bytes of a file are still those that a library wrote; what is held in memory is."""
    return not isinstance(source, FileBytes) or read_intact_meta(source) is not None


# ------------------------------------------------------------------ index


def is_indexed(signature: Signature) -> bool:
    """Whether a file of this size stays on the disk with an index beside it. Windows replaces no file that is open."""
    return signature[2] >= MEMORY_BYTES and os.name != "nt"


def read_index(path: Path) -> IndexFile | None:
    """Return the index in a file, None when it is missing, unreadable or damaged."""
    with contextlib.suppress(OSError):
        return decode_index(read_from(path)[0])
    return None


def save_index(path: Path, records: RecordTables, signature: Signature | None) -> None:
    """Write the index of the records of a file, if it was made anew. One that was changed, by its signature, needs another."""
    source = records.file.source
    if not records.is_index_saved and isinstance(source, FileBytes) and source.signature == signature:
        write_index(path, records.index.encode(source.signature, records.file.ranges, read_tail(source)))
        records.is_index_saved = True


def write_index(path: Path, data: bytes) -> None:
    """Write an index. Nothing is lost without it, so a failure leaves the old one, which fits another file."""
    temporary = temporary_beside(path)
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)
        write_new(temporary, data)
        replace(temporary, path)
