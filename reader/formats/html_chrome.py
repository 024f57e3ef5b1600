"""Which parts of a page are not its article: navigation, teasers, comments, notices.

The unit is the run: words that stand together, without a block in between. A run of prose is long or ends like a sentence, and
is mostly no link. What the page itself names as furniture is furniture, unless the prose is in it; the article is the smallest
element that has nearly all prose of the rest; what stands around it is furniture, but for its title. Within it, what stands
before and behind all prose is furniture where it is mostly links within the site. Entries of references always stay.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from reader.article.lazy import lazy
from reader.article.model import NoiseReason
from reader.article.reference_lists import announces_references
from reader.formats.html_tree import SPACED, Node


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar", "dialog", "alertdialog", "alert", "tablist"}
)
_TAGS: Final = frozenset({"nav", "footer", "dialog", "menu", "form", "button"})
_WORDS: Final = _listed("""
    ad addthis addtoany ads adv advert advertisement advertisements advertising adverts ambox banner breadcrumb breadcrumbs
    catlinks categories colophon comment commentlist comments consent cookie cookies copyright cta disqus donate donation
    dropdown editsection follow footer gdpr keywords login masthead menu modal nav navbar navbox navigation newsletter
    newsletters noprint outbrain overlay pager pagination paywall popup printfooter promo promos promoted promotion
    recirc recirculation recommend recommendation recommendations recommended register related replies respond share
    sharedaddy shares sharing sidebar signup skip skiplink social sponsor sponsored sponsors submenu subscribe subscription
    taboola tagcloud tags teaser teasers toast toc toolbar topbar topics trending vote widget widgets
""")
"""Words of a class or an id that name furniture."""
_CERTAIN: Final = _listed("""
    comments commentlist disqus respond cookie cookies gdpr consent outbrain taboola footer sidebar recirc related modal popup
""")
"""Those that are furniture even where it is most of the page."""
_PAIRS: Final = _listed("""
    read-more read-next read-also more-stories more-news more-articles more-posts more-from more-on most-read most-popular
    most-viewed up-next latest-news latest-stories latest-posts latest-articles sr-only visually-hidden screen-reader author-bio
    author-box author-card author-profile about-author site-header hidden-print print-hide d-print back-top jump-link
""")
"""Two words next to each other that name furniture."""
_TEXT_TAGS: Final = frozenset({"p", "section", "blockquote", "ul", "ol", "dl", "table"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE_PARTS: Final = frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "caption"})
_NAME: Final = lazy(r"[^\W_]+")
_HUMP: Final = lazy(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}(?![a-z])")
_HOST: Final = lazy(r"\s*(?:https?:)?//(?:www\.)?([^/?#\s:]+)", re.IGNORECASE)
_SENTENCE_END: Final = lazy(r"[.!?…:。！？][\"'”’»)\]]*$")
_LONG: Final = 120
_SHORT: Final = 40
_MOSTLY_LINK: Final = 0.5
_ALL_LINK: Final = 0.9
_SHARE_OF_PROSE: Final = 0.4
_CERTAIN_SHARE: Final = 0.8
_HALF: Final = 0.8
_SMALL_SHARE: Final = 0.02
_NEARLY_ALL: Final = 0.85
_LEAST_PROSE: Final = 140
_LONGEST_TOOL: Final = 16
_LONGEST_TEASER: Final = 500


class _Run(NamedTuple):
    """Words that stand together: the block around them, their number of characters, how many of them are links.

    `within_site` is how many characters are links to pages of the same site.
    """

    node: Node
    size: int
    linked: int
    within_site: int
    is_prose: bool


class Parts(NamedTuple):
    """What of a page is its article.

    `aside` are the elements that are none, each with the reason, none inside another; `prose` the paragraphs that surely are;
    `texts` what its paragraphs say, in lower case.
    """

    aside: dict[Node, NoiseReason]
    prose: set[Node]
    texts: set[str]


def parts_of_page(root: Node, entries: Collection[Node], titles: Collection[str] = ()) -> Parts:
    """Tell the article of a page from the rest.

    `entries` are the elements of references and notes, `titles` is what the page calls itself.
    """
    return _Page(root, entries, titles).parts()


class _Page:
    def __init__(self, root: Node, entries: Collection[Node], titles: Collection[str]) -> None:
        noted = _Inside(entries)
        self._root = root
        self._runs = [run for run in _runs(root, _site_of(root)) if not noted.holds(run.node)]
        self._prose = _Sums([(run.node.order, run.size) for run in self._runs if run.is_prose])
        self._all = _Sums([(run.node.order, run.size) for run in self._runs])
        self._linked = _Sums([(run.node.order, run.linked) for run in self._runs])
        self._within_site = _Sums([(run.node.order, run.within_site) for run in self._runs])
        self._kept = sorted(node.order for node in entries)
        self._titles = [" ".join(title.casefold().split()) for title in titles]

    def parts(self) -> Parts:
        named = set(self._named(self._root, self._prose.within(self._root)))
        unnamed = [run for run in self._runs if not _is_in(run.node, named)]
        self._prose = _Sums([(run.node.order, run.size) for run in unnamed if run.is_prose])
        found = named
        if self._prose.within(self._root) >= _LEAST_PROSE:
            article = self._article()
            found = named | set(self._around(self._root, article)) | set(self._at_ends(article))
        outermost = {node for node in found if not any(around in found for around in node.around())}
        aside = dict.fromkeys(outermost, NoiseReason.CHROME)
        body = [run for run in unnamed if not _is_in(run.node, outermost) and not _has_blocks(run.node)]
        aside |= dict.fromkeys(_copies(body), NoiseReason.DUPLICATE)
        prose = {run.node for run in body if run.is_prose or "note" in run.node.roles}
        return Parts(aside, prose, {run.node.text().casefold() for run in body})

    def _holds_kept(self, node: Node) -> bool:
        return bisect_left(self._kept, node.order) < bisect_right(self._kept, node.last)

    def _named(self, top: Node, total: int) -> Iterator[Node]:
        """Yield the elements that the page itself calls furniture, and groups of teasers."""
        for node in top.nodes():
            if not node.is_shown or node.tag == "pre":
                continue
            share = _share_allowed(node) if node.tag in SPACED or node.tag in _TAGS else 0.0
            is_small = not self._holds_kept(node) and self._prose.within(node) <= share * total
            if share and is_small and (node.tag in _TAGS or not any(inner.tag == "blockquote" for inner in node.inside())):
                yield node
            else:
                yield from self._teasers(node)
                yield from self._named(node, total)

    def _teasers(self, top: Node) -> Iterator[Node]:
        """Yield the kids that are teasers of other articles: two or more, each with a heading that is a link, and few words."""
        found = [
            node
            for node in top.nodes()
            if node.tag in SPACED
            and self._linked.within(node)
            and self._all.within(node) <= _LONGEST_TEASER
            and _has_linked_heading(node)
        ]
        if len(found) > 1 and not any(map(self._holds_kept, found)):
            yield from found

    def _article(self) -> Node:
        """Return the smallest element that has nearly all prose: of the page, or of what it calls its main part."""
        node = self._root
        called = [inner for inner in node.inside() if _is_main(inner)]
        best = max(called, key=self._prose.within, default=node)
        if self._prose.within(best) > _HALF * self._prose.within(node):
            node = best
        wanted = _NEARLY_ALL * self._prose.within(node)
        while True:
            inner = next((kid for kid in node.nodes() if self._prose.within(kid) >= wanted and self._prose.within(kid)), None)
            if inner is None or inner.tag == "p" or self._is_text(node, inner):
                return node
            node = inner

    def _is_text(self, node: Node, part: Node) -> bool:
        """Whether an element is a text that `part` is a section or a paragraph of."""
        others = sum(self._prose.within(kid) for kid in node.nodes() if kid is not part and kid.tag in _TEXT_TAGS)
        return others > _SMALL_SHARE * self._prose.within(node)

    def _around(self, top: Node, article: Node) -> Iterator[Node]:
        """Yield what stands around the article, but for its title."""
        for node in top.nodes():
            if node is article or not node.is_shown:
                continue
            if node.holds(article) or self._holds_kept(node) or self._has_title(node):
                if not self._is_title(node):
                    yield from self._around(node, article)
            elif self._kept and node.tag in _HEADINGS and announces_references(node.text()):
                continue
            else:
                yield node

    def _has_title(self, node: Node) -> bool:
        return self._is_title(node) or any(map(self._is_title, node.inside()))

    def _is_title(self, node: Node) -> bool:
        if node.tag not in ("h1", "h2"):
            return False
        text = node.text().casefold()
        return bool(text) and (any(text in title for title in self._titles) if self._titles else node.tag == "h1")

    def _at_ends(self, article: Node) -> Iterator[Node]:
        """Yield what is mostly links before and behind all prose of the article."""
        first, last = self._prose.first, self._prose.last
        stack = list(article.nodes())
        while stack:
            node = stack.pop()
            if not node.is_shown or self._holds_kept(node) or self._is_title(node) or node.tag == "table":
                continue
            if node.last < first or node.order > last:
                size = self._all.within(node)
                if size and self._within_site.within(node) >= _ALL_LINK * size and node.tag in SPACED and not _is_headed(node):
                    yield node
                    continue
            stack.extend(node.nodes())


class _Sums:
    """Numbers at places, to be summed over an element."""

    def __init__(self, pairs: Sequence[tuple[int, int]]) -> None:
        pairs = sorted(pairs)
        self._places = [place for place, _ in pairs]
        self._sums = list(accumulate((number for _, number in pairs), initial=0))

    @property
    def first(self) -> int:
        return self._places[0] if self._places else 0

    @property
    def last(self) -> int:
        return self._places[-1] if self._places else 0

    def within(self, node: Node) -> int:
        """Return the sum inside an element."""
        return self._sums[bisect_right(self._places, node.last)] - self._sums[bisect_left(self._places, node.order)]


class _Inside:
    """Elements, none inside another, that can be asked whether one of them holds an element."""

    def __init__(self, nodes: Collection[Node]) -> None:
        self._nodes = sorted(nodes, key=lambda node: node.order)
        self._orders = [node.order for node in self._nodes]

    def holds(self, node: Node) -> bool:
        """Whether one of them is `node` or is around it."""
        place = bisect_right(self._orders, node.order) - 1
        return place >= 0 and self._nodes[place].holds(node)


def _has_blocks(node: Node) -> bool:
    return any(inner.tag in SPACED and inner.tag != "br" for inner in node.inside())


def _copies(runs: Sequence[_Run]) -> Iterator[Node]:
    """Yield the paragraphs that stand on the page once more, such as captions of a picture that is shown twice."""
    seen: set[str] = set()
    for run in runs:
        if run.is_prose and run.node.tag not in _HEADINGS and run.node.tag != "pre":
            text = run.node.text()
            if text in seen:
                yield run.node
            seen.add(text)


def _is_in(node: Node, found: Collection[Node]) -> bool:
    return node in found or any(around in found for around in node.around())


def is_tool(node: Node, line: str) -> bool:
    """Whether an element within a line, such as "[edit]" in a heading, is there to be clicked."""
    return node.tag not in SPACED and len(node.text()) < min(len(line), _LONGEST_TOOL) and _share_allowed(node) > 0


def _share_allowed(node: Node) -> float:
    """Return how much of the prose an element may have and still be furniture; 0 for one that isn't called so."""
    if node.tag in _TABLE_PARTS or "note" in node.roles:
        return 0
    if node.tag in _TAGS or node.roles & _ROLES:
        return _SHARE_OF_PROSE
    words = _words_of(f"{node.get('class')} {node.get('id')}")
    if not _CERTAIN.isdisjoint(words):
        return _CERTAIN_SHARE
    named = not _WORDS.isdisjoint(words) or any(f"{a}-{b}" in _PAIRS for a, b in pairwise(words))
    return _SHARE_OF_PROSE if named else 0


def _words_of(name: str) -> list[str]:
    """Return the words of a class and an id, those of "relatedPosts" too."""
    words: list[str] = []
    for word in _NAME.findall(name):
        words += map(str.casefold, [word] if word.islower() else [word, *_HUMP.findall(word)])
    return words


def _is_main(node: Node) -> bool:
    return node.tag in ("main", "article") or "main" in node.roles or "articlebody" in node.get("itemprop").casefold()


def _is_headed(node: Node) -> bool:
    """Whether a heading that is no link stands right before an element."""
    kids = node.parent.kids if node.parent is not None else []
    for place in range(node.place - 1, -1, -1):
        kid = kids[place]
        if isinstance(kid, Node) and kid.text():
            return kid.tag in _HEADINGS or any(inner.tag in _HEADINGS for inner in kid.inside())
    return False


def _has_linked_heading(node: Node) -> bool:
    for inner in (node, *node.inside()):
        if inner.tag in _HEADINGS and inner.text():
            links = [
                link for link in (*inner.inside(), *inner.around()) if link.tag == "a" and link.get("href")[:1] not in ("", "#")
            ]
            return any(link.text() == inner.text() or link.holds(inner) for link in links)
    return False


def _site_of(root: Node) -> str:
    """Return the host of a page: the one it says, else the one most of its links lead to."""
    hosts: Counter[str] = Counter()
    for node in root.inside():
        said = node.get("href") if node.get("rel").casefold() == "canonical" else node.get("content")
        if said and (node.tag == "link" or node.get("property") == "og:url") and (match := _HOST.match(said)):
            return match[1]
        if node.tag == "a" and (match := _HOST.match(node.get("href"))):
            hosts[match[1]] += 1
    return max(hosts, key=hosts.__getitem__, default="")


class _Runs:
    """What is read of the run that is open."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._links: list[bool] = []
        self._parts: list[str] = []
        self._linked = self._within_site = 0

    def text(self, text: str) -> None:
        """Take text."""
        self._parts.append(text)
        if self._links:
            self._linked += len(text.strip())
            self._within_site += len(text.strip()) if self._links[-1] else 0

    def link(self, node: Node) -> None:
        """Take the beginning of a link."""
        host = _HOST.match(node.get("href"))
        self._links.append((host is None or host[1] == self._site) and not node.get("href").startswith("#"))

    def unlink(self) -> None:
        """Take the end of a link."""
        self._links.pop()

    def ended(self, block: Node) -> Iterator[_Run]:
        """Yield the run that ends here, if any."""
        text = " ".join("".join(self._parts).split())
        if text:
            is_sentence = len(text) >= _LONG or (len(text) >= _SHORT and _SENTENCE_END.search(text) is not None)
            is_prose = is_sentence and self._linked < _MOSTLY_LINK * len(text)
            yield _Run(block, len(text), self._linked, self._within_site, is_prose)
        self._parts.clear()
        self._linked = self._within_site = 0


def _runs(root: Node, site: str) -> Iterator[_Run]:
    """Yield the runs of a page in order."""
    run = _Runs(site)
    around: list[Node] = [root]
    stack: list[tuple[Node | str, bool]] = [(root, False)]
    while stack:
        item, is_done = stack.pop()
        if isinstance(item, str):
            run.text(item)
            continue
        is_block = (item.tag in SPACED and item.tag != "br") or not item.tag
        if is_done:
            if item.tag == "a":
                run.unlink()
            if is_block:
                yield from run.ended(around.pop())
        elif item.is_shown:
            if is_block:
                yield from run.ended(around[-1])
                around.append(item)
            if item.tag == "a":
                run.link(item)
            stack.append((item, True))
            stack.extend((kid, False) for kid in reversed(item.kids))
