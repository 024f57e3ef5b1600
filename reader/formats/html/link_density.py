"""Measure the runs of a page (pieces of text without a block boundary): their length, links, and whether they are prose."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import accumulate
from operator import attrgetter
from typing import Final, NamedTuple, cast
from urllib.parse import unquote

from reader.article.labels import characters_beyond_ascii, single_spaced
from reader.formats.html.tree import BLOCK_TAGS, Node
from reader.formats.linked_references import MIN_SENTENCE_LENGTH, extra_width, is_sentence, site_domain, width

_ASCII_SIGNS: Final = bytes(code for code in range(128) if not chr(code).isalnum() and chr(code) != "\n")
"""For `bytes.translate`, which is ten times as fast as a pattern."""
_MAX_LINK_SHARE: Final = 0.5
_MIN_LINKS_TO_SITE: Final = 10
_BLOCK_ORDER: Final = attrgetter("node.order")
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
        return "//" not in href or site_domain(href) in ("", self._name) or self.is_shared_by(href)

    def is_shared_by(self, href: str) -> bool:
        """Whether the query of a link contains the address of this page."""
        return bool(self._address) and "?" in href and self._address in unquote(href.partition("?")[2])


def page_runs(root: Node, site: Site) -> list[PageRun]:
    """Return the runs of a page in order."""
    runs = _Runs(site)
    runs.add_block(root)
    return runs.measure()


def prose_length(runs: Iterable[PageRun]) -> int:
    """Return the length of the prose in some runs."""
    return sum(run.size for run in runs if run.is_prose)


class RunPlaces:
    """The positions of some runs of a page among those of its elements, which all sums over these runs share."""

    def __init__(self, root: Node, runs: Iterable[PageRun]) -> None:
        self.runs = sorted(runs, key=_BLOCK_ORDER)
        """The runs by the positions of their blocks."""
        self.positions = [run.node.order for run in self.runs]
        """The positions of the blocks of these runs, in order."""
        numbers = [0] * (root.last_order + 1)
        for position in self.positions:
            numbers[position] += 1
        self.counts = list(accumulate(numbers))
        """By position: the number of runs with blocks up to there."""


class Sums:
    """Prefix sums of numbers of runs, one for each of `places.runs`, for the sum over an element."""

    def __init__(self, places: RunPlaces, numbers: Iterable[int]) -> None:
        self._places = places
        self._sums = list(accumulate(numbers, initial=0))

    def ends_within(self, node: Node) -> tuple[int, int]:
        """Return the first and last position inside an element with a number above 0, or zeros."""
        counts, positions = self._places.counts, self._places.positions
        before, total = self._sums[counts[node.order - 1]], self._sums[counts[node.last_order]]
        if total <= before:
            return 0, 0
        return positions[bisect_right(self._sums, before) - 1], positions[bisect_left(self._sums, total) - 1]

    def within(self, node: Node) -> int:
        """Return the sum inside an element."""
        counts = self._places.counts
        return self._sums[counts[node.last_order]] - self._sums[counts[node.order - 1]]

    def within_all(self, nodes: Iterable[Node]) -> int:
        """Return the sum inside some elements, of which none is inside another."""
        return sum(map(self.within, nodes))


_Run = tuple[Node, str, str, tuple[Node, ...], int]
"""A run before it is measured: its block, its words in one line, those in links within the site, its links and their length."""


class _Runs:
    """The runs of a page so far, and the open run, with the links in it."""

    def __init__(self, site: Site) -> None:
        self._closed: list[_Run] = []
        self._site = site
        self._links_in_run: dict[Node, None] = {}
        self._parts: list[str] = []
        self._linked_parts: list[str] = []
        self._parts_within_site: list[str] = []

    def add_block(self, node: Node) -> None:
        """Add the runs of a block."""
        self._add_kids(node, node, None, False)
        if self._parts:
            self._close(node)

    def _add_kids(self, node: Node, block: Node, link: Node | None, is_within: bool) -> None:
        """Add the content of an element: words to the open run of the block that it is in, blocks as runs of their own.

        `link` is the link around it, if any, and `is_within` whether that stays within the site.
        """
        parts = self._parts
        for kid in node.children:
            if isinstance(kid, str):
                if link is not None:
                    self._add_linked(kid, link, is_within)
                elif parts or not kid.isspace():
                    parts.append(kid)
            elif not kid.is_shown:
                continue
            elif (tag := kid.tag) in _RUN_BOUNDS:
                if parts:
                    self._close(block)
                kids = kid.children
                if len(kids) == 1 and link is None and isinstance(words := kids[0], str):
                    if text := single_spaced(words):
                        self._closed.append((kid, text, "", (), 0))
                elif kids:
                    self._add_kids(kid, kid, link, is_within)
                    if parts:
                        self._close(kid)
            elif kids := kid.children:
                own_link, own_is_within = link, is_within
                if tag == "a" and ("href" in kid.attrs or not kid.id):  # else it may contain the rest of the page
                    own_link, own_is_within = kid, self._site.contains(kid.attrs.get("href", ""))
                if len(kids) > 1 or not isinstance(words := kids[0], str):
                    self._add_kids(kid, block, own_link, own_is_within)
                elif own_link is not None:
                    self._add_linked(words, own_link, own_is_within)
                elif parts or not words.isspace():
                    parts.append(words)
            elif tag == "br":
                parts.append(" ")

    def _add_linked(self, words: str, link: Node, is_within: bool) -> None:
        """Add the words of a link."""
        if words.isspace():
            if self._parts:
                self._parts.append(" ")
            return
        self._parts.append(words)
        self._linked_parts.append(words.strip())
        self._links_in_run[link] = None
        if is_within:
            self._parts_within_site.append(words)

    def _close(self, block: Node) -> None:
        """Close the open run, if it has any text, and open another."""
        text = single_spaced("".join(self._parts))
        self._parts.clear()
        if not self._linked_parts:
            if text:
                self._closed.append((block, text, "", (), 0))
            return
        within_site = single_spaced("".join(self._parts_within_site)) if self._parts_within_site else ""
        self._closed.append((block, text, within_site, tuple(self._links_in_run), width("".join(self._linked_parts))))
        self._linked_parts.clear()
        self._parts_within_site.clear()
        self._links_in_run.clear()

    def measure(self) -> list[PageRun]:
        """Return the closed runs with their measures."""
        if not self._closed:
            return []
        nodes, texts, within_site, links, linked = zip(*self._closed, strict=True)
        letters, sizes = _measure_lines(texts)
        counts, _ = _measure_lines([text for text in within_site if text])
        counted = iter(counts)
        is_prose = [
            size >= MIN_SENTENCE_LENGTH and length < _MAX_LINK_SHARE * size and is_sentence(text, size)
            for text, size, length in zip(texts, sizes, linked, strict=True)
        ]
        within = [next(counted) if text else 0 for text in within_site]
        return list(map(_new_run, zip(nodes, texts, sizes, linked, letters, within, is_prose, links, strict=True)))


_new_run: Final = cast("Callable[[tuple[object, ...]], PageRun]", partial(tuple[object, ...].__new__, PageRun))
"""`PageRun._make` without a call of Python for each of the thousands of runs."""


def _measure_lines(lines: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the number of letters and digits in each of some texts of one line, and its width."""
    letters, widths = list[int](), [*map(len, lines)]
    if not lines:
        return letters, widths
    text = "\n".join(lines)
    letters += map(len, text.encode("ascii", "ignore").translate(None, _ASCII_SIGNS).split(b"\n"))
    if not text.isascii():
        for place, signs in enumerate(characters_beyond_ascii(text, kept=b"\n").split("\n")):
            if signs:
                letters[place] += sum(map(str.isalnum, signs))
                widths[place] += extra_width(signs)
    return letters, widths


def _most_linked_domain(root: Node) -> tuple[str, int]:
    """Return the domain that most links lead to, "" if these are relative, and their number."""
    hrefs = [href for href in root.nodes.hrefs.values() if href[0] != "#"]
    hosts = Counter([site_domain(href) if "//" in href else "" for href in hrefs])
    return next(iter(hosts.most_common(1)), ("", 0))
