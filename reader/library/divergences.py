"""Tell what others changed: the records that are not as this program knows them, before and after."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Generator, ItemsView, Iterator, Mapping
from typing import NamedTuple

from reader.library.article_index import fields_of
from reader.library.record_tables import RecordTables, decode_record
from reader.library.sorted_lines import record_part
from reader.library.tables import ANNOTATIONS
from reader.library.versions import to_plain
from reader.review.cells import Record


class Divergence(NamedTuple):
    """A plain record before and after a change that this program did not request."""

    table: str
    id: str
    before: Record | None
    after: Record | None


class Divergences:
    """The records that were changed since somebody last took the divergences, each as it was encoded then; None: it was not."""

    def __init__(self) -> None:
        self._old_records: dict[tuple[str, str], bytes | None] = {}

    def __bool__(self) -> bool:
        return bool(self._old_records)

    def note(self, table: str, record_id: str, old_record: bytes | None) -> None:
        """Note that a record is changed; only its first change counts."""
        self._old_records.setdefault((table, record_id), old_record)

    def items(self) -> ItemsView[tuple[str, str], bytes | None]:
        """Return the old records by table and id."""
        return self._old_records.items()

    def append(self, later: Divergences) -> None:
        """Add the changes that were made after these."""
        self._old_records = {**later._old_records, **self._old_records}

    def note_all(self, records: RecordTables) -> None:
        """Note that all records are new."""
        for table in records.tables():
            for record_id in records.ids(table):
                self.note(table, record_id, None)

    @contextlib.contextmanager
    def take(self, records: RecordTables) -> Generator[Differences]:
        """Give a block the changes so far after which `records` differ. They are forgotten, unless the block fails."""
        old_records, self._old_records = self._old_records, {}
        try:
            yield Differences(old_records, records)
        except BaseException:
            self._old_records = {**self._old_records, **old_records}
            raise

    def peek(self, records: RecordTables) -> Differences:
        """Return the changes so far after which `records` differ, without forgetting any."""
        return Differences(dict(self._old_records), records)

    def forget(self, table: str, record_id: str) -> None:
        """Forget the change of a record that is noted here."""
        del self._old_records[table, record_id]


class Differences:
    """The records that differ from what they were. They are found one by one when they are asked for: a merge makes many."""

    def __init__(self, old_records: Mapping[tuple[str, str], bytes | None], records: RecordTables) -> None:
        """Take the encoded records as they were, by table and id, and those that there are now."""
        self._old_records = old_records
        self._records = records

    def __iter__(self) -> Iterator[Divergence]:
        for table, record_id, old_record, line in self._lines():
            before: Record | None = None if old_record is None else json.loads(old_record)
            after = None if line is None else decode_record(*line)
            yield Divergence(table, record_id, before and to_plain(before), after and to_plain(after))

    def in_brief(self) -> Iterator[Divergence]:
        """Yield them without decoding a record: each one that is there is only the article of an annotation, or ""."""
        for table, record_id, _, line in self._lines():
            article = fields_of(line[1]).article if line is not None and table == ANNOTATIONS else ""
            yield Divergence(table, record_id, None, None if line is None else {"article": article})

    def _lines(self) -> Iterator[tuple[str, str, bytes | None, tuple[str, bytes] | None]]:
        for (table, record_id), old_record in self._old_records.items():
            line = self._records.find_line(table, record_id)
            if old_record != (None if line is None else record_part(*line)):
                yield table, record_id, old_record, line
