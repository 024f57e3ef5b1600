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
from reader.review.normalize import NormalizedText, joins

_STOP: Final = r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+(?=\s|$)|[。！？][」』”’）]*+"
_LINE: Final = r"\n(?=[^\S\n]*(?:\n|(?:[-*+>#|]|\d{1,3}[.)])\s))"
_END: Final = re.compile(rf"{_STOP}|{_LINE}")
"""Where a sentence ends: at a full stop that a space follows, at a blank line, before the next item of a list."""
_OPENING: Final = re.compile(r"(?:[.!?…][\"'”’»)\]*_]*+\s+|[。！？][」』”’）]*+\s*|\n\s*)$")
_CLOSING: Final = re.compile(r"[.!?…。！？:]")
_REACH: Final = 64
"""How many characters next to a quote are looked at for the end of a sentence."""


class Manner(NamedTuple):
    """How a quote begins and ends: its marks there, whether with a sentence, a line, a word."""

    head: str
    tail: str
    opens: bool
    closes: bool
    line: bool
    first: bool
    last: bool


def manner(asked: QuoteQuery) -> Manner:
    """Return how the quote, which must have letters, begins and ends."""
    prefix, quote, suffix = (getattr(asked.selector, name) for name in ("prefix", "exact", "suffix"))
    folded, letters = asked.folded, asked.quote
    head = quote[: folded.at[letters.start] - len(prefix)]
    tail = quote[folded.at[letters.end - 1] + 1 - len(prefix) :]
    return Manner(
        head,
        tail,
        opens=not prefix.strip() or bool(_OPENING.search(prefix[-_REACH:])),
        closes=not suffix.strip() or bool(_CLOSING.search(tail)) or suffix.startswith("\n"),
        line=not prefix or prefix.endswith("\n"),
        first=letters.start in folded.starts,
        last=letters.end in folded.starts,
    )


def snap_boundaries(borders: tuple[Boundary, Boundary], new: NormalizedText, quote: str, how: Manner) -> Span:
    """Return the letters between two borders, none if the quote is gone. `quote` are its letters.

    Where all of them still stand between the inner borders, they alone are the quote. Nothing is added that is longer than it.
    """
    start, end = borders
    if start.inner >= end.inner:
        exchanged = start.exchanged and end.exchanged
        return _on_words(new, Span(start.outer, end.outer), how) if exchanged else Span(start.inner, start.inner)
    at = new.letters.find(quote, start.inner, end.inner)
    if at > start.inner:
        start = Boundary(at, at)
    if at >= 0 and at + len(quote) < end.inner:
        end = Boundary(at + len(quote), at + len(quote))
    first, last = _begin(start, new, how), _finish(end, new, how)
    if start.inner - first > len(quote):
        first = start.inner
    if last - end.inner > len(quote):
        last = end.inner
    return _on_words(new, Span(first, max(first, last)), how)


def _begin(border: Boundary, new: NormalizedText, how: Manner) -> int:
    gap = new.gap(border.inner)
    opened = how.line and "\n" in new.text[gap.start : gap.end]
    if border.outer >= border.inner or (how.opens and opened):
        return border.inner
    if how.opens:
        ends = [match.end() for match in _END.finditer(new.text, new.gap(border.outer).start, gap.end)]
        if ends:
            return bisect_left(new.at, ends[-1])
    return border.outer if border.exchanged or (how.opens and border.outer == 0) else border.inner


def _finish(border: Boundary, new: NormalizedText, how: Manner) -> int:
    start = new.gap(border.inner).start
    after = start + len(how.tail)
    stopped = bool(_CLOSING.search(how.tail)) or new.text[after : after + 1] in ("", "\n")
    if border.outer <= border.inner or (how.closes and stopped and new.text.startswith(how.tail, start)):
        return border.inner
    if how.closes:
        match = _END.search(new.text, start, new.gap(border.outer).end)
        if match:
            return bisect_left(new.at, match.start())
    return border.outer if border.exchanged or (how.closes and border.outer == len(new.at)) else border.inner


def _on_words(new: NormalizedText, letters: Span, how: Manner) -> Span:
    """Return the letters, moved out to whole words where the quote began or ended with one."""
    start, end = letters
    if start == end:
        return letters
    return Span(
        new.starts[new.word_at(start)] if how.first else start,
        new.starts[new.word_at(end - 1) + 1] if how.last else end,
    )


def include_quote_marks(letters: Span, new: NormalizedText, how: Manner) -> Span:
    """Return the range of the text of some letters, at least one, with as many marks around as the quote had."""
    start, end = new.span_of(letters)
    roof = new.gap(letters.end).end
    while end < roof and joins(new.text[end]):
        end += 1
    before = new.text[new.gap(letters.start).start : start]
    return Span(start - _marks(before[::-1], how.head[::-1]), end + _marks(new.text[end:roof], how.tail))


def _marks(gap: str, marks: str) -> int:
    """Return how much of a gap, from its start on, belongs to a quote that had some marks there: as many, and no line break."""
    wanted = sum(1 for mark in marks if not mark.isspace() and not joins(mark))
    spaced = any(mark.isspace() for mark in marks)
    reach = 0
    for number, character in enumerate(gap, 1):
        if not wanted or character == "\n" or (character.isspace() and not spaced):
            break
        if not character.isspace():
            wanted, reach = wanted - 1, number
    return reach
