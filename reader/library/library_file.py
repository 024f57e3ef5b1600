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
from reader.files import read_at, signature_of
from reader.library.versions import VersionVector, sum_of
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
    seen: VersionVector
    tables: tuple[str, ...] = ()
    sound: bool = True


def meta_of(tables: object) -> Meta | None:
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
                VersionVector.read(fields.get("seen")),
                tuple(map(str, names)),
                sound=schema > SCHEMA or fields.get("sum") in (None, meta_sum(fields)),
            )
    return None


def meta_sum(fields: Mapping[str, object]) -> str:
    """Return the sum of what decides which changes are taken in: it must not be believed when it is damaged."""
    return sum_of({name: fields.get(name) for name in ("schema", "replica", "seen", "tables")})


# ------------------------------------------------------------------ The records of a library in memory, each as the encoded

ARTICLES: Final = "articles"
ANNOTATIONS: Final = "annotations"
TAGS: Final = "tags"
SOURCES: Final = "sources"

_IDENTIFIED: Final = (ARTICLES, ANNOTATIONS, TAGS, SOURCES)
_UNHARMED: Final = (
    "nothing was written to it: `reader repair` shows what can be saved, or choose another library with --library"
)
_SOME: Final = 2000
_TAGS: Final = b'"tags":['
_HEADS: Final = re.compile(rb'"([^"\\]+)": \{"id":"([^"\\]{36})"(?:,"article":"([^"\\]{36})")?').match
"""Matches the beginning of nearly every line of ours, and so tells its key, id and article without decoding it."""
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class RecordTables:
    """Tables of records. A table's keys are TinyDB's document ids as text; a record is found by its `id`, whatever its key.

    In a table of another program its key is its id, whatever the record says.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, object]] | None = None) -> None:
        self._lines: dict[str, dict[str, bytes]] = {ANNOTATIONS: {}, ARTICLES: {}, TAGS: {}}
        self._keys: dict[str, dict[str, str]] = {}
        self._of_article: dict[str, dict[str, None]] = {}
        for table, records in (tables or {}).items():
            self._lines[table] = {}
            for key, record in records.items():
                self._take(table, key, _line(key, identified(table, key, record)))

    def copy(self) -> RecordTables:
        """Return the same lines as a value of their own."""
        copied = RecordTables()
        copied._lines = {table: dict(lines) for table, lines in self._lines.items()}
        copied._keys = {table: dict(keys) for table, keys in self._keys.items()}
        copied._of_article = {article: dict(keys) for article, keys in self._of_article.items()}
        return copied

    # ------------------------------------------------------------------ reading

    def tables(self) -> dict[str, TableView]:
        """Return every table, its records read when they are asked for."""
        return {table: TableView(lines) for table, lines in self._lines.items()}

    def ids(self, table: str) -> Iterable[str]:
        """Return the ids of a table's records."""
        keys = self._keys.get(table, {})
        return keys.keys() if len(keys) == len(self._lines.get(table, {})) else self._ids_and_keys(table)

    def line(self, table: str, record_id: str) -> bytes | None:
        """Return the encoded record with this id, or None. The same bytes are the same record."""
        key = self._key(table, record_id)
        return None if key is None else self._lines[table][key][len(_encode(key)) + 2 :]

    def get(self, table: str, record_id: str) -> Record | None:
        """Return the record with this id, or None."""
        key = self._key(table, record_id)
        return None if key is None else _record(key, self._lines[table][key])

    def of_article(self, article_id: str) -> list[Record]:
        """Return the annotations of an article, without looking at any other."""
        lines = self._lines[ANNOTATIONS]
        return [_record(key, lines[key]) for key in self._of_article.get(article_id, ())]

    def tags_of(self, article_id: str) -> set[str]:
        """Return the names of the tags on the annotations of an article, looking at no more of them than that."""
        lines, found = self._lines[ANNOTATIONS], set[str]()
        for key in self._of_article.get(article_id, ()):
            line = lines[key]
            start = line.find(_TAGS)
            if start < 0 or line.startswith(b"]", start + len(_TAGS)):
                continue
            try:
                names: object = json.loads(line[start + len(_TAGS) - 1 : line.index(b"]", start) + 1])
            except ValueError:
                names = _record(key, line).get(TAGS)
            found.update(
                name for name in cast("list[object]", names if isinstance(names, list) else []) if isinstance(name, str)
            )
        return found

    # ------------------------------------------------------------------ changing

    def put(self, table: str, record_id: str, record: Record) -> None:
        """Keep a record under its id, in place of the one there was."""
        lines = self._lines.setdefault(table, {})
        key = self._key(table, record_id) or (_new_key(record_id, lines) if table in _IDENTIFIED else record_id)
        self._release(table, key)
        self._take(table, key, _line(key, record))
        if table in _IDENTIFIED and record.get("id") != record_id:
            self._keys.setdefault(table, {})[record_id] = key

    def drop(self, table: str, record_id: str) -> None:
        """Forget the record with this id, if there is one."""
        key = self._key(table, record_id)
        if key is not None:
            self._release(table, key)
            self._keys.get(table, {}).pop(record_id, None)
            del self._lines[table][key]

    def key_of(self, table: str, record_id: str) -> str | None:
        """Return the key of the record with this id, or None."""
        return self._key(table, record_id)

    def id_at(self, table: str, key: str) -> str:
        """Return the id of the record with this key: its own, else the key itself."""
        line = self._lines.get(table, {}).get(key) if table in _IDENTIFIED else None
        named = None if line is None else _record(key, line).get("id")
        return named if isinstance(named, str) and named else key

    def forget(self, table: str) -> None:
        """Forget a table of another program, which has gone with all its records."""
        if not self._lines.get(table) and table not in _IDENTIFIED:
            self._lines.pop(table, None)

    def _key(self, table: str, record_id: str) -> str | None:
        key = self._keys.get(table, {}).get(record_id)
        return record_id if key is None and record_id in self._lines.get(table, {}) else key

    def _ids_and_keys(self, table: str) -> list[str]:
        named = self._keys.get(table, {})
        keys = set(named.values())
        return [*named, *(key for key in self._lines.get(table, {}) if key not in keys)]

    def _take(self, table: str, key: str, line: bytes) -> None:
        self._lines[table][key] = line
        if table not in _IDENTIFIED:
            return
        record_id, article = _heads(key, line)
        if record_id:
            self._keys.setdefault(table, {})[record_id] = key
        if article and table == ANNOTATIONS:
            self._of_article.setdefault(article, {})[key] = None

    def _release(self, table: str, key: str) -> None:
        line = self._lines[table].get(key)
        if line is not None and table == ANNOTATIONS:
            self._of_article.get(_heads(key, line)[1], {}).pop(key, None)

    # ------------------------------------------------------------------ the file

    def encode(self, replica: str, seen: VersionVector) -> Iterator[bytes]:
        """Yield the bytes of the library file: a TinyDB file in ASCII, one record a line, tables and keys sorted.

        The last table is `meta`, whose last field is the digest of all that stands before it. What is yielded is not changed by
        what happens to these lines meanwhile.
        """
        kept = {table: (lines, list(lines)) for table, lines in self._lines.items() if table != META}
        whole = {table: [lines[key] for key in _sorted(keys)] for table, (lines, keys) in sorted(kept.items())}
        return _encoded(whole, replica, seen)

    @classmethod
    def parse(cls, data: bytes, name: str) -> tuple[RecordTables, Meta]:
        """Return the records of a library file that any program wrote, and what it says of itself.

        `name` is what errors call it. Raises ReaderError when it is empty, damaged, or no library at all.
        """
        if not data.strip(b"\0 \t\r\n"):
            raise ReaderError(f"{name} is empty, but a library never is", _UNHARMED)
        try:
            tables: object = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ReaderError(f"{name} is damaged: {error}", _UNHARMED) from error
        meta = meta_of(tables)
        if meta is None:
            raise ReaderError(f"{name} is not a library of Claim Reader", _UNHARMED)
        named = cast("dict[str, Mapping[str, object]]", tables)
        if not meta.sound:
            raise ReaderError(f"{name} is damaged: what it says of itself is not what was written", _UNHARMED)
        # TinyDB drops a table together with our line ends; in a file that still has them, a name was damaged.
        lost = (
            [table for table in meta.tables if table not in named] if data.startswith(b"{\n") and meta.schema <= SCHEMA else []
        )
        if lost:
            raise ReaderError(f'{name} is damaged: the table "{lost[0]}" is not there', _UNHARMED)
        return cls({table: records for table, records in named.items() if table != META}), meta

    @classmethod
    def decode(cls, data: bytes) -> RecordTables:
        """Return the records of a file that is just as `encode` wrote it, line by line."""
        lines = cls()
        lines._take_file(data)
        return lines

    def _take_file(self, data: bytes) -> None:
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
                self._take_lines(table, data[start:end].split(b",\n"))
                start = end + 1
            start += 3

    def _take_lines(self, table: str, found: Iterable[bytes]) -> None:
        """Take in lines that are not there yet: as `_take`, but a hundred thousand times."""
        lines, keys, of_article = self._lines[table], self._keys.setdefault(table, {}), self._of_article
        identified, annotations = table in _IDENTIFIED, table == ANNOTATIONS
        for line in found:
            heads = _HEADS(line) if identified else None
            if heads is None:
                end = line.index(b'": ')
                self._take(table, cast("str", json.loads(line[: end + 1])), line)
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
                self._take(table, key, line)


def whole(data: bytes) -> Meta | None:
    """Return what a library file says of itself if it is just as `Lines.encode` wrote it, in a form known here; else None."""
    end = data.rfind(b'"digest":')
    start = data.rfind(b'"meta": {\n', 0, end)
    digest = hashlib.sha256(memoryview(data)[: max(0, end)]).hexdigest()
    if start < 0 or data[end:] != b'"digest":"%s"}\n}\n}\n' % digest.encode():
        return None
    meta = meta_of(json.loads(b"{" + data[start:end] + b'"digest":""}}}'))
    return meta if meta is not None and meta.schema <= SCHEMA else None


class TableView(Mapping[str, Record]):
    """A table by its keys, as TinyDB reads it: each record is decoded when it is asked for, and is the caller's own."""

    def __init__(self, lines: Mapping[str, bytes]) -> None:
        self._lines = lines

    def __getitem__(self, key: str) -> Record:
        return _record(key, self._lines[key])

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._lines))

    def __len__(self) -> int:
        return len(self._lines)


def _encoded(tables: Mapping[str, list[bytes]], replica: str, seen: VersionVector) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for part in _parts(tables):
        digest.update(part)
        yield part
    meta: Record = {"schema": SCHEMA, "made_by": f"claim-reader {__version__}", "replica": replica, "seen": seen.numbers}
    meta |= {"tables": list(tables)}
    meta |= {"sum": meta_sum(meta)}
    head = f'"meta": {{\n"1": {_encode(meta)[:-1]},'.encode()
    digest.update(head)
    yield head + f'"digest":"{digest.hexdigest()}"}}\n}}\n}}\n'.encode()


def _parts(tables: Mapping[str, list[bytes]]) -> Iterator[bytes]:
    # In pieces, so that no other thread waits for the joining of a large file.
    yield b"{\n"
    for table, lines in tables.items():
        name = _encode(table).encode()
        if not lines:
            yield name + b": {\n},\n"
            continue
        yield name + b": {\n"
        for start in range(0, len(lines), _SOME):
            last = start + _SOME >= len(lines)
            yield b",\n".join(lines[start : start + _SOME]) + (b"\n},\n" if last else b",\n")


def _sorted(keys: list[str]) -> list[str]:
    """Return keys by length, then as text: numbers by their value. Keys that are in order cost next to nothing to sort."""
    keys.sort()
    keys.sort(key=len)
    return keys


def _line(key: str, record: object) -> bytes:
    return f"{_encode(key)}: {_encode(record)}".encode("ascii")


def _record(key: str, line: bytes) -> Record:
    record: object = json.loads(line[len(_encode(key)) + 2 :])
    return cast("Record", record) if isinstance(record, dict) else {}


def _heads(key: str, line: bytes) -> tuple[str, str]:
    """Return the id and the article that a line names, "" for what is not there."""
    heads = _HEADS(line)
    if heads is None:
        return _text(key, line, "id"), _text(key, line, "article")
    record_id, article = heads.group(2).decode(), heads.group(3)
    if article is not None:
        return record_id, article.decode()
    return record_id, _text(key, line, "article") if b'"article":"' in line else ""


def _text(key: str, line: bytes, field: str) -> str:
    value = _record(key, line).get(field)
    return value if isinstance(value, str) else ""


def is_identified(table: str) -> bool:
    """Whether a table's records are found by their own `id`, as ours are."""
    return table in _IDENTIFIED


def identified(table: str, key: str, record: object) -> object:
    """Return a record of one of our tables with an id, which another program need not have given it."""
    if table in _IDENTIFIED and isinstance(record, dict):
        named = cast("Record", record)
        given = named.get("id")
        if not isinstance(given, str) or not given:
            return {**named, "id": _id_of(key)}
    return cast("object", record)


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
        key = record_id if record_id.isascii() and record_id.removeprefix("-").isdigit() else ""
    return key if key and key not in taken else str(uuid.UUID(new_id()).int)


# ------------------------------------------------------------------ Reading a library's file, as patiently as a file wants

_LOOKS: Final = 4
_PAUSE: Final = 0.15
_FRESH: Final = 3.0


class LoadedFile:
    """A library's file: what it says of itself, whether it is `whole` just as a library wrote it, its signature.

    Its records are made when they are asked for: who knows them all already need not wait for that.
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raises OSError, or ReaderError when it is damaged or no library."""
        self._data, self.signature = read_at(path)
        meta = whole(self._data)
        self.whole = meta is not None
        if meta is None:
            self.lines, meta = RecordTables.parse(self._data, str(path))
        self.meta: Meta = meta

    @cached_property
    def lines(self) -> RecordTables:
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
            if looks == _LOOKS or not _written_just_now(path):
                raise
            time.sleep(_PAUSE)


def _written_just_now(path: Path) -> bool:
    signature = signature_of(path)
    return signature is not None and abs(time.time() - signature[3] / 1e9) < _FRESH
