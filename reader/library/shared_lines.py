"""Lines and folds of a shared article: make those that go out, check those that come in, and join them to what is here."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, cast

from reader.errors import ReaderError
from reader.library.file_join import apply_delta, is_partly_seen
from reader.library.journal import JournalEntry, Operation
from reader.library.record_tables import RecordChange, RecordTables
from reader.library.scopes import follow_scope, is_public_cell, public_part, rename_dot, rename_scope, with_own_values
from reader.library.shared_records import SharedArticle, record_ids
from reader.library.tables import ANNOTATIONS, ARTICLES, SOURCES
from reader.library.versions import (
    EXISTS_CELL,
    Dot,
    Versions,
    VersionVector,
    context_of,
    dots_of,
    is_present,
    is_same_stored,
    is_unaltered,
    join_versions,
    replica_in,
    scope_in,
    scoped_replica,
    to_stored,
    tombstone_of,
    versions_of,
)
from reader.review.cells import Record, is_same_value

_REPLICA: Final = re.compile(r"[0-9a-f]{8}").fullmatch
_LONGEST_ID: Final = 200
_END_OF_COUNTERS: Final = 1 << 53
"""No library counts so far, even after a hostile member pushed all counters to `versions.HIGHEST_COUNTER`."""


class Fold(NamedTuple):
    """The public part of a shared article: its records, each after its table and id, and the vector of the dots in them."""

    vector: VersionVector
    records: tuple[tuple[str, str, Record], ...]


class RefusedLine(ReaderError):
    """A line or fold from outside is not one of the article, or no honest program has written it. Nothing was changed.

    `line` is the dot of that line, None for a fold.
    """

    def __init__(self, reason: str, line: Dot | None = None) -> None:
        super().__init__(f"A change of a shared article is refused: {reason}")
        self.reason = reason
        self.line = line


# ------------------------------------------------------------------ what goes out


def rename_vector(vector: VersionVector, old: str, new: str) -> VersionVector:
    """Return the part of one scope of a vector as that of another."""
    counters = vector.part(old).counters
    return VersionVector({scoped_replica(replica_in(name), new): counter for name, counter in counters.items()})


def lines_of(shared: SharedArticle, entries: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
    """Yield the lines that go out of the entries of one replica, which are in their order."""
    context = VersionVector()
    for entry in entries:
        for part in (entry.context, entry.merge_vector):
            context.join(rename_vector(part or VersionVector(), shared.own_scope, shared.scope))
        if shared.own_scope not in entry.scopes:
            continue
        dot = Dot(entry.dot.counter, scoped_replica(entry.dot.replica, shared.scope))
        context.counters.pop(dot.replica, None)
        operations = (_public_operation(shared, operation) for operation in entry.operations)
        yield JournalEntry(
            dot,
            entry.scopes[shared.own_scope],
            entry.id,
            entry.at,
            entry.label if entry.article == shared.id else "",
            tuple(operation for operation in operations if operation is not None),
            shared.id,
            entry.by,
            entry.undoes,
            entry.redoes,
            context=context if context.counters else None,
        )
        context = VersionVector()


def _public_operation(shared: SharedArticle, operation: Operation) -> Operation | None:
    """Return the public part of a change of a record, None if it has none: no article or source is ever removed at others."""
    table, record_id, old, new = operation
    sides = [side if side is not None and _belongs_to(shared, table, record_id, side) else None for side in (old, new)]
    before, after = (public_part(table, side, shared.own_scope) for side in sides)
    if (before is None and after is None) or (after is None and table != ANNOTATIONS):
        return None
    if before is not None and after is not None and is_same_stored(before, after):
        return None
    parts = (part and rename_scope(part, shared.own_scope, shared.scope) for part in (before, after))
    return Operation(table, record_id, *parts)


def _belongs_to(shared: SharedArticle, table: str, record_id: str, record: Record) -> bool:
    if table == ANNOTATIONS:
        return record.get("article") == shared.id
    return record_id == shared.id if table == ARTICLES else table == SOURCES and shared.with_sources


def fold_of(records: RecordTables, vector: VersionVector, shared: SharedArticle) -> Fold:
    """Return the public part of a shared article as it is. Sources that others sent are a part of it."""
    parts: list[tuple[str, str, Record]] = []
    for table, record_id in record_ids(records, shared._replace(with_sources=True)):
        part = public_part(table, records.get(table, record_id), shared.own_scope)
        if part is not None:
            parts.append((table, record_id, rename_scope(part, shared.own_scope, shared.scope)))
    return Fold(rename_vector(vector, shared.own_scope, shared.scope), tuple(parts))


# ------------------------------------------------------------------ what comes in


def check_line(line: JournalEntry, shared: SharedArticle) -> JournalEntry:
    """Return a line from outside with the scope of this library. Raises RefusedLine for one that cannot be of this article."""
    dot = line.dot
    if not (_is_number(dot.counter) and (_is_number(line.previous) or line.previous == 0) and line.previous < dot.counter):
        raise RefusedLine("it has a number that no library writes", dot)
    if line.article != shared.id or line.merge_vector is not None or line.scopes:
        raise RefusedLine("it is not one of this article", dot)
    context = line.context or VersionVector()
    _check_names([dot.replica, *context.counters], shared, dot)
    if not all(map(_is_number, context.counters.values())):
        raise RefusedLine("it names changes that no library has made", dot)
    operations: list[Operation] = []
    for table, record_id, before, after in line.operations:
        if after is None and (table != ANNOTATIONS or before is None):
            raise RefusedLine("it removes what only its owner removes", dot)
        old = None if before is None else _check_record(table, record_id, before, shared, dot, may_lack=True)
        new = None if after is None else _check_record(table, record_id, after, shared, dot)
        operations.append(Operation(table, record_id, old, new))
    return line._replace(
        dot=Dot(dot.counter, scoped_replica(replica_in(dot.replica), shared.own_scope)),
        operations=tuple(operations),
        context=rename_vector(context, shared.scope, shared.own_scope),
    )


def check_fold(fold: Fold, shared: SharedArticle) -> Fold:
    """Return a fold from outside with the scope of this library. Raises RefusedLine for one that cannot be of this article."""
    _check_names(fold.vector.counters, shared, None)
    if not all(map(_is_number, fold.vector.counters.values())):
        raise RefusedLine("it covers changes that no library has made")
    keys = [(table, record_id) for table, record_id, _ in fold.records]
    if (ARTICLES, shared.id) not in keys or len(set(keys)) < len(keys):
        raise RefusedLine("it does not hold the article once")
    vector = rename_vector(fold.vector, shared.scope, shared.own_scope)
    records = tuple((table, key, _check_record(table, key, record, shared, None)) for table, key, record in fold.records)
    if not all(dot in vector for _, _, record in records for dot in dots_of(record)):
        raise RefusedLine("it holds changes that it does not cover")
    return Fold(vector, records)


def _is_number(value: object) -> bool:
    return type(value) is int and 1 <= value < _END_OF_COUNTERS


def _is_later(dot: Dot, line: Dot | None) -> bool:
    return line is not None and dot.replica == line.replica and dot.counter > line.counter


def _check_names(replicas: Iterable[str], shared: SharedArticle, line: Dot | None) -> None:
    if not all(scope_in(name) == shared.scope and _REPLICA(replica_in(name)) for name in replicas):
        raise RefusedLine("it names changes that are not of this article", line)


def _check_record(
    table: str, record_id: object, stored: object, shared: SharedArticle, line: Dot | None, *, may_lack: bool = False
) -> Record:
    """Return a record from outside with the scope of this library, and nothing but what its versions say.

    It `may_lack` the cells that say what it belongs to: before a change, those may not have been public yet.
    """
    if not isinstance(stored, dict) or not isinstance(record_id, str) or not 0 < len(record_id) <= _LONGEST_ID:
        raise RefusedLine("it holds what is no record", line)
    record = cast("Record", stored)
    versions = versions_of(record) if is_unaltered(record) else None
    if not versions or not all(versions.values()):
        raise RefusedLine("it holds a record without versions", line)
    article = {ARTICLES: record_id, ANNOTATIONS: record.get("article", shared.id if may_lack else ""), SOURCES: shared.id}
    if article.get(table) != shared.id or record.get("id", record_id if may_lack else "") != record_id:
        raise RefusedLine("it holds a record that is not one of this article", line)
    if not all(cell == EXISTS_CELL or is_public_cell(table, cell) for cell in versions):
        raise RefusedLine("it holds what is private", line)
    dots = dots_of(record)
    _check_names({dot.replica for dot in dots}, shared, line)
    if not all(_is_number(dot.counter) and not _is_later(dot, line) for dot in dots):
        raise RefusedLine("it names changes that no library has made", line)
    return rename_scope(to_stored(versions), shared.scope, shared.own_scope)


def part_ways(
    records: RecordTables, vector: VersionVector, shared: SharedArticle, parted: SharedArticle, forks: Mapping[str, int]
) -> tuple[list[RecordChange], VersionVector]:
    """Return what gives up the changes of some replicas from a counter on: they were used for others elsewhere.

    All other changes get the dots of the article as it is `parted`, and the vector has these.
    """
    old, new = shared.own_scope, parted.own_scope
    known = VersionVector({name: min(n, forks.get(name, n + 1) - 1) for name, n in vector.part(old).counters.items()})
    changes: list[RecordChange] = []
    for table, record_id in record_ids(records, shared._replace(with_sources=True)):
        line, versions = records.find_line(table, record_id), versions_of(records.get(table, record_id) or {})
        if versions is not None:
            cells = {
                cell: {rename_dot(one, old, new) if one in known else one: value for one, value in values.items()}
                for cell, values in versions.items()
            }
            changes.append(records.change_of(table, record_id, line, to_stored(cells)))
    return changes, rename_vector(known, old, new)


def _keep_values(
    mine: Record, joined: Record | None, other: Record | None, vector: VersionVector, own: Container[str]
) -> Record | None:
    """Return what joining with a fold makes of a record, with the values that the fold lacks and brings no newer ones for.

    What the `own` replicas of its writer wrote is not kept, unless it belongs to a record that others have changed.
    """
    old, new, theirs = (versions_of(side) if side is not None else None for side in (mine, joined, other))
    if joined is None and all(replica_in(dot.replica) in own for dot in dots_of(mine)):
        return None
    versions = dict(new or {})
    for cell, values in (old or {}).items():
        is_kept = joined is None or not all(replica_in(dot.replica) in own for dot in values)
        lost = {dot: value for dot, value in values.items() if dot not in versions.get(cell, {})}
        if lost and is_kept and all(dot in vector for dot in (theirs or {}).get(cell, {})):
            versions[cell] = {**lost, **versions.get(cell, {})}
    return to_stored(versions, context_of(joined or mine))


class LineEffects:
    """What lines of a shared article wrote and replaced, whatever their order: each names the dots that it saw."""

    def __init__(self, lines: Iterable[JournalEntry]) -> None:
        self.written: dict[tuple[str, str], Versions] = {}
        self._replaced: set[tuple[str, str, str, Dot]] = set()
        for line in lines:
            for table, record_id, before, after in line.operations:
                if table != SOURCES:
                    self._note(line.dot.replica, (table, record_id), before, after)

    def _note(self, replica: str, key: tuple[str, str], before: Record | None, after: Record | None) -> None:
        old, new = (versions_of(side or {}) or {} for side in (before, after))
        cells = self.written.setdefault(key, {})
        for cell, values in new.items():
            for dot, value in values.items():
                if dot.replica == replica or dot not in cells.get(cell, {}):
                    cells.setdefault(cell, {})[dot] = value
        for cell, values in old.items():
            if after is not None or cell == EXISTS_CELL:  # a removal removes nothing else
                self._replaced.update((*key, cell, dot) for dot in values.keys() - new.get(cell, {}).keys())

    def amend(
        self, key: tuple[str, str], mine: Record | None, vector: VersionVector, own: Container[str] = ()
    ) -> Record | None:
        """Return a record as the lines say it is, as far as `vector` knows them; what no line has written stays.

        One that only the replicas `own` wrote, and that is not here, does not come back.
        """
        dots = {dot for values in self.written[key].values() for dot in values}
        if mine is None and all(replica_in(dot.replica) in own for dot in dots):
            return None
        written = self.written[key]
        versions: Versions = {}
        for cell, values in ((versions_of(mine) or {}) if mine is not None else {}).items():
            versions[cell] = {
                dot: written.get(cell, {}).get(dot, value)
                for dot, value in values.items()
                if (*key, cell, dot) not in self._replaced
            }
        for cell, values in written.items():
            if all(dot in values or not scope_in(dot.replica) for dot in versions.get(cell, {})):
                known = {d: v for d, v in values.items() if d in vector and (*key, cell, d) not in self._replaced}
                versions[cell] = {**versions.get(cell, {}), **known}
        versions = {cell: values for cell, values in versions.items() if values}
        return to_stored(versions, context_of(mine or {})) if EXISTS_CELL in versions else None


class ArticleJoin:
    """What joining lines and folds makes of the records of a shared article. The records of the library stay as they are.

    Dots have the scope of this library. `seen` is the vector of what was joined.
    """

    def __init__(
        self,
        records: RecordTables,
        vector: VersionVector,
        shared: SharedArticle,
        find_tombstone: Callable[[str, str], Record | None],
    ) -> None:
        self.seen = VersionVector()
        self.removers: dict[tuple[str, str], str] = {}
        """By removed record, the replica whose line removed it last."""
        self._records = records
        self._vector = vector.part(shared.own_scope)
        self._shared = shared
        self._find_tombstone = find_tombstone
        self._states: dict[tuple[str, str], Record | None] = {}
        self._tombstones: dict[tuple[str, str], Record] = {}

    def __contains__(self, dot: Dot) -> bool:
        return dot in self._vector

    def is_ready(self, line: JournalEntry) -> bool:
        """Whether all that a line builds on is here, also what it names without saying so.

        A line must never be refused for what has not come yet: whoever has that takes the line, and builds on it.
        """
        is_known = not line.previous or Dot(line.previous, line.dot.replica) in self._vector
        if not (is_known and self._vector.covers(line.context or VersionVector())):
            return False
        sides = (side for _, _, before, after in line.operations for side in (before, after) if side is not None)
        if any(dot.replica != line.dot.replica and dot not in self._vector for side in sides for dot in dots_of(side)):
            return False
        has_article = self._state(ARTICLES, self._shared.id) is not None
        return has_article or any(table == ARTICLES for table, _, _, _ in line.operations)

    def join_line(self, line: JournalEntry) -> None:
        """Join a line that is ready."""
        context = VersionVector(line.context.counters if line.context is not None else {})
        context.add(line.dot)
        for table, record_id, before, after in line.operations:
            if self._is_elsewhere(table, record_id):
                continue
            mine = self._own_state(table, record_id, after)
            if after is not None:
                after = with_own_values(after, mine)
            else:
                self.removers[table, record_id] = replica_in(line.dot.replica)
            self._set_state(table, record_id, apply_delta(mine, self._vector, before, after, context))
        self._vector.add(line.dot)
        self.seen.add(line.dot)

    def join_fold(self, fold: Fold, own: Container[str] | None = None) -> None:
        """Join a fold that was checked. Of what other replicas than its writer's `own` wrote, it takes nothing away."""
        theirs = {(table, record_id): record for table, record_id, record in fold.records}
        for table, record_id in dict.fromkeys((*theirs, *record_ids(self._records, self._shared))):
            other = theirs.get((table, record_id))
            if (other is None and table != ANNOTATIONS) or self._is_elsewhere(table, record_id):
                continue
            mine = self._own_state(table, record_id, other)
            if other is not None:
                other = with_own_values(other, mine)
            joined = join_versions(mine, self._vector, other, fold.vector)
            if own is not None and mine is not None and is_present(mine):
                joined = _keep_values(mine, joined, other, self._vector, own)
            self._set_state(table, record_id, joined)
        self._vector.join(fold.vector)
        self.seen.join(fold.vector)

    def changes(self) -> list[RecordChange]:
        """Return the changes of the library's records."""
        changes: list[RecordChange] = []
        for (table, record_id), record in self._states.items():
            old = self._records.get(table, record_id)
            if not (old is record or (old is not None and record is not None and is_same_value(old, record))):
                line = self._records.find_line(table, record_id)
                changes.append(self._records.change_of(table, record_id, line, record))
        return changes

    def _state(self, table: str, record_id: str) -> Record | None:
        key = table, record_id
        return self._states[key] if key in self._states else self._records.get(table, record_id)

    def _is_elsewhere(self, table: str, record_id: str) -> bool:
        """Whether a record here is an annotation of another article, which nobody reaches by its id from this one.

        Only that record is left out, not the line: those that others have built on the line would wait for ever.
        """
        mine = self._state(table, record_id) if table == ANNOTATIONS else None
        return mine is not None and mine.get("article") != self._shared.id

    def _own_state(self, table: str, record_id: str, theirs: Record | None) -> Record | None:
        """Return the state of a record here, or its tombstone where somebody removed it concurrently."""
        mine = self._state(table, record_id)
        if mine is None and theirs is not None and is_partly_seen(theirs, self._vector):
            key = table, record_id
            return self._tombstones[key] if key in self._tombstones else self._find_tombstone(table, record_id)
        return mine

    def _set_state(self, table: str, record_id: str, record: Record | None) -> None:
        old = self._state(table, record_id)
        if record is not None and table == SOURCES:
            record = follow_scope(old, record, self._shared.own_scope)
        if record is None and old is not None:
            self._tombstones[table, record_id] = tombstone_of(old)
        self._states[table, record_id] = record
