"""The texts of what was read, and the documents they were built from, each once under the digest of its content, compressed."""

from __future__ import annotations

import hashlib
import re
import zlib
from pathlib import Path

from reader.errors import ReaderError
from reader.files import make_folder, sync_folder, write_whole

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Snapshots:
    """A folder of texts and documents: `<2 hex>/<digest>.z`. The digest is the SHA-256 of what is kept; that never changes.

    A text is kept in UTF-8, so that its digest is `Article.digest`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._synced_digests: set[str] = set()

    def has(self, digest: str) -> bool:
        """Whether something with this digest is kept, and known to be on the disk."""
        return digest in self._synced_digests

    def keep(self, digest: str, data: bytes) -> None:
        """Keep a text or document, unless it is there. Raises OSError when it cannot be written; then nothing of it is."""
        path = self._path(digest)
        if path.is_file():
            sync_folder(path.parent)
        else:
            make_folder(path.parent)
            temporary = path.with_suffix(".new")
            temporary.unlink(missing_ok=True)
            write_whole(path, zlib.compress(data), temporary, overwrite=True)
        # Whoever made the file or its folder may have been killed before their names were on the disk.
        sync_folder(self.folder)
        self._synced_digests.add(digest)

    def read_text(self, digest: str) -> str:
        """Return the text with this digest. Raises ReaderError when it is missing or not what was kept."""
        return self.read_bytes(digest).decode("utf-8", "surrogatepass")

    def read_bytes(self, digest: str) -> bytes:
        """Return the bytes with this digest. Raises ReaderError when they are missing or not what was kept."""
        path = self._path(digest)
        try:
            data = zlib.decompress(path.read_bytes())
        except FileNotFoundError:
            raise ReaderError(f"the library kept no text {digest[:12]}", "open the article's file itself") from None
        except (OSError, zlib.error) as error:
            raise ReaderError(f"{path} cannot be read: {error}", "open the article's file itself") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise ReaderError(f"{path} is damaged: its content is another", "open the article's file itself")
        return data

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ReaderError(f"the library names a text by {digest!r}, which is no digest")
        return self.folder / digest[:2] / f"{digest}.z"
