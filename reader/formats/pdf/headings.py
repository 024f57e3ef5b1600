"""Classify the paragraphs of a PDF as title, headings with levels, list items or code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind
from reader.article.reference_lists import is_reference_heading
from reader.formats.pdf.lines import LARGE_PRINT_RATIO, PageMetrics
from reader.formats.pdf.paragraphs import Paragraph
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


class HeadingClassifier:
    """Classifier of paragraphs, which compares them with the whole document. `title` is the title paragraph, if any."""

    def __init__(self, paragraphs: Sequence[Paragraph], metrics: PageMetrics) -> None:
        self._metrics = metrics
        self.title = self._find_title(paragraphs)
        self._front = set(map(id, self._front_matter(paragraphs)))
        self._alone = set(map(id, self._lone_lines(paragraphs)))
        looks = {self._look_of(paragraph) for paragraph in paragraphs if self._is_heading(paragraph)}
        self._levels = {look: min(place + 2, _MAX_LEVEL) for place, look in enumerate(sorted(looks, reverse=True))}

    def classify(self, paragraph: Paragraph) -> tuple[BlockKind, int]:
        """Return the block kind of a paragraph, and the level of a heading or item."""
        if paragraph is self.title:
            return BlockKind.HEADING, 1
        if paragraph.is_table:
            return BlockKind.TABLE, 0
        if all(line.monospace for line in paragraph.lines):
            return BlockKind.CODE, 0
        if self._is_heading(paragraph):
            return BlockKind.HEADING, self._levels[self._look_of(paragraph)]
        if paragraph.label is not None:
            return BlockKind.ITEM, 1
        return BlockKind.PARAGRAPH, 0

    def is_front(self, paragraph: Paragraph) -> bool:
        """Whether a paragraph is front matter, where raised numbers refer to affiliations."""
        return id(paragraph) in self._front

    def _find_title(self, paragraphs: Sequence[Paragraph]) -> Paragraph | None:
        """Return the paragraph with the largest letters on the first page, if they are larger than the body text."""
        first_page = [p for p in paragraphs if p.lines[0].page == paragraphs[0].lines[0].page] if paragraphs else []
        candidates = [
            p
            for p in first_page
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
        """Yield the paragraphs between the title and the body: authors, affiliations, dates."""
        is_after_title = False
        for paragraph in paragraphs:
            if paragraph is self.title:
                is_after_title = True
            elif is_after_title:
                title = paragraph.text.strip(_NUMBER_CHARACTERS).casefold()
                is_opening = title in _FIRST_HEADINGS or _SECTION_NUMBER.match(paragraph.text)
                is_text = len(paragraph.lines) >= _MIN_TEXT_LINES and abs(paragraph.size / self._metrics.size - 1) < 0.05
                if (
                    is_opening
                    or (is_text and not _is_byline(paragraph))
                    or paragraph.lines[0].page != paragraphs[0].lines[0].page
                ):
                    return
                yield paragraph

    @staticmethod
    def _lone_lines(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
        """Yield short lines with gaps between them and the surrounding prose, up to the reference list.

        They are headings in documents whose headings look like the body text, such as typescripts.
        """
        for before, paragraph, after in zip(paragraphs, paragraphs[1:], paragraphs[2:], strict=False):
            if is_reference_heading(paragraph.text):
                return
            line = paragraph.lines[0]
            room = line.column.right - line.right
            is_short = len(paragraph.lines) == 1 and room > _FREE_WIDTH * (line.column.right - line.column.left)
            follows_end = _SENTENCE_END.search(before.text) or len(before.lines) == 1
            precedes_text = len(after.lines) > 1 and after.label is None and _SENTENCE_END.search(after.text)
            if is_short and follows_end and precedes_text:
                step = _HEADING_GAP * (after.lines[1].baseline - after.lines[0].baseline)
                is_first = (line.page, line.region) != (before.lines[-1].page, before.lines[-1].region)
                if (is_first or _gap_between(before, paragraph) > step) and _gap_between(paragraph, after) > step:
                    yield paragraph

    def _look_of(self, paragraph: Paragraph) -> tuple[float, bool, bool]:
        return round(paragraph.size * 2) / 2, _has_look(paragraph, "bold"), paragraph.text.isupper()

    def _is_heading(self, paragraph: Paragraph) -> bool:
        """Whether a paragraph is short, does not end like text, and differs in size, weight, style or position."""
        text = paragraph.text
        if is_reference_heading(text):
            return True
        if paragraph.is_table or paragraph.is_caption or paragraph.is_foot:
            return False
        if paragraph is self.title or self.is_front(paragraph):
            return False
        if (
            len(text) > _MAX_HEADING_LENGTH
            or len(paragraph.lines) > _MAX_LINES
            or not _LETTER.search(text)
            or paragraph.is_formula
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
        if is_plain_line and id(paragraph) in self._alone and "://" not in text and not _STOP_END.search(text):
            return True
        return (
            is_plain_line
            and not _TEXT_END.search(text)
            and (_has_look(paragraph, "italic") or (text.isupper() and len(text) > _MIN_TITLE_LENGTH))
        )


def _is_byline(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a list of authors: raised signs stand after every few words."""
    signs = sum(level_of(run, line) > 0 for line in paragraph.lines for run in line.runs)
    return signs * _MAX_WORDS_BEFORE_SIGN >= len(paragraph.text.split())


def _gap_between(paragraph: Paragraph, after: Paragraph) -> float:
    """Return the distance between two paragraphs of one column, or 0 if they are in different columns."""
    last, first = paragraph.lines[-1], after.lines[0]
    return first.baseline - last.baseline if (last.page, last.region) == (first.page, first.region) else 0.0


def _has_look(paragraph: Paragraph, look: str) -> bool:
    """Whether all words of a paragraph have a font property: `look` is "bold" or "italic"."""
    return all(getattr(run.font, look) for line in paragraph.lines for run in line.runs if _LETTER.search(run.text))
