"""Draw the state of the reading screen on its panes, and turn clicks into actions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.ranges import Span
from reader.formats.detection import SCAN
from reader.review.pairs import citations_in
from reader.review.vocabulary import HELD_STATES
from reader.tui.action import CARD
from reader.tui.panes import lists
from reader.tui.panes.bars import (
    Notice,
    ReadingProgress,
    SaveStatus,
    follow_lines,
    footer_lines,
    header_line,
    notice_lines,
    tab_lines,
)
from reader.tui.panes.card import attachment_lines, card_lines, open_card_page, peek_lines
from reader.tui.panes.lists import FINDING_HEIGHT, finding_rows
from reader.tui.reading.state import CONTENTS
from reader.tui.styled_line import Part, StyledLine, line
from reader.tui.widgets.styled_lines import CARD_ROLES

if TYPE_CHECKING:
    from reader.review.index import AnnotationIndex
    from reader.review.model import Annotation, Dismissal
    from reader.tui.reading.context import ReadingContext
    from reader.tui.reading.review_queue import ReviewQueue
    from reader.tui.widgets.item_list import ItemList
    from reader.tui.widgets.styled_lines import NoticeBar, StyledLines


ROOMY_LIST: Final = 12
"""Fewest lines of the list of references that has a heading."""


LONG_TEXT: Final = 10_000
"""The code points from which on the header says where in the text the cursor is."""


class ReadingPanes(NamedTuple):
    """The widgets around the article."""

    header: StyledLines
    card: StyledLines
    tabs: StyledLines
    list: ItemList
    notice: NoticeBar
    footer: StyledLines


class ReadingRenderer:
    """Draw the panes of one reading screen."""

    def __init__(self, context: ReadingContext, panes: ReadingPanes) -> None:
        self._context = context
        self._panes = panes
        self._list_inputs: tuple[object, ...] = ()

    def show_all(self) -> None:
        """Draw everything that depends on the state."""
        if self._context.state.active_queue is not None:
            from reader.tui.reading.queue_flow import show_current_pair

            show_current_pair(self._context)
        if self._context.state.active_queue is not None or self._context.has_class("-end"):
            from reader.tui.reading.end_of_queue import show_end

            show_end(self._context)
        self.show_header()
        self.show_card()
        self.show_side()
        self.show_footer()

    def show_reading(self) -> None:
        """Say that the rest of the article is being read; nothing else is known yet."""
        self._panes.footer.show(footer_lines((), SaveStatus(), self._context.width, "Reading …", "hint")[-1:])

    def show_header(self) -> None:
        """Draw title and progress."""
        context, state = self._context, self._context.state
        decided, sentences = state.decided_count(), state.sentence_count
        title = state.session.title if state.session is not None else context.article.title
        if state.active_queue is not None and state.session is not None:
            from reader.tui.panes.queue import queue_header

            found = "pairs found" if state.active_queue.is_limited else ""
            filter_text, tally = state.active_queue.filter_text or found, state.session.index.tally
            self._panes.header.show([queue_header(title, tally, decided, sentences, filter_text, context.width)])
            return
        progress = ReadingProgress(
            decided,
            sentences if state.session is not None else -1,
            state.session.index.tally if state.session else None,
            state.filter.text,
            _place_in(len(context.article.text), state.sentence),
        )
        self._panes.header.show([header_line(title, progress, context.width, is_recognized=context.article.format == SCAN)])

    def show_card(self) -> None:
        """Draw the card: the open one in full, or the peeked reference."""
        context, state = self._context, self._context.state
        width, height = self._panes.card.size
        width -= 2
        if context.has_class("-end") and state.active_queue is not None:
            self._show_end(state.active_queue, width, height)
            return
        keymap = context.services.keymap
        view = state.card_view(keymap.label, keymap.keys_of("verdict"))
        if state.sentence is not None and state.annotation_to_attach is None:
            view = view._replace(comments=state.article.comments_at(state.sentence))
        drawer = context.has_class("-narrow") and not context.has_class("-card") and not context.has_class("-side")
        if state.active_queue is not None:
            from reader.tui.panes.queue import queue_lines
            from reader.tui.reading.queue_flow import queue_view

            lines = queue_lines(queue_view(context), width, height)
        elif state.annotation_to_attach is not None:
            lines = attachment_lines(view, width, height, drawer=drawer)
        elif context.has_class("-card"):
            annotation = state.annotation
            span = state.sentence or Span(0, 0)
            session = state.session
            quote = context.article.text[span.start : span.end]
            quote = lists.quote_of(session, annotation) if session is not None and annotation is not None else quote
            scroll = state.card_scroll
            card = open_card_page(view, quote, width, height, scroll.pages_at((state.sentence, view.pair)))
            scroll.limit(-card.above, card.below)
            lines = card.lines
        elif state.peeked_reference:
            lines = peek_lines(
                state.article.reference_by_id[state.peeked_reference],
                len(state.citations_of(state.peeked_reference)),
                width,
                height,
            )
        else:
            lines = card_lines(view, width, height, drawer=drawer)
        # The shade of the card ends with its words; its room does not, so that the list below keeps its place.
        self._panes.card.show([(Part(" "), *parts) for parts in lines], [CARD_ROLES] * len(lines))
        context.view.show_cited(frozenset({state.peeked_reference}) if state.peeked_reference else frozenset())

    def _show_end(self, queue: ReviewQueue, width: int, height: int) -> None:
        """Draw the page at the end of the queue, and beside it what the author should mend."""
        from reader.tui.panes.complete import author_lines
        from reader.tui.reading.end_of_queue import end_page_lines, end_view

        page, view = self._context.end_pane(), end_view(self._context, queue)
        if page.size.height:
            page.show(end_page_lines(self._context, view, *page.size))
        lines = author_lines(view, width, height)
        self._panes.card.show([(Part(" "), *parts) for parts in lines], [CARD_ROLES] * len(lines))

    def is_pair_hidden(self) -> bool:
        """Whether the queue has no room to show its pair."""
        queue = self._context.state.active_queue
        if queue is None or queue.is_at_end:
            return False
        from reader.tui.panes.queue import TOO_SMALL, queue_lines
        from reader.tui.reading.queue_flow import queue_view

        width, height = self._panes.card.size
        return TOO_SMALL in queue_lines(queue_view(self._context), width - 2, height)

    def show_side(self) -> None:
        """Draw the tabs and the current list, unless a narrow window hides them."""
        context, state = self._context, self._context.state
        if not self._panes.list.display or not self._panes.list.size.height:
            return
        counts = (
            ("references", "References", ""),
            ("claims", "Claims", str(state.count_claims()) if state.session else ""),
            ("audit", "Audit", str(state.count_faults() or "")),
            ("open", "To do", str(len(state.todo_items)) if state.tab == "open" else ""),
        )
        if state.tab == CONTENTS:
            counts = ((CONTENTS, "Contents", str(len(state.article.sections))),)
        self._panes.tabs.show(tab_lines(state.tab, counts, self._panes.tabs.size.width))
        focused = context.has_list_focus
        depends = (
            state.tab,
            state.revision,
            focused,
            self._panes.list.index,
            self._panes.list.size,
            state.sentence,
            state.annotation,
            state.is_audited,
            context.view.noise_shown,
        )
        if depends != self._list_inputs:
            self._list_inputs = depends
            lists_by_tab = {
                "references": self._show_references,
                "claims": self._show_claims,
                "audit": self._show_audit,
                "open": self._show_todo,
                CONTENTS: self._show_contents,
            }
            lists_by_tab[state.tab](focused)

    def _show_references(self, focused: bool) -> None:
        state = self._context.state
        references = state.references()
        lit, never_cited = set(state.rests_on()), state.never_cited_ids()
        width, rows = self._panes.list.size
        head: list[StyledLine] = []
        if state.session is not None and state.filter.source_marks:
            total = len(state.article.references)
            head = lists.filter_lines(len(references), total, state.filter.text, self._context.key("filter"), width)
        elif state.session is not None and references and rows >= ROOMY_LIST:
            supplied = sum(state.session.sources.state(reference.id) in HELD_STATES for reference in references)
            head = lists.source_count_lines(supplied, len(references), self._context.key("fetch-sources"), width)
        height = lists.reference_height(references, width, rows - len(head))

        def row(index: int, width: int, current: bool) -> Sequence[StyledLine]:
            reference = references[index]
            cited, never = len(state.citations_of(reference.id)), reference.id in never_cited
            use = lists.reference_use(reference.id, state.session, state.scale, cited, never=never)
            return lists.reference_rows(reference, use, width, height, current=current and focused, lit=reference.id in lit)

        none = "No source passes the filter" if state.article.references else "No reference list found in this article"
        empty = [line((none, "hint"))]
        at = [n for n, reference in enumerate(references) if reference.id in lit] if not focused else []
        in_view = (at[0], at[-1]) if at else None
        self._panes.list.fill(len(references), height, row, empty, in_view, head, is_chosen=focused)

    def _show_claims(self, focused: bool) -> None:
        context, state = self._context, self._context.state
        annotations = state.filtered_annotations()
        session = state.session
        on_sentence = state.annotations_here()
        here = {annotation.id for annotation in on_sentence}

        def row(index: int, width: int, current: bool) -> Sequence[StyledLine]:
            if session is None:
                return ()
            listed = lists.listed_annotation(session, annotations[index], state.scale)
            return lists.claim_rows(listed, width, current=current and focused, here=listed.id in here)

        none = (
            "No claim passes the filter"
            if state.filter.text
            else f"No claims yet: {context.key('mark')} marks a sentence as one"
        )
        at = _first_of(on_sentence, annotations, session.index) if session is not None and not focused else None
        empty, in_view = [line((none, "hint"))], (at, at) if at is not None else None
        self._panes.list.fill(len(annotations), lists.CLAIM_HEIGHT, row, empty, in_view, is_chosen=focused)

    def _show_audit(self, focused: bool) -> None:
        state = self._context.state
        findings = state.findings
        dismissals: Mapping[str, Dismissal] = state.session.index.dismissals() if state.session is not None else {}

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            finding = findings[index]
            why = dismissals[finding.key].reason if finding.key in dismissals else None
            uncited = state.is_uncited_claim(finding)
            return finding_rows(state.article, finding, index, width, why, uncited_claim=uncited, current=current and focused)

        none = "No findings" if state.is_audited else "Reading …"
        self._panes.list.fill(len(findings), FINDING_HEIGHT, row, [line((none, "hint"))], is_chosen=focused)

    def _show_todo(self, focused: bool) -> None:
        state = self._context.state
        # Imported when the list is first shown: the first frame has none.
        from reader.tui.panes.todo import TODO_HEIGHT, aside_lines, completeness_lines, todo_rows

        items, session, counts = state.todo_items, state.session, state.counts()
        width = self._panes.list.size.width

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            return [] if session is None else todo_rows(session, items[index], index, width, current=current and focused)

        work = completeness_lines(counts, width) if counts is not None else [line(("Reading …", "hint"))]
        aside, shown = len(self._context.article.aside), self._context.view.noise_shown
        head = [*work, *aside_lines(aside, self._context.key("noise"), shown=shown), ()]
        self._panes.list.fill(len(items), TODO_HEIGHT, row, head=head, is_chosen=focused)

    def _show_contents(self, focused: bool) -> None:
        state = self._context.state
        sections, here = state.article.sections, state.current_section()

        def row(index: int, width: int, current: bool) -> Sequence[StyledLine]:
            claims = state.count_claims_in(index)
            return [lists.section_row(sections[index], index, claims, width, current=current and focused, here=index == here)]

        empty = [line(("This article has no headings", "hint"))]
        in_view = (here, here) if here >= 0 and not focused else None
        self._panes.list.fill(len(sections), lists.SECTION_HEIGHT, row, empty, in_view, is_chosen=focused)

    def show_footer(self) -> None:
        """Draw the footer, with keys or the message and the state of saving, and the notice above it."""
        context, state = self._context, self._context.state
        width = context.width
        keymap = context.services.keymap
        trouble = state.library_error if state.session is None else None
        status = SaveStatus("failed") if trouble else context.services.save_status
        notice = Notice(status, trouble, len(context.services.copies))
        if context.pending_keys:
            follow = keymap.find(context.key_context, tuple(context.pending_keys.split(" "))).follow
            lines = follow_lines(context.pending_keys, follow, status, width)
        else:
            hints = keymap.hints(context.key_context, context.situation)
            lines = footer_lines(hints, status, width, *context.message, is_hidden=context.is_asking)
        self._panes.notice.show_notice([*notice_lines(notice, width, keymap.label), *lines[:-1]])
        self._panes.footer.show(lines[-1:])

    # ------------------------------------------------------------------ the mouse

    def handle_press(self, offset: int) -> None:
        """Act on a click in the text: peek the reference of a marker, select a claim."""
        state = self._context.state
        if state.active_queue is not None:
            self._context.do("review")
        for citation in citations_in(state.article, Span(offset, offset + 1)):
            if citation.references:
                self.show_reference(citation.references[0])
        if state.session is not None:
            under = state.session.index.annotations_on(Span(offset, offset + 1))
            if under:
                self._context.select_annotation(min(under, key=lambda a: len(a.selector.exact)))

    def show_reference(self, reference: str) -> None:
        """Peek a reference on the card, and go to it in the list."""
        state = self._context.state
        state.peeked_reference = state.selected_reference = reference
        ids = [r.id for r in state.references()]
        if state.tab == "references" and reference in ids:
            self._panes.list.go_to(ids.index(reference))

    def handle_click(self, target: str) -> None:
        """Act on a click on a part of a pane."""
        context, state = self._context, self._context.state
        kind, _, value = target.partition(":")
        if kind == "action":
            context.do(value)
        elif kind == "key":
            context.do("verdict", value)
        elif kind == "tab":
            context.set_tab(value)
        elif kind == "pair":
            state.selected_reference = value
        elif kind == "reference":
            self.show_reference(value)
            if context.key_context != CARD and context.has_list_focus:
                context.do("list-enter")
        elif kind == "amend" and state.active_queue is not None:
            state.active_queue.amendment = int(value)
            context.do("review-enter")
        elif kind in ("claim", "finding", "open", "section"):
            context.do("list-enter")
        context.show()


def _first_of(some: Iterable[Annotation], annotations: Sequence[Annotation], index: AnnotationIndex) -> int | None:
    """Return the index of the first of some annotations in a list by place, orphans last; None if none is in it."""
    end = len(index.article.text)

    def place(annotation: Annotation) -> Span:
        return index.place(annotation) or Span(end, end)

    entries = ((one.id, bisect_left(annotations, place(one), key=place)) for one in some)
    return next((n for identity, n in entries if n < len(annotations) and annotations[n].id == identity), None)


def _place_in(length: int, sentence: Span | None) -> int:
    """Return how much of a long text ends with a sentence, in per cent, -1 for a short text."""
    return sentence.end * 100 // length if sentence is not None and length >= LONG_TEXT else -1
