"""What importers read: annotations that were made elsewhere, of one document or several, as their file says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from reader.imports.source import ImportSource
from reader.review.declaration import EMPTY_MAPPING
from reader.review.model import Assignment, Bookmark, DecidedPlace, Dismissal, Evidence, Judgement, Selector, Settlement, Tag
from reader.sources.identifiers import NO_IDENTIFIERS, Identifiers

_EARLIEST: Final = -62_135_596_800
_LATEST: Final = 253_402_300_799
"""The seconds since 1970 that a date of four digits can have."""


class LeftOut(NamedTuple):
    """A kind of thing that an importer leaves out, in the words for one and for several."""

    one: str
    several: str


_NOTHING: Final[Mapping[LeftOut, int]] = MappingProxyType({})


class ImportedReference(NamedTuple):
    """The work that a verdict is about, as far as a file names it. `id` is that of an entry in the edition of its document."""

    id: str = ""
    label: str = ""
    doi: str = ""
    address: str = ""
    title: str = ""


NO_REFERENCE: Final = ImportedReference()


class ImportedVerdict(NamedTuple):
    """A verdict in the word that the file has for it, "" for evidence, problems or a note alone."""

    word: str
    reference: ImportedReference = NO_REFERENCE
    note: str = ""
    by: str = ""
    at: str = ""
    problems: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    edition: str = ""
    identity: str = ""


class ImportedLink(NamedTuple):
    """A decision whether a claim rests on a work."""

    reference: ImportedReference
    rests: bool
    reason: str = ""
    by: str = ""
    at: str = ""


class ReviewDetails(NamedTuple):
    """What our own format alone has of an annotation (`review.model.Annotation`); it counts in the edition of its document.

    `made_on` is the edition that the annotation was made on and its selector there, None if that is this edition.
    """

    made_on: tuple[str, Selector] | None = None
    places: Mapping[str, DecidedPlace] = EMPTY_MAPPING
    readings: tuple[Judgement, ...] = ()
    settlements: Mapping[str, Settlement] = EMPTY_MAPPING
    foreign_id: str = ""


class ImportedAnnotation(NamedTuple):
    """An annotation as its file has it.

    `id` is what the file calls it, "" where the format has no ids that last; `document` is the number that the selection gave.
    `start` and `end` are a half-open range in the unit of the document, -1 if the file says none. `labels` are words for what
    the passage is, which may name a kind or a verdict; `tags` are a person's own. Times are as stored here. `is_about_whole`
    marks a note on the whole work, which needs no quote.
    """

    id: str = ""
    document: int = 0
    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = -1
    end: int = -1
    labels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""
    verdicts: tuple[ImportedVerdict, ...] = ()
    links: tuple[ImportedLink, ...] = ()
    decision: str = ""
    fix: str = ""
    author: str = ""
    created: str = ""
    updated: str = ""
    is_about_whole: bool = False
    details: ReviewDetails | None = None


class ImportedPart(NamedTuple):
    """A part of a review that is no annotation, as our own format has it; `document` is the number that the selection gave."""

    document: int
    item: Assignment | Bookmark | Dismissal | Tag


class OffsetUnit:
    """The units in which files count: code points, or the code units of UTF-16."""

    CODE_POINTS: Final = "code points"
    UTF16: Final = "UTF-16 units"


class ImportedDocument(NamedTuple):
    """A document that annotations of a file are about: what names it, and its text if the file holds it.

    `edition` is the SHA-256 of the text that the offsets count, "" where the file says none; `article` is its id in the library
    that the file was written from; `unit` is what the offsets of its annotations count. `files` are the real paths of files on
    this computer that hold it. `is_one_of_many`: it stands in a collection of works of all kinds, and may be another work than
    the article even if it is the only one.
    """

    title: str = ""
    address: str = ""
    text: str | None = None
    edition: str = ""
    article: str = ""
    unit: str = OffsetUnit.CODE_POINTS
    identifiers: Identifiers = NO_IDENTIFIERS
    files: tuple[str, ...] = ()
    is_one_of_many: bool = False


class ImportedFile(NamedTuple):
    """What was read of a file about one article: the documents that are it, their annotations, and what else a review has.

    `reasons` say why each document is the article, where there was a choice. `omissions` counts what the importer left out;
    `others` are the annotations of `other_documents`, some of whose names are in `other_names`.
    """

    documents: tuple[ImportedDocument, ...]
    annotations: tuple[ImportedAnnotation, ...]
    parts: tuple[ImportedPart, ...] = ()
    omissions: Mapping[LeftOut, int] = _NOTHING
    others: int = 0
    other_documents: int = 0
    other_names: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class Selection(Protocol):
    """What a reader asks, while it reads, so that nothing about other articles stays in memory."""

    def number_of(self, document: ImportedDocument, quote: str | None = None) -> int | None:
        """Return the number of a document that is the article, None for any other one.

        A reader asks once for each annotation, with its quote, and leaves the annotation out if there is no number. For what
        only belongs to an annotation, it asks without a quote. A reading may end here, and begin again.
        """
        ...

    def omit(self, what: LeftOut, count: int = 1) -> None:
        """Count something that is left out."""
        ...


ImportReader = Callable[[ImportSource, Selection], Iterator[ImportedAnnotation | ImportedPart]]
"""Yields what a file has about the article. Raises ReaderError, with the place, for another shape."""


class ImportFormat(NamedTuple):
    """A format that can be imported: a row of `IMPORT_FORMATS`.

    `is_like` says whether a beginning of a file, decoded, may be of the format; `cannot_carry` names what a review has and the
    format lacks, or what the importer leaves out.
    """

    name: str
    title: str
    is_like: Callable[[str], bool]
    read: ImportReader
    carries: str
    cannot_carry: tuple[str, ...]


def to_stored_time(value: object) -> str:
    """Return a time of a file, as ISO 8601 or in seconds since 1970, as the library stores it; "" for anything else.

    A time without a zone is taken as UTC.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, UTC) if _EARLIEST <= value <= _LATEST else None
        else:
            moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) and value.strip() else None
        if moment is None:
            return ""
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
