"""Describe changes to records: transactions to commit, what their edits change, and those that are pending."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import NamedTuple

from reader.library.journal import Operation
from reader.library.record_tables import RecordChange, RecordTables, decode_record
from reader.library.scopes import count_rivals, has_strangers, is_public_change, restamp_record
from reader.library.shared_records import (
    SharedArticle,
    begins_anew,
    find_shared,
    record_ids,
    scopes_of,
    shared_article_from,
    shared_key,
)
from reader.library.tables import ARTICLES, SHARED
from reader.library.versions import Dot, count_returning, edit_stored, is_same_stored, to_plain
from reader.review.cells import Record, is_same_record, to_cells
from reader.review.declaration import frozen_value
from reader.review.model import new_id
from reader.review.records import as_read


class RecordEdit(NamedTuple):
    """A plain record in the state that its editor saw, and in the new one. None before: create it; None after: remove it."""

    table: str
    id: str
    before: Record | None
    after: Record | None


class MadeEdit(NamedTuple):
    """An edit as it stands in a journal, and as a change of lines. `is_expected`: its editor knew both states of the record.

    `scopes` are those of the shared articles whose public part it changes; it `needs_context` where the record before it does
    not show all that the new one replaces.
    """

    operation: Operation
    change: RecordChange
    is_expected: bool
    scopes: frozenset[str] = frozenset()
    needs_context: bool = False


def count_spare_dots(records: RecordTables, transaction: Transaction) -> int:
    """Return how many dots before its own a transaction needs: for values that come back, or get dots of a shared article."""
    spare = max((count_returning(edit.after) for edit in transaction.edits), default=0)
    if not (transaction.restamps or records.has_table(SHARED)):
        return spare
    keys = [(edit.table, edit.id) for edit in transaction.edits]
    keys.extend(key for shared in transaction.restamps for key in record_ids(records, shared))
    return spare + max((count_rivals(records.get(*key)) for key in keys), default=0)


def make_edits(records: RecordTables, transaction: Transaction, dot: Dot) -> Iterator[MadeEdit]:
    """Yield what the edits of a transaction with this dot change in `records`; each is applied before the next is asked for.

    An article that is deleted is shared no longer: its removal is nothing that others hear of.
    """
    deleted = {edit.id: shared for edit in transaction.edits if (shared := _find_deleted(records, edit, dot)) is not None}
    gone = {shared.own_scope for shared in deleted.values()}
    for edit in transaction.edits:
        one = make_edit(records, edit, dot)
        if one is not None:
            yield one._replace(scopes=one.scopes - gone) if gone else one
            if edit.table == ARTICLES and edit.id in deleted:
                shared = deleted[edit.id]
                edits = RecordEdit(SHARED, shared_key(shared.id), shared.record, shared.end(is_deleted=True).record)
                yield from filter(None, [make_edit(records, edits, dot)])
    for shared in transaction.restamps:
        yield from _restamp_article(records, shared, dot)


def _find_deleted(records: RecordTables, edit: RecordEdit, dot: Dot) -> SharedArticle | None:
    """Return the shared article that an edit deletes, if it does."""
    if edit.table != ARTICLES or edit.after is not None or (shared := find_shared(records, edit.id)) is None:
        return None
    made = make_edit(records, edit, dot)
    return shared if made is not None and made.operation.after is None else None


def _restamp_article(records: RecordTables, shared: SharedArticle, dot: Dot) -> Iterator[MadeEdit]:
    for table, record_id in tuple(record_ids(records, shared)):
        line = records.find_line(table, record_id)
        if line is not None:
            stored = decode_record(*line)
            scopes = scopes_of(records, table, stored)
            record = restamp_record(table, stored, dot, scopes, stored) if scopes else stored
            if not is_same_stored(stored, record):
                change = records.change_of(table, record_id, line, record)
                yield _describe(records, MadeEdit(Operation(table, record_id, stored, record), change, is_expected=False))


def make_edit(records: RecordTables, edit: RecordEdit, dot: Dot) -> MadeEdit | None:
    """Return what an edit with this dot changes in `records`, None for nothing."""
    table, record_id, before, after = edit
    line = records.find_line(table, record_id)
    if line is None and before and after and is_same_record(to_cells(before), to_cells(after)):
        return None  # what the program notes by itself, such as counts, brings back nothing that others removed
    stored = None if line is None else decode_record(*line)
    record = None if after is None else edit_stored(stored, before, after, dot)
    if record is not None and (scopes := scopes_of(records, table, record)):
        record = restamp_record(table, record, dot, scopes, stored)
    old, new = (side and to_plain(side) for side in (stored, record))
    # A record that somebody changed since `before` is not removed: adding wins.
    if old == new or (new is None and old is not None and before is not None and not _is_unchanged(table, old, before)):
        return None
    change = records.change_of(table, record_id, line, record)
    operation = Operation(table, record_id, stored, record)
    return _describe(records, MadeEdit(operation, change, is_expected=(old, new) == (before, after)))


def _describe(records: RecordTables, made: MadeEdit) -> MadeEdit:
    """Return an edit with what it means to those who share articles."""
    if not records.has_table(SHARED):
        return made
    table, _, before, after = made.operation
    if begins_anew(table, before, after) and (shared := shared_article_from(to_plain(after or {}))) is not None:
        is_here = records.find_line(ARTICLES, shared.id) is not None
        return made._replace(scopes=frozenset([shared.own_scope] if is_here else ()))
    scopes = {*scopes_of(records, table, before), *scopes_of(records, table, after)}
    if not scopes:
        return made
    changed = frozenset(scope for scope in scopes if is_public_change(before, after, scope))
    return made._replace(scopes=changed, needs_context=before is None or has_strangers(table, before, scopes))


def _is_unchanged(table: str, current: Record, before: Record) -> bool:
    """Whether a plain record is still the one that its editor saw, who may not see values of a wrong type as they are."""
    cells = to_cells(before)
    return is_same_record(to_cells(current), cells) or is_same_record(to_cells(as_read(table, current)), cells)


@frozen_value
class Transaction:
    """Edits to commit together. `label` is the name of the change for people, "" for one that nobody undoes.

    After them, what belongs to the articles of `restamps` gets dots of their scopes where it has others.
    """

    edits: tuple[RecordEdit, ...]
    label: str = ""
    article: str = ""
    by: str = ""
    id: str = field(default_factory=new_id)
    undoes: str = ""
    redoes: str = ""
    restamps: tuple[SharedArticle, ...] = ()


def expected_operations(transactions: Sequence[Transaction], made: Iterable[MadeEdit]) -> Iterator[Operation]:
    """Yield the operations after which records are exactly as their editors expect: none if a record is edited twice."""
    edits = [edit for transaction in transactions for edit in transaction.edits]
    if len({(edit.table, edit.id) for edit in edits}) == len(edits):
        yield from (edit.operation for edit in made if edit.is_expected)


class PendingChanges:
    """Transactions in their order, and documents by digest, that are not on the disk yet. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._transactions: list[Transaction] = []
        self._documents: dict[str, bytes | str] = {}
        self.state = object()
        """Stands for the queued transactions: every change of them puts another one in its place, which never comes back."""

    def add_transaction(self, transaction: Transaction) -> None:
        """Queue a transaction."""
        with self._lock:
            self._transactions.append(transaction)
            self.state = object()

    def add_document(self, digest: str, data: bytes | str) -> None:
        """Queue a document, or a text as it is: it is encoded when it is written, which is seldom needed."""
        with self._lock:
            self._documents[digest] = data

    @property
    def is_empty(self) -> bool:
        """Whether nothing is queued."""
        with self._lock:
            return not (self._transactions or self._documents)

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """The queued transactions."""
        with self._lock:
            return tuple(self._transactions)

    def edits_of(self, table: str) -> list[RecordEdit]:
        """Return the queued edits of a table, in their order."""
        return [edit for transaction in self.transactions for edit in transaction.edits if edit.table == table]

    def document(self, digest: str) -> bytes | str | None:
        """Return the queued document with this digest, or None."""
        with self._lock:
            return self._documents.get(digest)

    def snapshot(self) -> tuple[tuple[Transaction, ...], dict[str, bytes | str]]:
        """Return everything queued now. Documents that were queued before a transaction that names them are included."""
        with self._lock:
            return tuple(self._transactions), dict(self._documents)

    def discard(self, transactions: Sequence[Transaction], digests: Iterable[str]) -> None:
        """Remove the first transactions, as many as these, and the documents with these digests: they are on the disk."""
        with self._lock:
            if transactions:
                del self._transactions[: len(transactions)]
                self.state = object()
            for digest in digests:
                self._documents.pop(digest, None)
