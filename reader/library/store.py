"""Keep the records of a library: a change is one journal line, written and synced before it is acknowledged.

The state is `library.json` joined with every change in the folder's journals that it has not seen. So either may be older than
the other: journals update an old file that a sync tool or another program put back, and a journal that was cut short loses
nothing that the file holds. From time to time a checkpoint folds the journals into the file.

Invariants: the changes that `commit` returned are on the disk; a writer holds the folder's write lock and has caught up with
all others; only a process that has joined the file's content overwrites it; a dot (replica and counter) is used for one change
only.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections import defaultdict
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import Signature, replace, sync_folder, write_new
from reader.library import backups
from reader.library.article_index import ArticleIndex
from reader.library.byte_source import FileBytes
from reader.library.divergences import Differences, Divergences
from reader.library.file_join import (
    ForeignChanges,
    LostState,
    apply_delta,
    foreign_dot,
    is_foreign_replica,
    is_partly_seen,
    join_file,
    join_first_file,
)
from reader.library.folder import Folder, device_name
from reader.library.history import Originals, Tombstones
from reader.library.journal import (
    DamagedEntry,
    JournalEntry,
    JournalHeader,
    JournalMark,
    Journals,
    LostJournal,
    Operation,
    find_lost_journals,
)
from reader.library.library_file import SCHEMA, UNTOUCHED_HINT
from reader.library.library_reader import LoadedFile, is_indexed, is_sound, read_library, save_index, write_index
from reader.library.record_tables import RecordChange, RecordTables, TableWriter, decode_record
from reader.library.shared_records import StampedChanges, stamp_changes
from reader.library.sorted_lines import SortedLines, key_of, record_part
from reader.library.transaction import MadeEdit, Transaction, count_spare_dots, expected_operations, make_edits
from reader.library.versions import Dot, VersionVector, join_versions, replica_in, scoped_replica, with_context
from reader.review.cells import Record, is_same_value
from reader.review.model import now

_SHORT_WAIT: Final = 1.0
"""The least seconds that a checkpoint waits for a program that writes: each holds the lock for milliseconds."""


class Store:
    """The records of a folder. Many processes may use one folder, each with its own store.

    Hold `guard` to change `records` or `vector`, and to read them while another thread may change them. Nobody takes the
    folder's write lock while holding `guard`: another program may keep that lock for seconds, and no reader waits for it.
    """

    def __init__(self, folder: Folder) -> None:
        """Read the library; a folder without one is a new library. Raises ReaderError when it cannot be read."""
        self.folder = folder
        self.guard = threading.RLock()
        self.records = RecordTables()
        self.vector, self.file_vector, self._base_vector = VersionVector(), VersionVector(), VersionVector()
        self.readonly_reason = self._replica = ""
        self.touched_scopes = set[str]()
        """The scopes of shared articles with lines of this folder's devices that nobody has looked at yet."""
        self._marks: tuple[JournalMark, ...] = ()
        self._tombstones: Tombstones | None = None
        self._written_contexts: defaultdict[str, VersionVector] = defaultdict(VersionVector)
        self._signature: Signature | None = None
        self._is_file_foreign = self._was_empty = self._is_settled = self._is_prepared = False
        self._foreign, self._divergences = ForeignChanges(), Divergences()
        self._journals = Journals(folder)
        self.catch_up()
        self._was_empty = self._signature is None

    @property
    def damaged_entries(self) -> dict[tuple[Path, int], DamagedEntry]:
        """The damaged lines of the journals, by file and line number."""
        return self._journals.damaged_entries

    @property
    def is_behind(self) -> bool:
        """Whether there are changes that the library's file does not hold yet."""
        return self._is_file_foreign or not self.file_vector.covers(self.vector)

    @property
    def file_size(self) -> int:
        """The size of the library's file in bytes when it was last read or written."""
        return self._signature[2] if self._signature else 0

    # ------------------------------------------------------------------ changes by other programs

    def has_changed(self) -> bool:
        """Whether another program wrote something since `catch_up`. Raises ReaderError when the folder is unreachable."""
        with self.guard, self.folder.wrap_errors():
            return self.folder.signature() != self._signature or bool(self._journals.unread_journals(must_list=True))

    def catch_up(self, signature: Signature | None = None) -> None:
        """Read what other programs wrote; a save gives `signature`, that of the library's file, and spares a listing.

        Raises ReaderError when the file is damaged, foreign or missing; the records then stay as they are.
        """
        with self.guard, self.folder.wrap_errors():
            self._tombstones = None
            is_new = (signature or self.folder.signature()) != self._signature or self._signature is None
            self._is_prepared = self._is_prepared and not is_new
            lost = self._start_over() if is_new and self.records.file.is_lost else None
            try:
                if is_new:
                    self._load_file(is_first=lost is not None)
                self._load_journals(with_history=is_new, must_list=signature is None)
                if lost is not None:
                    self._restore_lost(lost)
            except BaseException:
                if lost is not None:
                    self.records, self.vector, self._base_vector, self._written_contexts, self._signature = lost
                raise

    @contextlib.contextmanager
    def reading(self) -> Generator[RecordTables]:
        """Hold `guard` for a block, and give it the records; catch up first if a program wrote into the file under them.

        Raises ReaderError as `catch_up`, and when a program writes into the file within the block.
        """
        with self.guard:
            if self.records.file.is_lost:
                self.catch_up()
            yield self.records

    def lost_journals(self) -> list[LostJournal]:
        """Return the journals of this device that are gone or were cut. Raises ReaderError when they cannot be examined."""
        with self.guard, self.folder.wrap_errors():
            return find_lost_journals(self.folder, self._marks)

    def differences(self) -> Differences:
        """Return what others changed since the last `take_divergences`, to a caller that holds `guard`."""
        return self._divergences.peek(self.records)

    @property
    def has_divergences(self) -> bool:
        """Whether `take_divergences` may return changes."""
        return bool(self._divergences)

    @contextlib.contextmanager
    def take_divergences(self) -> Generator[Differences]:
        """Give a block what others changed since the last one, as plain records. If it fails, the next one gets it too."""
        with self.guard, self._divergences.take(self.records) as divergences:
            yield divergences

    def find_tombstone(self, table: str, record_id: str) -> Record | None:
        """Return the tombstone of a removed record; None when the history does not hold it."""
        self._tombstones = self._tombstones or Tombstones(self.folder, self.vector)
        return self._tombstones.find(table, record_id, self.vector)

    def _load_file(self, *, is_first: bool) -> None:
        """Join the file; `is_first` is set if nothing else is known."""
        file = read_library(self.folder.library, self.folder.index)
        if file is None:
            if self._signature is not None:
                raise ReaderError(f"{self.folder.library} is gone", "Put it back; unsaved changes are kept until then")
            if self.folder.journals() or any(self.folder.archived_journals()):
                if self.folder.signature() is not None:
                    # Another program has just created the library.
                    self._load_file(is_first=is_first)
                    return
                what = f"{self.folder.library} is missing, but the folder holds changes made to it"
                raise ReaderError(what, "Put it back; `reader repair` shows what else can be done")
            return
        if file.meta.schema > SCHEMA:
            self.readonly_reason = f"{self.folder.library} was written by a newer version of Claim Reader"
        if is_first or (self._signature is None and not self.vector.counters):
            self._base_vector = file.meta.vector.copy()
            if file.is_intact:
                self.records, self.vector = file.records, file.meta.vector.copy()
            else:
                self.records = file.records.snapshot()
                self._join_file(file, is_first=True)
            if self._was_empty:
                # Another window created the library that both had opened: whoever has read this one does not know of it.
                self._divergences.note_all(self.records)
        elif not (file.is_intact and self.vector.covers(file.meta.vector)):
            self._join_file(file)
        elif file.has_index and file.meta.vector.covers(self._base_vector):
            # Every line in which the files differ is in memory, as the changes came from the journals. Over an older file that
            # somebody put back, lines would be missing that only the newer one holds.
            self.records.rebase(file.records.file, file.records.index)
            self._base_vector = file.meta.vector.copy()
        self._signature, self.file_vector, self._was_empty = file.signature, file.meta.vector.copy(), False
        self._marks = file.meta.marks
        self._is_file_foreign = not file.is_intact

    def _join_file(self, file: LoadedFile, *, is_first: bool = False) -> None:
        """Join the file; `is_first` is set if its records are all that is known."""
        dot = foreign_dot(file.meta, file.digest)
        find = Originals(self.folder, file.meta.vector, dot).find
        if is_first:
            changes = join_first_file(file.records, file.meta, dot, find)
        else:
            changes = list(join_file(self.records, self.vector, file.records, file.meta, dot, self.find_tombstone, find))
        for change in changes:
            self._apply(change)
        self.vector.join(file.meta.vector)
        if not file.is_intact:
            self.vector.add(dot)
            self._foreign.note(dot, changes, file.records)

    def _start_over(self) -> LostState:
        """Forget all records, since a program wrote into the file under them, and return what is left of them."""
        lost = LostState(self.records, self.vector, self._base_vector, self._written_contexts, self._signature)
        for table, record_id, key, line in lost.lines():
            self._divergences.note(table, record_id, record_part(key, line))
        self.records, self.vector, self._base_vector = RecordTables(), VersionVector(), VersionVector()
        self._written_contexts = defaultdict(VersionVector)
        self._journals.forget_positions()
        return lost

    def _restore_lost(self, lost: LostState) -> None:
        """Join the lines in memory: what other programs changed may not be in the journal yet."""
        for table, record_id, key, line in lost.lines():
            mine = self.records.get(table, record_id)
            joined = join_versions(mine, self.vector, decode_record(key, line), lost.vector)
            if joined is None:
                # The program that wrote the file removed it, which only a library that knows the record can tell.
                self._foreign.note_removed(table, record_id, line)
            elif mine is None or not is_same_value(joined, mine):
                self._set_record(table, record_id, joined)
        self.vector.add(*self._foreign.dots)

    def _load_journals(self, *, with_history: bool, must_list: bool = False) -> None:
        """Read the journals until nothing new comes: a change of one device may wait for one of another.

        A change of this device is taken without what it builds on only when all that is here has been read. Archived journals
        are read if asked for, and whenever something new comes.
        """
        for waits in (True, False):
            self._journals.forget_waiting()
            while True:
                paths = self._journals.unread_journals(must_list=must_list)
                if not (paths or with_history):
                    return
                old_vector = self.vector.copy()
                if with_history:
                    self._load_history(waits=waits)
                for path in paths:
                    self._load_journal(path, waits=waits)
                if self.vector.counters == old_vector.counters:
                    break
                with_history = True

    def _load_history(self, before: Dot | None = None, *, waits: bool = False) -> None:
        """Read the archived journals that are not seen yet; with `before`, only older ones of the same replica."""
        for archived in self.folder.archived_journals():
            if (
                Dot(archived.last, archived.replica) not in self.vector
                and (before is None or (archived.replica == before.replica and archived.last < before.counter))
                and not self._journals.is_waiting(archived.path, self.vector)
            ):
                self._load_journal(archived.path, waits=waits)

    def _load_journal(self, path: Path, *, waits: bool = False) -> None:
        if self._journals.is_replaced(path):
            self._load_history(waits=waits)
        try:
            journal, lines, size = self._journals.read(path)
        except FileNotFoundError:
            # Another program has just moved it into the history.
            return
        # Gaps in what this device wrote are final; the missing changes of another device may still be on their way.
        is_final = path == self.folder.journal or (
            self._is_own(journal.header) if journal.header is not None else journal.lines > 0
        )
        for number, line in enumerate(lines, journal.lines + 1):
            if isinstance(line, JournalHeader):
                is_final = is_final or self._is_own(line)
                continue
            # A journal that has lost its beginning, or a line, will not get it back.
            is_final = is_final or number == 1 or isinstance(line, DamagedEntry)
            if isinstance(line, DamagedEntry) or line.dot in self.vector:
                continue
            previous = Dot(line.previous, line.dot.replica)
            if previous not in self.vector:
                self._load_history(line.dot, waits=waits)
            if (waits or not is_final) and (previous not in self.vector or not self._has_context(line, waits=waits)):
                self._journals.note_waiting(path, self.vector)
                return
            if previous not in self.vector:
                self._journals.damaged_entries[path, number] = DamagedEntry(number, b"")
            self._apply_remote(line)
        journal.advance(lines, size)

    def _apply_remote(self, entry: JournalEntry) -> None:
        context = self._written_contexts[entry.dot.replica].copy()
        context.join(entry.context)
        unseen = context.beyond(self.vector)
        context.join(entry.merge_vector)
        if unseen.counters:
            unseen = context.beyond(self.vector)
        context.add(*entry.dots)
        for table, record_id, before, after in entry.operations:
            mine = self.records.get(table, record_id)
            if mine is None and after is not None and is_partly_seen(after, self.vector):
                mine = self.find_tombstone(table, record_id)
            record = apply_delta(mine, self.vector, before, after, context)
            self._set_record(table, record_id, None if record is None else with_context(record, unseen, self.vector))
        self._add_dots(entry)

    def _has_context(self, entry: JournalEntry, *, waits: bool) -> bool:
        """Whether this store has seen the causal context of an entry; reads archived journals for it."""
        if entry.context is not None and not self.vector.covers(entry.context):
            for replica, counter in entry.context.counters.items():
                self._load_history(Dot(counter + 1, replica_in(replica)), waits=waits)
        return entry.context is None or self.vector.covers(entry.context)

    def _add_dots(self, entry: JournalEntry) -> None:
        self.vector.add(*entry.dots)
        self.touched_scopes.update(entry.scopes)
        context = self._written_contexts[entry.dot.replica]
        context.join(entry.context)
        if entry.merge_vector is not None:
            # A merge entry holds only what its writer lacked. A store that lacks more has not seen all of the merged library.
            if self.vector.covers(context):
                self.vector.join(entry.merge_vector)
            context.join(entry.merge_vector)

    def _is_own(self, header: JournalHeader | None) -> bool:
        """Whether this device wrote a journal, in this folder or in its former place."""
        return header is not None and header.folder.partition(":")[0] == device_name()

    def _apply(self, change: RecordChange) -> None:
        before = None if change.before is None else record_part(key_of(change.before), change.before)
        self._divergences.note(change.table, change.id, before)
        self.records.apply(change)

    def _set_record(self, table: str, record_id: str, record: Record | None) -> None:
        self._divergences.note(table, record_id, self.records.line(table, record_id))
        if record is None:
            self.records.remove(table, record_id)
        else:
            self.records.put(table, record_id, record)

    # ------------------------------------------------------------------ own changes

    @contextlib.contextmanager
    def exclude_writers(self, seconds: float | None = None) -> Generator[None]:
        """Hold the write lock, then `guard`, for a block. Raises ReaderError when the lock is not free within `seconds`."""
        with self.folder.write_lock(seconds), self.guard:
            yield

    @contextlib.contextmanager
    def begin_write(self, seconds: float | None = None) -> Generator[None]:
        """Hold the write lock for a block, after catching up. Raises ReaderError when that fails."""
        with self.folder.write_lock(seconds), self.guard:
            if not self._is_prepared:
                self._prepare_to_write()
            self._is_prepared = True
            try:
                yield
            finally:
                self._is_prepared = False  # the change may have failed, or have filled the journal

    def renew_replica(self) -> None:
        """Let the next change be the first one of another replica."""
        with self.guard:
            self._journals.end_replica()
            self._is_prepared = False

    def commit(self, transactions: Sequence[Transaction]) -> list[JournalEntry]:
        """Make changes, each whole, and return their entries once they are on the disk.

        Raises ReaderError when that fails; then nothing is changed.
        """
        with self.begin_write(), self._restore_on_error():
            made = [one for one in map(self._make_transaction, transactions) if one is not None]
            self._journals.append([(entry, [edit.change.encode() for edit in edits]) for entry, edits in made])
            for operation in expected_operations(transactions, [edit for _, edits in made for edit in edits]):
                self._divergences.forget(operation.table, operation.id)
        return [entry for entry, _ in made]

    def merge(
        self,
        changes: Sequence[RecordChange],
        merge_vector: VersionVector,
        label: str = "",
        by: str = "",
        *,
        is_sent: bool = True,
    ) -> None:
        """Make the changes of joining another library, which had seen `merge_vector`, as one.

        The caller joined it within the same block of `begin_write`. It `is_sent` to others who share its articles, unless it
        came from them. Raises as `commit`.
        """
        with self.begin_write(), self._restore_on_error():
            stamped = self._stamp(changes) if is_sent else StampedChanges(changes, self.vector.next(self._replica), frozenset())
            for change in stamped.changes:
                self._apply(change)
            self._append_merge(stamped, merge_vector, label, by)

    def _stamp(self, changes: Sequence[RecordChange]) -> StampedChanges:
        return stamp_changes(self.records, changes, lambda spare: self.vector.next(self._replica, spare))

    def _append_merge(self, made: StampedChanges, merge_vector: VersionVector, label: str = "", by: str = "") -> None:
        entry = self._new_entry(Transaction((), label, by=by), (), merge_vector, made.dot, made.scopes, needs_context=True)
        self._journals.append([(entry, map(RecordChange.encode, made.changes))])

    def keep_foreign_changes(self) -> None:
        """Journal what other programs changed in the file. Raises ReaderError when that fails."""
        if self._foreign.dots and not (self.readonly_reason or self.folder.is_read_only):
            with self.begin_write():
                pass  # it is the first thing that a writer does

    def _journal_foreign_changes(self) -> None:
        """Journal what other programs changed in the file: the next one to write there may not have seen it."""
        vector = self._foreign.beyond(self._written_contexts.values())
        if vector.counters:
            with self._restore_on_error():
                changes = self._foreign.changes(self.records)
                stamped = self._stamp(changes)
                for old, new in zip(changes, stamped.changes, strict=True):
                    if new is not old:
                        self._apply(new._replace(before=old.after))
                self._append_merge(stamped, vector)
        self._foreign.clear()

    def _prepare_to_write(self) -> None:
        """Catch up, and create the file and the journal of this device where they are missing. The write lock is held."""
        if self.readonly_reason:
            raise ReaderError(self.readonly_reason, "Update Claim Reader to change it")
        self.catch_up(self.folder.check_writable())
        if not self._is_settled:
            # Another program may have been killed after it named a file and before that name was on the disk.
            self.folder.sync_names()
            # Earlier, others may have archived journals between the two listings of `catch_up`.
            self._load_journals(with_history=True)
        # Until all of it succeeds, a new file may have its name while the name is not on the disk.
        self._is_settled = False
        if self._signature is None:
            self.folder.temporary.unlink(missing_ok=True)
            signature = write_new(self.folder.temporary, self.records.encode("", self.vector))
            self._install_file(signature, self.vector.copy())
        replica = self._journals.ensure_journal(self._marks)
        if replica != self._replica:
            self.vector.forget_growth()
        self._replica = replica
        self._is_settled = True
        self._journal_foreign_changes()

    @contextlib.contextmanager
    def _restore_on_error(self) -> Generator[None]:
        """Restore the records when a block fails."""
        old_vector = self.vector.copy()
        old_context = self._written_contexts[self._replica].copy()
        earlier, self._divergences = self._divergences, Divergences()
        try:
            yield
        except BaseException:
            for (table, record_id), record in self._divergences.items():
                self._set_record(table, record_id, None if record is None else json.loads(record))
            self.vector, self._written_contexts[self._replica], self._divergences = old_vector, old_context, earlier
            raise
        earlier.append(self._divergences)
        self._divergences = earlier

    def _make_transaction(self, transaction: Transaction) -> tuple[JournalEntry, list[MadeEdit]] | None:
        """Make a transaction and return its entry and edits, or None when it changes nothing.

        An undo or redo is written even if others have done it already, so that the next one goes on to the change before.
        """
        dot = self.vector.next(self._replica, count_spare_dots(self.records, transaction))
        made: list[MadeEdit] = []
        for one in make_edits(self.records, transaction, dot):
            made.append(one)
            self._apply(one.change)
        if not made and not (transaction.undoes or transaction.redoes):
            return None
        scopes = frozenset[str]().union(*(edit.scopes for edit in made))
        needs_context = any(edit.needs_context for edit in made)
        return self._new_entry(
            transaction, [one.operation for one in made], None, dot, scopes, needs_context=needs_context
        ), made

    def _new_entry(
        self,
        transaction: Transaction,
        operations: Sequence[Operation],
        merge_vector: VersionVector | None,
        dot: Dot,
        scopes: Iterable[str],
        *,
        needs_context: bool,
    ) -> JournalEntry:
        """Return an entry with a dot, which then is a part of the vector.

        If it `needs_context`, that is all that is known of the articles of its `scopes`.
        """
        counters = self.vector.counters
        entry = JournalEntry(
            dot,
            counters.get(dot.replica, 0),
            transaction.id,
            now(),
            transaction.label,
            tuple(operations),
            transaction.article,
            transaction.by,
            transaction.undoes,
            transaction.redoes,
            merge_vector,
            self._context_growth(scopes if needs_context else ()),
            {scope: counters.get(scoped_replica(dot.replica, scope), 0) for scope in sorted(scopes)},
        )
        self._add_dots(entry)
        return entry

    def _context_growth(self, scopes: Iterable[str]) -> VersionVector | None:
        """Return the part of the causal context that this replica's journal does not hold yet, and that in `scopes`, or None.

        Changes that other programs made in the file are left out: they come with the file, and no journal ever brings them.
        """
        unseen = self.vector.take_growth(self._written_contexts[self._replica], self._replica)
        for scope in scopes:
            unseen.join(self.vector.part(scope))
        growth = {
            replica: counter
            for replica, counter in unseen.counters.items()
            if replica_in(replica) != self._replica and not is_foreign_replica(replica)
        }
        return VersionVector(growth) if growth else None

    # ------------------------------------------------------------------ checkpoints

    def save_index(self) -> None:
        """Write the index of the library's file, if it was made anew."""
        with self.guard, contextlib.suppress(ReaderError):
            if not self.folder.is_read_only:
                save_index(self.folder.index, self.records, self._signature)

    def checkpoint(self, wait: float = 0.0) -> bool:
        """Fold all changes into the library's file; return whether it holds them all.

        While another program makes one, or writes, wait about `wait` seconds for it. The write lock is not held while the file
        is written, so that no save waits. A read-only file stays as it is. Raises ReaderError when the file cannot be written.
        """
        if self.readonly_reason or self.folder.is_read_only:
            return not self.is_behind
        with self.folder.checkpoint_lock(wait) as is_held:
            if is_held:
                with self.begin_write(max(wait, _SHORT_WAIT)):
                    vector, signature, foreign = self.vector.copy(), self._signature, self._is_file_foreign
                    self._marks = self._journals.marks(self._marks)
                    writer = TableWriter(self.records, self._replica, vector, self._marks) if self.is_behind else None
                if writer is not None:
                    self._write_file(writer, vector, signature, max(wait, _SHORT_WAIT), foreign=foreign)
        return not self.is_behind

    def _write_file(
        self, writer: TableWriter, vector: VersionVector, old: Signature | None, wait: float, *, foreign: bool
    ) -> None:
        if not is_sound(self.records.file.source):
            raise ReaderError(f"{self.folder.library} is damaged: its digest does not fit", UNTOUCHED_HINT)
        file: SortedLines | None = None
        index: ArticleIndex | None = None
        try:
            backups.back_up(self.folder, foreign=foreign)
            self.folder.temporary.unlink(missing_ok=True)
            signature = write_new(self.folder.temporary, writer.encode(), like=self.folder.library)
            if is_indexed(signature):
                file = SortedLines(FileBytes(self.folder.temporary), writer.ranges)
        except OSError as error:
            raise ReaderError(f"{self.folder.library} cannot be written: {error.strerror or error}") from error
        if file is not None:
            index = writer.index_file(file)
            write_index(self.folder.index, index.encode(signature, writer.ranges, writer.tail))
        with self.exclude_writers(wait):
            if self.folder.signature() == old and not self.folder.is_read_only:
                self._install_file(signature, vector)
                if file is not None:
                    self.records.rebase(file, index)
                    self._base_vector = vector.copy()

    def _install_file(self, signature: Signature, vector: VersionVector) -> None:
        """Rename the temporary file, written and synced, over the library, and sync the folder so that the name is durable."""
        replace(self.folder.temporary, self.folder.library)
        sync_folder(self.folder.path)
        self._signature, self.file_vector, self._is_file_foreign = signature, vector, False
