"""Find the lines of a library file: each table is a range of lines that are sorted by key, so one is found in a few reads.

A file as a library wrote it needs no other directory of its keys. Of a large one only the lines that are asked for are read;
the lines of one in another layout are collected in order first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, cast

from reader.library.byte_source import ByteSource, FileBytes, Spool, find_bytes, read_chunks
from reader.library.tables import META
from reader.library.versions import encode_json

_CHUNK: Final = 1 << 17
_PROBE: Final = 1 << 11
_PLACES: Final = 64
"""Most places that are kept: a change of a review is about a handful of records."""
_decode_key = json.JSONDecoder().raw_decode


# ------------------------------------------------------------------ lines


class Line(NamedTuple):
    """A line of a table: its key, its half-open range of bytes in the file, and the bytes, without comma and line end."""

    key: str
    start: int
    end: int
    data: bytes


class Place(NamedTuple):
    """The place of a key in a table: the start and end of its line; for a missing key the start of the next line, and -1."""

    start: int
    end: int


class SortedLines:
    """The tables of a file as `encode_file` writes it. `ranges` are the half-open ranges of their lines in bytes."""

    def __init__(self, source: ByteSource, ranges: dict[str, tuple[int, int]] | None = None) -> None:
        self.source = source
        self.ranges = table_ranges(source) if ranges is None else ranges
        self._places: dict[tuple[str, str], Place] = {}
        self._ends: dict[str, tuple[tuple[int, str], tuple[int, str]]] = {}

    @property
    def is_lost(self) -> bool:
        """Whether a program has written into the file, or the system no longer tells, so that its lines cannot be relied on."""
        if not isinstance(self.source, FileBytes):
            return False
        try:
            return self.source.is_changed
        except OSError:
            return True

    def find(self, table: str, key: str) -> Place:
        """Return the place of a key. One beyond the last key, as that of every new record, is not looked for."""
        (low, high), rank = self.ranges.get(table, (0, 0)), key_rank(key)
        if low < high and not self.is_lost:
            first, last = self._end_ranks(table)
            if not first <= rank <= last:
                return Place(low if rank < first else high + 2, -1)
        return self._find_between(low, high, rank)

    def _end_ranks(self, table: str) -> tuple[tuple[int, str], tuple[int, str]]:
        """Return the ranks of the first and the last key of a table that is not empty."""
        if table not in self._ends:
            low, high = self.ranges[table]
            first, last = (key_rank(key_of(self._line_around(at, low, high)[2])) for at in (low, high - 1))
            self._ends[table] = first, last
        return self._ends[table]

    def find_all(self, table: str, keys: Iterable[str]) -> Iterator[Place]:
        """Yield the places of sorted keys. Where they are close together, the lines between them are read once, in step."""
        low, end = self.ranges.get(table, (0, 0))
        lines: list[Line] = []
        size, is_close = _PROBE, False
        for key in keys:
            rank = key_rank(key)
            while True:
                lines = lines or self._next_lines(low, end, size)
                while lines and key_rank(lines[-1].key) < rank:
                    low = lines.pop().end + 2
                if lines or not is_close:
                    break
                size, is_close = min(2 * size, _CHUNK), False
            if lines:
                is_close = True
                yield Place(low, lines[-1].end if lines[-1].key == key else -1)
            else:
                size = _PROBE
                place = self._find_after(low, end, rank)
                low = place.start
                yield place

    def _next_lines(self, start: int, end: int, size: int) -> list[Line]:
        """Return the whole lines within some bytes from the start of a line on, the last one first."""
        last = min(end, start + size)
        data = self.source.read(start, last) if start < last else b""
        whole = len(data) if last == end else data.rfind(b"\n")
        return list(_split_lines(start, data[:whole]))[::-1] if whole > 0 else []

    def _find_after(self, low: int, high: int, rank: tuple[int, str]) -> Place:
        """Return the place of a key from the start of a line on, by steps that double."""
        step = _PROBE
        while low + step < high:
            start, _, data = self._line_around(low + step, low, high)
            if key_rank(key_of(data)) > rank:
                high = max(low, start - 2)
                break
            low, step = start, step * 2
        return self._find_between(low, high, rank)

    def _find_between(self, low: int, high: int, rank: tuple[int, str]) -> Place:
        while low < high:
            start, end, data = self._line_around((low + high) // 2, low, high)
            found = key_rank(key_of(data))
            if found == rank:
                return Place(start, end)
            if found < rank:
                low = end + 2
            else:
                high = max(low, start - 2)
        return Place(low, -1)

    def line(self, table: str, key: str) -> bytes | None:
        """Return the line with a key, or None. A change asks several times for the few it is about: their places are kept."""
        place = self._places.get((table, key))
        if place is None or self.is_lost:
            if len(self._places) >= _PLACES:
                self._places.clear()
            place = self._places[table, key] = self.find(table, key)
        return None if place.end < 0 else self.source.read(*place)

    def lines(self, table: str) -> Iterator[Line]:
        """Yield the lines of a table in the order of their keys."""
        return self.lines_in(*self.ranges.get(table, (0, 0)))

    def keyed_lines(self, table: str) -> Iterator[tuple[str, bytes]]:
        """Yield the keys and the bytes of the lines of a table in the order of their keys."""
        for _, chunk in self.chunks(table):
            for part in chunk.split(b"\n"):
                line = part.removesuffix(b",")
                yield key_of(line), line

    def lines_in(self, start: int, end: int) -> Iterator[Line]:
        """Yield the lines of a range that begins and ends with whole lines."""
        for position, chunk in self._chunks_in(start, end):
            yield from _split_lines(position, chunk)

    def chunks(self, table: str) -> Iterator[tuple[int, bytes]]:
        """Yield a table in pieces of whole lines, each with its position; between two lines stand a comma and a line end."""
        return self._chunks_in(*self.ranges.get(table, (0, 0)))

    def _chunks_in(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        rest = b""
        for chunk in read_chunks(self.source, start, end):
            whole, line_end, last = chunk.rpartition(b"\n")
            if line_end:
                yield start, rest + whole
                start, rest = start + len(rest) + len(whole) + 1, last
            else:
                rest += chunk
        if rest:
            yield start, rest

    def count(self, table: str) -> int:
        """Count the lines of a table."""
        start, end = self.ranges.get(table, (0, 0))
        return sum(chunk.count(b"\n") for chunk in read_chunks(self.source, start, end)) + (end > start)

    def _line_around(self, position: int, low: int, high: int) -> tuple[int, int, bytes]:
        """Return the range and the beginning of the line at a position; `low` and `high` are ends of whole lines around it."""
        size = _PROBE
        while True:
            first, last = max(low, position - size), min(high, position + size)
            data = self.source.read(first, last)
            start = data.rfind(b"\n", 0, position - first) + 1
            end = data.find(b"\n", position - first)
            is_whole = (start or first == low) and (end >= 0 or last == high)
            if is_whole:
                # Before a line end stands a comma, except at the end of the table.
                stop = end - 1 if end >= 0 else len(data)
                return first + start, first + stop, data[start:stop]
            size *= 4


def _split_lines(position: int, data: bytes) -> Iterator[Line]:
    for part in data.split(b"\n"):
        line = part.removesuffix(b",")
        yield Line(key_of(line), position, position + len(line), line)
        position += len(part) + 1


class LineCollector:
    """Lines that are taken from somewhere, table after table, and each table in the order of its keys."""

    def __init__(self) -> None:
        self._spool = Spool()
        self._ranges: dict[str, tuple[int, int]] = {}
        self._table = ""
        self._last_rank = key_rank("")

    def begin(self, table: str) -> None:
        """Begin a table, in place of one with the same name."""
        self._table, self._last_rank = table, key_rank("")
        self._ranges[table] = self._spool.size, self._spool.size

    def can_add(self, table: str, key: str) -> bool:
        """Whether a line can be added: it is of the table that was begun last, or of a new one, and after all others there."""
        return key_rank(key) > self._last_rank if table == self._table else table not in self._ranges

    def add(self, table: str, key: str, line: bytes) -> None:
        """Add a line that can be added, without comma and line end. Raises SpoolError."""
        if table not in self._ranges:
            self.begin(table)
        start, end = self._ranges[table]
        self._spool.write(line if start == end else b",\n" + line)
        self._ranges[table] = start, self._spool.size
        self._last_rank = key_rank(key)

    def rename(self, table: str, name: str) -> None:
        """Give a table another name, which none has."""
        self._ranges[name] = self._ranges.pop(table)

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return list(self._ranges)

    def lines(self) -> SortedLines:
        """Return the lines, when all are added. Raises SpoolError."""
        return SortedLines(self._spool.source(), self._ranges)


def table_ranges(source: ByteSource) -> dict[str, tuple[int, int]]:
    """Return the ranges of the tables in a file as `encode_file` writes it, without the table `meta`."""
    ranges: dict[str, tuple[int, int]] = {}
    start = 2
    while True:
        end = find_bytes(source, b": {\n", start)
        table, start = cast("str", json.loads(source.read(start, end))), end + 4
        if table == META:
            return ranges
        is_empty = source.read(start, start + 3) == b"},\n"
        end = start if is_empty else find_bytes(source, b"\n},\n", start)
        ranges[table] = start, end
        start = end + (3 if is_empty else 4)


def key_rank(key: str) -> tuple[int, str]:
    """Return the value by which keys are sorted: by length, then as text, which sorts numbers by value."""
    return len(key), key


def key_of(line: bytes) -> str:
    """Return the key at the beginning of a line. Raises ValueError when there is none."""
    key = line[1 : line.index(b'"', 1)]
    if b"\\" not in key and line.startswith(b'"'):
        return key.decode()
    return cast("str", _decode_key(line.decode())[0])


def record_part(key: str, line: bytes) -> bytes:
    """Return the record of a line without its key."""
    # Nearly every key is a number, which is encoded as it is.
    return line[(len(key) + 2 if key.isascii() and key.isdigit() else len(encode_json(key))) + 2 :]
