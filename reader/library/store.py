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
from reader.library.file_join import apply_delta, foreign_dot, is_stamp, join_file, was_here
from reader.library.folder import Folder, device
from reader.library.journal import DamagedEntry, JournalEntry, JournalHeader, Journals, Operation, latest_first
from reader.library.library_file import SCHEMA, Meta, RecordTables, read_library
from reader.library.transaction import Divergence, RecordEdit, Transaction
from reader.library.versions import Dot, VersionVector, edited, plain_of, removed
from reader.review.cells import Record, cells_of, same_cells
from reader.review.model import new_id, now


class Store:
    """The records of a folder. Many processes may use one folder, each with a store of its own.

    What changes it holds `guard`; whoever reads `lines` or `seen` while another thread may change them holds it too.
    """

    def __init__(self, folder: Folder) -> None:
        """Read the library; a folder without one is a new library. Raises ReaderError when it cannot be read."""
        self.folder = folder
        self.guard = threading.RLock()
        self.lines = RecordTables()
        self.seen = VersionVector()
        self.readonly = ""
        self.folded = VersionVector()
        self._replica: str = ""
        self._gone: dict[tuple[str, str], Record] | None = None
        self._told: dict[str, VersionVector] = {}
        self._known: Signature | None = None
        self._foreign = False
        self._settled = False
        self._logs = Journals(folder)
        self._touched: dict[tuple[str, str], bytes | None] = {}
        self.catch_up()
        self._touched.clear()

    @property
    def broken(self) -> dict[tuple[Path, int], DamagedEntry]:
        """The lines of logs that are not what was written, by file and number."""
        return self._logs.broken

    @property
    def behind(self) -> bool:
        """Whether there are changes that the library's file does not show yet."""
        return self._foreign or not self.folded.covers(self.seen)

    @property
    def size(self) -> int:
        """The size of the library's file in bytes, when it was looked at last."""
        return self._known[2] if self._known else 0

    # ------------------------------------------------------------------ what others did

    def changed(self) -> bool:
        """Whether somebody wrote something since this was asked last. Raises ReaderError when the folder cannot be reached."""
        with self.folder.reached():
            return self.folder.signature() != self._known or bool(self._logs.grown())

    def catch_up(self) -> None:
        """Take in what others wrote. Raises ReaderError when the file is damaged, foreign or gone; the records then stay."""
        with self.guard, self.folder.reached():
            self._gone = None
            if self.folder.signature() != self._known or self._known is None:
                self._take_file()
                self._take_history()
            self._take_logs()

    def differences(self) -> list[Divergence]:
        """Return what others changed since this was asked last, as plain records."""
        found: list[Divergence] = []
        with self.guard:
            touched, self._touched = self._touched, {}
            for (table, record_id), line in touched.items():
                if line != self.lines.line(table, record_id):
                    before: Record | None = None if line is None else json.loads(line)
                    after = self.lines.get(table, record_id)
                    found.append(Divergence(table, record_id, before and plain_of(before), after and plain_of(after)))
        return found

    def _take_file(self) -> None:
        found = read_library(self.folder.library)
        if found is None:
            if self._known is not None:
                raise ReaderError(f"{self.folder.library} is gone", "put it back: what is unsaved is kept until then")
            if self.folder.journals() or any(self.folder.finished()):
                if self.folder.signature() is not None:
                    # Another program has just begun the library.
                    self._take_file()
                    return
                what = f"{self.folder.library} is missing, though the folder holds changes of it"
                raise ReaderError(what, "put it back, or see what `reader repair` can do")
            return
        if found.meta.schema > SCHEMA:
            self.readonly = f"{self.folder.library} was written by a newer version of Claim Reader"
        fresh = self._known is None and not self.seen.numbers
        if fresh and found.whole:
            self.lines, self.seen = found.lines, found.meta.seen.copy()
        elif not (found.whole and self.seen.covers(found.meta.seen)):
            self._join(found.lines, found.meta, foreign_dot(found.meta, found.digest), whole=found.whole)
        self._known, self.folded = found.signature, found.meta.seen.copy()
        self._foreign = not found.whole

    def _join(self, theirs: RecordTables, meta: Meta, stamp: Dot, *, whole: bool) -> None:
        for (table, record_id), record in join_file(self.lines, self.seen, theirs, meta, stamp, self.last).items():
            self._set(table, record_id, record)
        self.seen.join(meta.seen)
        if not whole:
            self.seen.add(stamp)

    def _take_history(self, before: Dot | None = None) -> None:
        """Take in the finished journals; with `before` only those of its replica that are older."""
        for finished in self.folder.finished():
            if Dot(finished.last, finished.replica) not in self.seen and (
                before is None or (finished.replica == before.replica and finished.last < before.number)
            ):
                self._take_log(finished.path)

    def _take_logs(self) -> None:
        """Take in the journals, round and round: what one device wrote may wait for what another one did."""
        while grown := self._logs.grown():
            before = self.seen.copy()
            for path in grown:
                self._take_log(path)
            if self.seen.numbers == before.numbers:
                break

    def _take_log(self, path: Path) -> None:
        if self._logs.renewed(path):
            self._take_history()
        try:
            log, lines, size = self._logs.read(path)
        except FileNotFoundError:
            # Another program has just put it into the history.
            return
        # A hole in what this device wrote will not be filled any more; what another device wrote may be on its way.
        sure = path == self.folder.journal or (self._is_own(log.head) if log.head is not None else log.lines > 0)
        for number, line in enumerate(lines, log.lines + 1):
            if isinstance(line, JournalHeader):
                sure = sure or self._is_own(line)
                continue
            # A log that has lost its beginning, or a line, will not get it back.
            sure = sure or number == 1 or isinstance(line, DamagedEntry)
            if isinstance(line, DamagedEntry) or line.dot in self.seen:
                continue
            before = Dot(line.previous, line.dot.replica)
            if before not in self.seen:
                self._take_history(line.dot)
            if not sure and (before not in self.seen or not self._knows(line)):
                return
            if before not in self.seen:
                self._logs.broken[path, number] = DamagedEntry(number, b"")
            self._take(line)
        log.note(lines, size)

    def _take(self, line: JournalEntry) -> None:
        for table, record_id, old, new in line.operations:
            mine = self.lines.get(table, record_id)
            if mine is None and new is not None and was_here(new, self.seen):
                mine = self.last(table, record_id)
            self._set(table, record_id, apply_delta(mine, self.seen, old, new, line.saw))
        self._note(line)

    def last(self, table: str, record_id: str) -> Record | None:
        """Return what a record was when it was removed, as `removed` makes it; None when the history does not hold that."""
        if self._gone is None:
            self._gone = {}
            known = set[tuple[str, str]]()
            for line in latest_first(self.folder, until=self.seen.copy()):
                for operation in reversed(line.operations):
                    key = operation.table, operation.id
                    if key not in known and operation.after is None and operation.before is not None:
                        self._gone[key] = operation.before
                    known.add(key)
        record = self._gone.get((table, record_id))
        return None if record is None else removed(record)

    def _knows(self, line: JournalEntry) -> bool:
        """Whether all is known here that the writer of a line knew; what stands in the history is taken in for that."""
        if line.knew is not None and not self.seen.covers(line.knew):
            for replica, number in line.knew.numbers.items():
                self._take_history(Dot(number + 1, replica))
        return line.knew is None or self.seen.covers(line.knew)

    def _note(self, line: JournalEntry) -> None:
        self.seen.add(line.dot)
        told = self._told.setdefault(line.dot.replica, VersionVector())
        told.join(line.knew or VersionVector())
        if line.saw is not None:
            # A merge says only what its writer lacked: whoever lacks more does not know all that it brought in.
            if self.seen.covers(told):
                self.seen.join(line.saw)
            told.join(line.saw)

    def _is_own(self, head: JournalHeader | None) -> bool:
        """Whether this device wrote a log, in this folder or where it was before."""
        return head is not None and head.folder.partition(":")[0] == device()

    def _set(self, table: str, record_id: str, record: Record | None) -> None:
        self._touched.setdefault((table, record_id), self.lines.line(table, record_id))
        if record is None:
            self.lines.drop(table, record_id)
        else:
            self.lines.put(table, record_id, record)

    # ------------------------------------------------------------------ changing

    @contextlib.contextmanager
    def writing(self) -> Generator[None]:
        """Keep everybody else from writing for a block, and begin it caught up. Raises ReaderError when that cannot be."""
        with self.guard, self.folder.alone():
            self._ready()
            yield

    def commit(self, requests: Sequence[Transaction]) -> list[JournalEntry]:
        """Make changes, each whole, and return them once they are on the disk.

        Raises ReaderError when that fails; then nothing was changed.
        """
        with self.writing(), self._all_or_nothing():
            lines = [line for line in map(self._made, requests) if line is not None]
            self._logs.append(lines)
            self._expect(requests, lines)
        return lines

    def _expect(self, requests: Sequence[Transaction], lines: Sequence[JournalEntry]) -> None:
        """Leave out of the differences what came out just as the one request for it wanted it."""
        wanted = {(w.table, w.id): w for request in requests for w in request.wanted}
        if len(wanted) < sum(len(request.wanted) for request in requests):
            return
        for operation in (operation for line in lines for operation in line.operations):
            asked = wanted[operation.table, operation.id]
            sides = ((operation.before, asked.before), (operation.after, asked.after))
            if all((side and plain_of(side)) == known for side, known in sides):
                del self._touched[operation.table, operation.id]

    def merge(self, records: Mapping[tuple[str, str], Record | None], saw: VersionVector, label: str, by: str) -> JournalEntry:
        """Put records in the place of others, all in one change: what came of joining another library, which knew `saw`.

        Whoever joined them did that within the same block of `writing`. Raises as `commit`.
        """
        with self.writing(), self._all_or_nothing():
            dot = self.seen.next(self._replica)
            operations = tuple(Operation(*key, self.lines.get(*key), record) for key, record in records.items())
            line = JournalEntry(dot, self._last(dot), new_id(), now(), label, operations, by=by, saw=saw, knew=self._untold())
            self._apply(line)
            self._logs.append([line])
        return line

    @contextlib.contextmanager
    def _all_or_nothing(self) -> Generator[None]:
        """Take back what a block did to the records when it fails."""
        seen, told, touched = self.seen.copy(), self._told.get(self._replica, VersionVector()).copy(), self._touched
        self._touched = {}
        try:
            yield
        except BaseException:
            for (table, record_id), line in self._touched.items():
                self._set(table, record_id, None if line is None else json.loads(line))
            self.seen, self._told[self._replica], self._touched = seen, told, touched
            raise
        self._touched = {**self._touched, **touched}

    def _ready(self) -> None:
        """Catch up, and see to it that there is a file and a journal of one's own. The lock is held."""
        if self.readonly:
            raise ReaderError(self.readonly, "update Claim Reader to change it")
        self.catch_up()
        if not self._settled:
            self.folder.settle()
            # Before, others may have finished journals between two looks.
            self._take_history()
        # Until nothing failed: a file may have got its name, and that not be on the disk.
        self._settled = False
        if self._known is None:
            self._temporary.unlink(missing_ok=True)
            written = write_new(self._temporary, self.lines.encode("", self.seen))
            self._put(written, self.seen.copy())
        self._replica = self._logs.begun(uuid.uuid4().hex[:8])
        self._settled = True

    def _last(self, dot: Dot) -> int:
        return self.seen.numbers.get(dot.replica, 0)

    def _untold(self) -> VersionVector | None:
        """Return what is known of other replicas and does not stand in the journal yet, None when all does.

        What other programs wrote into the file is left out: it comes with the file, and no journal could be waited for.
        """
        known, told = self.seen.numbers.items(), self._told.get(self._replica, VersionVector()).numbers
        grown = {r: n for r, n in known if r != self._replica and not is_stamp(r) and told.get(r, 0) < n}
        return VersionVector(grown) if grown else None

    def _made(self, request: Transaction) -> JournalEntry | None:
        """Return the line for a request on the records as they are, None when there is nothing left to do.

        That a change is taken back is written also when others have done that already: the next undo is of the one before.
        """
        dot = self.seen.next(self._replica)
        operations = [self._operation(wanted, dot) for wanted in request.wanted]
        effective = tuple(operation for operation in operations if operation is not None)
        if not effective and not (request.undoes or request.redoes):
            return None
        line = JournalEntry(
            dot, self._last(dot), request.id, now(), request.label, effective,
            request.article, request.by, request.undoes, request.redoes, knew=self._untold(),
        )  # fmt: skip
        self._apply(line)
        return line

    def _operation(self, wanted: RecordEdit, dot: Dot) -> Operation | None:
        table, record_id, before, after = wanted
        stored = self.lines.get(table, record_id)
        if after is not None:
            record = edited(stored, before, after, dot)
            return None if stored is not None and alike_stored(stored, record) else Operation(table, record_id, stored, record)
        # What changed since it was seen is not removed: somebody worked on it.
        if stored is None or (before is not None and not same_cells(cells_of(plain_of(stored)), cells_of(before))):
            return None
        return Operation(table, record_id, stored, None)

    def _apply(self, line: JournalEntry) -> None:
        for table, record_id, _, after in line.operations:
            self._set(table, record_id, after)
        self._note(line)

    # ------------------------------------------------------------------ the file

    @property
    def _temporary(self) -> Path:
        return self.folder.library.with_name(f".{self.folder.library.name}.new")

    def checkpoint(self, wait: float = 0.0) -> bool:
        """Fold all changes into the library's file; return whether it shows them all.

        If another program is at it, that is waited for at most `wait` seconds. The lock is not held while the file is written,
        so nobody waits. Raises ReaderError when it cannot be written.
        """
        with self.folder.folding(wait) as mine:
            if mine and not self.readonly:
                with self.writing():
                    seen, known, foreign = self.seen.copy(), self._known, self._foreign
                    data = self.lines.encode(self._replica, seen) if self.behind else None
                if data is not None:
                    self._fold(data, seen, known, foreign=foreign)
        return not self.behind

    def _fold(self, data: Iterable[bytes], seen: VersionVector, known: Signature | None, *, foreign: bool) -> None:
        try:
            backups.keep(self.folder, foreign=foreign)
            self._temporary.unlink(missing_ok=True)
            written = write_new(self._temporary, data, like=self.folder.library)
        except OSError as error:
            raise ReaderError(f"{self.folder.library} cannot be written: {error.strerror or error}") from error
        with self.guard, self.folder.alone():
            if self.folder.signature() == known:
                self._put(written, seen)

    def _put(self, written: Signature, seen: VersionVector) -> None:
        """Put the new file, that is written, in the library's place; what it says is known."""
        replace(self._temporary, self.folder.library)
        sync_folder(self.folder.path)
        self._known, self.folded, self._foreign = written, seen, False


def alike_stored(one: Record, other: Record) -> bool:
    """Whether two stored records say the same and have the same rivals."""
    return plain_of(one) == plain_of(other)
