"""Where a quote may stand in a text: by itself, by pieces of it, and by its context."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from reader.article.ranges import Span
from reader.review.anchoring.alignment import Boundary, OffsetMap
from reader.review.model import Selector
from reader.review.normalize import PIECE, NormalizedText, normalize
from reader.review.word_diff import diff

NEARBY: Final = 64
"""How many code points of context count on each side; other tools keep more, or anything."""
PIECES: Final = 16
"""How many parts of a quote are looked for; more cost time and find nothing else."""
PLACES: Final = 48
"""How many places on each side of the old one count, of a piece that stands often."""
CANDIDATES: Final = 8
"""How many candidates are compared letter by letter."""


@dataclass(frozen=True)
class QuoteQuery:
    """What is looked for: the letters of a selector, and which of them are the quote's."""

    selector: Selector
    folded: NormalizedText
    quote: Span

    @property
    def letters(self) -> str:
        """The letters of the quote."""
        return self.folded.letters[self.quote.start : self.quote.end]

    @property
    def before(self) -> str:
        """The letters of the context before the quote."""
        return self.folded.letters[: self.quote.start]

    @property
    def after(self) -> str:
        """The letters of the context after the quote."""
        return self.folded.letters[self.quote.end :]


def ask(selector: Selector) -> QuoteQuery:
    """Return what is looked for by a selector, with at most NEARBY code points of its context on each side."""
    selector = replace(selector, prefix=selector.prefix[-NEARBY:], suffix=selector.suffix[:NEARBY])
    folded = normalize(selector.prefix + selector.exact + selector.suffix)
    start = len(selector.prefix)
    return QuoteQuery(selector, folded, folded.letters_of(Span(start, start + len(selector.exact))))


def candidates(asked: QuoteQuery, new: NormalizedText) -> Iterator[tuple[Boundary, Boundary]]:
    """Yield the borders of the likeliest places, in letters of the text; the quote must have letters."""
    near = bisect_left(new.at, asked.selector.start)
    for start in _standing(asked, new, near):
        end = start + len(asked.letters)
        yield Boundary(start, start), Boundary(end, end)
    for start in _likely(asked, new, near):
        yield _in_window(asked, new, start)


def _standing(asked: QuoteQuery, new: NormalizedText, near: int) -> list[int]:
    """Return where all letters of the quote stand: those with the most context, and of these the nearest."""
    quote, before, after = asked.letters, asked.before, asked.after
    starts = set(_places(new.letters, quote, near))
    if not starts:
        return []
    for prefix, suffix in ((before[-PIECE:], ""), ("", after[:PIECE])):
        starts.update(start + len(prefix) for start in _places(new.letters, prefix + quote + suffix, near))
    letters = new.letters

    def context(start: int) -> tuple[int, int]:
        shared = _shared_end(before, letters[max(0, start - len(before)) : start])
        shared += _shared_start(after, letters[start + len(quote) : start + len(quote) + len(after)])
        return -shared, abs(start - near)

    return sorted(starts, key=context)[:CANDIDATES]


def _likely(asked: QuoteQuery, new: NormalizedText, near: int) -> list[int]:
    """Return where the letters of the selector may start: where the most pieces agree, the rare ones more."""
    letters = asked.folded.letters
    votes: defaultdict[int, float] = defaultdict(float)
    slack = max(PIECE, len(letters) // 8)
    for place in _piece_places(asked):
        there = _pieces(new, letters[place : place + PIECE], near)
        for start in there:
            votes[(start - place) // slack] += 1 / len(there)
    best = Counter({bucket: weight + votes.get(bucket + 1, 0.0) for bucket, weight in votes.items()})
    chosen: list[int] = []
    for bucket, _ in best.most_common(2 * CANDIDATES):
        if not any(abs(bucket - other) <= 1 for other in chosen):
            chosen.append(bucket)
    return [(bucket + 1) * slack for bucket in chosen[:CANDIDATES]]


def _piece_places(asked: QuoteQuery) -> Iterator[int]:
    """Yield where pieces of the selector start: of its context, and of PIECES parts of its quote.

    Of each part all are yielded that start in PIECE places in a row: one of them is in the sample, if the text has the part.
    """
    start, end = asked.quote
    step = max(PIECE, (end - start) // PIECES)
    parts = [*range(0, start, PIECE), *range(start, end, step), *range(end, len(asked.folded.letters), PIECE)]
    last = len(asked.folded.letters) - PIECE
    for part in parts:
        yield from range(part, min(part + PIECE, last + 1))


def _pieces(new: NormalizedText, piece: str, near: int) -> list[int]:
    """Return where a piece stands, of those in the sample, at most PLACES times on each side of `near`."""
    sample = new.sample
    low = bisect_left(sample, piece, key=new.piece)
    if low == len(sample) or new.piece(sample[low]) != piece:
        return []
    high = bisect_right(sample, piece, low, key=new.piece)
    if high - low > 2 * PLACES:
        middle = bisect_left(sample, near, low, high)
        low, high = max(low, middle - PLACES), min(high, middle + PLACES)
    return sample[low:high]


def _places(letters: str, quote: str, near: int) -> list[int]:
    """Return where a quote stands, at most PLACES times on each side of `near`."""
    places: list[int] = []
    at = letters.find(quote, near)
    while at >= 0 and len(places) < PLACES:
        places.append(at)
        at = letters.find(quote, at + 1)
    stop = near + len(quote) - 1
    for _ in range(PLACES):
        at = letters.rfind(quote, 0, stop)
        if at < 0:
            break
        places.append(at)
        stop = at + len(quote) - 1
    return places


def _in_window(asked: QuoteQuery, new: NormalizedText, start: int) -> tuple[Boundary, Boundary]:
    """Return the letters that the quote became, if the selector's letters start about at `start`."""
    slack = max(2 * PIECE, len(asked.letters) // 4)
    last = len(new.letters) - 1
    low = new.word_at(min(max(0, start - slack), last))
    high = new.word_at(min(max(0, start + len(asked.folded.letters) + slack), last)) + 1
    blocks = [block._replace(new=block.new + low) for block in diff(asked.folded.words, new.words[low:high])]
    return OffsetMap(asked.folded, new, blocks, low, high).carry(asked.quote)


def _shared_start(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _shared_end(one: str, other: str) -> int:
    return _shared_start(one[::-1], other[::-1])
