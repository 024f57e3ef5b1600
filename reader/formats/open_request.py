"""Requests to open articles that take a while to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from reader.article.article import Article


class OpenRequest(NamedTuple):
    """A document to open. `name` is the path or address from the user; `read` reads the document, on any thread.

    `beginning` is what can be shown of a text before that: the whole text, but only its first blocks and their styles.

    `recognize` reads a scan, whose text it recognises in the language with this code ("" for the likeliest); it takes long,
    so a person is asked first. None where that was done, or cannot be.

    `read` raises ReaderError, reports its progress to `reader.formats.progress`, and can be cancelled there.
    """

    name: str
    read: Callable[[], Article]
    beginning: Article | None = None
    recognize: Callable[[str], Article] | None = None

    def with_recognition(self, language: str) -> OpenRequest:
        """Return a request for the same document that recognises its text."""
        recognize = self.recognize
        return self if recognize is None else OpenRequest(self.name, lambda: recognize(language))
