"""The lines of a page in the order they are read in: runs to fragments of lines, fragments to columns, columns to lines.

A page is cut at the widest gutter that fragments stand on both sides of, line by line. What crosses the gutter (a title, a wide
figure's caption) parts what is above from what is below; between two such, the left side is read before the right one, and each
side is cut again in the same way. So one rule reads one, two or three columns, and pages that change between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median
from typing import Final, NamedTuple

from reader.article.lazy import lazy
from reader.formats.pdf_accents import with_accents
from reader.formats.pdf_pages import Run

_WORD_GAP: Final = 0.8
"""A wider gap, in font sizes, parts fragments. Those of one line are put together again where no gutter runs between them."""
_OFF_LINE: Final = 0.5
"""How far, in font sizes, a superscript or subscript may stand above or below its line."""
_NARROWEST_GUTTER: Final = 0.7
_NARROWEST_COLUMN: Final = 8
_FULL: Final = 0.6
_FEWEST_BESIDE: Final = 3
_MANY_BESIDE: Final = 8
_IN_THE_MIDDLE: Final = 0.1
_MUCH: Final = 0.4
_DEEPEST: Final = 8
_MOST_GUTTERS: Final = 8
_DROP_CAP: Final = 1.8
_HANGS_ON: Final = 0.85
_WORDS = lazy(r"[^\W\d_]{3}")


@dataclass(slots=True)
class Fragment:
    """Runs that stand side by side on one line, with no wide gap between them."""

    runs: list[Run]
    left: float
    top: float
    right: float
    bottom: float
    base: float
    size: float

    @property
    def text(self) -> str:
        """The fragment's characters, words parted by blanks."""
        return "".join(run.text if run.glued or not place else " " + run.text for place, run in enumerate(self.runs))


class Column(NamedTuple):
    """The x that a column reaches from and to."""

    left: float
    right: float


@dataclass(slots=True)
class Line:
    """A line of text as it is read. `size`, `bold`, `italic` and `fixed` are those of most of its characters."""

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
    italic: bool
    fixed: bool
    region: int
    """Which stretch of a column it stands in: the lines of one region stand below each other."""
    text: str = field(default="")


def fragments(runs: list[Run]) -> list[Fragment]:
    """Return the fragments of a page's lines, in the order of their first runs."""
    found: list[Fragment] = []
    for run in with_accents(runs):
        last = found[-1] if found else None
        if last is not None and _goes_on(last, run):
            _add(last, run)
        else:
            found.append(Fragment([run], *run[1:6], run.font.size))
    return _joined(found)


def reading_order(page: int, parts: Sequence[Fragment]) -> list[Line]:
    """Return the lines of a page's fragments in the order they are read in."""
    if not parts:
        return []
    reader = _Order(page)
    reader.read(sorted(parts, key=lambda part: part.base), _extent(parts), 0)
    return reader.lines


def rows(parts: Iterable[Fragment]) -> list[list[Fragment]]:
    """Return the fragments that stand on one line together, rows from the top down, each from left to right."""
    found: list[list[Fragment]] = []
    base = size = 0.0
    for part in sorted(parts, key=lambda part: part.base):
        if found and part.base - base <= 0.3 * max(part.size, size):
            found[-1].append(part)
        else:
            found.append([part])
        if part.size >= size or len(found[-1]) == 1:
            base, size = part.base, part.size
    for row in found:
        row.sort(key=lambda part: part.left)
    return found


def _goes_on(last: Fragment, run: Run) -> bool:
    small, size = sorted((last.size, run.font.size))
    gap = run.left - last.right
    near = abs(run.base - last.base) <= _OFF_LINE * size and -0.6 * size <= gap <= _WORD_GAP * size
    return near and size < _DROP_CAP * small and run.right > last.left


def _add(part: Fragment, run: Run) -> None:
    part.runs.append(run)
    if run.font.size > part.size * 1.02:
        part.base, part.size = run.base, run.font.size
    part.left, part.right = min(part.left, run.left), max(part.right, run.right)
    part.top, part.bottom = min(part.top, run.top), max(part.bottom, run.bottom)


def _joined(parts: Sequence[Fragment]) -> list[Fragment]:
    """Put those together that stand next to each other on a line but not in the order of the content."""
    gone: set[int] = set()
    for row in rows(parts):
        last: Fragment | None = None
        for part in row:
            if last is not None and all(_goes_on(last, run) for run in part.runs[:1]):
                for run in part.runs:
                    _add(last, run)
                gone.add(id(part))
            else:
                last = part
    return [part for part in parts if id(part) not in gone]


def _extent(parts: Iterable[Fragment]) -> Column:
    found = list(parts)
    return Column(min(part.left for part in found), max(part.right for part in found))


class _Order:
    """Cuts a page and takes up its lines."""

    def __init__(self, page: int) -> None:
        self.lines: list[Line] = []
        self._page = page
        self._region = 0

    def read(self, parts: Sequence[Fragment], column: Column, depth: int) -> None:
        """Take up the lines of `parts`, which are sorted from the top down and stand in `column`."""
        gutter = _gutter(parts) if depth < _DEEPEST else None
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
    stray = [not any(_WORDS.search(part.text) for part in row) and sum(len(part.text) for part in row) <= 25 for row in found]
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
    for cap in [part for part in parts if len(part.text) <= 2]:
        beside = [
            part
            for part in found
            if part is not cap
            and cap.size >= _DROP_CAP * part.size
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
    size, *_ = max(weights, key=lambda key: (weights[key], key[0]))
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
        italic=mostly(2),
        fixed=mostly(3),
        region=region,
        text=" ".join(part.text for part in row),
    )


class _Gutter(NamedTuple):
    """An upright strip that parts two columns. `lines` is how many lines stand beside another one there."""

    x: float
    lines: int

    def columns(self, parts: Sequence[Fragment]) -> tuple[Column, Column]:
        """Return the columns on the two sides."""
        return _extent(part for part in parts if part.right <= self.x), _extent(part for part in parts if part.left >= self.x)

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


def _gutter(parts: Sequence[Fragment]) -> _Gutter | None:
    """Return the gutter that most lines stand beside, several in a row; None when these are not columns of text.

    Where next to nothing is across, one side may be something else, such as a figure, or two columns: if the gutter halves
    the page, or both sides hold much text.
    """
    if len(parts) < 2 * _FEWEST_BESIDE:
        return None
    size = median(part.size for part in parts)
    page = _extent(parts)
    best: _Gutter | None = None
    for x in _gaps(parts, size):
        left, right = list[Fragment](), list[Fragment]()
        for beside, band in _Gutter(x, 0).bands(parts):
            if beside:
                more = _Gutter(x, 0).beside(band)
                left += more[0]
                right += more[1]
        lines = _in_rows((left, right))
        if lines > (best.lines if best else 0):
            texts = _is_text(left, size) + _is_text(right, size)
            halves = abs(page.left + page.right - 2 * x) <= _IN_THE_MIDDLE * (page.right - page.left)
            few, many = sorted(sum(len(part.text) for part in side) for side in (left, right))
            free = sum(part.left < x < part.right for part in parts) <= lines * _IN_THE_MIDDLE
            if texts == 2 or (texts and free and (halves or few >= _MUCH * many)):
                best = _Gutter(x, lines)
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
    column = _extent(parts)
    width = column.right - column.left
    letters = full = 0
    for row in rows(parts):
        count = sum(len(part.text) for part in row)
        letters += count
        full += count * (sum(part.right - part.left for part in row) >= _FULL * width)
    return width >= _NARROWEST_COLUMN * size and 2 * full >= letters
