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
    EditionRead,
    Failed,
    Keeper,
    Opened,
    Receiver,
    moves,
    show_edition,
    tell_changed,
)
from reader.tui.reading.renderer import ReadingRenderer
from reader.tui.reading.sources import SourceManager
from reader.tui.reading.state import ReadingState
from reader.tui.shared_library import Edits, Listening
from reader.tui.text_screen import FIRST_FRAME, WIDE, TextScreen
from reader.tui.text_state import CannotAct, StillOpening
from reader.tui.widgets.article_view import ArticleView
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.painted import NoticeBar, Painted

if TYPE_CHECKING:
    from reader.tui.cues import DetailsFound


class Card(Painted):
    """The card of the current sentence."""

    UNDER = ("card", "text")


class ReadingScreen(TextScreen[None], Listening):
    """Reads one article. `desk` is what is in hand; `view`, `list`, `card` … are the widgets it is shown on."""

    def __init__(self, article: Article, scale: Scale) -> None:
        super().__init__()
        self.article = article
        self.desk = ReadingState(article, scale)
        self.view = ArticleView(article, self.desk.marks, id="article")
        self.header = Painted(id="header")
        self.card = Card(id="card")
        self.tabs = Painted(id="tabs")
        self.list = ItemList(id="list")
        self.notice = NoticeBar(id="notice")
        self.sentences = -1
        self.seen_count = 0
        self.keeper = Keeper(self)
        self.receiver = Receiver(self)
        self.sourcing = SourceManager(self)
        self._showing = ReadingRenderer(self)
        self._waiting: tuple[Action, str] | None = None
        self._to_show = False

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
        self.set_class(self.reader.size.width < WIDE, "-narrow")
        first = self.article.sentences.at(0)
        if first is not None:
            self.desk.sentence = first
            self.view.cursor = first
        self.call_after_refresh(self.set_timer, FIRST_FRAME, self.keeper.open)

    def on_screen_resume(self) -> None:
        """Open the review anew after another article was read meanwhile: it may have been this one."""
        if self.reader.reading not in (None, self):
            self.keeper.open()
        self.reader.reading = self

    def on_unmount(self) -> None:
        """Bring no more sources to a review that is closed."""
        self.sourcing.stop()

    # ------------------------------------------------------------------ contexts and keys

    @property
    def context(self) -> str:
        """Which keys act now: those of the text, a selection, moved bounds, an attachment, the open card, or the list."""
        if self.picking is not None:
            return BOUNDS if self.picking.annotation is not None else SELECT
        if self.desk.review is not None:
            return REVIEW
        if self.has_class("-card"):
            return CARD
        if self.focused is self.list:
            return LIST
        return ATTACH if self.desk.held is not None else TEXT

    def perform(self, action: Action, key: str = "") -> None:
        """Do an action, or say why it cannot be done; while the library opens, actions that need it wait their turn."""
        from reader.tui.reading.commands import COMMANDS  # not for the first frame: loaded beside it, with the library

        try:
            COMMANDS[action.id](self, key)
        except StillOpening:
            self._waiting = (action, key)
            self.say("your library is still opening …", "hint")
        except CannotAct as reason:
            self.say(reason.told(self.key), "fault")
        except ReaderError as error:
            self.say(str(error), "bad")
        self.receiver.go_on()
        self.show()

    def do(self, action_id: str, key: str = "") -> None:
        """Do the action with this id, as the palette and the mouse ask for it."""
        self.message = ("", "text")
        self.perform(ACTION_BY_ID[action_id], key)

    @property
    def not_ready(self) -> bool:
        """Whether keys must wait: for the library, for a source that is being opened, for the field of a question."""
        return self._waiting is not None or self.sourcing.opening or super().not_ready

    # ------------------------------------------------------------------ moving and showing

    @property
    def in_hand(self) -> ReadingState:
        """The desk, as what searching and selecting need of it."""
        return self.desk

    def go(self, span: Span, *, jump: bool = False, centre: bool = False) -> None:
        """Move the cursor to the sentence of a range; a jump is remembered and can be come back from."""
        if jump and not self.view.noise_shown and is_noise(self.article, span):
            show_noise(self, True)
        sentence = self.article.sentences.at(span.start)
        if sentence is None:
            return
        if jump and self.view.cursor.start >= 0 and sentence != self.view.cursor:
            self.desk.trail.leave(self.view.cursor.start)
        self.view.move_to(sentence, centre=centre)
        self.take(sentence)
        if not sentence.overlaps(span):
            self.view.bring_into_view(span, centre=centre)

    def take(self, sentence: Span) -> None:
        """Take a sentence in hand: it is seen, and the claim on it is the current one."""
        desk = self.desk
        before = desk.annotation
        if sentence != desk.sentence:
            desk.sentence, desk.pair, desk.peeked = sentence, "", ""
        if desk.seen.add(sentence) and self.sentences >= 0 and not is_noise(self.article, sentence):
            self.seen_count += 1
        self.retint(before, desk.annotation)
        self.keeper.remember()

    def retint(self, *annotations: Annotation | None) -> None:
        """Paint the lines of annotations again: which one is in hand changed."""
        session = self.desk.session
        if session is not None and annotations[0] is not annotations[-1]:
            places = (session.place(a) for a in annotations if a is not None)
            self.view.repaint(*(place for place in places if place is not None))

    def choose(self, annotation: Annotation) -> None:
        """Take an annotation on the current sentence in hand."""
        before = self.desk.annotation
        self.desk.choose(annotation)
        self.retint(before, annotation)

    def show(self) -> None:
        """Show what is in hand on header, card, list and footer."""
        self._showing.all()

    def set_tab(self, tab: str) -> None:
        """Show a tab of the side pane."""
        if tab != self.desk.tab:
            self.desk.tab = tab
            self.list.index = 0
            self.keeper.remember()

    # ------------------------------------------------------------------ messages from below

    @on(ArticleView.Moved)
    def _moved(self, event: ArticleView.Moved) -> None:
        if event.sentence != self.desk.sentence:
            self.take(event.sentence)
            self.show()

    @on(ArticleView.Selected)
    def _selected(self) -> None:
        self.show()

    @on(ArticleView.Pressed)
    def _pressed(self, event: ArticleView.Pressed) -> None:
        self.picking = None
        self.view.focus()
        self.receiver.go_on()
        self._showing.pressed(event.offset)
        self.show()

    @on(ItemList.Changed)
    def _item_changed(self, event: ItemList.Changed) -> None:
        self.list.index = event.index
        self.list.focus()

    @on(Painted.Clicked)
    def _clicked(self, event: Painted.Clicked) -> None:
        event.stop()
        self._showing.clicked(event.target)

    @on(Painted.Resized)
    def _resized(self) -> None:
        self._show_soon()

    def _show_soon(self) -> None:
        """Show once for all the widgets that got another size or the focus in one go."""
        if not self._to_show:
            self._to_show = True
            self.call_later(self._show_now)

    def _show_now(self) -> None:
        self._to_show = False
        self.show()

    def on_descendant_focus(self) -> None:
        """Show which pane has the keys."""
        self._show_soon()

    # ------------------------------------------------------------------ what the library tells

    def heard(self, article_id: str, edits: Edits) -> None:
        """Take in what another window or program changed."""
        self.receiver.heard(article_id, edits)

    def told(self, text: str, tone: str) -> None:
        """Say something in the footer until the next key."""
        self.say(text, tone)
        self.show()

    def show_state(self) -> None:
        """Show how saving goes, and what there is to put right."""
        self._showing.footer()

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        self.desk.session, self.desk.trouble = event.session, None
        self.desk.changed()
        event.session.listen(self._changed)
        follow_noise(self)
        self.keeper.restore(event.entry)
        self.view.repaint_all()
        self.receiver.begin()
        tell_changed(self)
        self.show()
        self._go_on()

    def _go_on(self) -> None:
        """Do what waited for the library, then take the keys that were typed meanwhile."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.message = ("", "text")
            self.perform(*waiting)
        self.reader.take_waiting_keys()

    @on(AuditFinished)
    def _counted(self, event: AuditFinished) -> None:
        if event.article.noise != self.article.noise:
            return
        if self.sentences < 0:
            gc.freeze()  # what was made of the article stays: no key press need look through it for garbage
        self.sentences = len(event.article.sentences)
        self.seen_count = sum(map(self.desk.seen.covers, event.article.sentences.all()))
        entry = self.receiver.entry()
        self.desk.take_findings(event.findings)
        self.receiver.stay_on(entry)
        self.show()

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self.desk.trouble = event.error
        self.receiver.begin()
        self.show()
        self._go_on()

    def on_details_found(self, event: DetailsFound) -> None:
        """Have the review queue learn what sources lack."""
        if self.desk.queue is not None and self.desk.queue.learn(event.found):
            self.show()

    @on(EditionRead)
    def _edition_read(self, event: EditionRead) -> None:
        show_edition(self, event.read)

    def _changed(self, change: Change) -> None:
        """Keep a change of the session, and paint what it touched."""
        self.keeper.save(change)
        self.keeper.audit(change)
        self.desk.changed(change)
        follow_noise(self)
        session = self.desk.session
        if moves(change):
            self.view.repaint_all()  # where it stood before, nobody knows any more
        for edit in change.edits:
            for item in (edit.before, edit.after):
                if session is not None and isinstance(item, Annotation):
                    self.view.repaint(session.place(item) or Span(item.selector.start, item.selector.end))
