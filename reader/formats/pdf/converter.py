"""Write the paragraphs of a PDF to the builder, and record the offsets of links and lines."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Final

from reader.article.model import BlockKind, NoiseReason, StyleKind
from reader.formats.builder import Builder
from reader.formats.pdf.headings import HeadingClassifier
from reader.formats.pdf.lines import PdfLine
from reader.formats.pdf.links import LineStarts, LinkRange, PdfNotes, note_name
from reader.formats.pdf.pages import PdfLink
from reader.formats.pdf.paragraphs import Paragraph
from reader.formats.pdf.run_table import Font
from reader.formats.pdf.text_flow import NOTE_SYMBOLS, PdfWord, Vocabulary, join_lines, link_height, to_superscript
from reader.formats.runs import subscript
from reader.formats.text_table import Cell, render_table

_BAND_HEIGHT: Final = 20.0
_MAX_BANDS: Final = 50
"""Links are indexed by horizontal bands of their page, this many points high."""


class PdfConverter:
    """Converter of the paragraphs of a PDF.

    `links` are those of each page, `asides` the rows of its page furniture, which are written before the first paragraph that
    begins on that page or a later one; both are used up. `link_ranges` collects the ranges that links cover, `line_starts` the
    start of every line, both in text order.
    """

    def __init__(
        self,
        builder: Builder,
        classifier: HeadingClassifier,
        notes: PdfNotes,
        vocabulary: Vocabulary,
        links: dict[int, list[PdfLink]],
        asides: dict[int, list[str]],
    ) -> None:
        self.link_ranges: list[LinkRange] = []
        self.line_starts = LineStarts()
        self._builder, self._classifier, self._notes, self._vocabulary = builder, classifier, notes, vocabulary
        self._links, self._asides = links, asides
        self._aside_pages = deque(sorted(asides))
        self._bands: dict[int, dict[int, list[PdfLink]]] = {}

    def write(self, paragraphs: Sequence[Paragraph], figures: Collection[int]) -> None:
        """Write the paragraphs that begin on a page. `figures` are the ids of those inside figures, which become noise."""
        page = paragraphs[0].lines[0].page
        self._bands = {number: bands for number, bands in self._bands.items() if number >= page}
        self._write_asides(page)
        for paragraph in paragraphs:
            with self._context_of(paragraph, figures):
                self._write_paragraph(paragraph)

    def end(self, pages: int) -> None:
        """Write the page furniture up to the last of `pages` pages."""
        self._write_asides(pages)

    def _context_of(self, paragraph: Paragraph, figures: Collection[int]) -> contextlib.AbstractContextManager[None]:
        """Return the builder context for a paragraph: noise inside figures, no markers in the front matter."""
        if id(paragraph) in figures:
            return self._builder.aside(NoiseReason.CHROME)
        return self._builder.without_markers() if paragraph.is_front else contextlib.nullcontext()

    def _write_asides(self, page: int) -> None:
        while self._aside_pages and self._aside_pages[0] <= page:
            for row in self._asides.pop(self._aside_pages.popleft()):
                with self._builder.aside(NoiseReason.CHROME):
                    self._builder.begin()
                    self._builder.text(row)

    def _write_paragraph(self, paragraph: Paragraph) -> None:
        kind, level = self._classifier.classify(paragraph)
        if kind is BlockKind.TABLE:
            render_table(self._builder, [[Cell(cell) for cell in row] for row in paragraph.cells or ()])
            return
        if kind is BlockKind.CODE:
            self._write_code(paragraph.lines)
            return
        words: list[PdfWord] = list(join_lines(paragraph.lines, self._vocabulary))
        if sign := self._notes.sign_of(paragraph):
            marker, words = _split_label(words, sign)
            with self._builder.entry(note_name(paragraph.lines[0].page, sign), sign):
                self._builder.begin(marker=to_superscript(marker, "") if marker[0].isdecimal() else marker)
                self._write_words(words, kind)
            return
        marker = ""
        if kind is BlockKind.ITEM and paragraph.label is not None:
            marker, words = _split_label(words, paragraph.lines[0].text[: paragraph.label.end])
        self._builder.begin(kind, level, marker)
        self._write_words(words, kind)
        self._builder.end()

    def _write_code(self, lines: Sequence[PdfLine]) -> None:
        """Write lines of code with their indentation on the page."""
        self._builder.begin(BlockKind.CODE)
        left = min(line.left for line in lines)
        for place, line in enumerate(lines):
            width = (line.right - line.left) / max(1, len(line.text))
            indent = " " * round((line.left - left) / width) if width > 0 else ""
            self._builder.text(("\n" if place else "") + indent + line.text)
            self._record_line(line, len(line.text))
        self._builder.end()

    def _record_line(self, line: PdfLine, length: int) -> None:
        """Record the start of a line after its first `length` characters were written."""
        self.line_starts.add(self._builder.size - length, line)

    def _write_words(self, words: Sequence[PdfWord], kind: BlockKind) -> None:
        if words and all(word.run.font is words[0].run.font for word in words):
            self._write_levels(words)
            return
        looks = _styles_by_font(words)
        for look, group in groupby(words, key=lambda word: looks[word.run.font]):
            members = list(group)
            if members[0].gap:
                self._builder.text(members[0].gap)
                members[0] = members[0]._replace(gap="")
            with contextlib.ExitStack() as styles:
                if kind is not BlockKind.HEADING:
                    for style in look:
                        styles.enter_context(self._builder.style(style))
                self._write_levels(members)

    def _write_levels(self, words: Sequence[PdfWord]) -> None:
        previous_text = ""
        for level, group in groupby(words, key=lambda word: word.level):
            members = list(group)
            if not level:
                self._write_baseline(members)
            else:
                text = members[0].text + "".join(word.gap + word.text for word in members[1:])
                names = self._notes.note_names(text, members[0].line.page) if level > 0 else ()
                self._write_text(
                    members[0], members[0].gap + (to_superscript(text, previous_text) if level > 0 else subscript(text)), names
                )
            previous_text = members[-1].text

    def _write_baseline(self, words: Sequence[PdfWord]) -> None:
        """Write words that are neither raised nor lowered. Neighbours on a line without a link or note are written together."""
        for (line, _), group in groupby(words, key=lambda word: (word.line, word.run.baseline)):
            members = list(group)
            links = self._links_at(members[0])
            if not links and not any(word.text in NOTE_SYMBOLS for word in members):
                self._write_plain(members)
                continue

            linked = {id(word) for link in links for word in members if _covers(link, word)}

            def is_plain(word: PdfWord, linked: Collection[int] = linked) -> bool:
                return word.text not in NOTE_SYMBOLS and id(word) not in linked

            for plain, part in groupby(members, key=is_plain):
                if plain:
                    self._write_plain(list(part))
                    continue
                for word in part:
                    names = self._notes.note_names(word.text, line.page) if word.text in NOTE_SYMBOLS else ()
                    self._write_text(word, word.gap + word.text, names)

    def _write_plain(self, words: Sequence[PdfWord]) -> None:
        text = "".join([word.gap + word.text for word in words])
        self._builder.text(text)
        self._record_line(words[0].line, len(text.strip()))

    def _write_text(self, word: PdfWord, text: str, names: Sequence[str]) -> None:
        if names:
            self._builder.text(" " if word.gap else "")
            self._builder.cite(text.strip(), names)
        else:
            self._builder.text(text)
        length = len(text.strip())
        self._record_line(word.line, length)
        for link in self._links_at(word):
            if _covers(link, word):
                self._record_link(link, length)

    def _links_at(self, word: PdfWord) -> Sequence[PdfLink]:
        """Return the links at the height of a word."""
        height = link_height(word.run.baseline, word.line)
        band = self._bands_of(word.line.page).get(int(height // _BAND_HEIGHT))
        return [link for link in band if link.top <= height <= link.bottom] if band else ()

    def _bands_of(self, page: int) -> dict[int, list[PdfLink]]:
        bands = self._bands.get(page)
        if bands is None:
            bands = self._bands[page] = {}
            for link in self._links.pop(page, ()):
                first = int(link.top // _BAND_HEIGHT)
                for band in range(first, min(int(link.bottom // _BAND_HEIGHT), first + _MAX_BANDS) + 1):
                    bands.setdefault(band, []).append(link)
        return bands

    def _record_link(self, link: PdfLink, length: int) -> None:
        """Record that a link covers the last `length` characters written."""
        end = self._builder.size
        if self.link_ranges and self.link_ranges[-1].link == link:
            self.link_ranges[-1] = self.link_ranges[-1]._replace(end=end)
        else:
            self.link_ranges.append(LinkRange(end - length, end, link))


def _covers(link: PdfLink, word: PdfWord) -> bool:
    """Whether a link at the height of a word covers its middle."""
    return link.left <= (word.run.left + word.run.right) / 2 <= link.right


def _styles_by_font(words: Sequence[PdfWord]) -> dict[Font, tuple[StyleKind, ...]]:
    """Return, for each font of a paragraph, the styles in which it differs from the look of most characters."""
    weights: dict[Font, int] = {}
    for word in words:
        font = word.run.font
        weights[font] = weights.get(font, 0) + len(word.text)
    half = sum(weights.values()) / 2
    bold = sum(weight for font, weight in weights.items() if font.bold) > half
    italic = sum(weight for font, weight in weights.items() if font.italic) > half
    fixed = sum(weight for font, weight in weights.items() if font.monospace) > half
    styles: dict[Font, tuple[StyleKind, ...]] = {}
    for font in weights:
        looks = (
            (StyleKind.STRONG, font.bold and not bold),
            (StyleKind.EMPHASIS, font.italic != italic),
            (StyleKind.CODE, font.monospace and not fixed),
        )
        styles[font] = tuple(kind for kind, applies in looks if applies)
    return styles


def _split_label(words: Sequence[PdfWord], label: str) -> tuple[str, list[PdfWord]]:
    """Split the words of a paragraph into its label, as a block marker, and the rest."""
    signs_left = len("".join(label.split()))
    rest = list(words)
    while rest and signs_left:
        text, end = rest[0].text, 0
        while end < len(text) and signs_left:
            signs_left -= not text[end].isspace()
            end += 1
        rest[:1] = [rest[0]._replace(text=text[end:])] if end < len(text) else []
    return " ".join(label.split()) + " ", rest
