"""Taking a change back, or doing it again, on what is there now: others may have worked on it since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from reader.errors import ReaderError
from reader.review.cells import (
    Record,
    RecordCells,
    changed_cells,
    from_cells,
    is_same_record,
    is_same_value,
    is_user_written,
    rebase_cells,
    to_cells,
)
from reader.review.codec import field_labels
from reader.review.model import Annotation, Attachment, Bookmark, Change, Dismissal, Edit, ReviewItem, Source
from reader.review.records import item_from_record, item_to_record

_ONWARD: Final = "again: goes on to the one before"


class UndoConflict(ReaderError):
    """A change cannot be taken back, because what it made was changed since. `clashes` names the cells."""

    def __init__(self, what: str, clashes: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(what, hint)
        self.clashes = clashes


class UndoStack:
    """What can be taken back, the latest first, and what was taken back and can be done again.

    A new change forgets what could have been done again.
    """

    def __init__(self, undoable: Iterator[Change] | None = None, redoable: Iterator[Change] | None = None) -> None:
        """Take the changes of earlier sessions, read as needed: `undoable` the latest first, `redoable` the next first."""
        self._undoable: Iterator[Change] = iter(()) if undoable is None else undoable
        self._done: list[Change] = []
        self._redoable: Iterator[Change] = iter(()) if redoable is None else redoable
        self._undone: list[Change] = []

    def push(self, change: Change) -> None:
        """Note a new change."""
        self._done.append(change)
        self._undone.clear()
        self._redoable = iter(())

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        self.load_past()
        return bool(self._done)

    def load_past(self) -> None:
        """Read the latest change of earlier sessions, if this one has made none."""
        if not self._done:
            self._done.extend(next(([change] for change in self._undoable), ()))

    def pop_undo(self) -> Change | None:
        """Return the change to take back and forget it, None when there is none."""
        return self._done.pop() if self.can_undo else None

    def push_undone(self, change: Change) -> None:
        """Note that a change was taken back."""
        self._undone.append(change)

    def pop_redo(self) -> Change | None:
        """Return the change to do again and forget it, None when there is none."""
        return self._undone.pop() if self._undone else next(self._redoable, None)

    def push_redone(self, change: Change) -> None:
        """Note that a change was done again."""
        self._done.append(change)


def rebase_change(change: Change, current: Callable[[ReviewItem], ReviewItem | None], failed: str) -> Change:
    """Return a change as it can be made on what is there now; `current` returns an item as it is, None when it is not there.

    Raises CannotUndo, saying what `failed`, when it would take away or overwrite what was done since, or change nothing.
    """
    edits: list[Edit] = []
    for edit in change.edits:
        now = current(edit.item)
        try:
            wanted = edit.after if now == edit.before else _item_turned(now, edit)
        except UndoConflict as error:
            raise UndoConflict(f"{failed} ({error.what})", error.clashes, _ONWARD) from error
        if wanted != now:
            edits.append(Edit(now, wanted))
    if not edits:
        raise UndoConflict(f"{failed} (others have done that already)", hint=_ONWARD)
    return replace(change, edits=tuple(edits))


def merge_remote(edits: Iterable[Edit], current: Callable[[ReviewItem], ReviewItem | None]) -> Change:
    """Return what others' edits change of what is there now: what was changed here meanwhile stays."""
    effective: list[Edit] = []
    for edit in edits:
        now = current(edit.item)
        wanted = _item_received(now, edit)
        if wanted != now:
            effective.append(Edit(now, wanted))
    return Change("", tuple(effective))


def _item_received(now: ReviewItem | None, edit: Edit) -> ReviewItem | None:
    if now is None or now == edit.before:
        return edit.after
    if edit.before is None:
        return now
    here, before = to_cells(item_to_record(now)), to_cells(item_to_record(edit.before))
    if edit.after is None:
        return None if is_same_record(here, before) else now
    after = to_cells(item_to_record(edit.after))
    result = rebase_cells(here, before, after)
    # Which other values a cell has is not said here, unless by choosing one: then none is left.
    rivals = {cell for cell in result.clashes if cell.startswith("_rivals/") and cell in here}
    kept = {cell: value for cell, value in result.cells.items() if cell not in rivals}
    return item_from_record(now, from_cells(kept | {cell: after[cell] for cell in rivals if cell in after}))


def _item_turned(now: ReviewItem | None, edit: Edit) -> ReviewItem | None:
    sides = (None if item is None else item_to_record(item) for item in (now, edit.before, edit.after))
    record = rebase_record(*sides)
    return None if record is None else item_from_record(edit.item, record)


def rebase_record(current: Record | None, before: Record | None, after: Record | None) -> Record | None:
    """Return what a plain record becomes when a change from `before` to `after` is made on what is there now.

    Raises CannotUndo when the change would take away or overwrite what was done since.
    """
    if after is None:
        if current is not None and not is_same_record(to_cells(current), to_cells(before or {})):
            raise UndoConflict("it has been worked on since, and would be lost")
        return None
    if before is None:
        return after if current is None else current
    if current is None:
        raise UndoConflict("it has been removed since")
    now, was, wanted = to_cells(current), _by_hand(before), _by_hand(after)
    result = rebase_cells(now, was, wanted)
    rivals = (c for c in changed_cells(was, wanted) if not is_same_value(now.get(f"_rivals/{c}"), was.get(f"_rivals/{c}")))
    clashes = tuple(dict.fromkeys((*result.clashes, *rivals)))
    if clashes:
        raise UndoConflict(f"{' and '.join(dict.fromkeys(map(_cell_label, clashes)))} changed since", clashes)
    return from_cells(result.cells)


def _cell_label(cell: str) -> str:
    """Return what people call a cell of a record."""
    labels = {kind.STORED_IN: kind.LABEL for kind in (Bookmark, Dismissal, Attachment)}
    for kind in (Annotation, Source):
        labels |= field_labels(kind)
    return labels.get(cell.partition("/")[0], cell)


def _by_hand(record: Record) -> RecordCells:
    """Return the cells that somebody wrote by hand, and the rivals of those; what the program notes by itself goes on."""
    return {cell: value for cell, value in to_cells(record).items() if is_user_written(cell)}
