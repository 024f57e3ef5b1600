"""Inspect the files of a library, whatever state they are in. Nothing is written and no lock is taken."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from heapq import heappop, heappush, heapreplace
from pathlib import Path
from typing import NamedTuple

from reader.errors import ReaderError
from reader.files import read_from
from reader.library import backups
from reader.library.byte_source import ByteSource, Spool, SpoolError, digest_of
from reader.library.care.salvage import Salvage, mend_digest, salvage_entries, salvage_library
from reader.library.file_join import foreign_dot
from reader.library.folder import Folder
from reader.library.foreign_file import parse_library
from reader.library.journal import (
    DamagedEntry,
    JournalEntry,
    JournalHeader,
    JournalLine,
    LostJournal,
    find_lost_journals,
    parse_lines,
    read_entries,
)
from reader.library.library_file import SCHEMA, Meta, read_intact_meta
from reader.library.library_reader import open_bytes, read_library
from reader.library.record_tables import RecordTables
from reader.library.snapshots import Snapshots
from reader.library.sorted_lines import SortedLines
from reader.library.tables import TABLES_WITH_IDS
from reader.library.versions import Dot, VersionVector


class LibraryCopy(NamedTuple):
    """A readable library file: its name for people, its records and its meta table.

    `foreign_dot` is the dot for changes that another program made in it; `is_intact` says that only a library wrote it.
    """

    name: str
    records: RecordTables
    meta: Meta
    foreign_dot: Dot
    is_intact: bool


def read_copy(source: ByteSource, name: str) -> LibraryCopy:
    """Read the bytes of a library file. Raises ReaderError when they are damaged or not a library."""
    meta = intact_meta = read_intact_meta(source)
    if meta is not None:
        records = RecordTables.on_file(SortedLines(source))
    else:
        records, meta = parse_library(source, name)
    return LibraryCopy(name, records, meta, foreign_dot(meta, digest_of(source)), intact_meta is not None)


class LibraryFile:
    """The result of inspecting the library's file. `problem` describes its damage, "" for none.

    `copy` is its content when it is readable, else `salvage` is the part that can be read. `is_denied` says that the system
    refuses access to it, so that its content is unknown.
    """

    def __init__(self, folder: Folder) -> None:
        self.path = folder.library
        self.problem = ""
        self.is_denied = False
        self.digest = ""
        self.copy: LibraryCopy | None = None
        self.salvage: Salvage | None = None
        try:
            self.copy = self._read_content()
        except SpoolError:
            raise
        except ReaderError as error:
            self.problem = error.what.removeprefix(f"{self.path} ")
        # Not while the error is handled, which holds the content of the file.
        if self.copy is None and not self.is_missing:
            self._salvage_content()

    def _read_content(self) -> LibraryCopy | None:
        file = read_library(self.path)
        if file is None:
            self.problem = "is missing"
            return None
        return LibraryCopy(self.path.name, file.records, file.meta, foreign_dot(file.meta, file.digest), file.is_intact)

    def _salvage_content(self) -> None:
        try:
            source = open_bytes(self.path)
            self.digest = digest_of(source)
        except OSError as error:
            self.is_denied = _hides_content(error)
            return
        except ReaderError as error:
            self.is_denied = isinstance(error.__cause__, OSError)
            if not self.is_denied:
                raise
            return
        mended = mend_digest(source)
        if mended is not None:
            self.copy = read_copy(mended, self.path.name)
        else:
            self.salvage = salvage_library(source)

    @property
    def is_missing(self) -> bool:
        """Whether the file does not exist."""
        return self.problem == "is missing"

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of the program wrote the file, as far as it can be read."""
        meta = self.copy.meta if self.copy is not None else self.salvage.meta if self.salvage is not None else None
        return meta is not None and meta.schema > SCHEMA

    @property
    def is_foreign(self) -> bool:
        """Whether the file is another program's rather than a damaged library."""
        salvage = self.salvage
        return (
            salvage is not None
            and bool(salvage.tables)
            and not salvage.torn_keys
            and salvage.tables.isdisjoint(TABLES_WITH_IDS)
        )


class InspectedJournal:
    """The result of inspecting a current or archived journal: its changes and its damaged lines.

    `count` is the number of changes that can be read, also in damaged lines, `first` and `last` are the least and the greatest
    of their dots, `vector` has all of these, and `is_sorted` says whether they are in order. `first_time` and `last_time` are
    the times of the earliest and the latest change. `damaged_lines` are the numbers of the damaged lines, and `lost_count` is
    the number of them that hold no readable change. `is_torn` says that the last line is unfinished, which is no problem: it
    was never acknowledged. The changes themselves, which may be a million, are read again when they are needed.
    """

    def __init__(self, path: Path, *, is_archived: bool) -> None:
        self.path = path
        self.is_archived = is_archived
        self.header: JournalHeader | None = None
        self.count = 0
        self.first = self.last = Dot(0, "")
        self.vector = VersionVector()
        self.is_sorted = True
        self.first_time = self.last_time = ""
        self.damaged_lines: list[int] = []
        self.lost_count = 0
        self.is_torn = False
        self.read_error = ""
        self.is_denied = False
        self._is_empty = True
        try:
            data, _ = read_from(path)
        except OSError as error:
            self.read_error = f"cannot be read: {error.strerror}"
            self.is_denied = _hides_content(error)
            return
        self._inspect(data)

    def _inspect(self, data: bytes) -> None:
        self._is_empty = not data
        for line, entries, raw in _read_lines(data):
            for entry in entries:
                self._note_entry(entry)
            if isinstance(line, JournalHeader):
                self.header = self.header or line
            elif isinstance(line, DamagedEntry):
                self.damaged_lines.append(line.number)
                self.lost_count += not entries and not (line.number == 1 and b'"log":' in raw[:40])
            elif line is None:
                self.is_torn = not entries

    def _note_entry(self, entry: JournalEntry) -> None:
        dot, at = entry.dot, entry.at
        self.is_sorted = self.is_sorted and dot >= self.last
        self.first, self.last = (min(self.first, dot), max(self.last, dot)) if self.count else (dot, dot)
        self.first_time = min(self.first_time, at) if self.count else at
        self.last_time = max(self.last_time, at)
        self.vector.add(dot)
        self.count += 1

    def entries(self) -> Iterator[JournalEntry]:
        """Yield the changes that can be read. Raises OSError."""
        for _, entries, _ in _read_lines(read_from(self.path)[0]) if self.count else ():
            yield from entries

    @property
    def problem(self) -> str:
        """The damage of the journal in words, "" for none."""
        if self.read_error:
            return self.read_error
        if self.damaged_lines:
            numbers = ", ".join(map(str, self.damaged_lines[:5])) + (" …" if len(self.damaged_lines) > 5 else "")
            return f"is damaged in {'line' if len(self.damaged_lines) == 1 else 'lines'} {numbers}"
        if self._is_empty:
            return "is empty, but a journal never is"
        # The name of an archived journal gives its replica too.
        is_known = self.header is not None or (self.is_archived and self.count > 0)
        return "" if is_known else "is damaged: it does not say whose it is"

    def sound_lines(self) -> Iterator[bytes]:
        """Yield the readable lines of the journal. Raises OSError."""
        for line, entries, raw in _read_lines(read_from(self.path)[0]):
            if isinstance(line, DamagedEntry):
                yield from (entry.encode() for entry in entries)
            elif entries or line is not None:
                yield raw


def _read_lines(data: bytes) -> Iterator[tuple[JournalLine | None, list[JournalEntry], bytes]]:
    """Yield each line of a journal, the changes that can be read in it, and its bytes; None for an unfinished last line."""
    number = start = 0
    while (end := data.find(b"\n", start) + 1) > 0:
        number += 1
        raw = data[start:end]
        (line,) = parse_lines(raw, number).lines
        if isinstance(line, DamagedEntry):
            yield line, list(salvage_entries(raw)), raw
        else:
            yield line, [line] if isinstance(line, JournalEntry) else [], raw
        start = end
    if rest := data[start:]:
        yield None, list(read_entries(rest + b"\n")), rest + b"\n"


class Backups:
    """The result of inspecting the backups of a library. They are unpacked in pieces, and read only when they are needed.

    `damaged` describes by path the damage of those that cannot be unpacked. `denied` gives by path the reason why the system
    refuses access to a backup. `newest_vector` is what the newest one that a library wrote had seen, if it is intact.
    """

    def __init__(self, folder: Folder) -> None:
        self.newest_vector: VersionVector | None = None
        self.damaged: dict[Path, str] = {}
        self.denied: dict[Path, str] = {}
        self.dates = {path: time for time, path in backups.rotating_backups(folder)}
        self.paths = backups.all_backups(folder)
        self._newest: Path | None = None
        for path in self.paths:
            try:
                self._inspect(path)
            except OSError as error:
                self.denied[path] = f"cannot be read: {error.strerror}"
            except SpoolError:
                raise
            except (ReaderError, zlib.error) as error:
                self.damaged[path] = f"cannot be unpacked: {error}"

    def _inspect(self, path: Path) -> None:
        meta = backups.read_meta(path)
        if path in self.dates and self._newest is None:
            if meta is None:
                _read_backup(path)
            self._newest, self.newest_vector = path, meta and meta.vector

    @cached_property
    def newest(self) -> LibraryCopy | None:
        """The newest backup of a file that a library wrote."""
        return None if self._newest is None else _read_backup(self._newest)

    @cached_property
    def foreign(self) -> list[LibraryCopy]:
        """The backups of files that other programs wrote, the oldest first."""
        readable = {*self.paths} - self.dates.keys() - self.damaged.keys() - self.denied.keys()
        return [_read_backup(path) for path in reversed(self.paths) if path in readable]

    def parts(self) -> Iterator[Salvage]:
        """Yield what can be read of the damaged ones. Raises SpoolError."""
        return (salvage_library(Spool.of(_unpack_partly(path))) for path in self.damaged)


def _read_backup(path: Path) -> LibraryCopy:
    return read_copy(Spool.of(backups.unpack(path)), f"backups/{path.name}")


def _unpack_partly(path: Path) -> Iterator[bytes]:
    """Yield as much of a backup as can be unpacked, which may be nothing."""
    with contextlib.suppress(OSError, zlib.error):
        yield from backups.unpack(path)


def inspect_journals(folder: Folder) -> list[InspectedJournal]:
    """Return all journals, the archived ones first. Raises ReaderError when they cannot be listed."""
    with folder.wrap_errors():
        archived = [InspectedJournal(one.path, is_archived=True) for one in folder.archived_journals()]
        return [*archived, *(InspectedJournal(path, is_archived=False) for path in folder.journals())]


def entries_in_order(
    journals: Iterable[InspectedJournal], read: Callable[[InspectedJournal], Iterator[JournalEntry]] = InspectedJournal.entries
) -> Iterator[JournalEntry]:
    """Yield the changes of journals in the order of their dots. Each is read when its turn comes. Raises OSError.

    `read` yields those changes of a journal that are wanted, in their order there.
    """
    waiting = sorted((journal for journal in journals if journal.count), key=lambda journal: journal.first, reverse=True)
    # The number makes all of them different, as entries cannot be compared.
    heap: list[tuple[Dot, int, JournalEntry, Iterator[JournalEntry]]] = []
    number = 0
    while waiting or heap:
        while waiting and not (heap and heap[0][0] < waiting[-1].first):
            journal, number = waiting.pop(), number + 1
            entries = read(journal)
            if not journal.is_sorted:
                entries = iter(sorted(entries, key=lambda entry: entry.dot))
            if (entry := next(entries, None)) is not None:
                heappush(heap, (entry.dot, number, entry, entries))
        if heap:
            _, order, entry, entries = heap[0]
            yield entry
            if (following := next(entries, None)) is not None:
                heapreplace(heap, (following.dot, order, following, entries))
            else:
                heappop(heap)


def inspect_lost(folder: Folder, file: LibraryFile) -> list[LostJournal]:
    """Return the journals that are gone or were cut since the library's file was written. Raises ReaderError as above."""
    with folder.wrap_errors():
        return find_lost_journals(folder, file.copy.meta.marks if file.copy is not None else ())


def list_snapshots(folder: Folder) -> Iterator[tuple[str, Path]]:
    """Yield the digests of the kept texts and their paths. Raises ReaderError when they cannot be listed."""
    with folder.wrap_errors():
        for prefix in sorted(os.listdir(folder.snapshots)) if folder.snapshots.is_dir() else ():
            place = folder.snapshots / prefix
            for name in sorted(os.listdir(place)) if place.is_dir() else ():
                if name.endswith(".z") and len(prefix) == 2:
                    yield name.removesuffix(".z"), place / name


class InspectedTexts:
    """The result of inspecting the kept texts: the digests of the `sound` ones, and the damage of the others by path.

    `denied` gives by path the reason why the system refuses access to a text. Raises ReaderError when they cannot be listed.
    """

    def __init__(self, folder: Folder) -> None:
        self.sound: set[str] = set()
        self.damaged: dict[Path, str] = {}
        self.denied: dict[Path, str] = {}
        texts = Snapshots(folder.snapshots)
        for digest, path in list_snapshots(folder):
            try:
                texts.read_bytes(digest)
            except ReaderError as error:
                problems = self.denied if isinstance(error.__cause__, OSError) else self.damaged
                problems[path] = error.what.removeprefix(f"{path} ")
            else:
                self.sound.add(digest)


def list_temporaries(folder: Folder) -> list[Path]:
    """Return the temporary files of programs that are writing now or were killed."""
    files = [path for place in (folder.path, folder.backups, folder.history) for path in _list_folder(place)]
    hidden = [path for path in files if path.name.startswith(".") and path.suffix == ".new"]
    places = [path for path in _list_folder(folder.snapshots) if path.is_dir()]
    return [*hidden, *(path for place in places for path in _list_folder(place) if path.suffix == ".new")]


def _hides_content(error: OSError) -> bool:
    """Whether an error leaves open what a file holds. A folder in its place holds no library data."""
    return not isinstance(error, IsADirectoryError)


def _list_folder(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return [folder / name for name in sorted(os.listdir(folder))]
    return []
