"""Catalogues: what reference managers and bibliographies know of works, and where the files of them are.

Paths in them are data of others. A relative one must stay in its folder, links followed; an absolute one is taken as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from reader.errors import ReaderError
from reader.formats import read_bytes
from reader.formats.detection import is_document_name
from reader.printable import shorten_words
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord

ZOTERO_DATABASE: Final = "zotero.sqlite"
CALIBRE_DATABASE: Final = "metadata.db"
_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_WINDOWS_PATH: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_OLD_MAC_ALIAS: Final = re.compile(r"AAAA[A-Za-z0-9+/]{20}")
_MAX_PATH: Final = 4_096
"""The most characters of a path. Longer ones are followed part by part, each from the beginning."""

CatalogueReader = Callable[[Path], Iterator[SourceFile | FileRefusal]]
"""Yields the files of a catalogue, each with its record, and refusals. Raises ReaderError if the catalogue cannot be read."""


class CataloguePlace:
    """A catalogue as a place of sources: a data folder of a reference manager, or a bibliography."""

    def __init__(self, name: str, path: Path, reader: CatalogueReader) -> None:
        self.name = name
        self._path = path
        self._read_catalogue = reader

    def files(self) -> Iterator[SourceFile | FileRefusal]:
        """Yield the files in the order of the catalogue, and a refusal for each that cannot be used."""
        return self._read_catalogue(self._path)

    def read(self, file: SourceFile) -> bytes:
        """Return the bytes of a file. Raises ReaderError when it cannot be read or is too large."""
        return read_bytes(file.origin)

    def close(self) -> None:
        """Do nothing: a database is open only while it is read."""


def record_files(record: WorkRecord, name: str, found: Iterable[Path | ReaderError]) -> Iterator[SourceFile | FileRefusal]:
    """Yield the files of a record, and refusals under its title, or else `name`. Pictures and films are passed over."""
    for one in dict.fromkeys(found):
        if isinstance(one, ReaderError):
            yield FileRefusal(record.title or name, str(one))
        elif is_document_name(one.name):
            yield SourceFile(str(one), os.path.abspath(one), record=record)


# ------------------------------------------------------------------ paths


def find_within(folder: Path, name: str) -> Path | ReaderError:
    """Return the file of this relative name in a folder, or why it is refused: it leaves the folder, or is no file."""
    if "\0" in name or not name:
        return ReaderError(f"{name!r} is not a file name")
    try:
        base, path = folder.resolve(), (folder / name).resolve()
    except (OSError, RuntimeError) as error:
        return ReaderError(f"{name} cannot be followed: {error}")
    if not path.is_relative_to(base) or path == base:
        return ReaderError(f"{name} leads out of {folder}", "Name the folder that holds the file instead")
    return _check_file(folder / name)


def find_file(name: str, folders: Iterable[Path]) -> Path | ReaderError:
    """Return the file of a path or `file:` address: an absolute path as it is, a relative one within one of these folders."""
    path = file_path(name)
    if isinstance(path, ReaderError):
        return path
    if path.is_absolute():
        return _check_file(path)
    outcome: Path | ReaderError = ReaderError(f"{name} is not there")
    for folder in folders:
        outcome = find_within(folder, path.as_posix())
        if isinstance(outcome, Path):
            return outcome
    return outcome


def file_path(name: str) -> Path | ReaderError:
    """Return the path that a text names, or why this system has none for it."""
    text = name.strip()
    if len(text) > _MAX_PATH:
        return ReaderError(f"{shorten_words(text)} is too long for a file name")
    if text.lower().startswith("file:"):
        from urllib.request import url2pathname  # loads 30 modules, and the screen loads this one

        try:
            parts = urlsplit(text)
            text = url2pathname(parts.path)
        except ValueError:
            return ReaderError(f"{name} is not a path")
        if parts.netloc not in ("", "localhost"):
            return ReaderError(f"{name} is on another computer")
    if not text or "\0" in text:
        return ReaderError(f"{name!r} is not a file name")
    if _OLD_MAC_ALIAS.match(text):
        return ReaderError("A link of an old Mac has no path", "Link the file again")
    if text.startswith(("~/", "~\\")):
        return Path(text).expanduser()
    path = Path(text)
    if not path.is_absolute() and (_WINDOWS_PATH.match(text) or text.startswith("/")):
        return ReaderError(f"{text} is a path of another system", "Link the file on this computer")
    return path


def _check_file(path: Path) -> Path | ReaderError:
    try:
        if path.is_file():
            return path
        what = f"{path} is not a file" if path.exists() else f"{path} is not there"
    except (OSError, ValueError) as error:
        return ReaderError(f"{path} cannot be read: {error}")
    return ReaderError(what)


# ------------------------------------------------------------------ values


def year_in(date: str) -> str:
    """Return the year of a date, "" without one."""
    match = _YEAR.search(date)
    return match[0] if match else ""


def person_name(family: str, given: str = "") -> str:
    """Return the name of a person or an institution as lists of references have it: "Lee, Anna"."""
    return ", ".join(part for part in (family, given) if part)
