"""Ranges of a text: lookup by offset, merging, search."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Final, NamedTuple, Protocol, TypeVar, overload


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
    words = query.split()
    if not words:
        return ()
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    hits: list[Span] = []
    for match in pattern.finditer(text):
        hits.append(Span(*match.span()))
        if len(hits) == most:
            break
    return tuple(hits)
