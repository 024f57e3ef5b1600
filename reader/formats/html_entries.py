"""Which elements of a page are entries of a reference list or footnotes: what markers lead to, and what stands among it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from reader.article.lazy import lazy
from reader.article.reference_lists import announces_references
from reader.formats.html_places import Link, Places
from reader.formats.html_tree import HEADINGS, SPACED, Node, numbers_in

ENTRY_ROLES: Final = frozenset(
    {"doc-footnote", "doc-endnote", "doc-biblioentry", "footnote", "endnote", "rearnote", "note", "biblioentry"}
)
MARKER_ROLES: Final = frozenset({"doc-noteref", "doc-biblioref", "noteref", "biblioref"})
_NEVER: Final = HEADINGS | {
    *(
        "",
        "html",
        "body",
        "main",
        "article",
        "nav",
        "header",
        "form",
        "figure",
        "figcaption",
        "img",
        "ul",
        "ol",
        "dl",
        "button",
    ),
}
_SECTIONS: Final = frozenset({"section", "table", "tbody", "thead"})
_OPENERS: Final = frozenset({"li", "dd", "td", "th", "aside"})
_LISTED: Final = lazy(
    r"(?:^|[\s_-])(?:references?|ref-?list|reflist|footnotes?|endnotes?|bibliograph\w*|bib-?(?:list|body|item|entry)|biblist|citations?"
    r"|works-?cited|sources|notelist|note-?list|literatur\w*|fu(?:ss|ß)noten|csl-\w+)(?:$|[\s_-])",
    re.IGNORECASE,
)
LABEL: Final = lazy(
    r"\W{0,3}(\d{1,4}|[A-Za-z]{1,2}|[ivxl]{1,6}|[*†‡§¶‖#]{1,4}|[α-ωΑ-Ω] ?\d{0,3}|(?:nb|note|n|fn) ?\.? ?\w{1,3})"
    r"(?::\d+)?\W{0,3}",
    re.IGNORECASE,
)
"""What a marker's words are when they are a label; the label is group 1."""
_LONGEST_ENTRY: Final = 6000
_LONGEST_MARKER: Final = 120
_UP: Final = 4
_NEAR: Final = 12


class Entries:
    """The entries of a tree, by their first element, in order; and which of them a link leads to."""

    def __init__(self, root: Node, links: Sequence[Link]) -> None:
        self._headings = [node for node in root.inside() if node.tag in HEADINGS]
        self._heading_orders = [node.order for node in self._headings]
        self._announcing: dict[int, bool] = {}
        self._numbers: dict[Node, dict[Node, int]] = {}
        self._links = links
        self._around: dict[Node, Node | None] = {}
        self._leading: defaultdict[Node, list[Link]] = defaultdict(list)
        for link in links:
            if link.target not in self._around:
                self._around[link.target] = _entry_around(link.target)
            entry = self._around[link.target]
            if entry is not None and not entry.holds(link.node):
                self._leading[entry].append(link)
        self._orders = [link.node.order for link in links]
        accepted = [node for node, leading in self._leading.items() if self._is_entry(node, leading)]
        self.nodes = self._with_siblings(_innermost(accepted))
        self._starts = [node.order for node in self.nodes]

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def holding(self, node: Node) -> Node | None:
        """Return the entry that holds `node`, or None."""
        place = bisect_right(self._starts, node.order) - 1
        return self.nodes[place] if place >= 0 and self.nodes[place].holds(node) else None

    def links_in(self, node: Node) -> Sequence[Link]:
        """Return the links within the page that stand inside an element."""
        return self._links[bisect_right(self._orders, node.order - 1) : bisect_right(self._orders, node.last)]

    def links_to(self, entry: Node) -> list[Link]:
        """Return the links that lead to an entry from outside of it, in order."""
        return self._leading.get(entry, [])

    def markers(self) -> Iterator[tuple[Link, Node]]:
        """Yield the links in the text that lead to entries, with these."""
        for link in self._links:
            entry = self.holding(link.target)
            if entry is None and (around := self._around[link.target]) is not None and self.holding(around) is around:
                entry = around
            if entry is not None and self.holding(link.node) is None:
                yield link, entry

    def number(self, entry: Node) -> str:
        """Return the number of an entry in its numbered list, "" if it is in none."""
        numbered = entry.parent
        if entry.tag != "li" or numbered is None or numbered.tag != "ol":
            return ""
        if numbered not in self._numbers:
            self._numbers[numbered] = numbers_in(numbered)
        return str(self._numbers[numbered][entry])

    # ------------------------------------------------------------------ what makes an entry

    def _is_entry(self, node: Node, leading: Sequence[Link]) -> bool:
        if node.roles & ENTRY_ROLES:
            return True
        inside = list(node.inside())
        if node.tag in _NEVER or any(inner.tag in HEADINGS for inner in inside):
            return False
        text = node.text()
        if not text:
            return False
        before = [link for link in leading if link.node.order < node.order]
        if any(link.node.tag != "a" or link.node.roles & MARKER_ROLES for link in before):
            return True
        places = Places(before)
        backs = {back.node for back in self.links_in(node) if places.found_by(back) is not None}
        if backs and (node.tag == "dt" or node.text(without=backs)):
            return True
        if len(text) > _LONGEST_ENTRY or node.tag in _SECTIONS:
            return False
        if any(len(link.node.text()) <= _LONGEST_MARKER for link in leading) and self._is_announced(node):
            return True
        return any(_is_raised_or_bracketed(link.node) and _is_labelled(node, link.node.text()) for link in before)

    def _is_announced(self, node: Node) -> bool:
        place = bisect_right(self._heading_orders, node.order) - 1
        if place >= 0 and place not in self._announcing:
            self._announcing[place] = announces_references(self._headings[place].text())
        return (place >= 0 and self._announcing[place]) or _names_a_list(node)

    def _with_siblings(self, accepted: Sequence[Node]) -> list[Node]:
        """Return the entries with those that stand among them and were never cited."""
        known = set(accepted)
        families: defaultdict[Node, list[Node]] = defaultdict(list)
        for node in accepted:
            if node.parent is not None:
                families[node.parent].append(node)
        for parent, family in families.items():
            first = family[0]
            alike = [node for node in parent.nodes() if node.tag == first.tag and node.is_shown and _are_alike(node, first)]
            if len(family) * 3 >= len(alike) or self._is_announced(first):
                known.update(
                    node for node in alike if node.text() and not any(inner.tag in HEADINGS for inner in node.inside())
                )
        return _innermost(known)


def _entry_around(target: Node) -> Node | None:
    """Return the element that an entry would be whose anchor is `target`: the smallest one that stands by itself."""
    node: Node = target
    while not _stands_alone(node):
        if node.parent is None:
            return None
        node = node.parent
    if node is not target and node.tag not in ("p", "li", "dd", "dt", "td", "th") and _is_between(target, node):
        return _next_block(target)
    if node is target and not node.text():
        return _next_block(target)
    while (
        (parent := node.parent) is not None and parent.tag in _OPENERS and next(parent.nodes(), None) is node and _opens(node)
    ):
        node = parent
    if node.tag in ("td", "th"):
        return next((around for around in node.around() if around.tag == "tr"), None)
    return node


def _stands_alone(node: Node) -> bool:
    return (node.tag in SPACED and node.tag != "br") or bool(node.roles & ENTRY_ROLES) or not node.tag


def _is_between(target: Node, around: Node) -> bool:
    """Whether an anchor without words of its own stands between the blocks of an element."""
    if target.parent is not around or target.text():
        return False
    near = around.kids[max(0, target.place - _NEAR) : target.place + _NEAR]
    return any(isinstance(kid, Node) and _stands_alone(kid) for kid in near)


def _next_block(target: Node) -> Node | None:
    """Return the next element that has words, if it stands by itself."""
    node = target
    while node.parent is not None:
        for kid in islice(node.parent.kids, node.place + 1, None):
            if isinstance(kid, Node) and kid.text():
                return kid if _stands_alone(kid) else None
        if _stands_alone(node.parent):
            return None
        node = node.parent
    return None


def _opens(node: Node) -> bool:
    """Whether nothing stands before an element in the one around it."""
    for kid in node.parent.kids if node.parent is not None else ():
        if kid is node:
            return True
        if not isinstance(kid, str) or kid.strip():
            return False
    return False


def _innermost(nodes: Iterable[Node]) -> list[Node]:
    """Return the elements in order, without those that hold others of them."""
    ordered = sorted(nodes, key=lambda node: node.order)
    return [node for place, node in enumerate(ordered) if place + 1 == len(ordered) or not node.holds(ordered[place + 1])]


def _are_alike(node: Node, other: Node) -> bool:
    """Whether two elements of one tag and one parent are likely the same: items always, others by their class."""
    if node.tag in ("li", "dt", "dd", "tr"):
        return True
    return bool(node.classes) and node.classes == other.classes


def _names_a_list(node: Node) -> bool:
    for around in (node, *islice(node.around(), _UP)):
        if around.tag in ("body", "main", "html"):
            return False
        if _LISTED.search(f"{around.get('class')} {around.get('id')} {around.get('role')}"):
            return True
    return False


def _is_raised_or_bracketed(link: Node) -> bool:
    text = link.text()
    if not LABEL.fullmatch(text):
        return False
    return (
        text[:1] in "[(" or any(node.tag == "sup" for node in (*link.inside(), *list(link.around())[:3])) or _in_brackets(link)
    )


def _in_brackets(link: Node) -> bool:
    before = link.parent.kids[link.place - 1] if link.parent is not None and link.place else ""
    return isinstance(before, str) and before.rstrip().endswith("[")


def _is_labelled(node: Node, marker: str) -> bool:
    """Whether an element begins with the label of a marker, or is an item of a numbered list."""
    if node.tag == "li" and node.parent is not None and node.parent.tag == "ol":
        return True
    match = LABEL.fullmatch(marker)
    return match is not None and re.match(rf"\W{{0,2}}{re.escape(match[1])}(?!\w)", node.text()) is not None
