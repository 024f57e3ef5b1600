"""Find the exact start and end of a quote from its approximate position.

A quote that began with a word begins with a word again. A whole sentence stays a whole sentence, as far as no other old text
belongs to what was added. Marks at its ends, such as quotation marks, a bullet or a full stop, belong to it again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.article.sentence_boundaries import is_abbreviation
from reader.review.anchoring.alignment import Boundary
from reader.review.anchoring.candidates import QuoteQuery
from reader.review.normalize import NormalizedText, is_combining

_SENTENCE_STOP: Final = r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+(?:\[\^?\d{1,3}\]|[¹²³⁰⁴-⁹])*+(?=\s|$)|[。！？][」』”’）]*+"
_LINE_STOP: Final = r"\n(?=[^\S\n]*(?:\n|(?:[-*+>#|]|\d{1,3}[.)])\s))"
_STOP_PATTERN: Final = re.compile(rf"{_SENTENCE_STOP}|{_LINE_STOP}")
"""Match the end of a sentence: a full stop before a space, a blank line, a line end before the next item of a list."""
_AFTER_STOP: Final = re.compile(r"([.!?…][\"'”’»)\]*_]*+)\s+$|[。！？][」』”’）]*+\s*$|\n\s*$")
_STOP_MARK: Final = re.compile(r"[.!?…。！？:]")
_SHORT_FORM: Final = re.compile(r"(?:^|[\s(\[“\"])[A-Z]\.$")
"""Match an initial, as in "J. Lind"."""
_SHORT_LENGTH: Final = 12
"""How many characters before a full stop show whether it ends an abbreviation."""
_REACH: Final = 64
"""How many characters beside a quote are searched for the end of a sentence."""
_UNIT: Final = re.compile(
    r"(?P<open>\[)[^\[\]\n]*(?P<close>\])\((?:[^()\s]|\([^()\s]*\))*(?:[ \t]+\"[^\"\n]*\")?\)|(?:https?://|www\.)[^\s<>\"\]]+"
)
"""Match what has no border inside it: a Markdown link with its target, an address."""
_UNIT_REACH: Final = 500
"""How many characters beside a border a link or an address may begin or end."""
_ADDRESS_END: Final = ".,;:!?'*_’”"
"""Marks after an address that belong to the sentence."""
_LINK_TARGET: Final = re.compile(r"\]\([^()\s]*\)")
_MARK: Final = re.compile(r"(?P<free>\[\^?\d{1,3}\]|[*_~`]+)|.", re.DOTALL)
"""Match a mark beside a quote; `free` are the numbers of notes and the signs of emphasis, which editing adds and removes."""


class QuoteShape(NamedTuple):
    """The marks at the ends of a quote, and whether it begins or ends with a sentence, a line or a word.

    `cut_start` and `cut_end` say that it began or ended inside a link or an address.
    """

    head_marks: str
    tail_marks: str
    opens_sentence: bool
    closes_sentence: bool
    opens_line: bool
    starts_word: bool
    ends_word: bool
    cut_start: bool
    cut_end: bool


def quote_shape(query: QuoteQuery) -> QuoteShape:
    """Return the shape of a quote, which must have letters."""
    prefix, quote, suffix = query.selector.prefix, query.selector.exact, query.selector.suffix
    normalized, letters = query.normalized, query.quote
    head = quote[: normalized.offsets[letters.start] - len(prefix)]
    tail = quote[normalized.offsets[letters.end - 1] + 1 - len(prefix) :]
    own = Span(len(prefix), len(prefix) + len(quote))
    widened = _widen_to_units(own, normalized.text)
    return QuoteShape(
        head,
        _LINK_TARGET.sub("", tail),
        opens_sentence=not prefix.strip() or _is_after_stop(prefix[-_REACH:], quote),
        closes_sentence=not suffix.strip() or bool(_STOP_MARK.search(tail)) or suffix.startswith("\n"),
        opens_line=not prefix or prefix.endswith("\n"),
        starts_word=letters.start in normalized.word_starts,
        ends_word=letters.end in normalized.word_starts,
        cut_start=widened.start < own.start,
        cut_end=widened.end > own.end,
    )


def _is_after_stop(before: str, after: str) -> bool:
    """Whether a text that is followed by another one ends with the end of a sentence, and white space."""
    match = _AFTER_STOP.search(before)
    return match is not None and (match[1] is None or not _is_short_form(before, match.end(1), after, 0))


def sentence_stops(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the ends of sentences in a range of a text: full stops with the quotation marks after them, and line ends."""
    for match in _STOP_PATTERN.finditer(text, start, end):
        if not _is_short_form(text, match.end(), text, match.end() + 1):
            yield match


def _is_short_form(before: str, stop: int, after: str, cut: int) -> bool:
    """Whether the full stop before an offset ends an abbreviation or an initial, if the text `after` goes on at `cut`."""
    word = before[max(0, stop - _SHORT_LENGTH) : stop]
    return is_abbreviation(word, after, cut) or _SHORT_FORM.search(word) is not None


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
        ends = [match.end() for match in sentence_stops(new.text, new.gap_before(boundary.outer).start, gap.end)]
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
        match = next(sentence_stops(new.text, start, new.gap_before(boundary.outer).end), None)
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
    """Return the range of the text for a range of letters, not empty, with as many marks at its ends as the quote had.

    It does not begin or end inside a link or an address, unless the quote did.
    """
    start, end = new.to_span(letters)
    gap_end = new.gap_before(letters.end).end
    while end < gap_end and is_combining(new.text[end]):
        end += 1
    before = new.text[new.gap_before(letters.start).start : start]
    start -= _marks_length(before[::-1], shape.head_marks[::-1])
    widened = _widen_to_units(Span(start, end), new.text)
    start, end = start if shape.cut_start else widened.start, end if shape.cut_end else widened.end
    gap_end = max(gap_end, end)
    return Span(start, end + _marks_length(new.text[end:gap_end], shape.tail_marks))


def _widen_to_units(span: Span, text: str) -> Span:
    """Return a range with the whole of the links and addresses that it begins or ends in.

    One that is inside a single link is widened only if it has all its words.
    """
    low = max(0, span.start - _UNIT_REACH)
    start, end = span
    for unit in _UNIT.finditer(text, low, span.end + _UNIT_REACH):
        first, last = unit.span()
        if unit["open"] is None:
            last = first + len(unit[0].rstrip(_ADDRESS_END if "(" in unit[0] else _ADDRESS_END + ")"))
        if last <= start or first >= end:
            continue
        if first < start and end < last and not _is_whole_link(unit, span, text):
            continue
        start, end = min(start, first), max(end, last)
    return Span(start, end)


def _is_whole_link(unit: re.Match[str], span: Span, text: str) -> bool:
    """Whether a range inside a link contains all its words."""
    beside = text[unit.end("open") : span.start] + text[span.end : unit.start("close")] if unit["open"] else "a"
    return not any(character.isalnum() for character in beside)


def _marks_length(gap: str, marks: str) -> int:
    """Return how much of the start of a gap belongs to a quote with these marks: as many marks, up to a line end."""
    tokens = [match for match in _MARK.finditer(marks) if not is_combining(match[0][0])]
    has_free, has_space = any(token["free"] for token in tokens), any(token[0].isspace() for token in tokens)
    count = sum(1 for token in tokens if not token["free"] and not token[0].isspace())
    length = 0
    for token in _MARK.finditer(gap):
        if token[0].isspace():
            if token[0] == "\n" or not has_space or not (count or has_free):
                break
        elif token["free"]:
            length = token.end() if has_free else length
        elif not count:
            break
        else:
            count, length = count - 1, token.end()
    return length
