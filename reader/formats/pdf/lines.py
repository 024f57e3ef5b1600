"""Group fragments into columns and lines, in reading order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import accumulate, groupby, pairwise
from statistics import median
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.reference_lists import is_reference_heading
from reader.formats.pdf.fragments import DROP_CAP_RATIO, Column, Fragment, count_rows, group_rows, horizontal_extent
from reader.formats.pdf.run_table import Font, PdfRun

# ------------------------------------------------------------------ Gutters

_MIN_GUTTER_WIDTH: Final = 0.7
_MIN_COLUMN_WIDTH: Final = 8
_FULL_SHARE: Final = 0.6
_MIN_PAIRS: Final = 3
_MANY_PAIRS: Final = 8
_MIDDLE_TOLERANCE: Final = 0.1
_MUCH_TEXT: Final = 0.4
_MAX_GUTTERS: Final = 8
_LABEL = lazy_pattern(r"\[[^\[\]]{1,30}\]?|\d{1,3}\.")
_LABEL_SHARE: Final = 0.8
_STACK_GAP: Final = 1.0
_MAX_STACKS: Final = 8
_SAME_SIZE: Final = 1.04
_STRIP_STEPS: Final = 4
_MAX_STEPS: Final = 1_000


class Gutter(NamedTuple):
    """The space between two columns, at `x`. `lines` is the number of lines with a neighbour on the other side."""

    x: float
    lines: int

    def columns(self, parts: Sequence[Fragment]) -> tuple[Column, Column]:
        """Return the columns on the two sides."""
        left = (part for part in parts if part.right <= self.x)
        right = (part for part in parts if part.left >= self.x)
        return horizontal_extent(left), horizontal_extent(right)

    def sides(self, parts: Sequence[Fragment]) -> tuple[list[Fragment], list[Fragment]]:
        """Return the fragments on the left and on the right."""
        return [part for part in parts if part.left < self.x], [part for part in parts if part.left >= self.x]

    def stacks(self, band: Sequence[Fragment]) -> Iterator[Sequence[Fragment]]:
        """Yield the parts of a band that are read one after the other, each with both of its columns.

        Some publishers balance the columns of the text, and below them those of the references, in smaller print. `band` is
        sorted from top to bottom, like the parts.
        """
        rows = group_rows(band)
        gaps = ((top - bottom, place) for place, (bottom, top) in enumerate(_row_gaps(rows), start=1))
        wide = nlargest(_MAX_STACKS, (gap for gap in gaps if gap[0] >= _STACK_GAP * rows[0][0].size))
        start = 0
        for place in sorted(place for _, place in wide):
            if self._changes_size(rows[start:place], rows[place:]):
                yield [part for row in rows[start:place] for part in row]
                start = place
        yield [part for row in rows[start:] for part in row]

    def _changes_size(self, above: Sequence[Sequence[Fragment]], below: Sequence[Sequence[Fragment]]) -> bool:
        """Whether both columns below have a letter size that neither column above has.

        The column above a heading of references may have it, as captions are in small print too.
        """
        old = [_main_size(side) for side in self.sides([part for row in above for part in row])]
        sides_below = self.sides([part for row in below for part in row])
        left, right = map(_main_size, sides_below)
        if not all((*old, left, right)) or not _is_same_size(left, right):
            return False
        is_list = sides_below[0] and is_reference_heading(sides_below[0][0].text)
        return not _is_same_size(old[1], right) and (bool(is_list) or not _is_same_size(old[0], left))

    def bands(self, parts: Sequence[Fragment]) -> Iterator[tuple[bool, list[Fragment]]]:
        """Yield bands of fragments from top to bottom, and whether they are beside the gutter.

        If the gutter has few lines, a band of one or two may just have wide gaps between words and is not beside it. Neither is
        text at the height of what crosses it, if much does.
        """
        across = [part for part in parts if part.left < self.x < part.right]
        if len(across) > _MIDDLE_TOLERANCE * self.lines > 0:  # as of a table above columns of text
            across = _parts_level_with(parts, across)
        ids = set(map(id, across))
        for is_across, group in groupby(parts, key=lambda part: id(part) in ids):
            band = list(group)
            yield not is_across and (self.lines >= _MANY_PAIRS or _count_pairs(self.parts_beside(band)) >= _MIN_PAIRS), band

    def parts_beside(self, band: Sequence[Fragment]) -> tuple[list[Fragment], list[Fragment]]:
        """Return the fragments of a band on each side that have a neighbour on the other side."""
        left = [part for part in band if part.right <= self.x]
        right = [part for part in band if part.left >= self.x]
        return _parts_level_with(left, right), _parts_level_with(right, left)


def find_gutter(parts: Sequence[Fragment]) -> Gutter | None:
    """Return the gutter with the most lines beside and the fewest across it, or None if the fragments are not columns of text.

    If hardly any line crosses the gutter, one side need not be text: it may be a figure if the gutter is in the middle of
    the page or both sides contain much text.
    """
    if len(parts) < 2 * _MIN_PAIRS:
        return None
    size = median(part.size for part in parts)
    lefts, rights = sorted(part.left for part in parts), sorted(part.right for part in parts)
    best: Gutter | None = None
    best_score = -len(parts)
    for x in _gap_centres(parts, size):
        count_left, count_right = bisect_right(rights, x), len(parts) - bisect_left(lefts, x)
        crossings, most = len(parts) - count_left - count_right, min(count_left, count_right)
        if most < _MIN_PAIRS or most - crossings <= best_score:
            continue
        left, right = list[Fragment](), list[Fragment]()
        for is_beside, band in Gutter(x, 0).bands(parts):
            if is_beside:
                sides = Gutter(x, 0).parts_beside(band)
                left += sides[0]
                right += sides[1]
        lines = _count_pairs((left, right))
        if lines and lines - crossings > best_score:
            texts = _is_column_text(left, size) + _is_column_text(right, size)
            is_central = abs(lefts[0] + rights[-1] - 2 * x) <= _MIDDLE_TOLERANCE * (rights[-1] - lefts[0])
            few, many = sorted(sum(len(part.text) for part in side) for side in (left, right))
            is_free = crossings <= lines * _MIDDLE_TOLERANCE
            is_columns = texts == 2 or (texts and is_free and (is_central or few >= _MUCH_TEXT * many))
            if is_columns and not _follows_labels(x, left):
                best, best_score = Gutter(x, lines), lines - crossings
    return best


def _follows_labels(x: float, left: Sequence[Fragment]) -> bool:
    """Whether a strip is that between the labels of a list and its entries, in the right one of two columns.

    The labels of entries stand above each other before the strip, with space on both sides, and hardly anything else does.
    """
    labels = [part for part in left if _LABEL.fullmatch(part.text)]
    edge = max((part.left for part in labels), default=x)
    strip = [part for part in left if part.right > edge]
    count = sum(part.left > edge - 2 * part.size and _LABEL.fullmatch(part.text) is not None for part in strip)
    return count >= max(_MIN_PAIRS, _LABEL_SHARE * len(strip))


def _row_gaps(rows: Sequence[Sequence[Fragment]]) -> Iterator[tuple[float, float]]:
    """Yield the lowest bottom of the rows before each row but the first, and the top of that row."""
    bottoms = accumulate((max(part.bottom for part in row) for row in rows), max)
    yield from zip(bottoms, (min(part.top for part in row) for row in rows[1:]), strict=False)


def _is_same_size(size: float, other: float) -> bool:
    return max(size, other) <= _SAME_SIZE * min(size, other)


def _main_size(parts: Sequence[Fragment]) -> float:
    """Return the letter size of most of the text, or 0 without text."""
    sizes: Counter[float] = Counter()
    for part in parts:
        sizes[part.size] += len(part.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _count_pairs(sides: tuple[Sequence[Fragment], Sequence[Fragment]]) -> int:
    """Return the number of rows on the side with fewer rows."""
    return min(map(count_rows, sides))


def _gap_centres(parts: Sequence[Fragment], size: float) -> Iterator[float]:
    """Yield the centres of the vertical strips that the fewest fragments reach into.

    A few fragments may end inside a strip, such as the cells of a table above the columns.
    """
    page = horizontal_extent(parts)
    step = max(_MIN_GUTTER_WIDTH * size / _STRIP_STEPS, (page.right - page.left) / _MAX_STEPS)
    first, last = (round(edge / step) for edge in (_MIN_COLUMN_WIDTH * size, page.right - page.left - _MIN_COLUMN_WIDTH * size))
    if not step or first >= last:
        return
    changes = [0] * (round((page.right - page.left) / step) + 1)
    for part in parts:
        changes[round((part.left - page.left) / step)] += 1
        changes[round((part.right - page.left) / step)] -= 1
    depths = list(accumulate(changes))
    depths_of_strips = list(map(max, *(depths[offset:] for offset in range(_STRIP_STEPS))))
    strips: list[tuple[int, int, int]] = []
    begin = 0
    for depth, group in groupby(depths_of_strips):
        end = begin + len(list(group))
        width = end + _STRIP_STEPS - 1 - begin
        if first <= begin + width / 2 <= last:
            strips.append((depth, -width, begin))
        begin = end
    yield from (page.left + (begin - width / 2) * step for _, width, begin in sorted(strips)[:_MAX_GUTTERS])


def _parts_level_with(parts: Sequence[Fragment], others: Sequence[Fragment]) -> list[Fragment]:
    """Return the fragments that are at the height of one of the others."""
    result: list[Fragment] = []
    place = 0
    for part in parts:
        while place < len(others) and others[place].baseline < part.top:
            place += 1
        if place < len(others) and others[place].top < part.baseline:
            result.append(part)
    return result


def _is_column_text(parts: Sequence[Fragment], size: float) -> bool:
    """Whether the fragments fill their column like text, unlike table cells."""
    if not parts:
        return False
    column = horizontal_extent(parts)
    width = column.right - column.left
    letters = full = 0
    for row in group_rows(parts):
        count = sum(len(part.text) for part in row)
        letters += count
        full += count * (sum(part.right - part.left for part in row) >= _FULL_SHARE * width)
    return width >= _MIN_COLUMN_WIDTH * size and 2 * full >= letters


# ------------------------------------------------------------------ Columns and lines

_MAX_CUTS: Final = 8
_MAX_DROP_CAPS: Final = 20
_STRAY_DISTANCE: Final = 0.85
_MAX_STRAY_LENGTH: Final = 25
_GAP_AROUND_TEXT: Final = 0.6
_MAX_HEADING_STEP: Final = 3.0
_MAX_LINE_STEP: Final = 1.5
"""The gaps beside lines that belong to text across columns, and their greatest distances from it, in font sizes."""
_WORD = lazy_pattern(r"[^\W\d_]{3}")


@dataclass(slots=True, eq=False)
class PdfLine:
    """A line of text in reading order, equal only to itself. `size`, `bold` and `monospace` describe most of its characters.

    Once the tables of the page are known, its fragments (`parts`) are no longer kept.
    """

    runs: list[PdfRun]
    parts: Sequence[Fragment]
    page: int
    column: Column
    left: float
    right: float
    top: float
    bottom: float
    baseline: float
    size: float
    bold: bool
    monospace: bool
    region: int
    """The number of its region. The lines of a region are directly below each other."""
    text: str = field(default="")
    is_even: bool = False
    """Whether all its words have the same font and baseline."""


def order_lines(page: int, parts: Sequence[Fragment]) -> list[PdfLine]:
    """Return the lines of a page in reading order."""
    if not parts:
        return []
    reader = _ColumnReader(page)
    reader.read(sorted(parts, key=lambda part: part.baseline), horizontal_extent(parts), 0)
    return reader.lines


class _ColumnReader:
    """Reader that cuts a page at its gutters and collects its lines."""

    def __init__(self, page: int) -> None:
        self.lines: list[PdfLine] = []
        self._page = page
        self._region = 0

    def read(self, parts: Sequence[Fragment], column: Column, depth: int) -> None:
        """Collect the lines of a column. `parts` are sorted from top to bottom."""
        gutter = find_gutter(parts) if depth < _MAX_CUTS else None
        if gutter is None:
            self._add_lines(parts, column)
            return
        left, right = gutter.columns(parts)
        for is_beside, band in _gutter_bands(gutter, parts):
            if not is_beside:
                self.read(band, column, depth + 1 if len(band) < len(parts) else _MAX_CUTS)
                continue
            for stack in gutter.stacks(band):
                for members, bounds in zip(gutter.sides(stack), (left, right), strict=True):
                    if members:
                        self.read(members, bounds, depth + 1)

    def _add_lines(self, parts: Sequence[Fragment], column: Column) -> None:
        """Add the lines of one region."""
        self._region += 1
        for row in _attach_strays(group_rows(_attach_drop_caps(parts))):
            runs = row[0].runs if len(row) == 1 else [run for part in row for run in part.runs]
            self.lines.append(_to_line(runs, row, self._page, column, self._region))


def _gutter_bands(gutter: Gutter, parts: Sequence[Fragment]) -> list[tuple[bool, list[Fragment]]]:
    """Return the bands of a gutter, neighbours of one kind joined, with all lines of the text across it in its own bands.

    The heading of such a text and the last line of its paragraph may be so short that they end before the gutter.
    """
    bands: list[tuple[bool, list[Fragment]]] = []
    for is_beside, group in groupby(gutter.bands(parts), key=lambda band: band[0]):
        band = [part for _, members in group for part in members]
        if bands and is_beside and _ends_text(bands[-1][1], band):
            bands[-1][1].append(band.pop(0))
        elif bands and not is_beside and _heads_text(bands[-1][1], band):
            band.insert(0, bands[-1][1].pop())
        if bands and not bands[-1][1]:
            bands.pop()
        if bands and bands[-1][0] == is_beside:
            bands[-1][1].extend(band)
        elif band:
            bands.append((is_beside, band))
    return bands


def _heads_text(band: Sequence[Fragment], below: Sequence[Fragment]) -> bool:
    """Whether the last line of columns, alone and with a gap above it, is the heading of the text below."""
    heading, others = band[-1], band[:-1]
    gap = heading.top - max((part.bottom for part in others), default=-heading.size)
    return (
        gap >= _GAP_AROUND_TEXT * heading.size
        and below[0].baseline - heading.baseline < _MAX_HEADING_STEP * heading.size
        and _WORD.search(heading.text) is not None
    )


def _ends_text(band: Sequence[Fragment], below: Sequence[Fragment]) -> bool:
    """Whether the first line of columns, alone and with a gap below it, goes on with the text of the band above."""
    last, line = band[-1], below[0]
    gap = min((part.top for part in below[1:]), default=line.bottom + line.size) - line.bottom
    return (
        gap >= _GAP_AROUND_TEXT * line.size
        and 0 < line.baseline - last.baseline < _MAX_LINE_STEP * line.size
        and abs(line.left - last.left) < line.size
        and _is_same_size(line.size, last.size)
    )


def _attach_strays(rows: Sequence[list[Fragment]]) -> list[list[Fragment]]:
    """Join rows without words, such as limits and parts of fractions, with the line of words above or below."""
    are_strays = [
        not any(_WORD.search(part.text) for part in row) and sum(len(part.text) for part in row) <= _MAX_STRAY_LENGTH
        for row in rows
    ]
    result = [[] if is_stray else list(row) for row, is_stray in zip(rows, are_strays, strict=True)]
    for place, row in enumerate(rows):
        if are_strays[place]:
            neighbours = [
                neighbour for neighbour in (place - 1, place + 1) if 0 <= neighbour < len(rows) and not are_strays[neighbour]
            ]
            neighbour = min(neighbours, key=lambda other: _row_distance(row, rows[other]), default=place)
            if neighbour != place and _row_distance(row, rows[neighbour]) < _STRAY_DISTANCE:
                result[neighbour] = _insert_strays(result[neighbour], row)
            else:
                result[place] += row
    return [sorted(row, key=lambda part: part.left) for row in result if row]


def _insert_strays(row: Sequence[Fragment], strays: Sequence[Fragment]) -> list[Fragment]:
    """Insert fragments into a row between the runs at their horizontal position."""
    result = list(row)
    for stray in strays:
        overlapping = next((part for part in result if part.left <= stray.left < part.right), None)
        if overlapping is None:
            result.append(stray)
            continue
        place = next((place for place, run in enumerate(overlapping.runs) if run.left >= stray.left), len(overlapping.runs))
        overlapping.replace_runs([*overlapping.runs[:place], *stray.runs, *overlapping.runs[place:]])
    return result


def _row_distance(row: Sequence[Fragment], other: Sequence[Fragment]) -> float:
    """Return the distance between two rows, relative to the letter size of the second."""
    main, large = max(row, key=lambda part: part.size), max(other, key=lambda part: part.size)
    return abs(main.baseline - large.baseline) / large.size if large.size else 0.0


def _attach_drop_caps(parts: Sequence[Fragment]) -> list[Fragment]:
    """Move each drop cap in front of the first line beside it."""
    fragments = list(parts)
    usual = median(part.size for part in parts)
    caps = [part for part in parts if part.size >= DROP_CAP_RATIO * usual and len(part.text) <= 2]
    for cap in caps[:_MAX_DROP_CAPS]:
        neighbours = [
            part
            for part in fragments
            if part is not cap
            and cap.size >= DROP_CAP_RATIO * part.size
            and part.left >= cap.right - 1
            and part.left - cap.right < part.size
            and part.baseline <= cap.baseline + 1
            and part.bottom > cap.top
            and len(part.text) > 2
        ]
        if len(neighbours) > 1 or (neighbours and abs(neighbours[0].baseline - cap.baseline) > neighbours[0].size * 0.3):
            first = min(neighbours, key=lambda part: part.baseline)
            head = cap.runs[0]._replace(font=first.runs[0].font, baseline=first.baseline)
            first.replace_runs([head, first.runs[0]._replace(is_glued=True), *first.runs[1:]])
            for part in neighbours:
                part.left = cap.left  # The line is not indented; it only makes room for the drop cap.
            fragments = [part for part in fragments if part is not cap]
    return fragments


def _to_line(runs: list[PdfRun], row: Sequence[Fragment], page: int, column: Column, region: int) -> PdfLine:
    weights: dict[Font, int] = {}
    bases: dict[Font, float] = {}
    previous, length, is_even = runs[0].font, 0, True
    for run in runs:
        font = run.font
        if font is not previous:  # a line has few fonts, and to look one up takes longer than to count its characters
            weights[previous] = weights.get(previous, 0) + length
            previous, length = font, 0
        length += len(run.text)
        if run.baseline != runs[0].baseline:
            is_even = False
    weights[previous] = weights.get(previous, 0) + length
    for run in runs if len(weights) > 1 or not is_even else runs[:1]:
        bases.setdefault(run.font, run.baseline)
    text = " ".join([part.text for part in row])
    main, bold, monospace = previous, previous.bold, previous.monospace
    if len(weights) > 1:
        main = _main_font(weights, is_upper=text.isupper())
        half = sum(weights.values()) / 2
        bold = sum(weight for font, weight in weights.items() if font.bold) > half
        monospace = sum(weight for font, weight in weights.items() if font.monospace) > half
    first = row[0]
    left, right, top, bottom = first.left, first.right, first.top, first.bottom
    for part in row[1:]:
        left, right = min(left, part.left), max(right, part.right)
        top, bottom = min(top, part.top), max(bottom, part.bottom)
    return PdfLine(
        runs=runs,
        parts=row,
        page=page,
        column=column,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        baseline=bases[main],
        size=main.size,
        bold=bold,
        monospace=monospace,
        region=region,
        text=text,
        is_even=is_even and len(weights) == 1,
    )


def _main_font(weights: Mapping[Font, int], *, is_upper: bool) -> Font:
    """Return the heaviest font of the main size of a line: that of most characters or, of capitals, the largest."""
    size = max(weights, key=lambda font: font.size if is_upper else (weights[font], font.size)).size
    return max((font for font in weights if font.size == size), key=lambda font: weights[font])


# ------------------------------------------------------------------ Page metrics

_SIZE_TOLERANCE: Final = 0.06
_MIN_STEPS: Final = 8
SMALL_PRINT_RATIO: Final = 0.94
"""Print below this share of the body size is small print."""
LARGE_PRINT_RATIO: Final = 1.06
"""Print above this multiple of the body size stands out."""


@dataclass(frozen=True, slots=True)
class PageMetrics:
    """The usual size, weight and line distances of a document's text."""

    size: float
    bold: bool
    monospace: bool
    distances: dict[float, float]

    def distance(self, size: float) -> float:
        """Return the usual distance between lines of a size, or 0 for too few lines."""
        return self.distances.get(round(size, 1), 0.0)


class LineStatistics:
    """The looks and distances of the lines of a document, page by page."""

    def __init__(self) -> None:
        self._sizes: Counter[float] = Counter()
        self._bold: Counter[tuple[float, bool]] = Counter()
        self._fixed: Counter[bool] = Counter()
        self._steps: dict[float, Counter[float]] = {}

    def add(self, lines: Sequence[PdfLine]) -> None:
        """Add the lines of a page."""
        for line in lines:
            size, length = round(line.size, 1), len(line.text)
            self._sizes[size] += length
            self._bold[size, line.bold] += length
            self._fixed[line.monospace] += length
        for previous, line in pairwise(lines):
            step = round(line.baseline - previous.baseline, 1)
            if previous.region == line.region and has_same_size(previous, line) and step > 0:
                self._steps.setdefault(round(line.size, 1), Counter())[step] += 1

    def metrics(self) -> PageMetrics:
        """Return the usual look of the lines."""
        body = max(self._sizes, key=lambda size: (self._sizes[size], size), default=10.0)
        distances = {size: _most_common_step(counts) for size, counts in self._steps.items() if counts.total() >= _MIN_STEPS}
        is_bold = self._bold[body, True] > self._bold[body, False]
        return PageMetrics(body, is_bold, self._fixed[True] > self._fixed[False], distances)


def has_same_size(line: PdfLine, other: PdfLine) -> bool:
    """Whether two lines have the same letter size, except for rounding."""
    return abs(line.size - other.size) <= _SIZE_TOLERANCE * max(line.size, other.size)


def _most_common_step(counts: Counter[float]) -> float:
    """Return the most common line distance, counting distances that differ by rounding as one."""
    return max(counts, key=lambda step: (sum(counts[round(step + offset / 10, 1)] for offset in (-1, 0, 1)), -step))
