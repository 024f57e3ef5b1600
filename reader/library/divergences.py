"""Tell what others changed: the records that are not as this program knows them, before and after."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Generator, ItemsView, Iterator
from typing import NamedTuple

from reader.library.record_tables import RecordTables
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
    def take(self, records: RecordTables) -> Generator[Iterator[Divergence]]:
        """Give a block the changes so far after which `records` differ, one by one, as a merge makes many.

        They are forgotten, unless the block fails.
        """
        old_records, self._old_records = self._old_records, {}
        try:
            yield _find_differences(old_records, records)
        except BaseException:
            self._old_records = {**self._old_records, **old_records}
            raise

    def forget(self, table: str, record_id: str) -> None:
        """Forget the change of a record that is noted here."""
        del self._old_records[table, record_id]


def _find_differences(old_records: dict[tuple[str, str], bytes | None], records: RecordTables) -> Iterator[Divergence]:
    for (table, record_id), old_record in old_records.items():
        if old_record != records.line(table, record_id):
            before: Record | None = None if old_record is None else json.loads(old_record)
            after = records.get(table, record_id)
            yield Divergence(table, record_id, before and to_plain(before), after and to_plain(after))
