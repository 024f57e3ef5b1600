"""Open a library: the articles, reviews and sources of one person in one folder."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeVar

from reader.article.article import Article
from reader.errors import ReaderError
from reader.library.articles import (
    ArticleEntry,
    ArticleSummary,
    counts_of,
    counts_to_record,
    entry_of,
    find_article,
    has_sources,
    list_summaries,
    match_article,
    new_article_record,
    position_to_record,
    reopened_fields,
    resolve_source,
    review_digest,
    review_state,
    time_of_use,
)
from reader.library.current_records import CurrentRecords
from reader.library.divergences import Divergence
from reader.library.documents import KeptDocuments
from reader.library.folder import Folder
from reader.library.history import CODEBOOK_SCOPE, already_done_error, invert_entry, labelled_entries, read_history
from reader.library.journal import LOSS, JournalEntry, Operation
from reader.library.personal import OPENED, POSITION, PersonalState
from reader.library.review_changes import find_divergences, past_changes, to_edits, to_transaction
from reader.library.snapshots import Snapshots
from reader.library.store import Store
from reader.library.tables import ARTICLES, SOURCES, TAGS
from reader.library.transaction import PendingChanges, RecordEdit, Transaction
from reader.library.unsaved_changes import UnsavedChanges, keep_unsaved, known_vector, take_in_unsaved, unreadable_files
from reader.library.versions import to_plain
from reader.library.writer import Checkpoints, SaveState, StrandedArticles, Writer
from reader.review.cells import Record
from reader.review.codec import from_record
from reader.review.completeness import Completeness
from reader.review.edits import unique_tags
from reader.review.independence import own_edits, own_view
from reader.review.index import Editions, ReviewItems
from reader.review.model import (
    EMPTY_MAPPING,
    Annotation,
    Assignment,
    Attachment,
    Bookmark,
    Change,
    Correction,
    Dismissal,
    Edit,
    Source,
    Tag,
    now,
)
from reader.review.reading_position import ReadingPosition
from reader.review.records import entries_in
from reader.review.scale import DEFAULT_SCALE, Scale
from reader.review.session import ReviewSession

if TYPE_CHECKING:
    from reader.library.contents import LibraryContents
    from reader.library.copies import FolderCopy
    from reader.library.merge import Merge
    from reader.library.shared_articles import SharedArticles

SAVE_SECONDS: Final = 30.0
"""How long a `with` block waits at its end for the disk, and for other programs that use the library."""

ReadT = TypeVar("ReadT")
Overview = tuple[tuple[ArticleSummary, ...], dict[str, Completeness]]
"""The summaries of all articles, and by article the counts of its review."""
DocumentReader = Callable[[bytes, str], Article]
"""Parses a document that came from a path or an address."""
RemoteListener = Callable[[str, tuple[Edit, ...]], None]
"""Receives the edits that others made, with the id of their article, "" for edits of codebook and sources alone."""


class Library(KeptDocuments):
    """The articles, reviews and sources in a folder. Changes are queued and visible at once; a thread writes them to the disk.

    Safe for several threads; returned values never change. `on_save_state` and `on_remote_change` are called on the writer
    thread. Several processes may use one folder: the changes of each are applied to what the others wrote.

    With the name of an `independent_reader`, reviews hide what others judged until a difference was settled.
    """

    def __init__(self, folder: Path) -> None:
        """Open an existing folder; `open` creates it first."""
        self.on_save_state: Callable[[SaveState], None] | None = None
        self.on_remote_change: RemoteListener | None = None
        self.independent_reader = ""
        self._pending = PendingChanges()
        self._overview: tuple[object, Overview] | None = None
        self._shared: SharedArticles | None = None
        self._moving = threading.Lock()
        self._use_store(store := Store(Folder(folder)))
        self.personal = PersonalState(store.folder)
        self._take_in_unsaved()
        self._save_state = SaveState("saved")
        self._open_records: dict[str, Record] = {}
        self._writer = Writer(self._write_pending, self._poll, self._report_state)

    def _use_store(self, store: Store) -> None:
        self.folder = store.folder.path
        self._store = store
        self._current = CurrentRecords(self._store, self._pending)
        self._checkpoints = Checkpoints(self._store)
        self._stranded = StrandedArticles(self._store)
        with self._store.take_divergences() as differences:
            self._stranded.suspect(differences.in_brief())
        self._has_written = False
        self._snapshots = Snapshots(store.folder.snapshots)

    @classmethod
    def open(cls, folder: Path) -> Library:
        """Open the library in `folder`, and create the folder when it is missing.

        Raises ReaderError when that fails, or when the library's file is unreadable, damaged or foreign.
        """
        Folder.create(folder)
        return cls(folder)

    # ------------------------------------------------------------------ articles

    def session(self, article: Article, creator: str, scale: Scale = DEFAULT_SCALE) -> tuple[ReviewSession, ArticleEntry]:
        """Open an article for review, with its annotations, codebook, sources and undo history; keep its text."""
        # The text first: the writer may commit what is queued at any moment, and a record must not name a missing text.
        self.keep_text(article)
        record = self._find_or_create(article)
        self.set_personal(str(record["id"]), {OPENED: now()})
        session = self._open_session(article, record, creator, scale, self.independent_reader)
        return session, self._entry_of(record, session.index.tags_in_use())

    def review(self, article: Article, creator: str = "", scale: Scale = DEFAULT_SCALE) -> ReviewSession:
        """Open an article for review, and save every change as it is made."""
        session, entry = self.session(article, creator, scale)
        session.listen(lambda change: self.save(entry.id, change))
        return session

    def peek(
        self, article: Article, scale: Scale = DEFAULT_SCALE, *, shows_all: bool = False, article_id: str = ""
    ) -> tuple[ReviewSession, ArticleEntry | None]:
        """Return the review of an article without saving anything, and its entry, or None for an article that is new.

        It `shows_all` that others judged also to an independent reader. With an `article_id`, it is the review of that one,
        also where another article came from the same place.
        """
        record = self._current_article(article_id) if article_id else self._find_record(article)
        if record is None:
            return ReviewSession(article, "", ReviewItems(tags=self.codebook(), sources=self._sources()), scale=scale), None
        session = self._open_session(article, record, "", scale, "" if shows_all else self.independent_reader)
        return session, self._entry_of(record, session.index.tags_in_use())

    def entries(self) -> tuple[ArticleEntry, ...]:
        """Return all articles, the one that was opened last first."""
        with self._store.guard:
            entries = [
                self._entry_of(record, self._current.tags_of(key)) for key, record in self._current.table(ARTICLES).items()
            ]
        return tuple(sorted(entries, key=time_of_use, reverse=True))

    def summaries(self, *, with_removed: bool = False) -> tuple[ArticleSummary, ...]:
        """Return what the list shows of all articles, the one that was opened last first, without reading their records."""
        summaries = list_summaries(self._rows(self.personal.opening_times()))
        return tuple(one for one in summaries if with_removed or not one.is_removed)

    def entry(self, article_id: str) -> ArticleEntry:
        """Return the entry of an article. Raises ReaderError when there is none with this id."""
        with self._store.reading():
            return self._entry_of(self._current_article(article_id), self._current.tags_of(article_id))

    def overview(self, scale: Scale = DEFAULT_SCALE, kept: Mapping[str, Completeness] = EMPTY_MAPPING) -> Overview:
        """Return all summaries, also of removed articles, and by article the saved counts of reviews not changed since.

        Where none are saved, they are those that were `kept` under the state of the review. It is the very same overview as
        long as nothing in it can have changed: to read thousands of articles takes its time.
        """
        opened = self.personal.opening_times()
        # Before the rows: what changes meanwhile may be in them already, and the next call reads them again.
        state = self._current.state(), opened, kept, scale, self.independent_reader
        last = self._overview
        if last is None or last[0] != state:
            last = self._overview = state, self._read_overview(self._rows(opened), scale, kept)
        return last[1]

    def _read_overview(self, rows: Mapping[str, Record], scale: Scale, kept: Mapping[str, Completeness]) -> Overview:
        counted = ((key, row) for key, row in rows.items() if kept or "progress" in row)
        states = (
            (key, row, review_state(row, str(row.get("reviewed")), scale, self.independent_reader)) for key, row in counted
        )
        counts = {key: value for key, row, state in states if (value := counts_of(row, state, kept)) is not None}
        return list_summaries(rows), counts

    def state_to_keep(self, entry: ArticleEntry | ArticleSummary, scale: Scale = DEFAULT_SCALE) -> str:
        """Return the state under which the counts of an article's review as it is now may be kept, "" if they may not."""
        with self._store.reading():
            record, annotations = self._current_article(entry.id), self._current.annotations_of(entry.id)
            if record.get("digest") != entry.digest or has_sources(record):
                return ""
            return review_state(record, review_digest(annotations), scale, self.independent_reader)

    def find(self, name: str) -> ArticleEntry:
        """Find an article by an id or its beginning, a path, or a title in any case.

        Raises ReaderError with the candidates when none or several match.
        """
        return self.entry(find_article(name, self.summaries(), self.folder).id)

    def annotations_by_edition(self, entry: ArticleEntry) -> Counter[str]:
        """Count the annotations of an article by the digest of the edition they were made on."""
        with self._store.reading():
            return Counter(str(record.get("edition")) for record in self._current.annotations_of(entry.id))

    def contents(self) -> LibraryContents:
        """Return what is on the disk, article by article, for an index of it."""
        from reader.library.contents import LibraryContents

        return LibraryContents(self._store, self._text_or_none)

    # ------------------------------------------------------------------ saving

    def save(self, article_id: str, change: Change, by: str = "") -> None:
        """Queue a change of an article's review."""
        self._queue_transaction(to_transaction(change, self._article_record(article_id), by))

    def save_position(self, article_id: str, position: ReadingPosition) -> None:
        """Queue the position where reading stopped."""
        self.set_personal(article_id, {POSITION: position_to_record(position)})

    def save_counts(self, article_id: str, counts: Completeness, scale: Scale = DEFAULT_SCALE) -> None:
        """Queue the counts of an article's review as it is now."""
        with self._store.reading():
            annotations_digest = review_digest(self._current.annotations_of(article_id))
        state = review_state(self._article_record(article_id), annotations_digest, scale, self.independent_reader)
        self._set_fields(article_id, {"progress": counts_to_record(counts, state)})

    def change_articles(self, ids: Iterable[str], change: Callable[[Sequence[Record]], Transaction]) -> str:
        """Queue the change that `change` makes of the records of articles; return its label, "" if it changes nothing."""

        def change_records(current: CurrentRecords) -> Transaction:
            records = [record for article_id in ids if (record := current.get(ARTICLES, article_id)) is not None]
            return change(records) if records else Transaction(())

        return self.change_records(change_records).label

    def change_records(self, change: Callable[[CurrentRecords], Transaction]) -> Transaction:
        """Queue the change that `change` makes of the records as they are now, and return it; without a label if it is none."""
        with self._store.guard:
            self._store.catch_up()
            transaction = change(self._current)
            if not transaction.edits:
                return Transaction(())
            self._queue_transaction(transaction)
            return transaction

    def read_records(self, read: Callable[[CurrentRecords], ReadT]) -> ReadT:
        """Return what `read` makes of the records as they are now, after reading what others wrote."""
        with self._store.guard:
            self._store.catch_up()
            return read(self._current)

    def announce(self, edits: Iterable[RecordEdit]) -> None:
        """Report edits of the library itself, as the reviews that are open in this process do not know them."""
        self._tell(Divergence(*edit) for edit in edits)

    def annotation_records(self, ids: Iterable[str]) -> list[Record]:
        """Return the records of the annotations of articles."""
        with self._store.reading():
            return [record for article_id in ids for record in self._current.annotations_of(article_id)]

    def codebook(self) -> list[Tag]:
        """Return the tags, the oldest first, those of one name as one."""
        return unique_tags(from_record(Tag, record) for record in self._current.table(TAGS).values())

    def watch(self) -> None:
        """Start to look for changes by others, and report them to `on_remote_change`."""
        self._writer.start()

    def look(self) -> None:
        """Look for changes by others now, after `watch`: a person may have come back from another window."""
        self._writer.look()

    @property
    def is_saved(self) -> bool:
        """Whether everything that was queued is on the disk."""
        return self._writer.is_done

    def flush(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds until all queued changes are on the disk; return whether they are. Retry failures."""
        return self._writer.flush(timeout) or self._has_nothing_left

    @property
    def _has_nothing_left(self) -> bool:
        """Whether nothing is queued: a move may have written it while the writer still waits for the folder that was left."""
        return self._pending.is_empty and not self.personal.unsaved_entries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error_type: type[BaseException] | None, *_: object) -> None:
        """Close the library. Raises ReaderError when not everything could be saved and nothing else went wrong."""
        if not self.close(SAVE_SECONDS) and error_type is None:
            why = self._save_state.message or "the disk or another program takes too long"
            raise ReaderError(f"Not saved to {self.folder}: {why}")

    def close(self, timeout: float = 10.0) -> bool:
        """Flush, fold all changes into the library's file and stop the writer; return whether everything is on the disk."""
        is_saved = self._writer.close(timeout) or self._has_nothing_left
        self._checkpoints.close()
        self._store.save_index()
        return is_saved

    def end(self, timeout: float) -> bool:
        """Flush within `timeout` seconds, and keep beside the library what could not be written; return whether all is kept.

        The program is ended from outside: what only saves time later, a checkpoint or an index, is left out.
        """
        vector = known_vector(self._store, timeout / 2)
        if self.flush(timeout / 2):
            return True
        transactions, documents = self._pending.snapshot()
        unsaved = UnsavedChanges(self._store.folder.path, vector, transactions, documents, self.personal.unsaved_entries)
        return keep_unsaved(self._snapshots, unsaved)

    def _take_in_unsaved(self) -> None:
        """Write to the library what a program that was ended kept beside it; what is left is tried again later."""
        self._has_unsaved = False  # a move to another folder may ask for another look meanwhile
        operations, is_all = take_in_unsaved(self._store, self.personal)
        self._has_unsaved = self._has_unsaved or not is_all
        self._has_written = self._has_written or bool(operations)
        self._stranded.suspect(operations)
        self._announce_operations(operations)

    def warnings(self) -> tuple[str, ...]:
        """Say which changes are lost or cannot be read. Raises ReaderError when nobody can tell."""
        hint = "`reader doctor` shows what to do"
        lost = (f"{one.mark.name} {one.problem}. {LOSS}; {hint}" for one in self._store.lost_journals())
        return (*lost, *unreadable_files(self._store.folder))

    # ------------------------------------------------------------------ history and other libraries

    def history(self, article_id: str = "") -> Iterator[JournalEntry]:
        """Yield the changes that the journals still hold, of the library or of one article, the newest first."""
        return labelled_entries(self._store.folder, article_id)

    def next_undo(self, article_id: str = "") -> JournalEntry | None:
        """Return the change that `undo` would undo, or None."""
        self._store.catch_up()
        return next(read_history(self._store.folder, article_id).undoable, None)

    def next_redo(self, article_id: str = "") -> JournalEntry | None:
        """Return the undo whose change `redo` would redo, or None."""
        self._store.catch_up()
        return next(read_history(self._store.folder, article_id).redoable, None)

    def undo(self, article_id: str = "", by: str = "") -> JournalEntry | None:
        """Undo the last change of the library or of an article, and return it once that is on the disk; None without one.

        Raises UndoConflict when a part of it was changed since, and ReaderError when it cannot be saved.
        """
        return self._commit_inverse(self.next_undo(article_id), by)

    def redo(self, article_id: str = "", by: str = "") -> JournalEntry | None:
        """Redo the last undone change, and return the entry that had undone it. Raises as `undo`."""
        return self._commit_inverse(self.next_redo(article_id), by)

    def _commit_inverse(self, entry: JournalEntry | None, by: str) -> JournalEntry | None:
        if entry is not None:
            with self._store.exclude_writers():
                (inverse,) = self._store.commit([invert_entry(entry, self._current.stored, by)])
                self._has_written = True
                self._stranded.suspect(inverse.operations)
            self._report_remote(())
            if not inverse.operations:
                raise already_done_error(entry)
            if entry.article == CODEBOOK_SCOPE:
                self._announce_operations(inverse.operations)
        return entry

    def _announce_operations(self, operations: Iterable[Operation]) -> None:
        sides = ((one, old and to_plain(old), new and to_plain(new)) for one in operations for _, _, old, new in [one])
        self.announce(RecordEdit(one.table, one.id, before, after) for one, before, after in sides)

    @property
    def shared_articles(self) -> SharedArticles:
        """The articles of this library that are shared with a team."""
        if self._shared is None:
            from reader.library.shared_articles import SharedArticles

            self._shared = SharedArticles(lambda: self._store, self._writer.look)
        return self._shared

    def conflict_copies(self) -> tuple[Path, ...]:
        """Return the conflict copies that a sync tool left beside the library's file."""
        return self._store.folder.conflict_copies()

    def merge(self, path: Path, by: str, *, dry: bool = False) -> Merge:
        """Merge another library, a file or a folder, as one change that can be undone. `dry`: only return what would change.

        Raises ReaderError when the other library cannot be read, or the change cannot be saved.
        """
        from reader.library.merge import merge_library, plan_merge, read_other_library

        if dry:
            return plan_merge(self._store, read_other_library(path)).outcome
        merge = merge_library(self._store, path, self._snapshots, by)
        self._has_written = True
        self._report_remote(())
        return merge

    def move_to(self, folder: Path) -> FolderCopy:
        """Continue in another folder with a copy of everything, with what was queued on the disk there, and return the copy.

        Raises ReaderError when any of it cannot be written there: then nothing is left there, and all stays as it was.
        """
        from reader.library.copies import copied_library

        with self._moving, copied_library(self._store, folder) as copy:
            transactions, documents = self._pending.snapshot()
            store = copy.open(transactions, documents)
            self.personal.follow(copy.folder)
            self._pending.discard(transactions, documents)
            self._use_store(store)
            self._has_written = self._has_unsaved = True
        self._writer.wake()
        return copy

    # ------------------------------------------------------------------ records, with queued changes

    def _rows(self, opened: Mapping[str, str]) -> dict[str, Record]:
        """Return the rows of all articles by id, with queued changes applied, and when this person `opened` each."""
        rows = self._current.rows()
        for article_id, time in opened.items():
            if article_id in rows:
                rows[article_id] = {**rows[article_id], OPENED: time}
        return rows

    def _sources(self) -> list[Source]:
        return [from_record(Source, record) for record in self._current.table(SOURCES).values()]

    def _open_session(self, article: Article, record: Record, creator: str, scale: Scale, independent: str) -> ReviewSession:
        with self._store.guard:
            article_id, entry = str(record["id"]), entry_of(record)
            codebook, sources = self.codebook(), self._sources()  # They catch up, which nothing may after `annotations_of`.
            self._store.records.load_article(article_id)
            items = ReviewItems(
                (own_view(from_record(Annotation, record), independent) for record in self._current.annotations_of(article_id)),
                codebook,
                entries_in(record, Bookmark),
                entries_in(record, Dismissal),
                entries_in(record, Attachment),
                sources,
                entries_in(record, Correction),
                entries_in(record, Assignment),
            )
            history = past_changes(read_history(self._store.folder, article_id, self._store.vector.copy()), article_id)
            editions = Editions(self._text_or_none, {edition.digest: edition.sources for edition in entry.editions})
            return ReviewSession(
                article, article_id, items, creator=creator, scale=scale, editions=editions, history=history, name=entry.name
            )

    # ------------------------------------------------------------------ records of articles

    def _find_or_create(self, article: Article) -> Record:
        source = resolve_source(article.source)
        with self._store.guard:
            record = self._find_record(article)
            if record is None:
                record = new_article_record(article, source, lambda key: self._current.get(ARTICLES, key) is not None)
                self._open_records[str(record["id"])] = record
                self._queue_transaction(Transaction((RecordEdit(ARTICLES, str(record["id"]), None, record),)))
                return record
        self._open_records[str(record["id"])] = record
        return self._set_fields(str(record["id"]), reopened_fields(record, article))

    def _find_record(self, article: Article) -> Record | None:
        with self._store.guard:
            self._store.catch_up()
            fields = {"digest": article.digest, "source": resolve_source(article.source)}
            similar = (record for field in fields.items() for record in self._store.records.articles_with(*field))
            records = self._current.overlay(ARTICLES, {str(record["id"]): to_plain(record) for record in similar})
        return match_article(records.values(), article, lambda record: self._entry_of(record).opened)

    def _current_article(self, article_id: str) -> Record:
        if (record := self._current.get(ARTICLES, article_id)) is not None:
            return record
        raise ReaderError(f"The library holds no article {article_id}")

    def _set_fields(self, article_id: str, fields: Record) -> Record:
        """Set fields of an article's record and return it. Raises ReaderError for one that was never here."""
        before = self._article_record(article_id)
        after = self._open_records[article_id] = {**before, **fields}
        if after != before:
            self._queue_transaction(Transaction((RecordEdit(ARTICLES, article_id, before, after),)))
        return after

    def _entry_of(self, record: Record, tags: tuple[str, ...] = ()) -> ArticleEntry:
        """Return the entry of an article as this person left it."""
        return entry_of({**record, **self.personal.entry(str(record["id"]))}, tags)

    def set_personal(self, article_id: str, fields: Record) -> None:
        """Set fields of a person's entry for an article, or for the list with `personal.LIST_ENTRY`."""
        if self.personal.set(article_id, fields):
            self._writer.wake()

    def _article_record(self, article_id: str) -> Record:
        # The record as it was opened, not as stored: no key press may wait for the disk. Changes by others stay in the store.
        return self._open_records.get(article_id) or self._current_article(article_id)

    # ------------------------------------------------------------------ writer thread

    def _queue_transaction(self, transaction: Transaction) -> None:
        self._pending.add_transaction(transaction)
        self._writer.wake()

    def _write_pending(self) -> None:
        """Write everything that is queued to the disk. Raises ReaderError when that fails; then it stays queued."""
        with self._store.guard:
            store, snapshots = self._store, self._snapshots
            transactions, documents = self._pending.snapshot()
        snapshots.keep_all(documents, store.folder.write_lock)
        with store.exclude_writers() if transactions else store.guard:
            # The library may have moved to another folder meanwhile, where these documents are not kept yet.
            has_moved = self._store is not store
            if not has_moved:
                if transactions:
                    store.commit(transactions)
                    self._has_written = True
                self._pending.discard(transactions, documents)
        if has_moved:
            self._write_pending()
        else:
            self._report_remote(transactions)
            if self._shared is not None:
                self._shared.report()
            self.personal.write()

    def _poll(self) -> None:
        """Read what others wrote, and make a checkpoint once nothing has been written for a while."""
        if self._store.has_changed():
            self._store.catch_up()
        if self._has_unsaved:
            self._take_in_unsaved()
        self._store.keep_foreign_changes()
        if self._store.has_divergences or self._stranded:  # a read of the tables may have taken some in since the last look
            self._report_remote(())
        if self._shared is not None:
            self._shared.report()
        if self.personal.take_remote_change() and self.on_remote_change is not None:
            self.on_remote_change("", ())  # another window opened an article, which lists are sorted by
        self._checkpoints.check(own=self._has_written)

    def _report_remote(self, transactions: tuple[Transaction, ...]) -> None:
        with self._store.guard:
            state, changes = self._store.records.state, self._store.differences().in_brief()
            self._stranded.suspect(chain(changes, *(transaction.edits for transaction in transactions)))
        self._stranded.bring_back()
        with self._store.take_divergences() as differences:
            divergences = list(differences) if self.on_remote_change or self._shared else []
            if self._store.records.state is not state:
                self._stranded.suspect(differences.in_brief())  # what has come since is examined at the next look
            if self._shared is not None:
                self._shared.suspect(divergences)
            if self.on_remote_change is None:
                return
            seen = [d._replace(after=self._current.stored(*d[:2])) if d.table == ARTICLES else d for d in divergences]
            divergences = find_divergences(seen, transactions, self._current.stored)
        self._tell(divergences)

    def _tell(self, divergences: Iterable[Divergence]) -> None:
        """Report to `on_remote_change` what the reviews that are open do not know."""
        if self.on_remote_change is not None:
            for article_id, edits in to_edits(divergences).items():
                self.on_remote_change(article_id, own_edits(edits, self.independent_reader))

    def _report_state(self, state: SaveState) -> None:
        self._save_state = state
        if self.on_save_state is not None:
            self.on_save_state(state)
