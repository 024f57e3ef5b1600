"""Align an old text with a new one, and map offsets between them."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.review.normalize import NormalizedText
from reader.review.word_diff import (
    MAX_CELLS,
    EqualBlock,
    Gap,
    WordSequence,
    common_runs,
    find_equal_blocks,
    longest_increasing,
    trim_gap,
    unique_runs,
)

MIN_WORD_SIMILARITY: Final = 0.6
"""The share of equal letters at which a word counts as a misspelling of another."""
UNIQUE_RUN: Final = 8
"""How many words in a row make a passage that is recognised at any place."""
MOVED_RUN: Final = 3
"""How many unaligned words in a row make a passage that moved; shorter runs occur again by chance."""


# ------------------------------------------------------------------ offsets


class Boundary(NamedTuple):
    """The range in which a boundary of a quote lies in the new text, in letters.

    `inner` is where the words of the quote begin or end, `outer` where those of its neighbour do. `is_replacement` says that
    the text between the two replaces words of the quote and no others.
    """

    inner: int
    outer: int
    is_replacement: bool = False


@dataclass(frozen=True)
class OffsetMap:
    """A map of offsets by blocks of equal words, in the order of both texts, within the words `[low, high)` of the new one."""

    old: NormalizedText
    new: NormalizedText
    blocks: list[EqualBlock] = field(repr=False)
    low: int
    high: int

    def carry(self, letters: Span) -> tuple[Boundary, Boundary]:
        """Return the boundaries in the new text of a range of letters, not empty, of the old text."""
        return self._carry_start(letters), self._carry_end(letters)

    def _carry_start(self, letters: Span) -> Boundary:
        old, new = self.old, self.new
        word = old.word_at(letters.start)
        before, after = self._blocks_around(word)
        if word >= before.old_end:
            change = self._replaced_range(before, after)
            starts = [span.start for start, span in change.surviving_words() if start >= letters.start]
            return Boundary(starts[0] if starts else change.new.end, change.new.start, letters.start == change.old.start)
        there = new.word_starts[before.new + word - before.old] + letters.start - old.word_starts[word]
        if word > before.old or letters.start > old.word_starts[word]:
            return Boundary(there, there)
        previous = self._blocks_around(word - 1)[0] if word else EqualBlock(0, self.low, 0)
        return Boundary(there, new.word_starts[previous.new_end])

    def _carry_end(self, letters: Span) -> Boundary:
        old, new = self.old, self.new
        word = old.word_at(letters.end - 1)
        before, after = self._blocks_around(word)
        if word >= before.old_end:
            change = self._replaced_range(before, after)
            ends = [span.end for start, span in change.surviving_words() if start < letters.end]
            return Boundary(ends[-1] if ends else change.new.start, change.new.end, letters.end == change.old.end)
        there = new.word_starts[before.new + word - before.old] + letters.end - old.word_starts[word]
        beyond = before.old_end - word - 1
        # A few words after the quote, before words that were put in, may be equal by chance: the quote may end after those.
        by_chance = beyond < MOVED_RUN and after.new > before.new_end
        if letters.end < old.word_starts[word + 1] or (beyond and not by_chance):
            return Boundary(there, there)
        return Boundary(there, new.word_starts[after.new])

    def _blocks_around(self, word: int) -> tuple[EqualBlock, EqualBlock]:
        """Return the last block that starts at or before a word of the old text, and the next one."""
        number = bisect_right(self.blocks, word, key=lambda block: block.old) - 1
        before = self.blocks[number] if number >= 0 else EqualBlock(0, self.low, 0)
        last = EqualBlock(len(self.old.words), self.high, 0)
        return before, self.blocks[number + 1] if number + 1 < len(self.blocks) else last

    def _replaced_range(self, before: EqualBlock, after: EqualBlock) -> _ReplacedRange:
        old, new = self.old.word_starts, self.new.word_starts
        here = Span(old[before.old_end], old[after.old])
        return _ReplacedRange(self.old, self.new, here, Span(new[before.new_end], new[after.new]))


class _ReplacedRange(NamedTuple):
    """A range of letters `old` of the text `before`, and the range `new` of the text `after` that replaces it."""

    before: NormalizedText
    after: NormalizedText
    old: Span
    new: Span

    def surviving_words(self) -> list[tuple[int, Span]]:
        """Return the old words that remain, misspelt or joined: the start of each, and its range in the new text."""
        from rapidfuzz.distance import Levenshtein

        old, new = self.before.letters[slice(*self.old)], self.after.letters[slice(*self.new)]
        if not new or len(old) * len(new) > MAX_CELLS:
            return []
        equal: dict[int, list[int]] = {}
        for code in Levenshtein.opcodes(old, new):
            if code.tag == "equal":
                for step in range(code.src_end - code.src_start):
                    word = self.before.word_at(self.old.start + code.src_start + step)
                    equal.setdefault(word, []).append(self.new.start + code.dest_start + step)
        starts = self.before.word_starts
        return [
            (starts[word], Span(places[0], places[-1] + 1))
            for word, places in equal.items()
            if len(places) >= MIN_WORD_SIMILARITY * (starts[word + 1] - starts[word])
            and places[-1] - places[0] < 2 * len(places)
        ]


# ------------------------------------------------------------------ alignment


@dataclass(frozen=True)
class Alignment(OffsetMap):
    """An alignment of two texts. `to_new` maps each word of the old text to its word in the new one or -1, `to_old` vice versa.

    Only these two contain the words of passages that moved; the blocks do not.
    """

    to_new: array[int] = field(repr=False)
    to_old: array[int] = field(repr=False)


def align_texts(old: NormalizedText, new: NormalizedText) -> Alignment:
    """Align two texts."""
    to_new = array("i", [-1]) * len(old.words)
    to_old = array("i", [-1]) * len(new.words)
    here: list[Hashable] = list(old.words)
    there: list[Hashable] = list(new.words)
    for block in _displaced_blocks(here, there):
        _record_block(block, to_new, to_old)
        here[block.old : block.old_end] = [("old", n) for n in range(block.length)]
        there[block.new : block.new_end] = [("new", n) for n in range(block.length)]
    blocks = _drop_chance_blocks(find_equal_blocks(here, there), old, new)
    for block in blocks:
        _record_block(block, to_new, to_old)
    for block in _moved_blocks(old.words, new.words, to_new, to_old):
        _record_block(block, to_new, to_old)
    return Alignment(old, new, blocks, 0, len(new.words), to_new, to_old)


def _record_block(block: EqualBlock, to_new: array[int], to_old: array[int]) -> None:
    to_new[block.old : block.old_end] = array("i", range(block.new, block.new_end))
    to_old[block.new : block.new_end] = array("i", range(block.old, block.old_end))


def _displaced_blocks(old: WordSequence, new: WordSequence) -> list[EqualBlock]:
    """Return long passages that occur once in what differs of both texts, but out of the order of most others."""
    gap = trim_gap(old, new, Gap(0, len(old), 0, len(new)))
    pairs = common_runs(unique_runs(old, gap.low, gap.high, UNIQUE_RUN), unique_runs(new, gap.lower, gap.upper, UNIQUE_RUN))
    ordered = longest_increasing(pairs)
    if len(ordered) == len(pairs):
        return []
    blocks: list[EqualBlock] = []
    covered: set[int] = set()
    for here, there in sorted(set(pairs).difference(ordered)):
        last = blocks[-1] if blocks else EqualBlock(0, 0, 0)
        if here < last.old_end and here - last.old == there - last.new:
            blocks[-1] = last._replace(length=here + UNIQUE_RUN - last.old)
        elif here >= last.old_end and covered.isdisjoint(range(there, there + UNIQUE_RUN)):
            blocks.append(EqualBlock(here, there, UNIQUE_RUN))
        else:
            continue
        covered.update(range(there, there + UNIQUE_RUN))
    return blocks


def _drop_chance_blocks(blocks: list[EqualBlock], old: NormalizedText, new: NormalizedText) -> list[EqualBlock]:
    """Drop blocks of a few words that are equal by chance between larger changes (the semantic cleanup of diff-match-patch)."""
    significant: list[EqualBlock] = []
    for number, block in enumerate(blocks):
        before = significant[-1] if significant else EqualBlock(0, 0, 0)
        after = blocks[number + 1] if number + 1 < len(blocks) else EqualBlock(len(old.words), len(new.words), 0)
        letters = old.word_starts[block.old_end] - old.word_starts[block.old]
        if block.length >= MOVED_RUN or letters > min(
            _gap_length(before, block, old, new), _gap_length(block, after, old, new)
        ):
            significant.append(block)
    return significant


def _gap_length(before: EqualBlock, after: EqualBlock, old: NormalizedText, new: NormalizedText) -> int:
    """Return the number of letters between two blocks, in the text that has more."""
    return max(
        old.word_starts[after.old] - old.word_starts[before.old_end],
        new.word_starts[after.new] - new.word_starts[before.new_end],
    )


def _moved_blocks(old: WordSequence, new: WordSequence, to_new: array[int], to_old: array[int]) -> Iterator[EqualBlock]:
    """Yield passages that moved: they occur once in the unaligned words of both texts, and extend as far as these are equal.

    The caller records each one before it asks for the next.
    """
    for place, match in common_runs(_unaligned_runs(old, to_new), _unaligned_runs(new, to_old)):
        if to_new[place] < 0 and to_old[match] < 0:
            length = _run_length(old, new, to_new, to_old, place, match, 1)
            before = _run_length(old, new, to_new, to_old, place - 1, match - 1, -1)
            yield EqualBlock(place - before, match - before, length + before)


def _unaligned_runs(words: WordSequence, targets: array[int]) -> dict[Hashable, int]:
    """Return the start of each run of MOVED_RUN words that are all unaligned, -1 for one that occurs several times."""
    places: dict[Hashable, int] = {}
    unaligned = [place for place, target in enumerate(targets) if target < 0]
    for place, last in zip(unaligned, unaligned[MOVED_RUN - 1 :], strict=False):
        if last - place == MOVED_RUN - 1:
            run = tuple(words[place : place + MOVED_RUN])
            places[run] = -1 if run in places else place
    return places


def _run_length(
    old: WordSequence, new: WordSequence, to_new: array[int], to_old: array[int], here: int, there: int, step: int
) -> int:
    """Return how many words are equal and unaligned from two places on, in steps of 1 or -1."""
    count = 0
    while 0 <= here < len(old) and 0 <= there < len(new) and to_new[here] < 0 and to_old[there] < 0 and old[here] == new[there]:
        here, there, count = here + step, there + step, count + 1
    return count
