"""Undo and redo changes on the current state, which others may have changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from reader.review.model import (
    Annotation,
    Assignment,
    Attachment,
    Bookmark,
    Change,
    Correction,
    Dismissal,
    Edit,
    ReviewItem,
    Source,
    Tag,
)
from reader.review.records import item_from_record, item_to_record

BOOKMARK_LABEL: Final = "bookmark "
"""The start of the label of a change that sets a bookmark, which undo leaves alone."""
NEXT_CHANGE_HINT: Final = "Repeat to go on to the next change"


class UndoConflict(ReaderError):
    """A failure to undo or redo a change because others have changed the same cells since. `clashes` names the cells."""

    def __init__(self, what: str, clashes: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(what, hint)
        self.clashes = clashes


class UndoStack:
    """The changes that can be undone, the latest first, and those that can be redone. A new change clears the latter."""

    def __init__(self, undoable: Iterator[Change] | None = None, redoable: Iterator[Change] | None = None) -> None:
        """Take the changes of earlier sessions, read as needed: `undoable` the latest first, `redoable` the next first."""
        self._past_changes: Iterator[Change] = iter(()) if undoable is None else undoable
        self._undo_stack: list[Change] = []
        self._future_changes: Iterator[Change] = iter(()) if redoable is None else redoable
        self._redo_stack: list[Change] = []

    def push(self, change: Change) -> None:
        """Add a new change."""
        self._undo_stack.append(change)
        self._redo_stack.clear()
        self._future_changes = iter(())

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        self.load_past()
        return bool(self._undo_stack)

    def load_past(self) -> None:
        """Load the latest change of earlier sessions if this session has none."""
        if not self._undo_stack:
            self._undo_stack.extend(next(([change] for change in self._past_changes), ()))

    @property
    def undo_step(self) -> str:
        """The step of the change to undo, as far as it is loaded; "" if it belongs to none."""
        return self._undo_stack[-1].step if self._undo_stack else ""

    @property
    def redo_step(self) -> str:
        """The step of the change to redo, as far as it is loaded; "" if it belongs to none."""
        return self._redo_stack[-1].step if self._redo_stack else ""

    def pop_undo(self) -> Change | None:
        """Remove and return the change to undo, None if there is none."""
        return self._undo_stack.pop() if self.can_undo else None

    def push_undone(self, change: Change) -> None:
        """Add a change that was undone."""
        self._redo_stack.append(change)

    def pop_redo(self) -> Change | None:
        """Remove and return the change to redo, None if there is none."""
        return self._redo_stack.pop() if self._redo_stack else next(self._future_changes, None)

    def push_redone(self, change: Change) -> None:
        """Add a change that was redone."""
        self._undo_stack.append(change)


def rebase_change(change: Change, current: Callable[[ReviewItem], ReviewItem | None], message: str) -> Change:
    """Return a change rebased on the current state; `current` returns the current version of an item, None if there is none.

    Raises UndoConflict, with `message`, if the change would remove or overwrite later work, or change nothing.
    """
    edits: list[Edit] = []
    for edit in change.edits:
        now = current(edit.item)
        try:
            target = edit.after if now == edit.before else _rebase_item(now, edit)
        except UndoConflict as error:
            raise UndoConflict(f"{message} ({error.what})", error.clashes, NEXT_CHANGE_HINT) from error
        if target != now:
            edits.append(Edit(now, target))
    if not edits:
        raise UndoConflict(f"{message} (others have already done so)", hint=NEXT_CHANGE_HINT)
    return replace(change, edits=tuple(edits))


def join_step(changes: Sequence[Change | None]) -> Change | None:
    """Return the changes of a step as one change, for people to read; None if there is none."""
    step = [change for change in changes if change is not None]
    if len(step) < 2:
        return next(iter(step), None)
    edits = tuple(edit for change in step for edit in change.edits)
    return replace(step[-1], label=f"{step[-1].label} and {len(step) - 1} more", edits=edits)


def merge_remote(edits: Iterable[Edit], current: Callable[[ReviewItem], ReviewItem | None]) -> Change:
    """Return the change that others' edits make to the current state; cells that were changed here meanwhile are kept."""
    effective: list[Edit] = []
    for edit in edits:
        now = current(edit.item)
        target = _merge_item(now, edit)
        if target != now:
            effective.append(Edit(now, target))
    return Change("", tuple(effective))


def _merge_item(now: ReviewItem | None, edit: Edit) -> ReviewItem | None:
    if now is None or now == edit.before:
        return edit.after
    if edit.before is None:
        return now
    current, before = to_cells(item_to_record(now)), to_cells(item_to_record(edit.before))
    if edit.after is None:
        return None if is_same_record(current, before) else now
    after = to_cells(item_to_record(edit.after))
    result = rebase_cells(current, before, after)
    # The conflicts of a cell that was changed here stay, unless the other side settled them.
    rivals = {cell for cell in result.clashes if cell.startswith("_rivals/") and cell in current}
    cells = {cell: value for cell, value in result.cells.items() if cell not in rivals}
    return item_from_record(now, from_cells(cells | {cell: after[cell] for cell in rivals if cell in after}))


def _rebase_item(now: ReviewItem | None, edit: Edit) -> ReviewItem | None:
    sides = (None if item is None else item_to_record(item) for item in (now, edit.before, edit.after))
    record = rebase_record(*sides)
    return None if record is None else item_from_record(edit.item, record)


def rebase_record(current: Record | None, before: Record | None, after: Record | None) -> Record | None:
    """Return a plain record after the change from `before` to `after` is applied to its current version.

    Raises UndoConflict if the change would remove or overwrite later work.
    """
    if after is None:
        if current is not None and not is_same_record(to_cells(current), to_cells(before or {})):
            raise UndoConflict("later changes to it would be lost")
        return None
    if before is None:
        return after if current is None else current
    if current is None:
        raise UndoConflict("it was removed since")
    now, old, new = to_cells(current), _user_written_cells(before), _user_written_cells(after)
    result = rebase_cells(now, old, new)
    rivals = (c for c in changed_cells(old, new) if not is_same_value(now.get(f"_rivals/{c}"), old.get(f"_rivals/{c}")))
    clashes = tuple(dict.fromkeys((*result.clashes, *rivals)))
    if clashes:
        raise UndoConflict(f"{' and '.join(dict.fromkeys(map(_cell_label, clashes)))} changed since", clashes)
    return from_cells(result.cells)


def _cell_label(cell: str) -> str:
    """Return the label of a cell of a record for people."""
    labels = {kind.STORED_IN: kind.LABEL for kind in (Bookmark, Dismissal, Attachment, Correction, Assignment)}
    for kind in (Annotation, Source, Tag):
        labels |= field_labels(kind)
    return labels.get(cell.partition("/")[0], cell)


def _user_written_cells(record: Record) -> RecordCells:
    """Return the cells that people wrote, and the conflicts of those."""
    return {cell: value for cell, value in to_cells(record).items() if is_user_written(cell)}
