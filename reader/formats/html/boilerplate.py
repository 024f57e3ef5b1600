"""Separate the main content of a page from its boilerplate, by tags, names, structure and text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress, repeat
from operator import mul
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import NoiseReason
from reader.article.phrases import READ_ALSO
from reader.article.reference_lists import is_reference_heading
from reader.formats.html.credibility import credible_signs, find_signs, has_credible_sign
from reader.formats.html.element_names import BOILERPLATE_TAGS, COMMENTS, is_called_button, is_called_standfirst
from reader.formats.html.link_density import PageRun, RunPlaces, Site, Sums
from reader.formats.html.metadata import title_letters
from reader.formats.html.tree import BLOCK_TAGS, HEADING_TAGS, Node, NodeRanges
from reader.formats.linked_references import ends_sentence

# ------------------------------------------------------------------ Structure of elements

_LISTS: Final = frozenset({"ul", "ol", "dl"})
_MAX_CAPTION_LENGTH: Final = 40


class _Structure:
    """Index of the blocks, lists, headings and texts of a page by position, for lookup by element."""

    def __init__(self, root: Node, runs: Iterable[PageRun]) -> None:
        self._root, self._runs = root, runs
        blocks = root.all_with_tag(BLOCK_TAGS - {"br"})
        self._blocks = [node.order for node in blocks]
        self._lists = [node.order for node in root.all_with_tag(_LISTS)]
        self._headings = [node.order for node in blocks if node.tag in HEADING_TAGS]
        self._quotes = [node.order for node in blocks if node.tag == "blockquote"]
        inputs = root.all_with_tag(("input",))
        self._address_fields = [node.order for node in inputs if node.get("type").casefold() == "email"]
        self.has_address_fields = bool(self._address_fields)

    @cached_property
    def _text_orders(self) -> list[int]:
        return sorted({run.node.order for run in self._runs})

    def has_address_field(self, node: Node) -> bool:
        """Whether an element contains an input for an e-mail address."""
        return _is_one_in(self._address_fields, node)

    def has_list(self, node: Node) -> bool:
        """Whether an element is or contains a list."""
        return _is_one_in(self._lists, node)

    def has_heading(self, node: Node) -> bool:
        """Whether an element is or contains a heading."""
        return _is_one_in(self._headings, node)

    def has_blocks(self, node: Node) -> bool:
        """Whether an element contains blocks."""
        return node.order < node.last_order and _is_one_inside(self._blocks, node)

    def has_quote(self, node: Node) -> bool:
        """Whether an element contains a quotation."""
        return _is_one_inside(self._quotes, node)

    def is_headed_list(self, node: Node) -> bool:
        """Whether an element is or contains a list, and the last text before it in its parent is or contains a heading."""
        if not _is_one_in(self._lists, node):
            return False
        place = bisect_left(self._text_orders, node.order) - 1
        if place < 0 or node.parent is None or self._text_orders[place] <= node.parent.order:
            return False
        before = self._root.nodes[self._text_orders[place] - 1]
        sibling = next(part for part in (before, *before.ancestors()) if part.parent is node.parent)
        return _is_one_in(self._headings, sibling)


def _is_one_in(orders: Sequence[int], node: Node) -> bool:
    """Whether one of some positions, in order, is that of an element or inside it."""
    return bisect_left(orders, node.order) < bisect_right(orders, node.last_order)


def _is_one_inside(orders: Sequence[int], node: Node) -> bool:
    """Whether one of some positions, in order, is inside an element."""
    return bisect_right(orders, node.order) < bisect_right(orders, node.last_order)


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
_MAX_LINE_HEAD: Final = 40
_LINE_HEAD: Final = lazy_pattern(rf"\W*(.{{2,{_MAX_LINE_HEAD}}}?)\s*[:|]\s")
_LINK_LINE_HEADS: Final = READ_ALSO | {
    *("watch", "listen", "video", "podcast", "audio", "in pictures", "photos"),
    *("filed under", "posted in", "tags", "tagged", "tagged with", "topics", "topic", "categories", "category", "keywords"),
}
"""The beginnings of lines that link to other stories or topics of the site."""
_BODY_CLASSES: Final = frozenset({"e-content", "entry-content", "post-content", "article-body", "article-content", "post-body"})
"""Classes of the element with the text, in microformats (http://microformats.org/wiki/h-entry) and common themes."""
_NAMED_TAGS: Final = BLOCK_TAGS | BOILERPLATE_TAGS
_NOTE_ROLES: Final = frozenset({"note"})
_BODY_PROPERTIES: Final = frozenset({"articlebody"})
_MAIN_ROLES: Final = frozenset({"main"})
_DOCUMENT_ADDRESS: Final = lazy_pattern(r"\.(?:pdf|docx?|odt|xlsx?|ods|csv|pptx?|txt|json|zip)(?:[?#]|$)", re.IGNORECASE)
_MIN_LINK_LINE_SHARE: Final = 0.9
_MIN_LINK_SHARE: Final = 0.8
_MAX_COMMENTS_SHARE: Final = 0.97
_MAX_SMALL_SHARE: Final = 0.02
_MIN_CORE_SHARE: Final = 0.25
_MIN_MARKED_SHARE: Final = 0.35
_MIN_ARTICLE_SHARE: Final = 0.85
_MIN_PROSE_LENGTH: Final = 140
_MAX_TEASER_LENGTH: Final = 500
_MAX_TEASERS_SHARE: Final = 0.8
_MIN_LEAD_SHARE: Final = 0.9
_NOTICE: Final = lazy_pattern("cookie|browser", re.IGNORECASE)
_MAX_WORDS_BESIDE_LINKS: Final = 12
"""The most letters beside the links of a line that is not prose, such as "Posted in … by …"."""
_MAX_FORM_LENGTH: Final = 400
_MAX_BUTTON_LENGTH: Final = 40
_MIN_LINES: Final = 2
_MIN_TITLE_SHARE: Final = 0.5
_TITLE_TAGS: Final = frozenset({"h1", "h2"})


class MainContent(NamedTuple):
    """The parts of a page.

    `aside` maps the outermost elements outside the article to the reason, `prose` are paragraphs that certainly belong to the
    article, `texts` are the texts of its paragraphs, and `other_links` are links in lines of little but links
    within the site: teasers, topics, profiles, "Read more".
    """

    aside: dict[Node, NoiseReason]
    prose: set[Node]
    texts: Sequence[str]
    other_links: Collection[Node] = ()


def find_main_content(
    root: Node, runs: Sequence[PageRun], site: Site, entries: Collection[Node], titles: Collection[str] = ()
) -> MainContent:
    """Find the main content of a page.

    `runs` are its runs, `entries` the elements of references and notes, `titles` the titles in its metadata.
    """
    entry_ranges = NodeRanges(entries)
    text_runs = list(compress(runs, entry_ranges.outside(run.node for run in runs)))
    return _PageSums(root, text_runs, site, entries, titles).main_content()


class _PageSums:
    """The lengths of text, prose and links on a page, summed by element."""

    def __init__(
        self, root: Node, runs: Sequence[PageRun], site: Site, entries: Collection[Node], titles: Collection[str]
    ) -> None:
        self._root, self._runs, self._site, self._structure = root, runs, site, _Structure(root, runs)
        self._places = places = RunPlaces(root, runs)
        columns = list(zip(*places.runs, strict=True)) or repeat((), len(PageRun._fields))
        _, _, sizes, linked, letters, within_site, is_prose, _ = columns
        self._prose = Sums(places, map(mul, sizes, is_prose))
        self._all = Sums(places, sizes)
        self._linked = Sums(places, linked)
        self._lines = Sums(places, repeat(1, len(sizes)))
        self._letters = Sums(places, letters)
        self._within_site = Sums(places, within_site)
        self._bodies = {*root.all_with_word("class", _BODY_CLASSES), *root.all_with_word("itemprop", _BODY_PROPERTIES)}
        main_nodes = {*root.all_with_tag(("main", "article")), *root.all_with_word("role", _MAIN_ROLES), *self._bodies}
        self._main_nodes = sorted(main_nodes, key=lambda node: node.order)
        self._entry_orders = sorted(node.order for node in entries)
        self._titles = [letters for title in titles if (letters := title_letters(title))]
        self._title_nodes = [node for node in root.all_with_tag(_TITLE_TAGS) if self._is_title(node)]
        self._title_order = self._find_title_order()
        signs = find_signs(root, self._title_order)
        comments = NodeRanges([node for node, own in signs.items() if COMMENTS in own])
        credible = credible_signs(signs, self._prose, root, self._find_core(comments), self._share_of_comments(comments))
        self._named = {
            node
            for node, own in signs.items()
            if has_credible_sign(node, own, credible, self._prose, self._linked) and not self._must_stay(node)
        }

    def main_content(self) -> MainContent:
        named_nodes = self._find_named(self._prose.within(self._root))
        named_ranges = NodeRanges(named_nodes)
        unnamed = list(compress(self._runs, named_ranges.outside(run.node for run in self._runs)))
        is_unnamed = named_ranges.outside(run.node for run in self._places.runs)
        self._prose = Sums(
            self._places,
            [run.size if is_out and run.is_prose else 0 for run, is_out in zip(self._places.runs, is_unnamed, strict=True)],
        )
        nodes = named_nodes
        if self._prose.within(self._root) >= _MIN_PROSE_LENGTH:
            article = self._find_article()
            nodes = named_nodes | set(self._find_around(self._root, article)) | set(self._find_at_ends(article))
        ranges = NodeRanges(nodes)
        aside = dict.fromkeys(ranges.nodes, NoiseReason.CHROME)
        outside = compress(unnamed, ranges.outside(run.node for run in unnamed))
        body = [run for run in outside if not self._structure.has_blocks(run.node)]
        aside |= dict.fromkeys(_find_copies(body), NoiseReason.DUPLICATE)
        notes = {*self._root.all_with_word("role", _NOTE_ROLES), *self._root.all_with_word("epub:type", _NOTE_ROLES)}
        prose = {run.node for run in body if run.is_prose or run.node in notes}
        lines = [run for run in self._runs if run.within_site and _is_link_line(run)] if self._site.is_certain else []
        other_links = {link for line in lines for link in line.links if not _DOCUMENT_ADDRESS.search(link.get("href"))}
        return MainContent(aside, prose, [run.text for run in body], other_links)

    def _holds_entry(self, node: Node) -> bool:
        return _is_one_in(self._entry_orders, node)

    def _share_of_comments(self, comments: NodeRanges) -> float:
        """Return the largest share of the prose that comment sections may hold as boilerplate.

        It is 0 for a page of comments: one with hardly any other prose, and no text in its article element.
        """
        if self._prose.within_all(comments.nodes) <= _MAX_COMMENTS_SHARE * self._prose.within(self._root):
            return _MAX_COMMENTS_SHARE
        articles = (node for node in self._main_nodes if node.tag == "article" or node in self._bodies)
        other_articles = (node for node in articles if not comments.contains(node) and not comments.is_any_inside(node))
        return float(any(self._letters.within(node) > self._within_site.within(node) for node in other_articles))

    def _find_core(self, comments: NodeRanges) -> Node:
        """Return the smallest element with a fair share of the prose that is marked as content or holds the title, or the root.

        It may lack a part of the article.
        """
        total = self._prose.within(self._root) - self._prose.within_all(comments.nodes)
        min_prose = max(1, _MIN_CORE_SHARE * total)
        around_title = list(self._root.nodes[self._title_order - 1].ancestors())[-2::-1] if self._title_order else []
        candidates = [
            [node for node in nodes if self._prose.within(node) >= min_prose and not comments.contains(node)]
            for nodes in (self._main_nodes, around_title)
        ]
        marked = [node for node in candidates[0] if node.order < self._title_order <= node.last_order] or candidates[0]
        return min(marked or candidates[1], key=self._prose.within, default=self._root)

    def _find_title_order(self) -> int:
        """Return the position of the page's title: the heading that fits a title in the metadata best, or 0."""
        return max(self._title_nodes, key=self._title_fit).order if self._title_nodes else 0

    def _must_stay(self, node: Node) -> bool:
        is_heading = bool(self._entry_orders) and node.tag in HEADING_TAGS
        return self._holds_entry(node) or (is_heading and is_reference_heading(node.text()))

    def _find_named(self, total: int) -> set[Node]:
        """Return the elements whose names or content say that they are boilerplate, and the teasers beside them."""
        named_nodes = set[Node]()
        around_headings = _ancestors_of(self._root.all_with_tag(HEADING_TAGS))
        end = self._root.order
        for node in self._root.nodes:
            tag, order, last = node.tag, node.order, node.last_order
            if order <= end or (order == last and tag not in _NAMED_TAGS):
                continue
            if not node.is_shown or tag == "pre":
                end = last
                continue
            if tag in _NAMED_TAGS:
                is_boilerplate = self._is_named(node) if node in self._named else self._is_tool(node, total)
            else:
                is_boilerplate = tag == "a" and self._is_card(node, total)
            if is_boilerplate and not self._must_stay(node):
                named_nodes.add(node)
                end = last
            elif node in around_headings:
                named_nodes.update(self._find_teasers(node))
        return named_nodes

    def _is_named(self, node: Node) -> bool:
        """Whether an element whose name suggests boilerplate is not called so for its quotations."""
        return node.tag in BOILERPLATE_TAGS or not self._structure.has_quote(node)

    def _is_tool(self, node: Node, total: int) -> bool:
        """Whether an element is a sign-up form, the page's table of contents, or a line of links to other stories."""
        is_linked = self._linked.within(node) > 0
        if not is_linked and not self._structure.has_address_fields:
            return False
        size = self._all.within(node)
        if (
            not 0 < size <= _MAX_FORM_LENGTH
            or node.last_order - node.order > _MAX_FORM_LENGTH
            or self._prose.within(node) > _MIN_LINK_SHARE * total
        ):
            return False
        if self._structure.has_address_field(node):
            return True
        return is_linked and (
            self._is_link_line(node) or (self._structure.has_list(node) and is_contents(node)) or self._is_button(node)
        )

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
        within_site, letters = self._within_site.within(node), self._letters.within(node)
        if not within_site or within_site < _MIN_LINK_LINE_SHARE * (letters - _MAX_LINE_HEAD):
            return False
        head = _LINE_HEAD.match(node.text())
        if head is None or head[1].casefold() not in _LINK_LINE_HEADS:
            return False
        return within_site >= _MIN_LINK_LINE_SHARE * (letters - sum(map(str.isalnum, head[1])))

    def _find_teasers(self, top: Node) -> Iterator[Node]:
        """Yield the children that are teasers: at least two, each with a linked heading and little text.

        Linked headings with prose between them are the headings of sections, and a short child among longer ones of its kind is
        a post of a thread, or a section too. Nearly all prose of a page is a list of things, not of teasers.
        """
        if not self._linked.within(top):
            return
        has_prose = self._prose.within(top) > 0
        teasers: list[Node] = []
        prose: Counter[tuple[str, Collection[str]]] = Counter()
        for node in top.child_nodes():
            if (
                node.tag in BLOCK_TAGS
                and not (has_prose and node.tag in HEADING_TAGS)
                and self._structure.has_heading(node)
                and self._linked.within(node)
                and has_linked_heading(node)
            ):
                is_short = self._all.within(node) <= _MAX_TEASER_LENGTH
                teasers += [node] if is_short else []
                prose[node.tag, node.classes] += self._prose.within(node) * (-1 if is_short else 1)
        if sum(map(self._prose.within, teasers)) > _MAX_TEASERS_SHARE * self._prose.within(self._root):
            return
        if len(teasers) > 1 and not any(map(self._holds_entry, teasers)):
            yield from (node for node in teasers if prose[node.tag, node.classes] <= 0)

    def _find_article(self) -> Node:
        """Return the smallest element that holds nearly all prose of the page, or of its main element."""
        node = self._root
        best = max(self._main_nodes, key=self._prose.within, default=node)
        if self._prose.within(best) > _MIN_MARKED_SHARE * self._prose.within(node):
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
            elif not self._must_stay(node) and not is_standfirst and not self._is_lead(node, article):
                yield node

    def _is_lead(self, node: Node, article: Node) -> bool:
        """Whether an element before the article is prose without links, but no notice on cookies or browsers."""
        prose = self._prose.within(node)
        is_prose = prose >= max(_MIN_PROSE_LENGTH, _MIN_LEAD_SHARE * self._all.within(node)) and not self._linked.within(node)
        return is_prose and node.order < article.order and not _NOTICE.search(node.text())

    def _has_title(self, node: Node) -> bool:
        return any(node.contains(title) for title in self._title_nodes)

    def _is_title(self, node: Node) -> bool:
        if node.tag not in _TITLE_TAGS:
            return False
        return self._title_fit(node) > 0 if self._titles else node.tag == "h1" and bool(node.text())

    def _title_fit(self, node: Node) -> float:
        """Return which share of the longer one a heading and a title have in common, if one is part of the other, or 0."""
        letters = title_letters(node.text())
        return max((_common_share(letters, title) for title in self._titles), default=0) if letters else 0

    def _find_at_ends(self, article: Node) -> Iterator[Node]:
        """Yield the blocks of links within the site before the first and after the last prose of the article."""
        first, last = self._prose.ends_within(article)
        stack = list(article.child_nodes())
        while stack:
            node = stack.pop()
            if first <= node.order and node.last_order <= last:
                continue
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


def _ancestors_of(nodes: Iterable[Node]) -> set[Node]:
    """Return the elements around any of some elements."""
    around = set[Node]()
    for node in nodes:
        outer = node.parent
        while outer is not None and outer not in around:
            around.add(outer)
            outer = outer.parent
    return around


def _common_share(heading: str, title: str) -> float:
    if heading in title:
        return len(heading) / len(title)
    share = len(title) / len(heading)
    return share if share >= _MIN_TITLE_SHARE and title in heading else 0


def _find_copies(runs: Sequence[PageRun]) -> Iterator[Node]:
    """Yield the paragraphs that repeat an earlier one, such as captions of a repeated picture.

    An item of a numbered list, which may be an entry of two lists, is none: the numbers of those after it would be others.
    """
    texts: set[str] = set()
    for run in runs:
        node = run.node
        is_item = node.tag == "li" and node.parent is not None and node.parent.tag == "ol"
        if run.is_prose and node.tag not in HEADING_TAGS and node.tag != "pre" and not is_item:
            if run.text in texts:
                yield run.node
            texts.add(run.text)


def _is_link_line(run: PageRun) -> bool:
    """Whether a run with links within the site is little else."""
    if run.within_site >= _MIN_LINK_LINE_SHARE * run.letters:
        return True
    is_short = run.letters - run.within_site <= _MAX_WORDS_BESIDE_LINKS
    return is_short and run.within_site * 2 >= run.letters and not ends_sentence(run.text)
