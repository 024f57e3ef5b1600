"""What is personal: where reading stopped in each article, when it was opened last, how the list is sorted, on this device.

`personal-<device>.json` in the library's folder holds it: valid JSON with one article a line. It is never merged and never
exported. Whoever loses it loses the places only. A damaged one is kept beside the new one, as `….damaged`.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import Signature, read_from, replace, signature_of, write_whole
from reader.library.folder import Folder
from reader.library.versions import encode_json
from reader.review.cells import Record
from reader.review.codec import as_list, as_mapping

POSITION: Final = "reading"
OPENED: Final = "opened"
"""The fields of a person's entry. Records that older versions wrote have them too: they count until there is an entry."""
SORT: Final = "sort"
"""The column that sorts the list, and whether the largest comes first: a field of the list's own entry."""
LIST_ENTRY: Final = "list"
"""Stands in place of the id of an article for the list of all of them."""
_DRAFTS: Final = "drafts"
_ARTICLES: Final = "articles"
_SCHEMA: Final = 1


class PersonalState:
    """The entries of this person by the ids of articles, and those that are not on the disk yet. Safe for several threads.

    Several programs may use one file: each writes only the entries that it set, and of drafts only those that it changed.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._guard = threading.RLock()
        self._entries: dict[str, Record] = {}
        self._signature: Signature | None = None
        self._is_changed = False
        self._is_damaged = False
        self._unsaved: dict[str, Record] = {}
        self._known_drafts: dict[str, dict[str, str]] = {}
        """By article, the drafts in the file when this program opened the article or last wrote its entry."""

    def follow(self, folder: Folder) -> None:
        """Write all that is known to another folder, a copy of the one that is left, and use its file from now on.

        Raises ReaderError when that fails; then the old one stays in use.
        """
        with self._guard:
            self._catch_up()
            old, self._folder = self._folder, folder
            try:
                if self._entries or self._unsaved:
                    with folder.write_lock():
                        # The writer thread may have written to the old file since that was copied.
                        self._write(folder, self.unsaved_entries, self._entries)
            except BaseException:
                self._folder = old
                raise

    @property
    def unsaved_entries(self) -> dict[str, Record]:
        """The entries that are not on the disk yet."""
        with self._guard:
            return dict(self._unsaved)

    def entry(self, article_id: str) -> Record:
        """Return the entry of an article, empty if there is none."""
        with self._guard:
            self._catch_up()
            entry = self._entries.get(article_id, {})
            self._known_drafts.setdefault(article_id, _drafts_in(entry))
            joined = self._join(article_id, entry, self._unsaved.get(article_id, {}))
        return {name: joined[name] for name in (POSITION, OPENED, SORT) if name in joined}

    def opening_times(self) -> dict[str, str]:
        """Return by article when it was opened last."""
        with self._guard:
            self._catch_up()
            entries = {**self._entries, **{key: {**self._entries.get(key, {}), **new} for key, new in self._unsaved.items()}}
        return {key: time for key, entry in entries.items() if isinstance(time := entry.get(OPENED), str)}

    def set(self, article_id: str, fields: Record) -> bool:
        """Set fields of an entry without a look at the disk; return whether that changes any."""
        with self._guard:
            known = {**self._entries.get(article_id, {}), **self._unsaved.get(article_id, {})}
            if all(name in known and known[name] == value for name, value in fields.items()):
                return False
            self._unsaved[article_id] = {**self._unsaved.get(article_id, {}), **fields}
            if OPENED in fields:
                self._known_drafts.pop(article_id, None)
            return True

    def _join(self, article_id: str, entry: Record, fields: Record) -> Record:
        """Return an entry with fields that were set. Another window's drafts stay: somebody typed them."""
        joined = {**entry, **fields}
        if POSITION in fields and POSITION in entry:
            drafts, own = _drafts_in(entry), _drafts_in(fields)
            known = self._known_drafts.get(article_id, {})
            for key in (key for key in {**known, **own} if own.get(key) != known.get(key)):
                drafts.pop(key, None)
                drafts |= {key: own[key]} if key in own else {}
            rest = {name: value for name, value in as_mapping(fields[POSITION]).items() if name != _DRAFTS}
            joined[POSITION] = {**rest, **({_DRAFTS: [list(draft) for draft in drafts.items()]} if drafts else {})}
        return joined

    def write(self) -> None:
        """Write what was set to the disk.

        Raises ReaderError when that fails and texts that somebody typed are among it; places are tried again the next time.
        """
        with self._guard:
            folder, unsaved = self._folder, self.unsaved_entries
        if not unsaved:
            return
        try:
            with folder.write_lock():
                self._write(folder, unsaved)
        except ReaderError:
            if any(map(_drafts_in, unsaved.values())):
                raise

    def _write(self, folder: Folder, unsaved: Mapping[str, Record], saved: Mapping[str, Record] | None = None) -> None:
        """Write the `saved` entries, by default those in the file, with the unsaved ones."""
        path = folder.personal
        entries, _ = self._read(path)
        if self._is_damaged:
            replace(path, path.with_name(f"{path.name}.damaged"))  # drafts may still be read in it
        entries = entries if saved is None else dict(saved)
        with self._guard:
            for article_id, fields in unsaved.items():
                entries[article_id] = self._join(article_id, entries.get(article_id, {}), fields)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.unlink(missing_ok=True)
        signature = write_whole(path, _encode(entries), temporary, overwrite=True)
        with self._guard:
            if self._folder is not folder:
                return  # that was left meanwhile, and nothing there counts as saved
            self._entries, self._signature = entries, signature
            for article_id, fields in unsaved.items():
                if POSITION in fields:
                    self._known_drafts[article_id] = _drafts_in(fields)
                if self._unsaved.get(article_id) == fields:
                    del self._unsaved[article_id]

    def take_remote_change(self) -> bool:
        """Return whether another program wrote the file since the last call."""
        with self._guard:
            self._catch_up()
            is_changed, self._is_changed = self._is_changed, False
            return is_changed

    def _catch_up(self) -> None:
        """Read the file again if another program wrote it."""
        with contextlib.suppress(OSError):
            if signature_of(self._folder.personal) != self._signature:
                self._entries, self._signature = self._read(self._folder.personal)
                self._is_changed = True

    def _read(self, path: Path) -> tuple[dict[str, Record], Signature | None]:
        """Return the entries in a file; one that is damaged has none. Raises OSError when it cannot be read."""
        try:
            data, signature = read_from(path)
        except FileNotFoundError:
            self._is_damaged = False
            return {}, None
        try:
            articles = as_mapping(as_mapping(json.loads(data)).get(_ARTICLES))
        except (ValueError, RecursionError):
            self._is_damaged = bool(data)
            return {}, signature
        self._is_damaged = False  # another window may have put a damaged one aside
        return {key: dict(as_mapping(entry)) for key, entry in articles.items()}, signature


def _drafts_in(entry: Record) -> dict[str, str]:
    """Return the drafts in an entry, by the keys of their fields."""
    pairs = map(as_list, as_list(as_mapping(entry.get(POSITION)).get(_DRAFTS)))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], str)}


def _encode(entries: Mapping[str, Record]) -> Iterable[bytes]:
    """Yield the file, a line for each article."""
    yield b'{"schema": %d, "%s": {' % (_SCHEMA, _ARTICLES.encode())
    for number, (article_id, entry) in enumerate(entries.items()):
        yield f"{',' if number else ''}\n{json.dumps(article_id)}: {encode_json(entry)}".encode()
    yield b"\n}}\n"
