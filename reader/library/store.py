"""The store: the records of a library, kept by a journal. A change is one line, written and synced, then acknowledged.

The records are what `library.json` says plus all changes in the folder's logs that it has not seen. So it does not matter
which is older: a file that a syncing tool or another program put back is brought forward by the logs, and a log that is cut
short loses nothing that the file holds. From time to time the records are folded into the file.

Whoever writes holds the folder's lock and has caught up before. Invariants: what `commit` returned is on the disk; the file is
never overwritten by who has not taken in what it says; a number is used for one change only.
"""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path

from reader.errors import ReaderError
from reader.files import Signature, replace, sync_folder, write_new
from reader.library import backups
from reader.library.file_join import apply_delta, foreign_dot, is_foreign_replica, is_partly_seen, join_file
from reader.library.folder import Folder, device_name
from reader.library.journal import DamagedEntry, JournalEntry, JournalHeader, Journals, Operation, newest_entries
from reader.library.library_file import SCHEMA, Meta, RecordTables, read_library
from reader.library.transaction import Divergence, RecordEdit, Transaction
from reader.library.versions import Dot, VersionVector, edit_stored, to_plain, tombstone_of
from reader.review.cells import Record, is_same_record, to_cells
from reader.review.model import new_id, now


class Store:
    """The records of a folder. Many processes may use one folder, each with a store of its own.

    What changes it holds `guard`; whoever reads `lines` or `seen` while another thread may change them holds it too.
    """

    def __init__(self, folder: Folder) -> None:
        """Read the library; a folder without one is a new library. Raises ReaderError when it cannot be read."""
        self.folder = folder
        self.guard = threading.RLock()
        self.records = RecordTables()
        self.vector = VersionVector()
        self.readonly_reason = ""
        self.file_vector = VersionVector()
        self._replica: str = ""
        self._tombstones: dict[tuple[str, str], Record] | None = None
        self._written_contexts: dict[str, VersionVector] = {}
        self._signature: Signature | None = None
        self._is_file_foreign = False
        self._is_settled = False
        self._journals = Journals(folder)
        self._old_lines: dict[tuple[str, str], bytes | None] = {}
        self.catch_up()
        self._old_lines.clear()

    @property
    def damaged_entries(self) -> dict[tuple[Path, int], DamagedEntry]:
        """The lines of logs that are not what was written, by file and number."""
        return self._journals.damaged_entries

    @property
    def is_behind(self) -> bool:
        """Whether there are changes that the library's file does not show yet."""
        return self._is_file_foreign or not self.file_vector.covers(self.vector)

    @property
    def file_size(self) -> int:
        """The size of the library's file in bytes, when it was looked at last."""
        return self._signature[2] if self._signature else 0

    # ------------------------------------------------------------------ what others did

    def has_changed(self) -> bool:
        """Whether somebody wrote something since this was asked last. Raises ReaderError when the folder cannot be reached."""
        with self.folder.wrap_errors():
            return self.folder.signature() != self._signature or bool(self._journals.unread_journals())

    def catch_up(self) -> None:
        """Take in what others wrote. Raises ReaderError when the file is damaged, foreign or gone; the records then stay."""
        with self.guard, self.folder.wrap_errors():
            self._tombstones = None
            if self.folder.signature() != self._signature or self._signature is None:
                self._load_file()
                self._load_history()
            self._load_journals()

    def take_divergences(self) -> list[Divergence]:
        """Return what others changed since this was asked last, as plain records."""
        found: list[Divergence] = []
        with self.guard:
            touched, self._old_lines = self._old_lines, {}
            for (table, record_id), line in touched.items():
                if line != self.records.line(table, record_id):
                    before: Record | None = None if line is None else json.loads(line)
                    after = self.records.get(table, record_id)
                    found.append(Divergence(table, record_id, before and to_plain(before), after and to_plain(after)))
        return found

    def _load_file(self) -> None:
        found = read_library(self.folder.library)
        if found is None:
            if self._signature is not None:
                raise ReaderError(f"{self.folder.library} is gone", "put it back: what is unsaved is kept until then")
            if self.folder.journals() or any(self.folder.archived_journals()):
                if self.folder.signature() is not None:
                    # Another program has just begun the library.
                    self._load_file()
                    return
                what = f"{self.folder.library} is missing, though the folder holds changes of it"
                raise ReaderError(what, "put it back, or see what `reader repair` can do")
            return
        if found.meta.schema > SCHEMA:
            self.readonly_reason = f"{self.folder.library} was written by a newer version of Claim Reader"
        fresh = self._signature is None and not self.vector.counters
        if fresh and found.is_intact:
            self.records, self.vector = found.records, found.meta.vector.copy()
        elif not (found.is_intact and self.vector.covers(found.meta.vector)):
            self._join_file(found.records, found.meta, foreign_dot(found.meta, found.digest), whole=found.is_intact)
        self._signature, self.file_vector = found.signature, found.meta.vector.copy()
        self._is_file_foreign = not found.is_intact

    def _join_file(self, theirs: RecordTables, meta: Meta, stamp: Dot, *, whole: bool) -> None:
        for (table, record_id), record in join_file(self.records, self.vector, theirs, meta, stamp, self.last_state).items():
            self._set_record(table, record_id, record)
        self.vector.join(meta.vector)
        if not whole:
            self.vector.add(stamp)

    def _load_history(self, before: Dot | None = None) -> None:
        """Take in the finished journals; with `before` only those of its replica that are older."""
        for finished in self.folder.archived_journals():
            if Dot(finished.last, finished.replica) not in self.vector and (
                before is None or (finished.replica == before.replica and finished.last < before.counter)
            ):
                self._load_journal(finished.path)

    def _load_journals(self) -> None:
        """Take in the journals, round and round: what one device wrote may wait for what another one did."""
        while grown := self._journals.unread_journals():
            before = self.vector.copy()
            for path in grown:
                self._load_journal(path)
            if self.vector.counters == before.counters:
                break

    def _load_journal(self, path: Path) -> None:
        if self._journals.is_replaced(path):
            self._load_history()
        try:
            log, lines, size = self._journals.read(path)
        except FileNotFoundError:
            # Another program has just put it into the history.
            return
        # A hole in what this device wrote will not be filled any more; what another device wrote may be on its way.
        sure = path == self.folder.journal or (self._is_own(log.header) if log.header is not None else log.lines > 0)
        for number, line in enumerate(lines, log.lines + 1):
            if isinstance(line, JournalHeader):
                sure = sure or self._is_own(line)
                continue
            # A log that has lost its beginning, or a line, will not get it back.
            sure = sure or number == 1 or isinstance(line, DamagedEntry)
            if isinstance(line, DamagedEntry) or line.dot in self.vector:
                continue
            before = Dot(line.previous, line.dot.replica)
            if before not in self.vector:
                self._load_history(line.dot)
            if not sure and (before not in self.vector or not self._has_context(line)):
                return
            if before not in self.vector:
                self._journals.damaged_entries[path, number] = DamagedEntry(number, b"")
            self._apply_remote(line)
        log.advance(lines, size)

    def _apply_remote(self, line: JournalEntry) -> None:
        for table, record_id, old, new in line.operations:
            mine = self.records.get(table, record_id)
            if mine is None and new is not None and is_partly_seen(new, self.vector):
                mine = self.last_state(table, record_id)
            self._set_record(table, record_id, apply_delta(mine, self.vector, old, new, line.merge_vector))
        self._add_dots(line)

    def last_state(self, table: str, record_id: str) -> Record | None:
        """Return what a record was when it was removed, as `removed` makes it; None when the history does not hold that."""
        if self._tombstones is None:
            self._tombstones = {}
            known = set[tuple[str, str]]()
            for line in newest_entries(self.folder, until=self.vector.copy()):
                for operation in reversed(line.operations):
                    key = operation.table, operation.id
                    if key not in known and operation.after is None and operation.before is not None:
                        self._tombstones[key] = operation.before
                    known.add(key)
        record = self._tombstones.get((table, record_id))
        return None if record is None else tombstone_of(record)

    def _has_context(self, line: JournalEntry) -> bool:
        """Whether all is known here that the writer of a line knew; what stands in the history is taken in for that."""
        if line.context is not None and not self.vector.covers(line.context):
            for replica, number in line.context.counters.items():
                self._load_history(Dot(number + 1, replica))
        return line.context is None or self.vector.covers(line.context)

    def _add_dots(self, line: JournalEntry) -> None:
        self.vector.add(line.dot)
        told = self._written_contexts.setdefault(line.dot.replica, VersionVector())
        told.join(line.context or VersionVector())
        if line.merge_vector is not None:
            # A merge says only what its writer lacked: whoever lacks more does not know all that it brought in.
            if self.vector.covers(told):
                self.vector.join(line.merge_vector)
            told.join(line.merge_vector)

    def _is_own(self, head: JournalHeader | None) -> bool:
        """Whether this device wrote a log, in this folder or where it was before."""
        return head is not None and head.folder.partition(":")[0] == device_name()

    def _set_record(self, table: str, record_id: str, record: Record | None) -> None:
        self._old_lines.setdefault((table, record_id), self.records.line(table, record_id))
        if record is None:
            self.records.remove(table, record_id)
        else:
            self.records.put(table, record_id, record)

    # ------------------------------------------------------------------ changing

    @contextlib.contextmanager
    def begin_write(self) -> Generator[None]:
        """Keep everybody else from writing for a block, and begin it caught up. Raises ReaderError when that cannot be."""
        with self.guard, self.folder.write_lock():
            self._prepare_to_write()
            yield

    def commit(self, transactions: Sequence[Transaction]) -> list[JournalEntry]:
        """Make changes, each whole, and return them once they are on the disk.

        Raises ReaderError when that fails; then nothing was changed.
        """
        with self.begin_write(), self._restore_on_error():
            lines = [line for line in map(self._to_entry, transactions) if line is not None]
            self._journals.append(lines)
            self._forget_expected(transactions, lines)
        return lines

    def _forget_expected(self, requests: Sequence[Transaction], lines: Sequence[JournalEntry]) -> None:
        """Leave out of the differences what came out just as the one request for it wanted it."""
        wanted = {(w.table, w.id): w for request in requests for w in request.edits}
        if len(wanted) < sum(len(request.edits) for request in requests):
            return
        for operation in (operation for line in lines for operation in line.operations):
            asked = wanted[operation.table, operation.id]
            sides = ((operation.before, asked.before), (operation.after, asked.after))
            if all((side and to_plain(side)) == known for side, known in sides):
                del self._old_lines[operation.table, operation.id]

    def merge(
        self, records: Mapping[tuple[str, str], Record | None], merge_vector: VersionVector, label: str, by: str
    ) -> JournalEntry:
        """Put records in the place of others, all in one change: what came of joining another library, which knew `saw`.

        Whoever joined them did that within the same block of `writing`. Raises as `commit`.
        """
        with self.begin_write(), self._restore_on_error():
            dot = self.vector.next(self._replica)
            operations = tuple(Operation(*key, self.records.get(*key), record) for key, record in records.items())
            line = JournalEntry(
                dot,
                self._previous_counter(dot),
                new_id(),
                now(),
                label,
                operations,
                by=by,
                merge_vector=merge_vector,
                context=self._context_growth(),
            )
            self._apply_entry(line)
            self._journals.append([line])
        return line

    @contextlib.contextmanager
    def _restore_on_error(self) -> Generator[None]:
        """Take back what a block did to the records when it fails."""
        seen, told, touched = (
            self.vector.copy(),
            self._written_contexts.get(self._replica, VersionVector()).copy(),
            self._old_lines,
        )
        self._old_lines = {}
        try:
            yield
        except BaseException:
            for (table, record_id), line in self._old_lines.items():
                self._set_record(table, record_id, None if line is None else json.loads(line))
            self.vector, self._written_contexts[self._replica], self._old_lines = seen, told, touched
            raise
        self._old_lines = {**self._old_lines, **touched}

    def _prepare_to_write(self) -> None:
        """Catch up, and see to it that there is a file and a journal of one's own. The lock is held."""
        if self.readonly_reason:
            raise ReaderError(self.readonly_reason, "update Claim Reader to change it")
        self.catch_up()
        if not self._is_settled:
            self.folder.sync_names()
            # Before, others may have finished journals between two looks.
            self._load_history()
        # Until nothing failed: a file may have got its name, and that not be on the disk.
        self._is_settled = False
        if self._signature is None:
            self._temporary.unlink(missing_ok=True)
            written = write_new(self._temporary, self.records.encode("", self.vector))
            self._install_file(written, self.vector.copy())
        self._replica = self._journals.ensure_journal(uuid.uuid4().hex[:8])
        self._is_settled = True

    def _previous_counter(self, dot: Dot) -> int:
        return self.vector.counters.get(dot.replica, 0)

    def _context_growth(self) -> VersionVector | None:
        """Return what is known of other replicas and does not stand in the journal yet, None when all does.

        What other programs wrote into the file is left out: it comes with the file, and no journal could be waited for.
        """
        known, told = self.vector.counters.items(), self._written_contexts.get(self._replica, VersionVector()).counters
        grown = {r: n for r, n in known if r != self._replica and not is_foreign_replica(r) and told.get(r, 0) < n}
        return VersionVector(grown) if grown else None

    def _to_entry(self, request: Transaction) -> JournalEntry | None:
        """Return the line for a request on the records as they are, None when there is nothing left to do.

        That a change is taken back is written also when others have done that already: the next undo is of the one before.
        """
        dot = self.vector.next(self._replica)
        operations = [self._to_operation(wanted, dot) for wanted in request.edits]
        effective = tuple(operation for operation in operations if operation is not None)
        if not effective and not (request.undoes or request.redoes):
            return None
        line = JournalEntry(
            dot, self._previous_counter(dot), request.id, now(), request.label, effective,
            request.article, request.by, request.undoes, request.redoes, context=self._context_growth(),
        )  # fmt: skip
        self._apply_entry(line)
        return line

    def _to_operation(self, wanted: RecordEdit, dot: Dot) -> Operation | None:
        table, record_id, before, after = wanted
        stored = self.records.get(table, record_id)
        if after is not None:
            record = edit_stored(stored, before, after, dot)
            return (
                None if stored is not None and is_same_stored(stored, record) else Operation(table, record_id, stored, record)
            )
        # What changed since it was seen is not removed: somebody worked on it.
        if stored is None or (before is not None and not is_same_record(to_cells(to_plain(stored)), to_cells(before))):
            return None
        return Operation(table, record_id, stored, None)

    def _apply_entry(self, line: JournalEntry) -> None:
        for table, record_id, _, after in line.operations:
            self._set_record(table, record_id, after)
        self._add_dots(line)

    # ------------------------------------------------------------------ the file

    @property
    def _temporary(self) -> Path:
        return self.folder.library.with_name(f".{self.folder.library.name}.new")

    def checkpoint(self, wait: float = 0.0) -> bool:
        """Fold all changes into the library's file; return whether it shows them all.

        If another program is at it, that is waited for at most `wait` seconds. The lock is not held while the file is written,
        so nobody waits. Raises ReaderError when it cannot be written.
        """
        with self.folder.checkpoint_lock(wait) as mine:
            if mine and not self.readonly_reason:
                with self.begin_write():
                    seen, known, foreign = self.vector.copy(), self._signature, self._is_file_foreign
                    data = self.records.encode(self._replica, seen) if self.is_behind else None
                if data is not None:
                    self._write_file(data, seen, known, foreign=foreign)
        return not self.is_behind

    def _write_file(self, data: Iterable[bytes], seen: VersionVector, known: Signature | None, *, foreign: bool) -> None:
        try:
            backups.back_up(self.folder, foreign=foreign)
            self._temporary.unlink(missing_ok=True)
            written = write_new(self._temporary, data, like=self.folder.library)
        except OSError as error:
            raise ReaderError(f"{self.folder.library} cannot be written: {error.strerror or error}") from error
        with self.guard, self.folder.write_lock():
            if self.folder.signature() == known:
                self._install_file(written, seen)

    def _install_file(self, written: Signature, seen: VersionVector) -> None:
        """Put the new file, that is written, in the library's place; what it says is known."""
        replace(self._temporary, self.folder.library)
        sync_folder(self.folder.path)
        self._signature, self.file_vector, self._is_file_foreign = written, seen, False


def is_same_stored(one: Record, other: Record) -> bool:
    """Whether two stored records say the same and have the same rivals."""
    return to_plain(one) == to_plain(other)
