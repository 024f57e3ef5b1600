"""Footnotes of a PDF: smaller print at the foot of a column that begins with a sign which also stands, raised, in the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from reader.article.lazy import lazy
from reader.formats.pdf_stretches import Paragraph, note_sign
from reader.formats.pdf_words import level_of

_SIGNS = lazy(r"\d{1,3}|[*∗†‡§¶#]{1,3}")
_MARKER = lazy(r"(?:(?:\d{1,3}|[*∗†‡§¶#]{1,3})[,; ]*)+")
SYMBOLS: Final = frozenset("*∗†‡§¶#")
"""Signs that call a note also when they don't stand raised, as they look raised by themselves."""


class Notes:
    """Which paragraphs are footnotes, and which runs call them. A note's name is its page and its sign."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self._of: dict[int, str] = {}
        self._called: defaultdict[int, set[str]] = defaultdict(set)
        feet = [(paragraph, note_sign(paragraph.lines[0])) for paragraph in paragraphs if paragraph.foot]
        calls = _calls(paragraphs)
        for paragraph, sign in feet:
            page = paragraph.lines[0].page
            if sign and sign in calls[page] and sign not in self._called[page]:
                self._of[id(paragraph)] = sign
                self._called[page].add(sign)

    def sign_of(self, paragraph: Paragraph) -> str:
        """Return the sign of the footnote that a paragraph is, "" when it is none."""
        return self._of.get(id(paragraph), "")

    def called_by(self, text: str, page: int) -> tuple[str, ...]:
        """Return the names of the notes of a page that raised text calls; () when it is something else."""
        known = self._called.get(page)
        if not known or not _MARKER.fullmatch(text):
            return ()
        signs = _SIGNS.findall(text)
        return tuple(name_of(page, sign) for sign in signs) if known.issuperset(signs) else ()


def name_of(page: int, sign: str) -> str:
    """Return the name of a footnote."""
    return f"{page}:{sign}"


def _calls(paragraphs: Iterable[Paragraph]) -> defaultdict[int, set[str]]:
    """Return the signs that stand raised in the text of each page, and symbols that end a word."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for paragraph in paragraphs:
        if not paragraph.foot:
            for line in paragraph.lines:
                for run in line.runs:
                    if level_of(run, line) > 0 and _MARKER.fullmatch(run.text):
                        found[line.page].update(_SIGNS.findall(run.text))
                    elif run.text in SYMBOLS:
                        found[line.page].add(run.text)
    return found
