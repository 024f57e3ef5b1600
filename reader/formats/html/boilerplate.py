"""Separate the main content of a page from its boilerplate, by tags, names, structure and text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import NoiseReason
from reader.article.phrases import READ_ALSO
from reader.article.reference_lists import is_reference_heading
from reader.formats.html.link_density import PageRun, Site, Sums, page_runs
from reader.formats.html.tree import BLOCK_TAGS, HEADING_TAGS, Node

# ------------------------------------------------------------------ Names of elements


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BOILERPLATE_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar", "dialog", "alertdialog", "alert", "tablist"}
)
BOILERPLATE_TAGS: Final = frozenset({"nav", "footer", "dialog", "menu", "form", "button"})
_BOILERPLATE_WORDS: Final = _word_set("""
    ad addthis addtoany ads adv advert advertisement advertisements advertising adverts affiliate affiliates ambox banner
    breadcrumb breadcrumbs catlinks categories colophon comment commentlist comments consent cookie cookies copyright cta disqus
    donate donation dropdown editsection follow footer gdpr keywords login masthead menu modal nav navbar navbox navigation
    newsletter newsletters noprint outbrain overlay pager pagination paywall popup printfooter promo promos promoted promotion
    recirc recirculation recommend recommendation recommendations recommended register related replies respond share
    sharedaddy shares sharing sidebar signup skip skiplink social sponsor sponsored sponsors submenu subscribe subscription
    taboola tagcloud tags teaser teasers toast toc toolbar topbar topics trending vote widget widgets
""")
"""Words in class names and ids of boilerplate."""
_CERTAIN_WORDS: Final = _word_set("""
    comments commentlist disqus respond cookie cookies gdpr consent outbrain taboola footer sidebar recirc related modal popup
""")
"""Words in names of boilerplate that may make up most of the page."""
_WORD_PAIRS: Final = _word_set("""
    read-more read-next read-also more-stories more-news more-articles more-posts more-from more-on most-read most-popular
    most-viewed up-next latest-news latest-stories latest-posts latest-articles sr-only visually-hidden screen-reader author-bio
    author-box author-card author-profile about-author site-header hidden-print print-hide d-print back-top jump-link
    sign-up inline-link buy-box
""")
"""Pairs of adjacent words in names of boilerplate."""
_BUTTON_WORDS: Final = _word_set("button buttons btn")
_STANDFIRST_WORDS: Final = _word_set("""
    subtitle standfirst deck dek subheadline subheading subhead tagline lede lead intro introduction summary excerpt
    chapo chapeau vorspann entradilla sommario ingress
""")
"""Words in names of standfirsts, in the languages of newsrooms."""
_NAME_ATTRIBUTES: Final = (
    "class",
    *(f"data-{name}" for name in ("testid", "test-id", "component", "component-name", "module", "qa")),
)
_MAX_LABEL_WORDS: Final = 3
_TABLE_PARTS: Final = frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "caption"})
_SECTION_LEVELS: Final = frozenset(f"level{number}" for number in range(1, 7))
"""Classes of the sections that pandoc generates, whose ids come from their headings."""
_NAME_WORD: Final = lazy_pattern(r"[^\W_]+")
_CAMEL_CASE_WORD: Final = lazy_pattern(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}(?![a-z])")
_COMMENTS_NAME: Final = lazy_pattern(
    r"(?:comments?|replies|disqus|respond)(?:[-_](?:area|list|section|threads?|wrapper|container|content))?"
)
"""The exact names of comment sections, which may be far longer than the article."""
_MAX_PROSE_SHARE: Final = 0.4
_MAX_CERTAIN_SHARE: Final = 0.8
_LIKE_COMMENTS: Final = lazy_pattern("comment|replies|disqus|respond", re.IGNORECASE)
MAX_COMMENTS_SHARE: Final = 0.97
_MAX_TOOL_LENGTH: Final = 16


def max_prose_share(node: Node) -> float:
    """Return the largest share of the page's prose that an element may hold as boilerplate; 0 if its name suggests none."""
    if node.tag in _TABLE_PARTS or "note" in node.roles or (node.tag == "footer" and _is_in_quote(node)):
        return 0
    if node.tag in BOILERPLATE_TAGS or node.roles & _BOILERPLATE_ROLES:
        return _MAX_PROSE_SHARE
    if is_called_comments(node):
        return MAX_COMMENTS_SHARE
    own_id = "" if _has_heading_id(node) else node.get("id")
    words = _name_words(" ".join((own_id, *(node.attrs[name] for name in _NAME_ATTRIBUTES if name in node.attrs))))
    if not _CERTAIN_WORDS.isdisjoint(words):
        return _MAX_CERTAIN_SHARE
    label = _name_words(node.get("aria-label")) if node.tag in BLOCK_TAGS else []
    if len(label) <= _MAX_LABEL_WORDS:
        words = [*words, "", *label]
    is_named = not _BOILERPLATE_WORDS.isdisjoint(words) or any(f"{a}-{b}" in _WORD_PAIRS for a, b in pairwise(words))
    return _MAX_PROSE_SHARE if is_named else 0


def is_called_button(node: Node) -> bool:
    """Whether an element has a class for buttons."""
    return "class" in node.attrs and not _BUTTON_WORDS.isdisjoint(_name_words(node.get("class")))


def is_called_standfirst(node: Node) -> bool:
    """Whether an element has a class for standfirsts."""
    return "class" in node.attrs and not _STANDFIRST_WORDS.isdisjoint(_name_words(node.get("class")))


def is_called_comments(node: Node) -> bool:
    """Whether the exact name of an element is one for comment sections."""
    if not _LIKE_COMMENTS.search(f"{node.get('class')} {node.get('id')}"):
        return False
    own_id = "" if _has_heading_id(node) else node.get("id")
    return any(map(_COMMENTS_NAME.fullmatch, (*node.classes, own_id.casefold())))


def _has_heading_id(node: Node) -> bool:
    """Whether an element's id repeats its heading, so that words in it such as "related" do not suggest boilerplate."""
    if node.tag in HEADING_TAGS or not _SECTION_LEVELS.isdisjoint(node.classes):
        return True
    words = _NAME_WORD.findall(node.get("id").casefold())
    first = next(node.child_nodes(), None)
    return (
        len(words) > 1
        and first is not None
        and first.tag in HEADING_TAGS
        and _NAME_WORD.findall(first.text().casefold()) == words
    )


def _is_in_quote(node: Node) -> bool:
    """Whether an element is inside a quotation, whose footer is its attribution."""
    return any(ancestor.tag == "blockquote" for ancestor in node.ancestors())


def is_tool(node: Node, line: str) -> bool:
    """Whether an inline element, such as "[edit]" in a heading, is a control."""
    return node.tag not in BLOCK_TAGS and len(node.text()) < min(len(line), _MAX_TOOL_LENGTH) and max_prose_share(node) > 0


def _name_words(name: str) -> list[str]:
    """Split a name into words in lower case, including the parts of camel case."""
    words: list[str] = []
    for word in _NAME_WORD.findall(name):
        words += map(str.casefold, [word] if word.islower() else [word, *_CAMEL_CASE_WORD.findall(word)])
    return words


# ------------------------------------------------------------------ Structure of elements

_LISTS: Final = frozenset({"ul", "ol", "dl"})
_MAX_CAPTION_LENGTH: Final = 40


class _Structure:
    """Index of the blocks, lists, headings and texts of a page by position, for lookup by element."""

    def __init__(self, root: Node) -> None:
        nodes = list(root.descendants())
        self._blocks = [node.order for node in nodes if node.tag in BLOCK_TAGS and node.tag != "br"]
        self._lists = [node.order for node in nodes if node.tag in _LISTS]
        self._headings = [node.order for node in nodes if node.tag in HEADING_TAGS]
        self._texts = list(_nodes_with_text(root))

    def has_blocks(self, node: Node) -> bool:
        """Whether an element contains blocks."""
        return bisect_right(self._blocks, node.order) < bisect_right(self._blocks, node.last_order)

    def is_headed_list(self, node: Node) -> bool:
        """Whether an element is or contains a list, and the last text before it in its parent is or contains a heading."""
        place = bisect_left(self._texts, node.order, key=lambda text: text.order) - 1
        before = self._texts[place] if place >= 0 else None
        if before is None or node.parent is None or before.order <= node.parent.order or not _is_one_in(self._lists, node):
            return False
        sibling = next(part for part in (before, *before.ancestors()) if part.parent is node.parent)
        return _is_one_in(self._headings, sibling)


def _is_one_in(orders: Sequence[int], node: Node) -> bool:
    return bisect_left(orders, node.order) < bisect_right(orders, node.last_order)


def _nodes_with_text(root: Node) -> Iterator[Node]:
    """Yield the visible elements that hold text of their own, in order."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.is_shown:
            if any(isinstance(kid, str) and kid.strip() for kid in node.children):
                yield node
            stack += reversed(list(node.child_nodes()))


def has_address_field(node: Node) -> bool:
    """Whether an element contains an input for an e-mail address."""
    return any(inner.tag == "input" and inner.get("type").casefold() == "email" for inner in node.descendants())


def is_contents(node: Node) -> bool:
    """Whether an element is a list of at least two links within the page, with at most a short caption."""
    list_node = next((inner for inner in (node, *node.descendants()) if inner.tag in ("ul", "ol")), None)
    if list_node is None or len(node.text(without={list_node})) > _MAX_CAPTION_LENGTH:
        return False
    items = [item for item in list_node.child_nodes() if item.tag == "li"]
    return len(items) > 1 and all(_is_local_link(item) for item in items)


def _is_local_link(item: Node) -> bool:
    text = item.text()
    links = [link for link in item.descendants() if link.tag == "a"]
    is_within = bool(links) and all(link.get("href").startswith("#") and len(link.get("href")) > 1 for link in links)
    return is_within and len(text) > 2 and text == " ".join(link.text() for link in links)


def has_linked_heading(node: Node) -> bool:
    """Whether the first heading in an element links to another page, as in teasers."""
    for inner in (node, *node.descendants()):
        if inner.tag in HEADING_TAGS and (text := inner.text()):
            links = [
                link
                for link in (*inner.descendants(), *inner.ancestors())
                if link.tag == "a" and link.get("href")[:1] not in ("", "#")
            ]
            return any(link.contains(inner) or link.text() == text for link in links)
    return False


# ------------------------------------------------------------------ The main content

_APPENDIX_TAGS: Final = frozenset({"d-appendix", "dt-appendix"})
"""Distill's elements for appendices: notes, acknowledgements, further reading."""
_TEXT_TAGS: Final = frozenset({"p", "section", "blockquote", "ul", "ol", "dl", "table"})
_LINE_HEAD: Final = lazy_pattern(r"\W*(.{2,40}?)\s*[:|]\s")
_LINK_LINE_HEADS: Final = READ_ALSO | {
    *("watch", "listen", "video", "podcast", "audio", "in pictures", "photos"),
    *("filed under", "posted in", "tags", "tagged", "tagged with", "topics", "topic", "categories", "category", "keywords"),
}
"""The beginnings of lines that link to other stories or topics of the site."""
_BODY_CLASSES: Final = frozenset({"e-content", "entry-content", "post-content", "article-body", "article-content", "post-body"})
"""Classes of the element with the text, in microformats (http://microformats.org/wiki/h-entry) and common themes."""
_MIN_LINK_LINE_SHARE: Final = 0.9
_MIN_LINK_SHARE: Final = 0.8
_MAX_SMALL_SHARE: Final = 0.02
_MIN_ARTICLE_SHARE: Final = 0.85
_MIN_PROSE_LENGTH: Final = 140
_MAX_TEASER_LENGTH: Final = 500
_MAX_FORM_LENGTH: Final = 400
_MAX_BUTTON_LENGTH: Final = 40
_MIN_LINES: Final = 2


class MainContent(NamedTuple):
    """The parts of a page.

    `aside` maps the outermost elements outside the article to the reason, `prose` are paragraphs that certainly belong to the
    article, and `texts` are the texts of its paragraphs in lower case.
    """

    aside: dict[Node, NoiseReason]
    prose: set[Node]
    texts: set[str]


def find_main_content(root: Node, entries: Collection[Node], titles: Collection[str] = (), address: str = "") -> MainContent:
    """Find the main content of a page.

    `entries` are the elements of references and notes, `titles` the titles in its metadata, `address` its own address.
    """
    return _PageSums(root, entries, titles, Site(root, address)).main_content()


class _PageSums:
    """The lengths of text, prose and links on a page, summed by element."""

    def __init__(self, root: Node, entries: Collection[Node], titles: Collection[str], site: Site) -> None:
        entry_ranges = _NodeRanges(entries)
        self._root, self._site, self._structure = root, site, _Structure(root)
        self._runs = [run for run in page_runs(root, site) if not entry_ranges.contains(run.node)]
        self._prose = Sums([(run.node.order, run.size) for run in self._runs if run.is_prose])
        self._all = Sums([(run.node.order, run.size) for run in self._runs])
        self._linked = Sums([(run.node.order, run.linked) for run in self._runs])
        self._lines = Sums([(run.node.order, 1) for run in self._runs])
        self._letters = Sums([(run.node.order, run.letters) for run in self._runs])
        self._within_site = Sums([(run.node.order, run.within_site) for run in self._runs])
        self._entry_orders = sorted(node.order for node in entries)
        self._titles = [" ".join(title.casefold().split()) for title in titles]
        self._title_order = next((node.order for node in root.descendants() if self._is_title(node)), 0)
        self._comments_share = self._share_of_comments()

    def main_content(self) -> MainContent:
        named_nodes = set(self._find_named(self._root, self._prose.within(self._root)))
        unnamed = [run for run in self._runs if not _is_in(run.node, named_nodes)]
        self._prose = Sums([(run.node.order, run.size) for run in unnamed if run.is_prose])
        nodes = named_nodes
        if self._prose.within(self._root) >= _MIN_PROSE_LENGTH:
            article = self._find_article()
            nodes = named_nodes | set(self._find_around(self._root, article)) | set(self._find_at_ends(article))
        outermost = {node for node in nodes if not any(ancestor in nodes for ancestor in node.ancestors())}
        aside = dict.fromkeys(outermost, NoiseReason.CHROME)
        body = [run for run in unnamed if not _is_in(run.node, outermost) and not self._structure.has_blocks(run.node)]
        aside |= dict.fromkeys(_find_copies(body), NoiseReason.DUPLICATE)
        prose = {run.node for run in body if run.is_prose or "note" in run.node.roles}
        return MainContent(aside, prose, {run.node.text().casefold() for run in body})

    def _holds_entry(self, node: Node) -> bool:
        return _is_one_in(self._entry_orders, node)

    def _share_of_comments(self) -> float:
        """Return the largest share of the prose that a comment section may hold as boilerplate.

        It is 0 for a page of comments: one with hardly any other prose, and no text in its article element.
        """
        outermost: list[Node] = []
        for node in self._root.descendants():
            if is_called_comments(node) and not (outermost and outermost[-1].contains(node)):
                outermost.append(node)
        if sum(map(self._prose.within, outermost)) <= MAX_COMMENTS_SHARE * self._prose.within(self._root):
            return MAX_COMMENTS_SHARE
        comments = _NodeRanges(outermost)
        articles = (node for node in self._root.descendants() if node.tag == "article" or _is_body(node))
        other_articles = (node for node in articles if not comments.contains(node) and not comments.is_any_inside(node))
        return float(any(self._letters.within(node) > self._within_site.within(node) for node in other_articles))

    def _must_stay(self, node: Node) -> bool:
        is_heading = bool(self._entry_orders) and node.tag in HEADING_TAGS
        return self._holds_entry(node) or (is_heading and is_reference_heading(node.text()))

    def _find_named(self, top: Node, total: int) -> Iterator[Node]:
        for node in top.child_nodes():
            if not node.is_shown or node.tag == "pre":
                continue
            is_block = node.tag in BLOCK_TAGS or node.tag in BOILERPLATE_TAGS
            is_boilerplate = self._is_boilerplate(node, total) if is_block else node.tag == "a" and self._is_card(node, total)
            if is_boilerplate and not self._must_stay(node):
                yield node
            else:
                yield from self._find_teasers(node)
                yield from self._find_named(node, total)

    def _is_boilerplate(self, node: Node, total: int) -> bool:
        """Whether an element looks like boilerplate and holds little enough of the prose."""
        share = max_prose_share(node)
        share = self._comments_share if share == MAX_COMMENTS_SHARE else share
        if share and self._prose.within(node) <= share * total:
            return node.tag in BOILERPLATE_TAGS or not any(inner.tag == "blockquote" for inner in node.descendants())
        return self._is_tool(node, total)

    def _is_tool(self, node: Node, total: int) -> bool:
        """Whether an element is a sign-up form, the page's table of contents, or a line of links to other stories."""
        size = self._all.within(node)
        if (
            not 0 < size <= _MAX_FORM_LENGTH
            or node.last_order - node.order > _MAX_FORM_LENGTH
            or self._prose.within(node) > _MIN_LINK_SHARE * total
        ):
            return False
        return self._is_link_line(node) or has_address_field(node) or is_contents(node) or self._is_button(node)

    def _is_button(self, node: Node) -> bool:
        """Whether an element is named a button and contains only a few linked words within the site."""
        if not is_called_button(node) or node.tag in HEADING_TAGS or len(text := node.text()) > _MAX_BUTTON_LENGTH:
            return False
        links = [inner for inner in (node, *node.descendants()) if inner.tag == "a"]
        is_within = all(self._site.contains(link.get("href")) or link.get("href").startswith("#") for link in links)
        return bool(links) and is_within and text == " ".join(link.text() for link in links)

    def _is_card(self, link: Node, total: int) -> bool:
        """Whether a link is a teaser: it stays within the site and spans several lines, such as a headline and a summary."""
        if self._lines.within(link) < _MIN_LINES or self._all.within(link) > _MAX_TEASER_LENGTH or self._has_title(link):
            return False
        is_within = bool(link.get("href")) and self._site.contains(link.get("href"))
        return (
            is_within
            and self._prose.within(link) < _MIN_LINK_SHARE * total
            and not any(n.tag == "figcaption" for n in link.descendants())
        )

    def _is_link_line(self, node: Node) -> bool:
        """Whether an element is a line of links within the site, such as "Read also: …", "WATCH | …", "Filed under: …"."""
        within_site = self._within_site.within(node)
        head = _LINE_HEAD.match(node.text()) if within_site else None
        if head is None or head[1].casefold() not in _LINK_LINE_HEADS:
            return False
        return within_site >= _MIN_LINK_LINE_SHARE * (self._letters.within(node) - sum(map(str.isalnum, head[1])))

    def _find_teasers(self, top: Node) -> Iterator[Node]:
        """Yield the children that are teasers: at least two, each with a linked heading and little text.

        Linked headings with prose between them are the headings of sections.
        """
        has_prose = self._prose.within(top) > 0
        teasers = [
            node
            for node in top.child_nodes()
            if node.tag in BLOCK_TAGS
            and not (has_prose and node.tag in HEADING_TAGS)
            and self._linked.within(node)
            and self._all.within(node) <= _MAX_TEASER_LENGTH
            and has_linked_heading(node)
        ]
        if len(teasers) > 1 and not any(map(self._holds_entry, teasers)):
            yield from teasers

    def _find_article(self) -> Node:
        """Return the smallest element that holds nearly all prose of the page, or of its main element."""
        node = self._root
        article_nodes = [inner for inner in node.descendants() if _is_main(inner)]
        best = max(article_nodes, key=self._prose.within, default=node)
        if self._prose.within(best) > _MIN_LINK_SHARE * self._prose.within(node):
            node = best
        min_prose = _MIN_ARTICLE_SHARE * self._prose.within(node)
        while True:
            inner = next(
                (kid for kid in node.child_nodes() if self._prose.within(kid) >= min_prose and self._prose.within(kid)), None
            )
            if inner is None or inner.tag == "p" or self._is_text(node, inner):
                return node
            node = inner

    def _is_text(self, node: Node, part: Node) -> bool:
        """Whether an element is a text with `part` as one of its sections or paragraphs."""
        others = (kid for kid in node.child_nodes() if kid is not part and (kid.tag in _TEXT_TAGS or self._is_like(kid, part)))
        return sum(map(self._prose.within, others)) > _MAX_SMALL_SHARE * self._prose.within(node)

    def _is_like(self, node: Node, part: Node) -> bool:
        """Whether an element is mostly prose and shares its tag and a class with `part`."""
        is_mostly_prose = self._prose.within(node) * 2 > self._all.within(node)
        return node.tag == part.tag and not node.classes.isdisjoint(part.classes) and is_mostly_prose

    def _find_around(self, top: Node, article: Node) -> Iterator[Node]:
        """Yield the elements around the article, except its title and the prose between the two."""
        for node in top.child_nodes():
            if node is article or not node.is_shown or node.tag in _APPENDIX_TAGS:
                continue
            is_between = 0 < self._title_order < node.order < article.order
            if is_between and is_called_standfirst(node):
                continue
            is_standfirst = is_between and (
                self._prose.within(node) > 0 or any(map(is_called_standfirst, (node, *node.descendants())))
            )
            if (
                node.contains(article)
                or self._holds_entry(node)
                or self._has_title(node)
                or (is_standfirst and self._structure.has_blocks(node))
            ):
                if not self._is_title(node):
                    yield from self._find_around(node, article)
            elif not self._must_stay(node) and not is_standfirst:
                yield node

    def _has_title(self, node: Node) -> bool:
        return self._is_title(node) or any(map(self._is_title, node.descendants()))

    def _is_title(self, node: Node) -> bool:
        if node.tag not in ("h1", "h2"):
            return False
        text = node.text().casefold()
        return bool(text) and (any(text in title for title in self._titles) if self._titles else node.tag == "h1")

    def _find_at_ends(self, article: Node) -> Iterator[Node]:
        """Yield the blocks of links within the site before the first and after the last prose of the article."""
        first, last = self._prose.ends_within(article)
        stack = list(article.child_nodes())
        while stack:
            node = stack.pop()
            if not node.is_shown or self._holds_entry(node) or self._is_title(node) or node.tag == "table":
                continue
            if (node.last_order < first or node.order > last) and node.tag in BLOCK_TAGS:
                is_item = node.tag == "li" and node.parent is not None and self._prose.within(node.parent) > 0
                if is_item or self._structure.is_headed_list(node):
                    continue
                size = self._letters.within(node)
                if size and self._within_site.within(node) >= _MIN_LINK_LINE_SHARE * size:
                    yield node
                    continue
            stack.extend(node.child_nodes())


class _NodeRanges:
    """Disjoint elements for lookup by element."""

    def __init__(self, nodes: Collection[Node]) -> None:
        self._nodes = sorted(nodes, key=lambda node: node.order)
        self._orders = [node.order for node in self._nodes]

    def contains(self, node: Node) -> bool:
        """Whether one of the elements is or contains `node`."""
        place = bisect_right(self._orders, node.order) - 1
        return place >= 0 and self._nodes[place].contains(node)

    def is_any_inside(self, node: Node) -> bool:
        """Whether one of the elements is inside `node`."""
        return _is_one_in(self._orders, node)


def _find_copies(runs: Sequence[PageRun]) -> Iterator[Node]:
    """Yield the paragraphs that repeat an earlier one, such as captions of a repeated picture."""
    texts: set[str] = set()
    for run in runs:
        if run.is_prose and run.node.tag not in HEADING_TAGS and run.node.tag != "pre":
            text = run.node.text()
            if text in texts:
                yield run.node
            texts.add(text)


def _is_in(node: Node, nodes: Collection[Node]) -> bool:
    return node in nodes or any(ancestor in nodes for ancestor in node.ancestors())


def _is_main(node: Node) -> bool:
    return node.tag in ("main", "article") or "main" in node.roles or _is_body(node)


def _is_body(node: Node) -> bool:
    return "articlebody" in node.get("itemprop").casefold() or not _BODY_CLASSES.isdisjoint(node.classes)
