"""Offer the library through TinyDB's own API; every change of a table becomes one journal line.

`LibraryDB(folder)` is a TinyDB whose inserts, updates, upserts and removals each append one line, at any size of the library.
Code that reads and writes the whole storage works too: the difference becomes one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from reader.errors import ReaderError
from reader.library.folder import Folder
from reader.library.personal import PersonalState
from reader.library.store import Store
from reader.library.tables import META, has_ids, with_id
from reader.library.transaction import RecordEdit, Transaction
from reader.library.unsaved_changes import take_in_unsaved
from reader.library.versions import RIVALS_FIELD, content_of, to_raw
from reader.review.cells import Record, changed_cells, from_cells, is_same_value, to_cells
from reader.review.conflicts import PAIR_CELLS, combine_judgement_records
from reader.review.model import new_id


class JournalStorage(Storage):
    """A TinyDB storage on a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.has_written = False

    def read(self) -> dict[str, Any]:
        """Return all tables for TinyDB."""
        with self.store.guard:
            self.store.catch_up()
            return dict(self.store.records.tables())

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Commit the difference between these tables and the stored ones as one change. Raises ReaderError when that fails."""
        with self.store.exclude_writers():
            tables = self.store.records.tables()
            edits = [
                edit
                for table in {**tables, **data}
                if table != META
                for edit in self._diff_table(table, tables.get(table, {}), data.get(table, {}))
            ]
            self.commit(edits, "changed through TinyDB")

    def _diff_table(self, table: str, before: Mapping[str, Record], after: Mapping[str, Record]) -> Iterator[RecordEdit]:
        for key in {**before, **after}:
            old, new = before.get(key), after.get(key)
            if old is None or new is None or not is_same_value(old, new):
                yield self.to_edit(table, key, old, new)

    def to_edit(self, table: str, key: str, old: Record | None, new: Record | None) -> RecordEdit:
        """Return the edit of the document with this key. Raises ReaderError for a new document with the id of another one."""
        after = None if new is None else cast("Record", with_id(table, key, content_of(new)))
        if old is not None:
            return RecordEdit(table, self.store.records.id_at(table, key), to_raw(old), after and _keep_conflicts(old, after))
        record_id = str((after or {}).get("id")) if has_ids(table) else key
        if self.store.records.key_of(table, record_id) is not None:
            raise _duplicate_error(table, record_id)
        return RecordEdit(table, record_id, None, after)

    def commit(self, edits: Sequence[RecordEdit], label: str) -> None:
        """Commit edits as one change. Raises ReaderError when that fails, or when two new documents have the same id."""
        new_ids: set[tuple[str, str]] = set()
        for table, record_id, before, after in edits:
            if before is None and after is not None:
                if (table, record_id) in new_ids:
                    raise _duplicate_error(table, record_id)
                new_ids.add((table, record_id))
        if self.store.commit([Transaction(tuple(edits), label)]):
            self.has_written = True


def _keep_conflicts(old: Record, after: Record) -> Record:
    """Return a new document with the conflicts of the old one in the cells that the script left unchanged.

    Where the script changed a judgement in conflict, which it does not see, the others' evidence is combined with it; the
    script's verdict counts.
    """
    rivals = cast("Record", to_raw(old).get(RIVALS_FIELD, {}))
    if not rivals:
        return after
    cells = to_cells(after)
    edited_cells = changed_cells(to_cells(content_of(old)), cells)
    pairs = [cell for cell in edited_cells if cell.startswith(PAIR_CELLS) and cell in cells and cell in rivals]
    for cell in pairs:
        cells[cell] = combine_judgement_records(cells[cell], cast("list[object]", rivals[cell]))
    conflicts = {cell: values for cell, values in rivals.items() if cell not in edited_cells}
    after = from_cells(cells) if pairs else after
    return {**after, RIVALS_FIELD: conflicts} if conflicts else after


def _is_changed(old: Record, new: Record) -> bool:
    """Whether a document may have changed. Python can tell most at once, but not whether a number became a truth value."""
    return old != new or not is_same_value(old, new)


def _duplicate_error(table: str, record_id: str) -> ReaderError:
    return ReaderError(f'{table} has a document with the id "{record_id}" already', "Update that one, or leave the id out")


class _TableDraft(MutableMapping[int, Any]):
    """A table's documents by number while TinyDB changes them, with those that it read (`before`) and set (`after`)."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records
        self.before: dict[str, Record] = {}
        self.after: dict[str, Record | None] = {}

    def __getitem__(self, number: int) -> Record:
        key = str(number)
        if key not in self.after:
            # Decode twice: a change deep inside one must not change the other.
            self.before[key], self.after[key] = self._records[key], content_of(self._records[key])
        document = self.after[key]
        if document is None:
            raise KeyError(number)
        return document

    def __setitem__(self, number: int, document: Any) -> None:
        self._note_original(str(number))
        self.after[str(number)] = dict(document)

    def __delitem__(self, number: int) -> None:
        self._note_original(str(number))
        if self.after.get(str(number)) is None:
            raise KeyError(number)
        self.after[str(number)] = None

    def __contains__(self, number: object) -> bool:
        key = str(number)
        return self.after[key] is not None if key in self.after else key in self._records

    def __iter__(self) -> Iterator[int]:
        keys = dict.fromkeys((*self._records, *self.after))
        return iter([int(key) for key in keys if self.after.get(key, True) is not None])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _note_original(self, key: str) -> None:
        if key in self._records and key not in self.before:
            self.before[key] = self._records[key]
            self.after.setdefault(key, content_of(self._records[key]))


class JournalTable(Table):
    """A table that writes every change as one journal line. Raises ReaderError when it cannot be written."""

    # TinyDB's query cache would return one document object twice, and stale ones after another process wrote.
    default_query_cache_capacity = 0

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        super().__init__(storage, name, cache_size=0, persist_empty=False)

    @property
    def _journal(self) -> JournalStorage:
        return cast("JournalStorage", self.storage)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        storage, store = self._journal, self._journal.store
        if self.name == META:
            raise ReaderError(f'The table "{META}" belongs to the library itself', "Choose another name for yours")
        with store.begin_write():
            draft = _TableDraft(store.records.tables().get(self.name, {}))
            updater(draft)
            edits = [
                storage.to_edit(self.name, key, draft.before.get(key), after)
                for key, after in draft.after.items()
                if after is None or key not in draft.before or _is_changed(content_of(draft.before[key]), after)
            ]
            storage.commit(edits, f"change {self.name}")

    def insert(self, document: Mapping[str, Any]) -> int:
        """Add a document and return its number, which is chosen for its `id` where the table has ids and it brings one."""
        number = super().insert(document)  # pyright: ignore[reportUnknownMemberType]  # TinyDB has no stubs
        return self._number_of(document, number)

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Add documents as one change and return their numbers, as `insert` does."""
        documents = list(documents)
        numbers = super().insert_multiple(documents)  # pyright: ignore[reportUnknownMemberType]  # TinyDB has no stubs
        return list(map(self._number_of, documents, numbers))

    def _number_of(self, document: Mapping[str, Any], number: int) -> int:
        """Return the number of an added document, for which TinyDB proposed `number`."""
        store, record_id = self._journal.store, document.get("id")
        if not (has_ids(self.name) and isinstance(record_id, str) and record_id):
            return number
        with store.guard:
            key = store.records.key_of(self.name, record_id)
        return number if key is None else int(key)

    def _get_next_id(self) -> int:
        # Counted ids would collide with those of a plain TinyDB that writes too.
        return int(new_id().replace("-", ""), 16)

    def truncate(self) -> None:
        """Remove all documents of the table."""
        self.remove(doc_ids=[document.doc_id for document in self.all()])


class LibraryDB(TinyDB):
    """A library's folder as a TinyDB. Closing it folds all changes into the library's file."""

    table_class = JournalTable

    def __init__(self, folder: Path) -> None:
        """Read the library in a folder, which is created when it is missing. Raises ReaderError when that fails."""
        self._store = Store(Folder.create(folder))
        take_in_unsaved(self._store, PersonalState(self._store.folder))
        super().__init__(self._store, storage=JournalStorage)  # pyright: ignore[reportUnknownMemberType]  # TinyDB's own is untyped

    def drop_table(self, name: str) -> None:
        """Remove a table with all its documents."""
        self.table(name).truncate()  # pyright: ignore[reportUnknownMemberType]  # TinyDB has no stubs

    def drop_tables(self) -> None:
        """Remove all documents of all tables."""
        for name in self.tables():
            self.drop_table(name)

    def close(self) -> None:
        """Fold all changes into the library's file. Raises ReaderError when that fails after a change through this object."""
        if self._store.is_behind:
            try:
                self._store.checkpoint(wait=10.0)
            except ReaderError:
                # Nothing is lost: the journals hold what others changed, and a later checkpoint folds it in.
                if cast("JournalStorage", self.storage).has_written:
                    raise
        super().close()
