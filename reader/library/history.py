"""Read the history of a library from its journals, and invert a change of it for undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

from reader.library.file_join import is_edit_of
from reader.library.folder import Folder
from reader.library.journal import REDO, UNDO, JournalEntry
from reader.library.journal_history import newest_entries
from reader.library.tables import SHARED, TAGS
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import Dot, VersionVector, is_unaltered, to_plain, tombstone_of, with_context
from reader.review.cells import Record
from reader.review.codec import as_list
from reader.review.undo import BOOKMARK_LABEL, NEXT_CHANGE_HINT, UndoConflict, rebase_record

CODEBOOK_SCOPE: Final = "library:codebook"
"""The `article` of changes of the codebook: so they have an undo history of their own."""


class ChangeHistory:
    """The changes of this session and earlier ones that can be undone and redone, from journal entries with the newest first.

    An undone change can be redone until a new one is made. Entries are read only as far as they are needed.
    """

    def __init__(self, entries: Iterator[JournalEntry]) -> None:
        self._entries = entries
        self._undo_states: dict[str, bool] = {}

    @property
    def undoable(self) -> Iterator[JournalEntry]:
        """The changes that can be undone, the newest first."""
        yield from self._latest[0]
        for entry in self._entries:
            if entry.undoes or entry.redoes:
                self._note_undo(entry)
            elif not self._undo_states.get(entry.id):
                yield entry

    @property
    def redoable(self) -> Iterator[JournalEntry]:
        """The undos whose change can be redone, the next one first."""
        yield from self._latest[1]

    @cached_property
    def _latest(self) -> tuple[list[JournalEntry], list[JournalEntry]]:
        """The newest change that can be undone, and the undos made after it whose change can be redone."""
        redoable: list[JournalEntry] = []
        for entry in self._entries:
            if entry.undoes or entry.redoes:
                if self._note_undo(entry) and entry.undoes:
                    redoable.append(entry)
            elif not self._undo_states.get(entry.id):
                return [entry], redoable
        return [], redoable

    def _note_undo(self, entry: JournalEntry) -> bool:
        """Note the state of a change after an undo or redo of it, unless a newer one is noted; return whether this one is."""
        target = entry.undoes or entry.redoes
        is_new = target not in self._undo_states
        self._undo_states.setdefault(target, bool(entry.undoes))
        return is_new


class Tombstones:
    """The tombstones of the records whose last change in `vector` is a removal."""

    def __init__(self, folder: Folder, vector: VersionVector) -> None:
        """Read the journals."""
        self._removals: dict[tuple[str, str], tuple[Record, VersionVector]] = {}
        visited = set[tuple[str, str]]()
        for entry in newest_entries(folder, until=vector.copy()):
            removals: dict[tuple[str, str], Record] = {}
            keys: set[tuple[str, str]] = set()
            for table, record_id, before, after in entry.operations:
                keys.add((table, record_id))
                removals.pop((table, record_id), None)
                if after is None and before is not None:
                    removals[table, record_id] = before
            context = entry.known_context if removals.keys() - visited else None
            self._removals |= {key: (before, context) for key, before in removals.items() if context and key not in visited}
            visited |= keys

    def find(self, table: str, record_id: str, vector: VersionVector) -> Record | None:
        """Return the tombstone of a record for a library that has seen `vector`; None when the journals do not hold it."""
        if (table, record_id) not in self._removals:
            return None
        before, context = self._removals[table, record_id]
        return tombstone_of(with_context(before, context, vector))


class Originals:
    """The states of records from which another program, which had seen `vector`, may have made the changes with a dot."""

    def __init__(self, folder: Folder, vector: VersionVector, dot: Dot) -> None:
        self._folder = folder
        self._vector = vector
        self._dot = dot

    def find(self, table: str, record_id: str, edited: Record, current: Record | None) -> Record | None:
        """Return the state of a record from which the program made `edited`, or None.

        All of the history is read only for a record with a `current` state here: without one, everything in `edited` is new.
        """
        states = [state for state in self._unseen_states.get((table, record_id), ()) if is_edit_of(edited, state)]
        if current is not None and not any(map(is_unaltered, states)):
            states.extend(state for state in self._seen_states.get((table, record_id), ()) if is_edit_of(edited, state))
        # Where nobody knows the original of an earlier edit, the journal holds the record as that edit left it.
        return max(states, key=is_unaltered, default=None)

    @cached_property
    def _unseen_states(self) -> dict[tuple[str, str], list[Record]]:
        """The states before the changes that the program had not seen."""
        states: dict[tuple[str, str], list[Record]] = {}
        for entry in newest_entries(self._folder, beyond=self._vector):
            if entry.merge_vector is not None and self._dot in entry.merge_vector:
                continue
            for table, record_id, before, _ in entry.operations:
                if before is not None:
                    states.setdefault((table, record_id), []).append(before)
        return states

    @cached_property
    def _seen_states(self) -> dict[tuple[str, str], list[Record]]:
        """The states after the changes that the program had seen."""
        states: dict[tuple[str, str], list[Record]] = {}
        for entry in newest_entries(self._folder, until=self._vector):
            for table, record_id, _, after in entry.operations:
                if after is not None:
                    states.setdefault((table, record_id), []).append(after)
        return states


def labelled_entries(folder: Folder, article_id: str = "", until: VersionVector | None = None) -> Iterator[JournalEntry]:
    """Yield the changes that people can undo, of a library or of one article, the newest first; only those in `until`."""
    entries = newest_entries(folder, article_id, until)
    return (entry for entry in entries if entry.label and (not article_id or entry.article == article_id))


def read_history(folder: Folder, article_id: str = "", until: VersionVector | None = None) -> ChangeHistory:
    """Return the undo history of a library, or of one article; only with changes in `until`, and without bookmarks."""
    entries = labelled_entries(folder, article_id, until)
    return ChangeHistory(entry for entry in entries if not original_label(entry).startswith(BOOKMARK_LABEL))


def invert_entry(entry: JournalEntry, current_record: Callable[[str, str], Record | None], by: str) -> Transaction:
    """Return the transaction that undoes a change, or redoes what the change undid.

    `current_record` returns a plain record by table and id. Raises UndoConflict when a part of the change was changed since.
    """
    edits: list[RecordEdit] = []
    for table, record_id, before, after in reversed(tuple(entry.operations)):
        current = current_record(table, record_id)
        if table == SHARED and current != (after and to_plain(after)):
            continue  # an article that was deleted and shared anew stays as it is shared now
        sides = (None if side is None else to_plain(side) for side in (after, before))
        try:
            if entry.article == CODEBOOK_SCOPE and table != TAGS:
                edits.extend(_restore_tags(RecordEdit(table, record_id, *sides), current))
            else:
                edits.append(RecordEdit(table, record_id, current, rebase_record(current, *sides)))
        except UndoConflict as error:
            hint = "`reader history` shows the later changes"
            raise UndoConflict(f"{_refusal(entry)} ({error.what})", error.clashes, hint) from error
    if entry.undoes:
        return Transaction(tuple(edits), f"{REDO}{original_label(entry)}", entry.article, by, redoes=entry.undoes)
    return Transaction(tuple(edits), f"{UNDO}{original_label(entry)}", entry.article, by, undoes=entry.id)


def _restore_tags(edit: RecordEdit, current: Record | None) -> Iterator[RecordEdit]:
    """Yield the edit that takes back a change of the codebook on what bears tags, as far as nobody changed those tags since.

    What was removed since stays removed, and a tag that was taken off is not brought back under its other name.
    """
    old, new, now = ([str(name) for name in as_list((side or {}).get(TAGS))] for side in (edit.before, edit.after, current))
    replaced = set(old) - set(new)
    if current is not None and (not replaced or not replaced.isdisjoint(now)):
        names = [name for name in now if name not in replaced]
        names.extend(name for name in new if name not in old and name not in names)
        restored = {**current, TAGS: names}
        if not names and TAGS not in (edit.after or {}):
            del restored[TAGS]
        yield RecordEdit(edit.table, edit.id, current, restored)


def already_done_error(entry: JournalEntry) -> UndoConflict:
    """Return the error for a change that others have already undone or redone."""
    return UndoConflict(f"{_refusal(entry)} (others have already done so)", hint=NEXT_CHANGE_HINT)


def original_label(entry: JournalEntry | None) -> str:
    """Return the label of the change that an entry made, undid or redid; "" for none."""
    return "" if entry is None else entry.label.removeprefix(UNDO).removeprefix(REDO)


def _refusal(entry: JournalEntry) -> str:
    return f"Not {'redone' if entry.undoes else 'undone'}: {original_label(entry)}"
