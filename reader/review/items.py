"""What a change is made of, as plain records and back.

Annotations, tags and sources have a record of their own. Bookmarks, dismissed findings and attached sources are entries of the
article's record, each in the mapping of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from reader.review.cells import Record
from reader.review.changes import Item
from reader.review.fields import mapping, rivals
from reader.review.model import Annotation, Bookmark, Dismissal, Tag
from reader.review.records import (
    annotation_from_record,
    annotation_to_record,
    dismissal_from_record,
    dismissal_to_record,
    tag_from_record,
    tag_to_record,
)
from reader.review.supply import Attachment, Source
from reader.review.supply_records import attachment_from_record, attachment_to_record, source_from_record, source_to_record

Entry = Bookmark | Dismissal | Attachment
"""What is an entry of its article's record."""
BOOKMARKS: Final = "bookmarks"
DISMISSED: Final = "dismissed"
ATTACHED: Final = "attached"
MAPPINGS: Final = (BOOKMARKS, DISMISSED, ATTACHED)
"""The fields of an article's record that hold entries, each under its key."""


def key_of(item: Item) -> str:
    """Return what names an item among those of its kind: its id, its name, its finding, its reference."""
    if isinstance(item, Bookmark):
        return item.name
    if isinstance(item, Dismissal):
        return item.finding
    return item.reference if isinstance(item, Attachment) else item.id


def plain(item: Item) -> Record:
    """Return an item as a record; of an entry, the part of its article's record that holds it."""
    if isinstance(item, Annotation):
        return annotation_to_record(item)
    if isinstance(item, Tag):
        return tag_to_record(item)
    if isinstance(item, Source):
        return source_to_record(item)
    record: Record = {field_of(item): {key_of(item): value_of(item)}}
    if not isinstance(item, Bookmark) and item.others:
        record["_rivals"] = {f"{field_of(item)}/{key_of(item)}": [value_of(other) for other in item.others]}
    return record


def like(item: Item, record: Record) -> Item:
    """Return the item that a record holds, of the same type as `item`."""
    if isinstance(item, Annotation):
        return annotation_from_record(record)
    if isinstance(item, Tag):
        return tag_from_record(record)
    if isinstance(item, Source):
        return source_from_record(record)
    return entries_of(record).get((field_of(item), key_of(item)), item)


def field_of(item: Entry) -> str:
    """Return the field of the article's record that holds an entry."""
    return BOOKMARKS if isinstance(item, Bookmark) else DISMISSED if isinstance(item, Dismissal) else ATTACHED


def value_of(item: Entry) -> object:
    """Return an entry as the value that stands under its key."""
    if isinstance(item, Bookmark):
        return item.start
    return dismissal_to_record(item) if isinstance(item, Dismissal) else attachment_to_record(item)


def entries_of(record: Mapping[str, object]) -> dict[tuple[str, str], Entry]:
    """Return the entries of an article's record, by field and key."""
    marks = mapping(record.get(BOOKMARKS)).items()
    entries: dict[tuple[str, str], Entry] = {
        (BOOKMARKS, name): Bookmark(name, start) for name, start in marks if isinstance(start, int)
    }
    others = rivals(record.get("_rivals"))
    for key, value in mapping(record.get(DISMISSED)).items():
        same = (dismissal_from_record(key, mapping(other)) for other in others.get(f"{DISMISSED}/{key}", ()))
        entries[DISMISSED, key] = replace(dismissal_from_record(key, mapping(value)), others=tuple(same))
    for key, value in mapping(record.get(ATTACHED)).items():
        also = (attachment_from_record(key, mapping(other)) for other in others.get(f"{ATTACHED}/{key}", ()))
        entries[ATTACHED, key] = replace(attachment_from_record(key, mapping(value)), others=tuple(also))
    return entries
