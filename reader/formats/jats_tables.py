"""The tables of JATS: rows of XHTML's model and of OASIS's, with cells that span several places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reader.formats.elements import attribute, local
from reader.formats.grid import Cell
from reader.formats.jats_inline import Names, runs_of
from reader.formats.runs import cell_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

CAPTION: Final = "caption"
"""The kind of the markers in tables, figures and their captions, which are no running text."""
_CELLS: Final = frozenset({"td", "th", "entry"})
_MOST_COLUMNS: Final = 200
_EMPTY: Final = Cell()


def table_rows(table: Element, names: Names) -> tuple[list[list[Cell]], int]:
    """Return the rows of a table, each cell in the first of the places that it spans, and how many of them are its head."""
    rows = [row for row in table.iter() if local(row) in ("tr", "row")]
    ruled = {row for part in table.iter() if local(part) == "thead" for row in part.iter()}
    heads = 0
    for row in rows:
        if row not in ruled and not (not ruled and all(local(cell) == "th" for cell in row)):
            break
        heads += 1
    made: list[list[Cell]] = []
    below: dict[int, int] = {}
    for row in rows:
        made.append(list(_placed(row, names, below)))
    return made, heads if heads < len(rows) else 0


def _placed(row: Element, names: Names, below: dict[int, int]) -> Iterator[Cell]:
    """Yield the cells of a row at their places. `below` counts for each place how many rows a cell from above still takes."""
    place = 0
    for cell in (one for one in row if local(one) in _CELLS):
        while below.get(place, 0) and place < _MOST_COLUMNS:
            below[place] -= 1
            place += 1
            yield _EMPTY
        wide = min(_number(attribute(cell, "colspan")), _MOST_COLUMNS - place)
        high = _number(attribute(cell, "rowspan")) + _number(attribute(cell, "morerows"), 0) - 1
        for covered in range(wide):
            below[place] = high
            yield cell_of(runs_of(cell, names), CAPTION) if not covered else _EMPTY
            place += 1
    while below.get(place, 0) and place < _MOST_COLUMNS:
        below[place] -= 1
        place += 1


def _number(text: str, otherwise: int = 1) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) > 0 else otherwise
