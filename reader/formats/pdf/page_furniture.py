"""Find page furniture: running heads, page and line numbers, text inside figures."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.pdf.fragments import Fragment, group_rows, to_fragments
from reader.formats.pdf.headings import HeadingClassifier
from reader.formats.pdf.lines import SMALL_PRINT_RATIO, PageMetrics
from reader.formats.pdf.paragraphs import Paragraph
from reader.formats.pdf.run_table import RunColumns, RunTable

# ------------------------------------------------------------------ Text inside figures

_CAPTION = lazy_pattern(r"(?:fig(?:ure|ura|uur|\.|s\.)?|abb(?:ildung|\.)|scheme|plate|chart) ?[A-Z]?\d", re.IGNORECASE)
_THREE_WORDS = lazy_pattern(r"(?<![^\W\d_])[^\W\d_]{2,} [^\W\d_]{2,} [^\W\d_]")
_SENTENCE_ENDS: Final = tuple(".:;!?")
_SECTION_NUMBER = lazy_pattern(r"(?:\d{1,2}(?:\.\d{1,2}){1,3}|[IVX]{1,5}\.|[A-H]\.) ")
_MIN_LINES: Final = 3
_MAX_WORDS: Final = 6


def find_figure_text(paragraphs: Sequence[Paragraph], metrics: PageMetrics, classifier: HeadingClassifier) -> set[int]:
    """Return the ids of the paragraphs of a page inside figures: groups of short ones directly above or below a caption."""
    ids: set[int] = set()
    for place, paragraph in enumerate(paragraphs):
        if _CAPTION.match(paragraph.text) is None:
            continue
        for step in (-1, 1):
            run: list[Paragraph] = []
            index = place + step
            while 0 <= index < len(paragraphs) and _is_figure_text(paragraphs[index], paragraph, metrics, classifier):
                run.append(paragraphs[index])
                index += step
            small = sum(member.size < SMALL_PRINT_RATIO * metrics.size or not _has_words(member) for member in run)
            if sum(len(member.lines) for member in run) >= _MIN_LINES and 2 * small >= len(run):
                ids.update(map(id, run))
    return ids


def _has_words(paragraph: Paragraph) -> bool:
    return any(len(word) > 2 and word.isalpha() for word in paragraph.text.split())


def _is_figure_text(paragraph: Paragraph, caption: Paragraph, metrics: PageMetrics, classifier: HeadingClassifier) -> bool:
    """Whether a paragraph may be inside a figure: on the caption's page, without sentences, few words a line."""
    lines = paragraph.lines
    if lines[0].page != caption.lines[0].page or lines[-1].page != caption.lines[0].page:
        return False
    if paragraph is classifier.title or paragraph.is_front or paragraph.is_foot or paragraph.is_caption:
        return False
    if paragraph.label is not None and paragraph.label.shape == "bullet":
        return False
    has_few_words = all(len(line.text.split()) <= _MAX_WORDS for line in lines)
    text = paragraph.text
    is_sentence = text.endswith(_SENTENCE_ENDS) and _THREE_WORDS.search(text) is not None
    return has_few_words and not is_sentence and not _SECTION_NUMBER.match(text)


# ------------------------------------------------------------------ Running heads, page numbers, line numbers

_NUMBER = lazy_pattern(r"\d+")
_EDGE_NUMBER = lazy_pattern(
    r"^\W*(\d{1,5}|[ivxlc]{2,6})(?=\s)|(?<=\s)(\d{1,5}|[ivxlc]{2,6})\W{0,3}$|^\W*(\d{1,5}|[ivxlc]{1,6})\W*$", re.IGNORECASE
)
_BARE_NUMBER = lazy_pattern(
    r"\W*(?:page |p\. ?|seite )?(?:\d{1,5}|[ivxlc]{1,6})(?: (?:of|von|/|de) \d{1,5})?\W*$", re.IGNORECASE
)
_EDGE_ROWS: Final = 3
_EDGE_RUNS: Final = 120
"""The runs at an edge of a page that are looked at first. Few pages need more for the first rows."""
_MIN_PAGES: Final = 3
_HEIGHT_TOLERANCE: Final = 0.02
_MAX_ROW_LENGTH: Final = 200
_MIN_NUMBERS: Final = 5
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Row(NamedTuple):
    """A row near the top or bottom of a page. `height` is its position as a share of the page height."""

    page: int
    height: float
    text: str


class Furniture(NamedTuple):
    """The number of rows at the top and bottom of a page that do not belong to the article, and whether it has line numbers."""

    top: int
    bottom: int
    has_line_numbers: bool

    def split(self, parts: Sequence[Fragment]) -> tuple[list[Fragment], list[Fragment]]:
        """Split the fragments of a page into its furniture and the rest."""
        page_rows = group_rows(parts)
        edges = [*page_rows[: self.top], *page_rows[max(self.top, len(page_rows) - self.bottom) :]]
        furniture = [part for row in edges for part in row]
        furniture += _page_line_numbers(parts) if self.has_line_numbers else []
        ids = set(map(id, furniture))
        return furniture, [part for part in parts if id(part) not in ids]


class FurnitureFinder:
    """Finder of page furniture: line numbers and, among the first and last rows of a page, page numbers and running heads.

    Running heads recur on at least three pages with the same text except for numbers. The pages of a document are added one by
    one; only the rows at their edges are kept.
    """

    def __init__(self) -> None:
        self._edges: tuple[list[list[_Row]], list[list[_Row]]] = [], []
        self._text_pages = self._numbered_pages = 0

    def add(self, table: RunTable, height: float) -> None:
        """Add the next page."""
        runs = table.columns()
        order = sorted(range(table.count), key=runs.baselines.__getitem__)
        for edges, from_top in zip(self._edges, (True, False), strict=True):
            rows = _edge_rows(runs, order, from_top)
            page = len(edges)
            edges.append(
                [_Row(page, row[0].baseline / height if height else 0.0, " ".join(part.text for part in row)) for row in rows]
            )
        if table.count:
            self._text_pages += 1
            self._numbered_pages += _has_line_numbers(runs)

    def furniture(self) -> list[Furniture]:
        """Return the furniture of each page."""
        has_line_numbers = 2 * self._numbered_pages > self._text_pages  # as in manuscripts
        counts: list[list[int]] = []
        for edges in self._edges:
            rows = _recurring_rows(edges) | _numbered_rows(edges)
            counts.append(
                [
                    sum(1 for _ in takewhile(rows.__contains__, ((page, place) for place in range(len(edge)))))
                    for page, edge in enumerate(edges)
                ]
            )
        return [Furniture(top, bottom, has_line_numbers) for top, bottom in zip(*counts, strict=True)]


def _edge_rows(runs: RunColumns, order: Sequence[int], from_top: bool) -> list[list[Fragment]]:
    """Return the rows next to an edge of a page, from the edge inwards. `order`: the places of the runs from top to bottom."""
    count = _EDGE_RUNS
    while True:
        places = order[:count] if from_top else order[-count:]
        page_rows = group_rows(to_fragments(runs.runs_at(sorted(places))))
        if len(page_rows) >= _EDGE_ROWS + 2 or count >= len(order):  # the last row may be cut, and lines may reach below theirs
            return page_rows[:_EDGE_ROWS] if from_top else page_rows[: -_EDGE_ROWS - 1 : -1]
        count *= 2


def _recurring_rows(edges: Sequence[Sequence[_Row]]) -> set[tuple[int, int]]:
    """Return the page and place of rows that recur at the same height of several pages, with any numbers.

    Rows without letters, such as a publisher's sign that is drawn by digits, recur with the same ones.
    """
    groups: defaultdict[str, list[tuple[int, _Row]]] = defaultdict(list)
    for edge in edges:
        for place, row in enumerate(edge):
            key = _NUMBER.sub("#", row.text.casefold()) if any(map(str.isalpha, row.text)) else row.text
            if len(key) <= _MAX_ROW_LENGTH:
                groups[key].append((place, row))
    return {(row.page, place) for group in groups.values() for place, row, count in _count_pages(group) if count >= _MIN_PAGES}


def _count_pages(group: Sequence[tuple[int, _Row]]) -> Iterator[tuple[int, _Row, int]]:
    """Yield rows with the number of pages that have a row of the group at about the same height."""
    pages: defaultdict[int, set[int]] = defaultdict(set)
    for _, row in group:
        pages[round(row.height / _HEIGHT_TOLERANCE)].add(row.page)
    for place, row in group:
        height = round(row.height / _HEIGHT_TOLERANCE)
        yield place, row, sum(len(pages[neighbour]) for neighbour in (height - 1, height, height + 1) if neighbour in pages)


def _numbered_rows(edges: Sequence[Sequence[_Row]]) -> set[tuple[int, int]]:
    """Return the page and place of rows that begin or end with the page number.

    The numbering must continue on two other pages, or on one if the document has only two pages.
    """
    groups: defaultdict[int, list[tuple[int, _Row]]] = defaultdict(list)
    for edge in edges:
        for place, row in enumerate(edge):
            for number in set(_page_numbers(row.text)):
                groups[number - row.page].append((place, row))
    result: set[tuple[int, int]] = set()
    min_count = max(2, min(_MIN_PAGES, len(edges)))
    for group in groups.values():
        for place, row, count in _count_pages(group):
            is_bare = _BARE_NUMBER.match(row.text) is not None
            if count >= (min_count if is_bare else _MIN_PAGES) and len(row.text) <= _MAX_ROW_LENGTH:
                result.add((row.page, place))
    return result


def _page_numbers(text: str) -> Iterator[int]:
    for match in _EDGE_NUMBER.finditer(text):
        number = match[1] or match[2] or match[3]
        yield int(number) if number.isdecimal() else _from_roman(number.casefold())


def _from_roman(number: str) -> int:
    values = [_ROMAN_VALUES[sign] for sign in number]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _has_line_numbers(columns: RunColumns) -> bool:
    """Whether a page has line numbers. Of most pages, neither the leftmost nor the rightmost run is a number."""
    outermost = columns.lefts.index(min(columns.lefts)), columns.rights.index(max(columns.rights))
    if not any(columns.texts[place].isdecimal() for place in outermost):
        return False
    runs = columns.runs_at(range(len(columns.texts)))
    numbers = [run for run in runs if run.text.isdecimal()]
    if len(numbers) < _MIN_NUMBERS or len(numbers) == len(runs):
        return False
    left = min(run.left for run in runs if not run.text.isdecimal())
    right = max(run.right for run in runs if not run.text.isdecimal())
    count = max(sum(run.right < left for run in numbers), sum(run.left > right for run in numbers))
    return count >= _MIN_NUMBERS and bool(_page_line_numbers(to_fragments(runs)))


def _page_line_numbers(parts: Sequence[Fragment]) -> list[Fragment]:
    """Return the line numbers beside the text of a page."""
    numbers = [part for part in parts if part.text.isdecimal()]
    others = [part for part in parts if not part.text.isdecimal()]
    if len(numbers) < _MIN_NUMBERS or not others:
        return []
    left, right = min(part.left for part in others), max(part.right for part in others)
    for column in ([part for part in numbers if part.right < left], [part for part in numbers if part.left > right]):
        column.sort(key=lambda part: part.baseline)
        values = [int(part.text) for part in column]
        steps = {after - value for value, after in itertools.pairwise(values)}
        if len(column) >= _MIN_NUMBERS and len(steps) == 1 and steps <= {1, 2, 5, 10}:
            return column
    return []
