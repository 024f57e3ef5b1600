"""Requests to open articles that take a while to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reader.article.article import Article


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A document to open. `name` is the path or address from the user; `read` reads the document, on any thread.

    `read` raises ReaderError, reports its progress to `reader.formats.progress`, and can be cancelled there.
    """

    name: str
    read: Callable[[], Article]
