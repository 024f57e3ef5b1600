"""Data folders of Zotero, made from its schema: `zotero.sqlite` with the tables that are read, and the files in `storage/`."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

SCHEMA: Final = """
CREATE TABLE version (schema TEXT PRIMARY KEY, version INT NOT NULL);
CREATE TABLE itemTypes (itemTypeID INTEGER PRIMARY KEY, typeName TEXT);
CREATE TABLE fields (fieldID INTEGER PRIMARY KEY, fieldName TEXT);
CREATE TABLE baseFieldMappings (itemTypeID INT, baseFieldID INT, fieldID INT, PRIMARY KEY (itemTypeID, baseFieldID, fieldID));
CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
CREATE TABLE items (itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, libraryID INT NOT NULL DEFAULT 1, key TEXT NOT NULL,
  dateAdded TIMESTAMP DEFAULT '2024-05-01 10:00:00', dateModified TIMESTAMP DEFAULT '2024-05-02 11:30:00');
CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
CREATE TABLE itemData (itemID INT, fieldID INT, valueID, PRIMARY KEY (itemID, fieldID));
CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT);
CREATE TABLE itemCreators (itemID INT, creatorID INT, creatorTypeID INT, orderIndex INT DEFAULT 0);
CREATE TABLE itemAttachments
  (itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT, contentType TEXT, charsetID INT, path TEXT);
CREATE TABLE itemNotes (itemID INTEGER PRIMARY KEY, parentItemID INT, note TEXT, title TEXT);
CREATE TABLE itemAnnotations (itemID INTEGER PRIMARY KEY, parentItemID INT NOT NULL, type INTEGER NOT NULL, authorName TEXT,
  text TEXT, comment TEXT, color TEXT, pageLabel TEXT, sortIndex TEXT NOT NULL, position TEXT, isExternal INT);
CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE itemTags (itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL, PRIMARY KEY (itemID, tagID));
CREATE TABLE users (userID INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE groupItems (itemID INTEGER PRIMARY KEY, createdByUserID INT, lastModifiedByUserID INT);
CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY);
CREATE TABLE feedItems (itemID INTEGER PRIMARY KEY, guid TEXT);
"""
_TYPES: Final = ("attachment", "journalArticle", "book", "note", "annotation", "case")
_FIELDS: Final = ("title", "DOI", "date", "url", "ISBN", "extra", "citationKey", "caseName", "publicationTitle")
_CREATORS: Final = ("editor", "author", "translator")
STORED, LINKED, ADDRESS = 0, 2, 3
HIGHLIGHT, REMARK, INK = 1, 2, 4
YELLOW: Final = "#ffd400"


class ZoteroLibrary:
    """A data folder. The ids of types and fields are not those of any real installation, and nothing may rely on them."""

    def __init__(self, folder: Path, *, schema: int = 129) -> None:
        self.folder = folder
        self.database = folder / "zotero.sqlite"
        (folder / "storage").mkdir(parents=True)
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.executescript(SCHEMA)
            connection.execute("INSERT INTO version VALUES ('userdata', ?)", (schema,))
            for table, names in (("itemTypes", _TYPES), ("fields", _FIELDS), ("creatorTypes", _CREATORS)):
                connection.executemany(
                    f"INSERT INTO {table} VALUES (?, ?)", [(n * 7 + 3, name) for n, name in enumerate(names)]
                )
            mapping = (_TYPES.index("case") * 7 + 3, _FIELDS.index("title") * 7 + 3, _FIELDS.index("caseName") * 7 + 3)
            connection.execute("INSERT INTO baseFieldMappings VALUES (?, ?, ?)", mapping)

    def run(self, statement: str, *values: object) -> None:
        """Run a statement in the database."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement, values)

    def add_item(
        self,
        fields: Mapping[str, str],
        people: Sequence[tuple[str, str, str]] = (),
        *,
        kind: str = "journalArticle",
        key: str = "",
    ) -> int:
        """Add an item and return its id. People are kind, first and last name; an empty first name makes it one name."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            cursor = connection.execute(
                "INSERT INTO items (itemTypeID, key) VALUES (?, ?)", (_TYPES.index(kind) * 7 + 3, key or "ITEM")
            )
            item = cursor.lastrowid or 0
            if not key:
                connection.execute("UPDATE items SET key = ? WHERE itemID = ?", (f"ITEM{item:04}", item))
            for name, value in fields.items():
                connection.execute("INSERT OR IGNORE INTO itemDataValues (value) VALUES (?)", (value,))
                value_id = connection.execute("SELECT valueID FROM itemDataValues WHERE value = ?", (value,)).fetchone()[0]
                connection.execute("INSERT INTO itemData VALUES (?, ?, ?)", (item, _FIELDS.index(name) * 7 + 3, value_id))
            for order, (creator, first, last) in enumerate(people):
                row = connection.execute(
                    "INSERT INTO creators (firstName, lastName, fieldMode) VALUES (?, ?, ?)", (first, last, 0 if first else 1)
                )
                kind_id = _CREATORS.index(creator) * 7 + 3
                connection.execute("INSERT INTO itemCreators VALUES (?, ?, ?, ?)", (item, row.lastrowid, kind_id, order))
        return item

    def attach(self, parent: int | None, path: str, *, mode: int = STORED, key: str = "", data: str = "") -> int:
        """Add an attachment, and with `data` the file in `storage/` that it names; return its id."""
        item = self.add_item({}, kind="attachment", key=key)
        self.run("INSERT INTO itemAttachments VALUES (?, ?, ?, 'application/pdf', NULL, ?)", item, parent, mode, path)
        if data:
            file = self.folder / "storage" / (key or f"ITEM{item:04}") / path.removeprefix("storage:")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(data, encoding="utf-8")
        return item

    def annotate(
        self,
        attachment: int,
        text: str = "",
        comment: str = "",
        *,
        kind: int = HIGHLIGHT,
        colour: str = YELLOW,
        page: str = "",
        key: str = "",
        tags: Sequence[str] = (),
    ) -> int:
        """Annotate an attachment and return the id of the annotation."""
        item = self.add_item({}, kind="annotation", key=key)
        self.run(
            "INSERT INTO itemAnnotations VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, '{}', 0)",
            *(item, attachment, kind, text or None, comment or None, colour, page, f"00000|{item:06}|00000"),
        )
        for tag in tags:
            self.run("INSERT OR IGNORE INTO tags (name) VALUES (?)", tag)
            self.run("INSERT INTO itemTags SELECT ?, tagID, 0 FROM tags WHERE name = ?", item, tag)
        return item

    def note(self, parent: int | None, page: str, *, key: str = "") -> int:
        """Add a note in HTML to an item, or one that stands alone, and return its id."""
        item = self.add_item({}, kind="note", key=key)
        self.run("INSERT INTO itemNotes VALUES (?, ?, ?, '')", item, parent, page)
        return item
