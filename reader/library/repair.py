"""Repairing a library: all that its folder still holds is joined and written anew, and what is damaged is put aside.

Records come from the library's file as far as it can be read, the newest backup, the files of other programs that were kept,
the conflict copies beside it, and every change in the journals and the history. Which of two states of a record is the later
one, and which records were removed, their versions tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from reader.errors import ReaderError
from reader.files import read_at
from reader.library.folder import Folder
from reader.library.gathering import Gathered, Key, named
from reader.library.inspection import Backups, Copy, LibraryFile, LogFile, Texts, copy_of, logs
from reader.library.lines import ANNOTATIONS, ARTICLES, SOURCES, TAGS, Lines, identified
from reader.library.log import Line
from reader.library.meta import SCHEMA
from reader.library.salvage import Salvage
from reader.library.versions import Dot, Seen, content_of, dots_of
from reader.review.cells import Record

LOGS: Final = "journals and history"
"""What a record comes from that stands as it is in no file but in changes."""


@dataclass(slots=True)
class Plan:
    """What a repair does, or would do. Without `damaged` there is nothing to repair.

    `damaged` says by file what is wrong with it: all of these are put aside. If it `rewrites` the library's file, that will
    hold `lines`, that have `seen`, each record from where `sources` says. `lost` is what cannot be saved, `notes` what else a
    person should know. `logs` are all logs as they were read; `aside` is where the damaged files went.
    """

    damaged: dict[Path, str]
    logs: list[LogFile]
    rewrites: bool = False
    lines: Lines = field(default_factory=Lines)
    seen: Seen = field(default_factory=Seen)
    sources: dict[Key, str] = field(default_factory=dict[Key, str])
    lost: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    aside: Path | None = None

    def counts(self) -> dict[str, Counter[str]]:
        """Return how many records of each table come from where."""
        counts: dict[str, Counter[str]] = {}
        for (table, _), source in self.sources.items():
            counts.setdefault(source, Counter())[table] += 1
        return counts


def planned(folder: Folder) -> Plan:
    """Return what a repair of the library in a folder would do. Nothing is written.

    Raises ReaderError when the system does not let a file of it be read, or when it is a newer version's.
    """
    if not folder.path.is_dir():
        raise ReaderError(f"there is no folder {folder.path}")
    file, kept, read = LibraryFile(folder), Backups(folder), logs(folder)
    _refuse(file, kept, read)
    nothing = file.missing and not (read or kept.paths or folder.copies())
    plan = Plan({} if nothing or not file.trouble else {file.path: file.trouble}, read)
    plan.damaged |= {log.path: log.trouble for log in read if log.trouble}
    plan.rewrites = bool(plan.damaged)
    plan.damaged |= kept.damaged | Texts(folder).damaged
    plan.notes += (f"{path} {what}: it is not used" for path, what in kept.denied.items())
    if plan.rewrites:
        _Gathering(folder, file, kept, plan).run()
    return plan


def _refuse(file: LibraryFile, kept: Backups, read: list[LogFile]) -> None:
    denied = {file.path: file.trouble} if file.denied else {}
    denied |= {log.path: log.trouble for log in read if log.denied}
    for path, what in denied.items():
        raise ReaderError(f"{path} {what}", "make that possible first: nobody knows what it holds")
    copies = (copy for copy in (file.copy, kept.newest, *kept.foreign) if copy is not None)
    if file.newer or any(copy.meta.schema > SCHEMA for copy in copies):
        raise ReaderError(f"{file.path} was written by a newer version of Claim Reader", "update Claim Reader to repair it")


class _Gathering:
    """Fills a plan with records: joins all there is, in an order that loses nothing, and says what is lost."""

    def __init__(self, folder: Folder, file: LibraryFile, kept: Backups, plan: Plan) -> None:
        self._folder = folder
        self._file = file
        self._kept = kept
        self._plan = plan
        self._gathered = Gathered()
        self._copies: list[Copy] = []
        self._pieces: dict[str, dict[Key, Record]] = {}

    def run(self) -> None:
        """Do it."""
        changes = list(self._changes())
        self._take_copies()
        before = self._gathered.seen.copy()
        self._gathered.take_changes(changes)
        if self._file.rest is not None and not self._file.foreign:
            self._take_pieces(self._file.path.name, self._file.rest, self._file.digest)
        for part in self._kept.parts if self._file.copy is None else ():
            self._take_pieces("a damaged backup", part, "")
        self._plan.lines, self._plan.seen = self._gathered.lines, self._gathered.seen
        self._plan.sources = dict(self._sources())
        self._say(before, changes)

    def _changes(self) -> Iterator[Line]:
        """Yield the changes in the logs, but those of another device that wait for others which may be on their way."""
        dots = {line.dot for log in self._plan.logs for line in log.changes}
        copy = self._file.copy
        for log in self._plan.logs:
            waits = copy is not None and not (log.finished or log.trouble or log.path == self._folder.journal)
            for line in log.changes:
                before = Dot(line.previous, line.dot.replica)
                if waits and copy is not None and before not in copy.meta.seen and before not in dots:
                    break
                yield line

    def _take_copies(self) -> None:
        for copy in (self._file.copy, self._kept.newest, *self._kept.foreign, *self._others()):
            if copy is not None:
                self._copies.append(copy)
                self._gathered.take_copy(copy)

    def _others(self) -> Iterator[Copy]:
        """Yield the copies that are no backup, which are asked only when the file itself is damaged."""
        unfinished = self._folder.library.with_name(f".{self._folder.library.name}.new")
        for path in (*self._folder.copies(), unfinished) if self._file.copy is None else ():
            try:
                copy = copy_of(read_at(path)[0], path.name)
            except (OSError, ReaderError):
                continue
            if copy.meta.schema <= SCHEMA:
                yield copy

    def _take_pieces(self, name: str, found: Salvage, digest: str) -> None:
        self._pieces[name] = dict(map(named, found.pieces))
        seen = self._gathered.seen.copy()
        seen.add(*(dot for piece in found.pieces for dot in dots_of(piece.record)))
        stamp = Dot(seen.next("").number, f"f{digest[:10]}")
        unsure = self._gathered.take_pieces(found, stamp)
        for table, record_id in (key for key, used in unsure.items() if used):
            self._plan.notes.append(f"{table} {record_id} of {name} is damaged, and nothing else holds it: look at it")
        passed = sum(not used for used in unsure.values())
        if passed:
            self._plan.notes.append(f"{passed} damaged records of {name} were passed over for what else holds them")

    # ------------------------------------------------------------------ saying

    def _sources(self) -> Iterator[tuple[Key, str]]:
        order = sorted(self._pieces, key=lambda name: name != self._file.path.name)
        for table, records in self._plan.lines.tables().items():
            for key, record in records.items():
                record_id, content = self._plan.lines.id_at(table, key), content_of(record)
                found = next((name for name in order if _is(self._pieces[name].get((table, record_id)), content)), None)
                found = found or next((c.name for c in self._copies if _is(c.lines.get(table, record_id), content)), None)
                yield (table, record_id), found or LOGS

    def _say(self, before: Seen, changes: list[Line]) -> None:
        plan, file, newest = self._plan, self._file, self._kept.newest
        for log in (log for log in plan.logs if log.trouble):
            name = log.path.relative_to(self._folder.path)
            if not log.changes:
                plan.lost.append(f"what {name} held, of which nothing can be read")
            elif log.lost:
                plan.lost.append(f"{_many(log.lost, 'change')} in damaged lines of {name}")
        plan.notes += (f"the last line of {log.path.name} has no end, and is lost" for log in plan.logs if log.torn)
        torn = [key for key in (file.rest.torn if file.rest is not None else ()) if self._is_lost(key)]
        if torn:
            plan.lost.append(f"{_many(len(torn), 'record')} of {file.path.name} that nothing else holds")
        if file.foreign:
            plan.notes.append(f"{file.path} is another program's file: it is put aside whole, nothing is taken from it")
        if file.copy is None:
            if _lacks(before, changes):
                plan.notes.append(
                    "changes are missing in the journals: what they did is kept as far as something else shows it"
                )
            if newest is not None and (_lacks(before, changes) or not changes):
                plan.notes.append(f"what was in {newest.name} and was removed since may be back")
            if all(log.finished for log in plan.logs):
                until = f" after {max(line.at for line in changes)}" if changes else ""
                plan.notes.append(f"there is no journal: what was changed{until}, if anything was, is lost")
        if not plan.sources:
            plan.notes.append("no record was found anywhere: the library will be empty")

    def _is_lost(self, key: str) -> bool:
        """Whether nothing else speaks of the record with this key of the library's file."""
        record_id = str(cast("Record", identified(ANNOTATIONS, key, {})).get("id"))
        keys = [(table, one) for table in (ANNOTATIONS, ARTICLES, TAGS, SOURCES) for one in (record_id, key)]
        return not any(self._gathered.met(one) or self._plan.lines.line(*one) is not None for one in keys)


def _is(record: Record | None, content: Record) -> bool:
    return record is not None and content_of(record) == content


def _lacks(before: Seen, changes: list[Line]) -> bool:
    """Whether changes are missing between what was seen `before` and the latest of these: numbers are given one by one."""
    first = max(before.numbers.values(), default=0) + 1
    numbers = {line.dot.number for line in changes}
    return any(number not in numbers for number in range(first, max(numbers, default=0)))


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
