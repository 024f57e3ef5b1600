"""What importers read: annotations that were made elsewhere, of one document or several, as their file says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from reader.review.model import Evidence

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


class ImportedLink(NamedTuple):
    """A decision whether a claim rests on a work."""

    reference: ImportedReference
    rests: bool
    reason: str = ""
    by: str = ""
    at: str = ""


class ImportedAnnotation(NamedTuple):
    """An annotation as its file has it.

    `id` is what the file calls it, "" where the format has no ids that last; `document` the number of its document in the file.
    `start` and `end` are a half-open range in the unit of the file (`ImportedFile.unit`), -1 if it says none. `labels` are
    words for what the passage is, which may name a kind or a verdict; `tags` are a person's own. Times are as stored here.
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


class ImportedDocument(NamedTuple):
    """A document that annotations of a file are about: what names it, and its text if the file holds it.

    `edition` is the SHA-256 of the text that the offsets count, "" where the file says none; `article` is its id in the library
    that the file was written from.
    """

    title: str = ""
    address: str = ""
    text: str | None = None
    edition: str = ""
    article: str = ""


class OffsetUnit:
    """The units in which files count: code points, or the code units of UTF-16."""

    CODE_POINTS: Final = "code points"
    UTF16: Final = "UTF-16 units"


class ImportedFile(NamedTuple):
    """All that was read of a file. `omissions` counts what the importer left out."""

    documents: tuple[ImportedDocument, ...]
    annotations: tuple[ImportedAnnotation, ...]
    unit: str = OffsetUnit.CODE_POINTS
    omissions: Mapping[LeftOut, int] = _NOTHING


class ImportSource(NamedTuple):
    """The bytes of a file to import, and of the text that lies beside it under the same name, for formats that need it."""

    data: bytes
    text: bytes | None = None


class ImportFormat(NamedTuple):
    """A format that can be imported: a row of `IMPORT_FORMATS`.

    `is_like` says whether a beginning of a file, decoded, may be of the format; `cannot_carry` names what a review has and the
    format lacks, or what the importer leaves out.
    """

    name: str
    title: str
    is_like: Callable[[str], bool]
    read: Callable[[ImportSource], ImportedFile]
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
