"""Read and append journal files: one change per line."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, cast

from reader.files import append, make_folder, read_at, replace, signature_of, sync_folder, write_whole
from reader.library.folder import Folder
from reader.library.versions import Dot, VersionVector
from reader.review.cells import Record
from reader.review.model import now

# ------------------------------------------------------------------ every change as one line of JSON, the newest last, in

UNDO: Final = "undo: "
REDO: Final = "redo: "
"""How the labels of changes begin that take another back, or do it again."""
FORM: Final = 1
"""The form of the lines that this version writes."""

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_SUM: Final = b',"sum":"'
_TAIL: Final = len(_SUM) + 8 + 3


class Operation(NamedTuple):
    """One stored record before and after. None before: it was made; None after: it was removed."""

    table: str
    id: str
    before: Record | None
    after: Record | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One change. `previous` is the number of the replica's change before it; `id` is what `undoes` and `redoes` name.

    `label` is what a person calls it, "" for what nobody takes back (where reading stopped); `saw` is what a merge brought in.
    `knew` is what its writer knew of other replicas, as far as that has grown since the replica's last change: whoever knows
    less waits before taking it, as another device's files come in any order.
    """

    dot: Dot
    previous: int
    id: str
    at: str
    label: str
    operations: tuple[Operation, ...]
    article: str = ""
    by: str = ""
    undoes: str = ""
    redoes: str = ""
    saw: VersionVector | None = None
    knew: VersionVector | None = None

    def encode(self) -> bytes:
        """Return the line, its end included."""
        fields: Record = {"n": self.dot.number, "replica": self.dot.replica, "previous": self.previous, "id": self.id}
        fields |= {"at": self.at, "label": self.label, "article": self.article, "by": self.by}
        fields |= {"undoes": self.undoes} if self.undoes else {}
        fields |= {"redoes": self.redoes} if self.redoes else {}
        fields |= {"saw": self.saw.numbers} if self.saw is not None else {}
        fields |= {"knew": self.knew.numbers} if self.knew is not None else {}
        fields["operations"] = [list(operation) for operation in self.operations]
        return sealed(fields)


@dataclass(frozen=True, slots=True)
class JournalHeader:
    """The first line of a log file: the replica that makes these changes, in which folder, the number of the file, and when."""

    replica: str
    folder: str
    file: int
    at: str

    def encode(self) -> bytes:
        """Return the line, its end included."""
        return sealed({"log": FORM, "replica": self.replica, "folder": self.folder, "file": self.file, "at": self.at})


class DamagedEntry(NamedTuple):
    """A line that is not what was written."""

    number: int
    data: bytes


class Scanned(NamedTuple):
    """What a piece of a log holds: its lines in order, and how many bytes of it are whole lines."""

    lines: tuple[JournalEntry | JournalHeader | DamagedEntry, ...]
    size: int


def sealed(fields: Mapping[str, object]) -> bytes:
    """Return a line of JSON that ends in the sum over what stands before it."""
    body = _encode(fields)[:-1].encode("ascii")
    return body + _SUM + b'%08x"}\n' % zlib.crc32(body)


def scan(data: bytes, first: int = 1) -> Scanned:
    """Return the lines in `data`, whose first is number `first` of its file. A last line without an end is not there yet."""
    size = data.rfind(b"\n") + 1
    lines = data[:size].split(b"\n")[:-1]
    return Scanned(tuple(_parsed(number, line) for number, line in enumerate(lines, first)), size)


def changes(data: bytes) -> Iterator[JournalEntry]:
    """Yield the changes in the bytes of a log file, the oldest first; what is broken is left out."""
    return (line for line in scan(data).lines if isinstance(line, JournalEntry))


def _parsed(number: int, line: bytes) -> JournalEntry | JournalHeader | DamagedEntry:
    body, mark = line[: -_TAIL + 1], line[-_TAIL + 1 :]
    if mark != _SUM + b'%08x"}' % zlib.crc32(body):
        return DamagedEntry(number, line)
    try:
        fields = cast("Record", json.loads(body + b"}"))
        return _head(fields) if "log" in fields else _line(fields)
    except (ValueError, KeyError, TypeError):
        return DamagedEntry(number, line)


def _head(fields: Record) -> JournalHeader:
    return JournalHeader(str(fields["replica"]), str(fields["folder"]), cast("int", fields["file"]), str(fields["at"]))


def _line(fields: Record) -> JournalEntry:
    operations = cast("list[tuple[str, str, Record | None, Record | None]]", fields["operations"])
    return JournalEntry(
        dot=Dot(cast("int", fields["n"]), str(fields["replica"])),
        previous=cast("int", fields["previous"]),
        id=str(fields["id"]),
        at=str(fields["at"]),
        label=str(fields["label"]),
        operations=tuple(Operation(*operation) for operation in operations),
        article=str(fields.get("article", "")),
        by=str(fields.get("by", "")),
        undoes=str(fields.get("undoes", "")),
        redoes=str(fields.get("redoes", "")),
        saw=VersionVector.read(fields["saw"]) if "saw" in fields else None,
        knew=VersionVector.read(fields["knew"]) if "knew" in fields else None,
    )


# ------------------------------------------------------------------ how far each was read, and this device's journal, which

FULL: Final = 1 << 20
"""The size in bytes from which on a journal is finished and a new one begun."""
_SLACK: Final = 10.0
_UNKNOWN: Final = "unknown"
"""The replica in the name of a finished journal that has lost its head."""


@dataclass(slots=True)
class JournalFile:
    """How far a log was read: the number of its file, bytes, lines, the numbers of its first and last change, its last time."""

    number: int
    size: int = 0
    lines: int = 0
    first: int = 0
    last: int = 0
    at: str = ""
    head: JournalHeader | None = None

    def note(self, lines: Sequence[JournalEntry | JournalHeader | DamagedEntry], size: int) -> None:
        """Note that these lines, `size` bytes, were read."""
        numbers = [line.dot.number for line in lines if isinstance(line, JournalEntry)]
        if numbers:
            self.first, self.last = self.first or numbers[0], numbers[-1]
        self.at = next((line.at for line in reversed(lines) if not isinstance(line, DamagedEntry)), self.at)
        self.head = next((line for line in lines if isinstance(line, JournalHeader)), self.head)
        self.size += size
        self.lines += len(lines)


class Journals:
    """What was read of the logs of a folder, and the journal that this device writes.

    Invariants: what is appended stands behind whole lines that were all read; a journal is replaced by a new one only after all
    of it is in the history; a replica never gives one number to two changes, also not when the first of them was refused.
    """

    def __init__(self, folder: Folder) -> None:
        self.broken: dict[tuple[Path, int], DamagedEntry] = {}
        """The lines that are not what was written, by file and number; without bytes: a change is missing before that line."""
        self._folder = folder
        self._logs: dict[Path, JournalFile] = {}
        self._spoilt = False
        self._begun = False

    def grown(self) -> list[Path]:
        """Return the journals of which more is there than was read."""
        return [path for path in self._folder.journals() if self._has_grown(path)]

    def _has_grown(self, path: Path) -> bool:
        signature, log = signature_of(path), self._logs.get(path)
        return signature is not None and (log is None or (signature[1], signature[2]) != (log.number, log.size))

    def renewed(self, path: Path) -> bool:
        """Whether another file has come in a journal's place since it was read: the rest of the old one is in the history."""
        signature, log = signature_of(path), self._logs.get(path)
        return log is not None and (signature is None or signature[1] != log.number or signature[2] < log.size)

    def read(self, path: Path) -> tuple[JournalFile, tuple[JournalEntry | JournalHeader | DamagedEntry, ...], int]:
        """Return how far a log was read before, the lines that follow, and their size in bytes; `Log.note` says they are read.

        Raises OSError.
        """
        if self.renewed(path):
            del self._logs[path]
        log = self._logs.get(path) or JournalFile(0)
        data, signature = read_at(path, log.size)
        if log.number not in (0, signature[1]):
            log = JournalFile(0)
            data, signature = read_at(path)
        log.number = signature[1]
        self._logs[path] = log
        scanned = scan(data, log.lines + 1)
        self.broken |= {(path, line.number): line for line in scanned.lines if isinstance(line, DamagedEntry)}
        return log, scanned.lines, scanned.size

    # ------------------------------------------------------------------ the journal; the folder's lock is held

    def begun(self, new_replica: str) -> str:
        """See to it that there is a journal of this device that is not full; return its replica.

        That is `new_replica` if the last journal is not one that was left here: one that came with a copy of the folder or out
        of a backup may lack changes whose numbers others know. Raises OSError.
        """
        path = self._folder.journal
        if not path.exists():
            self._logs.pop(path, None)
        log = self._logs.get(path)
        head = log.head if log is not None else None
        own = log is not None and head is not None and self._was_left_here(path, log, head)
        replica = head.replica if own and head is not None and not self._spoilt else new_replica
        if log is None or not own or self._spoilt or log.size >= FULL:
            if log is not None:
                self._finish(path, log)
            self._begin(path, replica)
        self._begun = True
        return replica

    def _was_left_here(self, path: Path, log: JournalFile, head: JournalHeader) -> bool:
        """Whether a journal is the one that a program of this device wrote last, and none that was put in its place."""
        if (head.folder, head.file) != (self._folder.identity, log.number):
            return False
        if not self._begun:
            # An older state that was copied over the file has its number, but not its time.
            status = os.stat(path)
            changed = status.st_mtime if sys.platform == "win32" else status.st_ctime
            with contextlib.suppress(ValueError):
                return abs(datetime.fromisoformat(log.at).timestamp() - changed) < _SLACK
        return True

    def append(self, lines: Sequence[JournalEntry]) -> None:
        """Put changes behind all others in this device's journal; all of it is on the disk when it returns. Raises OSError.

        Without changes too: what another program wrote there may not be on the disk yet.
        """
        data = b"".join(line.encode() for line in lines)
        log = self._logs[self._folder.journal]
        try:
            append(self._folder.journal, data, log.size)
        except BaseException:
            self._spoilt = True
            with contextlib.suppress(OSError):
                self._retire(self._folder.journal, log)
            raise
        log.note(lines, len(data))

    def _retire(self, path: Path, log: JournalFile) -> None:
        """Move a journal into the history that could not be written, so that no other program goes on with it either.

        Somebody may have read the changes that are refused now: their numbers must never be those of others.
        """
        if log.lines > 1:
            target = self._folder.finish(log.first, log.last, log.head.replica if log.head is not None else _UNKNOWN)
            make_folder(target.parent)
            replace(path, target)
            sync_folder(target.parent)
        else:
            os.unlink(path)
        sync_folder(path.parent)
        del self._logs[path]

    def _begin(self, path: Path, replica: str) -> None:
        temporary = path.with_name(f".{path.name}.new")
        _forget(temporary)

        moment = now()

        def head() -> Iterator[bytes]:
            yield JournalHeader(replica, self._folder.identity, os.stat(temporary).st_ino, moment).encode()

        signature = write_whole(path, head(), temporary, over=True)
        log = self._logs[path] = JournalFile(signature[1])
        log.note([JournalHeader(replica, self._folder.identity, signature[1], moment)], signature[2])
        self._spoilt = False

    def _finish(self, path: Path, log: JournalFile) -> None:
        """Put a copy of a journal into the history, whatever is in it, unless that is nothing but the head."""
        if log.lines <= 1 and log.head is not None and not self.broken:
            return
        target = self._folder.finish(log.first, log.last, log.head.replica if log.head is not None else _UNKNOWN)
        make_folder(target.parent)
        data, _ = read_at(path)
        there = signature_of(target)
        if there is not None and there[2] >= len(data):
            # Whoever put it there may have been killed before its name was on the disk.
            sync_folder(target.parent)
        else:
            # Without hard links, a copy that somebody was killed at is not whole.
            temporary = target.with_name(f".{target.name}.new")
            _forget(temporary)
            write_whole(target, data, temporary, over=there is not None)


def latest_first(folder: Folder, about: str = "", until: VersionVector | None = None) -> Iterator[JournalEntry]:
    """Yield the changes in the folder's logs, the latest first: those that are in `until`, and whose line names the id `about`.

    Files are read one after the other as they are needed. One that cannot be read is left out. Raises ReaderError when nobody
    can tell which there are.
    """
    needle = about.encode()
    given: set[str] = set()
    with folder.reached():
        logs = (folder.journals(), *([finished.path] for finished in sorted(folder.finished(), reverse=True)))
    for files in logs:
        lines: list[JournalEntry] = []
        for path in files:
            try:
                data, _ = read_at(path)
            except OSError:
                continue
            kept = b"".join(_lines_with(needle, data)) if needle else data
            lines.extend(line for line in changes(kept) if until is None or line.dot in until)
        for line in sorted(lines, key=lambda line: line.dot, reverse=True):
            if line.id not in given:
                given.add(line.id)
                yield line


def _lines_with(needle: bytes, data: bytes) -> Iterator[bytes]:
    """Yield the whole lines, with their ends, in which `needle` stands."""
    end = 0
    while (found := data.find(needle, end)) >= 0:
        start, end = data.rfind(b"\n", end, found) + 1 or end, data.find(b"\n", found) + 1
        if not end:
            return
        yield data[start:end]


def _forget(temporary: Path) -> None:
    # Under the lock, what lies at such a name is the rest of a program that was killed.
    if os.path.lexists(temporary):
        os.unlink(temporary)
