"""What can still be read of damaged files: the records of a library, the changes of a log. Pure: bytes in, values out.

A library's own layout has one record a line, so damage to one line leaves the others. Files that another program wrote, all in
one line, are read as far as whole records stand in them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from reader.errors import ReaderError
from reader.library.journal import JournalEntry, changes
from reader.library.library_file import ANNOTATIONS, ARTICLES, META, SOURCES, TAGS, Meta, RecordTables
from reader.library.versions import VERSIONS, as_written
from reader.review.cells import Record

_HEADING: Final = re.compile(r'"(?!\d+")((?:[^"\\]|\\.)*)": \{')
_RECORD: Final = re.compile(r'"(\d+)": (\{.*\}),?')
_OWN: Final = re.compile(rb'^"\d+": \{.*\},?$', re.MULTILINE)
_START: Final = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*(?=\{)|(?=\{"id":")', re.DOTALL)
_TABLE: Final = re.compile(r'\{\s*"\d+"\s*:\s*\{')
_ENDS: Final = frozenset(["{", "}", "},", ""])
_DIGEST: Final = re.compile(rb'"digest":"([0-9a-f]{64})')
_CHANGE: Final = re.compile(rb'\{"n":\d+,"replica":')
_SUM: Final = re.compile(rb',"sum":"[0-9a-f]{8}"\}')
_SHAPES: Final = (
    (ANNOTATIONS, {"selector", "kind"}),
    (ARTICLES, {"digest", "source"}),
    (TAGS, {"name", "colour"}),
    (SOURCES, {"names", "texts"}),
    (META, {"schema", "made_by"}),
)
_read = json.JSONDecoder().raw_decode


class Piece(NamedTuple):
    """A record that could be read. `fits` says whether its sum is that of its content, None when it has none.

    `table` is "" when the name of its table could not be read and its fields do not tell either; `key` is "" when it could not
    be read.
    """

    table: str
    key: str
    record: Record
    fits: bool | None


@dataclass(slots=True)
class Salvage:
    """What a damaged library file still holds: records, and the keys of those that could not be read.

    `own` says whether it is in a library's own layout, `meta` what it says of itself where that can be believed.
    """

    own: bool
    pieces: list[Piece] = field(default_factory=list[Piece])
    torn: list[str] = field(default_factory=list[str])
    meta: Meta | None = None


def salvaged(data: bytes) -> Salvage:
    """Return what can be read of a library file that is damaged anywhere in any way.

    Each record whose line is as it was written comes back as it was.
    """
    found = Salvage(own=_OWN.search(data) is not None)
    reading = _Reading(found)
    text = data.decode("utf-8", "surrogateescape")
    if found.own:
        for line in text.split("\n"):
            reading.take_line(line)
        reading.end()
    else:
        reading.take_text(text)
    metas = [piece for piece in found.pieces if piece.table == META]
    found.pieces = [piece for piece in found.pieces if piece.table != META]
    found.meta = next(filter(None, (_believed(piece.record) for piece in metas)), None)
    found.pieces = list(_renamed(found))
    return found


def mended(data: bytes) -> bytes | None:
    """Return a library file as it was written if only what stands behind its digest is damaged, else None."""
    places = list(_DIGEST.finditer(data))
    if places and hashlib.sha256(data[: places[-1].start()]).hexdigest().encode() == places[-1][1]:
        return data[: places[-1].end()] + b'"}\n}\n}\n'
    return None


def salvaged_changes(data: bytes) -> Iterator[JournalEntry]:
    """Yield the changes that stand whole somewhere in a piece of a log whose lines are damaged."""
    ends = [match.end() for match in _SUM.finditer(data)]
    after = 0
    for match in _CHANGE.finditer(data):
        start = match.start()
        for end in (end for end in ends if after <= start < end):
            piece = data[start:end]
            line = next(changes(piece + b"\n"), None) if b"\n" not in piece else None
            if line is not None:
                after = end
                yield line
                break


class _Reading:
    """Goes through a damaged file from its beginning, and remembers which table it is in.

    `_sure` is whether that is certain: the name of the next table may have stood in what could not be read.
    """

    def __init__(self, found: Salvage) -> None:
        self._found = found
        self._table = ""
        self._sure = False
        self._unread: list[str] = []

    def take_line(self, line: str) -> None:
        """Take a line of a library's own layout."""
        record = _RECORD.fullmatch(line)
        parsed = _record_at(record[2], 0) if record else None
        heading = _HEADING.fullmatch(line)
        if record and parsed and parsed[1] == len(record[2]):
            self.end()
            self._add(record[1], *parsed)
        elif heading:
            self.end()
            self._table, self._sure = _name(heading[1]), True
        elif line in _ENDS:
            self.end()
            self._table, self._sure = ("", False) if line else (self._table, self._sure)
        else:
            self._unread.append(line)

    def end(self) -> None:
        """Look for whole records in the lines that could not be read as such."""
        if self._unread:
            text, self._unread = "\n".join(self._unread), []
            self._sure = False
            self.take_text(text)
            self._sure = False

    def take_text(self, text: str) -> None:
        """Take a text that is not in lines, or in lines that are damaged."""
        at = 0
        while match := _START.search(text, at):
            name, start = match[1], match.end()
            parsed = _record_at(text, start) if name is None or _is_key(name) else None
            if name is None:
                # Its key cannot be read; but what it says of itself tells that it is a record, and whole.
                at = start + 1
                if parsed is not None and as_written(parsed[0]):
                    at = self._add("", *parsed)
            elif not _is_key(name):
                # A quotation mark may end one name and begin the next: between two names nothing may be passed over.
                at = match.start() + 1
                if _TABLE.match(text, start):
                    self._table, self._sure, at = _name(name), True, start
            elif parsed is None or _holds_others(parsed[0]):
                self._found.torn.append(name)
                at = start
            else:
                at = self._add(name, *parsed)

    def _add(self, key: str, record: Record, end: int) -> int:
        """Keep a record, and return the place behind it."""
        table = self._table if self._sure else _shape(record) or self._table
        self._found.pieces.append(Piece(table, key, record, as_written(record) if VERSIONS in record else None))
        return end


def _renamed(found: Salvage) -> Iterator[Piece]:
    """Yield the pieces, those of a table whose name is damaged under the name that is missing.

    Only in a library's own layout is a table damaged that the file does not name: other programs add some.
    """
    there = {piece.table for piece in found.pieces}
    wanted = found.meta.tables if found.meta is not None else (ANNOTATIONS, ARTICLES, TAGS, SOURCES)
    missing = [table for table in wanted if table not in there]
    only = missing[0] if found.meta is not None and len(missing) == 1 else ""
    for piece in found.pieces:
        if found.own and piece.table not in wanted:
            shape = _shape(piece.record)
            piece = piece._replace(table=shape if shape in missing else only or piece.table)
        yield piece


def _record_at(text: str, start: int) -> tuple[Record, int] | None:
    try:
        record, end = cast("tuple[object, int]", _read(text, start))
    except (ValueError, RecursionError):
        return None
    return (cast("Record", record), end) if isinstance(record, dict) else None


def _holds_others(record: Record) -> bool:
    """Whether a record seems to hold the records that followed it, because the sign that ended it is damaged."""
    return not as_written(record) and any(_is_key(name) and isinstance(value, dict) for name, value in record.items())


def _is_key(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _shape(record: Record) -> str:
    return next((table for table, fields in _SHAPES if fields <= record.keys()), "")


def _name(quoted: str) -> str:
    try:
        return str(json.loads(f'"{quoted}"'))
    except ValueError:
        return quoted


def _believed(record: Record) -> Meta | None:
    """Return what a file says of itself, if that has a sum and it fits."""
    if "sum" not in record:
        return None
    try:
        return RecordTables.parse(json.dumps({META: {"1": record}}).encode(), META)[1]
    except ReaderError:
        return None
