"""Which change wrote what: the versions of a record's cells, and how two libraries that went their own ways become one.

Every change has a dot: a number and the replica that made it. Numbers count on from the highest one the replica knew, so a
change that knew of another has the higher number, whatever any clock says. A library knows which dots it has seen: all up to
a number, for each replica. A cell carries the dot that wrote it, and two dots with two values once two replicas wrote it, each
without knowing of the other. Of that, `joined` makes what is called an observed-remove map of multi-value registers (Almeida,
Shoker, Baquero: Delta State Replicated Data Types, 2018): merging is commutative, associative and idempotent, a removal takes
away only what it had seen, and no value is dropped before somebody who saw it wrote another.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from typing import Final, NamedTuple, cast

from reader.review.cells import LATEST_WINS, Record, from_cells, is_same_value, to_cells
from reader.review.conflicts import PAIR_CELLS, combine_judgement_records

VERSIONS_FIELD: Final = "_versions"
"""The field of a stored record that is the library's own. It holds `dots` (of the cells; "" stands for all that are not named),
`rivals` (the other values of cells that have several, by cell and dot) and `sum` (tells whether another program changed the
record, or damage did)."""
RIVALS_FIELD: Final = "_rivals"
"""The field of a plain record that holds the other values of its cells, by cell."""

EXISTS_CELL: Final = "*"
"""The cell that every record has, without a value: an empty record is there too. Every change writes it, so that who removes
the record, which takes only this cell away, does not remove what they had not seen."""

_FIRST: Final = ("id", "article")
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Dot(NamedTuple):
    """A change: its number and the replica that made it. The later of two dots is the greater."""

    counter: int
    replica: str

    def __str__(self) -> str:
        return f"{self.counter}.{self.replica}"


class VersionVector:
    """The dots that a library knows: for each replica all up to a number."""

    def __init__(self, numbers: Mapping[str, int] | None = None) -> None:
        self.counters: dict[str, int] = dict(numbers or {})

    @classmethod
    def from_json(cls, value: object) -> VersionVector:
        """Return what a JSON value says; what is no number is left out."""
        named = _mapping_or_empty(value)
        return cls({replica: number for replica, number in named.items() if isinstance(number, int)})

    def __contains__(self, dot: Dot) -> bool:
        return self.counters.get(dot.replica, 0) >= dot.counter

    def covers(self, other: VersionVector) -> bool:
        """Whether all that `other` knows is known here."""
        return all(self.counters.get(replica, 0) >= number for replica, number in other.counters.items())

    def add(self, *dots: Dot) -> None:
        """Know these dots from now on, and those before them."""
        for dot in dots:
            self.counters[dot.replica] = max(dot.counter, self.counters.get(dot.replica, 0))

    def join(self, other: VersionVector) -> None:
        """Know all that `other` knows from now on."""
        self.add(*(Dot(number, replica) for replica, number in other.counters.items()))

    def next(self, replica: str) -> Dot:
        """Return the dot of the replica's next change."""
        return Dot(max(self.counters.values(), default=0) + 1, replica)

    def copy(self) -> VersionVector:
        """Return what is known now, as a value of its own."""
        return VersionVector(self.counters)


Versions = dict[str, dict[Dot, object]]
"""The cells of a record: for each the values it has, by the dot that wrote them. More than one: nobody has chosen yet."""


def versions_of(stored: Mapping[str, object]) -> Versions | None:
    """Return the versions of a stored record, None for one that no library wrote."""
    kept = _versions_field(stored)
    named = {cell: _parse_dots(text) for cell, text in _mapping_or_empty(kept.get("dots")).items()}
    rivals = stored_conflicts(stored)
    versions: Versions = {}
    for cell, value in (*to_cells(content_of(stored)).items(), (EXISTS_CELL, None)):
        other = _mapping_or_empty(rivals.get(cell))
        versions[cell] = {dot: other.get(str(dot), value) for dot in named.get(cell, named.get("", ()))}
        if not versions[cell] and cell != EXISTS_CELL:
            return None
    return versions


def to_stored(versions: Versions) -> Record:
    """Return the record that is stored for these versions: of each cell the latest value, lists in the order of their dots."""
    latest = {cell: max(values) for cell, values in versions.items() if values}
    known = versions.keys() - {EXISTS_CELL, *_FIRST}
    whole = [*(c for c in _FIRST if c in versions), *sorted(c for c in known if "/" not in c or c.startswith("="))]
    parts = sorted((c for c in versions if c in known and "/" in c and not c.startswith("=")), key=lambda cell: latest[cell])
    record = from_cells({cell: versions[cell][latest[cell]] for cell in (*whole, *parts)})
    rivals: dict[str, Record] = {}
    for cell in latest:
        values = versions[cell]
        other = {str(dot): value for dot, value in sorted(values.items()) if not is_same_value(value, values[latest[cell]])}
        if other:
            rivals[cell] = other
    dots = {cell: " ".join(map(str, sorted(values))) for cell, values in versions.items()}
    usual = max(sorted(Counter(dots.values()).items()), key=lambda counted: counted[1])[0]
    kept: Record = {"dots": {"": usual, **{cell: text for cell, text in sorted(dots.items()) if text != usual}}}
    if rivals:
        kept["rivals"] = dict(sorted(rivals.items()))
    return {**record, VERSIONS_FIELD: {**kept, "sum": checksum_of({**record, VERSIONS_FIELD: kept})}}


def tombstone_of(stored: Record) -> Record:
    """Return what is left of a stored record once it was removed: what its cells were, for one that comes back all the same."""
    versions = versions_of(stored)
    return to_stored({**versions, EXISTS_CELL: {}}) if versions is not None else stored


def is_present(stored: Record) -> bool:
    """Whether a stored record is one, and not what is left of one that was removed."""
    return _mapping_or_empty(_versions_field(stored).get("dots")).get(EXISTS_CELL) != ""


def stamp_record(record: Mapping[str, object], dot: Dot) -> Record:
    """Return the stored record of a plain one that a change wrote as a whole."""
    content = content_of(record)
    ordered = {name: content[name] for name in (*_FIRST, *sorted(content.keys() - {*_FIRST})) if name in content}
    kept: Record = {"dots": {"": str(dot)}}
    return {**ordered, VERSIONS_FIELD: {**kept, "sum": checksum_of({**ordered, VERSIONS_FIELD: kept})}}


def to_plain(stored: Mapping[str, object]) -> Record:
    """Return a stored record without what is only the library's, but with the other values of cells that have several.

    What several said of one pair at once stands there together, evidence with evidence; beside it what each of them said.
    """
    record = to_raw(stored)
    if RIVALS_FIELD in record and any(cell.startswith(PAIR_CELLS) for cell in _mapping_or_empty(record[RIVALS_FIELD])):
        cells, rivals = to_cells(content_of(record)), dict(_mapping_or_empty(record[RIVALS_FIELD]))
        for cell in (cell for cell in rivals if cell.startswith(PAIR_CELLS) and cell in cells):
            others = _list_or_empty(rivals[cell])
            joined = combine_judgement_records(cells[cell], others)
            if not is_same_value(joined, cells[cell]):
                cells[cell], rivals[cell] = joined, [cells[cell], *others]
        record = {**from_cells(cells), RIVALS_FIELD: rivals}
    return record


def to_raw(stored: Mapping[str, object]) -> Record:
    """Return a stored record as `plain_of` does, but each cell as whoever wrote it last left it."""
    record = content_of(stored)
    rivals = stored_conflicts(stored)
    if rivals:
        record[RIVALS_FIELD] = {cell: _distinct_values(_mapping_or_empty(values).values()) for cell, values in rivals.items()}
    return record


def stored_conflicts(stored: Mapping[str, object]) -> Mapping[str, object]:
    """Return the cells of a stored record that have several values, with the others than the one it shows by their dots."""
    return _mapping_or_empty(_versions_field(stored).get("rivals"))


def is_unaltered(stored: Mapping[str, object]) -> bool:
    """Whether a record is as a library wrote it: another program that changes one leaves the sum as it was."""
    kept = dict(_versions_field(stored))
    return kept.pop("sum", None) == checksum_of({**content_of(stored), VERSIONS_FIELD: kept})


def checksum_of(content: Mapping[str, object]) -> str:
    """Return the sum of a record's content: eight hexadecimal digits."""
    return f"{zlib.crc32(_encode(content).encode()):08x}"


def dots_of(stored: Mapping[str, object]) -> set[Dot]:
    """Return the dots that a stored record names."""
    return {dot for text in _mapping_or_empty(_versions_field(stored).get("dots")).values() for dot in _parse_dots(text)}


def edit_stored(stored: Record | None, before: Mapping[str, object] | None, after: Mapping[str, object], dot: Dot) -> Record:
    """Return a stored record with what a change made of it: what differs between the plain records `before` and `after`.

    A value that the change did not know (another window wrote it meanwhile) stays beside the new one. Where nothing is stored,
    the whole of `after` is written.
    """
    versions = versions_of(stored) if stored is not None else None
    if versions is None:
        return stamp_record(after, dot)
    old, new = dict(before or {}), dict(after)
    knew, keeps = _mapping_or_empty(old.pop(RIVALS_FIELD, None)), _mapping_or_empty(new.pop(RIVALS_FIELD, None))
    was, is_ = to_cells(old), to_cells(new)
    touched = False
    for cell in {**was, **is_}:
        known = [was[cell]] if cell in was else []
        known.extend(_list_or_empty(knew.get(cell)))
        wanted = [is_[cell]] if cell in is_ else []
        if (before is not None and is_same_value(known[:1], wanted)) and is_same_value(knew.get(cell), keeps.get(cell)):
            continue
        overwritten = (*(v for v in known if not _is_among(v, _list_or_empty(keeps.get(cell)))), *wanted)
        unknown = {d: v for d, v in versions.get(cell, {}).items() if not (cell in LATEST_WINS or _is_among(v, overwritten))}
        values = {**unknown, dot: wanted[0]} if wanted else unknown
        touched = True
        if values:
            versions[cell] = values
        else:
            versions.pop(cell, None)
    return to_stored({**versions, EXISTS_CELL: {dot: None}} if touched else versions)


def join_versions(
    mine: Record | None, my_context: Container[Dot], theirs: Record | None, their_context: Container[Dot]
) -> Record | None:
    """Return what a stored record is once two libraries know of each other; `have` and `they_have` are what each has seen.

    None on one side: the record is not there. It stays gone if whoever removed it had seen all of it. Where it is still known
    what was removed, `removed` of that says more exactly what comes back.
    """
    if mine is None or theirs is None:
        there, seen = (theirs, my_context) if mine is None else (mine, their_context)
        dots = dots_of(there or {})
        # Without a dot nobody knows what the record is of: it must not be taken for one that was removed.
        return None if dots and all(dot in seen for dot in dots) else there
    ours, other = versions_of(mine), versions_of(theirs)
    if ours is None or other is None:
        return theirs if ours is None else mine
    versions: Versions = {}
    for cell in {**ours, **other}:
        a, b = ours.get(cell, {}), other.get(cell, {})
        values = {dot: value for dot, value in a.items() if dot in b or dot not in their_context}
        values.update((dot, value) for dot, value in b.items() if dot in a or dot not in my_context)
        if not values and a and b:
            # One of them had removed the record, which came back without what it was: nobody has overwritten both.
            latest = max({**a, **b})
            values = {latest: {**a, **b}[latest]}
        if values:
            versions[cell] = values
    return to_stored(versions) if versions.get(EXISTS_CELL) else None


def _is_among(value: object, values: Iterable[object]) -> bool:
    return any(is_same_value(value, one) for one in values)


def _versions_field(stored: Mapping[str, object]) -> Mapping[str, object]:
    return _mapping_or_empty(stored.get(VERSIONS_FIELD))


def content_of(stored: Mapping[str, object]) -> Record:
    """Return a stored record without what is only the library's."""
    return {field: value for field, value in stored.items() if field not in (VERSIONS_FIELD, RIVALS_FIELD)}


def _parse_dots(text: object) -> tuple[Dot, ...]:
    found: list[Dot] = []
    for word in text.split() if isinstance(text, str) else ():
        number, point, replica = word.partition(".")
        if point and number.isascii() and number.isdigit():
            found.append(Dot(int(number), replica))
    return tuple(found)


def _mapping_or_empty(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _list_or_empty(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _distinct_values(values: Iterable[object]) -> list[object]:
    return list({_encode(value): value for value in values}.values())
