"""Put fragments into columns and lines, in reading order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.pdf.fragments import DROP_CAP, Column, Fragment, extent, rows
from reader.formats.pdf.pages import Run

# ------------------------------------------------------------------ the gutter that lines stand on both sides of

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


# ------------------------------------------------------------------ fragments to columns, columns to lines

_DEEPEST: Final = 8
_MOST_CAPS: Final = 20
_HANGS_ON: Final = 0.85
_LONGEST_STRAY: Final = 25
_WORDS = lazy_pattern(r"[^\W\d_]{3}")


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


# ------------------------------------------------------------------ the size of its text, how far apart its lines are

_SAME_SIZE: Final = 0.06
_FEWEST: Final = 8
SMALLER: Final = 0.94
"""What is less than so many times the text's size is smaller print."""
LARGER: Final = 1.06
"""What is more than so many times the text's size stands out."""


@dataclass(frozen=True, slots=True)
class PageMetrics:
    """What is usual in the document: the size of its text, whether that is bold, how far apart lines of a size are."""

    size: float
    bold: bool
    fixed: bool
    distances: dict[float, float]

    def distance(self, size: float) -> float:
        """Return how far apart the lines of a size usually are; 0 where too few are known."""
        return self.distances.get(round(size, 1), 0.0)


def habits_of(lines: Sequence[Line]) -> PageMetrics:
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
    return PageMetrics(body, bold[body, True] > bold[body, False], fixed[True] > fixed[False], usual)


def same_size(one: Line, other: Line) -> bool:
    """Whether two lines have letters of one size, but for rounding."""
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


def _most_common(counts: Counter[float]) -> float:
    """Return the step that most lines are apart, those that differ by a rounding taken together."""
    return max(counts, key=lambda step: (sum(counts[round(step + more / 10, 1)] for more in (-1, 0, 1)), -step))
