"""How an article comes in: one door for every format, bytes to `Article`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Final

from reader.article.article import Article
from reader.errors import ReaderError

_PIPE: Final = "-"
_MAX_QUICK_SIZE: Final = 2_000_000
"""From so many bytes on, also a text takes a while."""
_IMPORTERS: Final = {
    "pdf": ("reader.formats.pdf.importer", "pdf_article"),
    "epub": ("reader.formats.epub", "epub_article"),
    "docx": ("reader.formats.docx.importer", "docx_article"),
    "jats": ("reader.formats.jats.importer", "jats_article"),
    "html": ("reader.formats.html.importer", "html_article"),
}
"""The importers of what is more than a text, which take its bytes: module and function, loaded when they are needed."""
_TEXT_IMPORTERS: Final = {
    "rst": ("reader.formats.rst.importer", "rst_article"),
    "markdown": ("reader.formats.markdown.importer", "markdown_article"),
    "plain": ("reader.formats.plain", "plain_article"),
}
"""The importers of texts, which take them decoded."""


def read_article(path: str, *, stdin: bytes | None = None) -> Article:
    """Read the file at `path`, or what came through a pipe (`path` "-", the bytes in `stdin`).

    Raises ReaderError when there is no such file, when it may not be read, and when there is no text in it.
    """
    return parse_article(read_bytes(path, stdin=stdin), path)


def read_bytes(path: str, *, stdin: bytes | None = None) -> bytes:
    """Return the bytes of the file at `path`, or those that came through a pipe, as `read_article`. Raises ReaderError."""
    if path == _PIPE:
        return stdin or b""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _file_error(path, error) from error


def is_address(name: str) -> bool:
    """Whether what a person named is the address of a page."""
    return name.lower().startswith(("http://", "https://"))


def is_quick(data: bytes, source: str) -> bool:
    """Whether `parse` is done at once: with a text, unless it is long. Everything else is read beside the screen."""
    from reader.formats.detection import detect_container, detect_markup

    return len(data) <= _MAX_QUICK_SIZE and not (detect_container(data) or detect_markup(data, source))


def parse_article(data: bytes, source: str) -> Article:
    """Read `data`, which came from `source`: a path or an address, whose name may tell the format, or "-".

    Raises ReaderError when it is empty, no document that can be read, or broken. Everything that is text becomes an article.
    """
    from reader.formats.detection import detect_container, detect_markup, detect_text_format

    kind = detect_container(data) or detect_markup(data, source)
    if kind:
        return replace(_importer(*_IMPORTERS[kind])(data, source), original=data)
    from reader.formats.detection import decode, reject_binary

    reject_binary(data, "the input" if source == _PIPE else source)
    text = decode(data)
    return _importer(*_TEXT_IMPORTERS[detect_text_format(text, source)])(text, source)


def _importer(module: str, name: str) -> Callable[[bytes | str, str], Article]:
    return getattr(import_module(module), name)


def _file_error(path: str, error: OSError | ValueError) -> ReaderError:
    """Say in a person's words why a file could not be read."""
    match error:
        case FileNotFoundError():
            return ReaderError(f"there is no file {path}", "check the name and the folder")
        case IsADirectoryError():
            return ReaderError(f"{path} is a folder", "name a file in it")
        case PermissionError():
            return ReaderError(f"{path} may not be read", "its permissions don't let you")
        case OSError():
            return ReaderError(f"{path} can't be read: {error.strerror or error}")
        case _:
            return ReaderError(f"{path!r} is no name of a file", "check the name and the folder")
