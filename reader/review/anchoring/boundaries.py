"""The borders of a place. Where a quote is and where it begins and ends are two decisions; this is the second.

A quote that began with a word begins with one; one that was a whole sentence stays one, if what was added at its borders is
nobody else's; the marks that it began and ended with (quotation marks, a bullet, a full stop) belong to it again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.review.anchoring.alignment import Boundary
from reader.review.anchoring.candidates import QuoteQuery
from reader.review.normalize import NormalizedText, is_combining

_SENTENCE_STOP: Final = r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+(?=\s|$)|[。！？][」』”’）]*+"
_LINE_STOP: Final = r"\n(?=[^\S\n]*(?:\n|(?:[-*+>#|]|\d{1,3}[.)])\s))"
_STOP_PATTERN: Final = re.compile(rf"{_SENTENCE_STOP}|{_LINE_STOP}")
"""Where a sentence ends: at a full stop that a space follows, at a blank line, before the next item of a list."""
_AFTER_STOP: Final = re.compile(r"(?:[.!?…][\"'”’»)\]*_]*+\s+|[。！？][」』”’）]*+\s*|\n\s*)$")
_STOP_MARK: Final = re.compile(r"[.!?…。！？:]")
_REACH: Final = 64
"""How many characters next to a quote are looked at for the end of a sentence."""


class QuoteShape(NamedTuple):
    """How a quote begins and ends: its marks there, whether with a sentence, a line, a word."""

    head_marks: str
    tail_marks: str
    opens_sentence: bool
    closes_sentence: bool
    opens_line: bool
    starts_word: bool
    ends_word: bool


def quote_shape(query: QuoteQuery) -> QuoteShape:
    """Return how the quote, which must have letters, begins and ends."""
    prefix, quote, suffix = (getattr(query.selector, name) for name in ("prefix", "exact", "suffix"))
    folded, letters = query.normalized, query.quote
    head = quote[: folded.offsets[letters.start] - len(prefix)]
    tail = quote[folded.offsets[letters.end - 1] + 1 - len(prefix) :]
    return QuoteShape(
        head,
        tail,
        opens_sentence=not prefix.strip() or bool(_AFTER_STOP.search(prefix[-_REACH:])),
        closes_sentence=not suffix.strip() or bool(_STOP_MARK.search(tail)) or suffix.startswith("\n"),
        opens_line=not prefix or prefix.endswith("\n"),
        starts_word=letters.start in folded.word_starts,
        ends_word=letters.end in folded.word_starts,
    )


def snap_boundaries(boundaries: tuple[Boundary, Boundary], new: NormalizedText, quote: str, shape: QuoteShape) -> Span:
    """Return the letters between two borders, none if the quote is gone. `quote` are its letters.

    Where all of them still stand between the inner borders, they alone are the quote. Nothing is added that is longer than it.
    """
    start, end = boundaries
    if start.inner >= end.inner:
        exchanged = start.is_replacement and end.is_replacement
        return _snap_to_words(new, Span(start.outer, end.outer), shape) if exchanged else Span(start.inner, start.inner)
    at = new.letters.find(quote, start.inner, end.inner)
    if at > start.inner:
        start = Boundary(at, at)
    if at >= 0 and at + len(quote) < end.inner:
        end = Boundary(at + len(quote), at + len(quote))
    first, last = _snap_start(start, new, shape), _snap_end(end, new, shape)
    if start.inner - first > len(quote):
        first = start.inner
    if last - end.inner > len(quote):
        last = end.inner
    return _snap_to_words(new, Span(first, max(first, last)), shape)


def _snap_start(boundary: Boundary, new: NormalizedText, shape: QuoteShape) -> int:
    gap = new.gap_before(boundary.inner)
    opened = shape.opens_line and "\n" in new.text[gap.start : gap.end]
    if boundary.outer >= boundary.inner or (shape.opens_sentence and opened):
        return boundary.inner
    if shape.opens_sentence:
        ends = [match.end() for match in _STOP_PATTERN.finditer(new.text, new.gap_before(boundary.outer).start, gap.end)]
        if ends:
            return bisect_left(new.offsets, ends[-1])
    return boundary.outer if boundary.is_replacement or (shape.opens_sentence and boundary.outer == 0) else boundary.inner


def _snap_end(boundary: Boundary, new: NormalizedText, shape: QuoteShape) -> int:
    start = new.gap_before(boundary.inner).start
    after = start + len(shape.tail_marks)
    stopped = bool(_STOP_MARK.search(shape.tail_marks)) or new.text[after : after + 1] in ("", "\n")
    if boundary.outer <= boundary.inner or (shape.closes_sentence and stopped and new.text.startswith(shape.tail_marks, start)):
        return boundary.inner
    if shape.closes_sentence:
        match = _STOP_PATTERN.search(new.text, start, new.gap_before(boundary.outer).end)
        if match:
            return bisect_left(new.offsets, match.start())
    return (
        boundary.outer
        if boundary.is_replacement or (shape.closes_sentence and boundary.outer == len(new.offsets))
        else boundary.inner
    )


def _snap_to_words(new: NormalizedText, letters: Span, shape: QuoteShape) -> Span:
    """Return the letters, moved out to whole words where the quote began or ended with one."""
    start, end = letters
    if start == end:
        return letters
    return Span(
        new.word_starts[new.word_at(start)] if shape.starts_word else start,
        new.word_starts[new.word_at(end - 1) + 1] if shape.ends_word else end,
    )


def include_quote_marks(letters: Span, new: NormalizedText, shape: QuoteShape) -> Span:
    """Return the range of the text of some letters, at least one, with as many marks around as the quote had."""
    start, end = new.to_span(letters)
    roof = new.gap_before(letters.end).end
    while end < roof and is_combining(new.text[end]):
        end += 1
    before = new.text[new.gap_before(letters.start).start : start]
    return Span(
        start - _marks_length(before[::-1], shape.head_marks[::-1]), end + _marks_length(new.text[end:roof], shape.tail_marks)
    )


def _marks_length(gap: str, marks: str) -> int:
    """Return how much of a gap, from its start on, belongs to a quote that had some marks there: as many, and no line break."""
    wanted = sum(1 for mark in marks if not mark.isspace() and not is_combining(mark))
    spaced = any(mark.isspace() for mark in marks)
    reach = 0
    for number, character in enumerate(gap, 1):
        if not wanted or character == "\n" or (character.isspace() and not spaced):
            break
        if not character.isspace():
            wanted, reach = wanted - 1, number
    return reach
