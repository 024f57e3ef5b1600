"""Recover a damaged library: collect what is left, plan, rewrite."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from reader.errors import ReaderError
from reader.files import make_folder, read_at, sync_folder, write_new, write_whole
from reader.library.care.inspection import Backups, Copy, LibraryFile, LogFile, Texts, copy_of, logs
from reader.library.care.salvage import Piece, Salvage
from reader.library.file_join import apply_delta, join_file
from reader.library.folder import Folder
from reader.library.journal import JournalEntry
from reader.library.library_file import (
    ANNOTATIONS,
    ARTICLES,
    SCHEMA,
    SOURCES,
    TAGS,
    Meta,
    RecordTables,
    identified,
    is_identified,
)
from reader.library.versions import Dot, VersionVector, content_of, dots_of, join_versions, written
from reader.review.cells import Record

# ------------------------------------------------------------------ files, backups, changes in logs, single records, each with

Key = tuple[str, str]
"""A record's table and id."""

UNKNOWN: Final = "recovered"
"""The table for records of which nobody knows any more in which they were."""


class Recovery:
    """The records that were gathered, and the dots that are known: `seen`, what a library of these records has seen."""

    def __init__(self) -> None:
        self.lines = RecordTables()
        self.seen = VersionVector()
        self._everywhere = VersionVector()
        self._of: dict[Key, VersionVector] = {}

    def take_copy(self, copy: Copy) -> None:
        """Take in a file that can be read to its end."""
        seen = copy.meta.seen.copy()
        if not copy.whole:
            seen.add(copy.stamp)
        if self._everywhere.covers(seen):
            return
        for (table, record_id), record in join_file(self.lines, self._everywhere, copy.lines, copy.meta, copy.stamp).items():
            self._set((table, record_id), record)
        self._everywhere.join(seen)
        self.seen.join(seen)

    def take_changes(self, changes: Iterable[JournalEntry]) -> None:
        """Take in changes from logs, in any order."""
        for line in sorted(changes, key=lambda line: line.dot):
            for table, record_id, before, after in line.operations:
                key, knew = (table, record_id), VersionVector()
                knew.add(line.dot, *dots_of(before or {}), *dots_of(after or {}))
                have = self._known_of(key)
                if line.dot not in have:
                    mine = self.lines.get(*key)
                    self._set(key, apply_delta(mine, have, before, after, line.saw))
                    self._know(key, knew)
            self.seen.add(line.dot)
            self.seen.join(line.saw or VersionVector())

    def take_pieces(self, found: Salvage, stamp: Dot) -> dict[Key, bool]:
        """Take in what is left of a damaged file, and return of which records the sum does not fit.

        True: nothing else has that record, so it was taken as it is. False: it was passed over for what another source says of
        it. What another program wrote in the file gets the dot `stamp`.
        """
        doubtful: list[tuple[Key, Record]] = []
        versioned = any(piece.fits is not None for piece in found.pieces)
        for piece in found.pieces:
            key, record = named(piece)
            knew = found.meta.seen.copy() if found.meta is not None else VersionVector()
            knew.add(*dots_of(record))
            if piece.fits:
                self._set(key, join_versions(self.lines.get(*key), self._known_of(key), record, knew))
                self._know(key, knew)
            elif found.own and versioned:
                doubtful.append((key, record))
            else:
                self._take_foreign(key, record, knew, stamp)
        return {key: self._take_doubtful(key, record, stamp) for key, record in doubtful}

    def _take_foreign(self, key: Key, record: Record, knew: VersionVector, stamp: Dot) -> None:
        mine = self.lines.get(*key)
        ours = RecordTables({key[0]: {"1": mine}}) if mine is not None else RecordTables()
        changed = join_file(ours, self._known_of(key), RecordTables({key[0]: {"1": record}}), Meta(SCHEMA, "", knew), stamp)
        for now in changed.values():
            self._set(key, now)
        self._know(key, knew)
        self._know(key, VersionVector({stamp.replica: stamp.number}))

    def _take_doubtful(self, key: Key, record: Record, stamp: Dot) -> bool:
        if self.lines.line(*key) is not None or all(dot in self._known_of(key) for dot in dots_of(record)):
            return False
        self._set(key, written(record, stamp))
        self.seen.add(stamp)
        return True

    def met(self, key: Key) -> bool:
        """Whether a change or a piece spoke of a record, which may be removed since."""
        return key in self._of

    def _known_of(self, key: Key) -> VersionVector:
        known = self._everywhere.copy()
        known.join(self._of.get(key, _NOTHING))
        return known

    def _know(self, key: Key, seen: VersionVector) -> None:
        self._of.setdefault(key, VersionVector()).join(seen)
        self.seen.join(seen)

    def _set(self, key: Key, record: Record | None) -> None:
        if record is None:
            self.lines.drop(*key)
        else:
            self.lines.put(*key, record)


def named(piece: Piece) -> tuple[Key, Record]:
    """Return a record under its table and id, with an id in it if it is of a table whose records have one."""
    table = piece.table or UNKNOWN
    record = cast("Record", identified(table, piece.key, piece.record))
    given = record.get("id") if is_identified(table) else None
    return (table, given if isinstance(given, str) and given else piece.key), record


_NOTHING: Final = VersionVector()


# ------------------------------------------------------------------ all that its folder still holds is joined and written

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
    lines: RecordTables = field(default_factory=RecordTables)
    seen: VersionVector = field(default_factory=VersionVector)
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


def plan_repair(folder: Folder) -> Plan:
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
        self._gathered = Recovery()
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

    def _changes(self) -> Iterator[JournalEntry]:
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

    def _say(self, before: VersionVector, changes: list[JournalEntry]) -> None:
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


def _lacks(before: VersionVector, changes: list[JournalEntry]) -> bool:
    """Whether changes are missing between what was seen `before` and the latest of these: numbers are given one by one."""
    first = max(before.numbers.values(), default=0) + 1
    numbers = {line.dot.number for line in changes}
    return any(number not in numbers for number in range(first, max(numbers, default=0)))


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


# ------------------------------------------------------------------ Carrying out a repair, so that it can be interrupted at

ASIDE: Final = "damaged"
"""The folder in a library's folder where repairs put what was damaged."""
_WAIT: Final = 10.0


def apply_repair(folder: Folder) -> Plan:
    """Repair the library in a folder, and return what was done.

    Raises ReaderError as `planned` does, and when something cannot be written: then nothing is lost, and it can be tried again.
    """
    if not folder.path.is_dir():
        return plan_repair(folder)
    with folder.folding(_WAIT) as mine:
        if not mine:
            raise ReaderError("another program is writing the library's file", "try again in a moment")
        with folder.alone():
            plan = plan_repair(folder)
            if plan.damaged:
                _Mending(folder, plan).run()
    return plan


class _Mending:
    """Does what a plan says, under the library's locks."""

    def __init__(self, folder: Folder, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan
        self._aside = _new_folder(folder.path / ASIDE)
        plan.aside = self._aside

    def run(self) -> None:
        """Do it. Raises OSError when that fails."""
        for path in self._plan.damaged:
            self._copy_aside(path)
        if self._plan.rewrites:
            journals = [log for log in self._plan.logs if self._goes(log)]
            for log in journals:
                self._finish(log)
            self._rewrite()
            for log in journals:
                log.path.unlink(missing_ok=True)
            for log in self._plan.logs:
                if log.trouble and log.finished:
                    self._clean(log)
        for path in self._plan.damaged:
            if path != self._folder.library and not any(path == log.path for log in self._plan.logs):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)
        sync_folder(self._folder.path)

    def _goes(self, log: LogFile) -> bool:
        """Whether a log is a journal that ends here: this device's own in any case, that of another if it is damaged."""
        return not log.finished and (log.path == self._folder.journal or bool(log.trouble))

    def _copy_aside(self, path: Path) -> None:
        """Copy a damaged file into the folder for such files; one that cannot be read is moved there."""
        inside = path.is_relative_to(self._folder.path)
        target = self._aside / (path.relative_to(self._folder.path) if inside else path.name)
        make_folder(target.parent)
        try:
            data, _ = read_at(path)
        except FileNotFoundError:
            return
        except OSError:
            os.replace(path, target)
        else:
            write_new(target, data)
        sync_folder(target.parent)

    def _finish(self, log: LogFile) -> None:
        """Put what could be read of a journal into the history."""
        if not log.changes:
            return
        data = log.sound
        first, last = min(line.dot for line in log.changes), max(line.dot for line in log.changes)
        path = self._folder.finish(first.number, last.number, last.replica)
        if path.exists() and read_at(path)[0] == data:
            return
        make_folder(path.parent)
        write_whole(_free(path), data, self._temporary(path), over=False)

    def _clean(self, log: LogFile) -> None:
        """Leave of a finished journal what could be read of it."""
        if log.changes:
            write_whole(log.path, log.sound, self._temporary(log.path), over=True)
        else:
            log.path.unlink(missing_ok=True)
            sync_folder(log.path.parent)

    def _rewrite(self) -> None:
        path = self._folder.library
        write_whole(path, self._plan.lines.encode("", self._plan.seen), self._temporary(path), over=True)

    def _temporary(self, path: Path) -> Path:
        temporary = path.with_name(f".{path.name}.repaired.new")
        temporary.unlink(missing_ok=True)
        return temporary


def _new_folder(parent: Path) -> Path:
    path = _free(parent / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"))
    make_folder(path)
    return path


def _free(path: Path) -> Path:
    """Return a path of which there is nothing yet: this one, else one with a number behind its name."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
