"""Find the words that two texts have in common, in order.

This follows patience and histogram diff (Bram Cohen; JGit): common beginnings and ends of two ranges are equal; runs of words
that occur once in each, in the longest order common to both, divide them into smaller ranges; a range without such runs is
compared by the longest common subsequence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

WordSequence = Sequence[Hashable]

RUN_LENGTHS: Final = (4, 2, 1)
"""The lengths of the runs that divide a range; long ones first, as they are seldom equal by chance."""
MAX_CELLS: Final = 4_000_000
"""The most pairs of words or letters that are compared one by one; longer ranges count as rewritten."""
MAX_PASSES: Final = 16
"""How many times each word may be looked at to divide ranges, at the mean; what is left then counts as rewritten."""


class EqualBlock(NamedTuple):
    """Equal words: `length` of them, from word `old` of the old text and word `new` of the new one."""

    old: int
    new: int
    length: int

    @property
    def old_end(self) -> int:
        """The index after the last word in the old text."""
        return self.old + self.length

    @property
    def new_end(self) -> int:
        """The index after the last word in the new text."""
        return self.new + self.length


class Gap(NamedTuple):
    """Words `[low, high)` of the old text and `[lower, upper)` of the new one that are still to be compared."""

    low: int
    high: int
    lower: int
    upper: int


def find_equal_blocks(old: WordSequence, new: WordSequence) -> list[EqualBlock]:
    """Return the common words of two texts as blocks, in order; blocks that touch in both texts are one."""
    blocks: list[EqualBlock] = []
    for block in _iterate_blocks(old, new):
        last = blocks[-1] if blocks else None
        if last and last.old_end == block.old and last.new_end == block.new:
            blocks[-1] = last._replace(length=last.length + block.length)
        else:
            blocks.append(block)
    return blocks


def _iterate_blocks(old: WordSequence, new: WordSequence) -> Iterator[EqualBlock]:
    """Yield the blocks in order; some may touch. The ranges still to be compared are a stack."""
    waiting: list[Gap | EqualBlock] = [Gap(0, len(old), 0, len(new))]
    room = MAX_PASSES * (len(old) + len(new))
    while waiting:
        top = waiting.pop()
        if isinstance(top, EqualBlock):
            yield top
            continue
        gap = trim_gap(old, new, top)
        if gap.low > top.low:
            yield EqualBlock(top.low, top.lower, gap.low - top.low)
        if gap.high < top.high:
            waiting.append(EqualBlock(gap.high, gap.upper, top.high - gap.high))
        room -= gap.high - gap.low + gap.upper - gap.lower
        if gap.low == gap.high or gap.lower == gap.upper or room < 0:
            continue
        parts = _divide_gap(old, new, gap)
        if not parts:
            yield from _longest_common_blocks(old, new, gap)
            continue
        high, upper = gap.high, gap.upper
        for block in reversed(parts):
            waiting += (Gap(block.old_end, high, block.new_end, upper), block)
            high, upper = block.old, block.new
        waiting.append(Gap(gap.low, high, gap.lower, upper))


def trim_gap(old: WordSequence, new: WordSequence, gap: Gap) -> Gap:
    """Return a gap without the common beginning and end of its ranges."""
    low, high, lower, upper = gap
    while low < high and lower < upper and old[low] == new[lower]:
        low, lower = low + 1, lower + 1
    while low < high and lower < upper and old[high - 1] == new[upper - 1]:
        high, upper = high - 1, upper - 1
    return Gap(low, high, lower, upper)


def _divide_gap(old: WordSequence, new: WordSequence, gap: Gap) -> list[EqualBlock]:
    """Return the runs of words that divide a gap: each occurs once in both ranges, in the same order."""
    shorter = min(gap.high - gap.low, gap.upper - gap.lower)
    for length in (length for length in RUN_LENGTHS if length <= shorter):
        pairs = common_runs(unique_runs(old, gap.low, gap.high, length), unique_runs(new, gap.lower, gap.upper, length))
        if pairs:
            return _merge_runs(longest_increasing(pairs), length)
    return []


def unique_runs(words: WordSequence, low: int, high: int, length: int) -> dict[Hashable, int]:
    """Return the start of each run of `length` words, -1 if it occurs several times."""
    places: dict[Hashable, int] = {}
    runs = words[low:high] if length == 1 else zip(*(words[low + n : high] for n in range(length)), strict=False)
    for place, run in enumerate(runs, low):
        places[run] = -1 if run in places else place
    return places


def common_runs(old_starts: dict[Hashable, int], new_starts: dict[Hashable, int]) -> list[tuple[int, int]]:
    """Return the starts of the runs that occur once in each text, in the order of the first."""
    pairs = ((place, new_starts.get(run, -1)) for run, place in old_starts.items() if place >= 0)
    return [pair for pair in pairs if pair[1] >= 0]


def longest_increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of pairs that increases by both numbers; they are sorted by the first."""
    if all(before < after for (_, before), (_, after) in pairwise(pairs)):
        return pairs
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for number, (_, value) in enumerate(pairs):
        pile = bisect_left(ends, value)
        before.append(tails[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [value]
        tails[pile : pile + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = tails[-1] if tails else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _merge_runs(chain: list[tuple[int, int]], length: int) -> list[EqualBlock]:
    """Return runs of `length` words as blocks without overlap; runs that overlap alike in both texts are one block."""
    blocks: list[EqualBlock] = []
    start = there = end = 0
    for old, new in chain:
        if old <= end and old - start == new - there and end:
            end = old + length
        elif old >= end and new >= there + end - start:
            if end:
                blocks.append(EqualBlock(start, there, end - start))
            start, there, end = old, new, old + length
    if end:
        blocks.append(EqualBlock(start, there, end - start))
    return blocks


def _longest_common_blocks(old: WordSequence, new: WordSequence, gap: Gap) -> Iterator[EqualBlock]:
    """Yield the longest common subsequence of a gap, nothing if it is too large."""
    from rapidfuzz.distance import LCSseq

    low, high, lower, upper = gap
    if (high - low) * (upper - lower) > MAX_CELLS:
        return
    for code in LCSseq.opcodes(old[low:high], new[lower:upper]):
        if code.tag == "equal":
            yield EqualBlock(low + code.src_start, lower + code.dest_start, code.src_end - code.src_start)
