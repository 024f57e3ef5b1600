"""Salvage the readable parts of damaged bytes: the records of a library file, the entries of a journal.

A library's own layout has one record a line, so damage to one line spares the others. Files that another program wrote in a
single line are searched for whole records.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from reader.errors import ReaderError
from reader.library.journal import JournalEntry, read_entries
from reader.library.library_file import Meta
from reader.library.record_tables import RecordTables
from reader.library.sorted_lines import record_part
from reader.library.tables import ANNOTATIONS, ARTICLES, META, SOURCES, TAGS
from reader.library.versions import VERSIONS_FIELD, encode_json, is_unaltered
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
_DECODING: Final = ("utf-8", "surrogateescape")
_decode_json = json.JSONDecoder().raw_decode


class SalvagedRecord(NamedTuple):
    """A readable record of a damaged file. `sum_fits` says whether its checksum fits, None when it has none.

    `table` is "" when neither a table name nor the record's fields identify it; `key` is "" when it cannot be read. `line` is
    the record with its key, as a library file has it.
    """

    table: str
    key: str
    line: bytes
    sum_fits: bool | None

    @property
    def record(self) -> Record:
        """The record, decoded anew each time: a damaged file may hold a great many."""
        return cast("Record", json.loads(record_part(self.key, self.line).decode(*_DECODING)))


@dataclass(slots=True)
class Salvage:
    """The readable records of a damaged library file, and the keys of the others.

    `is_own_layout` says whether a library wrote it, one record a line; `meta` is its meta table if the checksum fits.
    """

    is_own_layout: bool
    records: list[SalvagedRecord] = field(default_factory=list[SalvagedRecord])
    torn_keys: list[str] = field(default_factory=list[str])
    meta: Meta | None = None


def salvage_library(data: bytes) -> Salvage:
    """Salvage a library file with any damage anywhere. Every record whose line is undamaged comes back as it was."""
    salvage = Salvage(is_own_layout=_OWN_LINE.search(data) is not None)
    reader = _SalvageReader(salvage)
    if salvage.is_own_layout:
        for line in io.BytesIO(data):
            reader.read_line(line.removesuffix(b"\n").decode(*_DECODING))
        reader.finish_lines()
    else:
        reader.read_text(data.decode(*_DECODING))
    metas = [record.record for record in salvage.records if record.table == META]
    salvage.records = [record for record in salvage.records if record.table != META]
    salvage.meta = next(filter(None, map(_trusted_meta, metas)), None)
    salvage.records = list(_assign_tables(salvage))
    return salvage


def mend_digest(data: bytes) -> bytes | None:
    """Return a library file as it was written if it is damaged only after its digest, else None."""
    matches = list(_DIGEST.finditer(data))
    if matches and hashlib.sha256(memoryview(data)[: matches[-1].start()]).hexdigest().encode() == matches[-1][1]:
        return data[: matches[-1].end()] + b'"}\n}\n}\n'
    return None


def salvage_entries(data: bytes) -> Iterator[JournalEntry]:
    """Yield the whole entries in a part of a journal whose lines are damaged."""
    ends = [match.end() for match in _SUM.finditer(data)]
    last_end = 0
    for match in _CHANGE.finditer(data):
        start = match.start()
        for end in (end for end in ends if last_end <= start < end):
            part = data[start:end]
            entry = next(read_entries(part + b"\n"), None) if b"\n" not in part else None
            if entry is not None:
                last_end = end
                yield entry
                break


class _SalvageReader:
    """A reader of a damaged file from its beginning, which keeps track of the current table.

    `_is_table_sure` says whether the table is certain: the name of the next one may be in an unreadable part.
    """

    def __init__(self, salvage: Salvage) -> None:
        self._salvage = salvage
        self._table = ""
        self._is_table_sure = False
        self._unread_lines: list[str] = []

    def read_line(self, line: str) -> None:
        """Read a line of a library's own layout."""
        record = _RECORD.fullmatch(line)
        value = _record_at(record[2], 0) if record else None
        heading = _HEADING.fullmatch(line)
        if record and value and value[1] == len(record[2]):
            self.finish_lines()
            self._add_record(record[1], value[0], record[2])
        elif heading:
            self.finish_lines()
            self._table, self._is_table_sure = _decode_name(heading[1]), True
        elif line in _TABLE_ENDS:
            self.finish_lines()
            self._table, self._is_table_sure = ("", False) if line else (self._table, self._is_table_sure)
        else:
            self._unread_lines.append(line)

    def finish_lines(self) -> None:
        """Search the lines that could not be read for whole records."""
        if self._unread_lines:
            text, self._unread_lines = "\n".join(self._unread_lines), []
            self._is_table_sure = False
            self.read_text(text)
            self._is_table_sure = False

    def read_text(self, text: str) -> None:
        """Read a text that is not in lines, or whose lines are damaged."""
        position = 0
        while match := _START.search(text, position):
            name, start = match[1], match.end()
            parsed = _record_at(text, start) if name is None or _is_key(name) else None
            if name is None:
                # The key cannot be read, but a checksum that fits proves a whole record.
                position = start + 1
                if parsed is not None and is_unaltered(parsed[0]):
                    position = parsed[1]
                    self._add_record("", parsed[0], text[start:position])
            elif not _is_key(name):
                # A quotation mark may end one name and begin the next: nothing between two names may be skipped.
                position = match.start() + 1
                if _TABLE.match(text, start):
                    self._table, self._is_table_sure, position = _decode_name(name), True, start
            elif parsed is None or _holds_others(parsed[0]):
                self._salvage.torn_keys.append(name)
                position = start
            else:
                position = parsed[1]
                self._add_record(name, parsed[0], text[start:position])

    def _add_record(self, key: str, record: Record, text: str) -> None:
        table = self._table if self._is_table_sure else _guess_table(record) or self._table
        sum_fits = is_unaltered(record) if VERSIONS_FIELD in record else None
        line = f"{encode_json(key)}: {text}".encode(*_DECODING)
        self._salvage.records.append(SalvagedRecord(table, key, line, sum_fits))


def _assign_tables(salvage: Salvage) -> Iterator[SalvagedRecord]:
    """Yield the records; those whose table has a damaged name come under the name of a table that is missing.

    This holds for a library's own layout only: other programs add tables of their own.
    """
    present = {record.table for record in salvage.records}
    tables = salvage.meta.tables if salvage.meta is not None else (ANNOTATIONS, ARTICLES, TAGS, SOURCES)
    missing = [table for table in tables if table not in present]
    only = missing[0] if salvage.meta is not None and len(missing) == 1 else ""
    for record in salvage.records:
        if salvage.is_own_layout and record.table not in tables:
            guess = _guess_table(record.record)
            record = record._replace(table=guess if guess in missing else only or record.table)
        yield record


def _record_at(text: str, start: int) -> tuple[Record, int] | None:
    try:
        record, end = cast("tuple[object, int]", _decode_json(text, start))
    except (ValueError, RecursionError):
        return None
    return (cast("Record", record), end) if isinstance(record, dict) else None


def _holds_others(record: Record) -> bool:
    """Whether a record seems to contain the records after it, because its closing brace is damaged."""
    return not is_unaltered(record) and any(_is_key(name) and isinstance(value, dict) for name, value in record.items())


def _is_key(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _guess_table(record: Record) -> str:
    return next((table for table, fields in _TABLE_FIELDS if fields <= record.keys()), "")


def _decode_name(literal: str) -> str:
    try:
        return str(json.loads(f'"{literal}"'))
    except ValueError:
        return literal


def _trusted_meta(record: Record) -> Meta | None:
    """Return the meta table of a file if it has a checksum that fits, else None."""
    if "sum" not in record:
        return None
    try:
        return RecordTables.parse(json.dumps({META: {"1": record}}).encode(), META)[1]
    except ReaderError:
        return None
