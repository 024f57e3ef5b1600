"""The words that two texts share, in order.

They are found as patience and histogram diff find them (Bram Cohen; JGit): what two ranges begin and end with is equal; runs of
words that stand once in each, in the longest order that both share, part them into smaller ranges; what holds no such run is
compared by the longest common subsequence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple

WordSequence = Sequence[Hashable]

RUN_LENGTHS: Final = (4, 2, 1)
"""How many words stand once in both ranges to part them: long runs first, which chance does not repeat."""
MAX_CELLS: Final = 4_000_000
"""The most pairs of words, or of letters, that are compared one by one; two longer ranges count as rewritten."""


class EqualBlock(NamedTuple):
    """Words that are equal: `length` of them from word `old` of the old text and from word `new` of the new one."""

    old: int
    new: int
    length: int

    @property
    def old_end(self) -> int:
        """The word after the last one in the old text."""
        return self.old + self.length

    @property
    def new_end(self) -> int:
        """The word after the last one in the new text."""
        return self.new + self.length


class _Gap(NamedTuple):
    """Words `[low, high)` of the old text and `[lower, upper)` of the new one, still to be compared."""

    low: int
    high: int
    lower: int
    upper: int


def find_equal_blocks(old: WordSequence, new: WordSequence) -> list[EqualBlock]:
    """Return the words that stayed, in order; blocks that touch in both texts are one."""
    blocks: list[EqualBlock] = []
    for block in _pieces(old, new):
        last = blocks[-1] if blocks else None
        if last and last.old_end == block.old and last.new_end == block.new:
            blocks[-1] = last._replace(length=last.length + block.length)
        else:
            blocks.append(block)
    return blocks


def _pieces(old: WordSequence, new: WordSequence) -> Iterator[EqualBlock]:
    """Yield the blocks in order, of which some may touch. What waits is a stack, the next range on top."""
    waiting: list[_Gap | EqualBlock] = [_Gap(0, len(old), 0, len(new))]
    while waiting:
        top = waiting.pop()
        if isinstance(top, EqualBlock):
            yield top
            continue
        gap = _trimmed(old, new, top)
        if gap.low > top.low:
            yield EqualBlock(top.low, top.lower, gap.low - top.low)
        if gap.high < top.high:
            waiting.append(EqualBlock(gap.high, gap.upper, top.high - gap.high))
        if gap.low == gap.high or gap.lower == gap.upper:
            continue
        parts = _parts(old, new, gap)
        if not parts:
            yield from _common(old, new, gap)
            continue
        high, upper = gap.high, gap.upper
        for block in reversed(parts):
            waiting += (_Gap(block.old_end, high, block.new_end, upper), block)
            high, upper = block.old, block.new
        waiting.append(_Gap(gap.low, high, gap.lower, upper))


def _trimmed(old: WordSequence, new: WordSequence, gap: _Gap) -> _Gap:
    """Return a gap without the words that both of its ranges begin and end with."""
    low, high, lower, upper = gap
    while low < high and lower < upper and old[low] == new[lower]:
        low, lower = low + 1, lower + 1
    while low < high and lower < upper and old[high - 1] == new[upper - 1]:
        high, upper = high - 1, upper - 1
    return _Gap(low, high, lower, upper)


def _parts(old: WordSequence, new: WordSequence, gap: _Gap) -> list[EqualBlock]:
    """Return the runs of words that part a gap: each stands once in both ranges, and they stand in the same order."""
    for length in RUN_LENGTHS:
        pairs = common_runs(unique_runs(old, gap.low, gap.high, length), unique_runs(new, gap.lower, gap.upper, length))
        if pairs:
            return _apart(longest_increasing(pairs), length)
    return []


def unique_runs(words: WordSequence, low: int, high: int, length: int) -> dict[Hashable, int]:
    """Return where each run of `length` words starts, -1 if it starts at several places."""
    places: dict[Hashable, int] = {}
    runs = words[low:high] if length == 1 else zip(*(words[low + n : high] for n in range(length)), strict=False)
    for place, run in enumerate(runs, low):
        places[run] = -1 if run in places else place
    return places


def common_runs(here: dict[Hashable, int], there: dict[Hashable, int]) -> list[tuple[int, int]]:
    """Return where the runs start that stand once in either text, by their order in the first."""
    pairs = ((place, there.get(run, -1)) for run, place in here.items() if place >= 0)
    return [pair for pair in pairs if pair[1] >= 0]


def longest_increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of `pairs`, which rise by the first, that also rises by the second (patience sorting)."""
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        pile = bisect_left(ends, there)
        before.append(tails[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [there]
        tails[pile : pile + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = tails[-1] if tails else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _apart(chain: list[tuple[int, int]], length: int) -> list[EqualBlock]:
    """Return runs of `length` words as blocks that do not overlap; runs that overlap alike in both texts are one block."""
    blocks: list[EqualBlock] = []
    for here, there in chain:
        block = EqualBlock(here, there, length)
        last = blocks[-1] if blocks else EqualBlock(0, 0, 0)
        if here - last.old == there - last.new and here <= last.old_end and blocks:
            blocks[-1] = last._replace(length=block.old_end - last.old)
        elif here >= last.old_end and there >= last.new_end:
            blocks.append(block)
    return blocks


def _common(old: WordSequence, new: WordSequence, gap: _Gap) -> Iterator[EqualBlock]:
    """Yield the longest common subsequence of a gap's ranges, nothing if they are too long."""
    from rapidfuzz.distance import LCSseq

    low, high, lower, upper = gap
    if (high - low) * (upper - lower) > MAX_CELLS:
        return
    for code in LCSseq.opcodes(old[low:high], new[lower:upper]):
        if code.tag == "equal":
            yield EqualBlock(low + code.src_start, lower + code.dest_start, code.src_end - code.src_start)
