"""Find tables in a PDF: consecutive lines whose words are aligned in columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from reader.article.labels import label_at
from reader.article.lazy_pattern import lazy_pattern
from reader.formats.pdf.fragments import Column, Fragment
from reader.formats.pdf.lines import PdfLine
from reader.formats.pdf.text_flow import PdfWord, space_runs, to_superscript
from reader.formats.runs import subscript

_FILLED_SHARE: Final = 0.86
"""The largest share of its width that a table row fills, since it has gaps. Lines of text fill more."""
_CELL_GAP: Final = 0.8
_MAX_ROW_DISTANCE: Final = 3.2
_MIN_ROWS: Final = 3
_MAX_CELL_LENGTH: Final = 60
_CROSSING_SHARE: Final = 0.15
_MIN_GAP_WIDTH: Final = 0.75
_ROW_TOLERANCE: Final = 0.4
_MAX_COLUMNS: Final = 40
_MAX_ROWS: Final = 300
_WORD = lazy_pattern(r"[^\W\d_]{3}")
_CAPTION = lazy_pattern(r"(?:table|tab\.|tabelle|tableau|tabla|tabella|tabela|tabel|fig)", re.IGNORECASE)


class PdfTable(NamedTuple):
    """A table on a page: its lines, and the texts of its cells by row."""

    lines: list[PdfLine]
    cells: list[list[str]]


def find_tables(lines: Sequence[PdfLine]) -> list[PdfTable]:
    """Return the tables among the lines of a page.

    The gutter splits a table across both columns of a page, so its halves are joined again.
    """
    tables: list[list[PdfLine]] = []
    for group in _find_candidates(lines):
        columns = len(_find_columns(group))
        if _MAX_COLUMNS >= columns > 2 or (columns == 2 and not _is_broken_text(group)):
            tables.append(group)
    return [PdfTable(table, _read_cells(table)) for table in _join_halves(tables, lines)]


def _read_cells(lines: Sequence[PdfLine]) -> list[list[str]]:
    """Return the texts of the cells of a table by row."""
    columns = _find_columns(lines)
    rows: list[list[str]] = []
    base = 0.0
    for line in sorted(lines, key=lambda line: line.baseline):
        if not rows or line.baseline - base > _ROW_TOLERANCE * line.size:
            rows.append(["" for _ in columns])
            base = line.baseline
        for part in sorted(line.parts, key=lambda part: part.left):
            place = _column_of(part, columns)
            rows[-1][place] = _add_words(rows[-1][place], space_runs(part.runs, line))
    return rows


def _add_words(text: str, words: Iterable[PdfWord]) -> str:
    """Return the text of a cell with more words."""
    for place, word in enumerate(words):
        signs = word.text if not word.level else to_superscript(word.text, text) if word.level > 0 else subscript(word.text)
        gap = word.gap if place else " "
        text += (gap if text else "") + signs
    return text


def _find_candidates(lines: Sequence[PdfLine]) -> Iterator[list[PdfLine]]:
    """Yield groups of lines with gaps, each possibly with single lines without gaps between them."""
    group: list[PdfLine] = []
    pending: list[PdfLine] = []
    for before, line in pairwise((None, *lines)):
        if line is None:
            continue
        last = (pending or group)[-1] if group else None
        if last is not None and not -1 <= line.baseline - last.baseline <= _MAX_ROW_DISTANCE * line.size:
            yield from _accept_group(group)
            group, pending, last = [], [], None
        if _has_gaps(line):
            is_first = not group and before is not None and len(before.parts) > 2
            if is_first and before is not None and 0 < line.baseline - before.baseline < 2 * line.size:
                group.append(before)  # The words of a table head may fill the line.
            group += [*pending, line]
            pending = []
        elif last is not None and not pending and line.right - line.left < 0.6 * (group[-1].right - group[-1].left):
            pending.append(line)
        elif last is not None:
            yield from _accept_group(group)
            group, pending = [], []
    yield from _accept_group(group)


def _accept_group(group: list[PdfLine]) -> Iterator[list[PdfLine]]:
    """Yield the group if it is a table: a few rows of several, mostly short cells."""
    gap_lines = [line for line in group if _has_gaps(line)]
    cells = [part.text for line in gap_lines for part in line.parts]
    words = any(_WORD.search(line.text) for line in group)
    is_numeric = len(gap_lines) > 1 and len(cells) > 2 * len(gap_lines) and 2 * sum(map(_is_number, cells)) >= len(cells)
    if (len(gap_lines) >= _MIN_ROWS or is_numeric) and words and median(map(len, cells)) <= _MAX_CELL_LENGTH:
        yield group


def _is_broken_text(group: Sequence[PdfLine]) -> bool:
    """Whether a few lines with gaps are text with missing characters rather than a table."""
    cells = [part.text for line in group for part in line.parts]
    words = sum(len(cell.split()) for cell in cells)
    return len(group) < 2 * _MIN_ROWS and words > 2 * len(cells) and not any(map(_is_number, cells))


def _is_number(cell: str) -> bool:
    return any(map(str.isdecimal, cell)) and not _WORD.search(cell)


def _has_gaps(line: PdfLine) -> bool:
    """Whether a line has wide gaps between words, except after a list or equation number."""
    if len(line.parts) < 2:
        return False
    label = label_at(line.text, 0, min(len(line.text), 40))
    if len(line.parts) == 2 and label is not None and label.end > len(line.parts[0].text):
        return False
    if any(after.left - part.right < _CELL_GAP * line.size for part, after in pairwise(line.parts)):
        return False
    filled_width = sum(part.right - part.left for part in line.parts)
    return filled_width <= _FILLED_SHARE * (line.right - line.left) or not _WORD.search(line.text)


def _find_columns(lines: Sequence[PdfLine]) -> list[Column]:
    """Return the vertical strips that contain words, with hardly any words between them."""
    parts = [part for line in lines for part in line.parts]
    rows = sum(map(_has_gaps, lines))
    size = median(line.size for line in lines)
    edges = sorted([(part.left, 1) for part in parts] + [(part.right, -1) for part in parts])
    columns: list[Column] = []
    begin, depth, max_crossings = edges[0][0], 0, max(1, int(_CROSSING_SHARE * rows)) if rows > _MIN_ROWS else 0
    is_inside = False
    for x, change in edges:
        depth += change
        if not is_inside and depth > max_crossings:
            begin = columns.pop().left if columns and x - columns[-1].right < _MIN_GAP_WIDTH * size else x
            is_inside = True
        elif is_inside and depth <= max_crossings:
            columns.append(Column(begin, x))
            is_inside = False
    return columns


def _column_of(part: Fragment, columns: Sequence[Column]) -> int:
    """Return the index of the column with the widest overlap with a cell, else of the nearest column."""

    def distance(place: int) -> float:
        column = columns[place]
        return max(column.left, part.left) - min(column.right, part.right)

    return min(range(len(columns)), key=lambda place: (round(distance(place), 1), place))


def _join_halves(halves: list[list[PdfLine]], lines: Sequence[PdfLine]) -> list[list[PdfLine]]:
    """Join tables side by side on the same lines, unless both have captions."""
    place = {id(line): number for number, line in enumerate(lines)}
    result: list[list[PdfLine]] = []
    for table in halves:
        half = next((other for other in result if _has_same_rows(other, table)), None)
        captions = sum(_has_caption(part, lines, place) for part in (half, table)) if half is not None else 0
        if half is not None and captions < 2:
            half += table
        else:
            result.append(table)
    return result


def _has_same_rows(table: Sequence[PdfLine], other: Sequence[PdfLine]) -> bool:
    if max(len(table), len(other)) > _MAX_ROWS:
        return False
    shared = sum(
        any(abs(line.baseline - partner.baseline) <= _ROW_TOLERANCE * line.size for partner in table) for line in other
    )
    is_side_by_side = table[0].column.right <= other[0].column.left or other[0].column.right <= table[0].column.left
    return is_side_by_side and shared >= 0.7 * max(len(table), len(other))


def _has_caption(table: Sequence[PdfLine], lines: Sequence[PdfLine], place: dict[int, int]) -> bool:
    first, last = place[id(table[0])], place[id(table[-1])]
    neighbours = [*lines[max(0, first - 3) : first], *lines[last + 1 : last + 2]]
    return any(_CAPTION.match(line.text) for line in neighbours)
