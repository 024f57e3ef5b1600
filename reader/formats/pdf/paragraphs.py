"""Group the lines of a PDF into paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Final

from reader.article.labels import EntryLabel, label_at
from reader.article.lazy_pattern import lazy_pattern
from reader.formats.pdf.line_table import LineTable
from reader.formats.pdf.lines import LARGE_PRINT_RATIO, SMALL_PRINT_RATIO, PageMetrics, PdfLine, has_same_size

# ------------------------------------------------------------------ Paragraphs of a text block

_PARAGRAPH_GAP: Final = 1.28
"""The greatest line distance within a paragraph, as a multiple of the usual one."""
_INDENT: Final = 0.55
_MAX_INDENT: Final = 8.0
_EDGE_TOLERANCE: Final = 0.25
_CAPTION = lazy_pattern(
    r"(?:Fig(?:ure|\.)?|Table|Tab\.|Scheme|Plate|Box|Chart|Algorithm|Listing|Abb(?:ildung|\.)|Tabelle|Tableau) ?[A-Z]?\d+"
)
_BULLETS: Final = frozenset("•–·‣◦▪●■○∗*")
_WORD = lazy_pattern(r"[^\W\d_]{3,}")
_NOTE_SYMBOL = lazy_pattern(r"([*∗†‡§¶#]{1,3})(?= ?[^\W\d_])")
_AFFILIATION = lazy_pattern(
    r"\b(?:departa?ment|dipartimento|département|faculty|faculdade|facultad|facult[éà]|fakultät|universi|hospital|institut|laborator"
    r"|school of|college|cent(?:re|er) (?:for|of)|division of|e-?mail|correspond(?:ence|ing))|\S@[^\s@]+\.",
    re.IGNORECASE,
)
_MANY_LINES: Final = 3
_LIST_LABELS: Final = frozenset({"bracket", "dot", "half", "parens", "superscript", "bare"})


@dataclass(slots=True)
class Paragraph:
    """The lines of a paragraph. `label` is the number or bullet at its start.

    `can_continue`: its first line may continue an earlier paragraph. `is_open`: its last line is full, so that another
    paragraph may continue it. `is_foot`: it is in small print below the text of its column. `cells` are those of a table, by
    row. `is_front`: it is in the front matter. `is_alone`: it is a short line with gaps between it and the prose around it.
    """

    lines: list[PdfLine]
    label: EntryLabel | None = None
    can_continue: bool = False
    is_open: bool = False
    is_foot: bool = False
    cells: list[list[str]] | None = None
    is_front: bool = False
    is_alone: bool = False
    has_hanging_indent: bool = False
    has_first_line_indent: bool = False
    text: str = field(default="")

    @property
    def is_table(self) -> bool:
        """Whether the paragraph is a table."""
        return self.cells is not None

    @property
    def size(self) -> float:
        """The size of most of its characters."""
        return self.lines[0].size

    @property
    def is_formula(self) -> bool:
        """Whether the paragraph is a formula or a part of one: less than half of it (a third of many lines) is words."""
        words = sum(map(len, _WORD.findall(self.text)))
        share = 2 if len(self.lines) < _MANY_LINES else 3
        return self.label is None and not self.is_table and share * words < len(self.text.replace(" ", ""))

    @property
    def is_caption(self) -> bool:
        """Whether the paragraph begins like the caption of a figure or table."""
        return _CAPTION.match(self.text) is not None


def note_sign(line: PdfLine) -> str:
    """Return the raised number or symbol at the start of a footnote's first line, or "" for other lines."""
    first = line.runs[0]
    if (
        len(line.runs) > 1
        and first.text.isdecimal()
        and len(first.text) < 4
        and line.baseline - first.baseline > 0.1 * line.size
    ):
        return first.text if first.font.size < line.size else ""
    match = _NOTE_SYMBOL.match(line.text)
    return match[1] if match else ""


def names_affiliation(paragraph: Paragraph) -> bool:
    """Whether a paragraph names what authors belong to: a university, a hospital, their address for mail."""
    return _AFFILIATION.search(paragraph.text) is not None


def has_same_look(before: PdfLine, line: PdfLine) -> bool:
    """Whether two lines have the same size, and the same weight at the line break."""
    if not has_same_size(before, line) or before.monospace != line.monospace:
        return False
    if before.bold == line.bold:
        return True
    return before.runs[-1].font.bold == line.runs[0].font.bold


def text_blocks(lines: Sequence[PdfLine], table_lines: Collection[int]) -> Iterator[list[PdfLine]]:
    """Yield groups of consecutive lines with the same look. Lines with ids in `table_lines` form separate groups."""
    group: list[PdfLine] = []
    entry: PdfLine | None = None  # the last line with a label, while the lines below it are indented
    for line in lines:
        is_below_entry = entry is not None and line.left > entry.left + _INDENT * line.size
        if group and not (
            (id(line) in table_lines) == (id(group[-1]) in table_lines)
            and group[-1].page == line.page
            and group[-1].region == line.region
            and (has_same_look(group[-1], line) or (is_below_entry and _differs_in_weight(group[-1], line)))
            and line.baseline > group[-1].baseline
        ):
            yield group
            group, is_below_entry = [], False
        group.append(line)
        if _starts_entry(line):
            entry = line
        elif not is_below_entry:
            entry = None
    if group:
        yield group


def _starts_entry(line: PdfLine) -> bool:
    label = label_at(line.text, 0, min(len(line.text), 40))
    return label is not None and label.number > 0


def _differs_in_weight(before: PdfLine, line: PdfLine) -> bool:
    """Whether two lines differ only in weight, like the authors of an entry and its title in bold letters."""
    return has_same_size(before, line) and before.monospace == line.monospace


class TextBlock:
    """Lines of one look in one column, to be split into paragraphs."""

    def __init__(self, lines: list[PdfLine], metrics: PageMetrics, before: TextBlock | None) -> None:
        self._lines = lines
        self._size = lines[0].size
        self._small = self._size < SMALL_PRINT_RATIO * metrics.size
        self._large = self._size > LARGE_PRINT_RATIO * metrics.size or (lines[0].bold and not metrics.bold)
        self._step = self._usual_step(metrics)
        self._left = self._left_edge()
        self._right = self._right_edge(before)
        self.last_number = 0
        self._number_above = before.last_number if before is not None else 0
        hanging, first, plain = self._count_indents()
        hanging = hanging if hanging > plain else 0
        is_same_look = before is not None and has_same_look(before._lines[-1], lines[0])
        if hanging == first and before is not None and is_same_look:
            self._hangs, self._indents = before._hangs, before._indents
            self.last_number = before.last_number
        else:
            self._hangs, self._indents = hanging > first, first > hanging
        self._hanging_edge = self._find_hanging_edge()
        if before is not None and is_same_look and self._hangs == before._hangs:
            self.last_number = before.last_number

    def paragraphs(self) -> list[Paragraph]:
        """Return the paragraphs of the block."""
        result: list[Paragraph] = []
        for place, line in enumerate(self._lines):
            before = self._lines[place - 1] if place else None
            label = label_at(line.text, 0, min(len(line.text), 40))
            if label is not None and not self._is_label(label, line, before):
                label = None
            if label is not None and label.number:
                self.last_number = label.number
            is_note = self._small and note_sign(line) != ""
            if before is None or label is not None or is_note or self._begins_paragraph(result[-1], before, line):
                result.append(Paragraph([line], label, has_hanging_indent=self._hangs, has_first_line_indent=self._indents))
                result[-1].can_continue = before is None and label is None and self._can_continue(line)
            else:
                result[-1].lines.append(line)
        if result:
            result[-1].is_open = not self._large and self._is_full(self._lines[-1], 2 * self._size)
        return result

    def _usual_step(self, metrics: PageMetrics) -> float:
        steps = sorted(line.baseline - before.baseline for before, line in pairwise(self._lines))
        block_step = steps[len(steps) // 4] if steps else 0.0
        usual = metrics.distance(self._size)
        candidates = [step for step in (block_step, usual) if step >= 0.9 * self._size]
        return min(candidates, default=1.2 * self._size)

    def _left_edge(self) -> float:
        """Return the leftmost x at which a sufficient share of the lines begin."""
        lefts = sorted(line.left for line in self._lines)
        tolerance = _EDGE_TOLERANCE * self._size
        min_count = max(1, len(lefts) // 12)

        def count_near(left: float) -> int:
            return bisect_right(lefts, left + tolerance) - bisect_left(lefts, left - tolerance)

        return next((left for left in lefts if count_near(left) >= min_count), lefts[0])

    def _find_hanging_edge(self) -> float:
        """Return the x at which most of the indented lines without a number begin.

        Numbers that are aligned on the right are indented too, "9" more than "10", but less than the lines below them.
        """
        lefts = Counter(round(line.left, 1) for line in self._lines if line.text[0].isalpha() and self._is_indented(line))
        return max(lefts, key=lambda left: (lefts[left], left), default=self._left + _INDENT * self._size)

    def _right_edge(self, before: TextBlock | None) -> float:
        """Return the x at which full lines end. A short block uses the edge of its column."""
        rights = sorted(line.right for line in self._lines)
        edge = rights[len(rights) * 7 // 8]
        if len(rights) >= 6:
            return edge
        column = self._lines[0].column.right
        if before is not None and abs(before._lines[-1].column.right - column) <= self._size:
            column = before._right
        return max(edge, min(column, edge + _MAX_INDENT * 4 * self._size))

    def _is_indented(self, line: PdfLine) -> bool:
        return _INDENT * self._size < line.left - self._left < _MAX_INDENT * self._size

    def _is_full(self, line: PdfLine, word: float) -> bool:
        """Whether a word of this width would not fit in the line."""
        return line.right + 0.25 * self._size + word > self._right - 0.2 * self._size

    def _is_short(self, line: PdfLine, after: PdfLine) -> bool:
        """Whether the first word of the next line would fit in the line."""
        first = after.runs[0]
        width = first.right - first.left
        for run in after.runs[1:]:
            if not run.is_glued:
                break
            width = run.right - first.left
        return not self._is_full(line, width + 0.3 * self._size)

    def _count_indents(self) -> tuple[int, int, int]:
        """Count the lines that suggest hanging indents, first-line indents, and neither."""
        hanging = first = plain = 0
        item: float | None = None  # The left edge of the list item, whose hanging lines do not count.
        for before, line in pairwise(self._lines):
            if before.text[0] in _BULLETS:
                item = before.left
            if item is not None and (line.left > item + _EDGE_TOLERANCE * self._size or line.text[0] in _BULLETS):
                continue
            item = None
            was_indented, is_indented = self._is_indented(before), self._is_indented(line)
            is_end = self._is_end(before, line)
            if was_indented == is_indented:
                hanging += was_indented and not is_end
                plain += not was_indented and not is_end
            elif is_indented == is_end:
                first += 1
            else:
                hanging += 1
        return hanging, first, plain

    def _begins_paragraph(self, paragraph: Paragraph, before: PdfLine, line: PdfLine) -> bool:
        """Whether `line` begins a new paragraph after `before`, the last line of `paragraph`."""
        if line.monospace:
            return False
        if line.baseline - before.baseline > _PARAGRAPH_GAP * self._step:
            return True
        if self._large:
            return False
        if paragraph.label is not None and line.left > paragraph.lines[0].left + _EDGE_TOLERANCE * self._size:
            return line.left < before.left - _INDENT * self._size and len(paragraph.lines) > 1
        if self._is_outdented(paragraph, line):
            return True
        if self._hangs:
            return not self._is_indented(line)
        is_short = self._is_short(before, line)
        if self._is_indented(line) and not self._is_indented(before) and (self._indents or is_short):
            return True
        return is_short and not self._is_centred(line)

    def _is_end(self, before: PdfLine, line: PdfLine) -> bool:
        """Whether `before` looks like the end of a paragraph: it is short, or there is a gap before the next line."""
        return self._is_short(before, line) or line.baseline - before.baseline > _PARAGRAPH_GAP * self._step

    def _is_outdented(self, paragraph: Paragraph, line: PdfLine) -> bool:
        """Whether `line` begins further left than a whole list item or an indented paragraph."""
        furthest = min(other.left for other in paragraph.lines)
        is_complete = len(paragraph.lines) > 1 or paragraph.label is not None
        return is_complete and line.left < furthest - _INDENT * self._size

    def _is_centred(self, line: PdfLine) -> bool:
        return line.left - self._left > self._size and self._right - line.right > self._size

    def _is_label(self, label: EntryLabel, line: PdfLine, before: PdfLine | None) -> bool:
        """Whether a label is a list label: a bullet, or a number that continues or can begin a list."""
        if label.end >= len(line.text):
            return False
        if label.shape == "bullet":
            return line.text[0] in _BULLETS or before is None or self._is_short(before, line)
        if label.shape not in _LIST_LABELS or not label.number:
            return False
        hangs_out = self._hangs and line.left < self._hanging_edge - _EDGE_TOLERANCE * self._size
        if label.shape == "bare":
            return hangs_out and label.number == self.last_number + 1
        if label.number == self.last_number + 1 and self.last_number:
            return not self._hangs or hangs_out
        if before is None:
            return label.number in (1, self._number_above + 1)
        can_begin = label.shape == "bracket" or label.number == 1 or label.number > self.last_number > 0
        return can_begin and self._is_end(before, line)

    def _can_continue(self, line: PdfLine) -> bool:
        """Whether the first line of the block may continue a paragraph of an earlier block."""
        if self._hangs:
            return self._is_indented(line)
        return not (self._indents and self._is_indented(line))


# ------------------------------------------------------------------ Paragraphs of a document

_SENTENCE_END = lazy_pattern(r"[.!?:][\"'”’»)\]\d,–⁰¹²³⁴⁵⁶⁷⁸⁹-]*$")
_ADDRESS = lazy_pattern(r"://|\S@[^\s@]+\.")
_MAX_FLOATS: Final = 12
_HYPHENS: Final = ("-", "\u2010")


def build_paragraphs(pages: Iterable[LineTable], metrics: PageMetrics) -> Iterator[list[Paragraph]]:
    """Yield the paragraphs of a document, those that begin on one page together, in reading order.

    A page is read when it is needed, and kept as long as a paragraph has lines on it.
    """
    paragraphs = _join_continuations(_read_paragraphs(pages, metrics))
    for _, group in groupby(paragraphs, key=lambda paragraph: paragraph.lines[0].page):
        yield list(group)


def _read_paragraphs(pages: Iterable[LineTable], metrics: PageMetrics) -> Iterator[Paragraph]:
    """Yield the paragraphs page by page, each of them on one page. A table is one paragraph."""
    previous: TextBlock | None = None
    for page in pages:
        lines = page.lines()
        tables = page.tables_among(lines)
        _mark_code(lines, metrics)
        table_by_first_line = {id(table.lines[0]): table for table in tables}
        table_lines = {id(line) for table in tables for line in table.lines}
        result: list[Paragraph] = []
        for group in text_blocks(lines, table_lines):
            if id(group[0]) in table_lines:
                first_lines = filter(table_by_first_line.get, map(id, group))
                result += [
                    Paragraph(table.lines, cells=table.cells) for table in map(table_by_first_line.__getitem__, first_lines)
                ]
                continue
            block = TextBlock(group, metrics, previous)
            result += block.paragraphs()
            previous = block
        for paragraph in result:
            paragraph.text = " ".join(line.text for line in paragraph.lines)
        result = _join_formulas(result)
        _mark_feet(result, metrics)
        yield from result


def _mark_code(lines: Sequence[PdfLine], metrics: PageMetrics) -> None:
    """Clear `monospace` of lines that are not code.

    Code has at least two lines below each other, without addresses. A single monospace line in a paragraph may be a file name
    or an address.
    """
    for key, group in groupby(lines, key=lambda line: (line.page, line.region, line.monospace)):
        members = list(group)
        if key[2] and (metrics.monospace or len(members) < 2 or any(_ADDRESS.search(line.text) for line in members)):
            for line in members:
                line.monospace = False


def _join_formulas(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Join the parts of formulas on several lines."""
    result: list[Paragraph] = []
    for paragraph in paragraphs:
        last = result[-1] if result else None
        if last is not None and paragraph.is_formula and last.is_formula and _is_next_to(last.lines[-1], paragraph.lines[0]):
            last.lines += paragraph.lines
            last.text = f"{last.text} {paragraph.text}"
        else:
            result.append(paragraph)
    return result


def _is_next_to(line: PdfLine, other: PdfLine) -> bool:
    return (
        line.page == other.page
        and line.column == other.column
        and abs(other.baseline - line.baseline) < 4 * max(line.size, other.size)
    )


def _mark_feet(paragraphs: Sequence[Paragraph], metrics: PageMetrics) -> None:
    """Mark small print at the end of a column below text of the usual size."""
    columns: dict[tuple[int, int], list[Paragraph]] = {}
    for paragraph in paragraphs:
        columns.setdefault((paragraph.lines[0].page, paragraph.lines[0].region), []).append(paragraph)
    for column in columns.values():
        if not any(paragraph.size > SMALL_PRINT_RATIO * metrics.size for paragraph in column):
            continue
        for paragraph in reversed(column):
            if paragraph.size > SMALL_PRINT_RATIO * metrics.size or paragraph.is_caption:
                break
            paragraph.is_foot = True


def _join_continuations(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Join the parts of paragraphs that the end of a column or page, a figure or a footnote interrupts."""
    float_count = 0
    open_ones: list[Paragraph] = []  # a paragraph that may go on, and what interrupts it
    for paragraph in paragraphs:
        last = open_ones[0] if open_ones else None
        if last is not None and paragraph.can_continue and _is_continuation(last, paragraph):
            last.lines += paragraph.lines
            last.text = f"{last.text} {paragraph.text}"
            last.is_open = paragraph.is_open
            float_count = 0
        elif last is not None and _is_float(paragraph, last) and float_count < _MAX_FLOATS:
            open_ones.append(paragraph)
            float_count += 1
        else:
            yield from open_ones
            open_ones, float_count = [paragraph], 0
    yield from open_ones


def _is_float(paragraph: Paragraph, last: Paragraph) -> bool:
    """Whether a paragraph may interrupt another one: a caption, a table, a footnote, small print."""
    return last.is_open and (
        paragraph.is_caption or paragraph.is_table or paragraph.is_foot or paragraph.size < SMALL_PRINT_RATIO * last.size
    )


def _is_continuation(last: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a paragraph continues the last one."""
    end, start = last.lines[-1], paragraph.lines[0]
    if not last.is_open or not has_same_look(end, start) or (last.is_caption != paragraph.is_caption and paragraph.is_caption):
        return False
    if (end.page, end.region) == (start.page, start.region) and last.lines[-1].baseline < start.baseline and not last.is_foot:
        return False
    if end.text.endswith(_HYPHENS) or start.text[:1].islower() or not _SENTENCE_END.search(end.text):
        return True
    return paragraph.has_hanging_indent or paragraph.has_first_line_indent
