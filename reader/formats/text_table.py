"""Lay out tables as text in aligned columns that fit the width of an article.

Long cells are wrapped. A table with too many columns is split into bands, one below the other, which all repeat the first
column.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise, zip_longest
from typing import Final, NamedTuple, TypeVar

from reader.article.model import BlockKind, Style
from reader.article.ranges import within
from reader.formats.budget import current_budget
from reader.formats.builder import Builder, EntryMarker

_MAX_TABLE_WIDTH: Final = 66
"""The width of the article in a terminal of 120 columns."""
_MIN_COLUMN_WIDTH: Final = 8
_MAX_WORD_WIDTH: Final = 24
_COLUMN_GAP: Final = "  "
_RULE: Final = "─"
_MIN_NUMERIC_SHARE: Final = 0.8
_WORD: Final = re.compile(r"\S+")
_NARROW: Final = re.compile("[\\x00-\u02ff\u2010-\u2027\u2030-\u205e]*")
"""Match what takes one column for each character: Latin letters and common signs."""


class Cell(NamedTuple):
    """A table cell: its text, and the markers and styles in it as ranges of the text."""

    text: str = ""
    markers: tuple[EntryMarker, ...] = ()
    styles: tuple[Style, ...] = ()


_EMPTY_CELL: Final = Cell()
CellRow = Sequence[Cell]
MarkerOrStyle = TypeVar("MarkerOrStyle", EntryMarker, Style)


class FittedRows:
    """The rows of a table that the budget of the import permits, and how many others there are, of which none is kept."""

    def __init__(self) -> None:
        """Begin a table of no rows."""
        self.rows: list[CellRow] = []
        self.omitted = 0
        self._left = current_budget().left("cells")
        self._width = 0
        self._wrapped = 0
        """The lines that the rows take beside the first of each."""

    def __len__(self) -> int:
        """Return the number of all rows."""
        return len(self.rows) + self.omitted

    @property
    def cost(self) -> int:
        """The cells of the rows, of which the table draws as many in each as the longest has, and their other lines."""
        return len(self.rows) * self._width + self._wrapped

    def add(self, row: CellRow) -> None:
        """Add a row, or count it, if it or one before it was too much."""
        width = max(self._width, len(row))
        wrapped = self._wrapped + max([len(cell.text) for cell in row], default=0) // _MIN_COLUMN_WIDTH
        if self.omitted or len(self) * width + width + wrapped > self._left:
            self.omitted += 1
            return
        self.rows.append(row)
        self._width, self._wrapped = width, wrapped


def render_table(builder: Builder, rows: Iterable[CellRow] | FittedRows, heads: int = 0) -> None:
    """Add a table as a block. The first `heads` rows are its head, separated by a rule.

    Rows beyond the budget of the import are left out, with a notice. They may be made one by one, as they are asked for.
    """
    with fit_rows(builder, rows) as first_rows:
        write_table(builder, draw_table(first_rows, heads))


@contextlib.contextmanager
def fit_rows(builder: Builder, rows: Iterable[CellRow] | FittedRows) -> Generator[Sequence[CellRow]]:
    """Provide as many of the rows as the budget of the import permits, and at the end write a notice about the others."""
    if isinstance(rows, FittedRows):
        fitted = rows
    else:
        fitted = FittedRows()
        for row in rows:
            fitted.add(row)
    budget = current_budget()
    budget.take("cells", budget.left("cells") if fitted.omitted else fitted.cost)
    yield fitted.rows
    if fitted.omitted:
        builder.omit(f"{fitted.omitted:,} rows of this table were not read, as the tables of the document are too large.")


def write_table(builder: Builder, table: Cell) -> None:
    """Add the result of `draw_table` as a block."""
    if table.text:
        builder.begin(BlockKind.TABLE)
        write_cell(builder, table)
        builder.end()


def write_cell(builder: Builder, cell: Cell) -> None:
    """Add a cell, or the result of `draw_table`, to the open block."""
    if not (cell.markers or cell.styles):
        builder.text(cell.text)
        return
    marks = {mark.start: mark for mark in cell.markers}
    inner_offsets = {place for mark in cell.markers for place in range(mark.start + 1, mark.end)}
    edges = {0, len(cell.text), *(place for part in (*cell.markers, *cell.styles) for place in (part.start, part.end))}
    pending, open_styles = deque(sorted(cell.styles)), list[Style]()
    for start, end in pairwise(sorted(edges - inner_offsets)):
        while pending and pending[0].start <= start:
            open_styles.append(pending.popleft())
        open_styles = [style for style in open_styles if style.end > start]
        opened = [builder.open_style(style.kind) for style in open_styles]
        if mark := marks.get(start):
            builder.cite(cell.text[start:end], mark.names, mark.kind)
        else:
            builder.text(cell.text[start:end])
        for style, place in zip(reversed(open_styles), reversed(opened), strict=True):
            builder.close_style(place, style.kind, style.target)


def draw_table(rows: Sequence[CellRow], heads: int = 0) -> Cell:
    """Lay out a table as one text, with its markers and styles as ranges of the text. Rows may differ in length.

    Columns for whose lines the budget of the import has nothing left are left out.
    """
    budget = current_budget()
    rows, heads = _drop_empty_rows(rows, heads)
    count = max(map(len, rows), default=0)
    if not count:
        return Cell()
    columns = [[row[place] if place < len(row) else _EMPTY_CELL for row in rows] for place in range(count)]
    columns_with_text = [_to_column(column) for column in columns if any(cell.text.strip() for cell in column)]
    lines: list[Cell] = []
    for band in _bands(columns_with_text):
        if lines and not budget.left("table_lines"):
            budget.omit("Columns of tables were not read, as the tables of the document are too large.")
            break
        if lines:
            # Only the first copy of the repeated column keeps its citations.
            lines.append(Cell())
            band[0] = _to_column([cell._replace(markers=()) for cell in band[0].cells])
        band_lines = list(_band_lines(band, heads))
        budget.take("table_lines", len(band_lines))
        lines += band_lines
    starts = accumulate((len(line.text) + 1 for line in lines), initial=0)
    lines_with_starts = list(zip(lines, starts, strict=False))
    marks = (_shift(mark, start) for line, start in lines_with_starts for mark in line.markers)
    styles = (_shift(style, start) for line, start in lines_with_starts for style in line.styles)
    return Cell("\n".join(line.text for line in lines), tuple(marks), tuple(styles))


def _drop_empty_rows(rows: Sequence[CellRow], heads: int) -> tuple[list[CellRow], int]:
    has_text = [any(cell.text.strip() for cell in row) for row in rows]
    return [row for row, is_full in zip(rows, has_text, strict=True) if is_full], sum(has_text[:heads])


class _Column(NamedTuple):
    """A column of a table: its cells, their texts, its minimum width, and that of its longest line.

    `is_plain`: the cells hold only words in one line, each character one column wide.
    """

    cells: Sequence[Cell]
    texts: Sequence[str]
    min_width: int
    width: int
    is_plain: bool


def _to_column(cells: Sequence[Cell]) -> _Column:
    """Measure a column."""
    texts = [cell.text for cell in cells]
    whole = "".join(texts)
    is_plain = (
        whole.isprintable()
        and texts == [*map(str.strip, texts)]
        and _is_narrow(whole)
        and not any(cell.markers or cell.styles for cell in cells)
    )
    if is_plain:
        word_width = max(map(len, " ".join(texts).split()), default=0)
        return _Column(cells, texts, min(_MAX_WORD_WIDTH, word_width), max(map(len, texts)), is_plain)
    return _Column(cells, texts, _min_width(cells), _widest("\n".join(texts).split("\n")), is_plain)


def _bands(columns: Sequence[_Column]) -> Iterator[list[_Column]]:
    """Yield groups of columns that fit side by side at minimum width, each with the first column in front."""
    needs = [len(_COLUMN_GAP) + column.min_width for column in columns]
    band, width = list(columns[:1]), sum(needs[:1])
    for column, need in zip(columns[1:], needs[1:], strict=True):
        if len(band) > 1 and width + need > _MAX_TABLE_WIDTH + len(_COLUMN_GAP):
            yield band
            band, width = list(columns[:1]), needs[0]
        band.append(column)
        width += need
    yield band


def _min_width(column: Sequence[Cell]) -> int:
    """Return the minimum width of a column: that of its longest word or marker, up to a limit for breakable words."""
    plain = " ".join([cell.text for cell in column if not cell.markers])
    return min(_MAX_WORD_WIDTH, max(_widest(plain.split()), *(_longest_word(cell) for cell in column if cell.markers), 0))


def _column_widths(columns: Sequence[_Column]) -> list[int]:
    """Return the widths of the columns. If they do not fit, the widest are narrowed evenly."""
    natural_widths = [column.width for column in columns]
    needs = [max(column.min_width, min(want, _MIN_COLUMN_WIDTH)) for column, want in zip(columns, natural_widths, strict=True)]
    room = _MAX_TABLE_WIDTH - len(_COLUMN_GAP) * (len(columns) - 1)
    cap = min(max(natural_widths), _MAX_TABLE_WIDTH)
    while (
        cap > _MIN_COLUMN_WIDTH
        and sum(max(need, min(want, cap)) for need, want in zip(needs, natural_widths, strict=True)) > room
    ):
        cap -= 1
    return [max(need, min(want, cap)) for need, want in zip(needs, natural_widths, strict=True)]


def _band_lines(band: Sequence[_Column], heads: int) -> Iterator[Cell]:
    widths = _column_widths(band)
    is_numeric = [_is_numeric(column.texts[heads:]) for column in band]
    if all(column.is_plain and column.width <= width for column, width in zip(band, widths, strict=True)):
        yield from _plain_lines(band, widths, is_numeric, heads)
        return
    for number, row in enumerate(zip(*(column.cells for column in band), strict=True)):
        if number == heads and heads:
            yield _rule(widths)
        parts = [_wrap_cell(cell, width) for cell, width in zip(row, widths, strict=True)]
        for line in zip_longest(*parts, fillvalue=_EMPTY_CELL):
            yield _join_cells(line, widths, is_numeric)


def _plain_lines(band: Sequence[_Column], widths: Sequence[int], is_numeric: Sequence[bool], heads: int) -> list[Cell]:
    """Return the lines of columns whose cells fit in one line each."""
    aligned = [
        [text.rjust(width) if is_right else text.ljust(width) for text in column.texts]
        for column, width, is_right in zip(band, widths, is_numeric, strict=True)
    ]
    lines = [Cell(_COLUMN_GAP.join(row).rstrip()) for row in zip(*aligned, strict=True)]
    rule = [_rule(widths)] if 0 < heads < len(lines) else []
    return [line for line in (*lines[:heads], *rule, *lines[heads:]) if line.text]


def _rule(widths: Sequence[int]) -> Cell:
    return Cell(_COLUMN_GAP.join(_RULE * width for width in widths))


def _join_cells(cells: Sequence[Cell], widths: Sequence[int], is_numeric: Sequence[bool]) -> Cell:
    texts, marks, styles, start = list[str](), list[EntryMarker](), list[Style](), 0
    for cell, width, is_right in zip(cells, widths, is_numeric, strict=True):
        words = cell.text
        padding = " " * (width - cell_width(words))
        texts.append(padding + words if is_right else words + padding)
        if cell.markers or cell.styles:
            offset = start + len(padding) if is_right else start
            marks += (_shift(mark, offset) for mark in cell.markers)
            styles += (_shift(style, offset) for style in cell.styles)
        start += len(words) + len(padding) + len(_COLUMN_GAP)
    return Cell(_COLUMN_GAP.join(texts).rstrip(), tuple(marks), tuple(styles))


def _wrap_cell(cell: Cell, width: int) -> Iterable[Cell]:
    """Return the lines of a cell at a width. A marker is never wrapped; one that is wider than the column is cut."""
    text = cell.text
    if len(text) <= width and text.isprintable() and text.strip() == text and _is_narrow(text):
        return (cell,) if text else ()
    if not (cell.markers or cell.styles):
        return (Cell(text[start:end]) for start, end in _wrap_ranges(cell, width))
    return _wrapped_lines(cell, width)


def _wrapped_lines(cell: Cell, width: int) -> Iterator[Cell]:
    pending, open_styles = deque(sorted(cell.styles)), list[Style]()
    for start, end in _wrap_ranges(cell, width):
        while pending and pending[0].start < end:
            open_styles.append(pending.popleft())
        open_styles = [style for style in open_styles if style.end > start]
        marks = (mark._replace(end=min(mark.end, end)) for mark in within(cell.markers, start, end))
        styles = (style._replace(start=max(style.start, start), end=min(style.end, end)) for style in open_styles)
        yield Cell(cell.text[start:end], tuple(_shift(m, -start) for m in marks), tuple(_shift(s, -start) for s in styles))


def _wrap_ranges(cell: Cell, width: int) -> Iterator[tuple[int, int]]:
    start = end = line_width = 0
    is_narrow = _is_narrow(cell.text)
    for word_start, word_end in _word_ranges(cell):
        gap = cell.text[end:word_start] if line_width else ""
        size = word_end - word_start if is_narrow else cell_width(cell.text[word_start:word_end])
        if line_width and ("\n" in gap or line_width + 1 + size > width):
            yield start, end
            line_width = 0
        if not line_width:
            start = word_start
        while size > width:
            # Break a word that is longer than the line, such as an address.
            cut = _fitting_end(cell.text, word_start, width)
            yield word_start, cut
            size -= cell_width(cell.text[word_start:cut])
            start = word_start = cut
        line_width = line_width + (1 if line_width else 0) + size
        end = word_end
    if line_width:
        yield start, end


def _word_ranges(cell: Cell) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the words. A marker counts as one word."""
    if not cell.markers:
        for match in _WORD.finditer(cell.text):
            yield match.span()
        return
    pending: tuple[int, int] | None = None
    markers = deque(cell.markers)
    for match in _WORD.finditer(cell.text):
        start, end = match.span()
        while markers and markers[0].end <= start:
            markers.popleft()
        if pending is not None and markers and markers[0].start < pending[1]:
            pending = pending[0], end
            continue
        if pending is not None:
            yield pending
        pending = start, end
    if pending is not None:
        yield pending


def _longest_word(cell: Cell) -> int:
    """Return the width of the longest word. A marker counts as one word."""
    return _widest([cell.text[start:end] for start, end in _word_ranges(cell)])


def _widest(texts: Sequence[str]) -> int:
    """Return the width of the widest of some texts, or 0."""
    whole = "".join(texts)
    return max(map(len, texts), default=0) if _is_narrow(whole) else max(map(cell_width, texts))


def _fitting_end(text: str, start: int, width: int) -> int:
    """Return the end of the code points from `start` on that fit, at least one; there are more than fit."""
    end = start
    while (width := width - cell_width(text[end])) >= 0:
        end += 1
    return max(end, start + 1)


def _is_numeric(texts: Iterable[str]) -> bool:
    """Whether nearly all cells of a column are numbers. Such a column is aligned right."""
    words = [text for text in texts if text.strip()]
    numbers = sum([text.isdecimal() or _is_number(text) for text in words])
    return bool(words) and numbers >= _MIN_NUMERIC_SHARE * len(words)


def _is_number(text: str) -> bool:
    """Whether a text has digits and no letters."""
    return any(map(str.isdecimal, text)) and not any(map(str.isalpha, text))


def _shift(part: MarkerOrStyle, offset: int) -> MarkerOrStyle:
    return part._replace(start=part.start + offset, end=part.end + offset)


def cell_width(text: str) -> int:
    """Return the width of a text in columns of the screen."""
    if _is_narrow(text):
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _is_narrow(text: str) -> bool:
    """Whether each character surely takes one column."""
    return text.isascii() or _NARROW.fullmatch(text) is not None
