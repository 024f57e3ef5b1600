"""Find the cells of a table in the text of an article, where it is Markdown or as `text_table` draws it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block
from reader.article.ranges import Span
from reader.formats.text_table import cell_width

_PIPE: Final = lazy_pattern(r"(?<!\\)\|")
_PIPE_RULE: Final = lazy_pattern(r"(?=[\s|:]*-)[\s|:-]+")
"""The second line of a table of Markdown."""
_DRAWN_RULE: Final = lazy_pattern(r"[\s─]+")
_CONTENT: Final = lazy_pattern(r"\S(?:.*\S)?")
_QUOTE_SIGNS: Final = " \t>"

Cells = tuple[Span | None, ...]
"""A row of cells, each without blanks around it; None stands for an empty one."""


class TextTable(NamedTuple):
    """A table as rows of the same length. The first `heads` are its head."""

    rows: tuple[Cells, ...]
    heads: int = 0


def read_tables(text: str, block: Block) -> tuple[TextTable, ...]:
    """Return the tables of a block: one, or the bands of one that was too wide to be drawn.

    Each line is a row, also where the importer wrapped a cell, as each is a sentence.
    """
    lines = text[block.start : block.end].split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=block.start)
    spans = [Span(start, start + len(line)) for start, line in zip(starts, lines, strict=False)]
    if len(lines) > 1 and "|" in lines[0] + lines[1] and _PIPE_RULE.fullmatch(lines[1].lstrip(_QUOTE_SIGNS)):
        return (_even_table((_split_at_pipes(text, span) for span in (spans[0], *spans[2:])), 1),)
    bands = (
        list(band) for has_text, band in groupby(spans, key=lambda span: bool(text[span.start : span.end].strip())) if has_text
    )
    return tuple(_split_band(text, band) for band in bands)


def _even_table(rows: Iterable[Sequence[Span | None]], heads: int) -> TextTable:
    rows = tuple(rows)
    width = max(map(len, rows), default=0)
    return TextTable(tuple((*row, *[None] * (width - len(row))) for row in rows), heads)


def _split_at_pipes(text: str, line: Span) -> list[Span | None]:
    pipes = [match.start() for match in _PIPE.finditer(text, line.start, line.end)]
    fields = [(start + 1, end) for start, end in pairwise([line.start - 1, *pipes, line.end])]
    if len(fields) > 1 and not text[slice(*fields[-1])].strip():
        del fields[-1]
    if len(fields) > 1 and not text[slice(*fields[0])].strip(_QUOTE_SIGNS):
        del fields[0]
    return [_trim(text, start, end) for start, end in fields]


def _split_band(text: str, lines: Sequence[Span]) -> TextTable:
    """Split lines where at least two columns of the screen are blank in all of them."""
    rules = [number for number, line in enumerate(lines) if _DRAWN_RULE.fullmatch(text, *line)]
    drawn = [_columns(text[line.start : line.end]) for line in lines]
    filled = sorted(
        {
            column
            for line, columns in zip(lines, drawn, strict=True)
            for sign, at in zip(text[line.start : line.end], columns, strict=True)
            if not sign.isspace()
            for column in range(at, at + max(1, cell_width(sign)))
        }
    )
    cuts = [after for before, after in pairwise(filled) if after - before > 2]
    rows = (
        [_trim(text, *cell) for cell in _cut_line(line, columns, cuts)]
        for number, (line, columns) in enumerate(zip(lines, drawn, strict=True))
        if number not in rules[:1]
    )
    return _even_table(rows, rules[0] if rules else 0)


def _columns(line: str) -> Sequence[int]:
    """Return the column of the screen of each character; a combining one has that of the character before it."""
    if line.isascii():
        return range(len(line))
    widths = [cell_width(sign) for sign in line]
    return [max(0, at - (not width)) for at, width in zip(accumulate(widths, initial=0), widths, strict=False)]


def _cut_line(line: Span, columns: Sequence[int], cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    edges = [line.start, *(line.start + bisect_left(columns, cut) for cut in cuts), line.end]
    yield from pairwise(edges)


def _trim(text: str, start: int, end: int) -> Span | None:
    """Return a range without the blanks around it, None if it has nothing else."""
    match = _CONTENT.search(text, start, end)
    return Span(*match.span()) if match else None
