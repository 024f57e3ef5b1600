"""Finding what stands at an offset: bisection over sorted, disjoint ranges of one text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Ranged(Protocol):
    """Anything with a half-open range of code points: a block, a style, a citation, a span."""

    @property
    def start(self) -> int:
        """The first code point of the range."""
        ...

    @property
    def end(self) -> int:
        """The code point after the range."""
        ...


R = TypeVar("R", bound=Ranged)


def _start(item: Ranged) -> int:
    return item.start


def block_at(blocks: Sequence[Ranged], offset: int) -> int:
    """Return the index of the block that holds `offset`, else of the one after it, else of the last; -1 without blocks.

    `blocks` must be sorted and disjoint. The offset behind a block's last code point still belongs to it.
    """
    index = bisect_right(blocks, offset, key=_start) - 1
    if index < 0 or (offset > blocks[index].end and index + 1 < len(blocks)):
        index += 1
    return index if blocks else -1


def within(items: Sequence[R], start: int, end: int) -> Sequence[R]:
    """Return those of `items` (sorted by start) that start inside `[start, end)`."""
    return items[bisect_left(items, start, key=_start) : bisect_left(items, end, key=_start)]
