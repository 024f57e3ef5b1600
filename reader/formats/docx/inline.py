"""Read the runs of a Word paragraph: styles, fields, links, notes, symbols."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.model import StyleKind
from reader.article.reference_lists import is_reference_heading
from reader.formats.comments import CommentEdge, CommentPlaces, edge_run
from reader.formats.docx.styles import Styles, is_on, numeral, typed_text, value_at
from reader.formats.docx.trace import Trace
from reader.formats.formulas import math_text
from reader.formats.progress import checkpoint
from reader.formats.runs import LINE_BREAK, EntryKeys, RunStyles, StyledRun, fit_runs, join_markers
from reader.formats.xml import attribute, children, element_name, find_element, find_elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ Symbol fonts

_GREEK: Final = dict(zip("abgdezhqiklmnxoprstufcyw", "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_CAPITALS: Final = dict(zip("ABGDEZHQIKLMNXOPRSTUFCYW", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True))
_SYMBOLS: Final = {
    **{ord(letter): greek for letter, greek in (*_GREEK.items(), *_CAPITALS.items())},
    **{0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±"},
    **{0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈"},
    **{0xBC: "…", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCE: "∈", 0xCF: "∉", 0xD1: "∇", 0xD2: "®", 0xD3: "©"},
    **{0xD4: "™", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫"},
}
_WINGDINGS: Final = {0xFC: "✓", 0xFB: "✗", 0xA8: "□", 0xFE: "☑", 0xD8: "➢", 0xA7: "▪", 0xE0: "→", 0x4A: "☺", 0x6F: "□"}
_PRIVATE_USE: Final = 0xF000


def symbol(font: str, code: str) -> str:
    """Return the character at a hexadecimal code of a symbol font, or "" for an invalid code."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    place = number - _PRIVATE_USE if number >= _PRIVATE_USE else number
    symbols = _WINGDINGS if "dings" in font.casefold() else _SYMBOLS
    if place in symbols:
        return symbols[place]
    return chr(place) if 0x20 <= place < 0x7F else chr(number) if 0xA0 <= number < 0xD800 else "�"


# ------------------------------------------------------------------ Links and bibliography entries

_MAX_MARKER_LENGTH: Final = 8
_CHECK_EVERY: Final = 1000
_DIGITS: Final = "0123456789"


class LinkTargets(NamedTuple):
    """The addresses that a part of the package links to, by relationship id."""

    addresses: Mapping[str, str]

    def target_of(self, hyperlink: Element) -> str:
        """Return the target of a link: an address, "#" and the name of a bookmark, or ""."""
        anchor = attribute(hyperlink, "anchor")
        address = self.addresses.get(attribute(hyperlink, "id"), "")
        return address or (f"#{anchor}" if anchor else "")


def address_in(instruction: str) -> str:
    r"""Return the target of a field `HYPERLINK "address" \l "bookmark"`, like `LinkTargets.target_of`; "" for other fields."""
    parts = _split_arguments(instruction)
    if parts[:1] == ["REF"] and "\\h" in parts and len(parts) > 1:
        return f"#{parts[1]}"
    if parts[:1] != ["HYPERLINK"]:
        return ""
    address = bookmark = ""
    place = 1
    while place < len(parts):
        if parts[place] == "\\l":
            bookmark = parts[place + 1] if place + 1 < len(parts) else ""
            place += 1
        elif parts[place] in ("\\o", "\\t"):
            place += 1
        elif not parts[place].startswith("\\") and not address:
            address = parts[place]
        place += 1
    return address or (f"#{bookmark}" if bookmark else "")


def _split_arguments(instruction: str) -> list[str]:
    parts: list[str] = []
    for number, piece in enumerate(instruction.split('"')):
        parts += [piece] if number % 2 else piece.split()
    return parts[:1] and [parts[0].upper(), *parts[1:]]


def find_entries(body: Element, styles: Styles) -> dict[Element, frozenset[str]]:
    """Return the paragraphs that are bibliography entries, with their bookmarks.

    An entry has a style for bibliographies, or the text links to it and it begins with a short link back, or it is under a
    heading for references and its bookmark has the name of a linked bookmark except for the number. The number may differ
    because the entry is never cited, or only by a range like "2–4".
    """
    paragraphs = list(find_elements(body, "p"))
    targets = set(_bookmark_targets(body))
    families = {name.rstrip(_DIGITS) for name in targets}
    entries: dict[Element, frozenset[str]] = {}
    is_announced = False
    for number, (paragraph, bookmarks) in enumerate(_find_bookmarks(body, paragraphs)):
        if number % _CHECK_EVERY == 0:
            checkpoint()
        kind = styles.style_of(paragraph).name
        text = typed_text(paragraph).strip()
        if kind in ("heading", "title") or is_reference_heading(text):
            is_announced = is_reference_heading(text)
        elif text and kind != "contents":
            is_listed = is_announced and any(name.rstrip(_DIGITS) in families for name in bookmarks)
            is_linked = not bookmarks.isdisjoint(targets) and _has_back_link(paragraph)
            if is_listed or is_linked or kind == "bibliography":
                entries[paragraph] = bookmarks
    return entries


def _bookmark_targets(body: Element) -> Iterator[str]:
    """Yield the names of the bookmarks that links and fields refer to."""
    for element in body.iter():
        if element_name(element) == "hyperlink":
            yield attribute(element, "anchor")
        elif element_name(element) in ("instrText", "fldSimple"):
            target = address_in((element.text or "") if element_name(element) == "instrText" else attribute(element, "instr"))
            yield target.removeprefix("#")


def _find_bookmarks(body: Element, paragraphs: list[Element]) -> Iterator[tuple[Element, frozenset[str]]]:
    """Yield every paragraph with its bookmarks, including bookmarks between the previous paragraph and this one."""
    inner_marks = {mark for paragraph in paragraphs for mark in find_elements(paragraph, "bookmarkStart")}
    earlier: list[str] = []
    for element in body.iter():
        if element_name(element) == "bookmarkStart" and element not in inner_marks:
            earlier.append(attribute(element, "name"))
        elif element_name(element) == "p":
            inner = [attribute(mark, "name") for mark in find_elements(element, "bookmarkStart")]
            yield element, frozenset((*earlier, *inner))
            earlier = []


def _has_back_link(paragraph: Element) -> bool:
    """Whether a paragraph begins with a short link to another place in the document, such as its marker."""
    for element in paragraph:
        text = typed_text(element)
        if element_name(element) == "hyperlink" and attribute(element, "anchor"):
            return 0 < len(text.strip()) <= _MAX_MARKER_LENGTH
        if text.strip():
            return False
    return False


# ------------------------------------------------------------------ Runs and notes

_TOGGLES: Final = (
    (StyleKind.STRONG, ("b", "bCs")),
    (StyleKind.EMPHASIS, ("i", "iCs")),
    (StyleKind.STRIKE, ("strike", "dstrike")),
)
_SCRIPT_LEVELS: Final = {"superscript": 1, "subscript": -1}
_HIDDEN_ELEMENTS: Final = frozenset({"del", "moveFrom", "rPr", "pPr", "sdtPr", "sdtEndPr", "proofErr", "rt", "fldData"})
_FIXED_TEXT: Final = {"tab": " ", "ptab": " ", "noBreakHyphen": "-", "softHyphen": ""}
_NOTE_PARTS: Final = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_COMMENT_EDGES: Final = {
    "commentRangeStart": CommentEdge.START,
    "commentRangeEnd": CommentEdge.END,
    "commentReference": CommentEdge.SIGN,
}
_DELETIONS: Final = ("del", "moveFrom")
_SEPARATORS: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})


@dataclass
class Note:
    """A footnote or endnote that the text refers to. `kind` is its part of the package, `name` its name for the builder.

    `reference` is the element in the text that refers to it first.
    """

    kind: str
    name: str
    label: str
    element: Element
    reference: Element


class DocxNotes:
    """The notes of a document, numbered in the order of their markers."""

    def __init__(self, footnotes: Element | None, endnotes: Element | None, endnote_format: str) -> None:
        self._elements = {"footnotes": _notes_by_id(footnotes), "endnotes": _notes_by_id(endnotes)}
        self._formats = {"footnotes": "decimal", "endnotes": endnote_format if footnotes is not None else "decimal"}
        self._by_name: dict[str, Note] = {}
        self._counts = {"footnotes": 0, "endnotes": 0}

    @property
    def notes(self) -> Sequence[Note]:
        """The notes with markers so far, in order."""
        return tuple(self._by_name.values())

    def call(self, reference: Element, mark: str = "") -> Note | None:
        """Return the note for a reference in the text, or None if it is missing. `mark` is a custom mark for it."""
        kind = _NOTE_PARTS[element_name(reference)]
        number = attribute(reference, "id")
        name = f"{kind} {number}"
        if name not in self._by_name:
            element = self._elements[kind].get(number)
            if element is None:
                return None
            if not mark:
                self._counts[kind] += 1
                mark = numeral(self._counts[kind], self._formats[kind])
            self._by_name[name] = Note(kind, name, mark, element, reference)
        return self._by_name[name]


def _notes_by_id(root: Element | None) -> dict[str, Element]:
    notes = children(root, "footnote", "endnote")
    return {attribute(note, "id"): note for note in notes if attribute(note, "type") not in _SEPARATORS}


@dataclass
class _Field:
    """An open field: its instruction so far, and the target of its result."""

    instruction: str = ""
    is_result: bool = False
    target: str = ""


@dataclass
class RunReader:
    """Reader of the runs of a document's paragraphs.

    `boxes` collects text boxes, `link_targets` the addresses in the last paragraph, `trace` the pieces and `comments` the
    places of comments, if they are given.
    """

    styles: Styles
    notes: DocxNotes
    links: LinkTargets
    entries: Mapping[Element, frozenset[str]]
    trace: Trace | None = None
    comments: CommentPlaces | None = None
    boxes: list[Element] = field(default_factory=list["Element"])
    link_targets: list[str] = field(default_factory=list[str])
    _fields: list[_Field] = field(default_factory=list[_Field])

    def __post_init__(self) -> None:
        """Give each entry a name, and index the names by bookmark and by paragraph."""
        self._names = {mark: f"entry {place}" for place, marks in enumerate(self.entries.values()) for mark in marks}
        self._entry_names = {paragraph: f"entry {place}" for place, paragraph in enumerate(self.entries)}
        self._keys = EntryKeys.from_entries([(name, "") for name in self._entry_names.values()])

    @contextlib.contextmanager
    def inside(self, note: Note, links: LinkTargets) -> Generator[None]:
        """Read the paragraphs of a note in the context. `links` are the link targets of the note's package part."""
        previous, self.links = self.links, links
        with self.trace.inside(note.reference) if self.trace else contextlib.nullcontext():
            yield
        self.links = previous

    def entry_name(self, paragraph: Element) -> str:
        """Return the name of an entry, or "" for other paragraphs."""
        return self._entry_names.get(paragraph, "")

    def read(self, paragraph: Element) -> list[StyledRun]:
        """Return the runs of a paragraph."""
        self.link_targets = []
        pieces = fit_runs(self._read_children(paragraph, (), None))
        runs = join_markers(pieces if self.comments is None else self.comments.take_edges(pieces), self._keys)
        # Only the result of a field continues in the next paragraph, not its instruction, even in a broken file.
        self._fields = [open_field for open_field in self._fields if open_field.is_result]
        return runs

    def _read_children(self, element: Element, look: RunStyles, names: tuple[str, ...] | None) -> Iterator[StyledRun]:
        for child in element:
            name = element_name(child)
            if name == "r":
                yield from self._read_run(child, look, names)
            elif name == "hyperlink":
                yield from self._read_link(child, self.links.target_of(child), look, names)
            elif name == "fldSimple":
                yield from self._read_link(child, address_in(attribute(child, "instr")), look, names)
            elif name in ("oMath", "oMathPara"):
                formula = StyledRun(f" {math_text(child)} " if name == "oMathPara" else math_text(child), look)
                yield from self._follow(child, [formula])
            elif name == "AlternateContent":
                yield from self._read_children(preferred_content(child), look, names)
            elif name in _COMMENT_EDGES or name in _DELETIONS:
                yield from self._comment_edges(child)
            elif name not in _HIDDEN_ELEMENTS:
                yield from self._read_children(child, look, names)

    def _comment_edges(self, element: Element) -> Iterator[StyledRun]:
        """Yield the edges of comments that an element is or holds, if the document has comments."""
        for edge in () if self.comments is None else find_elements(element, *_COMMENT_EDGES):
            yield edge_run(*comment_edge(edge))

    def _read_link(self, element: Element, target: str, look: RunStyles, names: tuple[str, ...] | None) -> Iterator[StyledRun]:
        look, names = self._follow_target(target, look, names)
        yield from self._read_children(element, look, names)

    def _follow_target(
        self, target: str, look: RunStyles, names: tuple[str, ...] | None
    ) -> tuple[RunStyles, tuple[str, ...] | None]:
        """Return the styles and the entry names of text that links to `target`."""
        if target.startswith("#"):
            name = self._names.get(target[1:])
            return look, (name,) if name is not None else names
        if target:
            self.link_targets.append(target)
            return (*look, (StyleKind.LINK, target)), names
        return look, names

    def _read_run(self, run: Element, look: RunStyles, names: tuple[str, ...] | None) -> Iterator[StyledRun]:
        properties = self._properties(run)
        if any(is_on(item, "vanish", "webHidden") for item in properties[:1]):
            return
        run_styles, level = _look_of(properties)
        if self.styles.is_code(value_at(run, "rPr", "rStyle")):
            run_styles = ((StyleKind.CODE, ""),)
        pieces = list(run)
        while pieces:
            child = pieces.pop(0)
            name = element_name(child)
            if name in ("fldChar", "instrText"):
                self._follow_field(child)
            elif name == "AlternateContent":
                pieces = [*preferred_content(child), *pieces]
            elif name in _COMMENT_EDGES:
                yield from self._comment_edges(child)
            elif self._fields and not self._fields[-1].is_result:
                continue
            elif name in _NOTE_PARTS:
                yield from self._follow(child, self._read_note(child, pieces))
            else:
                in_look, in_names = look, names
                for item in self._fields:
                    in_look, in_names = self._follow_target(item.target, in_look, in_names)
                yield from self._follow(child, self._read_piece(child, (*in_look, *run_styles), level, in_names))

    def _follow(self, element: Element, runs: Iterable[StyledRun]) -> Iterable[StyledRun]:
        return runs if self.trace is None else self.trace.follow(element, runs)

    def _read_piece(self, child: Element, look: RunStyles, level: int, names: tuple[str, ...] | None) -> Iterator[StyledRun]:
        name = element_name(child)
        if name == "t":
            yield StyledRun(child.text or "", look, level, names)
        elif name in _FIXED_TEXT:
            yield StyledRun(_FIXED_TEXT[name], look, level, names)
        elif name in ("br", "cr"):
            if attribute(child, "type") not in ("page", "column"):
                yield StyledRun(LINE_BREAK)
        elif name == "sym":
            yield StyledRun(symbol(attribute(child, "font"), attribute(child, "char")), look, level)
        elif name in ("drawing", "pict", "object"):
            yield from self._read_picture(child)
        elif name == "ruby":
            for base in children(child, "rubyBase"):
                yield from self._read_children(base, look, names)

    def _properties(self, run: Element) -> list[Element]:
        """Return the properties of a run and of its style, the nearest first."""
        inherited = self.styles.run_properties(value_at(run, "rPr", "rStyle"))
        return [*children(run, "rPr")[:1], *inherited]

    def _follow_field(self, element: Element) -> None:
        """Follow a complex field through its begin, instruction, separator and end."""
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif not self._fields:
            return
        elif element_name(element) == "instrText":
            self._fields[-1].instruction += element.text or ""
        elif kind == "separate":
            self._fields[-1].is_result = True
            self._fields[-1].target = address_in(self._fields[-1].instruction)
        elif kind == "end":
            self._fields.pop()

    def _read_note(self, reference: Element, following: Sequence[Element]) -> Iterator[StyledRun]:
        mark = ""
        if attribute(reference, "customMarkFollows").casefold() in ("1", "true", "on"):
            mark = "".join(sibling.text or "" for sibling in following if element_name(sibling) == "t").strip()
            for sibling in following:
                sibling.text = ""  # the marker is written below
        note = self.notes.call(reference, mark)
        if note is not None:
            yield StyledRun(f"[{note.label}]", (), 0, (note.name,))

    def _read_picture(self, picture: Element) -> Iterator[StyledRun]:
        """Yield the alternative text of a picture, and collect its text boxes for the end of the paragraph."""
        self.boxes += find_elements(picture, "txbxContent")
        part = next(find_elements(picture, "docPr" if element_name(picture) == "drawing" else "shape"), None)
        if text := " ".join((attribute(part, "descr") or attribute(part, "alt")).split()):
            yield StyledRun(f"[image: {text}]", ((StyleKind.EMPHASIS, ""),))


def is_comment_edge(element: Element) -> bool:
    """Whether an element says where a comment is."""
    return element_name(element) in _COMMENT_EDGES


def comment_edge(element: Element) -> tuple[CommentEdge, str]:
    """Return which edge of which comment an element is."""
    return _COMMENT_EDGES[element_name(element)], attribute(element, "id")


def preferred_content(element: Element) -> Element:
    """Return the part of alternative content for newer programs, else the fallback."""
    choice, fallback = find_element(element, "Choice"), find_element(element, "Fallback")
    return choice if choice is not None and len(choice) else fallback if fallback is not None else element


def _look_of(properties: Sequence[Element]) -> tuple[RunStyles, int]:
    """Return the styles and script level of a run. For each property, the nearest setting counts."""
    look = tuple(
        (kind, "")
        for kind, names in _TOGGLES
        if next((on for item in properties if (on := is_on(item, *names)) is not None), False)
    )
    for item in properties:
        position = find_element(item, "vertAlign")
        if position is not None:
            return look, _SCRIPT_LEVELS.get(attribute(position, "val"), 0)
    return look, 0
