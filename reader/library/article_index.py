"""Index a library file by article: the rows of the list, and where the annotations of each article stand.

The index of a large file is kept beside it, in `library-<device>.index`, so that an article can be opened and the list be shown
without reading the rest. It holds nothing that the file does not hold, and may be removed at any time.

Owner: the store. Each checkpoint writes the index of the file that it has just installed; it is not synced, as it can be made
again. It is derived from the last index: the ranges of unchanged lines move, the articles that were changed get new rows.

Trust: the first line names the file by its signature (inode, size, time of change), the range and the bytes of its last
table, which contain its digest, and holds a checksum of the index. If the signature differs, the file is read whole: where
its digest is the one in the index, the index still fits (a copied folder), else it is made again. A program that writes the
file in place changes its first and last bytes, whatever its time says. While a file is open, each read looks whether it was
changed meanwhile.

The index describes the file alone. The changes in the journals are lines in memory over those of the file (`RecordTables`);
an article that one of them touches is summed up from its records, and not taken from here. Versions, conflicts, tombstones
and history stand in records and journals: joining and undo read the lines themselves, which the sorted tables give without an
index.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple, Self, cast

from reader.files import Signature
from reader.library.articles import REMOVED, row_fields
from reader.library.sorted_lines import SortedLines, key_of, record_part
from reader.library.tables import ANNOTATIONS, ARTICLES, TABLES_WITH_IDS, TAGS, default_key
from reader.library.versions import encode_json
from reader.review.cells import Record
from reader.review.codec import as_list
from reader.review.model import TagSet

INDEX_FORMAT: Final = 4
_MAX_SEARCHES: Final = 32
"""The number of articles that are searched for one by one, before their lines are listed."""
_KEPT_NAMES: Final = 1 << 10
"""The number of decoded lists of tags that are kept: most annotations have those of many others."""
_TAGS_START: Final = b'"tags":['
# Classes of what is there are matched in half the time of those of all but two signs.
_FIELDS: Final = rb'"([0-9]+)": \{"id":"([0-9a-f-]{36})"(?:,"article":"([0-9a-f-]{36})")?'
_START: Final = re.compile(_FIELDS)
"""Match the start of nearly every line that a library wrote; groups are the key, the id and the article."""
_is_uuid = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}").fullmatch
_LINE: Final = re.compile(rb"^(?:%s)?[^\n]+" % _FIELDS, re.MULTILINE)
"""Match a line; the groups are those of its start."""


class Range(NamedTuple):
    """A half-open range of bytes in the library's file."""

    start: int
    end: int


class Shift(NamedTuple):
    """A range of a file whose lines stand `distance` bytes further in its successor."""

    start: int
    end: int
    distance: int


class TagRow(NamedTuple):
    """What a row says of tags: the number of annotations by the set that they bear, and the article's own tags."""

    tag_sets: Mapping[TagSet, int]
    own_tags: TagSet
    is_removed: bool

    @property
    def names(self) -> TagSet:
        """The names of all tags on the article and its annotations."""
        return self.own_tags.union(*self.tag_sets)


class ArticleIndex:
    """The rows of all articles and the ranges of their annotations, as one line of JSON for each article.

    A row has the fields of `row_fields` and `tag_fields`, and the `reviewed` digest of the annotations where it is known. The
    row of an article that has annotations but no record holds nothing but its id.

    `other_keys` are the keys, by table and id, of the records whose key is not the number of their id.
    """

    def __init__(self, text: bytes, other_keys: Mapping[str, Mapping[str, str]]) -> None:
        """Take lines of a row, a tab and ranges; each begins with a line end."""
        self.text = text
        self.other_keys = other_keys
        self._searches = 0

    @classmethod
    def build(cls, lines: SortedLines) -> Self:
        """Index a file by reading all its lines."""
        scan = _Scan(lines)
        articles: dict[str, Record] = {**{article: {"id": article} for article in scan.ranges}, **scan.rows}
        text = b"".join(_encode_row(row, scan.ranges.get(article, ())) for article, row in articles.items())
        return cls(text, scan.other_keys)

    def row(self, article_id: str) -> Record | None:
        """Return the row of an article, or None."""
        line = self._line(article_id)
        return None if line is None else cast("Record", json.loads(line[: line.index(b"\t")]))

    def ranges(self, article_id: str) -> list[Range]:
        """Return the ranges of the lines of an article's annotations, in their order."""
        line = self._line(article_id)
        return [] if line is None else _decode_ranges(line[line.index(b"\t") + 1 :])

    def rows(self) -> list[Record]:
        """Return the rows of all articles."""
        rows = (line.partition(b"\t")[0] for line in self.text.split(b"\n")[1:])
        return cast("list[Record]", json.loads(b"[%s]" % b",".join(rows)))

    @cached_property
    def tag_rows(self) -> dict[str, TagRow]:
        """What the rows say of tags, by article, without those that say nothing."""
        return tag_rows_of(self.rows())

    def rows_with(self, field: str, value: str) -> Iterator[Record]:
        """Yield the rows in which a field has a value, without decoding the others."""
        needle, end = f"{encode_json(field)}:{encode_json(value)}".encode(), 0
        while (position := self.text.find(needle, end)) >= 0:
            start, end = self.text.rfind(b"\n", 0, position) + 1, self.text.index(b"\t", position)
            row = cast("Record", json.loads(self.text[start:end]))
            if row.get(field) == value:
                yield row

    def update(
        self,
        shifts: Sequence[Shift],
        rows: Mapping[str, Record | None],
        new_ranges: Mapping[str, list[Range]],
        other_keys: Mapping[str, Mapping[str, str]],
    ) -> Self:
        """Return the index of the file's successor, which has these `other_keys`.

        `shifts` say where the lines of annotations are now; lines outside them are gone. `rows` are those of the articles that
        were changed, None for one that is gone, and `new_ranges` the ranges of their new lines.
        """
        is_moved = any(shift.distance for shift in shifts) or len(shifts) != 1
        starts = [shift.start for shift in shifts]
        lines: list[bytes] = []
        remaining = dict(rows)
        for line in self.text.split(b"\n")[1:]:
            row, _, ranges = line.partition(b"\t")
            article_id = _id_of(row)
            is_changed = article_id in remaining
            if not (is_changed or is_moved):
                lines.append(b"\n" + line)
                continue
            moved = [part for one in _decode_ranges(ranges) for part in _move_range(one, shifts, starts)]
            all_ranges = _join_ranges((*moved, *new_ranges.get(article_id, ())))
            if not is_changed:
                lines.append(b"\n%s\t%s" % (row, _encode_ranges(all_ranges)))
            elif (new_row := remaining.pop(article_id)) is not None or all_ranges:
                lines.append(_encode_row(new_row or {"id": article_id}, all_ranges))
        for article_id, row in remaining.items():
            all_ranges = _join_ranges(new_ranges.get(article_id, ()))
            if row is not None or all_ranges:
                lines.append(_encode_row(row or {"id": article_id}, all_ranges))
        return type(self)(b"".join(lines), other_keys)

    def with_rows(self, rows: Mapping[str, Record]) -> Self:
        """Return the index of the same file with other rows for some articles."""
        return self.update([Shift(0, sys.maxsize, 0)], rows, {}, self.other_keys)

    # ------------------------------------------------------------------ file

    def encode(self, signature: Signature, ranges: Mapping[str, tuple[int, int]], tail: bytes) -> bytes:
        """Encode the index as a file. `ranges` are those of the tables in the library's file, `tail` is all after them."""
        head: Record = {"index": INDEX_FORMAT, "file": signature[1:], "tail": zlib.crc32(tail), "length": len(tail)}
        head |= {"ranges": ranges, "keys": self.other_keys, "sum": zlib.crc32(self.text)}
        body = encode_json(head)
        return b"%08x %s%s" % (zlib.crc32(body.encode()), body.encode(), self.text)

    def _line(self, article_id: str) -> bytes | None:
        self._searches += 1
        if self._searches <= _MAX_SEARCHES:
            start = self.text.find(b'\n{"id":%s' % encode_json(article_id).encode()) + 1
        else:
            start = self._starts.get(article_id, 0)
        if not start:
            return None
        end = self.text.find(b"\n", start)
        return self.text[start : end if end >= 0 else len(self.text)]

    @cached_property
    def _starts(self) -> dict[str, int]:
        """The positions of the lines by article: worth finding for those who ask for many."""
        starts: dict[str, int] = {}
        start = self.text.find(b"\n") + 1
        while start:
            starts[_id_of(self.text[start : self.text.index(b"\t", start)])] = start
            start = self.text.find(b"\n", start) + 1
        return starts


class IndexFile(NamedTuple):
    """An index as it was read: `file` is the signature of its library file without the device, `ranges` those of the tables.

    `tail` is the CRC-32 of the last `length` bytes of the library's file.
    """

    articles: ArticleIndex
    file: tuple[int, ...]
    ranges: dict[str, tuple[int, int]]
    tail: int
    length: int


def decode_index(data: bytes) -> IndexFile | None:
    """Return an index from the bytes of its file, or None when they are damaged or in another format."""
    head, _, rest = data.partition(b"\n")
    text = b"\n" + rest if rest else b""
    try:
        if int(head[:8], 16) != zlib.crc32(head[9:]):
            return None
        fields = json.loads(head[9:])
        if fields["index"] != INDEX_FORMAT or fields["sum"] != zlib.crc32(text):
            return None
        ranges = {table: (start, end) for table, (start, end) in fields["ranges"].items()}
        return IndexFile(ArticleIndex(text, fields["keys"]), tuple(fields["file"]), ranges, fields["tail"], fields["length"])
    except (ValueError, KeyError, TypeError):
        return None


# ------------------------------------------------------------------ reading all lines of a file


class _Scan:
    """What the lines of a file tell of its articles."""

    def __init__(self, lines: SortedLines) -> None:
        self.ranges: dict[str, list[Range]] = {}
        self.tag_sets: dict[str, Counter[TagSet]] = {}
        self.rows: dict[str, Record] = {}
        self.other_keys: dict[str, dict[str, str]] = {}
        for table in TABLES_WITH_IDS:
            for start, chunk in lines.chunks(table):
                self._read_lines(table, start, chunk)
        for line in lines.lines(ARTICLES):
            record = cast("Record", json.loads(record_part(line.key, line.data)))
            article_id = id_of(line.data) or line.key
            fields = {**row_fields(record), **tag_fields(self.tag_sets.get(article_id, {}))}
            self.rows[article_id] = {**fields, "id": article_id}

    def _read_lines(self, table: str, offset: int, chunk: bytes) -> None:
        has_articles = table == ANNOTATIONS
        for match in _LINE.finditer(chunk):
            start, end = match.span()
            end -= chunk.endswith(b",", start, end)
            if key := _other_key(match):
                self.other_keys.setdefault(table, {})[key.id] = key.key
            if has_articles and (article := _article_in(match)):
                self._add_annotation(article, Range(offset + start, offset + end))
                tags = chunk.find(_TAGS_START + b'"', start, end)
                if tags >= 0:
                    self.tag_sets.setdefault(article, Counter())[tag_names_in(chunk[start:end])] += 1

    def _add_annotation(self, article: str, place: Range) -> None:
        ranges = self.ranges.setdefault(article, [])
        if ranges and ranges[-1].end + 2 == place.start:
            ranges[-1] = Range(ranges[-1].start, place.end)
        else:
            ranges.append(place)


def find_other_keys(lines: SortedLines) -> dict[str, dict[str, str]]:
    """Return the keys, by table and id, of the records in a file whose key is not the number of their id."""
    keys: dict[str, dict[str, str]] = {}
    for table in TABLES_WITH_IDS:
        for _, chunk in lines.chunks(table):
            for match in _LINE.finditer(chunk):
                if key := _other_key(match):
                    keys.setdefault(table, {})[key.id] = key.key
    return keys


class LineFields(NamedTuple):
    """The key of a line, the id and the article of its record, "" for each that is missing."""

    key: str
    id: str
    article: str


def fields_of(line: bytes) -> LineFields:
    """Return the fields by which a line is found, for nearly every line that a library wrote without decoding it."""
    match = _START.match(line)
    if match is not None and (match[3] is not None or b'"article":"' not in line):
        return LineFields(match[1].decode(), match[2].decode(), (match[3] or b"").decode())
    key = key_of(line)
    value: object = json.loads(record_part(key, line))
    record = cast("Record", value) if isinstance(value, dict) else {}
    record_id, article = record.get("id"), record.get("article")
    return LineFields(key, record_id if isinstance(record_id, str) else "", article if isinstance(article, str) else "")


def id_of(line: bytes) -> str:
    """Return the id of the record in a line, "" if it has none."""
    match = _START.match(line)
    return fields_of(line).id if match is None else match[2].decode()


def _other_key(match: re.Match[bytes]) -> LineFields | None:
    """Return the fields of a matched line whose key is not the number of its record's id, else None."""
    key, record_id = match.group(1, 2)
    if record_id is not None and _is_uuid(record_id) and key == b"%d" % int(record_id.translate(None, b"-"), 16):
        return None
    fields = fields_of(_line_in(match))
    return fields if fields.id and default_key(fields.id) != fields.key else None


def _article_in(match: re.Match[bytes]) -> str:
    """Return the article of the record in a matched line, "" when it has none."""
    article = match[3]
    return fields_of(_line_in(match)).article if article is None else article.decode()


def _line_in(match: re.Match[bytes]) -> bytes:
    return match[0].removesuffix(b",")


def tag_fields(tag_sets: Mapping[TagSet, int]) -> Record:
    """Return the fields of a row that say which tags an article's annotations bear, and how many bear each set of them."""
    counts = sorted((sorted(names), count) for names, count in tag_sets.items() if names and count > 0)
    tags = sorted({name for names, _ in counts for name in names})
    return {"tags": tags, **({"tag_sets": [[count, *names] for names, count in counts]} if counts else {})}


def tag_rows_of(rows: Iterable[Record]) -> dict[str, TagRow]:
    """Return what rows say of tags, by article, without those that say nothing."""
    tag_rows: dict[str, TagRow] = {}
    for row in rows:
        tag_sets, own_tags = tag_sets_of(row), frozenset(map(str, as_list(row.get("own_tags"))))
        if tag_sets or own_tags:
            tag_rows[str(row["id"])] = TagRow(tag_sets, own_tags, row.get(REMOVED) is True)
    return tag_rows


def tag_sets_of(row: Mapping[str, object]) -> dict[TagSet, int]:
    """Return the number of an article's annotations by the set of tags that they bear, from its row."""
    tag_sets: dict[TagSet, int] = {}
    for entry in map(as_list, as_list(row.get("tag_sets"))):
        if entry and isinstance(entry[0], int):
            tag_sets[frozenset(map(str, entry[1:]))] = entry[0]
    return tag_sets


def tag_names_in(line: bytes) -> frozenset[str]:
    """Return the names of the tags in an annotation's line, without decoding the rest of it."""
    start = line.find(_TAGS_START)
    if start < 0 or line.startswith(b"]", start + len(_TAGS_START)):
        return frozenset()
    try:
        return _decode_names(line[start + len(_TAGS_START) - 1 : line.index(b"]", start) + 1])
    except ValueError:
        return _names_in(cast("Record", json.loads(record_part(key_of(line), line))).get(TAGS))


@lru_cache(_KEPT_NAMES)
def _decode_names(data: bytes) -> frozenset[str]:
    return _names_in(json.loads(data))


def _names_in(value: object) -> frozenset[str]:
    return frozenset(name for name in as_list(value) if isinstance(name, str))


# ------------------------------------------------------------------ lines and ranges


def _encode_row(row: Record, ranges: Sequence[Range]) -> bytes:
    return b"\n%s\t%s" % (encode_json(row).encode(), _encode_ranges(ranges))


def _encode_ranges(ranges: Sequence[Range]) -> bytes:
    return encode_json([number for one in ranges for number in one]).encode()


def _decode_ranges(data: bytes) -> list[Range]:
    numbers = cast("list[int]", json.loads(data))
    return list(map(Range, numbers[::2], numbers[1::2]))


def _id_of(row: bytes) -> str:
    article_id = row[7 : row.index(b'"', 7)]
    return str(json.loads(row)["id"]) if b"\\" in article_id else article_id.decode()


def _move_range(one: Range, shifts: Sequence[Shift], starts: Sequence[int]) -> Iterator[Range]:
    """Yield the parts of a range that are left, where they are now."""
    number = max(0, bisect_right(starts, one.start) - 1)
    while number < len(shifts) and shifts[number].start < one.end:
        start, end, distance = shifts[number]
        if end > one.start:
            yield Range(max(start, one.start) + distance, min(end, one.end) + distance)
        number += 1


def _join_ranges(ranges: Iterable[Range]) -> list[Range]:
    joined: list[Range] = []
    for one in sorted(ranges):
        if joined and joined[-1].end + 2 == one.start:
            joined[-1] = Range(joined[-1].start, one.end)
        else:
            joined.append(one)
    return joined
