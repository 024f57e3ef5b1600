"""Paint lines of the article: the text in its roles, the sign and the bar in the gutter."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment

from reader.article.model import Block, BlockKind, Citation, Style, StyleKind
from reader.article.ranges import Span, within
from reader.printable import terminal_line
from reader.review.pairs import citations_in
from reader.tui.layout import TAB, Layout, indent_of

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.tui.theme import Look

_BLOCK_ROLES = {BlockKind.HEADING: "heading", BlockKind.QUOTE: "quote", BlockKind.CODE: "code", BlockKind.TABLE: "code"}
_VERBATIM = (BlockKind.CODE, BlockKind.TABLE)


FURTHEST_SIGN = "┆"
"""The sign in place of the bar at the sentence up to which the text was read, while the cursor is elsewhere."""


class TextMark(NamedTuple):
    """Mark on the text: its range and role, and the sign for the gutter (or "") with its role, `tone`.

    Of the signs that begin on one line, the gutter shows the first one of the lowest `rank`.
    """

    span: Span
    role: str
    sign: str
    tone: str
    rank: int = 0


_COMMENT_SIGN = "”"
_COMMENT_RANK = 100
"""The signs of all else come before that of a comment."""


def comment_marks(article: Article, span: Span) -> Iterable[TextMark]:
    """Yield the marks of the comments that a document has on a range. Only the signs of open ones stand out.

    The words of one that gives a source are a citation already.
    """
    for comment in article.comments_on(span):
        is_open = not comment.is_resolved and not comment.references
        role = "" if comment.references else "comment"
        yield TextMark(comment.span, role, _COMMENT_SIGN, "open" if is_open else "secondary", _COMMENT_RANK - is_open)


class Painter:
    """Painter of the lines of `article`. `marks` returns the marks that overlap a range, sorted by place."""

    def __init__(self, article: Article, marks: Callable[[Span], Iterable[TextMark]]) -> None:
        self.marks = marks
        self.hits: Sequence[Span] = ()
        self.cited_references: frozenset[str] = frozenset()
        self.furthest = Span(-1, -1)
        self._current_hit = -1
        self._hit_role = "hit"
        self._styles = [style for style in article.styles if style.kind is not StyleKind.MARKUP]
        self._style_starts = [style.start for style in self._styles]
        self.set_article(article)

    def set_article(self, article: Article) -> None:
        """Set the article to one with the same text and other noise."""
        self.article = article
        self._noise_starts = [noise.start for noise in article.noise]

    def set_hits(self, hits: Sequence[Span], current: int, role: str) -> None:
        """Set the ranges to highlight, sorted by place, the number of the current one, and their role."""
        self.hits, self._current_hit, self._hit_role = hits, current, role

    def citations_in(self, span: Span) -> tuple[Citation, ...]:
        """Return the markers in a range."""
        return citations_in(self.article, span)

    def marks_on(self, layout: Layout, lines: Sequence[int]) -> list[TextMark]:
        """Return the marks on some lines in ascending order, each once, though it may go on over several of them."""
        starts = [line for line in lines if layout.block_of(line) >= 0]
        return list(self.marks(Span(layout.starts[starts[0]], layout.ends[starts[-1]]))) if starts else []

    def paint(
        self,
        layout: Layout,
        line: int,
        marks: Iterable[TextMark],
        look: Look,
        cursor: Span,
        selection: Span | None,
        left: int,
    ) -> list[Segment]:
        """Return the segments of a line: `left` cells of gutter, the indent, the text. `marks` hold those that are on it."""
        span = Span(layout.starts[line], layout.ends[line])
        block = self.article.blocks[layout.blocks[line]]
        marks = [mark for mark in marks if mark.span.overlaps(span)]
        base = self._base_roles(block)
        segments = self._gutter(layout, line, look, span, cursor, marks, left)
        indent = layout.indent(line)
        bars = indent_of(block)[0] // 2 if block.kind is BlockKind.QUOTE else 0
        begins_right = layout.is_right_to_left(line)
        if bars and not begins_right:
            segments.append(Segment("│ " * bars, look.style("page", "hairline")))
        elif indent:
            segments.append(Segment(" " * indent, look.style("page")))
        if block.kind is BlockKind.RULE:
            return [*segments, Segment("─" * 8, look.style("page", "hairline"))]
        layers = self._layers(block, span, cursor, selection, marks)
        for part in layout.visible(line):
            if pad := layout.pad(part.start):
                around = (role for layer, role in layers if layer.start < part.start < layer.end)
                segments.append(Segment(pad, look.style(*base, *around)))
            segments.extend(self._stretches(part, base, layers, look, block.kind in _VERBATIM))
        if bars and begins_right:
            segments.append(Segment(" │" * bars, look.style("page", "hairline")))
        return segments

    def _base_roles(self, block: Block) -> tuple[str, ...]:
        noise = bisect_right(self._noise_starts, block.start) - 1
        if noise >= 0 and block.start < self.article.noise[noise].end:
            return ("page", "text", "noise")
        role = _BLOCK_ROLES.get(block.kind)
        return ("page", "text", role) if role else ("page", "text")

    def _gutter(
        self, layout: Layout, line: int, look: Look, span: Span, cursor: Span, marks: list[TextMark], left: int
    ) -> list[Segment]:
        before = layout.ends[line - 1] if line else 0
        begun = (m for m in marks if m.sign and m.span.start >= before)
        here = (m for m in begun if line in layout.lines_of(Span(m.span.start, m.span.start + 1)))
        sign = min(here, key=lambda mark: mark.rank, default=None)
        bar = cursor.overlaps(span)
        margin = max(0, left - 4)
        return [
            Segment(" " * margin, look.style("page")),
            Segment(sign.sign, look.style("page", sign.tone)) if sign else Segment(" ", look.style("page")),
            Segment(" ", look.style("page")),
            Segment("▌" if bar else FURTHEST_SIGN if self.furthest.overlaps(span) else " ", look.style("page", "yours")),
            Segment(" " * max(0, left - margin - 3), look.style("page")),
        ]

    def _layers(
        self, block: Block, span: Span, cursor: Span, selection: Span | None, marks: list[TextMark]
    ) -> list[tuple[Span, str]]:
        """Return the ranges on a line with their roles, from the lowest layer to the highest."""
        layers = [(Span(style.start, style.end), style.kind.value) for style in self._styles_on(block, span)]
        layers.extend((Span(part.start, part.end), "noise") for part in within(self.article.debris, block.start, span.end))
        if cursor.overlaps(span):
            layers.append((cursor, "sentence"))
        layers.extend((mark.span, mark.role) for mark in marks)
        for citation in self.citations_in(span):
            layers.append((citation.span, "cite"))
            if cursor.overlaps(citation.span):
                layers.append((citation.span, "current-cite"))
            if self.cited_references.intersection(citation.references):
                layers.append((citation.span, "cited"))
        first = bisect_right(self.hits, span.start, key=lambda hit: hit.end)
        for index in range(first, bisect_left(self.hits, span.end, key=lambda hit: hit.start)):
            role = f"current-{self._hit_role}" if index == self._current_hit else self._hit_role
            layers.append((self.hits[index], role))
        if selection is not None and selection.overlaps(span):
            layers.append((selection, "selection"))
        return layers

    def _styles_on(self, block: Block, span: Span) -> Iterable[Style]:
        first = bisect_left(self._style_starts, block.start)
        last = bisect_left(self._style_starts, span.end)
        return (style for style in self._styles[first:last] if style.end > span.start)

    def _stretches(
        self, part: Span, base: tuple[str, ...], layers: list[tuple[Span, str]], look: Look, verbatim: bool
    ) -> Iterable[Segment]:
        """Yield a part of a line as segments, cut wherever its roles change."""
        cuts = {part.start, part.end}
        for span, _ in layers:
            cuts.update(edge for edge in span if part.start < edge < part.end)
        edges = sorted(cuts)
        for start, end in pairwise(edges):
            roles = (role for span, role in layers if span.start <= start < span.end)
            text = self.article.text[start:end]
            text = text.replace("\t", " " * TAB) if verbatim else text
            yield Segment(terminal_line(text), look.style(*base, *roles))
