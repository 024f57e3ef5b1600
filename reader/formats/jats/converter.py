"""Convert JATS elements to blocks, in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reader.article.model import BlockKind, StyleKind
from reader.formats.builder import Builder, alphabet_letter, roman_numeral
from reader.formats.jats.references import (
    CITATIONS,
    Names,
    child_runs,
    citation_runs,
    formula,
    known_of,
    label_of,
    links_of,
    raw_runs,
    runs_of,
)
from reader.formats.runs import LINE_BREAK, StyledRun, join_markers, plain_text, to_cell, write_runs
from reader.formats.text_table import Cell, render_table
from reader.formats.xml import attribute, children, element_name, element_text, find_element

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ rows of XHTML's model and of OASIS's, with cells that span

CAPTION: Final = "caption"
"""The kind of the markers in tables, figures and their captions, which are no running text."""
_CELLS: Final = frozenset({"td", "th", "entry"})
_MOST_COLUMNS: Final = 200
_EMPTY: Final = Cell()


def table_rows(table: Element, names: Names) -> tuple[list[list[Cell]], int]:
    """Return the rows of a table, each cell in the first of the places that it spans, and how many of them are its head."""
    rows = [row for row in table.iter() if element_name(row) in ("tr", "row")]
    ruled = {row for part in table.iter() if element_name(part) == "thead" for row in part.iter()}
    heads = 0
    for row in rows:
        if row not in ruled and not (not ruled and all(element_name(cell) == "th" for cell in row)):
            break
        heads += 1
    made: list[list[Cell]] = []
    below: dict[int, int] = {}
    for row in rows:
        made.append(list(_placed(row, names, below)))
    return made, heads if heads < len(rows) else 0


def _placed(row: Element, names: Names, below: dict[int, int]) -> Iterator[Cell]:
    """Yield the cells of a row at their places. `below` counts for each place how many rows a cell from above still takes."""
    place = 0
    for cell in (one for one in row if element_name(one) in _CELLS):
        while below.get(place, 0) and place < _MOST_COLUMNS:
            below[place] -= 1
            place += 1
            yield _EMPTY
        wide = min(_number(attribute(cell, "colspan")), _MOST_COLUMNS - place)
        high = _number(attribute(cell, "rowspan")) + _number(attribute(cell, "morerows"), 0) - 1
        for covered in range(wide):
            below[place] = high
            yield to_cell(runs_of(cell, names), CAPTION) if not covered else _EMPTY
            place += 1
    while below.get(place, 0) and place < _MOST_COLUMNS:
        below[place] -= 1
        place += 1


def _number(text: str, otherwise: int = 1) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) > 0 else otherwise


# ------------------------------------------------------------------ sections, paragraphs, lists, quotes, figures, tables,

_SILENT: Final = frozenset(
    {
        *("label", "title", "sec-meta", "object-id", "alt-text", "long-desc", "permissions", "kwd-group", "attrib", "counts"),
        *("front-stub", "front", "sub-article", "response", "subtitle", "abstract", "index-term", "graphic", "alternatives"),
    }
)
_IN_BLOCK: Final = frozenset({"disp-formula", "disp-formula-group", "chem-struct-wrap"})
"""What stands on a line of its own in the middle of a sentence that goes on behind it."""
_FLOATS: Final = frozenset(
    {"fig", "fig-group", "table-wrap", "table-wrap-group", "boxed-text", "supplementary-material", "media", "array", "fn"}
)
"""What may stand in the middle of a sentence and isn't read there: it comes after the paragraph."""
_BULLETS: Final = {"bullet": "•", "simple": "•", "none": "", "": "•", "unordered": "•"}
_TITLES: Final = {"ack": "Acknowledgements", "ref-list": "References", "glossary": "Glossary", "fn-group": "Notes"}
_DEEPEST: Final = 6
_DEEPEST_BLOCK: Final = 40
_NUMBER: Final = re.compile(r"\d{1,4}")


class Body:
    """Writes the parts of an article into a builder. `are_entries`: whether its lists and notes are the article's own."""

    def __init__(self, builder: Builder, names: Names, *, are_entries: bool = True) -> None:
        self._builder = builder
        self._names = names
        self._are_entries = are_entries
        self._depth: int = 0
        self._level: int = 1
        self._nesting: int = 0
        self._quotes: int = 0
        self._kind: str = "note"
        self._made: int = 0
        self._handlers: dict[str, Callable[[Element], None]] = {
            "sec": lambda e: self.section(e, self._level + 1),
            "app": lambda e: self.section(e, self._level + 1),
            "list": self._list,
            "def-list": self._definitions,
            "disp-quote": self._quote,
            "verse-group": self._verse,
            "code": self._code,
            "preformat": self._code,
            "fig": lambda e: self._float(e, self._figure),
            "table-wrap": lambda e: self._float(e, self._table_wrap),
            "array": lambda e: self._float(e, self._array),
            "boxed-text": self._box,
            "fn": self._note,
            "ref-list": self._references,
            "ref": self._reference,
            "media": lambda e: self._float(e, self._captioned),
            "supplementary-material": lambda e: self._float(e, self._captioned),
            "table": self._table,
            "attrib": self._plain,
        }

    def parts(self, part: Element) -> None:
        """Add the blocks of a body, a back or a section, without its own title."""
        for child in part:
            self._block(child)

    def section(self, element: Element, level: int, title: str = "") -> None:
        """Add a section: its heading, `title` where it has none, and what stands under it."""
        self._heading(element, level, title)
        before, self._level = self._level, level
        self.parts(element)
        self._level = before

    def write(self, element: Element) -> None:
        """Add what an element says to the open block."""
        write_runs(self._builder, runs_of(element, self._names), self._kind)

    def _heading(self, element: Element, level: int, title: str = "") -> None:
        own = find_element(element, "title")
        if own is None:
            own = find_element(element, "caption", "title")
        label = element_text(find_element(element, "label"))
        runs = runs_of(own, self._names) if own is not None else []
        if not plain_text(runs):
            runs = [StyledRun(title)]
        if label or plain_text(runs):
            self._builder.begin(BlockKind.HEADING, min(level, _DEEPEST))
            write_runs(self._builder, [StyledRun(f"{label} " if label else ""), *runs])
            self._builder.end()

    def _block(self, element: Element) -> None:
        """Add an element that is a block or holds some; what is nested deeper than any article is, as its mere words."""
        name = element_name(element)
        if name in _SILENT or not name:
            return
        self._depth += 1
        if self._depth > _DEEPEST_BLOCK:
            self._add([StyledRun(element_text(element))])
        elif handler := self._handlers.get(name):
            handler(element)
        elif name in ("p", *_IN_BLOCK) or _has_words(element):
            self._paragraph(element)
        else:
            if name in _TITLES or find_element(element, "title") is not None:
                self._heading(element, self._level + 1, _TITLES.get(name, "") if list(element) else "")
            self.parts(element)
        self._depth -= 1

    # ------------------------------------------------------------------ text

    def _add(self, runs: Sequence[StyledRun], kind: BlockKind | None = None, marker: str = "") -> None:
        """Add runs as a block of their own: in a quote or a list one of these."""
        kind = kind or (BlockKind.QUOTE if self._quotes else BlockKind.ITEM if self._nesting else BlockKind.PARAGRAPH)
        level = self._quotes if kind is BlockKind.QUOTE else self._nesting if kind is BlockKind.ITEM else 0
        if kind is BlockKind.ITEM and not marker:
            level += 1  # under the words of the item, not under its bullet
        self._builder.begin(kind, level, marker)
        write_runs(self._builder, runs, self._kind)
        self._builder.end()

    def _plain(self, element: Element) -> None:
        self._paragraph(element)

    def _paragraph(self, element: Element, marker: str = "", lead: Sequence[StyledRun] = ()) -> str:
        """Add a paragraph and the blocks that stand in it. Returns the marker when nothing was there to stand behind it."""
        runs: list[StyledRun] = [*lead, StyledRun(element.text or "")]
        floats: list[tuple[Element, str]] = []
        for child in element:
            name = element_name(child)
            if name in _IN_BLOCK:
                runs += [StyledRun(LINE_BREAK), *self._formula(child), StyledRun(LINE_BREAK)]
            elif name in _FLOATS:
                floats.append((child, ""))
                if name == "fn" and self._are_entries:
                    floats[-1] = child, self._name(child)
                    runs.append(StyledRun(label_of(child) or "*", level=1, names=(floats[-1][1],)))
            elif name in self._handlers:
                marker = self._flush(runs, marker)
                runs = []
                self._block(child)
            else:
                runs += child_runs(child, self._names)
            runs.append(StyledRun(child.tail or ""))
        marker = self._flush(runs, marker)
        for one, called in floats:
            if called:
                self._entry_note(one, called)
            else:
                self._block(one)
        return marker

    def _flush(self, runs: Sequence[StyledRun], marker: str) -> str:
        joined = join_markers(runs, self._names.keys)
        if plain_text(joined):
            self._add(joined, BlockKind.ITEM if marker else None, marker)
            return ""
        return marker

    def _formula(self, element: Element) -> list[StyledRun]:
        label = element_text(find_element(element, "label"))
        return [StyledRun(formula(element).removeprefix(label).strip()), StyledRun(f"  {label}" if label else "")]

    def _list(self, element: Element) -> None:
        style = attribute(element, "list-type")
        if title := element_text(find_element(element, "title")):
            self._add([StyledRun(title, ((StyleKind.STRONG, ""),))])
        self._nesting += 1
        for number, item in enumerate(children(element, "list-item"), 1):
            label = element_text(find_element(item, "label"))
            sign = label or _BULLETS.get(style) or ("•" if style in _BULLETS else _numbered(number, style))
            marker = f"{sign} "
            if _has_words(item):
                self._paragraph(item, marker)
                continue
            for child in item:
                if element_name(child) in ("p", "title"):
                    marker = self._paragraph(child, marker)
                elif element_name(child) != "label":
                    self._block(child)
        self._nesting -= 1

    def _definitions(self, element: Element) -> None:
        self._heading(element, self._level + 1)
        self._nesting += 1
        for item in children(element, "def-item"):
            term = find_element(item, "term")
            runs = raw_runs(term, self._names, ((StyleKind.STRONG, ""),)) if term is not None else ()
            lead, marker = [*runs, StyledRun(": ")], "• "
            for one in children(item, "def"):
                for paragraph in children(one, "p") or [one]:
                    marker = self._paragraph(paragraph, marker, lead)
                    lead = []
        self._nesting -= 1

    def _quote(self, element: Element) -> None:
        nesting, self._nesting = self._nesting, 0
        self._quotes += 1
        if _has_words(element):
            self._paragraph(element)
        else:
            self.parts(element)
        for attrib in children(element, "attrib"):
            self._add([StyledRun("— "), *runs_of(attrib, self._names)])
        self._quotes -= 1
        self._nesting = nesting

    def _verse(self, element: Element) -> None:
        lines = [line for line in element.iter() if element_name(line) == "verse-line"]
        self._quotes += 1
        self._add([run for line in lines for run in (StyledRun(LINE_BREAK), *runs_of(line, self._names))])
        self._quotes -= 1

    def _code(self, element: Element) -> None:
        self._builder.begin(BlockKind.CODE)
        self._builder.text("".join(element.itertext()).strip("\n").expandtabs(4))
        self._builder.end()

    # ------------------------------------------------------------------ figures, tables, boxes

    def _float(self, element: Element, add: Callable[[Element], None]) -> None:
        """Add what stands beside the text; its markers are known as such, and it is in no list or quote."""
        before = self._kind, self._nesting, self._quotes
        self._kind, self._nesting, self._quotes = CAPTION, 0, 0
        add(element)
        self._kind, self._nesting, self._quotes = before

    def _captioned(self, element: Element) -> None:
        """Add the label and the caption of what can't be shown: they say what it is."""
        caption = find_element(element, "caption")
        title = find_element(caption, "title")
        label = element_text(find_element(element, "label"))
        runs = [StyledRun(label, ((StyleKind.STRONG, ""),))] if label else []
        if title is not None and element_text(title):
            runs += [StyledRun(". " if label and not label.endswith((".", ":")) else " "), *runs_of(title, self._names)]
        paragraphs = children(caption, "p") if caption is not None else []
        if not runs and not paragraphs and (described := element_text(find_element(element, "alt-text"))):
            runs = [StyledRun(f"[image: {described}]", ((StyleKind.EMPHASIS, ""),))]
        if runs and paragraphs and title is None:
            runs.append(StyledRun(". " if not label.endswith((".", ":")) else " "))
            self._paragraph(paragraphs.pop(0), lead=runs)
        elif runs:
            self._add(runs)
        for paragraph in paragraphs:
            self._paragraph(paragraph)

    def _figure(self, element: Element) -> None:
        self._captioned(element)
        for child in element:
            if element_name(child) not in ("caption", "p"):
                self._block(child)

    def _table_wrap(self, element: Element) -> None:
        self._captioned(element)
        for table in (one for one in element.iter() if element_name(one) in ("table", "tgroup")):
            self._table(table)
        for foot in children(element, "table-wrap-foot"):
            for child in foot:
                if element_name(child) in ("fn", "fn-group"):
                    for note in (one for one in child.iter() if element_name(one) == "fn"):
                        self._plain_note(note)
                else:
                    self._block(child)

    def _table(self, element: Element) -> None:
        render_table(self._builder, *table_rows(element, self._names))

    def _array(self, element: Element) -> None:
        self._captioned(element)
        for child in element:
            if element_name(child) == "tbody":
                self._table(element)
                return

    def _box(self, element: Element) -> None:
        self._heading(element, self._level + 1)
        for child in element:
            if element_name(child) != "caption":
                self._block(child)
            else:
                for paragraph in children(child, "p"):
                    self._paragraph(paragraph)

    # ------------------------------------------------------------------ notes and references

    def _name(self, element: Element) -> str:
        """Return an entry's id, or a name for one that has none: nobody else calls it."""
        self._made += 1
        return element.get("id", "") or f"{element_name(element)} {self._made}"

    def _note(self, element: Element) -> None:
        """Add a note: one that the text calls is an entry, the others are paragraphs."""
        name = element.get("id", "")
        if self._are_entries and name in self._names.keys.places:
            self._entry_note(element, name)
        else:
            self._plain_note(element)

    def _entry_note(self, element: Element, name: str) -> None:
        label = label_of(element)
        with self._builder.entry(name, label) as entry:
            entry.links = links_of(element)
            self._labelled(element, f"[{label}] " if label else "")

    def _plain_note(self, element: Element) -> None:
        label = element_text(find_element(element, "label"))
        authors = self._names.authors.get(element.get("id", ""), "")
        self._labelled(element, f"{label} " if label else "", [StyledRun(f"{authors}: ")] if authors else ())

    def _labelled(self, element: Element, marker: str, lead: Sequence[StyledRun] = ()) -> None:
        nesting, self._nesting = self._nesting, 0
        for paragraph in children(element, "p") or [element]:
            self._paragraph(_without_label(paragraph), marker, lead)
            marker, lead = "", ()
        self._nesting = nesting

    def _references(self, element: Element) -> None:
        self._heading(element, self._level + 1, _TITLES["ref-list"] if children(element, "ref", "ref-list") else "")
        self._level += 1
        self.parts(element)
        self._level -= 1

    def _reference(self, element: Element) -> None:
        label = label_of(element)
        marker = f"[{label}] " if label else ""
        if not self._are_entries:
            self._citations(element, marker)
            return
        with self._builder.entry(self._name(element), label) as entry:
            entry.links = links_of(element)
            entry.metadata = known_of(element)
            self._citations(element, marker)

    def _citations(self, ref: Element, marker: str) -> None:
        """Add what stands in one entry: a citation, several of them, or a note."""
        found = [one for one in ref.iter() if element_name(one) in CITATIONS]
        runs = [run for one in found for run in (StyledRun(" "), *citation_runs(one, self._names))]
        notes = children(ref, "note") if found else [ref]
        runs += [run for note in notes for run in (StyledRun(" "), *raw_runs(_without_label(note), self._names))]
        self._add(runs, BlockKind.ITEM if marker else BlockKind.PARAGRAPH, marker)


def _has_words(element: Element) -> bool:
    """Whether words stand in the element itself, beside its children."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _numbered(number: int, style: str) -> str:
    """Return an item's number in the style of its list."""
    kind, _, case = style.partition("-")
    written = {"alpha": alphabet_letter, "roman": roman_numeral}.get(kind, str)(number) or str(number)
    return f"{written.upper() if case == 'upper' else written}."


def _without_label(element: Element) -> Element:
    """Return the element without its label, which has been read."""
    for label in children(element, "label"):
        label.text = ""
        for child in list(label):
            label.remove(child)
    return element
