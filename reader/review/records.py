"""Convert the items of a review to the records of the library and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from reader.review.cells import Record
from reader.review.codec import as_list, as_mapping, from_record, to_record
from reader.review.model import Annotation, Assignment, Attachment, Bookmark, Correction, Dismissal, ReviewItem, Source, Tag

RecordEntry = Bookmark | Dismissal | Attachment | Correction | Assignment
"""An item that is an entry of its article's record; the other items have records of their own."""
E = TypeVar("E", Bookmark, Dismissal, Attachment, Correction, Assignment)

TABLES: Final[Mapping[str, type[Annotation | Tag | Source]]] = {kind.STORED_IN: kind for kind in (Annotation, Tag, Source)}
"""The kinds of items that have records of their own, by their tables."""


def item_to_record(item: ReviewItem) -> Record:
    """Return an item as a record; an entry as the part of its article's record that holds it."""
    if not isinstance(item, RecordEntry):
        return to_record(item)
    record: Record = {item.STORED_IN: {item.key: entry_value(item)}}
    if not isinstance(item, Bookmark) and item.others:
        record["_rivals"] = {f"{item.STORED_IN}/{item.key}": [to_record(other) for other in item.others]}
    return record


def as_read(table: str, record: Record) -> Record:
    """Return a record of a table as a review shows it, where a value of a wrong type reads as another one."""
    return to_record(from_record(TABLES[table], record)) if table in TABLES else record


def item_from_record(item: ReviewItem, record: Record) -> ReviewItem:
    """Return the item that a record holds, of the same kind and key as `item`."""
    if item.STORED_IN in TABLES:
        return from_record(type(item), record)
    return entries_from_record(record).get((item.STORED_IN, item.key), item)


def entry_value(entry: RecordEntry) -> object:
    """Return the value that is stored under the key of an entry."""
    return entry.start if isinstance(entry, Bookmark) else to_record(entry)


def entries_from_record(record: Mapping[str, object]) -> dict[tuple[str, str], RecordEntry]:
    """Return the entries of an article's record, by field and key."""
    entries: dict[tuple[str, str], RecordEntry] = {(mark.STORED_IN, mark.key): mark for mark in bookmarks_from_record(record)}
    conflicts = as_mapping(record.get("_rivals"))
    for kind in (Dismissal, Attachment, Correction, Assignment):
        for key, value in as_mapping(record.get(kind.STORED_IN)).items():
            others = as_list(conflicts.get(f"{kind.STORED_IN}/{key}"))
            entries[kind.STORED_IN, key] = replace(
                from_record(kind, as_mapping(value), key),
                others=tuple(from_record(kind, as_mapping(other), key) for other in others),
            )
    return entries


def bookmarks_from_record(record: Mapping[str, object]) -> tuple[Bookmark, ...]:
    """Return the bookmarks of an article's record."""
    starts = as_mapping(record.get(Bookmark.STORED_IN))
    return tuple(Bookmark(name, start) for name, start in starts.items() if isinstance(start, int))


def entries_in(record: Mapping[str, object], kind: type[E]) -> tuple[E, ...]:
    """Return the entries of one kind in an article's record."""
    return tuple(entry for entry in entries_from_record(record).values() if isinstance(entry, kind))
