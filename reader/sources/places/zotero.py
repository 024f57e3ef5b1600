"""Read a Zotero data folder: `zotero.sqlite`, `storage/` and linked files.

The schema is that of zotero/zotero (`resource/schema/userdata.sql`); ids differ between installations, so everything is joined
by name. Up to Zotero 9 the database has a rollback journal, from 10 a write-ahead log, and while it runs it holds a lock.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord
from reader.sources.identifiers import find_identifiers, join_identifiers, make_identifiers
from reader.sources.places.catalogue import ZOTERO_DATABASE, find_file, find_within, person_name, record_files, year_in
from reader.sources.places.foreign_database import ForeignDatabase, open_foreign, raw_value, text_value

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
_LINKED_FILE: Final = 2
_LINK_MODES: Final = frozenset((0, 1, _LINKED_FILE))
"""The ways of linking that have a file: imported file, imported page, linked file. A linked address (3) has none."""
_FIELDS: Final = "('title', 'DOI', 'date', 'url', 'ISBN', 'extra', 'citationKey')"
_ONE_NAME: Final = 1
"""The `fieldMode` of a creator with one name, such as an institution."""
_EXTRA: Final = re.compile(r"^[ \t]*(DOI|PMID|arXiv|Citation Key)[ \t]*:[ \t]*(\S[^\n]*)$", re.IGNORECASE | re.MULTILINE)
_PREFERENCE: Final = re.compile(r'user_pref\("(extensions\.zotero\.(?:dataDir|baseAttachmentPath))",\s*("(?:[^"\\]|\\.)*")\);')


class _Item(NamedTuple):
    """An item: the name of its type, its key, and its fields by name."""

    kind: str
    key: str
    fields: dict[str, str]


class _Attachment(NamedTuple):
    """An attachment: its own id and key, its parent's id (None without), its way of linking, and the path as Zotero has it."""

    id: object
    key: str
    parent: object
    mode: object
    path: str


def read_zotero(folder: Path, home: Path | None = None) -> Iterator[SourceFile | FileRefusal]:
    """Yield the files of a data folder, item by item, those in trash and feeds left out.

    `home` holds the profiles with Zotero's settings (None: the person's own). Raises ReaderError if the database cannot be read
    or has other tables than those known.
    """
    with open_foreign(folder / ZOTERO_DATABASE, "Zotero") as database:
        version = _schema_version(database)
        database.require(_TABLES, f"its schema {version or 'of an unknown version'}")
        items, hidden = _items(database), _hidden_ids(database)
        people, attachments = _people(database), _attachments(database)
    if version > KNOWN_SCHEMA:
        newer = f"Its schema {version} is newer than {KNOWN_SCHEMA}, the newest that is known"
        yield FileRefusal(str(folder / ZOTERO_DATABASE), f"{newer}: it was read by the names of its tables")
    keys, base = _better_bibtex_keys(folder), _base_folder(folder, home or Path.home())
    found: dict[object, list[Path | ReaderError]] = defaultdict(list)
    for attachment in attachments:
        owner = attachment.id if attachment.parent is None else attachment.parent
        if attachment.id not in hidden and owner not in hidden and attachment.mode in _LINK_MODES:
            found[owner].append(_find_attachment(folder, base, attachment))
    for item_id, files in found.items():
        if item := items.get(item_id):
            record = _record(item, people.get(item_id, ()), keys.get(item.key, ""))
            yield from record_files(record, item.key, files)


# ------------------------------------------------------------------ the database


def _schema_version(database: ForeignDatabase) -> int:
    """Return the version of the schema, 0 if the database does not say."""
    if not {"schema", "version"} <= database.columns("version"):
        return 0
    rows = database.rows("SELECT version FROM version WHERE schema = 'userdata'")
    value = rows[0][0] if rows else 0
    return value if isinstance(value, int) else 0


def _items(database: ForeignDatabase) -> dict[object, _Item]:
    """Return all items but notes and annotations, by their ids; a field of a kind of item counts as the one it stands for."""
    items = {
        item: _Item(text_value(kind), text_value(key), {})
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


def _hidden_ids(database: ForeignDatabase) -> set[object]:
    """Return the ids of items in the trash and in feeds."""
    tables = ["deletedItems", *(["feedItems"] if "itemID" in database.columns("feedItems") else [])]
    return {row[0] for table in tables for row in database.rows(f"SELECT itemID FROM {table}")}


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


def _attachments(database: ForeignDatabase) -> list[_Attachment]:
    return [
        _Attachment(item, raw_value(key), parent, mode, raw_value(path))
        for item, key, parent, mode, path in database.rows(
            "SELECT a.itemID, i.key, a.parentItemID, a.linkMode, a.path FROM itemAttachments a JOIN items i USING (itemID)"
            " ORDER BY a.itemID"
        )
    ]


def _better_bibtex_keys(folder: Path) -> dict[str, str]:
    """Return the citation keys that Better BibTeX kept in a file of its own before Zotero 8, by the keys of items."""
    path = folder / "better-bibtex.sqlite"
    if not path.is_file():
        return {}
    with suppress(ReaderError), open_foreign(path, "Better BibTeX") as database:
        if {"itemKey", "citationKey"} <= database.columns("citationkey"):
            rows = database.rows("SELECT itemKey, citationKey FROM citationkey")
            return {text_value(item): text_value(key) for item, key in rows}
    return {}  # keys are a help, not a need


def _record(item: _Item, people: tuple[str, ...], old_key: str) -> WorkRecord:
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


# ------------------------------------------------------------------ files


def _find_attachment(folder: Path, base: Path | None, attachment: _Attachment) -> Path | ReaderError:
    """Return the file of an attachment, or why it cannot be used."""
    path = attachment.path
    if attachment.mode != _LINKED_FILE:
        if not re.fullmatch(r"[A-Za-z0-9]+", attachment.key):
            return ReaderError(f"{attachment.key!r} is not the key of an attachment")
        # Very old libraries lack the prefix and have a whole path, of which the last part counts.
        name = path.removeprefix("storage:") if path.startswith("storage:") else re.split(r"[/\\]", path)[-1]
        return find_within(folder / "storage", f"{attachment.key}/{name}")
    if not path.startswith("attachments:"):
        found = find_file(path, ())
        return found if isinstance(found, Path) else ReaderError(found.what, found.hint or "Link the file again in Zotero")
    if base is None:
        return ReaderError(
            f"{path} is a linked file, and no base folder is set in Zotero's settings",
            "Set it in Zotero (Linked Attachment Base Directory), or name the folder of the files",
        )
    return find_within(base, path.removeprefix("attachments:"))


def _base_folder(folder: Path, home: Path) -> Path | None:
    """Return the base folder of linked files in the settings of the profile that uses a data folder, None if it has none."""
    known = list(_preferences(folder, home))
    data_folder = folder.resolve()
    for preferences in (
        *(one for one in known if (data := one.get("dataDir")) and Path(data).resolve() == data_folder),
        *(one for one in known if not one.get("dataDir")),
    ):
        if base := preferences.get("baseAttachmentPath"):
            return Path(base)
    return None


def _preferences(folder: Path, home: Path) -> Iterator[Mapping[str, str]]:
    """Yield what the profiles of Zotero set, those beside the data folder first: a data folder of old lies in its profile."""
    profiles = [
        home / ".zotero" / "zotero",
        home / "Library" / "Application Support" / "Zotero" / "Profiles",
        home / "AppData" / "Roaming" / "Zotero" / "Zotero" / "Profiles",
    ]
    if sys.platform == "win32" and "APPDATA" in os.environ:
        profiles.append(Path(os.environ["APPDATA"]) / "Zotero" / "Zotero" / "Profiles")
    files = [folder / "prefs.js", folder.parent / "prefs.js"]
    files.extend(path for parent in profiles for path in sorted(parent.glob("*/prefs.js")))
    for path in files:
        with suppress(OSError):
            yield _read_preferences(path.read_text(encoding="utf-8", errors="replace"))


def _read_preferences(text: str) -> dict[str, str]:
    """Return the folders that the text of a `prefs.js` sets, by the last part of their names."""
    found: dict[str, str] = {}
    for name, literal in _PREFERENCE.findall(text):
        with suppress(ValueError):
            found[name.rpartition(".")[2]] = str(json.loads(literal))
    return found
