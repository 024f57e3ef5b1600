"""Describe changes to records: transactions to commit, what their edits change, and those that are pending."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reader.library.journal import Operation
from reader.library.record_tables import RecordChange, RecordTables, decode_record
from reader.library.versions import Dot, edit_stored, to_plain
from reader.review.cells import Record, is_same_record, to_cells
from reader.review.model import new_id
from reader.review.records import as_read


class RecordEdit(NamedTuple):
    """A plain record in the state that its editor saw, and in the new one. None before: create it; None after: remove it."""

    table: str
    id: str
    before: Record | None
    after: Record | None


class MadeEdit(NamedTuple):
    """An edit as it stands in a journal, and as a change of lines. `is_expected`: its editor knew both states of the record."""

    operation: Operation
    change: RecordChange
    is_expected: bool


def make_edit(records: RecordTables, edit: RecordEdit, dot: Dot) -> MadeEdit | None:
    """Return what an edit with this dot changes in `records`, None for nothing."""
    table, record_id, before, after = edit
    line = records.find_line(table, record_id)
    if line is None and before and after and is_same_record(to_cells(before), to_cells(after)):
        return None  # what the program notes by itself, such as counts, brings back nothing that others removed
    stored = None if line is None else decode_record(*line)
    record = None if after is None else edit_stored(stored, before, after, dot)
    old, new = (side and to_plain(side) for side in (stored, record))
    # A record that somebody changed since `before` is not removed: adding wins.
    if old == new or (new is None and old is not None and before is not None and not _is_unchanged(table, old, before)):
        return None
    change = records.change_of(table, record_id, line, record)
    return MadeEdit(Operation(table, record_id, stored, record), change, (old, new) == (before, after))


def _is_unchanged(table: str, current: Record, before: Record) -> bool:
    """Whether a plain record is still the one that its editor saw, who may not see values of a wrong type as they are."""
    cells = to_cells(before)
    return is_same_record(to_cells(current), cells) or is_same_record(to_cells(as_read(table, current)), cells)


@dataclass(frozen=True, slots=True)
class Transaction:
    """Edits to commit together. `label` is the name of the change for people, "" for one that nobody undoes."""

    edits: tuple[RecordEdit, ...]
    label: str = ""
    article: str = ""
    by: str = ""
    id: str = field(default_factory=new_id)
    undoes: str = ""
    redoes: str = ""


class PendingChanges:
    """Transactions in their order, and documents by digest, that are not on the disk yet. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._transactions: list[Transaction] = []
        self._documents: dict[str, bytes] = {}

    def add_transaction(self, transaction: Transaction) -> None:
        """Queue a transaction."""
        with self._lock:
            self._transactions.append(transaction)

    def add_document(self, digest: str, data: bytes) -> None:
        """Queue a document."""
        with self._lock:
            self._documents[digest] = data

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """The queued transactions."""
        with self._lock:
            return tuple(self._transactions)

    def edits_of(self, table: str) -> list[RecordEdit]:
        """Return the queued edits of a table, in their order."""
        return [edit for transaction in self.transactions for edit in transaction.edits if edit.table == table]

    def document(self, digest: str) -> bytes | None:
        """Return the queued document with this digest, or None."""
        with self._lock:
            return self._documents.get(digest)

    def snapshot(self) -> tuple[tuple[Transaction, ...], dict[str, bytes]]:
        """Return everything queued now. Documents that were queued before a transaction that names them are included."""
        with self._lock:
            return tuple(self._transactions), dict(self._documents)

    def discard(self, transactions: Sequence[Transaction], digests: Iterable[str]) -> None:
        """Remove the first transactions, as many as these, and the documents with these digests: they are on the disk."""
        with self._lock:
            del self._transactions[: len(transactions)]
            for digest in digests:
                self._documents.pop(digest, None)
