"""Read a library file that any program may have written, in any layout, without holding its records in memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Final, cast

from reader.errors import ReaderError
from reader.library.byte_source import ByteSource
from reader.library.json_window import JsonWindow
from reader.library.library_file import SCHEMA, UNTOUCHED_HINT, Meta, parse_meta
from reader.library.record_tables import RecordChange, RecordTables, encode_record, id_in
from reader.library.sorted_lines import LineCollector
from reader.library.tables import META, TABLES_WITH_IDS, with_id
from reader.review.cells import Record

_MOST_BLANK: Final = 1 << 17
"""How many bytes are looked at for the first that is no blank: a huge file that is no library is not read to its end."""
_OTHER_VALUES: Final = frozenset('["-0123456789tfn')
"""What begins a JSON value other than an object. That is not decoded, as it may be as long as the file."""


class _NoTablesError(Exception):
    """The JSON holds something other than tables of records."""


def parse_library(source: ByteSource, name: str, most: int = sys.maxsize) -> tuple[RecordTables, Meta]:
    """Return the records and the meta table of a library file that any program may have written.

    `name` is what errors call the file, `most` the characters of a record from which on it is too long.
    Raises ReaderError when it is empty, damaged, or not a library. Only records that are not in the order of their keys are
    held in memory.
    """
    if not source.read(0, min(source.size, _MOST_BLANK)).strip(b"\0 \t\r\n"):
        is_huge = source.size > _MOST_BLANK
        fault = f"is damaged: its first {_MOST_BLANK:,} bytes are blank" if is_huge else "is empty, but a library never is"
        raise ReaderError(f"{name} {fault}", UNTOUCHED_HINT)
    try:
        records, meta = _read_records(source, most)
    except _NoTablesError:
        raise ReaderError(f"{name} is not a library of Claim Reader", UNTOUCHED_HINT) from None
    except (ValueError, RecursionError) as error:
        raise ReaderError(f"{name} is damaged: {error}", UNTOUCHED_HINT) from error
    if not meta.is_sound:
        raise ReaderError(f'{name} is damaged: the checksum of its table "{META}" does not fit', UNTOUCHED_HINT)
    # TinyDB drops a table together with our line ends. In a file that still has them, the name of the table was damaged.
    is_own_layout = source.read(0, 2) == b"{\n" and meta.schema <= SCHEMA
    missing = [table for table in meta.tables if table not in records.file.ranges] if is_own_layout else []
    if missing:
        raise ReaderError(f'{name} is damaged: the table "{missing[0]}" is missing', UNTOUCHED_HINT)
    return records, meta


def _read_records(source: ByteSource, most: int) -> tuple[RecordTables, Meta]:
    lines, others, metas = LineCollector(), dict[str, dict[str, bytes]](), dict[str, Record]()
    for table, records in _read_tables(source, most):
        if table == META:
            metas = dict(records)
            continue
        if table in others:
            raise ValueError(f'the table "{table}" stands in it twice')
        lines.begin(table)
        others[table] = {}
        for key, record in records:
            if table in TABLES_WITH_IDS and not _is_number(key):
                raise ValueError(f'the key {key!a} in the table "{table}" is not a number')
            line = encode_record(key, with_id(table, key, record))
            if lines.can_add(table, key):
                lines.add(table, key, line)
            elif others[table].setdefault(key, line) != line:
                raise _second_record(table, key)
    meta = parse_meta({META: metas})
    if meta is None:
        raise _NoTablesError
    tables = RecordTables.on_file(lines.lines())
    for table, added in others.items():
        for key, line in added.items():
            first = tables.line_at(table, key)
            if first is None:
                tables.apply(RecordChange(table, id_in(table, key, line), key, None, line))
            elif first != line:
                raise _second_record(table, key)
    return tables, meta


def _second_record(table: str, key: str) -> ValueError:
    """Return why a file is damaged in which a key has two records: no program writes that, and one of them would go."""
    return ValueError(f'the key {key!a} has two records in the table "{table}"')


def _is_number(key: str) -> bool:
    """Whether TinyDB takes a key for the number of a document."""
    try:
        int(key)
    except ValueError:
        return False
    return True


def _read_tables(source: ByteSource, most: int) -> Iterator[tuple[str, Iterator[tuple[str, Record]]]]:
    """Yield the name of each table, and its keys and records, which must be taken before the next table.

    Raises ValueError or RecursionError for damaged JSON, and _NoTablesError.
    """
    window = JsonWindow(source, encoding=json.detect_encoding(source.read(0, min(4, source.size))), most=most)
    for table in _names(window):
        yield table, _read_table(window)
    window.finish()


def _read_table(window: JsonWindow) -> Iterator[tuple[str, Record]]:
    for key in _names(window):
        record = window.decode()
        if not isinstance(record, dict):
            raise _NoTablesError
        yield key, cast("Record", record)


def _names(window: JsonWindow) -> Iterator[str]:
    """Yield the names in the object at the position."""
    if window.peek() in _OTHER_VALUES:
        raise _NoTablesError
    yield from window.names()
