"""An article that a person asked for and that takes a while to read: what it is called, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reader.article.article import Article
from reader.formats.progress import report


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """`name` is what the person called it; `read` reads it, on any thread, and raises ReaderError.

    Whoever listens (`reader.formats.progress`) is told how far that is, and can stop it.
    """

    name: str
    read: Callable[[], Article]


def page_request(address: str, *, private: bool) -> OpenRequest:
    """Return the article at an address, to be fetched; `private` allows one of the person's own network."""

    def read() -> Article:
        from reader.formats.web import FetchLimits, read_page

        return read_page(address, FetchLimits(private=private), told)

    def told(come: int, expected: int) -> bool:
        report("byte", come, expected)
        return True

    return OpenRequest(address, read)
