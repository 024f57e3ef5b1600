"""One reading screen's link to the library: open, save, follow other windows."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from reader.article.article import Article
from reader.article.audit.audit import Audit
from reader.article.audit.finding import Finding
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.review.cells import is_same_record, to_cells
from reader.review.filter import CHECK_FILTER, parse_filter
from reader.review.index import AuditInput, audit_input
from reader.review.manual_noise import ASIDE_KIND, BODY_KIND
from reader.review.model import CLAIM, LATER, NOT_CLAIM, Annotation, Attachment, Change, Dismissal, Edit, Source, Tag
from reader.review.reading_position import ReadingPosition, SeenRanges
from reader.review.records import item_to_record
from reader.review.session import ReviewSession
from reader.tui.noise import follow_noise
from reader.tui.panes.bars import SaveStatus
from reader.tui.reading.state import TABS

if TYPE_CHECKING:
    from reader.library.articles import ArticleEntry, Edition
    from reader.library.library import Library
    from reader.tui.editions import EditionComparison
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.reading.state import ReadingState


# ------------------------------------------------------------------ what became of the annotations is told, and the text as it


def report_text_change(screen: ReadingScreen) -> None:
    """Say in one line how many annotations of another text kept their place, and which key leads to the others."""
    counted = screen.state.open_session.index.placement_counts()
    if counted is None:
        return
    session = screen.state.open_session
    stale = sum(
        session.index.is_stale(claim) and not session.index.placement(claim).check_reason for claim in session.index.claims()
    )
    verdicts = f", {stale} verdict{'s' * (stale > 1)} stale" if stale else ""
    leads = f" · {screen.key('to-check')} checks" if counted.uncertain or counted.orphans or stale else ""
    screen.say(f"the text changed: {counted.summary}{verdicts}{leads}", "fault" if leads else "text")


def moves_annotations(change: Change) -> bool:
    """Whether a change says of an annotation where it stands in a changed text."""
    both = ((edit.before, edit.after) for edit in change.edits)
    return any(isinstance(a, Annotation) and isinstance(b, Annotation) and a.places != b.places for a, b in both)


def show_edition(screen: ReadingScreen, read: EditionComparison | ReaderError) -> None:
    """Show the text as it was over the screen, which then goes to the sentence that was left there; or say why it cannot be."""
    if isinstance(read, ReaderError):
        screen.show_message(str(read), "bad")
        return
    from reader.tui.dialogs.edition import EditionScreen

    def back(sentence: Span | None) -> None:
        if sentence is not None:
            screen.go(sentence)
        screen.show()

    screen.message = ("", "text")
    screen.services.push_screen(EditionScreen(read, screen.state.sentence), back)


# ------------------------------------------------------------------ at once, and without getting in the way

REPAINT_LIMIT = 100
"""From so many places on, the whole text is painted anew rather than each by itself."""

EditWords = tuple[str, str]
"""What was done, said of one and said of several."""

_MARK_WORDS: dict[str, EditWords] = {
    CLAIM: ("1 claim marked", "{} claims marked"),
    NOT_CLAIM: ("1 sentence set aside as no claim", "{} sentences set aside as no claim"),
    LATER: ("1 sentence kept for later", "{} sentences kept for later"),
    ASIDE_KIND: ("1 passage set aside as noise", "{} passages set aside as noise"),
    BODY_KIND: ("1 passage taken back from the noise", "{} passages taken back from the noise"),
}
_REMOVE_WORDS: EditWords = ("1 claim removed", "{} claims removed")
_UNMARK_WORDS: EditWords = ("1 mark removed", "{} marks removed")
_NOTE_WORDS: EditWords = ("1 note written", "{} notes written")
_VERDICT_WORDS: EditWords = ("1 claim judged", "{} claims judged")
_TAG_WORDS: EditWords = ("1 claim tagged", "{} claims tagged")
_CHANGE_WORDS: EditWords = ("1 claim changed", "{} claims changed")
_BOOKMARK_WORDS: EditWords = ("1 bookmark set", "{} bookmarks set")
_SOURCE_WORDS: EditWords = ("1 source changed", "{} sources changed")
_DISMISSAL_WORDS: EditWords = ("1 finding dismissed or brought back", "{} findings dismissed or brought back")
_CODEBOOK_WORDS: EditWords = ("1 tag changed", "{} tags changed")


def edit_words(edit: Edit) -> EditWords:
    """Return what an edit did, in plain words."""
    before, after = edit.before, edit.after
    if isinstance(edit.item, Tag):
        return _CODEBOOK_WORDS
    if isinstance(edit.item, Source | Attachment):
        return _SOURCE_WORDS
    if isinstance(edit.item, Dismissal):
        return _DISMISSAL_WORDS
    if not isinstance(edit.item, Annotation):
        return _BOOKMARK_WORDS
    if isinstance(after, Annotation) and isinstance(before, Annotation):
        if before.judgements != after.judgements:
            return _VERDICT_WORDS
        return _NOTE_WORDS if before.note != after.note else _TAG_WORDS if before.tags != after.tags else _CHANGE_WORDS
    if after is None:
        return _REMOVE_WORDS if edit.item.kind == CLAIM else _UNMARK_WORDS
    return _MARK_WORDS.get(edit.item.kind, _MARK_WORDS[CLAIM])


def remote_summary(done: Counter[EditWords]) -> str:
    """Return what was done elsewhere in one line; of tags only when nothing else was: they come with what is tagged."""
    shown = [(words, n) for words, n in done.items() if words != _CODEBOOK_WORDS or len(done) == 1]
    return "another window: " + ", ".join(one if n == 1 else many.format(n) for (one, many), n in shown)


class Receiver:
    """Takes in what others did for one reading screen.

    Nothing that the person is in the middle of moves: an annotation whose note is being written or whose bounds are being moved
    stays as it is until that is done; only then it is told what others made of it, and the library keeps both.
    """

    def __init__(self, screen: ReadingScreen) -> None:
        self._screen = screen
        self._opening = True
        self._early: list[tuple[str, tuple[Edit, ...]]] = []
        self._writing = ""
        self._kept_back: list[Edit] = []
        self._done: Counter[EditWords] = Counter()
        self._said = ""

    # ------------------------------------------------------------------ while the review opens

    def wait(self) -> None:
        """Keep what comes until the review is open: it may be older than what comes."""
        self._opening = True

    def begin(self) -> None:
        """Take in what came while the review was opening, and all that comes from now on."""
        early, self._early, self._opening = self._early, [], False
        for article_id, edits in early:
            self.heard(article_id, edits)

    # ------------------------------------------------------------------ while the person is at something

    def write_on(self, annotation: Annotation | None) -> None:
        """Leave an annotation alone while its note is being written, until this is called with None."""
        self._writing = annotation.id if annotation is not None else ""
        self.go_on()

    def go_on(self) -> None:
        """Take in what was kept back, as far as the person is no longer at it."""
        if self._kept_back:
            edits, self._kept_back = self._kept_back, []
            self._take(edits)

    def _at_work_on(self) -> tuple[str, ...]:
        picking = self._screen.range_selection
        return (self._writing, picking.annotation.id if picking is not None and picking.annotation is not None else "")

    # ------------------------------------------------------------------ taking in

    def heard(self, article_id: str, edits: tuple[Edit, ...]) -> None:
        """Take in what others changed, if it is of this article."""
        session = self._screen.state.session
        if self._opening:
            self._early.append((article_id, edits))
        elif session is not None and article_id in ("", session.article_id):
            kept_back, self._kept_back = self._kept_back, []
            self._take((*kept_back, *edits))

    def _take(self, edits: Iterable[Edit]) -> None:
        screen, desk = self._screen, self._screen.state
        session, busy, now = desk.open_session, self._at_work_on(), list[Edit]()
        for edit in edits:
            waits = isinstance(edit.item, Annotation) and edit.item.id in busy
            (self._kept_back if waits else now).append(edit)
        in_hand, entry, pair = desk.annotation, self.entry(), desk.current_reference()
        places = list(_edit_places(session, now))
        change = session.receive(edit for edit in now if not _is_changed_here(session, edit))
        if not change.edits:
            return
        desk.follow(change)
        _keep_current(desk, in_hand, pair)
        screen.link.audit(change)
        follow_noise(screen)
        places.extend(_edit_places(session, change.edits))
        if len(places) > REPAINT_LIMIT:
            screen.view.repaint_all()
        screen.view.repaint(*places[:REPAINT_LIMIT])
        screen.repaint_annotations(in_hand, desk.annotation)
        self._tell(change)
        self.stay_on(entry)
        screen.show()

    def entry(self) -> str:
        """Return the key of the entry that the list is on, "" when the list has not got the keys."""
        screen = self._screen
        keys = _list_keys(screen.state) if screen.focused is screen.list else ()
        return keys[screen.list.index] if screen.list.index < len(keys) else ""

    def stay_on(self, entry: str) -> None:
        """Keep the list on its entry, and that in view."""
        keys = _list_keys(self._screen.state) if entry else ()
        if entry in keys:
            self._screen.list.index = keys.index(entry)
            self._screen.call_later(self._screen.list.bring_into_view, keys.index(entry))

    def _tell(self, change: Change) -> None:
        """Say what was done elsewhere, unless the person is being told something else."""
        screen = self._screen
        if screen.message[0] not in ("", self._said) or screen.pending_keys:
            return
        done = Counter(map(edit_words, change.edits))
        self._done = self._done + done if screen.message[0] else done
        self._said = remote_summary(self._done)
        screen.say(self._said, "hint")


def _list_keys(desk: ReadingState) -> Sequence[str]:
    """Return what tells the entries of the list of claims or of findings apart, in their order; nothing for other lists."""
    if desk.tab == "claims":
        return [annotation.id for annotation in desk.filtered_annotations()]
    return [finding.key for finding in desk.findings] if desk.tab == "audit" else ()


def _keep_current(desk: ReadingState, annotation: Annotation | None, pair: str) -> None:
    """Keep annotation and pair in hand as they were: the next digit is for what the person saw."""
    if desk.active_queue is not None:
        desk.active_queue.hold_current()
    elif annotation is not None:
        desk.select(annotation)
        desk.selected_reference = pair


def _edit_places(session: ReviewSession, edits: Iterable[Edit]) -> Iterable[Span]:
    """Yield where the annotations of edits stand now."""
    for edit in edits:
        place = session.index.place(edit.item) if isinstance(edit.item, Annotation) else None
        if place is not None:
            yield place


def _is_changed_here(session: ReviewSession, edit: Edit) -> bool:
    """Whether an annotation that was removed elsewhere was worked on here meanwhile: the library then keeps it."""
    if edit.after is not None or not isinstance(edit.before, Annotation):
        return False
    current = session.index.get(edit.before.id)
    return current is not None and not is_same_record(to_cells(item_to_record(current)), to_cells(item_to_record(edit.before)))


# ------------------------------------------------------------------ opening the library, saving, remembering the place.

AUDIT_DELAY = 0.3
"""Seconds without a change of the claims before the audit looks again: no key waits for it."""
POSITION_DELAY = 1.5
"""Seconds that the cursor rests before the place is saved."""


class LibraryOpened(Message):
    """The library is open, with this review of the article."""

    def __init__(self, session: ReviewSession, entry: ArticleEntry) -> None:
        super().__init__()
        self.session = session
        self.entry = entry


class AuditFinished(Message):
    """The article was gone through: its sentences are known, and what does not fit in it."""

    def __init__(self, article: Article, found: tuple[Finding, ...]) -> None:
        super().__init__()
        self.article = article
        self.findings = found


class LibraryFailed(Message):
    """The library cannot be opened."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class EditionLoaded(Message):
    """Another edition was read, or why it could not be."""

    def __init__(self, read: EditionComparison | ReaderError) -> None:
        super().__init__()
        self.comparison = read


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
        import_module("reader.tui.reading.commands")

        screen, article, asked = self._screen, self._screen.article, AuditInput()
        try:
            library = screen.services.open_library()
            session, entry = library.session(article, screen.services.settings.creator, screen.state.scale)
        except ReaderError as error:
            screen.post_message(LibraryFailed(error))
        else:
            session.load_past()
            self._library, self._article_id, self._editions = library, entry.id, entry.editions
            article, asked = session.index.article, audit_input(session.index)
            screen.post_message(LibraryOpened(session, entry))
        self._count(article, asked)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The texts that the article was opened with, the oldest first."""
        return self._editions

    def read_edition(self, edition: Edition) -> None:
        """Read another edition in a thread; the screen is told by a message."""
        library, session, source = self._library, self._screen.state.session, self._screen.article.source
        if library is None or session is None:
            return
        number, total, now = self._editions.index(edition) + 1, len(self._editions), session.index.article

        def read() -> None:
            from reader.tui.editions import compare_editions

            try:
                found = compare_editions(library, edition, number, total, now, source)
            except ReaderError as error:
                found = error
            self._screen.post_message(EditionLoaded(found))

        self._screen.run_worker(read, thread=True, group="edition", exclusive=True)

    def count(self, article: Article) -> None:
        """Go through the article in a thread, again: something else of it is set aside."""
        self._screen.run_worker(partial(self._count, article, self._asked()), thread=True, group="count")

    def audit(self, change: Change) -> None:
        """Look again for what does not fit, once the keys rest, if a change touched which sentences are claims."""
        if self._audit is None or not any(map(_moves_claims, change.edits)):
            return
        if self._to_audit is None:
            self._to_audit = self._screen.set_timer(AUDIT_DELAY, self._look_again)
        else:
            self._to_audit.reset()

    def _look_again(self) -> None:
        self._to_audit = None
        if self._audit is None:
            return
        audit, article, asked = self._audit, self._screen.article, self._asked()

        def look() -> None:
            self._screen.post_message(AuditFinished(article, audit.findings(*asked)))

        self._screen.run_worker(look, thread=True, group="audit", exclusive=True)

    def _asked(self) -> AuditInput:
        session = self._screen.state.session
        return audit_input(session.index) if session is not None else AuditInput()

    def _count(self, article: Article, asked: AuditInput) -> None:
        article.sentences.all()
        audit = self._audit = Audit(article)
        self._screen.post_message(AuditFinished(article, audit.findings(*asked)))

    def save(self, change: Change) -> None:
        """Queue a change for the writer."""
        if self._library is not None:
            self._screen.services.library.save(self._article_id, change)
            self._screen.services.set_save_status(SaveStatus("saving"))
            self.remember()

    def remember(self) -> None:
        """Save the place once the cursor has rested for a while."""
        if self._library is None:
            return
        if self._timer is None:
            self._timer = self._screen.set_timer(POSITION_DELAY, self.remember_now)
        else:
            self._timer.reset()

    def remember_now(self) -> None:
        """Save the place."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        session = self._screen.state.session
        if self._library is None or session is None:
            return
        from reader.library.articles import ArticleProgress

        desk, screen = self._screen.state, self._screen
        cursor = desk.sentence.start if desk.sentence else -1
        # What to check is told when the article is opened; the filter for it is not yet set then.
        typed = "" if desk.filter.text == CHECK_FILTER else desk.filter.text
        place = ReadingPosition(cursor, screen.view.top, desk.tab, typed, desk.seen.spans())
        if desk.queue is not None:
            place = replace(place, pair=desk.queue.current, skipped_pairs=tuple(desk.queue.skipped))
        tally = session.index.tally
        progress = ArticleProgress(max(0, screen.sentence_count), screen.seen_count, tally.claims, tally.open_pairs)
        self._library.save_position(self._article_id, place, progress)

    def restore(self, entry: ArticleEntry) -> None:
        """Put the screen where it was left, unless the person already went somewhere."""
        desk, view = self._screen.state, self._screen.view
        place = entry.position
        untouched = not desk.seen.spans()
        desk.seen = SeenRanges((*place.seen_ranges, *desk.seen.spans()))
        desk.tab = place.tab if place.tab in TABS else TABS[0]
        desk.set_filter(parse_filter(place.filter, desk.scale))
        if desk.queue is None:
            from reader.tui.reading.queue import ReviewQueue

            desk.queue = ReviewQueue(place.pair, place.skipped_pairs)
        elif desk.queue.active:
            desk.queue.start(desk.open_session)
        if not untouched:
            return
        sentence = self._screen.article.sentences.at(max(0, place.cursor))
        if sentence is not None:
            if place.cursor >= 0:
                view.restore_scroll(place.top)
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
