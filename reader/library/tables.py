"""Name the tables of a library, and convert between the ids of records and their keys in TinyDB."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Final, cast

from reader.review.cells import Record
from reader.review.model import new_id

META: Final = "meta"
ARTICLES: Final = "articles"
ANNOTATIONS: Final = "annotations"
TAGS: Final = "tags"
SOURCES: Final = "sources"
SHARED: Final = "shared"
"""Which articles are shared with a team: a table of this library alone, whose records have numbers as ids."""

TABLES_WITH_IDS: Final = (ARTICLES, ANNOTATIONS, TAGS, SOURCES)
_UUID: Final = re.compile(r"[0-9a-f-]{36}").fullmatch


def has_ids(table: str) -> bool:
    """Whether the records of a table are found by their own `id`, as in all tables that the library defines."""
    return table in TABLES_WITH_IDS


def with_id(table: str, key: str, record: object) -> object:
    """Return a record with an id, where its table needs one and another program left it out."""
    if table in TABLES_WITH_IDS and isinstance(record, dict):
        fields = cast("Record", record)
        record_id = fields.get("id")
        if not isinstance(record_id, str) or not record_id:
            return {**fields, "id": _id_from_key(key)}
    return cast("object", record)


def default_key(record_id: str) -> str:
    """Return the key under which a record with this id usually stands: the number of its UUID, else the id itself."""
    if _UUID(record_id) is None:
        return record_id
    try:
        return str(int(record_id.replace("-", ""), 16))
    except ValueError:
        return record_id


def new_key(record_id: str, is_used: Callable[[str], bool]) -> str:
    """Return a key for a record: the number of its UUID. Counted keys would collide with those of a plain TinyDB."""
    key = default_key(record_id)
    if key == record_id:
        try:
            key = str(uuid.UUID(record_id).int)
        except ValueError:
            key = record_id if record_id.isascii() and record_id.removeprefix("-").isdigit() else ""
    return key if key and not is_used(key) else str(uuid.UUID(new_id()).int)


def _id_from_key(key: str) -> str:
    """Return the id for a key: the UUID with its number."""
    try:
        return str(uuid.UUID(int=int(key)))
    except ValueError:
        return key
