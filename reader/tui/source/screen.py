"""The source screen: a claim on top, below it the text of a source, beside that the passages closest to the claim.

It shows one pair of a claim and a reference over the reading screen. What actions do is in `commands`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from reader.article.ranges import Span
from reader.review.model import Annotation, Change, Evidence, Source
from reader.review.scale import UNAVAILABLE
from reader.review.selector import exact_range
from reader.review.vocabulary import CLAIM
from reader.tui.action import QUOTE, SOURCE, Situation
from reader.tui.background import error_message, run_in_background
from reader.tui.cues import Cues, ReadSource, SourcePair, SourcePassage
from reader.tui.keymap import verdict_key_label
from reader.tui.panes.pair_lines import EVIDENCE_SIGN
from reader.tui.panes.passages import PASSAGE_SIGNS
from reader.tui.source.renderer import SourcePanes, SourceRenderer
from reader.tui.text_screen import TextScreen
from reader.tui.text_state import CannotAct, TextState
from reader.tui.widgets.article_painter import TextMark
from reader.tui.widgets.article_view import ArticleView
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.styled_lines import NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.review.details.finder import ClaimDetails
    from reader.review.session import ReviewSession
    from reader.tui.reading.context import ReadingContext
    from reader.tui.shared_library import Edits


class _ClaimPane(StyledLines):
    """The claim on top."""

    UNDER = ("card", "text")


class SourceScreen(TextScreen):
    """Reads the source of `pair` over a reading screen. See `SourceContext` for its attributes."""

    WAIT_MESSAGE = "Looking for passages …"

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

    def __init__(self, pair: SourcePair, read: ReadSource, reading: ReadingContext) -> None:
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
        self.list = ItemList(id="passages")
        self._panes = SourcePanes(
            StyledLines(id="header"),
            _ClaimPane(id="source-claim"),
            StyledLines(id="passages-head"),
            StyledLines(id="drawer"),
            NoticeBar(id="notice"),
            self.footer,
        )
        self._state = TextState()
        self._state.drafts = reading.state.drafts
        self._marks: tuple[TextMark, ...] = ()
        self._start_sentence = Span(-1, -1)
        self.error = ""
        self._is_ready = False
        self._renderer = SourceRenderer(self, self._panes)

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        yield self._panes.header
        yield self._panes.claim
        with Horizontal(id="body"):
            yield self.view
            with Vertical(id="side"):
                yield self._panes.heading
                yield self.list
                yield self._panes.drawer
        yield self._panes.notice
        yield self.footer

    def on_mount(self) -> None:
        """Show the text, at the first evidence kept from it, and start the search for passages."""
        self.set_size_classes()
        self.follow()
        start = max(0, self.pair.start)
        first = self.kept_evidence[0][0] if self.kept_evidence and self.pair.start < 0 else Span(start, start)
        sentence = self._state.sentence = self.article.sentences.at(first.start)
        if sentence is not None:
            self._start_sentence = self.view.cursor = sentence
            if self.kept_evidence or start:
                self.call_after_refresh(self.view.bring_into_view, sentence, centre=True)
        if self.pair.words:
            self.start_after_first_frame(self._start_search)
        self._is_ready = True
        self.show()
        self.call_later(self.services.take_waiting_keys)

    def _start_search(self) -> None:
        """Search for passages, now that the text is on the screen."""
        run_in_background(self.post_message, partial(self.read.passages, self.pair.words), self._show_passages)

    def on_screen_resume(self) -> None:
        """Show what changed on a screen above this one."""
        self.follow()
        self.show()

    # ------------------------------------------------------------------ the pair

    @property
    def session(self) -> ReviewSession:
        """The review."""
        return self.reading.session

    @property
    def annotation(self) -> Annotation | None:
        """The claim, None without one."""
        annotation = self.session.index.get(self.pair.claim) if self.pair.claim else None
        return annotation if annotation is not None and annotation.kind == CLAIM else None

    @property
    def source(self) -> Source | None:
        """The source of this text: that of the reference if it has the text, else another one."""
        shelf, digest = self.session.sources, self.read.text.digest
        own = shelf.source(self.pair.reference.id)
        return own if own is not None and own.text_of(digest) is not None else shelf.source_with_text(digest)

    @property
    def verdict(self) -> str:
        """The verdict on the pair, "" without one."""
        annotation = self.annotation
        return annotation.verdict_on(self.pair.reference.id) if annotation is not None else ""

    @property
    def is_hidden(self) -> bool:
        """Whether the passages are hidden because the person judges blind."""
        return self.reading.sources.blind and not self.verdict and bool(self.pair.words)

    @property
    def passages(self) -> tuple[SourcePassage, ...]:
        """The passages that are shown."""
        return self.cues.passages if self.cues is not None and not self.is_hidden else ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence for the pair, from any text."""
        annotation = self.annotation
        judgement = annotation.judgement_on(self.pair.reference.id) if annotation is not None else None
        return judgement.evidence if judgement is not None else ()

    def follow(self) -> None:
        """Mark the evidence in the text, and the passages that are shown."""
        digest = self.read.text.digest
        own = [evidence for evidence in self.evidence if evidence.source == digest]
        places = ((exact_range(self.article.text, evidence.selector), evidence) for evidence in own)
        pairs = [(place, evidence) for place, evidence in places if place is not None]
        self.kept_evidence = tuple(sorted(pairs, key=lambda one: one[0]))
        # Evidence comes first and last: the gutter shows the first sign, the text the topmost mark.
        marks = [TextMark(place, "", EVIDENCE_SIGN, "yours") for place, _ in self.kept_evidence]
        for number, passage in enumerate(self.passages):
            current = number == self.passage_index
            role = "current-passage" if current else "passage"
            marks.append(TextMark(passage.span, role, PASSAGE_SIGNS[current], "cite" if current else "secondary"))
            marks.extend(TextMark(shared, "shared", "", "") for shared in passage.shared)
        marks.extend(TextMark(place, "evidence", "", "") for place, _ in self.kept_evidence)
        new_marks = tuple(marks)
        if new_marks != self._marks:
            old, self._marks = self._marks, new_marks
            self.view.repaint(*(mark.span for mark in {*old} ^ {*new_marks}))

    def _marks_on(self, span: Span) -> Iterator[TextMark]:
        return (mark for mark in self._marks if mark.span.overlaps(span))

    def _show_passages(self, outcome: tuple[SourcePassage, ...] | Exception) -> None:
        if isinstance(outcome, Exception):
            self.error = error_message(outcome, "the source")
        else:
            self.cues = Cues(outcome)
            run_in_background(self.post_message, partial(self.read.find_details, self.pair.words), self._show_details)
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
        self.run_waiting_action()

    def _show_details(self, outcome: ClaimDetails | Exception) -> None:
        if isinstance(outcome, Exception):
            self.say(error_message(outcome, "the source"), "bad")
        elif self.cues is not None:
            self.cues = self.cues._replace(details=outcome)
        self.show()

    def _passage_at(self, sentence: Span) -> int:
        """Return the number of the passage that a sentence is, -1 for none."""
        return next((n for n, passage in enumerate(self.passages) if passage.span.overlaps(sentence)), -1)

    def go_passage(self, number: int) -> None:
        """Go to a passage by its number."""
        self.passage_index = number
        passage = self.passages[number]
        self.view.select(None)
        self._state.sentence = self.article.sentences.at(passage.span.start) or passage.span
        self.view.move_to(self._state.sentence, centre=True)
        self.list.go_to(number)
        self.follow()

    # ------------------------------------------------------------------ what commands do to the pair

    def current_claim(self) -> Annotation:
        """Return the claim; raises CannotAct if there is none, or if it no longer makes a pair with the reference."""
        annotation, reference = self.annotation, self.pair.reference
        if annotation is None:
            no_claim = "This is no longer a claim; {} goes back to the article"
            none = "No current claim rests on this source; {} goes back, to mark the sentence as a claim"
            raise CannotAct(no_claim if self.pair.claim else none, "source-back")
        if self.session.index.place(annotation) is None:
            raise CannotAct("This claim has lost its place in the text; {} goes back to the article", "source-back")
        if reference.id not in self.session.index.status(annotation).rests_on:
            raise CannotAct(f"The claim no longer rests on [{reference.label}]")
        return annotation

    def current_pair(self) -> tuple[Annotation, str]:
        """Return the claim and the id of the reference. Raises CannotAct."""
        return self.current_claim(), self.pair.reference.id

    def select_pair(self, reference: str) -> None:
        """Show the pair on the reading screen, and in its queue."""
        from reader.tui.reading.queue_flow import select_queue_pair

        reading, claim = self.reading, self.current_claim()
        place, here = self.session.index.place(claim), reading.state.sentence
        if place is not None and (here is None or not here.overlaps(place)):
            reading.go(place)
        reading.select_annotation(claim)
        reading.select_pair(reference)
        select_queue_pair(reading, claim, reference)

    def after_verdict(self, claim: Annotation, reference: str, message: str) -> None:
        """Let the reading screen go on to the next pair and return to it; stay if only the source is unavailable."""
        self.select_pair(reference)
        self.reading.after_verdict(claim, reference, message)
        self.message = self.reading.message
        if claim.verdict_on(reference) != UNAVAILABLE or self.reading.state.active_queue is not None:
            self.close()

    def go_to_change(self, change: Change) -> str:
        """Stay on the source: changes are shown here or nowhere."""
        return ""

    def save_progress(self, *, with_counts: bool = True) -> None:
        """Save the position in the article and the counts of its review."""
        self.reading.save_progress(with_counts=with_counts)

    def close(self) -> None:
        """Go back to the article."""
        self.dismiss()

    # ------------------------------------------------------------------ keys

    @property
    def key_context(self) -> str:
        """The context that decides which keys act now."""
        return QUOTE if self._state.range_selection is not None else SOURCE

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (SOURCE,)

    @property
    def situation(self) -> Situation:
        """The facts that decide which actions apply."""
        digest, source = self.read.text.digest, self.source
        is_replaced = source is not None and source.current != digest
        return Situation(
            verdict_key_label(self.session.index.scale, self.services.keymap.keys_of("verdict")),
            is_claim=self.annotation is not None,
            reference_count=1,
            can_undo=self.session.can_undo,
            has_passages=bool(self.passages),
            has_other_text=is_replaced or any(evidence.source != digest for evidence in self.evidence),
            is_on_evidence=self.evidence_here() is not None,
        )

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: also for the text, and for another text that is being opened."""
        return not self._is_ready or self.reading.sources.is_opening or super().is_busy

    @property
    def is_searching(self) -> bool:
        """Whether the search for passages goes on and the cursor will move to the closest one."""
        is_pending = (
            bool(self.pair.words) and self.cues is None and not self.error and not self.kept_evidence and not self.is_hidden
        )
        return is_pending and self.view.selection is None and self.view.cursor == self._start_sentence

    @property
    def state(self) -> TextState:
        """What is current on the text."""
        return self._state

    def take_key(self, event: events.Key) -> bool:
        """Take a key and close the question for a verdict."""
        if not self.is_typing:
            self.verdict_prompt = ""
        return super().take_key(event)

    def run_command(self, action_id: str, key: str) -> None:
        """Run the command of an action. Raises CannotAct and ReaderError."""
        from reader.tui.source.commands import SOURCE_COMMANDS

        self.verdict_prompt = ""
        SOURCE_COMMANDS[action_id](self, key)

    def finish_action(self) -> None:
        """Show what an action changed, unless it opened another screen."""
        if self.is_current:
            self.follow()
            self.show()

    def go(self, span: Span, *, jump: bool = False, centre: bool = False) -> None:
        """Move the cursor to the sentence of a range; noise is shown if the range is in it."""
        if not self.view.noise_shown and self.article.is_noise(span):
            self.article = self.article.with_noise_included()
            self.view.show_article(self.article, noise_shown=True)
        sentence = self.article.sentences.at(span.start)
        if sentence is not None:
            self.view.move_to(sentence, centre=centre)
            self._set_sentence(sentence)
            if not sentence.overlaps(span):
                self.view.bring_into_view(span, centre=centre)

    # ------------------------------------------------------------------ showing

    def show(self) -> None:
        """Draw header, claim, passages and footer."""
        if self.is_mounted:
            self._renderer.show_all()

    def evidence_here(self) -> Evidence | None:
        """Return the evidence that the cursor is on, or None."""
        return next((evidence for place, evidence in self.kept_evidence if place.overlaps(self.view.cursor)), None)

    @on(ArticleView.Moved)
    def _handle_move(self, event: ArticleView.Moved) -> None:
        self._set_sentence(event.sentence)
        self.show()

    def _set_sentence(self, sentence: Span) -> None:
        """Make a sentence the current one, and the passage that it is."""
        self._state.sentence = sentence
        number = self._passage_at(sentence)
        if number >= 0 and number != self.passage_index:
            self.passage_index = number
            self.list.go_to(number)
            self.follow()

    @on(ArticleView.Selected)
    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self.show()

    @on(ArticleView.Pressed)
    def _handle_press(self) -> None:
        self._state.range_selection = None
        self.view.focus()
        self.show()

    @on(ItemList.Changed)
    def _handle_item(self, event: ItemList.Changed) -> None:
        if event.index < len(self.passages):
            self.go_passage(event.index)
        self.view.focus()
        self.show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, value = event.target.partition(":")
        if kind in ("action", "key"):
            self.do(value if kind == "action" else "verdict", value if kind == "key" else "")
        else:
            self.say("")

    # ------------------------------------------------------------------ messages of the library

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Show what another window or program changed, once the reading screen has merged it."""
        self.call_later(self.on_screen_resume)

    def show_save_status(self) -> None:
        """Show the state of saving."""
        if self.is_mounted:
            self._renderer.show_footer()
