"""Read documents of any format into an `Article`."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from reader.article.article import Article
from reader.article.phrases import DEBRIS_MARKS, DEBRIS_WORDS
from reader.errors import ReaderError, ScanError
from reader.files import read_document
from reader.printable import shorten_words

if TYPE_CHECKING:
    from reader.article.model import FileText
    from reader.formats.budget import Budget, Limits

INTERNAL_ERROR: Final = "an error of Claim Reader itself"
_PIPE: Final = "-"
_MAX_QUICK_SIZE: Final = 2_000_000
"""The most bytes of plain text that can be read at once."""
_MAX_TITLE_LENGTH: Final = 500
"""The most code points of a title: reports and tables repeat it in every row. A longer one stays in the text."""
_IMPORTERS: Final = {
    "pdf": ("reader.formats.pdf.importer", "pdf_article"),
    "epub": ("reader.formats.epub", "epub_article"),
    "docx": ("reader.formats.docx.importer", "docx_article"),
    "odt": ("reader.formats.odt.importer", "odt_article"),
    "fodt": ("reader.formats.odt.importer", "flat_odt_article"),
    "rtf": ("reader.formats.rtf.importer", "rtf_article"),
    "jats": ("reader.formats.jats.importer", "jats_article"),
    "html": ("reader.formats.html.importer", "html_article"),
    "latex": ("reader.formats.latex.importer", "latex_article"),
    "message": ("reader.formats.mime", "message_article"),
    "scan": ("reader.formats.pdf.importer", "picture_article"),
    "notebook": ("reader.formats.notebook", "notebook_article"),
}
"""The importers of binary formats and markup, as module and function. They take bytes and are imported on demand."""
_TEXT_IMPORTERS: Final = {
    "rst": ("reader.formats.rst.importer", "rst_article"),
    "markdown": ("reader.formats.markdown.importer", "markdown_article"),
    "wikitext": ("reader.formats.wikitext.importer", "wikitext_article"),
    "plain": ("reader.formats.plain", "plain_article"),
}
"""The importers of text formats. They take decoded text."""
_WITH_NOTICES: Final = frozenset({"wikitext"})
"""The text formats whose importers write notices of what is left out: the text of an article does not end as its file does."""
_BEGINNINGS: Final = {
    "markdown": ("reader.formats.markdown.importer", "markdown_beginning"),
    "plain": ("reader.formats.plain", "plain_beginning"),
}
"""The functions that read the beginning of a long text alone. They take decoded text."""


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
        return read_document(path)
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
    from reader.formats.detection import describe_picture, detect_container, detect_markup

    has_other_format = detect_container(data) or describe_picture(data) or detect_markup(data, source)
    return len(data) <= _MAX_QUICK_SIZE and not has_other_format


def read_beginning(data: bytes, source: str) -> Article | None:
    """Return a long text with only its first blocks and their styles, as `parse_article` will find them.

    A screen can show them at once. None: for a document that should be parsed first. Raises ReaderError for what is not text.
    """
    from reader.formats.detection import decode_file, detect_text_format, document_name, normalize_line_ends, reject_binary

    reject_binary(data, document_name(source))
    file = decode_file(data)
    text = normalize_line_ends(file.text)
    format = detect_text_format(text, source)
    if format not in _BEGINNINGS:
        return None
    module, name = _BEGINNINGS[format]
    try:
        article: Article | None = getattr(import_module(module), name)(text, source)
    except Exception:  # `parse_article` will meet it too, and say what it is
        return None
    if article is None or _may_have_debris(text[: article.blocks[-1].end]):
        return None
    return replace(article, file=file)


def parse_article(data: bytes, source: str, limits: Limits | None = None, file: FileText | None = None) -> Article:
    """Parse `data`, which came from `source`: a path or address, whose suffix may indicate the format, or "-".

    Beyond `limits` (None: the default ones), the rest of the document is left out, and a notice in the text says so. `file` is
    the text of the data, if it was decoded before: then memory holds it once.

    Raises ReaderError if the data is empty, broken or of no supported format. Any text becomes an article.
    """
    from reader.formats.budget import read_in_time
    from reader.formats.detection import document_name

    what = document_name(source)
    try:
        with without_collection():
            return read_in_time(lambda budget: _complete(_import_document(data, source, budget, file)), what, limits)
    except MemoryError as error:
        raise ReaderError(f"{what} needs more memory than there is", "Close other programs and try again") from error
    except (ReaderError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise ReaderError(f"{what} cannot be read: {INTERNAL_ERROR} ({type(error).__name__})", "Please report this") from error


@contextmanager
def without_collection() -> Generator[None]:
    """Turn the garbage collector off in the context. What is read stays, and looking for garbage takes as long as reading."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _complete(article: Article) -> Article:
    """Complete an article with what all formats have in common: language, debris and sources in comments, a short title."""
    from reader.formats.detection import with_language

    article = with_language(article)
    if _may_have_debris(article.text):
        from reader.article.debris import with_debris_aside  # not for the first frame of other texts

        article = with_debris_aside(article)
    if article.comments:
        from reader.formats.comment_sources import with_comment_sources  # few documents have comments

        article = with_comment_sources(article)
    if len(article.title) > _MAX_TITLE_LENGTH:
        article = article.with_title(shorten_words(article.title, _MAX_TITLE_LENGTH))
    return article


def _may_have_debris(text: str) -> bool:
    return any(word in text for word in DEBRIS_WORDS) or any(mark.search(text) for mark in DEBRIS_MARKS)


def _import_document(data: bytes, source: str, budget: Budget, file: FileText | None) -> Article:
    from reader.formats.detection import SCAN, describe_picture, detect_container, detect_markup

    kind = detect_container(data) or (SCAN if describe_picture(data) else detect_markup(data, source))
    if kind:
        return replace(_importer(*_IMPORTERS[kind])(data, source), original=data)
    return _import_text(data, source, budget, file)


def _import_text(data: bytes, source: str, budget: Budget, file: FileText | None) -> Article:
    from reader.formats.budget import fitted_article
    from reader.formats.detection import (
        decode_file,
        detect_text_format,
        document_name,
        normalize_line_ends,
        reject_binary,
        reject_foreign_text,
    )

    reject_binary(data, document_name(source))
    beginning = budget.fit_bytes(data, budget.limits.text_size)
    if file is None or beginning is not data:
        file = decode_file(beginning)
    text = normalize_line_ends(file.text)
    reject_foreign_text(text, source)
    format = detect_text_format(text, source)
    importer = _importer(*_TEXT_IMPORTERS[format])
    if len(fitted := budget.fit_text(text)) < len(text):
        file = None  # the memory is needed, and the text of the article is another one
    text = fitted
    article = (
        importer(text, source) if format in _WITH_NOTICES else fitted_article(text, budget, lambda part: importer(part, source))
    )
    return replace(article, file=file) if file is not None and article.text == text else article


def restore_article(read: Callable[[], Article], digest: str, text: Callable[[], str]) -> Article:
    """Return the article that `read` parses a kept document to, or if its text has another digest today, that of the kept text.

    A scan whose recognised text is no longer in the cache has its kept text too. Raises ReaderError as `read` and `text` do.
    """
    try:
        article = read()
    except ScanError:
        article = None
    if article is not None and article.digest == digest:
        return article
    return _complete(_importer(*_TEXT_IMPORTERS["plain"])(text(), _PIPE))


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
