"""The paragraphs of a PDF into the builder of the article, and which place of its text stands where on the pages."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind, NoiseReason, StyleKind
from reader.formats.builder import Builder
from reader.formats.pdf.fragments import Fragment
from reader.formats.pdf.headings import HeadingClassifier
from reader.formats.pdf.lines import Line
from reader.formats.pdf.links import SYMBOLS, LineStart, Notes, Place, name_of
from reader.formats.pdf.pages import Link
from reader.formats.pdf.paragraphs import Paragraph
from reader.formats.pdf.tables import table_rows
from reader.formats.pdf.text_flow import Vocabulary, Word, words_of
from reader.formats.runs import subscript, superscript
from reader.formats.text_table import Cell, render_table

_NUMBERS = lazy_pattern(r"\d+|[–-]")
_MARKER = lazy_pattern(r"(?:\d{1,4}|[*∗†‡§¶#])(?:[,–-] ?(?:\d{1,4}|[*∗†‡§¶#]))*,?$")

_BAND: Final = 20.0
_MOST_BANDS: Final = 50
"""Links are looked up by the band of their page that they stand in."""


class Converter:
    """Writes paragraphs. `places` are then the ranges of the links, `starts` the beginnings of all lines, both in order."""

    def __init__(self, builder: Builder, kinds: HeadingClassifier, notes: Notes, vocabulary: Vocabulary) -> None:
        self.places: list[Place] = []
        self.starts: list[LineStart] = []
        self._builder, self._kinds, self._notes, self._vocabulary = builder, kinds, notes, vocabulary
        self._links: dict[tuple[int, int], list[Link]] = {}

    def write(
        self,
        paragraphs: Iterable[Paragraph],
        figures: Collection[int],
        links: Mapping[int, Sequence[Link]],
        asides: Mapping[int, Sequence[Sequence[Fragment]]],
    ) -> None:
        """Write the paragraphs; those that stand in figures, by their ids, are set aside.

        What is set aside of a page (`asides`, rows) comes before the first paragraph that begins on it or after it.
        """
        for page, found in links.items():
            for link in found:
                first = int(link.top // _BAND)
                for band in range(first, min(int(link.bottom // _BAND), first + _MOST_BANDS) + 1):
                    self._links.setdefault((page, band), []).append(link)
        waiting = sorted(asides)
        for paragraph in paragraphs:
            while waiting and waiting[0] <= paragraph.lines[0].page:
                self._aside(asides[waiting.pop(0)])
            with self._way_of(paragraph, figures):
                self._paragraph(paragraph)
        for page in waiting:
            self._aside(asides[page])

    def _way_of(self, paragraph: Paragraph, figures: Collection[int]) -> contextlib.AbstractContextManager[None]:
        if id(paragraph) in figures:
            return self._builder.aside(NoiseReason.CHROME)
        return self._builder.without_markers() if self._kinds.is_front(paragraph) else contextlib.nullcontext()

    def _aside(self, rows: Sequence[Sequence[Fragment]]) -> None:
        for row in rows:
            with self._builder.aside(NoiseReason.CHROME):
                self._builder.begin()
                self._builder.text(" ".join(part.text for part in row))

    def _paragraph(self, paragraph: Paragraph) -> None:
        kind, level = self._kinds.of(paragraph)
        if kind is BlockKind.TABLE:
            render_table(self._builder, [[Cell(_cell(cell)) for cell in row] for row in table_rows(paragraph.lines)])
            return
        if kind is BlockKind.CODE:
            self._code(paragraph.lines)
            return
        words: list[Word] = list(words_of(paragraph.lines, self._vocabulary))
        if sign := self._notes.sign_of(paragraph):
            marker, words = _cut_label(words, sign)
            with self._builder.entry(name_of(paragraph.lines[0].page, sign), sign):
                self._builder.begin(marker=_raised(marker, "") if marker[0].isdecimal() else marker)
                self._words(words, kind)
            return
        marker = ""
        if kind is BlockKind.ITEM and paragraph.label is not None:
            marker, words = _cut_label(words, paragraph.lines[0].text[: paragraph.label.end])
        self._builder.begin(kind, level, marker)
        self._words(words, kind)
        self._builder.end()

    def _code(self, lines: Sequence[Line]) -> None:
        """Write lines of code as they stand, set in by as many blanks as on the page."""
        self._builder.begin(BlockKind.CODE)
        left = min(line.left for line in lines)
        for place, line in enumerate(lines):
            width = (line.right - line.left) / max(1, len(line.text))
            indent = " " * round((line.left - left) / width) if width > 0 else ""
            self._builder.text(("\n" if place else "") + indent + line.text)
            self._starts(line, len(line.text))
        self._builder.end()

    def _starts(self, line: Line, written: int) -> None:
        if not self.starts or self.starts[-1][1:] != (line.page, line.left, line.top):
            self.starts.append(LineStart(self._builder.size - written, line.page, line.left, line.top))

    def _words(self, words: Sequence[Word], kind: BlockKind) -> None:
        plain = _usual_look(words)
        for look, group in groupby(words, key=lambda word: _look(word, plain)):
            members = list(group)
            if members[0].gap:
                self._builder.text(members[0].gap)
                members[0] = members[0]._replace(gap="")
            with contextlib.ExitStack() as styles:
                if kind is not BlockKind.HEADING:
                    for style in look:
                        styles.enter_context(self._builder.style(style))
                self._level_by_level(members)

    def _level_by_level(self, words: Sequence[Word]) -> None:
        before = ""
        for level, group in groupby(words, key=lambda word: word.level):
            members = list(group)
            if not level:
                for word in members:
                    names = self._notes.called_by(word.text, word.line.page) if word.text in SYMBOLS else ()
                    self._write(word, word.gap + word.text, names)
            else:
                text = members[0].text + "".join(word.gap + word.text for word in members[1:])
                names = self._notes.called_by(text, members[0].line.page) if level > 0 else ()
                self._write(members[0], members[0].gap + (_raised(text, before) if level > 0 else subscript(text)), names)
            before = members[-1].text

    def _write(self, word: Word, text: str, names: Sequence[str]) -> None:
        if names:
            self._builder.text(" " if word.gap else "")
            self._builder.cite(text.strip(), names)
        else:
            self._builder.text(text)
        written = len(text.strip())
        self._starts(word.line, written)
        middle, height = (word.run.left + word.run.right) / 2, word.run.base - 0.2 * word.line.size
        for link in self._links.get((word.line.page, int(height // _BAND)), ()):
            if link.left <= middle <= link.right and link.top <= height <= link.bottom:
                self._cover(link, written)

    def _cover(self, link: Link, written: int) -> None:
        end = self._builder.size
        if self.places and self.places[-1].link == link:
            self.places[-1] = self.places[-1]._replace(end=end)
        else:
            self.places.append(Place(end - written, end, link))


def _raised(text: str, before: str) -> str:
    """Return superscript text; the numbers of a marker stay superscript figures however many they are."""
    if _MARKER.match(text):
        return _NUMBERS.sub(lambda match: superscript(match[0]), text)
    return superscript(text, before)


def _cell(words: Sequence[Word]) -> str:
    """Return what stands in a cell of a table."""
    text = ""
    for word in words:
        shown = word.text if not word.level else _raised(word.text, text) if word.level > 0 else subscript(word.text)
        text += (word.gap if text else "") + shown
    return text


def _usual_look(words: Sequence[Word]) -> tuple[bool, bool, bool]:
    """Return whether most of a paragraph's characters are bold, italic, of one width."""
    total = sum(len(word.text) for word in words)
    bold = sum(len(word.text) for word in words if word.run.font.bold)
    italic = sum(len(word.text) for word in words if word.run.font.italic)
    fixed = sum(len(word.text) for word in words if word.run.font.fixed)
    return 2 * bold > total, 2 * italic > total, 2 * fixed > total


def _look(word: Word, plain: tuple[bool, bool, bool]) -> tuple[StyleKind, ...]:
    """Return the styles of a word, beside the usual look of its paragraph."""
    bold, italic, fixed = plain
    font = word.run.font
    looks = (
        (StyleKind.STRONG, font.bold and not bold),
        (StyleKind.EMPHASIS, font.italic != italic),
        (StyleKind.CODE, font.fixed and not fixed),
    )
    return tuple(kind for kind, applies in looks if applies)


def _cut_label(words: Sequence[Word], label: str) -> tuple[str, list[Word]]:
    """Return the label as a block's marker, and the words behind it."""
    left = len("".join(label.split()))
    rest = list(words)
    while rest and left >= len(rest[0].text):
        left -= len(rest.pop(0).text)
    if rest and left:
        rest[0] = rest[0]._replace(text=rest[0].text[left:])
    return " ".join(label.split()) + " ", rest
