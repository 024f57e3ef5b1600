"""Read and append journal files: one change per line of JSON, the newest last, each line with a checksum."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from reader.files import (
    Signature,
    append,
    make_folder,
    open_file,
    read_blocks,
    read_from,
    replace,
    signature_of,
    sync_folder,
    temporary_beside,
    write_whole,
)
from reader.library.folder import Folder
from reader.library.versions import Dot, VersionVector, dots_of, encode_json, scoped_replica
from reader.printable import plural
from reader.review.cells import Record
from reader.review.codec import as_list, as_mapping
from reader.review.declaration import EMPTY_MAPPING
from reader.review.model import now

UNDO: Final = "undo: "
REDO: Final = "redo: "
"""Prefixes of the labels of changes that undo or redo another one."""
JOURNAL_FORMAT: Final = 1
"""The version of the line format that this program writes."""
JOURNAL_LIMIT: Final = 1 << 20
"""The size in bytes at which a journal is archived and a new one begun."""
LONG_LINE: Final = 1 << 18
"""The size in bytes from which on the operations of a line are decoded one by one."""

_SUM: Final = b',"sum":"'
_TAIL: Final = len(_SUM) + 8 + 3
_OPERATIONS: Final = b',"operations":['
_decode_json = json.JSONDecoder().raw_decode
_UNKNOWN_REPLICA: Final = "unknown"
"""The replica in the name of an archived journal whose header is lost."""


# ------------------------------------------------------------------ lines


class Operation(NamedTuple):
    """A stored record before and after a change. None before: it was created; None after: it was removed."""

    table: str
    id: str
    before: Record | None
    after: Record | None


class LongOperations:
    """The operations in a long line: those of a merge may be many, so each is decoded when its turn comes."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        """Take the bytes with the operations, and the half-open range in which they stand, separated by commas."""
        self._data = data
        self._range = start, end

    def __iter__(self) -> Iterator[Operation]:
        position, end = self._range
        size = LONG_LINE
        while position < end:
            text = self._data[position : min(end, position + size)].decode("ascii")
            values = list(_decode_values(text))
            yield from (Operation(*value) for value, _ in values)
            stop = values[-1][1] if values else 0
            if stop == 0 and position + size >= end:
                raise ValueError("The operations of a change cannot be read")
            size = LONG_LINE if stop else 2 * size
            position += stop

    def __len__(self) -> int:
        return sum(1 for _ in self)


class JournalEntry(NamedTuple):
    """A change, which is one line of a journal.

    `previous` is the counter of the replica's change before it; `undoes` and `redoes` name other changes by their `id`. `label`
    is the name of the change for people, "" for a change that nobody undoes, such as the reading position. `merge_vector` is
    the version vector of a merged library. `context` is the growth of the writer's causal context since the replica's last
    change: a store that has not seen all of it waits, because the files of another device arrive in any order. `scopes` are
    those of the shared articles whose public part it changed, each with the counter of the replica's change there before it.
    """

    dot: Dot
    previous: int
    id: str
    at: str
    label: str
    operations: tuple[Operation, ...] | LongOperations
    article: str = ""
    by: str = ""
    undoes: str = ""
    redoes: str = ""
    merge_vector: VersionVector | None = None
    context: VersionVector | None = None
    scopes: Mapping[str, int] = EMPTY_MAPPING

    @property
    def dots(self) -> tuple[Dot, ...]:
        """The dot of this change, and those in the shared articles that it is about."""
        if not self.scopes:
            return (self.dot,)
        return self.dot, *(Dot(self.dot.counter, scoped_replica(self.dot.replica, scope)) for scope in self.scopes)

    @property
    def known_context(self) -> VersionVector:
        """The part of the causal context that this entry proves by itself: every dot it names, with the earlier ones."""
        vector = VersionVector()
        vector.add(*self.dots)
        for part in (self.context, self.merge_vector):
            vector.join(part)
        vector.add(*(dot for o in self.operations for side in (o.before, o.after) for dot in dots_of(side or {})))
        return vector

    def encode(self) -> bytes:
        """Encode the line with its line end."""
        return b"".join(self.parts(encode_json(list(operation)).encode("ascii") for operation in self.operations))

    def parts(self, operations: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the line with its line end in parts, with these encoded operations."""
        fields: Record = {"n": self.dot.counter, "replica": self.dot.replica, "previous": self.previous, "id": self.id}
        fields |= {"at": self.at, "label": self.label, "article": self.article, "by": self.by}
        fields |= {"undoes": self.undoes} if self.undoes else {}
        fields |= {"redoes": self.redoes} if self.redoes else {}
        fields |= {"saw": self.merge_vector.counters} if self.merge_vector is not None else {}
        fields |= {"knew": self.context.counters} if self.context is not None else {}
        fields |= {"scopes": dict(self.scopes)} if self.scopes else {}
        return _add_sum(chain([encode_json(fields)[:-1].encode("ascii"), _OPERATIONS], _separate(operations), [b"]"]))


class JournalHeader(NamedTuple):
    """The first line of a journal: its replica, its folder, the number of its file (inode), the time of its creation."""

    replica: str
    folder: str
    file: int
    at: str

    def encode(self) -> bytes:
        """Encode the line with its line end."""
        fields = {"log": JOURNAL_FORMAT, "replica": self.replica, "folder": self.folder, "file": self.file, "at": self.at}
        return encode_line(fields)


class DamagedEntry(NamedTuple):
    """A line whose checksum does not fit, with its number in the file."""

    number: int
    data: bytes


JournalLine = JournalEntry | JournalHeader | DamagedEntry


class ParsedLines(NamedTuple):
    """The lines of a part of a journal, and the size of the whole lines in bytes."""

    lines: tuple[JournalLine, ...]
    size: int


def encode_line(fields: Mapping[str, object]) -> bytes:
    """Encode a line of JSON whose last field is the checksum of all before it."""
    return b"".join(_add_sum([encode_json(fields)[:-1].encode("ascii")]))


def _add_sum(parts: Iterable[bytes]) -> Iterator[bytes]:
    checksum = 0
    for part in parts:
        checksum = zlib.crc32(part, checksum)
        yield part
    yield _SUM + b'%08x"}\n' % checksum


def _separate(values: Iterable[bytes]) -> Iterator[bytes]:
    separator = b""
    for value in values:
        yield separator + value
        separator = b","


def parse_lines(data: bytes, first: int = 1) -> ParsedLines:
    """Parse the lines in `data`, of which the first is line `first` of its file. An unfinished last line is left out."""
    lines: list[JournalLine] = []
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        lines.append(parse_line(first + len(lines), data, start, end))
        start = end + 1
    return ParsedLines(tuple(lines), start)


def read_entries(data: bytes) -> Iterator[JournalEntry]:
    """Yield the changes in the bytes of a journal, the oldest first, without damaged lines."""
    return (line for line in parse_lines(data).lines if isinstance(line, JournalEntry))


def parse_line(number: int, data: bytes, start: int, end: int) -> JournalLine:
    """Parse the line in a range of bytes, which ends before its line end."""
    stop = max(start, end - _TAIL + 1)
    if data[stop:end] != _SUM + b'%08x"}' % zlib.crc32(memoryview(data)[start:stop]):
        return DamagedEntry(number, data[start:end])
    try:
        operations = data.find(_OPERATIONS, start, stop) + len(_OPERATIONS) if end - start > LONG_LINE else -1
        if operations >= start + len(_OPERATIONS) and data[stop - 1 : stop] == b"]":
            fields = cast("Record", json.loads(data[start:operations] + b"]}"))
            return _parse_entry(fields, LongOperations(data, operations, stop - 1))
        fields = cast("Record", json.loads(data[start:stop] + b"}"))
        return _parse_header(fields) if "log" in fields else _parse_entry(fields)
    except (ValueError, KeyError, TypeError):
        return DamagedEntry(number, data[start:end])


def _decode_values(text: str) -> Iterator[tuple[list[Any], int]]:
    """Yield the lists of JSON at the beginning of a text, each with the position after it and its comma."""
    position = 0
    while position < len(text):
        try:
            value, end = _decode_json(text, position)
        except ValueError:
            return
        position = end + 1
        yield value, position


def _parse_header(fields: Record) -> JournalHeader:
    return JournalHeader(str(fields["replica"]), str(fields["folder"]), cast("int", fields["file"]), str(fields["at"]))


def _parse_entry(fields: Record, long_operations: LongOperations | None = None) -> JournalEntry:
    operations = cast("list[tuple[str, str, Record | None, Record | None]]", fields["operations"])
    return JournalEntry(
        dot=Dot(cast("int", fields["n"]), str(fields["replica"])),
        previous=cast("int", fields["previous"]),
        id=str(fields["id"]),
        at=str(fields["at"]),
        label=str(fields["label"]),
        operations=tuple(Operation(*one) for one in operations) if long_operations is None else long_operations,
        article=str(fields.get("article", "")),
        by=str(fields.get("by", "")),
        undoes=str(fields.get("undoes", "")),
        redoes=str(fields.get("redoes", "")),
        merge_vector=VersionVector.from_json(fields["saw"]) if "saw" in fields else None,
        context=VersionVector.from_json(fields["knew"]) if "knew" in fields else None,
        scopes=VersionVector.from_json(fields["scopes"]).counters if "scopes" in fields else EMPTY_MAPPING,
    )


# ------------------------------------------------------------------ files


class JournalMark(NamedTuple):
    """The state of a device's journal when that device wrote the library's file.

    `place` identifies folder and device, `name` and `replica` the journal. `first` and `last` are the counters of its first and
    last change, `changes` is their number, `at` the time of its last line. `size` (in bytes), `file` (inode) and `changed_at`
    (in nanoseconds) are those of the file: an older copy, put in its place or written over it, never has all three.
    """

    place: str
    name: str
    replica: str
    first: int
    last: int
    changes: int
    at: str
    size: int
    file: int
    changed_at: int


@dataclass(slots=True)
class JournalFile:
    """The part of a journal that was read.

    `number` is that of its file (inode); `size` (in bytes) and `lines` measure that part; `first` and `last` are the counters
    of its first and last change, `changes` is their number, `at` the time of its last line. `written_at` is the file's time (in
    nanoseconds) after this process wrote it last, 0 if it never did.
    """

    number: int
    size: int = 0
    lines: int = 0
    first: int = 0
    last: int = 0
    changes: int = 0
    at: str = ""
    header: JournalHeader | None = None
    written_at: int = 0

    def advance(self, lines: Sequence[JournalLine], size: int) -> None:
        """Note that these lines, `size` bytes, were read or written."""
        counters = [line.dot.counter for line in lines if isinstance(line, JournalEntry)]
        if counters:
            self.first, self.last = self.first or counters[0], counters[-1]
            self.changes += len(counters)
        self.at = next((line.at for line in reversed(lines) if not isinstance(line, DamagedEntry)), self.at)
        self.header = next((line for line in lines if isinstance(line, JournalHeader)), self.header)
        self.size += size
        self.lines += len(lines)


class Journals:
    """The journals of a folder, of which only that of this device is written.

    Invariants: changes are appended after whole lines that were all read; a journal is replaced by a new one only after all of
    it is in the history; a replica never gives one counter to two changes, even if the write of the first one failed.
    """

    def __init__(self, folder: Folder) -> None:
        self.damaged_entries: dict[tuple[Path, int], DamagedEntry] = {}
        """The damaged lines, by file and line number. One without bytes marks that a change is missing before that line."""
        self._folder = folder
        self._files: dict[Path, JournalFile] = {}
        self._waiting: dict[Path, dict[str, int]] = {}
        self._place: Signature | None = None
        self._listed: list[Path] = []
        self._listed_at: Signature | None = None
        self._has_ended = False
        self._is_ready = False

    def unread_journals(self, *, must_list: bool = False) -> list[Path]:
        """Return the journals that have changed since they were read.

        Unless `must_list`, the folder is not listed again where its time shows that no file came since. A listing counts if the
        clock of the file system went on between the folder's last change and the listing, as a line that was written before
        shows: whatever changes the folder after it then gives it another time. One without the journal of this device never
        counts, as the clock may have stepped back: another program's would be overwritten.
        """
        self._place = signature = signature_of(self._folder.path)
        if must_list or signature != self._listed_at:
            self._listed, own = self._folder.journals(), self._files.get(self._folder.journal)
            is_later = own is not None and signature is not None and own.written_at > signature[3]
            self._listed_at = signature if is_later and self._folder.journal in self._listed else None
        return [path for path in self._listed if self._is_unread(path)]

    def _is_unread(self, path: Path) -> bool:
        signature, file = signature_of(path), self._files.get(path)
        return signature is not None and (file is None or (signature[1], signature[2]) != (file.number, file.size))

    def forget_positions(self) -> None:
        """Read all journals again from their beginning."""
        self._files.clear()

    def note_waiting(self, path: Path, vector: VersionVector) -> None:
        """Note that a journal waits for a change that is not in this vector."""
        self._waiting[path] = dict(vector.counters)

    def is_waiting(self, path: Path, vector: VersionVector) -> bool:
        """Whether a journal waits and no change has come since: many may wait for one another, and none is read in vain."""
        return self._waiting.get(path) == vector.counters

    def forget_waiting(self) -> None:
        """Forget which journals wait."""
        self._waiting.clear()

    def is_replaced(self, path: Path) -> bool:
        """Whether another file has taken a journal's place since it was read; the rest of the old one is in the history."""
        signature, file = signature_of(path), self._files.get(path)
        return file is not None and (signature is None or signature[1] != file.number or signature[2] < file.size)

    def read(self, path: Path) -> tuple[JournalFile, tuple[JournalLine, ...], int]:
        """Read the new lines of a journal: return the part that was read before, these lines, and their size in bytes.

        The caller confirms the lines that it has processed by `JournalFile.advance`. Raises OSError.
        """
        known = self._files.get(path)
        if self.is_replaced(path):
            del self._files[path]
        file = self._files.get(path) or JournalFile(0)
        data, signature = read_from(path, file.size)
        if file.number not in (0, signature[1]):
            file = JournalFile(0)
            data, signature = read_from(path)
        if known is not None and known.number == signature[1] and signature[2] < known.size and path == self._folder.journal:
            # No program of this device shortens its journal: an older copy was written over it. It may lack changes whose dots
            # others have seen.
            self._has_ended = True
        file.number = signature[1]
        self._files[path] = file
        chunk = parse_lines(data, file.lines + 1)
        self.damaged_entries |= {(path, line.number): line for line in chunk.lines if isinstance(line, DamagedEntry)}
        return file, chunk.lines, chunk.size

    # ------------------------------------------------------------------ the journal of this device; the write lock is held

    def ensure_journal(self, marks: Sequence[JournalMark]) -> str:
        """Ensure that this device has a journal below JOURNAL_LIMIT, and return its replica. All unread journals were read.

        The replica goes on only in a journal that is just as `marks`, those of the library's file, say that this device left it
        here. One that came with a copy of the folder or from a backup may lack changes whose dots others have seen; nobody can
        tell it from one whose program was killed. Then a new journal is begun, for a new replica. Raises OSError.
        """
        path = self._folder.journal
        if path not in self._listed:
            self._files.pop(path, None)
        file = self._files.get(path)
        header = file.header if file is not None else None
        is_own = file is not None and header is not None and self._is_own(path, file, header, marks)
        replica = header.replica if is_own and header is not None and not self._has_ended else uuid.uuid4().hex[:8]
        if file is None or not is_own or self._has_ended or file.size >= JOURNAL_LIMIT:
            if file is not None:
                self._archive_journal(path, file)
            self._create_journal(path, replica)
        self._is_ready = True
        return replica

    def end_replica(self) -> None:
        """Begin a new journal with the next change, for a new replica."""
        self._has_ended = True

    def _is_own(self, path: Path, file: JournalFile, header: JournalHeader, marks: Sequence[JournalMark]) -> bool:
        place = self._folder.identity_of(self._place[1]) if self._place is not None else ""
        return (header.folder, header.file) == (place, file.number) and (
            self._is_ready or self._mark(path, file, header) in marks
        )

    def marks(self, old: Sequence[JournalMark]) -> tuple[JournalMark, ...]:
        """Return the marks for the library's file, which had `old` ones. Raises OSError.

        They are those of this device's journal as it is now, once there is one, of its lost ones, and of other devices.
        """
        path = self._folder.journal
        file = self._files.get(path)
        own = () if file is None or file.header is None else (self._mark(path, file, file.header),)
        lost = (journal.mark for journal in find_lost_journals(self._folder, old))
        return (*own, *lost, *(mark for mark in old if mark.name != path.name))

    def _mark(self, path: Path, file: JournalFile, header: JournalHeader) -> JournalMark:
        status = os.stat(path)
        # No program can set the time of the last change of a file's state; Windows has none.
        changed_at = status.st_mtime_ns if sys.platform == "win32" else status.st_ctime_ns
        numbers = (file.first, file.last, file.changes)
        return JournalMark(self._folder.place, path.name, header.replica, *numbers, file.at, file.size, file.number, changed_at)

    def append(self, entries: Sequence[tuple[JournalEntry, Iterable[bytes]]]) -> None:
        """Append changes to this device's journal, each with its operations as they stand in a line, which may be many.

        All of it is on the disk when this returns. Call it without changes too: what another program of this device appended
        may not be on the disk yet. Raises OSError.
        """
        file = self._files[self._folder.journal]
        try:
            data = chain.from_iterable(entry.parts(operations) for entry, operations in entries)
            signature = append(self._folder.journal, data, file.size)
        except BaseException:
            self._has_ended = True
            with contextlib.suppress(OSError):
                self._discard_failed(self._folder.journal, file)
            raise
        file.advance([entry for entry, _ in entries], signature[2] - file.size)
        file.written_at = signature[3]

    def _discard_failed(self, path: Path, file: JournalFile) -> None:
        """Archive a journal whose write failed, so that no other program goes on with it.

        Another program may have read the changes that are reported as failed: their dots must never be used again.
        """
        if file.lines > 1:
            target = self._archive_path(file)
            make_folder(target.parent)
            replace(path, target)
            sync_folder(target.parent)
        else:
            os.unlink(path)
        sync_folder(path.parent)
        del self._files[path]

    def _create_journal(self, path: Path, replica: str) -> None:
        temporary = _unused_temporary(path)
        moment = now()

        def header() -> Iterator[bytes]:
            yield JournalHeader(replica, self._folder.identity, os.stat(temporary).st_ino, moment).encode()

        signature = write_whole(path, header(), temporary, overwrite=True)
        file = self._files[path] = JournalFile(signature[1])
        file.advance([JournalHeader(replica, self._folder.identity, signature[1], moment)], signature[2])
        self._has_ended = False

    def _archive_journal(self, path: Path, file: JournalFile) -> None:
        """Copy a journal into the history, damaged lines included, unless it holds nothing but its header."""
        if file.lines <= 1 and file.header is not None and not self.damaged_entries:
            return
        target = self._archive_path(file)
        make_folder(target.parent)
        archived, current = signature_of(target), signature_of(path)
        if archived is not None and current is not None and archived[2] >= current[2]:
            # The program that wrote it may have been killed before the name was on the disk.
            sync_folder(target.parent)
        else:
            # Where there are no hard links, a program that was killed may have left half a copy.
            write_whole(target, read_blocks(path), _unused_temporary(target), overwrite=archived is not None)

    def _archive_path(self, file: JournalFile) -> Path:
        replica = file.header.replica if file.header is not None else _UNKNOWN_REPLICA
        return self._folder.archive_path(file.first, file.last, replica)


def _unused_temporary(path: Path) -> Path:
    """Return the temporary name beside a file. Under the write lock, a file of that name was left by a killed program."""
    temporary = temporary_beside(path)
    temporary.unlink(missing_ok=True)
    return temporary


# ------------------------------------------------------------------ journals that are gone or were cut


class LostJournal(NamedTuple):
    """A journal of which `missing` changes are gone that it held when the library's file was written."""

    mark: JournalMark
    missing: int

    @property
    def problem(self) -> str:
        """What is missing, in words that follow the name of the journal."""
        mark = self.mark
        changes = plural(mark.changes, "change")
        what = f"is gone, with {changes}" if self.missing == mark.changes else f"was cut: it lacks {self.missing} of {changes}"
        return f"{what} up to {mark.at}"


LOSS: Final = "The library shows these changes, but nobody can undo them; later ones, if there were any, are lost"
"""The consequence of a lost journal, for people."""
_TYPES: Final = (str, str, str, int, int, int, str, int, int, int)


def marks_to_json(marks: Iterable[JournalMark]) -> list[Record]:
    """Convert marks to JSON."""
    return [dict(mark._asdict()) for mark in marks]


def marks_from_json(value: object) -> tuple[JournalMark, ...]:
    """Read marks from JSON, without those that have a value of a wrong type."""
    rows = ([as_mapping(fields).get(name) for name in JournalMark._fields] for fields in as_list(value))
    return tuple(JournalMark(*cast("list[Any]", row)) for row in rows if tuple(map(type, row)) == _TYPES)


def find_lost_journals(folder: Folder, marks: Iterable[JournalMark]) -> list[LostJournal]:
    """Return the marked journals of this folder and device that lack changes, which the history does not hold either.

    Raises OSError when they cannot be examined.
    """
    own = (mark for mark in marks if mark.place == folder.place and mark.changes)
    counts = ((mark, mark.changes - _count_changes(folder, mark)) for mark in own if not _is_whole(folder, mark))
    return [LostJournal(mark, missing) for mark, missing in counts if missing > 0]


def _is_whole(folder: Folder, mark: JournalMark) -> bool:
    """Whether beginning, size or name of a file show that a journal is not shorter than it was."""
    with contextlib.suppress(FileNotFoundError), os.fdopen(open_file(folder.path / mark.name), "rb") as file:
        for line in parse_lines(file.readline()).lines:
            if isinstance(line, JournalHeader) and line.replica == mark.replica and file.seek(0, 2) >= mark.size:
                return True
    return any(
        one.replica == mark.replica and one.first <= mark.first and one.last >= mark.last for one in folder.archived_journals()
    )


def _count_changes(folder: Folder, mark: JournalMark) -> int:
    archived = (one.path for one in folder.archived_journals() if one.replica in (mark.replica, ""))
    counters = set[int]()
    for path in (folder.path / mark.name, *archived):
        with contextlib.suppress(FileNotFoundError):
            dots = (entry.dot for entry in read_entries(read_from(path)[0]))
            counters.update(dot.counter for dot in dots if dot.replica == mark.replica)
    return sum(mark.first <= counter <= mark.last for counter in counters)
