"""Classify the paragraphs of a PDF as title, headings with levels, list items or code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind
from reader.article.reference_lists import is_reference_heading
from reader.formats.pdf.lines import LARGE_PRINT_RATIO, PageMetrics
from reader.formats.pdf.paragraphs import Paragraph, names_affiliation, note_sign
from reader.formats.pdf.text_flow import level_of

_MAX_HEADING_LENGTH: Final = 200
_MAX_PLAIN_HEADING_LENGTH: Final = 90
_MAX_TITLE_LENGTH: Final = 300
_MIN_TITLE_LENGTH: Final = 5
_MAX_LINES: Final = 4
_MIN_TEXT_LINES: Final = 3
_LETTER = lazy_pattern(r"[^\W\d_]{2}")
_CLAUSE_END = lazy_pattern(r"[,;:]$")
_TEXT_END = lazy_pattern(r"[.,;:!?)\]=]$")
_STOP_END = lazy_pattern(r"[.,;:!?=]$")
_SENTENCE_END = lazy_pattern(r"[.!?:][\"'”’»)\]\d⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_SECTION_NUMBER = lazy_pattern(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-H])[.:)]? +[^\W\d_a-z]")
_ENTRY = lazy_pattern(r"[^\W\d_].{2,150}? \((?:1[5-9]|20)\d\d[a-z]?\)[:.,] .*(?:\.|://\S+)$", re.DOTALL)
"""Match an entry of a list: "Lee, Ann (2004): Tides. Holm." Its letters may be larger than those of most of the text."""
_FREE_WIDTH: Final = 0.25
"""The least share of the column's width that the line of a heading leaves free."""
_HEADING_GAP: Final = 1.28
_FIRST_HEADINGS = frozenset(
    {
        *("abstract", "summary", "introduction", "background", "synopsis", "executive summary", "preface", "foreword"),
        *("zusammenfassung", "einleitung", "kurzfassung", "résumé", "resumen", "resumo", "introducción", "introdução"),
        *("introduzione", "riassunto", "samenvatting", "inleiding", "sammanfattning"),
    }
)
"""Titles of the first section after the front matter, without numbers and punctuation."""
_NUMBER_CHARACTERS: Final = "0123456789.:—–- \t"
_MAX_LEVEL: Final = 6
_MAX_WORDS_BEFORE_SIGN: Final = 6

_Look = tuple[float, bool, bool]
"""The size of a heading, whether it is bold, and whether it is in capitals."""


class HeadingClassifier:
    """Classifier of paragraphs, which compares them with the whole document. `title` is the title paragraph, if any.

    The paragraphs of a document are added page by page; those of a page can be classified once a later page was added, or the
    last. The level of a heading is the place of its look in `levels()`, which is complete when all paragraphs were classified.
    """

    def __init__(self, metrics: PageMetrics) -> None:
        self._metrics = metrics
        self.title: Paragraph | None = None
        self._has_pages = self._is_in_list = False
        self._neighbours: list[Paragraph] = []
        self._looks: dict[_Look, int] = {}

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        """Add the paragraphs that begin on the next page."""
        if not self._has_pages:
            self._has_pages = True
            self.title = self._find_title(paragraphs)
            for paragraph in self._front_matter(paragraphs):
                paragraph.is_front = True
            for paragraph in paragraphs:
                paragraph.is_front |= _is_affiliation(paragraph)
        for paragraph in paragraphs:
            self._mark_lone_line(paragraph)

    def classify(self, paragraph: Paragraph) -> tuple[BlockKind, int]:
        """Return the block kind of a paragraph, and the level of an item, or the place of a heading's level."""
        if paragraph is self.title:
            return BlockKind.HEADING, 0
        if paragraph.is_table:
            return BlockKind.TABLE, 0
        if all(line.monospace for line in paragraph.lines):
            return BlockKind.CODE, 0
        if self._is_heading(paragraph):
            return BlockKind.HEADING, self._looks.setdefault(_look_of(paragraph), len(self._looks) + 1)
        if paragraph.label is not None:
            return BlockKind.ITEM, 1
        return BlockKind.PARAGRAPH, 0

    def levels(self) -> list[int]:
        """Return the levels of headings: 1 for the title, then one for each look in the order in which they were met."""
        ranks = {look: place for place, look in enumerate(sorted(self._looks, reverse=True))}
        return [1, *(min(ranks[look] + 2, _MAX_LEVEL) for look in self._looks)]

    def _find_title(self, paragraphs: Sequence[Paragraph]) -> Paragraph | None:
        """Return the paragraph with the largest letters on the first page, if they are larger than the body text."""
        candidates = [
            p
            for p in paragraphs
            if not p.is_table
            and _LETTER.search(p.text)
            and _MIN_TITLE_LENGTH < len(p.text) <= _MAX_TITLE_LENGTH
            and not is_reference_heading(p.text)
        ]
        largest = max((round(p.size, 1) for p in candidates), default=0.0)
        if largest <= self._metrics.size * LARGE_PRINT_RATIO:
            return None
        return next(p for p in candidates if round(p.size, 1) == largest)

    def _front_matter(self, paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
        """Yield the paragraphs of the first page between the title and the body: authors, affiliations, dates."""
        is_after_title = False
        for paragraph in paragraphs:
            if paragraph is self.title:
                is_after_title = True
            elif is_after_title:
                title = paragraph.text.strip(_NUMBER_CHARACTERS).casefold()
                is_opening = title in _FIRST_HEADINGS or _SECTION_NUMBER.match(paragraph.text)
                is_text = len(paragraph.lines) >= _MIN_TEXT_LINES and abs(paragraph.size / self._metrics.size - 1) < 0.05
                if is_opening or (is_text and not _is_byline(paragraph) and not _is_affiliation(paragraph)):
                    return
                yield paragraph

    def _mark_lone_line(self, after: Paragraph) -> None:
        """Mark the paragraph before `after` if it is a short line with gaps between it and the prose around it.

        Such lines are headings in documents whose headings look like the body text, such as typescripts, up to the references.
        """
        self._neighbours = [*self._neighbours[-2:], after]
        if self._is_in_list or len(self._neighbours) < 3:
            return
        before, paragraph, _ = self._neighbours
        self._is_in_list = is_reference_heading(paragraph.text)
        line = paragraph.lines[0]
        room = line.column.right - line.right
        is_short = len(paragraph.lines) == 1 and room > _FREE_WIDTH * (line.column.right - line.column.left)
        follows_end = _SENTENCE_END.search(before.text) or len(before.lines) == 1
        precedes_text = len(after.lines) > 1 and after.label is None and _SENTENCE_END.search(after.text)
        if not self._is_in_list and is_short and follows_end and precedes_text:
            step = _HEADING_GAP * (after.lines[1].baseline - after.lines[0].baseline)
            is_first = (line.page, line.region) != (before.lines[-1].page, before.lines[-1].region)
            paragraph.is_alone = (is_first or _gap_between(before, paragraph) > step) and _gap_between(paragraph, after) > step

    def _is_heading(self, paragraph: Paragraph) -> bool:
        """Whether a paragraph is short, does not end like text, and differs in size, weight, style or position."""
        text = paragraph.text
        if is_reference_heading(text):
            return True
        if paragraph.is_table or paragraph.is_caption or paragraph.is_foot:
            return False
        if paragraph is self.title or paragraph.is_front:
            return False
        if (
            len(text) > _MAX_HEADING_LENGTH
            or len(paragraph.lines) > _MAX_LINES
            or not _LETTER.search(text)
            or paragraph.is_formula
            or _ENTRY.match(text)
        ):
            return False
        if (
            (text[0].islower() and text.split()[0].islower())
            or _CLAUSE_END.search(text)
            or (paragraph.label is not None and not _SECTION_NUMBER.match(text))
        ):
            return False
        is_larger = paragraph.size > LARGE_PRINT_RATIO * self._metrics.size
        is_smaller = paragraph.size * LARGE_PRINT_RATIO < self._metrics.size
        if is_larger or (_has_look(paragraph, "bold") and not self._metrics.bold and not is_smaller):
            return True
        is_plain_line = len(text) <= _MAX_PLAIN_HEADING_LENGTH and len(paragraph.lines) == 1 and not is_smaller
        if is_plain_line and paragraph.is_alone and "://" not in text and not _STOP_END.search(text):
            return True
        return (
            is_plain_line
            and not _TEXT_END.search(text)
            and (_has_look(paragraph, "italic") or (text.isupper() and len(text) > _MIN_TITLE_LENGTH))
        )


def _look_of(paragraph: Paragraph) -> _Look:
    return round(paragraph.size * 2) / 2, _has_look(paragraph, "bold"), paragraph.text.isupper()


def _is_byline(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a list of authors: raised signs stand after every few words."""
    signs = sum(level_of(run, line) > 0 for line in paragraph.lines for run in line.runs)
    return signs * _MAX_WORDS_BEFORE_SIGN >= len(paragraph.text.split())


def _is_affiliation(paragraph: Paragraph) -> bool:
    """Whether a paragraph says what the authors with a sign belong to. Such lists may also be below the text of a page."""
    return note_sign(paragraph.lines[0]) != "" and names_affiliation(paragraph)


def _gap_between(paragraph: Paragraph, after: Paragraph) -> float:
    """Return the distance between two paragraphs of one column, or 0 if they are in different columns."""
    last, first = paragraph.lines[-1], after.lines[0]
    return first.baseline - last.baseline if (last.page, last.region) == (first.page, first.region) else 0.0


def _has_look(paragraph: Paragraph, look: str) -> bool:
    """Whether all words of a paragraph have a font property: `look` is "bold" or "italic"."""
    return all(getattr(run.font, look) for line in paragraph.lines for run in line.runs if _LETTER.search(run.text))
