"""The cells of a record: its smallest parts that are changed, merged and taken back each by itself.

A field is one cell, but tags are one cell a name, judgements one a reference, bookmarks one a letter. So two people who tag one
claim, or judge two of its references, never meet. What is undone, merged and carried over is always cells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

Record = dict[str, object]
RecordCells = dict[str, object]
"""The values of a record by the names of its cells: "note", "tags/economy", "judgements/2"."""

NAME_LISTS: Final = ("tags", "names")
"""The fields that are lists of names."""
KEYED_LISTS: Final = {"judgements": "reference", "editions": "digest", "texts": "digest"}
"""The fields that are lists of mappings, each named by one of its own fields."""
MAPPING_FIELDS: Final = ("bookmarks", "dismissed", "attached", "places", "links", "_rivals")
"""The fields whose entries stand each for itself."""
LATEST_WINS: Final = frozenset(["updated", "opened", "reading", "progress", "source", "title", "format", "digest", "original"])
"""The fields of which the later value counts: nobody wrote them by hand."""

_ABSENT: Final = object()
_canonical = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class RebaseResult:
    """What came of carrying a change over: the cells, and the names of those that stayed because both sides changed them."""

    cells: RecordCells
    clashes: tuple[str, ...]


def to_cells(record: Mapping[str, object]) -> RecordCells:
    """Return the cells of a record. `record_of` makes the same record of them again."""
    cells: RecordCells = {}
    for field, value in record.items():
        parts = _parts(field, value)
        if parts is None:
            cells[_whole(field)] = value
        else:
            cells[field] = type(value)()
            cells.update((f"{field}/{key}", part) for key, part in parts.items())
    return cells


def from_cells(cells: RecordCells) -> Record:
    """Return the record that has these cells, its lists in the order of the cells."""
    record: Record = {}
    parts: list[tuple[str, str, object]] = []
    for cell, value in cells.items():
        field, slash, key = ("", "", "") if cell.startswith("=") else cell.partition("/")
        if slash:
            parts.append((field, key, value))
        else:
            record[cell.removeprefix("=")] = _copied(value)
    for field, key, value in parts:
        holder = record.setdefault(field, {} if field in MAPPING_FIELDS else [])
        if isinstance(holder, dict):
            holder[key] = value
        elif isinstance(holder, list):
            cast("list[object]", holder).append(value)
        else:
            record[field] = [holder, value]
    return record


def rebase_cells(current: RecordCells, before: RecordCells, after: RecordCells) -> RebaseResult:
    """Carry what changed from `before` to `after` over to `current`, cell by cell.

    A cell that `current` holds otherwise than both of them stays, and is named as a clash.
    """
    cells, clashes = dict(current), list[str]()
    for cell in changed_cells(before, after):
        new, mine = after.get(cell, _ABSENT), current.get(cell, _ABSENT)
        if is_user_written(cell) and not is_same_value(mine, before.get(cell, _ABSENT)) and not is_same_value(mine, new):
            clashes.append(cell)
        elif new is _ABSENT:
            cells.pop(cell, None)
        else:
            cells[cell] = new
    return RebaseResult(cells, tuple(clashes))


def changed_cells(before: RecordCells, after: RecordCells) -> list[str]:
    """Return the names of the cells that differ, those of `before` first."""
    return [c for c in {**before, **after} if not is_same_value(before.get(c, _ABSENT), after.get(c, _ABSENT))]


def is_user_written(cell: str) -> bool:
    """Whether somebody wrote what is in a cell. What the program notes by itself nobody misses, nor other values of it."""
    return cell.removeprefix("_rivals/") not in LATEST_WINS


def is_same_record(one: RecordCells, other: RecordCells) -> bool:
    """Whether two records say the same.

    They differ at most in cells of which the later value counts, or in what is empty in one and missing in the other.
    """
    return all(
        not is_user_written(cell) or is_same_value(_full(one.get(cell)), _full(other.get(cell)))
        for cell in changed_cells(one, other)
    )


def is_same_value(one: object, other: object) -> bool:
    """Whether two JSON values are the same. Unlike `==` it tells 1 from true, and finds NaN the same as itself."""
    if one is other:
        return True
    if one is _ABSENT or other is _ABSENT:
        return False
    return _canonical(one) == _canonical(other)


def _full(value: object) -> object:
    """Return a value without what is empty in it; None for one that is empty."""
    if isinstance(value, dict):
        kept = {name: _full(part) for name, part in cast("Record", value).items()}
        value = {name: part for name, part in kept.items() if part is not None}
    elif isinstance(value, list):
        value = [_full(part) for part in cast("list[object]", value)]
    return value if value or value is False else None


def _parts(field: str, value: object) -> dict[str, object] | None:
    """Return the parts of a field by their keys, or None when the field is one cell."""
    if field in MAPPING_FIELDS and isinstance(value, dict):
        return cast("dict[str, object]", value)
    if not isinstance(value, list):
        return None
    items = cast("list[object]", value)
    if field in NAME_LISTS:
        keys = items
    elif field in KEYED_LISTS:
        keys = [cast("Record", item).get(KEYED_LISTS[field]) if isinstance(item, dict) else None for item in items]
    else:
        return None
    named = {key: item for key, item in zip(keys, items, strict=True) if isinstance(key, str)}
    return named if len(named) == len(items) else None


def _whole(field: str) -> str:
    """Return the name of a field that is one cell; one that could be taken for something else is marked."""
    return f"={field}" if "/" in field or field[:1] in ("", "=", "*") else field


def _copied(value: object) -> object:
    # The list or mapping that parts are put into must not be the one that the cells hold.
    if isinstance(value, list):
        return list(cast("list[object]", value))
    return dict(cast("Record", value)) if isinstance(value, dict) else value
