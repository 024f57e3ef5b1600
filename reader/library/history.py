"""The history of a library: what its logs still hold, the latest first, and what can be taken back of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from reader.library.folder import Folder
from reader.library.journal import REDO, UNDO, JournalEntry, newest_entries
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import VersionVector, to_plain
from reader.review.cells import Record
from reader.review.undo import UndoConflict, rebase_record


class ChangeHistory:
    """What can be taken back and done again of `lines`, changes of a library or an article with the latest first.

    A change that was undone can be done again until a new one is made, in this session or any before it. The lines are read as
    far as they are needed, and not before.
    """

    def __init__(self, lines: Iterator[JournalEntry]) -> None:
        self._lines = lines
        self._undo_states: dict[str, bool] = {}

    @property
    def undoable(self) -> Iterator[JournalEntry]:
        """The changes that can be taken back, the latest first."""
        yield from self._latest[0]
        for line in self._lines:
            if line.undoes or line.redoes:
                self._note_undo(line)
            elif not self._undo_states.get(line.id):
                yield line

    @property
    def redoable(self) -> Iterator[JournalEntry]:
        """The changes that took one back which can be done again, the next first."""
        yield from self._latest[1]

    @cached_property
    def _latest(self) -> tuple[list[JournalEntry], list[JournalEntry]]:
        """The first change that can be taken back, and those that took back what can be done again."""
        redoable: list[JournalEntry] = []
        for line in self._lines:
            if line.undoes or line.redoes:
                if self._note_undo(line) and line.undoes:
                    redoable.append(line)
            elif not self._undo_states.get(line.id):
                return [line], redoable
        return [], redoable

    def _note_undo(self, line: JournalEntry) -> bool:
        """Note whether a change is undone by what a line says of it, unless a later line said it; return if it was new."""
        target = line.undoes or line.redoes
        new = target not in self._undo_states
        self._undo_states.setdefault(target, bool(line.undoes))
        return new


def read_history(folder: Folder, article_id: str = "", until: VersionVector | None = None) -> ChangeHistory:
    """Return what was done in a library, or to one article of it, and what of that was undone; only what is in `until`."""
    lines = newest_entries(folder, article_id, until)
    return ChangeHistory(line for line in lines if line.label and (not article_id or line.article == article_id))


def invert_entry(line: JournalEntry, now: Callable[[str, str], Record | None], by: str) -> Transaction:
    """Return the request that takes a change back, or does it again if it took one back.

    `now` returns a plain record as it is now, by table and id. Raises CannotUndo when something of it was changed since.
    """
    wanted: list[RecordEdit] = []
    name = _label_of(line)
    for table, record_id, before, after in reversed(line.operations):
        current = now(table, record_id)
        sides = (None if side is None else to_plain(side) for side in (after, before))
        try:
            wanted.append(RecordEdit(table, record_id, current, rebase_record(current, *sides)))
        except UndoConflict as error:
            hint = "`reader history` shows what was done since"
            raise UndoConflict(f"{_refusal(line)} ({error.what})", error.clashes, hint) from error
    if line.undoes:
        return Transaction(tuple(wanted), f"{REDO}{name}", line.article, by, redoes=line.undoes)
    return Transaction(tuple(wanted), f"{UNDO}{name}", line.article, by, undoes=line.id)


def already_done_error(line: JournalEntry) -> UndoConflict:
    """Return the error that says that a change could not be taken back or done again, as others have done that."""
    return UndoConflict(f"{_refusal(line)} (others have done that already)", hint="again: goes on to the one before")


def _label_of(line: JournalEntry) -> str:
    return line.label.removeprefix(UNDO)


def _refusal(line: JournalEntry) -> str:
    return f"not {'done again' if line.undoes else 'undone'}: {_label_of(line)}"
