"""Looking at the files of a library as they lie there, whatever state they are in. Nothing is written, no lock is taken."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.files import read_from
from reader.library import backups
from reader.library.care.salvage import Salvage, mend_digest, salvage_entries, salvage_library
from reader.library.file_join import foreign_dot
from reader.library.folder import Folder
from reader.library.journal import DamagedEntry, JournalEntry, JournalHeader, parse_lines, read_entries
from reader.library.library_file import (
    ANNOTATIONS,
    ARTICLES,
    SCHEMA,
    SOURCES,
    TAGS,
    Meta,
    RecordTables,
    read_intact_meta,
    read_library,
)
from reader.library.snapshots import Snapshots
from reader.library.versions import Dot

_CHUNK: Final = 1 << 12
_GZIP_WINDOW: Final = 31


class LibraryCopy(NamedTuple):
    """A library's file that can be read to its end: what people call it, its records, what it says of itself.

    `stamp` is the dot of what another program wrote into it; it is `whole` if it is just as a library wrote it.
    """

    name: str
    records: RecordTables
    meta: Meta
    foreign_dot: Dot
    is_intact: bool


def read_copy(data: bytes, name: str) -> LibraryCopy:
    """Return what the bytes of a library's file hold. Raises ReaderError when they are damaged or no library."""
    meta = read_intact_meta(data)
    lines, known = (RecordTables.decode(data), meta) if meta is not None else RecordTables.parse(data, name)
    return LibraryCopy(name, lines, known, foreign_dot(known, hashlib.sha256(data).hexdigest()), meta is not None)


class LibraryFile:
    """The library's file as it is: `trouble` says what is wrong with it, "" when nothing is.

    `copy` is what it holds, if it can be read to its end; else `rest` is what can be read of it, if anything can. It is
    `denied` if the system does not let it be read, so that nobody knows what it holds.
    """

    def __init__(self, folder: Folder) -> None:
        self.path = folder.library
        self.problem = ""
        self.is_denied = False
        self.digest = ""
        self.copy: LibraryCopy | None = None
        self.salvage: Salvage | None = None
        try:
            found = read_library(self.path)
        except ReaderError as error:
            self.problem = error.what.removeprefix(f"{self.path} ")
            self._salvage_content()
        else:
            if found is None:
                self.problem = "is missing"
            else:
                stamp = foreign_dot(found.meta, found.digest)
                self.copy = LibraryCopy(self.path.name, found.records, found.meta, stamp, found.is_intact)

    def _salvage_content(self) -> None:
        try:
            data, _ = read_from(self.path)
        except OSError as error:
            self.is_denied = _hides_content(error)
            return
        self.digest = hashlib.sha256(data).hexdigest()
        good = mend_digest(data)
        if good is not None:
            self.copy = read_copy(good, self.path.name)
        else:
            self.salvage = salvage_library(data)

    @property
    def is_missing(self) -> bool:
        """Whether there is no such file."""
        return self.problem == "is missing"

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of the program wrote it, as far as that can be told."""
        meta = self.copy.meta if self.copy is not None else self.salvage.meta if self.salvage is not None else None
        return meta is not None and meta.schema > SCHEMA

    @property
    def is_foreign(self) -> bool:
        """Whether it is another program's file rather than a library that was damaged."""
        found = self.salvage
        return (
            found is not None
            and bool(found.records)
            and not found.torn_keys
            and not any(piece.table in (ANNOTATIONS, ARTICLES, TAGS, SOURCES) for piece in found.records)
        )


class InspectedJournal:
    """A journal, or one that is `finished` in the history: its changes, and where it is damaged.

    `changes` are all that could be read, `broken` the numbers of the lines that are not what was written, `lost` how many of
    them nothing could be read from, `head` whose it is. It is `torn` if the last line has no end. `trouble` is "" when all else
    is as it was written.
    """

    def __init__(self, path: Path, *, finished: bool) -> None:
        self.path = path
        self.is_archived = finished
        self.data = b""
        self.header: JournalHeader | None = None
        self.entries: list[JournalEntry] = []
        self.damaged_lines: list[int] = []
        self.lost_count = 0
        self.is_torn = False
        self.read_error = ""
        self.is_denied = False
        self._sound_lines: list[bytes] = []
        try:
            self.data, _ = read_from(path)
        except OSError as error:
            self.read_error = f"cannot be read: {error.strerror}"
            self.is_denied = _hides_content(error)
            return
        self._parse()

    def _parse(self) -> None:
        data = self.data
        scanned = parse_lines(data)
        for line, raw in zip(scanned.lines, data[: scanned.size].split(b"\n"), strict=False):
            if isinstance(line, DamagedEntry):
                rescued = list(salvage_entries(raw))
                self.damaged_lines.append(line.number)
                self.lost_count += not rescued and not (line.number == 1 and b'"log":' in raw[:40])
                self._add_entries(rescued, *(change.encode() for change in rescued))
            elif isinstance(line, JournalHeader):
                self.header = self.header or line
                self._add_entries([], raw + b"\n")
            else:
                self._add_entries([line], raw + b"\n")
        rest = data[scanned.size :]
        last = list(read_entries(rest + b"\n")) if rest else []
        self._add_entries(last, *(rest + b"\n" for _ in last))
        self.is_torn = bool(rest) and not last

    def _add_entries(self, changes: Iterable[JournalEntry], *raw: bytes) -> None:
        self.entries += changes
        self._sound_lines += raw

    @property
    def problem(self) -> str:
        """What is wrong with it, "" when nothing is. A last line that is not whole was never called saved."""
        if self.read_error:
            return self.read_error
        if self.damaged_lines:
            shown = ", ".join(map(str, self.damaged_lines[:5])) + (" …" if len(self.damaged_lines) > 5 else "")
            return f"is damaged in line {shown}" if len(self.damaged_lines) == 1 else f"is damaged in lines {shown}"
        if not self.data:
            return "is empty, but a journal never is"
        # The name of a finished one tells it too.
        return (
            "is damaged: it does not say whose it is" if self.header is None and not (self.is_archived and self.entries) else ""
        )

    @property
    def sound_bytes(self) -> bytes:
        """The log without what could not be read."""
        return b"".join(self._sound_lines)


class Backups:
    """The backups of a library, which lie at `paths`: the `newest` that a library wrote, and those of `foreign` files.

    `damaged` says what is wrong with those that cannot be unpacked, `parts` hold what could be unpacked of them; `denied` says
    why the system does not let others be read.
    """

    def __init__(self, folder: Folder) -> None:
        self.newest: LibraryCopy | None = None
        self.foreign: list[LibraryCopy] = []
        self.damaged: dict[Path, str] = {}
        self.parts: list[Salvage] = []
        self.denied: dict[Path, str] = {}
        self.dates = {path: made for made, path in backups.rotating_backups(folder)}
        self.paths = backups.all_backups(folder)
        for path in self.paths:
            try:
                self._add_backup(path)
            except OSError as error:
                self.denied[path] = f"cannot be read: {error.strerror}"
            except (ReaderError, zlib.error) as error:
                self.damaged[path] = f"cannot be unpacked: {error}"
                self.parts.append(salvage_library(unpack_partly(path)))

    def _add_backup(self, path: Path) -> None:
        data = backups.read_backup(path)
        if path not in self.dates:
            self.foreign.insert(0, read_copy(data, f"backups/{path.name}"))
        elif self.newest is None:
            self.newest = read_copy(data, f"backups/{path.name}")


def unpack_partly(path: Path) -> bytes:
    """Return as much of a packed file as can be unpacked, which may be nothing."""
    packer = zlib.decompressobj(_GZIP_WINDOW)
    parts: list[bytes] = []
    with contextlib.suppress(OSError, zlib.error):
        data, _ = read_from(path)
        for start in range(0, len(data), _CHUNK):
            parts.append(packer.decompress(data[start : start + _CHUNK]))
    return b"".join(parts)


def inspect_journals(folder: Folder) -> list[InspectedJournal]:
    """Return all logs, the finished ones first. Raises ReaderError when they cannot be listed."""
    with folder.wrap_errors():
        finished = [InspectedJournal(one.path, finished=True) for one in folder.archived_journals()]
        return [*finished, *(InspectedJournal(path, finished=False) for path in folder.journals())]


def list_snapshots(folder: Folder) -> Iterator[tuple[str, Path]]:
    """Yield the texts that are kept, by their digests, and where each lies. Raises ReaderError when they cannot be listed."""
    with folder.wrap_errors():
        for shelf in sorted(os.listdir(folder.snapshots)) if folder.snapshots.is_dir() else ():
            place = folder.snapshots / shelf
            for name in sorted(os.listdir(place)) if place.is_dir() else ():
                if name.endswith(".z") and len(shelf) == 2:
                    yield name.removesuffix(".z"), place / name


class InspectedTexts:
    """The texts that are kept: `sound` are their digests, `damaged` those that are not what was kept.

    `denied` says why the system does not let others be read. Raises ReaderError when they cannot be listed.
    """

    def __init__(self, folder: Folder) -> None:
        self.sound: set[str] = set()
        self.damaged: dict[Path, str] = {}
        self.denied: dict[Path, str] = {}
        kept = Snapshots(folder.snapshots)
        for digest, path in list_snapshots(folder):
            try:
                kept.read_bytes(digest)
            except ReaderError as error:
                trouble = self.denied if isinstance(error.__cause__, OSError) else self.damaged
                trouble[path] = error.what.removeprefix(f"{path} ")
            else:
                self.sound.add(digest)


def list_temporaries(folder: Folder) -> list[Path]:
    """Return the files that a program was writing, or that one which was killed has left."""
    shelves = [path for path in _list_folder(folder.snapshots) if path.is_dir()]
    hidden = [path for place in (folder.path, folder.backups, folder.history) for path in _list_folder(place)]
    found = [path for path in hidden if path.name.startswith(".") and path.suffix == ".new"]
    return [*found, *(path for shelf in shelves for path in _list_folder(shelf) if path.suffix == ".new")]


def _hides_content(error: OSError) -> bool:
    """Whether an error leaves open what a file holds. A folder in its place holds nothing of a library."""
    return not isinstance(error, IsADirectoryError)


def _list_folder(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return [folder / name for name in sorted(os.listdir(folder))]
    return []
