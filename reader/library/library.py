"""The library: articles, reviews and sources in one folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Self, cast

from tinydb.table import Table

from reader.article.article import Article
from reader.errors import ReaderError
from reader.files import make_folder
from reader.library.articles import (
    ArticleEntry,
    ArticleProgress,
    Edition,
    entry_of,
    find_entry,
    match_article,
    new_article_record,
    original_of,
    position_to_record,
    progress_to_record,
    reopened_fields,
    resolve_source,
)
from reader.library.folder import Folder
from reader.library.history import already_done_error, invert_entry, read_history
from reader.library.journal import JournalEntry, newest_entries
from reader.library.library_file import ANNOTATIONS, ARTICLES, SOURCES, TAGS
from reader.library.merge import Merge, archive_conflict_copy, copy_library, copy_texts, plan_merge
from reader.library.review_changes import apply_edit, find_divergences, to_change, to_edits, to_transaction, undone_change
from reader.library.snapshots import Snapshots
from reader.library.store import Store
from reader.library.tinydb_api import JournalStorage
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import to_plain
from reader.library.writer import Checkpoints, SaveState, Writer
from reader.review.cells import Record
from reader.review.model import EMPTY, PASTED_TEXT, Change, Edit, Source, SourceText, Tag, now
from reader.review.reading_position import ReadingPosition
from reader.review.records import annotation_from_record, entries_from_record, source_from_record, tag_from_record
from reader.review.scale import DEFAULT_SCALE, Scale
from reader.review.session import ReviewSession
from reader.review.source_shelf import detect_extent

SAVE_SECONDS: Final = 30.0
"""How long a `with` block waits at its end for the disk, and for other programs that use the library."""


# ------------------------------------------------------------------ the changes that are wanted, and the texts and documents


class PendingChanges:
    """Requests in their order, and documents by their digests, until they are on the disk. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._transactions: list[Transaction] = []
        self._documents: dict[str, bytes] = {}

    def add_transaction(self, request: Transaction) -> None:
        """Queue a change."""
        with self._lock:
            self._transactions.append(request)

    def add_document(self, digest: str, data: bytes) -> None:
        """Queue a document."""
        with self._lock:
            self._documents[digest] = data

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """The changes that are queued."""
        with self._lock:
            return tuple(self._transactions)

    def document(self, digest: str) -> bytes | None:
        """Return the document with this digest, or None when it is not queued."""
        with self._lock:
            return self._documents.get(digest)

    def snapshot(self) -> tuple[tuple[Transaction, ...], dict[str, bytes]]:
        """Return all that is queued now. Whatever the requests name that was queued before them is among the documents."""
        with self._lock:
            return tuple(self._transactions), dict(self._documents)

    def discard(self, requests: Sequence[Transaction], documents: Iterable[str]) -> None:
        """Forget what is on the disk: the first so many requests, and documents by their digests."""
        with self._lock:
            del self._transactions[: len(requests)]
            for digest in documents:
                self._documents.pop(digest, None)


# ------------------------------------------------------------------ every article a person opened and all they said of it, in

RemoteListener = Callable[[str, tuple[Edit, ...]], None]
"""Is told what others changed: the id of the article ("" for the codebook alone) and the edits."""


class Library:
    """The folder's records as they are known here, with all changes in them; a thread brings the changes to the disk.

    Safe to use from several threads. What was handed out never changes. `on_state` and `on_heard` are called on the writing
    thread. Several processes may use one folder: what each changes is carried over to what the others did.
    """

    def __init__(self, folder: Path) -> None:
        """Use `open`, which makes the folder."""
        self.on_save_state: Callable[[SaveState], None] | None = None
        self.on_remote_change: RemoteListener | None = None
        self._open_folder(Folder(folder))
        self._pending = PendingChanges()
        self._save_state = SaveState("saved")
        self._open_records: dict[str, Record] = {}
        self._writer = Writer(self._write_pending, self._poll, self._report_state)

    def _open_folder(self, folder: Folder) -> None:
        self.folder = folder.path
        self._store = Store(folder)
        self._tables = JournalStorage(self._store)
        self._checkpoints = Checkpoints(self._store)
        self._has_written = False
        self._snapshots = Snapshots(folder.snapshots)

    @classmethod
    def open(cls, folder: Path) -> Library:
        """Open the library in `folder`, which is made when it is missing.

        Raises ReaderError when that fails, or when the file in it is unreadable, damaged or foreign.
        """
        try:
            make_folder(folder)
        except OSError as error:
            raise ReaderError(f"the library folder {folder} cannot be made: {error.strerror}") from error
        return cls(folder)

    # ------------------------------------------------------------------ articles

    def session(self, article: Article, creator: str, scale: Scale = DEFAULT_SCALE) -> tuple[ReviewSession, ArticleEntry]:
        """Open an article for review: its annotations, the codebook, its sources, what can be undone. The text is kept."""
        record = self._set_fields(str(self._find_or_create(article)["id"]), {"opened": now()})
        self.keep_text(article)
        return self._open_session(article, record, creator, scale), entry_of(record, self._tags_of(str(record["id"])))

    def review(self, article: Article, creator: str = "", scale: Scale = DEFAULT_SCALE) -> ReviewSession:
        """Open an article for review, and save every change as it is made."""
        session, entry = self.session(article, creator, scale)
        session.listen(lambda change: self.save(entry.id, change))
        return session

    def peek(self, article: Article, scale: Scale = DEFAULT_SCALE) -> tuple[ReviewSession, ArticleEntry | None]:
        """Return the review of an article for reading only: nothing is made or saved. None: it is new to the library."""
        record = self._find_record(article)
        if record is None:
            return ReviewSession(article, "", (), self._codebook(), kept=self._sources(), scale=scale), None
        return self._open_session(article, record, "", scale), entry_of(record, self._tags_of(str(record["id"])))

    def keep_text(self, article: Article) -> None:
        """Queue a text that was read, and the document it was built from, to be kept: an article's, or a source's."""
        self._queue_document(article.digest, article.text.encode("utf-8", "surrogatepass"))
        self._queue_document(original_of(article), article.original)

    def keep_document(self, data: bytes) -> str:
        """Queue a document of which there is no text to be kept, and return its digest."""
        digest = hashlib.sha256(data).hexdigest()
        self._queue_document(digest, data)
        return digest

    def entries(self) -> tuple[ArticleEntry, ...]:
        """Return all articles, the one opened last first."""
        with self._store.guard:
            entries = [entry_of(record, self._tags_of(key)) for key, record in self._records(ARTICLES).items()]
        return tuple(sorted(entries, key=lambda entry: (entry.opened or entry.added, entry.id), reverse=True))

    def find(self, name: str) -> ArticleEntry:
        """Return the article that `name` means: an id or its beginning, a path, or a title in any case.

        Raises ReaderError, with the candidates, when it means none or several.
        """
        return find_entry(name, self.entries(), self.folder)

    def text(self, kept: ArticleEntry | Edition | SourceText) -> str:
        """Return the text of an article, in its latest edition, an edition or a source. Raises ReaderError as `document`."""
        return self._document_bytes(kept.digest).decode("utf-8", "surrogatepass")

    def annotations_by_edition(self, entry: ArticleEntry) -> Counter[str]:
        """Return how many annotations of an article were made on each of its editions, by the digest."""
        return Counter(str(record.get("edition")) for record in self._annotations(entry.id).values())

    def _text_or_none(self, digest: str) -> str | None:
        try:
            return self._document_bytes(digest).decode("utf-8", "surrogatepass")
        except ReaderError:
            return None

    def document(self, kept: ArticleEntry | Edition | SourceText) -> bytes:
        """Return what an article, in its latest edition, an edition or a source is read from: the document, or the text.

        Raises ReaderError when it was not kept or is damaged.
        """
        return self._document_bytes(kept.original or kept.digest)

    def latest_document(self, entry: ArticleEntry) -> bytes:
        """Return what an article is read from now: its file as it is, else what was kept of it. Raises as `document`."""
        if entry.source != "-" and os.path.isfile(entry.source):
            with contextlib.suppress(OSError):
                return Path(entry.source).read_bytes()
        return self.document(entry)

    def _queue_document(self, digest: str, data: bytes) -> None:
        if digest and not self._snapshots.has(digest):
            self._pending.add_document(digest, data)
            self._writer.wake()

    def _document_bytes(self, digest: str) -> bytes:
        queued = self._pending.document(digest)
        return self._snapshots.read_bytes(digest) if queued is None else queued

    # ------------------------------------------------------------------ saving

    def save(self, article_id: str, change: Change, by: str = "") -> None:
        """Queue a change of an article's review and return at once."""
        self._queue_transaction(to_transaction(change, self._article_record(article_id), by))

    def save_position(self, article_id: str, place: ReadingPosition, progress: ArticleProgress) -> None:
        """Queue where reading stopped."""
        self._set_fields(article_id, {"reading": position_to_record(place), "progress": progress_to_record(progress)})

    def watch(self) -> None:
        """Look for what others write from now on, and tell `on_heard`."""
        self._writer.start()

    def flush(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds until all that is queued is on the disk; return whether it is. Retries what failed."""
        return self._writer.flush(timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error_type: type[BaseException] | None, *_: object) -> None:
        """Close the library. Raises ReaderError when not everything could be saved and nothing else went wrong."""
        if not self.close(SAVE_SECONDS) and error_type is None:
            why = self._save_state.message or "the disk or another program takes too long"
            raise ReaderError(f"not saved to {self.folder}: {why}")

    def close(self, timeout: float = 10.0) -> bool:
        """Flush, bring the library's file up to date and let go of the folder; return whether everything is on the disk."""
        done = self._writer.close(timeout)
        self._checkpoints.close()
        return done

    # ------------------------------------------------------------------ the history, other libraries, other places

    def history(self, article_id: str = "") -> Iterator[JournalEntry]:
        """Yield the changes that the logs still hold, in the library or on an article, the latest first."""
        lines = newest_entries(self._store.folder, article_id)
        return (line for line in lines if line.label and (not article_id or line.article == article_id))

    def next_undo(self, article_id: str = "") -> JournalEntry | None:
        """Return the change that `undo` would take back, or None when there is none."""
        self._store.catch_up()
        return next(read_history(self._store.folder, article_id).undoable, None)

    def next_redo(self, article_id: str = "") -> JournalEntry | None:
        """Return the change that took back what `redo` would do again, or None when there is none."""
        self._store.catch_up()
        return next(read_history(self._store.folder, article_id).redoable, None)

    def undo(self, article_id: str = "", by: str = "") -> JournalEntry | None:
        """Take the last change of the library, or of an article, back; return it once that is on the disk, or None.

        Raises CannotUndo when something of it was changed since, and ReaderError when it cannot be saved.
        """
        return self._commit_inverse(self.next_undo(article_id), by)

    def redo(self, article_id: str = "", by: str = "") -> JournalEntry | None:
        """Do again what was undone last, and return the change that had undone it. As `undo`."""
        return self._commit_inverse(self.next_redo(article_id), by)

    def _commit_inverse(self, line: JournalEntry | None, by: str) -> JournalEntry | None:
        if line is not None:
            with self._store.guard:
                (taken,) = self._store.commit([invert_entry(line, self._plain_record, by)])
                self._has_written = True
            self._report_remote(())
            if not taken.operations:
                raise already_done_error(line)
        return line

    def conflict_copies(self) -> tuple[Path, ...]:
        """Return the conflict copies that a syncing tool left beside the library's file."""
        return self._store.folder.conflict_copies()

    def merge(self, path: Path, by: str, *, dry: bool = False) -> Merge:
        """Merge another library, a file or a folder, into this one, and return what that changed; `dry`: what it would change.

        It is one change, which can be undone. Raises ReaderError when it cannot be read or saved.
        """
        merge = plan_merge(self._store, path)
        if dry:
            return merge
        with self._store.begin_write():
            merge = plan_merge(self._store, path)
            copy_texts(merge, path, self._snapshots)
            if merge.records or not self._store.vector.covers(merge.vector):
                self._store.merge(merge.records, merge.vector, f"merge {merge.name}" if merge.records else "", by)
                self._has_written = True
        archive_conflict_copy(self._store.folder, path)
        self._report_remote(())
        return merge

    def move_to(self, folder: Path) -> None:
        """Go on in another folder, with all that is here and all that is queued. Raises ReaderError when it cannot be used."""
        with self._store.guard:
            self._open_folder(copy_library(self._store, folder))
        self._writer.wake()

    # ------------------------------------------------------------------ records, with what is queued

    def _records(self, table: str) -> dict[str, Record]:
        """Return the plain records of a table by their ids, with what is queued for it."""
        with self._store.guard:
            stored = cast("list[Record]", Table(self._tables, table, cache_size=0).all())
            return self._overlay_pending(table, {str(record["id"]): to_plain(record) for record in stored})

    def _overlay_pending(self, table: str, records: dict[str, Record]) -> dict[str, Record]:
        for wanted in (w for request in self._pending.transactions for w in request.edits if w.table == table):
            record = apply_edit(records.get(wanted.id), wanted)
            if record is None:
                records.pop(wanted.id, None)
            else:
                records[wanted.id] = record
        return records

    def _annotations(self, article_id: str) -> dict[str, Record]:
        with self._store.guard:
            records = {str(r["id"]): to_plain(r) for r in self._store.records.annotations_of(article_id)}
            records = self._overlay_pending(ANNOTATIONS, records)
        return {key: record for key, record in records.items() if record.get("article") == article_id}

    def _codebook(self) -> list[Tag]:
        # Two processes may each have made a tag of one name: the elder stands for both.
        tags: dict[str, Tag] = {}
        for tag in sorted(map(tag_from_record, self._records(TAGS).values()), key=lambda tag: tag.id):
            tags.setdefault(tag.name, tag)
        return list(tags.values())

    def _sources(self) -> list[Source]:
        return list(map(source_from_record, self._records(SOURCES).values()))

    def _open_session(self, article: Article, record: Record, creator: str, scale: Scale) -> ReviewSession:
        with self._store.guard:
            article_id, entry = str(record["id"]), entry_of(record)
            annotations = map(annotation_from_record, self._annotations(article_id).values())
            past = read_history(self._store.folder, article_id, self._store.vector.copy())
            return ReviewSession(
                article,
                article_id,
                annotations,
                self._codebook(),
                entries_from_record(record).values(),
                creator=creator,
                past=(to_change(line, article_id) for line in past.undoable),
                ahead=(undone_change(line, article_id) for line in past.redoable),
                text_of=self._text_or_none,
                kept=self._sources(),
                scale=scale,
                named={edition.digest: edition.sources for edition in entry.editions},
            )

    def _tags_of(self, article_id: str) -> tuple[str, ...]:
        with self._store.guard:
            tags = self._store.records.tag_names_of(article_id)
        for record in (
            w.after or {} for request in self._pending.transactions for w in request.edits if w.table == ANNOTATIONS
        ):
            if record.get("article") == article_id:
                tags.update(annotation_from_record(record).tags)
        return tuple(sorted(tags))

    # ------------------------------------------------------------------ articles' records

    def _find_or_create(self, article: Article) -> Record:
        source = resolve_source(article.source)
        with self._store.guard:
            records = self._records(ARTICLES)
            record = match_article(records.values(), article)
            if record is None:
                record = new_article_record(article, source, records)
                self._open_records[str(record["id"])] = record
                self._queue_transaction(Transaction((RecordEdit(ARTICLES, str(record["id"]), None, record),)))
                return record
        self._open_records[str(record["id"])] = record
        return self._set_fields(str(record["id"]), reopened_fields(record, article))

    def _find_record(self, article: Article) -> Record | None:
        return match_article(self._records(ARTICLES).values(), article)

    def _set_fields(self, article_id: str, fields: Record) -> Record:
        """Set fields of an article's record and return it. Raises ReaderError for one that was never here."""
        before = self._article_record(article_id)
        after = self._open_records[article_id] = {**before, **fields}
        if after != before:
            self._queue_transaction(Transaction((RecordEdit(ARTICLES, article_id, before, after),)))
        return after

    def _article_record(self, article_id: str) -> Record:
        # As it was opened, without a look at the store: no key press may wait for a disk. What others changed in it stays.
        if record := self._open_records.get(article_id) or self._records(ARTICLES).get(article_id):
            return record
        raise ReaderError(f"the library holds no article {article_id}")

    # ------------------------------------------------------------------ the writing thread

    def _queue_transaction(self, request: Transaction) -> None:
        self._pending.add_transaction(request)
        self._writer.wake()

    def _write_pending(self) -> None:
        """Bring everything that is queued to the disk. Raises ReaderError when that fails; then it stays queued."""
        with self._store.guard:
            store, snapshots = self._store, self._snapshots
            requests, documents = self._pending.snapshot()
        if documents:
            with store.folder.write_lock():
                for digest, data in documents.items():
                    snapshots.keep(digest, data)
        with store.guard:
            # The library may have gone elsewhere meanwhile, where nothing of this is kept yet.
            here = self._store is store
            if here and requests:
                store.commit(requests)
                self._has_written = True
            if here:
                self._pending.discard(requests, documents)
        if here:
            self._report_remote(requests)
        else:
            self._write_pending()

    def _poll(self) -> None:
        """Take in what others wrote; fold the journal into the file once nothing has been written for a while."""
        if self._store.has_changed():
            self._store.catch_up()
            self._report_remote(())
        self._checkpoints.check(own=self._has_written)

    def _report_remote(self, requests: tuple[Transaction, ...]) -> None:
        with self._store.guard:
            others = find_divergences(self._store.take_divergences(), requests, self._plain_record)
        if self.on_remote_change is not None:
            for article_id, edits in to_edits(others).items():
                self.on_remote_change(article_id, tuple(edits))

    def _plain_record(self, table: str, record_id: str) -> Record | None:
        record = self._store.records.get(table, record_id)
        return record and to_plain(record)

    def _report_state(self, state: SaveState) -> None:
        self._save_state = state
        if self.on_save_state is not None:
            self.on_save_state(state)


# ------------------------------------------------------------------ Keeping what a person supplied as the text behind a


def keep_source(library: Library, article: Article | None, data: bytes, origin: str) -> SourceText:
    """Queue what was supplied to be kept, and return what there is to say of it for `ReviewSession.attach_source`.

    `article` is what was read of `data`, None when there is no text in it; `origin` the path or address it came from, "" for
    what was pasted.
    """
    named = resolve_source(origin) if origin else PASTED_TEXT
    if article is None:
        return SourceText(library.keep_document(data), origin=named, extent=EMPTY, at=now())
    library.keep_text(article)
    return SourceText(article.digest, original_of(article), article.title, article.format, named, detect_extent(article), now())
