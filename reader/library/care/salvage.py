"""Salvage the readable parts of damaged bytes: the records of a library file, the entries of a journal.

A library's own layout has one record a line, so damage to one line spares the others. Files that another program wrote in a
single line are searched for whole records.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Final, NamedTuple, cast

from reader.library.article_index import id_of
from reader.library.byte_source import ByteSource, Spool, digest_of, read_chunks
from reader.library.journal import JournalEntry, read_entries
from reader.library.json_window import JsonWindow
from reader.library.library_file import Meta, parse_meta
from reader.library.record_tables import RecordTables
from reader.library.sorted_lines import LineCollector, record_part
from reader.library.tables import ANNOTATIONS, ARTICLES, META, SOURCES, TAGS, default_key, has_ids
from reader.library.versions import VERSIONS_FIELD, Dot, VersionVector, dots_of, encode_json, is_unaltered, plain_dots
from reader.review.cells import Record

_STRING: Final = r'[^"\\]*(?:\\.[^"\\]*)*'
"""What stands between quotation marks. For a choice between two in a loop, `re` needs 140 bytes for each character."""
_HEADING: Final = re.compile(rf'"(?!\d+")({_STRING})": \{{')
_RECORD: Final = re.compile(rb'"(\d+)": (\{.*\}),?')
_START: Final = re.compile(rf'"({_STRING})"\s*:\s*(?=\{{)|(?=\{{"id":")', re.DOTALL)
_TABLE: Final = re.compile(r'\{\s*"\d+"\s*:\s*\{')
_TABLE_ENDS: Final = frozenset(["{", "}", "},", ""])
_DIGEST: Final = re.compile(rb'"digest":"([0-9a-f]{64})')
_CHANGE: Final = re.compile(rb'\{"n":\d+,"replica":')
_DIGEST_SIZE: Final = len(b'"digest":"') + 64
_LONGEST_NAME: Final = 1 << 12
_LONGEST_RECORD: Final = 1 << 23
"""The most characters of a name, and of a record, that are looked for where damage hides the end."""
_SUM: Final = re.compile(rb',"sum":"([0-9a-f]{8})"\}')
_TABLE_FIELDS: Final = (
    (ANNOTATIONS, {"selector", "kind"}),
    (ARTICLES, {"digest", "source"}),
    (TAGS, {"name", "colour"}),
    (SOURCES, {"names", "texts"}),
    (META, {"schema", "made_by"}),
)
_DECODING: Final = ("utf-8", "surrogateescape")


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

    `sound` are the records just as a library wrote them, under their own keys and in order: nearly all. Their dots are in
    `sound_vector`. `records` are the other readable ones. `is_own_layout` says whether a library wrote the file, one record a
    line; `meta` is its meta table if the checksum fits.
    """

    is_own_layout: bool
    sound: RecordTables = field(default_factory=RecordTables)
    sound_vector: VersionVector = field(default_factory=VersionVector)
    records: list[SalvagedRecord] = field(default_factory=list[SalvagedRecord])
    torn_keys: list[str] = field(default_factory=list[str])
    meta: Meta | None = None

    @property
    def tables(self) -> set[str]:
        """The names of the tables that have records."""
        sound = {table for table, records in self.sound.tables().items() if len(records)}
        return sound | {record.table for record in self.records}

    @property
    def vector(self) -> VersionVector:
        """All dots of the readable records."""
        vector = self.sound_vector.copy()
        vector.add(*(dot for salvaged in self.records for dot in dots_of(salvaged.record)))
        return vector


def salvage_library(source: ByteSource) -> Salvage:
    """Salvage a library file with any damage anywhere. Every record whose line is undamaged comes back as it was.

    Only the records that are not `sound` are held in memory. Raises SpoolError.
    """
    salvage = Salvage(is_own_layout=any(line is not None and _RECORD.fullmatch(line) for _, _, line in _lines_of(source)))
    reader = _SalvageReader(salvage, source)
    if salvage.is_own_layout:
        for start, end, line in _lines_of(source):
            reader.read_line(start, end, line)
        reader.finish_lines()
    else:
        reader.read_text(0, source.size)
    metas = [record.record for record in salvage.records if record.table == META]
    salvage.records = [record for record in salvage.records if record.table != META]
    salvage.meta = next(filter(None, map(_trusted_meta, metas)), None)
    reader.finish()
    return salvage


def mend_digest(source: ByteSource) -> ByteSource | None:
    """Return a library file as it was written if it is damaged only after its digest, else None. Raises SpoolError."""
    last: tuple[int, bytes] | None = None
    overlap, start = b"", 0
    for chunk in read_chunks(source, 0, source.size):
        data = overlap + chunk
        for match in _DIGEST.finditer(data):
            last = start - len(overlap) + match.start(), match[1]
        start += len(chunk)
        overlap = data[1 - _DIGEST_SIZE :]
    if last is None or digest_of(source, last[0]).encode() != last[1]:
        return None
    return Spool.of(chain(read_chunks(source, 0, last[0] + _DIGEST_SIZE), [b'"}\n}\n}\n']))


def salvage_entries(data: bytes) -> Iterator[JournalEntry]:
    """Yield the whole entries in a part of a journal whose lines are damaged."""
    starts = [match.start() for match in _CHANGE.finditer(data)]
    for start, limit in pairwise((*starts, len(data))):
        end = start
        checksum = 0
        for match in _SUM.finditer(data, start, limit):  # records have checksums too
            checksum = zlib.crc32(memoryview(data)[end : match.start()], checksum)
            end = match.start()
            if checksum == int(match[1], 16):
                yield from read_entries(data[start : match.end()] + b"\n")
                break


def _lines_of(source: ByteSource) -> Iterator[tuple[int, int, bytes | None]]:
    """Yield the range of each line and the line, without its line end; None for one that is too long for a record."""
    start = end = 0
    line: bytes | None = b""
    for chunk in read_chunks(source, 0, source.size):
        first, *parts = chunk.split(b"\n")
        line = None if line is None or len(line) + len(first) > _LONGEST_RECORD else line + first
        end += len(first)
        for part in parts:
            yield start, end, line
            start, end, line = end + 1, end + 1 + len(part), part
    if start < end:
        yield start, end, line


class _SalvageReader:
    """A reader of a damaged file from its beginning, which keeps track of the current table.

    `_is_table_sure` says whether the table is certain: the name of the next one may be in an unreadable part. `_guesses` are
    the tables that the first records of the collected tables look like.
    """

    def __init__(self, salvage: Salvage, source: ByteSource) -> None:
        self._salvage = salvage
        self._source = source
        self._lines = LineCollector()
        self._guesses: dict[str, str] = {}
        self._table = ""
        self._is_table_sure = False
        self._unread: tuple[int, int] | None = None

    def read_line(self, start: int, end: int, line: bytes | None) -> None:
        """Read a line of a library's own layout, which stands in a range of the file."""
        match = _RECORD.fullmatch(line or b"")
        dots = plain_dots(match[2]) if match is not None else None
        record = _decode_record(match[2]) if match is not None and dots is None else None
        if match is not None and (dots is not None or record is not None):
            self.finish_lines()
            self._add_record(match[1].decode(), match[2], record, dots)
            return
        text = (line or b"").decode(*_DECODING)
        heading = _HEADING.fullmatch(text)
        if heading:
            self.finish_lines()
            self._table, self._is_table_sure = _decode_name(heading[1]), True
        elif line is not None and text in _TABLE_ENDS:
            self.finish_lines()
            self._table, self._is_table_sure = ("", False) if text else (self._table, self._is_table_sure)
        else:
            self._unread = self._unread[0] if self._unread is not None else start, end

    def finish_lines(self) -> None:
        """Search the lines that could not be read for whole records."""
        if self._unread is not None:
            (start, end), self._unread = self._unread, None
            self._is_table_sure = False
            self.read_text(start, end)
            self._is_table_sure = False

    def read_text(self, start: int, end: int) -> None:
        """Read a range of the file that is not in lines, or whose lines are damaged."""
        window = JsonWindow(self._source, start, end, *_DECODING)
        while True:
            match = _START.search(window.text, window.position)
            if len(window.text) - (match.end() if match is not None else window.position) < _LONGEST_NAME and window.extend():
                continue
            if match is not None:
                window.advance(self._read_match(window, match))
            elif window.is_complete:
                return
            else:
                window.advance(len(window.text) - _LONGEST_NAME)
                window.extend()

    def _read_match(self, window: JsonWindow, match: re.Match[str]) -> int:
        """Read what stands at the start of a record or a table, and return the position from which to go on."""
        name, start = match[1], match.end()
        parsed = _record_at(window, start) if name is None or _is_key(name) else None
        if name is None:
            # The key cannot be read, but a checksum that fits proves a whole record.
            if parsed is None or not is_unaltered(parsed[0]):
                return start + 1
            self._add_decoded("", parsed[0], window.text[start : parsed[1]])
            return parsed[1]
        if not _is_key(name):
            if _TABLE.match(window.text, start):
                self._table, self._is_table_sure = _decode_name(name), True
                return start
            # A quotation mark may end one name and begin the next: nothing between two names may be skipped.
            return match.start() + 1
        if parsed is None or _holds_others(parsed[0]):
            self._salvage.torn_keys.append(name)
            return start
        self._add_decoded(name, parsed[0], window.text[start : parsed[1]])
        return parsed[1]

    def _add_decoded(self, key: str, record: Record, text: str) -> None:
        compact = encode_json(record).encode()
        dots = plain_dots(compact)
        self._add_record(key, text.encode(*_DECODING) if dots is None else compact, record, dots)

    def _add_record(self, key: str, data: bytes, record: Record | None, dots: frozenset[Dot] | None) -> None:
        """Add a record with its `plain_dots`; one that has these need not be decoded."""
        if not self._is_table_sure or self._table not in self._guesses:
            record = record if record is not None else _decode_record(data) or {}
        guess = _guess_table(record) if record is not None else ""
        table = self._table if self._is_table_sure else guess or self._table
        line = b"%s: %s" % (encode_json(key).encode(), data)
        if dots and self._can_collect(table, key, line):
            self._lines.add(table, key, line)
            self._guesses.setdefault(table, guess)
            self._salvage.sound_vector.add(*dots)
        else:
            sum_fits = True if dots is not None else None
            if record is not None and dots is None and VERSIONS_FIELD in record:
                sum_fits = is_unaltered(record)
            self._salvage.records.append(SalvagedRecord(table, key, line, sum_fits))

    def _can_collect(self, table: str, key: str, line: bytes) -> bool:
        if not (key and table and table != META and self._lines.can_add(table, key)):
            return False
        # So no two of them have one id.
        return not has_ids(table) or default_key(id_of(line)) == key

    def finish(self) -> None:
        """Complete the salvage. Records whose table has a damaged name come under the name of a table that is missing.

        This holds for a library's own layout only: other programs add tables of their own.
        """
        salvage = self._salvage
        present = {*self._guesses, *(record.table for record in salvage.records)}
        tables = salvage.meta.tables if salvage.meta is not None else (ANNOTATIONS, ARTICLES, TAGS, SOURCES)
        missing = [table for table in tables if table not in present]
        only = missing[0] if salvage.meta is not None and len(missing) == 1 else ""
        if salvage.is_own_layout:
            for table in self._guesses.keys() - {*tables}:
                name = self._guesses[table] if self._guesses[table] in missing else only or table
                if name not in self._lines.tables:
                    self._lines.rename(table, name)
            for number, record in enumerate(salvage.records):
                if record.table not in tables:
                    guess = _guess_table(record.record)
                    salvage.records[number] = record._replace(table=guess if guess in missing else only or record.table)
        salvage.sound = RecordTables.on_file(self._lines.lines())


def _record_at(window: JsonWindow, start: int) -> tuple[Record, int] | None:
    try:
        record, end = window.decode_at(start, _LONGEST_RECORD)
    except (ValueError, RecursionError):
        return None
    return (cast("Record", record), end) if isinstance(record, dict) else None


def _decode_record(data: bytes) -> Record | None:
    """Return the record in bytes, None when they are not one whole record."""
    try:
        record: object = json.loads(data.decode(*_DECODING))
    except (ValueError, RecursionError):
        return None
    return cast("Record", record) if isinstance(record, dict) else None


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
    meta = parse_meta({META: {"1": record}}) if "sum" in record else None
    return meta if meta is not None and meta.is_sound else None
