"""HTML and XHTML as a plain tree of nodes: libxml2's forgiving parser feeds it, and nothing of lxml is seen outside.

A tree of our own has types, an order that can be compared, and a bounded depth: what is nested deeper is put flat into the
deepest element that is kept, so that no document, whoever made it, makes anything here recurse without end. The parser gets
bytes, resolves no entity but those of HTML, loads nothing.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from posixpath import normpath
from typing import Final, Protocol, cast
from urllib.parse import unquote

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.detection import decode, has_byte_order_mark, normalize_line_ends

_MAX_DEPTH: Final = 120
_DECLARATION_SIZE: Final = 4096
_BROWSER_ENCODINGS: Final = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
    "shift_jis": "cp932",
}
"""Encodings that pages name, and those that browsers read them in."""
_MAX_NODES: Final = 500_000
_MAX_DIGITS: Final = 9
_VOID_TAGS: Final = frozenset(
    {
        *("area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "isindex", "link", "meta", "param"),
        *("source", "track", "wbr"),
    }
)
HIDDEN_TAGS: Final = frozenset(
    {
        *("script", "style", "template", "noscript", "title", "meta", "link", "base", "iframe", "object", "embed"),
        *("svg", "canvas", "audio", "video", "map", "datalist", "select", "textarea", "input", "noframes", "noembed", "applet"),
        *("rp", "param", "source", "track", "area", "colgroup", "col", "annotation", "annotation-xml", "defs", "dialog"),
    }
)
"""Elements whose content is never shown as text."""
_HIDING_STYLE: Final = lazy_pattern(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_DECLARED_ENCODING: Final = lazy_pattern(
    r"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})|<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]+)", re.IGNORECASE
)
_SELF_CLOSED: Final = lazy_pattern(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*?)?)/>")
_XHTML: Final = lazy_pattern(r"\s*<\?xml\b|[^>]{0,1000}<html\b[^>]{0,500}\bxmlns\s*=")
_ANCHOR_ATTRIBUTES: Final = ("id", "name")
_ABSOLUTE_ADDRESS: Final = lazy_pattern(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
MARKER_ATTRIBUTE: Final = "MARKER"
"""The attribute by which other importers set the marker of a list item and the text of a rule, and keep code of mere numbers.

No page can set it: attribute names are read in lower case.
"""
_NO_WORDS: Final = frozenset[str]()
_CDATA: Final = lazy_pattern(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


class Node:
    """An element: its tag in lower case without a prefix, its attributes, its children in order, text as `str`.

    `order` counts the elements of a tree from its root, `last` is the order of the last one inside, `place` its index among the
    kids of its parent.
    """

    __slots__ = ("attrs", "kids", "last", "order", "parent", "place", "tag")

    def __init__(self, tag: str, attrs: Mapping[str, str] | None = None, parent: Node | None = None) -> None:
        self.tag = tag
        self.attrs = dict(attrs or {})
        self.kids: list[Node | str] = []
        self.parent = parent
        self.order = self.last = self.place = 0

    def get(self, name: str) -> str:
        """Return an attribute, "" where there is none."""
        return self.attrs.get(name, "")

    @property
    def id(self) -> str:
        """Its id, or what an anchor of older pages is named."""
        return self.attrs.get("id", "") or (self.attrs.get("name", "") if self.tag == "a" else "")

    @property
    def classes(self) -> frozenset[str]:
        """The words of its class, in lower case."""
        said = self.attrs.get("class")
        return frozenset(said.casefold().split()) if said else _NO_WORDS

    @property
    def roles(self) -> frozenset[str]:
        """The words of its role and of EPUB's type, in lower case."""
        role, kind = self.attrs.get("role"), self.attrs.get("epub:type")
        return frozenset(f"{role or ''} {kind or ''}".casefold().split()) if role or kind else _NO_WORDS

    @property
    def is_shown(self) -> bool:
        """Whether what is inside is to be seen: no script or the like, and not hidden by the element itself."""
        if self.tag in HIDDEN_TAGS:
            return False
        return "hidden" not in self.attrs and not ("style" in self.attrs and _HIDING_STYLE.search(self.attrs["style"]))

    def child_nodes(self) -> Iterator[Node]:
        """Yield the child elements."""
        return (kid for kid in self.kids if isinstance(kid, Node))

    def descendants(self) -> Iterator[Node]:
        """Yield all elements inside, in order, without this one."""
        stack = [kid for kid in reversed(self.kids) if isinstance(kid, Node)]
        while stack:
            node = stack.pop()
            yield node
            if node.kids:
                stack += [kid for kid in reversed(node.kids) if isinstance(kid, Node)]

    def ancestors(self) -> Iterator[Node]:
        """Yield the elements around it, from the inside out."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def contains(self, other: Node) -> bool:
        """Whether `other` is this element or inside it."""
        return self.order <= other.order <= self.last

    def text(self, without: frozenset[Node] | set[Node] = frozenset()) -> str:
        """Return what is shown of it in one line, apart from the elements in `without`."""
        parts: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                parts.append(item)
            elif item.is_shown and item not in without:
                if item.tag in BLOCK_TAGS:
                    parts.append(" ")
                    stack.append(" ")
                stack.extend(reversed(item.kids))
        return " ".join("".join(parts).split())


HEADING_TAGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCK_TAGS: Final = HEADING_TAGS | {
    *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "dir"),
    *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend"),
    *("li", "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section"),
    *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp"),
}
"""Elements that stand on lines of their own: text before and behind them is parted from theirs."""


def html_tree(data: bytes) -> Node:
    """Return the root of a page, a node without a tag. Never fails: what is no HTML is text."""
    return parse_html(_decode_page(data))


def parse_html(text: str) -> Node:
    """Return the root of HTML or XHTML that was decoded already."""
    text = text.replace("\0", "")
    if _XHTML.match(text):
        # Read by the rules of HTML, an element that XHTML closes at once would stay open to the end of what is around it.
        text = _CDATA.sub(lambda match: match[1].replace("&", "&amp;").replace("<", "&lt;"), text)
        text = _SELF_CLOSED.sub(lambda m: m[0] if m[1].casefold() in _VOID_TAGS else f"<{m[1]}{m[2]}></{m[1]}>", text)
    target = _TreeBuilder()
    library = cast("_Library", import_module("lxml.etree"))
    parser = library.HTMLParser(target=target, encoding="utf-8", huge_tree=True, no_network=True)
    with contextlib.suppress(library.LxmlError):  # what was read before stays
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    number_nodes(target.root)
    return target.root


def join_files(parts: Iterable[tuple[str, Node]]) -> Node:
    """Return one tree of the files of a package, given with their paths in it: ids and links are made those of the whole.

    An id that only one of the files has stays as it is, and links to it become "#id". The id "n1" that several have becomes
    "text/one.xhtml#n1" in the first of them, and "../notes.xhtml#n1", seen from there, becomes the link "#notes.xhtml#n1". A
    file's own root is named by its path. The nodes of the parts are changed.
    """
    whole = Node("")
    owners: dict[str, list[Node]] = {}
    for path, root in parts:
        part = Node("article", {"id": path}, whole)
        whole.kids.append(part)
        part.kids = root.kids
        for node in part.child_nodes():
            node.parent = part
        for name in {name for node in part.descendants() for key in _ANCHOR_ATTRIBUTES if (name := node.get(key))}:
            owners.setdefault(name, []).append(part)
    paths = {part.id: part for part in whole.child_nodes()}

    def name_in_whole(path: str, name: str) -> str:
        is_single = owners.get(name) == [paths.get(path)] and name not in paths
        return name if is_single else f"{path}#{name}"

    for part in whole.child_nodes():
        for node in part.descendants():
            for key in _ANCHOR_ATTRIBUTES:
                if name := node.get(key):
                    node.attrs[key] = name_in_whole(part.id, name)
            if (href := node.get("href")) and not _ABSOLUTE_ADDRESS.match(href):
                path, name = _resolve_link(part.id, href)
                node.attrs["href"] = f"#{name_in_whole(path, name) if name else path}"
    number_nodes(whole)
    return whole


def number_nodes(root: Node) -> None:
    """Give the nodes of a tree their order and place: to be called after it was changed."""
    order = 0
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, is_done = stack.pop()
        if is_done:
            node.last = order
            continue
        order += 1
        node.order = order
        stack.append((node, True))
        for place in range(len(node.kids) - 1, -1, -1):
            kid = node.kids[place]
            if isinstance(kid, Node):
                kid.place = place
                stack.append((kid, False))


def parse_number(text: str, otherwise: int) -> int:
    """Return the number that an attribute says, `otherwise` where it says none."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else otherwise


def item_numbers(ordered_list: Node) -> dict[Node, int]:
    """Return the numbers of the items of a numbered list."""
    number = parse_number(ordered_list.get("start"), 1)
    numbers: dict[Node, int] = {}
    for kid in ordered_list.child_nodes():
        if kid.tag == "li":
            number = numbers[kid] = parse_number(kid.get("value"), number)
            number += 1
    return numbers


def split_fragment(href: str) -> tuple[str, str]:
    """Return a link's page and the id it leads to there: "./Dog#cite-1" gives "./Dog" and "cite-1"."""
    page, _, name = href.strip().partition("#")
    return page, unquote(name)


def _resolve_link(path: str, href: str) -> tuple[str, str]:
    """Return the file and the id in it that a link in the file `path` leads to."""
    page, name = split_fragment(href)
    if not page:
        return path, name
    folder = path.rpartition("/")[0]
    return normpath(f"{folder}/{unquote(page)}" if folder else unquote(page)), name


def _decode_page(data: bytes) -> str:
    """Decode a page: by its mark, by what it says of itself if that fits, else as any text."""
    declared = None if has_byte_order_mark(data) else _DECLARED_ENCODING.search(data[:_DECLARATION_SIZE].decode("latin-1"))
    if declared is not None:
        name = (declared[1] or declared[2]).lower()
        # A page that can be read as ASCII up to its declaration is not in UTF-16, whatever it says.
        name = _BROWSER_ENCODINGS.get(name, name)
        if not name.startswith(("utf-16", "utf-8", "utf8", "utf-32")):
            try:
                return normalize_line_ends(data.decode(name))
            except (LookupError, UnicodeError):
                pass
    return decode(data)


class _Parser(Protocol):
    def feed(self, data: bytes) -> None: ...
    def close(self) -> object: ...


class _Library(Protocol):
    """What is used of lxml, which has no types."""

    LxmlError: type[Exception]

    def HTMLParser(self, *, target: object, encoding: str, huge_tree: bool, no_network: bool) -> _Parser: ...


class _TreeBuilder:
    """What the parser tells of goes into a tree, whose depth is bounded."""

    def __init__(self) -> None:
        self.root = Node("")
        self._at = self.root
        self._depth = self._deeper = self._count = 0
        self._text: list[str] = []

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        self._flush()
        self._count += 1
        name = tag.rpartition(":")[2].lower()
        is_empty = name in _VOID_TAGS
        if not is_empty and (self._deeper or self._depth == _MAX_DEPTH or self._count > _MAX_NODES):
            self._deeper += 1
        if self._count > _MAX_NODES:
            return
        node = Node(name, attrs, self._at)
        self._at.kids.append(node)
        if not is_empty and not self._deeper:
            self._depth += 1
            self._at = node

    def end(self, tag: str) -> None:
        """Take the end of an element. The parser lets some that are always empty hold what follows: here they never do."""
        self._flush()
        if tag.rpartition(":")[2].lower() in _VOID_TAGS:
            return
        if self._deeper:
            self._deeper -= 1
        elif self._at.parent is not None:
            self._depth -= 1
            self._at = self._at.parent

    def data(self, data: str) -> None:
        """Take text."""
        self._text.append(data)

    def comment(self, text: str) -> None:
        """Pass over a comment."""

    def close(self) -> Node:
        """End the tree."""
        self._flush()
        return self.root

    def _flush(self) -> None:
        if self._text:
            self._at.kids.append("".join(self._text))
            self._text.clear()
