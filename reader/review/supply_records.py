"""Sources and what they stand behind as plain JSON records, and back. What this version does not know is kept as it came."""

from __future__ import annotations

from collections.abc import Mapping

from reader.review.cells import Record
from reader.review.fields import mappings, rivals, text, texts, unknown
from reader.review.supply import Attachment, Source, SourceText

_TEXT = ("digest", "original", "title", "format", "origin", "extent", "at", "by")
_SOURCE = ("current", "tried", "trouble", "tried_at")
_ATTACHMENT = ("source", "by", "at")


def source_to_record(source: Source) -> Record:
    """Return a source as the record that the library keeps."""
    return {
        **source.extra,
        **({"_rivals": {cell: list(values) for cell, values in source.rivals.items()}} if source.rivals else {}),
        "id": source.id,
        "names": list(source.names),
        "texts": [{**one.extra, **{name: getattr(one, name) for name in _TEXT}} for one in source.texts],
        **{name: getattr(source, name) for name in _SOURCE},
    }


def source_from_record(record: Mapping[str, object]) -> Source:
    """Return the source that a record holds; what is missing is empty."""
    known = frozenset(("id", "names", "texts", "_rivals", *_SOURCE))
    kept = [
        SourceText(*(text(one, name) for name in _TEXT), extra=unknown(one, frozenset(_TEXT)))
        for one in mappings(record.get("texts"))
    ]
    said = (text(record, name) for name in _SOURCE)
    others, rest = rivals(record.get("_rivals")), unknown(record, known)
    return Source(text(record, "id"), texts(record.get("names")), tuple(kept), *said, rivals=others, extra=rest)


def attachment_to_record(attachment: Attachment) -> Record:
    """Return an attachment as a record; the reference is the key of the mapping it stands in."""
    return {**attachment.extra, **{name: getattr(attachment, name) for name in _ATTACHMENT}}


def attachment_from_record(reference: str, record: Mapping[str, object]) -> Attachment:
    """Return the attachment that a record holds."""
    said = (text(record, name) for name in _ATTACHMENT)
    return Attachment(reference, *said, extra=unknown(record, frozenset(_ATTACHMENT)))
