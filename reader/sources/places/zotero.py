"""Read the files of a Zotero data folder: those in `storage/` and linked files, each with what its item says."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import read_limited
from reader.sources.candidate import FileRefusal, SourceFile
from reader.sources.places.catalogue import ZOTERO_DATABASE, find_file, find_within, record_files
from reader.sources.places.foreign_database import open_foreign, text_value
from reader.sources.places.zotero_catalogue import (
    KNOWN_SCHEMA,
    LINKED_FILE,
    ZoteroAttachment,
    read_zotero_catalogue,
)

_PREFERENCE: Final = re.compile(r'user_pref\("(extensions\.zotero\.(?:dataDir|baseAttachmentPath))",\s*("(?:[^"\\]|\\.)*")\);')
_MAX_PREFERENCES: Final = 10_000_000
"""The most bytes of Zotero's settings, which take 50 KB."""


def read_zotero(folder: Path, home: Path | None = None) -> Iterator[SourceFile | FileRefusal]:
    """Yield the files of a data folder, item by item, those in trash and feeds left out.

    `home` holds the profiles with Zotero's settings (None: the person's own). Raises ReaderError if the database cannot be read
    or has other tables than those known.
    """
    with open_foreign(folder / ZOTERO_DATABASE, "Zotero") as database:
        catalogue = read_zotero_catalogue(database)
    if catalogue.version > KNOWN_SCHEMA:
        newer = f"Its schema {catalogue.version} is newer than {KNOWN_SCHEMA}, the newest that is known"
        yield FileRefusal(str(folder / ZOTERO_DATABASE), f"{newer}: it was read by the names of its tables")
    keys, base = _better_bibtex_keys(folder), zotero_base_folder(folder, home or Path.home())
    found: dict[object, list[Path | ReaderError]] = defaultdict(list)
    for attachment in catalogue.attachments:
        if attachment.has_file and not catalogue.is_hidden(attachment):
            found[attachment.owner].append(find_attachment(folder, base, attachment))
    for item_id, files in found.items():
        if item := catalogue.items.get(item_id):
            yield from record_files(catalogue.record(item_id, keys.get(item.key, "")), item.key, files)


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


def find_attachment(folder: Path, base: Path | None, attachment: ZoteroAttachment) -> Path | ReaderError:
    """Return the file of an attachment, or why it cannot be used."""
    path = attachment.path
    if attachment.mode != LINKED_FILE:
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


def zotero_base_folder(folder: Path, home: Path) -> Path | None:
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
            yield _read_preferences(read_limited(path, _MAX_PREFERENCES).decode("utf-8", "replace"))


def _read_preferences(text: str) -> dict[str, str]:
    """Return the folders that the text of a `prefs.js` sets, by the last part of their names."""
    found: dict[str, str] = {}
    for name, literal in _PREFERENCE.findall(text):
        with suppress(ValueError):
            found[name.rpartition(".")[2]] = str(json.loads(literal))
    return found
