"""Keep the texts that were read and the documents they come from, compressed, each under the digest of its content."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from reader.digests import sha256
from reader.errors import ReaderError
from reader.files import make_folder, sync_folder, write_whole

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGEST_IN_JSON = re.compile(rb'"([0-9a-f]{64})"')
_OPEN_FILE_HINT = "Open the article's file instead"


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

    def keep(self, digest: str, data: bytes | str) -> None:
        """Write a text or document to the disk, unless it is there. Raises OSError when that fails, leaving no part of it."""
        path = self._path(digest)
        if path.is_file():
            sync_folder(path.parent)
        else:
            make_folder(path.parent)
            temporary = path.with_suffix(".new")
            temporary.unlink(missing_ok=True)
            write_whole(path, zlib.compress(encode_document(data)), temporary, overwrite=True)
        # The program that made the file or its folder may have been killed before the names were on the disk.
        sync_folder(self.folder)
        self._synced_digests.add(digest)

    def read_bytes(self, digest: str) -> bytes:
        """Return the content with this digest. Raises ReaderError when it is missing or damaged."""
        path = self._path(digest)
        try:
            data = zlib.decompress(path.read_bytes())
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
