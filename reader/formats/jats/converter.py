"""Convert JATS elements to blocks, in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reader.article.model import BlockKind, StyleKind
from reader.formats.builder import Builder
from reader.formats.jats.references import (
    MarkerTargets,
    child_runs,
    citation_runs,
    element_runs,
    entry_citations,
    entry_label,
    entry_links,
    formula_text,
    raw_runs,
    read_reference,
)
from reader.formats.list_numbers import list_number
from reader.formats.runs import LINE_BREAK, StyledRun, join_markers, plain_text, to_cell, write_runs
from reader.formats.text_table import Cell, render_table
from reader.formats.xml import attribute, children, element_name, element_text, find_element, find_elements, outermost_elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ Table rows (XHTML and OASIS models)

CAPTION: Final = "caption"
"""The kind of markers in tables, figures and captions, outside the running text."""
_CELL_ELEMENTS: Final = frozenset({"td", "th", "entry"})
_MAX_COLUMNS: Final = 200
_EMPTY_CELL: Final = Cell()


def _table_rows(table: Element, names: MarkerTargets) -> tuple[list[list[Cell]], int]:
    """Return the rows of a table, with each spanning cell in its first place, and the number of head rows."""
    rows = list(outermost_elements(table, "tr", "row"))
    head_rows = {row for part in find_elements(table, "thead") for row in part.iter()}
    heads = 0
    for row in rows:
        if row not in head_rows and not (not head_rows and all(element_name(cell) == "th" for cell in row)):
            break
        heads += 1
    cells: list[list[Cell]] = []
    covered_rows: dict[int, int] = {}
    for row in rows:
        cells.append(list(_place_cells(row, names, covered_rows)))
    return cells, heads if heads < len(rows) else 0


def _place_cells(row: Element, names: MarkerTargets, covered_rows: dict[int, int]) -> Iterator[Cell]:
    """Yield the cells of a row. `covered_rows` counts, by column, the rows that a cell from above still covers."""
    place = 0
    for cell in (child for child in row if element_name(child) in _CELL_ELEMENTS):
        while covered_rows.get(place, 0) and place < _MAX_COLUMNS:
            covered_rows[place] -= 1
            place += 1
            yield _EMPTY_CELL
        wide = max(1, min(_parse_span(attribute(cell, "colspan")), _MAX_COLUMNS - place))
        high = _parse_span(attribute(cell, "rowspan")) + _parse_span(attribute(cell, "morerows"), 0) - 1
        for offset in range(wide):
            covered_rows[place] = high
            yield to_cell(element_runs(cell, names), CAPTION) if not offset else _EMPTY_CELL
            place += 1
    while covered_rows.get(place, 0) and place < _MAX_COLUMNS:
        covered_rows[place] -= 1
        place += 1


def _parse_span(text: str, default: int = 1) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) > 0 else default


# ------------------------------------------------------------------ Blocks

_SKIPPED_ELEMENTS: Final = frozenset(
    {
        *("label", "title", "sec-meta", "object-id", "alt-text", "long-desc", "permissions", "kwd-group", "attrib", "counts"),
        *("front-stub", "front", "sub-article", "response", "subtitle", "abstract", "index-term", "graphic", "alternatives"),
    }
)
_DISPLAY_ELEMENTS: Final = frozenset({"disp-formula", "disp-formula-group", "chem-struct-wrap"})
"""Elements on a separate line inside a sentence that continues after them."""
_FLOAT_ELEMENTS: Final = frozenset(
    {"fig", "fig-group", "table-wrap", "table-wrap-group", "boxed-text", "supplementary-material", "media", "array", "fn"}
)
"""Elements that may interrupt a sentence and are therefore written after its paragraph."""
_BULLET_STYLES: Final = frozenset({"bullet", "simple", "none", "", "unordered"})
_SECTION_TITLES: Final = {"ack": "Acknowledgements", "ref-list": "References", "glossary": "Glossary", "fn-group": "Notes"}
_MAX_HEADING_LEVEL: Final = 6
_MAX_BLOCK_DEPTH: Final = 40
_NUMBER_FORMS: Final = {"alpha-lower": "a", "alpha-upper": "A", "roman-lower": "i", "roman-upper": "I"}


class JatsConverter:
    """Converter of the elements of an article. `are_entries`: references and notes are entries of the article itself."""

    def __init__(self, builder: Builder, names: MarkerTargets, *, are_entries: bool = True) -> None:
        self._builder = builder
        self._names = names
        self._are_entries = are_entries
        self._depth: int = 0
        self._level: int = 1
        self._nesting: int = 0
        self._quotes: int = 0
        self._kind: str = "note"
        self._entry_names: set[str] = set()
        self._handlers: dict[str, Callable[[Element], object]] = {
            "sec": lambda e: self.write_section(e, self._level + 1),
            "app": lambda e: self.write_section(e, self._level + 1),
            "list": self._write_list,
            "def-list": self._write_definitions,
            "disp-quote": self._write_quote,
            "verse-group": self._write_verse,
            "code": self._write_code,
            "preformat": self._write_code,
            "fig": lambda e: self._write_float(e, self._write_figure),
            "table-wrap": lambda e: self._write_float(e, self._write_table_wrap),
            "array": lambda e: self._write_float(e, self._write_array),
            "boxed-text": self._write_box,
            "fn": self._write_note,
            "ref-list": self._write_references,
            "ref": self._write_reference,
            "media": lambda e: self._write_float(e, self._write_caption),
            "supplementary-material": lambda e: self._write_float(e, self._write_caption),
            "table": self._write_table,
            "attrib": self._write_paragraph,
        }

    def write_parts(self, part: Element) -> None:
        """Write the blocks of a body, back or section, without its own title."""
        for child in part:
            self._write_block(child)

    def write_section(self, element: Element, level: int, title: str = "") -> None:
        """Write a section with its heading, or `title` if it has none."""
        self._write_heading(element, level, title)
        previous, self._level = self._level, level
        self.write_parts(element)
        self._level = previous

    def write_text(self, element: Element) -> None:
        """Write the text of an element to the open block."""
        write_runs(self._builder, element_runs(element, self._names), self._kind)

    def _write_heading(self, element: Element, level: int, title: str = "") -> None:
        title_element = find_element(element, "title")
        if title_element is None:
            title_element = find_element(element, "caption", "title")
        label = element_text(element, "label")
        runs = element_runs(title_element, self._names) if title_element is not None else []
        if not plain_text(runs):
            runs = [StyledRun(title)]
        if label or plain_text(runs):
            self._builder.begin(BlockKind.HEADING, min(level, _MAX_HEADING_LEVEL))
            write_runs(self._builder, [StyledRun(f"{label} " if label else ""), *runs])
            self._builder.end()

    def _write_block(self, element: Element) -> None:
        """Write a block element or the blocks inside an element. Below a maximum depth, write only its text."""
        name = element_name(element)
        if name in _SKIPPED_ELEMENTS or not name:
            return
        self._depth += 1
        if self._depth > _MAX_BLOCK_DEPTH:
            self._write_runs([StyledRun(element_text(element))])
        elif handler := self._handlers.get(name):
            handler(element)
        elif name in ("p", *_DISPLAY_ELEMENTS) or _has_words(element):
            self._write_paragraph(element)
        else:
            if name in _SECTION_TITLES or find_element(element, "title") is not None:
                self._write_heading(element, self._level + 1, _SECTION_TITLES.get(name, "") if list(element) else "")
            self.write_parts(element)
        self._depth -= 1

    # ------------------------------------------------------------------ Text

    def _write_runs(self, runs: Sequence[StyledRun], kind: BlockKind | None = None, marker: str = "") -> None:
        """Write runs as a block of the current kind: quote, list item or paragraph."""
        kind = kind or (BlockKind.QUOTE if self._quotes else BlockKind.ITEM if self._nesting else BlockKind.PARAGRAPH)
        level = self._quotes if kind is BlockKind.QUOTE else self._nesting if kind is BlockKind.ITEM else 0
        if kind is BlockKind.ITEM and not marker:
            level += 1  # This aligns the block with the text of the item, not its bullet.
        self._builder.begin(kind, level, marker)
        write_runs(self._builder, runs, self._kind)
        self._builder.end()

    def _write_paragraph(self, element: Element, marker: str = "", lead: Sequence[StyledRun] = ()) -> str:
        """Write a paragraph and the blocks inside it. Return the marker if it is still unwritten, else ""."""
        runs: list[StyledRun] = [*lead, StyledRun(element.text or "")]
        floats: list[tuple[Element, str]] = []
        for child in element:
            name = element_name(child)
            if name in _DISPLAY_ELEMENTS:
                runs += [StyledRun(LINE_BREAK), *self._formula_runs(child), StyledRun(LINE_BREAK)]
            elif name in _FLOAT_ELEMENTS:
                floats.append((child, ""))
                if name == "fn" and self._are_entries:
                    floats[-1] = child, self._entry_name(child)
                    runs.append(StyledRun(entry_label(child) or "*", level=1, names=(floats[-1][1],)))
            elif name in self._handlers:
                marker = self._flush_runs(runs, marker)
                runs = []
                self._write_block(child)
            else:
                runs += child_runs(child, self._names)
            runs.append(StyledRun(child.tail or ""))
        marker = self._flush_runs(runs, marker)
        for child, entry_name in floats:
            if entry_name:
                self._write_entry_note(child, entry_name)
            else:
                self._write_block(child)
        return marker

    def _flush_runs(self, runs: Sequence[StyledRun], marker: str) -> str:
        merged = join_markers(runs, self._names.keys)
        if plain_text(merged):
            self._write_runs(merged, BlockKind.ITEM if marker else None, marker)
            return ""
        return marker

    def _formula_runs(self, element: Element) -> list[StyledRun]:
        label = element_text(element, "label")
        return [StyledRun(formula_text(element).removeprefix(label).strip()), StyledRun(f"  {label}" if label else "")]

    def _write_list(self, element: Element) -> None:
        style = attribute(element, "list-type")
        if title := element_text(element, "title"):
            self._write_runs([StyledRun(title, ((StyleKind.STRONG, ""),))])
        self._nesting += 1
        for number, item in enumerate(children(element, "list-item"), 1):
            label = element_text(item, "label")
            number_sign = f"{list_number(number, _NUMBER_FORMS.get(style, ''))}."
            marker = f"{label or ('•' if style in _BULLET_STYLES else number_sign)} "
            if _has_words(item):
                self._write_paragraph(item, marker)
                continue
            for child in item:
                if element_name(child) in ("p", "title"):
                    marker = self._write_paragraph(child, marker)
                elif element_name(child) != "label":
                    self._write_block(child)
        self._nesting -= 1

    def _write_definitions(self, element: Element) -> None:
        self._write_heading(element, self._level + 1)
        self._nesting += 1
        for item in children(element, "def-item"):
            term = find_element(item, "term")
            runs = raw_runs(term, self._names, ((StyleKind.STRONG, ""),)) if term is not None else ()
            lead, marker = [*runs, StyledRun(": ")], "• "
            for definition in children(item, "def"):
                for paragraph in children(definition, "p") or [definition]:
                    marker = self._write_paragraph(paragraph, marker, lead)
                    lead = []
        self._nesting -= 1

    def _write_quote(self, element: Element) -> None:
        nesting, self._nesting = self._nesting, 0
        self._quotes += 1
        if _has_words(element):
            self._write_paragraph(element)
        else:
            self.write_parts(element)
        for attrib in children(element, "attrib"):
            self._write_runs([StyledRun("— "), *element_runs(attrib, self._names)])
        self._quotes -= 1
        self._nesting = nesting

    def _write_verse(self, element: Element) -> None:
        lines = find_elements(element, "verse-line")
        self._quotes += 1
        self._write_runs([run for line in lines for run in (StyledRun(LINE_BREAK), *element_runs(line, self._names))])
        self._quotes -= 1

    def _write_code(self, element: Element) -> None:
        self._builder.begin(BlockKind.CODE)
        self._builder.text("".join(element.itertext()).strip("\n").expandtabs(4))
        self._builder.end()

    # ------------------------------------------------------------------ Figures, tables, boxes

    def _write_float(self, element: Element, add: Callable[[Element], None]) -> None:
        """Write a float, outside any list or quote, with markers of the kind "caption"."""
        previous = self._kind, self._nesting, self._quotes
        self._kind, self._nesting, self._quotes = CAPTION, 0, 0
        add(element)
        self._kind, self._nesting, self._quotes = previous

    def _write_caption(self, element: Element) -> None:
        """Write the label and the caption of a figure, table or other float."""
        caption = find_element(element, "caption")
        title = find_element(caption, "title")
        label = element_text(element, "label")
        runs = [StyledRun(label, ((StyleKind.STRONG, ""),))] if label else []
        if title is not None and element_text(title):
            runs += [StyledRun(". " if label and not label.endswith((".", ":")) else " "), *element_runs(title, self._names)]
        paragraphs = children(caption, "p")
        if not runs and not paragraphs and (alternative := element_text(element, "alt-text")):
            runs = [StyledRun(f"[image: {alternative}]", ((StyleKind.EMPHASIS, ""),))]
        with self._builder.caption():
            if runs and paragraphs and title is None:
                runs.append(StyledRun(". " if not label.endswith((".", ":")) else " "))
                self._write_paragraph(paragraphs.pop(0), lead=runs)
            elif runs:
                self._write_runs(runs)
            for paragraph in paragraphs:
                self._write_paragraph(paragraph)

    def _write_figure(self, element: Element) -> None:
        self._write_caption(element)
        for child in element:
            if element_name(child) not in ("caption", "p"):
                self._write_block(child)

    def _write_table_wrap(self, element: Element) -> None:
        self._write_caption(element)
        for table in outermost_elements(element, "table", "tgroup"):
            self._write_table(table)
        for foot in children(element, "table-wrap-foot"):
            for child in foot:
                if element_name(child) in ("fn", "fn-group"):
                    for note in find_elements(child, "fn"):
                        self._write_plain_note(note)
                else:
                    self._write_block(child)

    def _write_table(self, element: Element) -> None:
        """Write a table. If a cell contains another table, write the cells as blocks, one below the other."""
        cells = outermost_elements(element, *_CELL_ELEMENTS)
        if any(True for cell in cells for _ in find_elements(cell, "table")):
            for cell in outermost_elements(element, *_CELL_ELEMENTS):
                self._write_block(cell)
        else:
            render_table(self._builder, *_table_rows(element, self._names))

    def _write_array(self, element: Element) -> None:
        self._write_caption(element)
        for child in element:
            if element_name(child) == "tbody":
                self._write_table(element)
                return

    def _write_box(self, element: Element) -> None:
        self._write_heading(element, self._level + 1)
        for child in element:
            if element_name(child) != "caption":
                self._write_block(child)
            else:
                for paragraph in children(child, "p"):
                    self._write_paragraph(paragraph)

    # ------------------------------------------------------------------ Notes and references

    def _entry_name(self, element: Element) -> str:
        """Return the id of an entry, or a unique name if it has none or an entry before it has the same."""
        name = element.get("id", "")
        if not name or name in self._entry_names:
            name = f"{element_name(element)} {len(self._entry_names)}"
        self._entry_names.add(name)
        return name

    def _write_note(self, element: Element) -> None:
        """Write a note: as an entry if the text refers to it, else as paragraphs."""
        name = element.get("id", "")
        if self._are_entries and name in self._names.keys.places:
            self._write_entry_note(element, self._entry_name(element))
        else:
            self._write_plain_note(element)

    def _write_entry_note(self, element: Element, name: str) -> None:
        label = entry_label(element)
        with self._builder.entry(name, label) as entry:
            entry.links = entry_links(element)
            self._write_labelled(element, f"[{label}] " if label else "")

    def _write_plain_note(self, element: Element) -> None:
        label = element_text(element, "label")
        authors = self._names.authors.get(element.get("id", ""), "")
        self._write_labelled(element, f"{label} " if label else "", [StyledRun(f"{authors}: ")] if authors else ())

    def _write_labelled(self, element: Element, marker: str, lead: Sequence[StyledRun] = ()) -> None:
        nesting, self._nesting = self._nesting, 0
        for paragraph in children(element, "p") or [element]:
            self._write_paragraph(_without_label(paragraph), marker, lead)
            marker, lead = "", ()
        self._nesting = nesting

    def _write_references(self, element: Element) -> None:
        self._write_heading(
            element, self._level + 1, _SECTION_TITLES["ref-list"] if children(element, "ref", "ref-list") else ""
        )
        self._level += 1
        self.write_parts(element)
        self._level -= 1

    def _write_reference(self, element: Element) -> None:
        label = entry_label(element)
        marker = f"[{label}] " if label else ""
        if not self._are_entries:
            self._write_citations(element, marker)
            return
        with self._builder.entry(self._entry_name(element), label) as entry:
            entry.links = entry_links(element)
            entry.metadata = read_reference(element)
            self._write_citations(element, marker)

    def _write_citations(self, ref: Element, marker: str) -> None:
        """Write the citations and notes of one entry."""
        citations = entry_citations(ref)
        runs = [run for citation in citations for run in (StyledRun(" "), *citation_runs(citation, self._names))]
        notes = children(ref, "note") if citations else [ref]
        runs += [run for note in notes for run in (StyledRun(" "), *raw_runs(_without_label(note), self._names))]
        self._write_runs(runs, BlockKind.ITEM if marker else BlockKind.PARAGRAPH, marker)


def _has_words(element: Element) -> bool:
    """Whether an element has text outside its children."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _without_label(element: Element) -> Element:
    """Return the element after removing its label, which is written separately."""
    for label in children(element, "label"):
        label.text = ""
        for child in list(label):
            label.remove(child)
    return element
