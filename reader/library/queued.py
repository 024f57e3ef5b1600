"""What is on its way to the disk: the changes that are wanted, and the texts and documents that they may name."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from reader.library.wanted import Request


class Queued:
    """Requests in their order, and documents by their digests, until they are on the disk. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._documents: dict[str, bytes] = {}

    def ask(self, request: Request) -> None:
        """Queue a change."""
        with self._lock:
            self._requests.append(request)

    def keep(self, digest: str, data: bytes) -> None:
        """Queue a document."""
        with self._lock:
            self._documents[digest] = data

    @property
    def requests(self) -> tuple[Request, ...]:
        """The changes that are queued."""
        with self._lock:
            return tuple(self._requests)

    def document(self, digest: str) -> bytes | None:
        """Return the document with this digest, or None when it is not queued."""
        with self._lock:
            return self._documents.get(digest)

    def all(self) -> tuple[tuple[Request, ...], dict[str, bytes]]:
        """Return all that is queued now. Whatever the requests name that was queued before them is among the documents."""
        with self._lock:
            return tuple(self._requests), dict(self._documents)

    def done(self, requests: Sequence[Request], documents: Iterable[str]) -> None:
        """Forget what is on the disk: the first so many requests, and documents by their digests."""
        with self._lock:
            del self._requests[: len(requests)]
            for digest in documents:
                self._documents.pop(digest, None)
