"""The columns of a table as they are drawn: which blanks are left out, and which are drawn in addition so that they line up.

Offsets are those of the article's text. A row is given as its pieces: the ranges of it that are drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from reader.article.lazy import lazy
from reader.article.model import Span

RULE: Final = lazy(r"[\s|:+=\-─━│┼]+")
_PIPE_RULE: Final = lazy(r"[\s|:-]*-[\s|:-]*")
_PIPE: Final = lazy(r"(?<!\\)\|")

_TO_THE_RIGHT: Final = lazy(r"-+:")
_RULED: Final = 1
"""The row of Markdown's tables that is a rule."""

Row = Sequence[Span]
Cells = Callable[[str], int]
"""Tells how many cells a text takes."""


class Columns(NamedTuple):
    """What is not drawn of a table, as sorted ranges, and what is drawn before the character at an offset."""

    hidden: tuple[Span, ...] = ()
    pads: dict[int, str] = {}  # noqa: RUF012  # never written to


def columns_of(text: str, rows: Sequence[Row], width: int, cells: Cells) -> Columns:
    """Return how a table is drawn in `width` cells.

    One of Markdown's is lined up, if that fits. Of one that is lined up by blanks and too wide, the gaps get narrower.
    """
    drawn = [_Drawn(text, row) for row in rows]
    if len(drawn) > 1 and "|" in drawn[_RULED].text and _PIPE_RULE.fullmatch(drawn[_RULED].text):
        return _lined_up(drawn, width, cells)
    widest = max((len(row.text) for row in drawn), default=0)
    if widest <= width or any(cells(row.text) != len(row.text) for row in drawn):
        return Columns()
    blank = [True] * widest
    for row in drawn:
        for at, sign in enumerate(row.text):
            blank[at] = blank[at] and sign == " "
    gaps = [at for at in range(1, widest) if blank[at - 1] and blank[at]]
    return Columns(tuple(row.span(at, at + 1) for row in drawn for at in gaps if at < len(row.text)))


class _Drawn:
    """What is drawn of a row, and where in the article's text each place of that is."""

    def __init__(self, text: str, pieces: Row) -> None:
        self._pieces = pieces
        self._starts = [0, *accumulate(piece.end - piece.start for piece in pieces)]
        self.text = "".join(text[piece.start : piece.end] for piece in pieces)

    def offset(self, place: int) -> int:
        """Return where a place of what is drawn is."""
        piece = min(bisect_right(self._starts, place), len(self._pieces)) - 1
        return self._pieces[piece].start + place - self._starts[piece]

    def span(self, start: int, end: int) -> Span:
        """Return where a stretch of what is drawn, which is not empty, is."""
        return Span(self.offset(start), self.offset(end - 1) + 1)

    def fields(self) -> list[tuple[int, int]]:
        """Return the stretches before, between and behind the pipes."""
        edges = [-1, *(match.start() for match in _PIPE.finditer(self.text)), len(self.text)]
        return [(start + 1, end) for start, end in pairwise(edges)]


class _Field(NamedTuple):
    """What stays of a field of a row: from the blank before its content to the blank behind it, in places of what is drawn."""

    start: int
    end: int
    size: int


def _lined_up(rows: Sequence[_Drawn], width: int, cells: Cells) -> Columns:
    hidden: list[Span] = []
    pads: dict[int, str] = {}
    kept = [[_kept(row.text, *field, cells) for field in row.fields()] for row in rows]
    body = [fields for number, fields in enumerate(kept) if number != _RULED]
    sizes = [max((row[at].size for row in body if at < len(row)), default=0) for at in range(max(map(len, kept)))]
    fits = sum(sizes) + len(sizes) - 1 <= width
    rule = [rows[_RULED].text[start:end].strip() for start, end in rows[_RULED].fields()]
    if fits:
        kept[_RULED] = [
            _shortened(rows[_RULED].text, *field, size) for field, size in zip(rows[_RULED].fields(), sizes, strict=False)
        ]
    for number, (row, fields) in enumerate(zip(rows, kept, strict=True)):
        for at, ((start, end), stays) in enumerate(zip(row.fields(), fields, strict=True)):
            hidden += [row.span(*gap) for gap in ((start, stays.start), (stays.end, end)) if gap[0] < gap[1]]
            missing = sizes[at] - stays.size
            if fits and missing > 0 and at < len(fields) - 1:
                before = number == _RULED or (at < len(rule) and _TO_THE_RIGHT.fullmatch(rule[at]) is not None)
                colon = number == _RULED and rule[at].startswith(":")
                place = stays.start + colon if before and stays.start < stays.end else end
                pads[row.offset(place)] = ("-" if number == _RULED else " ") * missing
    return Columns(tuple(hidden), pads)


def _shortened(text: str, start: int, end: int, size: int) -> _Field:
    """Return a field of the rule, of which at most `size` cells stay."""
    rule = text[start:end].strip()
    first = text.index(rule, start, end) if rule else end
    return _Field(first, first + min(len(rule), size), min(len(rule), size))


def _kept(text: str, start: int, end: int, cells: Cells) -> _Field:
    """Return a field of which at most one blank on each side stays."""
    content = text[start:end].strip(" ")
    if not content:
        return _Field(start, min(start + 1, end), min(1, end - start))
    first = text.index(content, start)
    first, last = max(start, first - 1), min(end, first + len(content) + 1)
    return _Field(first, last, cells(text[first:last]))
