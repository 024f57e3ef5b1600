"""Lines of a PDF to paragraphs: those of each stretch, and which go on in another column or on the next page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from reader.article.lazy import lazy
from reader.formats.pdf_habits import SMALLER, Habits
from reader.formats.pdf_lines import Line
from reader.formats.pdf_stretches import Paragraph, Stretch, same_look, stretches

_ENDS_A_SENTENCE = lazy(r"[.!?:][\"'”’»)\]\d,–⁰¹²³⁴⁵⁶⁷⁸⁹-]*$")
_ADDRESS = lazy(r"://|\S@\S+\.")
_MOST_FLOATS: Final = 12
_HYPHENS: Final = ("-", "\u2010")


def paragraphs(lines: Sequence[Line], habits: Habits, tables: Sequence[list[Line]] = ()) -> list[Paragraph]:
    """Return the paragraphs of a document's lines, which are in reading order, in the order they begin in.

    `tables` are those lines that are tables: each is a paragraph of its own.
    """
    found: list[Paragraph] = []
    before: Stretch | None = None
    _tell_code(lines, habits)
    first_of = {id(table[0]): table for table in tables}
    in_tables = {id(line) for table in tables for line in table}
    for group in stretches(lines, in_tables):
        if id(group[0]) in in_tables:
            found += [Paragraph(first_of[id(line)], is_table=True) for line in group if id(line) in first_of]
            continue
        stretch = Stretch(group, habits, before)
        found += stretch.paragraphs()
        before = stretch
    for paragraph in found:
        paragraph.text = " ".join(line.text for line in paragraph.lines)
    found = _formulas_whole(found)
    _tell_feet(found, habits)
    return list(_rejoined(found))


def _tell_code(lines: Sequence[Line], habits: Habits) -> None:
    """Leave `fixed` only to lines that are code: several below each other, with no address among them.

    A line of a paragraph that happens to hold nothing but a file's name or an address is none.
    """
    for fixed, group in groupby(lines, key=lambda line: (line.page, line.region, line.fixed)):
        members = list(group)
        if fixed[2] and (habits.fixed or len(members) < 2 or any(_ADDRESS.search(line.text) for line in members)):
            for line in members:
                line.fixed = False


def _formulas_whole(found: Sequence[Paragraph]) -> list[Paragraph]:
    """Put the parts of a formula that is set on several lines together."""
    made: list[Paragraph] = []
    for paragraph in found:
        last = made[-1] if made else None
        if last is not None and paragraph.is_formula and last.is_formula and _beside(last.lines[-1], paragraph.lines[0]):
            last.lines += paragraph.lines
            last.text = f"{last.text} {paragraph.text}"
        else:
            made.append(paragraph)
    return made


def _beside(one: Line, other: Line) -> bool:
    return one.page == other.page and one.column == other.column and abs(other.base - one.base) < 4 * max(one.size, other.size)


def _tell_feet(found: Sequence[Paragraph], habits: Habits) -> None:
    """Mark what stands in smaller print at the end of a column that has text of the usual size above it."""
    ends: dict[tuple[int, int], list[Paragraph]] = {}
    for paragraph in found:
        ends.setdefault((paragraph.lines[0].page, paragraph.lines[0].region), []).append(paragraph)
    for column in ends.values():
        if not any(paragraph.size > SMALLER * habits.size for paragraph in column):
            continue
        for paragraph in reversed(column):
            if paragraph.size > SMALLER * habits.size or paragraph.is_caption:
                break
            paragraph.foot = True


def _rejoined(found: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Put the parts of paragraphs together that a column's end, a page's end, a figure or a footnote parts."""
    last: Paragraph | None = None
    between = 0
    gone: set[int] = set()
    for paragraph in found:
        if last is not None and paragraph.goes_on and _goes_on(last, paragraph):
            last.lines += paragraph.lines
            last.text = f"{last.text} {paragraph.text}"
            last.open = paragraph.open
            gone.add(id(paragraph))
            between = 0
        elif last is not None and _floats(paragraph, last) and between < _MOST_FLOATS:
            between += 1
        else:
            last, between = paragraph, 0
    return (paragraph for paragraph in found if id(paragraph) not in gone)


def _floats(paragraph: Paragraph, last: Paragraph) -> bool:
    """Whether a paragraph may stand in the middle of another one: a caption, a footnote, smaller print."""
    return last.open and (paragraph.is_caption or paragraph.is_table or paragraph.foot or paragraph.size < SMALLER * last.size)


def _goes_on(last: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a paragraph is the rest of the one before."""
    end, start = last.lines[-1], paragraph.lines[0]
    if not last.open or not same_look(end, start) or (last.is_caption != paragraph.is_caption and paragraph.is_caption):
        return False
    if (end.page, end.region) == (start.page, start.region) and last.lines[-1].base < start.base and not last.foot:
        return False
    if end.text.endswith(_HYPHENS) or start.text[:1].islower() or not _ENDS_A_SENTENCE.search(end.text):
        return True
    return paragraph.hangs or paragraph.indents
