"""The places that files come from: each yields them, with what it knows of them, and names what it refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from reader.errors import ReaderError
from reader.files import expand_path, open_file
from reader.formats.detection import is_document_name
from reader.sources.candidate import FileRefusal, SourceFile
from reader.sources.places.catalogue import CALIBRE_DATABASE, ZOTERO_DATABASE, CataloguePlace

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library import Library

_DATABASES: Final = (ZOTERO_DATABASE, CALIBRE_DATABASE)
_BIBLIOGRAPHIES: Final = (".bib", ".ris", ".json")
_ARCHIVE: Final = ".zip"
_HEAD: Final = 65_536


class SourcePlace(Protocol):
    """A place with files that may be sources. Nothing in it is changed."""

    @property
    def name(self) -> str:
        """The name of the place for people: "folder papers"."""
        ...

    def files(self) -> Iterator[SourceFile | FileRefusal]:
        """Yield the files in a fixed order, without reading them, and a refusal for what cannot be one.

        A file for which the place has several records is yielded once for each. Calls `progress.checkpoint` as it goes on.
        Raises ReaderError when the place as a whole cannot be read, such as one that was removed.
        """
        ...

    def read(self, file: SourceFile) -> bytes:
        """Return the bytes of a file that this place yielded, at most `files.max_document_size()`.

        Raises ReaderError when it cannot be read or is too large.
        """
        ...

    def close(self) -> None:
        """Free what the place holds, such as an open archive or a copy of a database."""
        ...


def usual_place() -> str:
    """Return the data folder of Zotero where Zotero makes it, as people write it, "" without one."""
    path = "~/Zotero"
    try:
        return path if (expand_path(path) / ZOTERO_DATABASE).is_file() else ""
    except (ReaderError, OSError):
        return ""


def is_place(path: str) -> bool:
    """Whether a path names a folder, an archive or a bibliography rather than one document."""
    try:
        place = expand_path(path)
        return place.suffix.lower() in (_ARCHIVE, *_BIBLIOGRAPHIES) or place.is_dir()
    except (ReaderError, OSError, ValueError):
        return False


def open_place(path: str, library: Library | None = None, article: Article | None = None) -> SourcePlace:
    """Return the place that a path names, by what is there: a file or folder, else another article of `library`.

    `article` is the one that sources are looked for. Raises ReaderError when the path names no place.
    """
    place = expand_path(path)
    if place.is_dir():
        return _open_catalogue(place) or _open_folder(place)
    if _is_bibliography(place):
        return _open_bibliography(place)
    if library is not None and article is not None and (not place.exists() or is_document_name(place.name)):
        return _open_article(library, path, article)
    if not place.exists():
        raise ReaderError(f"There is no folder or file {path}", "Check the name")
    if place.suffix.lower() == _ARCHIVE:
        return _open_archive(place)
    found = _open_catalogue(place.parent) if place.name in _DATABASES else None
    if found is None:
        raise ReaderError(
            f"{path} is no place that sources can be taken from", "Name a folder or a .zip, .bib, .ris or .json file"
        )
    return found


def _open_article(library: Library, name: str, article: Article) -> SourcePlace:
    from reader.sources.places.article import find_article_place  # loads the library

    return find_article_place(library, name, article)


def _open_archive(path: Path) -> SourcePlace:
    from reader.sources.places.archive import ArchivePlace

    return ArchivePlace(path)


def _open_folder(path: Path) -> SourcePlace:
    from reader.sources.places.folder import FolderPlace

    return FolderPlace(path)


def _open_catalogue(folder: Path) -> SourcePlace | None:
    """Return the data folder of Zotero or the library of calibre that a folder is, None for another folder."""
    if (folder / ZOTERO_DATABASE).is_file():
        from reader.sources.places.zotero import read_zotero

        return CataloguePlace(f"Zotero library {folder}", folder, read_zotero)
    if (folder / CALIBRE_DATABASE).is_file():
        from reader.sources.places.calibre import read_calibre

        return CataloguePlace(f"calibre library {folder}", folder, read_calibre)
    return None


def _is_bibliography(path: Path) -> bool:
    """Whether a file is a bibliography by its ending, or by its beginning."""
    if path.suffix.lower() in _BIBLIOGRAPHIES:
        return path.exists()
    from reader.sources.places.bibliography import bibliography_suffix

    try:
        with os.fdopen(open_file(path), "rb") as file:
            return bool(bibliography_suffix(file.read(_HEAD).decode("utf-8-sig", "replace")))
    except (ReaderError, OSError, ValueError):
        return False


def _open_bibliography(path: Path) -> SourcePlace:
    from reader.sources.places.bibliography import read_linked_files

    return CataloguePlace(f"bibliography {path}", path, read_linked_files)
