"""Paths as people type, paste and drop them: with quotes, as file addresses, several at once, or a folder."""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from reader.formats.detection import is_document_name
from reader.tui.path_completion import is_path_start

MOST_FILES: Final = 1_000
"""Most files of a folder that are taken at once."""
_FILE_SCHEME: Final = "file://"
_LONGEST_NAME: Final = 3 * 4096 + len(_FILE_SCHEME)
"""The most characters that a path is written with: the longest one of Linux, each byte of it as "%2F".

`shlex` takes quadratic time for one long name.
"""
_LONGEST_TEXT: Final = 500_000
"""The most characters of a text that is taken for paths: those of several thousand files that were dropped at once."""


class NamedPaths(NamedTuple):
    """The files and folders that a text names, and whether the first of them is a folder."""

    paths: tuple[str, ...]
    is_folder: bool


class FolderFiles(NamedTuple):
    """The documents in a folder, sorted by name, and how many other files are there, which are left out."""

    paths: tuple[str, ...]
    others: int


def find_paths(text: str) -> tuple[str, ...]:
    """Return the files and folders that a text names, () unless it names nothing else.

    A terminal writes a dropped file as a path in quotes or with backslashes, or as a `file://` address, on one line or one a
    line. A path that exists as it stands needs no quotes. No more of the text is read than names paths.
    """
    whole = text.strip() if len(text) <= _LONGEST_TEXT else ""
    if not whole:
        return ()
    if exists(path := os.path.expanduser(whole)):
        return (path,)
    paths: list[str] = []
    for row in filter(None, map(str.strip, whole.splitlines())):
        names = (row,) if exists(os.path.expanduser(row)) else _split_names(row)
        for name in names:
            path = _path_of(name)
            if not (path and exists(path)):
                return ()
            paths.append(path)
    return tuple(dict.fromkeys(paths))


def look_up_paths(text: str) -> NamedPaths:
    """Return the files and folders that a text names, as `find_paths`, and what the first of them is."""
    paths = find_paths(text)
    return NamedPaths(paths, bool(paths) and os.path.isdir(paths[0]))


def is_dropped(text: str) -> bool:
    """Whether a line begins as a terminal writes the path of a file that was dropped on it, rather than with a word."""
    whole = text.strip().lstrip("'\"")
    return whole.startswith(_FILE_SCHEME) or os.path.isabs(whole)


def _split_names(row: str) -> Iterator[str]:
    """Yield the names in a line as a shell reads them, then "" if one of them, or one of several, does not look like a path."""
    source = _NameSource(row)
    names = shlex.shlex(source, posix=os.sep == "/")
    names.whitespace_split, names.commenters = True, ""
    has_word = False
    try:
        for count, name in enumerate(names):
            source.room = _LONGEST_NAME
            has_word = has_word or not (name.startswith(_FILE_SCHEME) or is_path_start(name))
            yield "" if has_word and count else name
    except ValueError:  # a quote that is not closed, or a name that is too long
        yield ""


class _NameSource(io.StringIO):
    """The characters of a line, as far as there is room for them in a name; then ValueError is raised."""

    room = _LONGEST_NAME

    def read(self, size: int | None = -1, /) -> str:
        """Return the next characters."""
        self.room -= 1
        if self.room < 0:
            raise ValueError("Too long for a path")
        return super().read(size)


def _path_of(name: str) -> str:
    """Return the path that a name stands for, "" for an address of another machine."""
    if not name.startswith(_FILE_SCHEME):
        return os.path.expanduser(name)
    try:
        parts = urlsplit(name)
    except ValueError:
        return ""
    return unquote(parts.path) if parts.netloc in ("", "localhost") else ""


def exists(path: str) -> bool:
    """Whether there is a file or a folder with this path."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # no name of a file: too long, a NUL in it
        return False


def list_folder(folder: str) -> FolderFiles:
    """Return the documents directly in a folder, without hidden files. Raises OSError."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file())
    documents = [os.path.join(folder, name) for name in names if is_document_name(name)]
    return FolderFiles(tuple(documents[:MOST_FILES]), len(names) - len(documents[:MOST_FILES]))
