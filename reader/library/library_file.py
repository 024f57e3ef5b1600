"""Read and encode library.json: its table `meta`, and its records, kept in memory as encoded lines."""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, cast

from reader import __version__
from reader.errors import ReaderError
from reader.files import read_from, signature_of
from reader.library.journal import JournalMark, marks_from_json, marks_to_json
from reader.library.versions import VersionVector, checksum_of, encode_json
from reader.review.cells import Record
from reader.review.model import new_id

SCHEMA: Final = 2
"""The version of the record format that this program writes. It converts older ones, and opens newer ones for reading only."""

META: Final = "meta"
ARTICLES: Final = "articles"
ANNOTATIONS: Final = "annotations"
TAGS: Final = "tags"
SOURCES: Final = "sources"

_TABLES_WITH_IDS: Final = (ARTICLES, ANNOTATIONS, TAGS, SOURCES)
_REPAIR_HINT: Final = (
    "Nothing was written to it; `reader repair` shows what can be saved, or choose another library with --library"
)
_CHUNK_LINES: Final = 2000
_TAGS_START: Final = b'"tags":['
_LINE_IDS: Final = re.compile(rb'"([^"\\]+)": \{"id":"([^"\\]{36})"(?:,"article":"([^"\\]{36})")?').match
"""Match the beginning of nearly every line that a library wrote: the key, the id and the article, without decoding the line."""


# ------------------------------------------------------------------ table `meta`


@dataclass(frozen=True, slots=True)
class Meta:
    """The meta table of a library file: its schema, the replica that wrote it, its version vector, the names of its tables.

    `is_sound` says whether the checksum of these fields fits. `marks` are the journals as their devices left them.
    """

    schema: int
    replica: str
    vector: VersionVector
    tables: tuple[str, ...] = ()
    is_sound: bool = True
    marks: tuple[JournalMark, ...] = ()


def parse_meta(tables: object) -> Meta | None:
    """Return the meta table of a decoded library file, or None when the file is not a library."""
    if not isinstance(tables, dict):
        return None
    by_name = cast("dict[str, object]", tables)
    for table in by_name.values():
        if not isinstance(table, dict) or not all(isinstance(r, dict) for r in cast("dict[str, object]", table).values()):
            return None
    for record in cast("dict[str, object]", by_name.get(META, {})).values():
        fields = cast("Record", record) if isinstance(record, dict) else {}
        schema = fields.get("schema")
        if isinstance(schema, int):
            value = fields.get("tables")
            names = cast("list[object]", value) if isinstance(value, list) else []
            return Meta(
                schema,
                str(fields.get("replica") or ""),
                VersionVector.from_json(fields.get("seen")),
                tuple(map(str, names)),
                is_sound=schema > SCHEMA or fields.get("sum") in (None, meta_checksum(fields)),
                marks=marks_from_json(fields.get("journals")),
            )
    return None


def meta_checksum(fields: Mapping[str, object]) -> str:
    """Return the checksum of the fields that decide which changes are read: damaged ones must not be trusted."""
    return checksum_of({name: fields.get(name) for name in ("schema", "replica", "seen", "tables")})


def read_intact_meta(data: bytes) -> Meta | None:
    """Return the meta table of a file that is just as `RecordTables.encode` wrote it, in a known schema; else None."""
    end = data.rfind(b'"digest":')
    start = data.rfind(b'"meta": {\n', 0, end)
    digest = hashlib.sha256(memoryview(data)[: max(0, end)]).hexdigest()
    if start < 0 or data[end:] != b'"digest":"%s"}\n}\n}\n' % digest.encode():
        return None
    meta = parse_meta(json.loads(b"{" + data[start:end] + b'"digest":""}}}'))
    return meta if meta is not None and meta.schema <= SCHEMA else None


# ------------------------------------------------------------------ tables of encoded records


class RecordTables:
    """Tables of records as encoded lines. Keys are TinyDB's document ids as text; a record is found by its `id`.

    In tables of other programs the key of a record is its id, whatever its fields say.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, object]] | None = None) -> None:
        self._lines: dict[str, dict[str, bytes]] = {ANNOTATIONS: {}, ARTICLES: {}, TAGS: {}}
        self._keys: dict[str, dict[str, str]] = {}
        self._article_keys: dict[str, dict[str, None]] = {}
        for table, records in (tables or {}).items():
            self._lines[table] = {}
            for key, record in records.items():
                self._add_line(table, key, _encode_record(key, with_id(table, key, record)))

    # ------------------------------------------------------------------ queries

    def tables(self) -> dict[str, TableView]:
        """Return every table; its records are decoded when they are read."""
        return {table: TableView(lines) for table, lines in self._lines.items()}

    def ids(self, table: str) -> Iterable[str]:
        """Return the ids of a table's records."""
        keys = self._keys.get(table, {})
        return keys.keys() if len(keys) == len(self._lines.get(table, {})) else self._ids_with_defaults(table)

    def line(self, table: str, record_id: str) -> bytes | None:
        """Return the encoded record with this id, or None. Equal bytes are equal records."""
        key = self.key_of(table, record_id)
        return None if key is None else self._lines[table][key][len(encode_json(key)) + 2 :]

    def get(self, table: str, record_id: str) -> Record | None:
        """Return the record with this id, or None."""
        key = self.key_of(table, record_id)
        return None if key is None else _decode_record(key, self._lines[table][key])

    def annotations_of(self, article_id: str) -> list[Record]:
        """Return the annotations of an article without decoding any other record."""
        lines = self._lines[ANNOTATIONS]
        return [_decode_record(key, lines[key]) for key in self._article_keys.get(article_id, ())]

    def tag_names_of(self, article_id: str) -> set[str]:
        """Return the names of the tags on an article's annotations, without decoding the rest of these records."""
        lines, tag_names = self._lines[ANNOTATIONS], set[str]()
        for key in self._article_keys.get(article_id, ()):
            line = lines[key]
            start = line.find(_TAGS_START)
            if start < 0 or line.startswith(b"]", start + len(_TAGS_START)):
                continue
            try:
                names: object = json.loads(line[start + len(_TAGS_START) - 1 : line.index(b"]", start) + 1])
            except ValueError:
                names = _decode_record(key, line).get(TAGS)
            values = cast("list[object]", names if isinstance(names, list) else [])
            tag_names.update(name for name in values if isinstance(name, str))
        return tag_names

    # ------------------------------------------------------------------ changes

    def put(self, table: str, record_id: str, record: Record) -> None:
        """Add a record under its id, or replace the one there is."""
        lines = self._lines.setdefault(table, {})
        key = self.key_of(table, record_id) or (_new_key(record_id, lines) if table in _TABLES_WITH_IDS else record_id)
        self._unlink_line(table, key)
        self._add_line(table, key, _encode_record(key, record))
        if table in _TABLES_WITH_IDS and record.get("id") != record_id:
            self._keys.setdefault(table, {})[record_id] = key

    def remove(self, table: str, record_id: str) -> None:
        """Remove the record with this id, if there is one."""
        key = self.key_of(table, record_id)
        if key is not None:
            self._unlink_line(table, key)
            self._keys.get(table, {}).pop(record_id, None)
            del self._lines[table][key]

    def key_of(self, table: str, record_id: str) -> str | None:
        """Return the key of the record with this id, or None."""
        key = self._keys.get(table, {}).get(record_id)
        return record_id if key is None and record_id in self._lines.get(table, {}) else key

    def id_at(self, table: str, key: str) -> str:
        """Return the id of the record with this key: its own id, else the key itself."""
        line = self._lines.get(table, {}).get(key) if table in _TABLES_WITH_IDS else None
        record_id = None if line is None else _decode_record(key, line).get("id")
        return record_id if isinstance(record_id, str) and record_id else key

    def _ids_with_defaults(self, table: str) -> list[str]:
        keys_by_id = self._keys.get(table, {})
        keys = set(keys_by_id.values())
        return [*keys_by_id, *(key for key in self._lines.get(table, {}) if key not in keys)]

    def _add_line(self, table: str, key: str, line: bytes) -> None:
        self._lines[table][key] = line
        if table not in _TABLES_WITH_IDS:
            return
        record_id, article = _line_ids(key, line)
        if record_id:
            self._keys.setdefault(table, {})[record_id] = key
        if article and table == ANNOTATIONS:
            self._article_keys.setdefault(article, {})[key] = None

    def _unlink_line(self, table: str, key: str) -> None:
        line = self._lines[table].get(key)
        if line is not None and table == ANNOTATIONS:
            self._article_keys.get(_line_ids(key, line)[1], {}).pop(key, None)

    # ------------------------------------------------------------------ file

    def encode(self, replica: str, vector: VersionVector, marks: Iterable[JournalMark] = ()) -> Iterator[bytes]:
        """Yield the bytes of the library file: a TinyDB file in ASCII, one record a line, tables and keys sorted.

        The last table is `meta`, whose last field is the digest of all bytes before it. Later changes to these tables do not
        change what is yielded.
        """
        keys = {table: (lines, list(lines)) for table, lines in self._lines.items() if table != META}
        tables = {table: [lines[key] for key in _sort_keys(some)] for table, (lines, some) in sorted(keys.items())}
        return _encode_file(tables, replica, vector, marks_to_json(marks))

    @classmethod
    def parse(cls, data: bytes, name: str) -> tuple[RecordTables, Meta]:
        """Return the records and the meta table of a library file that any program may have written.

        `name` is what errors call the file. Raises ReaderError when it is empty, damaged, or not a library.
        """
        if not data.strip(b"\0 \t\r\n"):
            raise ReaderError(f"{name} is empty, but a library never is", _REPAIR_HINT)
        try:
            tables: object = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ReaderError(f"{name} is damaged: {error}", _REPAIR_HINT) from error
        meta = parse_meta(tables)
        if meta is None:
            raise ReaderError(f"{name} is not a library of Claim Reader", _REPAIR_HINT)
        by_name = cast("dict[str, Mapping[str, object]]", tables)
        if not meta.is_sound:
            raise ReaderError(f'{name} is damaged: the checksum of its table "{META}" does not fit', _REPAIR_HINT)
        # TinyDB drops a table together with our line ends. In a file that still has them, the name of the table was damaged.
        is_own_layout = data.startswith(b"{\n") and meta.schema <= SCHEMA
        missing = [table for table in meta.tables if table not in by_name] if is_own_layout else []
        if missing:
            raise ReaderError(f'{name} is damaged: the table "{missing[0]}" is missing', _REPAIR_HINT)
        return cls({table: records for table, records in by_name.items() if table != META}), meta

    @classmethod
    def decode(cls, data: bytes) -> RecordTables:
        """Return the records of a file that is just as `encode` wrote it, without decoding its lines."""
        tables = cls()
        tables._decode_file(data)
        return tables

    def _decode_file(self, data: bytes) -> None:
        start = 2
        while True:
            end = data.index(b": {\n", start)
            table, start = cast("str", json.loads(data[start:end])), end + 4
            if table == META:
                return
            self._lines.setdefault(table, {})
            end = start if data.startswith(b"},\n", start) else data.index(b"\n},\n", start)
            if end > start:
                # No line contains a line end, so this splits the table exactly between its records.
                self._add_new_lines(table, data[start:end].split(b",\n"))
                start = end + 1
            start += 3

    def _add_new_lines(self, table: str, new_lines: Iterable[bytes]) -> None:
        """Add lines whose keys are new: as `_add_line`, but fast enough for a hundred thousand of them."""
        lines, keys, of_article = self._lines[table], self._keys.setdefault(table, {}), self._article_keys
        has_id, annotations = table in _TABLES_WITH_IDS, table == ANNOTATIONS
        for line in new_lines:
            match = _LINE_IDS(line) if has_id else None
            if match is None:
                end = line.index(b'": ')
                self._add_line(table, cast("str", json.loads(line[: end + 1])), line)
                continue
            key, record_id, article = match.groups()
            key = key.decode()
            lines[key] = line
            keys[record_id.decode()] = key
            if annotations and article:
                article_keys = of_article.get(article := article.decode())
                if article_keys is None:
                    article_keys = of_article[article] = {}
                article_keys[key] = None
            elif annotations:
                self._add_line(table, key, line)


class TableView(Mapping[str, Record]):
    """A table by its keys, as TinyDB reads it. Each read decodes a new record, which the caller may change."""

    def __init__(self, lines: Mapping[str, bytes]) -> None:
        self._lines = lines

    def __getitem__(self, key: str) -> Record:
        return _decode_record(key, self._lines[key])

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._lines))

    def __len__(self) -> int:
        return len(self._lines)


def _encode_file(
    tables: Mapping[str, list[bytes]], replica: str, vector: VersionVector, marks: list[Record]
) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for part in _encode_tables(tables):
        digest.update(part)
        yield part
    meta: Record = {"schema": SCHEMA, "made_by": f"claim-reader {__version__}", "replica": replica, "seen": vector.counters}
    meta |= {"tables": list(tables)}
    meta |= {"journals": marks, "sum": meta_checksum(meta)}
    head = f'"meta": {{\n"1": {encode_json(meta)[:-1]},'.encode()
    digest.update(head)
    yield head + f'"digest":"{digest.hexdigest()}"}}\n}}\n}}\n'.encode()


def _encode_tables(tables: Mapping[str, list[bytes]]) -> Iterator[bytes]:
    # In chunks, so that no other thread waits while a large file is joined.
    yield b"{\n"
    for table, lines in tables.items():
        name = encode_json(table).encode()
        if not lines:
            yield name + b": {\n},\n"
            continue
        yield name + b": {\n"
        for start in range(0, len(lines), _CHUNK_LINES):
            last = start + _CHUNK_LINES >= len(lines)
            yield b",\n".join(lines[start : start + _CHUNK_LINES]) + (b"\n},\n" if last else b",\n")


def _sort_keys(keys: list[str]) -> list[str]:
    """Sort keys by length, then as text, which sorts numbers by value. Keys that are already sorted cost next to nothing."""
    keys.sort()
    keys.sort(key=len)
    return keys


def _encode_record(key: str, record: object) -> bytes:
    return f"{encode_json(key)}: {encode_json(record)}".encode("ascii")


def _decode_record(key: str, line: bytes) -> Record:
    record: object = json.loads(line[len(encode_json(key)) + 2 :])
    return cast("Record", record) if isinstance(record, dict) else {}


def _line_ids(key: str, line: bytes) -> tuple[str, str]:
    """Return the id and the article of a line, "" for each that is missing."""
    match = _LINE_IDS(line)
    if match is None:
        return _text_field(key, line, "id"), _text_field(key, line, "article")
    record_id, article = match.group(2).decode(), match.group(3)
    if article is not None:
        return record_id, article.decode()
    return record_id, _text_field(key, line, "article") if b'"article":"' in line else ""


def _text_field(key: str, line: bytes, field: str) -> str:
    value = _decode_record(key, line).get(field)
    return value if isinstance(value, str) else ""


def has_ids(table: str) -> bool:
    """Whether the records of a table are found by their own `id`, as in all tables that the library defines."""
    return table in _TABLES_WITH_IDS


def with_id(table: str, key: str, record: object) -> object:
    """Return a record with an id, where its table needs one and another program left it out."""
    if table in _TABLES_WITH_IDS and isinstance(record, dict):
        fields = cast("Record", record)
        record_id = fields.get("id")
        if not isinstance(record_id, str) or not record_id:
            return {**fields, "id": _id_from_key(key)}
    return cast("object", record)


def _id_from_key(key: str) -> str:
    """Return the id for a key: the UUID with its number."""
    try:
        return str(uuid.UUID(int=int(key)))
    except ValueError:
        return key


def _new_key(record_id: str, used_keys: Mapping[str, bytes]) -> str:
    """Return a key for a record: the number of its UUID. Counted keys would collide with those of a plain TinyDB."""
    try:
        key = str(uuid.UUID(record_id).int)
    except ValueError:
        key = record_id if record_id.isascii() and record_id.removeprefix("-").isdigit() else ""
    return key if key and key not in used_keys else str(uuid.UUID(new_id()).int)


# ------------------------------------------------------------------ loaded file

_ATTEMPTS: Final = 4
_PAUSE: Final = 0.15
_RECENT_SECONDS: Final = 3.0


class LoadedFile:
    """A library's file in memory. `is_intact` says whether it is just as a library wrote it.

    Its records are decoded on first use, since a store that has seen them all does not need them.
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raises OSError, or ReaderError when it is damaged or not a library."""
        self._data, self.signature = read_from(path)
        meta = read_intact_meta(self._data)
        self.is_intact = meta is not None
        if meta is None:
            self.records, meta = RecordTables.parse(self._data, str(path))
        self.meta: Meta = meta

    @cached_property
    def records(self) -> RecordTables:
        """The records of the file."""
        return RecordTables.decode(self._data)

    @property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        return hashlib.sha256(self._data).hexdigest()


def read_library(path: Path) -> LoadedFile | None:
    """Read a library's file; None when it does not exist.

    A damaged file that was written a moment ago is read again, because another program may still be writing it in place. Raises
    ReaderError when the file is damaged, foreign or unreadable.
    """
    attempts = 0
    while True:
        attempts += 1
        try:
            return LoadedFile(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            hint = "`reader doctor` shows what is wrong, `reader repair` what can be saved"
            raise ReaderError(f"{path} cannot be read: {error.strerror or error}", hint) from error
        except ReaderError:
            if attempts == _ATTEMPTS or not _is_recent(path):
                raise
            time.sleep(_PAUSE)


def _is_recent(path: Path) -> bool:
    signature = signature_of(path)
    return signature is not None and abs(time.time() - signature[3] / 1e9) < _RECENT_SECONDS
