"""The links of a page that lead to another place in the same page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from reader.formats.html_keys import keys_of
from reader.formats.html_tree import Node, local_name

_NAVIGATION: Final = frozenset({"navigation", "doc-toc", "toc", "doc-pagelist", "page-list", "landmarks", "doc-index", "index"})
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


def leads_back(link: Link, other: Link) -> bool:
    """Whether `other` leads to where `link` stands: to it, to what holds it, or to an anchor just before it."""
    target, node = other.target, link.node
    return node.holds(target) or (target.holds(node) and target.tag not in _WHOLES) or 0 <= node.order - target.order <= _NEAR


_WHOLES: Final = frozenset({"body", "html", "main", "article", ""})


def _has_pair(links: Iterable[Link]) -> bool:
    by_target: defaultdict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_target[link.target.order].append(link)
    for there in links:
        for order in range(there.node.order - _NEAR, there.node.order + 1):
            for back in by_target.get(order, ()):
                around = next((node for node in (there.target, *there.target.around()) if node.text()), there.target)
                if back.node is not there.node and around.holds(back.node):
                    return True
    return False


def _is_navigation(link: Node) -> bool:
    return any(node.tag == "nav" or node.roles & _NAVIGATION for node in link.around())
