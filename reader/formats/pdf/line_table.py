"""The lines of a page, and a table of them that takes a tenth of their memory."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from struct import Struct
from typing import Final, NamedTuple

from reader.formats.pdf.fragments import Column
from reader.formats.pdf.lines import PdfLine
from reader.formats.pdf.pages import PdfLink
from reader.formats.pdf.run_table import PdfRun, RunTable
from reader.formats.pdf.tables import PdfTable
from reader.formats.pdf.text_flow import NOTE_SYMBOLS, SCRIPT_SIZE, link_height

_unpack_numbers: Final = Struct("8f").iter_unpack
"""The numbers of a line: left, right, top, bottom, baseline, size, and the edges of its column."""
_BOLD: Final = 1
_MONOSPACE: Final = 2


class LineTable(NamedTuple):
    """The lines of a page as columns, without their fragments.

    `counts` has the number of runs of each line, `numbers` its measures, `looks` its look, `texts` the text of lines whose runs
    are spaced differently. `tables` are the places of the lines of tables, and their cells.
    """

    page: int
    runs: RunTable
    counts: array[int]
    regions: array[int]
    numbers: array[float]
    looks: bytes
    texts: dict[int, str]
    tables: tuple[tuple[array[int], list[list[str]]], ...]

    @classmethod
    def of(cls, page: int, lines: Sequence[PdfLine], tables: Iterable[PdfTable]) -> LineTable:
        """Return the table of the lines of a page."""
        places = {id(line): place for place, line in enumerate(lines)}
        numbers = array("f")
        for line in lines:
            numbers.extend((line.left, line.right, line.top, line.bottom, line.baseline, line.size, *line.column))
        return cls(
            page,
            RunTable.of([run for line in lines for run in line.runs]),
            array("I", [len(line.runs) for line in lines]),
            array("I", [line.region for line in lines]),
            numbers,
            bytes(_BOLD * line.bold + _MONOSPACE * line.monospace for line in lines),
            {place: line.text for place, line in enumerate(lines) if line.text != _text_of(line.runs)},
            tuple((array("I", [places[id(line)] for line in table.lines]), table.cells) for table in tables),
        )

    def lines(self) -> list[PdfLine]:
        """Return the lines."""
        runs, start, result = self.runs.runs(), 0, list[PdfLine]()
        for place, (count, numbers) in enumerate(zip(self.counts, _unpack_numbers(self.numbers), strict=True)):
            left, right, top, bottom, baseline, size, *column = numbers
            runs_of_line, look = runs[start : start + count], self.looks[place]
            start += count
            result.append(
                PdfLine(
                    runs=runs_of_line,
                    parts=(),
                    page=self.page,
                    column=Column(*column),
                    left=left,
                    right=right,
                    top=top,
                    bottom=bottom,
                    baseline=baseline,
                    size=size,
                    bold=bool(look & _BOLD),
                    monospace=bool(look & _MONOSPACE),
                    region=self.regions[place],
                    text=self.texts.get(place) or _text_of(runs_of_line),
                )
            )
        return result

    def tables_among(self, lines: Sequence[PdfLine]) -> list[PdfTable]:
        """Return the tables, whose lines are among those of the page."""
        return [PdfTable([lines[place] for place in places], cells) for places, cells in self.tables]


def _text_of(runs: Iterable[PdfRun]) -> str:
    return "".join([run.text if run.is_glued else " " + run.text for run in runs]).removeprefix(" ")


# ------------------------------------------------------------------ Words that are written together


def merge_words(lines: Iterable[PdfLine], links: Sequence[PdfLink]) -> None:
    """Merge the words of each line that look alike into one run, since a run takes more memory than its characters.

    Words stay apart where their own places count: the first word of a line, those beside a link, raised and lowered ones, and
    the signs of notes.
    """
    heights: list[tuple[float, float]] = []
    for link in sorted(links, key=lambda link: link.top):
        if heights and link.top <= heights[-1][1]:
            heights[-1] = heights[-1][0], max(heights[-1][1], link.bottom)
        else:
            heights.append((link.top, link.bottom))
    for line in lines:
        height = link_height(line.baseline, line)
        place = bisect_right(heights, height, key=lambda interval: interval[0])
        if not place or heights[place - 1][1] < height:
            is_even = line.is_even and NOTE_SYMBOLS.isdisjoint(line.text)
            line.runs = _merge_all(line) if is_even else list(_merge_runs(line))


def _merge_all(line: PdfLine) -> list[PdfRun]:
    """Merge the runs after the first word of a line whose words all look alike."""
    runs = line.runs
    rest = next((place for place in range(1, len(runs)) if not runs[place].is_glued), len(runs))
    text = line.text.removeprefix("".join([run.text for run in runs[:rest]]) + " ")
    if rest + 1 >= len(runs) or len(text) == len(line.text):
        return runs
    return [*runs[:rest], runs[rest]._replace(text=text, right=runs[-1].right)]


def _merge_runs(line: PdfLine) -> Iterator[PdfRun]:
    rest = iter(line.runs)
    first = next(rest)
    yield first
    least = SCRIPT_SIZE * line.size
    group: list[PdfRun] = []
    is_first_word = True
    for run in rest:
        is_first_word = is_first_word and run.is_glued
        is_plain = run.baseline == line.baseline and run.font.size > least and run.text not in NOTE_SYMBOLS
        if group and not (is_plain and run.font == group[0].font):
            yield _merge_group(group)
            group = []
        if is_first_word or not is_plain:
            yield run
        else:
            group.append(run)
    if group:
        yield _merge_group(group)


def _merge_group(runs: Sequence[PdfRun]) -> PdfRun:
    first, last = runs[0], runs[-1]
    if first is last:
        return first
    text = first.text + "".join([run.text if run.is_glued else " " + run.text for run in runs[1:]])
    return first._replace(text=text, right=last.right)
