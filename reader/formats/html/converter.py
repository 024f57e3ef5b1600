"""Convert an HTML tree to blocks, in reading order."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator, Mapping
from typing import Final, NamedTuple
from urllib.parse import quote, urljoin

from reader.article.model import BlockKind, StyleKind
from reader.formats.builder import Builder, letter_of, roman_of
from reader.formats.html.boilerplate import MainContent, is_tool
from reader.formats.html.citations import InlineNote, NoteEntry, Notes
from reader.formats.html.images import alternative_of, caption_of, formula_in, formula_of, is_drawn_formula
from reader.formats.html.tables import parts_of, write_rows
from reader.formats.html.tree import SPACED, Node, numbers_in, whole_number
from reader.formats.runs import subscript, superscript
from reader.formats.text_table import Cell

# ------------------------------------------------------------------ a block begins with the first words that are met, and ends

UNSEEN: Final = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
"""What only says where a word may be broken, for `str.translate`."""


class Place(NamedTuple):
    """What the next block will be; `marker` is what it begins with, `style` how all of it is drawn."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    marker: str = ""
    style: StyleKind | None = None


class Blocks:
    """Where the text is: the place of the next block, whether one is open, what waits to be written.

    `behind` is called when a block has ended: it may write what was met inside and stands behind it.
    """

    def __init__(self, builder: Builder, behind: Callable[[], None]) -> None:
        self.place = Place()
        self.is_open = False
        self.last = ""
        """The words or the marker that were written last into the open block."""
        self._builder = builder
        self._behind = behind
        self._breaks = 0
        self._pictures: list[str] = []

    def text(self, words: str) -> None:
        """Add words; white space alone begins no block."""
        words = words.translate(UNSEEN)
        if words.strip():
            self.open()
            self.last = words
        if self.is_open:
            self._builder.text(words)

    def marker(self, text: str, names: tuple[str, ...]) -> None:
        """Add a marker of the entries with these names."""
        self.open()
        self._builder.cite(text, names)
        self.last = text

    def line_break(self) -> None:
        """Break the line before the next words, if there are any; two breaks begin a new paragraph."""
        self._breaks += 1

    def picture(self, alternative: str) -> None:
        """Add what a picture shows: behind the open block, or here if none is open."""
        self._pictures.append(alternative)
        if not self.is_open:
            self.end()

    def open(self) -> None:
        """Begin the block that is due, or the line or paragraph that waits."""
        if self._breaks and self.place.kind is BlockKind.HEADING:
            self._builder.text(" ")
        elif self._breaks > 1:
            self.end()
        elif self._breaks and self.is_open:
            self._builder.new_line()
        self._breaks = 0
        if self.is_open:
            return
        place = self.place
        self._builder.begin(place.kind, place.level, place.marker)
        self.is_open = True
        if place.kind is BlockKind.ITEM and place.marker:
            # What comes later in the same item stands below its text.
            self.place = Place(BlockKind.ITEM, place.level + 1)

    def end(self) -> None:
        """End the open block; pictures that were met inside it come behind it."""
        self._builder.end()
        self.is_open, self._breaks, self.last = False, 0, ""
        pictures, self._pictures = self._pictures, []
        for alternative in pictures:
            self._builder.begin()
            with self._builder.style(StyleKind.EMPHASIS):
                self._builder.text(f"[image: {alternative}]")
            self._builder.end()
        self._behind()

    @contextlib.contextmanager
    def at(self, place: Place) -> Generator[None]:
        """Write the blocks within at another place."""
        self.end()
        before, self.place = self.place, place
        with contextlib.nullcontext() if place.style is None else self._builder.style(place.style):
            yield
        self.end()
        self.place = before


# ------------------------------------------------------------------ used by HTML pages and by EPUB

_STYLES: Final[Mapping[str, StyleKind]] = {
    **dict.fromkeys(("em", "i", "dfn", "var", "cite"), StyleKind.EMPHASIS),
    **dict.fromkeys(("strong", "b"), StyleKind.STRONG),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), StyleKind.CODE),
    **dict.fromkeys(("del", "s", "strike"), StyleKind.STRIKE),
}
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_VERBATIM: Final = frozenset({"pre", "listing", "xmp", "plaintext"})
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_LINE_NUMBERS: Final = re.compile(r"[\d\s]+")
_ANCHOR_SIGNS: Final = frozenset("¶#§🔗⚓️∞ ")
_ADDRESS: Final = re.compile(r"(?:https?|ftp|mailto):", re.IGNORECASE)
_NOT_IN_ADDRESSES: Final = {**UNSEEN, **dict.fromkeys(map(ord, "\t\r\n"))}
_SPACE: Final = re.compile(r"\s")
_BULLETS: Final = ("• ", "◦ ", "▪ ")
_LONGEST_BUTTON: Final = 40


def walk(root: Node, builder: Builder, notes: Notes | None = None, parts: MainContent | None = None, *, base: str = "") -> None:
    """Add what is shown of `root` to the builder. `base` is the address that relative links are seen from."""
    _Walk(builder, notes or Notes(), parts or MainContent({}, set(), set()), base).run(root)


def address_of(href: str, base: str) -> str:
    """Return the absolute address a link leads to, "" for one within the page and for scripts."""
    href = _SPACE.sub(lambda match: quote(match[0]), href.translate(_NOT_IN_ADDRESSES).strip())
    if not href or href.startswith("#"):
        return ""
    if base and not _ADDRESS.match(href):
        with contextlib.suppress(ValueError):
            href = urljoin(base, href)
    return href if _ADDRESS.match(href) else ""


class _Walk:
    """Where the walk is: how deep in lists and quotes, in which heading, figure or part that is set aside."""

    def __init__(self, builder: Builder, notes: Notes, parts: MainContent, base: str) -> None:
        self._builder, self._notes, self._parts, self._base = builder, notes, parts, base
        self._blocks = Blocks(builder, self._write_notes)
        self._lists = self._quotes = 0
        self._waiting: list[InlineNote] = []
        self._said: set[str] = set()
        self._takes_images = True
        self._is_aside = False
        self._line = self._caption = ""

    def run(self, root: Node) -> None:
        """Walk over all of `root`."""
        self._node(root)
        self._blocks.end()

    def _write_notes(self) -> None:
        """Write the notes that were met inside the block that has ended."""
        notes, self._waiting = self._waiting, []
        for note in notes:
            with self._blocks.at(Place()):
                self._blocks.text(f"{note.marker} ")
                self._kids(note.content)

    # ------------------------------------------------------------------ elements

    def _kids(self, node: Node) -> None:
        for kid in node.kids:
            if isinstance(kid, Node):
                self._node(kid)
            else:
                self._blocks.text(kid)

    def _node(self, node: Node) -> None:
        notes = self._notes
        if not node.is_shown or node in notes.silent or (self._line and is_tool(node, self._line)):
            return
        if (entry := notes.entries.get(node)) is not None:
            self._entry(entry)
        elif node in notes.parts:
            return
        elif (marker := notes.markers.get(node)) is not None:
            self._blocks.marker(marker.text, marker.names)
        elif (note := notes.inline.get(node)) is not None:
            self._blocks.text(note.marker)
            self._waiting.append(note)
        elif (reason := self._parts.aside.get(node)) is not None and not self._is_aside:
            self._blocks.end()
            self._is_aside = True
            with self._builder.aside(reason):
                self._element(node)
                self._blocks.end()
            self._is_aside = False
        elif node in self._parts.prose and not self._is_aside:
            self._blocks.end()
            with self._builder.sure():
                self._element(node)
                self._blocks.end()
        else:
            self._element(node)

    def _element(self, node: Node) -> None:
        tag = node.tag
        if tag in _HEADINGS or ("heading" in node.roles and tag in ("div", "p", "span")):
            self.heading(node)
        elif tag in _STYLES:
            with self._builder.style(_STYLES[tag]):
                self._kids(node)
        elif tag in _LISTS:
            self._list(node)
        elif (handler := _HANDLERS.get(tag)) is not None:
            handler(self, node)
        elif (formula := formula_in(node)) is not None:
            self._blocks.text(formula_of(formula, prefers_tex=False))
        elif tag in SPACED:
            self._blocks.end()
            self._kids(node)
            self._blocks.end()
        else:
            self._kids(node)

    def heading(self, node: Node) -> None:
        level = _HEADINGS.get(node.tag) or whole_number(node.get("aria-level"), 2)
        before = self._takes_images, self._line
        self._takes_images, self._line = False, node.text()
        with self._blocks.at(Place(BlockKind.HEADING, min(max(level, 1), 6))):
            self._kids(node)
        self._takes_images, self._line = before

    def _list(self, node: Node) -> None:
        self._blocks.end()
        self._lists += 1
        numbers = numbers_in(node) if node.tag == "ol" else {}
        for kid in node.kids:
            if isinstance(kid, str):
                self._blocks.text(kid)
            elif kid.tag != "li":
                self._node(kid)
            else:
                self._item(kid, _numbered(numbers[kid], node.get("type")) if numbers else self._bullet())
        self._lists -= 1
        self._blocks.end()

    def _bullet(self) -> str:
        return _BULLETS[min(self._lists, len(_BULLETS)) - 1]

    def _item(self, node: Node, marker: str) -> None:
        with self._blocks.at(Place(BlockKind.ITEM, max(1, self._lists), marker)):
            self._node(node)

    def item(self, node: Node) -> None:
        """Take a list item: one outside of any list gets its marker here."""
        if self._blocks.place.kind is BlockKind.ITEM and node.parent is not None and node.parent.tag in _LISTS:
            self._blocks.end()
            self._kids(node)
            self._blocks.end()
        else:
            with self._blocks.at(Place(BlockKind.ITEM, max(1, self._lists), _BULLETS[0])):
                self._kids(node)

    def term(self, node: Node) -> None:
        with self._blocks.at(Place(style=StyleKind.STRONG)):
            self._kids(node)

    def description(self, node: Node) -> None:
        with self._blocks.at(Place(BlockKind.ITEM, self._lists + 2)):
            self._lists += 1
            self._kids(node)
            self._lists -= 1

    def quote(self, node: Node) -> None:
        self._quotes += 1
        with self._blocks.at(Place(BlockKind.QUOTE, self._quotes)):
            self._kids(node)
        self._quotes -= 1

    def caption(self, node: Node) -> None:
        with self._blocks.at(Place(style=StyleKind.EMPHASIS)):
            self._kids(node)

    def figure(self, node: Node) -> None:
        self._blocks.end()
        before, self._caption = self._caption, caption_of(node).casefold()
        self._kids(node)
        self._blocks.end()
        self._caption = before

    def rule(self, node: Node) -> None:
        self._blocks.end()
        if not self._is_aside:
            self._builder.begin(BlockKind.RULE)
            self._builder.text("---")
            self._builder.end()

    def verbatim(self, node: Node) -> None:
        self._blocks.end()
        code = _code_of(node).strip("\n").rstrip()
        if code and not (_LINE_NUMBERS.fullmatch(code) and "\n" in code):
            self._builder.begin(BlockKind.CODE)
            self._builder.text(code)
        self._blocks.end()

    def line_break(self, node: Node) -> None:
        self._blocks.line_break()

    def anchor(self, node: Node) -> None:
        if _ANCHOR_SIGNS.issuperset(node.text()) and node.get("href").startswith("#"):
            self._kids_that_are_nodes(node)
            return
        target = address_of(node.get("href"), self._base)
        if target:
            with self._builder.style(StyleKind.LINK, target):
                self._kids(node)
        else:
            self._kids(node)

    def _kids_that_are_nodes(self, node: Node) -> None:
        for kid in node.nodes():
            self._node(kid)

    def high(self, node: Node) -> None:
        self._script(node, is_high=True)

    def low(self, node: Node) -> None:
        self._script(node, is_high=False)

    def _script(self, node: Node, *, is_high: bool) -> None:
        """Take a superscript or a subscript: as characters of that kind, if it is not a text of its own."""
        if any(kid in self._notes.markers or kid.tag in SPACED for kid in node.inside()):
            self._kids(node)
            return
        words = node.text()
        self._blocks.text(superscript(words, self._blocks.last) if is_high else subscript(words))

    def quoted(self, node: Node) -> None:
        self._blocks.text("“")
        self._kids(node)
        self._blocks.text("”")

    def reading(self, node: Node) -> None:
        """Take what stands above a word in ruby text."""
        if words := node.text():
            self._blocks.text(f"({words})")

    def image(self, node: Node) -> None:
        if is_drawn_formula(node):
            self._blocks.text(formula_of(node))
        elif self._takes_images and (alternative := alternative_of(node, in_text=self._blocks.is_open)):
            if len(alternative) <= 2:  # an emoji
                self._blocks.text(alternative)
            elif alternative not in self._said and not self._is_said(alternative.casefold()):
                self._said.add(alternative)
                self._blocks.picture(alternative)

    def _is_said(self, alternative: str) -> bool:
        """Whether a paragraph of the page or the caption of the picture says as much as its alternative text."""
        return alternative in self._parts.texts or alternative in self._caption or 0 < len(self._caption) <= len(alternative)

    def formula(self, node: Node) -> None:
        self._blocks.text(formula_of(node))

    def button(self, node: Node) -> None:
        """Take a button only where it says more than what it does: a question that opens its answer."""
        if self._blocks.place.kind is BlockKind.HEADING or len(node.text()) > _LONGEST_BUTTON:
            self._kids(node)

    def table(self, node: Node) -> None:
        self._blocks.end()
        inside = node.inside() if self._notes.entries else ()
        parts = None if any(inner in self._notes.entries for inner in inside) else parts_of(node)
        if parts is None:
            self._kids(node)
        for part in parts or ():
            if part.above is not None and part.parted:
                self._kids(part.above)
            elif part.above is not None:
                self.term(part.above)
            rows = [[self._cell(cell) if cell is not None else Cell() for cell in row] for row in part.rows]
            write_rows(self._builder, rows, part.heads)
        self._blocks.end()

    def _cell(self, node: Node) -> Cell:
        """Return what stands in a cell, in lines, with the markers and looks in it."""
        inner = Builder(gap="\n")
        within = _Walk(inner, self._notes, MainContent({}, set(), set()), self._base)
        within._takes_images = False
        within._kids(node)
        within._blocks.end()
        return Cell(inner.written, tuple(inner.marks), inner.styles)

    # ------------------------------------------------------------------ entries

    def _entry(self, entry: NoteEntry) -> None:
        self._blocks.end()
        before = self._blocks.place, self._takes_images
        self._takes_images = False
        with self._builder.entry(entry.name, entry.label) as made:
            marker = f"{entry.shown} " if entry.shown else ""
            self._blocks.place = Place(BlockKind.ITEM if marker else BlockKind.PARAGRAPH, 1 if marker else 0, marker)
            for node in entry.nodes:
                self._kids(node)
            self._blocks.end()
            made.links += [address for href in entry.links if (address := address_of(href, self._base))]
            made.known = entry.known
        self._blocks.place, self._takes_images = before


_HANDLERS: Final[Mapping[str, Callable[[_Walk, Node], None]]] = {
    **dict.fromkeys(_VERBATIM, _Walk.verbatim),
    **dict.fromkeys(("figcaption", "caption"), _Walk.caption),
    **dict.fromkeys(("dt", "summary", "legend"), _Walk.term),
    "a": _Walk.anchor,
    "blockquote": _Walk.quote,
    "br": _Walk.line_break,
    "button": _Walk.button,
    "dd": _Walk.description,
    "figure": _Walk.figure,
    "hr": _Walk.rule,
    "img": _Walk.image,
    "li": _Walk.item,
    "math": _Walk.formula,
    "q": _Walk.quoted,
    "rt": _Walk.reading,
    "sub": _Walk.low,
    "sup": _Walk.high,
    "table": _Walk.table,
}


def _code_of(node: Node) -> str:
    """Return what stands in a block of code, as it stands."""
    parts: list[str] = []
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item.tag == "br":
            parts.append("\n")
        elif item.is_shown:
            stack.extend(reversed(item.kids))
    return "".join(parts)


def _numbered(number: int, kind: str) -> str:
    """Return the marker of a numbered item; `kind` is the list's type, such as "a" or "I"."""
    written = {"a": letter_of, "i": roman_of}.get(kind.lower(), str)(number) or str(number)
    return f"{written.upper() if kind.isupper() else written}. "
