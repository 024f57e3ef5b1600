"""Convert an HTML tree to blocks in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Set
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import Final
from urllib.parse import quote, urljoin

from reader.article.model import BlockKind, StyleKind
from reader.formats.html.boilerplate import MainContent
from reader.formats.html.citations import InlineNote, NoteEntry, PageNotes
from reader.formats.html.element_names import is_tool
from reader.formats.html.images import alternative_text, caption_text, find_formula, is_drawn_formula, render_formula
from reader.formats.html.page_builder import INVISIBLE_CHARACTERS, BlockProperties, PageBuilder, without_invisible
from reader.formats.html.tables import table_parts, write_rows
from reader.formats.html.tree import BLOCK_TAGS, MARKER_ATTRIBUTE, Node, item_numbers, parse_number
from reader.formats.list_numbers import list_number
from reader.formats.runs import subscript, superscript
from reader.formats.text_table import Cell

# ------------------------------------------------------------------ The walk

_STYLE_TAGS: Final[Mapping[str, StyleKind]] = {
    **dict.fromkeys(("em", "i", "dfn", "var", "cite"), StyleKind.EMPHASIS),
    **dict.fromkeys(("strong", "b"), StyleKind.STRONG),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), StyleKind.CODE),
    **dict.fromkeys(("del", "s", "strike"), StyleKind.STRIKE),
}
_HEADING_LEVELS: Final = {f"h{level}": level for level in range(1, 7)}
VERBATIM_TAGS: Final = frozenset({"pre", "listing", "xmp", "plaintext"})
_LIST_TAGS: Final = frozenset({"ul", "ol", "menu", "dir"})
_OWN_LABEL: Final = re.compile(r"\s*\[\d{1,4}\]")
_MIN_LABELLED_ITEMS: Final = 2
_LINE_NUMBERS: Final = re.compile(r"[\d\s]+")
_ANCHOR_SIGNS: Final = frozenset("¶#§🔗⚓️∞ ")
_OTHER_RELATIONS: Final = frozenset({"author", "tag", "sponsored", "license"})
_EMBEDS: Final = frozenset(
    {"twitter-tweet", "twitter-video", "instagram-media", "tiktok-embed", "bluesky-embed", "mastodon-embed", "reddit-embed-bq"}
)
"""Classes of the quotations in which sites embed posts of social networks."""
_ADDRESS: Final = re.compile(r"(?:https?|ftp|mailto):", re.IGNORECASE)
_HOST: Final = re.compile(r"//[^\W_][\w-]*\.\w")
_PATH_OF_SITE: Final = re.compile(r"(?:/[\w%~()!$'*+,:@=&-][^/?#;]*)+/?(?:\?[^?#]+)?(?:#.+)?")
"""Match the path of a page of the same site that needs no normalization, which `urljoin` takes ten times as long for."""
_NOT_IN_ADDRESS: Final = {**INVISIBLE_CHARACTERS, **dict.fromkeys(map(ord, "\t\r\n"))}
_SPACE: Final = re.compile(r"\s")
_BULLETS: Final = ("• ", "◦ ", "▪ ")
_MAX_BUTTON_LENGTH: Final = 40
_MAX_ADDRESSES: Final = 4096


def convert_tree(
    root: Node, builder: PageBuilder, notes: PageNotes | None = None, content: MainContent | None = None, *, base: str = ""
) -> None:
    """Write the visible content of `root` to the builder. `base` is the base address of relative links."""
    notes, content = notes or PageNotes(), content or MainContent({}, set(), ())
    special = {*notes.hidden, *notes.entries, *notes.parts, *notes.markers, *notes.inline, *content.aside, *content.prose}
    _TreeWalk(builder, notes, content, special, base).run(root)


@lru_cache(_MAX_ADDRESSES)
def absolute_address(href: str, base: str) -> str:
    """Return the absolute address of a link, or "" for scripts and links within the page.

    Where neither the link nor the base says how a host is reached, it is by HTTPS.
    """
    if not href.isascii() or not href.isprintable() or " " in href:
        href = _SPACE.sub(lambda match: quote(match[0]), href.translate(_NOT_IN_ADDRESS).strip())
    if _ADDRESS.match(href):
        return href
    if not href or href.startswith("#"):
        return ""
    if not _ADDRESS.match(base):
        return f"https:{href}" if _HOST.match(href) else ""
    try:
        address = _site_address(base) + href if _PATH_OF_SITE.fullmatch(href) else urljoin(base, href)
    except ValueError:
        return ""
    return address if _ADDRESS.match(address) else ""


@lru_cache(1)
def _site_address(base: str) -> str:
    return urljoin(base, "/").removesuffix("/")


def non_source_links(root: Node, base: str, other_links: Collection[Node]) -> frozenset[str]:
    """Return the addresses of a page that only links lead to which are no sources.

    These are `other_links`, advertisements, tags and authors by their relation, credits in captions, and links in embedded
    posts.
    """
    others, sources = list[Node](), list[Node]()
    end_of_aside = 0
    for node in root.all_with_tag(("a", "blockquote", "figcaption")):
        if node.tag == "a":
            is_other = (
                node.order <= end_of_aside
                or node in other_links
                or ("rel" in node.attrs and not _OTHER_RELATIONS.isdisjoint(node.attrs["rel"].casefold().split()))
            )
            (others if is_other else sources).append(node)
        elif node.tag == "figcaption" or not _EMBEDS.isdisjoint(node.classes):
            end_of_aside = max(end_of_aside, node.last_order)
    addresses = {address for node in others if (address := absolute_address(node.get("href"), base)) and node.has_text()}
    if not addresses:
        return frozenset()
    linked = ((node, absolute_address(node.get("href"), base)) for node in sources)
    return frozenset(addresses.difference(address for node, address in linked if address in addresses and node.has_text()))


class _TreeWalk:
    """Walk over a tree that tracks nested lists and quotes, headings, figures and parts outside the article.

    `special` are the elements of the notes and of the content.
    """

    def __init__(self, builder: PageBuilder, notes: PageNotes, content: MainContent, special: Set[Node], base: str) -> None:
        self._builder, self._notes, self._content, self._special, self._base = builder, notes, content, special, base
        self._list_depth = 0
        self._pictures_shown: set[str] = set()
        self._shows_images = True
        self._is_aside = False
        self._heading_text = self._figure_caption = ""

    def run(self, root: Node) -> None:
        self._node(root)
        self._builder.end_block()

    def _write_note(self, note: InlineNote) -> None:
        with self._builder.with_properties(BlockProperties()):
            self._write(f"{note.marker} ")
            self._children(note.content)

    def _write(self, words: str) -> None:
        self._builder.text(without_invisible(words))

    def _children(self, node: Node) -> None:
        write, special = self._builder.text, self._special
        for kid in node.children:
            if isinstance(kid, str):
                write(kid if kid.isascii() else without_invisible(kid))
            elif kid.is_shown:
                if self._heading_text:
                    self._node(kid)
                elif kid in special:
                    self._special_node(kid)
                elif (handler := _HANDLERS.get(kid.tag)) is not None:
                    handler(self, kid)
                else:
                    self._other_element(kid)

    def _node(self, node: Node) -> None:
        if not node.is_shown or (self._heading_text and is_tool(node, self._heading_text)):
            return
        if node in self._special:
            self._special_node(node)
        else:
            self._element(node)

    def _special_node(self, node: Node) -> None:
        """Write an element that is of the notes, or is known to be or not to be of the article."""
        notes = self._notes
        if node in notes.hidden:
            return
        if (entry := notes.entries.get(node)) is not None:
            self._entry(entry)
        elif node in notes.parts:
            return
        elif (marker := notes.markers.get(node)) is not None:
            self._builder.cite(marker.text, marker.names)
        elif (note := notes.inline.get(node)) is not None:
            self._write(note.marker)
            self._builder.defer(partial(self._write_note, note))
        elif (reason := self._content.aside.get(node)) is not None and not self._is_aside:
            self._builder.end_block()
            self._is_aside = True
            with self._builder.aside(reason):
                self._element(node)
                self._builder.end_block()
            self._is_aside = False
        elif node in self._content.prose and not self._is_aside:
            self._builder.end_block()
            first = self._builder.open_content()
            self._element(node)
            self._builder.end_block()
            self._builder.close_content(first)
        else:
            self._element(node)

    def _element(self, node: Node) -> None:
        if (handler := _HANDLERS.get(node.tag)) is not None:
            handler(self, node)
        else:
            self._other_element(node)

    def _other_element(self, node: Node) -> None:
        """Write an element whose tag has no handler."""
        tag, attrs = node.tag, node.attrs
        if "role" in attrs and "heading" in node.roles and tag in ("div", "p", "span"):
            self.heading(node)
        elif ("class" in attrs or tag == "mjx-container") and (formula := find_formula(node)) is not None:
            self._write(render_formula(formula, prefers_tex=False))
        elif tag in BLOCK_TAGS:
            self._builder.end_block()
            self._children(node)
            self._builder.end_block()
        else:
            self._children(node)

    def style(self, node: Node) -> None:
        kind = _STYLE_TAGS[node.tag]
        opened = self._builder.open_style(kind)
        self._children(node)
        self._builder.close_style(opened, kind)

    def heading(self, node: Node) -> None:
        level = _HEADING_LEVELS.get(node.tag) or parse_number(node.get("aria-level"), 2)
        previous = self._shows_images, self._heading_text
        self._shows_images, self._heading_text = False, node.text()
        outer = self._builder.enter(BlockProperties(BlockKind.HEADING, min(max(level, 1), 6)))
        self._children(node)
        self._builder.leave(outer)
        self._shows_images, self._heading_text = previous

    def list(self, node: Node) -> None:
        self._builder.end_block()
        self._list_depth += 1
        numbers = item_numbers(node) if node.tag == "ol" and not _have_own_labels(node) else {}
        bullet = BlockProperties(BlockKind.ITEM, max(1, self._list_depth), _BULLETS[min(self._list_depth, len(_BULLETS)) - 1])
        for kid in node.children:
            if isinstance(kid, str):
                self._write(kid)
            elif kid.tag != "li":
                self._node(kid)
            elif numbers or MARKER_ATTRIBUTE in kid.attrs:
                number = f"{list_number(numbers[kid], node.get('type'))}. " if numbers else bullet.marker
                self._item(kid, bullet._replace(marker=kid.get(MARKER_ATTRIBUTE) or number))
            else:
                self._item(kid, bullet)
        self._list_depth -= 1
        self._builder.end_block()

    def _item(self, node: Node, properties: BlockProperties) -> None:
        outer = self._builder.enter(properties)
        if self._heading_text or node in self._special:
            self._node(node)
        elif node.is_shown:
            self._children(node)
        self._builder.leave(outer)

    def item(self, node: Node) -> None:
        """Write a list item. Outside a list it gets a bullet."""
        if self._builder.next_block.kind is BlockKind.ITEM and node.parent is not None and node.parent.tag in _LIST_TAGS:
            self._builder.end_block()
            self._children(node)
            self._builder.end_block()
        else:
            with self._builder.with_properties(BlockProperties(BlockKind.ITEM, max(1, self._list_depth), _BULLETS[0])):
                self._children(node)

    def term(self, node: Node) -> None:
        with self._builder.with_properties(BlockProperties(style=StyleKind.STRONG)):
            self._children(node)

    def description(self, node: Node) -> None:
        with self._builder.with_properties(BlockProperties(BlockKind.ITEM, self._list_depth + 2)):
            self._list_depth += 1
            self._children(node)
            self._list_depth -= 1

    def quote(self, node: Node) -> None:
        self._builder.end_block()
        with self._builder.quote() as depth, self._builder.with_properties(BlockProperties(BlockKind.QUOTE, depth)):
            self._children(node)

    def caption(self, node: Node) -> None:
        with self._builder.caption(), self._builder.with_properties(BlockProperties(style=StyleKind.EMPHASIS)):
            self._children(node)

    def figure(self, node: Node) -> None:
        self._builder.end_block()
        previous, self._figure_caption = self._figure_caption, caption_text(node).casefold()
        self._children(node)
        self._builder.end_block()
        self._figure_caption = previous

    def rule(self, node: Node) -> None:
        self._builder.end_block()
        if not self._is_aside:
            self._builder.begin(BlockKind.RULE)
            self._builder.text(node.get(MARKER_ATTRIBUTE) or "---")
            self._builder.end()

    def verbatim(self, node: Node) -> None:
        self._builder.end_block()
        code = code_text(node).strip("\n").rstrip()
        is_gutter = "\n" in code and _LINE_NUMBERS.fullmatch(code) and MARKER_ATTRIBUTE not in node.attrs
        if code and not is_gutter:
            self._builder.code(code)

    def line_break(self, node: Node) -> None:
        self._builder.line_break()

    def anchor(self, node: Node) -> None:
        href = node.attrs.get("href", "")
        if href[:1] == "#" and _ANCHOR_SIGNS.issuperset(node.text()):
            self._child_elements(node)
            return
        target = absolute_address(href, self._base) if href else ""
        if target:
            opened = self._builder.open_style(StyleKind.LINK)
            self._children(node)
            self._builder.close_style(opened, StyleKind.LINK, target)
        else:
            self._children(node)

    def _child_elements(self, node: Node) -> None:
        for kid in node.child_nodes():
            self._node(kid)

    def superscript(self, node: Node) -> None:
        self._script(node, is_high=True)

    def subscript(self, node: Node) -> None:
        self._script(node, is_high=False)

    def _script(self, node: Node, *, is_high: bool) -> None:
        """Write a superscript or subscript in Unicode's raised or lowered characters, unless it contains blocks or markers."""
        if any(kid in self._notes.markers or kid.tag in BLOCK_TAGS for kid in node.descendants()):
            self._children(node)
            return
        words = node.text()
        self._write(superscript(words, self._builder.last_text) if is_high else subscript(words))

    def write_quotation(self, node: Node) -> None:
        self._write("“")
        self._children(node)
        self._write("”")

    def ruby_text(self, node: Node) -> None:
        """Write the annotation of ruby text in brackets."""
        if words := node.text():
            self._write(f"({words})")

    def image(self, node: Node) -> None:
        if is_drawn_formula(node):
            self._write(render_formula(node))
        elif self._shows_images and (alternative := alternative_text(node, in_text=self._builder.is_open)):
            if len(alternative) <= 2:  # such as an emoji
                self._write(alternative)
            elif alternative not in self._pictures_shown and not self._is_in_text(alternative.casefold()):
                self._pictures_shown.add(alternative)
                self._builder.picture(alternative)

    @cached_property
    def _folded_texts(self) -> frozenset[str]:
        return frozenset(map(str.casefold, self._content.texts))

    def _is_in_text(self, alternative: str) -> bool:
        """Whether a paragraph repeats the alternative text, or the caption can replace it."""
        return (
            alternative in self._folded_texts
            or alternative in self._figure_caption
            or 0 < len(self._figure_caption) <= len(alternative)
        )

    def formula(self, node: Node) -> None:
        self._write(render_formula(node))

    def button(self, node: Node) -> None:
        """Write a button only if it is longer than a label, such as a question that opens its answer."""
        if self._builder.next_block.kind is BlockKind.HEADING or len(node.text()) > _MAX_BUTTON_LENGTH:
            self._children(node)

    def table(self, node: Node) -> None:
        self._builder.end_block()
        has_entry = bool(self._notes.entries) and not self._notes.entries.keys().isdisjoint(node.descendants())
        parts = None if has_entry else table_parts(node)
        if parts is None:
            self._children(node)
        for part in parts or ():
            if part.above is not None and part.is_layout:
                self._children(part.above)
            elif part.above is not None:
                self.term(part.above)
            rows = [[self._cell(cell) if cell is not None else Cell() for cell in row] for row in part.rows]
            write_rows(self._builder, rows, part.heads)
        self._builder.end_block()

    def _cell(self, node: Node) -> Cell:
        if 0 < node.order == node.last_order or all(isinstance(kid, str) for kid in node.children):
            text = node.text()
            return Cell(text if text.isascii() else text.translate(INVISIBLE_CHARACTERS))
        builder = PageBuilder(gap="\n")
        walk = _TreeWalk(builder, self._notes, MainContent({}, set(), ()), self._special, self._base)
        walk._shows_images = False
        walk._children(node)
        builder.end_block()
        return Cell(builder.full_text, tuple(builder.markers), builder.styles)

    def _entry(self, entry: NoteEntry) -> None:
        self._builder.end_block()
        previous = self._builder.next_block, self._shows_images
        self._shows_images = False
        with self._builder.entry(entry.name, entry.label) as builder_entry:
            marker = f"{entry.written_label} " if entry.written_label else ""
            self._builder.next_block = BlockProperties(
                BlockKind.ITEM if marker else BlockKind.PARAGRAPH, 1 if marker else 0, marker
            )
            for node in entry.nodes:
                self._children(node)
            self._builder.end_block()
            builder_entry.links += [address for href in entry.links if (address := absolute_address(href, self._base))]
            builder_entry.metadata = entry.metadata
        self._builder.next_block, self._shows_images = previous


_HANDLERS: Final[Mapping[str, Callable[[_TreeWalk, Node], None]]] = {
    **dict.fromkeys(_HEADING_LEVELS, _TreeWalk.heading),
    **dict.fromkeys(_STYLE_TAGS, _TreeWalk.style),
    **dict.fromkeys(_LIST_TAGS, _TreeWalk.list),
    **dict.fromkeys(VERBATIM_TAGS, _TreeWalk.verbatim),
    **dict.fromkeys(("figcaption", "caption"), _TreeWalk.caption),
    **dict.fromkeys(("dt", "summary", "legend"), _TreeWalk.term),
    "a": _TreeWalk.anchor,
    "blockquote": _TreeWalk.quote,
    "br": _TreeWalk.line_break,
    "button": _TreeWalk.button,
    "dd": _TreeWalk.description,
    "figure": _TreeWalk.figure,
    "hr": _TreeWalk.rule,
    "img": _TreeWalk.image,
    "li": _TreeWalk.item,
    "math": _TreeWalk.formula,
    "q": _TreeWalk.write_quotation,
    "rt": _TreeWalk.ruby_text,
    "sub": _TreeWalk.subscript,
    "sup": _TreeWalk.superscript,
    "table": _TreeWalk.table,
}


def _have_own_labels(ordered_list: Node) -> bool:
    """Whether the first items of a list have numbers in their text, "[4] …", beside which a page shows none of the list."""
    items = list(islice((kid for kid in ordered_list.child_nodes() if kid.tag == "li"), _MIN_LABELLED_ITEMS))
    return len(items) == _MIN_LABELLED_ITEMS and all(_OWN_LABEL.match(_first_words(item)) for item in items)


def _first_words(node: Node) -> str:
    """Return the first piece of text in an element."""
    place: Node | str = node
    while isinstance(place, Node):
        place = next((kid for kid in place.children if isinstance(kid, Node) or not kid.isspace()), "")
    return place


def code_text(node: Node) -> str:
    """Return the visible text of a preformatted element, with its line breaks."""
    parts: list[str] = []
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item.tag == "br":
            parts.append("\n")
        elif item.is_shown:
            stack.extend(reversed(item.children))
    return "".join(parts)
