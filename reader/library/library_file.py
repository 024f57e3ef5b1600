"""Read library.json: its meta table, and its records as encoded lines."""

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
from reader.library.versions import VersionVector, checksum_of
from reader.review.cells import Record
from reader.review.model import new_id

# ------------------------------------------------------------------ What a library's file says of itself, in its table `meta`,

SCHEMA: Final = 2
"""The form of the records that this version writes. It takes in older forms, and opens newer ones for reading only."""

META: Final = "meta"


@dataclass(frozen=True, slots=True)
class Meta:
    """What a library file says of itself; `sound`: that is what was written.

    `schema` of its records, `replica` that wrote it, the dots it has `seen`, the names of its `tables`.
    """

    schema: int
    replica: str
    vector: VersionVector
    tables: tuple[str, ...] = ()
    is_sound: bool = True


def parse_meta(tables: object) -> Meta | None:
    """Return what a library file's content says of itself, or None when it is none of ours."""
    if not isinstance(tables, dict):
        return None
    named = cast("dict[str, object]", tables)
    for table in named.values():
        if not isinstance(table, dict) or not all(isinstance(r, dict) for r in cast("dict[str, object]", table).values()):
            return None
    for record in cast("dict[str, object]", named.get(META, {})).values():
        fields = cast("Record", record) if isinstance(record, dict) else {}
        schema = fields.get("schema")
        if isinstance(schema, int):
            tables_named = fields.get("tables")
            names = cast("list[object]", tables_named) if isinstance(tables_named, list) else []
            return Meta(
                schema,
                str(fields.get("replica") or ""),
                VersionVector.from_json(fields.get("seen")),
                tuple(map(str, names)),
                is_sound=schema > SCHEMA or fields.get("sum") in (None, meta_checksum(fields)),
            )
    return None


def meta_checksum(fields: Mapping[str, object]) -> str:
    """Return the sum of what decides which changes are taken in: it must not be believed when it is damaged."""
    return checksum_of({name: fields.get(name) for name in ("schema", "replica", "seen", "tables")})


# ------------------------------------------------------------------ The records of a library in memory, each as the encoded

ARTICLES: Final = "articles"
ANNOTATIONS: Final = "annotations"
TAGS: Final = "tags"
SOURCES: Final = "sources"

_TABLES_WITH_IDS: Final = (ARTICLES, ANNOTATIONS, TAGS, SOURCES)
_REPAIR_HINT: Final = (
    "nothing was written to it: `reader repair` shows what can be saved, or choose another library with --library"
)
_CHUNK_LINES: Final = 2000
_TAGS_START: Final = b'"tags":['
_LINE_IDS: Final = re.compile(rb'"([^"\\]+)": \{"id":"([^"\\]{36})"(?:,"article":"([^"\\]{36})")?').match
"""Matches the beginning of nearly every line of ours, and so tells its key, id and article without decoding it."""
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class RecordTables:
    """Tables of records. A table's keys are TinyDB's document ids as text; a record is found by its `id`, whatever its key.

    In a table of another program its key is its id, whatever the record says.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, object]] | None = None) -> None:
        self._lines: dict[str, dict[str, bytes]] = {ANNOTATIONS: {}, ARTICLES: {}, TAGS: {}}
        self._keys: dict[str, dict[str, str]] = {}
        self._article_keys: dict[str, dict[str, None]] = {}
        for table, records in (tables or {}).items():
            self._lines[table] = {}
            for key, record in records.items():
                self._add_line(table, key, _encode_record(key, with_id(table, key, record)))

    def copy(self) -> RecordTables:
        """Return the same lines as a value of their own."""
        copied = RecordTables()
        copied._lines = {table: dict(lines) for table, lines in self._lines.items()}
        copied._keys = {table: dict(keys) for table, keys in self._keys.items()}
        copied._article_keys = {article: dict(keys) for article, keys in self._article_keys.items()}
        return copied

    # ------------------------------------------------------------------ reading

    def tables(self) -> dict[str, TableView]:
        """Return every table, its records read when they are asked for."""
        return {table: TableView(lines) for table, lines in self._lines.items()}

    def ids(self, table: str) -> Iterable[str]:
        """Return the ids of a table's records."""
        keys = self._keys.get(table, {})
        return keys.keys() if len(keys) == len(self._lines.get(table, {})) else self._ids_with_defaults(table)

    def line(self, table: str, record_id: str) -> bytes | None:
        """Return the encoded record with this id, or None. The same bytes are the same record."""
        key = self._find_key(table, record_id)
        return None if key is None else self._lines[table][key][len(_encode(key)) + 2 :]

    def get(self, table: str, record_id: str) -> Record | None:
        """Return the record with this id, or None."""
        key = self._find_key(table, record_id)
        return None if key is None else _decode_record(key, self._lines[table][key])

    def annotations_of(self, article_id: str) -> list[Record]:
        """Return the annotations of an article, without looking at any other."""
        lines = self._lines[ANNOTATIONS]
        return [_decode_record(key, lines[key]) for key in self._article_keys.get(article_id, ())]

    def tag_names_of(self, article_id: str) -> set[str]:
        """Return the names of the tags on the annotations of an article, looking at no more of them than that."""
        lines, found = self._lines[ANNOTATIONS], set[str]()
        for key in self._article_keys.get(article_id, ()):
            line = lines[key]
            start = line.find(_TAGS_START)
            if start < 0 or line.startswith(b"]", start + len(_TAGS_START)):
                continue
            try:
                names: object = json.loads(line[start + len(_TAGS_START) - 1 : line.index(b"]", start) + 1])
            except ValueError:
                names = _decode_record(key, line).get(TAGS)
            found.update(
                name for name in cast("list[object]", names if isinstance(names, list) else []) if isinstance(name, str)
            )
        return found

    # ------------------------------------------------------------------ changing

    def put(self, table: str, record_id: str, record: Record) -> None:
        """Keep a record under its id, in place of the one there was."""
        lines = self._lines.setdefault(table, {})
        key = self._find_key(table, record_id) or (_new_key(record_id, lines) if table in _TABLES_WITH_IDS else record_id)
        self._unlink_line(table, key)
        self._add_line(table, key, _encode_record(key, record))
        if table in _TABLES_WITH_IDS and record.get("id") != record_id:
            self._keys.setdefault(table, {})[record_id] = key

    def remove(self, table: str, record_id: str) -> None:
        """Forget the record with this id, if there is one."""
        key = self._find_key(table, record_id)
        if key is not None:
            self._unlink_line(table, key)
            self._keys.get(table, {}).pop(record_id, None)
            del self._lines[table][key]

    def key_of(self, table: str, record_id: str) -> str | None:
        """Return the key of the record with this id, or None."""
        return self._find_key(table, record_id)

    def id_at(self, table: str, key: str) -> str:
        """Return the id of the record with this key: its own, else the key itself."""
        line = self._lines.get(table, {}).get(key) if table in _TABLES_WITH_IDS else None
        named = None if line is None else _decode_record(key, line).get("id")
        return named if isinstance(named, str) and named else key

    def remove_empty_table(self, table: str) -> None:
        """Forget a table of another program, which has gone with all its records."""
        if not self._lines.get(table) and table not in _TABLES_WITH_IDS:
            self._lines.pop(table, None)

    def _find_key(self, table: str, record_id: str) -> str | None:
        key = self._keys.get(table, {}).get(record_id)
        return record_id if key is None and record_id in self._lines.get(table, {}) else key

    def _ids_with_defaults(self, table: str) -> list[str]:
        named = self._keys.get(table, {})
        keys = set(named.values())
        return [*named, *(key for key in self._lines.get(table, {}) if key not in keys)]

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

    # ------------------------------------------------------------------ the file

    def encode(self, replica: str, seen: VersionVector) -> Iterator[bytes]:
        """Yield the bytes of the library file: a TinyDB file in ASCII, one record a line, tables and keys sorted.

        The last table is `meta`, whose last field is the digest of all that stands before it. What is yielded is not changed by
        what happens to these lines meanwhile.
        """
        kept = {table: (lines, list(lines)) for table, lines in self._lines.items() if table != META}
        whole = {table: [lines[key] for key in _sort_keys(keys)] for table, (lines, keys) in sorted(kept.items())}
        return _encode_file(whole, replica, seen)

    @classmethod
    def parse(cls, data: bytes, name: str) -> tuple[RecordTables, Meta]:
        """Return the records of a library file that any program wrote, and what it says of itself.

        `name` is what errors call it. Raises ReaderError when it is empty, damaged, or no library at all.
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
        named = cast("dict[str, Mapping[str, object]]", tables)
        if not meta.is_sound:
            raise ReaderError(f"{name} is damaged: what it says of itself is not what was written", _REPAIR_HINT)
        # TinyDB drops a table together with our line ends; in a file that still has them, a name was damaged.
        lost = (
            [table for table in meta.tables if table not in named] if data.startswith(b"{\n") and meta.schema <= SCHEMA else []
        )
        if lost:
            raise ReaderError(f'{name} is damaged: the table "{lost[0]}" is not there', _REPAIR_HINT)
        return cls({table: records for table, records in named.items() if table != META}), meta

    @classmethod
    def decode(cls, data: bytes) -> RecordTables:
        """Return the records of a file that is just as `encode` wrote it, line by line."""
        lines = cls()
        lines._decode_file(data)
        return lines

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
                # A line never holds an end of line, so that this parts the table just between its records.
                self._add_new_lines(table, data[start:end].split(b",\n"))
                start = end + 1
            start += 3

    def _add_new_lines(self, table: str, found: Iterable[bytes]) -> None:
        """Take in lines that are not there yet: as `_take`, but a hundred thousand times."""
        lines, keys, of_article = self._lines[table], self._keys.setdefault(table, {}), self._article_keys
        identified, annotations = table in _TABLES_WITH_IDS, table == ANNOTATIONS
        for line in found:
            heads = _LINE_IDS(line) if identified else None
            if heads is None:
                end = line.index(b'": ')
                self._add_line(table, cast("str", json.loads(line[: end + 1])), line)
                continue
            key, record_id, article = heads.groups()
            key = key.decode()
            lines[key] = line
            keys[record_id.decode()] = key
            if annotations and article:
                held = of_article.get(article := article.decode())
                if held is None:
                    held = of_article[article] = {}
                held[key] = None
            elif annotations:
                self._add_line(table, key, line)


def read_intact_meta(data: bytes) -> Meta | None:
    """Return what a library file says of itself if it is just as `Lines.encode` wrote it, in a form known here; else None."""
    end = data.rfind(b'"digest":')
    start = data.rfind(b'"meta": {\n', 0, end)
    digest = hashlib.sha256(memoryview(data)[: max(0, end)]).hexdigest()
    if start < 0 or data[end:] != b'"digest":"%s"}\n}\n}\n' % digest.encode():
        return None
    meta = parse_meta(json.loads(b"{" + data[start:end] + b'"digest":""}}}'))
    return meta if meta is not None and meta.schema <= SCHEMA else None


class TableView(Mapping[str, Record]):
    """A table by its keys, as TinyDB reads it: each record is decoded when it is asked for, and is the caller's own."""

    def __init__(self, lines: Mapping[str, bytes]) -> None:
        self._lines = lines

    def __getitem__(self, key: str) -> Record:
        return _decode_record(key, self._lines[key])

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._lines))

    def __len__(self) -> int:
        return len(self._lines)


def _encode_file(tables: Mapping[str, list[bytes]], replica: str, seen: VersionVector) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for part in _encode_tables(tables):
        digest.update(part)
        yield part
    meta: Record = {"schema": SCHEMA, "made_by": f"claim-reader {__version__}", "replica": replica, "seen": seen.counters}
    meta |= {"tables": list(tables)}
    meta |= {"sum": meta_checksum(meta)}
    head = f'"meta": {{\n"1": {_encode(meta)[:-1]},'.encode()
    digest.update(head)
    yield head + f'"digest":"{digest.hexdigest()}"}}\n}}\n}}\n'.encode()


def _encode_tables(tables: Mapping[str, list[bytes]]) -> Iterator[bytes]:
    # In pieces, so that no other thread waits for the joining of a large file.
    yield b"{\n"
    for table, lines in tables.items():
        name = _encode(table).encode()
        if not lines:
            yield name + b": {\n},\n"
            continue
        yield name + b": {\n"
        for start in range(0, len(lines), _CHUNK_LINES):
            last = start + _CHUNK_LINES >= len(lines)
            yield b",\n".join(lines[start : start + _CHUNK_LINES]) + (b"\n},\n" if last else b",\n")


def _sort_keys(keys: list[str]) -> list[str]:
    """Return keys by length, then as text: numbers by their value. Keys that are in order cost next to nothing to sort."""
    keys.sort()
    keys.sort(key=len)
    return keys


def _encode_record(key: str, record: object) -> bytes:
    return f"{_encode(key)}: {_encode(record)}".encode("ascii")


def _decode_record(key: str, line: bytes) -> Record:
    record: object = json.loads(line[len(_encode(key)) + 2 :])
    return cast("Record", record) if isinstance(record, dict) else {}


def _line_ids(key: str, line: bytes) -> tuple[str, str]:
    """Return the id and the article that a line names, "" for what is not there."""
    heads = _LINE_IDS(line)
    if heads is None:
        return _text_field(key, line, "id"), _text_field(key, line, "article")
    record_id, article = heads.group(2).decode(), heads.group(3)
    if article is not None:
        return record_id, article.decode()
    return record_id, _text_field(key, line, "article") if b'"article":"' in line else ""


def _text_field(key: str, line: bytes, field: str) -> str:
    value = _decode_record(key, line).get(field)
    return value if isinstance(value, str) else ""


def has_ids(table: str) -> bool:
    """Whether a table's records are found by their own `id`, as ours are."""
    return table in _TABLES_WITH_IDS


def with_id(table: str, key: str, record: object) -> object:
    """Return a record of one of our tables with an id, which another program need not have given it."""
    if table in _TABLES_WITH_IDS and isinstance(record, dict):
        named = cast("Record", record)
        given = named.get("id")
        if not isinstance(given, str) or not given:
            return {**named, "id": _id_from_key(key)}
    return cast("object", record)


def _id_from_key(key: str) -> str:
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
        key = record_id if record_id.isascii() and record_id.removeprefix("-").isdigit() else ""
    return key if key and key not in taken else str(uuid.UUID(new_id()).int)


# ------------------------------------------------------------------ Reading a library's file, as patiently as a file wants

_ATTEMPTS: Final = 4
_PAUSE: Final = 0.15
_RECENT_SECONDS: Final = 3.0


class LoadedFile:
    """A library's file: what it says of itself, whether it is `whole` just as a library wrote it, its signature.

    Its records are made when they are asked for: who knows them all already need not wait for that.
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raises OSError, or ReaderError when it is damaged or no library."""
        self._data, self.signature = read_from(path)
        meta = read_intact_meta(self._data)
        self.is_intact = meta is not None
        if meta is None:
            self.records, meta = RecordTables.parse(self._data, str(path))
        self.meta: Meta = meta

    @cached_property
    def records(self) -> RecordTables:
        """The records."""
        return RecordTables.decode(self._data)

    @property
    def digest(self) -> str:
        """The digest of the file."""
        return hashlib.sha256(self._data).hexdigest()


def read_library(path: Path) -> LoadedFile | None:
    """Return what a library's file holds, None when it is not there.

    Raises ReaderError when it is damaged, foreign or unreadable. A damaged file that was written a moment ago is looked at
    again: another program may be writing it in place.
    """
    looks = 0
    while True:
        looks += 1
        try:
            return LoadedFile(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            what = f"{path} cannot be read: {error.strerror or error}"
            raise ReaderError(
                what, "`reader doctor` looks at what is wrong, `reader repair` shows what can be saved"
            ) from error
        except ReaderError:
            if looks == _ATTEMPTS or not _is_recent(path):
                raise
            time.sleep(_PAUSE)


def _is_recent(path: Path) -> bool:
    signature = signature_of(path)
    return signature is not None and abs(time.time() - signature[3] / 1e9) < _RECENT_SECONDS
