"""The records of a library as they are now: those that are stored, with the queued changes applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, cast

from reader.library.article_index import TagRow, fields_of, tag_fields, tag_names_in, tag_rows_of
from reader.library.articles import review_digest, row_fields
from reader.library.record_tables import decode_line
from reader.library.review_changes import apply_edit
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES
from reader.library.tinydb_api import JournalStorage, JournalTable
from reader.library.transaction import PendingChanges
from reader.library.versions import to_plain
from reader.review.cells import Record
from reader.review.codec import as_list, from_record
from reader.review.model import Annotation, TagSet

_MOST_SEARCHES: Final = 500
"""The most articles whose annotations are read one by one: for more, it takes less to read all lines in their order."""


class CurrentRecords:
    """Plain records of a store with the changes applied that are queued for it. Safe for several threads.

    All methods raise ReaderError when the library cannot be read.
    """

    def __init__(self, store: Store, pending: PendingChanges) -> None:
        self._store = store
        self._pending = pending
        self._tables = JournalStorage(store)

    def state(self) -> tuple[object, object]:
        """Return what stands for the records as they are, after reading what others wrote; it is equal while none changes."""
        with self._store.guard:
            self._store.catch_up()
            return self._store.records.state, self._pending.state

    def table(self, table: str) -> dict[str, Record]:
        """Return the records of a table by id."""
        with self._store.guard:
            stored = cast("list[Record]", JournalTable(self._tables, table).all())
            return self.overlay(table, {str(record["id"]): to_plain(record) for record in stored})

    def get(self, table: str, record_id: str) -> Record | None:
        """Return a record, or None."""
        record = self.stored(table, record_id)
        return self.overlay(table, {} if record is None else {record_id: record}).get(record_id)

    def stored(self, table: str, record_id: str) -> Record | None:
        """Return a record as it is on the disk, or None."""
        with self._store.reading() as records:
            record = records.get(table, record_id)
        return record and to_plain(record)

    def overlay(self, table: str, records: dict[str, Record]) -> dict[str, Record]:
        """Apply the queued changes of a table to these records by id, and return them."""
        for edit in self._pending.edits_of(table):
            record = apply_edit(records.get(edit.id), edit)
            if record is None:
                records.pop(edit.id, None)
            else:
                records[edit.id] = record
        return records

    def annotations_of(self, article_id: str) -> Iterator[Record]:
        """Yield the annotations of an article to a caller that holds the store's guard.

        They come one after the other: not all of them need memory at once.
        """
        edited, changed = self._pending_annotations()
        stored = self._store.records.annotations_of(article_id)
        records = (to_plain(record) for record in stored if str(record["id"]) not in edited)
        return (record for record in chain(records, changed.values()) if record.get("article") == article_id)

    def annotations_with(self, names: TagSet, article_ids: Iterable[str]) -> Iterator[Record]:
        """Yield the annotations of these articles that bear one of these tags to a caller that holds the store's guard.

        Those without are not decoded.
        """
        edited, changed = self._pending_annotations()
        articles = frozenset(article_ids)
        for line in self._annotation_lines(articles):
            if not names.isdisjoint(tag_names_in(line)) and (record := to_plain(decode_line(line)))["id"] not in edited:
                yield record
        for record in changed.values():
            if record.get("article") in articles and not names.isdisjoint(map(str, as_list(record.get("tags")))):
                yield record

    def _annotation_lines(self, articles: frozenset[str]) -> Iterator[bytes]:
        records = self._store.records
        if len(articles) <= _MOST_SEARCHES:
            return (line for article_id in sorted(articles) for line in records.annotation_lines(article_id))
        return (line for _, line in records.lines(ANNOTATIONS) if fields_of(line).article in articles)

    def _pending_annotations(self) -> tuple[frozenset[str], dict[str, Record]]:
        """Return the ids of the annotations with queued changes, and those of them that are not removed."""
        stored = {edit.id: self._store.records.get(ANNOTATIONS, edit.id) for edit in self._pending.edits_of(ANNOTATIONS)}
        plain = {key: to_plain(record) for key, record in stored.items() if record}
        return frozenset(stored), self.overlay(ANNOTATIONS, plain)

    def rows(self) -> dict[str, Record]:
        """Return the rows of all articles by id."""
        with self._store.guard:
            self._store.catch_up()
            rows: dict[str, Record | None] = {**self._store.records.rows(), **self._pending_rows()}
        return {article_id: row for article_id, row in rows.items() if row is not None}

    def tag_rows(self) -> dict[str, TagRow]:
        """Return what is known of the tags of each article that has any."""
        with self._store.guard:
            self._store.catch_up()
            tag_rows, pending = self._store.records.tag_rows(), self._pending_rows()
        stored = {article_id: row for article_id, row in tag_rows.items() if article_id not in pending}
        return stored | tag_rows_of(row for row in pending.values() if row is not None)

    def tags_of(self, article_id: str) -> tuple[str, ...]:
        """Return the names of the tags on an article's annotations, sorted."""
        with self._store.reading() as records:
            tags = set(map(str, as_list((records.row(article_id) or {}).get("tags"))))
        for record in (edit.after or {} for edit in self._pending.edits_of(ANNOTATIONS)):
            if record.get("article") == article_id:
                tags.update(from_record(Annotation, record).tags)
        return tuple(sorted(tags))

    def _pending_rows(self) -> dict[str, Record | None]:
        """Return the rows of the articles with queued changes, None for one that is gone."""
        sides = (side or {} for edit in self._pending.edits_of(ANNOTATIONS) for side in (edit.before, edit.after))
        pending = {edit.id for edit in self._pending.edits_of(ARTICLES)} | {
            str(side["article"]) for side in sides if "article" in side
        }
        stored = {key: record for key in pending if (record := self.stored(ARTICLES, key)) is not None}
        rows: dict[str, Record | None] = dict.fromkeys(pending)
        for article_id, record in self.overlay(ARTICLES, stored).items():
            annotations = list(self.annotations_of(article_id))
            tag_sets = Counter(frozenset(from_record(Annotation, one).tags) for one in annotations)
            rows[article_id] = {**row_fields(record), **tag_fields(tag_sets), "reviewed": review_digest(annotations)}
        return rows
