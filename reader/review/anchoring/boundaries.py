"""Find the exact start and end of a quote from its approximate position.

A quote that began with a word begins with a word again. A whole sentence stays a whole sentence, as far as no other old text
belongs to what was added. Marks at its ends, such as quotation marks, a bullet or a full stop, belong to it again.
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
"""Match the end of a sentence: a full stop before a space, a blank line, a line end before the next item of a list."""
_AFTER_STOP: Final = re.compile(r"(?:[.!?…][\"'”’»)\]*_]*+\s+|[。！？][」』”’）]*+\s*|\n\s*)$")
_STOP_MARK: Final = re.compile(r"[.!?…。！？:]")
_REACH: Final = 64
"""How many characters beside a quote are searched for the end of a sentence."""


class QuoteShape(NamedTuple):
    """The marks at the ends of a quote, and whether it begins or ends with a sentence, a line or a word."""

    head_marks: str
    tail_marks: str
    opens_sentence: bool
    closes_sentence: bool
    opens_line: bool
    starts_word: bool
    ends_word: bool


def quote_shape(query: QuoteQuery) -> QuoteShape:
    """Return the shape of a quote, which must have letters."""
    prefix, quote, suffix = query.selector.prefix, query.selector.exact, query.selector.suffix
    normalized, letters = query.normalized, query.quote
    head = quote[: normalized.offsets[letters.start] - len(prefix)]
    tail = quote[normalized.offsets[letters.end - 1] + 1 - len(prefix) :]
    return QuoteShape(
        head,
        tail,
        opens_sentence=not prefix.strip() or bool(_AFTER_STOP.search(prefix[-_REACH:])),
        closes_sentence=not suffix.strip() or bool(_STOP_MARK.search(tail)) or suffix.startswith("\n"),
        opens_line=not prefix or prefix.endswith("\n"),
        starts_word=letters.start in normalized.word_starts,
        ends_word=letters.end in normalized.word_starts,
    )


def snap_boundaries(boundaries: tuple[Boundary, Boundary], new: NormalizedText, quote: str, shape: QuoteShape) -> Span:
    """Return the range of letters between two boundaries, empty if the quote is gone. `quote` is its letters.

    If all its letters are still between the inner boundaries, they alone are the quote. No extension is longer than the quote.
    """
    start, end = boundaries
    if start.inner >= end.inner:
        is_replacement = start.is_replacement and end.is_replacement
        return _snap_to_words(new, Span(start.outer, end.outer), shape) if is_replacement else Span(start.inner, start.inner)
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
    is_line_start = shape.opens_line and "\n" in new.text[gap.start : gap.end]
    if boundary.outer >= boundary.inner or (shape.opens_sentence and is_line_start):
        return boundary.inner
    if shape.opens_sentence:
        ends = [match.end() for match in _STOP_PATTERN.finditer(new.text, new.gap_before(boundary.outer).start, gap.end)]
        if ends:
            return bisect_left(new.offsets, ends[-1])
    return boundary.outer if boundary.is_replacement or (shape.opens_sentence and boundary.outer == 0) else boundary.inner


def _snap_end(boundary: Boundary, new: NormalizedText, shape: QuoteShape) -> int:
    start = new.gap_before(boundary.inner).start
    after = start + len(shape.tail_marks)
    has_stop = bool(_STOP_MARK.search(shape.tail_marks)) or new.text[after : after + 1] in ("", "\n")
    is_whole = shape.closes_sentence and has_stop and new.text.startswith(shape.tail_marks, start)
    if boundary.outer <= boundary.inner or is_whole:
        return boundary.inner
    if shape.closes_sentence:
        match = _STOP_PATTERN.search(new.text, start, new.gap_before(boundary.outer).end)
        if match:
            return bisect_left(new.offsets, match.start())
    is_text_end = shape.closes_sentence and boundary.outer == len(new.offsets)
    return boundary.outer if boundary.is_replacement or is_text_end else boundary.inner


def _snap_to_words(new: NormalizedText, letters: Span, shape: QuoteShape) -> Span:
    """Extend a range of letters to whole words where the quote began or ended with a word."""
    start, end = letters
    if start == end:
        return letters
    return Span(
        new.word_starts[new.word_at(start)] if shape.starts_word else start,
        new.word_starts[new.word_at(end - 1) + 1] if shape.ends_word else end,
    )


def include_quote_marks(letters: Span, new: NormalizedText, shape: QuoteShape) -> Span:
    """Return the range of the text for a range of letters, not empty, with as many marks at its ends as the quote had."""
    start, end = new.to_span(letters)
    gap_end = new.gap_before(letters.end).end
    while end < gap_end and is_combining(new.text[end]):
        end += 1
    before = new.text[new.gap_before(letters.start).start : start]
    start -= _marks_length(before[::-1], shape.head_marks[::-1])
    return Span(start, end + _marks_length(new.text[end:gap_end], shape.tail_marks))


def _marks_length(gap: str, marks: str) -> int:
    """Return how much of the start of a gap belongs to a quote with these marks: as many marks, up to a line end."""
    count = sum(1 for mark in marks if not mark.isspace() and not is_combining(mark))
    has_space = any(mark.isspace() for mark in marks)
    length = 0
    for number, character in enumerate(gap, 1):
        if not count or character == "\n" or (character.isspace() and not has_space):
            break
        if not character.isspace():
            count, length = count - 1, number
    return length
