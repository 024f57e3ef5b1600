"""Keep the texts that were read and the documents they come from: queued at once, written to the disk by the writer."""

from __future__ import annotations

import contextlib
import os

from reader.article.article import Article
from reader.digests import sha256
from reader.errors import ReaderError
from reader.files import read_document
from reader.library.articles import ArticleEntry, ArticleSummary, Edition, original_of
from reader.library.snapshots import Snapshots, encode_document
from reader.library.transaction import PendingChanges
from reader.library.writer import Writer
from reader.review.model import SourceText


class KeptDocuments:
    """The texts and documents of a library, those that are queued included. `Library` is one."""

    _pending: PendingChanges
    _snapshots: Snapshots
    _writer: Writer

    def keep_text(self, article: Article) -> None:
        """Queue the text of an article or a source, and the document it was built from."""
        if not self._snapshots.has(article.digest):
            self._queue_document(article.digest, article.text)
        self._queue_document(original_of(article), article.original)

    def keep_document(self, data: bytes) -> str:
        """Queue a document that has no text, and return its digest."""
        digest = sha256(data).hexdigest()
        self._queue_document(digest, data)
        return digest

    def text(self, item: ArticleEntry | Edition | SourceText) -> str:
        """Return the text of an article, in its latest edition, an edition or a source. Raises ReaderError as `document`."""
        return self._document_bytes(item.digest).decode("utf-8", "surrogatepass")

    def document(self, item: ArticleEntry | ArticleSummary | Edition | SourceText) -> bytes:
        """Return the document that a kept text was built from, or the text itself where the file was text.

        Raises ReaderError when it was not kept or is damaged.
        """
        return self._document_bytes(item.original or item.digest)

    def latest_document(self, entry: ArticleEntry | ArticleSummary) -> bytes:
        """Return the bytes of an article's file as they are now, else of the kept document. Raises as `document`."""
        if entry.source != "-" and os.path.isfile(entry.source):
            with contextlib.suppress(OSError):
                return read_document(entry.source)
        return self.document(entry)

    def _queue_document(self, digest: str, data: bytes | str) -> None:
        if digest and not self._snapshots.has(digest):
            self._pending.add_document(digest, data)
            self._writer.wake()

    def _document_bytes(self, digest: str) -> bytes:
        data = self._pending.document(digest)
        return self._snapshots.read_bytes(digest) if data is None else encode_document(data)

    def _text_or_none(self, digest: str) -> str | None:
        try:
            return self._document_bytes(digest).decode("utf-8", "surrogatepass")
        except (ReaderError, UnicodeDecodeError):  # of a source without a text, the document itself is kept
            return None
