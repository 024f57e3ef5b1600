"""Record where reading stopped and which ranges were seen, so that an article reopens there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from reader.article.ranges import Span


class SeenRanges:
    """The ranges of a text that the cursor has visited, sorted and disjoint; adjacent ones are merged."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for span in sorted(spans):
            self.add(span)

    def covers(self, span: Span) -> bool:
        """Whether all of `span` has been seen."""
        at = bisect_right(self._starts, span.start) - 1
        return at >= 0 and span.end <= self._ends[at]

    def add(self, span: Span, gap: int = 1) -> bool:
        """Add a range, joined with neighbours at most `gap` code points away; return whether it was new."""
        if span.start >= span.end or self.covers(span):
            return False
        first = bisect_left(self._ends, span.start - gap)
        last = bisect_right(self._starts, span.end + gap)
        start = min([span.start, *self._starts[first:last]])
        end = max([span.end, *self._ends[first:last]])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
        return True

    def spans(self) -> tuple[Span, ...]:
        """Return the ranges."""
        return tuple(map(Span, self._starts, self._ends))


class ReadingPosition(NamedTuple):
    """The position at which reading stopped.

    `cursor` and `top` are the offsets of the current sentence and of the first line shown, `tab` is the tab of the side pane.
    `pair` is the current pair of the review queue, `skipped_pairs` those that were skipped, by the ids of claim and reference.
    """

    cursor: int = -1
    top: int = 0
    tab: str = "references"
    filter: str = ""
    seen_ranges: tuple[Span, ...] = ()
    pair: tuple[str, str] | None = None
    skipped_pairs: tuple[tuple[str, str], ...] = ()
