"""The library: every article a person opened and all they said of it, in one folder they own."""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Final, cast

from filelock import FileLock, Timeout
from tinydb import where
from tinydb.table import Table

from reader.article.model import Article
from reader.errors import ReaderError
from reader.library.entries import ArticleEntry, Progress, entry_of, place_to_record, progress_to_record
from reader.library.lines import ANNOTATIONS, ARTICLES, TAGS, Lines
from reader.library.patches import Patch, patch_of
from reader.library.snapshots import Snapshots
from reader.library.storage import LibraryStorage
from reader.library.writer import SaveState, Writer
from reader.review.changes import Change
from reader.review.model import Annotation, Bookmark, Tag, new_id, now
from reader.review.place import ReadingPlace
from reader.review.records import Record, annotation_from_record, bookmarks_from_record, bookmarks_to_record, tag_from_record
from reader.review.session import ReviewSession

_LOCK_SECONDS: Final = 10.0
_LOCK_POLL_SECONDS: Final = 0.005
_EDITIONS: Final = uuid.UUID("5b0c1a52-6f0e-5d57-9a53-0e5f6f3f6c0d")


class Library:
    """The folder's records as they are known here, with all changes in them; a thread brings the changes to the disk.

    Safe to use from several threads. What was handed out never changes. `on_state` is called on the writing thread.
    Several processes may use one folder: each change is applied, record by record, to what the file holds when it is written.
    """

    def __init__(self, folder: Path) -> None:
        """Use `open`, which makes the folder."""
        self.folder = folder
        self.on_state: Callable[[SaveState], None] | None = None
        self._storage = LibraryStorage(folder / "library.json")
        self._snapshots = Snapshots(folder / "snapshots")
        self._mutex = threading.RLock()
        self._patches: dict[tuple[str, str], Patch] = {}
        self._texts: dict[str, str] = {}
        self._opened: dict[str, Record] = {}
        self._writer = Writer(self._write, self._say)

    @classmethod
    def open(cls, folder: Path) -> Library:
        """Open the library in `folder`, which is made when it is missing.

        Raises ReaderError when that fails, or when the file in it is unreadable, damaged, foreign or of a newer version.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReaderError(f"the library folder {folder} cannot be made: {error.strerror}") from error
        return cls(folder)

    # ------------------------------------------------------------------ articles

    def session(self, article: Article, creator: str) -> tuple[ReviewSession, ArticleEntry]:
        """Open an article for review: its annotations, the codebook, its bookmarks. The text is kept as a snapshot."""
        with self._mutex:
            record = self._set(str(self._found_or_made(article)["id"]), {"opened": now()})
            if not self._snapshots.has(article.digest):
                self._texts[article.digest] = article.text
                self._writer.wake()
            annotations = self._annotations(record)
            entry = entry_of(record, _tags(annotations))
            return self._review(article, entry, annotations, creator), entry

    def peek(self, article: Article) -> tuple[ReviewSession, ArticleEntry | None]:
        """Return the review of an article for reading only: nothing is made or saved. None: it is new to the library."""
        with self._mutex:
            record = self._find(article)
            annotations = [] if record is None else self._annotations(record)
            entry = None if record is None else entry_of(record, _tags(annotations))
            return self._review(article, entry, annotations, ""), entry

    def entries(self) -> tuple[ArticleEntry, ...]:
        """Return all articles, the one opened last first."""
        with self._mutex:
            said: dict[str, list[Annotation]] = {}
            for annotation in map(annotation_from_record, self._records(ANNOTATIONS)):
                said.setdefault(annotation.article, []).append(annotation)
            found = [entry_of(record, _tags(said.get(str(record["id"]), []))) for record in self._records(ARTICLES)]
        return tuple(sorted(found, key=lambda entry: (entry.opened or entry.added, entry.id), reverse=True))

    def find(self, name: str) -> ArticleEntry:
        """Return the article that `name` means: an id or its beginning, a path, or a title in any case.

        Raises ReaderError, with the candidates, when it means none or several.
        """
        entries = self.entries()
        path = resolved(name)
        title = name.casefold().strip()
        for meant in (
            [e for e in entries if name == e.id],
            [e for e in entries if e.source == path and path != "-"][:1],
            [e for e in entries if e.title.casefold().strip() == title],
            [e for e in entries if len(name) >= 4 and e.id.startswith(name.lower())],
        ):
            if len(meant) == 1:
                return meant[0]
            if meant:
                raise ReaderError(f'"{name}" means several articles', f"name one by its id: {_listed(meant)}")
        close = [e for e in entries if title and title in e.title.casefold()]
        raise ReaderError(
            f'no article "{name}" in the library {self.folder}, and no such file',
            f"did you mean {_listed(close)}?" if close else "`reader list` shows what there is",
        )

    def text(self, entry: ArticleEntry) -> str:
        """Return the text of the latest edition of an article. Raises ReaderError when it was not kept or is damaged."""
        with self._mutex:
            queued = self._texts.get(entry.digest)
        return self._snapshots.text(entry.digest) if queued is None else queued

    # ------------------------------------------------------------------ saving

    def save(self, article_id: str, change: Change) -> None:
        """Queue a change of an article's review and return at once."""
        with self._mutex:
            for edit in change.edits:
                patch = patch_of(edit)
                if patch is not None:
                    self._queue(patch)
                elif isinstance(edit.item, Bookmark):
                    self._set_bookmark(article_id, edit.item.name, edit.after)

    def save_place(self, article_id: str, place: ReadingPlace, progress: Progress) -> None:
        """Queue where reading stopped. The last call before the next write is the one that is written."""
        with self._mutex:
            self._set(article_id, {"reading": place_to_record(place), "progress": progress_to_record(progress)})

    def flush(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds until all that is queued is on the disk; return whether it is. Retries what failed."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 10.0) -> bool:
        """Flush and let go of the folder; return whether everything is on the disk."""
        done = self._writer.close(timeout)
        self._storage.close()
        return done

    # ------------------------------------------------------------------ inside

    @property
    def _lines(self) -> Lines:
        return self._storage.lines

    def _table(self, name: str) -> Table:
        # Without its cache of queries: that would hand out the same record twice, and old ones after another process wrote.
        return Table(self._storage, name, cache_size=0)

    def _records(self, name: str) -> list[Record]:
        return cast("list[Record]", self._table(name).all())

    def _annotations(self, record: Record) -> list[Annotation]:
        return [annotation_from_record(r) for r in self._table(ANNOTATIONS).search(where("article") == record["id"])]

    def _review(
        self, article: Article, entry: ArticleEntry | None, annotations: list[Annotation], creator: str
    ) -> ReviewSession:
        # Two processes may each have made a tag of one name: the elder stands for both.
        tags: dict[str, Tag] = {}
        for tag in sorted(map(tag_from_record, self._records(TAGS)), key=lambda tag: tag.id):
            tags.setdefault(tag.name, tag)
        article_id, bookmarks = (entry.id, entry.bookmarks) if entry else ("", ())
        return ReviewSession(article, article_id, annotations, tags.values(), bookmarks, creator=creator)

    def _found_or_made(self, article: Article) -> Record:
        source = resolved(article.source)
        record = self._find(article)
        if record is None:
            record = _made(article, source, self._lines)
            self._queue(Patch(ARTICLES, str(record["id"]), None, record))
            return record
        fields: Record = {"digest": article.digest, "title": article.title, "format": article.format}
        return self._set(str(record["id"]), fields if source == "-" else {**fields, "source": source})

    def _find(self, article: Article) -> Record | None:
        source = resolved(article.source)
        records = sorted(self._records(ARTICLES), key=lambda r: str(r.get("opened")), reverse=True)
        same = [r for r in records if r.get("digest") == article.digest]
        moved = [r for r in records if r.get("source") == source and source != "-"]
        return next(iter(same + moved), None)

    def _set(self, article_id: str, fields: Record) -> Record:
        """Set fields of an article's record and return it. Raises ReaderError for one that was never here."""
        before = self._article(article_id)
        after = self._opened[article_id] = {**before, **fields}
        if after != before:
            self._queue(Patch(ARTICLES, article_id, before, after))
        return after

    def _article(self, article_id: str) -> Record:
        # What was opened here is written again when another program removed it: annotations need their article.
        record = self._lines.get(ARTICLES, article_id) or self._opened.get(article_id)
        if record is None:
            raise ReaderError(f"the library holds no article {article_id}")
        return record

    def _set_bookmark(self, article_id: str, name: str, bookmark: object) -> None:
        kept = bookmarks_from_record(self._article(article_id).get("bookmarks"))
        others = (b for b in kept if b.name != name)
        after = (*others, bookmark) if isinstance(bookmark, Bookmark) else others
        self._set(article_id, {"bookmarks": bookmarks_to_record(after)})

    def _queue(self, patch: Patch) -> None:
        """Apply a patch to what is known here, and keep it until it is on the disk."""
        patch.apply(self._lines)
        key = (patch.table, patch.id)
        waiting = self._patches.get(key)
        self._patches[key] = patch if waiting is None else waiting.then(patch)
        self._writer.wake()

    def _write(self) -> None:
        """Bring everything that is queued to the disk. Raises ReaderError when that fails; then it stays queued."""
        with self._mutex:
            texts = dict(self._texts)
            if not texts and not self._patches:
                return
        with self._alone():
            for digest, text in texts.items():
                self._snapshots.keep(digest, text)
            with self._mutex:
                if self._storage.changed():
                    self._storage.load()
                    for patch in self._patches.values():
                        patch.apply(self._lines)
                written, self._patches = self._patches, {}
                data = self._lines.encode()
            try:
                if written:
                    self._storage.save(data)
            except BaseException:
                with self._mutex:
                    for key, later in self._patches.items():
                        written[key] = written[key].then(later) if key in written else later
                    self._patches = written
                raise
        with self._mutex:
            for digest in texts:
                self._texts.pop(digest, None)

    @contextlib.contextmanager
    def _alone(self) -> Generator[None]:
        """Hold the library's lock for a block: nobody else writes. Raises ReaderError when that or a write in it fails."""
        lock = FileLock(self.folder / "library.lock", timeout=_LOCK_SECONDS, poll_interval=_LOCK_POLL_SECONDS)
        try:
            with lock:
                yield
        except Timeout as error:
            raise ReaderError("another program has held the library's lock for too long") from error
        except OSError as error:
            raise ReaderError(f"{self.folder} cannot be written: {error.strerror or error}") from error

    def _say(self, state: SaveState) -> None:
        if self.on_state is not None:
            self.on_state(state)


def resolved(source: str) -> str:
    """Return an article's source as the library keeps it: the absolute path, links followed; "-" and addresses as they are."""
    return source if source == "-" or "://" in source else os.path.realpath(os.path.expanduser(source))


def _made(article: Article, source: str, lines: Lines) -> Record:
    # Named for its text, so that two processes that open one new article at once make one record of it.
    named = str(uuid.uuid5(_EDITIONS, article.digest))
    return {
        "id": named if lines.get(ARTICLES, named) is None else new_id(),
        "title": article.title,
        "source": source,
        "format": article.format,
        "digest": article.digest,
        "added": now(),
        "opened": "",
        "bookmarks": {},
        "reading": place_to_record(ReadingPlace()),
        "progress": progress_to_record(Progress()),
    }


def _tags(annotations: Iterable[Annotation]) -> tuple[str, ...]:
    return tuple(sorted({tag for annotation in annotations for tag in annotation.tags}))


def _listed(entries: list[ArticleEntry]) -> str:
    return ", ".join(f'{entry.id} "{entry.title}"' for entry in entries[:5])
