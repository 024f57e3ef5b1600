"""Find links to other places of the same page, by fragment or citation key."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from reader.article.model import Reference
from reader.formats.bibtex import read_bibtex
from reader.formats.html.tree import BLOCK_TAGS, Node, NodeRanges, number_nodes, split_fragment
from reader.formats.pandoc import read_bibliography

# ------------------------------------------------------------------ Citation keys (Distill and pandoc)

KEY_CITATION_TAGS: Final = frozenset({"d-cite", "dt-cite"})
CITATION_ATTRIBUTES: Final = ("key", "bibtex-key", "data-cites")
"""The attributes with cited keys, the last one on any element."""
KEY_PREFIX: Final = "ref-"
"""Pandoc's prefix of a key in the id of its entry."""
_BIBLIOGRAPHY_TYPES: Final = ("bibliography", "bibtex")


def citation_keys(node: Node) -> tuple[str, ...]:
    """Return the keys that an element cites."""
    if node.tag in KEY_CITATION_TAGS:
        return tuple(dict.fromkeys((node.get("key") or node.get("bibtex-key")).replace(",", " ").split()))
    if "data-cites" not in node.attrs:
        return ()
    return tuple(f"{KEY_PREFIX}{key}" for key in dict.fromkeys(node.get("data-cites").split()))


def add_bibliography(root: Node, source: str) -> dict[str, Reference]:
    """Append a reference list to a page that cites by key, and return its references by key.

    Cited references come first, in the order of their citations. A page without cited keys is left unchanged.
    """
    cited_keys = dict.fromkeys(key for node in root.all_with_tag(KEY_CITATION_TAGS) for key in citation_keys(node))
    if not cited_keys:
        return {}
    by_key = {reference.id: reference for reference in _read_bibliography(root, source)}
    first = [by_key[key] for key in cited_keys if key in by_key]
    references = [*first, *(reference for key, reference in by_key.items() if key not in cited_keys)]
    if references:
        add_list(root, "references", "References", ((reference.id, [reference.text]) for reference in references))
    return {reference.id: reference for reference in references}


def add_list(root: Node, name: str, title: str, entries: Iterable[tuple[str, list[Node | str]]]) -> None:
    """Append a list of references or notes to a page. `entries` are ids and contents."""
    section = Node("section", {"class": name}, root)
    heading, list_node = Node("h2", None, section), Node("ol", None, section)
    heading.children, section.children = [title], [heading, list_node]
    for key, kids in entries:
        entry = Node("li", {"id": key}, list_node)
        entry.children = kids
        for kid in entry.child_nodes():
            kid.parent = entry
        list_node.children.append(entry)
    root.children.append(section)
    number_nodes(root)


def _read_bibliography(root: Node, source: str) -> Iterable[Reference]:
    for node in root.all_with_tag(("script",)):
        kind = node.get("type").casefold()
        if kind.endswith(_BIBLIOGRAPHY_TYPES) or (node.parent is not None and node.parent.tag == "d-bibliography"):
            yield from read_bibtex("".join(kid for kid in node.children if isinstance(kid, str)))
    yield from read_bibliography("", source) or ()


# ------------------------------------------------------------------ Local links

_NAVIGATION_ROLES: Final = frozenset(
    {"navigation", "doc-toc", "toc", "doc-pagelist", "page-list", "landmarks", "doc-index", "index"}
)
_PAGE_TAGS: Final = frozenset({"body", "html", "main", "article", ""})
_MAX_ANCHOR_DISTANCE: Final = 4
_ORDER: Final = attrgetter("order")


class LocalLink(NamedTuple):
    """A link, or another element that cites by key, and its target."""

    node: Node
    target: Node


def local_links(root: Node) -> list[LocalLink]:
    """Return the links to places of the same tree, in order, without those in navigation."""
    own_addresses = {""}
    candidates = [(node, *split_fragment(href)) for node, href in root.nodes.hrefs.items() if "#" in href]
    number = len(candidates)
    for node in root.all_with_attribute(CITATION_ATTRIBUTES):
        is_link = node.tag == "a" and "#" in node.get("href")
        if not is_link and not any(inner.get("href").startswith("#") for inner in node.descendants()):
            candidates += ((node, "", key) for key in citation_keys(node))
    if len(candidates) > number:
        candidates.sort(key=_position)
    if not candidates:
        return []
    by_name, repeated = _find_anchors(root, {name for _, _, name in candidates})
    first_links = {name: node for node, _, name in reversed(candidates) if name in repeated} if repeated else {}
    for node in root.all_with_tag(("link",)):
        if node.get("rel").casefold() == "canonical":
            own_addresses.add(node.get("href"))
    by_page: defaultdict[str, list[LocalLink]] = defaultdict(list)
    navigation = _navigation(root)
    has_navigation = bool(navigation.nodes)
    for node, page, name in candidates:
        target = by_name.get(name) if name else None
        if name in first_links:
            target = _next_anchor(node, repeated[name], first_links[name])
        if target is not None and not (has_navigation and node.parent is not None and navigation.contains(node.parent)):
            by_page[page].append(LocalLink(node, target))
    # A saved page may link to itself by its own address; then some of these links lead back and forth.
    own = [links for page, links in by_page.items() if page in own_addresses or _has_back_link(links)]
    return own[0] if len(own) == 1 else sorted(chain.from_iterable(own), key=_position)


def _find_anchors(root: Node, names: Set[str]) -> tuple[dict[str, Node], dict[str, list[Node]]]:
    """Return the first element with each of some names, its id or the name of an old anchor, and all with a repeated one."""
    found: dict[str, Node] = {}
    repeated: dict[str, list[Node]] = {}
    for attributes, nodes in root.nodes.by_attributes.items():
        for key in ("id", "name"):
            for node in nodes if key in attributes else ():
                if (name := node.attrs[key]) in names and (key == "id" or node.tag == "a"):
                    other = found.setdefault(name, node)
                    if other is not node:
                        repeated.setdefault(name, [other]).append(node)
    for name, nodes in repeated.items():
        nodes.sort(key=_ORDER)
        found[name] = nodes[0]
    return found, repeated


def _next_anchor(link: Node, anchors: Sequence[Node], first_link: Node) -> Node:
    """Return the one of some anchors of one name, in order, that a link leads to: each chapter may have its own notes.

    Where the first link to the name precedes its anchors, that is the next one, else the last one before the link.
    """
    place = bisect_left(anchors, link.order, key=_ORDER)
    if first_link.order > anchors[0].order:
        place -= 1
    return anchors[min(max(place, 0), len(anchors) - 1)]


class LinkPlaces:
    """Index of links, given in order, by position, for finding the link that a back link leads to."""

    def __init__(self, links: Iterable[LocalLink]) -> None:
        self._nodes = [link.node for link in links]
        self._orders = [node.order for node in self._nodes]

    def find_linked(self, back: LocalLink) -> Node | None:
        """Return the link that `back` leads to: its target is the link, an element around it, or an anchor just before it."""
        target = back.target
        place = bisect_left(self._orders, target.order)
        if place < len(self._nodes):
            is_inside = self._orders[place] <= target.last_order and target.tag not in _PAGE_TAGS
            if is_inside or self._orders[place] - target.order <= _MAX_ANCHOR_DISTANCE:
                return self._nodes[place]
        before = self._nodes[place - 1] if place else None
        return before if before is not None and before.contains(target) else None


def _position(link: LocalLink | tuple[Node, str, str]) -> int:
    return link[0].order


def _has_back_link(links: Sequence[LocalLink]) -> bool:
    """Whether one of the links leads to another link that leads back."""
    places = LinkPlaces(links)
    targets = {link.node: link.target for link in links}
    for back in links:
        origin = places.find_linked(back)
        if origin is not None and origin is not back.node:
            target = targets[origin]
            block = next((node for node in (target, *target.ancestors()) if node.tag in BLOCK_TAGS), target)
            if block.tag not in _PAGE_TAGS and block.contains(back.node):
                return True
    return False


def _navigation(root: Node) -> NodeRanges:
    """Return the elements of navigation, by their tag or role."""
    named = (root.all_with_word(name, _NAVIGATION_ROLES) for name in ("role", "epub:type"))
    return NodeRanges({*root.all_with_tag(("nav",)), *chain.from_iterable(named)})
