"""What a change is made of, as plain records and back."""

from __future__ import annotations

from reader.review.cells import Record
from reader.review.changes import Item
from reader.review.model import Annotation, Bookmark, Tag
from reader.review.records import annotation_from_record, annotation_to_record, tag_from_record, tag_to_record


def plain(item: Item) -> Record:
    """Return an item as a record. A bookmark's holds its name and offset."""
    if isinstance(item, Annotation):
        return annotation_to_record(item)
    return tag_to_record(item) if isinstance(item, Tag) else {"name": item.name, "start": item.start}


def like(item: Item, record: Record) -> Item:
    """Return the item that a record holds, of the same type as `item`."""
    if isinstance(item, Annotation):
        return annotation_from_record(record)
    if isinstance(item, Tag):
        return tag_from_record(record)
    start = record.get("start")
    return Bookmark(item.name, start if isinstance(start, int) else item.start)
