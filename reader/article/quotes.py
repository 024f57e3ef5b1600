"""Find quotations in an article."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from reader.article.article import Article
from reader.article.model import markup_ranges
from reader.article.ranges import Ranges, Span, find_phrase


def find_quote(article: Article, quote: str) -> tuple[Span, ...]:
    """Return the ranges where `quote` occurs, in order. Any white space matches any other; the quote may omit markup.

    Occurrences in noise count only when there are no others.
    """
    hidden = markup_ranges(article.styles)
    places = tuple(dict.fromkeys((*find_phrase(article.text, quote), *_find_in_shown_text(quote, article, hidden))))
    noise = Ranges(article.noise)
    outside_noise = [place for place in places if not noise.overlaps(place)]
    return tuple(sorted(outside_noise or places))


def nearest_sentences(article: Article, quote: str, limit: int = 3) -> tuple[Span, ...]:
    """Return the sentences that share at least half of the words of `quote`, the best match first."""
    words = set(_words(quote))
    scored = [(len(words.intersection(_words(article.text[span.start : span.end]))), span) for span in article.sentences.all()]
    best = sorted((pair for pair in scored if pair[0] * 2 >= max(1, len(words))), key=lambda pair: -pair[0])
    return tuple(span for _, span in best[:limit])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _find_in_shown_text(quote: str, article: Article, hidden: list[Span]) -> Iterator[Span]:
    """Yield the ranges of the article's text where `quote` is in the text without its hidden parts."""
    visible: list[Span] = []
    end = 0
    for part in sorted(hidden):
        if part.start > end:
            visible.append(Span(end, part.start))
        end = max(end, part.end)
    visible.append(Span(end, len(article.text)))
    starts = [0, *accumulate(part.end - part.start for part in visible)]

    def original(offset: int) -> int:
        part = bisect_right(starts, offset) - 1
        return visible[part].start + offset - starts[part]

    text = "".join(article.text[part.start : part.end] for part in visible)
    for place in find_phrase(text, quote):
        yield Span(original(place.start), original(place.end - 1) + 1)
