"""The links of a page that lead to another place in the same page."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from reader.formats.html_keys import keys_of
from reader.formats.html_tree import SPACED, Node, local_name

_NAVIGATION: Final = frozenset({"navigation", "doc-toc", "toc", "doc-pagelist", "page-list", "landmarks", "doc-index", "index"})
_WHOLES: Final = frozenset({"body", "html", "main", "article", ""})
_NEAR: Final = 4


class Link(NamedTuple):
    """A link, or another element that cites by keys, and the element it leads to."""

    node: Node
    target: Node


def local_links(root: Node) -> list[Link]:
    """Return the links to places of the tree itself, in order, without those of its navigation."""
    named: dict[str, Node] = {}
    written: list[tuple[Node, str, str]] = []
    own = {""}
    for node in root.inside():
        for name in (node.get("id"), node.get("name") if node.tag == "a" else ""):
            if name:
                named.setdefault(name, node)
        if node.tag == "a" and "#" in node.get("href"):
            written.append((node, *local_name(node.get("href"))))
        elif (keys := keys_of(node)) and not any(inner.get("href").startswith("#") for inner in node.inside()):
            written += ((node, "", key) for key in keys)
        elif node.tag == "link" and node.get("rel").casefold() == "canonical":
            own.add(node.get("href"))
    found: defaultdict[str, list[Link]] = defaultdict(list)
    for node, page, name in written:
        target = named.get(name)
        if target is not None and not _is_navigation(node):
            found[page].append(Link(node, target))
    # A saved page may have its own address in its links: then some of them lead to and fro.
    links = [link for page, those in found.items() if page in own or _has_pair(those) for link in those]
    return sorted(links, key=lambda link: link.node.order)


class Places:
    """Where some links stand: whether another link leads back to one of them."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._nodes = sorted((link.node for link in links), key=lambda node: node.order)
        self._orders = [node.order for node in self._nodes]

    def found_by(self, back: Link) -> Node | None:
        """Return one of the links that `back` leads to: to it, to what holds it, or to an anchor just before it."""
        target = back.target
        place = bisect_left(self._orders, target.order)
        if place < len(self._nodes):
            is_inside = self._orders[place] <= target.last and target.tag not in _WHOLES
            if is_inside or self._orders[place] - target.order <= _NEAR:
                return self._nodes[place]
        before = self._nodes[place - 1] if place else None
        return before if before is not None and before.holds(target) else None


def _has_pair(links: Sequence[Link]) -> bool:
    """Whether one of the links leads to where another stands that leads to it."""
    places = Places(links)
    leads = {link.node: link.target for link in links}
    for back in links:
        there = places.found_by(back)
        if there is not None and there is not back.node:
            target = leads[there]
            around = next((node for node in (target, *target.around()) if node.tag in SPACED), target)
            if around.tag not in _WHOLES and around.holds(back.node):
                return True
    return False


def _is_navigation(link: Node) -> bool:
    return any(node.tag == "nav" or node.roles & _NAVIGATION for node in link.around())
