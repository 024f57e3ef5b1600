"""Find the words that a person quotes from an article."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from reader.article.article import Article
from reader.article.model import markup_ranges
from reader.article.ranges import Span


def find_quote(article: Article, quote: str) -> tuple[Span, ...]:
    """Return the ranges where `quote` occurs, in order. White space matches any other, and markup may be left out.

    Occurrences in noise count only when there are no others.
    """
    words = quote.split()
    if not words:
        return ()
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    places = tuple(
        dict.fromkeys(
            (*_find_in_shown_text(pattern, article, []), *_find_in_shown_text(pattern, article, markup_ranges(article.styles)))
        )
    )
    noise = [Span(part.start, part.end) for part in article.noise]
    kept = [place for place in places if not any(part.overlaps(place) for part in noise)]
    return tuple(sorted(kept or places))


def nearest_sentences(article: Article, quote: str, limit: int = 3) -> tuple[Span, ...]:
    """Return the sentences that share at least half of the words of `quote`, the nearest first."""
    words = set(_words(quote))
    scored = [(len(words.intersection(_words(article.text[span.start : span.end]))), span) for span in article.sentences.all()]
    best = sorted((pair for pair in scored if pair[0] * 2 >= max(1, len(words))), key=lambda pair: -pair[0])
    return tuple(span for _, span in best[:limit])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _find_in_shown_text(pattern: re.Pattern[str], article: Article, hidden: list[Span]) -> Iterator[Span]:
    """Yield the ranges of the whole text where `pattern` matches it without its hidden parts."""
    shown: list[Span] = []
    at = 0
    for part in sorted(hidden):
        if part.start > at:
            shown.append(Span(at, part.start))
        at = max(at, part.end)
    shown.append(Span(at, len(article.text)))
    starts = [0, *accumulate(part.end - part.start for part in shown)]

    def original(offset: int) -> int:
        part = bisect_right(starts, offset) - 1
        return shown[part].start + offset - starts[part]

    text = "".join(article.text[part.start : part.end] for part in shown)
    for match in pattern.finditer(text):
        yield Span(original(match.start()), original(match.end() - 1) + 1)
