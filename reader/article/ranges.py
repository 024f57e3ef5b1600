"""Ranges of a text: lookup by offset, merging, search."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar


class Span(NamedTuple):
    """A half-open range `[start, end)` of code points of one text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


# ------------------------------------------------------------------ bisection over sorted, disjoint ranges of one text


class RangeLike(Protocol):
    """Anything with a half-open range of code points: a block, a style, a citation, a span."""

    @property
    def start(self) -> int:
        """The first code point of the range."""
        ...

    @property
    def end(self) -> int:
        """The code point after the range."""
        ...


RangeT = TypeVar("RangeT", bound=RangeLike)


def _range_start(item: RangeLike) -> int:
    return item.start


def block_at(blocks: Sequence[RangeLike], offset: int) -> int:
    """Return the index of the block that holds `offset`, else of the one after it, else of the last; -1 without blocks.

    `blocks` must be sorted and disjoint. The offset behind a block's last code point still belongs to it.
    """
    index = bisect_right(blocks, offset, key=_range_start) - 1
    if index < 0 or (offset > blocks[index].end and index + 1 < len(blocks)):
        index += 1
    return index if blocks else -1


def within(items: Sequence[RangeT], start: int, end: int) -> Sequence[RangeT]:
    """Return those of `items` (sorted by start) that start inside `[start, end)`."""
    return items[bisect_left(items, start, key=_range_start) : bisect_left(items, end, key=_range_start)]


def merge_ranges(spans: Iterable[Span]) -> list[Span]:
    """Return the ranges sorted, with those that overlap or touch made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            if span.end > found[-1].end:
                found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


class Ranges:
    """Sorted, disjoint ranges that can be asked whether an offset is inside one of them."""

    def __init__(self, spans: Iterable[RangeLike]) -> None:
        """Keep the ranges."""
        pairs = [(span.start, span.end) for span in spans]
        self._starts = [start for start, _ in pairs]
        self._ends = [end for _, end in pairs]

    def hold(self, offset: int) -> bool:
        """Whether one of the ranges holds `offset`."""
        place = bisect_right(self._starts, offset) - 1
        return place >= 0 and offset < self._ends[place]


# ------------------------------------------------------------------ case does not count, and a blank finds any white space,

MAX_HITS = 10_000
"""The most hits that are kept: beyond it a search is too wide to step through."""


def find_hits(text: str, query: str, most: int = MAX_HITS) -> tuple[Span, ...]:
    """Return where `query` stands in `text`, in order and disjoint, at most `most` places. An empty query stands nowhere."""
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
