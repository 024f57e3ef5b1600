"""The link of one reading screen to the library: open the review, save its changes, merge those of other windows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from reader.errors import ReaderError
from reader.printable import plural
from reader.review.vocabulary import ASIDE_KIND, BODY_KIND, CLAIM, LATER, NOT_CLAIM
from reader.tui.panes.bars import SaveStatus

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.audit.finding import Finding
    from reader.library.articles import ArticleEntry, Edition
    from reader.library.library import Library
    from reader.review.model import Annotation, Change, Edit, Evidence
    from reader.review.placement import TextOf
    from reader.review.session import ReviewSession
    from reader.review.source_audit.audit import AuditBasis, ReviewAudit
    from reader.tui.editions import EditionComparison
    from reader.tui.reading.host import ReadingHost
    from reader.tui.services import AppServices

AUDIT_DELAY = 0.3
"""Seconds without a change of the claims before they are audited again: no key waits for it."""
COUNT_DELAY = 0.9
"""Seconds after the review was opened before the sentences are counted: the first keys should not wait for it."""
FIRST_AUDIT_DELAY = 1.9
"""Seconds after that before the article is audited first, unless a person looks at the audit."""
_MOST_TO_AUDIT = 200_000
"""The characters of an article up to which it is audited while somebody leaves: a million take half a second."""
POSITION_DELAY = 1.5
"""Seconds for which the cursor rests before its position is saved."""


class LibraryOpened(Message):
    """The library is open, with this review of the article; `change_count` changes were made here before it was read."""

    def __init__(self, session: ReviewSession, entry: ArticleEntry, change_count: int) -> None:
        super().__init__()
        self.session = session
        self.entry = entry
        self.change_count = change_count


class LibraryFailed(Message):
    """The library cannot be opened."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class SentencesFound(Message):
    """All sentences of the article are known."""

    def __init__(self, article: Article) -> None:
        super().__init__()
        self.article = article


class AuditFinished(Message):
    """The article was audited, with these findings."""

    def __init__(self, article: Article, findings: tuple[Finding, ...]) -> None:
        super().__init__()
        self.article = article
        self.findings = findings


class EditionLoaded(Message):
    """Another edition was read, or could not be."""

    def __init__(self, comparison: EditionComparison | ReaderError) -> None:
        super().__init__()
        self.comparison = comparison


class LibraryLink:
    """Connect a reading screen to the library. Messages to the screen report what happened on threads.

    Edits of other windows wait while the review is opening, as it may be older than they are. Edits to an annotation that the
    person is working on (its note is open, or its bounds are being moved) wait until that is done; the library keeps both.
    """

    def __init__(self, host: ReadingHost, preload: Callable[[], object]) -> None:
        """`preload` is called on a thread once the keys rest after the start: it loads what they will need."""
        self.editions: tuple[Edition, ...] = ()
        self.note_id = ""
        self.summary = RemoteSummary()
        self._host = host
        self._parsed: Article | None = None
        self._preload = preload
        self._library: Library | None = None
        self._article_id = ""
        self._is_opening = True
        self._change_count = 0
        self._early_edits: list[tuple[str, tuple[Edit, ...]]] = []
        self._edits: list[Edit] = []
        self._audited: Article | None = None
        self._is_first_audit = True
        self._audit: ReviewAudit | None = None
        self._text_of: TextOf = lambda _: None
        self._audit_run = 0
        self._audit_timer: Timer | None = None
        self._position_timer: Timer | None = None

    # ------------------------------------------------------------------ opening and auditing

    def open(self) -> None:
        """Open the library and the review on a thread."""
        self._is_opening = True
        if self._library is None:
            self._parsed = self._host.article
        self._host.run_worker(partial(self._open, self._host.services), thread=True, group="open")

    def _open(self, services: AppServices) -> None:
        with services.memory.rest():
            self._open_review(services)

    def _open_review(self, services: AppServices) -> None:
        """Open the library and the review; what is audited is the article with the noise and language that a person set.

        A person may have left the screen meanwhile, which then leads to the services no longer.
        """
        host, article = self._host, self._host.article
        self._audited, self._audit, self._is_first_audit = article, None, True
        try:
            library, change_count = services.open_library(), self._change_count
            session, entry = library.session(article, services.settings.creator, host.state.scale)
        except ReaderError as error:
            host.post_message(LibraryFailed(error))
        else:
            session.load_past()
            self._library, self._article_id, self.editions = library, entry.id, entry.editions
            self._audited, self._text_of = session.index.article, session.index.text_of
            host.post_message(LibraryOpened(session, entry, change_count))

    def has_all_changes(self, event: LibraryOpened) -> bool:
        """Whether a review that was opened has all that was changed here: what came while it was read is not in it."""
        return event.change_count == self._change_count

    def _count_sentences(self) -> None:
        """Find all sentences of the article on a thread."""
        article = self._audited

        def count() -> None:
            if article is not None:
                article.sentences.all()
                self._host.post_message(SentencesFound(article))

        self._host.run_worker(count, thread=True, group="count")

    def _audit_of(self, article: Article) -> ReviewAudit:
        """Return the audit of an article, loaded and made when it is first needed."""
        from reader.review.source_audit.audit import ReviewAudit

        audit = self._audit
        if audit is None or audit.article is not article:
            self._audit = audit = ReviewAudit(article, self._text_of)
        return audit

    def audit_article(self, article: Article) -> None:
        """Audit the article again on a thread: its noise or its language changed."""
        review = self._audit_basis()

        def run_audit() -> None:
            self._audited = article
            self._host.post_message(AuditFinished(article, self._audit_of(article).findings(review)))

        self._host.run_worker(run_audit, thread=True, group="count")

    def schedule_audit(self, change: Change) -> None:
        """Audit again once the keys rest, if a change affects claims, what they rest on or the dismissed findings."""
        if any(map(_affects_audit, change.edits)):
            self._audit_later()

    def schedule_health_audit(self, references: frozenset[str]) -> None:
        """Audit the sources again once the keys rest, as more is known about those of some references."""
        self._audit_later()

    def start_audit(self, *, at_once: bool) -> None:
        """Audit article and claims unless that has begun, after a while if nobody looks at the audit."""
        if at_once:
            self._audit_now()
        elif self._is_first_audit:
            self._audit_later()

    def _audit_later(self) -> None:
        if self._audit_timer is None:
            self._audit_timer = self._host.set_timer(
                FIRST_AUDIT_DELAY if self._is_first_audit else AUDIT_DELAY, self._audit_now
            )
        else:
            self._audit_timer.reset()

    def _audit_now(self) -> None:
        if self._audit_timer is not None:
            self._audit_timer.stop()
            self._audit_timer = None
        article, review = self._audited, self._audit_basis()
        if article is None:
            return
        self._is_first_audit = False
        self._audit_run += 1
        run = self._audit_run

        def run_audit() -> None:
            findings = self._audit_of(article).findings(review)
            if run == self._audit_run:  # one that reads many sources may end after the next, which reads none
                self._host.post_message(AuditFinished(article, findings))
            self._preload()
            self._keep_parsed()

        self._host.run_worker(run_audit, thread=True, group="audit", exclusive=True)

    def _keep_parsed(self) -> None:
        """Put the article as it was parsed into the cache, for the next start."""
        from reader.formats.article_cache import keep_article

        parsed, self._parsed = self._parsed, None
        if parsed is not None:
            keep_article(parsed)

    def _audit_basis(self) -> AuditBasis:
        from reader.review.source_audit.audit import AuditBasis, audit_basis

        session = self._host.state.session
        return audit_basis(session.index) if session is not None else AuditBasis()

    def read_edition(self, edition: Edition) -> None:
        """Read another edition on a thread and compare it with the current text."""
        library, session, source = self._library, self._host.state.session, self._host.article.source
        if library is None or session is None:
            return
        number, total, article = self.editions.index(edition) + 1, len(self.editions), session.index.article

        def read() -> None:
            from reader.tui.editions import compare_editions

            try:
                comparison = compare_editions(library, edition, number, total, article, source)
            except ReaderError as error:
                comparison = error
            self._host.post_message(EditionLoaded(comparison))

        self._host.run_worker(read, thread=True, group="edition", exclusive=True)

    # ------------------------------------------------------------------ saving

    def save(self, change: Change) -> None:
        """Queue a change for the writer."""
        if self._library is not None:
            self._change_count += 1
            self._host.services.library.save(self._article_id, change)
            self._host.services.set_save_status(SaveStatus("saving"))
            self.remember()

    def remember(self) -> None:
        """Save the position once the cursor has rested for a while."""
        if self._library is None:
            return
        if self._position_timer is None:
            self._position_timer = self._host.set_timer(POSITION_DELAY, self._save_position)
        else:
            self._position_timer.reset()

    def save_progress(self, *, with_counts: bool = True) -> None:
        """Save the position, and the counts of the review for lists of articles unless there is no time for them.

        A short article without sources is audited for them at once. Nobody who leaves waits until sources or a long article are
        read: without counts, the next list counts the review.
        """
        self._save_position()
        if not with_counts:
            return
        state, session = self._host.state, self._host.state.session
        if self._audited is not None and session is not None and not state.is_audited:
            is_long = len(self._audited.text) > _MOST_TO_AUDIT
            if is_long or any(session.sources.attachment(reference.id) for reference in session.index.article.references):
                return
            state.set_findings(self._audit_of(self._audited).findings(self._audit_basis()))
        counts = state.counts()
        if self._library is not None and counts is not None:
            self._library.save_counts(self._article_id, counts, state.scale)

    def _save_position(self) -> None:
        if self._position_timer is not None:
            self._position_timer.stop()
            self._position_timer = None
        state, session = self._host.state, self._host.state.session
        if self._library is None or session is None:
            return
        self._library.save_position(self._article_id, state.position(self._host.view.top))

    # ------------------------------------------------------------------ edits of other windows

    def finish_opening(self, *, is_audit_open: bool) -> None:
        """Accept the edits that came while the review was opening, and later ones, and count the sentences soon.

        `is_audit_open`: a person looks at the audit, which then begins at once.
        """
        early, self._early_edits, self._is_opening = self._early_edits, [], False
        self._host.services.library.show(self._article_id)
        if is_audit_open:
            self._audit_now()
        self._host.set_timer(COUNT_DELAY, self._count_sentences)
        for article_id, edits in early:
            self.add_edits(article_id, edits)

    def add_edits(self, article_id: str, edits: tuple[Edit, ...]) -> None:
        """Add edits of another window, to be merged if they are of this article."""
        session = self._host.state.session
        if self._is_opening:
            self._early_edits.append((article_id, edits))
        elif session is not None and article_id in ("", session.article_id):
            self._edits.extend(edits)

    @property
    def has_edits(self) -> bool:
        """Whether edits of other windows wait to be merged."""
        return bool(self._edits) and not self._is_opening

    def merge_edits(self) -> Change:
        """Merge the waiting edits into the review, except those to annotations being worked on; return the change."""
        session, selection = self._host.state.open_session, self._host.state.range_selection
        busy = (self.note_id, selection.annotation.id if selection is not None and selection.annotation is not None else "")
        ready: list[Edit] = []
        waiting: list[Edit] = []
        for edit in self._edits:
            (waiting if edit.annotation is not None and edit.annotation.id in busy else ready).append(edit)
        self._edits = waiting
        self.summary.note_changers(self._host.services.library.take_changers(session.article_id))
        return session.receive(edit for edit in ready if not _is_changed_here(session, edit))


def _is_changed_here(session: ReviewSession, edit: Edit) -> bool:
    """Whether an annotation that another window removed was changed here meanwhile: the library then keeps it."""
    before, _ = edit.annotations
    if edit.after is not None or before is None:
        return False
    from reader.review.cells import is_same_record, to_cells
    from reader.review.records import item_to_record

    current = session.index.get(before.id)
    return current is not None and not is_same_record(to_cells(item_to_record(current)), to_cells(item_to_record(before)))


def _affects_audit(edit: Edit) -> bool:
    """Whether an edit adds, moves or removes a claim, changes its references, evidence or sources, or concerns a finding."""
    from reader.review.model import Attachment, Dismissal, Source  # not for the first frame

    if isinstance(edit.item, Dismissal | Source | Attachment):
        return True
    before, after = edit.annotations
    if before is None or after is None:
        return edit.annotation is not None
    moved = before.selector != after.selector or before.places != after.places
    return moved or before.kind != after.kind or before.links != after.links or _evidence_of(before) != _evidence_of(after)


def _evidence_of(annotation: Annotation) -> set[tuple[str, str, Evidence]]:
    """Return the evidence on a claim, each with the reference and the verdict that it is for."""
    return {(j.reference, j.verdict, evidence) for j in annotation.judgements for evidence in j.evidence}


# ------------------------------------------------------------------ the summary of what other windows did

EditWords = tuple[str, str]
"""What was edited, as a noun in the singular, and what was done to it."""

_MARK_WORDS: dict[str, EditWords] = {
    CLAIM: ("claim", "marked"),
    NOT_CLAIM: ("sentence", "set aside as no claim"),
    LATER: ("sentence", "kept for later"),
    ASIDE_KIND: ("passage", "set aside as noise"),
    BODY_KIND: ("passage", "taken back from the noise"),
}
_ITEM_WORDS: dict[str, EditWords] = {
    "tags": ("tag", "changed"),
    "sources": ("source", "changed"),
    "attached": ("source", "changed"),
    "dismissed": ("finding", "dismissed or brought back"),
    "bookmarks": ("bookmark", "set"),
    "corrected": ("language", "set"),
    "assigned": ("assignment", "changed"),
}
"""The words for an item other than an annotation, by the table that it is stored in."""


def edit_words(edit: Edit) -> EditWords:
    """Return what an edit did, in plain words."""
    before, after = edit.annotations
    annotation = after or before
    if annotation is None:
        return _ITEM_WORDS[edit.item.STORED_IN]
    if before is not None and after is not None:
        if before.judgements != after.judgements:
            return "claim", "judged"
        return (
            ("note", "written")
            if before.note != after.note
            else ("claim", "tagged" if before.tags != after.tags else "changed")
        )
    if after is None:
        return "claim" if annotation.kind == CLAIM else "mark", "removed"
    return _MARK_WORDS.get(annotation.kind, _MARK_WORDS[CLAIM])


def _changes_tag(edit: Edit) -> bool:
    """Whether an edit changes or removes a tag itself, which only a change of the codebook does, in this window or another."""
    return edit.before is not None and edit.item.STORED_IN == "tags"


class RemoteSummary:
    """Sum up the edits of other windows, of the team, and those of the codebook, in one line. `text` is the last summary."""

    def __init__(self) -> None:
        self.text = ""
        self._changers: dict[str, None] = {}
        self._new_changers: tuple[str, ...] = ()
        self._counts: Counter[EditWords] = Counter()
        self._is_codebook = False

    def note_changers(self, members: tuple[str, ...]) -> None:
        """Note the members of the team who made some of the edits that come next, none for those of another window."""
        self._new_changers = members

    def add(self, change: Change, *, to_last: bool) -> str:
        """Return the summary of a change, and of those before it if it is added to the last summary."""
        counts = Counter(map(edit_words, change.edits))
        self._counts = self._counts + counts if to_last else counts
        self._changers = {**(self._changers if to_last else {}), **dict.fromkeys(self._new_changers)}
        # A tag that is new, alone, may be from this window's codebook.
        is_codebook = any(map(_changes_tag, change.edits)) or (
            counts.keys() == {_ITEM_WORDS["tags"]} and not self._new_changers
        )
        self._is_codebook = (self._is_codebook or not to_last) and is_codebook
        # Tags change together with the claims that get them, and are named only when nothing else changed.
        named = [(words, n) for words, n in self._counts.items() if words != _ITEM_WORDS["tags"] or len(self._counts) == 1]
        who = ", ".join(self._changers) or "Another window"
        self.text = f"{'Codebook' if self._is_codebook else who}: " + ", ".join(
            f"{plural(n, noun)} {verb}" for (noun, verb), n in named
        )
        return self.text
