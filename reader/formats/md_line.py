"""One line of Markdown: its white space in columns, the signs of the containers it is in, the cells of a table's row."""

from __future__ import annotations

from typing import NamedTuple

from reader.article.lazy import lazy

_WHITE = lazy(r"[ \t]*")
_DELIMITER_ROW = lazy(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?$")
_TAB = 4


class Line(NamedTuple):
    """What is left of a line behind its containers: from `base` on, with `indent` columns of white space before `start`.

    `begin` and `end` are the whole line's; a blank rest has `start == end`. `spare` are those columns of `indent` that are left
    of a tab before `base`, of which a container has taken its part.
    """

    begin: int
    base: int
    start: int
    indent: int
    end: int
    spare: int = 0


def rest_of_line(text: str, begin: int, base: int, end: int, spare: int = 0) -> Line:
    """Return the rest of the line `text[begin:end]` from `base` on, with `spare` columns of a tab before it."""
    if base >= end or text[base] not in " \t":
        return Line(begin, base, base, spare, end, spare)
    white = _WHITE.match(text, base, end)
    start = white.end() if white else base
    indent = start - base
    if "\t" in text[base:start]:
        indent = sum(_width(text, begin, position) for position in range(base, start))
    return Line(begin, base, start, indent + spare, end, spare)


def behind_quote_sign(text: str, line: Line) -> Line:
    """Return what is left behind the ">" that the rest of the line begins with, and one column of white space after it."""
    behind = line.start + 1
    if behind < line.end and text[behind] in " \t":
        return rest_of_line(text, line.begin, behind + 1, line.end, _width(text, line.begin, behind) - 1)
    return rest_of_line(text, line.begin, behind, line.end)


def behind_columns(text: str, line: Line, width: int) -> Line:
    """Return what is left behind white space of `width` columns, which must be there."""
    position, column = line.base, line.spare
    while column < width:
        column += _width(text, line.begin, position)
        position += 1
    return rest_of_line(text, line.begin, position, line.end, column - width)


def _width(text: str, begin: int, position: int) -> int:
    """Return how many columns the white space at `position` is wide."""
    return _TAB - (position - begin) % _TAB if text[position] == "\t" else 1


def rules_table(row: str, header: str) -> bool:
    """Whether `row` is the row of dashes that makes `header`, the line before it, the first row of a table."""
    return bool(_DELIMITER_ROW.match(row)) and ("|" in header or "|" in row) and _cells(row) == _cells(header)


def _cells(row: str) -> int:
    row = row.strip()
    inner = row[1:] if row.startswith("|") else row
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return inner.count("|") - inner.count("\\|") + 1
