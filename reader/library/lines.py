"""The records of a library in memory, each as the encoded line that stands in the file.

A line is bytes and never changes: what is read from it is a fresh record, and saving one record encodes only that one.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Final, cast

from reader import __version__
from reader.errors import ReaderError
from reader.review.model import new_id
from reader.review.records import Record

SCHEMA: Final = 1
"""The form of the records that this version writes. It reads older forms and refuses newer ones."""

ARTICLES: Final = "articles"
ANNOTATIONS: Final = "annotations"
TAGS: Final = "tags"
META: Final = "meta"

_UNHARMED: Final = "nothing was written to it: put a good copy in its place, or choose another library with --library"
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Lines:
    """Tables of records. A table's keys are TinyDB's document ids as text; a record is found by its `id`, whatever its key."""

    def __init__(self, tables: Mapping[str, Mapping[str, object]]) -> None:
        self._lines: dict[str, dict[str, bytes]] = {}
        self._keys: dict[str, dict[str, str]] = {}
        for table, records in tables.items():
            self.replace(table, records)

    @classmethod
    def new(cls) -> Lines:
        """Return the records of a library that was never written."""
        meta = {"1": {"schema": SCHEMA, "made_by": f"claim-reader {__version__}"}}
        return cls({ANNOTATIONS: {}, ARTICLES: {}, META: meta, TAGS: {}})

    @classmethod
    def decode(cls, data: bytes, name: str) -> Lines:
        """Return the records of a library file's bytes; `name` is what errors call it.

        Raises ReaderError when it is empty, damaged, written by a newer version, or no library at all.
        """
        if not data.strip(b"\0 \t\r\n"):
            raise ReaderError(f"{name} is empty, but a library never is", _UNHARMED)
        try:
            tables: object = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ReaderError(f"{name} is damaged: {error}", _UNHARMED) from error
        schema = _schema(tables)
        if schema is None:
            raise ReaderError(f"{name} is not a library of Claim Reader", _UNHARMED)
        if schema > SCHEMA:
            raise ReaderError(f"{name} was written by a newer version of Claim Reader", "update Claim Reader to open it")
        return cls(cast("Mapping[str, Mapping[str, object]]", tables))

    def encode(self) -> bytes:
        """Return the bytes of the library file: a TinyDB file in ASCII, one record a line, tables and keys sorted."""
        return b"{\n" + b",\n".join(self._encoded(table) for table in sorted(self._lines)) + b"\n}\n"

    def tables(self) -> dict[str, TableView]:
        """Return every table, its records read when they are asked for."""
        return {table: TableView(lines) for table, lines in self._lines.items()}

    def get(self, table: str, record_id: str) -> Record | None:
        """Return the record with this id, or None."""
        key = self._keys.get(table, {}).get(record_id)
        return None if key is None else _record(key, self._lines[table][key])

    def put(self, table: str, record_id: str, record: Record) -> None:
        """Keep a record under its id, in place of the one there was."""
        lines = self._lines.setdefault(table, {})
        keys = self._keys.setdefault(table, {})
        key = keys.get(record_id) or _new_key(record_id, lines)
        lines[key] = _line(key, record)
        keys[record_id] = key

    def drop(self, table: str, record_id: str) -> None:
        """Forget the record with this id, if there is one."""
        key = self._keys.get(table, {}).pop(record_id, None)
        if key is not None:
            del self._lines[table][key]

    def replace(self, table: str, records: Mapping[str, object]) -> None:
        """Put these records, by key, in place of all in the table. A record without an id gets the one its key stands for."""
        self._lines[table] = {}
        self._keys[table] = {}
        for key, record in records.items():
            if table in (ARTICLES, ANNOTATIONS, TAGS) and isinstance(record, dict):
                named = cast("Record", record)
                record = named if named.get("id") else {**named, "id": _id_of(key)}
                self._keys[table][str(record["id"])] = key
            self._lines[table][key] = _line(key, record)

    def forget(self, table: str) -> None:
        """Forget a whole table."""
        self._lines.pop(table, None)
        self._keys.pop(table, None)

    def _encoded(self, table: str) -> bytes:
        lines = self._lines[table]
        name = _encode(table).encode()
        if not lines:
            return name + b": {}"
        # By length, then as text: numbers by their value. Keys that are in order already cost next to nothing to sort.
        return name + b": {\n" + b",\n".join([lines[key] for key in sorted(sorted(lines), key=len)]) + b"\n}"


class TableView(Mapping[str, Record]):
    """A table by its keys, as TinyDB reads it: each record is decoded when it is asked for, and is the caller's own."""

    def __init__(self, lines: Mapping[str, bytes]) -> None:
        self._lines = lines

    def __getitem__(self, key: str) -> Record:
        return _record(key, self._lines[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _line(key: str, record: object) -> bytes:
    return f"{_encode(key)}: {_encode(record)}".encode("ascii")


def _record(key: str, line: bytes) -> Record:
    record: object = json.loads(line[len(_encode(key)) + 2 :])
    return cast("Record", record) if isinstance(record, dict) else {}


def _id_of(key: str) -> str:
    """Return the id that a key stands for: the UUID of its number."""
    try:
        return str(uuid.UUID(int=int(key)))
    except ValueError:
        return key


def _new_key(record_id: str, taken: Mapping[str, bytes]) -> str:
    """Return the number of a UUID: ids that were counted would collide with those of another program that writes too."""
    try:
        key = str(uuid.UUID(record_id).int)
    except ValueError:
        key = ""
    return key if key and key not in taken else str(uuid.UUID(new_id()).int)


def _schema(tables: object) -> int | None:
    """Return the schema number that a library file's content names, or None when it is none of ours."""
    if not isinstance(tables, dict):
        return None
    named = cast("dict[str, object]", tables)
    if not all(isinstance(table, dict) for table in named.values()):
        return None
    meta = cast("dict[str, object]", named.get(META, {})).values()
    numbers = [cast("Record", record).get("schema") for record in meta if isinstance(record, dict)]
    return max((number for number in numbers if isinstance(number, int)), default=None)
