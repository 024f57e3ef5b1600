"""Read the text of a source from the user: a file, or a pasted or piped text."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from reader.article.article import Article
from reader.errors import NoTextError, ScanError
from reader.formats import parse_article, read_bytes
from reader.formats.pasted_text import pasted_bytes
from reader.formats.plain import file_title

_PASTE_NAME = "-"


class SourceInput(NamedTuple):
    """A source: the article in it (None if it contains no text), its bytes, and its origin.

    `origin` is the path as typed, the final address of a page, or "" for a pasted or piped text. `requested`, `landing` and
    `archived_at` are those of `SourceText`. `is_abstract` marks the page that describes a document, which could not be had for
    the reason in `note`, which also says how the text of a scan is recognised.
    """

    article: Article | None
    data: bytes
    origin: str
    requested: str = ""
    landing: str = ""
    archived_at: str = ""
    is_abstract: bool = False
    note: str = ""


def read_source_file(path: str) -> SourceInput:
    """Read a file. Raises ReaderError if it cannot be read, but not if it contains no text."""
    data = read_bytes(path)
    article, note = _read_text(data, path)
    return SourceInput(article, data, path, note=note)


def read_paste(text: str) -> SourceInput:
    """Read a pasted text. Raises ReaderError if it is empty."""
    data = pasted_bytes(text)
    return SourceInput(_without_pipe_title(parse_article(data, _PASTE_NAME)), data, "")


def read_pipe(data: bytes) -> SourceInput:
    """Read a piped text or document. Raises ReaderError as `read_source_file` does."""
    article, note = _read_text(data, _PASTE_NAME)
    return SourceInput(_without_pipe_title(article) if article is not None else None, data, "", note=note)


def _without_pipe_title(article: Article) -> Article:
    """Return the article without the title of a pipe, since its reference has a better one."""
    return replace(article, title="") if article.title == file_title(_PASTE_NAME) else article


def _read_text(data: bytes, name: str) -> tuple[Article | None, str]:
    """Return the text of a source, None if it contains none, and what is to be done then."""
    try:
        return parse_article(data, name), ""
    except ScanError as error:
        return None, f"{error.hint}; then attach it again"
    except NoTextError:
        return None, ""
