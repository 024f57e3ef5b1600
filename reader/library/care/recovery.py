"""Join the records of all files of a damaged library that can be read, and name the source of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple, cast

from reader.library.care.inspection import LibraryCopy
from reader.library.care.salvage import Salvage, SalvagedRecord
from reader.library.file_join import apply_delta, is_foreign_replica, join_file, join_first_file
from reader.library.journal import JournalEntry
from reader.library.library_file import SCHEMA, Meta
from reader.library.record_tables import (
    RecordChange,
    RecordTables,
    decode_line,
    decode_record,
    encode_record,
    id_in,
    walk_in_step,
)
from reader.library.tables import has_ids, with_id
from reader.library.versions import (
    Dot,
    VersionVector,
    content_of,
    dots_of,
    join_versions,
    plain_dots,
    stamp_record,
    with_context,
)
from reader.review.cells import Record, is_same_value

RecordKey = tuple[str, str]
"""A record's table and id."""

RECOVERED_TABLE: Final = "recovered"
"""The table for records whose own table is unknown."""
JOURNAL_SOURCE: Final = "journals and history"
"""The source of a record whose state is in no file, but results from journal entries."""
_EMPTY_VECTOR: Final = VersionVector()


class Recovery:
    """The joined records of all sources. `vector` contains the dots that a library of these records has seen.

    A source such as a journal or a single record has seen only some records, so a vector is kept for each record as well. The
    records stay in the file of the first source; only those that differ from it are held in memory. If it is a readable file,
    `base_name` is its name.
    """

    def __init__(self, damaged: Salvage | None = None) -> None:
        """Begin with the sound records of a damaged file, or with the first readable one."""
        self.base_name = ""
        self.records = damaged.sound.snapshot() if damaged is not None else RecordTables()
        self.vector = VersionVector()
        self.common_vector = VersionVector()
        """What the readable library files have seen, of which a record that is missing in one may be part."""
        self._damaged = damaged
        self._damaged_vector = VersionVector()
        if damaged is not None:
            self._damaged_vector = damaged.meta.vector if damaged.meta is not None else VersionVector()
            self.vector = damaged.sound_vector.copy()
            self.vector.join(self._damaged_vector)
        self._record_vectors: dict[RecordKey, VersionVector] = {}

    def add_copy(self, copy: LibraryCopy) -> None:
        """Join a readable library file."""
        vector = copy.meta.vector.copy()
        if not copy.is_intact:
            vector.add(copy.foreign_dot)
        if self.common_vector.covers(vector):
            return
        if self._damaged is None and not self.common_vector.counters:
            self.base_name, self.records = copy.name, copy.records.snapshot()
            changes = [] if copy.is_intact else join_first_file(copy.records, copy.meta, copy.foreign_dot)
        else:
            changes = join_file(
                self.records,
                self.common_vector,
                copy.records,
                copy.meta,
                copy.foreign_dot,
                find_context=lambda table, record_id: self._context_of((table, record_id)),
            )
        for change in list(changes):
            self.records.apply(change)
        self.common_vector.join(vector)
        self.vector.join(vector)

    def add_entries(self, entries: Iterable[JournalEntry]) -> None:
        """Join journal entries, in the order of their dots."""
        written_contexts: dict[str, VersionVector] = {}
        for entry in entries:
            written = written_contexts.setdefault(entry.dot.replica, VersionVector())
            for part in (entry.context, entry.merge_vector):
                written.join(part or _EMPTY_VECTOR)
            written.add(entry.dot)
            for table, record_id, before, after in entry.operations:
                key = table, record_id
                if entry.dot not in self._known_context(key):
                    mine = self.records.get(*key)
                    record = apply_delta(mine, self._context_of(key), before, after, written)
                    if not is_same_value(record, mine):
                        self._set_record(key, record)
                    named = dots_of(before or {}) | dots_of(after or {})
                    seen = written.copy()
                    seen.add(*named)
                    self._widen_context(key, seen)
                    self.vector.add(*(dot for dot in named if is_foreign_replica(dot.replica)))
            self.vector.add(entry.dot)
            self.vector.join(entry.merge_vector or VersionVector())

    def add_salvage(self, salvage: Salvage, stamp: Dot) -> dict[RecordKey, bool]:
        """Join the readable part of a damaged file, and return the records whose checksum does not fit.

        True: no other source has the record, so it is used as it is. False: another source has a better state, so it is left
        out. Changes that another program made in the file get the dot `stamp`.
        """
        if salvage is not self._damaged:
            self._add_sound(salvage)
        doubtful: list[tuple[RecordKey, Record]] = []
        is_versioned = bool(salvage.sound_vector.counters) or any(one.sum_fits is not None for one in salvage.records)
        for salvaged in salvage.records:
            key, record = identify_record(salvaged)
            context = _context_in(salvage, dots_of(record))
            if salvaged.sum_fits:
                self._join_record(key, record, context, salvaged.key)
            elif salvage.is_own_layout and is_versioned:
                doubtful.append((key, record))
            else:
                self._add_foreign(key, record, context, stamp)
        return {key: self._add_doubtful(key, record, stamp) for key, record in doubtful}

    def _add_sound(self, salvage: Salvage) -> None:
        for table in salvage.sound.tables():
            pairs = self.records.differences(table, salvage.sound)
            for record_id, (key, line) in [(pair.id, pair.theirs) for pair in pairs if pair.theirs is not None]:
                record = decode_record(key, line)
                self._join_record((table, record_id), record, _context_in(salvage, dots_of(record)), key)
        self.vector.join(_context_in(salvage, ()))
        self.vector.join(salvage.sound_vector)

    def _join_record(self, key: RecordKey, record: Record, context: VersionVector, line_key: str) -> None:
        """Join a record of a damaged file, where it has the key `line_key`, which it keeps if that is free."""
        (table, record_id), mine = key, self.records.get(*key)
        joined = join_versions(mine, self._context_of(key), record, context)
        is_new = mine is None and joined is record and (not has_ids(table) or record.get("id") == record_id)
        if is_new and line_key and self.records.line_at(table, line_key) is None:
            self.records.apply(RecordChange(table, record_id, line_key, None, encode_record(line_key, record)))
        else:
            self._set_record(key, joined)
        self._add_context(key, context)

    def _add_foreign(self, key: RecordKey, record: Record, context: VersionVector, stamp: Dot) -> None:
        mine = self.records.get(*key)
        ours = RecordTables({key[0]: {"1": mine}}) if mine is not None else RecordTables()
        theirs = RecordTables({key[0]: {"1": record}})
        for change in join_file(ours, self._context_of(key), theirs, Meta(SCHEMA, "", context), stamp):
            self._set_record(key, None if change.after is None else decode_line(change.after))
        self._add_context(key, context)
        self._add_context(key, VersionVector({stamp.replica: stamp.counter}))

    def _add_doubtful(self, key: RecordKey, record: Record, stamp: Dot) -> bool:
        if self.records.line(*key) is not None or all(dot in self._context_of(key) for dot in dots_of(record)):
            return False
        self._set_record(key, stamp_record(record, stamp))
        self.vector.add(stamp)
        return True

    def add_contexts(self) -> None:
        """Give each record the part of its causal context that the library has not seen. Call it when all is joined."""
        for key, context in self._record_vectors.items():
            record = self.records.get(*key) if context.beyond(self.vector).counters else None
            if record is not None:
                self._set_record(key, with_context(record, context, self.vector))

    def has_met(self, key: RecordKey) -> bool:
        """Whether an entry or a salvaged record was about this record, which may have been removed since."""
        return key in self._record_vectors or self._damaged_line(key) is not None

    def _known_context(self, key: RecordKey) -> VersionVector:
        """Return the causal context of a record, as far as a source says that all of it was seen."""
        context = self.common_vector.copy()
        context.join(self._record_vectors.get(key, _EMPTY_VECTOR))
        if self._damaged_vector.counters and self._damaged_line(key) is not None:
            context.join(self._damaged_vector)
        return context

    def _context_of(self, key: RecordKey) -> VersionVector:
        context, line = self._known_context(key), self._damaged_line(key)
        # These too: who wrote them may have seen more, which the journals tell.
        context.add(*((plain_dots(line) if line is not None else None) or ()))
        return context

    def _damaged_line(self, key: RecordKey) -> bytes | None:
        return self._damaged.sound.line(*key) if self._damaged is not None else None

    def _add_context(self, key: RecordKey, context: VersionVector) -> None:
        self._widen_context(key, context)
        self.vector.join(context)

    def _widen_context(self, key: RecordKey, context: VersionVector) -> None:
        # Many records share one vector, which is never changed.
        old = self._record_vectors.get(key)
        if old is not None:
            context = context.copy()
            context.join(old)
        self._record_vectors[key] = context

    def _set_record(self, key: RecordKey, record: Record | None) -> None:
        if record is None:
            self.records.remove(*key)
        else:
            self.records.put(*key, record)


def _context_in(salvage: Salvage, dots: Iterable[Dot]) -> VersionVector:
    """Return the causal context of a record in a damaged file: its own dots, and what the file had seen if that is known."""
    context = salvage.meta.vector.copy() if salvage.meta is not None else VersionVector()
    context.add(*dots)
    return context


def identify_record(salvaged: SalvagedRecord) -> tuple[RecordKey, Record]:
    """Return the table and id of a salvaged record, and the record, with an id if its table needs one."""
    table = salvaged.table or RECOVERED_TABLE
    record = cast("Record", with_id(table, salvaged.key, salvaged.record))
    record_id = record.get("id") if has_ids(table) else None
    return (table, record_id if isinstance(record_id, str) and record_id else salvaged.key), record


class _SalvagedFile(NamedTuple):
    """The readable part of a damaged file: its sound records, and the others by their keys."""

    name: str
    sound: RecordTables
    others: dict[RecordKey, SalvagedRecord]

    def get(self, key: RecordKey) -> Record | None:
        salvaged = self.others.get(key)
        return self.sound.get(*key) if salvaged is None else identify_record(salvaged)[1]


class RecordSources:
    """The sources of the records of a repaired library, by their names.

    `main` is the name of the library's own file, `base` that of the source in whose file the records stand as far as they are
    not held in memory.
    """

    def __init__(self) -> None:
        self.main = ""
        self.base = ""
        self.copies: dict[str, RecordTables] = {}
        self._salvages: list[_SalvagedFile] = []

    def add_salvage(self, name: str, salvage: Salvage) -> None:
        """Add the readable part of a damaged file."""
        others = {identify_record(salvaged)[0]: salvaged for salvaged in salvage.records}
        self._salvages.append(_SalvagedFile(name, salvage.sound, others))

    def find(self, records: RecordTables) -> Iterator[tuple[RecordKey, str]]:
        """Yield the keys of the records with the names of their sources: the first that has a record with this content."""
        empty = _SalvagedFile(self.main, self.copies.get(self.main, RecordTables()), {})
        _, main, others = next((file for file in self._salvages if file.name == self.main), empty)
        for table in records.tables():
            changed = dict(records.changes(table))
            for mine, same in walk_in_step(records.lines(table), main.lines(table)):
                if mine is None:
                    continue
                key = table, id_in(table, *mine)
                if mine == same:
                    yield key, self.main
                elif mine[0] in changed or key in others:
                    yield key, self._find_source(key, decode_record(*mine))
                else:
                    yield key, self.base

    def _find_source(self, key: RecordKey, record: Record) -> str:
        content = content_of(record)
        files = sorted(self._salvages, key=lambda file: file.name != self.main)
        states = ((file.name, file.get(key)) for file in files)
        copies = ((name, copy.get(*key)) for name, copy in self.copies.items())
        sources = (name for name, state in chain(states, copies) if state is not None and content_of(state) == content)
        return next(sources, JOURNAL_SOURCE)
