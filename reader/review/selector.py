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


def find_all(text: str, quote: str) -> list[Span]:
    """Return all ranges of a quote in a text, in order; they may overlap."""
    places: list[Span] = []
    at = text.find(quote) if quote else -1
    while at >= 0:
        places.append(Span(at, at + len(quote)))
        at = text.find(quote, at + 1)
    return places


def exact_range(text: str, selector: Selector) -> Span | None:
    """Return the range of a selector's quote in a text, None if it is not certain.

    That is the selector's own range if the quote is still there, else the only range of the quote, else the only one with the
    selector's context on both sides.
    """
    quote = selector.exact
    if quote and selector.start >= 0 and text.startswith(quote, selector.start):
        return Span(selector.start, selector.start + len(quote))
    places = find_all(text, quote)
    if len(places) > 1:
        places = [
            place
            for place in places
            if text.endswith(selector.prefix, 0, place.start) and text.startswith(selector.suffix, place.end)
        ]
    return places[0] if len(places) == 1 else None
