"""Taking a library file in: what it says is joined with what is known, cell by cell, whoever wrote it.

Records as a library wrote them carry their versions. What another program made or changed gets a version that names the file,
so that every window that takes the same file in comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from reader.library.library_file import Meta, RecordTables
from reader.library.versions import (
    EXISTS,
    Dot,
    Versions,
    VersionVector,
    as_written,
    content_of,
    dots_of,
    is_there,
    join_versions,
    removed,
    stored_of,
    versions_of,
)
from reader.review.cells import Record, cells_of, same
from reader.review.conflicts import PAIRS, pair_of_all

_STAMP: Final = 11

Changed = dict[tuple[str, str], Record | None]
"""Records by table and id as they shall be; None: removed."""


def _unknown(table: str, record_id: str) -> Record | None:
    del table, record_id


def foreign_dot(meta: Meta, digest: str) -> Dot:
    """Return the dot for what another program wrote into a file, which names the file by its digest."""
    return Dot(meta.seen.next("").number, f"f{digest[: _STAMP - 1]}")


def is_stamp(replica: str) -> bool:
    """Whether a replica stands for a file that another program wrote. Those of journals have eight letters and digits."""
    return len(replica) == _STAMP and replica.startswith("f")


def join_file(
    lines: RecordTables,
    seen: VersionVector,
    theirs: RecordTables,
    meta: Meta,
    stamp: Dot,
    last: Callable[[str, str], Record | None] = _unknown,
) -> Changed:
    """Return what changes in `lines`, that have `seen`, when a file is taken in; `seen` is not changed.

    `last` returns what a record, by table and id, was when it was removed, as `removed` makes it, or None.
    """
    changed: Changed = {}
    for table in {**lines.tables(), **theirs.tables()}:
        for record_id in dict.fromkeys((*lines.ids(table), *theirs.ids(table))):
            if lines.line(table, record_id) == theirs.line(table, record_id):
                continue
            mine, other = lines.get(table, record_id), theirs.get(table, record_id)
            known = last(table, record_id) if mine is None and other is not None and was_here(other, seen) else mine
            record = _taken(known, seen, other, meta.seen, stamp)
            record = record if record is not None and is_there(record) else None
            if record is None or mine is None or not same(record, mine):
                changed[table, record_id] = record
    return {key: record for key, record in changed.items() if record is not None or lines.line(*key) is not None}


class _Knew(NamedTuple):
    """What the writer of a line knew of a record: what it names, and what a merge had seen."""

    dots: set[Dot]
    saw: VersionVector

    def __contains__(self, dot: object) -> bool:
        return isinstance(dot, Dot) and (dot in self.dots or dot in self.saw)


def apply_delta(
    mine: Record | None, seen: VersionVector, before: Record | None, after: Record | None, saw: VersionVector | None = None
) -> Record | None:
    """Return what a record is after a change by another replica: its line holds it before and after, and what a merge `saw`.

    Where the record was removed here, `mine` is what `removed` made of it, if that is still known.
    """
    if same(mine, before) or (mine is None and after is None):
        return after
    knew = _Knew(dots_of(before or {}) | dots_of(after or {}), saw or VersionVector())
    return join_versions(mine, seen, removed(before) if after is None and before is not None else after, knew)


def was_here(record: Record, seen: VersionVector) -> bool:
    """Whether a record that is not here was removed by who had not seen all of it."""
    dots = dots_of(record)
    return any(dot in seen for dot in dots) and not all(dot in seen for dot in dots)


def _taken(
    mine: Record | None, have: VersionVector, theirs: Record | None, they_have: VersionVector, stamp: Dot
) -> Record | None:
    if theirs is None or as_written(theirs):
        return join_versions(mine, have, theirs, they_have)
    if stamp in have:
        return mine
    found = versions_of(theirs)
    known = versions_of(mine) if mine is not None else None
    if found is None or known is None:
        return _written(mine, known, theirs, stamp)
    return stored_of(_edited(known, found, they_have, stamp))


def _written(mine: Record | None, known: Versions | None, theirs: Record, stamp: Dot) -> Record:
    """Return the record for one that is new, or has no versions: all that it shows is the other program's."""
    if mine is None or known is None:
        rivals = versions_of(theirs) or {}
        cells = {**cells_of(content_of(theirs)), EXISTS: None}
        others = {cell: {d: v for d, v in rivals.get(cell, {}).items() if not same(v, value)} for cell, value in cells.items()}
        return stored_of({cell: {**others[cell], stamp: value} for cell, value in cells.items()})
    for cell, value in cells_of(content_of(theirs)).items():
        values = known.get(cell, {})
        if not any(same(value, one) for one in values.values()):
            known[cell] = {**values, stamp: value}
            known[EXISTS] = {stamp: None}
    return stored_of(known)


def _edited(known: Versions, found: Versions, they_have: VersionVector, stamp: Dot) -> Versions:
    """Return the versions of a record that another program changed, knowing it as it was at the dots that it still names.

    Where it was changed here since, the file may hold an old value or one of the program's. That cannot be told: it is left
    out, and the file is kept.
    """
    result = dict(known)
    for cell in {**known, **found}:
        mine, other = known.get(cell), found.get(cell)
        if other is None:
            if mine is not None and all(dot in they_have for dot in mine):
                del result[cell]
        elif mine is None or mine.keys() == other.keys():
            values = list(other.values())
            if mine is None or not all(any(same(value, one) for one in mine.values()) for value in values):
                given = pair_of_all(values[-1], values[:-1]) if cell.startswith(PAIRS) and len(values) > 1 else values[-1]
                result[cell] = {stamp: given}
    return result if result == known else {**result, EXISTS: {stamp: None}}
