"""Parse HTML and XHTML into a plain tree of nodes with libxml2's forgiving parser.

The nodes are typed, ordered and limited in depth: deeper elements are flattened into the deepest node, so that no document can
cause unbounded recursion. The parser loads nothing and resolves only HTML's own entities.
"""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import cached_property, lru_cache, partial
from importlib import import_module
from itertools import chain
from operator import attrgetter
from posixpath import normpath
from typing import Final, Protocol, cast
from urllib.parse import unquote

from reader.article.labels import single_spaced
from reader.article.lazy_pattern import lazy_pattern
from reader.formats.budget import current_budget
from reader.formats.markup import FEED_SIZE, recode_markup
from reader.formats.progress import checkpoint

_MAX_DEPTH: Final = 120
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
_SELF_CLOSED: Final = lazy_pattern(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*?)?)/>")
_XHTML: Final = lazy_pattern(rb"\s*<\?xml\b|[^>]{0,1000}<html\b[^>]{0,500}\bxmlns\s*=")
_HIDING: Final = frozenset({"hidden", "style", "shadowrootmode"})
"""The attributes that may decide whether an element is shown."""
_ANCHOR_ATTRIBUTES: Final = ("id", "name")
_ABSOLUTE_ADDRESS: Final = lazy_pattern(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
MARKER_ATTRIBUTE: Final = "MARKER"
"""The attribute with which other importers set the marker of a list item or the text of a rule, or keep code of only numbers.

No page can set it, since attribute names are read in lower case.
"""
_NO_WORDS: Final = frozenset[str]()
_NO_NODE: Final = frozenset["Node"]()
_MANY_PARTS: Final = 40
_MANY_GROUPS: Final = 4
_MAX_NAMES: Final = 4096
_CDATA: Final = lazy_pattern(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ORDER: Final = attrgetter("order")


class Nodes(list["Node"]):
    """The elements of a tree in order, and those with a tag or an attribute, in order. Tags that change later are not seen."""

    @cached_property
    def by_tag(self) -> Mapping[str, list[Node]]:
        """The elements by tag."""
        groups: defaultdict[str, list[Node]] = defaultdict(list)
        for node in self:
            groups[node.tag].append(node)
        return groups

    @cached_property
    def by_attributes(self) -> defaultdict[tuple[str, ...], list[Node]]:
        """The elements with attributes, by the names of all of these."""
        groups: defaultdict[tuple[str, ...], list[Node]] = defaultdict(list)
        for node in self:
            if node.attrs:
                groups[*node.attrs].append(node)
        return groups

    @cached_property
    def by_class(self) -> defaultdict[str, list[Node]]:
        """The elements with a class, by its value."""
        return self._by_value("class")

    @cached_property
    def hrefs(self) -> dict[Node, str]:
        """The addresses of the links with one, in order."""
        return {node: href for node in self if node.tag == "a" and (href := node.attrs.get("href"))}

    def with_word(self, name: str, words: Iterable[str]) -> list[Node]:
        """Return the elements with one of some words, in lower case, in an attribute, in order."""
        if name not in self._by_word:
            self._by_word[name] = self._index_words(name)
        index = self._by_word[name]
        return sorted({node for word in words for group in index.get(word, ()) for node in group}, key=_ORDER)

    @cached_property
    def _by_word(self) -> dict[str, Mapping[str, list[list[Node]]]]:
        """The elements by the words in an attribute, for each attribute that was asked for."""
        return {}

    def _index_words(self, name: str) -> Mapping[str, list[list[Node]]]:
        """Return the elements by the words in an attribute, those with the same value together."""
        index: defaultdict[str, list[list[Node]]] = defaultdict(list)
        for value, nodes in (self.by_class if name == "class" else self._by_value(name)).items():
            for word in split_words(value):
                index[word].append(nodes)
        return index

    def _by_value(self, name: str) -> defaultdict[str, list[Node]]:
        by_value: defaultdict[str, list[Node]] = defaultdict(list)
        for names, nodes in self.by_attributes.items():
            if name in names:
                for node in nodes:
                    by_value[node.attrs[name]].append(node)
        return by_value


def in_order(*groups: list[Node]) -> list[Node]:
    """Return the elements of some lists, each in order, as one list in order."""
    return groups[0] if len(groups) == 1 else sorted(chain.from_iterable(groups), key=_ORDER)


def outermost(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the elements, given in order, that are not inside another of them."""
    end = 0
    for node in nodes:
        if node.order > end:
            end = node.last_order
            yield node


class NodeRanges:
    """The outermost of some elements, for lookup by element."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = list(outermost(sorted(nodes, key=_ORDER)))
        self._orders = [node.order for node in self.nodes]
        self._last_orders = [node.last_order for node in self.nodes]

    def contains(self, node: Node) -> bool:
        """Whether one of the elements is or contains `node`."""
        place = bisect_right(self._orders, node.order) - 1
        return place >= 0 and node.order <= self._last_orders[place]

    def outside(self, nodes: Iterable[Node]) -> list[bool]:
        """Tell of each of some elements whether none of these is or contains it."""
        size = self._last_orders[-1] + 1 if self.nodes else 0
        is_outside = bytearray(b"\1") * size
        for start, last in zip(self._orders, self._last_orders, strict=True):
            is_outside[start : last + 1] = bytes(last + 1 - start)
        return [(order := node.order) >= size or is_outside[order] == 1 for node in nodes]

    def is_any_inside(self, node: Node) -> bool:
        """Whether one of the elements is inside `node`, or is it."""
        return bisect_left(self._orders, node.order) < bisect_right(self._orders, node.last_order)


_NO_NODES: Final = Nodes()


def _is_hidden(attrs: Mapping[str, str]) -> bool:
    """Whether attributes hide an element."""
    return "hidden" in attrs or ("style" in attrs and _HIDING_STYLE.search(attrs["style"]) is not None)


class Node:
    """An element: its tag in lower case without prefix, its attributes, and its children in order, with text as `str`.

    `order` is its position in the tree, `last_order` the position of its last descendant, `index` its index in
    `parent.children`. `nodes` are all nodes of the tree by position, from 1, or empty for an element without a position.

    `is_shown` tells whether the content is visible: not a script or the like, and not hidden by the element's attributes.
    """

    __slots__ = ("attrs", "children", "index", "is_shown", "last_order", "nodes", "order", "parent", "tag")

    def __init__(
        self, tag: str, attrs: dict[str, str] | None = None, parent: Node | None = None, is_shown: bool = True
    ) -> None:
        self.tag = tag
        self.attrs = attrs = {} if attrs is None else attrs
        self.children: list[Node | str] = []
        self.parent = parent
        self.nodes = _NO_NODES
        self.order = self.last_order = self.index = 0
        self.is_shown = is_shown and not _is_hidden(attrs)

    def get(self, name: str) -> str:
        """Return an attribute, or ""."""
        return self.attrs.get(name, "")

    @property
    def id(self) -> str:
        """The id, or an anchor's name, as in older pages."""
        return self.attrs.get("id", "") or (self.attrs.get("name", "") if self.tag == "a" else "")

    @property
    def classes(self) -> frozenset[str]:
        """The words of the class in lower case."""
        value = self.attrs.get("class")
        return split_words(value) if value else _NO_WORDS

    @property
    def roles(self) -> frozenset[str]:
        """The words of the role and of EPUB's type in lower case."""
        role, kind = self.attrs.get("role"), self.attrs.get("epub:type")
        return split_words(f"{role or ''} {kind or ''}") if role or kind else _NO_WORDS

    def show(self) -> None:
        """Show the content in spite of the element's attributes, unless it is never shown as text."""
        self.is_shown = self.tag not in HIDDEN_TAGS

    def child_nodes(self) -> Iterator[Node]:
        """Yield the child elements."""
        return (kid for kid in self.children if isinstance(kid, Node))

    def descendants(self) -> Iterable[Node]:
        """Return all descendant elements in order."""
        return self.nodes[self.order : self.last_order] if self.nodes else self._walk()

    def all_with_tag(self, tags: Iterable[str]) -> list[Node]:
        """Return the elements of the whole tree with one of some tags, in order."""
        groups = [self.nodes.by_tag[tag] for tag in tags if tag in self.nodes.by_tag]
        if len(groups) < _MANY_GROUPS:
            return in_order(*groups)
        wanted = frozenset(tags)
        return [node for node in self.nodes if node.tag in wanted]

    def all_with_attribute(self, names: Iterable[str]) -> list[Node]:
        """Return the elements of the whole tree with one of some attributes, in order."""
        wanted = frozenset(names)
        return in_order(*(nodes for names, nodes in self.nodes.by_attributes.items() if not wanted.isdisjoint(names)))

    def all_with_word(self, name: str, words: Set[str]) -> list[Node]:
        """Return the elements of the whole tree with one of some words, in lower case, in an attribute, in order."""
        return self.nodes.with_word(name, words)

    def _walk(self) -> Iterator[Node]:
        stack = [kid for kid in reversed(self.children) if isinstance(kid, Node)]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack += [kid for kid in reversed(node.children) if isinstance(kid, Node)]

    def ancestors(self) -> Iterator[Node]:
        """Yield the elements around this one, from the inside out."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def contains(self, other: Node) -> bool:
        """Whether `other` is this element or a descendant."""
        return self.order <= other.order <= self.last_order

    def has_text(self, without: Set[Node] = _NO_NODE) -> bool:
        """Whether there is visible text, without the elements in `without`."""
        if len(self.children) == 1 and isinstance(words := self.children[0], str):
            return self.is_shown and words != "" and not words.isspace() and self not in without
        stack: list[Node | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                if item and not item.isspace():
                    return True
            elif item.children and item.is_shown and item not in without:
                stack += item.children[::-1]
        return False

    def text(self, without: Set[Node] = _NO_NODE) -> str:
        """Return the visible text in one line, without the elements in `without`."""
        kids = self.children
        if not kids or not self.is_shown or (without and self in without):
            return ""
        if len(kids) == 1:
            (kid,) = kids
            if isinstance(kid, str):
                return single_spaced(kid)
            if kid.tag not in BLOCK_TAGS:
                return kid.text(without)
        parts: list[str] = []
        self._add_texts(parts, without)
        if len(parts) > _MANY_PARTS:
            checkpoint()
        return single_spaced("".join(parts))

    def short_text(self, limit: int) -> str:
        """Return the visible text in one line if it has at most `limit` characters, else ""."""
        if not self.is_shown:
            return ""
        parts: list[str] = []
        stack: list[Node | str] = self.children[::-1]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                if item and (words := " ".join(item.split())):
                    limit -= len(words)
                    if limit < 0:
                        return ""
                parts.append(item)
            elif item.is_shown:
                is_block = item.tag in BLOCK_TAGS
                stack += (" ", *item.children[::-1], " ") if is_block else item.children[::-1]
        return single_spaced("".join(parts))

    def _add_texts(self, parts: list[str], without: Set[Node]) -> None:
        """Add the visible texts in order, with a space at the borders of blocks."""
        for kid in self.children:
            if isinstance(kid, str):
                parts.append(kid)
            elif kid.tag in BLOCK_TAGS:
                if kid.is_shown and kid not in without:
                    parts.append(" ")
                    kid._add_texts(parts, without)
                    parts.append(" ")
            elif kid.children and kid.is_shown and kid not in without:
                kid._add_texts(parts, without)


@lru_cache(_MAX_NAMES)
def split_words(names: str) -> frozenset[str]:
    """Return the words of a name in lower case. Most elements of a page share their names with others."""
    return frozenset(names.casefold().split())


HEADING_TAGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCK_TAGS: Final = HEADING_TAGS | {
    *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "dir"),
    *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend"),
    *("li", "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section"),
    *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp"),
}
"""Elements that start and end a line."""


def html_tree(data: bytes) -> Node:
    """Return the root of a page, a node without a tag. This never fails: anything but HTML becomes text."""
    page = recode_markup(data, "html")
    if _XHTML.match(page):
        # HTML ignores the "/" of self-closed elements and would leave them open.
        text = page.decode("utf-8")
        end = text.rfind("]]>") + len("]]>")  # beyond it, each "<![CDATA[" would be followed to the end of the page
        text = _CDATA.sub(lambda match: match[1].replace("&", "&amp;").replace("<", "&lt;"), text[:end]) + text[end:]
        text = _SELF_CLOSED.sub(lambda m: m[0] if m[1].casefold() in _VOID_TAGS else f"<{m[1]}{m[2]}></{m[1]}>", text)
        page = text.encode("utf-8")
    target = _TreeBuilder()
    library = cast("_Library", import_module("lxml.etree"))
    parser = library.HTMLParser(target=target, encoding="utf-8", huge_tree=True, no_network=True)
    with contextlib.suppress(library.LxmlError):  # keep what was parsed so far
        end = 0
        while end < len(page):
            checkpoint()
            start, end = end, _end_of_part(page, end + FEED_SIZE)
            parser.feed(page[start:end])
        parser.close()
    root = target.take_tree()
    current_budget().take("html_elements", len(root.nodes))
    return root


def _end_of_part(text: bytes, end: int) -> int:
    """Return the last place up to `end` in UTF-8 that is not inside a character."""
    while end < len(text) and text[end] & 0xC0 == 0x80:
        end -= 1
    return min(end, len(text))


def join_files(parts: Iterable[tuple[str, Node]]) -> Node:
    """Join the files of a package (paths and roots) into one tree with unique ids and local links.

    Unique ids stay unchanged, and links to them become "#id". An id "n1" that occurs in several files becomes
    "text/one.xhtml#n1" in the first of them, and a link "../notes.xhtml#n1" from there becomes "#notes.xhtml#n1". The root of a
    file has its path as id. The nodes are modified.
    """
    tree = Node("")
    owners: dict[str, list[Node]] = {}
    for path, root in parts:
        part = Node("article", {"id": path}, tree)
        tree.children.append(part)
        part.children = root.children
        for node in part.child_nodes():
            node.parent = part
        for name in {name for node in part.descendants() for key in _ANCHOR_ATTRIBUTES if (name := node.get(key))}:
            owners.setdefault(name, []).append(part)
    paths = {part.id: part for part in tree.child_nodes()}

    def name_in_whole(path: str, name: str) -> str:
        is_single = owners.get(name) == [paths.get(path)] and name not in paths
        return name if is_single else f"{path}#{name}"

    for part in tree.child_nodes():
        for node in part.descendants():
            for key in _ANCHOR_ATTRIBUTES:
                if name := node.get(key):
                    node.attrs[key] = name_in_whole(part.id, name)
            if (href := node.get("href")) and not _ABSOLUTE_ADDRESS.match(href):
                path, name = _resolve_link(part.id, href)
                node.attrs["href"] = f"#{name_in_whole(path, name) if name else path}"
    number_nodes(tree)
    return tree


def number_nodes(root: Node) -> None:
    """Set the positions of the nodes of a tree. Call this after each change of the tree or its tags."""
    nodes = Nodes()
    stack: list[Node | None] = [root]
    open_nodes: list[Node] = []
    while stack:
        node = stack.pop()
        if node is None:
            open_nodes.pop().last_order = len(nodes)
            continue
        nodes.append(node)
        node.nodes = nodes
        node.order = node.last_order = len(nodes)
        kids: list[Node] = []
        for place, kid in enumerate(node.children):
            if isinstance(kid, Node):
                kid.index = place
                kids.append(kid)
        if kids:
            open_nodes.append(node)
            stack.append(None)
            stack += reversed(kids)


def release_tree(root: Node) -> None:
    """Take a tree apart that is no longer needed. Its elements name each other, so its memory would wait for the collector."""
    nodes = root.nodes
    for node in nodes:
        node.parent = None
    vars(nodes).clear()
    nodes.clear()


def parse_number(text: str, otherwise: int) -> int:
    """Return the number in an attribute, or `otherwise`."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else otherwise


def item_numbers(ordered_list: Node) -> dict[Node, int]:
    """Return the numbers of the items of a numbered list."""
    items = [kid for kid in ordered_list.child_nodes() if kid.tag == "li"]
    first, step = (len(items), -1) if "reversed" in ordered_list.attrs else (1, 1)
    number = parse_number(ordered_list.get("start"), first)
    numbers: dict[Node, int] = {}
    for item in items:
        number = numbers[item] = parse_number(item.get("value"), number)
        number += step
    return numbers


def split_fragment(href: str) -> tuple[str, str]:
    """Split a link into page and fragment: "./Dog#cite-1" gives "./Dog" and "cite-1"."""
    page, _, name = href.strip().partition("#")
    return page, unquote(name) if "%" in name else name


def _resolve_link(path: str, href: str) -> tuple[str, str]:
    page, name = split_fragment(href)
    if not page:
        return path, name
    folder = path.rpartition("/")[0]
    return normpath(f"{folder}/{unquote(page)}" if folder else unquote(page)), name


class _Parser(Protocol):
    def feed(self, data: bytes) -> None: ...
    def close(self) -> object: ...


class _Library(Protocol):
    """The part of lxml's interface in use. lxml has no types."""

    LxmlError: type[Exception]

    def HTMLParser(self, *, target: object, encoding: str, huge_tree: bool, no_network: bool) -> _Parser: ...


@lru_cache(_MAX_NAMES)
def _tag_kind(tag: str) -> tuple[str, bool, bool]:
    """Return a tag in lower case without its prefix, whether it is of void elements, and whether it shows its content."""
    name = tag.rpartition(":")[2].lower()
    return name, name in _VOID_TAGS, name not in HIDDEN_TAGS


class _TreeBuilder:
    """Builder of a tree of limited depth from parser events: `start` and `end` take tags, `data` takes text.

    These are closures that fill the nodes themselves: it must be fast, as it runs for each element of a page.
    """

    def __init__(self) -> None:
        nodes = Nodes()
        root = node = Node("")
        nodes.append(root)
        root.nodes, root.order = nodes, 1
        create_node, add_node, join = partial(object.__new__, Node), nodes.append, "".join
        kids = root.children
        order, depth = 1, 0
        text: list[str] = []
        kinds: dict[str, tuple[str, bool, bool]] = {}
        # They are filled while the attributes are in the processor's cache.
        by_attributes, by_class, hrefs = nodes.by_attributes, nodes.by_class, nodes.hrefs
        groups: dict[tuple[str, ...], tuple[Callable[[Node], None], bool, bool, bool]] = {}

        def start(tag: str, attrs: dict[str, str]) -> None:
            """Open an element. `attrs` belongs to it from now on."""
            nonlocal node, kids, order, depth
            if text:
                kids.append(join(text))
                text.clear()
            try:
                name, is_void, is_shown = kinds[tag]
            except KeyError:
                name, is_void, is_shown = kinds[tag] = _tag_kind(tag)
            order += 1
            kid = create_node()
            kid.parent = node
            kid.nodes = nodes
            kid.index = len(kids)
            kid.order = kid.last_order = order
            if attrs:
                kid.attrs = attrs
                names = tuple(attrs)
                try:
                    add_to_group, has_class, has_href, may_hide = groups[names]
                except KeyError:
                    group = by_attributes[names].append, "class" in names, "href" in names, not _HIDING.isdisjoint(names)
                    add_to_group, has_class, has_href, may_hide = groups[names] = group
                add_to_group(kid)
                if has_class:
                    by_class[attrs["class"]].append(kid)
                if has_href and name == "a" and (href := attrs["href"]):
                    hrefs[kid] = href
                if may_hide:
                    if name == "template" and "shadowrootmode" in attrs:  # the content of a custom element, which browsers show
                        name, is_shown = "div", True
                    is_shown = is_shown and not _is_hidden(attrs)
            else:
                kid.attrs = {}
            kid.tag = name
            kid.is_shown = is_shown
            add_node(kid)
            kids.append(kid)
            own: list[Node | str] = []
            kid.children = own
            if is_void:
                return
            depth += 1
            if depth <= _MAX_DEPTH:
                node, kids = kid, own

        def end(tag: str) -> None:
            """Close an element. Void elements were closed by `start`, since the parser would nest content in them."""
            nonlocal node, kids, depth
            if text:
                kids.append(join(text))
                text.clear()
            if tag != node.tag and _tag_kind(tag)[1]:
                return
            if depth > _MAX_DEPTH:
                depth -= 1
            elif node.parent is not None:
                depth -= 1
                node.last_order = order
                node = node.parent
                kids = node.children

        def close() -> None:
            """Finish the tree. This may be called again."""
            if text:
                node.children.append("".join(text))
                text.clear()
            for open_node in (node, *node.ancestors()):
                open_node.last_order = order

        def take_tree() -> Node:
            """Return the finished tree, and forget it: the parser keeps its target until the collector finds them."""
            nonlocal root, node, nodes, kids, by_attributes, by_class, hrefs, add_node
            close()
            groups.clear()
            tree, root, node, nodes, kids, by_attributes = root, _NO_TREE, _NO_TREE, _NO_NODES, [], _NO_NODES.by_attributes
            by_class, hrefs, add_node = _NO_NODES.by_class, _NO_NODES.hrefs, nodes.append
            return tree

        self.start, self.end, self.data, self.close, self.take_tree = start, end, text.append, close, take_tree


_NO_TREE: Final = Node("")
