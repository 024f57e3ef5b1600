"""The index of a library: built and kept up to date from what is on the disk, and searched."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from reader.article.ranges import Span
from reader.databases import is_damage, remove_database
from reader.errors import ReaderError
from reader.files import make_folder
from reader.formats.article_cache import open_document
from reader.library.contents import digest_state
from reader.library.folder import Lock
from reader.review.scale import DEFAULT_SCALE, Scale
from reader.review.vocabulary import CLAIM, EMPTY
from reader.search.database import (
    ARTICLE_OWNER,
    CODEBOOK_OWNER,
    SOURCE_OWNER,
    Database,
    Owner,
    StoredDocument,
    indexed_library,
)
from reader.search.documents import ClaimSummary, article_documents, source_documents, source_title, tag_documents
from reader.search.place import index_path
from reader.search.plan import EVIDENCE, NOTE, parse_search, plan_search
from reader.search.results import Destination, Hit, HitDetail, HitGroup, IndexState, SearchResults
from reader.search.words import SearchWord, take_excerpt

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library.articles import ArticleEntry
    from reader.library.contents import LibraryContents
    from reader.library.library import Library
    from reader.review.model import Source

T = TypeVar("T")
BuildListener = Callable[[int, int], None]
"""Receives how many articles and sources are done, and how many there are to do."""

_KEPT_ARTICLES: Final = 3
_KEPT_LENGTH: Final = 2_000_000
"""Parsed articles that are kept for the next change of them, and the code points above which one is not."""
_EXCERPT_LENGTH: Final = 240
_MOST_OWNERS: Final = 500
_MOST_HITS: Final = 5_000
"""The articles in which open pairs are looked for, and the hits of each."""
_BATCH_SECONDS: Final = 1.0
"""The time after which what was indexed is committed: every commit makes a piece of the full-text table, to be merged later."""
CODEBOOK_TITLE: Final = "Tags"
_INDEX_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
"""The errors of the index; the second where the message of SQLite names what is damaged in its schema."""


class SearchInterrupted(Exception):
    """The search was stopped by `SearchIndex.interrupt`."""


class SearchIndex:
    """The index of one library. Safe for several threads.

    One builder at a time, of all processes, writes it; the others search what there is. A damaged index is removed and made
    anew: it holds nothing that the library does not hold.
    """

    def __init__(
        self, library: Library, scale: Scale = DEFAULT_SCALE, opened: tuple[LibraryContents, str] | None = None
    ) -> None:
        """Take the index of a library. With `opened`, its contents and version when it was opened, less must be compared."""
        self._library = library
        self._scale = scale
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._reader: Database | None = None
        self._reader_file: tuple[Path, int] | None = None
        self._last = None if opened is None else (digest_state(opened[1], scale), opened[0])
        self._complete: tuple[str, IndexState] | None = None
        self._has_tidied = False
        self._sources_state: str = ""
        self._articles: OrderedDict[str, Article] = OrderedDict()

    @property
    def path(self) -> Path:
        """The file of the index."""
        return index_path(self._library.contents().place)

    @property
    def exists(self) -> bool:
        """Whether there is an index already."""
        return self.path.is_file()

    def remove(self) -> None:
        """Remove the index from the disk. Raises ReaderError when that fails."""
        with self._writing, self._reading:
            self._close_reader()
            try:
                remove_database(self.path)
            except OSError as error:
                raise ReaderError(f"The search index {self.path} cannot be removed: {error.strerror}") from error

    def close(self) -> None:
        """Close the files. A build that runs on another thread goes on until it is stopped."""
        with self._reading:
            self._close_reader()

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def _open(self, path: Path) -> Database:
        """Open the index, anew if it is damaged. Raises ReaderError when there can be none."""
        name = str(self._library.folder)
        try:
            make_folder(path.parent)
            path.parent.chmod(0o700)
            try:
                return Database(path, name)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                remove_database(path)
                return Database(path, name)
        except (sqlite3.Error, OSError) as error:
            raise _index_error(path, error) from error

    # ------------------------------------------------------------------ building

    def update(
        self,
        report: BuildListener | None = None,
        is_stopped: Callable[[], bool] = lambda: False,
        share: float = 1.0,
    ) -> bool:
        """Bring the index up to date; return whether it is, which it is not if another program is at it or it was stopped.

        `share` is the share of the time that the work may take, so that other threads have the rest. Raises ReaderError when
        the index cannot be written or the library cannot be read.
        """
        path = self.path
        with self._writing, self._builder_lock(path) as is_held:
            if not is_held:
                return False
            if not self._has_tidied:
                self._has_tidied = True
                _remove_strays(path)
            try:
                return self._build(path, report, is_stopped, share)
            except _INDEX_ERRORS as error:
                if not _remove_damage(path, error):
                    raise _index_error(path, error) from error
            try:
                return self._build(path, report, is_stopped, share)
            except _INDEX_ERRORS as error:
                raise _index_error(path, error) from error

    def _build(self, path: Path, report: BuildListener | None, is_stopped: Callable[[], bool], share: float) -> bool:
        database = self._open(path)
        try:
            builder = _Builder(self._library, self._scale, database, self._articles, report, is_stopped, share)
            return self._run_builder(builder)
        finally:
            database.close()

    def _run_builder(self, builder: _Builder) -> bool:
        version = self._version(builder.contents)
        if builder.database.version == version:
            self._last = version, builder.contents
            return builder.write_unread()
        last = self._last
        can_follow = last is not None and builder.database.version == last[0] and builder.contents.has_same_records(last[1])
        sources_state = builder.contents.sources_state()
        if not builder.write_articles(only_changed=can_follow):
            return False
        if not (can_follow and sources_state == self._sources_state) and not builder.write_sources():
            return False
        builder.finish(version)
        self._last, self._sources_state = (version, builder.contents), sources_state
        return True

    def _version(self, contents: LibraryContents) -> str:
        return digest_state(contents.version(), self._scale)

    @contextlib.contextmanager
    def _builder_lock(self, path: Path) -> Generator[bool]:
        try:
            make_folder(path.parent)
            lock = Lock(path.with_suffix(".lock"))
            with lock.hold(0) as is_held:
                yield is_held
        except OSError as error:
            raise _index_error(path, error) from error

    # ------------------------------------------------------------------ searching

    def interrupt(self) -> None:
        """Stop the search that runs on another thread, if there is one."""
        reader = self._reader
        if reader is not None:
            with contextlib.suppress(sqlite3.Error):
                reader.interrupt()

    def search(self, text: str, kind: str = "", groups: int = 20, hits: int = 3) -> SearchResults:
        """Search, and return the best `groups` with at most `hits` of each; `kind` limits them to one of DOCUMENT_KINDS.

        A query with a problem finds nothing. Raises SearchInterrupted, and ReaderError when the index cannot be read.
        """
        start = time.perf_counter()
        query = parse_search(text, self._scale)
        plan = plan_search(query)

        def run(database: Database) -> SearchResults:
            state = self._state(database)
            if plan.is_empty or query.problem is not None:
                return SearchResults(query, state=state)
            matches = database.match(plan, kind, hits)
            chosen = {
                owner: count
                for owner, own in matches.items()
                if (count := own.kinds.get(kind, 0) if kind else sum(own.kinds.values()))
            }
            best = sorted(chosen, key=lambda n: (matches[n].score, -chosen[n], n))[:groups]
            owners = {owner.number: owner for owner in database.owners(best)}
            documents = database.documents([id_ for n in best for id_ in matches[n].ids])
            by_owner: dict[int, list[Hit]] = {}
            for document in documents:
                by_owner.setdefault(document.owner, []).append(_hit(document, plan.words))
            hit_groups = [HitGroup(owners[n], tuple(by_owner.get(n, ())), chosen[n]) for n in best if n in owners]
            total: dict[str, int] = {}
            for own in matches.values():
                for name, count in own.kinds.items():
                    total[name] = total.get(name, 0) + count
            milliseconds = (time.perf_counter() - start) * 1000
            return SearchResults(query, tuple(hit_groups), total, sum(chosen.values()), len(chosen), milliseconds, state)

        return self._read(run)

    def more_hits(self, text: str, owner: int, kind: str = "", hits: int = 200) -> tuple[Hit, ...]:
        """Return the first `hits` of a query in one article or source. Raises as `search`."""
        plan = plan_search(parse_search(text, self._scale))
        return self._read(
            lambda database: tuple(_hit(document, plan.words) for document in database.find(plan, owner, kind, hits))
        )

    def find_open_claims(self, text: str, kind: str = "", first: int = -1) -> Destination | None:
        """Return the review of the claims found in one article that have open pairs, None if there are none.

        The article is the one with the number `first` if it has some, else the best. Raises as `search`.
        """
        plan = plan_search(parse_search(text, self._scale))

        def run(database: Database) -> Destination | None:
            matches = database.match(plan, kind, 0)
            best = sorted(matches, key=lambda n: (n != first, matches[n].score, n))[:_MOST_OWNERS]
            for owner in sorted(database.owners(best), key=lambda owner: best.index(owner.number)):
                hits = database.find(plan, owner.number, kind, _MOST_HITS) if owner.kind == ARTICLE_OWNER else ()
                items = {hit.item for hit in hits if hit.kind in (CLAIM, EVIDENCE, NOTE)}
                claims = frozenset(one.item for one in database.claims_of(owner.number) if one.item in items and _is_open(one))
                if claims:
                    return Destination(owner.id, claims=claims)
            return None

        return self._read(run)

    def detail(self, text: str, owner: Owner, document: StoredDocument) -> HitDetail:
        """Return what the card of a hit shows, and where it leads. Raises as `search`."""
        words = plan_search(parse_search(text, self._scale)).words

        def run(database: Database) -> HitDetail:
            if owner.kind == SOURCE_OWNER:
                place = database.attachment_of(owner.id)
                article, reference = place or ("", "")
                span = Span(document.start, document.end)
                destination = Destination(article, "", span, reference, words) if place is not None else None
                return HitDetail(None, (), document, destination, words)
            if owner.kind != ARTICLE_OWNER:
                return HitDetail(words=words)
            is_annotation = document.kind in (CLAIM, EVIDENCE, NOTE)
            parts = tuple(database.documents_of(owner.number, document.item)) if is_annotation else ()
            claim = next((part for part in parts if part.kind == CLAIM), None)
            start = max(0, (claim or document).start)
            paragraph = database.context(owner.number, start) if document.start >= 0 else None
            span = Span(document.start, document.end) if document.start >= 0 else None
            destination = Destination(owner.id, document.item if is_annotation else "", span, "", words)
            return HitDetail(claim, tuple(part for part in parts if part is not claim), paragraph, destination, words)

        return self._read(run)

    def state(self) -> IndexState:
        """Return how far the index is. Raises as `search`."""
        return self._read(self._state)

    def _state(self, database: Database) -> IndexState:
        contents = self._library.contents()
        version = self._version(contents)
        is_complete = database.version == version
        unread = len(database.unread_owners())
        if is_complete and self._complete is not None and self._complete[0] == version:
            return self._complete[1]._replace(unread=unread)
        indexed = articles = len(contents.article_ids())
        if not is_complete:
            indexed = sum(owner.kind == ARTICLE_OWNER for owner in database.owners())
        state = IndexState(min(indexed, articles), articles, is_complete, not database.has_full_text, unread)
        self._complete = (version, state) if is_complete else None
        return state

    def _read(self, work: Callable[[Database], T]) -> T:
        """Return what a function reads from the index. A damaged one is removed first, for the next update to make it anew."""
        path = self.path
        with self._reading:
            try:
                return work(self._connect(path))
            except _INDEX_ERRORS as error:
                if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                    raise SearchInterrupted from error
                self._close_reader()
                if not _remove_damage(path, error):
                    raise _index_error(path, error) from error
            try:
                return work(self._connect(path))
            except _INDEX_ERRORS as error:
                raise _index_error(path, error) from error

    def _connect(self, path: Path) -> Database:
        if self._reader is None or _file_number(path) != self._reader_file:
            self._close_reader()
            self._reader, self._reader_file = self._open(path), _file_number(path)
        return self._reader


def _is_open(document: StoredDocument) -> bool:
    """Whether an annotation is a claim with pairs that are not settled."""
    summary = ClaimSummary.from_json(document.about)
    return summary.kind == CLAIM and any(not pair.is_settled for pair in summary.pairs)


def _hit(document: StoredDocument, words: tuple[SearchWord, ...]) -> Hit:
    return Hit(document, *take_excerpt(document.text, words, _EXCERPT_LENGTH))


def _file_number(path: Path) -> tuple[Path, int] | None:
    """Return what tells a file from one that took its name later, None if there is none."""
    with contextlib.suppress(OSError):
        return path, path.stat().st_ino
    return None


def _remove_damage(path: Path, error: Exception) -> bool:
    """Remove an index if an error says that it is damaged; return whether it is gone."""
    try:
        if is_damage(error):
            remove_database(path)
            return True
    except OSError:
        return False
    return False


def _remove_strays(own: Path) -> None:
    """Remove the indexes of libraries whose folder is gone: what was deleted or moved away must not stay readable here."""
    for path in own.parent.glob(f"*{own.suffix}"):
        if path == own:
            continue
        folder = indexed_library(path)
        with contextlib.suppress(OSError):
            if folder is not None and not folder.exists():
                lock = path.with_suffix(".lock")
                with Lock(lock).hold(0) as is_held:
                    if is_held:
                        remove_database(path)
                        lock.unlink(missing_ok=True)


def _index_error(path: Path, error: Exception) -> ReaderError:
    reason = getattr(error, "strerror", None) or error
    return ReaderError(f"The search index {path} cannot be used: {reason}", "It can be removed; it is made again")


class _Builder:
    """Write what differs from the library into its index."""

    def __init__(
        self,
        library: Library,
        scale: Scale,
        database: Database,
        articles: OrderedDict[str, Article],
        report: BuildListener | None,
        is_stopped: Callable[[], bool],
        share: float,
    ) -> None:
        self.contents = library.contents()
        self.database = database
        self._library = library
        self._scale = scale
        self._articles = articles
        self._report = report
        self._is_stopped = is_stopped
        self._share = share

    def write_articles(self, *, only_changed: bool) -> bool:
        """Remove what is gone, then write what is new or changed; return whether nobody stopped that."""
        owners = {owner.id: owner for owner in self.database.owners() if owner.kind == ARTICLE_OWNER}
        ids = self.contents.article_ids()
        self._remove([owner.number for key, owner in owners.items() if key not in ids])
        unread = {key for key, owner in owners.items() if not owner.state}
        states = self._article_states(self.contents.changed_articles() | unread if only_changed else None)
        return self._run(
            [key for key, state in states.items() if key not in owners or owners[key].state != state],
            lambda key: self._write_article(key, states[key]),
        )

    def write_sources(self) -> bool:
        """Do the same for sources and the codebook."""
        owners = {owner.id: owner for owner in self.database.owners() if owner.kind == SOURCE_OWNER}
        sources = {key: source for key, source in self.contents.sources().items() if source.text is not None}
        self._remove([owner.number for key, owner in owners.items() if key not in sources])
        states = {key: _source_state(source) for key, source in sources.items()}
        tags = self.contents.tags()
        self.database.write_owner(CODEBOOK_OWNER, CODEBOOK_OWNER, CODEBOOK_TITLE, "", tag_documents(tags))
        return self._run(
            [key for key, state in states.items() if key not in owners or owners[key].state != state],
            lambda key: self._write_source(sources[key], states[key]),
        )

    def write_unread(self) -> bool:
        """Write the articles and sources whose text was missing and is here now; return whether nobody stopped that."""
        unread = {owner.id: owner.kind for owner in self.database.unread_owners()}
        sources = self.contents.sources() if SOURCE_OWNER in unread.values() else {}
        states: dict[str, str] = {}
        for key, kind in unread.items():
            if kind == SOURCE_OWNER and key in sources and self._source_words(sources[key]) is not None:
                states[key] = _source_state(sources[key])
            elif kind == ARTICLE_OWNER and (one := self.contents.article(key)) and self._document(one.entry) is not None:
                states |= self._article_states((key,))

        def write(key: str) -> None:
            if unread[key] == SOURCE_OWNER:
                self._write_source(sources[key], states[key])
            else:
                self._write_article(key, states[key])

        return self._run(list(states), write)

    def finish(self, version: str) -> None:
        """Note the version of the library that is complete now."""
        # In this order: an index that names the version is complete, and what was removed must be gone from it.
        self.database.seal()
        self.database.set_fact("version", version)

    def _article_states(self, article_ids: Iterable[str] | None) -> dict[str, str]:
        states = self.contents.article_states(article_ids)
        return {key: digest_state(state, self._scale) for key, state in states.items()}

    def _source_words(self, source: Source) -> str | None:
        """Return the text of a source, "" if it has none, None if that is missing."""
        text = source.text
        return "" if text is None or text.extent == EMPTY else self.contents.text(text.digest)

    def _remove(self, numbers: list[int]) -> None:
        for number in numbers:
            self.database.remove_owner(number)
        if numbers:
            self.database.seal()

    def _run(self, keys: list[str], write: Callable[[str], None]) -> bool:
        """Write owners, those of a moment in one transaction; return whether nobody stopped that."""
        done = 0
        while done < len(keys):
            deadline = time.perf_counter() + _BATCH_SECONDS
            with self.database.transaction():
                while done < len(keys) and time.perf_counter() < deadline:
                    if self._is_stopped():
                        return False
                    if self._report is not None:
                        self._report(done, len(keys))
                    start = time.perf_counter()
                    write(keys[done])
                    done += 1
                    if self._share < 1:
                        time.sleep((time.perf_counter() - start) * (1 / self._share - 1))
        if self._report is not None and keys:
            self._report(len(keys), len(keys))
        return True

    def _write_article(self, article_id: str, state: str) -> None:
        reviewed = self.contents.article(article_id)
        if reviewed is None:
            return
        document = self._document(reviewed.entry)
        article = None if document is None else self._parse(reviewed.entry, document)
        attachments = {attachment.reference: attachment.source for attachment in reviewed.attachments}
        documents = article_documents(reviewed, article, self._scale)
        title = reviewed.entry.name or reviewed.entry.title
        state = "" if document is None else state
        self.database.write_owner(ARTICLE_OWNER, article_id, title, state, documents, attachments)

    def _write_source(self, source: Source, state: str) -> None:
        text = source.text
        words = self._source_words(source)
        documents = source_documents(text, words or "") if text is not None else ()
        self.database.write_owner(SOURCE_OWNER, source.id, source_title(source), "" if words is None else state, documents)

    def _document(self, entry: ArticleEntry) -> bytes | None:
        """Return the document of an article as the library keeps it, None if it is missing: a sync tool may bring it later."""
        try:
            return self._library.document(entry)
        except ReaderError:
            return None

    def _parse(self, entry: ArticleEntry, document: bytes) -> Article | None:
        """Return an article of a document, None if it cannot be read."""
        key = f"{entry.original}{entry.digest}"
        article = self._articles.pop(key, None)
        if article is None:
            try:
                article = open_document(document, entry.source)
            except ReaderError:
                return None
        if len(article.text) <= _KEPT_LENGTH:
            self._articles[key] = article
        while len(self._articles) > _KEPT_ARTICLES:
            self._articles.popitem(last=False)
        return article


def _source_state(source: Source) -> str:
    return digest_state(source.current, source_title(source))
