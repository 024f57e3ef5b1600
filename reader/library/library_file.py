"""Encode library.json, and read its table `meta`, which describes the file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, cast

from reader import __version__
from reader.digests import Digest, sha256
from reader.library.byte_source import ByteSource, read_chunks
from reader.library.journal import JournalMark, marks_from_json, marks_to_json
from reader.library.tables import META
from reader.library.versions import VersionVector, checksum_of, encode_json
from reader.review.cells import Record

SCHEMA: Final = 2
"""The version of the record format that this program writes. It converts older ones, and opens newer ones for reading only."""

UNTOUCHED_HINT: Final = (
    "Nothing was written to it; `reader repair` shows what can be saved, or choose another library with --library"
)
_BUFFER: Final = 1 << 16
_LONGEST_TAIL: Final = 1 << 22
"""The most bytes at the end of a file in which its table `meta` is looked for: room for thousands of journals."""


# ------------------------------------------------------------------ table `meta`


class Meta(NamedTuple):
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


def read_intact_meta(source: ByteSource) -> Meta | None:
    """Return the meta table of a file that is just as `FileEncoder` wrote it, in a known schema; else None."""
    # What begins in another way was written elsewhere, and a digest of it would take all of its bytes.
    return read_signed_tail(source, sha256(size=source.size)) if source.read(0, min(2, source.size)) == b"{\n" else None


def read_signed_tail(source: ByteSource, digest: Digest) -> Meta | None:
    """Return the meta table at the end of a file if its digest fits, else None.

    `digest` is the SHA-256 of the bytes before those in `source`, and is brought to its end.
    """
    tail = read_tail(source)
    end = tail.rfind(b'"digest":')
    for chunk in read_chunks(source, 0, source.size - len(tail) + max(0, end)):
        digest.update(chunk)
    if end < 0 or tail[end:] != b'"digest":"%s"}\n}\n}\n' % digest.hexdigest().encode():
        return None
    return parse_tail(tail)


def read_tail(source: ByteSource) -> bytes:
    """Return the bytes of a file after its tables, b"" when they are not as `FileEncoder` writes them."""
    size = _BUFFER
    while True:
        start = max(0, source.size - size)
        data = source.read(start, source.size)
        position = data.rfind(b'"meta": {\n')
        if position >= 0:
            return data[position:]
        if start == 0 or size >= _LONGEST_TAIL:
            return b""
        size *= 4


def parse_tail(tail: bytes) -> Meta | None:
    """Return the meta table of the bytes after the tables, None when its schema is newer."""
    try:
        meta = parse_meta(json.loads(b"{" + tail))
    except ValueError:
        return None
    return meta if meta is not None and meta.schema <= SCHEMA else None


# ------------------------------------------------------------------ encoding


def encode_file(
    tables: Mapping[str, Iterable[bytes]], replica: str, vector: VersionVector, marks: Iterable[JournalMark] = ()
) -> Iterator[bytes]:
    """Yield the bytes of a library file. Its tables give their lines, sorted by key, as `encode_record` returns them."""
    return FileEncoder().encode({table: _separate(lines) for table, lines in sorted(tables.items())}, replica, vector, marks)


def _separate(lines: Iterable[bytes]) -> Iterator[bytes]:
    separator = b""
    for line in lines:
        yield separator + line
        separator = b",\n"


class FileEncoder:
    """Encode a library file. `position` is the number of bytes so far, `ranges` are those of the lines of each table.

    At the end, `tail` holds all bytes after the tables.
    """

    def __init__(self, size: int = 0) -> None:
        """`size` says about how many bytes there will be."""
        self.position = 0
        self.ranges: dict[str, tuple[int, int]] = {}
        self.tail = b""
        self._digest = sha256(size=size)

    def encode(
        self,
        tables: Mapping[str, Iterable[bytes]],
        replica: str,
        vector: VersionVector,
        marks: Iterable[JournalMark],
    ) -> Iterator[bytes]:
        """Yield the bytes of the file: a TinyDB file in ASCII, one record a line.

        Each table gives its lines, with a comma and a line end between two, in parts of any size. The last table is `meta`,
        whose last field is the digest of all bytes before it.
        """
        buffer = bytearray()
        for part in self._parts(tables):
            self.position += len(part)
            buffer += part
            if len(buffer) >= _BUFFER:
                data = bytes(buffer)
                self._digest.update(data)
                yield data
                buffer.clear()
        meta: Record = {"schema": SCHEMA, "made_by": f"claim-reader {__version__}", "replica": replica, "seen": vector.counters}
        meta |= {"tables": list(tables)}
        meta |= {"journals": marks_to_json(marks), "sum": meta_checksum(meta)}
        head = f'"meta": {{\n"1": {encode_json(meta)[:-1]},'.encode()
        self._digest.update(buffer + head)
        self.tail = head + f'"digest":"{self._digest.hexdigest()}"}}\n}}\n}}\n'.encode()
        yield bytes(buffer) + self.tail

    def _parts(self, tables: Mapping[str, Iterable[bytes]]) -> Iterator[bytes]:
        yield b"{\n"
        for table, lines in tables.items():
            yield encode_json(table).encode() + b": {\n"
            start = self.position
            yield from lines
            self.ranges[table] = start, self.position
            yield b"},\n" if start == self.position else b"\n},\n"
