"""Draw the source screen: header, claim, passages and footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reader.tui.panes import passages as panes
from reader.tui.panes.bars import follow_lines, footer_lines
from reader.tui.panes.card import short_title
from reader.tui.styled_line import StyledLine, line

if TYPE_CHECKING:
    from reader.tui.source.context import SourceContext
    from reader.tui.widgets.styled_lines import NoticeBar, StyledLines

CLAIM_LINES = 4
NARROW_CLAIM_LINES = 2
"""The most lines of the claim, in a wide and in a narrow window."""


class SourcePanes(NamedTuple):
    """The widgets around the text."""

    header: StyledLines
    claim: StyledLines
    heading: StyledLines
    drawer: StyledLines
    notice: NoticeBar
    footer: StyledLines


class SourceRenderer:
    """Draw one source screen."""

    def __init__(self, context: SourceContext, widgets: SourcePanes) -> None:
        self._context = context
        self._widgets = widgets

    def show_all(self) -> None:
        """Draw everything."""
        context, view = self._context, self._source_view()
        width, narrow = context.width, context.is_narrow
        self._widgets.header.show([panes.source_header(view, width)])
        claim = panes.claim_lines(view, width, NARROW_CLAIM_LINES if narrow else CLAIM_LINES)
        self._widgets.claim.styles.height = len(claim)
        self._widgets.claim.display = bool(claim)
        self._widgets.claim.show(claim)
        if narrow:
            self._widgets.drawer.show(
                panes.passage_drawer(view, self._widgets.drawer.size.width, self._widgets.drawer.size.height)
            )
        else:
            self._widgets.heading.show([panes.passages_heading(view, self._widgets.heading.size.width)])
            self._show_passages(view)
        self._draw_footer(view)

    def show_footer(self) -> None:
        """Draw the footer: keys, the message or the question for a verdict, and the state of saving."""
        self._draw_footer(self._source_view())

    def _source_view(self) -> panes.SourceView:
        context = self._context
        reference, source, digest = context.pair.reference, context.source, context.read.text.digest
        text = source.text_of(digest) if source is not None else None
        return panes.SourceView(
            label=reference.label,
            title=context.read.text.title or short_title(reference),
            text=text or context.read.text,
            scale=context.session.index.scale,
            claim=context.pair.words,
            is_claim=context.annotation is not None,
            verdict=context.verdict,
            kept=len(context.kept_evidence),
            kept_elsewhere=sum(evidence.source != digest for evidence in context.evidence),
            older=source is not None and source.current != digest,
            hidden=context.is_hidden,
            cues=context.cues,
            at=context.passage_index if context.passages else -1,
            failed=context.error,
            read_count=context.read.passage_count if context.cues is not None else 0,
            key=context.key,
        )

    def _show_passages(self, view: panes.SourceView) -> None:
        context, passages = self._context, self._context.passages

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            passage = passages[index]
            is_kept = any(place.overlaps(passage.span) for place, _ in context.kept_evidence)
            return panes.passage_rows(passage, index, width, current=current and context.passage_index >= 0, kept=is_kept)

        empty = [line(" ", *parts) for parts in panes.passages_empty(view)]
        chosen = context.passage_index >= 0
        context.list.fill(len(passages), panes.PASSAGE_HEIGHT, row, empty, is_chosen=chosen)

    def _draw_footer(self, view: panes.SourceView) -> None:
        context = self._context
        keymap, width = context.services.keymap, context.width
        if context.pending_keys:
            follow = keymap.find(context.key_context, tuple(context.pending_keys.split(" "))).follow
            lines = follow_lines(context.pending_keys, follow, context.services.save_status, width)
        elif context.verdict_prompt:
            lines = [panes.verdict_question(view, keymap.keys_of("verdict"), context.verdict_prompt, width)]
        else:
            hints = keymap.hints(context.key_context, context.situation)
            lines = footer_lines(hints, context.services.save_status, width, *context.message)
        self._widgets.notice.show_notice(lines[:-1])
        self._widgets.footer.show(lines[-1:])
