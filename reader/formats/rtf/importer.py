"""Import RTF documents: paragraphs, headings, lists, tables, links and notes. Pictures, comments and objects are left out."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Final

from reader.article.article import Article
from reader.article.model import About, BlockKind, StyleKind
from reader.errors import NoTextError, ReaderError
from reader.formats.budget import current_budget
from reader.formats.builder import Builder
from reader.formats.detection import BROKEN_FILE_HINT, document_name
from reader.formats.linked_references import with_linked_references
from reader.formats.rtf.tokens import SIGNS, RtfToken, TextDecoder, encoding_of, encoding_of_page, read_tokens
from reader.formats.runs import LINE_BREAK, RunStyles, StyledRun, link_targets, plain_text, to_cell, write_runs
from reader.formats.text_table import Cell, FittedRows, render_table

_SKIPPED: Final = frozenset(
    {
        "colortbl",
        "pict",
        "object",
        "objdata",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
    }
    | {"themedata", "colorschememapping", "datastore", "latentstyles", "listtable", "listoverridetable", "xmlnstbl", "rsidtbl"}
    | {"generator", "annotation", "atnid", "atnauthor", "atndate", "atnref", "atnparent", "atrfstart", "atrfend", "bkmkstart"}
    | {
        "bkmkend",
        "nonshppict",
        "shppict",
        "pgdsctbl",
        "revtbl",
        "filetbl",
        "comment",
        "operator",
        "category",
        "doccomm",
        "keywords",
    }
    | {"manager", "company", "subject", "hlinkbase", "userprops", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn"}
    | {
        "xe",
        "tc",
        "rxe",
        "txe",
        "private",
        "mmathPr",
        "wgrffmtfilter",
        "pntxta",
        "pntxtb",
        "falt",
        "panose",
        "fontemb",
        "sp",
        "sn",
        "sv",
    }
)
"""Destinations whose text is not shown where it stands."""
_READ: Final = frozenset(
    {"shptxt", "shpinst", "ud", "pn", "listtext", "pntext", "fldinst", "shp", "footnote", "moMath", "moMathPara"}
)
r"""Destinations that are read although `\*` permits to leave them out."""
_INFO: Final = frozenset({"title", "author"})
_HEADING: Final = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|nagłówek|заголовок)\s*(\d)", re.IGNORECASE)
_TITLES: Final = frozenset({"title", "titel", "titre", "título", "titolo"})
_QUOTES: Final = frozenset({"quote", "intense quote", "quotations", "block text"})
_ADDRESS: Final = re.compile(
    r'HYPERLINK\s+(?:\\[ot]\s+"[^"]*"\s+)?(?:"(?P<quoted>[^"]+)"|(?P<bare>[^"\s\\]\S*))', re.IGNORECASE
)
_PLACE: Final = re.compile(r'\s\\l\s+"([^"\s]+)"')
_CODE_STYLES: Final = ("preformatted text", "html preformatted", "source code", "source text", "code")
_BULLETS: Final = frozenset("·•◦▪§oü-–Ø\uf0b7\uf0a7")
_MAX_LEVEL: Final = 6
_BODY_OUTLINE: Final = 9
"""The outline level of text that is no heading."""
_MAX_DEPTH: Final = 500
_MAX_SKIPPED: Final = 100
_MAX_CELLS: Final = 200
_MAX_FIELD_LENGTH: Final = 10_000
_ROW_SIZE: Final = 20
_MAX_FRAME_SIZE: Final = 100_000
"""The characters of rows of one cell, and some for each row, that a table may begin with: more of them are text in a frame."""
_MAX_RUNS: Final = 50_000
"""The runs of a paragraph. The next one begins another paragraph."""
_MAX_JOINED: Final = 1000
"""The characters of a run to which no more text is joined: each time, all of it is copied."""
_MAX_NOTE_LEVEL: Final = 3
"""How deep notes may stand in notes; deeper ones are read where they stand."""
_MAGIC: Final = b"{\\rtf"
_STRONG: Final = (StyleKind.STRONG, "")
_NOTES_HEADING: Final = "Notes"


@dataclass(slots=True)
class _Group:
    """What holds in a group of RTF: its destination, the look of its text, and how its bytes are read."""

    destination: str = ""
    is_bold: bool = False
    is_slanted: bool = False
    is_struck: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    level: int = 0
    font: int = -1
    skipped_after_unit: int = 1
    target: str = ""

    @property
    def styles(self) -> RunStyles:
        looks = ((self.is_bold, StyleKind.STRONG), (self.is_slanted, StyleKind.EMPHASIS), (self.is_struck, StyleKind.STRIKE))
        link = ((StyleKind.LINK, self.target),) if self.target else ()
        return (*link, *((kind, "") for is_set, kind in looks if is_set))


@dataclass(slots=True)
class _Paragraph:
    """The properties of a paragraph, and its runs so far. `label` is that of a list item, as the program wrote it."""

    style: int = -1
    outline: int = -1
    item_level: int = 0
    is_cell: bool = False
    label: str = ""
    runs: list[StyledRun] = field(default_factory=list[StyledRun])


@dataclass(slots=True)
class _Note:
    """A footnote or endnote with its paragraphs."""

    label: str
    paragraphs: list[list[StyledRun]] = field(default_factory=list[list[StyledRun]])


def _join_field(words: str, more: str) -> str:
    """Return a title, name, label or address with more of its text, of which a file may have any number of pieces."""
    return words + more if len(words) < _MAX_FIELD_LENGTH else words


class RtfConverter:
    """Converter of RTF. `info` has the title and the author of the document."""

    def __init__(self, builder: Builder, what: str) -> None:
        """Write into `builder`; `what` is the document in messages."""
        self._what = what
        self.info: dict[str, str] = {}
        self.has_headings = False
        self.notes: list[_Note] = []
        self._builder = builder
        self._budget = current_budget()
        self._groups: list[_Group] = []
        self._group = _Group()
        self._paragraph = _Paragraph()
        self._outer: list[tuple[int, _Note, _Paragraph]] = []
        """The notes that are open, each with the number of groups around it and the paragraph in which it stands."""
        self._decoder = TextDecoder()
        self._encoding = encoding_of_page(1252)
        self._fonts: dict[int, str] = {}
        self._style_names: dict[int, str] = {}
        self._named_style = -1
        self._skipped = 0
        self._may_skip = False
        self._is_group_new = False
        """Whether the token before was the beginning of a group: only there a star makes a destination optional."""
        self._instruction = ""
        self._code: list[str] = []
        self._frame: list[Cell] = []
        """The rows of the table that have one cell, as long as no other row has come."""
        self._frame_size = 0
        self._rows = FittedRows()
        self._cells: list[Cell] = []
        self._cell_runs: list[StyledRun] = []
        self._heads = 0
        self._is_head = False

    def convert(self, data: bytes) -> None:
        """Write the blocks of a document, and collect its notes."""
        for token in read_tokens(data):
            self._take(token)
        self._end_paragraph()
        while self._outer:
            self._close_note()
            self._end_paragraph()
        self._end_row()  # which may lack its end
        self._write_table()
        self._write_code()

    # ------------------------------------------------------------------ Tokens

    def _take(self, token: RtfToken) -> None:
        kind = token.kind
        self._is_group_new, is_group_new = kind == "{", self._is_group_new
        if kind == "text" or kind == "byte":
            self._take_bytes(token.data)
        elif kind == "{":
            self._flush()
            if len(self._groups) >= _MAX_DEPTH:
                raise ReaderError(f"{self._what} is nested too deep to be a document", BROKEN_FILE_HINT)
            self._groups.append(self._group)
            self._group = copy(self._group)
            self._may_skip, self._skipped = False, 0
        elif kind == "}":
            self._flush()
            self._close_group()
        elif kind == "sign" and token.name == "*":
            self._may_skip = is_group_new
        elif kind == "sign":
            if token.name in "\r\n":
                self._end_paragraph()
            elif self._skipped:
                self._skipped -= 1
            else:
                self._add(SIGNS.get(token.name, ""))
        else:
            self._take_word(token.name, token.number)

    def _take_word(self, name: str, number: int | None) -> None:
        may_skip, self._may_skip = self._may_skip, False
        if name in _SKIPPED or (may_skip and name not in _READ):
            self._group.destination = "skipped"
        elif self._group.destination == "skipped":
            return
        elif name in ("fonttbl", "stylesheet", "info", "listtext", "pntext", "fldinst", "upr", *_INFO):
            self._group.destination = name
        elif name == "ud":
            self._group.destination = ""
        elif name == "fldrslt":
            self._group.destination = ""
            self._group.target = self._address()
        elif name == "field":
            self._instruction = ""
        elif name == "footnote":
            self._open_note()
        elif name == "u":
            self._add_unit(number or 0)
        elif name in SIGNS:
            self._add(SIGNS[name])
        else:
            self._flush()
            self._take_property(name, number)

    def _take_bytes(self, data: bytes) -> None:
        if self._skipped:
            count = min(self._skipped, len(data))
            self._skipped -= count
            data = data[count:]
        encoding = self._fonts.get(self._group.font) or self._encoding
        if data and (text := self._decoder.add_bytes(data, encoding)):
            self._put(text)

    def _take_property(self, name: str, number: int | None) -> None:
        """Take a control word for the look of text, a paragraph, a table or a font. Others change nothing here."""
        group, paragraph, is_on = self._group, self._paragraph, number != 0
        match name:
            case "par" | "sect" | "page" | "column":
                self._end_paragraph()
            case "line":
                self._add_run(LINE_BREAK)
            case "b":
                group.is_bold = is_on
            case "i":
                group.is_slanted = is_on
            case "strike" | "striked":
                group.is_struck = is_on
            case "deleted":
                group.is_deleted = is_on
            case "v":
                group.is_hidden = is_on
            case "super" | "sub":
                group.level = (1 if name == "super" else -1) if is_on else 0
            case "nosupersub":
                group.level = 0
            case "plain":
                self._reset_look()
            case "f":
                group.font = number or 0
            case "fcharset":
                self._take_charset(number or 0)
            case "ansicpg" | "mac" | "pc":
                self._encoding = encoding_of_page({"mac": 10000, "pc": 437}.get(name, number or 0))
            case "uc":
                group.skipped_after_unit = min(max(number or 0, 0), _MAX_SKIPPED)
            case "pard":
                self._reset_paragraph()
            case "s":
                self._take_style(number or 0)
            case "outlinelevel":
                paragraph.outline = number or 0
            case "ilvl":
                paragraph.item_level = min(max(number or 0, 0), _MAX_LEVEL)
            case "intbl":
                paragraph.is_cell = True
            case "trowd":
                self._is_head = False
            case "trhdr":
                self._is_head = True
            case "cell":
                self._end_cell()
            case "row":
                self._end_row()
            case _:
                pass

    def _add_unit(self, number: int) -> None:
        if text := self._decoder.add_unit(number):
            self._put(text)
        self._skipped = self._group.skipped_after_unit

    def _add(self, text: str) -> None:
        self._flush()
        self._put(text)

    def _add_run(self, text: str) -> None:
        if not self._group.destination:
            self._append(StyledRun(text))

    def _append_text(self, text: str) -> None:
        """Append text to the last run if that looks the same: many programs write letters beyond ASCII apart."""
        runs, run = self._paragraph.runs, StyledRun(text, self._group.styles, self._group.level)
        last = runs[-1].text if runs else ""
        is_joined = len(last) < _MAX_JOINED and LINE_BREAK not in (last, text) and not run.level
        if runs and is_joined and runs[-1] == run._replace(text=last):
            runs[-1] = run._replace(text=last + text)
        else:
            self._append(run)

    def _append(self, run: StyledRun) -> None:
        if len(self._paragraph.runs) >= _MAX_RUNS:
            self._close_paragraph()
        self._paragraph.runs.append(run)

    def _flush(self) -> None:
        self._skipped = 0
        if text := self._decoder.flush():
            self._put(text)

    def _put(self, text: str) -> None:
        """Put text where it belongs in its destination."""
        destination = self._group.destination
        if not destination:
            if not (self._group.is_hidden or self._group.is_deleted):
                self._append_text(text)
        elif destination in _INFO:
            self.info[destination] = _join_field(self.info.get(destination, ""), text)
        elif destination == "stylesheet":
            self._style_names[self._named_style] = _join_field(self._style_names.get(self._named_style, ""), text)
        elif destination in ("listtext", "pntext"):
            self._paragraph.label = _join_field(self._paragraph.label, text)
        elif destination == "fldinst":
            self._instruction = _join_field(self._instruction, text)

    def _close_group(self) -> None:
        if not self._groups:
            return
        if self._outer and len(self._groups) == self._outer[-1][0]:
            self._close_note()
        if self._group.destination == "stylesheet":
            self._named_style = 0
        self._group = self._groups.pop()

    # ------------------------------------------------------------------ Properties

    def _reset_look(self) -> None:
        group = self._group
        group.is_bold = group.is_slanted = group.is_struck = group.is_hidden = False
        group.level = 0

    def _reset_paragraph(self) -> None:
        if not self._group.destination:  # the labels of items have properties of their own
            self._paragraph = _Paragraph(label=self._paragraph.label, runs=self._paragraph.runs)

    def _take_style(self, number: int) -> None:
        if self._group.destination == "stylesheet":
            self._named_style = number
        elif not self._group.destination:
            self._paragraph.style = number

    def _take_charset(self, number: int) -> None:
        if self._group.destination == "fonttbl" and (encoding := encoding_of(number)):
            self._fonts[self._group.font] = encoding

    def _address(self) -> str:
        """Return the address in the instruction of the field that is open, "" for one within the document."""
        match = _ADDRESS.search(self._instruction)
        address = (match["quoted"] or match["bare"]).strip() if match else ""
        place = _PLACE.search(self._instruction)
        if not address or address.startswith("#"):
            return ""
        return f"{address}#{place[1]}" if place and "#" not in address else address

    # ------------------------------------------------------------------ Notes

    def _open_note(self) -> None:
        is_too_much = len(self._outer) >= _MAX_NOTE_LEVEL or len(self.notes) >= self._budget.limits.notes
        if self._group.destination or is_too_much:
            return
        note = _Note(str(len(self.notes) + 1))
        self._append(StyledRun(f"[{note.label}]", (), 0, (f"note {len(self.notes)}",)))
        self.notes.append(note)
        self._outer.append((len(self._groups), note, self._paragraph))
        self._paragraph = _Paragraph()
        self._reset_look()

    def _close_note(self) -> None:
        self._end_paragraph()
        _, _, self._paragraph = self._outer.pop()

    # ------------------------------------------------------------------ Blocks

    def _end_paragraph(self) -> None:
        self._flush()
        if not self._group.destination:
            self._close_paragraph()

    def _close_paragraph(self) -> None:
        ended = self._paragraph
        self._paragraph = replace(ended, label="", runs=[])
        if self._outer and ended.runs:
            self._outer[-1][1].paragraphs.append(self._fit(ended.runs, self._budget.take("runs", len(ended.runs))))
        elif self._outer:
            return
        elif ended.is_cell:
            room = max(0, self._budget.limits.runs - len(self._cell_runs))
            self._cell_runs += self._fit([*ended.runs, StyledRun(LINE_BREAK)], room)
        else:
            self._write_table()
            self._write_block(ended)

    def _fit(self, runs: list[StyledRun], granted: int) -> list[StyledRun]:
        """Return as many of the runs that wait for the end of a cell or of the text as are granted."""
        self._budget.omitted_length += sum(len(run.text) for run in runs[granted:])
        return runs[:granted]

    def _write_block(self, paragraph: _Paragraph) -> None:
        name = self._style_names.get(paragraph.style, "").strip(" ;").casefold()
        if name.startswith(_CODE_STYLES):
            self._code.append("".join("\n" if run.text == LINE_BREAK else run.text for run in paragraph.runs))
            return
        self._write_code()
        if not plain_text(paragraph.runs):
            return
        heading = _HEADING.match(name)
        label = paragraph.label.strip()
        if heading or name in _TITLES or 0 <= paragraph.outline < _BODY_OUTLINE:
            self.has_headings = True
            level = int(heading[1]) if heading else max(paragraph.outline, 0) + 1
            # Programs set headings in bold, which says nothing.
            runs = [run._replace(styles=tuple(style for style in run.styles if style != _STRONG)) for run in paragraph.runs]
            marker = [StyledRun(f"{label} ")] if label else []
            self._write_runs([*marker, *runs], BlockKind.HEADING, min(max(level, 1), _MAX_LEVEL))
        elif label:
            marker = "•" if len(label) == 1 and (label in _BULLETS or not label.isalnum()) else label
            self._write_runs(paragraph.runs, BlockKind.ITEM, paragraph.item_level + 1, f"{marker} ")
        else:
            kind, level = (BlockKind.QUOTE, 1) if name in _QUOTES else (BlockKind.PARAGRAPH, 0)
            self._write_runs(paragraph.runs, kind, level)

    def _write_code(self) -> None:
        """Write the pending paragraphs of code as one block."""
        lines, self._code = self._code, []
        if text := "\n".join(lines).strip("\n"):
            self._builder.begin(BlockKind.CODE)
            self._builder.text(text)
            self._builder.end()

    def _write_runs(
        self, runs: list[StyledRun], kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0, marker: str = ""
    ) -> None:
        self._builder.begin(kind, level, marker)
        write_runs(self._builder, [run for run in runs if run.text])
        self._builder.end()

    # ------------------------------------------------------------------ Tables

    def _end_cell(self) -> None:
        self._flush()
        if self._group.destination or self._outer:
            return
        runs = [*self._cell_runs, *self._paragraph.runs]
        self._cell_runs, self._paragraph = [], replace(self._paragraph, label="", runs=[])
        if len(self._cells) < _MAX_CELLS:
            self._cells.append(Cell() if self._rows.omitted else to_cell(run for run in runs if run.text))

    def _end_row(self) -> None:
        cells, self._cells = self._cells, []
        if cells:
            self._write_code()
            count = len(self._frame) + len(self._rows)
            self._heads = count + 1 if self._is_head and self._heads == count else self._heads
        if len(cells) == 1 and not self._rows:
            self._frame += cells
            self._frame_size += _ROW_SIZE + len(cells[0].text)
            if self._frame_size > _MAX_FRAME_SIZE:
                self._write_table()
        elif cells:
            for cell in self._frame:
                self._rows.add([cell])
            self._frame, self._frame_size = [], 0
            self._rows.add(cells)
        self._is_head = False

    def _write_table(self) -> None:
        """Write the rows so far as a table; those of one column are a frame around text."""
        frame, rows, heads = self._frame, self._rows, self._heads
        self._frame, self._frame_size, self._heads = [], 0, 0
        for text in (cell.text for cell in frame if cell.text):
            self._write_runs([StyledRun(text)])
        if rows:
            self._rows = FittedRows()
            render_table(self._builder, rows, heads if heads < len(rows) else 0)

    def write_notes(self) -> None:
        """Write the notes, in the order in which the text refers to them."""
        if self.notes:
            self._write_runs([StyledRun(_NOTES_HEADING)], BlockKind.HEADING, 2)
        for number, note in enumerate(self.notes):
            marker = f"[{note.label}] "
            with self._builder.entry(f"note {number}", note.label) as entry:
                entry.links = [target for runs in note.paragraphs for target in link_targets(runs)]
                for runs in filter(plain_text, note.paragraphs):
                    self._write_runs(runs, BlockKind.ITEM, 1 if marker else 2, marker)
                    marker = ""


def rtf_article(data: bytes, source: str) -> Article:
    """Import an RTF document. Raises ReaderError if it is nested too deep or has no text."""
    what = document_name(source)
    builder = Builder()
    converter = RtfConverter(builder, what)
    converter.convert(data[max(data.find(_MAGIC), 0) :])  # a mark of UTF-8 or blank lines may come before it
    converter.write_notes()
    builder.about = About(byline=" ".join(converter.info.get("author", "").split()))
    if not converter.has_headings:
        builder.title = " ".join(converter.info.get("title", "").split())
    article = builder.article("rtf", source, from_text=True)
    if not article.blocks:
        raise NoTextError(f"{what} is an RTF file without any text", "Pictures in it are not read")
    return article if article.references else with_linked_references(article)
