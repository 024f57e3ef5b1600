"""The source screen: the claim on top, below it the whole text of its source, beside that the passages closest to the claim.

It shows one pair of a claim and a reference. What is said of the pair is the review's; the reading screen lies beneath, and
judges. What a key does is in `reader.tui.source.commands`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from reader.article.article import Article
from reader.article.model import Reference
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.review.model import CLAIM, Annotation, Evidence, Source
from reader.review.selector import exact_range
from reader.review.session import ReviewSession
from reader.tui.actions import ACTION_BY_ID, QUOTE, SOURCE, Action
from reader.tui.background import error_message, run_in_background
from reader.tui.cues import Cues, ReadSource, SourcePassage
from reader.tui.noise import is_noise
from reader.tui.panes.pair_lines import EVIDENCE_SIGN
from reader.tui.panes.passages import PASSAGE_SIGNS
from reader.tui.shared_library import Edits, LibraryListener
from reader.tui.source.renderer import SourceRenderer
from reader.tui.text_screen import FIRST_FRAME, WIDE, TextScreen
from reader.tui.text_state import CannotAct, NotReady, TextState
from reader.tui.widgets.article_painter import TextMark
from reader.tui.widgets.article_view import ArticleView
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from reader.review.details.finder import Detail
    from reader.tui.reading.screen import ReadingScreen


class SourcePair(NamedTuple):
    """What a source is read for: the reference, and the words of the claim, "" for none; `claim` is its annotation's id."""

    reference: Reference
    claim: str
    words: str


class _ClaimPane(Painted):
    """The claim on top."""

    UNDER = ("card", "text")


class SourceScreen(TextScreen[None], LibraryListener):
    """Reads the source of `pair` over a reading screen. `kept` are the passages of this text that are evidence for the pair."""

    DEFAULT_CSS = """
    SourceScreen { background: $background; }
    SourceScreen.-asking #footer { display: none; }
    #source-claim { height: 1; background: $panel; }
    #passages-head { height: 2; background: $surface; }
    #passages { height: 1fr; background: $surface; }
    #drawer { display: none; height: 5; background: $surface; }
    SourceScreen.-narrow #passages-head, SourceScreen.-narrow #passages { display: none; }
    SourceScreen.-narrow #drawer { display: block; }
    """

    def __init__(self, pair: SourcePair, read: ReadSource, reading: ReadingScreen) -> None:
        super().__init__()
        self.pair = pair
        self.read = read
        self.article: Article = read.article
        self.reading = reading
        self.cues: Cues | None = None
        self.passage_index = -1
        self.kept_evidence: tuple[tuple[Span, Evidence], ...] = ()
        self.verdict_prompt = ""
        self.view = ArticleView(self.article, self._marks_on, id="article")
        self.header = Painted(id="header")
        self.claim_pane = _ClaimPane(id="source-claim")
        self.head = Painted(id="passages-head")
        self.list = ItemList(id="passages")
        self.drawer = Painted(id="drawer")
        self._in_hand = TextState()
        self._marks: tuple[TextMark, ...] = ()
        self._start_sentence = Span(-1, -1)
        self.error = ""
        self._is_ready = False
        self._waiting_action: tuple[Action, str] | None = None
        self._renderer = SourceRenderer(self)

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        yield self.header
        yield self.claim_pane
        with Horizontal(id="body"):
            yield self.view
            with Vertical(id="side"):
                yield self.head
                yield self.list
                yield self.drawer
        yield self.footer

    def on_mount(self) -> None:
        """Show the text, on what is kept of it already, and have its passages looked for."""
        self.set_class(self.services.size.width < WIDE, "-narrow")
        self.follow()
        first = self.kept_evidence[0][0] if self.kept_evidence else Span(0, 0)
        sentence = self._in_hand.sentence = self.article.sentences.at(first.start)
        if sentence is not None:
            self._start_sentence = self.view.cursor = sentence
            if self.kept_evidence:
                self.call_after_refresh(self.view.bring_into_view, sentence, centre=True)
        if self.pair.words:
            self.call_after_refresh(self.set_timer, FIRST_FRAME, self._start_search)
        self._is_ready = True
        self.show()
        self.call_later(self.services.take_waiting_keys)

    def _start_search(self) -> None:
        """Have the passages looked for, now that the text is on the screen."""
        run_in_background(self.post_message, partial(self.read.passages, self.pair.words), self._show_passages)

    def on_screen_resume(self) -> None:
        """Show what was said of the pair on a screen above."""
        self.follow()
        self.show()

    # ------------------------------------------------------------------ the pair

    @property
    def session(self) -> ReviewSession:
        """The review."""
        return self.reading.state.open_session

    @property
    def annotation(self) -> Annotation | None:
        """The claim, None when there is none, or none any more."""
        annotation = self.session.index.get(self.pair.claim) if self.pair.claim else None
        return annotation if annotation is not None and annotation.kind == CLAIM else None

    @property
    def source(self) -> Source | None:
        """The source of this text: the one behind the reference, as another may hold the same text."""
        shelf, digest = self.session.sources, self.read.text.digest
        own = shelf.source(self.pair.reference.id)
        return own if own is not None and own.text_of(digest) is not None else shelf.source_with_text(digest)

    @property
    def verdict(self) -> str:
        """The verdict on the pair, "" when there is none."""
        annotation = self.annotation
        return annotation.verdict_on(self.pair.reference.id) if annotation is not None else ""

    @property
    def is_hidden(self) -> bool:
        """Whether the passages are hidden."""
        return self.reading.sources.blind and not self.verdict and bool(self.pair.words)

    @property
    def passages(self) -> tuple[SourcePassage, ...]:
        """The passages that can be seen."""
        return self.cues.passages if self.cues is not None and not self.is_hidden else ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What is kept for the pair, of any text."""
        annotation = self.annotation
        judgement = annotation.judgement_on(self.pair.reference.id) if annotation is not None else None
        return judgement.evidence if judgement is not None else ()

    def follow(self) -> None:
        """Mark in the text what is evidence now, and the passages that can be seen."""
        digest = self.read.text.digest
        own = [evidence for evidence in self.evidence if evidence.source == digest]
        places = ((exact_range(self.article.text, evidence.selector), evidence) for evidence in own)
        placed = [(place, evidence) for place, evidence in places if place is not None]
        self.kept_evidence = tuple(sorted(placed, key=lambda one: one[0]))
        # In the gutter the first sign counts, in the text what lies on top: so evidence comes first and last.
        marks = [TextMark(place, "", EVIDENCE_SIGN, "yours") for place, _ in self.kept_evidence]
        for number, passage in enumerate(self.passages):
            current = number == self.passage_index
            role = "current-passage" if current else "passage"
            marks.append(TextMark(passage.span, role, PASSAGE_SIGNS[current], "cite" if current else "secondary"))
            marks.extend(TextMark(shared, "shared", "", "") for shared in passage.shared)
        marks.extend(TextMark(place, "evidence", "", "") for place, _ in self.kept_evidence)
        made = tuple(marks)
        if made != self._marks:
            old, self._marks = self._marks, made
            self.view.repaint(*(mark.span for mark in {*old} ^ {*made}))

    def _marks_on(self, span: Span) -> Iterator[TextMark]:
        return (mark for mark in self._marks if mark.span.overlaps(span))

    def _show_passages(self, found: tuple[SourcePassage, ...] | Exception) -> None:
        if isinstance(found, Exception):
            self.error = error_message(found, "the source")
        else:
            self.cues = Cues(found)
            run_in_background(self.post_message, partial(self.read.missing, self.pair.words), self._show_missing_details)
            self.passage_index = self._passage_at(self.view.cursor)
            self.follow()
            if (
                self.passages
                and not self.kept_evidence
                and self.view.cursor == self._start_sentence
                and self.view.selection is None
            ):
                self.go_passage(0)
        self.show()
        waiting, self._waiting_action = self._waiting_action, None
        if waiting is not None:
            self.message = ("", "text")
            self.perform(*waiting)
        self.services.take_waiting_keys()

    def _show_missing_details(self, found: tuple[Detail, ...] | Exception) -> None:
        if isinstance(found, Exception):
            self.say(error_message(found, "the source"), "bad")
        elif self.cues is not None:
            self.cues = replace(self.cues, missing=found)
        self.show()

    def _passage_at(self, sentence: Span) -> int:
        """Return the number of the passage that a sentence is, -1 for none."""
        return next((n for n, passage in enumerate(self.passages) if passage.span.overlaps(sentence)), -1)

    def go_passage(self, number: int) -> None:
        """Go to a passage by its number."""
        self.passage_index = number
        passage = self.passages[number]
        self.view.select(None)
        # At once, not with the message that the cursor moved: the next key may be there before it.
        self._in_hand.sentence = self.article.sentences.at(passage.span.start) or passage.span
        self.view.move_to(self._in_hand.sentence, centre=True)
        self.list.go_to(number)
        self.follow()

    # ------------------------------------------------------------------ keys

    @property
    def context(self) -> str:
        """Which keys act now: those of the source, or of a selection."""
        return QUOTE if self.range_selection is not None else SOURCE

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: for the text, for another text that is being opened, for the passages, for a field."""
        waits = not self._is_ready or self._waiting_action is not None or self.reading.sources.is_opening
        return waits or super().is_busy

    @property
    def is_searching(self) -> bool:
        """Whether the passages are still being looked for, and nothing was gone to: then the closest one will be."""
        looking = (
            bool(self.pair.words) and self.cues is None and not self.error and not self.kept_evidence and not self.is_hidden
        )
        return looking and self.view.selection is None and self.view.cursor == self._start_sentence

    @property
    def in_hand(self) -> TextState:
        """The sentence with the cursor, and the hits of a search."""
        return self._in_hand

    def take_key(self, event: events.Key) -> bool:
        """Take a key; one that does nothing may say so in the place of the verdict that was asked for."""
        if not self.is_typing:
            self.verdict_prompt = ""
        return super().take_key(event)

    def perform(self, action: Action, key: str = "") -> None:
        """Do an action, or say why it cannot be done."""
        from reader.tui.source.commands import command_of

        self.verdict_prompt = ""
        try:
            command_of(action.id)(self, key)
        except NotReady:
            self._waiting_action = (action, key)
            self.say("looking for passages …", "hint")
        except CannotAct as reason:
            self.say(reason.to_message(self.key), "fault")
        except ReaderError as error:
            self.say(str(error), "bad")
        if self.is_current:
            self.follow()
            self.show()

    def go(self, span: Span, *, jump: bool = False, centre: bool = False) -> None:
        """Move the cursor to the sentence of a range; what is set aside is shown for it."""
        if not self.view.noise_shown and is_noise(self.article, span):
            self.article = self.article.with_noise_included()
            self.view.show_article(self.article, noise_shown=True)
        sentence = self.article.sentences.at(span.start)
        if sentence is not None:
            self.view.move_to(sentence, centre=centre)
            self._in_hand.sentence = sentence
            if not sentence.overlaps(span):
                self.view.bring_into_view(span, centre=centre)

    # ------------------------------------------------------------------ showing

    def show(self) -> None:
        """Show header, claim, passages and footer."""
        if self.is_mounted:
            self._renderer.show_all()

    def evidence_here(self) -> Evidence | None:
        """Return the evidence that the cursor is on, or None."""
        return next((evidence for place, evidence in self.kept_evidence if place.overlaps(self.view.cursor)), None)

    @on(ArticleView.Moved)
    def _handle_move(self, event: ArticleView.Moved) -> None:
        self._in_hand.sentence = event.sentence
        number = self._passage_at(event.sentence)
        if number >= 0 and number != self.passage_index:
            self.passage_index = number
            self.list.go_to(number)
            self.follow()
        self.show()

    @on(ArticleView.Selected)
    @on(Painted.Resized)
    def _handle_resize(self) -> None:
        self.show()

    @on(ArticleView.Pressed)
    def _handle_press(self) -> None:
        self.range_selection = None
        self.view.focus()
        self.show()

    @on(ItemList.Changed)
    def _handle_item(self, event: ItemList.Changed) -> None:
        if event.index < len(self.passages):
            self.go_passage(event.index)
        self.view.focus()
        self.show()

    @on(Painted.Clicked)
    def _handle_click(self, event: Painted.Clicked) -> None:
        event.stop()
        kind, _, value = event.target.partition(":")
        self.message = ("", "text")
        if kind == "action":
            self.perform(ACTION_BY_ID[value])
        elif kind == "key":
            self.perform(ACTION_BY_ID["verdict"], value)

    # ------------------------------------------------------------------ what the library tells

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Show what another window or program changed, once the reading screen has taken it in."""
        self.call_later(self.on_screen_resume)

    def show_message(self, text: str, tone: str) -> None:
        """Say something in the footer until the next key."""
        self.say(text, tone)
        self.show()

    def show_save_status(self) -> None:
        """Show how saving goes."""
        if self.is_mounted:
            self._renderer.show_footer()
