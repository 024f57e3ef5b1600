"""The letters inside the figures of a PDF: names of axes, numbers of ticks, boxes of diagrams. They are no text to read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reader.article.lazy import lazy
from reader.formats.pdf_habits import SMALLER, Habits
from reader.formats.pdf_headings import Kinds
from reader.formats.pdf_stretches import Paragraph

_CAPTION = lazy(r"(?:fig(?:ure|ura|uur|\.|s\.)?|abb(?:ildung|\.)|scheme|plate|chart) ?[A-Z]?\d", re.IGNORECASE)
_SENTENCE = lazy(r"[^\W\d_]{2,} [^\W\d_]{2,} [^\W\d_]+.*[.:;!?]$", re.DOTALL)
_NUMBERED = lazy(r"(?:\d{1,2}(?:\.\d{1,2}){1,3}|[IVX]{1,5}\.|[A-H]\.) ")
_FEWEST: Final = 3
_MOST_WORDS: Final = 6


def in_figures(paragraphs: Sequence[Paragraph], habits: Habits, kinds: Kinds) -> set[int]:
    """Return the ids of the paragraphs that are letters in a figure: several short ones right above or below its caption."""
    found: set[int] = set()
    for place, paragraph in enumerate(paragraphs):
        if _CAPTION.match(paragraph.text) is None:
            continue
        for step in (-1, 1):
            run: list[Paragraph] = []
            beside = place + step
            while 0 <= beside < len(paragraphs) and _is_label(paragraphs[beside], paragraph, habits, kinds):
                run.append(paragraphs[beside])
                beside += step
            small = sum(one.size < SMALLER * habits.size or not _has_words(one) for one in run)
            if sum(len(one.lines) for one in run) >= _FEWEST and 2 * small >= len(run):
                found.update(map(id, run))
    return found


def _has_words(paragraph: Paragraph) -> bool:
    return any(len(word) > 2 and word.isalpha() for word in paragraph.text.split())


def _is_label(paragraph: Paragraph, caption: Paragraph, habits: Habits, kinds: Kinds) -> bool:
    """Whether a paragraph may stand in a figure: on the caption's page, no sentence, a few words a line."""
    lines = paragraph.lines
    if lines[0].page != caption.lines[0].page or lines[-1].page != caption.lines[0].page:
        return False
    if paragraph is kinds.title or kinds.is_front(paragraph) or paragraph.foot or paragraph.is_caption:
        return False
    if paragraph.label is not None and paragraph.label.shape == "bullet":
        return False
    few = all(len(line.text.split()) <= _MOST_WORDS for line in lines)
    return few and not _SENTENCE.search(paragraph.text) and not _NUMBERED.match(paragraph.text)
