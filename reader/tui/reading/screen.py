"""The reading screen: the article, and beside it the card of the current sentence over references, claims and audit.

It owns the state and the layout; what actions do is in `commands`. `show` draws the state after every action, and the widgets
repaint only what changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from reader.article.article import Article
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.printable import plural
from reader.tui.action import ATTACH, BOUNDS, CARD, LIST, READING, REVIEW, SELECT, TEXT, Situation
from reader.tui.background import LoadingFinished, LoadingTask
from reader.tui.keymap import verdict_key_label
from reader.tui.reading.library_link import (
    AuditFinished,
    EditionLoaded,
    LibraryFailed,
    LibraryLink,
    LibraryOpened,
    SentencesFound,
)
from reader.tui.reading.renderer import ReadingPanes, ReadingRenderer
from reader.tui.reading.sources import SourceManager
from reader.tui.reading.state import AUDITED_TABS, CONTENTS, CurrentItem, ReadingState
from reader.tui.text_screen import TextScreen
from reader.tui.text_state import CannotAct
from reader.tui.widgets.article_view import NO_SPAN, ArticleView
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.styled_lines import NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.formats.open_request import OpenRequest
    from reader.review.model import Annotation, Change
    from reader.review.reading_position import ReadingPosition
    from reader.review.scale import Scale
    from reader.review.session import ReviewSession
    from reader.search.results import Destination
    from reader.tui.cues import DetailsFound, ReadSource, SourcePair
    from reader.tui.shared_library import Edits


def _load_rest() -> None:
    """Load what a key press needs, and neither the first frame nor the library."""
    for module in ("reader.tui.widgets.prompt_bar", "reader.tui.dialogs.note", "reader.tui.source.screen"):
        import_module(module)
    import_module("reader.tui.reading.commands").load_commands()


class ReadingScreen(TextScreen):
    """Screen for reading and reviewing one article."""

    WAIT_MESSAGE = "Your library is still opening …"

    def __init__(
        self, article: Article | OpenRequest, scale: Scale, language: str | None = None, destination: Destination | None = None
    ) -> None:
        """`language` is what the article's language is set to once the library is open: "" as recognised, None as it is.

        `destination` is the hit of a search to go to then, None for where reading stopped. An article that is to be read is
        read once its beginning is on the screen; until then keys wait.
        """
        super().__init__()
        self._reading: LoadingTask | None = None
        if not isinstance(article, Article):
            self._reading = LoadingTask(article, self.post_message)
            article = article.beginning or Article("", "", ())
        self._destination = destination
        self.article = article
        self._language = language
        self._state = ReadingState(article, scale)
        self.view = ArticleView(article, lambda span: self._state.marks(span), id="article", is_whole=self._reading is None)
        self.card = StyledLines(id="card")
        self.list = ItemList(id="list")
        self._panes = ReadingPanes(
            StyledLines(id="header"), self.card, StyledLines(id="tabs"), self.list, NoticeBar(id="notice"), self.footer
        )
        self.link = LibraryLink(self, _load_rest)
        self.sources = SourceManager(self)
        self._renderer = ReadingRenderer(self, self._panes)
        self._is_show_scheduled = False
        self._has_moved = False
        self._end: StyledLines | None = None

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        yield self._panes.header
        with Horizontal(id="body"):
            yield self.view
            with Vertical(id="side"):
                yield self.card
                yield self._panes.tabs
                yield self.list
        yield self._panes.notice
        yield self.footer

    def on_mount(self) -> None:
        """Put the cursor on the first sentence, paint, then open the library."""
        self.set_size_classes()
        if self._reading is None:
            self._put_cursor()
        self.start_after_first_frame(self.link.open if self._reading is None else self._reading.start)

    def _put_cursor(self) -> None:
        """Put the cursor on the first sentence, or on that which was clicked in the beginning of the article."""
        sentence = self.article.sentences.at(max(0, self.view.cursor.start))
        if sentence is not None:
            self.state.sentence = self.view.cursor = sentence

    @on(LoadingFinished)
    def _take_article(self, event: LoadingFinished) -> None:
        self._reading = None
        if event.error is not None or event.article is None:
            self.services.fail(event.error or ReaderError("The article cannot be read"))
            return
        self.article = self._state.article = event.article  # the old state is in a cycle, which must not hold the beginning
        self._state = ReadingState(self.article, self._state.scale)
        self._put_cursor()
        self.view.show_whole(event.article)
        self.link.open()
        self.show()
        self.services.take_waiting_keys()

    def on_screen_resume(self) -> None:
        """Open the review again if another article was read in between: it may have changed this one's."""
        if self.state.session is not None and self.services.reading_screen not in (None, self):
            self.link.open()
        self.services.reading_screen = self

    def on_unmount(self) -> None:
        """Stop reading the article, fetching sources for a review that is closed, and asking about them."""
        if self._reading is not None:
            self._reading.stop()
        self.sources.leave()
        self.services.library.show("")
        self.services.memory.close()

    # ------------------------------------------------------------------ contexts and keys

    @property
    def state(self) -> ReadingState:
        """What is current on the article."""
        return self._state

    @property
    def key_context(self) -> str:
        """The context that decides which keys act now."""
        if self.state.range_selection is not None:
            return BOUNDS if self.state.range_selection.annotation is not None else SELECT
        if self.state.active_queue is not None:
            return REVIEW
        if self.has_class("-card") and (self.view.selection is None or not self.view.display):
            return CARD
        if self.has_list_focus:
            return LIST
        return ATTACH if self.state.annotation_to_attach is not None else TEXT

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return READING if self.state.active_queue is None else (REVIEW,)

    @property
    def situation(self) -> Situation:
        """The facts that decide which actions apply."""
        digits = verdict_key_label(self.state.scale, self.services.keymap.keys_of("verdict"))
        return self.state.situation(digits, self.view.selection)

    @property
    def has_list_focus(self) -> bool:
        """Whether the list in the side pane has the focus."""
        return self.focused is self.list

    def run_command(self, action_id: str, key: str) -> None:
        """Run the command of an action. Raises CannotAct and ReaderError."""
        from reader.tui.reading.commands import find_command  # not for the first frame

        find_command(action_id)(self, key)

    def finish_action(self) -> None:
        """Merge edits that waited for the action to end, and show what changed."""
        self._merge_edits()
        self.show()

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: also for the rest of the article, and for a source that is being opened."""
        return self._reading is not None or self.sources.is_opening or super().is_busy

    # ------------------------------------------------------------------ moving and showing

    def go(self, span: Span, *, jump: bool = False, centre: bool = False) -> None:
        """Move the cursor to the sentence of a range; the person can come back from a jump."""
        if jump and not self.view.noise_shown and self.article.is_noise(span):
            self.show_noise(True)
        sentence = self.article.sentences.at(span.start)
        if sentence is None:
            return
        if jump and self.view.cursor.start >= 0 and sentence != self.view.cursor:
            self.state.trail.leave(self.view.cursor.start)
        self.view.move_to(sentence, centre=centre)
        self.set_sentence(sentence, is_jump=jump)
        if not sentence.overlaps(span):
            self.view.bring_into_view(span, centre=centre)

    def go_to_hit(self, destination: Destination) -> None:
        """Go to what a search found: an annotation, a range of the text, or a place in a source."""
        from reader.tui.reading.hit import go_to_hit

        is_opened_for_it, self._destination = self._destination is not None, None
        go_to_hit(self, destination, is_jump=not is_opened_for_it)
        self.show()

    def set_sentence(self, sentence: Span, *, is_jump: bool = False) -> None:
        """Make a sentence the current one; what a jump, or the queue, passed over was not read."""
        state = self.state
        self._has_moved = True
        before = state.annotation
        if sentence != state.sentence:
            state.sentence, state.selected_reference, state.peeked_reference = sentence, "", ""
            state.has_target = True
            state.read_on(is_jump=is_jump or state.active_queue is not None)
            self.view.furthest = state.furthest_sentence() or NO_SPAN
        self.repaint_annotations(before, state.annotation)
        self.link.remember()

    def repaint_annotations(self, *annotations: Annotation | None) -> None:
        """Repaint annotations if the first and the last differ: another one became current."""
        session = self.state.session
        if session is not None and annotations[0] is not annotations[-1]:
            places = (session.index.place(a) for a in annotations if a is not None)
            self.view.repaint(*(place for place in places if place is not None))

    def select_annotation(self, annotation: Annotation) -> None:
        """Make an annotation on the current sentence the current one."""
        before = self.state.annotation
        self.state.select(annotation)
        self.repaint_annotations(before, annotation)

    def show(self) -> None:
        """Draw the current state."""
        if self.is_mounted:
            (self._renderer.show_all if self._reading is None else self._renderer.show_reading)()

    def end_pane(self) -> StyledLines:
        """Return the page at the end of the queue, mounted when it is first needed: the first frame has none."""
        if self._end is None:
            self._end = StyledLines(id="end", under=("page", "text"))
            self.query_one("#body").mount(self._end, before=self.view)
        return self._end

    def set_tab(self, tab: str) -> None:
        """Show a tab of the side pane."""
        if tab != self.state.tab:
            if tab == CONTENTS:
                self.state.tab_before_contents = self.state.tab
            self.state.tab = tab
            self.list.index = 0
            if tab in AUDITED_TABS and not self.state.is_audited:
                self.link.start_audit(at_once=True)
            self.link.remember()

    def show_noise(self, shown: bool) -> None:
        """Show the noise of the article, or hide it."""
        session = self.state.session
        self._replace_article(
            session.index.article if session is not None else self.article.with_noise(self.article.noise), shown
        )

    def _follow_article(self) -> None:
        """Show the article with its current noise and language after a change, made here or in another window."""
        session = self.state.session
        if session is not None and not session.index.article.has_same_body(self.article):
            self._replace_article(session.index.article, self.view.noise_shown)
            self.link.audit_article(session.index.article)

    def _replace_article(self, article: Article, noise_shown: bool) -> None:
        """Show the same text with other noise hidden or in another language; a sentence that is gone now is left."""
        state = self.state
        self.article = state.article = article.with_noise_included() if noise_shown else article
        here = state.sentence
        sentence = self.article.sentences.at(here.start if here is not None else 0)
        self.view.show_article(self.article, noise_shown=noise_shown)
        if sentence != here:
            state.sentence, self.view.cursor = None, NO_SPAN
            if sentence is not None:
                self.view.move_to(sentence)
                self.set_sentence(sentence)

    # ------------------------------------------------------------------ messages of the widgets

    @on(ArticleView.Moved)
    def _handle_move(self, event: ArticleView.Moved) -> None:
        if event.sentence != self.state.sentence:
            self.set_sentence(event.sentence)
            self.show()

    @on(ArticleView.Selected)
    def _handle_selection(self) -> None:
        self.show()

    @on(ArticleView.Picked)
    def _leave_queue(self) -> None:
        if self.state.active_queue is not None:
            self.do("review")

    @on(ArticleView.Pressed)
    def _handle_press(self, event: ArticleView.Pressed) -> None:
        self.state.range_selection = None
        self.view.focus()
        self._merge_edits()
        self._renderer.handle_press(event.offset)
        self.show()

    @on(ItemList.Changed)
    def _handle_item(self, event: ItemList.Changed) -> None:
        self.list.index = event.index
        self.list.focus()
        self.show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        self._renderer.handle_click(event.target)

    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self._show_soon()

    def _show_soon(self) -> None:
        """Draw once for all widgets that change size or focus together."""
        if not self._is_show_scheduled:
            self._is_show_scheduled = True
            self.call_later(self._show_now)

    def _show_now(self) -> None:
        self._is_show_scheduled = False
        self.show()

    def on_descendant_focus(self) -> None:
        """Show which pane has the focus."""
        self._show_soon()

    # ------------------------------------------------------------------ messages of the library

    def take_names(self, names: Mapping[str, str]) -> None:
        """Show the title that a person gave the article in the library."""
        session = self.state.session
        if session is not None and names.get(session.article_id, session.name) != session.name:
            session.name = names[session.article_id]
            self.show()

    def show_save_status(self) -> None:
        """Show the state of saving."""
        if self.is_mounted:
            self._renderer.show_footer()

    @on(LibraryOpened)
    def _handle_library(self, event: LibraryOpened) -> None:
        if not self.link.has_all_changes(event):
            self.link.open()
            return
        session, old_session = event.session, self.state.session
        self.state.session, self.state.library_error = session, None
        self.state.follow()
        session.listen(self.link.save)  # first of the listeners: a change is on its way to the disk before it is shown
        session.listen(self.show_change)
        session.health.listen(self.show_health)
        self._follow_article()
        if self._language is not None:
            session.set_language(self._language)
            self._language = None
        self._restore_position(event.entry.position)
        if self._destination is not None:
            self.go_to_hit(self._destination)
        if any(one is not None and one.index.annotations() for one in (old_session, session)):
            self.view.repaint_all()
        self.link.finish_opening(is_audit_open=self.state.tab in AUDITED_TABS)
        self._merge_edits()
        self._report_text_change(session)
        self.sources.health.look_up()
        self.show()
        self.run_waiting_action()

    def _restore_position(self, position: ReadingPosition) -> None:
        """Go to the saved position, unless the person has moved already."""
        is_untouched = not self._has_moved
        self.state.restore_position(position)
        sentence = self.article.sentences.at(max(0, position.cursor)) if is_untouched else None
        if sentence is not None:
            if position.cursor >= 0:
                self.view.restore_scroll(position.top)
            self.go(sentence)
        self.view.furthest = self.state.furthest_sentence() or NO_SPAN
        self.view.repaint(self.view.furthest)

    def _report_text_change(self, session: ReviewSession) -> None:
        """Say how many annotations made on another text kept their place, and which key leads to the others."""
        index, counts = session.index, session.index.placement_counts()
        stale = sum(index.is_stale_verdict(claim, judgement) for claim in index.claims() for judgement in claim.judgements)
        reports = [counts.summary] if counts is not None else []
        if stale:
            reports.append(plural(stale, "stale verdict"))
        if reports:
            hint = f" · {self.key('to-check')} checks" if stale or (counts and (counts.uncertain or counts.orphans)) else ""
            self.say(f"The text changed: {', '.join(reports)}{hint}", "fault" if hint else "text")
        elif self.article.notices:
            self.say(self.article.notices[0], "fault")

    @on(LibraryFailed)
    def _handle_failure(self, event: LibraryFailed) -> None:
        self.state.library_error = event.error
        if self._language:
            self._replace_article(self.article.with_language(self._language), self.view.noise_shown)
        self.link.finish_opening(is_audit_open=self.state.tab in AUDITED_TABS)
        self._merge_edits()
        self.show()
        self.run_waiting_action()

    @on(SentencesFound)
    def _handle_sentences(self, event: SentencesFound) -> None:
        if event.article.has_same_body(self.article):
            self.state.sentence_count = len(event.article.sentences)
            self.link.start_audit(at_once=False)
            self.show()

    @on(AuditFinished)
    def _handle_audit(self, event: AuditFinished) -> None:
        if not event.article.has_same_body(self.article):
            return
        self.state.sentence_count = len(event.article.sentences)
        entry = self._list_entry()
        self.state.set_findings(event.findings)
        self._keep_list_entry(entry)
        self.show()

    def on_details_found(self, event: DetailsFound) -> None:
        """Add to the review queue which sources lack details."""
        if self.state.queue is not None and self.state.queue.add_details(event.results):
            self.show()

    @on(EditionLoaded)
    def _handle_edition(self, event: EditionLoaded) -> None:
        """Show the old text over the screen; on the way back, go to the sentence that was current there."""
        if isinstance(event.comparison, ReaderError):
            self.show_message(str(event.comparison), "bad")
            return
        from reader.tui.dialogs.edition import EditionExit, EditionScreen

        def back(exit: EditionExit | None) -> None:
            if exit is not None and exit.sentence is not None:
                self.go(exit.sentence)
            if exit is not None and exit.number:
                self.link.read_edition(self.link.editions[exit.number - 1])
            self.show()

        self.say("")
        numbers = [n for n, edition in enumerate(self.link.editions, 1) if edition.digest != self.article.digest]
        self.services.push_screen(EditionScreen(event.comparison, self.state.sentence, numbers), back)

    # ------------------------------------------------------------------ changes, of this window and of others

    def show_change(self, change: Change, current: CurrentItem | None = None) -> None:
        """Update everything that depends on a change, and repaint what it touched.

        `current` is what was current before the change of another window, and stays current.
        """
        self.state.follow(change)
        if current is not None:
            self.state.keep_current(current)
        self.link.schedule_audit(change)
        self._follow_article()
        session = self.state.open_session
        # After a change of places, or of another window, it is unknown where annotations were drawn before.
        if current is not None or _moves_annotations(change):
            self.view.repaint_all()
        for edit in change.edits if current is None else ():
            for annotation in filter(None, edit.annotations):
                selector = annotation.selector
                self.view.repaint(session.index.place(annotation) or Span(selector.start, selector.end))

    def show_health(self, references: frozenset[str]) -> None:
        """Show what became known about the sources of some references, and audit them."""
        self.state.follow()
        self.link.schedule_health_audit(references)
        self.show()

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Merge what another window or program changed."""
        self.link.add_edits(article_id, edits)
        self._merge_edits()

    def protect_annotation(self, annotation: Annotation | None) -> None:
        """Let edits of other windows to an annotation wait while its note is being written; None ends that."""
        self.link.note_id = annotation.id if annotation is not None else ""
        self._merge_edits()

    def _merge_edits(self) -> None:
        """Merge the edits of other windows that wait, and show them."""
        if not self.link.has_edits:
            return
        current, entry = self.state.current_item(), self._list_entry()
        change = self.link.merge_edits()
        if not change.edits:
            return
        self.show_change(change, current)
        if self.message[0] in ("", self.link.summary.text) and not self.pending_keys:
            self.say(self.link.summary.add(change, to_last=bool(self.message[0])), "hint")
        self._keep_list_entry(entry)
        self.show()

    def _list_entry(self) -> str:
        """Return the key of the list's current entry, "" while the list has no focus."""
        keys = self.state.list_keys() if self.has_list_focus else ()
        return keys[self.list.index] if self.list.index < len(keys) else ""

    def _keep_list_entry(self, entry: str) -> None:
        """Keep an entry of the list current and in view."""
        keys = self.state.list_keys() if entry else ()
        if entry in keys:
            self.list.index = keys.index(entry)
            self.call_later(self.list.bring_into_view, self.list.index)

    # ------------------------------------------------------------------ pairs and sources

    @property
    def session(self) -> ReviewSession:
        """The review; raises CannotAct while there is none."""
        return self.state.open_session

    def current_claim(self) -> Annotation:
        """Return the current claim; raises CannotAct, naming the key that makes one."""
        return self.state.current_claim()

    def current_pair(self) -> tuple[Annotation, str]:
        """Return the current claim and the id of the reference to judge it by, "" when it rests on nothing.

        Raises CannotAct without a claim, and for a pair that the queue has no room to show.
        """
        if self._renderer.is_pair_hidden():
            raise CannotAct("Too small to judge here")
        if self.state.active_queue is not None and self.state.active_queue.is_at_end:
            raise CannotAct("No pairs left; {} goes back to the text", "escape")
        from reader.tui.reading.commands.annotation import list_annotation

        listed = list_annotation(self)
        if listed is not None and listed is not self.state.annotation:
            self.select_annotation(listed)
        return self.state.current_claim(), self.state.current_reference()

    def select_pair(self, reference: str) -> None:
        """Show the pair of the current claim and a reference."""
        self.state.selected_reference = reference

    def after_verdict(self, claim: Annotation, reference: str, message: str) -> None:
        """Go on to the next pair of the queue, else to the claim's next reference that needs a verdict."""
        from reader.tui.reading.commands.placement import show_all_once_checked
        from reader.tui.reading.queue_flow import advance_queue
        from reader.tui.reading.state import pairs_to_judge

        show_all_once_checked(self)
        if advance_queue(self, message):
            return
        open_references = pairs_to_judge(self.session, claim, self.session.index.status(claim).rests_on)
        self.state.selected_reference = open_references[0] if open_references else reference
        next_pair = f" · now [{self.article.label_of(open_references[0])}]" if open_references else ""
        self.say(f"{message}{next_pair}")

    def go_to_change(self, change: Change) -> str:
        """Go to where a change was made; return what to add to the message."""
        from reader.tui.reading.commands.application import go_to_change

        return go_to_change(self, change)

    def save_progress(self, *, with_counts: bool = True) -> None:
        """Save the position in the article and the counts of its review."""
        self.link.save_progress(with_counts=with_counts)

    def show_source(self, pair: SourcePair, source: ReadSource) -> None:
        """Show a source over the screen, or in place of the source there, unless the person went elsewhere."""
        self.services.show_source(self, pair, source)

    def report(self, text: str, tone: str) -> None:
        """Show a message on the source over the screen, else on the screen itself."""
        (self.services.source_over(self) or self).show_message(text, tone)


def _moves_annotations(change: Change) -> bool:
    """Whether a change sets the places of annotations in a changed text."""
    return any(a and b and a.places != b.places for a, b in (edit.annotations for edit in change.edits))
