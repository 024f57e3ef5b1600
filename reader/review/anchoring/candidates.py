"""Find the places where a quote may be in a text: by the whole quote, by pieces of it, and by its context."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from reader.article.ranges import Span
from reader.review.anchoring.alignment import Boundary, OffsetMap
from reader.review.model import Selector
from reader.review.normalize import PIECE_LENGTH, NormalizedText, normalize
from reader.review.word_diff import find_equal_blocks

CONTEXT_LENGTH: Final = 64
"""How many code points of context are used on each side; selectors of other tools may have more."""
QUOTE_PARTS: Final = 16
"""How many parts of a quote are searched for; more parts take time and find nothing else."""
MAX_OCCURRENCES: Final = 48
"""How many occurrences of a frequent piece are used on each side of the old position."""
MAX_CANDIDATES: Final = 8
"""How many candidates are compared letter by letter."""


@dataclass(frozen=True)
class QuoteQuery:
    """A selector, its normalized text, and the range of the quote in the normalized letters."""

    selector: Selector
    normalized: NormalizedText
    quote: Span

    @property
    def letters(self) -> str:
        """The letters of the quote."""
        return self.normalized.letters[self.quote.start : self.quote.end]

    @property
    def before(self) -> str:
        """The letters of the context before the quote."""
        return self.normalized.letters[: self.quote.start]

    @property
    def after(self) -> str:
        """The letters of the context after the quote."""
        return self.normalized.letters[self.quote.end :]


def to_query(selector: Selector) -> QuoteQuery:
    """Convert a selector to a query, with at most CONTEXT_LENGTH code points of context on each side."""
    selector = replace(selector, prefix=selector.prefix[-CONTEXT_LENGTH:], suffix=selector.suffix[:CONTEXT_LENGTH])
    folded = normalize(selector.prefix + selector.exact + selector.suffix)
    start = len(selector.prefix)
    return QuoteQuery(selector, folded, folded.to_letters(Span(start, start + len(selector.exact))))


def find_candidates(query: QuoteQuery, new: NormalizedText) -> Iterator[tuple[Boundary, Boundary]]:
    """Yield the boundaries of the likeliest places, in letters of the text. The quote must have letters."""
    near = bisect_left(new.offsets, query.selector.start)
    for start in _exact_starts(query, new, near):
        end = start + len(query.letters)
        yield Boundary(start, start), Boundary(end, end)
    # In a text that is not much longer than the quote, most windows are the same.
    for low, high in dict.fromkeys(_window(query, new, start) for start in _likely_starts(query, new, near)):
        yield _align_window(query, new, low, high)


def _exact_starts(query: QuoteQuery, new: NormalizedText, near: int) -> list[int]:
    """Return the starts of exact occurrences: those with the most context in common, and of these the nearest."""
    quote, before, after = query.letters, query.before, query.after
    starts = set(_quote_occurrences(new.letters, quote, near))
    if not starts:
        return []
    for prefix, suffix in ((before[-PIECE_LENGTH:], ""), ("", after[:PIECE_LENGTH])):
        starts.update(start + len(prefix) for start in _quote_occurrences(new.letters, prefix + quote + suffix, near))
    letters = new.letters

    def context(start: int) -> tuple[int, int]:
        shared = _common_suffix(before, letters[max(0, start - len(before)) : start])
        shared += _common_prefix(after, letters[start + len(quote) : start + len(quote) + len(after)])
        return -shared, abs(start - near)

    return sorted(starts, key=context)[:MAX_CANDIDATES]


def _likely_starts(query: QuoteQuery, new: NormalizedText, near: int) -> list[int]:
    """Return likely starts of the selector's letters: those on which most pieces agree, where rare pieces count more."""
    letters = query.normalized.letters
    votes: defaultdict[int, float] = defaultdict(float)
    slack = max(PIECE_LENGTH, len(letters) // 8)
    for place in _piece_starts(query):
        starts = _piece_occurrences(new, letters[place : place + PIECE_LENGTH], near)
        for start in starts:
            votes[(start - place) // slack] += 1 / len(starts)
    best = Counter({bucket: weight + votes.get(bucket + 1, 0.0) for bucket, weight in votes.items()})
    buckets: list[int] = []
    for bucket, _ in best.most_common(2 * MAX_CANDIDATES):
        if not any(abs(bucket - other) <= 1 for other in buckets):
            buckets.append(bucket)
    return [(bucket + 1) * slack for bucket in buckets[:MAX_CANDIDATES]]


def _piece_starts(query: QuoteQuery) -> Iterator[int]:
    """Yield the starts of pieces of the selector: of its context, and of QUOTE_PARTS parts of its quote.

    For each part PIECE_LENGTH starts in a row are yielded: if the text contains the part, one of these pieces is in its sample.
    """
    start, end = query.quote
    step = max(PIECE_LENGTH, (end - start) // QUOTE_PARTS)
    parts = [*range(0, start, PIECE_LENGTH), *range(start, end, step), *range(end, len(query.normalized.letters), PIECE_LENGTH)]
    last = len(query.normalized.letters) - PIECE_LENGTH
    for part in parts:
        yield from range(part, min(part + PIECE_LENGTH, last + 1))


def _piece_occurrences(new: NormalizedText, piece: str, near: int) -> list[int]:
    """Return the starts of a piece in the sample, at most MAX_OCCURRENCES on each side of `near`."""
    sample = new.sample
    low = bisect_left(sample, piece, key=new.piece)
    if low == len(sample) or new.piece(sample[low]) != piece:
        return []
    high = bisect_right(sample, piece, low, key=new.piece)
    if high - low > 2 * MAX_OCCURRENCES:
        middle = bisect_left(sample, near, low, high)
        low, high = max(low, middle - MAX_OCCURRENCES), min(high, middle + MAX_OCCURRENCES)
    return sample[low:high]


def _quote_occurrences(letters: str, quote: str, near: int) -> list[int]:
    """Return the starts of a quote, at most MAX_OCCURRENCES on each side of `near`."""
    before = len(letters) - near - len(quote) + 1
    backwards = _first_occurrences(letters[::-1], quote[::-1], before)
    return [*_first_occurrences(letters, quote, near), *(len(letters) - at - len(quote) for at in backwards)]


def _first_occurrences(letters: str, quote: str, start: int) -> list[int]:
    """Return at most MAX_OCCURRENCES of a quote from an index on. Only `find` is linear in the text; `rfind` is not."""
    places: list[int] = []
    at = letters.find(quote, max(0, start))
    while at >= 0 and len(places) < MAX_OCCURRENCES:
        places.append(at)
        at = letters.find(quote, at + 1)
    return places


def _window(query: QuoteQuery, new: NormalizedText, start: int) -> tuple[int, int]:
    """Return the range of words that the selector is in if its letters start at about `start`."""
    slack = max(2 * PIECE_LENGTH, len(query.letters) // 4)
    last = len(new.letters) - 1
    low = new.word_at(min(max(0, start - slack), last))
    return low, new.word_at(min(max(0, start + len(query.normalized.letters) + slack), last)) + 1


def _align_window(query: QuoteQuery, new: NormalizedText, low: int, high: int) -> tuple[Boundary, Boundary]:
    """Return the boundaries of the quote in a range of words of the text."""
    blocks = [block._replace(new=block.new + low) for block in find_equal_blocks(query.normalized.words, new.words[low:high])]
    return OffsetMap(query.normalized, new, blocks, low, high).carry(query.quote)


def _common_prefix(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _common_suffix(one: str, other: str) -> int:
    return _common_prefix(one[::-1], other[::-1])
