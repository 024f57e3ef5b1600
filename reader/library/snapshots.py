"""Keep the texts that were read and the documents they come from, compressed, each under the digest of its content."""

from __future__ import annotations

import os
import re
import stat
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

from reader.digests import sha256
from reader.errors import ReaderError
from reader.files import MAX_SIZE_VARIABLE, make_folder, max_document_size, read_range, sync_folder, write_whole

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGEST_IN_JSON = re.compile(rb'"([0-9a-f]{64})"')
_OPEN_FILE_HINT = "Open the article's file instead"
_MOST_UNPACKED: Final = 256 << 20
"""The bytes up to which a text or document is unpacked, unless larger documents are allowed. A team sends none beyond that."""
_PIECE: Final = 1 << 16
_BLOCK: Final = 1 << 20
_SLACK: Final = 1 << 16
"""The bytes by which packing may make a document larger: a few for each 16 KB of it."""


def find_digests(data: bytes) -> set[str]:
    """Return all strings in JSON that may be the digest of a text."""
    return {match.decode() for match in _DIGEST_IN_JSON.findall(data)}


def encode_document(data: bytes | str) -> bytes:
    """Return a document as it is, a text in UTF-8."""
    return data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")


class Snapshots:
    """Texts and documents kept in a folder as `<2 hex digits>/<digest>.z`. The digest is the SHA-256 of the content.

    Texts are kept in UTF-8, so that the digest of a text is `Article.digest`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._synced_digests: set[str] = set()

    def has(self, digest: str) -> bool:
        """Whether this object has written content with this digest to the disk."""
        return digest in self._synced_digests

    def is_kept(self, digest: str) -> bool:
        """Whether there is a file for this digest; whether it is whole shows only when it is read."""
        return self._path(digest).is_file()

    def keep(
        self, digest: str, data: bytes | str, level: int = -1, lock: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        """Write a text or document to the disk under a lock, unless it is there; `level` is that of zlib, 0 for no compression.

        Raises OSError when that fails, leaving no part of it, and as the lock does.
        """

        def pack() -> Iterable[bytes]:
            return _pack(data, level) if not level else [*_pack(data, level)]

        path = self._path(digest)
        packed = None if path.is_file() else pack()  # not under the lock: to compress 100 MB takes ten seconds
        with lock():
            if path.is_file():
                sync_folder(path.parent)
            else:
                make_folder(path.parent)
                # A program that ends does not wait until it is the only one that writes.
                temporary = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.new")
                temporary.unlink(missing_ok=True)
                write_whole(path, packed or pack(), temporary, overwrite=True)
            # The program that made the file or its folder may have been killed before the names were on the disk.
            sync_folder(self.folder)
        self._synced_digests.add(digest)

    def keep_all(self, documents: Mapping[str, bytes | str], lock: Callable[[], AbstractContextManager[object]]) -> None:
        """Write documents, by digest, to the disk under a lock. Raises as `keep`."""
        for digest, data in documents.items():
            self.keep(digest, data, lock=lock)

    def read_bytes(self, digest: str) -> bytes:
        """Return the content with this digest. Raises ReaderError when it is missing or damaged."""
        path = self._path(digest)
        try:
            data = _unpack_file(path, max(_MOST_UNPACKED, max_document_size()))
        except FileNotFoundError:
            raise ReaderError(f"The library has no text {digest[:12]}", _OPEN_FILE_HINT) from None
        except (OSError, zlib.error) as error:
            raise ReaderError(f"{path} cannot be read: {error}", _OPEN_FILE_HINT) from error
        if sha256(data).hexdigest() != digest:
            raise ReaderError(f"{path} is damaged: its content does not match its name", _OPEN_FILE_HINT)
        return data

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ReaderError(f"The library names a text by {digest!r}, which is not a digest")
        return self.folder / digest[:2] / f"{digest}.z"


def _pack(data: bytes | str, level: int) -> Iterator[bytes]:
    """Yield a packed document in pieces: as a whole it needs memory twice more, and at level 0 four times as long."""
    packer, whole = zlib.compressobj(level), data if isinstance(data, str) else memoryview(data)
    for start in range(0, len(whole), _BLOCK):
        piece = whole[start : start + _BLOCK]
        yield packer.compress(encode_document(piece) if isinstance(piece, str) else piece)
    yield packer.flush()


def _unpack_file(path: Path, most: int) -> bytes:
    """Return the unpacked content of a file: the library of somebody else may hold anything.

    Raises ReaderError for what is not a file, and for a file or a content of more than `most` bytes; OSError; and zlib.error.
    """
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise ReaderError(f"{path} is damaged: it is not a file", _OPEN_FILE_HINT)
    data = None
    if status.st_size <= most + most // 1000 + _SLACK:
        data = _unpack(read_range(path, 0, status.st_size), most)
    if data is None:
        hint = f"If it is a document that you kept, allow more: {MAX_SIZE_VARIABLE}={2 * most // 1_000_000}"
        raise ReaderError(f"{path} is larger than {most // 1_000_000:,} MB", hint)
    return data


def _unpack(packed: bytes, most: int) -> bytes | None:
    """Return the content of a packed document, None if it has more than `most` bytes. Raises zlib.error."""
    unpacker, parts, size = zlib.decompressobj(), list[bytes](), 0
    for start in range(0, len(packed), _PIECE):
        piece = packed[start : start + _PIECE]
        while piece and not unpacker.eof:
            parts.append(unpacker.decompress(piece, _BLOCK))
            size += len(parts[-1])
            if size > most:
                return None
            piece = unpacker.unconsumed_tail
    parts.append(unpacker.flush())
    if not unpacker.eof:
        raise zlib.error("the end is missing")
    return b"".join(parts)
