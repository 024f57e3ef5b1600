"""The logs in a library's folder: how far each was read, and this device's journal, which grows at its end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reader.files import append, make_folder, read_at, signature_of, sync_folder, write_whole
from reader.library.folder import Folder
from reader.library.log import Broken, Head, Line, scan

FULL: Final = 1 << 20
"""The size in bytes from which on a journal is finished and a new one begun."""


@dataclass(slots=True)
class Log:
    """How far a log was read: the number of its file, its bytes and lines, the numbers of the first and last change in them."""

    number: int
    size: int = 0
    lines: int = 0
    first: int = 0
    last: int = 0
    head: Head | None = None

    def note(self, lines: Sequence[Line | Head | Broken], size: int) -> None:
        """Note that these lines, `size` bytes, were read."""
        numbers = [line.dot.number for line in lines if isinstance(line, Line)]
        if numbers:
            self.first, self.last = self.first or numbers[0], numbers[-1]
        self.head = next((line for line in lines if isinstance(line, Head)), self.head)
        self.size += size
        self.lines += len(lines)


class Logs:
    """What was read of the logs of a folder, and the journal that this device writes.

    Invariants: what is appended stands behind whole lines that were all read; a journal is replaced by a new one only after all
    of it is in the history.
    """

    def __init__(self, folder: Folder) -> None:
        self.broken: dict[tuple[Path, int], Broken] = {}
        """The lines that are not what was written, by file and number; without bytes: a change is missing before that line."""
        self._folder = folder
        self._logs: dict[Path, Log] = {}
        self._unsure = False

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

    def read(self, path: Path) -> tuple[Log, tuple[Line | Head | Broken, ...], int]:
        """Return how far a log was read before, the lines that follow, and their size in bytes; `Log.note` says they are read.

        Raises OSError.
        """
        if self.renewed(path):
            del self._logs[path]
        log = self._logs.get(path) or Log(0)
        data, signature = read_at(path, log.size)
        if log.number not in (0, signature[1]):
            log = Log(0)
            data, signature = read_at(path)
        log.number = signature[1]
        self._logs[path] = log
        scanned = scan(data, log.lines + 1)
        self.broken |= {(path, line.number): line for line in scanned.lines if isinstance(line, Broken)}
        return log, scanned.lines, scanned.size

    # ------------------------------------------------------------------ the journal; the folder's lock is held

    def begun(self, new_replica: str) -> str:
        """See to it that there is a journal of this device that is not full; return its replica.

        That is `new_replica` if there was none of this folder. Raises OSError.
        """
        path = self._folder.journal
        if self._unsure:
            self._write_again(path)
        if not path.exists():
            self._logs.pop(path, None)
        log = self._logs.get(path)
        own = log.head if log is not None and log.head is not None and log.head.folder == self._folder.identity else None
        replica = own.replica if own is not None else new_replica
        if log is None or own is None or log.size >= FULL:
            if log is not None:
                self._finish(path, log)
            self._begin(path, Head(replica, self._folder.identity))
        return replica

    def append(self, lines: Sequence[Line]) -> None:
        """Put changes behind all others in this device's journal; all of it is on the disk when it returns. Raises OSError.

        Without changes too: what another program wrote there may not be on the disk yet.
        """
        data = b"".join(line.encode() for line in lines)
        log = self._logs[self._folder.journal]
        try:
            append(self._folder.journal, data, log.size)
        except BaseException:
            self._unsure = True
            raise
        log.note(lines, len(data))

    def _write_again(self, path: Path) -> None:
        """Write the journal anew: of what could not be brought to the disk, nobody knows what is there."""
        temporary = path.with_name(f".{path.name}.new")
        _forget(temporary)
        data, _ = read_at(path)
        signature = write_whole(path, data, temporary, over=True)
        if path in self._logs:
            self._logs[path].number = signature[1]
        self._unsure = False

    def _begin(self, path: Path, head: Head) -> None:
        data = head.encode()
        temporary = path.with_name(f".{path.name}.new")
        _forget(temporary)
        signature = write_whole(path, data, temporary, over=True)
        log = self._logs[path] = Log(signature[1])
        log.note([head], len(data))

    def _finish(self, path: Path, log: Log) -> None:
        """Put a copy of a journal into the history, whatever is in it, unless that is nothing but the head."""
        if log.lines <= 1 and log.head is not None and not self.broken:
            return
        target = self._folder.finish(log.first, log.last, log.head.replica if log.head is not None else "unknown")
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


def _forget(temporary: Path) -> None:
    # Under the lock, what lies at such a name is the rest of a program that was killed.
    if os.path.lexists(temporary):
        os.unlink(temporary)
