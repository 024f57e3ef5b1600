"""A file that may hold the text behind a reference: where it is, and what its place and its own first pages say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.sources.identifiers import NO_IDENTIFIERS, Identifiers


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """What a record says of a work: an item of a reference manager, or the metadata of a file. Unknown values are empty.

    `people` are the authors, else the editors, in their order and in any usual form: "Lee, A. B.", "Anna Lee". `year` has four
    digits. `key` is the citation key, which several works may share.
    """

    title: str = ""
    people: tuple[str, ...] = ()
    year: str = ""
    identifiers: Identifiers = NO_IDENTIFIERS
    key: str = ""


NO_RECORD: Final = WorkRecord()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file in a place, which has not been read yet.

    `name` is shown to people. `origin` is what the library stores as the origin of a text: the absolute path, whose suffix
    tells the format, or an address. `key` is the place's own way to find it again. `record` is what the place says of the work
    in it. `source` is the id of the library's source whose text this is, "" for a file outside.
    """

    name: str
    origin: str
    key: str = ""
    record: WorkRecord = NO_RECORD
    source: str = ""


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """A file or folder that was not read: its name, and the reason with what to do about it, in one line."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a document says of itself: its metadata (`record`), and its first pages.

    `titles` are the texts in larger print, the largest first, as one of them may be the title. `pages` are the texts of the
    first pages, cut short, with their lines. `page_count` is the number of all pages, 0 for a document without pages.
    """

    record: WorkRecord = NO_RECORD
    titles: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    page_count: int = 0


NO_FRONT_MATTER: Final = FrontMatter()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that was looked into. `digest` is the SHA-256 of its bytes.

    `files` are all files of the place with these bytes, the first one to be read; each may have a record of its own.
    """

    digest: str
    files: tuple[SourceFile, ...]
    front: FrontMatter = NO_FRONT_MATTER

    @property
    def file(self) -> SourceFile:
        """The first file with these bytes."""
        return self.files[0]

    @property
    def records(self) -> tuple[WorkRecord, ...]:
        """The records that the place has of these files, each once."""
        return tuple(dict.fromkeys(file.record for file in self.files if file.record != NO_RECORD))
