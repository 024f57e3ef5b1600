"""Join a library file, or another replica's change, into the known state, cell by cell. The file may come from any program.

Records that a library wrote carry their versions. Changes by other programs get a dot that names the file by its digest, so
that every process that joins the same file reaches the same state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from typing import Final, NamedTuple

from reader.files import Signature
from reader.library.article_index import id_of
from reader.library.library_file import Meta
from reader.library.record_tables import RecordChange, RecordPair, RecordTables, decode_line, decode_record, encode_record
from reader.library.sorted_lines import record_part
from reader.library.tables import has_ids
from reader.library.versions import (
    EXISTS_CELL,
    VERSIONS_FIELD,
    Dot,
    JoinedContext,
    Versions,
    VersionVector,
    content_of,
    context_of,
    dots_of,
    is_as_written,
    is_present,
    is_same_stored,
    is_unaltered,
    join_versions,
    plain_dots,
    stored_conflicts,
    to_stored,
    tombstone_of,
    versions_of,
    with_context,
)
from reader.review.cells import Record, is_among, is_same_value, to_cells
from reader.review.conflicts import PAIR_CELLS, combine_judgement_records

_FOREIGN_REPLICA_LENGTH: Final = 11


def foreign_dot(meta: Meta, digest: str) -> Dot:
    """Return the dot for the changes that another program made in a file; its replica names the file by its digest."""
    return Dot(meta.vector.next("").counter, foreign_replica(digest))


def foreign_replica(digest: str) -> str:
    """Return the replica that stands for a file with this digest, which another program wrote."""
    return f"f{digest[: _FOREIGN_REPLICA_LENGTH - 1]}"


def is_foreign_replica(replica: str) -> bool:
    """Whether a replica stands for a file that another program wrote. Replicas of journals have eight hexadecimal digits."""
    return len(replica) == _FOREIGN_REPLICA_LENGTH and replica.startswith("f")


def _no_state(*_: object) -> Record | None:
    return None


def join_file(
    records: RecordTables,
    vector: VersionVector,
    theirs: RecordTables,
    meta: Meta,
    stamp: Dot,
    find_tombstone: Callable[[str, str], Record | None] = _no_state,
    find_original: Callable[[str, str, Record, Record | None], Record | None] = _no_state,
    find_context: Callable[[str, str], VersionVector] | None = None,
) -> Iterator[RecordChange]:
    """Yield the changes to `records`, which have seen `vector`, from joining a file with the records `theirs`.

    Apply them only when all are taken. `stamp` is the dot for changes by another program. `find_tombstone` returns the
    tombstone of a removed record, `find_original` the state of a record from which that program made its own, which may not be
    the current one; each returns None when it is not known. `find_context` returns the causal context of a record that is here,
    where it has seen more than `vector`.
    """
    joined_vector = vector.copy()
    joined_vector.join(meta.vector)
    for table in {**records.tables(), **theirs.tables()}:
        for pair in records.differences(table, theirs):
            before = None if pair.mine is None else pair.mine[1]
            context = vector if pair.mine is None else meta.vector
            seen = {dot in context for dot in _dots_of_lone(pair)}
            if seen in ({True}, {False}):
                # The side that lacks the record has removed it, or never knew it.
                after = (pair.mine or pair.theirs or (None, None))[1] if seen == {False} else None
                if after != before:
                    yield RecordChange(table, pair.id, pair.key, before, after)
                continue
            mine, other = (None if line is None else decode_record(*line) for line in (pair.mine, pair.theirs))
            own_context = vector if mine is None or find_context is None else find_context(table, pair.id)
            is_removed = mine is None and other is not None and is_partly_seen(other, vector)
            state = find_tombstone(table, pair.id) if is_removed else mine
            if other is None or (pair.theirs is not None and is_as_written(record_part(*pair.theirs))) or is_unaltered(other):
                record = join_versions(state, own_context, other, meta.vector)
            elif stamp in vector:
                record = mine
            else:
                original = None if is_edit_of(other, mine) else find_original(table, pair.id, other, state)
                record = _join_edited(original or state, own_context, other, meta.vector, stamp)
                if original is not None:
                    record = join_versions(state, own_context, record, JoinedContext((meta.vector, (stamp,))))
            record = with_context(record, VersionVector(), joined_vector) if record and is_present(record) else None
            if record is not mine and (record is None or mine is None or not is_same_stored(record, mine)):
                yield RecordChange(table, pair.id, pair.key, before, _joined_line(pair, record, other))


def join_first_file(
    theirs: RecordTables,
    meta: Meta,
    stamp: Dot,
    find_original: Callable[[str, str, Record, Record | None], Record | None] = _no_state,
) -> list[RecordChange]:
    """Return the changes to a file's own records from joining it where nothing else is known: those with a `stamp`."""
    changes = join_file(RecordTables(), VersionVector(), theirs, meta, stamp, find_original=find_original)
    return [change for change in changes if change.after is not None and str(stamp).encode() in change.after]


class LostState(NamedTuple):
    """The state of a store whose file was written in place; `base_vector` is what the file had seen, `signature` is its own."""

    records: RecordTables
    vector: VersionVector
    base_vector: VersionVector
    written_contexts: defaultdict[str, VersionVector]
    signature: Signature | None

    def lines(self) -> Iterator[tuple[str, str, str, bytes]]:
        """Yield the lines in memory, each after its table, id and key."""
        for table in self.records.tables():
            for key, line in self.records.changes(table):
                if line is not None:
                    yield table, (id_of(line) if has_ids(table) else "") or key, key, line


class ForeignChanges:
    """What other programs changed in the library's file and no journal holds yet: the next one may not have seen it."""

    def __init__(self) -> None:
        self.dots: set[Dot] = set()
        """The dots of these changes."""
        self._old_lines: dict[tuple[str, str], bytes | None] = {}

    def note(self, dot: Dot, changes: Iterable[RecordChange], theirs: RecordTables) -> None:
        """Note those of these changes that have this dot, or are removals. They came from a file with the records `theirs`."""
        self.dots.add(dot)
        for change in changes:
            if change.after is None or str(dot).encode() in change.after:
                self._old_lines.setdefault((change.table, change.id), _original_line(change, theirs))

    def note_removed(self, table: str, record_id: str, line: bytes) -> None:
        """Note that a record was removed which had this line."""
        self._old_lines.setdefault((table, record_id), line)

    def beyond(self, contexts: Collection[VersionVector]) -> VersionVector:
        """Return the dots that none of these causal contexts holds."""
        vector = VersionVector()
        vector.add(*(dot for dot in self.dots if not any(dot in context for context in contexts)))
        return vector

    def changes(self, records: RecordTables) -> list[RecordChange]:
        """Return the changes from the lines before to those in `records`."""
        lines = ((key, before, records.find_line(*key)) for key, before in self._old_lines.items())
        return [RecordChange(*key, "", before, line and line[1]) for key, before, line in lines]

    def clear(self) -> None:
        """Forget all changes: a journal holds them."""
        self.dots.clear()
        self._old_lines.clear()


def _original_line(change: RecordChange, theirs: RecordTables) -> bytes | None:
    """Return the line that another program changed, or that of its file when nobody knows from which it made that."""
    line = theirs.find_line(change.table, change.id)
    is_known = line is None or (change.before is not None and is_edit_of(decode_record(*line), decode_line(change.before)))
    return change.before if is_known else line and line[1]


def _dots_of_lone(pair: RecordPair) -> frozenset[Dot]:
    """Return the dots of a record that one side lacks, if they show without decoding the rest of it."""
    lone = pair.mine if pair.theirs is None else pair.theirs if pair.mine is None else None
    return (plain_dots(record_part(*lone)) if lone is not None else None) or frozenset()


def _joined_line(pair: RecordPair, record: Record | None, other: Record | None) -> bytes | None:
    """Return the line of a joined record: that of the file where it is the file's record."""
    if record is None:
        return None
    if pair.theirs is not None and record is other and pair.key in ("", pair.theirs[0]):
        return pair.theirs[1]
    return encode_record(pair.key, record)


def apply_delta(
    mine: Record | None,
    vector: VersionVector,
    before: Record | None,
    after: Record | None,
    context: VersionVector,
) -> Record | None:
    """Join another replica's change of a record, given before and after it, into the state here, which has seen `vector`.

    `context` is the causal context of the change, as far as it is known. Where the record was removed here, `mine` is its
    tombstone, if that is still known.
    """
    if mine is None and after is None:
        return None
    if mine is not None and is_same_value(mine, before):
        return after
    named = JoinedContext((dots_of(before or {}) | dots_of(after or {}), context))
    return join_versions(mine, vector, tombstone_of(before) if after is None and before is not None else after, named)


def is_partly_seen(record: Record, vector: VersionVector) -> bool:
    """Whether a vector has seen some dots of a record but not all. Such a record, if missing here, was removed concurrently."""
    dots = dots_of(record)
    return any(dot in vector for dot in dots) and not all(dot in vector for dot in dots)


def _join_edited(
    mine: Record | None, my_context: VersionVector, theirs: Record, their_context: VersionVector, stamp: Dot
) -> Record:
    my_versions = versions_of(mine) if mine is not None else None
    their_versions = versions_of(theirs)
    if my_versions is None or their_versions is None:
        return _join_unversioned(my_versions, theirs, stamp)
    own = context_of(mine or {})
    context = JoinedContext((my_context, own))
    return to_stored(_join_foreign_edit(my_versions, context, their_versions, their_context, stamp), own)


def is_edit_of(edited: Record, original: Record | None) -> bool:
    """Whether another program made a record from an original: it left the versions as they were."""
    return original is not None and VERSIONS_FIELD in edited and edited[VERSIONS_FIELD] == original.get(VERSIONS_FIELD)


def _join_unversioned(my_versions: Versions | None, theirs: Record, stamp: Dot) -> Record:
    """Join a record that is new here, or has no versions in the file: the other program wrote every value that it shows."""
    if my_versions is None:
        # Others may know that the program did not touch a cell in conflict, and joining their state drops the stamp again: so
        # all dots of the conflict stay beside it.
        versions, conflicts = versions_of(theirs) or {}, stored_conflicts(theirs)
        cells = {**to_cells(content_of(theirs)), EXISTS_CELL: None}
        others = {cell: versions.get(cell, {}) if cell in conflicts else {} for cell in cells}
        return to_stored({cell: {**others[cell], stamp: value} for cell, value in cells.items()})
    for cell, value in to_cells(content_of(theirs)).items():
        values = my_versions.get(cell, {})
        if not is_among(value, values.values()):
            my_versions[cell] = {**values, stamp: value}
            my_versions[EXISTS_CELL] = {stamp: None}
    return to_stored(my_versions)


def _join_foreign_edit(
    my_versions: Versions, my_context: Container[Dot], their_versions: Versions, their_context: VersionVector, stamp: Dot
) -> Versions:
    """Join the versions of a record that another program edited from the state whose dots it still names.

    Where a cell was changed here since, the file holds either the old value or a new one of that program. As nobody can tell
    which, the cell stays as it is here, and the file is kept as a backup. Where the file holds a change that is new here, its
    value counts, whether that program edited it or not.
    """
    versions = dict(my_versions)
    for cell in {**my_versions, **their_versions}:
        mine, theirs = my_versions.get(cell), their_versions.get(cell)
        if theirs is None:
            if mine is not None and all(dot in their_context for dot in mine):
                del versions[cell]
        elif mine is None or mine.keys() == theirs.keys():
            values = list(theirs.values())
            if mine is None or not all(is_among(value, mine.values()) for value in values):
                is_pair = cell.startswith(PAIR_CELLS) and len(values) > 1
                versions[cell] = {stamp: combine_judgement_records(values[-1], values[:-1]) if is_pair else values[-1]}
        elif any(dot not in my_context for dot in theirs):
            shown = [*theirs.values()][-1]
            rivals = {dot: value for dot, value in theirs.items() if not is_same_value(value, shown)}
            versions[cell] = {**{d: v for d, v in mine.items() if d not in their_context}, **rivals, stamp: shown}
    return versions if versions == my_versions else {**versions, EXISTS_CELL: {stamp: None}}
