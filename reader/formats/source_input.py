"""What a person supplies as the text behind a reference: a file, the page at an address, or a text they paste or pipe."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from reader.article.article import Article
from reader.errors import NoText
from reader.formats import is_address, parse, read_bytes
from reader.formats.plain import file_title
from reader.formats.progress import report

_PASTED = "-"


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
        return SourceInput(_read(data, name), data, name)
    # Only who fetches pays for the network's library.
    from reader.formats.web import Limits, article_of, fetch

    fetched = fetch(name, Limits(private=private), _told)
    try:
        article = article_of(fetched)
    except NoText:
        article = None
    return SourceInput(article, fetched.data, fetched.address)


def pasted(text: str) -> SourceInput:
    """Read a text that was pasted. Raises ReaderError when it is empty."""
    data = text.encode("utf-8", "replace")
    return SourceInput(_unnamed(parse(data, _PASTED)), data, "")


def of_pipe(data: bytes) -> SourceInput:
    """Read what came through a pipe, a text or a document. Raises ReaderError as `supplied`."""
    article = _read(data, _PASTED)
    return SourceInput(_unnamed(article) if article is not None else None, data, "")


def _unnamed(article: Article) -> Article:
    """Return an article without the name of the pipe as its title: the reference names its source better."""
    return replace(article, title="") if article.title == file_title(_PASTED) else article


def _read(data: bytes, name: str) -> Article | None:
    try:
        return parse(data, name)
    except NoText:
        return None


def _told(come: int, expected: int) -> bool:
    report("byte", come, expected)
    return True
