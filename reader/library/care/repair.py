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
from reader.files import make_folder, read_from, sync_folder, write_new, write_whole
from reader.library.care.inspection import (
    Backups,
    InspectedJournal,
    InspectedTexts,
    LibraryCopy,
    LibraryFile,
    inspect_journals,
    read_copy,
)
from reader.library.care.salvage import Salvage, SalvagedRecord
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
    has_ids,
    with_id,
)
from reader.library.versions import Dot, VersionVector, content_of, dots_of, join_versions, stamp_record
from reader.review.cells import Record

# ------------------------------------------------------------------ files, backups, changes in logs, single records, each with

RecordKey = tuple[str, str]
"""A record's table and id."""

RECOVERED_TABLE: Final = "recovered"
"""The table for records of which nobody knows any more in which they were."""


class Recovery:
    """The records that were gathered, and the dots that are known: `seen`, what a library of these records has seen."""

    def __init__(self) -> None:
        self.records = RecordTables()
        self.vector = VersionVector()
        self._common_vector = VersionVector()
        self._record_vectors: dict[RecordKey, VersionVector] = {}

    def add_copy(self, copy: LibraryCopy) -> None:
        """Take in a file that can be read to its end."""
        seen = copy.meta.vector.copy()
        if not copy.is_intact:
            seen.add(copy.foreign_dot)
        if self._common_vector.covers(seen):
            return
        for (table, record_id), record in join_file(
            self.records, self._common_vector, copy.records, copy.meta, copy.foreign_dot
        ).items():
            self._set_record((table, record_id), record)
        self._common_vector.join(seen)
        self.vector.join(seen)

    def add_entries(self, changes: Iterable[JournalEntry]) -> None:
        """Take in changes from logs, in any order."""
        for line in sorted(changes, key=lambda line: line.dot):
            for table, record_id, before, after in line.operations:
                key, knew = (table, record_id), VersionVector()
                knew.add(line.dot, *dots_of(before or {}), *dots_of(after or {}))
                have = self._context_of(key)
                if line.dot not in have:
                    mine = self.records.get(*key)
                    self._set_record(key, apply_delta(mine, have, before, after, line.merge_vector))
                    self._add_context(key, knew)
            self.vector.add(line.dot)
            self.vector.join(line.merge_vector or VersionVector())

    def add_salvage(self, found: Salvage, stamp: Dot) -> dict[RecordKey, bool]:
        """Take in what is left of a damaged file, and return of which records the sum does not fit.

        True: nothing else has that record, so it was taken as it is. False: it was passed over for what another source says of
        it. What another program wrote in the file gets the dot `stamp`.
        """
        doubtful: list[tuple[RecordKey, Record]] = []
        versioned = any(piece.sum_fits is not None for piece in found.records)
        for piece in found.records:
            key, record = identify_record(piece)
            knew = found.meta.vector.copy() if found.meta is not None else VersionVector()
            knew.add(*dots_of(record))
            if piece.sum_fits:
                self._set_record(key, join_versions(self.records.get(*key), self._context_of(key), record, knew))
                self._add_context(key, knew)
            elif found.is_own_layout and versioned:
                doubtful.append((key, record))
            else:
                self._add_foreign(key, record, knew, stamp)
        return {key: self._add_doubtful(key, record, stamp) for key, record in doubtful}

    def _add_foreign(self, key: RecordKey, record: Record, knew: VersionVector, stamp: Dot) -> None:
        mine = self.records.get(*key)
        ours = RecordTables({key[0]: {"1": mine}}) if mine is not None else RecordTables()
        changed = join_file(ours, self._context_of(key), RecordTables({key[0]: {"1": record}}), Meta(SCHEMA, "", knew), stamp)
        for now in changed.values():
            self._set_record(key, now)
        self._add_context(key, knew)
        self._add_context(key, VersionVector({stamp.replica: stamp.counter}))

    def _add_doubtful(self, key: RecordKey, record: Record, stamp: Dot) -> bool:
        if self.records.line(*key) is not None or all(dot in self._context_of(key) for dot in dots_of(record)):
            return False
        self._set_record(key, stamp_record(record, stamp))
        self.vector.add(stamp)
        return True

    def has_met(self, key: RecordKey) -> bool:
        """Whether a change or a piece spoke of a record, which may be removed since."""
        return key in self._record_vectors

    def _context_of(self, key: RecordKey) -> VersionVector:
        known = self._common_vector.copy()
        known.join(self._record_vectors.get(key, _EMPTY_VECTOR))
        return known

    def _add_context(self, key: RecordKey, seen: VersionVector) -> None:
        self._record_vectors.setdefault(key, VersionVector()).join(seen)
        self.vector.join(seen)

    def _set_record(self, key: RecordKey, record: Record | None) -> None:
        if record is None:
            self.records.remove(*key)
        else:
            self.records.put(*key, record)


def identify_record(piece: SalvagedRecord) -> tuple[RecordKey, Record]:
    """Return a record under its table and id, with an id in it if it is of a table whose records have one."""
    table = piece.table or RECOVERED_TABLE
    record = cast("Record", with_id(table, piece.key, piece.record))
    given = record.get("id") if has_ids(table) else None
    return (table, given if isinstance(given, str) and given else piece.key), record


_EMPTY_VECTOR: Final = VersionVector()


# ------------------------------------------------------------------ all that its folder still holds is joined and written

JOURNAL_SOURCE: Final = "journals and history"
"""What a record comes from that stands as it is in no file but in changes."""


@dataclass(slots=True)
class RepairPlan:
    """What a repair does, or would do. Without `damaged` there is nothing to repair.

    `damaged` says by file what is wrong with it: all of these are put aside. If it `rewrites` the library's file, that will
    hold `lines`, that have `seen`, each record from where `sources` says. `lost` is what cannot be saved, `notes` what else a
    person should know. `logs` are all logs as they were read; `aside` is where the damaged files went.
    """

    damaged: dict[Path, str]
    journals: list[InspectedJournal]
    rewrites: bool = False
    records: RecordTables = field(default_factory=RecordTables)
    vector: VersionVector = field(default_factory=VersionVector)
    sources: dict[RecordKey, str] = field(default_factory=dict[RecordKey, str])
    losses: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    damaged_folder: Path | None = None

    def counts(self) -> dict[str, Counter[str]]:
        """Return how many records of each table come from where."""
        counts: dict[str, Counter[str]] = {}
        for (table, _), source in self.sources.items():
            counts.setdefault(source, Counter())[table] += 1
        return counts


def plan_repair(folder: Folder) -> RepairPlan:
    """Return what a repair of the library in a folder would do. Nothing is written.

    Raises ReaderError when the system does not let a file of it be read, or when it is a newer version's.
    """
    if not folder.path.is_dir():
        raise ReaderError(f"there is no folder {folder.path}")
    file, kept, read = LibraryFile(folder), Backups(folder), inspect_journals(folder)
    _refuse_unreadable(file, kept, read)
    nothing = file.is_missing and not (read or kept.paths or folder.conflict_copies())
    plan = RepairPlan({} if nothing or not file.problem else {file.path: file.problem}, read)
    plan.damaged |= {log.path: log.problem for log in read if log.problem}
    plan.rewrites = bool(plan.damaged)
    plan.damaged |= kept.damaged | InspectedTexts(folder).damaged
    plan.notes += (f"{path} {what}: it is not used" for path, what in kept.denied.items())
    if plan.rewrites:
        _PlanBuilder(folder, file, kept, plan).run()
    return plan


def _refuse_unreadable(file: LibraryFile, kept: Backups, read: list[InspectedJournal]) -> None:
    denied = {file.path: file.problem} if file.is_denied else {}
    denied |= {log.path: log.problem for log in read if log.is_denied}
    for path, what in denied.items():
        raise ReaderError(f"{path} {what}", "make that possible first: nobody knows what it holds")
    copies = (copy for copy in (file.copy, kept.newest, *kept.foreign) if copy is not None)
    if file.is_newer or any(copy.meta.schema > SCHEMA for copy in copies):
        raise ReaderError(f"{file.path} was written by a newer version of Claim Reader", "update Claim Reader to repair it")


class _PlanBuilder:
    """Fills a plan with records: joins all there is, in an order that loses nothing, and says what is lost."""

    def __init__(self, folder: Folder, file: LibraryFile, kept: Backups, plan: RepairPlan) -> None:
        self._folder = folder
        self._file = file
        self._backups = kept
        self._plan = plan
        self._recovery = Recovery()
        self._copies: list[LibraryCopy] = []
        self._salvaged_records: dict[str, dict[RecordKey, Record]] = {}

    def run(self) -> None:
        """Do it."""
        changes = list(self._entries())
        self._add_copies()
        before = self._recovery.vector.copy()
        self._recovery.add_entries(changes)
        if self._file.salvage is not None and not self._file.is_foreign:
            self._add_salvage(self._file.path.name, self._file.salvage, self._file.digest)
        for part in self._backups.parts if self._file.copy is None else ():
            self._add_salvage("a damaged backup", part, "")
        self._plan.records, self._plan.vector = self._recovery.records, self._recovery.vector
        self._plan.sources = dict(self._record_sources())
        self._add_notes(before, changes)

    def _entries(self) -> Iterator[JournalEntry]:
        """Yield the changes in the logs, but those of another device that wait for others which may be on their way."""
        dots = {line.dot for log in self._plan.journals for line in log.entries}
        copy = self._file.copy
        for log in self._plan.journals:
            waits = copy is not None and not (log.is_archived or log.problem or log.path == self._folder.journal)
            for line in log.entries:
                before = Dot(line.previous, line.dot.replica)
                if waits and copy is not None and before not in copy.meta.vector and before not in dots:
                    break
                yield line

    def _add_copies(self) -> None:
        for copy in (self._file.copy, self._backups.newest, *self._backups.foreign, *self._other_copies()):
            if copy is not None:
                self._copies.append(copy)
                self._recovery.add_copy(copy)

    def _other_copies(self) -> Iterator[LibraryCopy]:
        """Yield the copies that are no backup, which are asked only when the file itself is damaged."""
        unfinished = self._folder.library.with_name(f".{self._folder.library.name}.new")
        for path in (*self._folder.conflict_copies(), unfinished) if self._file.copy is None else ():
            try:
                copy = read_copy(read_from(path)[0], path.name)
            except (OSError, ReaderError):
                continue
            if copy.meta.schema <= SCHEMA:
                yield copy

    def _add_salvage(self, name: str, found: Salvage, digest: str) -> None:
        self._salvaged_records[name] = dict(map(identify_record, found.records))
        seen = self._recovery.vector.copy()
        seen.add(*(dot for piece in found.records for dot in dots_of(piece.record)))
        stamp = Dot(seen.next("").counter, f"f{digest[:10]}")
        unsure = self._recovery.add_salvage(found, stamp)
        for table, record_id in (key for key, used in unsure.items() if used):
            self._plan.notes.append(f"{table} {record_id} of {name} is damaged, and nothing else holds it: look at it")
        passed = sum(not used for used in unsure.values())
        if passed:
            self._plan.notes.append(f"{passed} damaged records of {name} were passed over for what else holds them")

    # ------------------------------------------------------------------ saying

    def _record_sources(self) -> Iterator[tuple[RecordKey, str]]:
        order = sorted(self._salvaged_records, key=lambda name: name != self._file.path.name)
        for table, records in self._plan.records.tables().items():
            for key, record in records.items():
                record_id, content = self._plan.records.id_at(table, key), content_of(record)
                found = next(
                    (name for name in order if _has_content(self._salvaged_records[name].get((table, record_id)), content)),
                    None,
                )
                found = found or next(
                    (c.name for c in self._copies if _has_content(c.records.get(table, record_id), content)), None
                )
                yield (table, record_id), found or JOURNAL_SOURCE

    def _add_notes(self, before: VersionVector, changes: list[JournalEntry]) -> None:
        plan, file, newest = self._plan, self._file, self._backups.newest
        for log in (log for log in plan.journals if log.problem):
            name = log.path.relative_to(self._folder.path)
            if not log.entries:
                plan.losses.append(f"what {name} held, of which nothing can be read")
            elif log.lost_count:
                plan.losses.append(f"{_count_of(log.lost_count, 'change')} in damaged lines of {name}")
        plan.notes += (f"the last line of {log.path.name} has no end, and is lost" for log in plan.journals if log.is_torn)
        torn = [key for key in (file.salvage.torn_keys if file.salvage is not None else ()) if self._is_lost(key)]
        if torn:
            plan.losses.append(f"{_count_of(len(torn), 'record')} of {file.path.name} that nothing else holds")
        if file.is_foreign:
            plan.notes.append(f"{file.path} is another program's file: it is put aside whole, nothing is taken from it")
        if file.copy is None:
            if _has_gap(before, changes):
                plan.notes.append(
                    "changes are missing in the journals: what they did is kept as far as something else shows it"
                )
            if newest is not None and (_has_gap(before, changes) or not changes):
                plan.notes.append(f"what was in {newest.name} and was removed since may be back")
            if all(log.is_archived for log in plan.journals):
                until = f" after {max(line.at for line in changes)}" if changes else ""
                plan.notes.append(f"there is no journal: what was changed{until}, if anything was, is lost")
        if not plan.sources:
            plan.notes.append("no record was found anywhere: the library will be empty")

    def _is_lost(self, key: str) -> bool:
        """Whether nothing else speaks of the record with this key of the library's file."""
        record_id = str(cast("Record", with_id(ANNOTATIONS, key, {})).get("id"))
        keys = [(table, one) for table in (ANNOTATIONS, ARTICLES, TAGS, SOURCES) for one in (record_id, key)]
        return not any(self._recovery.has_met(one) or self._plan.records.line(*one) is not None for one in keys)


def _has_content(record: Record | None, content: Record) -> bool:
    return record is not None and content_of(record) == content


def _has_gap(before: VersionVector, changes: list[JournalEntry]) -> bool:
    """Whether changes are missing between what was seen `before` and the latest of these: numbers are given one by one."""
    first = max(before.counters.values(), default=0) + 1
    numbers = {line.dot.counter for line in changes}
    return any(number not in numbers for number in range(first, max(numbers, default=0)))


def _count_of(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


# ------------------------------------------------------------------ Carrying out a repair, so that it can be interrupted at

DAMAGED_FOLDER: Final = "damaged"
"""The folder in a library's folder where repairs put what was damaged."""
_LOCK_SECONDS: Final = 10.0


def apply_repair(folder: Folder) -> RepairPlan:
    """Repair the library in a folder, and return what was done.

    Raises ReaderError as `planned` does, and when something cannot be written: then nothing is lost, and it can be tried again.
    """
    if not folder.path.is_dir():
        return plan_repair(folder)
    with folder.checkpoint_lock(_LOCK_SECONDS) as mine:
        if not mine:
            raise ReaderError("another program is writing the library's file", "try again in a moment")
        with folder.write_lock():
            plan = plan_repair(folder)
            if plan.damaged:
                _RepairRun(folder, plan).run()
    return plan


class _RepairRun:
    """Does what a plan says, under the library's locks."""

    def __init__(self, folder: Folder, plan: RepairPlan) -> None:
        self._folder = folder
        self._plan = plan
        self._damaged_folder = _new_folder(folder.path / DAMAGED_FOLDER)
        plan.damaged_folder = self._damaged_folder

    def run(self) -> None:
        """Do it. Raises OSError when that fails."""
        for path in self._plan.damaged:
            self._copy_aside(path)
        if self._plan.rewrites:
            journals = [log for log in self._plan.journals if self._ends_here(log)]
            for log in journals:
                self._archive_journal(log)
            self._rewrite_library()
            for log in journals:
                log.path.unlink(missing_ok=True)
            for log in self._plan.journals:
                if log.problem and log.is_archived:
                    self._clean_archived(log)
        for path in self._plan.damaged:
            if path != self._folder.library and not any(path == log.path for log in self._plan.journals):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)
        sync_folder(self._folder.path)

    def _ends_here(self, log: InspectedJournal) -> bool:
        """Whether a log is a journal that ends here: this device's own in any case, that of another if it is damaged."""
        return not log.is_archived and (log.path == self._folder.journal or bool(log.problem))

    def _copy_aside(self, path: Path) -> None:
        """Copy a damaged file into the folder for such files; one that cannot be read is moved there."""
        inside = path.is_relative_to(self._folder.path)
        target = self._damaged_folder / (path.relative_to(self._folder.path) if inside else path.name)
        make_folder(target.parent)
        try:
            data, _ = read_from(path)
        except FileNotFoundError:
            return
        except OSError:
            os.replace(path, target)
        else:
            write_new(target, data)
        sync_folder(target.parent)

    def _archive_journal(self, log: InspectedJournal) -> None:
        """Put what could be read of a journal into the history."""
        if not log.entries:
            return
        data = log.sound_bytes
        first, last = min(line.dot for line in log.entries), max(line.dot for line in log.entries)
        path = self._folder.archive_path(first.counter, last.counter, last.replica)
        if path.exists() and read_from(path)[0] == data:
            return
        make_folder(path.parent)
        write_whole(_free_repair_path(path), data, self._temporary(path), overwrite=False)

    def _clean_archived(self, log: InspectedJournal) -> None:
        """Leave of a finished journal what could be read of it."""
        if log.entries:
            write_whole(log.path, log.sound_bytes, self._temporary(log.path), overwrite=True)
        else:
            log.path.unlink(missing_ok=True)
            sync_folder(log.path.parent)

    def _rewrite_library(self) -> None:
        path = self._folder.library
        write_whole(path, self._plan.records.encode("", self._plan.vector), self._temporary(path), overwrite=True)

    def _temporary(self, path: Path) -> Path:
        temporary = path.with_name(f".{path.name}.repaired.new")
        temporary.unlink(missing_ok=True)
        return temporary


def _new_folder(parent: Path) -> Path:
    path = _free_repair_path(parent / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"))
    make_folder(path)
    return path


def _free_repair_path(path: Path) -> Path:
    """Return a path of which there is nothing yet: this one, else one with a number behind its name."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
