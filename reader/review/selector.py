"""Make selectors, and find quotes that still occur in a text unchanged."""

from __future__ import annotations

from typing import Final

from reader.article.ranges import Span
from reader.review.model import Selector

SELECTOR_CONTEXT: Final = 32
"""The number of code points of context on each side of a quote."""


def make_selector(text: str, span: Span) -> Selector:
    """Return the selector of a range of a text, with its context."""
    start, end = span
    return Selector(
        text[start:end], text[max(0, start - SELECTOR_CONTEXT) : start], text[end : end + SELECTOR_CONTEXT], start, end
    )


def exact_range(text: str, selector: Selector) -> Span | None:
    """Return the range of a selector's quote in a text, None if it is not certain.

    That is the selector's own range if the quote is still there, else the only range of the quote, else the only one with the
    selector's context on both sides.
    """
    prefix, quote = selector.prefix, selector.exact
    if not quote:
        return None
    if selector.start >= 0 and text.startswith(quote, selector.start):
        return Span(selector.start, selector.start + len(quote))
    starts = _first_two(text, quote)
    if len(starts) > 1:
        starts = [start + len(prefix) for start in _first_two(text, prefix + quote + selector.suffix)]
    return Span(starts[0], starts[0] + len(quote)) if len(starts) == 1 else None


def _first_two(text: str, phrase: str) -> list[int]:
    """Return the offsets of the first two occurrences of a phrase, not empty; they may overlap."""
    first = text.find(phrase)
    second = text.find(phrase, first + 1) if first >= 0 else -1
    return [place for place in (first, second) if place >= 0]


class PhraseIndex:
    """Index of a text for finding many phrases in it, each in time that does not grow with the text.

    It maps the text's pieces of PIECE_SIZE code points, end to end, to their offsets; a phrase of two pieces contains one.
    """

    PIECE_SIZE: Final = 32
    MAX_OFFSETS: Final = 64
    """The number of equal pieces above which scanning the text is faster."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offsets: dict[str, list[int]] = {}
        for start in range(0, len(text) - self.PIECE_SIZE + 1, self.PIECE_SIZE):
            self._offsets.setdefault(text[start : start + self.PIECE_SIZE], []).append(start)

    def find(self, phrase: str) -> tuple[int, ...]:
        """Return the offsets of at most two occurrences of a phrase, which must not be empty."""
        if len(phrase) < 2 * self.PIECE_SIZE - 1:
            return tuple(_first_two(self._text, phrase))
        places: list[int] = []
        for shift in range(self.PIECE_SIZE):
            offsets = self._offsets.get(phrase[shift : shift + self.PIECE_SIZE], ())
            if len(offsets) > self.MAX_OFFSETS:
                return tuple(_first_two(self._text, phrase))
            places += [start - shift for start in offsets if start >= shift and self._text.startswith(phrase, start - shift)]
        return tuple(places[:2])
