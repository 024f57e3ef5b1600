"""Distinguish data tables from layout tables, and read their rows and columns."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

from reader.article.model import BlockKind, StyleKind
from reader.formats.builder import Builder
from reader.formats.html.tree import Node, parse_number
from reader.formats.text_table import Cell, draw_table, fit_rows, write_cell, write_table

_ROW_GROUPS: Final = frozenset({"thead", "tbody", "tfoot"})
_CELL_TAGS: Final = frozenset({"td", "th"})
_SPANS: Final = frozenset({"colspan", "rowspan"})
_LAYOUT_TAGS: Final = frozenset({"table", "h1", "h2", "h3", "h4", "pre", "blockquote", "form", "figure", "article", "section"})
_MAX_CELL_LENGTH: Final = 600
_MAX_COLUMNS: Final = 40
_MAX_SPAN: Final = 50
_MAX_PLACES: Final = 60
"""The columns that spanning cells may add up to."""
_RULE_SIGN: Final = "─"

RowCells = tuple[Node | None, ...]


class TablePart(NamedTuple):
    """Consecutive rows of a table, and the caption or full-width cell above them.

    `is_layout`: the cell above contains more than text and is converted by itself. Columns covered by a cell that begins in
    another column or row are None. The first `heads` rows are the head.
    """

    above: Node | None
    rows: tuple[RowCells, ...]
    heads: int
    is_layout: bool = False


def table_parts(table: Node) -> tuple[TablePart, ...] | None:
    """Return the parts of a table with data, or None for a layout table.

    A data table has at least two columns and two rows. Except for full-width cells, its cells are short and contain only text
    and lists.
    """
    if table.roles & {"presentation", "none"}:
        return None
    rows = [row for row in _placed_rows(table) if any(cell is not None and cell.has_text() for cell in row[0])]
    whole = {cell for row, _ in rows if (cell := _full_width_cell(row)) is not None}
    cells = [cell for row, _ in rows for cell in row if cell is not None]
    if any(_has_layout(cell) for cell in cells if cell.order < cell.last_order and cell not in whole):
        return None
    columns = max((len(row) - row.count(None) for row, _ in rows), default=0)
    if columns < 2 or len(rows) < 2 or columns > _MAX_COLUMNS:
        return None
    if any(map(_is_long, cells)):
        return None
    above = next((node for node in table.child_nodes() if node.tag == "caption" and node.has_text()), None)
    return tuple(_split_parts(above, rows))


def write_rows(builder: Builder, rows: Sequence[Sequence[Cell]], heads: int) -> None:
    """Add rows as a table if its words stay in reading order, else each row as a list item that names its columns.

    If the table is too wide for the article, the words of a row would be spread over several lines, but a row must be readable,
    selectable and citable as one range.
    """
    with fit_rows(builder, rows) as first_rows:
        table = draw_table(first_rows, heads)
        words = " ".join([cell.text for row in first_rows for cell in row]).split()
        shown = table.text.split()
        if _RULE_SIGN in table.text:
            shown = [word for word in shown if word.strip(_RULE_SIGN)]
        if shown == words:
            write_table(builder, table)
        else:
            _write_items(builder, first_rows, heads)


def _write_items(builder: Builder, rows: Sequence[Sequence[Cell]], heads: int) -> None:
    names = [[cell for cell in column if cell.text] for column in zip_longest(*rows[:heads], fillvalue=Cell())]
    if names and not any(cell.markers for cell in names[0]):
        names[0] = []  # A row is known by its first cell.
    for row in rows[heads:]:
        builder.begin(BlockKind.ITEM, 1, "• ")
        for place, cell in enumerate(row):
            if cell.text:
                if not builder.is_at_start:
                    builder.text("; ")
                if place < len(names) and names[place]:
                    _write_name(builder, names[place])
                    # Only the first copy of a name keeps its citations.
                    names[place] = [name._replace(markers=()) for name in names[place]]
                with contextlib.nullcontext() if place else builder.style(StyleKind.STRONG):
                    write_cell(builder, cell)
        builder.end()


def _write_name(builder: Builder, heads: Sequence[Cell]) -> None:
    """Add the name of a column: the cells of its head, one below the other."""
    for place, cell in enumerate(heads):
        builder.text(" " if place else "")
        write_cell(builder, cell._replace(styles=()))
    builder.text(": ")


def _split_parts(above: Node | None, rows: list[tuple[RowCells, bool]]) -> Iterator[TablePart]:
    """Split the rows at cells that span the whole width."""
    part_rows: list[RowCells] = []
    heads = 0
    for row, is_head in rows:
        full_width = _full_width_cell(row)
        if full_width is not None:
            if part_rows or above is not None:
                yield _make_part(above, part_rows, heads)
            above, part_rows, heads = full_width, [], 0
            continue
        if is_head and heads == len(part_rows):
            heads += 1
        part_rows.append(row)
    if part_rows or above is not None:
        yield _make_part(above, part_rows, heads)


def _make_part(above: Node | None, rows: list[RowCells], heads: int) -> TablePart:
    return TablePart(above, tuple(rows), heads if heads < len(rows) else 0, above is not None and _has_layout(above))


def _full_width_cell(row: RowCells) -> Node | None:
    """Return the cell that spans a whole row, or None."""
    if None not in row:
        return None
    cells = [cell for cell in row if cell is not None]
    return cells[0] if len(cells) == 1 < len(row) and cells[0].has_text() else None


def _is_long(cell: Node) -> bool:
    kids = cell.children
    is_short = len(kids) == 1 and isinstance(kids[0], str) and len(kids[0]) <= _MAX_CELL_LENGTH  # most cells
    return not is_short and len(cell.text()) > _MAX_CELL_LENGTH


def _has_layout(cell: Node) -> bool:
    return cell.order < cell.last_order and any(node.tag in _LAYOUT_TAGS for node in cell.descendants())


def _placed_rows(table: Node) -> Iterator[tuple[RowCells, bool]]:
    """Yield the rows at full width, and whether they belong to the head."""
    spans: dict[int, int] = {}
    for row, is_in_head in _row_nodes(table):
        cells = [cell for cell in row.children if isinstance(cell, Node) and cell.tag in _CELL_TAGS and cell.is_shown]
        is_head = is_in_head or (bool(cells) and all(cell.tag == "th" for cell in cells))
        if not spans and _SPANS.isdisjoint([name for cell in cells for name in cell.attrs]):
            yield tuple(cells), is_head
            continue
        columns: list[Node | None] = []
        for cell in cells:
            while spans.get(len(columns), 0):
                columns.append(None)
            width = max(1, min(_cell_span(cell, "colspan"), _MAX_PLACES - len(columns)))
            height = _cell_span(cell, "rowspan")
            if height > 1:
                for column in range(len(columns), len(columns) + width):
                    spans[column] = max(spans.get(column, 0), height)
            columns.append(cell)
            columns += [None] * (width - 1)
        while spans.get(len(columns), 0):
            columns.append(None)
        spans = {column: rows_left - 1 for column, rows_left in spans.items() if rows_left > 1}
        yield tuple(columns), is_head


def _row_nodes(table: Node) -> Iterator[tuple[Node, bool]]:
    for node in table.child_nodes():
        if node.tag == "tr" and node.is_shown:
            yield node, False
        elif node.tag in _ROW_GROUPS and node.is_shown:
            yield from ((row, node.tag == "thead") for row in node.child_nodes() if row.tag == "tr" and row.is_shown)


def _cell_span(cell: Node, name: str) -> int:
    return max(1, min(parse_number(cell.attrs[name], 1), _MAX_SPAN)) if name in cell.attrs else 1
