"""Find page furniture: running heads, page and line numbers, text inside figures."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.pdf.fragments import Fragment, group_rows
from reader.formats.pdf.headings import HeadingClassifier
from reader.formats.pdf.lines import SMALL_PRINT_RATIO, PageMetrics
from reader.formats.pdf.paragraphs import Paragraph

# ------------------------------------------------------------------ names of axes, numbers of ticks, boxes of diagrams. They

_CAPTION = lazy_pattern(r"(?:fig(?:ure|ura|uur|\.|s\.)?|abb(?:ildung|\.)|scheme|plate|chart) ?[A-Z]?\d", re.IGNORECASE)
_SENTENCE = lazy_pattern(r"[^\W\d_]{2,} [^\W\d_]{2,} [^\W\d_]+.*[.:;!?]$", re.DOTALL)
_SECTION_NUMBER = lazy_pattern(r"(?:\d{1,2}(?:\.\d{1,2}){1,3}|[IVX]{1,5}\.|[A-H]\.) ")
_FEWEST_LINES: Final = 3
_MOST_WORDS: Final = 6


def find_figure_text(paragraphs: Sequence[Paragraph], habits: PageMetrics, kinds: HeadingClassifier) -> set[int]:
    """Return the ids of the paragraphs that are letters in a figure: several short ones right above or below its caption."""
    found: set[int] = set()
    for place, paragraph in enumerate(paragraphs):
        if _CAPTION.match(paragraph.text) is None:
            continue
        for step in (-1, 1):
            run: list[Paragraph] = []
            beside = place + step
            while 0 <= beside < len(paragraphs) and _is_figure_text(paragraphs[beside], paragraph, habits, kinds):
                run.append(paragraphs[beside])
                beside += step
            small = sum(one.size < SMALL_PRINT_RATIO * habits.size or not _has_words(one) for one in run)
            if sum(len(one.lines) for one in run) >= _FEWEST_LINES and 2 * small >= len(run):
                found.update(map(id, run))
    return found


def _has_words(paragraph: Paragraph) -> bool:
    return any(len(word) > 2 and word.isalpha() for word in paragraph.text.split())


def _is_figure_text(paragraph: Paragraph, caption: Paragraph, habits: PageMetrics, kinds: HeadingClassifier) -> bool:
    """Whether a paragraph may stand in a figure: on the caption's page, no sentence, a few words a line."""
    lines = paragraph.lines
    if lines[0].page != caption.lines[0].page or lines[-1].page != caption.lines[0].page:
        return False
    if paragraph is kinds.title or kinds.is_front(paragraph) or paragraph.is_foot or paragraph.is_caption:
        return False
    if paragraph.label is not None and paragraph.label.shape == "bullet":
        return False
    few = all(len(line.text.split()) <= _MOST_WORDS for line in lines)
    return few and not _SENTENCE.search(paragraph.text) and not _SECTION_NUMBER.match(paragraph.text)


# ------------------------------------------------------------------ running heads and feet, page numbers, numbers of lines

_NUMBER = lazy_pattern(r"\d+")
_EDGE_NUMBER = lazy_pattern(
    r"^\W*(\d{1,5}|[ivxlc]{2,6})(?=\s)|(?<=\s)(\d{1,5}|[ivxlc]{2,6})\W{0,3}$|^\W*(\d{1,5}|[ivxlc]{1,6})\W*$", re.IGNORECASE
)
_BARE_NUMBER = lazy_pattern(
    r"\W*(?:page |p\. ?|seite )?(?:\d{1,5}|[ivxlc]{1,6})(?: (?:of|von|/|de) \d{1,5})?\W*$", re.IGNORECASE
)
_EDGE_ROWS: Final = 3
_FEWEST_PAGES: Final = 3
_HEIGHT_TOLERANCE: Final = 0.02
_LONGEST_ROW: Final = 200
_FEWEST_NUMBERS: Final = 5
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Row(NamedTuple):
    """A row at the top or the foot of a page: `height` is its y as a part of the page's."""

    page: int
    height: float
    text: str
    parts: Sequence[Fragment]


def find_furniture(pages: Sequence[Sequence[Fragment]], heights: Sequence[float]) -> list[list[Fragment]]:
    """Return, for each page, those of its fragments that are no part of the article.

    That is, of the first and the last rows of a page, what stands on three pages or more with other numbers in it at the most,
    and what begins or ends with a number that counts the pages.
    """
    found = _find_line_numbers(pages)
    for from_top in (True, False):
        edges = [_edge_rows(page, parts, heights[page], from_top) for page, parts in enumerate(pages)]
        recurring = _recurring_rows(edges)
        counting = _numbered_rows(edges)
        for page, edge in enumerate(edges):
            for place, row in enumerate(edge):
                if (page, place) not in recurring and (page, place) not in counting:
                    break
                found[page] += row.parts
    return found


def _edge_rows(page: int, parts: Sequence[Fragment], height: float, from_top: bool) -> list[_Row]:
    """Return the rows next to an edge of a page, from the edge inwards."""
    found = group_rows(parts)
    chosen = found[:_EDGE_ROWS] if from_top else found[: -_EDGE_ROWS - 1 : -1]
    return [_Row(page, row[0].baseline / height if height else 0.0, " ".join(part.text for part in row), row) for row in chosen]


def _recurring_rows(edges: Sequence[Sequence[_Row]]) -> set[tuple[int, int]]:
    """Return page and place of the rows that stand at the same height of several pages, but for their numbers."""
    alike: defaultdict[str, list[tuple[int, _Row]]] = defaultdict(list)
    for edge in edges:
        for place, row in enumerate(edge):
            key = _NUMBER.sub("#", row.text.casefold())
            if len(key) <= _LONGEST_ROW and any(map(str.isalpha, key)):
                alike[key].append((place, row))
    return {
        (row.page, place) for group in alike.values() for place, row, beside in _count_pages(group) if beside >= _FEWEST_PAGES
    }


def _count_pages(group: Sequence[tuple[int, _Row]]) -> Iterator[tuple[int, _Row, int]]:
    """Yield rows with the number of pages that have one of them at about the same height."""
    pages: defaultdict[int, set[int]] = defaultdict(set)
    for _, row in group:
        pages[round(row.height / _HEIGHT_TOLERANCE)].add(row.page)
    for place, row in group:
        height = round(row.height / _HEIGHT_TOLERANCE)
        yield place, row, sum(len(pages[near]) for near in (height - 1, height, height + 1) if near in pages)


def _numbered_rows(edges: Sequence[Sequence[_Row]]) -> set[tuple[int, int]]:
    """Return page and place of the rows that begin or end with the page's number.

    Two other pages have to count with it, one where the document has only two.
    """
    groups: defaultdict[int, list[tuple[int, _Row]]] = defaultdict(list)
    for edge in edges:
        for place, row in enumerate(edge):
            for number in set(_page_numbers(row.text)):
                groups[number - row.page].append((place, row))
    found: set[tuple[int, int]] = set()
    enough = max(2, min(_FEWEST_PAGES, len(edges)))
    for group in groups.values():
        for place, row, beside in _count_pages(group):
            bare = _BARE_NUMBER.match(row.text) is not None
            if beside >= (enough if bare else _FEWEST_PAGES) and len(row.text) <= _LONGEST_ROW:
                found.add((row.page, place))
    return found


def _page_numbers(text: str) -> Iterator[int]:
    for match in _EDGE_NUMBER.finditer(text):
        number = match[1] or match[2] or match[3]
        yield int(number) if number.isdecimal() else _from_roman(number.casefold())


def _from_roman(number: str) -> int:
    values = [_ROMAN_VALUES[sign] for sign in number]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _find_line_numbers(pages: Sequence[Sequence[Fragment]]) -> list[list[Fragment]]:
    """Return the numbers of each page's lines, where most pages that have text have such: manuscripts are printed so."""
    found = [_page_line_numbers(parts) for parts in pages]
    most = 2 * sum(map(bool, found)) > sum(map(bool, pages))
    return found if most else [[] for _ in pages]


def _page_line_numbers(parts: Sequence[Fragment]) -> list[Fragment]:
    """Return the numbers that count a page's lines beside the text."""
    numbers = [part for part in parts if part.text.isdecimal()]
    others = [part for part in parts if not part.text.isdecimal()]
    if len(numbers) < _FEWEST_NUMBERS or not others:
        return []
    left, right = min(part.left for part in others), max(part.right for part in others)
    for beside in ([part for part in numbers if part.right < left], [part for part in numbers if part.left > right]):
        beside.sort(key=lambda part: part.baseline)
        values = [int(part.text) for part in beside]
        steps = {after - value for value, after in itertools.pairwise(values)}
        if len(beside) >= _FEWEST_NUMBERS and len(steps) == 1 and steps <= {1, 2, 5, 10}:
            return beside
    return []
