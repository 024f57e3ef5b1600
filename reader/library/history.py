"""The history of a library: what its logs still hold, the latest first, and what can be taken back of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reader.library.folder import Folder
from reader.library.log import REDO, UNDO, Line
from reader.library.logs import latest_first
from reader.library.store import Request, Wanted
from reader.library.versions import Seen, plain_of
from reader.review.cells import Record
from reader.review.undoing import CannotUndo, record_turned


@dataclass(frozen=True, slots=True)
class Past:
    """What can be taken back and done again.

    `undoable` are changes, the latest first, read as they are asked for; `redoable` those that took one back, the next first.
    """

    undoable: Iterator[Line]
    redoable: tuple[Line, ...]


def past_of(folder: Folder, article_id: str = "", until: Seen | None = None) -> Past:
    """Return what was done in a library, or to one article of it, and what of that was undone and not followed by anything.

    A change that was undone can be done again until a new one is made, in this session or any before it.
    """
    lines = (
        line
        for line in latest_first(folder, article_id, until)
        if line.label and (not article_id or line.article == article_id)
    )
    undone: dict[str, bool] = {}
    redoable: list[Line] = []
    first: list[Line] = []
    for line in lines:
        if line.undoes or line.redoes:
            if _says(line, undone) and line.undoes:
                redoable.append(line)
        elif not undone.get(line.id):
            first.append(line)
            break
    return Past(_undoable(first, lines, undone), tuple(redoable))


def taken_back(line: Line, now: Callable[[str, str], Record | None], by: str) -> Request:
    """Return the request that takes a change back, or does it again if it took one back.

    `now` returns a plain record as it is now, by table and id. Raises CannotUndo when something of it was changed since.
    """
    wanted: list[Wanted] = []
    name = line.label.removeprefix(UNDO)
    for table, record_id, before, after in reversed(line.operations):
        current = now(table, record_id)
        sides = (None if side is None else plain_of(side) for side in (after, before))
        try:
            wanted.append(Wanted(table, record_id, current, record_turned(current, *sides)))
        except CannotUndo as error:
            hint = "`reader history` shows what was done since"
            raise CannotUndo(
                f"not {'done again' if line.undoes else 'undone'}: {name} ({error.what})", error.clashes, hint
            ) from error
    if line.undoes:
        return Request(tuple(wanted), f"{REDO}{name}", line.article, by, redoes=line.undoes)
    return Request(tuple(wanted), f"{UNDO}{name}", line.article, by, undoes=line.id)


def _undoable(first: list[Line], lines: Iterator[Line], undone: dict[str, bool]) -> Iterator[Line]:
    yield from first
    for line in lines:
        if line.undoes or line.redoes:
            _says(line, undone)
        elif not undone.get(line.id):
            yield line


def _says(line: Line, undone: dict[str, bool]) -> bool:
    """Note whether a change is undone by what a line says of it, unless a later line said it; return whether that was new."""
    target = line.undoes or line.redoes
    new = target not in undone
    undone.setdefault(target, bool(line.undoes))
    return new
