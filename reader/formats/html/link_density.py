"""Measure the runs of a page (pieces of text without a block boundary): their length, links, and whether they are prose."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final, NamedTuple
from urllib.parse import unquote

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.html.tree import BLOCK_TAGS, Node
from reader.formats.linked_references import is_sentence, site_domain, width

_NOT_LETTERS: Final = lazy_pattern(r"[\W_]+")
_NO_SIGNS: Final = {code: None for code in range(128) if not chr(code).isalnum()}
"""For `str.translate`, which is ten times as fast as a pattern."""
_MAX_LINK_SHARE: Final = 0.5
_ANY_ADDRESS: Final = "https://site.invalid/"
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
        _, _, query = href.partition("?")
        return bool(self._address) and self._address in unquote(query)


def page_runs(root: Node, site: Site) -> Iterator[PageRun]:
    """Yield the runs of a page in order."""
    run = _OpenRun(site)
    open_blocks: list[Node] = [root]
    stack: list[Node | str | None] = [root]
    ends: list[Node] = []
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            run.text(item)
        elif item is None:
            item = ends.pop()
            if item.tag == "a":
                run.unlink()
            else:
                yield from run.close(open_blocks.pop())
        elif item.is_shown:
            if (is_block := item.tag in _RUN_BOUNDS) or _is_link(item):
                if is_block:
                    yield from run.close(open_blocks[-1])
                    open_blocks.append(item)
                else:
                    run.link(item)
                ends.append(item)
                stack.append(None)
            elif item.tag == "br":
                run.text(" ")
            stack += reversed(item.children)


def prose_length(root: Node, enough: int = 0) -> int:
    """Return the length of the visible prose, or of a part of it that has at least the length `enough`."""
    length = 0
    for run in page_runs(root, Site(root, _ANY_ADDRESS)):
        length += run.size if run.is_prose else 0
        if 0 < enough <= length:
            break
    return length


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


class _OpenRun:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._links: list[tuple[Node, bool]] = []
        self._links_in_run: dict[Node, None] = {}
        self._parts: list[str] = []
        self._linked = self._within_site = 0

    def text(self, text: str) -> None:
        self._parts.append(text)
        if self._links and not text.isspace():
            self._linked += width(text.strip())
            link, is_within = self._links[-1]
            self._within_site += _count_letters(text) if is_within else 0
            self._links_in_run[link] = None

    def link(self, node: Node) -> None:
        self._links.append((node, self._site.contains(node.get("href"))))

    def unlink(self) -> None:
        self._links.pop()

    def close(self, block: Node) -> Iterator[PageRun]:
        """Yield the run, if it has any text, and start a new one."""
        text = " ".join("".join(self._parts).split()) if self._parts else ""
        if text:
            size = width(text)
            is_prose = is_sentence(text) and self._linked < _MAX_LINK_SHARE * size
            links = tuple(self._links_in_run)
            yield PageRun(block, text, size, self._linked, _count_letters(text), self._within_site, is_prose, links)
            self._links_in_run.clear()
        self._parts.clear()
        self._linked = self._within_site = 0


def _is_link(node: Node) -> bool:
    """Whether an element is a link. An anchor without an address is not: it may contain the rest of the page."""
    return node.tag == "a" and ("href" in node.attrs or not node.id)


def _count_letters(text: str) -> int:
    return len(text.translate(_NO_SIGNS)) if text.isascii() else len(_NOT_LETTERS.sub("", text))


def _most_linked_domain(root: Node) -> tuple[str, int]:
    """Return the domain that most links lead to, "" if these are relative, and their number."""
    hosts: Counter[str] = Counter()
    for node in root.descendants():
        if node.tag == "a" and (href := node.get("href")) and not href.startswith("#"):
            hosts[site_domain(href)] += 1
    return next(iter(hosts.most_common(1)), ("", 0))
