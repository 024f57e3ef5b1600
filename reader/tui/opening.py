"""What goes on beside the screen: opening the library, saving, remembering the place. Threads post messages, nothing else."""

from __future__ import annotations

import gc
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from reader.article.audit import Audit
from reader.article.finding import Finding
from reader.article.model import Article, Span
from reader.errors import ReaderError
from reader.review.audited import Asked, asked_of
from reader.review.changes import Change, Edit
from reader.review.filtering import TO_CHECK, parse_filter
from reader.review.model import Annotation
from reader.review.place import ReadingPlace, Seen
from reader.review.session import ReviewSession
from reader.tui.desk import TABS
from reader.tui.panes.bars import Saved

if TYPE_CHECKING:
    from reader.library.entries import ArticleEntry, Edition
    from reader.library.library import Library
    from reader.tui.editions import Other
    from reader.tui.screens.reading import ReadingScreen

REST = 0.3
"""Seconds without a change of the claims before the audit looks again: no key waits for it."""
SETTLE = 1.5
"""Seconds that the cursor rests before the place is saved."""


class Opened(Message):
    """The library is open, with this review of the article."""

    def __init__(self, session: ReviewSession, entry: ArticleEntry) -> None:
        super().__init__()
        self.session = session
        self.entry = entry


class Counted(Message):
    """The article was gone through: its sentences are known, and what does not fit in it."""

    def __init__(self, article: Article, found: tuple[Finding, ...]) -> None:
        super().__init__()
        self.article = article
        self.findings = found


class Failed(Message):
    """The library cannot be opened."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class EditionRead(Message):
    """Another edition was read, or why it could not be."""

    def __init__(self, read: Other | ReaderError) -> None:
        super().__init__()
        self.read = read


class Keeper:
    """Keeps the review of one reading screen: opens it, saves each change, remembers the place when the cursor rests."""

    def __init__(self, screen: ReadingScreen) -> None:
        self._screen = screen
        self._library: Library | None = None
        self._article_id = ""
        self._editions: tuple[Edition, ...] = ()
        self._timer: Timer | None = None
        self._audit: Audit | None = None
        self._to_audit: Timer | None = None

    def open(self) -> None:
        """Open the library in a thread and go through the article there; the screen is told by messages."""
        gc.freeze()
        gc.enable()
        self._screen.receiver.wait()
        self._screen.run_worker(self._open, thread=True, group="open")

    def _open(self) -> None:
        # Here, so that neither the first frame nor the first key waits for it.
        import_module("reader.tui.commands")

        screen, article, asked = self._screen, self._screen.article, Asked()
        try:
            library = screen.reader.open_library()
            session, entry = library.session(article, screen.reader.settings.creator, screen.desk.scale)
        except ReaderError as error:
            screen.post_message(Failed(error))
        else:
            session.look_back()
            self._library, self._article_id, self._editions = library, entry.id, entry.editions
            article, asked = session.article, asked_of(session)
            screen.post_message(Opened(session, entry))
        self._count(article, asked)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The texts that the article was opened with, the oldest first."""
        return self._editions

    def read_edition(self, edition: Edition) -> None:
        """Read another edition in a thread; the screen is told by a message."""
        library, session, source = self._library, self._screen.desk.session, self._screen.article.source
        if library is None or session is None:
            return
        number, total, now = self._editions.index(edition) + 1, len(self._editions), session.article

        def read() -> None:
            from reader.tui.editions import other_of

            try:
                found = other_of(library, edition, number, total, now, source)
            except ReaderError as error:
                found = error
            self._screen.post_message(EditionRead(found))

        self._screen.run_worker(read, thread=True, group="edition", exclusive=True)

    def count(self, article: Article) -> None:
        """Go through the article in a thread, again: something else of it is set aside."""
        self._screen.run_worker(partial(self._count, article, self._asked()), thread=True, group="count")

    def audit(self, change: Change) -> None:
        """Look again for what does not fit, once the keys rest, if a change touched which sentences are claims."""
        if self._audit is None or not any(map(_moves_claims, change.edits)):
            return
        if self._to_audit is None:
            self._to_audit = self._screen.set_timer(REST, self._look_again)
        else:
            self._to_audit.reset()

    def _look_again(self) -> None:
        self._to_audit = None
        if self._audit is None:
            return
        audit, article, asked = self._audit, self._screen.article, self._asked()

        def look() -> None:
            self._screen.post_message(Counted(article, audit.findings(*asked)))

        self._screen.run_worker(look, thread=True, group="audit", exclusive=True)

    def _asked(self) -> Asked:
        session = self._screen.desk.session
        return asked_of(session) if session is not None else Asked()

    def _count(self, article: Article, asked: Asked) -> None:
        article.sentences.all()
        audit = self._audit = Audit(article)
        self._screen.post_message(Counted(article, audit.findings(*asked)))

    def save(self, change: Change) -> None:
        """Queue a change for the writer."""
        if self._library is not None:
            self._screen.reader.library.save(self._article_id, change)
            self._screen.reader.set_saved(Saved("saving"))
            self.remember()

    def remember(self) -> None:
        """Save the place once the cursor has rested for a while."""
        if self._library is None:
            return
        if self._timer is None:
            self._timer = self._screen.set_timer(SETTLE, self.remember_now)
        else:
            self._timer.reset()

    def remember_now(self) -> None:
        """Save the place."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        session = self._screen.desk.session
        if self._library is None or session is None:
            return
        from reader.library.entries import Progress

        desk, screen = self._screen.desk, self._screen
        cursor = desk.sentence.start if desk.sentence else -1
        # What to check is told when the article is opened; the filter for it is not yet set then.
        typed = "" if desk.filter.typed == TO_CHECK else desk.filter.typed
        place = ReadingPlace(cursor, screen.view.top, desk.tab, typed, desk.seen.spans())
        if desk.queue is not None:
            place = replace(place, pair=desk.queue.current, skipped=tuple(desk.queue.skipped))
        tally = session.tally
        progress = Progress(max(0, screen.sentences), screen.seen_count, tally.claims, tally.open_pairs)
        self._library.save_place(self._article_id, place, progress)

    def restore(self, entry: ArticleEntry) -> None:
        """Put the screen where it was left, unless the person already went somewhere."""
        desk, view = self._screen.desk, self._screen.view
        place = entry.place
        untouched = not desk.seen.spans()
        desk.seen = Seen((*place.seen, *desk.seen.spans()))
        desk.tab = place.tab if place.tab in TABS else TABS[0]
        desk.set_filter(parse_filter(place.filter, desk.scale))
        if desk.queue is None:
            from reader.tui.reviewing import Queue

            desk.queue = Queue(place.pair, place.skipped)
        elif desk.queue.active:
            desk.queue.start(desk.opened)
        if not untouched:
            return
        sentence = self._screen.article.sentences.at(max(0, place.cursor))
        if sentence is not None:
            if place.cursor >= 0:
                view.restore(place.top)
            self._screen.go(Span(sentence.start, sentence.end))


def _moves_claims(edit: Edit) -> bool:
    """Whether an edit makes or moves a claim, takes one away, or says what it rests on."""
    before, after = edit.before, edit.after
    if not isinstance(edit.item, Annotation):
        return False
    if not (isinstance(before, Annotation) and isinstance(after, Annotation)):
        return True
    moved = before.selector != after.selector or before.places != after.places
    return moved or before.kind != after.kind or before.links != after.links
