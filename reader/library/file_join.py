"""Taking a library file in: what it says is joined with what is known, cell by cell, whoever wrote it.

Records as a library wrote them carry their versions. What another program made or changed gets a version that names the file,
so that every window that takes the same file in comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from reader.library.library_file import Meta, RecordTables
from reader.library.versions import (
    EXISTS_CELL,
    Dot,
    Versions,
    VersionVector,
    content_of,
    dots_of,
    is_present,
    is_unaltered,
    join_versions,
    to_stored,
    tombstone_of,
    versions_of,
)
from reader.review.cells import Record, is_same_value, to_cells
from reader.review.conflicts import PAIR_CELLS, combine_judgement_records

_FOREIGN_REPLICA_LENGTH: Final = 11

RecordChanges = dict[tuple[str, str], Record | None]
"""Records by table and id as they shall be; None: removed."""


def _no_tombstone(table: str, record_id: str) -> Record | None:
    del table, record_id


def foreign_dot(meta: Meta, digest: str) -> Dot:
    """Return the dot for what another program wrote into a file, which names the file by its digest."""
    return Dot(meta.vector.next("").counter, f"f{digest[: _FOREIGN_REPLICA_LENGTH - 1]}")


def is_foreign_replica(replica: str) -> bool:
    """Whether a replica stands for a file that another program wrote. Those of journals have eight letters and digits."""
    return len(replica) == _FOREIGN_REPLICA_LENGTH and replica.startswith("f")


def join_file(
    records: RecordTables,
    vector: VersionVector,
    theirs: RecordTables,
    meta: Meta,
    stamp: Dot,
    tombstone_of: Callable[[str, str], Record | None] = _no_tombstone,
) -> RecordChanges:
    """Return what changes in `lines`, that have `seen`, when a file is taken in; `seen` is not changed.

    `last` returns what a record, by table and id, was when it was removed, as `removed` makes it, or None.
    """
    changed: RecordChanges = {}
    for table in {**records.tables(), **theirs.tables()}:
        for record_id in dict.fromkeys((*records.ids(table), *theirs.ids(table))):
            if records.line(table, record_id) == theirs.line(table, record_id):
                continue
            mine, other = records.get(table, record_id), theirs.get(table, record_id)
            known = (
                tombstone_of(table, record_id) if mine is None and other is not None and is_partly_seen(other, vector) else mine
            )
            record = _join_record(known, vector, other, meta.vector, stamp)
            record = record if record is not None and is_present(record) else None
            if record is None or mine is None or not is_same_value(record, mine):
                changed[table, record_id] = record
    return {key: record for key, record in changed.items() if record is not None or records.line(*key) is not None}


class _EntryContext(NamedTuple):
    """What the writer of a line knew of a record: what it names, and what a merge had seen."""

    dots: set[Dot]
    merge_vector: VersionVector

    def __contains__(self, dot: object) -> bool:
        return isinstance(dot, Dot) and (dot in self.dots or dot in self.merge_vector)


def apply_delta(
    mine: Record | None,
    vector: VersionVector,
    before: Record | None,
    after: Record | None,
    merge_vector: VersionVector | None = None,
) -> Record | None:
    """Return what a record is after a change by another replica: its line holds it before and after, and what a merge `saw`.

    Where the record was removed here, `mine` is what `removed` made of it, if that is still known.
    """
    if is_same_value(mine, before) or (mine is None and after is None):
        return after
    knew = _EntryContext(dots_of(before or {}) | dots_of(after or {}), merge_vector or VersionVector())
    return join_versions(mine, vector, tombstone_of(before) if after is None and before is not None else after, knew)


def is_partly_seen(record: Record, vector: VersionVector) -> bool:
    """Whether a record that is not here was removed by who had not seen all of it."""
    dots = dots_of(record)
    return any(dot in vector for dot in dots) and not all(dot in vector for dot in dots)


def _join_record(
    mine: Record | None, have: VersionVector, theirs: Record | None, they_have: VersionVector, stamp: Dot
) -> Record | None:
    if theirs is None or is_unaltered(theirs):
        return join_versions(mine, have, theirs, they_have)
    if stamp in have:
        return mine
    found = versions_of(theirs)
    known = versions_of(mine) if mine is not None else None
    if found is None or known is None:
        return _join_unversioned(mine, known, theirs, stamp)
    return to_stored(_join_foreign_edit(known, found, they_have, stamp))


def _join_unversioned(mine: Record | None, known: Versions | None, theirs: Record, stamp: Dot) -> Record:
    """Return the record for one that is new, or has no versions: all that it shows is the other program's."""
    if mine is None or known is None:
        rivals = versions_of(theirs) or {}
        cells = {**to_cells(content_of(theirs)), EXISTS_CELL: None}
        others = {
            cell: {d: v for d, v in rivals.get(cell, {}).items() if not is_same_value(v, value)}
            for cell, value in cells.items()
        }
        return to_stored({cell: {**others[cell], stamp: value} for cell, value in cells.items()})
    for cell, value in to_cells(content_of(theirs)).items():
        values = known.get(cell, {})
        if not any(is_same_value(value, one) for one in values.values()):
            known[cell] = {**values, stamp: value}
            known[EXISTS_CELL] = {stamp: None}
    return to_stored(known)


def _join_foreign_edit(known: Versions, found: Versions, they_have: VersionVector, stamp: Dot) -> Versions:
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
            if mine is None or not all(any(is_same_value(value, one) for one in mine.values()) for value in values):
                given = (
                    combine_judgement_records(values[-1], values[:-1])
                    if cell.startswith(PAIR_CELLS) and len(values) > 1
                    else values[-1]
                )
                result[cell] = {stamp: given}
    return result if result == known else {**result, EXISTS_CELL: {stamp: None}}
