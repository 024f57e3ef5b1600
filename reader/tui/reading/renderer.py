"""From the state of the reading screen to its header, card, list and footer; and from a click on them to an action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reader.article.ranges import Span
from reader.review.model import Dismissal
from reader.review.pairs import citations_in
from reader.tui.actions import CARD
from reader.tui.keymap import verdict_key_label
from reader.tui.panes import lists
from reader.tui.panes.bars import (
    Notice,
    ReadingProgress,
    SaveStatus,
    follow_line,
    footer_line,
    header_line,
    notice_lines,
    tab_lines,
)
from reader.tui.panes.card import attachment_lines, card_lines, open_card_lines, peek_lines
from reader.tui.panes.lists import FINDING_HEIGHT, finding_rows
from reader.tui.styled_line import Part, StyledLine, line

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen


class ReadingRenderer:
    """Shows one reading screen."""

    def __init__(self, screen: ReadingScreen) -> None:
        self._screen = screen
        self._list_inputs: tuple[object, ...] = ()

    def show_all(self) -> None:
        """Show everything that depends on what is in hand."""
        if not self._screen.is_mounted:
            return
        if self._screen.state.active_queue is not None:
            from reader.tui.reading.queue import show_current_pair

            show_current_pair(self._screen)
        self.show_header()
        self.show_card()
        self.show_side()
        self.show_footer()

    def show_header(self) -> None:
        """Show title and progress."""
        screen, desk = self._screen, self._screen.state
        coverage = desk.coverage() if desk.session is not None and screen.sentence_count >= 0 else None
        if desk.active_queue is not None and desk.session is not None:
            from reader.tui.panes.queue import queue_header

            typed, tally = desk.active_queue.filter_text, desk.session.index.tally
            screen.header.show([queue_header(screen.article.title, tally, coverage, typed, screen.size.width)])
            return
        progress = ReadingProgress(
            screen.seen_count,
            screen.sentence_count,
            desk.session.index.tally if desk.session else None,
            desk.filter.text,
            len(screen.article.noise),
            screen.view.noise_shown,
            coverage.unread if coverage is not None else 0,
        )
        screen.header.show([header_line(screen.article.title, progress, screen.size.width)])

    def show_card(self) -> None:
        """Show the card: in full when it is open, the peeked reference when there is one."""
        screen, desk = self._screen, self._screen.state
        width, height = screen.card.size
        width -= 2
        keymap = screen.services.keymap
        view = desk.card_view(keymap.label, keymap.keys_of("verdict"))
        drawer = screen.has_class("-narrow") and not screen.has_class("-card") and not screen.has_class("-side")
        if desk.active_queue is not None:
            from reader.tui.panes.queue import queue_lines
            from reader.tui.reading.queue import pair_view

            lines = queue_lines(pair_view(screen), width, height)
        elif desk.annotation_to_attach is not None:
            lines = attachment_lines(view, width, height, drawer=drawer)
        elif screen.has_class("-card"):
            annotation = desk.annotation
            span = desk.sentence or Span(0, 0)
            session = desk.session
            quote = screen.article.text[span.start : span.end]
            quote = lists.quote_of(session, annotation) if session is not None and annotation is not None else quote
            lines = open_card_lines(view, quote, width, height)
        elif desk.peeked_reference:
            lines = peek_lines(
                desk.article.reference_by_id[desk.peeked_reference],
                len(desk.citations_of(desk.peeked_reference)),
                width,
                height,
            )
        else:
            lines = card_lines(view, width, height, drawer=drawer)
        screen.card.show([(Part(" "), *parts) for parts in lines])
        screen.view.show_cited(frozenset({desk.peeked_reference}) if desk.peeked_reference else frozenset())

    def show_side(self) -> None:
        """Show the tabs and the list of the current one; in a narrow window they are away, and cost nothing."""
        screen, desk = self._screen, self._screen.state
        if not screen.list.display or not screen.list.size.height:
            return
        counts = (
            ("references", "References", ""),
            ("claims", "Claims", str(desk.count_claims()) if desk.session else ""),
            ("audit", "Audit", str(desk.count_faults() or "")),
            ("open", "To do", str(len(desk.todo_items)) if desk.tab == "open" else ""),
        )
        screen.tabs.show(tab_lines(desk.tab, counts, screen.tabs.size.width))
        focused = screen.focused is screen.list
        depends = (
            desk.tab,
            desk.revision,
            focused,
            screen.list.index,
            screen.list.size,
            desk.sentence,
            screen.sentence_count < 0,
        )
        if depends != self._list_inputs:
            self._list_inputs = depends
            lists_by_tab = {
                "references": self._show_references,
                "claims": self._show_claims,
                "audit": self._show_audit,
                "open": self._show_todo,
            }
            lists_by_tab[desk.tab](focused)

    def _show_references(self, focused: bool) -> None:
        screen, desk = self._screen, self._screen.state
        references = desk.references()
        lit = set(desk.rests_on())

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            reference = references[index]
            return lists.reference_rows(
                reference, desk.session, desk.scale, len(desk.citations_of(reference.id)), width,
                current=current and focused, lit=reference.id in lit,
            )  # fmt: skip

        empty = [line(("no reference list found in this article", "hint"))]
        at = [n for n, reference in enumerate(references) if reference.id in lit] if not focused else []
        screen.list.fill(len(references), lists.REFERENCE_HEIGHT, row, empty, (at[0], at[-1]) if at else None)

    def _show_claims(self, focused: bool) -> None:
        screen, desk = self._screen, self._screen.state
        shown = desk.filtered_annotations()
        session = desk.session
        here = {annotation.id for annotation in desk.annotations_here()}

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            if session is None:
                return []
            annotation = shown[index]
            return lists.claim_rows(
                session,
                annotation,
                desk.scale,
                map(desk.tag_part, annotation.tags),
                width,
                current=current and focused,
                here=annotation.id in here,
            )

        none = (
            "the filter lets nothing through"
            if desk.filter.text
            else f"no claims yet: {screen.key('mark')} marks a sentence as one"
        )
        at = [n for n, annotation in enumerate(shown) if annotation.id in here] if not focused else []
        screen.list.fill(len(shown), lists.CLAIM_HEIGHT, row, [line((none, "hint"))], (at[0], at[0]) if at else None)

    def _show_audit(self, focused: bool) -> None:
        screen, desk = self._screen, self._screen.state
        found = desk.findings
        dismissed: Mapping[str, Dismissal] = desk.session.index.dismissals() if desk.session is not None else {}

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            finding = found[index]
            why = dismissed[finding.key].reason if finding.key in dismissed else None
            return finding_rows(desk.article, finding, index, width, why, current=current and focused)

        none = "nothing found" if screen.sentence_count >= 0 else "reading through …"
        screen.list.fill(len(found), FINDING_HEIGHT, row, [line((none, "hint"))])

    def _show_todo(self, focused: bool) -> None:
        screen, desk = self._screen, self._screen.state
        # Loaded when it is first shown, not for the first frame.
        from reader.tui.panes.todo import TODO_HEIGHT, todo_rows

        items, session = desk.todo_items, desk.session

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            return [] if session is None else todo_rows(session, items[index], index, width, current=current and focused)

        done = session is not None and screen.sentence_count >= 0
        none = ("nothing is open: the review is complete", "good") if done else ("reading through …", "hint")
        screen.list.fill(len(items), TODO_HEIGHT, row, [line(none)])

    def show_footer(self) -> None:
        """Show what keys do now, or what was said, whether all is saved, and above it what there is to put right."""
        screen = self._screen
        if not screen.is_mounted:
            return
        width = screen.size.width
        keymap = screen.services.keymap
        trouble = screen.state.library_error if screen.state.session is None else None
        saved = SaveStatus("failed") if trouble else screen.save_status
        notice = Notice(saved, trouble, len(screen.services.copies))
        screen.notice.show_notice(notice_lines(notice, width, keymap.label))
        if screen.pending_keys:
            follow = keymap.find(screen.context, tuple(screen.pending_keys.split(" "))).follow
            screen.footer.show([follow_line(screen.pending_keys, follow, saved, width)])
            return
        text, tone = screen.message
        digits = verdict_key_label(screen.state.scale, keymap.keys_of("verdict"))
        hints = keymap.hints(screen.context, screen.state.situation(digits))
        screen.footer.show([footer_line(hints, saved, width, text, tone)])

    # ------------------------------------------------------------------ the mouse

    def handle_press(self, offset: int) -> None:
        """Act on a click in the text: on a marker peek its reference, on a claim take it in hand."""
        desk = self._screen.state
        if desk.active_queue is not None:
            self._screen.do("review")
        for citation in citations_in(desk.article, Span(offset, offset + 1)):
            if citation.references:
                self.show_reference(citation.references[0])
        if desk.session is not None:
            under = desk.session.index.annotations_on(Span(offset, offset + 1))
            if under:
                self._screen.select_annotation(min(under, key=lambda a: len(a.selector.exact)))

    def show_reference(self, reference: str) -> None:
        """Show a reference: in full on the card, marked in the list."""
        screen, desk = self._screen, self._screen.state
        desk.peeked_reference = desk.selected_reference = reference
        ids = [r.id for r in desk.references()]
        if desk.tab == "references" and reference in ids:
            screen.list.go_to(ids.index(reference))

    def handle_click(self, target: str) -> None:
        """Do what a click on a part asks for."""
        screen, desk = self._screen, self._screen.state
        kind, _, value = target.partition(":")
        if kind == "action":
            screen.do(value)
        elif kind == "key":
            screen.do("verdict", value)
        elif kind == "tab":
            screen.set_tab(value)
        elif kind == "pair":
            desk.selected_reference = value
        elif kind == "reference":
            self.show_reference(value)
            if screen.context != CARD and screen.focused is screen.list:
                screen.do("list-enter")
        elif kind in ("claim", "finding", "open"):
            screen.do("list-enter")
        screen.show()
