"""Paths as people type, paste and drop them: with quotes, as file addresses, several at once, or a folder."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from reader.formats.detection import is_document_name
from reader.tui.path_completion import is_path_start

MOST_FILES: Final = 1_000
"""Most files of a folder that are taken at once."""
_FILE_SCHEME: Final = "file://"


class FolderFiles(NamedTuple):
    """The documents in a folder, sorted by name, and how many other files are there, which are left out."""

    paths: tuple[str, ...]
    others: int


def find_paths(text: str) -> tuple[str, ...]:
    """Return the files and folders that a text names, () unless it names nothing else.

    A terminal writes a dropped file as a path in quotes or with backslashes, or as a `file://` address, on one line or one a
    line. A path that exists as it stands needs no quotes.
    """
    whole = text.strip()
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


def is_dropped(text: str) -> bool:
    """Whether a line begins as a terminal writes the path of a file that was dropped on it, rather than with a word."""
    whole = text.strip().lstrip("'\"")
    return whole.startswith(_FILE_SCHEME) or os.path.isabs(whole)


def _split_names(row: str) -> Sequence[str]:
    """Return the names in a line as a shell reads them, () if one of them does not look like a path."""
    try:
        names = shlex.split(row, posix=os.sep == "/")
    except ValueError:  # a quote that is not closed
        return ("",)
    return names if all(name.startswith(_FILE_SCHEME) or is_path_start(name) or len(names) == 1 for name in names) else ("",)


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
