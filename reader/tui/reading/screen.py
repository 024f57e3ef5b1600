"""The reading screen: the article, and beside it the card of the current sentence over references, claims and audit.

It owns which claim, pair, tab and filter are in hand (its `Desk`) and the layout; what a key does is in `commands`.
Everything is shown from that state by `show`, after every action; the widgets repaint only what came out different.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from reader.article.article import Article
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.review.model import Annotation, Change
from reader.review.scale import Scale
from reader.tui.actions import ACTION_BY_ID, ATTACH, BOUNDS, CARD, LIST, REVIEW, SELECT, TEXT, Action
from reader.tui.noise import follow_noise, is_noise, show_noise
from reader.tui.reading.library_link import (
    AuditFinished,
    EditionLoaded,
    Keeper,
    LibraryFailed,
    LibraryOpened,
    Receiver,
    moves_annotations,
    report_text_change,
    show_edition,
)
from reader.tui.reading.renderer import ReadingRenderer
from reader.tui.reading.sources import SourceManager
from reader.tui.reading.state import ReadingState
from reader.tui.shared_library import Edits, LibraryListener
from reader.tui.text_screen import FIRST_FRAME, WIDE, TextScreen
from reader.tui.text_state import CannotAct, NotReady
from reader.tui.widgets.article_view import ArticleView
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.painted import NoticeBar, Painted

if TYPE_CHECKING:
    from reader.tui.cues import DetailsFound


class CardPane(Painted):
    """The card of the current sentence."""

    UNDER = ("card", "text")


class ReadingScreen(TextScreen[None], LibraryListener):
    """Reads one article. `desk` is what is in hand; `view`, `list`, `card` … are the widgets it is shown on."""

    def __init__(self, article: Article, scale: Scale) -> None:
        super().__init__()
        self.article = article
        self.state = ReadingState(article, scale)
        self.view = ArticleView(article, self.state.marks, id="article")
        self.header = Painted(id="header")
        self.card = CardPane(id="card")
        self.tabs = Painted(id="tabs")
        self.list = ItemList(id="list")
        self.notice = NoticeBar(id="notice")
        self.sentence_count = -1
        self.seen_count = 0
        self.link = Keeper(self)
        self.receiver = Receiver(self)
        self.sources = SourceManager(self)
        self._renderer = ReadingRenderer(self)
        self._waiting_action: tuple[Action, str] | None = None
        self._is_show_scheduled = False

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        yield self.header
        with Horizontal(id="body"):
            yield self.view
            with Vertical(id="side"):
                yield self.card
                yield self.tabs
                yield self.list
        yield self.notice
        yield self.footer

    def on_mount(self) -> None:
        """Put the cursor on the first sentence, paint, then open the library."""
        # Textual tells the width's class only with the first resize; without it here the first layout would be thrown away.
        self.set_class(self.services.size.width < WIDE, "-narrow")
        first = self.article.sentences.at(0)
        if first is not None:
            self.state.sentence = first
            self.view.cursor = first
        self.call_after_refresh(self.set_timer, FIRST_FRAME, self.link.open)

    def on_screen_resume(self) -> None:
        """Open the review anew after another article was read meanwhile: it may have been this one."""
        if self.services.reading_screen not in (None, self):
            self.link.open()
        self.services.reading_screen = self

    def on_unmount(self) -> None:
        """Bring no more sources to a review that is closed."""
        self.sources.stop()

    # ------------------------------------------------------------------ contexts and keys

    @property
    def context(self) -> str:
        """Which keys act now: those of the text, a selection, moved bounds, an attachment, the open card, or the list."""
        if self.range_selection is not None:
            return BOUNDS if self.range_selection.annotation is not None else SELECT
        if self.state.active_queue is not None:
            return REVIEW
        if self.has_class("-card"):
            return CARD
        if self.focused is self.list:
            return LIST
        return ATTACH if self.state.annotation_to_attach is not None else TEXT

    def perform(self, action: Action, key: str = "") -> None:
        """Do an action, or say why it cannot be done; while the library opens, actions that need it wait their turn."""
        from reader.tui.reading.commands import COMMANDS  # not for the first frame: loaded beside it, with the library

        try:
            COMMANDS[action.id](self, key)
        except NotReady:
            self._waiting_action = (action, key)
            self.say("your library is still opening …", "hint")
        except CannotAct as reason:
            self.say(reason.to_message(self.key), "fault")
        except ReaderError as error:
            self.say(str(error), "bad")
        self.receiver.go_on()
        self.show()

    def do(self, action_id: str, key: str = "") -> None:
        """Do the action with this id, as the palette and the mouse ask for it."""
        self.message = ("", "text")
        self.perform(ACTION_BY_ID[action_id], key)

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: for the library, for a source that is being opened, for the field of a question."""
        return self._waiting_action is not None or self.sources.is_opening or super().is_busy

    # ------------------------------------------------------------------ moving and showing

    @property
    def in_hand(self) -> ReadingState:
        """The desk, as what searching and selecting need of it."""
        return self.state

    def go(self, span: Span, *, jump: bool = False, centre: bool = False) -> None:
        """Move the cursor to the sentence of a range; a jump is remembered and can be come back from."""
        if jump and not self.view.noise_shown and is_noise(self.article, span):
            show_noise(self, True)
        sentence = self.article.sentences.at(span.start)
        if sentence is None:
            return
        if jump and self.view.cursor.start >= 0 and sentence != self.view.cursor:
            self.state.trail.leave(self.view.cursor.start)
        self.view.move_to(sentence, centre=centre)
        self.set_sentence(sentence)
        if not sentence.overlaps(span):
            self.view.bring_into_view(span, centre=centre)

    def set_sentence(self, sentence: Span) -> None:
        """Take a sentence in hand: it is seen, and the claim on it is the current one."""
        desk = self.state
        before = desk.annotation
        if sentence != desk.sentence:
            desk.sentence, desk.selected_reference, desk.peeked_reference = sentence, "", ""
        if desk.seen.add(sentence) and self.sentence_count >= 0 and not is_noise(self.article, sentence):
            self.seen_count += 1
        self.repaint_annotations(before, desk.annotation)
        self.link.remember()

    def repaint_annotations(self, *annotations: Annotation | None) -> None:
        """Paint the lines of annotations again: which one is in hand changed."""
        session = self.state.session
        if session is not None and annotations[0] is not annotations[-1]:
            places = (session.index.place(a) for a in annotations if a is not None)
            self.view.repaint(*(place for place in places if place is not None))

    def select_annotation(self, annotation: Annotation) -> None:
        """Take an annotation on the current sentence in hand."""
        before = self.state.annotation
        self.state.select(annotation)
        self.repaint_annotations(before, annotation)

    def show(self) -> None:
        """Show what is in hand on header, card, list and footer."""
        self._renderer.show_all()

    def set_tab(self, tab: str) -> None:
        """Show a tab of the side pane."""
        if tab != self.state.tab:
            self.state.tab = tab
            self.list.index = 0
            self.link.remember()

    # ------------------------------------------------------------------ messages from below

    @on(ArticleView.Moved)
    def _handle_move(self, event: ArticleView.Moved) -> None:
        if event.sentence != self.state.sentence:
            self.set_sentence(event.sentence)
            self.show()

    @on(ArticleView.Selected)
    def _handle_selection(self) -> None:
        self.show()

    @on(ArticleView.Pressed)
    def _handle_press(self, event: ArticleView.Pressed) -> None:
        self.range_selection = None
        self.view.focus()
        self.receiver.go_on()
        self._renderer.handle_press(event.offset)
        self.show()

    @on(ItemList.Changed)
    def _handle_item(self, event: ItemList.Changed) -> None:
        self.list.index = event.index
        self.list.focus()

    @on(Painted.Clicked)
    def _handle_click(self, event: Painted.Clicked) -> None:
        event.stop()
        self._renderer.handle_click(event.target)

    @on(Painted.Resized)
    def _handle_resize(self) -> None:
        self._show_soon()

    def _show_soon(self) -> None:
        """Show once for all the widgets that got another size or the focus in one go."""
        if not self._is_show_scheduled:
            self._is_show_scheduled = True
            self.call_later(self._show_now)

    def _show_now(self) -> None:
        self._is_show_scheduled = False
        self.show()

    def on_descendant_focus(self) -> None:
        """Show which pane has the keys."""
        self._show_soon()

    # ------------------------------------------------------------------ what the library tells

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Take in what another window or program changed."""
        self.receiver.heard(article_id, edits)

    def show_message(self, text: str, tone: str) -> None:
        """Say something in the footer until the next key."""
        self.say(text, tone)
        self.show()

    def show_save_status(self) -> None:
        """Show how saving goes, and what there is to put right."""
        self._renderer.show_footer()

    @on(LibraryOpened)
    def _handle_library(self, event: LibraryOpened) -> None:
        self.state.session, self.state.library_error = event.session, None
        self.state.follow()
        event.session.listen(self._handle_change)
        follow_noise(self)
        self.link.restore(event.entry)
        self.view.repaint_all()
        self.receiver.begin()
        report_text_change(self)
        self.show()
        self._run_waiting_action()

    def _run_waiting_action(self) -> None:
        """Do what waited for the library, then take the keys that were typed meanwhile."""
        waiting, self._waiting_action = self._waiting_action, None
        if waiting is not None:
            self.message = ("", "text")
            self.perform(*waiting)
        self.services.take_waiting_keys()

    @on(AuditFinished)
    def _handle_audit(self, event: AuditFinished) -> None:
        if event.article.noise != self.article.noise:
            return
        if self.sentence_count < 0:
            gc.freeze()  # what was made of the article stays: no key press need look through it for garbage
        self.sentence_count = len(event.article.sentences)
        self.seen_count = sum(map(self.state.seen.covers, event.article.sentences.all()))
        entry = self.receiver.entry()
        self.state.set_findings(event.findings)
        self.receiver.stay_on(entry)
        self.show()

    @on(LibraryFailed)
    def _handle_failure(self, event: LibraryFailed) -> None:
        self.state.library_error = event.error
        self.receiver.begin()
        self.show()
        self._run_waiting_action()

    def on_details_found(self, event: DetailsFound) -> None:
        """Have the review queue learn what sources lack."""
        if self.state.queue is not None and self.state.queue.add_details(event.results):
            self.show()

    @on(EditionLoaded)
    def _handle_edition(self, event: EditionLoaded) -> None:
        show_edition(self, event.comparison)

    def _handle_change(self, change: Change) -> None:
        """Keep a change of the session, and paint what it touched."""
        self.link.save(change)
        self.link.audit(change)
        self.state.follow(change)
        follow_noise(self)
        session = self.state.session
        if moves_annotations(change):
            self.view.repaint_all()  # where it stood before, nobody knows any more
        for edit in change.edits:
            for item in (edit.before, edit.after):
                if session is not None and isinstance(item, Annotation):
                    self.view.repaint(session.index.place(item) or Span(item.selector.start, item.selector.end))
