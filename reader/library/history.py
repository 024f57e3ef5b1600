"""Read the history of a library from its journals, and invert a change of it for undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from reader.library.folder import Folder
from reader.library.journal import REDO, UNDO, JournalEntry, newest_entries
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import VersionVector, to_plain
from reader.review.cells import Record
from reader.review.undo import BOOKMARK_LABEL, NEXT_CHANGE_HINT, UndoConflict, rebase_record


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


def labelled_entries(folder: Folder, article_id: str = "", until: VersionVector | None = None) -> Iterator[JournalEntry]:
    """Yield the changes that people can undo, of a library or of one article, the newest first; only those in `until`."""
    entries = newest_entries(folder, article_id, until)
    return (entry for entry in entries if entry.label and (not article_id or entry.article == article_id))


def read_history(folder: Folder, article_id: str = "", until: VersionVector | None = None) -> ChangeHistory:
    """Return the undo history of a library, or of one article; only with changes in `until`, and without bookmarks."""
    entries = labelled_entries(folder, article_id, until)
    return ChangeHistory(entry for entry in entries if not _label_of(entry).startswith(BOOKMARK_LABEL))


def invert_entry(entry: JournalEntry, current_record: Callable[[str, str], Record | None], by: str) -> Transaction:
    """Return the transaction that undoes a change, or redoes what the change undid.

    `current_record` returns a plain record by table and id. Raises UndoConflict when a part of the change was changed since.
    """
    edits: list[RecordEdit] = []
    for table, record_id, before, after in reversed(entry.operations):
        current = current_record(table, record_id)
        sides = (None if side is None else to_plain(side) for side in (after, before))
        try:
            edits.append(RecordEdit(table, record_id, current, rebase_record(current, *sides)))
        except UndoConflict as error:
            hint = "`reader history` shows the later changes"
            raise UndoConflict(f"{_refusal(entry)} ({error.what})", error.clashes, hint) from error
    if entry.undoes:
        return Transaction(tuple(edits), f"{REDO}{_label_of(entry)}", entry.article, by, redoes=entry.undoes)
    return Transaction(tuple(edits), f"{UNDO}{_label_of(entry)}", entry.article, by, undoes=entry.id)


def already_done_error(entry: JournalEntry) -> UndoConflict:
    """Return the error for a change that others have already undone or redone."""
    return UndoConflict(f"{_refusal(entry)} (others have already done so)", hint=NEXT_CHANGE_HINT)


def _label_of(entry: JournalEntry) -> str:
    return entry.label.removeprefix(UNDO).removeprefix(REDO)


def _refusal(entry: JournalEntry) -> str:
    return f"Not {'redone' if entry.undoes else 'undone'}: {_label_of(entry)}"
