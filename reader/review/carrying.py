"""Where the borders of a passage went, when words around and inside it were changed."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from reader.article.model import Span
from reader.review.folding import Folded
from reader.review.word_diff import CELLS, Block

TOLD: Final = 0.6
"""The share of its letters by which a misspelt word is told again."""


class Border(NamedTuple):
    """Where a border went, in letters of the new text.

    `inner` is as far in as it may lie, where words of the quote begin or end, and `outer` as far out, where words of its
    neighbour do. `exchanged` says that what stands between was put for words of the quote and of nobody else.
    """

    inner: int
    outer: int
    exchanged: bool = False


@dataclass(frozen=True)
class Chain:
    """Blocks of equal words in the order of both texts, within the words `[low, high)` of the new one."""

    old: Folded
    new: Folded
    blocks: list[Block] = field(repr=False)
    low: int
    high: int

    def carry(self, letters: Span) -> tuple[Border, Border]:
        """Return where the start and the end of a range of letters of the old text, at least one letter, went."""
        return self._start(letters), self._end(letters)

    def _start(self, letters: Span) -> Border:
        old, new = self.old, self.new
        word = old.word_at(letters.start)
        before, after = self._around(word)
        if word >= before.old_end:
            change = self._change(before, after)
            kept = [there.start for start, there in change.kept() if start >= letters.start]
            return Border(kept[0] if kept else change.new.end, change.new.start, letters.start == change.old.start)
        there = new.starts[before.new + word - before.old] + letters.start - old.starts[word]
        if word > before.old or letters.start > old.starts[word]:
            return Border(there, there)
        previous = self._around(word - 1)[0] if word else Block(0, self.low, 0)
        return Border(there, new.starts[previous.new_end])

    def _end(self, letters: Span) -> Border:
        old, new = self.old, self.new
        word = old.word_at(letters.end - 1)
        before, after = self._around(word)
        if word >= before.old_end:
            change = self._change(before, after)
            kept = [there.end for start, there in change.kept() if start < letters.end]
            return Border(kept[-1] if kept else change.new.start, change.new.end, letters.end == change.old.end)
        there = new.starts[before.new + word - before.old] + letters.end - old.starts[word]
        if word + 1 < before.old_end or letters.end < old.starts[word + 1]:
            return Border(there, there)
        return Border(there, new.starts[after.new])

    def _around(self, word: int) -> tuple[Block, Block]:
        """Return the last block that starts at or before a word of the old text, and the next one."""
        number = bisect_right(self.blocks, word, key=lambda block: block.old) - 1
        before = self.blocks[number] if number >= 0 else Block(0, self.low, 0)
        last = Block(len(self.old.words), self.high, 0)
        return before, self.blocks[number + 1] if number + 1 < len(self.blocks) else last

    def _change(self, before: Block, after: Block) -> _Change:
        old, new = self.old.starts, self.new.starts
        here = Span(old[before.old_end], old[after.old])
        return _Change(self.old, self.new, here, Span(new[before.new_end], new[after.new]))


class _Change(NamedTuple):
    """Letters `old` of the old text, `before`, for which letters `new` stand in the new one, `after`."""

    before: Folded
    after: Folded
    old: Span
    new: Span

    def kept(self) -> list[tuple[int, Span]]:
        """Return the words that can be told again, misspelt or joined, as where each starts and what its letters became."""
        from rapidfuzz.distance import Levenshtein

        old, new = self.before.letters[slice(*self.old)], self.after.letters[slice(*self.new)]
        if not new or len(old) * len(new) > CELLS:
            return []
        equal: dict[int, list[int]] = {}
        for code in Levenshtein.opcodes(old, new):
            if code.tag == "equal":
                for step in range(code.src_end - code.src_start):
                    word = self.before.word_at(self.old.start + code.src_start + step)
                    equal.setdefault(word, []).append(self.new.start + code.dest_start + step)
        starts = self.before.starts
        return [
            (starts[word], Span(places[0], places[-1] + 1))
            for word, places in equal.items()
            if len(places) >= TOLD * (starts[word + 1] - starts[word]) and places[-1] - places[0] < 2 * len(places)
        ]
