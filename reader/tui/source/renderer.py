"""From the state of the source screen to its header, claim, passages and footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.actions import Situation
from reader.tui.keymap import verdict_key_label
from reader.tui.panes import passages as panes
from reader.tui.panes.bars import follow_line, footer_line
from reader.tui.panes.card import short_title
from reader.tui.styled_line import StyledLine, line

if TYPE_CHECKING:
    from reader.tui.source.screen import SourceScreen

CLAIM_LINES = 4
NARROW_CLAIM_LINES = 2
"""The most lines of the claim, in a wide and in a narrow window."""


class SourceRenderer:
    """Shows one source screen."""

    def __init__(self, screen: SourceScreen) -> None:
        self._screen = screen

    def show_all(self) -> None:
        """Show everything that depends on what is in hand."""
        screen, view = self._screen, self._source_view()
        width, narrow = screen.size.width, screen.has_class("-narrow")
        screen.header.show([panes.source_header(view, width)])
        claim = panes.claim_lines(view, width, NARROW_CLAIM_LINES if narrow else CLAIM_LINES)
        screen.claim_pane.styles.height = len(claim)
        screen.claim_pane.display = bool(claim)
        screen.claim_pane.show(claim)
        if narrow:
            screen.drawer.show(panes.passage_drawer(view, screen.drawer.size.width, screen.drawer.size.height))
        else:
            screen.head.show([panes.passages_heading(view, screen.head.size.width)])
            self._show_passages(view)
        self._draw_footer(view)

    def show_footer(self) -> None:
        """Show what keys do now, or what was said, and whether all is saved."""
        self._draw_footer(self._source_view())

    def _source_view(self) -> panes.SourceView:
        screen = self._screen
        reference, source, digest = screen.pair.reference, screen.source, screen.read.text.digest
        text = source.text_of(digest) if source is not None else None
        return panes.SourceView(
            label=reference.label,
            title=screen.read.text.title or short_title(reference),
            text=text or screen.read.text,
            scale=screen.session.index.scale,
            claim=screen.pair.words,
            is_claim=screen.annotation is not None,
            verdict=screen.verdict,
            kept=len(screen.kept_evidence),
            kept_elsewhere=sum(evidence.source != digest for evidence in screen.evidence),
            older=source is not None and source.current != digest,
            hidden=screen.is_hidden,
            cues=screen.cues,
            index=screen.passage_index if screen.passages else -1,
            failed=screen.error,
            key=screen.key,
        )

    def _show_passages(self, view: panes.SourceView) -> None:
        screen, passages = self._screen, self._screen.passages

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            passage = passages[index]
            kept = any(place.overlaps(passage.span) for place, _ in screen.kept_evidence)
            return panes.passage_rows(passage, index, width, current=current and screen.passage_index >= 0, kept=kept)

        empty = [line(" ", *parts) for parts in panes.passages_empty(view)]
        screen.list.fill(len(passages), panes.PASSAGE_HEIGHT, row, empty)

    def _draw_footer(self, view: panes.SourceView) -> None:
        screen = self._screen
        keymap, width = screen.services.keymap, screen.size.width
        if screen.pending_keys:
            follow = keymap.find(screen.context, tuple(screen.pending_keys.split(" "))).follow
            screen.footer.show([follow_line(screen.pending_keys, follow, screen.save_status, width)])
            return
        if screen.verdict_prompt:
            screen.footer.show([panes.verdict_question(view, keymap.keys_of("verdict"), screen.verdict_prompt, width)])
            return
        hints = keymap.hints(screen.context, self._situation(verdict_key_label(view.scale, keymap.keys_of("verdict"))))
        screen.footer.show([footer_line(hints, screen.save_status, width, *screen.message)])

    def _situation(self, verdict_keys: str) -> Situation:
        """Return the facts that decide which actions apply."""
        screen, digest, source = self._screen, self._screen.read.text.digest, self._screen.source
        is_replaced = source is not None and source.current != digest
        return Situation(
            verdict_keys,
            is_claim=screen.annotation is not None,
            reference_count=1,
            can_undo=screen.session.can_undo,
            has_passages=bool(screen.passages),
            has_other_text=is_replaced or any(evidence.source != digest for evidence in screen.evidence),
            is_on_evidence=screen.evidence_here() is not None,
        )
