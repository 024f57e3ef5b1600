"""Read the layout of text that was set for printed pages, such as RFCs, memos and manual pages.

Their paragraphs are indented and their headings stand in the margin; drawings, tables and code are lines that must not be
joined. A page ends with a footer, often a form feed, and a header, which may stand in the middle of a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.labels import label_at
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind, Noise, NoiseReason, Style, StyleKind
from reader.article.ranges import Span, block_at

_LINE: Final = lazy_pattern(r"^[^\S\n]*(\S[^\n]*)$", re.MULTILINE)
_PAGE_FOOTER: Final = lazy_pattern(r"\[Page (?:\d{1,4}|[ivxlc]{1,7})\]$")
_NUMBER: Final = lazy_pattern(r"\d+|\b[ivxlc]+\b")
_GAP: Final = lazy_pattern(r"\S {3,}(?=\S)")
_LEADER: Final = lazy_pattern(r"(?:[.·] ?){3}\s*(?:\d{1,4}|[ivxlc]{1,7})$")
_CONTENTS: Final = lazy_pattern(r"(?:table of )?contents", re.IGNORECASE)
_DRAWN: Final = lazy_pattern(r"[-+|=_/\\~#*]{3}|\|.*\||^[\d\s]+$")
_CODE_SIGN: Final = lazy_pattern(r"[={}<>|;\\$%]|::|->|\w\(|^#|/\*|\*/")
_CAPTION: Final = lazy_pattern(r"(?:Figure|Fig\.|Table|Listing|Abbildung|Tabelle|Tableau|Figura|Tabla) \d", re.IGNORECASE)
_BULLET: Final = lazy_pattern(r"[o+*•-] {1,4}(?=\S)")
_SENTENCE_END: Final = lazy_pattern(r"[.!?:;,][\"'”’)\]]*$")
_LETTER: Final = lazy_pattern(r"[^\W\d_]")
_SECTION_NUMBER: Final = lazy_pattern(r"(?:Appendix )?(?:\d{1,3}|[A-Z])((?:\.\d{1,3})*)\.?\s", re.IGNORECASE)
_MAX_WIDTH: Final = 100
_MIN_WIDE_LINE: Final = 45
_MIN_WIDE_LINES: Final = 8
_MIN_MARGIN: Final = 2
_MIN_MARGIN_SHARE: Final = 0.5
_MIN_CENTRED_INDENT: Final = 4
_MAX_FURNITURE_LENGTH: Final = 120
_MAX_FLUSH_HEADING: Final = 80
_MAX_TITLE_LINES: Final = 4
_MIN_COLUMN_GAPS: Final = 2
"""The least gaps in a line that is set on the left, in the centre and on the right."""
_FIRST_BLOCKS: Final = 30
_SHORT_LINE_SHARE: Final = 0.7


class PageLayout(NamedTuple):
    """The layout of a text.

    `text` is the text without headers and footers of pages, which blanks of the same length replace. `furniture` are the ranges
    of those that stand between blocks, `breaks` of those within a paragraph. `margin` is the indentation of the paragraphs.
    """

    text: str
    furniture: tuple[Span, ...]
    breaks: tuple[Span, ...]
    margin: int

    def blocks(self, blocks: Sequence[Block]) -> list[Block]:
        """Return blocks of `text` with drawings, tables and code as such, bullets as items, captions, and the centred title."""
        result: list[Block] = []
        drawings = list(_find_drawings(self.text, self.margin))
        place = 0
        for block in self._split_headings(blocks):
            while place < len(drawings) and drawings[place].end <= block.start:
                place += 1
            if place < len(drawings) and drawings[place].start < block.end:
                if not result or result[-1].end < drawings[place].end:
                    result.append(Block(*drawings[place], BlockKind.CODE))
            elif block.kind is BlockKind.PARAGRAPH and (bullet := _BULLET.match(self.text, block.start, block.end)):
                result.append(Block(block.start, block.end, BlockKind.ITEM, 1, bullet.end() - bullet.start()))
            elif _CAPTION.match(self.text, block.start, block.end) and _indent(self.text, block) > self.margin:
                result.append(block._replace(is_caption=True))
            else:
                result.append(block)
        for index, block in enumerate(result[:_FIRST_BLOCKS]):
            if self._is_flush_heading(block):
                break
            if self._is_centred_title(block):
                result[index] = Block(block.start, block.end, BlockKind.HEADING, 1)
                break
        return result

    def contents(self, blocks: Sequence[Block]) -> Iterator[Noise]:
        """Yield the table of contents, whose lines lead to page numbers, and its heading."""
        heading: Block | None = None
        for block in blocks:
            lines = self.text[block.start : block.end].split("\n")
            if sum(_LEADER.search(line.rstrip()) is not None for line in lines) * 2 > len(lines):
                for part in filter(None, (heading, block)):
                    yield Noise(part.start, part.end, NoiseReason.CHROME)
                heading = None
            else:
                heading = block if len(lines) == 1 and _CONTENTS.fullmatch(lines[0].strip()) else None

    def with_headings(self, blocks: Sequence[Block], title: int, aside: Collection[int]) -> tuple[Block, ...]:
        """Return the blocks with the title and the lines in the margin as headings, by the depth of their numbers."""
        result = list(blocks)
        for index, block in enumerate(blocks):
            if index == title:
                result[index] = Block(block.start, block.end, BlockKind.HEADING, 1)
            elif index not in aside and self._is_flush_heading(block):
                number = _SECTION_NUMBER.match(self.text, block.start, block.end)
                level = 2 + (number[1].count(".") if number else 0)
                result[index] = Block(block.start, block.end, BlockKind.HEADING, min(level, 6))
        return tuple(result)

    def with_furniture(self, article: Article) -> Article:
        """Return the article of `text` with the headers and footers of its pages, set aside.

        Those within a drawing are hidden as within a paragraph: it goes on below them.
        """
        apart: list[Span] = []
        within = [*self.breaks]
        for span in self.furniture:
            index = block_at(article.blocks, span.start)
            (within if index >= 0 and article.blocks[index].span.overlaps(span) else apart).append(span)
        within.sort()
        hidden = (Style(*span, StyleKind.MARKUP) for span in within)
        return replace(
            article,
            blocks=tuple(sorted((*article.blocks, *(Block(*span) for span in apart)))),
            styles=tuple(sorted((*article.styles, *hidden), key=attrgetter("start"))),
            noise=tuple(sorted((*article.noise, *(Noise(*span, NoiseReason.CHROME) for span in apart)))),
            debris=tuple(Noise(*span, NoiseReason.CHROME) for span in within),
        )

    def _split_headings(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """Yield the blocks, with a line in the margin and the paragraph right below it as two, as in manual pages."""
        for block in blocks:
            end = self.text.find("\n", block.start, block.end)
            head = Block(block.start, block.start + len(self.text[block.start : max(end, block.start)].rstrip()))
            below = _LINE.match(self.text, end + 1, block.end) if end > 0 and block.kind is BlockKind.PARAGRAPH else None
            if below is not None and below.start(1) - end - 1 >= self.margin and self._is_flush_heading(head):
                yield head
                yield Block(below.start(1), block.end)
            else:
                yield block

    def _is_centred_title(self, block: Block) -> bool:
        words = self.text[block.start : block.end]
        return (
            block.kind is BlockKind.PARAGRAPH
            and not block.is_caption
            and _indent(self.text, block) >= self.margin + _MIN_CENTRED_INDENT
            and words.count("\n") < _MAX_TITLE_LINES
            and not _SENTENCE_END.search(words)
        )

    def _is_flush_heading(self, block: Block) -> bool:
        if block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or _indent(self.text, block) >= self.margin:
            return False
        words = self.text[block.start : block.end]
        is_numbered = _SECTION_NUMBER.match(words) is not None
        if words.count("\n") > is_numbered or len(words) > _MAX_FLUSH_HEADING * (1 + is_numbered):
            return False
        is_title = _LETTER.search(words) is not None and not _SENTENCE_END.search(words) and not _CAPTION.match(words)
        return is_title and len(_GAP.findall(words)) < _MIN_COLUMN_GAPS


class _Line(NamedTuple):
    """A stripped line and the width of its indentation."""

    start: int
    indent: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def find_layout(text: str) -> PageLayout | None:
    """Return the layout of a text that was set for pages, or None for any other."""
    lines = list(map(_read_line, _LINE.finditer(text)))
    wide = [line for line in lines if len(line.text) >= _MIN_WIDE_LINE]
    if len(wide) < _MIN_WIDE_LINES or sum(line.indent + len(line.text) > _MAX_WIDTH for line in wide) * 10 > len(wide):
        return None
    (margin, count) = Counter(line.indent for line in wide).most_common(1)[0]
    if margin < _MIN_MARGIN or count < _MIN_MARGIN_SHARE * len(wide):
        margin = 0
    breaks = _find_page_breaks(text, lines)
    if not breaks and not margin:
        return None
    width = max(len(line.text) for line in wide)
    pieces: list[str] = []
    place = 0
    furniture: list[Span] = []
    inner: list[Span] = []
    for first, last in breaks:
        start = max(place, lines[first - 1].end) if first else 0  # a break may follow right upon another
        end = text.rfind("\n", 0, lines[last].start) + 1 if last < len(lines) else len(text)
        is_inside = first > 0 and last < len(lines) and _continues(lines[first - 1], lines[last], margin, width)
        pieces.append(text[place:start])
        if is_inside:
            pieces.append(" " * (end - start - 1) + "\n")
            inner.append(Span(start, end - 1))
        else:
            pieces.append("".join(sign if sign == "\n" else " " for sign in text[start:end]))
            furniture += (Span(line.start, line.end) for line in lines[first:last])
        place = end
    return PageLayout("".join((*pieces, text[place:])), tuple(furniture), tuple(inner), margin)


def _read_line(match: re.Match[str]) -> _Line:
    indent = match.start(1) - match.start() - match.string.count("\f", match.start(), match.start(1))
    return _Line(match.start(1), indent, match[1].rstrip())


def _find_page_breaks(text: str, lines: Sequence[_Line]) -> list[tuple[int, int]]:
    """Return the ranges of lines that are the footer of a page and the header of the next one."""
    starts = [line.start for line in lines]
    ends = {index + 1 for index, line in enumerate(lines) if _PAGE_FOOTER.search(line.text)}
    feeds = {bisect_left(starts, match.start()) for match in re.finditer("\f", text)}
    borders = sorted(ends | feeds)
    footers = Counter(_key(lines[border - 1]) for border in borders if border)
    headers = Counter(_key(lines[border]) for border in borders if border < len(lines))
    result: list[tuple[int, int]] = []
    for border in borders:
        first = last = border
        if border and (border in ends or _recurs(footers, lines[border - 1])):
            first -= 1
        if border < len(lines) and (_recurs(headers, lines[border]) or (border in ends and _is_header(lines[border]))):
            last += 1
        if first < last and (not result or first >= result[-1][1]):
            result.append((first, last))
    return result


def _key(line: _Line) -> str:
    return _NUMBER.sub("#", " ".join(line.text.split()))


def _recurs(keys: Counter[str], line: _Line) -> bool:
    return len(line.text) <= _MAX_FURNITURE_LENGTH and keys[_key(line)] > 1


def _is_header(line: _Line) -> bool:
    """Whether a line is set in three columns: on the left, in the centre and on the right."""
    return not line.indent and len(_GAP.findall(line.text)) >= _MIN_COLUMN_GAPS


def _continues(before: _Line, after: _Line, margin: int, width: int) -> bool:
    """Whether a paragraph goes on after a page break."""
    if _SENTENCE_END.search(before.text) and not before.text.endswith((",", ";")):
        return False
    if after.indent < margin or _is_drawn(before) or _is_drawn(after) or label_at(after.text, 0, len(after.text)) is not None:
        return False
    return after.text[0].islower() or len(before.text) > _SHORT_LINE_SHARE * width


# ------------------------------------------------------------------ Blocks


def _indent(text: str, block: Block) -> int:
    return block.start - text.rfind("\n", 0, block.start) - 1


def _find_drawings(text: str, margin: int) -> Iterator[Span]:
    """Yield the ranges of consecutive groups of lines that are drawings, tables or code."""
    last: Span | None = None
    for group in _groups(text):
        span = Span(group[0].start, group[-1].end)
        if not _is_verbatim(group, margin):
            if last is not None:
                yield last
            last = None
        else:
            last = Span(last.start, span.end) if last is not None else span
    if last is not None:
        yield last


def _groups(text: str) -> Iterator[list[_Line]]:
    """Yield the lines between blank lines."""
    group: list[_Line] = []
    end = -1
    for match in _LINE.finditer(text):
        if group and match.start() != end + 1:
            yield group
            group = []
        group.append(_read_line(match))
        end = match.end()
    if group:
        yield group


def _is_drawn(line: _Line) -> bool:
    return _DRAWN.search(line.text) is not None


def _is_verbatim(group: Sequence[_Line], margin: int) -> bool:
    """Whether lines must not be joined: they are drawn, in columns, or indented and full of signs."""
    first = group[0].text
    if _BULLET.match(first) or label_at(first, 0, len(first)) is not None or any(map(_is_leader, group)):
        return False
    if len(group) > 1 and sum(map(_is_drawn, group)) * 2 >= len(group):
        return True
    if len(group) > 1 and sum(_GAP.search(line.text) is not None for line in group) * 2 > len(group):
        return True
    if min(line.indent for line in group) < margin + _MIN_MARGIN or _CAPTION.match(first):
        return False
    if not any(_LETTER.search(line.text) for line in group):
        return True
    is_prose = any(len(line.text) >= _MIN_WIDE_LINE for line in group) and _SENTENCE_END.search(group[-1].text) is not None
    return not is_prose and sum(_CODE_SIGN.search(line.text) is not None for line in group) * 2 >= len(group)


def _is_leader(line: _Line) -> bool:
    return _LEADER.search(line.text) is not None
