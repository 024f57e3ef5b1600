"""The places that files come from: each yields them, with what it knows of them, and names what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from reader.errors import ReaderError
from reader.files import expand_path
from reader.sources.candidate import FileRefusal, SourceFile
from reader.sources.places.catalogue import CALIBRE_DATABASE, ZOTERO_DATABASE, CataloguePlace

_DATABASES: Final = (ZOTERO_DATABASE, CALIBRE_DATABASE)
_BIBLIOGRAPHIES: Final = (".bib", ".ris", ".json")


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


def open_place(path: str) -> SourcePlace:
    """Return the place that a path names, by what is there. Raises ReaderError when it is none."""
    place = expand_path(path)
    if place.is_dir():
        return _open_catalogue(place) or _open_folder(place)
    if not place.exists():
        raise ReaderError(f"There is no folder or file {path}", "Check the name")
    found = _open_bibliography(place) if place.suffix.lower() in _BIBLIOGRAPHIES else None
    found = found or (_open_catalogue(place.parent) if place.name in _DATABASES else None)
    if found is None:
        raise ReaderError(f"{path} is no place that sources can be taken from", "Name a folder or a .bib, .ris or .json file")
    return found


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


def _open_bibliography(path: Path) -> SourcePlace:
    from reader.sources.places.bibliography import read_linked_files

    return CataloguePlace(f"bibliography {path}", path, read_linked_files)
