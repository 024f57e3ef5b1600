"""Import Word documents (ECMA-376, WordprocessingML)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reader.article.article import Article
from reader.article.model import About, BlockKind, NoiseReason
from reader.errors import NoTextError, ReaderError
from reader.formats.budget import Limits, read_in_time
from reader.formats.builder import Builder
from reader.formats.comments import CommentPlaces
from reader.formats.detection import BROKEN_FILE_HINT, document_name, with_language
from reader.formats.docx.comments import read_comments
from reader.formats.docx.inline import (
    DocxNotes,
    LinkTargets,
    Note,
    RunReader,
    comment_edge,
    find_entries,
    is_comment_edge,
    preferred_content,
)
from reader.formats.docx.relationships import external_addresses, related_parts
from reader.formats.docx.styles import Numbering, ParagraphStyle, Styles, is_on, typed_text, value_at
from reader.formats.docx.trace import Trace, TracedDocument
from reader.formats.linked_references import with_linked_references
from reader.formats.runs import LINE_BREAK, StyledRun, join_code, plain_text, split_entry_label, to_cell, write_runs
from reader.formats.text_table import Cell, render_table
from reader.formats.xml import Package, attribute, children, element_name, element_text, find_element, find_elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ Blocks

_HIDDEN_ELEMENTS: Final = frozenset(
    {"sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "pPr"}
)
_MAX_HEADING_LEVEL: Final = 6
_MAX_NESTING: Final = 40
_MAX_CELL_LENGTH: Final = 1200
_MAX_COLUMNS: Final = 200


class DocxConverter:
    """Converter of a document's blocks. `has_headings` is set by the first heading or title."""

    def __init__(self, builder: Builder, styles: Styles, numbering: Numbering, reader: RunReader) -> None:
        self.has_headings = False
        self._builder = builder
        self._styles = styles
        self._numbering = numbering
        self._reader = reader
        self._under_title: int = 0
        self._depth: int = 0
        self._code: list[list[StyledRun]] = []
        self._joined: list[StyledRun] = []  # paragraphs whose ends are deleted, with which the next one begins

    def write_blocks(self, element: Element) -> None:
        """Write the paragraphs and tables inside an element."""
        self._depth += 1
        for child in element:
            name = element_name(child)
            if name == "p":
                self._write_paragraph(child)
            elif name == "tbl":
                self._write_joined()
                self._write_code()
                self._write_table(child)
            elif name == "AlternateContent":
                self.write_blocks(preferred_content(child))
            elif self._reader.comments is not None and is_comment_edge(child):
                self._reader.comments.follow(*comment_edge(child))
            elif name not in _HIDDEN_ELEMENTS and self._depth < _MAX_NESTING:
                self.write_blocks(child)
        self._write_joined()
        self._write_code()
        self._depth -= 1

    def write_note(self, note: Note, links: LinkTargets) -> list[str]:
        """Write a note and return the addresses in it. `links` are the link targets of the note's package part."""
        addresses: list[str] = []
        marker = f"[{note.label}] "
        with self._reader.inside(note, links):
            for paragraph in find_elements(note.element, "p"):
                runs = self._reader.read(paragraph)
                addresses += self._reader.link_targets
                if plain_text(runs):
                    self._write_runs(runs, BlockKind.ITEM, 1 if marker else 2, marker)
                    marker = ""
        return addresses

    def _write_joined(self) -> None:
        """Write paragraphs whose ends are deleted although no other follows them."""
        runs, self._joined = self._joined, []
        if plain_text(runs):
            self._write_runs(runs)

    def _write_paragraph(self, paragraph: Element) -> None:
        if _has_deleted_end(paragraph):
            self._joined += self._reader.read(paragraph)
            self._write_boxes()
            return
        kind = self._styles.style_of(paragraph)
        item = self._numbering.next_label(paragraph)
        runs, self._joined = [*self._joined, *self._reader.read(paragraph)], []
        if kind.name == "code" and item is None:
            self._code.append(runs)
        elif plain_text(runs):
            self._write_code()
            self._write_block(paragraph, kind, item, runs)
        self._write_boxes()

    def _write_block(
        self, paragraph: Element, kind: ParagraphStyle, item: tuple[str, int] | None, runs: list[StyledRun]
    ) -> None:
        sign, level = item or ("", 0)
        name = self._reader.entry_name(paragraph)
        if name:
            self._write_entry(name, sign, runs)
        elif kind.name in ("title", "heading", "subtitle"):
            self._write_heading(kind, sign, runs)
        elif kind.name == "contents":
            with self._builder.aside(NoiseReason.CHROME):
                self._write_runs(runs)
        elif item is not None:
            self._write_runs(runs, BlockKind.ITEM, level if sign else level + 1, f"{sign} " if sign else "")
        elif kind.name == "quote":
            self._write_runs(runs, BlockKind.QUOTE, 1)
        else:
            self._write_runs(runs)

    def _write_runs(
        self, runs: list[StyledRun], kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0, marker: str = ""
    ) -> None:
        self._builder.begin(kind, level, marker)
        write_runs(self._builder, runs)
        self._builder.end()

    def _write_heading(self, kind: ParagraphStyle, sign: str, runs: list[StyledRun]) -> None:
        level = 1 if kind.name == "title" else max(kind.level, 1) + self._under_title
        self._under_title = self._under_title or int(kind.name == "title")
        self.has_headings = True
        self._write_runs(
            [StyledRun(f"{sign} " if sign and sign != "•" else ""), *runs], BlockKind.HEADING, min(level, _MAX_HEADING_LEVEL)
        )

    def _write_entry(self, name: str, sign: str, runs: list[StyledRun]) -> None:
        """Write a bibliography entry, labelled by its list number or by a label at the start of its text."""
        marker, label, runs = (f"{sign} ", sign.strip("[](). "), runs) if sign else split_entry_label(runs)
        targets = self._reader.link_targets
        with self._builder.entry(name, label) as entry:
            entry.links = targets
            self._write_runs(runs, BlockKind.ITEM if marker else BlockKind.PARAGRAPH, 1 if marker else 0, marker)

    def _write_code(self) -> None:
        """Write the pending paragraphs of code as one block, without the line breaks around it and without styles."""
        lines, self._code = self._code, []
        if runs := join_code(lines):
            self._write_runs(runs, BlockKind.CODE)

    # ------------------------------------------------------------------ Tables

    def _write_table(self, table: Element) -> None:
        """Write a table. Write a layout table, which has one column or very long cells, as blocks."""
        rows = list(_table_rows(table))
        cells = [cell for row in rows for cell in _row_cells(row)]
        is_wide = any(len(_row_cells(row)) > 1 for row in rows)
        if not is_wide or any(len(typed_text(cell)) > _MAX_CELL_LENGTH for cell in cells):
            for cell in cells:
                self.write_blocks(cell)
            return
        heads = 0
        while heads < len(rows) and _is_head_row(rows[heads]):
            heads += 1
        if not heads and len(rows) > 1 and _has_head_look(table):
            heads = 1
        render_table(self._builder, map(self._to_cells, rows), heads if heads < len(rows) else 0)
        self._write_boxes()

    def _write_boxes(self) -> None:
        """Write the text boxes of the last paragraph or table."""
        boxes, self._reader.boxes = self._reader.boxes, []
        for box in boxes:
            self.write_blocks(box)

    def _to_cells(self, row: Element) -> list[Cell]:
        cells: list[Cell] = []
        for cell in _row_cells(row):
            properties = find_element(cell, "tcPr")
            merge = find_element(properties, "vMerge")
            is_continuation = merge is not None and attribute(merge, "val") in ("", "continue")
            cells.append(Cell() if is_continuation else to_cell(self._cell_runs(cell)))
            wide = value_at(properties, "gridSpan")
            cells += [Cell()] * (min(int(wide), _MAX_COLUMNS) - 1 if wide.isdecimal() and len(wide) < 6 else 0)
        return cells

    def _cell_runs(self, cell: Element) -> list[StyledRun]:
        """Return the runs of a cell, with a line break between paragraphs."""
        runs: list[StyledRun] = []
        is_joined = False
        for paragraph in find_elements(cell, "p"):
            item = None if is_joined else self._numbering.next_label(paragraph)
            runs += [] if is_joined else [StyledRun(LINE_BREAK), StyledRun(f"{item[0]} " if item and item[0] else "")]
            runs += self._reader.read(paragraph)
            is_joined = _has_deleted_end(paragraph)
        return runs


def _table_rows(table: Element) -> list[Element]:
    """Return the rows of a table, including rows in content controls, without the rows of nested tables."""
    rows: list[Element] = []
    for child in table:
        if element_name(child) == "tr":
            if not _is_deleted(child):
                rows.append(child)
        elif element_name(child) in ("sdt", "sdtContent", "customXml", "ins"):
            rows += _table_rows(child)
    return rows


def _row_cells(row: Element) -> list[Element]:
    cells: list[Element] = []
    for child in row:
        if element_name(child) == "tc":
            cells.append(child)
        elif element_name(child) in ("sdt", "sdtContent", "customXml"):
            cells += _row_cells(child)
    return cells


def _is_deleted(row: Element) -> bool:
    return find_element(row, "trPr", "del") is not None


def _has_deleted_end(paragraph: Element) -> bool:
    """Whether the mark at the end of a paragraph is deleted, so that the next paragraph continues it."""
    properties = find_element(paragraph, "pPr", "rPr")
    return any(find_element(properties, name) is not None for name in ("del", "moveFrom"))


def _is_head_row(row: Element) -> bool:
    properties = find_element(row, "trPr")
    return properties is not None and bool(is_on(properties, "tblHeader"))


def _has_head_look(table: Element) -> bool:
    """Whether the table style sets off the first row."""
    look = find_element(table, "tblPr", "tblLook")
    if look is None:
        return False
    value = attribute(look, "val")
    try:
        return attribute(look, "firstRow") in ("1", "true", "on") or bool(int(value or "0", 16) & 0x20)
    except ValueError:
        return False


# ------------------------------------------------------------------ The package

_MAIN_PART: Final = "word/document.xml"
_NOTES_HEADING: Final = "Notes"


def docx_article(data: bytes, source: str) -> Article:
    """Import a Word document. Raises ReaderError if it cannot be unpacked, is locked, or has no text."""
    return _read(data, source).article


def trace_docx(data: bytes, source: str, limits: Limits | None = None) -> TracedDocument:
    """Import a Word document with the origins of its text. Takes and raises what `reader.formats.parse_article` does."""
    document = read_in_time(lambda _: _read(data, source, Trace()), document_name(source), limits)
    return document._replace(article=with_language(document.article))


def _read(data: bytes, source: str, trace: Trace | None = None) -> TracedDocument:
    what = document_name(source)
    package = Package(data, what)
    main = next((target for kind, target in related_parts(package, "") if kind == "officeDocument"), _MAIN_PART)
    main = main if main in package else _MAIN_PART
    root = package.xml(main)
    body = find_element(root, "body")
    if root is None or body is None:
        raise ReaderError(f"{what} is a Word document (.docx) whose text cannot be read", BROKEN_FILE_HINT)
    parts = dict(related_parts(package, main))

    def part(kind: str) -> Element | None:
        return package.xml(parts.get(kind, f"word/{kind}.xml"))

    styles = Styles(part("styles"))
    footnotes, endnotes, settings = part("footnotes"), part("endnotes"), part("settings")
    notes = DocxNotes(footnotes, endnotes, _endnote_format(body, settings))
    links = LinkTargets(external_addresses(package, main))
    builder = Builder()
    threads = read_comments(package, parts, styles)
    places = CommentPlaces(name for thread in threads for name in thread.names) if threads else None
    writer = DocxConverter(
        builder,
        styles,
        Numbering(part("numbering"), styles),
        RunReader(styles, notes, links, find_entries(body, styles), trace, places),
    )
    writer.write_blocks(body)
    _set_metadata(builder, package, styles, has_headings=writer.has_headings)
    _write_notes(builder, writer, notes, package, parts)
    article = builder.article("docx", source, from_text=True)
    article = article if article.references else with_linked_references(article)
    article = article if places is None else places.comments(article, threads)
    if not article.blocks:
        raise NoTextError(f"{what} is a Word document (.docx) without any text", "Pictures in it are not read")
    return TracedDocument(article, trace.pieces if trace else [], root, package, main)


def _write_notes(builder: Builder, writer: DocxConverter, notes: DocxNotes, package: Package, parts: dict[str, str]) -> None:
    """Write the notes that the text refers to, in the order of their numbers."""
    if notes.notes:
        builder.begin(BlockKind.HEADING, 2)
        builder.text(_NOTES_HEADING)
        builder.end()
    for kind in ("footnotes", "endnotes"):
        links = LinkTargets(external_addresses(package, parts.get(kind, f"word/{kind}.xml")))
        for note in (note for note in notes.notes if note.kind == kind):
            with builder.entry(note.name, note.label) as entry:
                entry.links = writer.write_note(note, links)


# ------------------------------------------------------------------ Properties


def _set_metadata(builder: Builder, package: Package, styles: Styles, *, has_headings: bool) -> None:
    """Set the builder's metadata. The properties often have a template's title, so it counts only without headings."""
    core = package.xml("docProps/core.xml")
    properties = {element_name(element): element_text(element) for element in core} if core is not None else {}
    date = properties.get("modified") or properties.get("created", "")
    builder.about = About(byline=properties.get("creator", ""), date=date[:10])
    builder.language = properties.get("language") or styles.language or ""
    if not has_headings:
        builder.title = properties.get("title", "")


def _endnote_format(body: Element, settings: Element | None) -> str:
    """Return the number format of endnotes, from the last section or the settings, else small Roman numerals."""
    for holder in (*reversed(children(body, "sectPr")), settings):
        number = find_element(holder, "endnotePr", "numFmt")
        if number is not None:
            return attribute(number, "val")
    return "lowerRoman"
