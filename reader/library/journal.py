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

from reader.files import append, make_folder, read_from, replace, signature_of, sync_folder, write_whole
from reader.library.folder import Folder
from reader.library.versions import Dot, VersionVector
from reader.review.cells import Record
from reader.review.model import now

# ------------------------------------------------------------------ every change as one line of JSON, the newest last, in

UNDO: Final = "undo: "
REDO: Final = "redo: "
"""How the labels of changes begin that take another back, or do it again."""
JOURNAL_FORMAT: Final = 1
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
    merge_vector: VersionVector | None = None
    context: VersionVector | None = None

    def encode(self) -> bytes:
        """Return the line, its end included."""
        fields: Record = {"n": self.dot.counter, "replica": self.dot.replica, "previous": self.previous, "id": self.id}
        fields |= {"at": self.at, "label": self.label, "article": self.article, "by": self.by}
        fields |= {"undoes": self.undoes} if self.undoes else {}
        fields |= {"redoes": self.redoes} if self.redoes else {}
        fields |= {"saw": self.merge_vector.counters} if self.merge_vector is not None else {}
        fields |= {"knew": self.context.counters} if self.context is not None else {}
        fields["operations"] = [list(operation) for operation in self.operations]
        return encode_line(fields)


@dataclass(frozen=True, slots=True)
class JournalHeader:
    """The first line of a log file: the replica that makes these changes, in which folder, the number of the file, and when."""

    replica: str
    folder: str
    file: int
    at: str

    def encode(self) -> bytes:
        """Return the line, its end included."""
        return encode_line(
            {"log": JOURNAL_FORMAT, "replica": self.replica, "folder": self.folder, "file": self.file, "at": self.at}
        )


class DamagedEntry(NamedTuple):
    """A line that is not what was written."""

    number: int
    data: bytes


class ParsedLines(NamedTuple):
    """What a piece of a log holds: its lines in order, and how many bytes of it are whole lines."""

    lines: tuple[JournalEntry | JournalHeader | DamagedEntry, ...]
    size: int


def encode_line(fields: Mapping[str, object]) -> bytes:
    """Return a line of JSON that ends in the sum over what stands before it."""
    body = _encode(fields)[:-1].encode("ascii")
    return body + _SUM + b'%08x"}\n' % zlib.crc32(body)


def parse_lines(data: bytes, first: int = 1) -> ParsedLines:
    """Return the lines in `data`, whose first is number `first` of its file. A last line without an end is not there yet."""
    size = data.rfind(b"\n") + 1
    lines = data[:size].split(b"\n")[:-1]
    return ParsedLines(tuple(_parse_line(number, line) for number, line in enumerate(lines, first)), size)


def read_entries(data: bytes) -> Iterator[JournalEntry]:
    """Yield the changes in the bytes of a log file, the oldest first; what is broken is left out."""
    return (line for line in parse_lines(data).lines if isinstance(line, JournalEntry))


def _parse_line(number: int, line: bytes) -> JournalEntry | JournalHeader | DamagedEntry:
    body, mark = line[: -_TAIL + 1], line[-_TAIL + 1 :]
    if mark != _SUM + b'%08x"}' % zlib.crc32(body):
        return DamagedEntry(number, line)
    try:
        fields = cast("Record", json.loads(body + b"}"))
        return _parse_header(fields) if "log" in fields else _parse_entry(fields)
    except (ValueError, KeyError, TypeError):
        return DamagedEntry(number, line)


def _parse_header(fields: Record) -> JournalHeader:
    return JournalHeader(str(fields["replica"]), str(fields["folder"]), cast("int", fields["file"]), str(fields["at"]))


def _parse_entry(fields: Record) -> JournalEntry:
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
        merge_vector=VersionVector.from_json(fields["saw"]) if "saw" in fields else None,
        context=VersionVector.from_json(fields["knew"]) if "knew" in fields else None,
    )


# ------------------------------------------------------------------ how far each was read, and this device's journal, which

JOURNAL_LIMIT: Final = 1 << 20
"""The size in bytes from which on a journal is finished and a new one begun."""
_CLOCK_TOLERANCE: Final = 10.0
_UNKNOWN_REPLICA: Final = "unknown"
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
    header: JournalHeader | None = None

    def advance(self, lines: Sequence[JournalEntry | JournalHeader | DamagedEntry], size: int) -> None:
        """Note that these lines, `size` bytes, were read."""
        numbers = [line.dot.counter for line in lines if isinstance(line, JournalEntry)]
        if numbers:
            self.first, self.last = self.first or numbers[0], numbers[-1]
        self.at = next((line.at for line in reversed(lines) if not isinstance(line, DamagedEntry)), self.at)
        self.header = next((line for line in lines if isinstance(line, JournalHeader)), self.header)
        self.size += size
        self.lines += len(lines)


class Journals:
    """What was read of the logs of a folder, and the journal that this device writes.

    Invariants: what is appended stands behind whole lines that were all read; a journal is replaced by a new one only after all
    of it is in the history; a replica never gives one number to two changes, also not when the first of them was refused.
    """

    def __init__(self, folder: Folder) -> None:
        self.damaged_entries: dict[tuple[Path, int], DamagedEntry] = {}
        """The lines that are not what was written, by file and number; without bytes: a change is missing before that line."""
        self._folder = folder
        self._files: dict[Path, JournalFile] = {}
        self._has_failed = False
        self._is_ready = False

    def unread_journals(self) -> list[Path]:
        """Return the journals of which more is there than was read."""
        return [path for path in self._folder.journals() if self._is_unread(path)]

    def _is_unread(self, path: Path) -> bool:
        signature, log = signature_of(path), self._files.get(path)
        return signature is not None and (log is None or (signature[1], signature[2]) != (log.number, log.size))

    def is_replaced(self, path: Path) -> bool:
        """Whether another file has come in a journal's place since it was read: the rest of the old one is in the history."""
        signature, log = signature_of(path), self._files.get(path)
        return log is not None and (signature is None or signature[1] != log.number or signature[2] < log.size)

    def read(self, path: Path) -> tuple[JournalFile, tuple[JournalEntry | JournalHeader | DamagedEntry, ...], int]:
        """Return how far a log was read before, the lines that follow, and their size in bytes; `Log.note` says they are read.

        Raises OSError.
        """
        if self.is_replaced(path):
            del self._files[path]
        log = self._files.get(path) or JournalFile(0)
        data, signature = read_from(path, log.size)
        if log.number not in (0, signature[1]):
            log = JournalFile(0)
            data, signature = read_from(path)
        log.number = signature[1]
        self._files[path] = log
        scanned = parse_lines(data, log.lines + 1)
        self.damaged_entries |= {(path, line.number): line for line in scanned.lines if isinstance(line, DamagedEntry)}
        return log, scanned.lines, scanned.size

    # ------------------------------------------------------------------ the journal; the folder's lock is held

    def ensure_journal(self, new_replica: str) -> str:
        """See to it that there is a journal of this device that is not full; return its replica.

        That is `new_replica` if the last journal is not one that was left here: one that came with a copy of the folder or out
        of a backup may lack changes whose numbers others know. Raises OSError.
        """
        path = self._folder.journal
        if not path.exists():
            self._files.pop(path, None)
        log = self._files.get(path)
        head = log.header if log is not None else None
        own = log is not None and head is not None and self._is_own_latest(path, log, head)
        replica = head.replica if own and head is not None and not self._has_failed else new_replica
        if log is None or not own or self._has_failed or log.size >= JOURNAL_LIMIT:
            if log is not None:
                self._archive_journal(path, log)
            self._create_journal(path, replica)
        self._is_ready = True
        return replica

    def _is_own_latest(self, path: Path, log: JournalFile, head: JournalHeader) -> bool:
        """Whether a journal is the one that a program of this device wrote last, and none that was put in its place."""
        if (head.folder, head.file) != (self._folder.identity, log.number):
            return False
        if not self._is_ready:
            # An older state that was copied over the file has its number, but not its time.
            status = os.stat(path)
            changed = status.st_mtime if sys.platform == "win32" else status.st_ctime
            with contextlib.suppress(ValueError):
                return abs(datetime.fromisoformat(log.at).timestamp() - changed) < _CLOCK_TOLERANCE
        return True

    def append(self, lines: Sequence[JournalEntry]) -> None:
        """Put changes behind all others in this device's journal; all of it is on the disk when it returns. Raises OSError.

        Without changes too: what another program wrote there may not be on the disk yet.
        """
        data = b"".join(line.encode() for line in lines)
        log = self._files[self._folder.journal]
        try:
            append(self._folder.journal, data, log.size)
        except BaseException:
            self._has_failed = True
            with contextlib.suppress(OSError):
                self._discard_failed(self._folder.journal, log)
            raise
        log.advance(lines, len(data))

    def _discard_failed(self, path: Path, log: JournalFile) -> None:
        """Move a journal into the history that could not be written, so that no other program goes on with it either.

        Somebody may have read the changes that are refused now: their numbers must never be those of others.
        """
        if log.lines > 1:
            target = self._folder.archive_path(
                log.first, log.last, log.header.replica if log.header is not None else _UNKNOWN_REPLICA
            )
            make_folder(target.parent)
            replace(path, target)
            sync_folder(target.parent)
        else:
            os.unlink(path)
        sync_folder(path.parent)
        del self._files[path]

    def _create_journal(self, path: Path, replica: str) -> None:
        temporary = path.with_name(f".{path.name}.new")
        _remove_leftover(temporary)

        moment = now()

        def head() -> Iterator[bytes]:
            yield JournalHeader(replica, self._folder.identity, os.stat(temporary).st_ino, moment).encode()

        signature = write_whole(path, head(), temporary, overwrite=True)
        log = self._files[path] = JournalFile(signature[1])
        log.advance([JournalHeader(replica, self._folder.identity, signature[1], moment)], signature[2])
        self._has_failed = False

    def _archive_journal(self, path: Path, log: JournalFile) -> None:
        """Put a copy of a journal into the history, whatever is in it, unless that is nothing but the head."""
        if log.lines <= 1 and log.header is not None and not self.damaged_entries:
            return
        target = self._folder.archive_path(
            log.first, log.last, log.header.replica if log.header is not None else _UNKNOWN_REPLICA
        )
        make_folder(target.parent)
        data, _ = read_from(path)
        there = signature_of(target)
        if there is not None and there[2] >= len(data):
            # Whoever put it there may have been killed before its name was on the disk.
            sync_folder(target.parent)
        else:
            # Without hard links, a copy that somebody was killed at is not whole.
            temporary = target.with_name(f".{target.name}.new")
            _remove_leftover(temporary)
            write_whole(target, data, temporary, overwrite=there is not None)


def newest_entries(folder: Folder, about: str = "", until: VersionVector | None = None) -> Iterator[JournalEntry]:
    """Yield the changes in the folder's logs, the latest first: those that are in `until`, and whose line names the id `about`.

    Files are read one after the other as they are needed. One that cannot be read is left out. Raises ReaderError when nobody
    can tell which there are.
    """
    needle = about.encode()
    given: set[str] = set()
    with folder.wrap_errors():
        logs = (folder.journals(), *([finished.path] for finished in sorted(folder.archived_journals(), reverse=True)))
    for files in logs:
        lines: list[JournalEntry] = []
        for path in files:
            try:
                data, _ = read_from(path)
            except OSError:
                continue
            kept = b"".join(_matching_lines(needle, data)) if needle else data
            lines.extend(line for line in read_entries(kept) if until is None or line.dot in until)
        for line in sorted(lines, key=lambda line: line.dot, reverse=True):
            if line.id not in given:
                given.add(line.id)
                yield line


def _matching_lines(needle: bytes, data: bytes) -> Iterator[bytes]:
    """Yield the whole lines, with their ends, in which `needle` stands."""
    end = 0
    while (found := data.find(needle, end)) >= 0:
        start, end = data.rfind(b"\n", end, found) + 1 or end, data.find(b"\n", found) + 1
        if not end:
            return
        yield data[start:end]


def _remove_leftover(temporary: Path) -> None:
    # Under the lock, what lies at such a name is the rest of a program that was killed.
    if os.path.lexists(temporary):
        os.unlink(temporary)
