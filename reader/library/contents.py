"""What a library holds, article by article and source by source, and which of it has changed: for an index that follows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from reader.digests import Digest, blake2b
from reader.library.article_index import fields_of
from reader.library.articles import ARTICLE_TAGS, REMOVED, ArticleEntry, entry_of
from reader.library.record_tables import RecordTables, decode_record, id_in
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES, SOURCES, TAGS
from reader.library.versions import encode_json, to_plain
from reader.review.cells import Record
from reader.review.codec import as_list, from_record
from reader.review.disagreements import readers_of
from reader.review.index import Editions
from reader.review.model import Annotation, Attachment, Source, Tag
from reader.review.records import entries_in

_STATE_SIZE: Final = 12
_ARTICLE_FIELDS: Final = (
    "title",
    "name",
    "source",
    "digest",
    "original",
    "format",
    "added",
    "tags",
    "archived",
    "editions",
    "attached",
)
"""The fields of an article's record that its state depends on: not the place where reading stopped, nor counts."""

_BY: Final = re.compile(rb'"by":("(?:[^"\\]|\\.)*")')
"""Who made a judgement, or a part of one, in an encoded annotation."""
_REMOVED_MARK: Final = f'"{REMOVED}":true'.encode()


class ReviewedArticle(NamedTuple):
    """An article of the library with its own tags, its annotations, its other editions and the sources of its references."""

    entry: ArticleEntry
    tags: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    editions: Editions
    attachments: tuple[Attachment, ...]


class LibraryContents:
    """The contents of a library as they are on the disk, without changes that are still queued.

    A state is a digest of all that belongs to an article or a source: equal states are equal contents. Safe for several
    threads. All methods raise ReaderError when the library cannot be read.
    """

    def __init__(self, store: Store, text_of: Callable[[str], str | None]) -> None:
        self._store = store
        self._records = store.records
        self._text_of = text_of

    @property
    def place(self) -> str:
        """The identity of this device and of the library's folder, in eight hexadecimal digits."""
        return self._store.folder.place

    def version(self) -> str:
        """Return the version of the whole library, after reading what other programs wrote. It changes with every change."""
        with self._store.guard:
            self._store.catch_up()
            return encode_json(sorted(self._store.vector.counters.items()))

    def has_same_records(self, other: LibraryContents) -> bool:
        """Whether `changed_articles` counts from the same opening: a program may have made it necessary to read all again."""
        return self._records is other._records

    def sources_state(self) -> str:
        """Return the state of all sources and of the codebook together."""
        digest = blake2b(digest_size=_STATE_SIZE)
        with self._store.reading() as records:
            for table in (SOURCES, TAGS):
                for _, line in records.lines(table):
                    digest.update(line)
        return digest.hexdigest()

    def article_ids(self) -> set[str]:
        """Return the ids of all articles, without those that were removed from the list."""
        with self._store.reading() as records:
            lines = ((key, line) for key, line in records.lines(ARTICLES) if not _is_removed(key, line))
            return {id_in(ARTICLES, key, line) for key, line in lines}

    def changed_articles(self) -> set[str]:
        """Return the articles that may have changed since the library was opened, removed ones too."""
        with self._store.reading() as records:
            return records.changed_articles

    def article_states(self, article_ids: Iterable[str] | None = None) -> dict[str, str]:
        """Return the states of these articles, or of all; those that are gone or removed from the list are left out."""
        with self._store.reading() as records:
            if article_ids is None:
                listed = ((key, record) for key, record in _records_of(records, ARTICLES) if record.get(REMOVED) is not True)
                digests = {article_id: _article_digest(record) for article_id, record in listed}
                for _, line in records.lines(ANNOTATIONS):
                    digest = digests.get(fields_of(line).article)
                    if digest is not None:
                        digest.update(line)
            else:
                known = ((key, record) for key in article_ids if (record := records.get(ARTICLES, key)) is not None)
                listed = ((key, plain) for key, record in known if (plain := to_plain(record)).get(REMOVED) is not True)
                digests = {key: _article_digest(record) for key, record in listed}
                for article_id, digest in digests.items():
                    for line in records.annotation_lines(article_id):
                        digest.update(line)
        return {article_id: digest.hexdigest() for article_id, digest in digests.items()}

    def article(self, article_id: str) -> ReviewedArticle | None:
        """Return an article with its review, None if there is none with this id."""
        with self._store.reading() as records:
            record = records.get(ARTICLES, article_id)
            if record is None or (plain := to_plain(record)).get(REMOVED) is True:
                return None
            annotations = tuple(from_record(Annotation, to_plain(one)) for one in records.annotations_of(article_id))
        entry = entry_of(plain)
        identities = {edition.digest: edition.sources for edition in entry.editions}
        tags = tuple(str(tag) for tag in as_list(plain.get(ARTICLE_TAGS)))
        return ReviewedArticle(entry, tags, annotations, Editions(self._text_of, identities), entries_in(plain, Attachment))

    def readers(self) -> tuple[str, ...]:
        """Return the names of all who have given verdicts, sorted. Only annotations with a name that is new are decoded."""
        readers, known = set[str](), set[bytes]()
        with self._store.reading() as records:
            for key, line in records.lines(ANNOTATIONS):
                names = set(_BY.findall(line)) - known
                if names:
                    annotation = from_record(Annotation, to_plain(decode_record(key, line)))
                    readers.update(readers_of([annotation]))
                    known.update(name for name in names if json.loads(name) in readers)
        return tuple(sorted(readers))

    def sources(self) -> dict[str, Source]:
        """Return all sources by their ids."""
        with self._store.reading() as records:
            return {key: from_record(Source, record) for key, record in _records_of(records, SOURCES)}

    def tags(self) -> list[Tag]:
        """Return the codebook, the oldest tag first."""
        with self._store.reading() as records:
            tags = (from_record(Tag, record) for _, record in _records_of(records, TAGS))
            return sorted(tags, key=lambda tag: tag.id)

    def text(self, digest: str) -> str | None:
        """Return a text that was kept, by its digest; None if it is missing or damaged."""
        return self._text_of(digest)


def _is_removed(key: str, line: bytes) -> bool:
    """Whether the article in a line was removed from the list. Nearly all lines are not decoded for that."""
    return _REMOVED_MARK in line and decode_record(key, line).get(REMOVED) is True


def digest_state(*values: object) -> str:
    """Return the state of values that can be written as JSON."""
    return blake2b(encode_json(values).encode(), digest_size=_STATE_SIZE).hexdigest()


def _records_of(records: RecordTables, table: str) -> Iterator[tuple[str, Record]]:
    """Yield the plain records of a table, each after its id."""
    return ((id_in(table, key, line), to_plain(decode_record(key, line))) for key, line in records.lines(table))


def _article_digest(record: Record) -> Digest:
    fields = encode_json([record.get(name) for name in _ARTICLE_FIELDS])
    return blake2b(fields.encode(), digest_size=_STATE_SIZE)
