"""Wrap an article into lines, as flat arrays of offsets."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len, split_graphemes

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind, StyleKind
from reader.article.ranges import Span
from reader.printable import has_right_to_left, has_varying_width, printable_line, terminal_line

if TYPE_CHECKING:
    from reader.article.article import Article

# ------------------------------------------------------------------ columns of tables

RULE_ROW: Final = lazy_pattern(r"[\s|:+=\-─━│┼]+")
_PIPE_RULE: Final = lazy_pattern(r"(?=[\s|:]*-)[\s|:-]+")
_PIPE: Final = lazy_pattern(r"(?<!\\)\|")

_RIGHT_ALIGNED: Final = lazy_pattern(r"-+:")
_RULE_INDEX: Final = 1
"""The row of Markdown's tables that is a rule."""

RowSpans = Sequence[Span]
CellCounter = Callable[[str], int]
"""Return the width of a text in cells."""


class Columns(NamedTuple):
    """The hidden ranges of a table, sorted, and the padding to draw before the character at an offset."""

    hidden: tuple[Span, ...] = ()
    pads: dict[int, str] = {}  # noqa: RUF012  # never written to


def columns_of(text: str, rows: Sequence[RowSpans], width: int, cells: CellCounter) -> Columns:
    """Return hidden ranges and padding that fit a table into `width` cells.

    The columns of a Markdown table are aligned if that fits. A table aligned by blanks gets narrower gaps if it is too wide.
    """
    drawn = [_DrawnRow(text, row) for row in rows]
    if len(drawn) > 1 and "|" in drawn[_RULE_INDEX].text and _PIPE_RULE.fullmatch(drawn[_RULE_INDEX].text):
        return _align_columns(drawn, width, cells)
    widest = max((len(row.text) for row in drawn), default=0)
    if widest <= width or any(cells(row.text) != len(row.text) for row in drawn):
        return Columns()
    blank = [True] * widest
    for row in drawn:
        for at, sign in enumerate(row.text):
            blank[at] = blank[at] and sign == " "
    gaps = [at for at in range(1, widest) if blank[at - 1] and blank[at]]
    return Columns(tuple(row.span(at, at + 1) for row in drawn for at in gaps[: bisect_left(gaps, len(row.text))]))


class _DrawnRow:
    """Visible text of a row, with the offset in the article of each of its characters."""

    def __init__(self, text: str, pieces: RowSpans) -> None:
        self._pieces = pieces
        self._starts = [0, *accumulate(piece.end - piece.start for piece in pieces)]
        self.text = "".join(text[piece.start : piece.end] for piece in pieces)

    def offset(self, place: int) -> int:
        """Return the offset in the article of a place in the visible text."""
        piece = min(bisect_right(self._starts, place), len(self._pieces)) - 1
        return self._pieces[piece].start + place - self._starts[piece]

    def span(self, start: int, end: int) -> Span:
        """Return the range in the article of a stretch of the visible text, which must not be empty."""
        return Span(self.offset(start), self.offset(end - 1) + 1)

    def fields(self) -> list[tuple[int, int]]:
        """Return the stretches before, between and after the pipes."""
        edges = [-1, *(match.start() for match in _PIPE.finditer(self.text)), len(self.text)]
        return [(start + 1, end) for start, end in pairwise(edges)]


class _Field(NamedTuple):
    """Stretch of a row's visible text that is shown of a field: its content with at most one blank on each side."""

    start: int
    end: int
    size: int


def _align_columns(rows: Sequence[_DrawnRow], width: int, cells: CellCounter) -> Columns:
    hidden: list[Span] = []
    pads: dict[int, str] = {}
    kept = [[_trim_field(row.text, *field, cells) for field in row.fields()] for row in rows]
    sizes = [0] * max(map(len, kept))
    for number, fields in enumerate(kept):
        for at, field in enumerate(fields if number != _RULE_INDEX else ()):
            sizes[at] = max(sizes[at], field.size)
    fits = sum(sizes) + len(sizes) - 1 <= width
    rule = [rows[_RULE_INDEX].text[start:end].strip() for start, end in rows[_RULE_INDEX].fields()]
    if fits:
        kept[_RULE_INDEX] = [
            _shorten_rule(rows[_RULE_INDEX].text, *field, size)
            for field, size in zip(rows[_RULE_INDEX].fields(), sizes, strict=False)
        ]
    for number, (row, fields) in enumerate(zip(rows, kept, strict=True)):
        for at, ((start, end), stays) in enumerate(zip(row.fields(), fields, strict=True)):
            hidden += [row.span(*gap) for gap in ((start, stays.start), (stays.end, end)) if gap[0] < gap[1]]
            missing = sizes[at] - stays.size
            if fits and missing > 0 and at < len(fields) - 1:
                before = number == _RULE_INDEX or (at < len(rule) and _RIGHT_ALIGNED.fullmatch(rule[at]) is not None)
                colon = number == _RULE_INDEX and rule[at].startswith(":")
                place = stays.start + colon if before and stays.start < stays.end else end
                pads[row.offset(place)] = ("-" if number == _RULE_INDEX else " ") * missing
    return Columns(tuple(hidden), pads)


def _shorten_rule(text: str, start: int, end: int, size: int) -> _Field:
    """Return a field of the rule, cut to at most `size` cells."""
    rule = text[start:end].strip()
    first = text.index(rule, start, end) if rule else end
    return _Field(first, first + min(len(rule), size), min(len(rule), size))


def _trim_field(text: str, start: int, end: int, cells: CellCounter) -> _Field:
    """Return a field with at most one blank on each side."""
    content = text[start:end].strip(" ")
    if not content:
        return _Field(start, min(start + 1, end), min(1, end - start))
    first = text.index(content, start)
    first, last = max(start, first - 1), min(end, first + len(content) + 1)
    return _Field(first, last, cells(text[first:last]))


# ------------------------------------------------------------------ wrapping

_NARROW = (
    "\n\t\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f"
    "\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2200-\u22ff"
)
_ODD: Final = re.compile(f"[^{_NARROW}]")
"""Characters that may not be printable and one cell wide. A text without them takes the fast path."""
_FILL: Final = "\0"
"""Placeholder for the second cell of a wide character while lines are cut. A text that contains it is cut another way."""
_JOINER: Final = re.compile("(?<![\u0900-\u0dff])\u200d")
_CONTINUATION: Final = re.compile(r"\n[ \t]+")
_ISOLATES: Final = frozenset({"LRI", "RLI", "FSI"})
_VERBATIM: Final = frozenset({BlockKind.CODE, BlockKind.TABLE})
TAB: Final = 4
HANG: Final = 2
"""Cells of indent of the later lines of a table row that is wrapped."""


@lru_cache(maxsize=8192)
def _is_wide(character: str) -> bool:
    """Whether a character always takes two cells. Emoji, which may join a neighbour, and combining signs do not count."""
    return (
        "\u1100" <= character <= "\uffff"
        and unicodedata.east_asian_width(character) in "WF"
        and unicodedata.category(character)[0] in "LPSN"
        and cell_len(character) == 2
    )


@lru_cache(maxsize=64)
def _wide_wrapper(width: int) -> re.Pattern[str]:
    """Return the pattern that cuts text with filled wide characters into lines; it may cut before and after each of them."""
    inner = rf"(?<=\S)(?=\s|\Z)|(?<=\w[-–—/])(?=\w)|(?<={_FILL})|(?<=\S)(?=[^{_NARROW}{_FILL}])"
    return re.compile(rf"\S(?:.{{0,{width - 1}}}(?:{inner})|\S{{0,{width - 1}}})", re.DOTALL)


def _wrap_wide(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Cut text of one- and two-cell characters into lines, with a placeholder after each two-cell character."""
    filled = _ODD.sub(rf"\g<0>{_FILL}", text)
    at = fills = 0
    for match in _wide_wrapper(width).finditer(filled):
        start, end = match.span()
        fills += filled.count(_FILL, at, start)
        first = start - fills
        fills += filled.count(_FILL, start, end)
        at = end
        yield first, end - fills


@lru_cache(maxsize=64)
def _wrapper(width: int) -> re.Pattern[str]:
    """Return the pattern that cuts text of one-cell characters into lines: at blanks, after a hyphen or dash, else anywhere."""
    return re.compile(rf"\S(?:.{{0,{width - 1}}}(?:(?<=\S)(?=\s|\Z)|(?<=\w[-–—/])(?=\w))|\S{{0,{width - 1}}})", re.DOTALL)


def cells(text: str) -> int:
    """Return the width of a piece of text in cells."""
    return len(text) if _ODD.search(text) is None else sum(wide for _, _, wide in graphemes(text))


def characters(text: str) -> list[tuple[int, int, int]]:
    """Return the characters of `text` as people count them, as (start, end, cells): joined emoji are one character."""
    return split_graphemes(printable_line(text))[0]


def graphemes(text: str) -> list[tuple[int, int, int]]:
    """Return the grapheme clusters of `text` as they are drawn, as (start, end, cells): joined emoji are several."""
    if not has_varying_width(text):
        return characters(text)
    # Joined emoji are drawn apart, so they must not be one cluster: each joiner becomes a mark on the emoji before it.
    clusters = split_graphemes(_JOINER.sub("\u034f", printable_line(text)))[0]
    return [(start, end, cell_len(terminal_line(text[start:end]))) for start, end, _ in clusters]


def _is_blank(cluster: str) -> bool:
    """Whether a grapheme cluster is drawn as a blank, without an accent on it: hidden markup may end before an accent."""
    return cluster[0].isspace() and not any(unicodedata.category(sign)[0] == "M" for sign in terminal_line(cluster[1:]))


def _wrap_odd(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Cut text with wide, joined or invisible characters into lines: at blanks, or beside a wide character."""
    clusters = graphemes(text)
    blank = [_is_blank(text[begin:end]) for begin, end, _ in clusters]
    start = index = 0
    while index < len(clusters):
        while index < len(clusters) and blank[index]:
            index += 1
        if index == len(clusters):
            return
        start, used, last_break = index, 0, -1
        while index < len(clusters) and used + clusters[index][2] <= width:
            wide = clusters[index][2]
            if blank[index] or (wide > 1 and index > start):
                last_break = index
            used += wide
            index += 1
        if index < len(clusters) and last_break > start and not blank[index] and clusters[index][2] < 2:
            index = last_break
        index = max(index, start + 1)
        end = index
        while end > start + 1 and blank[end - 1]:
            end -= 1
        yield clusters[start][0], clusters[end - 1][1]


def wrap(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Return the lines of `text` at `width` cells as half-open ranges; blanks at a cut belong to no line."""
    if _ODD.search(text) is None:
        return (match.span() for match in _wrapper(max(1, width)).finditer(text))
    return (_wrap_wide if all(map(_is_wide, set(_ODD.findall(text)))) else _wrap_odd)(text, max(2, width))


def chop(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of verbatim text, which keeps its blanks and is cut where it is too wide."""
    width = max(2, width)
    if _ODD.search(text) is None and "\t" not in text:
        yield from ((at, min(at + width, len(text))) for at in range(0, max(1, len(text)), width))
        return
    start = used = 0
    for begin, _, wide in graphemes(text):
        size = TAB if text[begin] == "\t" else wide
        if used + size > width:
            yield start, begin
            start, used = begin, 0
        used += size
    yield start, len(text)


def _cells(text: str) -> int:
    """Return the width of verbatim text in cells."""
    return cells(text) + (TAB - 1) * text.count("\t")


def indent_of(block: Block) -> tuple[int, int]:
    """Return the cells of indent of a block's first line and of its later lines."""
    if block.kind is BlockKind.ITEM:
        first = 2 * max(0, block.level - 1)
        return first, first + min(block.indent, 8)
    if block.kind is BlockKind.QUOTE:
        return 2 * max(1, block.level), 2 * max(1, block.level)
    if block.kind is BlockKind.CODE:
        return 2, 2
    return 0, 0


def runs_right_to_left(text: str) -> bool:
    """Whether a paragraph is written from right to left: its first strong character is (rules P2 and P3 of UAX #9)."""
    if not has_right_to_left(text):
        return False
    depth = 0
    for kind in map(unicodedata.bidirectional, text):
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif not depth and kind in ("L", "R", "AL"):
            return kind != "L"
    return False


class Layout:
    """The wrapped lines of `article` at `width` cells, without the blocks with the indices `hidden`.

    `starts[i]`, `ends[i]` and `blocks[i]` are line i's range and the index of its block, or -1 for a blank line: one between
    blocks, one before the first and one after the last. Starts never decrease. They hold at least the first lines that were
    asked for; the methods wrap the rest of the article when they need it.

    Paragraphs that are written from right to left begin at the right edge. Their characters stay in the order of the text.
    """

    def __init__(
        self, article: Article, width: int, hidden: frozenset[int] = frozenset(), spare: int = 0, first_lines: int | None = None
    ) -> None:
        """Wrap the article, or only its `first_lines` for now.

        Tables and code, which wrapping makes hard to read, may use `spare` cells more.
        """
        self.article = article
        self.width = width
        self._spare = spare
        self._unseen: dict[int, Sequence[Span]] = {}
        self._pads: dict[int, str] = {}
        self._right_to_left: dict[int, bool] = {}
        self.starts = array("i")
        self.ends = array("i")
        self.blocks = array("i")
        markup = [s for s in article.styles if s.kind is StyleKind.MARKUP]
        self._hidden_starts = [s.start for s in markup]
        self._hidden_ends = [s.end for s in markup]
        self._wrapped_end = 0
        self._wrapping = self._wrap_blocks(hidden)
        for _ in self._wrapping:
            if first_lines is not None and len(self.starts) >= first_lines:
                break

    @property
    def is_complete(self) -> bool:
        """Whether the whole article is wrapped."""
        return self._wrapped_end > len(self.article.text)

    @property
    def height(self) -> int:
        """The number of lines, estimated while only the first ones are wrapped."""
        lines = len(self.starts)
        return lines if self.is_complete else lines * len(self.article.text) // max(1, self._wrapped_end)

    def complete(self) -> None:
        """Wrap the rest of the article."""
        for _ in self._wrapping:
            pass

    def __len__(self) -> int:
        self.complete()
        return len(self.starts)

    def block_of(self, line: int) -> int:
        """Return the index of a line's block, -1 for a blank line and for one after the last."""
        if line >= len(self.starts):
            self.complete()
        return self.blocks[line] if line < len(self.starts) else -1

    def line_of(self, offset: int) -> int:
        """Return the line that shows `offset`, or the nearest one before it."""
        if offset >= self._wrapped_end:
            self.complete()
        line = max(0, bisect_right(self.starts, offset) - 1)
        while line > 1 and self.blocks[line] < 0:
            line -= 1
        if self.blocks[line] >= 0:
            return line
        if line + 1 == len(self.starts):
            self.complete()
        return min(line + 1, len(self.starts) - 1)

    def lines_of(self, span: Span) -> range:
        """Return the lines that show some of `span`."""
        first = self.line_of(span.start)
        last = self.line_of(max(span.start, span.end - 1))
        if self.starts and self.ends[first] <= span.start and first < last:
            first += 1
        return range(first, last + 1) if self.starts else range(0)

    def visible(self, line: int) -> list[Span]:
        """Return the parts of a line's range that are drawn, in order."""
        if self.blocks[line] < 0:
            return []
        start, end = self.starts[line], self.ends[line]
        parts = self._visible(self.article.blocks[self.blocks[line]], start, end)
        return [*self._split(parts)] if self._pads and self._is_table(line) else [*parts]

    def pad(self, offset: int) -> str:
        """Return the padding that aligns a column, drawn before the character at an offset; a part of a line begins there."""
        return self._pads.get(offset, "")

    def _split(self, parts: Iterable[Span]) -> Iterator[Span]:
        """Yield parts of a line, cut where padding is drawn."""
        for part in parts:
            cuts = (at for at in range(part.start + 1, part.end) if at in self._pads)
            yield from (Span(start, end) for start, end in pairwise([part.start, *cuts, part.end]))

    def offset_at(self, line: int, cell: int) -> int:
        """Return the offset drawn at a cell of a line: the start of its grapheme; beyond the line's end, that end."""
        at = self.indent(line)
        tab = TAB if self._verbatim(line) else 1
        for part in self.visible(line):
            text = self.article.text[part.start : part.end]
            at += len(self.pad(part.start))
            for begin, _, wide in graphemes(text):
                wide = tab if text[begin] == "\t" else wide
                if cell < at + wide:
                    return part.start + begin
                at += wide
        return self.ends[line]

    def cell_at(self, line: int, offset: int) -> int:
        """Return the cell of a line at which `offset` is drawn, or the next visible character; beyond the line, its end."""
        at = self.indent(line)
        tab = TAB if self._verbatim(line) else 1
        for part in self.visible(line):
            shown = self.article.text[part.start : max(part.start, min(part.end, offset))]
            at += len(self.pad(part.start)) + cells(shown) + shown.count("\t") * (tab - 1)
            if offset < part.end:
                break
        return at

    def is_right_to_left(self, line: int) -> bool:
        """Whether a line belongs to a paragraph that is written from right to left; code and tables do not."""
        index = self.blocks[line]
        if index < 0:
            return False
        if index not in self._right_to_left:
            block = self.article.blocks[index]
            is_moved = block.kind not in _VERBATIM and block.kind is not BlockKind.RULE
            self._right_to_left[index] = is_moved and runs_right_to_left(self.article.text[block.start : block.end])
        return self._right_to_left[index]

    def indent(self, line: int) -> int:
        """Return the cells to the left of a line's text."""
        indent = self._indent(line)
        if not self.is_right_to_left(line):
            return indent
        used = sum(cells(self.article.text[part.start : part.end]) for part in self.visible(line))
        return max(0, self.width - indent - used)

    def _indent(self, line: int) -> int:
        """Return the cells of indent of a line, from the edge where its text begins."""
        block = self.article.blocks[self.blocks[line]] if self.blocks[line] >= 0 else None
        if block is None:
            return 0
        first, rest = indent_of(block)
        begins = line == 0 or self.blocks[line - 1] != self.blocks[line]
        if block.kind is BlockKind.TABLE:
            return 0 if begins or "\n" in self.article.text[self.ends[line - 1] : self.starts[line]] else HANG
        return first if begins else rest

    def _is_table(self, line: int) -> bool:
        return self.article.blocks[self.blocks[line]].kind is BlockKind.TABLE

    def _verbatim(self, line: int) -> bool:
        return self.blocks[line] >= 0 and self.article.blocks[self.blocks[line]].kind in _VERBATIM

    @staticmethod
    def _tight(previous: Block, block: Block) -> bool:
        """Whether two blocks are drawn without a blank line between them: list items that are close in the text."""
        items = previous.kind is BlockKind.ITEM and block.kind is BlockKind.ITEM
        return items and block.start - previous.end < 3 + 2 * block.level

    def _line(self, start: int, end: int, block: int) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.blocks.append(block)

    def _hides_in(self, start: int, end: int) -> bool:
        return bisect_right(self._hidden_ends, start) < bisect_left(self._hidden_starts, end)

    def _visible(self, block: Block, start: int, end: int) -> Iterator[Span]:
        """Yield the parts of [start, end) that are neither markup nor the indent of a continuation line."""
        gaps: list[tuple[int, int]] = []
        first = bisect_right(self._hidden_ends, start)
        last = bisect_left(self._hidden_starts, end)
        gaps.extend(zip(self._hidden_starts[first:last], self._hidden_ends[first:last], strict=True))
        if block.kind not in _VERBATIM:
            found = _CONTINUATION.finditer(self.article.text, start, end)
            gaps.extend((match.start() + 1, match.end()) for match in found)
            gaps.sort()
        elif unseen := self._unseen.get(block.start):
            gaps.extend(unseen[bisect_left(unseen, (start, 0)) : bisect_left(unseen, (end, 0))])
            gaps.sort()
        at = start
        for gap_start, gap_end in gaps:
            if gap_start > at:
                yield Span(at, gap_start)
            at = max(at, gap_end)
        if at < end:
            yield Span(at, end)

    def _wrap_blocks(self, hidden: frozenset[int]) -> Iterator[None]:
        """Add the lines of one block for each step."""
        self._line(0, 0, -1)
        previous: Block | None = None
        for index, block in enumerate(self.article.blocks):
            if index in hidden:
                continue
            if previous is not None and not self._tight(previous, block):
                self._line(previous.end, previous.end, -1)
            self._wrap(index, block)
            previous, self._wrapped_end = block, block.end
            yield
        end = len(self.article.text)
        self._line(end, end, -1)
        self._wrapped_end = end + 1

    def _wrap(self, index: int, block: Block) -> None:
        text = self.article.text
        width = max(4, self.width - indent_of(block)[1])
        if block.kind in _VERBATIM:
            self._wrap_verbatim(index, block, width + self._spare)
            return
        if block.kind is BlockKind.RULE:
            self._line(block.start, block.end, index)
            return
        raw = text[block.start : block.end]
        if not self._hides_in(block.start, block.end) and _CONTINUATION.search(raw) is None:
            before = len(self.starts)
            for start, end in wrap(raw, width):
                self._line(block.start + start, block.start + end, index)
            if len(self.starts) == before:
                self._line(block.start, block.end, index)
            return
        self._wrap_pieces(index, list(self._visible(block, block.start, block.end)), block, width)

    def _wrap_pieces(self, index: int, pieces: list[Span], block: Block, width: int) -> None:
        """Wrap the visible text of a block, and map its lines back to offsets of the article."""
        text = self.article.text
        drawn = "".join(text[piece.start : piece.end] for piece in pieces)
        at, marks = 0, array("l")
        for piece in pieces:
            marks.append(at)
            at += piece.end - piece.start

        def offset(position: int, ends: bool) -> int:
            piece = max(0, (bisect_left(marks, position) if ends else bisect_right(marks, position)) - 1)
            return pieces[piece].start + position - marks[piece]

        before = len(self.starts)
        for start, end in wrap(drawn, width):
            self._line(offset(start, False), offset(end, True), index)
        if len(self.starts) == before:
            self._line(block.start, block.end, index)

    def _wrap_verbatim(self, index: int, block: Block, width: int) -> None:
        text = self.article.text
        ends = [*accumulate(len(raw) + 1 for raw in text[block.start : block.end].split("\n"))]
        rows = [Span(block.start + start, block.start + end - 1) for start, end in pairwise([0, *ends])]
        if block.kind is BlockKind.TABLE:
            drawn_rows = [pieces for row in rows if (pieces := list(self._visible(block, *row)))]
            self._unseen[block.start], pads = columns_of(text, drawn_rows, width, _cells)
            self._pads.update(pads)
        for row in rows:
            pieces = list(self._visible(block, *row))
            if not pieces and row.start < row.end:  # a line of nothing but markup, such as a fence
                continue
            shown = Span(pieces[0].start, pieces[-1].end) if pieces else row
            if block.kind is BlockKind.TABLE:
                self._wrap_row(index, block, pieces, shown, width)
            else:
                self._chop(index, shown, width)

    def _wrap_row(self, index: int, block: Block, pieces: list[Span], shown: Span, width: int) -> None:
        """Add a table row as one line. One that is too wide is wrapped at blanks with a hanging indent; a rule is cut."""
        text = self.article.text
        if sum(_cells(text[piece.start : piece.end]) + len(self.pad(piece.start)) for piece in pieces) <= width:
            self._line(*shown, index)
        elif "\t" in text[shown.start : shown.end]:
            self._chop(index, shown, width - HANG)
        elif RULE_ROW.fullmatch(text, *shown):
            self._line(shown.start, shown.start + width, index)
        else:
            self._wrap_pieces(index, pieces, block, max(4, width - HANG))

    def _chop(self, index: int, shown: Span, width: int) -> None:
        for start, stop in chop(self.article.text[shown.start : shown.end], width):
            self._line(shown.start + start, shown.start + stop, index)


def hidden_blocks(article: Article, spans: Iterable[Span]) -> frozenset[int]:
    """Return the indices of the blocks that lie inside one of `spans`."""
    starts = [block.start for block in article.blocks]
    hidden: set[int] = set()
    for span in spans:
        for index in range(bisect_left(starts, span.start), bisect_left(starts, span.end)):
            hidden.add(index)
    return frozenset(hidden)
