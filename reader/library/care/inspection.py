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
from reader.files import read_at
from reader.library import backups
from reader.library.care.salvage import Salvage, mended, salvaged, salvaged_changes
from reader.library.file_join import foreign_dot
from reader.library.folder import Folder
from reader.library.journal import DamagedEntry, JournalEntry, JournalHeader, changes, scan
from reader.library.library_file import ANNOTATIONS, ARTICLES, SCHEMA, SOURCES, TAGS, Meta, RecordTables, read_library, whole
from reader.library.snapshots import Snapshots
from reader.library.versions import Dot

_SOME: Final = 1 << 12
_GZIP: Final = 31


class Copy(NamedTuple):
    """A library's file that can be read to its end: what people call it, its records, what it says of itself.

    `stamp` is the dot of what another program wrote into it; it is `whole` if it is just as a library wrote it.
    """

    name: str
    lines: RecordTables
    meta: Meta
    stamp: Dot
    whole: bool


def copy_of(data: bytes, name: str) -> Copy:
    """Return what the bytes of a library's file hold. Raises ReaderError when they are damaged or no library."""
    meta = whole(data)
    lines, known = (RecordTables.decode(data), meta) if meta is not None else RecordTables.parse(data, name)
    return Copy(name, lines, known, foreign_dot(known, hashlib.sha256(data).hexdigest()), meta is not None)


class LibraryFile:
    """The library's file as it is: `trouble` says what is wrong with it, "" when nothing is.

    `copy` is what it holds, if it can be read to its end; else `rest` is what can be read of it, if anything can. It is
    `denied` if the system does not let it be read, so that nobody knows what it holds.
    """

    def __init__(self, folder: Folder) -> None:
        self.path = folder.library
        self.trouble = ""
        self.denied = False
        self.digest = ""
        self.copy: Copy | None = None
        self.rest: Salvage | None = None
        try:
            found = read_library(self.path)
        except ReaderError as error:
            self.trouble = error.what.removeprefix(f"{self.path} ")
            self._look_closer()
        else:
            if found is None:
                self.trouble = "is missing"
            else:
                stamp = foreign_dot(found.meta, found.digest)
                self.copy = Copy(self.path.name, found.lines, found.meta, stamp, found.whole)

    def _look_closer(self) -> None:
        try:
            data, _ = read_at(self.path)
        except OSError as error:
            self.denied = _hides(error)
            return
        self.digest = hashlib.sha256(data).hexdigest()
        good = mended(data)
        if good is not None:
            self.copy = copy_of(good, self.path.name)
        else:
            self.rest = salvaged(data)

    @property
    def missing(self) -> bool:
        """Whether there is no such file."""
        return self.trouble == "is missing"

    @property
    def newer(self) -> bool:
        """Whether a newer version of the program wrote it, as far as that can be told."""
        meta = self.copy.meta if self.copy is not None else self.rest.meta if self.rest is not None else None
        return meta is not None and meta.schema > SCHEMA

    @property
    def foreign(self) -> bool:
        """Whether it is another program's file rather than a library that was damaged."""
        found = self.rest
        return (
            found is not None
            and bool(found.pieces)
            and not found.torn
            and not any(piece.table in (ANNOTATIONS, ARTICLES, TAGS, SOURCES) for piece in found.pieces)
        )


class LogFile:
    """A journal, or one that is `finished` in the history: its changes, and where it is damaged.

    `changes` are all that could be read, `broken` the numbers of the lines that are not what was written, `lost` how many of
    them nothing could be read from, `head` whose it is. It is `torn` if the last line has no end. `trouble` is "" when all else
    is as it was written.
    """

    def __init__(self, path: Path, *, finished: bool) -> None:
        self.path = path
        self.finished = finished
        self.data = b""
        self.head: JournalHeader | None = None
        self.changes: list[JournalEntry] = []
        self.broken: list[int] = []
        self.lost = 0
        self.torn = False
        self.unread = ""
        self.denied = False
        self._sound: list[bytes] = []
        try:
            self.data, _ = read_at(path)
        except OSError as error:
            self.unread = f"cannot be read: {error.strerror}"
            self.denied = _hides(error)
            return
        self._scan()

    def _scan(self) -> None:
        data = self.data
        scanned = scan(data)
        for line, raw in zip(scanned.lines, data[: scanned.size].split(b"\n"), strict=False):
            if isinstance(line, DamagedEntry):
                rescued = list(salvaged_changes(raw))
                self.broken.append(line.number)
                self.lost += not rescued and not (line.number == 1 and b'"log":' in raw[:40])
                self._keep(rescued, *(change.encode() for change in rescued))
            elif isinstance(line, JournalHeader):
                self.head = self.head or line
                self._keep([], raw + b"\n")
            else:
                self._keep([line], raw + b"\n")
        rest = data[scanned.size :]
        last = list(changes(rest + b"\n")) if rest else []
        self._keep(last, *(rest + b"\n" for _ in last))
        self.torn = bool(rest) and not last

    def _keep(self, changes: Iterable[JournalEntry], *raw: bytes) -> None:
        self.changes += changes
        self._sound += raw

    @property
    def trouble(self) -> str:
        """What is wrong with it, "" when nothing is. A last line that is not whole was never called saved."""
        if self.unread:
            return self.unread
        if self.broken:
            shown = ", ".join(map(str, self.broken[:5])) + (" …" if len(self.broken) > 5 else "")
            return f"is damaged in line {shown}" if len(self.broken) == 1 else f"is damaged in lines {shown}"
        if not self.data:
            return "is empty, but a journal never is"
        # The name of a finished one tells it too.
        return "is damaged: it does not say whose it is" if self.head is None and not (self.finished and self.changes) else ""

    @property
    def sound(self) -> bytes:
        """The log without what could not be read."""
        return b"".join(self._sound)


class Backups:
    """The backups of a library, which lie at `paths`: the `newest` that a library wrote, and those of `foreign` files.

    `damaged` says what is wrong with those that cannot be unpacked, `parts` hold what could be unpacked of them; `denied` says
    why the system does not let others be read.
    """

    def __init__(self, folder: Folder) -> None:
        self.newest: Copy | None = None
        self.foreign: list[Copy] = []
        self.damaged: dict[Path, str] = {}
        self.parts: list[Salvage] = []
        self.denied: dict[Path, str] = {}
        self.dates = {path: made for made, path in backups.dated(folder)}
        self.paths = backups.every(folder)
        for path in self.paths:
            try:
                self._take(path)
            except OSError as error:
                self.denied[path] = f"cannot be read: {error.strerror}"
            except (ReaderError, zlib.error) as error:
                self.damaged[path] = f"cannot be unpacked: {error}"
                self.parts.append(salvaged(unpacked_partly(path)))

    def _take(self, path: Path) -> None:
        data = backups.unpacked(path)
        if path not in self.dates:
            self.foreign.insert(0, copy_of(data, f"backups/{path.name}"))
        elif self.newest is None:
            self.newest = copy_of(data, f"backups/{path.name}")


def unpacked_partly(path: Path) -> bytes:
    """Return as much of a packed file as can be unpacked, which may be nothing."""
    packer = zlib.decompressobj(_GZIP)
    parts: list[bytes] = []
    with contextlib.suppress(OSError, zlib.error):
        data, _ = read_at(path)
        for start in range(0, len(data), _SOME):
            parts.append(packer.decompress(data[start : start + _SOME]))
    return b"".join(parts)


def logs(folder: Folder) -> list[LogFile]:
    """Return all logs, the finished ones first. Raises ReaderError when they cannot be listed."""
    with folder.reached():
        finished = [LogFile(one.path, finished=True) for one in folder.finished()]
        return [*finished, *(LogFile(path, finished=False) for path in folder.journals())]


def snapshots(folder: Folder) -> Iterator[tuple[str, Path]]:
    """Yield the texts that are kept, by their digests, and where each lies. Raises ReaderError when they cannot be listed."""
    with folder.reached():
        for shelf in sorted(os.listdir(folder.snapshots)) if folder.snapshots.is_dir() else ():
            place = folder.snapshots / shelf
            for name in sorted(os.listdir(place)) if place.is_dir() else ():
                if name.endswith(".z") and len(shelf) == 2:
                    yield name.removesuffix(".z"), place / name


class Texts:
    """The texts that are kept: `sound` are their digests, `damaged` those that are not what was kept.

    `denied` says why the system does not let others be read. Raises ReaderError when they cannot be listed.
    """

    def __init__(self, folder: Folder) -> None:
        self.sound: set[str] = set()
        self.damaged: dict[Path, str] = {}
        self.denied: dict[Path, str] = {}
        kept = Snapshots(folder.snapshots)
        for digest, path in snapshots(folder):
            try:
                kept.data(digest)
            except ReaderError as error:
                trouble = self.denied if isinstance(error.__cause__, OSError) else self.damaged
                trouble[path] = error.what.removeprefix(f"{path} ")
            else:
                self.sound.add(digest)


def temporaries(folder: Folder) -> list[Path]:
    """Return the files that a program was writing, or that one which was killed has left."""
    shelves = [path for path in _inside(folder.snapshots) if path.is_dir()]
    hidden = [path for place in (folder.path, folder.backups, folder.history) for path in _inside(place)]
    found = [path for path in hidden if path.name.startswith(".") and path.suffix == ".new"]
    return [*found, *(path for shelf in shelves for path in _inside(shelf) if path.suffix == ".new")]


def _hides(error: OSError) -> bool:
    """Whether an error leaves open what a file holds. A folder in its place holds nothing of a library."""
    return not isinstance(error, IsADirectoryError)


def _inside(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return [folder / name for name in sorted(os.listdir(folder))]
    return []
