"""What a person supplies as the text behind a reference: a file, the page at an address, or a text they paste or pipe."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from reader.article.article import Article
from reader.errors import NoTextError
from reader.formats import is_address, parse_article, read_bytes
from reader.formats.plain import file_title
from reader.formats.progress import report

_PASTE_NAME = "-"


class SourceInput(NamedTuple):
    """What came: the article that was read, None when there is no text in it; the bytes; where they came from.

    `origin` is the path or address as it was named, the address that it led to in the end, or "" for what was pasted or piped.
    """

    article: Article | None
    data: bytes
    origin: str


def read_source(name: str, *, private: bool = False) -> SourceInput:
    """Read the file or the page that `name` names; `private` allows an address of the person's own network.

    Whoever listens (`formats.progress`) is told how far a fetch is, and can stop it. Raises ReaderError when it cannot be
    had or read; not when there is no text in it.
    """
    if not is_address(name):
        data = read_bytes(name)
        return SourceInput(_read_text(data, name), data, name)
    # Only who fetches pays for the network's library.
    from reader.formats.web import FetchLimits, fetch_page, page_article

    fetched = fetch_page(name, FetchLimits(private=private), _report_bytes)
    try:
        article = page_article(fetched)
    except NoTextError:
        article = None
    return SourceInput(article, fetched.data, fetched.address)


def read_paste(text: str) -> SourceInput:
    """Read a text that was pasted. Raises ReaderError when it is empty."""
    data = text.encode("utf-8", "replace")
    return SourceInput(_without_pipe_title(parse_article(data, _PASTE_NAME)), data, "")


def read_pipe(data: bytes) -> SourceInput:
    """Read what came through a pipe, a text or a document. Raises ReaderError as `supplied`."""
    article = _read_text(data, _PASTE_NAME)
    return SourceInput(_without_pipe_title(article) if article is not None else None, data, "")


def _without_pipe_title(article: Article) -> Article:
    """Return an article without the name of the pipe as its title: the reference names its source better."""
    return replace(article, title="") if article.title == file_title(_PASTE_NAME) else article


def _read_text(data: bytes, name: str) -> Article | None:
    try:
        return parse_article(data, name)
    except NoTextError:
        return None


def _report_bytes(come: int, expected: int) -> bool:
    report("byte", come, expected)
    return True
