"""Ranges of a text: lookup by offset, merging, search."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from operator import attrgetter
from typing import Final, NamedTuple, Protocol, TypeVar, overload

from reader.article.lazy_pattern import lazy_pattern


class Span(NamedTuple):
    """A half-open range `[start, end)` of code points of one text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the ranges share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether `other` lies inside this range."""
        return self.start <= other.start and other.end <= self.end


class SpanColumns(Sequence[Span]):
    """Ranges of one text as two columns of numbers: an article of a megabyte has thousands, which need a megabyte as tuples."""

    __slots__ = ("ends", "starts")

    def __init__(self, starts: array[int], ends: array[int]) -> None:
        self.starts, self.ends = starts, ends

    @classmethod
    def of(cls, spans: Sequence[Span]) -> SpanColumns:
        """Return ranges as columns."""
        return cls(array("i", [span.start for span in spans]), array("i", [span.end for span in spans]))

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Span]:
        return map(Span, self.starts, self.ends)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> SpanColumns: ...
    def __getitem__(self, index: int | slice) -> Span | SpanColumns:
        if isinstance(index, slice):
            return SpanColumns(self.starts[index], self.ends[index])
        return Span(self.starts[index], self.ends[index])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SpanColumns) and (self.starts, self.ends) == (other.starts, other.ends)

    def __hash__(self) -> int:
        return hash((self.starts.tobytes(), self.ends.tobytes()))


# ------------------------------------------------------------------ Lookup by offset


class RangeLike(Protocol):
    """Anything with a range: a block, a style, a citation, a span."""

    @property
    def start(self) -> int:
        """The first code point of the range."""
        ...

    @property
    def end(self) -> int:
        """The code point after the range."""
        ...


RangeT = TypeVar("RangeT", bound=RangeLike)


_range_start: Final[Callable[[RangeLike], int]] = attrgetter("start")


def block_at(blocks: Sequence[RangeLike], offset: int) -> int:
    """Return the index of the block that contains `offset`, else of the next block, else of the last; -1 without blocks.

    `blocks` must be sorted and disjoint. The offset after a block's last code point belongs to the block.
    """
    index = bisect_right(blocks, offset, key=_range_start) - 1
    if index < 0 or (offset > blocks[index].end and index + 1 < len(blocks)):
        index += 1
    return index if blocks else -1


def within(items: Sequence[RangeT], start: int, end: int) -> Sequence[RangeT]:
    """Return the items (sorted by start) that start inside `[start, end)`."""
    return items and items[bisect_left(items, start, key=_range_start) : bisect_left(items, end, key=_range_start)]


def merge_ranges(spans: Iterable[Span]) -> list[Span]:
    """Sort the ranges and merge those that overlap or touch."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            if span.end > merged[-1].end:
                merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged


def has_between(offsets: Sequence[int], start: int, end: int) -> bool:
    """Whether one of some sorted offsets is in a range."""
    return bisect_left(offsets, start) < bisect_left(offsets, end)


class Ranges:
    """Sorted, disjoint ranges for lookup by offset."""

    def __init__(self, spans: Iterable[RangeLike]) -> None:
        """Index the ranges."""
        items = list(spans)
        self._starts = [span.start for span in items]
        self._ends = [span.end for span in items]

    def contains(self, offset: int) -> bool:
        """Whether one of the ranges contains `offset`."""
        place = bisect_right(self._starts, offset) - 1
        return place >= 0 and offset < self._ends[place]

    def covers(self, span: RangeLike) -> bool:
        """Whether one of the ranges contains all of another."""
        place = bisect_right(self._starts, span.start) - 1
        return place >= 0 and span.end <= self._ends[place]

    def overlaps(self, span: RangeLike) -> bool:
        """Whether one of the ranges shares at least one code point with another."""
        place = bisect_left(self._starts, span.end) - 1
        return place >= 0 and span.start < self._ends[place]


# ------------------------------------------------------------------ Search

MAX_HITS = 10_000
"""The default limit of search results."""


def find_hits(text: str, query: str, most: int = MAX_HITS) -> tuple[Span, ...]:
    """Return the first `most` occurrences of `query`, ignoring case. A space in the query matches any white space."""
    return tuple(islice(find_phrase(text, query, ignore_case=True), most))


_MOST_TRIED: Final = 50
"""The letters up to which a regular expression looks for a phrase: at each letter of a text it may compare all of them."""
_FEW_PLACES: Final = 10
"""How many places of the beginning of a longer phrase are looked at one by one, as in most texts."""
_CASE_VARIANTS: Final = (
    *("iı", "sſ", "μµ", "ι\u0345\u1fbe", "\u03b0\u1fe3", "\u0390\u1fd3", "βϐ", "εϵ", "θϑ", "κϰ", "πϖ", "ρϱ", "σς", "φϕ"),
    *("вᲀ", "дᲁ", "оᲂ", "сᲃ", "тᲄᲅ", "ъᲆ", "ѣᲇ", "ꙋᲈ", "ṡẛ", "ﬆﬅ"),
)
"""Small letters that are the same where case is ignored, as they have one capital."""
_SPACES: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The white space besides the blank."""
_BLANKS: Final = lazy_pattern("  +")


def find_phrase(text: str, phrase: str, *, ignore_case: bool = False) -> Iterator[Span]:
    """Yield the occurrences of a phrase, each after the end of the one before. A space in it matches any white space."""
    words = phrase.split()
    if not words:
        return
    flags = re.IGNORECASE if ignore_case else 0
    beginning = " ".join(words)[:_MOST_TRIED].split()
    matches = re.compile(r"\s+".join(map(re.escape, beginning)), flags).finditer(text)
    if beginning == words:
        yield from (Span(*match.span()) for match in matches)
    elif len(places := [*islice(matches, _FEW_PLACES + 1)]) > _FEW_PLACES:
        yield from _find_long_phrase(text, " ".join(words), ignore_case=ignore_case)
    elif places:
        whole = re.compile(r"\s+".join(map(re.escape, words)), flags)
        end = 0
        for start in chain.from_iterable(range(*place.span()) for place in places):
            if start >= end and (match := whole.match(text, start)):
                end = match.end()
                yield Span(start, end)


def _find_long_phrase(text: str, phrase: str, *, ignore_case: bool) -> Iterator[Span]:
    """Yield the occurrences of a phrase in time that does not grow with its length, as `str.find` is linear."""
    for space in _SPACES:
        text = text.replace(space, " ")
    if ignore_case:
        text, phrase = _fold_case(text), _fold_case(phrase)
    pieces: list[str] = []
    starts, shifts = [0], [0]
    end = 0
    for run in _BLANKS.finditer(text):
        pieces.append(text[end : run.start() + 1])
        end = run.end()
        starts.append(run.start() + 1 - shifts[-1])
        shifts.append(end - starts[-1])
    text = "".join((*pieces, text[end:]))

    def original(offset: int) -> int:
        return offset + shifts[bisect_right(starts, offset) - 1]

    end = 0
    while (start := text.find(phrase, end)) >= 0:
        end = start + len(phrase)
        yield Span(original(start), original(end - 1) + 1)


def _fold_case(text: str) -> str:
    """Return a text of the same length whose letters are the same where `re` ignores their case."""
    text = text.replace("İ", "i").lower()  # the one letter with a longer small form
    for usual, *variants in _CASE_VARIANTS:
        for variant in variants:
            text = text.replace(variant, usual)
    return text
