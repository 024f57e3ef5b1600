"""Divide records into cells, the smallest parts that are changed, merged and undone on their own.

Most fields are one cell, but each tag, each judgement (by its reference) and each bookmark is a cell of its own. So two people
who tag the same claim, or judge two of its references, never conflict.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, cast

Record = dict[str, object]
RecordCells = dict[str, object]
"""The values of a record by the names of their cells: "note", "tags/economy", "judgements/2"."""

NAME_LISTS: Final = ("tags", "names")
"""The fields that are lists of names."""
KEYED_LISTS: Final = {"judgements": "reference", "editions": "digest", "texts": "digest"}
"""The fields that are lists of mappings, each with the field that is the key of those mappings."""
MAPPING_FIELDS: Final = (
    "bookmarks",
    "dismissed",
    "attached",
    "corrected",
    "assigned",
    "places",
    "links",
    "readings",
    "settlements",
    "_rivals",
)
"""The fields whose entries are cells."""
LATEST_WINS: Final = frozenset(
    [
        *("updated", "opened", "reading", "progress", "source", "address"),
        *("title", "format", "digest", "original", "byline", "site", "date"),
    ]
)
"""The fields that the program writes by itself: the later of two values counts, and they never conflict."""

_KEPT_NAMES: Final = 256
"""The number of names of cells that are kept: all records of a table have the same fields."""
_ABSENT: Final = object()
_canonical = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode


class RebaseResult(NamedTuple):
    """The cells after a rebase, and the names of those that were kept because both sides changed them."""

    cells: RecordCells
    clashes: tuple[str, ...]


def to_cells(record: Mapping[str, object]) -> RecordCells:
    """Return the cells of a record. `from_cells` is the inverse."""
    cells: RecordCells = {}
    for field, value in record.items():
        parts = _parts_of_field(field, value) if issubclass(type(value), (dict, list)) else None
        if parts is None:
            cells[_field_cell_name(field)] = value
        else:
            cells[field] = type(value)()
            cells.update((f"{field}/{key}", part) for key, part in parts.items())
    return cells


def from_cells(cells: RecordCells) -> Record:
    """Return the record with these cells; its lists are in the order of the cells."""
    record: Record = {}
    parts: list[tuple[str, str, object]] = []
    for cell, value in cells.items():
        field, slash, key = ("", "", "") if cell.startswith("=") else cell.partition("/")
        if slash:
            parts.append((field, key, value))
        else:
            record[cell.removeprefix("=")] = _shallow_copy(value)
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
    """Apply the difference between `before` and `after` to `current`, cell by cell.

    A cell that differs in `current` from both of them is kept, and is a clash.
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


def changed_cells(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Return the names of the cells that differ, those of `before` first."""
    return [c for c in {**before, **after} if not is_same_value(before.get(c, _ABSENT), after.get(c, _ABSENT))]


def is_user_written(cell: str) -> bool:
    """Whether people write this cell or, for a cell of conflicts, the cell in conflict. The program writes all others."""
    return cell.removeprefix("_rivals/") not in LATEST_WINS


def is_same_record(one: RecordCells, other: RecordCells) -> bool:
    """Whether two records are equal, apart from cells that the program writes and empty values that one of them lacks."""
    return all(
        not is_user_written(cell) or is_same_value(_without_empty_parts(one.get(cell)), _without_empty_parts(other.get(cell)))
        for cell in changed_cells(one, other)
    )


def is_same_value(one: object, other: object) -> bool:
    """Whether two JSON values are equal. Unlike with `==`, 1 differs from true, and NaN equals itself."""
    if one is other:
        return True
    if _are_plain_texts(one, other):
        return one == other
    if one is _ABSENT or other is _ABSENT or _has_other_text(one, other):
        return False
    # Values that are written alike are equal, and mostly they are: to sort their names takes three times as long.
    return repr(one) == repr(other) or _canonical(one) == _canonical(other)


def _has_other_text(one: object, other: object) -> bool:
    """Whether two values are mappings in which a name stands for different texts, as in most that differ."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return False
    pairs = ((value, cast("Record", other).get(name)) for name, value in cast("Record", one).items())
    return any(_are_plain_texts(*pair) and pair[0] != pair[1] for pair in pairs)


def _are_plain_texts(one: object, other: object) -> bool:
    """Whether two values are texts of ASCII: of others, JSON writes two halves of a character as it writes the whole one."""
    return isinstance(one, str) and isinstance(other, str) and one.isascii() and other.isascii()


def is_among(value: object, values: Iterable[object]) -> bool:
    """Whether a JSON value equals one of several, by `is_same_value`."""
    return any(is_same_value(value, one) for one in values)


def _without_empty_parts(value: object) -> object:
    """Return a value without its empty parts; None for an empty value."""
    if isinstance(value, dict):
        parts = {name: _without_empty_parts(part) for name, part in cast("Record", value).items()}
        value = {name: part for name, part in parts.items() if part is not None}
    elif isinstance(value, list):
        value = [_without_empty_parts(part) for part in cast("list[object]", value)]
    return value if value or value is False else None


def _parts_of_field(field: str, value: object) -> dict[str, object] | None:
    """Return the parts of a field by their keys, or None if the field is one cell."""
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
    by_key = {key: item for key, item in zip(keys, items, strict=True) if isinstance(key, str)}
    return by_key if len(by_key) == len(items) else None


@lru_cache(_KEPT_NAMES)
def _field_cell_name(field: str) -> str:
    """Return the cell name of a field that is one cell, with "=" before a name that looks like that of a part."""
    return f"={field}" if "/" in field or field[:1] in ("", "=", "*") else field


def _shallow_copy(value: object) -> object:
    # Parts are added to the copy: the cells must not change.
    if isinstance(value, list):
        return list(cast("list[object]", value))
    return dict(cast("Record", value)) if isinstance(value, dict) else value
