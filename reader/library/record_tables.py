"""Hold the records of a library: the lines of its file, and in memory those that were changed or opened since."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from heapq import merge
from typing import Final, NamedTuple, TypeVar, cast

from reader.library.article_index import (
    ArticleIndex,
    Range,
    Shift,
    TagRow,
    fields_of,
    find_other_keys,
    id_of,
    tag_fields,
    tag_names_in,
    tag_rows_of,
    tag_sets_of,
)
from reader.library.articles import review_digest, row_fields
from reader.library.byte_source import ByteSource, MemoryBytes, ReadAhead, read_chunks
from reader.library.journal import JournalMark
from reader.library.library_file import META, FileEncoder
from reader.library.sorted_lines import SortedLines, key_of, key_rank, record_part
from reader.library.tables import ANNOTATIONS, ARTICLES, TABLES_WITH_IDS, TAGS, default_key, new_key, with_id
from reader.library.versions import EncodedRecord, VersionVector, encode_json, to_plain
from reader.review.cells import Record

_OWN_TABLES: Final = (ANNOTATIONS, ARTICLES, TAGS)
_EMPTY: Final = b"{\n"


_KeyedLine = tuple[str, bytes]
_LineT = TypeVar("_LineT")


class RecordChange(NamedTuple):
    """The line of a record before and after a change, None where there is none; `key` is "" where a new one is to be chosen."""

    table: str
    id: str
    key: str
    before: bytes | None
    after: bytes | None

    def encode(self) -> bytes:
        """Encode the change as `Operation` stands in a journal."""
        sides = (b"null" if line is None else record_part(key_of(line), line) for line in (self.before, self.after))
        return b"[%s,%s,%s,%s]" % (encode_json(self.table).encode(), encode_json(self.id).encode(), *sides)


class RecordPair(NamedTuple):
    """The lines of a record in two libraries, each with its key; None where it is missing.

    `key` is that of its line in the first one, or can be; "" where another record may have it.
    """

    id: str
    key: str
    mine: _KeyedLine | None
    theirs: _KeyedLine | None


class RecordTables:
    """Tables of records as encoded lines. Keys are TinyDB's document ids as text; a record is found by its `id`.

    In tables of other programs the key of a record is its id, whatever its fields say. Lines in memory replace those of the
    file with the same key; None stands for a record that was removed.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, object]] | None = None) -> None:
        self._file = SortedLines(MemoryBytes(_EMPTY), {})
        self._index: ArticleIndex | None = None
        self._keys_of_file: Mapping[str, Mapping[str, str]] | None = None
        self.is_index_saved = False
        """Whether the index is the one in the file beside the library's."""
        self.state = object()
        """Stands for all records as they are now: every change puts another one in its place, which never comes back."""
        self._lines: dict[str, dict[str, bytes | None]] = {table: {} for table in _OWN_TABLES}
        self._keys: dict[str, dict[str, str]] = {}
        self._article_keys: dict[str, dict[str, None]] = {}
        for table, records in (tables or {}).items():
            self._lines[table] = {}
            for key, record in records.items():
                self._add_line(table, key, encode_record(key, with_id(table, key, record)))

    @classmethod
    def on_file(cls, file: SortedLines, index: ArticleIndex | None = None) -> RecordTables:
        """Return the records of a file as `encode` writes it. Its index is made when it is needed, unless it is given."""
        tables = cls()
        tables.rebase(file, index)
        return tables

    def rebase(self, file: SortedLines, index: ArticleIndex | None) -> None:
        """Go on with a file that holds all these records, or a state of them in which the lines in memory are older."""
        self._file, self._index, self.is_index_saved = file, index, index is not None
        self._keys_of_file = None
        self.state = object()

    def snapshot(self) -> RecordTables:
        """Return these records as they are now; later changes do not change them."""
        copy = RecordTables.on_file(self._file, self._index)
        copy._lines = {table: dict(lines) for table, lines in self._lines.items()}
        copy._keys = {table: dict(keys) for table, keys in self._keys.items()}
        copy._article_keys = {article: dict(keys) for article, keys in self._article_keys.items()}
        return copy

    @property
    def file(self) -> SortedLines:
        """The file under the lines in memory."""
        return self._file

    @property
    def index(self) -> ArticleIndex:
        """The index of the file by article."""
        if self._index is None:
            self._index = ArticleIndex.build(self._file)
        return self._index

    @property
    def has_index(self) -> bool:
        """Whether the index of the file is there already."""
        return self._index is not None

    @property
    def _file_keys(self) -> Mapping[str, Mapping[str, str]]:
        """The keys in the file that are not the numbers of their ids: those in the index, or looked for, which takes less."""
        if self._index is not None:
            return self._index.other_keys
        if self._keys_of_file is None:
            self._keys_of_file = find_other_keys(self._file)
        return self._keys_of_file

    # ------------------------------------------------------------------ queries

    def tables(self) -> dict[str, TableView]:
        """Return every table; its records are decoded when they are read."""
        return {table: TableView(self, table) for table in {**self._file.ranges, **self._lines}}

    def has_table(self, table: str) -> bool:
        """Whether there may be records in a table."""
        return table in self._file.ranges or table in self._lines

    def lines(self, table: str) -> Iterator[_KeyedLine]:
        """Yield the keys and lines of a table in the order of the keys, as they were when the first is asked for."""
        if not self._lines.get(table):
            yield from self._file.keyed_lines(table)
            return
        for line, change in walk_in_step(self._file.keyed_lines(table), iter(self.changes(table))):
            if change is None:
                if line is not None:
                    yield line
            elif change[1] is not None:
                yield change[0], change[1]

    def differences(self, table: str, other: RecordTables) -> Iterator[RecordPair]:
        """Yield the records of a table that are not the same, or missing, in one of two libraries, by walking both in step."""
        other_keys = self.other_keys.get(table, {}).keys() | other.other_keys.get(table, {}).keys()
        elsewhere: dict[str, None] = {}
        for mine, theirs in walk_in_step(self.lines(table), other.lines(table)):
            key, line = mine or theirs or ("", b"")
            if mine == theirs:
                continue
            record_id = id_in(table, key, line)
            their_id = record_id if mine is None or theirs is None else id_in(table, *theirs)
            if record_id != their_id or record_id in other_keys:
                elsewhere |= {record_id: None, their_id: None}
            else:
                yield RecordPair(record_id, key, mine, theirs)
        for record_id in elsewhere:
            if self.line(table, record_id) != other.line(table, record_id):
                mine, theirs = self.find_line(table, record_id), other.find_line(table, record_id)
                yield RecordPair(record_id, mine[0] if mine is not None else "", mine, theirs)

    def line_at(self, table: str, key: str) -> bytes | None:
        """Return the line with a key, or None."""
        own = self._lines.get(table, {})
        return own[key] if key in own else self._file.line(table, key)

    def count(self, table: str) -> int:
        """Count the records of a table."""
        own = self._lines.get(table, {})
        replaced = sum(self._file.find(table, key).end >= 0 for key in own)
        return self._file.count(table) - replaced + sum(line is not None for line in own.values())

    def ids(self, table: str) -> Iterator[str]:
        """Yield the ids of a table's records."""
        return (id_in(table, key, line) for key, line in self.lines(table))

    def line(self, table: str, record_id: str) -> bytes | None:
        """Return the encoded record with this id, or None. Equal bytes are equal records."""
        line = self.find_line(table, record_id)
        return None if line is None else record_part(*line)

    def find_line(self, table: str, record_id: str) -> _KeyedLine | None:
        """Return the key and the line of the record with this id, or None."""
        if table not in TABLES_WITH_IDS:
            line = self.line_at(table, record_id)
            return None if line is None else (record_id, line)
        key = self._keys.get(table, {}).get(record_id)
        line = None if key is None else self._lines.get(table, {}).get(key)
        if key is not None and line is not None:
            return key, line
        for key in (default_key(record_id), self._file_keys.get(table, {}).get(record_id), record_id):
            line = None if key is None else self.line_at(table, key)
            if key is not None and line is not None and (id_of(line) or key) == record_id:
                return key, line
        return None

    def get(self, table: str, record_id: str) -> Record | None:
        """Return the record with this id, or None."""
        line = self.find_line(table, record_id)
        return None if line is None else decode_record(*line)

    def annotations_of(self, article_id: str) -> Iterator[Record]:
        """Yield the annotations of an article, each read when it is asked for, without any other record.

        No record may be changed meanwhile.
        """
        return (decode_record(key, line) for key, line in self._read_lines_of(article_id))

    def annotation_lines(self, article_id: str) -> Iterator[bytes]:
        """Yield the encoded annotations of an article in the order of their keys."""
        return (line for _, line in self._lines_of(article_id))

    def load_article(self, article_id: str) -> None:
        """Keep the records of an article in memory, since it is open: a program may write into the file."""
        if isinstance(self._file.source, MemoryBytes):
            return
        for key, line in self._lines_of(article_id):
            if key not in self._lines[ANNOTATIONS]:
                self._add_line(ANNOTATIONS, key, line)

    def row(self, article_id: str) -> Record | None:
        """Return the row of an article in the list, or None: some fields of its record, and the names of its tags."""
        return self.rows_of([article_id]).get(article_id)

    def rows(self) -> dict[str, Record]:
        """Return the rows of all articles by their ids, with the digests of their reviews."""
        changed, file_rows = self.changed_articles, {str(row["id"]): row for row in self.index.rows() if len(row) > 1}
        incomplete = {article_id: row for article_id, row in file_rows.items() if "reviewed" not in row}
        for article_id, row in incomplete.items():
            row["reviewed"] = review_digest(_plain_records(self._file_lines_of(article_id)))
        if incomplete:
            self._index, self.is_index_saved = self.index.with_rows(incomplete), False
        rows = {article_id: row for article_id, row in file_rows.items() if article_id not in changed}
        rows |= self.rows_of(changed)
        for article_id, row in rows.items():
            if "reviewed" not in row:
                row["reviewed"] = review_digest(_plain_records(self._lines_of(article_id)))
        return rows

    def tag_rows(self) -> dict[str, TagRow]:
        """Return what is known of the tags of each article that has any, without reading annotations or records."""
        changed = self.changed_articles
        tag_rows = {article_id: row for article_id, row in self.index.tag_rows.items() if article_id not in changed}
        return tag_rows | tag_rows_of(self.rows_of(changed).values())

    def rows_of(self, article_ids: Iterable[str]) -> dict[str, Record]:
        """Return the rows of those of these articles that there are."""
        changed, rows = self.changed_articles, dict[str, Record]()
        for article_id in article_ids:
            row = self._sum_up(article_id) if article_id in changed else self.index.row(article_id)
            if row is not None and len(row) > 1:
                rows[article_id] = row
        return rows

    def articles_with(self, field: str, value: str) -> list[Record]:
        """Return the articles of which a field of the row has a value, without decoding the others."""
        ids = {str(row["id"]) for row in self.index.rows_with(field, value)} | self._own_articles()
        records = (self.get(ARTICLES, article_id) for article_id in sorted(ids))
        return [record for record in records if record is not None and record.get(field) == value]

    def key_of(self, table: str, record_id: str) -> str | None:
        """Return the key of the record with this id, or None."""
        found = self.find_line(table, record_id)
        return None if found is None else found[0]

    def id_at(self, table: str, key: str) -> str:
        """Return the id of the record with this key: its own id, else the key itself."""
        line = self.line_at(table, key)
        return key if line is None else id_in(table, key, line)

    # ------------------------------------------------------------------ changes

    def put(self, table: str, record_id: str, record: Record) -> None:
        """Add a record under its id, or replace the one there is."""
        self.apply(self.change_of(table, record_id, self.find_line(table, record_id), record))

    def change_of(self, table: str, record_id: str, line: _KeyedLine | None, record: Record | None) -> RecordChange:
        """Return the change that puts `record` under an id where `line` is now; None for no record, and for no line."""
        if line is not None:
            key, before = line
        else:
            key, before = self._new_key(table, record_id), None
        return RecordChange(table, record_id, key, before, None if record is None else encode_record(key, record))

    def _new_key(self, table: str, record_id: str) -> str:
        if table not in TABLES_WITH_IDS:
            return record_id
        return new_key(record_id, lambda key: self.line_at(table, key) is not None)

    def apply(self, change: RecordChange) -> None:
        """Change a record whose state here is that before the change."""
        table, record_id, key, before, after = change
        if after is not None and not key:
            self.put(table, record_id, decode_line(after))
            return
        self.state = object()
        self._lines.setdefault(table, {})
        if before is not None and table == ANNOTATIONS:
            self._note_article(key, before)
        if after is not None:
            own_id = self._add_line(table, key, after)
            if own_id != record_id and table in TABLES_WITH_IDS:
                self._keys.setdefault(table, {})[record_id] = key
        else:
            self._keys.get(table, {}).pop(record_id, None)
            self._lines[table][key] = None

    def remove(self, table: str, record_id: str) -> None:
        """Remove the record with this id, if there is one."""
        line = self.find_line(table, record_id)
        if line is not None:
            self.apply(self.change_of(table, record_id, line, None))

    def _add_line(self, table: str, key: str, line: bytes) -> str:
        """Add a line, and return the id in its record, "" if it has none or needs none."""
        self._lines[table][key] = line
        if table not in TABLES_WITH_IDS:
            return ""
        fields = fields_of(line)
        if fields.id and default_key(fields.id) != key:
            self._keys.setdefault(table, {})[fields.id] = key
        if fields.article and table == ANNOTATIONS:
            self._article_keys.setdefault(fields.article, {})[key] = None
        return fields.id

    def _note_article(self, key: str, line: bytes) -> None:
        if article := fields_of(line).article:
            # The article that the line leaves is a changed one too.
            self._article_keys.setdefault(article, {})[key] = None

    def _lines_of(self, article_id: str) -> list[_KeyedLine]:
        return list(self._read_lines_of(article_id))

    def _read_lines_of(self, article_id: str) -> Iterator[_KeyedLine]:
        """Yield the lines in the order of their keys, as it is in the file: all of them at once may need megabytes."""
        own = self._lines[ANNOTATIONS]
        unchanged = ((key, line) for key, line in self._file_lines_of(article_id) if key not in own)
        changed = ((key, own[key]) for key in sorted(self._article_keys.get(article_id, ()), key=key_rank))
        kept = ((key, line) for key, line in changed if line is not None and fields_of(line).article == article_id)
        return merge(unchanged, kept, key=lambda pair: key_rank(pair[0]))

    def _file_lines_of(self, article_id: str) -> Iterator[_KeyedLine]:
        file, ranges = self._file, self.index.ranges(article_id)
        return ((line.key, line.data) for one in ranges for line in file.lines_in(*one))

    # ------------------------------------------------------------------ rows

    def _own_articles(self) -> set[str]:
        own = self._lines[ARTICLES]
        lines = ((key, line or self._file.line(ARTICLES, key)) for key, line in own.items())
        return {id_of(line) or key for key, line in lines if line is not None}

    @property
    def changed_articles(self) -> set[str]:
        """The ids of the articles with lines in memory: the index does not say how they are now."""
        return self._own_articles() | self._article_keys.keys()

    def changes(self, table: str) -> list[tuple[str, bytes | None]]:
        """Return the keys and lines in memory of a table in the order of the keys; None stands for a removed record."""
        own = self._lines.get(table, {})
        return [(key, own[key]) for key in sorted(own, key=key_rank)]

    @property
    def other_keys(self) -> dict[str, dict[str, str]]:
        """Return the keys, by table and id, of the records whose key is not the number of their id."""
        others = {table: dict(keys) for table, keys in self._file_keys.items()}
        for table in TABLES_WITH_IDS:
            own, keys = self._lines.get(table, {}), others.setdefault(table, {})
            for record_id in [record_id for record_id, key in keys.items() if key in own]:
                del keys[record_id]
            ids = {key: id_of(line) for key, line in own.items() if line is not None}
            keys.update((record_id, key) for key, record_id in ids.items() if record_id and default_key(record_id) != key)
        return {table: keys for table, keys in others.items() if keys}

    def _sum_up(self, article_id: str) -> Record | None:
        record = self.get(ARTICLES, article_id)
        if record is None:
            return None
        own = self._lines[ANNOTATIONS]
        lines = {key: line for key in self._article_keys.get(article_id, ()) if (line := own[key]) is not None}
        added = {key: line for key, line in lines.items() if fields_of(line).article == article_id}
        removed: dict[str, bytes] = {}
        for key, line in self._file_lines_of(article_id):
            if key in own and added.get(key) == line:
                del added[key]
            elif key in own:
                removed[key] = line
        old_row = self.index.row(article_id) or {}
        if "tags" in old_row:
            tag_sets = Counter(tag_sets_of(old_row))
            tag_sets.update(map(tag_names_in, added.values()))
            tag_sets.subtract(map(tag_names_in, removed.values()))
        else:
            tag_sets = Counter(tag_names_in(line) for _, line in self._lines_of(article_id))
        row = {**row_fields(to_plain(record)), **tag_fields(tag_sets)}
        if "reviewed" in old_row:
            row["reviewed"] = review_digest(
                _plain_records(added.items()), _plain_records(removed.items()), str(old_row["reviewed"])
            )
        return row

    # ------------------------------------------------------------------ file

    def encode(self, replica: str, vector: VersionVector, marks: Iterable[JournalMark] = ()) -> Iterator[bytes]:
        """Yield the bytes of the library file: a TinyDB file in ASCII, one record a line, tables and keys sorted.

        The last table is `meta`, whose last field is the digest of all bytes before it. Later changes to these tables do not
        change what is yielded.
        """
        return TableWriter(self, replica, vector, marks).encode()


class TableWriter:
    """Write records, as they are when this is made, as a library file: unchanged lines are copied from the last file.

    Once all bytes are taken, `ranges` describe the new file, and `tail` is all of it after its tables.
    """

    def __init__(self, records: RecordTables, replica: str, vector: VersionVector, marks: Iterable[JournalMark] = ()) -> None:
        self._records = records.snapshot()
        self._meta = replica, vector.copy(), tuple(marks)
        self._encoder = FileEncoder(records.file.source.size)
        self._shifts: list[Shift] = []
        self._new_ranges: dict[str, list[Range]] = {}

    def encode(self) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        tables = {table: self._parts(table) for table in sorted(self._records.tables()) if table != META}
        return self._encoder.encode(tables, *self._meta)

    @property
    def ranges(self) -> dict[str, tuple[int, int]]:
        """The ranges of the tables in the new file."""
        return self._encoder.ranges

    @property
    def tail(self) -> bytes:
        """The bytes of the new file after its tables."""
        return self._encoder.tail

    def index_file(self, file: SortedLines) -> ArticleIndex:
        """Return the index of the new file: that of the last one with the changes, if it was needed so far."""
        records = self._records
        if not records.has_index:
            return ArticleIndex.build(file)
        changed = records.changed_articles
        rows: dict[str, Record | None] = {**dict.fromkeys(changed), **records.rows_of(changed)}
        return records.index.update(self._shifts, rows, self._new_ranges, records.other_keys)

    def _parts(self, table: str) -> Iterator[bytes]:
        file, changes = self._records.file, self._records.changes(table)
        source = ReadAhead(file.source)
        cursor, end = file.ranges.get(table, (0, 0))
        separator = b""
        for (_, line), place in zip(changes, file.find_all(table, (key for key, _ in changes)), strict=True):
            if place.end >= 0 and line == source.read(*place):
                continue
            if place.start - 2 > cursor:
                yield separator
                yield from self._copy(table, source, cursor, place.start - 2)
                separator = b",\n"
            if line is not None:
                self._note_line(table, line, len(separator))
                yield separator + line
                separator = b",\n"
            cursor = place.start if place.end < 0 else place.end + 2
        if cursor < end:
            yield separator
            yield from self._copy(table, source, cursor, end)

    def _copy(self, table: str, source: ByteSource, start: int, end: int) -> Iterator[bytes]:
        if table == ANNOTATIONS:
            self._shifts.append(Shift(start, end, self._encoder.position - start))
        return read_chunks(source, start, end)

    def _note_line(self, table: str, line: bytes, distance: int) -> None:
        """Note where a line will stand: so many bytes after those that are written."""
        article = fields_of(line).article if table == ANNOTATIONS and self._records.has_index else ""
        if article:
            start = self._encoder.position + distance
            self._new_ranges.setdefault(article, []).append(Range(start, start + len(line)))


class TableView(Mapping[str, Record]):
    """A table by its keys, as TinyDB reads it. Each read decodes a new record, which the caller may change."""

    def __init__(self, records: RecordTables, table: str) -> None:
        self._records = records
        self._table = table

    def __getitem__(self, key: str) -> Record:
        line = self._records.line_at(self._table, key)
        if line is None:
            raise KeyError(key)
        return decode_record(key, line)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._records.lines(self._table))

    def __len__(self) -> int:
        return self._records.count(self._table)

    def items(self) -> ItemsView[str, Record]:
        """Return the keys and records, read in one pass."""
        return _TableItems(self)

    def values(self) -> ValuesView[Record]:
        """Return the records, read in one pass."""
        return _TableValues(self)

    def read(self) -> Iterator[tuple[str, Record]]:
        """Yield the keys and records in one pass."""
        return ((key, decode_record(key, line)) for key, line in self._records.lines(self._table))


class _TableItems(ItemsView[str, Record]):
    _mapping: TableView

    def __iter__(self) -> Iterator[tuple[str, Record]]:
        return self._mapping.read()


class _TableValues(ValuesView[Record]):
    _mapping: TableView

    def __iter__(self) -> Iterator[Record]:
        return (record for _, record in self._mapping.read())


def walk_in_step(
    mine: Iterator[_KeyedLine], theirs: Iterator[tuple[str, _LineT]]
) -> Iterator[tuple[_KeyedLine | None, tuple[str, _LineT] | None]]:
    """Yield the lines of two sorted tables with one key together, and those that only one of them has alone."""
    a, b = next(mine, None), next(theirs, None)
    while a is not None and b is not None:
        if a[0] == b[0]:
            yield a, b
            a, b = next(mine, None), next(theirs, None)
        elif key_rank(a[0]) < key_rank(b[0]):
            yield a, None
            a = next(mine, None)
        else:
            yield None, b
            b = next(theirs, None)
    while a is not None:
        yield a, None
        a = next(mine, None)
    while b is not None:
        yield None, b
        b = next(theirs, None)


def _plain_records(lines: Iterable[_KeyedLine]) -> Iterator[Record]:
    return (to_plain(decode_record(key, line)) for key, line in lines)


def id_in(table: str, key: str, line: bytes) -> str:
    """Return the id of the record in a line."""
    return (id_of(line) if table in TABLES_WITH_IDS else "") or key


def encode_record(key: str, record: object) -> bytes:
    """Return the line of a record in a library file, without comma and line end."""
    text = record.text if isinstance(record, EncodedRecord) else encode_json(record)
    return f"{encode_json(key)}: {text}".encode("ascii")


def decode_line(line: bytes) -> Record:
    """Return the record of a line whose key is not known."""
    return decode_record(key_of(line), line)


def decode_record(key: str, line: bytes) -> Record:
    """Return the record of a line; it is empty for a line that holds something else."""
    record: object = json.loads(record_part(key, line).decode("utf-8", "surrogatepass"))  # bytes take longer
    return cast("Record", record) if isinstance(record, dict) else {}
