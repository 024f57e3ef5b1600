"""Repair a damaged library: collect what its files still hold, plan the repair, and carry it out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final, cast

from reader.errors import ReaderError
from reader.files import free_path, make_folder, read_from, sync_folder, write_new, write_whole
from reader.library.article_index import fields_of
from reader.library.care.inspection import (
    Backups,
    InspectedJournal,
    InspectedTexts,
    LibraryCopy,
    LibraryFile,
    inspect_journals,
    inspect_lost,
    read_copy,
)
from reader.library.care.salvage import Salvage, SalvagedRecord
from reader.library.file_join import apply_delta, is_foreign_replica, join_file
from reader.library.folder import Folder
from reader.library.journal import LOSS, JournalEntry
from reader.library.library_file import SCHEMA, Meta
from reader.library.record_tables import RecordChange, RecordTables, decode_line
from reader.library.sorted_lines import record_part
from reader.library.tables import ANNOTATIONS, ARTICLES, SOURCES, TAGS, has_ids, with_id
from reader.library.versions import (
    Dot,
    VersionVector,
    content_of,
    dots_of,
    join_versions,
    plain_dots,
    stamp_record,
    with_context,
)
from reader.printable import plural
from reader.review.cells import Record

RecordKey = tuple[str, str]
"""A record's table and id."""

RECOVERED_TABLE: Final = "recovered"
"""The table for records whose own table is unknown."""
JOURNAL_SOURCE: Final = "journals and history"
"""The source of a record whose state is in no file, but results from journal entries."""
DAMAGED_FOLDER: Final = "damaged"
"""The folder within the library's folder where repairs put damaged files."""
_LOCK_SECONDS: Final = 10.0
_EMPTY_VECTOR: Final = VersionVector()


# ------------------------------------------------------------------ collecting records


class Recovery:
    """The joined records of all sources. `vector` contains the dots that a library of these records has seen.

    A source such as a journal or a single record has seen only some records, so a vector is kept for each record as well.
    """

    def __init__(self) -> None:
        self.records = RecordTables()
        self.vector = VersionVector()
        self._common_vector = VersionVector()
        self._record_vectors: dict[RecordKey, VersionVector] = {}

    def add_copy(self, copy: LibraryCopy) -> None:
        """Join a readable library file."""
        vector = copy.meta.vector.copy()
        if not copy.is_intact:
            vector.add(copy.foreign_dot)
        if self._common_vector.covers(vector):
            return
        for change in join_file(self.records, self._common_vector, copy.records, copy.meta, copy.foreign_dot):
            self.records.apply(change)
        self._common_vector.join(vector)
        self.vector.join(vector)

    def add_entries(self, entries: Iterable[JournalEntry]) -> None:
        """Join journal entries, in any order."""
        written_contexts: dict[str, VersionVector] = {}
        for entry in sorted(entries, key=lambda entry: entry.dot):
            written = written_contexts.setdefault(entry.dot.replica, VersionVector())
            for part in (entry.context, entry.merge_vector):
                written.join(part or _EMPTY_VECTOR)
            written.add(entry.dot)
            for table, record_id, before, after in entry.operations:
                key, context = (table, record_id), self._context_of((table, record_id))
                if entry.dot not in context:
                    record = apply_delta(self.records.get(*key), context, before, after, written)
                    self._set_record(key, record)
                    named = dots_of(before or {}) | dots_of(after or {})
                    seen = written.copy()
                    seen.add(*named)
                    self._widen_context(key, seen)
                    self.vector.add(*(dot for dot in named if is_foreign_replica(dot.replica)))
            self.vector.add(entry.dot)
            self.vector.join(entry.merge_vector or VersionVector())

    def add_salvage(self, salvage: Salvage, stamp: Dot) -> dict[RecordKey, bool]:
        """Join the readable part of a damaged file, and return the records whose checksum does not fit.

        True: no other source has the record, so it is used as it is. False: another source has a better state, so it is left
        out. Changes that another program made in the file get the dot `stamp`.
        """
        doubtful: list[tuple[RecordKey, Record]] = []
        is_versioned = any(salvaged.sum_fits is not None for salvaged in salvage.records)
        for salvaged in salvage.records:
            key, record = identify_record(salvaged)
            context, dots = salvage.meta.vector if salvage.meta is not None else _EMPTY_VECTOR, dots_of(record)
            if not all(dot in context for dot in dots):
                context = context.copy()
                context.add(*dots)
            if salvaged.sum_fits:
                joined = join_versions(self.records.get(*key), self._context_of(key), record, context)
                if joined is record and self._can_take(key, salvaged):
                    self.records.apply(RecordChange(*key, salvaged.key, None, salvaged.line))
                else:
                    self._set_record(key, joined)
                self._add_context(key, context)
            elif salvage.is_own_layout and is_versioned:
                doubtful.append((key, record))
            else:
                self._add_foreign(key, record, context, stamp)
        return {key: self._add_doubtful(key, record, stamp) for key, record in doubtful}

    def _add_foreign(self, key: RecordKey, record: Record, context: VersionVector, stamp: Dot) -> None:
        mine = self.records.get(*key)
        ours = RecordTables({key[0]: {"1": mine}}) if mine is not None else RecordTables()
        theirs = RecordTables({key[0]: {"1": record}})
        for change in join_file(ours, self._context_of(key), theirs, Meta(SCHEMA, "", context), stamp):
            self._set_record(key, None if change.after is None else decode_line(change.after))
        self._add_context(key, context)
        self._add_context(key, VersionVector({stamp.replica: stamp.counter}))

    def _add_doubtful(self, key: RecordKey, record: Record, stamp: Dot) -> bool:
        if self.records.line(*key) is not None or all(dot in self._context_of(key) for dot in dots_of(record)):
            return False
        self._set_record(key, stamp_record(record, stamp))
        self.vector.add(stamp)
        return True

    def add_contexts(self) -> None:
        """Give each record the part of its causal context that the library has not seen. Call it when all is joined."""
        for key, context in self._record_vectors.items():
            record = self.records.get(*key) if context.beyond(self.vector).counters else None
            if record is not None:
                self._set_record(key, with_context(record, context, self.vector))

    def has_met(self, key: RecordKey) -> bool:
        """Whether an entry or a salvaged record was about this record, which may have been removed since."""
        return key in self._record_vectors

    def _context_of(self, key: RecordKey) -> VersionVector:
        context = self._common_vector.copy()
        context.join(self._record_vectors.get(key, _EMPTY_VECTOR))
        return context

    def _add_context(self, key: RecordKey, context: VersionVector) -> None:
        self._widen_context(key, context)
        self.vector.join(context)

    def _widen_context(self, key: RecordKey, context: VersionVector) -> None:
        # Many records share one vector, which is never changed.
        old = self._record_vectors.get(key)
        if old is not None:
            context = context.copy()
            context.join(old)
        self._record_vectors[key] = context

    def _can_take(self, key: RecordKey, salvaged: SalvagedRecord) -> bool:
        """Whether the line of a salvaged record can be taken as it is: it is as a library wrote it, and nothing has its key."""
        table, record_id = key
        is_own = plain_dots(record_part(salvaged.key, salvaged.line)) is not None
        has_id = not has_ids(table) or fields_of(salvaged.line).id == record_id
        return is_own and has_id and self.records.line_at(table, salvaged.key) is None

    def _set_record(self, key: RecordKey, record: Record | None) -> None:
        if record is None:
            self.records.remove(*key)
        else:
            self.records.put(*key, record)


def identify_record(salvaged: SalvagedRecord) -> tuple[RecordKey, Record]:
    """Return the table and id of a salvaged record, and the record, with an id if its table needs one."""
    table = salvaged.table or RECOVERED_TABLE
    record = cast("Record", with_id(table, salvaged.key, salvaged.record))
    record_id = record.get("id") if has_ids(table) else None
    return (table, record_id if isinstance(record_id, str) and record_id else salvaged.key), record


# ------------------------------------------------------------------ planning


@dataclass(slots=True)
class RepairPlan:
    """The steps of a repair. Without `damaged` files there is nothing to repair.

    `damaged` describes the damage of each file; these files are put aside. If the plan `rewrites` the library's file, the new
    file holds `records`, which have seen `vector`, each from the source in `sources`. `losses` lists the changes and records
    that cannot be saved, `notes` other information for a person. `journals` are all journals as they were read. After the
    repair, the damaged files are in `damaged_folder`.
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
        """Count the records of each table by their source."""
        counts: dict[str, Counter[str]] = {}
        for (table, _), source in self.sources.items():
            counts.setdefault(source, Counter())[table] += 1
        return counts


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
        self._copies: list[LibraryCopy] = []
        self._salvaged_records: dict[str, dict[RecordKey, SalvagedRecord]] = {}

    def build(self) -> None:
        """Fill the plan."""
        with self._folder.wrap_errors():
            entries = list(self._entries())
        self._add_copies()
        old_vector = self._recovery.vector.copy()
        self._recovery.add_entries(entries)
        if self._file.salvage is not None and not self._file.is_foreign:
            self._add_salvage(self._file.path.name, self._file.salvage, self._file.digest)
        for part in self._backups.parts if self._file.copy is None else ():
            self._add_salvage("a damaged backup", part, "")
        self._recovery.add_contexts()
        self._plan.records, self._plan.vector = self._recovery.records, self._recovery.vector
        self._plan.sources = dict(self._record_sources())
        self._add_losses()
        self._add_notes(old_vector, entries)

    def _entries(self) -> Iterator[JournalEntry]:
        """Yield the entries of all journals, without those of other devices that wait for entries which may still arrive."""
        dots = {head.dot for journal in self._plan.journals for head in journal.heads}
        copy = self._file.copy
        for journal in self._plan.journals:
            is_complete = journal.is_archived or bool(journal.problem) or journal.path == self._folder.journal
            for entry in journal.entries():
                previous = Dot(entry.previous, entry.dot.replica)
                if not is_complete and copy is not None and previous not in copy.meta.vector and previous not in dots:
                    break
                yield entry

    def _add_copies(self) -> None:
        newest = None if self._is_backup_older() else self._backups.newest
        for copy in (self._file.copy, newest, *self._backups.foreign, *self._other_copies()):
            if copy is not None:
                if copy.meta.schema > SCHEMA:
                    raise _newer_error(self._file)
                self._copies.append(copy)
                self._recovery.add_copy(copy)

    def _is_backup_older(self) -> bool:
        """Whether the newest backup holds nothing that the library's file has not seen."""
        vector, copy = self._backups.newest_vector, self._file.copy
        return vector is not None and copy is not None and copy.meta.vector.covers(vector)

    def _other_copies(self) -> Iterator[LibraryCopy]:
        """Yield the conflict copies and a temporary file, which are used only when the library's file is damaged."""
        unfinished = self._folder.library.with_name(f".{self._folder.library.name}.new")
        for path in (*self._folder.conflict_copies(), unfinished) if self._file.copy is None else ():
            try:
                copy = read_copy(read_from(path)[0], path.name)
            except (OSError, ReaderError):
                continue
            if copy.meta.schema <= SCHEMA:
                yield copy

    def _add_salvage(self, name: str, salvage: Salvage, digest: str) -> None:
        self._salvaged_records[name] = {identify_record(salvaged)[0]: salvaged for salvaged in salvage.records}
        vector = self._recovery.vector.copy()
        vector.add(*(dot for salvaged in salvage.records for dot in dots_of(salvaged.record)))
        stamp = Dot(vector.next("").counter, f"f{digest[:10]}")
        doubtful = self._recovery.add_salvage(salvage, stamp)
        for table, record_id in (key for key, is_used in doubtful.items() if is_used):
            self._plan.notes.append(f"{table} {record_id} of {name} is damaged and stands nowhere else; check it")
        unused = sum(not is_used for is_used in doubtful.values())
        if unused:
            self._plan.notes.append(f"{plural(unused, 'damaged record')} of {name} not used; another source has good ones")

    def _record_sources(self) -> Iterator[tuple[RecordKey, str]]:
        names = sorted(self._salvaged_records, key=lambda name: name != self._file.path.name)
        for table, records in self._plan.records.tables().items():
            for table_key, record in records.items():
                key = table, self._plan.records.id_at(table, table_key)
                content = content_of(record)
                states = ((name, self._salvaged_record(name, key)) for name in names)
                copies = ((copy.name, copy.records.get(*key)) for copy in self._copies)
                sources = (name for name, state in chain(states, copies) if _has_content(state, content))
                yield key, next(sources, JOURNAL_SOURCE)

    def _salvaged_record(self, name: str, key: RecordKey) -> Record | None:
        salvaged = self._salvaged_records[name].get(key)
        return None if salvaged is None else identify_record(salvaged)[1]

    def _add_losses(self) -> None:
        losses, file = self._plan.losses, self._file
        for journal in (journal for journal in self._plan.journals if journal.problem):
            name = journal.path.relative_to(self._folder.path)
            if not journal.heads:
                losses.append(f"the content of {name}, none of which can be read")
            elif journal.lost_count:
                losses.append(f"{plural(journal.lost_count, 'change')} in damaged lines of {name}")
        torn = [key for key in (file.salvage.torn_keys if file.salvage is not None else ()) if self._is_lost(key)]
        if torn:
            losses.append(f"{plural(len(torn), 'record')} of {file.path.name} not found anywhere else")

    def _add_notes(self, old_vector: VersionVector, entries: list[JournalEntry]) -> None:
        notes, file, newest, journals = self._plan.notes, self._file, self._backups.newest, self._plan.journals
        notes += (
            f"the last line of {j.path.name} is unfinished; it was never reported as saved" for j in journals if j.is_torn
        )
        if file.is_foreign:
            notes.append(f"{file.path} is another program's file; it is put aside whole, and nothing is taken from it")
        if file.copy is None:
            has_gap = _has_gap(old_vector, entries)
            if has_gap:
                notes.append("changes are missing in the journals; they are kept only where another file shows them")
            if newest is not None and (has_gap or not entries):
                notes.append(f"records of {newest.name} that were removed since may be back")
            if all(journal.is_archived for journal in journals):
                since = f" since {max(entry.at for entry in entries)}" if entries else ""
                notes.append(f"there is no journal; changes made{since}, if any, are lost")
        if not self._plan.sources:
            notes.append("no record was found anywhere; the library will be empty")

    def _is_lost(self, key: str) -> bool:
        """Whether no other source is about the record with this key in the library's file."""
        record_id = str(cast("Record", with_id(ANNOTATIONS, key, {})).get("id"))
        keys = [(table, one) for table in (ANNOTATIONS, ARTICLES, TAGS, SOURCES) for one in (record_id, key)]
        return not any(self._recovery.has_met(one) or self._plan.records.line(*one) is not None for one in keys)


def _has_content(record: Record | None, content: Record) -> bool:
    return record is not None and content_of(record) == content


def _has_gap(old_vector: VersionVector, entries: list[JournalEntry]) -> bool:
    """Whether entries are missing between a vector and the last entry; counters have no gaps."""
    first = max(old_vector.counters.values(), default=0) + 1
    counters = {entry.dot.counter for entry in entries}
    return any(counter not in counters for counter in range(first, max(counters, default=0)))


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
            data, _ = read_from(path)
        except FileNotFoundError:
            return
        except OSError:
            os.replace(path, target)
        else:
            write_new(target, data)
        sync_folder(target.parent)

    def _archive_journal(self, journal: InspectedJournal) -> None:
        """Write the readable part of a journal into the history."""
        if not journal.heads:
            return
        data = b"".join(journal.sound_lines())
        first, last = min(head.dot for head in journal.heads), max(head.dot for head in journal.heads)
        path = self._folder.archive_path(first.counter, last.counter, last.replica)
        if path.exists() and read_from(path)[0] == data:
            return
        make_folder(path.parent)
        write_whole(free_path(path), data, self._temporary(path), overwrite=False)

    def _clean_archived(self, journal: InspectedJournal) -> None:
        """Replace an archived journal by its readable part."""
        if journal.heads:
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
