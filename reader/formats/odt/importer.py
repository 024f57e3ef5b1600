"""Import OpenDocument texts (ODF 1.4, ISO/IEC 26300): .odt, and .fodt, which is the same in one XML file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from reader.article.article import Article
from reader.article.model import About, BlockKind, NoiseReason, StyleKind
from reader.errors import NoTextError, ReaderError
from reader.formats.builder import Builder
from reader.formats.detection import BROKEN_FILE_HINT, document_name
from reader.formats.formulas import math_text
from reader.formats.linked_references import with_linked_references
from reader.formats.odt.annotations import Annotations
from reader.formats.odt.entries import BookmarkedEntries
from reader.formats.odt.styles import CharacterLook, OdtStyles, style_holders
from reader.formats.runs import (
    LINE_BREAK,
    RunStyles,
    StyledRun,
    fit_runs,
    join_code,
    join_markers,
    plain_text,
    split_entry_label,
    to_cell,
    write_runs,
)
from reader.formats.text_table import Cell, render_table
from reader.formats.xml import (
    Package,
    attribute,
    children,
    element_name,
    element_text,
    find_element,
    find_elements,
    outermost_elements,
    read_xml,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_HEADING_LEVEL: Final = 6
_MAX_NESTING: Final = 60
_MAX_REPEATED: Final = 200
"""The most columns or spaces that one element stands for: a sheet may say that a cell repeats 16,384 times."""
_MAX_CELL_LENGTH: Final = 1200
_NOTES_HEADING: Final = "Notes"
_REFERENCES_HEADING: Final = "References"
_SKIPPED_BLOCKS: Final = frozenset(
    {"tracked-changes", "forms", "annotation", "sequence-decls", "variable-decls", "user-field-decls"}
)
_SKIPPED_PIECES: Final = frozenset(
    {"annotation", "annotation-end", "tracked-changes", "ruby-text", "soft-page-break", "desc", "title"}
)
_CONTENTS: Final = frozenset(
    {"table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index"}
)
_ENCRYPTION: Final = b"encryption-data"


class _Note:
    """A footnote or endnote: its name for the builder, its label, and the element with its text."""

    def __init__(self, name: str, label: str, body: Element) -> None:
        self.name, self.label, self.body = name, label, body


class OdtConverter:
    """Converter of a document's blocks."""

    def __init__(
        self,
        builder: Builder,
        styles: OdtStyles,
        entries: BookmarkedEntries,
        annotations: Annotations,
        find_object: Callable[[str], Element | None],
    ) -> None:
        """Write into `builder`. `find_object` returns the content of an embedded object by its address in the package."""
        self.has_headings = False
        self.notes: list[_Note] = []
        self._builder = builder
        self._styles = styles
        self._entries = entries
        self._annotations = annotations
        self._find_object = find_object
        self._formulas: dict[str, str] = {}
        """The formulas of the package so far, by the address of the object."""
        self._depth = 0
        self._code: list[list[StyledRun]] = []
        self._boxes: list[Element] = []
        self._numbers: dict[tuple[str, int], int] = {}
        """The last number of each level of each list style, for lists that go on counting."""

    # ------------------------------------------------------------------ Blocks

    def write_blocks(self, element: Element) -> None:
        """Write the paragraphs, lists and tables inside an element."""
        self._depth += 1
        for child in element if self._depth < _MAX_NESTING else ():
            name = element_name(child)
            if name in ("p", "h"):
                self._write_paragraph(child, is_heading=name == "h")
                continue
            self._write_code()
            if name == "list":
                self._write_list(child, attribute(child, "style-name"), 1)
            elif name == "table":
                self._write_table(child)
            elif name == "bibliography":
                self._write_index(child)
            elif name in _CONTENTS:
                with self._builder.aside(NoiseReason.CHROME):
                    self._write_index(child)
            elif name not in _SKIPPED_BLOCKS and attribute(child, "display") != "none":
                self.write_blocks(child)
        self._write_code()
        self._depth -= 1

    def _write_index(self, element: Element) -> None:
        """Write the text of an index, not its template."""
        for body in children(element, "index-body"):
            self.write_blocks(body)

    def write_works(self) -> None:
        """Write the list of the works that only bibliography marks describe."""
        if self._entries.works:
            self._write_runs([StyledRun(_REFERENCES_HEADING)], BlockKind.HEADING, 2)
        for name, work in self._entries.works.items():
            with self._builder.entry(name, work.label) as entry:
                entry.metadata = work
                self._write_runs([StyledRun(work.text)], BlockKind.ITEM, 1, f"[{work.label}] ")

    def write_note(self, note: _Note) -> list[str]:
        """Write a note and return the addresses in it."""
        marker = f"[{note.label}] "
        paragraphs = [*outermost_elements(note.body, "p", "h")]
        for paragraph in paragraphs:
            runs = self._read(paragraph)
            boxes, self._boxes = self._boxes, []
            paragraphs += [inside for box in boxes for inside in outermost_elements(box, "p", "h")]
            if plain_text(runs):
                self._write_runs(runs, BlockKind.ITEM, 1 if marker else 2, marker)
                marker = ""
        return _addresses(note.body)

    def _write_paragraph(self, paragraph: Element, *, is_heading: bool) -> None:
        style = attribute(paragraph, "style-name")
        if self._styles.is_hidden(style) or attribute(paragraph, "is-hidden") == "true":
            return
        kind, runs = self._styles.kind_of(style), self._read(paragraph)
        if kind == "code" and not is_heading:
            self._code.append(runs)
        elif plain_text(runs):
            self._write_code()
            self._write_block(paragraph, kind, runs, is_heading=is_heading)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.write_blocks(box)

    def _write_block(self, paragraph: Element, kind: str, runs: list[StyledRun], *, is_heading: bool) -> None:
        if name := self._entries.name_of(paragraph):
            self._write_entry(name, paragraph, runs)
        elif is_heading or kind == "title":
            level = attribute(paragraph, "outline-level")
            self.has_headings = True
            self._write_runs(runs, BlockKind.HEADING, min(max(int(level) if level.isdecimal() else 1, 1), _MAX_HEADING_LEVEL))
        elif kind == "subtitle":
            self._write_runs(runs, BlockKind.HEADING, 2)
        elif kind == "quote":
            self._write_runs(runs, BlockKind.QUOTE, 1)
        else:
            with (
                self._builder.aside(NoiseReason.CHROME) if kind == "contents" else nullcontext(),
                self._builder.caption() if kind == "caption" else nullcontext(),
            ):
                self._write_runs(runs)

    def _write_entry(self, name: str, paragraph: Element, runs: list[StyledRun], marker: str = "") -> None:
        """Write an entry, labelled by the number of its list or the label that its text begins with."""
        marker, label, runs = (marker, marker.strip("[](). "), runs) if marker else split_entry_label(runs)
        with self._builder.entry(name, label or self._entries.label_of(paragraph)) as entry:
            entry.links = _addresses(paragraph)
            self._write_runs(runs, BlockKind.ITEM if marker else BlockKind.PARAGRAPH, 1 if marker else 0, marker)

    def _write_runs(
        self, runs: list[StyledRun], kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0, marker: str = ""
    ) -> None:
        self._builder.begin(kind, level, marker)
        write_runs(self._builder, runs)
        self._builder.end()

    def _write_code(self) -> None:
        """Write the pending paragraphs of code as one block, without styles."""
        lines, self._code = self._code, []
        if runs := join_code(lines):
            self._write_runs(runs, BlockKind.CODE)

    def _write_list(self, element: Element, style: str, level: int) -> None:
        form = self._styles.list_level(style, level)
        goes_on = attribute(element, "continue-numbering") == "true" or attribute(element, "continue-list")
        number = self._numbers.get((style, level), form.start - 1) if goes_on else form.start - 1
        for item in children(element, "list-item", "list-header"):
            start = attribute(item, "start-value")
            number = int(start) - 1 if start.isdecimal() and len(start) < 9 else number
            number += element_name(item) == "list-item"
            marker = f"{form.sign(number)} " if element_name(item) == "list-item" else ""
            for child in item:
                name = element_name(child)
                if name == "list" and level < _MAX_NESTING:
                    self._write_list(child, attribute(child, "style-name") or style, level + 1)
                elif name == "h":
                    self._write_paragraph(child, is_heading=True)
                elif name == "p":
                    if plain_text(runs := self._read(child)) and (entry := self._entries.name_of(child)):
                        self._write_entry(entry, child, runs, marker)
                    elif plain_text(runs):
                        self._write_runs(runs, BlockKind.ITEM, level if marker else level + 1, marker)
                        marker = ""
                elif name == "table":
                    self._write_table(child)
        self._numbers[style, level] = number

    # ------------------------------------------------------------------ Tables

    def _write_table(self, table: Element) -> None:
        """Write a table. Write a layout table, which has one column or very long cells, as blocks."""
        rows = [children(row, "table-cell", "covered-table-cell") for row in _rows(table)]
        is_wide = any(len(row) > 1 for row in rows)
        if not is_wide or any(len(element_text(cell)) > _MAX_CELL_LENGTH for row in rows for cell in row):
            for cell in (cell for row in rows for cell in row):
                self.write_blocks(cell)
            return
        heads = sum(len(list(find_elements(head, "table-row"))) for head in children(table, "table-header-rows"))
        render_table(self._builder, map(self._to_cells, rows), heads if heads < len(rows) else 0)

    def _to_cells(self, row: list[Element]) -> list[Cell]:
        cells: list[Cell] = []
        for element in row:
            runs: list[StyledRun] = []
            for paragraph in outermost_elements(element, "p", "h"):
                runs += [StyledRun(LINE_BREAK)] * bool(runs) + self._read(paragraph)
            repeated = attribute(element, "number-columns-repeated")
            count = int(repeated) if repeated.isdecimal() and len(repeated) < 6 else 1
            cells += [to_cell(runs)] * min(count, _MAX_REPEATED if plain_text(runs) else 1)
        return cells

    # ------------------------------------------------------------------ Runs

    def _read(self, paragraph: Element) -> list[StyledRun]:
        runs = self._annotations.places.take_edges(fit_runs(self._read_pieces(paragraph, CharacterLook())))
        return join_markers([run for run in runs if run.text], self._entries.keys)

    def read_line(self, paragraph: Element) -> str:
        """Return a paragraph of an annotation in one line, with the addresses of its links behind their words."""
        line = plain_text(self._read_pieces(paragraph, CharacterLook()))
        targets = (target for target in dict.fromkeys(_addresses(paragraph)) if target not in line)
        return " ".join([line, *(f"({target})" for target in targets)]).strip()

    def _read_pieces(self, element: Element, look: CharacterLook) -> Iterator[StyledRun]:
        yield StyledRun(element.text or "", look.styles, look.level)
        for child in element:
            yield from self._annotations.edges(child)
            if element_name(child) not in _SKIPPED_PIECES:
                yield from self._read_piece(child, look)
            yield StyledRun(child.tail or "", look.styles, look.level)

    def _read_piece(self, child: Element, look: CharacterLook) -> Iterator[StyledRun]:
        name = element_name(child)
        if name == "span":
            own = self._styles.look_of(attribute(child, "style-name"))
            if not own.is_hidden:
                yield from self._read_pieces(child, CharacterLook((*look.styles, *own.styles), own.level or look.level))
        elif name == "a":
            target = attribute(child, "href")
            styles: RunStyles = ((StyleKind.LINK, target),) if target and not target.startswith("#") else ()
            runs = self._read_pieces(child, CharacterLook((*look.styles, *styles), look.level))
            name = self._entries.linked_name(child)
            yield from (run._replace(names=(name,)) if name and run.text else run for run in runs)
        elif name == "note":
            yield from self._read_note(child)
        elif name == "bibliography-mark":
            marked = self._entries.marked_name(child)
            runs = self._read_pieces(child, look)
            yield from (run._replace(names=(marked,)) if marked and run.text else run for run in runs)
        elif name == "line-break":
            yield StyledRun(LINE_BREAK)
        elif name in ("s", "tab"):
            count = attribute(child, "c")
            yield StyledRun(" " * (min(int(count), _MAX_REPEATED) if count.isdecimal() and len(count) < 6 else 1), look.styles)
        elif name in ("frame", "custom-shape", "rect", "g"):
            yield from self._read_frame(child)
        elif attribute(child, "display") != "none" or name == "conditional-text":
            yield from self._read_pieces(child, look)

    def _read_note(self, note: Element) -> Iterator[StyledRun]:
        body, citation = find_element(note, "note-body"), find_element(note, "note-citation")
        label = attribute(citation, "label") or element_text(citation) or str(len(self.notes) + 1)
        if body is not None:
            name = f"note {len(self.notes)}"
            self.notes.append(_Note(name, label, body))
            yield StyledRun(f"[{label}]", (), 0, (name,))

    def _read_frame(self, frame: Element) -> Iterator[StyledRun]:
        """Yield a formula, or the alternative text of a picture, and keep text boxes for the end of the paragraph."""
        boxes = list(outermost_elements(frame, "text-box"))
        self._boxes += boxes
        if formula := " ".join(filter(None, map(self._formula, children(frame, "object")))):
            yield StyledRun(formula)
            return
        text = element_text(frame, "desc") or element_text(frame, "title")
        if text and not boxes:
            yield StyledRun(f"[image: {text}]", ((StyleKind.EMPHASIS, ""),))

    def _formula(self, embedded: Element) -> str:
        """Return the formula that an embedded object is, "" for another object."""
        address = attribute(embedded, "href").removeprefix("./")
        if address not in self._formulas:
            content = self._find_object(address) if address else embedded
            formula = next(find_elements(content, "math"), None)
            text = "" if formula is None else math_text(formula)
            if not address:
                return text
            self._formulas[address] = text
        return self._formulas[address]


def _addresses(element: Element) -> list[str]:
    """Return the addresses that an element links to."""
    addresses = (attribute(link, "href") for link in find_elements(element, "a"))
    return [address for address in addresses if address and not address.startswith("#")]


def _rows(table: Element) -> list[Element]:
    """Return the rows of a table, those in groups and its head included, without those of tables in it."""
    rows: list[Element] = []
    for child in table:
        name = element_name(child)
        if name == "table-row":
            rows.append(child)
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            rows += _rows(child)
    return rows


# ------------------------------------------------------------------ The document


def odt_article(data: bytes, source: str) -> Article:
    """Import an OpenDocument text. Raises ReaderError if it cannot be unpacked, is locked, or has no text."""
    what = document_name(source)
    package = Package(data, what)
    manifest = package.find("META-INF/manifest.xml") or b""
    if _ENCRYPTION in manifest:
        raise ReaderError(f"{what} is locked with a password", "Remove the password in the program it was made with")
    content, styles, meta = (package.xml(name) for name in ("content.xml", "styles.xml", "meta.xml"))

    def find_object(address: str) -> Element | None:
        return package.xml(f"{address}/content.xml")

    return _read_document(content, styles, meta, source, find_object)


def flat_odt_article(data: bytes, source: str) -> Article:
    """Import an OpenDocument text that is one XML file. Raises ReaderError as `odt_article` does."""
    root = read_xml(data)
    return _read_document(root, None, root, source, lambda _: None)


def _read_document(
    content: Element | None,
    styles: Element | None,
    meta: Element | None,
    source: str,
    find_object: Callable[[str], Element | None],
) -> Article:
    what = document_name(source)
    body = find_element(content, "body", "text")
    if content is None or body is None:
        raise ReaderError(f"{what} is an OpenDocument file whose text cannot be read", BROKEN_FILE_HINT)
    builder = Builder()
    resolved = OdtStyles(style_holders(styles, content))
    annotations = Annotations(body)
    converter = OdtConverter(builder, resolved, BookmarkedEntries(body, resolved), annotations, find_object)
    converter.write_blocks(body)
    converter.write_works()
    _set_metadata(builder, meta, has_headings=converter.has_headings)
    _write_notes(builder, converter)
    article = builder.article("odt", source, from_text=True)
    article = article if article.references else with_linked_references(article)
    article = annotations.comments(article, converter.read_line)
    if not article.blocks:
        raise NoTextError(f"{what} is an OpenDocument file without any text", "Pictures in it are not read")
    return article


def _write_notes(builder: Builder, converter: OdtConverter) -> None:
    """Write the notes that the text refers to. A note may have notes, which follow it."""
    if converter.notes:
        builder.begin(BlockKind.HEADING, 2)
        builder.text(_NOTES_HEADING)
        builder.end()
    for note in converter.notes:
        with builder.entry(note.name, note.label) as entry:
            entry.links = converter.write_note(note)


def _set_metadata(builder: Builder, root: Element | None, *, has_headings: bool) -> None:
    """Set the builder's metadata. The properties often have a template's title, so it counts only without headings."""
    meta = next(find_elements(root, "meta"), None)
    properties = {element_name(element): element_text(element) for element in (meta if meta is not None else ())}
    byline = properties.get("creator") or properties.get("initial-creator", "")
    builder.about = About(byline=byline, date=(properties.get("date") or properties.get("creation-date", ""))[:10])
    builder.language = properties.get("language", "")
    if not has_headings:
        builder.title = properties.get("title", "")
