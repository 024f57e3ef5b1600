"""What all commands share: the settings, the library, and the arguments ARTICLE and REFERENCE."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from reader.errors import ReaderError, UsageError
from reader.printable import printable_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from reader.article.article import Article
    from reader.article.model import Reference
    from reader.library import ArticleEntry, Library
    from reader.review.scale import Scale
    from reader.review.session import ReviewSession
    from reader.settings import Settings

_MOST_LABELS: Final = 12
_WORD_BREAKS: Final = frozenset("\"'<>=;|&(:)`$\\*?[]{}!")
"""Characters in a title at which a shell parts words or sees a pattern, so that it could not complete it."""
_RECOGNIZED: Final = "auto"
"""The value of `--language` for the recognised language."""

CommandFunction = Callable[..., None]


@dataclass
class CliContext:
    """One call of the command line: `folder` is the library from `--library`, `private` the value of `--allow-private`.

    `language` is the code from `--language`, "" for the recognised language, None if the option is not used. A `tolerant` call
    starts in spite of mistakes in the settings that are not vital; the screen shows them. `ocr` is the value of `--ocr`.
    """

    folder: Path | None = None
    private: bool = False
    language: str | None = None
    tolerant: bool = False
    ocr: bool = False
    _complaint: str = ""

    @cached_property
    def settings(self) -> Settings:
        """The settings for this call. Raises ReaderError when the settings file has an error."""
        from reader.settings import load_settings

        return load_settings(library=self.folder, tolerant=self.tolerant)

    def library(self) -> Library:
        """Open the library, to be closed by a `with` block, and print its warnings. Raises ReaderError when that fails.

        At the end of the command, the index for searches follows what it changed.
        """
        from reader.library import Library

        library = Library.open(self.settings.library)
        click.get_current_context().call_on_close(follow_changes(library, self.settings.scale))
        for warning in library.warnings():
            click.echo(f"reader: {printable_line(warning)}", err=True)
        return library

    def peek_library(self) -> Library:
        """Open the library without a word, for what Tab completes. Raises ReaderError when that fails."""
        from reader.library import Library

        return Library.open(self.settings.library)

    @property
    def recognition_language(self) -> str | None:
        """The language in which the text of scans is recognised, "" for the likeliest, None if it is not."""
        return (self.language or "") if self.ocr else None

    def set_language(self, session: ReviewSession) -> None:
        """Set the language of the article in a session to that of `--language`, if there is one."""
        if self.language is not None:
            session.set_language(self.language)

    def look_up_health(self, session: ReviewSession) -> None:
        """Give a review what is known about the works that its article cites, and print once what could not be read."""
        from reader.registries.lookup import look_up_health

        complaint = look_up_health(session, self.settings.library, self.settings)
        if complaint and complaint != self._complaint:
            self._complaint = complaint
            click.echo(f"reader: {printable_line(complaint)}", err=True)


def follow_changes(library: Library, scale: Scale) -> Callable[[], None]:
    """Return a function that brings the search index up to date with what was changed since, if there is an index."""
    contents = library.contents()
    version = contents.version()

    def follow() -> None:
        from reader.search.place import index_path

        with suppress(ReaderError):
            if index_path(contents.place).is_file() and contents.version() != version:
                from reader.search.index import SearchIndex

                SearchIndex(library, scale, (contents, version)).update()

    return follow


def cli_context(context: click.Context) -> CliContext:
    """Return the call that a command belongs to."""
    return context.find_root().ensure_object(CliContext)


def library_option(function: CommandFunction) -> CommandFunction:
    """Give a command the option `--library`, which may stand before or after the command's name."""

    def set_folder(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            from reader.files import expand_path

            cli_context(context).folder = expand_path(value)

    return click.option(
        "--library",
        type=click.Path(file_okay=False),
        metavar="DIR",
        expose_value=False,
        callback=set_folder,
        help="The folder of the library. Default: CLAIM_READER_LIBRARY, then the settings.",
    )(function)


def network_option(function: CommandFunction) -> CommandFunction:
    """Give a command that fetches addresses the option `--allow-private`."""

    def set_private(context: click.Context, _: click.Parameter, value: bool) -> None:
        cli_context(context).private |= value

    return click.option(
        "--allow-private",
        is_flag=True,
        expose_value=False,
        callback=set_private,
        help="Also fetch addresses in your own network.",
    )(function)


def language_option(function: CommandFunction) -> CommandFunction:
    """Give a command the option `--language`."""

    def set_language(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            cli_context(context).language = _parse_language(value)

    return click.option(
        "--language",
        metavar="CODE",
        expose_value=False,
        callback=set_language,
        help=f'The language of the text, such as "de"; "{_RECOGNIZED}" recognises it.',
    )(function)


def ocr_option(function: CommandFunction) -> CommandFunction:
    """Give a command the option `--ocr`."""

    def set_ocr(context: click.Context, _: click.Parameter, value: bool) -> None:
        cli_context(context).ocr |= value

    return click.option(
        "--ocr",
        is_flag=True,
        expose_value=False,
        callback=set_ocr,
        help="Recognise the text of a scan or a picture, with Tesseract, in the language of --language.",
    )(function)


def _parse_language(value: str) -> str:
    """Return the code of a language, "" for the recognised one. Raises UsageError, with the languages that are known."""
    from reader.article.language import LANGUAGE_NAMES, find_language

    code = "" if value == _RECOGNIZED else find_language(value)
    if not code and value != _RECOGNIZED:
        codes = ", ".join(f"{code} {name}" for code, name in LANGUAGE_NAMES.items())
        raise UsageError(f'Unknown language "{value}"', f"Use {_RECOGNIZED} or one of: {codes}")
    return code


# ------------------------------------------------------------------ arguments, and what Tab completes


def complete_article(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the titles in the library that begin with `incomplete`, and ids for titles that name no single article.

    Files are completed if there is none.
    """
    from click.shell_completion import CompletionItem

    items = [
        CompletionItem(name, help=title)
        for name, title in _article_names(context)
        if incomplete.casefold() in (name.casefold()[: len(incomplete)], title.casefold()[: len(incomplete)])
    ]
    return items or [CompletionItem(incomplete, type="file")]


def complete_tag(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the tags of the codebook that begin with `incomplete`."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in _tag_names(context) if name.casefold().startswith(incomplete.casefold())]


def _article_names(context: click.Context) -> Iterator[tuple[str, str]]:
    from collections import Counter

    with suppress(ReaderError), cli_context(context).peek_library() as library:
        summaries = library.summaries()
        counts = Counter(entry.title for entry in summaries)
        for entry in summaries:
            is_unique = counts[entry.title] == 1 and entry.title.strip() and not (set(entry.title) & _WORD_BREAKS)
            yield entry.title if is_unique else entry.id, entry.title


def _tag_names(context: click.Context) -> Iterator[str]:
    with suppress(ReaderError), cli_context(context).peek_library() as library:
        yield from sorted(tag.name for tag in library.codebook())


def article_argument(function: CommandFunction) -> CommandFunction:
    """Give a command the argument ARTICLE, as `name`."""
    return click.argument("name", metavar="ARTICLE", shell_complete=complete_article)(_explain_article(function))


def optional_article_argument(function: CommandFunction) -> CommandFunction:
    """Give a command the argument ARTICLE, as `name`, which is "" if it is left out."""
    return click.argument("name", metavar="[ARTICLE]", default="", shell_complete=complete_article)(_explain_article(function))


def _explain_article(function: CommandFunction) -> CommandFunction:
    explanation = 'ARTICLE is a file, "-" for standard input, or the id or title of an article in the library.'
    function.__doc__ = f"{inspect.cleandoc(function.__doc__ or '')}\n\n{explanation}"
    return function


def resolve_reference(article: Article, name: str) -> Reference:
    """Return the reference with this label or id: "2", "[2]", "Lee 2020".

    Raises UsageError when there is none, with the closest labels, and when there are several.
    """
    label = name.strip()
    label = label[1:-1].strip() if label.startswith("[") and label.endswith("]") else label
    for normalize in (str, str.casefold):
        matches = [reference for reference in article.references if normalize(reference.label) == normalize(label)]
        if len(matches) == 1:
            return matches[0]
        if by_id := article.reference_by_id.get(label):
            return by_id
        if matches:
            ids = ", ".join(reference.id for reference in matches)
            raise UsageError(f'Several references have the label "{label}"', f"Use an id: {ids}")
    raise UsageError(f'There is no reference "{label}"', _reference_hint(article, label))


def _reference_hint(article: Article, label: str) -> str:
    labels = [reference.label for reference in article.references]
    if not labels:
        return "The article lists no references"
    if len(labels) <= _MOST_LABELS:
        return f"The references are {', '.join(labels)}"
    close = get_close_matches(label, labels)
    count = f"There are {len(labels)} references, from {labels[0]} to {labels[-1]}"
    return f"Did you mean {', '.join(close)}? {count}" if close else count


def resolve_article(name: str, library: Library, *, private: bool = False) -> Article:
    """Return the article that ARTICLE names: a file, "-" for standard input, an address, or an id or title in the library.

    An article of the library is read from its file or from the latest edition, and so is an address that was fetched before.
    Raises ReaderError when there is no such article or it cannot be read.
    """
    from reader.formats.article_cache import open_document

    if name == "-" or os.path.lexists(name) or is_new_address(name, library):
        return read_input(name, private=private)
    entry = library.find(name)
    return open_document(library.latest_document(entry), entry.source)


def resolve_entry(name: str, library: Library) -> ArticleEntry:
    """Return the library's entry of the article that ARTICLE names. Raises ReaderError when the library has none."""
    if name != "-" and not os.path.lexists(name):
        return library.find(name)
    _, entry = library.peek(read_input(name))
    if entry is None:
        raise ReaderError(f'"{name}" is not in the library {library.folder}', "`reader list` lists the articles that are")
    return entry


def is_new_address(name: str, library: Library) -> bool:
    """Whether this is an address of which the library has no article."""
    from reader.formats import is_address

    return is_address(name) and not any(entry.source == name for entry in library.summaries())


def read_input(name: str, *, private: bool = False, ocr: str | None = None) -> Article:
    """Return the article in a file, at an address, or on standard input for "-".

    `ocr` is the language in which the text of a scan is recognised, None if it is not. Raises ReaderError when it cannot be
    read, or when it is in the person's own network and `private` does not allow that.
    """
    from reader.formats import is_address, read_bytes
    from reader.formats.article_cache import open_document

    if is_address(name) and not os.path.lexists(name):
        from reader.cli.progress import fetch_with_progress

        return fetch_with_progress(name, private=private, ocr=ocr)
    data = read_bytes(name, stdin=read_stdin(name))
    if ocr is None:
        return open_document(data, name)
    from reader.cli.progress import show_progress
    from reader.formats.scans.recognition import open_scan

    with show_progress(f"Recognising {name}"):
        return open_scan(data, name, ocr)


def read_stdin(name: str) -> bytes | None:
    """Return the bytes of standard input if `name` is "-", else None.

    Raises ReaderError if it is too large or cannot be read.
    """
    from reader.files import read_stream

    if name != "-":
        return None
    with open_stdin() as stream:
        return read_stream(stream, "The input")


@contextmanager
def open_stdin() -> Generator[BinaryIO]:
    """Give standard input to the code in the context, and raise ReaderError if it cannot be read there."""
    if sys.stdin.isatty():
        click.echo("reader: paste or type the text; Enter and Ctrl+D end it", err=True)
    if hasattr(os, "set_blocking"):
        with suppress(OSError):
            os.set_blocking(0, True)  # another program may have left it so that reading would not wait
    try:
        yield sys.stdin.buffer
    except OSError as error:
        raise ReaderError(f"The input cannot be read: {error.strerror}") from error
