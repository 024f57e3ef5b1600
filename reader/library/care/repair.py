"""Repair a damaged library: collect what its files still hold, plan the repair, and carry it out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final, cast

from reader.errors import ReaderError
from reader.files import free_path, make_folder, read_blocks, read_from, sync_folder, write_new, write_whole
from reader.library.byte_source import SpoolError
from reader.library.care.inspection import (
    Backups,
    InspectedJournal,
    InspectedTexts,
    LibraryCopy,
    LibraryFile,
    entries_in_order,
    inspect_journals,
    inspect_lost,
    read_copy,
)
from reader.library.care.recovery import RecordKey, RecordSources, Recovery
from reader.library.care.salvage import Salvage
from reader.library.folder import Folder
from reader.library.journal import LOSS, JournalEntry
from reader.library.library_file import SCHEMA
from reader.library.library_reader import open_bytes
from reader.library.record_tables import RecordTables
from reader.library.tables import ANNOTATIONS, ARTICLES, SOURCES, TAGS, with_id
from reader.library.versions import Dot, VersionVector
from reader.printable import plural
from reader.review.cells import Record

DAMAGED_FOLDER: Final = "damaged"
"""The folder within the library's folder where repairs put damaged files."""
_LOCK_SECONDS: Final = 10.0


# ------------------------------------------------------------------ planning


@dataclass(slots=True)
class RepairPlan:
    """The steps of a repair. Without `damaged` files there is nothing to repair.

    `damaged` describes the damage of each file; these files are put aside. If the plan `rewrites` the library's file, the new
    file holds `records`, which have seen `vector`, and `counts` says how many records of each table come from each source.
    `losses` lists the changes and records
    that cannot be saved, `notes` other information for a person. `journals` are all journals as they were read. After the
    repair, the damaged files are in `damaged_folder`.
    """

    damaged: dict[Path, str]
    journals: list[InspectedJournal]
    rewrites: bool = False
    records: RecordTables = field(default_factory=RecordTables)
    vector: VersionVector = field(default_factory=VersionVector)
    counts: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    losses: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    damaged_folder: Path | None = None
    record_sources: RecordSources = field(default_factory=RecordSources)

    def sources(self) -> Iterator[tuple[RecordKey, str]]:
        """Yield the keys of the records with the names of their sources."""
        return self.record_sources.find(self.records)


def plan_repair(folder: Folder) -> RepairPlan:
    """Plan the repair of the library in a folder. Nothing is written.

    Raises ReaderError when the system does not let a file be read, or when a newer version wrote the library.
    """
    if not folder.path.is_dir():
        raise ReaderError(f"There is no folder {folder.path}")
    file, backups, journals = LibraryFile(folder), Backups(folder), inspect_journals(folder)
    _refuse_unreadable(file, backups, journals)
    is_empty = file.is_missing and not (journals or backups.paths or folder.conflict_copies())
    plan = RepairPlan({} if is_empty or not file.problem else {file.path: file.problem}, journals)
    plan.damaged |= {journal.path: journal.problem for journal in journals if journal.problem}
    for lost in inspect_lost(folder, file):
        plan.damaged.setdefault(folder.path / lost.mark.name, lost.problem)
        plan.losses.append(f"{plural(lost.missing, 'change')} of {lost.mark.name}. {LOSS}")
    plan.rewrites = bool(plan.damaged)
    plan.damaged |= backups.damaged | InspectedTexts(folder).damaged
    plan.notes += (f"{path} {problem}; it is not used" for path, problem in backups.denied.items())
    if plan.rewrites:
        _PlanBuilder(folder, file, backups, plan).build()
    return plan


def _refuse_unreadable(file: LibraryFile, backups: Backups, journals: list[InspectedJournal]) -> None:
    denied = {file.path: file.problem} if file.is_denied else {}
    denied |= {journal.path: journal.problem for journal in journals if journal.is_denied}
    for path, problem in denied.items():
        raise ReaderError(f"{path} {problem}", "Make it readable first; until then its content is unknown")
    if file.is_newer:
        raise _newer_error(file)


def _newer_error(file: LibraryFile) -> ReaderError:
    return ReaderError(f"{file.path} was written by a newer version of Claim Reader", "Update Claim Reader to repair it")


class _PlanBuilder:
    """A builder that fills a plan: it joins all sources in an order that loses nothing, and notes all losses."""

    def __init__(self, folder: Folder, file: LibraryFile, backups: Backups, plan: RepairPlan) -> None:
        self._folder = folder
        self._file = file
        self._backups = backups
        self._plan = plan
        self._recovery = Recovery()
        self._sources = plan.record_sources

    def build(self) -> None:
        """Fill the plan."""
        plan, salvage = self._plan, None if self._file.is_foreign else self._file.salvage
        copies, name = list(self._readable_copies()), self._file.path.name
        # Of the largest source the least needs to be changed.
        is_base = salvage is not None and (not copies or _size_of(salvage.sound) >= _size_of(copies[0].records))
        self._recovery = Recovery(salvage if is_base else None)
        for copy in copies:
            self._recovery.add_copy(copy)
        self._sources.main, self._sources.base = name, self._recovery.base_name or name
        self._sources.copies = {copy.name: copy.records for copy in copies}
        tally = _EntryTally(self._recovery.common_vector)
        with self._folder.wrap_errors():
            self._recovery.add_entries(tally.count(entries_in_order(plan.journals, self._entries_of)))
        if salvage is not None:
            self._add_salvage(name, salvage, self._file.digest)
        for part in self._backups.parts() if self._file.copy is None else ():
            self._add_salvage("a damaged backup", part, "")
        self._recovery.add_contexts()
        plan.records, plan.vector = self._recovery.records, self._recovery.vector
        for (table, _), source in plan.sources():
            plan.counts.setdefault(source, Counter())[table] += 1
        self._add_losses()
        self._add_notes(tally)

    def _entries_of(self, journal: InspectedJournal) -> Iterator[JournalEntry]:
        """Yield the entries of a journal; of another device's only up to one that waits for entries which may still arrive."""
        copy = self._file.copy
        is_complete = journal.is_archived or bool(journal.problem) or journal.path == self._folder.journal
        last = Dot(0, "")
        for entry in journal.entries():
            previous = Dot(entry.previous, entry.dot.replica)
            is_known = is_complete or copy is None or previous in copy.meta.vector or previous == last
            if not (is_known or previous in self._dots):
                break
            last = entry.dot
            yield entry

    @cached_property
    def _dots(self) -> frozenset[Dot]:
        """The dots of all entries."""
        return frozenset(entry.dot for journal in self._plan.journals for entry in journal.entries())

    def _readable_copies(self) -> Iterator[LibraryCopy]:
        newest = None if self._is_backup_older() else self._backups.newest
        for copy in (self._file.copy, newest, *self._backups.foreign, *self._other_copies()):
            if copy is not None:
                if copy.meta.schema > SCHEMA:
                    raise _newer_error(self._file)
                yield copy

    def _is_backup_older(self) -> bool:
        """Whether the newest backup holds nothing that the library's file has not seen."""
        vector, copy = self._backups.newest_vector, self._file.copy
        return vector is not None and copy is not None and copy.meta.vector.covers(vector)

    def _other_copies(self) -> Iterator[LibraryCopy]:
        """Yield the conflict copies and a temporary file, which are used only when the library's file is damaged."""
        for path in (*self._folder.conflict_copies(), self._folder.temporary) if self._file.copy is None else ():
            try:
                copy = read_copy(open_bytes(path), path.name)
            except SpoolError:
                raise
            except (OSError, ReaderError):
                continue
            if copy.meta.schema <= SCHEMA:
                yield copy

    def _add_salvage(self, name: str, salvage: Salvage, digest: str) -> None:
        self._sources.add_salvage(name, salvage)
        vector = self._recovery.vector.copy()
        vector.join(salvage.vector)
        stamp = Dot(vector.next("").counter, f"f{digest[:10]}")
        doubtful = self._recovery.add_salvage(salvage, stamp)
        for table, record_id in (key for key, is_used in doubtful.items() if is_used):
            self._plan.notes.append(f"{table} {record_id} of {name} is damaged and stands nowhere else; check it")
        unused = sum(not is_used for is_used in doubtful.values())
        if unused:
            self._plan.notes.append(f"{plural(unused, 'damaged record')} of {name} not used; another source has good ones")

    def _add_losses(self) -> None:
        losses, file = self._plan.losses, self._file
        for journal in (journal for journal in self._plan.journals if journal.problem):
            name = journal.path.relative_to(self._folder.path)
            if not journal.count:
                losses.append(f"the content of {name}, none of which can be read")
            elif journal.lost_count:
                losses.append(f"{plural(journal.lost_count, 'change')} in damaged lines of {name}")
        torn = [key for key in (file.salvage.torn_keys if file.salvage is not None else ()) if self._is_lost(key)]
        if torn:
            losses.append(f"{plural(len(torn), 'record')} of {file.path.name} not found anywhere else")

    def _add_notes(self, tally: _EntryTally) -> None:
        notes, file, newest, journals = self._plan.notes, self._file, self._backups.newest, self._plan.journals
        notes += (
            f"the last line of {j.path.name} is unfinished; it was never reported as saved" for j in journals if j.is_torn
        )
        if file.is_foreign:
            notes.append(f"{file.path} is another program's file; it is put aside whole, and nothing is taken from it")
        if file.copy is None:
            if tally.has_gap:
                notes.append("changes are missing in the journals; they are kept only where another file shows them")
            if newest is not None and (tally.has_gap or not tally.last_time):
                notes.append(f"records of {newest.name} that were removed since may be back")
            if all(journal.is_archived for journal in journals):
                since = f" since {tally.last_time}" if tally.last_time else ""
                notes.append(f"there is no journal; changes made{since}, if any, are lost")
        if not self._plan.counts:
            notes.append("no record was found anywhere; the library will be empty")

    def _is_lost(self, key: str) -> bool:
        """Whether no other source is about the record with this key in the library's file."""
        record_id = str(cast("Record", with_id(ANNOTATIONS, key, {})).get("id"))
        keys = [(table, one) for table in (ANNOTATIONS, ARTICLES, TAGS, SOURCES) for one in (record_id, key)]
        return not any(self._recovery.has_met(one) or self._plan.records.line(*one) is not None for one in keys)


def _size_of(records: RecordTables) -> int:
    return records.file.source.size


class _EntryTally:
    """What is told of entries in the order of their dots after the last of them: whether some are missing, and their last time.

    A gap is one after what `old_vector` has seen: counters have none.
    """

    def __init__(self, old_vector: VersionVector) -> None:
        self.has_gap = False
        self.last_time = ""
        self._counter = max(old_vector.counters.values(), default=0)

    def count(self, entries: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
        """Yield entries, and count them."""
        for entry in entries:
            self.has_gap = self.has_gap or entry.dot.counter > self._counter + 1
            self._counter = max(self._counter, entry.dot.counter)
            self.last_time = max(self.last_time, entry.at)
            yield entry


# ------------------------------------------------------------------ repairing


def apply_repair(folder: Folder) -> RepairPlan:
    """Repair the library in a folder, and return what was done. It may be interrupted anywhere and run again.

    Raises ReaderError as `plan_repair` does, and when something cannot be written; then nothing is lost.
    """
    if not folder.path.is_dir():
        return plan_repair(folder)
    with folder.checkpoint_lock(_LOCK_SECONDS) as is_held:
        if not is_held:
            raise ReaderError("Another program is writing the library's file", "Try again in a moment")
        with folder.write_lock():
            plan = plan_repair(folder)
            if plan.damaged:
                folder.check_writable()
                _RepairRun(folder, plan).run()
    return plan


class _RepairRun:
    """The execution of a plan, under the library's locks.

    The damaged files are copied aside first. The new library file is written after the journals are in the history and before
    they are removed, so that at every moment the folder holds all that was read.
    """

    def __init__(self, folder: Folder, plan: RepairPlan) -> None:
        self._folder = folder
        self._plan = plan
        self._damaged_folder = _new_folder(folder.path / DAMAGED_FOLDER)
        plan.damaged_folder = self._damaged_folder

    def run(self) -> None:
        """Carry out the plan. Raises OSError when that fails."""
        for path in self._plan.damaged:
            self._copy_aside(path)
        if self._plan.rewrites:
            ended = [journal for journal in self._plan.journals if self._ends_here(journal)]
            for journal in ended:
                self._archive_journal(journal)
            self._rewrite_library()
            for journal in ended:
                journal.path.unlink(missing_ok=True)
            for journal in self._plan.journals:
                if journal.problem and journal.is_archived:
                    self._clean_archived(journal)
        for path in self._plan.damaged:
            if path != self._folder.library and not any(path == journal.path for journal in self._plan.journals):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)
        sync_folder(self._folder.path)

    def _ends_here(self, journal: InspectedJournal) -> bool:
        """Whether the repair ends a current journal: it always ends that of this device, and others if they are damaged."""
        return not journal.is_archived and (journal.path == self._folder.journal or bool(journal.problem))

    def _copy_aside(self, path: Path) -> None:
        """Copy a damaged file into the folder for damaged files; one that cannot be read is moved there."""
        is_inside = path.is_relative_to(self._folder.path)
        target = self._damaged_folder / (path.relative_to(self._folder.path) if is_inside else path.name)
        make_folder(target.parent)
        try:
            for _ in read_blocks(path):
                pass  # only to see whether it can be read
        except FileNotFoundError:
            return
        except OSError:
            os.replace(path, target)
        else:
            write_new(target, read_blocks(path))
        sync_folder(target.parent)

    def _archive_journal(self, journal: InspectedJournal) -> None:
        """Write the readable part of a journal into the history."""
        if not journal.count:
            return
        data = b"".join(journal.sound_lines())
        path = self._folder.archive_path(journal.first.counter, journal.last.counter, journal.last.replica)
        if path.exists() and read_from(path)[0] == data:
            return
        make_folder(path.parent)
        write_whole(free_path(path), data, self._temporary(path), overwrite=False)

    def _clean_archived(self, journal: InspectedJournal) -> None:
        """Replace an archived journal by its readable part."""
        if journal.count:
            write_whole(journal.path, b"".join(journal.sound_lines()), self._temporary(journal.path), overwrite=True)
        else:
            journal.path.unlink(missing_ok=True)
            sync_folder(journal.path.parent)

    def _rewrite_library(self) -> None:
        path = self._folder.library
        write_whole(path, self._plan.records.encode("", self._plan.vector), self._temporary(path), overwrite=True)

    def _temporary(self, path: Path) -> Path:
        temporary = path.with_name(f".{path.name}.repaired.new")
        temporary.unlink(missing_ok=True)
        return temporary


def _new_folder(parent: Path) -> Path:
    path = free_path(parent / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"))
    make_folder(path)
    return path
