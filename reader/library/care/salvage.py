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
from reader.library.journal import JournalEntry, read_entries
from reader.library.library_file import ANNOTATIONS, ARTICLES, META, SOURCES, TAGS, Meta, RecordTables
from reader.library.versions import VERSIONS_FIELD, is_unaltered
from reader.review.cells import Record

_HEADING: Final = re.compile(r'"(?!\d+")((?:[^"\\]|\\.)*)": \{')
_RECORD: Final = re.compile(r'"(\d+)": (\{.*\}),?')
_OWN_LINE: Final = re.compile(rb'^"\d+": \{.*\},?$', re.MULTILINE)
_START: Final = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*(?=\{)|(?=\{"id":")', re.DOTALL)
_TABLE: Final = re.compile(r'\{\s*"\d+"\s*:\s*\{')
_TABLE_ENDS: Final = frozenset(["{", "}", "},", ""])
_DIGEST: Final = re.compile(rb'"digest":"([0-9a-f]{64})')
_CHANGE: Final = re.compile(rb'\{"n":\d+,"replica":')
_SUM: Final = re.compile(rb',"sum":"[0-9a-f]{8}"\}')
_TABLE_FIELDS: Final = (
    (ANNOTATIONS, {"selector", "kind"}),
    (ARTICLES, {"digest", "source"}),
    (TAGS, {"name", "colour"}),
    (SOURCES, {"names", "texts"}),
    (META, {"schema", "made_by"}),
)
_decode_json = json.JSONDecoder().raw_decode


class SalvagedRecord(NamedTuple):
    """A record that could be read. `fits` says whether its sum is that of its content, None when it has none.

    `table` is "" when the name of its table could not be read and its fields do not tell either; `key` is "" when it could not
    be read.
    """

    table: str
    key: str
    record: Record
    sum_fits: bool | None


@dataclass(slots=True)
class Salvage:
    """What a damaged library file still holds: records, and the keys of those that could not be read.

    `own` says whether it is in a library's own layout, `meta` what it says of itself where that can be believed.
    """

    is_own_layout: bool
    records: list[SalvagedRecord] = field(default_factory=list[SalvagedRecord])
    torn_keys: list[str] = field(default_factory=list[str])
    meta: Meta | None = None


def salvage_library(data: bytes) -> Salvage:
    """Return what can be read of a library file that is damaged anywhere in any way.

    Each record whose line is as it was written comes back as it was.
    """
    found = Salvage(is_own_layout=_OWN_LINE.search(data) is not None)
    reading = _SalvageReader(found)
    text = data.decode("utf-8", "surrogateescape")
    if found.is_own_layout:
        for line in text.split("\n"):
            reading.take_line(line)
        reading.end()
    else:
        reading.take_text(text)
    metas = [piece for piece in found.records if piece.table == META]
    found.records = [piece for piece in found.records if piece.table != META]
    found.meta = next(filter(None, (_trusted_meta(piece.record) for piece in metas)), None)
    found.records = list(_assign_tables(found))
    return found


def mend_digest(data: bytes) -> bytes | None:
    """Return a library file as it was written if only what stands behind its digest is damaged, else None."""
    places = list(_DIGEST.finditer(data))
    if places and hashlib.sha256(data[: places[-1].start()]).hexdigest().encode() == places[-1][1]:
        return data[: places[-1].end()] + b'"}\n}\n}\n'
    return None


def salvage_entries(data: bytes) -> Iterator[JournalEntry]:
    """Yield the changes that stand whole somewhere in a piece of a log whose lines are damaged."""
    ends = [match.end() for match in _SUM.finditer(data)]
    after = 0
    for match in _CHANGE.finditer(data):
        start = match.start()
        for end in (end for end in ends if after <= start < end):
            piece = data[start:end]
            line = next(read_entries(piece + b"\n"), None) if b"\n" not in piece else None
            if line is not None:
                after = end
                yield line
                break


class _SalvageReader:
    """Goes through a damaged file from its beginning, and remembers which table it is in.

    `_sure` is whether that is certain: the name of the next table may have stood in what could not be read.
    """

    def __init__(self, found: Salvage) -> None:
        self._salvage = found
        self._table = ""
        self._is_table_sure = False
        self._unread_lines: list[str] = []

    def take_line(self, line: str) -> None:
        """Take a line of a library's own layout."""
        record = _RECORD.fullmatch(line)
        parsed = _record_at(record[2], 0) if record else None
        heading = _HEADING.fullmatch(line)
        if record and parsed and parsed[1] == len(record[2]):
            self.end()
            self._add_record(record[1], *parsed)
        elif heading:
            self.end()
            self._table, self._is_table_sure = _decode_name(heading[1]), True
        elif line in _TABLE_ENDS:
            self.end()
            self._table, self._is_table_sure = ("", False) if line else (self._table, self._is_table_sure)
        else:
            self._unread_lines.append(line)

    def end(self) -> None:
        """Look for whole records in the lines that could not be read as such."""
        if self._unread_lines:
            text, self._unread_lines = "\n".join(self._unread_lines), []
            self._is_table_sure = False
            self.take_text(text)
            self._is_table_sure = False

    def take_text(self, text: str) -> None:
        """Take a text that is not in lines, or in lines that are damaged."""
        at = 0
        while match := _START.search(text, at):
            name, start = match[1], match.end()
            parsed = _record_at(text, start) if name is None or _is_key(name) else None
            if name is None:
                # Its key cannot be read; but what it says of itself tells that it is a record, and whole.
                at = start + 1
                if parsed is not None and is_unaltered(parsed[0]):
                    at = self._add_record("", *parsed)
            elif not _is_key(name):
                # A quotation mark may end one name and begin the next: between two names nothing may be passed over.
                at = match.start() + 1
                if _TABLE.match(text, start):
                    self._table, self._is_table_sure, at = _decode_name(name), True, start
            elif parsed is None or _holds_others(parsed[0]):
                self._salvage.torn_keys.append(name)
                at = start
            else:
                at = self._add_record(name, *parsed)

    def _add_record(self, key: str, record: Record, end: int) -> int:
        """Keep a record, and return the place behind it."""
        table = self._table if self._is_table_sure else _guess_table(record) or self._table
        self._salvage.records.append(
            SalvagedRecord(table, key, record, is_unaltered(record) if VERSIONS_FIELD in record else None)
        )
        return end


def _assign_tables(found: Salvage) -> Iterator[SalvagedRecord]:
    """Yield the pieces, those of a table whose name is damaged under the name that is missing.

    Only in a library's own layout is a table damaged that the file does not name: other programs add some.
    """
    there = {piece.table for piece in found.records}
    wanted = found.meta.tables if found.meta is not None else (ANNOTATIONS, ARTICLES, TAGS, SOURCES)
    missing = [table for table in wanted if table not in there]
    only = missing[0] if found.meta is not None and len(missing) == 1 else ""
    for piece in found.records:
        if found.is_own_layout and piece.table not in wanted:
            shape = _guess_table(piece.record)
            piece = piece._replace(table=shape if shape in missing else only or piece.table)
        yield piece


def _record_at(text: str, start: int) -> tuple[Record, int] | None:
    try:
        record, end = cast("tuple[object, int]", _decode_json(text, start))
    except (ValueError, RecursionError):
        return None
    return (cast("Record", record), end) if isinstance(record, dict) else None


def _holds_others(record: Record) -> bool:
    """Whether a record seems to hold the records that followed it, because the sign that ended it is damaged."""
    return not is_unaltered(record) and any(_is_key(name) and isinstance(value, dict) for name, value in record.items())


def _is_key(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _guess_table(record: Record) -> str:
    return next((table for table, fields in _TABLE_FIELDS if fields <= record.keys()), "")


def _decode_name(quoted: str) -> str:
    try:
        return str(json.loads(f'"{quoted}"'))
    except ValueError:
        return quoted


def _trusted_meta(record: Record) -> Meta | None:
    """Return what a file says of itself, if that has a sum and it fits."""
    if "sum" not in record:
        return None
    try:
        return RecordTables.parse(json.dumps({META: {"1": record}}).encode(), META)[1]
    except ReaderError:
        return None
