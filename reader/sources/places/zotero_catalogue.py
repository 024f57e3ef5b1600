"""What the database of Zotero holds of works and of their attachments.

The schema is that of zotero/zotero (`resource/schema/userdata.sql`); ids differ between installations, so everything is joined
by name. Up to Zotero 9 the database has a rollback journal, from 10 a write-ahead log, and while it runs it holds a lock.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from reader.sources.candidate import WorkRecord
from reader.sources.identifiers import find_identifiers, join_identifiers, make_identifiers
from reader.sources.places.catalogue import person_name, year_in
from reader.sources.places.foreign_database import ForeignDatabase, raw_value, text_value

KNOWN_SCHEMA: Final = 129
"""The newest version of the schema whose tables were looked at (August 2026)."""
_TABLES: Final = {
    "items": ("itemID", "itemTypeID", "key"),
    "itemTypes": ("itemTypeID", "typeName"),
    "fields": ("fieldID", "fieldName"),
    "itemData": ("itemID", "fieldID", "valueID"),
    "itemDataValues": ("valueID", "value"),
    "itemCreators": ("itemID", "creatorID", "creatorTypeID", "orderIndex"),
    "creators": ("creatorID", "firstName", "lastName", "fieldMode"),
    "creatorTypes": ("creatorTypeID", "creatorType"),
    "itemAttachments": ("itemID", "parentItemID", "linkMode", "path"),
    "deletedItems": ("itemID",),
}
LINKED_FILE: Final = 2
_LINK_MODES: Final = frozenset((0, 1, LINKED_FILE))
"""The ways of linking that have a file: imported file, imported page, linked file. A linked address (3) has none."""
_FIELDS: Final = "('title', 'DOI', 'date', 'url', 'ISBN', 'extra', 'citationKey')"
_ONE_NAME: Final = 1
"""The `fieldMode` of a creator with one name, such as an institution."""
_EXTRA: Final = re.compile(r"^[ \t]*(DOI|PMID|arXiv|Citation Key)[ \t]*:[ \t]*(\S[^\n]*)$", re.IGNORECASE | re.MULTILINE)


class ZoteroItem(NamedTuple):
    """An item: the name of its type, its key, and its fields by name."""

    kind: str
    key: str
    fields: dict[str, str]


class ZoteroAttachment(NamedTuple):
    """An attachment: its own id and key, its parent's id (None without), its way of linking, and the path as Zotero has it."""

    id: object
    key: str
    parent: object
    mode: object
    path: str

    @property
    def owner(self) -> object:
        """The id of the item that it belongs to: its own without a parent."""
        return self.id if self.parent is None else self.parent

    @property
    def has_file(self) -> bool:
        """Whether it is more than an address."""
        return self.mode in _LINK_MODES


class ZoteroCatalogue(NamedTuple):
    """What a database says of works: items and the names of their people by id, attachments, and the ids in trash and feeds.

    `version` is that of the schema, 0 if the database does not say.
    """

    version: int
    items: Mapping[object, ZoteroItem]
    people: Mapping[object, tuple[str, ...]]
    attachments: tuple[ZoteroAttachment, ...]
    hidden: frozenset[object]

    def record(self, item_id: object, old_key: str = "") -> WorkRecord:
        """Return what is known of the work of an item; `old_key` is a citation key that is not in the database."""
        return _to_record(self.items[item_id], self.people.get(item_id, ()), old_key)

    def is_hidden(self, attachment: ZoteroAttachment) -> bool:
        """Whether an attachment or its item is in the trash or in a feed."""
        return attachment.id in self.hidden or attachment.owner in self.hidden


def read_zotero_catalogue(database: ForeignDatabase) -> ZoteroCatalogue:
    """Return what a database says of works. Raises ReaderError if it cannot be read or has other tables than those known."""
    version = _schema_version(database)
    database.require(_TABLES, f"its schema {version or 'of an unknown version'}")
    items, people, attachments = _items(database), _people(database), _attachments(database)
    return ZoteroCatalogue(version, items, people, attachments, _hidden_ids(database))


def _schema_version(database: ForeignDatabase) -> int:
    """Return the version of the schema, 0 if the database does not say."""
    if not {"schema", "version"} <= database.columns("version"):
        return 0
    rows = database.rows("SELECT version FROM version WHERE schema = 'userdata'")
    value = rows[0][0] if rows else 0
    return value if isinstance(value, int) else 0


def _items(database: ForeignDatabase) -> dict[object, ZoteroItem]:
    """Return all items but notes and annotations, by their ids; a field of a kind of item counts as the one it stands for."""
    items = {
        item: ZoteroItem(text_value(kind), text_value(key), {})
        for item, key, kind in database.rows(
            "SELECT i.itemID, i.key, t.typeName FROM items i JOIN itemTypes t USING (itemTypeID)"
            " WHERE t.typeName NOT IN ('note', 'annotation') ORDER BY i.itemID"
        )
    }
    has_mappings = {"itemTypeID", "baseFieldID", "fieldID"} <= database.columns("baseFieldMappings")
    field, join = ("COALESCE(b.baseFieldID, d.fieldID)", "LEFT JOIN baseFieldMappings b ON b.itemTypeID = i.itemTypeID"
                   " AND b.fieldID = d.fieldID") if has_mappings else ("d.fieldID", "")  # fmt: skip
    values = database.rows(
        f"SELECT d.itemID, f.fieldName, v.value FROM items i JOIN itemData d USING (itemID) {join}"
        f" JOIN fields f ON f.fieldID = {field} JOIN itemDataValues v USING (valueID) WHERE f.fieldName IN {_FIELDS}"
    )
    for item, name, value in values:
        if item in items:
            # `extra` has lines.
            items[item].fields.setdefault(text_value(name), raw_value(value) if name == "extra" else text_value(value))
    return items


def _hidden_ids(database: ForeignDatabase) -> frozenset[object]:
    """Return the ids of items in the trash and in feeds."""
    tables = ["deletedItems", *(["feedItems"] if "itemID" in database.columns("feedItems") else [])]
    return frozenset(row[0] for table in tables for row in database.rows(f"SELECT itemID FROM {table}"))


def _people(database: ForeignDatabase) -> dict[object, tuple[str, ...]]:
    """Return the names of the authors of items, by id; of an item without authors, all others who made it."""
    made: dict[object, dict[bool, list[str]]] = defaultdict(lambda: {True: [], False: []})
    for item, kind, first, last, mode in database.rows(
        "SELECT i.itemID, t.creatorType, c.firstName, c.lastName, c.fieldMode FROM itemCreators i"
        " JOIN creators c USING (creatorID) JOIN creatorTypes t USING (creatorTypeID) ORDER BY i.itemID, i.orderIndex"
    ):
        given = "" if mode == _ONE_NAME else text_value(first)
        if name := person_name(text_value(last), given):
            made[item][kind == "author"].append(name)
    return {item: tuple(names[True] or names[False]) for item, names in made.items()}


def _attachments(database: ForeignDatabase) -> tuple[ZoteroAttachment, ...]:
    return tuple(
        ZoteroAttachment(item, raw_value(key), parent, mode, raw_value(path))
        for item, key, parent, mode, path in database.rows(
            "SELECT a.itemID, i.key, a.parentItemID, a.linkMode, a.path FROM itemAttachments a JOIN items i USING (itemID)"
            " ORDER BY a.itemID"
        )
    )


def _to_record(item: ZoteroItem, people: tuple[str, ...], old_key: str) -> WorkRecord:
    fields = item.fields
    extra = {name.lower(): value.strip() for name, value in _EXTRA.findall(fields.get("extra", ""))}
    own = make_identifiers(
        doi=fields.get("DOI", ""), arxiv=extra.get("arxiv", ""), pubmed=extra.get("pmid", ""), isbn=fields.get("ISBN", "")
    )
    identifiers = join_identifiers((own, find_identifiers(fields.get("url", "")), find_identifiers(fields.get("extra", ""))))
    return WorkRecord(
        fields.get("title", ""),
        people,
        year_in(fields.get("date", "")),
        identifiers,
        key=fields.get("citationKey", "") or old_key or extra.get("citation key", ""),
    )
