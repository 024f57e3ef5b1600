"""What is usual in a PDF: the size of its text, how far apart its lines are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from reader.formats.pdf_lines import Line

_SAME_SIZE: Final = 0.06
_FEWEST: Final = 8
SMALLER: Final = 0.94
"""What is less than so many times the text's size is smaller print."""
LARGER: Final = 1.06
"""What is more than so many times the text's size stands out."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is usual in the document: the size of its text, whether that is bold, how far apart lines of a size are."""

    size: float
    bold: bool
    fixed: bool
    distances: dict[float, float]

    def distance(self, size: float) -> float:
        """Return how far apart the lines of a size usually are; 0 where too few are known."""
        return self.distances.get(round(size, 1), 0.0)


def habits_of(lines: Sequence[Line]) -> Habits:
    """Return what is usual among the lines of a document."""
    sizes: Counter[float] = Counter()
    bold: Counter[tuple[float, bool]] = Counter()
    fixed: Counter[bool] = Counter()
    for line in lines:
        size, length = round(line.size, 1), len(line.text)
        sizes[size] += length
        bold[size, line.bold] += length
        fixed[line.fixed] += length
    body = max(sizes, key=lambda size: (sizes[size], size), default=10.0)
    steps: dict[float, Counter[float]] = {}
    for before, line in pairwise(lines):
        step = round(line.base - before.base, 1)
        if before.region == line.region and before.page == line.page and same_size(before, line) and step > 0:
            steps.setdefault(round(line.size, 1), Counter())[step] += 1
    usual = {size: _most_common(counts) for size, counts in steps.items() if counts.total() >= _FEWEST}
    return Habits(body, bold[body, True] > bold[body, False], fixed[True] > fixed[False], usual)


def same_size(one: Line, other: Line) -> bool:
    """Whether two lines have letters of one size, but for rounding."""
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


def _most_common(counts: Counter[float]) -> float:
    """Return the step that most lines are apart, those that differ by a rounding taken together."""
    return max(counts, key=lambda step: (sum(counts[round(step + more / 10, 1)] for more in (-1, 0, 1)), -step))
