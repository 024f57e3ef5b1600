"""Measure the runs of a page (pieces of text without a block boundary): their length, links, and whether they are prose."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from typing import Final, NamedTuple
from urllib.parse import unquote

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.html.tree import BLOCK_TAGS, Node
from reader.formats.linked_references import is_sentence, site_domain, width

_NOT_ASCII: Final = lazy_pattern(r"[^\x00-\x7f]+")
_ASCII_SIGNS: Final = bytes(code for code in range(128) if not chr(code).isalnum())
"""For `bytes.translate`, which is ten times as fast as a pattern."""
_MAX_LINK_SHARE: Final = 0.5
_MIN_LINKS_TO_SITE: Final = 10
_RUN_BOUNDS: Final = (BLOCK_TAGS - {"br"}) | {""}


class PageRun(NamedTuple):
    """A piece of text: its block, its words in one line, its length, its links and their length.

    `letters` counts only letters and digits; `within_site` counts those in links within the site.
    """

    node: Node
    text: str
    size: int
    linked: int
    letters: int
    within_site: int
    is_prose: bool
    links: tuple[Node, ...]


class Site:
    """The site of a page. If the page's `address` is "", this is the site that most links lead to."""

    def __init__(self, root: Node, address: str) -> None:
        self._address = address.strip().partition("#")[0].rstrip("/")
        self._name = site_domain(address)
        self.is_certain = bool(self._name)
        """Whether the address tells the site, or at least many links lead there."""
        if not self._name:
            self._name, count = _most_linked_domain(root)
            self.is_certain = not self._name or count >= _MIN_LINKS_TO_SITE

    def contains(self, href: str) -> bool:
        """Whether a link stays within the site, or shares this page's address on another site."""
        if href.startswith("#"):
            return False
        return site_domain(href) in ("", self._name) or self.is_shared_by(href)

    def is_shared_by(self, href: str) -> bool:
        """Whether the query of a link contains the address of this page."""
        return bool(self._address) and "?" in href and self._address in unquote(href.partition("?")[2])


def page_runs(root: Node, site: Site) -> list[PageRun]:
    """Return the runs of a page in order."""
    runs = _Runs(site)
    runs.add_block(root)
    return runs.closed


def prose_length(runs: Iterable[PageRun]) -> int:
    """Return the length of the prose in some runs."""
    return sum(run.size for run in runs if run.is_prose)


class Sums:
    """Prefix sums of numbers at the positions of a tree's nodes, for the sum over an element."""

    def __init__(self, root: Node, pairs: Iterable[tuple[int, int]]) -> None:
        numbers = [0] * (root.last_order + 1)
        for place, number in pairs:
            numbers[place] += number
        self._sums = list(accumulate(numbers))

    def ends_within(self, node: Node) -> tuple[int, int]:
        """Return the first and last position inside an element with a number above 0, or zeros."""
        before, total = self._sums[node.order - 1], self._sums[node.last_order]
        return (bisect_right(self._sums, before), bisect_left(self._sums, total)) if total > before else (0, 0)

    def within(self, node: Node) -> int:
        """Return the sum inside an element."""
        return self._sums[node.last_order] - self._sums[node.order - 1]


class _Runs:
    """The runs of a page so far, and the open run, with the links around and in it."""

    def __init__(self, site: Site) -> None:
        self.closed: list[PageRun] = []
        self._site = site
        self._link: Node | None = None
        self._is_within = False
        self._links_in_run: dict[Node, None] = {}
        self._parts: list[str] = []
        self._linked = self._within_site = 0

    def add_block(self, node: Node) -> None:
        """Add the runs of a block."""
        self._add_kids(node, node)
        if self._parts:
            self._close(node)

    def _add_kids(self, node: Node, block: Node) -> None:
        """Add the content of an element: words to the open run of the block that it is in, blocks as runs of their own."""
        parts = self._parts
        for kid in node.children:
            if isinstance(kid, str):
                if not kid.isspace():
                    parts.append(kid)
                    if self._link is not None:
                        self._add_linked(kid, self._link)
                elif parts:
                    parts.append(" ")
            elif kid.is_shown:
                if (tag := kid.tag) in _RUN_BOUNDS:
                    if parts:
                        self._close(block)
                    if kid.children:
                        self._add_kids(kid, kid)
                        if parts:
                            self._close(kid)
                elif tag == "a" and _is_link(kid):
                    outer = self._link, self._is_within
                    self._link, self._is_within = kid, self._site.contains(kid.attrs.get("href", ""))
                    self._add_kids(kid, block)
                    self._link, self._is_within = outer
                elif kid.children:
                    self._add_kids(kid, block)
                elif tag == "br":
                    parts.append(" ")

    def _add_linked(self, text: str, link: Node) -> None:
        self._linked += width(text.strip())
        self._within_site += _count_letters(text) if self._is_within else 0
        self._links_in_run[link] = None

    def _close(self, block: Node) -> None:
        """Close the open run, if it has any text, and open another."""
        if text := " ".join("".join(self._parts).split()):
            size = width(text)
            is_prose = self._linked < _MAX_LINK_SHARE * size and is_sentence(text, size)
            letters, links = _count_letters(text), tuple(self._links_in_run)
            self.closed.append(PageRun(block, text, size, self._linked, letters, self._within_site, is_prose, links))
            self._links_in_run.clear()
        self._parts.clear()
        self._linked = self._within_site = 0


def _is_link(node: Node) -> bool:
    """Whether an anchor is a link. One without an address is not: it may contain the rest of the page."""
    return "href" in node.attrs or not node.id


def _count_letters(text: str) -> int:
    letters = len(text.encode("ascii", "ignore").translate(None, _ASCII_SIGNS))
    return letters if text.isascii() else letters + sum(map(str.isalnum, "".join(_NOT_ASCII.findall(text))))


def _most_linked_domain(root: Node) -> tuple[str, int]:
    """Return the domain that most links lead to, "" if these are relative, and their number."""
    hosts: Counter[str] = Counter()
    for node in root.all_with_tag(("a",)):
        if (href := node.get("href")) and not href.startswith("#"):
            hosts[site_domain(href)] += 1
    return next(iter(hosts.most_common(1)), ("", 0))
