"""Find the elements of a Word document that hold a range of the text that was read from it."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from reader.article.model import Style, StyleKind
from reader.article.ranges import Span, block_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.formats.docx.trace import Piece, TracedDocument


class Point(NamedTuple):
    """A place in a document: the number of an element, and an offset in its text, in code points."""

    element: int
    offset: int


class Origin(NamedTuple):
    """The first and the last place of a range of the text. If it `is_wide`, they surround what refers to a note with it."""

    start: Point
    end: Point
    is_wide: bool = False


class Origins:
    """The origins of a text. `elements` are the numbers of the elements that hold the pieces of the document.

    To find a range takes time that grows with the number of pieces in it, whatever their length.
    """

    def __init__(self, document: TracedDocument, elements: Sequence[int]) -> None:
        self._article = document.article
        self._pieces: list[Piece] = document.pieces
        self._elements = elements
        self._styles = [style for style in document.article.styles if style.kind is StyleKind.ORIGIN]
        self._parts: defaultdict[str, list[Style]] = defaultdict(list)
        self._references: dict[int, Style] = {}
        for style in self._styles:
            self._parts[style.target].append(style)
            if not self._piece_of(style).is_in_note:
                self._references.setdefault(elements[int(style.target)], style)
        self._text_letters = _letter_offsets(document.article.text)
        self._letters_in = cache(self._find_letters)
        self._beginnings_in = cache(self._find_beginnings)

    def find(self, span: Span) -> Origin | None:
        """Return the origin of a range of the text, None if no element holds it. A note has that of the sentence it is on."""
        first = bisect_right(self._styles, span.start, key=lambda style: style.end)
        last = bisect_left(self._styles, span.end, key=lambda style: style.start)
        styles = [style for style in self._styles[first:last] if self._overlap(style, span)]
        if not styles:
            return None
        if self._piece_of(styles[0]).is_in_note:
            sentence = self._sentence_on(self._references.get(self._element_of(styles[0])))
            origin = self.find(sentence) if sentence is not None else None
            return origin._replace(is_wide=True) if origin is not None else None
        # In a table that is drawn line by line, the first piece of the text need not be the first of the document.
        body = [style for style in styles if not self._piece_of(style).is_in_note]
        edges = {0, len(body) - 1}
        starts = (self._start_of(s, span) if at in edges else Point(self._element_of(s), 0) for at, s in enumerate(body))
        ends = (self._end_of(s, span) if at in edges else self._whole_end(s) for at, s in enumerate(body))
        return Origin(min(starts), max(ends))

    def _piece_of(self, style: Style) -> Piece:
        return self._pieces[int(style.target)]

    def _element_of(self, style: Style) -> int:
        return self._elements[int(style.target)]

    def _overlap(self, style: Style, span: Span) -> str:
        return self._article.text[max(style.start, span.start) : min(style.end, span.end)].strip()

    def _sentence_on(self, marker: Style | None) -> Span | None:
        """Return the sentence that ends with a marker or contains it, else the block; None without a marker in the text."""
        if marker is None:
            return None
        block = self._article.blocks[block_at(self._article.blocks, marker.start)]
        before = self._article.text[block.start : marker.start].rstrip()
        if not before:
            return block.span
        sentence = self._article.sentences.at(block.start + len(before) - 1)
        return sentence if sentence is not None and block.span.contains(sentence) else block.span

    # ------------------------------------------------------------------ Places in a piece

    def _start_of(self, style: Style, span: Span) -> Point:
        begin, letters = self._beginnings_in(style.target)[style], self._letters_in(style.target)
        return Point(self._element_of(style), letters[begin + self._count_letters(style, span.start)] if begin >= 0 else 0)

    def _end_of(self, style: Style, span: Span) -> Point:
        begin, letters = self._beginnings_in(style.target)[style], self._letters_in(style.target)
        if begin < 0:
            return self._whole_end(style)
        return Point(self._element_of(style), letters[begin + self._count_letters(style, span.end) - 1] + 1)

    def _whole_end(self, style: Style) -> Point:
        return Point(self._element_of(style), max(1, len(self._piece_of(style).text)))

    def _count_letters(self, style: Style, end: int) -> int:
        """Return how many letters of a range come before an offset of the text."""
        first = bisect_left(self._text_letters, style.start)
        return max(0, bisect_left(self._text_letters, min(end, style.end)) - first)

    def _find_letters(self, target: str) -> array[int]:
        return _letter_offsets(self._pieces[int(target)].text)

    def _find_beginnings(self, target: str) -> dict[Style, int]:
        """Return the number of the first letter of each range of a piece, -1 where the text has other letters.

        A long word may be broken in a table, a bracket belong to a marker, and a number be raised.
        """
        letters, beginnings, last = _letters(self._pieces[int(target)].text), dict[Style, int](), 0
        for style in self._parts[target]:
            words = _letters(self._article.text[style.start : style.end])
            at = letters.find(words, last)
            beginnings[style] = at if at >= 0 else letters.find(words)
            last = at + len(words) if at >= 0 else last
        return beginnings


def _letters(text: str) -> str:
    return "".join(text.split())


def _letter_offsets(text: str) -> array[int]:
    """Return the offsets of the code points of a text that are no white space, which the import may change."""
    return array("I", (offset for offset, char in enumerate(text) if not char.isspace()))
