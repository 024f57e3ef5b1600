"""Taking a change back, or doing it again, on what is there now: others may have worked on it since."""

from __future__ import annotations

from reader.errors import ReaderError
from reader.review.cells import LATEST, Cells, Record, alike, carried, cells_of, changed, record_of, same

WORDS = {
    "note": "its note",
    "kind": "its kind",
    "selector": "its start or end",
    "edition": "its start or end",
    "tags": "its tags",
    "judgements": "a verdict on it",
    "bookmarks": "a bookmark",
}
"""How people call the fields of a record."""


class CannotUndo(ReaderError):
    """A change cannot be taken back, because what it made was changed since. `clashes` names the cells."""

    def __init__(self, what: str, clashes: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(what, hint)
        self.clashes = clashes


def turned(current: Record | None, before: Record | None, after: Record | None) -> Record | None:
    """Return what a plain record becomes when a change from `before` to `after` is made on what is there now.

    Raises CannotUndo when the change would take away or overwrite what was done since.
    """
    if after is None:
        if current is not None and not alike(cells_of(current), cells_of(before or {})):
            raise CannotUndo("it has been worked on since, and would be lost")
        return None
    if before is None:
        return after if current is None else current
    if current is None:
        raise CannotUndo("it has been removed since")
    now, was, wanted = cells_of(current), _by_hand(before), _by_hand(after)
    result = carried(now, was, wanted)
    rivals = (c for c in changed(was, wanted) if not same(now.get(f"_rivals/{c}"), was.get(f"_rivals/{c}")))
    clashes = tuple(dict.fromkeys((*result.clashes, *rivals)))
    if clashes:
        words = dict.fromkeys(WORDS.get(cell.partition("/")[0], cell) for cell in clashes)
        raise CannotUndo(f"{' and '.join(words)} changed since", clashes)
    return record_of(result.cells)


def _by_hand(record: Record) -> Cells:
    """Return the cells that somebody wrote by hand, and the rivals of those; what the program notes by itself goes on."""
    return {cell: value for cell, value in cells_of(record).items() if cell.removeprefix("_rivals/") not in LATEST}
