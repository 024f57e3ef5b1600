"""Version the cells of a stored record, and join two versions of it.

Terms follow the literature on replicated data. Every change has a dot: a counter and the replica that made it. A replica counts
on from the highest counter it has seen, so a change that builds on another one has the higher counter, whatever any clock says.
A version vector names the dots that a library has seen: for each replica all up to a counter. Each cell carries the dot that
wrote it. Two replicas that write one cell without having seen each other's change leave two dots with two values: a conflict.

`join_versions` makes of this an observed-remove map of multi-value registers with causal contexts, where adding wins (Almeida,
Shoker, Baquero: "Delta state replicated data types", 2018; the dots go back to dotted version vector sets: Preguiça, Baquero,
Almeida, Fonte, Gonçalves, 2010 and 2012). Joining is commutative, associative and idempotent. A removal takes away only what
its writer had seen, and no value is dropped before somebody who has seen it writes another.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, cast

from reader.review.cells import LATEST_WINS, Record, changed_cells, from_cells, is_among, is_same_value, to_cells
from reader.review.codec import as_list, as_mapping
from reader.review.conflicts import PAIR_CELLS, combine_judgement_records

VERSIONS_FIELD: Final = "_versions"
"""The field of a stored record that only the library uses. It holds `dots` (by cell; "" stands for all cells that are not
named), `rivals` (the concurrent values of cells in conflict, by cell and dot), `saw` (the part of the record's causal context
that the library itself has not seen, as a version vector; mostly absent) and `sum` (a checksum: it no longer fits when another
program or damage changed the record)."""
RIVALS_FIELD: Final = "_rivals"
"""The field of a plain record that holds the other values of cells in conflict, by cell."""

EXISTS_CELL: Final = "*"
"""A cell without a value that every record has, so that an empty record exists too.

Every change writes it, and a removal removes only this cell: so a removal never removes a change its writer had not seen.
"""

HIGHEST_COUNTER: Final = 1 << 48
"""The highest counter of others that the next change goes on from."""
_SCOPE_MARK: Final = "~"
_LONGEST_COUNTER: Final = 19

_FIRST: Final = ("id", "article")
_PLAIN_START: Final = b',"_versions":{"dots":{'
_PLAIN_SUM: Final = b',"sum":"'
_PLAIN_CLOSE: Final = b'"}}'
_PLAIN_END: Final = len(_PLAIN_SUM) + 8 + len(_PLAIN_CLOSE)
_CELL_SIGNS: Final = frozenset("/=*")
"""The characters with which a field may have cells of other names than its own, though it is not divided."""
_KEPT_DOTS: Final = 256
"""The number of decoded dots that are kept: a change is often about many records, which then all name the same dots."""
encode_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
"""Encode a value as compact ASCII JSON."""


def scoped_replica(replica: str, scope: str) -> str:
    """Return the replica that stands for the changes of a replica in one shared article, which `scope` names."""
    return f"{replica}{_SCOPE_MARK}{scope}"


def scope_in(replica: str) -> str:
    """Return the scope of a scoped replica, "" for any other."""
    return replica.partition(_SCOPE_MARK)[2]


def replica_in(replica: str) -> str:
    """Return a scoped replica without its scope; any other as it is."""
    return replica.partition(_SCOPE_MARK)[0]


class Dot(NamedTuple):
    """The identity of a change: its counter and its replica. Of two dots, the greater one belongs to the later change."""

    counter: int
    replica: str

    def __str__(self) -> str:
        return f"{self.counter}.{self.replica}"


class VersionVector:
    """The dots that a library has seen: for each replica all up to a counter.

    There may be thousands of replicas: what each save asks for is kept as the vector grows, not found anew.
    """

    __slots__ = ("_grown", "_highest", "_names", "counters")

    def __init__(self, counters: Mapping[str, int] | None = None) -> None:
        self.counters: dict[str, int] = dict(counters or {})
        self._highest: int | None = None
        self._grown: dict[str, None] | None = None
        self._names: dict[str, dict[str, None]] | None = None

    @classmethod
    def from_json(cls, value: object) -> VersionVector:
        """Read a version vector from a JSON value; entries that are not numbers are left out."""
        counters = as_mapping(value)
        return cls({replica: counter for replica, counter in counters.items() if isinstance(counter, int)})

    def __contains__(self, dot: Dot) -> bool:
        return self.counters.get(dot.replica, 0) >= dot.counter

    def covers(self, other: VersionVector) -> bool:
        """Whether this vector contains every dot of `other`."""
        return all(self.counters.get(replica, 0) >= counter for replica, counter in other.counters.items())

    def add(self, *dots: Dot) -> None:
        """Add dots, and with each the earlier ones of its replica."""
        for counter, replica in dots:
            self._raise(replica, counter)

    def join(self, other: VersionVector | None) -> None:
        """Add every dot of `other`, if there is one."""
        for replica, counter in other.counters.items() if other is not None else ():
            self._raise(replica, counter)

    def _raise(self, replica: str, counter: int) -> None:
        known = self.counters.get(replica)
        if known is not None and known >= counter:
            return
        self.counters[replica] = counter
        if self._highest is not None and self._highest < counter <= HIGHEST_COUNTER:
            self._highest = counter
        if self._grown is not None:
            self._grown[replica] = None
        if self._names is not None and known is None:
            self._names.setdefault(scope_in(replica), {})[replica] = None

    def beyond(self, other: VersionVector) -> VersionVector:
        """Return the part of this vector that `other` has not seen."""
        return VersionVector({r: counter for r, counter in self.counters.items() if other.counters.get(r, 0) < counter})

    def take_growth(self, other: VersionVector, own: str) -> VersionVector:
        """Return the part of this vector that `other` has not seen, of what was added since the last call; at first, of all.

        What the replica `own` has written itself is left out.
        """
        grown, self._grown = self._grown, {}
        names = [
            name
            for name in (self.counters if grown is None else grown)
            if self.counters[name] > other.counters.get(name, 0) and replica_in(name) != own
        ]
        if grown is not None and len(names) > 1:
            chosen = set(names)
            names = [name for name in self.counters if name in chosen]
        return VersionVector({name: self.counters[name] for name in names})

    def forget_growth(self) -> None:
        """Let `take_growth` look at all of this vector the next time."""
        self._grown = None

    def part(self, scope: str) -> VersionVector:
        """Return the part of the replicas of a scope."""
        if self._names is None:
            self._names = {}
            for replica in self.counters:
                self._names.setdefault(scope_in(replica), {})[replica] = None
        # Copies share the names, so there may be some that only another copy has.
        names = tuple(self._names.get(scope, ()))
        return VersionVector({name: self.counters[name] for name in names if name in self.counters})

    def next(self, replica: str, spare: int = 0) -> Dot:
        """Return the dot for the next change of a replica, which leaves so many spare dots before it to that change.

        A number that nobody can have counted to, such as one that a hostile member of a team made up, does not raise it.
        """
        if self._highest is None:
            self._highest = max((c for c in self.counters.values() if c <= HIGHEST_COUNTER), default=0)
        return Dot(max(self._highest, self.counters.get(replica, 0)) + 1 + spare, replica)

    def copy(self) -> VersionVector:
        """Return an independent copy."""
        vector = VersionVector(self.counters)
        vector._highest, vector._names = self._highest, self._names
        vector._grown = None if self._grown is None else dict(self._grown)
        return vector


class EncodedRecord(Record):
    """A stored record that nobody changes, with the text of its JSON, which its checksum took already."""

    __slots__ = ("text",)

    text: str


class JoinedContext(NamedTuple):
    """A causal context of several parts."""

    parts: tuple[Container[Dot], ...]

    def __contains__(self, dot: object) -> bool:
        if isinstance(dot, Dot):
            for part in self.parts:
                if dot in part:
                    return True
        return False


Versions = dict[str, dict[Dot, object]]
"""The values of each cell of a record, by the dot that wrote them. A cell with several values is in conflict."""


def versions_of(stored: Mapping[str, object]) -> Versions | None:
    """Return the versions of a stored record, or None for a record that no library wrote."""
    fields = _versions_field(stored)
    dots = {cell: _parse_dots(text) for cell, text in as_mapping(fields.get("dots")).items()}
    conflicts = stored_conflicts(stored)
    versions: Versions = {}
    usual = dots.get("", ())
    for cell, value in (*to_cells(content_of(stored)).items(), (EXISTS_CELL, None)):
        own = dots.get(cell, usual)
        if not own and cell != EXISTS_CELL:
            return None
        if cell in conflicts:
            others = as_mapping(conflicts[cell])
            versions[cell] = {dot: others.get(str(dot), value) for dot in own}
        else:
            versions[cell] = dict.fromkeys(own, value)
    return versions


def to_stored(versions: Versions, context: VersionVector | None = None) -> Record:
    """Return the stored record for these versions: each cell shows its latest value, and entries stand in the order of dots.

    `context` is the part of the record's causal context that the library has not seen.
    """
    latest = {cell: max(values) if len(values) > 1 else next(iter(values)) for cell, values in versions.items() if values}
    cells = versions.keys() - {EXISTS_CELL, *_FIRST}
    whole = [*(c for c in _FIRST if c in versions), *sorted(c for c in cells if "/" not in c or c.startswith("="))]
    parts = sorted((c for c in versions if c in cells and "/" in c and not c.startswith("=")), key=lambda cell: latest[cell])
    record = from_cells({cell: versions[cell][latest[cell]] for cell in (*whole, *parts)})
    conflicts: dict[str, Record] = {}
    for cell in latest:
        values = versions[cell]
        if len(values) > 1:
            shown = values[latest[cell]]
            others = {dot: value for dot, value in values.items() if not is_same_value(value, shown)}
            if others:
                conflicts[cell] = {str(dot): others[dot] for dot in sorted(others)}
    texts = {dot: str(dot) for dot in {*latest.values()}}
    dots = {cell: texts[latest[cell]] if len(values) == 1 else _encode_dots(tuple(values)) for cell, values in versions.items()}
    usual = _most_frequent(Counter(dots.values()))
    fields: Record = {"dots": {"": usual, **{cell: text for cell, text in sorted(dots.items()) if text != usual}}}
    if conflicts:
        fields["rivals"] = dict(sorted(conflicts.items()))
    if context is not None and context.counters:
        fields["saw"] = dict(sorted(context.counters.items()))
    return _with_versions(record, fields)


def context_of(stored: Mapping[str, object]) -> VersionVector:
    """Return the part of a stored record's causal context that the library has not seen, mostly empty.

    A change may be known only from a journal, whose writer had seen more than is known here. The record has seen that too: a
    value that it replaced must not come back as a conflict when its own change arrives later.
    """
    return VersionVector.from_json(_versions_field(stored).get("saw"))


def with_context(stored: Record, context: VersionVector, seen: VersionVector) -> Record:
    """Return a stored record with a wider causal context, as far as that is beyond `seen`, the vector of the library."""
    old = context_of(stored)
    if not (old.counters or context.counters):
        return stored
    new = old.copy()
    new.join(context)
    new = new.beyond(seen)
    if new.counters == old.counters:
        return stored
    fields = {name: value for name, value in _versions_field(stored).items() if name not in ("saw", "sum")}
    fields |= {"saw": dict(sorted(new.counters.items()))} if new.counters else {}
    return _with_versions(content_of(stored), fields)


def tombstone_of(stored: Record) -> Record:
    """Return the tombstone of a stored record: its cells without the dot that makes it exist.

    When a concurrent change brings the record back, the join takes the cells that nobody has removed from here.
    """
    versions = versions_of(stored)
    return to_stored({**versions, EXISTS_CELL: {}}, context_of(stored)) if versions is not None else stored


def is_present(stored: Record) -> bool:
    """Whether a stored record exists, and is not a tombstone."""
    return as_mapping(_versions_field(stored).get("dots")).get(EXISTS_CELL) != ""


def stamp_record(record: Mapping[str, object], dot: Dot) -> Record:
    """Return the stored form of a plain record whose every cell was written by one change."""
    return _with_versions(_in_order(content_of(record)), {"dots": {"": str(dot)}})


def _in_order(content: Record) -> Record:
    """Return a content with its fields in the order in which a library stores them."""
    return {**{name: content[name] for name in _FIRST if name in content}, **dict(sorted(content.items()))}


def to_plain(stored: Mapping[str, object]) -> Record:
    """Return a stored record without its versions, with the other values of cells in conflict under RIVALS_FIELD.

    The concurrent judgements of one pair are combined into one, with the evidence of all; each original stands beside it.
    """
    record = to_raw(stored)
    if RIVALS_FIELD in record and any(cell.startswith(PAIR_CELLS) for cell in as_mapping(record[RIVALS_FIELD])):
        cells, rivals = to_cells(content_of(record)), dict(as_mapping(record[RIVALS_FIELD]))
        for cell in (cell for cell in rivals if cell.startswith(PAIR_CELLS) and cell in cells):
            others = as_list(rivals[cell])
            combined = combine_judgement_records(cells[cell], others)
            if not is_same_value(combined, cells[cell]):
                cells[cell], rivals[cell] = combined, [cells[cell], *others]
        record = {**from_cells(cells), RIVALS_FIELD: rivals}
    return record


def to_raw(stored: Mapping[str, object]) -> Record:
    """Return a plain record as `to_plain` does, but with each cell as its last writer left it."""
    record = content_of(stored)
    conflicts = stored_conflicts(stored)
    if conflicts:
        record[RIVALS_FIELD] = {c: _distinct_values(as_mapping(values).values()) for c, values in conflicts.items()}
    return record


def content_of(stored: Mapping[str, object]) -> Record:
    """Return a stored record without the fields that only the library uses."""
    content = dict(stored)
    content.pop(VERSIONS_FIELD, None)
    content.pop(RIVALS_FIELD, None)
    return content


def stored_conflicts(stored: Mapping[str, object]) -> Mapping[str, object]:
    """Return the cells of a stored record that are in conflict, each with the values it does not show, by their dots."""
    return as_mapping(_versions_field(stored).get("rivals"))


def is_unaltered(stored: Mapping[str, object]) -> bool:
    """Whether a record is just as a library wrote it. Another program that changes a record leaves its checksum as it was."""
    fields = dict(_versions_field(stored))
    return fields.pop("sum", None) == checksum_of({**content_of(stored), VERSIONS_FIELD: fields})


def is_same_stored(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two stored records are equal. Their values are only compared if they name the same dots."""
    return _versions_field(one).get("dots") == _versions_field(other).get("dots") and is_same_value(one, other)


def checksum_of(content: Mapping[str, object]) -> str:
    """Return the CRC-32 of a record's content in eight hexadecimal digits."""
    return f"{zlib.crc32(encode_json(content).encode()):08x}"


def plain_dots(record: bytes) -> frozenset[Dot] | None:
    """Return the dots that an encoded record names, without decoding the rest of it.

    None for one that is not just as a library wrote it, or that has conflicts or a causal context of its own.
    """
    if not is_as_written(record):
        return None
    return _decode_dots_field(record[record.rfind(_PLAIN_START) + len(_PLAIN_START) - 1 : len(record) - _PLAIN_END])


def is_as_written(record: bytes) -> bool:
    """Whether an encoded record is byte for byte as a library wrote it. One that is not may still be unaltered."""
    start, end = record.rfind(_PLAIN_START), len(record) - _PLAIN_END
    if start < 0 or record[end : end + len(_PLAIN_SUM)] != _PLAIN_SUM or not record.endswith(_PLAIN_CLOSE):
        return False
    checksum = zlib.crc32(b"}}", zlib.crc32(memoryview(record)[:end]))
    return record[end + len(_PLAIN_SUM) : -len(_PLAIN_CLOSE)] == b"%08x" % checksum


@lru_cache(_KEPT_DOTS)
def _decode_dots_field(data: bytes) -> frozenset[Dot] | None:
    try:
        dots = cast("dict[str, object]", json.loads(data))
    except ValueError:
        return None
    return frozenset(dot for text in dots.values() for dot in _parse_dots(text))


def dots_of(stored: Mapping[str, object]) -> set[Dot]:
    """Return the dots that a stored record names."""
    return {dot for text in as_mapping(_versions_field(stored).get("dots")).values() for dot in _parse_dots(text)}


def edit_stored(stored: Record | None, before: Mapping[str, object] | None, after: Mapping[str, object], dot: Dot) -> Record:
    """Apply the differences between the plain records `before` and `after` to a stored record.

    A value that is not in `before`, because another window wrote it meanwhile, stays beside the new one as a conflict. One that
    only `after` has beside the new one comes back, when a choice is undone: it gets one of the dots before `dot`, of which
    `count_returning` says how many are needed. If nothing is stored, all of `after` is written.
    """
    if stored is not None and before is not None and (record := _edit_texts(stored, before, after, dot)) is not None:
        return record
    versions = versions_of(stored) if stored is not None else None
    if versions is None:
        return _write_whole(after, dot)
    old, new = dict(before or {}), dict(after)
    old_rivals, new_rivals = as_mapping(old.pop(RIVALS_FIELD, None)), as_mapping(new.pop(RIVALS_FIELD, None))
    if before is not None and not (old_rivals or new_rivals):
        # Most fields are as they were, and their cells need not be compared.
        names = changed_cells(old, new)
        old, new = ({name: side[name] for name in names if name in side} for side in (old, new))
    old_cells, new_cells = to_cells(old), to_cells(new)
    cells = {**old_cells, **new_cells}
    edited = cells.keys() if before is None else {*changed_cells(old_cells, new_cells), *changed_cells(old_rivals, new_rivals)}
    is_edited = False
    for cell in cells:
        if cell not in edited:
            continue
        old_values = [old_cells[cell]] if cell in old_cells else []
        old_values.extend(as_list(old_rivals.get(cell)))
        value = [new_cells[cell]] if cell in new_cells else []
        overwritten = (*(v for v in old_values if not is_among(v, as_list(new_rivals.get(cell)))), *value)
        unseen = {d: v for d, v in versions.get(cell, {}).items() if not (cell in LATEST_WINS or is_among(v, overwritten))}
        values = {**_returning_values(as_list(new_rivals.get(cell)), (*unseen.values(), *value), dot), **unseen}
        if value:
            values[dot] = value[0]
        is_edited = True
        if values:
            versions[cell] = values
        else:
            versions.pop(cell, None)
    return to_stored({**versions, EXISTS_CELL: {dot: None}} if is_edited else versions, context_of(stored or {}))


def _edit_texts(stored: Record, before: Mapping[str, object], after: Mapping[str, object], dot: Dot) -> Record | None:
    """Return what `edit_stored` makes of a record without conflicts of which only texts change, or None for any other edit.

    Most edits are so, and of these the cells need not be taken apart and put together again.
    """
    changed, versions = changed_cells(before, after), _versions_field(stored)
    if not changed or set(versions) != {"dots", "sum"} or any(RIVALS_FIELD in side for side in (stored, before, after)):
        return None
    for name in changed:
        old, new = stored.get(name, ""), after.get(name)
        is_seen = name not in stored or name in LATEST_WINS or old in (before.get(name), new)
        if not (is_seen and isinstance(old, str) and isinstance(new, str)):
            return None
    content = {**content_of(stored), **{name: after[name] for name in changed}}
    dots = {**as_mapping(versions["dots"]), **dict.fromkeys((*changed, EXISTS_CELL), str(dot))}
    usual = dots.pop("", None)
    is_usual_still = 2 * len(dots) <= len(content)  # so most cells have it, however many parts the fields have
    if not (is_usual_still and all(map(_is_one_dot, (usual, *dots.values()))) and dots.keys() <= {*content, EXISTS_CELL}):
        return None
    if not _CELL_SIGNS.isdisjoint("".join(content)) or "" in content:
        return None
    named_dots = {cell: text for cell, text in sorted(dots.items()) if text != usual}
    return _with_versions(_in_order(content), {"dots": {"": usual, **named_dots}})


def _is_one_dot(text: object) -> bool:
    return isinstance(text, str) and _is_encoded_dot(text)


@lru_cache(_KEPT_DOTS)
def _is_encoded_dot(text: str) -> bool:
    dots = _decode_dots(text)
    return len(dots) == 1 and str(dots[0]) == text


def _most_frequent(counts: Mapping[str, int]) -> str:
    return max(sorted(counts.items()), key=lambda counted: counted[1])[0]


def _write_whole(record: Mapping[str, object], dot: Dot) -> Record:
    """Return the stored form of a plain record of which nothing is stored, with its concurrent values."""
    rivals = as_mapping(record.get(RIVALS_FIELD))
    if not rivals:
        return stamp_record(record, dot)
    versions: Versions = {cell: {dot: value} for cell, value in to_cells(content_of(record)).items()}
    for cell, values in rivals.items():
        own = versions.get(cell, {})
        versions[cell] = {**_returning_values(as_list(values), tuple(own.values()), dot), **own}
    return to_stored({**versions, EXISTS_CELL: {dot: None}})


def count_returning(after: Mapping[str, object] | None) -> int:
    """Return how many concurrent values of one cell come back at most with the plain record `after`.

    That may be all that it has, also those that nobody touched: somebody may have removed the record meanwhile.
    """
    rivals = as_mapping((after or {}).get(RIVALS_FIELD))
    return max((len(as_list(values)) for values in rivals.values()), default=0)


def _returning_values(rivals: Iterable[object], present: Sequence[object], dot: Dot) -> dict[Dot, object]:
    """Return the concurrent values that are no longer present, by the dots before `dot`."""
    missing = [value for value in rivals if not is_among(value, present)]
    return {Dot(dot.counter - number, dot.replica): value for number, value in enumerate(missing, 1)}


def join_versions(
    mine: Record | None, my_context: Container[Dot], theirs: Record | None, their_context: Container[Dot]
) -> Record | None:
    """Join the stored records of two libraries, each with its causal context: the dots that the library has seen.

    None stands for a record that a side does not have. It stays removed if that side had seen every dot of the other. If the
    tombstone is available, pass it instead of None: then only the cells that nobody had removed come back.
    """
    if mine is None or theirs is None:
        record, context = (theirs, my_context) if mine is None else (mine, their_context)
        dots = dots_of(record or {})
        # A record without dots was written by another program: it must not be taken for one that was removed.
        return None if dots and all(dot in context for dot in dots) else record
    my_versions, their_versions = versions_of(mine), versions_of(theirs)
    if my_versions is None or their_versions is None:
        return theirs if my_versions is None else mine
    context, their_own = context_of(mine), context_of(theirs)
    my_context, their_context = JoinedContext((my_context, context)), JoinedContext((their_context, their_own))
    context.join(their_own)
    my_new, their_new = _dots_beyond(my_versions, their_context), _dots_beyond(their_versions, my_context)
    versions: Versions = {}
    for cell in {**my_versions, **their_versions}:
        a, b = my_versions.get(cell, {}), their_versions.get(cell, {})
        values = {dot: value for dot, value in a.items() if dot in b or dot in my_new}
        values.update((dot, value) for dot, value in b.items() if dot in a or dot in their_new)
        if not values and a and b:
            # One side had removed the record, and it came back without its old cells: nobody has overwritten both values.
            latest = max({**a, **b})
            values = {latest: {**a, **b}[latest]}
        if values:
            versions[cell] = values
    return to_stored(versions, context) if versions.get(EXISTS_CELL) else None


def _dots_beyond(versions: Versions, context: Container[Dot]) -> set[Dot]:
    """Return the dots of versions that a causal context does not hold: a few, which most cells share."""
    return {dot for dot in set[Dot]().union(*versions.values()) if dot not in context}


def _with_versions(record: Record, fields: Record) -> Record:
    """Return a record, which has no versions yet, with these and their checksum."""
    stored = EncodedRecord(record)
    stored[VERSIONS_FIELD] = fields
    text = encode_json(stored)
    checksum = f"{zlib.crc32(text.encode()):08x}"
    stored[VERSIONS_FIELD] = {**fields, "sum": checksum}
    stored.text = f'{text[:-2]}{"," if fields else ""}"sum":"{checksum}"}}}}'
    return stored


def _versions_field(stored: Mapping[str, object]) -> Mapping[str, object]:
    return as_mapping(stored.get(VERSIONS_FIELD))


def _parse_dots(text: object) -> tuple[Dot, ...]:
    return _decode_dots(text) if isinstance(text, str) else ()


@lru_cache(_KEPT_DOTS)
def _decode_dots(text: str) -> tuple[Dot, ...]:
    dots: list[Dot] = []
    for word in text.split():
        counter, point, replica = word.partition(".")
        if point and counter.isascii() and counter.isdigit() and len(counter) <= _LONGEST_COUNTER:
            dots.append(Dot(int(counter), replica))
    return tuple(dots)


@lru_cache(_KEPT_DOTS)
def _encode_dots(dots: tuple[Dot, ...]) -> str:
    return " ".join(map(str, sorted(dots)))


def _distinct_values(values: Iterable[object]) -> list[object]:
    return list({encode_json(value): value for value in values}.values())
