"""Joining all that is left of a damaged library: files, backups, changes in logs, single records, each with what it knew.

A whole file knows of every record, so that one which is not in it was removed, or not made yet. Of a damaged file only the
records that can be read say something, each for itself; of one that is missing nobody knows whether it was removed. A change in
a log holds its records whole, before and after, so that it can be taken in whatever came before it is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from reader.library.inspection import Copy
from reader.library.lines import Lines, identified, is_identified
from reader.library.log import Line
from reader.library.meta import SCHEMA, Meta
from reader.library.salvage import Piece, Salvage
from reader.library.taking import delta, taken
from reader.library.versions import Dot, Seen, dots_of, joined, written
from reader.review.cells import Record

Key = tuple[str, str]
"""A record's table and id."""

UNKNOWN: Final = "recovered"
"""The table for records of which nobody knows any more in which they were."""


class Gathered:
    """The records that were gathered, and the dots that are known: `seen`, what a library of these records has seen."""

    def __init__(self) -> None:
        self.lines = Lines()
        self.seen = Seen()
        self._everywhere = Seen()
        self._of: dict[Key, Seen] = {}

    def take_copy(self, copy: Copy) -> None:
        """Take in a file that can be read to its end."""
        seen = copy.meta.seen.copy()
        if not copy.whole:
            seen.add(copy.stamp)
        if self._everywhere.covers(seen):
            return
        for (table, record_id), record in taken(self.lines, self._everywhere, copy.lines, copy.meta, copy.stamp).items():
            self._set((table, record_id), record)
        self._everywhere.join(seen)
        self.seen.join(seen)

    def take_changes(self, changes: Iterable[Line]) -> None:
        """Take in changes from logs, in any order."""
        for line in sorted(changes, key=lambda line: line.dot):
            for table, record_id, before, after in line.operations:
                key, knew = (table, record_id), Seen()
                knew.add(line.dot, *dots_of(before or {}), *dots_of(after or {}))
                have = self._known_of(key)
                if line.dot not in have:
                    mine = self.lines.get(*key)
                    self._set(key, delta(mine, have, before, after, line.saw))
                    self._know(key, knew)
            self.seen.add(line.dot)
            self.seen.join(line.saw or Seen())

    def take_pieces(self, found: Salvage, stamp: Dot) -> dict[Key, bool]:
        """Take in what is left of a damaged file, and return of which records the sum does not fit.

        True: nothing else has that record, so it was taken as it is. False: it was passed over for what another source says of
        it. What another program wrote in the file gets the dot `stamp`.
        """
        doubtful: list[tuple[Key, Record]] = []
        versioned = any(piece.fits is not None for piece in found.pieces)
        for piece in found.pieces:
            key, record = named(piece)
            knew = found.meta.seen.copy() if found.meta is not None else Seen()
            knew.add(*dots_of(record))
            if piece.fits:
                self._set(key, joined(self.lines.get(*key), self._known_of(key), record, knew))
                self._know(key, knew)
            elif found.own and versioned:
                doubtful.append((key, record))
            else:
                self._take_foreign(key, record, knew, stamp)
        return {key: self._take_doubtful(key, record, stamp) for key, record in doubtful}

    def _take_foreign(self, key: Key, record: Record, knew: Seen, stamp: Dot) -> None:
        mine = self.lines.get(*key)
        ours = Lines({key[0]: {"1": mine}}) if mine is not None else Lines()
        changed = taken(ours, self._known_of(key), Lines({key[0]: {"1": record}}), Meta(SCHEMA, "", knew), stamp)
        for now in changed.values():
            self._set(key, now)
        self._know(key, knew)
        self._know(key, Seen({stamp.replica: stamp.number}))

    def _take_doubtful(self, key: Key, record: Record, stamp: Dot) -> bool:
        if self.lines.line(*key) is not None or all(dot in self._known_of(key) for dot in dots_of(record)):
            return False
        self._set(key, written(record, stamp))
        self.seen.add(stamp)
        return True

    def met(self, key: Key) -> bool:
        """Whether a change or a piece spoke of a record, which may be removed since."""
        return key in self._of

    def _known_of(self, key: Key) -> Seen:
        known = self._everywhere.copy()
        known.join(self._of.get(key, _NOTHING))
        return known

    def _know(self, key: Key, seen: Seen) -> None:
        self._of.setdefault(key, Seen()).join(seen)
        self.seen.join(seen)

    def _set(self, key: Key, record: Record | None) -> None:
        if record is None:
            self.lines.drop(*key)
        else:
            self.lines.put(*key, record)


def named(piece: Piece) -> tuple[Key, Record]:
    """Return a record under its table and id, with an id in it if it is of a table whose records have one."""
    table = piece.table or UNKNOWN
    record = cast("Record", identified(table, piece.key, piece.record))
    given = record.get("id") if is_identified(table) else None
    return (table, given if isinstance(given, str) and given else piece.key), record


_NOTHING: Final = Seen()
