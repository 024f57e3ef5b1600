"""The runs of a page: words that stand together, without a block in between; how many of them are links, which are prose."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple
from urllib.parse import unquote

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.html.tree import BLOCK_TAGS, Node

_SENTENCE_END: Final = lazy_pattern(r"[.!?…:。！？][\"'”’»)\]]*$")
_HOST: Final = lazy_pattern(r"\s*(?:https?:)?//(?:www\.)?([^/?#\s:]+)", re.IGNORECASE)
_NOT_LETTERS: Final = lazy_pattern(r"[\W_]+")
_WIDE_CHARACTER: Final = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WIDE_CHARACTER_LETTERS: Final = 3
"""How many letters of an alphabet say what one character of Chinese, Japanese or Korean does, about."""
_MIN_PROSE_LENGTH: Final = 120
_MIN_SENTENCE_LENGTH: Final = 40
_MAX_LINK_SHARE: Final = 0.5
_MAX_SUFFIX_LENGTH: Final = 3


class PageRun(NamedTuple):
    """Words that stand together: the block around them, their number of characters, how many of them are links.

    `letters` leaves out what is no letter or digit; `within_site` of them are links that don't lead out of the site.
    """

    node: Node
    size: int
    linked: int
    letters: int
    within_site: int
    is_prose: bool


def is_sentence(text: str) -> bool:
    """Whether a text in one line reads like prose: it is long, or ends like a sentence and isn't short."""
    size = width(text)
    return size >= _MIN_PROSE_LENGTH or (size >= _MIN_SENTENCE_LENGTH and _SENTENCE_END.search(text) is not None)


def width(text: str) -> int:
    """Return the number of characters of a text, those of scripts that write a word with one or two of them counted more."""
    return len(text) if text.isascii() else len(text) + (_WIDE_CHARACTER_LETTERS - 1) * len(_WIDE_CHARACTER.findall(text))


class Site:
    """The pages of a page's own site. `address` is the page's, "" where it isn't known: then most links tell the site."""

    def __init__(self, root: Node, address: str) -> None:
        self._own = address.strip().partition("#")[0].rstrip("/")
        self._name = site_domain(address) or _most_linked_domain(root)

    def holds(self, href: str) -> bool:
        """Whether a link stays within the site, or only tells another site of this very page, as those for sharing do."""
        if href.startswith("#"):
            return False
        return site_domain(href) in ("", self._name) or self.is_shared_by(href)

    def is_shared_by(self, href: str) -> bool:
        """Whether the address of this very page stands in the query of a link."""
        _, _, query = href.partition("?")
        return bool(self._own) and self._own in unquote(query)


def page_runs(root: Node, site: Site) -> Iterator[PageRun]:
    """Yield the runs of a page in order."""
    run = _OpenRun(site)
    around: list[Node] = [root]
    stack: list[tuple[Node | str, bool]] = [(root, False)]
    while stack:
        item, is_done = stack.pop()
        if isinstance(item, str):
            run.text(item)
            continue
        is_block = (item.tag in BLOCK_TAGS and item.tag != "br") or not item.tag
        if is_done:
            if _is_link(item):
                run.unlink()
            if is_block:
                yield from run.close(around.pop())
        elif item.is_shown:
            if is_block:
                yield from run.close(around[-1])
                around.append(item)
            if _is_link(item):
                run.link(item)
            stack.append((item, True))
            stack.extend((kid, False) for kid in reversed(item.kids))


class Sums:
    """Numbers at places, to be summed over an element."""

    def __init__(self, pairs: Sequence[tuple[int, int]]) -> None:
        pairs = sorted(pairs)
        self._places = [place for place, _ in pairs]
        self._sums = list(accumulate((number for _, number in pairs), initial=0))

    def ends_within(self, node: Node) -> tuple[int, int]:
        """Return the first and the last place inside an element, 0 if there is none."""
        places = self._places[bisect_left(self._places, node.order) : bisect_right(self._places, node.last)]
        return (places[0], places[-1]) if places else (0, 0)

    def within(self, node: Node) -> int:
        """Return the sum inside an element."""
        return self._sums[bisect_right(self._places, node.last)] - self._sums[bisect_left(self._places, node.order)]


class _OpenRun:
    """What is read of the run that is open."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._links: list[bool] = []
        self._parts: list[str] = []
        self._linked = self._within_site = 0

    def text(self, text: str) -> None:
        self._parts.append(text)
        if self._links:
            self._linked += width(text.strip())
            self._within_site += _count_letters(text) if self._links[-1] else 0

    def link(self, node: Node) -> None:
        self._links.append(self._site.holds(node.get("href")))

    def unlink(self) -> None:
        self._links.pop()

    def close(self, block: Node) -> Iterator[PageRun]:
        """Yield the run that ends here, if any."""
        text = " ".join("".join(self._parts).split())
        if text:
            size = width(text)
            is_prose = is_sentence(text) and self._linked < _MAX_LINK_SHARE * size
            yield PageRun(block, size, self._linked, _count_letters(text), self._within_site, is_prose)
        self._parts.clear()
        self._linked = self._within_site = 0


def _is_link(node: Node) -> bool:
    """Whether an element is to be clicked, and not the mere anchor of older pages, which may hold all that follows it."""
    return node.tag == "a" and ("href" in node.attrs or not node.id)


def _count_letters(text: str) -> int:
    return len(_NOT_LETTERS.sub("", text))


def _most_linked_domain(root: Node) -> str:
    """Return the domain that most links of a page lead to, "" if most are relative."""
    hosts: Counter[str] = Counter()
    for node in root.descendants():
        if node.tag == "a" and (href := node.get("href")) and not href.startswith("#"):
            hosts[site_domain(href)] += 1
    return max(hosts, key=hosts.__getitem__, default="")


def site_domain(address: str) -> str:
    """Return what the hosts of one site share: "gazette.example" of "https://sport.gazette.example/a"; "" for a relative link.

    Of "www.a.co.uk" that is "a.co.uk".
    """
    host = _HOST.match(address)
    labels = host[1].casefold().split(".") if host is not None else []
    count = 3 if len(labels) > 2 and len(labels[-2]) <= _MAX_SUFFIX_LENGTH else 2
    return ".".join(labels[-count:])
