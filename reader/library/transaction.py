"""Describe changes to records: transactions to commit, those that are pending, and changes that others made."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reader.review.cells import Record
from reader.review.model import new_id


class RecordEdit(NamedTuple):
    """A plain record in the state that its editor saw, and in the new one. None before: create it; None after: remove it."""

    table: str
    id: str
    before: Record | None
    after: Record | None


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


class Divergence(NamedTuple):
    """A plain record before and after a change that this program did not request."""

    table: str
    id: str
    before: Record | None
    after: Record | None


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
