"""Read the changes in a library's journals, the newest first, and no more of the files than is asked for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from heapq import merge
from itertools import takewhile
from pathlib import Path
from typing import Final

from reader.files import read_from, read_range
from reader.library.folder import Folder, device_name
from reader.library.journal import JournalEntry, JournalHeader, parse_line, parse_lines
from reader.library.versions import Dot, VersionVector

_BLOCK: Final = 1 << 16
"""The bytes of an archived journal that are read at once for its history."""


def newest_entries(
    folder: Folder, about: str = "", until: VersionVector | None = None, beyond: VersionVector | None = None
) -> Iterator[JournalEntry]:
    """Yield the changes in the folder's journals, the newest first.

    Of these, only the ones that mention the id `about`, are in `until`, and not in `beyond`.

    Files are read one by one, and their lines parsed, as they are needed; a file that cannot be read is left out. Raises
    ReaderError when the files cannot be listed.
    """
    needle = about.encode("utf-8", "surrogatepass")
    change_ids: set[str] = set()
    beyond = beyond or VersionVector()
    with folder.wrap_errors():
        archives = (one for one in folder.archived_journals() if Dot(one.last, one.replica) not in beyond)
        current = folder.journals()
        groups = (current, *([archived.path] for archived in sorted(archives, reverse=True)))
    for paths in groups:
        journals: list[Iterator[JournalEntry]] = []
        for path in paths:
            journals.append(_journal_backwards(path, needle) if path in current else _archive_backwards(path, needle))
        for entry in merge(*journals, key=lambda entry: entry.dot, reverse=True):
            if entry.id not in change_ids and (until is None or entry.dot in until) and entry.dot not in beyond:
                change_ids.add(entry.id)
                yield entry


def device_entries(folder: Folder, about: str, after: Mapping[str, int]) -> dict[str, list[JournalEntry]]:
    """Return the changes of this device in a folder that mention `about`, by replica, the oldest first.

    Of each replica in `after`, those beyond its counter; no other replica is looked at, and no more of its files than that
    takes. Raises OSError when they cannot be listed.
    """
    needle, entries = about.encode("utf-8", "surrogatepass"), {replica: dict[int, JournalEntry]() for replica in after}
    archives = (one for one in folder.archived_journals() if not one.replica or one.last > after.get(one.replica, one.last))
    for path in (folder.journal, *(archived.path for archived in archives)):
        header = _read_header(path)
        if header is None or header.replica not in after or header.folder.partition(":")[0] != device_name():
            continue
        backwards = _journal_backwards(path, needle) if path == folder.journal else _archive_backwards(path, needle)
        for entry in takewhile(lambda one: one.dot.counter > after.get(one.dot.replica, 0), backwards):
            if entry.dot.replica in after:
                entries[entry.dot.replica][entry.dot.counter] = entry
    return {replica: [by_counter[n] for n in sorted(by_counter)] for replica, by_counter in entries.items()}


def _read_header(path: Path) -> JournalHeader | None:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return next((line for line in parse_lines(file.readline()).lines if isinstance(line, JournalHeader)), None)
    return None


def _journal_backwards(path: Path, needle: bytes) -> Iterator[JournalEntry]:
    with contextlib.suppress(OSError):
        yield from _entries_backwards(read_from(path)[0], needle)


def _archive_backwards(path: Path, needle: bytes) -> Iterator[JournalEntry]:
    """Read an archived journal, which never changes, in blocks from its end; it is open only while a block is read."""
    with contextlib.suppress(OSError):
        end, size, rest = os.stat(path).st_size, _BLOCK, b""
        while end > 0:
            start = max(0, end - size)
            data = read_range(path, start, end) + rest
            first = data.find(b"\n") + 1 if start else 0
            if start and first in (0, len(data)):
                size *= 2  # the line is longer: so its blocks are joined a few times only
                first = len(data)
            end, rest = start, data[:first]
            yield from _entries_backwards(data[first:], needle)


def _entries_backwards(data: bytes, needle: bytes) -> Iterator[JournalEntry]:
    """Yield the changes whose lines contain `needle`, the newest first, each parsed only when it is asked for.

    The changes of a journal are in the order of their dots, as one device writes it.
    """
    end = data.rfind(b"\n")
    while end >= 0 and (position := data.rfind(needle, 0, end)) >= 0:
        start = data.rfind(b"\n", 0, position) + 1
        line = parse_line(0, data, start, data.find(b"\n", position))
        if isinstance(line, JournalEntry):
            yield line
        end = start - 1
