"""Resolve a selector to a place in a changed text. A wrong place is worse than none.

Each step is taken only if the one before found nothing: the old offset with the same context; the only occurrence of quote and
context; the place to which the alignment of the old text with the new one carries the quote; the most probable of this and all
candidates. If even that is less likely than not, the quote is an orphan.
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
from reader.review.selector import PhraseIndex, exact_range

MIN_PROBABILITY: Final = 0.5
"""The probability that a place must have: more likely than not."""
CERTAIN_PROBABILITY: Final = 0.97
"""The probability from which on the place that the alignment gives is not compared with others."""
MIN_GUESS: Final = 0.2
"""The probability from which on a person is offered a place for an orphan. Below it, one offer in a hundred is right."""
MIN_OVERLAP: Final = 0.5
"""The share of overlap from which on two candidates are one place with different boundaries."""


class Method(StrEnum):
    """The method that found a place."""

    SAME = "same place"
    UNIQUE = "only place"
    ALIGNED = "old text"
    LIKELY = "likeliest place"


class QuoteMatch(NamedTuple):
    """A place, the method that found it, and the confidence in it, from 0 to 1."""

    place: Span
    method: Method
    confidence: float


class ScoredMatch(NamedTuple):
    """A candidate: its place, its signals and its probability."""

    place: Span
    signals: Signals
    probability: float


class QuoteResolver:
    """A resolver of selectors in a text, with the old text that they were made on if it is known.

    Texts are normalized and aligned when the first selector needs it. Not safe for several threads.
    """

    def __init__(self, text: str, old: str | None = None) -> None:
        self.text = text
        self.old = old

    @cached_property
    def _new(self) -> NormalizedText:
        return normalize(self.text)

    @cached_property
    def _phrases(self) -> PhraseIndex:
        return PhraseIndex(self.text)

    @cached_property
    def _old_phrases(self) -> PhraseIndex | None:
        return None if self.old is None else PhraseIndex(self.old)

    @cached_property
    def _alignment(self) -> Alignment | None:
        return None if self.old is None else align_texts(normalize(self.old), self._new)

    def find(self, selector: Selector) -> QuoteMatch | None:
        """Find the quote of a selector, or return None for an orphan."""
        match = self.find_certain(selector)
        if match:
            return match
        alignment, old = self._locate_in_old(selector)
        if alignment:
            query = to_query(selector)
            match = _best_match(self._score_boundaries(query, _carried_boundaries(query, alignment, old), alignment, old))
            if match and match.confidence >= CERTAIN_PROBABILITY:
                return match._replace(method=Method.ALIGNED)
        return _best_match(self.score_candidates(selector))

    def find_certain(self, selector: Selector) -> QuoteMatch | None:
        """Find the quote if its place is certain: it is unmoved, or it occurs with its whole context just once."""
        if self._is_unmoved(selector):
            return QuoteMatch(Span(selector.start, selector.start + len(selector.exact)), Method.SAME, 1.0)
        prefix, quote, suffix = selector.prefix, selector.exact, selector.suffix
        places = self._phrases.find(prefix + quote + suffix) if quote and prefix and suffix else ()
        if len(places) != 1 or (self._old_phrases and len(self._old_phrases.find(prefix + quote + suffix)) > 1):
            return None
        start = places[0] + len(prefix)
        return QuoteMatch(Span(start, start + len(quote)), Method.UNIQUE, 1.0)

    def _is_unmoved(self, selector: Selector) -> bool:
        """Whether the quote is at its old offset with its context; without the old text, context on one side suffices."""
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

    def guess(self, selector: Selector) -> Span | None:
        """Return the likeliest place of an orphan, None if no place is likely enough to be offered to a person."""
        match = _best_match(self.score_candidates(selector), MIN_GUESS)
        return match.place if match else None

    def score_candidates(self, selector: Selector) -> list[ScoredMatch]:
        """Score all candidates, in no particular order."""
        query = to_query(selector)
        alignment, old = self._locate_in_old(selector)
        carried = _carried_boundaries(query, alignment, old) if alignment else ()
        return self._score_boundaries(query, [*carried, *find_candidates(query, self._new)], alignment, old)

    def _score_boundaries(
        self, query: QuoteQuery, boundaries: Iterable[tuple[Boundary, Boundary]], alignment: Alignment | None, old: Span
    ) -> list[ScoredMatch]:
        if not query.letters or not self._new.letters:
            return []
        shape, new = quote_shape(query), self._new
        snapped = dict.fromkeys(snap_boundaries(pair, new, query.letters, shape) for pair in boundaries)
        places = [place for place in snapped if place.start < place.end]
        signals = measure_signals(query, new, places, alignment, old)
        probabilities = to_probabilities(signals, alignment is not None)
        ranges = (include_quote_marks(place, new, shape) for place in places)
        return list(map(ScoredMatch, ranges, signals, probabilities))

    def _locate_in_old(self, selector: Selector) -> tuple[Alignment | None, Span]:
        """Return the alignment and the letters of the quote in the old text, if the text and the place in it are known."""
        place = exact_range(self.old, selector) if self.old is not None else None
        if place is None or self._alignment is None:
            return None, Span(0, 0)
        letters = self._alignment.old.to_letters(place)
        # Only letters can be aligned, and in its whole text a quote may have none: there it is the target of a link.
        return (self._alignment, letters) if letters.start < letters.end else (None, letters)


def _carried_boundaries(query: QuoteQuery, alignment: Alignment, old: Span) -> Iterator[tuple[Boundary, Boundary]]:
    """Yield the boundaries to which an alignment carries the quote, and those of the exact quote if it is between them."""
    start, end = alignment.carry(old)
    yield start, end
    at = alignment.new.letters.find(query.letters, start.outer, end.outer)
    if at >= 0:
        yield Boundary(at, at), Boundary(at + len(query.letters), at + len(query.letters))


def _best_match(matches: list[ScoredMatch], least: float = MIN_PROBABILITY) -> QuoteMatch | None:
    """Return the most probable candidate, or None when even that is less likely than `least`."""
    best = max(matches, key=lambda candidate: candidate.probability, default=None)
    if best is None:
        return None
    confidence = sum(candidate.probability for candidate in matches if is_same_place(candidate.place, best.place))
    return QuoteMatch(best.place, Method.LIKELY, min(1.0, confidence)) if confidence >= least else None


def is_same_place(first: Span, second: Span) -> bool:
    """Whether two candidates are the same place, perhaps with different boundaries."""
    common = min(first.end, second.end) - max(first.start, second.start)
    return common >= MIN_OVERLAP * (max(first.end, second.end) - min(first.start, second.start))


def anchor_quote(text: str, selector: Selector, old: str | None = None) -> QuoteMatch | None:
    """Find the quote of a selector in `text`, or return None for an orphan. `old` is the text it was made on, if known.

    The resolvers of the last two texts are cached, so that further selectors on the same text cost little.
    """
    return _resolver_for(text, old).find(selector)


@lru_cache(2)
def _resolver_for(text: str, old: str | None) -> QuoteResolver:
    return QuoteResolver(text, old)
