"""From a place in a text to a selector, and back where its quote still stands as it is."""

from __future__ import annotations

from typing import Final

from reader.article.ranges import Span
from reader.review.model import Selector

SELECTOR_CONTEXT: Final = 32
"""How many code points of context a selector keeps on each side."""


def make_selector(text: str, span: Span) -> Selector:
    """Return the selector of `text[span]`, with its context."""
    start, end = span
    return Selector(
        text[start:end], text[max(0, start - SELECTOR_CONTEXT) : start], text[end : end + SELECTOR_CONTEXT], start, end
    )


def find_all(text: str, quote: str) -> list[Span]:
    """Return every place where `quote` stands, in order, overlaps included."""
    places: list[Span] = []
    at = text.find(quote) if quote else -1
    while at >= 0:
        places.append(Span(at, at + len(quote)))
        at = text.find(quote, at + 1)
    return places


def exact_range(text: str, selector: Selector) -> Span | None:
    """Return where the selector's quote stands as it is in `text`, or None when no place is certain.

    The same place if the quote still stands there; else the only place where it stands; else the only one of several whose
    context on both sides is the selector's.
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
