"""The lines of a page in the order they are read in: fragments to columns, columns to lines.

A page is cut at the gutter that most lines stand on both sides of. What crosses the gutter (a title, a wide figure's caption)
parts what is above from what is below; between two such, the left side is read before the right one, and each side is cut again
in the same way. So one rule reads one, two or three columns, and pages that change between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Final

from reader.article.lazy import lazy
from reader.formats.pdf_columns import gutter_of
from reader.formats.pdf_fragments import DROP_CAP, Column, Fragment, extent, rows
from reader.formats.pdf_pages import Run

_DEEPEST: Final = 8
_MOST_CAPS: Final = 20
_HANGS_ON: Final = 0.85
_LONGEST_STRAY: Final = 25
_WORDS = lazy(r"[^\W\d_]{3}")


@dataclass(slots=True)
class Line:
    """A line of text as it is read. `size`, `bold` and `fixed` are those of most of its characters."""

    runs: list[Run]
    parts: Sequence[Fragment]
    page: int
    column: Column
    left: float
    right: float
    top: float
    bottom: float
    base: float
    size: float
    bold: bool
    fixed: bool
    region: int
    """Which stretch of a column it stands in: the lines of one region stand below each other."""
    text: str = field(default="")


def reading_order(page: int, parts: Sequence[Fragment]) -> list[Line]:
    """Return the lines of a page's fragments in the order they are read in."""
    if not parts:
        return []
    reader = _Order(page)
    reader.read(sorted(parts, key=lambda part: part.base), extent(parts), 0)
    return reader.lines


class _Order:
    """Cuts a page and takes up its lines."""

    def __init__(self, page: int) -> None:
        self.lines: list[Line] = []
        self._page = page
        self._region = 0

    def read(self, parts: Sequence[Fragment], column: Column, depth: int) -> None:
        """Take up the lines of `parts`, which are sorted from the top down and stand in `column`."""
        gutter = gutter_of(parts) if depth < _DEEPEST else None
        if gutter is None:
            self._take(parts, column)
            return
        left, right = gutter.columns(parts)
        for beside, group in groupby(gutter.bands(parts), key=lambda band: band[0]):
            band = [part for _, members in group for part in members]
            if not beside:
                self.read(band, column, depth + 1 if len(band) < len(parts) else _DEEPEST)
                continue
            for side, bounds in ((0, left), (1, right)):
                members = [part for part in band if (part.left >= gutter.x) == bool(side)]
                if members:
                    self.read(members, bounds, depth + 1)

    def _take(self, parts: Sequence[Fragment], column: Column) -> None:
        """Take up the lines of one stretch of a column."""
        self._region += 1
        for row in _with_strays(rows(_without_drop_caps(parts))):
            runs = [run for part in row for run in part.runs]
            self.lines.append(_line(runs, row, self._page, column, self._region))


def _with_strays(found: Sequence[list[Fragment]]) -> list[list[Fragment]]:
    """Put what hangs above or below a line of words, such as limits and parts of fractions, into that line."""
    stray = [
        not any(_WORDS.search(part.text) for part in row) and sum(len(part.text) for part in row) <= _LONGEST_STRAY
        for row in found
    ]
    made = [[] if is_stray else list(row) for row, is_stray in zip(found, stray, strict=True)]
    for place, row in enumerate(found):
        if stray[place]:
            beside = [near for near in (place - 1, place + 1) if 0 <= near < len(found) and not stray[near]]
            near = min(beside, key=lambda other: _apart(row, found[other]), default=place)
            if near != place and _apart(row, found[near]) < _HANGS_ON:
                made[near] = _hung_in(made[near], row)
            else:
                made[place] += row
    return [sorted(row, key=lambda part: part.left) for row in made if row]


def _hung_in(row: Sequence[Fragment], strays: Sequence[Fragment]) -> list[Fragment]:
    """Return the fragments of a row with the strays between the runs that they stand above, below or beside."""
    made = list(row)
    for stray in strays:
        over = next((part for part in made if part.left <= stray.left < part.right), None)
        if over is None:
            made.append(stray)
            continue
        place = next((place for place, run in enumerate(over.runs) if run.left >= stray.left), len(over.runs))
        over.runs[place:place] = stray.runs
    return made


def _apart(row: Sequence[Fragment], other: Sequence[Fragment]) -> float:
    """Return how far apart two rows stand, in sizes of the second one's letters."""
    main, large = max(row, key=lambda part: part.size), max(other, key=lambda part: part.size)
    return abs(main.base - large.base) / large.size if large.size else 0.0


def _without_drop_caps(parts: Sequence[Fragment]) -> list[Fragment]:
    """Put a large initial that reaches down over several lines in front of the first of them."""
    found = list(parts)
    usual = median(part.size for part in parts)
    caps = [part for part in parts if part.size >= DROP_CAP * usual and len(part.text) <= 2]
    for cap in caps[:_MOST_CAPS]:
        beside = [
            part
            for part in found
            if part is not cap
            and cap.size >= DROP_CAP * part.size
            and part.left >= cap.right - 1
            and part.left - cap.right < part.size
            and part.base <= cap.base + 1
            and part.bottom > cap.top
            and len(part.text) > 2
        ]
        if len(beside) > 1 or (beside and abs(beside[0].base - cap.base) > beside[0].size * 0.3):
            first = min(beside, key=lambda part: part.base)
            head = cap.runs[0]._replace(font=first.runs[0].font, base=first.base)
            first.runs = [head, first.runs[0]._replace(glued=True), *first.runs[1:]]
            for part in beside:
                part.left = cap.left  # not set in: it only makes room
            found = [part for part in found if part is not cap]
    return found


def _line(runs: list[Run], row: Sequence[Fragment], page: int, column: Column, region: int) -> Line:
    weights: dict[tuple[float, bool, bool, bool], int] = {}
    bases: dict[tuple[float, bool, bool, bool], float] = {}
    for run in runs:
        key = run.font[:4]
        weights[key] = weights.get(key, 0) + len(run.text)
        bases.setdefault(key, run.base)
    total = sum(weights.values())
    text = " ".join(part.text for part in row)
    size, *_ = max(weights, key=lambda key: key[0] if text.isupper() else (weights[key], key[0]))
    main = max((key for key in weights if key[0] == size), key=lambda key: weights[key])

    def mostly(place: int) -> bool:
        return 2 * sum(weight for key, weight in weights.items() if key[place]) > total

    return Line(
        runs=runs,
        parts=row,
        page=page,
        column=column,
        left=min(part.left for part in row),
        right=max(part.right for part in row),
        top=min(part.top for part in row),
        bottom=max(part.bottom for part in row),
        base=bases[main],
        size=size,
        bold=mostly(1),
        fixed=mostly(3),
        region=region,
        text=text,
    )
