"""Columns of a page of a PDF: the gutter that lines stand on both sides of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import Final, NamedTuple

from reader.formats.pdf_fragments import Column, Fragment, extent, rows

_NARROWEST_GUTTER: Final = 0.7
_NARROWEST_COLUMN: Final = 8
_FULL: Final = 0.6
_FEWEST_BESIDE: Final = 3
_MANY_BESIDE: Final = 8
_IN_THE_MIDDLE: Final = 0.1
_MUCH: Final = 0.4
_MOST_GUTTERS: Final = 8


class Gutter(NamedTuple):
    """An upright strip that parts two columns. `lines` is how many lines stand beside another one there."""

    x: float
    lines: int

    def columns(self, parts: Sequence[Fragment]) -> tuple[Column, Column]:
        """Return the columns on the two sides."""
        return extent(part for part in parts if part.right <= self.x), extent(part for part in parts if part.left >= self.x)

    def bands(self, parts: Sequence[Fragment]) -> Iterator[tuple[bool, list[Fragment]]]:
        """Yield what is read together, from the top down, and whether it stands beside the gutter.

        Where only few lines in all do, a line or two that seem to may have a wide gap between their words.
        """
        for across, group in groupby(parts, key=lambda part: part.left < self.x < part.right):
            band = list(group)
            yield not across and (self.lines >= _MANY_BESIDE or _in_rows(self.beside(band)) >= _FEWEST_BESIDE), band

    def beside(self, band: Sequence[Fragment]) -> tuple[list[Fragment], list[Fragment]]:
        """Return those parts of a band on the two sides that have another one beside them."""
        left = [part for part in band if part.right <= self.x]
        right = [part for part in band if part.left >= self.x]
        return _at_heights_of(left, right), _at_heights_of(right, left)


def gutter_of(parts: Sequence[Fragment]) -> Gutter | None:
    """Return the gutter that most lines stand beside, several in a row; None when these are not columns of text.

    Where next to nothing is across, one side may be something else, such as a figure, or two columns: if the gutter halves
    the page, or both sides hold much text.
    """
    if len(parts) < 2 * _FEWEST_BESIDE:
        return None
    size = median(part.size for part in parts)
    page = extent(parts)
    best: Gutter | None = None
    for x in _gaps(parts, size):
        left, right = list[Fragment](), list[Fragment]()
        for beside, band in Gutter(x, 0).bands(parts):
            if beside:
                more = Gutter(x, 0).beside(band)
                left += more[0]
                right += more[1]
        lines = _in_rows((left, right))
        if lines > (best.lines if best else 0):
            texts = _is_text(left, size) + _is_text(right, size)
            halves = abs(page.left + page.right - 2 * x) <= _IN_THE_MIDDLE * (page.right - page.left)
            few, many = sorted(sum(len(part.text) for part in side) for side in (left, right))
            free = sum(part.left < x < part.right for part in parts) <= lines * _IN_THE_MIDDLE
            if texts == 2 or (texts and free and (halves or few >= _MUCH * many)):
                best = Gutter(x, lines)
    return best


def _in_rows(sides: tuple[Sequence[Fragment], Sequence[Fragment]]) -> int:
    """Return how many lines of text the side has that has fewer."""
    return min(len(rows(side)) for side in sides)


def _gaps(parts: Sequence[Fragment], size: float) -> Iterator[float]:
    """Yield the middles of those upright strips that the fewest fragments reach into."""
    edges = sorted([(part.left, 1) for part in parts] + [(part.right, -1) for part in parts])
    first, last = edges[0][0] + _NARROWEST_COLUMN * size, edges[-1][0] - _NARROWEST_COLUMN * size
    strips: list[tuple[int, float, float]] = []
    covered = 0
    for (x, change), (after, _) in pairwise(edges):
        covered += change
        middle = (x + after) / 2
        if after - x >= _NARROWEST_GUTTER * size and first <= middle <= last:
            strips.append((covered, x - after, middle))
    yield from (middle for _, _, middle in sorted(strips)[:_MOST_GUTTERS])


def _at_heights_of(parts: Sequence[Fragment], others: Sequence[Fragment]) -> list[Fragment]:
    found: list[Fragment] = []
    place = 0
    for part in parts:
        while place < len(others) and others[place].base < part.top:
            place += 1
        if place < len(others) and others[place].top < part.base:
            found.append(part)
    return found


def _is_text(parts: Sequence[Fragment], size: float) -> bool:
    """Whether these lines fill the column that they stand in, as text does and the cells of a table don't."""
    if not parts:
        return False
    column = extent(parts)
    width = column.right - column.left
    letters = full = 0
    for row in rows(parts):
        count = sum(len(part.text) for part in row)
        letters += count
        full += count * (sum(part.right - part.left for part in row) >= _FULL * width)
    return width >= _NARROWEST_COLUMN * size and 2 * full >= letters
