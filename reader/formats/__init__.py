"""Read documents of any format into an `Article`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from reader.article.article import Article
from reader.errors import ReaderError

_PIPE: Final = "-"
_MAX_QUICK_SIZE: Final = 2_000_000
"""The most bytes of plain text that can be read at once."""
_IMPORTERS: Final = {
    "pdf": ("reader.formats.pdf.importer", "pdf_article"),
    "epub": ("reader.formats.epub", "epub_article"),
    "docx": ("reader.formats.docx.importer", "docx_article"),
    "jats": ("reader.formats.jats.importer", "jats_article"),
    "html": ("reader.formats.html.importer", "html_article"),
}
"""The importers of binary formats and markup, as module and function. They take bytes and are imported on demand."""
_TEXT_IMPORTERS: Final = {
    "rst": ("reader.formats.rst.importer", "rst_article"),
    "markdown": ("reader.formats.markdown.importer", "markdown_article"),
    "plain": ("reader.formats.plain", "plain_article"),
}
"""The importers of text formats. They take decoded text."""


def read_article(path: str, *, stdin: bytes | None = None) -> Article:
    """Read the file at `path`, or `stdin` if `path` is "-".

    Raises ReaderError if the file is missing, unreadable or contains no text.
    """
    return parse_article(read_bytes(path, stdin=stdin), path)


def read_bytes(path: str, *, stdin: bytes | None = None) -> bytes:
    """Return the bytes of the file at `path`, or `stdin` if `path` is "-". Raises ReaderError."""
    if path == _PIPE:
        return stdin or b""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _file_error(path, error) from error


def is_address(name: str) -> bool:
    """Whether a name is a web address."""
    return name.lower().startswith(("http://", "https://"))


def short_name(name: str) -> str:
    """Return the short name of a path or an address: the file without its folder, the host."""
    if not is_address(name):
        return Path(name).name or name
    try:
        return urlsplit(name).hostname or name
    except ValueError:
        return name


def is_quick(data: bytes, source: str) -> bool:
    """Whether `parse_article` returns at once, as for short texts. Other documents should be read in the background."""
    from reader.formats.detection import detect_container, detect_markup

    return len(data) <= _MAX_QUICK_SIZE and not (detect_container(data) or detect_markup(data, source))


def parse_article(data: bytes, source: str) -> Article:
    """Parse `data`, which came from `source`: a path or address, whose suffix may indicate the format, or "-".

    Raises ReaderError if the data is empty, broken or of no supported format. Any text becomes an article.
    """
    from reader.formats.detection import detect_container, detect_markup, detect_text_format

    kind = detect_container(data) or detect_markup(data, source)
    if kind:
        return replace(_importer(*_IMPORTERS[kind])(data, source), original=data)
    from reader.formats.detection import decode, document_name, reject_binary

    reject_binary(data, document_name(source))
    text = decode(data)
    return _importer(*_TEXT_IMPORTERS[detect_text_format(text, source)])(text, source)


def parse_kept(document: bytes, source: str, digest: str, text: Callable[[], str]) -> Article:
    """Parse a kept document again. If it yields another text today, build the article from the kept text with this digest."""
    article = parse_article(document, source)
    return article if article.digest == digest else _importer(*_TEXT_IMPORTERS["plain"])(text(), _PIPE)


def _importer(module: str, name: str) -> Callable[[bytes | str, str], Article]:
    return getattr(import_module(module), name)


def _file_error(path: str, error: OSError | ValueError) -> ReaderError:
    match error:
        case FileNotFoundError():
            return ReaderError(f"File not found: {path}", "Check the name and the folder")
        case IsADirectoryError():
            return ReaderError(f"{path} is a folder", "Name a file in it")
        case PermissionError():
            return ReaderError(f"Not permitted to read {path}", "Change the permissions of the file")
        case OSError():
            return ReaderError(f"Cannot read {path}: {error.strerror or error}")
        case _:
            return ReaderError(f"{path!r} is not a file name", "Check the name and the folder")
