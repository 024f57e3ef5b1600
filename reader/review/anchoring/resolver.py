"""From a place in a text to a selector, and from a selector back to a place. A wrong place is worse than none.

The steps, each taken only when the one before gave nothing: the same place with the same context; the only place where quote
and context stand; where the alignment of the old text with the new one brought the quote; the likeliest of this and of what the
quote, pieces of it and its context suggest. If none is likelier than not, the quote is an orphan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.review.anchoring.alignment import Alignment, Boundary, align_texts
from reader.review.anchoring.boundaries import include_quote_marks, quote_shape, snap_boundaries
from reader.review.anchoring.candidates import QuoteQuery, find_candidates, to_query
from reader.review.anchoring.scoring import Signals, measure_signals, to_probabilities
from reader.review.model import Selector
from reader.review.normalize import NormalizedText, normalize
from reader.review.selector import exact_range

MIN_PROBABILITY: Final = 0.5
"""The probability that a place must have: likelier than not."""
CERTAIN_PROBABILITY: Final = 0.97
"""The probability from which on the place that the alignment brought is not compared with others."""
MIN_OVERLAP: Final = 0.5
"""The share by which two candidates overlap, of all that both cover, that are one place with different borders."""


class Method(StrEnum):
    """How a place was found."""

    SAME = "same place"
    UNIQUE = "only place"
    ALIGNED = "old text"
    LIKELY = "likeliest place"


class QuoteMatch(NamedTuple):
    """A place, how it was found, and how sure it is, from 0 to 1."""

    place: Span
    method: Method
    confidence: float


class ScoredMatch(NamedTuple):
    """A candidate: its place, what speaks for it, and its probability."""

    place: Span
    signals: Signals
    probability: float


class QuoteResolver:
    """A text, and the old text that selectors were made on if it is known: places for any number of selectors.

    Texts are folded and aligned when the first selector needs it. Not for several threads at once.
    """

    def __init__(self, text: str, old: str | None = None) -> None:
        self.text = text
        self.old = old

    @cached_property
    def _new(self) -> NormalizedText:
        return normalize(self.text)

    @cached_property
    def _alignment(self) -> Alignment | None:
        return None if self.old is None else align_texts(normalize(self.old), self._new)

    def find(self, selector: Selector) -> QuoteMatch | None:
        """Return where the selector's quote is, or None for an orphan."""
        found = self.find_certain(selector)
        if found:
            return found
        alignment, old = self._locate_in_old(selector)
        if alignment:
            asked = to_query(selector)
            likely = _best_match(self._score_boundaries(asked, _carried_boundaries(asked, alignment, old), alignment, old))
            if likely and likely.confidence >= CERTAIN_PROBABILITY:
                return likely._replace(method=Method.ALIGNED)
        return _best_match(self.score_candidates(selector))

    def find_certain(self, selector: Selector) -> QuoteMatch | None:
        """Return where the quote stands without a doubt: with its context at the same place, or there and nowhere else."""
        if self._is_unmoved(selector):
            return QuoteMatch(Span(selector.start, selector.start + len(selector.exact)), Method.SAME, 1.0)
        prefix, suffix = selector.prefix, selector.suffix
        whole = prefix + selector.exact + suffix
        at = self.text.find(whole) if selector.exact and prefix and suffix else -1
        if at < 0 or self.text.find(whole, at + 1) >= 0 or (self.old is not None and self.old.count(whole) > 1):
            return None
        return QuoteMatch(Span(at + len(prefix), at + len(prefix) + len(selector.exact)), Method.UNIQUE, 1.0)

    def _is_unmoved(self, selector: Selector) -> bool:
        """Whether the quote stands at its old offset with its context, or with what is left of it if nothing else is known."""
        start, quote, prefix, suffix = selector.start, selector.exact, selector.prefix, selector.suffix
        if not quote or start < 0 or not self.text.startswith(quote, start):
            return False
        if self.old == self.text:
            return True
        before = self.text.endswith(prefix, 0, start)
        after = self.text.startswith(suffix, start + len(quote))
        if self.old is not None:
            return before and after and bool(prefix or suffix)
        return bool(before and prefix) or bool(after and suffix) or not (prefix or suffix)

    def score_candidates(self, selector: Selector) -> list[ScoredMatch]:
        """Return all candidates, in no order."""
        asked = to_query(selector)
        alignment, old = self._locate_in_old(selector)
        brought = _carried_boundaries(asked, alignment, old) if alignment else ()
        return self._score_boundaries(asked, [*brought, *find_candidates(asked, self._new)], alignment, old)

    def _score_boundaries(
        self, query: QuoteQuery, boundaries: Iterable[tuple[Boundary, Boundary]], alignment: Alignment | None, old: Span
    ) -> list[ScoredMatch]:
        if not query.letters or not self._new.letters:
            return []
        how, new = quote_shape(query), self._new
        settled = dict.fromkeys(snap_boundaries(pair, new, query.letters, how) for pair in boundaries)
        places = [place for place in settled if place.start < place.end]
        measured = measure_signals(query, new, places, alignment, old)
        weighed = zip(places, measured, to_probabilities(measured, alignment is not None), strict=True)
        return [ScoredMatch(include_quote_marks(place, new, how), signals, chance) for place, signals, chance in weighed]

    def _locate_in_old(self, selector: Selector) -> tuple[Alignment | None, Span]:
        """Return the alignment and the quote's letters in the old text, if it is known and the quote has its place there."""
        place = exact_range(self.old, selector) if self.old is not None else None
        if place is None or self._alignment is None:
            return None, Span(0, 0)
        return self._alignment, self._alignment.old.to_letters(place)


def _carried_boundaries(query: QuoteQuery, alignment: Alignment, old: Span) -> Iterator[tuple[Boundary, Boundary]]:
    """Yield the borders to which an alignment brought some letters, and those of the letters themselves if they stand there."""
    start, end = alignment.carry(old)
    yield start, end
    at = alignment.new.letters.find(query.letters, start.outer, end.outer)
    if at >= 0:
        yield Boundary(at, at), Boundary(at + len(query.letters), at + len(query.letters))


def _best_match(matches: list[ScoredMatch]) -> QuoteMatch | None:
    """Return the likeliest of some candidates, or None when none is likelier than not."""
    best = max(matches, key=lambda candidate: candidate.probability, default=None)
    if best is None:
        return None
    sure = sum(candidate.probability for candidate in matches if is_same_place(candidate.place, best.place))
    return QuoteMatch(best.place, Method.LIKELY, min(1.0, sure)) if sure >= MIN_PROBABILITY else None


def is_same_place(first: Span, second: Span) -> bool:
    """Whether two candidates are one place, perhaps with different borders."""
    common = min(first.end, second.end) - max(first.start, second.start)
    return common >= MIN_OVERLAP * (max(first.end, second.end) - min(first.start, second.start))


def anchor_quote(text: str, selector: Selector, old: str | None = None) -> QuoteMatch | None:
    """Return where the selector's quote is in `text`, or None for an orphan. `old` is the text it was made on, if it is known.

    What was learnt of the last texts is kept, so that the next selector costs little.
    """
    return _resolver_for(text, old).find(selector)


@lru_cache(2)
def _resolver_for(text: str, old: str | None) -> QuoteResolver:
    return QuoteResolver(text, old)
