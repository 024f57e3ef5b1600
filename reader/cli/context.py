"""Shared by all commands: settings, library, ARTICLE and REFERENCE arguments."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

import click

from reader.errors import ReaderError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from reader.article.article import Article
    from reader.article.model import Reference
    from reader.library import ArticleEntry, Library
    from reader.settings import Settings


# ------------------------------------------------------------------ by its label as people see it, or by its id

_MOST_LABELS: Final = 12


def resolve_reference(article: Article, name: str) -> Reference:
    """Return the reference that a person named: "2", "[2]", "Lee 2020", or an id.

    Raises UsageError when there is none, with the closest or with how many there are, and when there are several.
    """
    label = name.strip()
    label = label[1:-1].strip() if label.startswith("[") and label.endswith("]") else label
    for same in (str, str.casefold):
        meant = [reference for reference in article.references if same(reference.label) == same(label)]
        if len(meant) == 1:
            return meant[0]
        if known := article.reference_by_id.get(label):
            return known
        if meant:
            ids = ", ".join(reference.id for reference in meant)
            raise UsageError(f'several references are called "{label}"', f"name one by its id: {ids}")
    raise UsageError(f'no reference is called "{label}"', _reference_hint(article, label))


def _reference_hint(article: Article, label: str) -> str:
    labels = [reference.label for reference in article.references]
    if not labels:
        return "the article lists no references"
    if len(labels) <= _MOST_LABELS:
        return f"there are: {', '.join(labels)}"
    close = get_close_matches(label, labels)
    there = f"there are {len(labels)}, from {labels[0]} to {labels[-1]}"
    return f"did you mean {', '.join(close)}? {there}" if close else there


# ------------------------------------------------------------------ the settings, the library, and how an ARTICLE is named

F = TypeVar("F", bound=Callable[..., object])


@dataclass
class CliContext:
    """One call of the command: `folder` is the library that was named there, `private` whether one's own network is reached."""

    folder: Path | None = None
    private: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The settings that hold for this call. Raises ReaderError when the file is faulty."""
        from reader.settings import load_settings

        return load_settings(library=self.folder)

    def library(self) -> Library:
        """Open the library, to be closed by a `with` block. Raises ReaderError when it cannot be opened."""
        from reader.library import Library

        return Library.open(self.settings.library)


def cli_context(context: click.Context) -> CliContext:
    """Return the call that a command is part of."""
    return context.find_root().ensure_object(CliContext)


def library_option(function: F) -> F:
    """Give a command the option `--library`, which may stand before and after the command's name."""

    def set_folder(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            from pathlib import Path

            cli_context(context).folder = Path(value).expanduser()

    return click.option(
        "--library",
        type=click.Path(file_okay=False),
        metavar="DIR",
        expose_value=False,
        callback=set_folder,
        help="The library's folder, else the one in CLAIM_READER_LIBRARY or the settings.",
    )(function)


def network_option(function: F) -> F:
    """Give a command that may fetch an address the option `--allow-private`."""

    def set_private(context: click.Context, _: click.Parameter, value: bool) -> None:
        cli_context(context).private |= value

    return click.option(
        "--allow-private",
        is_flag=True,
        expose_value=False,
        callback=set_private,
        help="Also fetch addresses of your own network.",
    )(function)


def resolve_article(name: str, library: Library, *, private: bool = False) -> Article:
    """Return the article that a person named: a file, "-" for standard input, an address, or an id or title of the library.

    One of the library is read from its file, or from what was kept of it; so is an address that was fetched before.
    Raises ReaderError when there is none or it cannot be read.
    """
    from reader.formats import parse_article

    if name == "-" or os.path.lexists(name) or is_new_address(name, library):
        return read_input(name, private=private)
    entry = library.find(name)
    return parse_article(library.latest_document(entry), entry.source)


def is_new_address(name: str, library: Library) -> bool:
    """Whether a person named an address that the library has no article of."""
    from reader.formats import is_address

    return is_address(name) and not any(entry.source == name for entry in library.entries())


def resolve_entry(name: str, library: Library) -> ArticleEntry:
    """Return what the library knows of the article that a person named, as `find_article`.

    Raises ReaderError when there is none, or the library does not know it.
    """
    if name != "-" and not os.path.lexists(name):
        return library.find(name)
    _, entry = library.peek(read_input(name))
    if entry is None:
        raise ReaderError(f'the library {library.folder} does not know "{name}"', "`reader list` shows what there is")
    return entry


def read_input(name: str, *, private: bool = False) -> Article:
    """Return the article in a file, at an address, or what came through the pipe when it is "-".

    Raises ReaderError when it cannot be read, or is in the person's own network and that is not allowed by `private`.
    """
    from reader.formats import is_address, read_article

    if is_address(name) and not os.path.lexists(name):
        from reader.cli.progress import fetch_with_progress

        return fetch_with_progress(name, private=private)
    return read_article(name, stdin=read_stdin(name))


def read_stdin(name: str) -> bytes | None:
    """Return what came through the pipe when that was named, else None."""
    return sys.stdin.buffer.read() if name == "-" else None
