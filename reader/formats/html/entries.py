"""Find the reference entries and footnotes of a page, and parse their labels."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import cached_property, lru_cache
from itertools import compress, islice
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.article.reference_lists import is_reference_heading
from reader.article.reference_parser import find_doi, parse_fields
from reader.formats.html.entry_lines import ENTRY_LINE
from reader.formats.html.local_links import LinkPlaces, LocalLink
from reader.formats.html.tree import BLOCK_TAGS, HEADING_TAGS, Node, NodeRanges, item_numbers

# ------------------------------------------------------------------ Entries

ENTRY_ROLES: Final = frozenset(
    {"doc-footnote", "doc-endnote", "doc-biblioentry", "footnote", "endnote", "rearnote", "note", "biblioentry"}
)
MARKER_ROLES: Final = frozenset({"doc-noteref", "doc-biblioref", "noteref", "biblioref"})
_NEVER_ENTRY_TAGS: Final = HEADING_TAGS | {
    *("", "html", "body", "main", "article", "nav", "header", "form", "figure", "figcaption", "img", "ul", "ol", "dl", "button")
}
_SECTION_TAGS: Final = frozenset({"section", "table", "tbody", "thead"})
_PAGE_TAGS: Final = frozenset({"body", "main", "html"})
_ITEM_TAGS: Final = frozenset({"li", "dd", "td", "th", "aside"})
_LIST_NAME: Final = lazy_pattern(
    r"(?:^|[\s_-])(?:references?|ref-?list|reflist|footnotes?|endnotes?|bibliograph\w*|bib-?(?:list|body|item|entry)|biblist|citations?"
    r"|works-?cited|sources|notelist|note-?list|literatur\w*|fu(?:ss|ß)noten|csl-\w+)(?:$|[\s_-])",
    re.IGNORECASE,
)
MARKER_LABEL: Final = lazy_pattern(
    r"\W{0,3}(\d{1,4}|[A-Za-z]{1,2}|[ivxl]{1,6}|[*†‡§¶‖#]{1,4}|[α-ωΑ-Ω] ?\d{0,3}|(?:nb|note|n|fn) ?\.? ?\w{1,3})"
    r"(?::\d+)?\W{0,3}",
    re.IGNORECASE,
)
"""The text of a marker that is a label, with the label as group 1."""
_MAX_ENTRY_LENGTH: Final = 6000
_MAX_MARKER_LENGTH: Final = 120
_MAX_LEVELS_UP: Final = 4
_MAX_SIBLING_DISTANCE: Final = 12
_MAX_NAMES: Final = 4096


class _Places:
    """Elements in order, for finding those inside another one."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self._orders = [node.order for node in nodes]

    def count_up_to(self, node: Node) -> int:
        """Return how many of the elements are `node` or precede it."""
        return bisect_right(self._orders, node.order)

    def inside(self, node: Node) -> Sequence[Node]:
        """Return the elements inside `node`."""
        return self.nodes[bisect_right(self._orders, node.order) : bisect_right(self._orders, node.last_order)]


class Entries:
    """The entries of a tree in order, each as its first element, and the links to them."""

    def __init__(self, root: Node, links: Sequence[LocalLink]) -> None:
        self._headings = _Places(root.all_with_tag(HEADING_TAGS))
        self._announces_list: dict[int, bool] = {}
        self._numbers: dict[Node, dict[Node, int]] = {}
        self._fields: dict[Node, Reference] = {}
        self._link_texts: dict[Node, str] = {}
        self._links = links
        self._orders = [node.order for node, _ in links]
        self._anchors = _Places(root.all_with_tag(("a",)))
        self._coins = _Places(root.all_with_word("class", _COINS_CLASSES))
        self._called_markers = {node for name in ("role", "epub:type") for node in root.all_with_word(name, MARKER_ROLES)}
        self._is_below_list: dict[Node | None, bool] = {}
        self._links_back: dict[tuple[Node, int], Set[Node]] = {}
        self._around = {target: _entry_around(target) for target in dict.fromkeys(target for _, target in links)}
        self._links_to: defaultdict[Node, list[LocalLink]] = defaultdict(list)
        for link in links:
            entry = self._around[link.target]
            if entry is not None and not entry.contains(link.node):
                self._links_to[entry].append(link)
        accepted = [node for node, links_to_entry in self._links_to.items() if self._is_entry(node, links_to_entry)]
        self.nodes = self._with_siblings(_innermost(accepted))
        self._starts = [node.order for node in self.nodes]
        ranges = NodeRanges(self.nodes)
        self._is_outside = ranges.outside([node for node, _ in links])
        self._leads_outside = ranges.outside([target for _, target in links])

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def entry_at(self, node: Node) -> Node | None:
        """Return the entry that contains `node`, or None."""
        place = bisect_right(self._starts, node.order) - 1
        return self.nodes[place] if place >= 0 and self.nodes[place].contains(node) else None

    def _inside(self, node: Node) -> slice:
        """Return where the local links inside an element are among all."""
        return slice(bisect_left(self._orders, node.order), bisect_right(self._orders, node.last_order))

    def links_outside(self, entry: Node) -> Iterator[LocalLink]:
        """Return the local links in an entry that lead to no entry."""
        inside = self._inside(entry)
        return compress(self._links[inside], self._leads_outside[inside])

    def entries_cited(self, entry: Node) -> Iterator[Node]:
        """Yield the other entries to which the local links in an entry lead."""
        inside = self._inside(entry)
        for link, is_outside in zip(self._links[inside], self._leads_outside[inside], strict=True):
            if not is_outside and (cited := self.entry_at(link.target)) is not None and cited is not entry:
                yield cited

    def anchors_in(self, node: Node) -> Sequence[Node]:
        """Return the links of any kind inside an element."""
        return self._anchors.inside(node)

    def coins_in(self, node: Node) -> Sequence[Node]:
        """Return the elements inside an element that may have COinS."""
        return self._coins.inside(node)

    def links_back(self, entry: Node, count: int | None = None) -> Set[Node]:
        """Return the links in an entry that lead to one of the first `count` links to it, or of all."""
        links_to_entry = self._links_to.get(entry, [])
        key = entry, len(links_to_entry) if count is None else count
        if key not in self._links_back:
            places = LinkPlaces(links_to_entry[:count])
            back_links = self._links[self._inside(entry)]
            self._links_back[key] = {back.node for back in back_links if places.find_linked(back) is not None}
        return self._links_back[key]

    @cached_property
    def markers(self) -> Sequence[tuple[LocalLink, Node]]:
        """The links from the text to entries, each with its entry."""
        return list(self._find_markers())

    def _find_markers(self) -> Iterator[tuple[LocalLink, Node]]:
        cited: dict[Node, Node | None] = {}
        for link in compress(self._links, self._is_outside):
            target = link.target
            if target not in cited:
                cited[target] = self.entry_at(target)
                if cited[target] is None and (around := self._around[target]) is not None and self.entry_at(around) is around:
                    cited[target] = around
            if (entry := cited[target]) is not None:
                yield link, entry

    def link_text(self, link: Node) -> str:
        """Return the text of a link."""
        if link not in self._link_texts:
            self._link_texts[link] = link.text()
        return self._link_texts[link]

    def number(self, entry: Node) -> str:
        """Return the number of an entry in its numbered list, or ""."""
        ordered_list = entry.parent
        if entry.tag != "li" or ordered_list is None or ordered_list.tag != "ol":
            return ""
        if ordered_list not in self._numbers:
            self._numbers[ordered_list] = item_numbers(ordered_list)
        return str(self._numbers[ordered_list][entry])

    def fields(self, entry: Node) -> Reference:
        """Return the fields of an entry, for the short notes that refer to it."""
        if entry not in self._fields:
            self._fields[entry] = _entry_fields(entry, self)
        return self._fields[entry]

    def _is_entry(self, node: Node, links: Sequence[LocalLink]) -> bool:
        if node.roles & ENTRY_ROLES:
            return True
        before = [link for link in links if link.node.order < node.order]
        if node.tag in _NEVER_ENTRY_TAGS or not (before or self._is_announced(node)):
            return False
        if self._has_heading(node) or not node.has_text():
            return False
        if any(link.node.tag != "a" or link.node in self._called_markers for link in before):
            return True
        links_back = self.links_back(node, len(before))
        if links_back and (node.tag == "dt" or node.has_text(without=links_back)):
            return True
        text = node.text()
        if len(text) > _MAX_ENTRY_LENGTH or node.tag in _SECTION_TAGS:
            return False
        if any(len(self.link_text(link.node)) <= _MAX_MARKER_LENGTH for link in links) and self._is_announced(node):
            return True
        return any(
            _is_raised_or_bracketed(link.node, words) and _is_labelled(node, text, words)
            for link, words in ((link, self.link_text(link.node)) for link in before)
        )

    def _has_heading(self, node: Node) -> bool:
        """Whether a heading is inside an element."""
        return bool(self._headings.inside(node))

    def _is_announced(self, node: Node) -> bool:
        place = self._headings.count_up_to(node) - 1
        if place >= 0 and place not in self._announces_list:
            self._announces_list[place] = is_reference_heading(self._headings.nodes[place].text())
        return (place >= 0 and self._announces_list[place]) or self._is_in_named_list(node)

    def _is_in_named_list(self, node: Node) -> bool:
        if node.tag in _PAGE_TAGS:
            return False
        if node.parent not in self._is_below_list:
            self._is_below_list[node.parent] = _is_any_named_list(islice(node.ancestors(), _MAX_LEVELS_UP))
        return self._is_below_list[node.parent] or _is_any_named_list((node,))

    def _with_siblings(self, accepted: Sequence[Node]) -> list[Node]:
        """Add the siblings of entries that are also entries but have no links to them."""
        entries = set(accepted)
        families: defaultdict[Node, list[Node]] = defaultdict(list)
        for node in accepted:
            if node.parent is not None:
                families[node.parent].append(node)
        for parent, family in families.items():
            first = family[0]
            siblings = [
                node for node in parent.child_nodes() if node.tag == first.tag and node.is_shown and _is_same_kind(node, first)
            ]
            if ENTRY_LINE in first.attrs or len(family) * 3 >= len(siblings) or self._is_announced(first):
                entries.update(node for node in siblings if node.has_text() and not self._has_heading(node))
        return _innermost(entries)


def _entry_around(target: Node) -> Node | None:
    """Return the possible entry for the anchor `target`: the smallest block around it."""
    node: Node = target
    while not _is_entry_block(node):
        if node.parent is None:
            return None
        node = node.parent
    if node is not target and node.tag not in ("p", "li", "dd", "dt", "td", "th") and _is_between_blocks(target, node):
        return _next_block(target)
    if node is target and not node.has_text():
        return _next_block(target)
    while (
        (parent := node.parent) is not None
        and parent.tag in _ITEM_TAGS
        and ENTRY_LINE not in node.attrs
        and next(parent.child_nodes(), None) is node
        and _is_first_content(node)
    ):
        node = parent
    if node.tag in ("td", "th"):
        return next((ancestor for ancestor in node.ancestors() if ancestor.tag == "tr"), None)
    return node


def _is_entry_block(node: Node) -> bool:
    tag = node.tag
    return (
        (tag in BLOCK_TAGS and tag != "br")
        or not tag
        or (bool(node.attrs) and (ENTRY_LINE in node.attrs or not node.roles.isdisjoint(ENTRY_ROLES)))
    )


def _is_between_blocks(target: Node, around: Node) -> bool:
    """Whether an empty anchor is between the blocks of an element."""
    if target.parent is not around or target.has_text():
        return False
    neighbours = around.children[max(0, target.index - _MAX_SIBLING_DISTANCE) : target.index + _MAX_SIBLING_DISTANCE]
    return any(isinstance(kid, Node) and _is_entry_block(kid) for kid in neighbours)


def _next_block(target: Node) -> Node | None:
    """Return the next element with text, if it is a block and not too many empty ones precede it."""
    node = target
    while node.parent is not None:
        for kid in node.parent.children[node.index + 1 : node.index + _MAX_SIBLING_DISTANCE]:
            if isinstance(kid, Node) and kid.has_text():
                return kid if _is_entry_block(kid) else None
        if _is_entry_block(node.parent):
            return None
        node = node.parent
    return None


def _is_first_content(node: Node) -> bool:
    for kid in node.parent.children if node.parent is not None else ():
        if kid is node:
            return True
        if not isinstance(kid, str) or kid.strip():
            return False
    return False


def _innermost(nodes: Iterable[Node]) -> list[Node]:
    ordered = sorted(nodes, key=lambda node: node.order)
    return [node for place, node in enumerate(ordered) if place + 1 == len(ordered) or not node.contains(ordered[place + 1])]


def _is_same_kind(node: Node, other: Node) -> bool:
    """Whether two siblings with the same tag are of the same kind.

    List items and lines always are; other elements by class, or if the later one has an id of the same series, as "fn2" after
    "fn1".
    """
    if node.tag in ("li", "dt", "dd", "tr") or (ENTRY_LINE in node.attrs and ENTRY_LINE in other.attrs):
        return True
    name = node.get("id")
    series = name.rstrip("0123456789")
    if series != name and series == other.get("id").rstrip("0123456789") and node.order > other.order:
        return True
    return bool(node.classes) and node.classes == other.classes


def _is_any_named_list(nodes: Iterable[Node]) -> bool:
    """Whether one of some elements, from the inside out, is called a list of references, up to the page."""
    for node in nodes:
        if node.tag in _PAGE_TAGS:
            return False
        attrs = node.attrs
        if attrs and _is_list_name(f"{attrs.get('class', '')} {attrs.get('id', '')} {attrs.get('role', '')}"):
            return True
    return False


@lru_cache(_MAX_NAMES)
def _is_list_name(name: str) -> bool:
    return _LIST_NAME.search(name) is not None


def _is_raised_or_bracketed(link: Node, text: str) -> bool:
    """Whether a link with this text is raised or in brackets."""
    if not MARKER_LABEL.fullmatch(text):
        return False
    return (
        text[:1] in "[("
        or any(node.tag == "sup" for node in (*link.descendants(), *list(link.ancestors())[:3]))
        or _in_brackets(link)
    )


def _in_brackets(link: Node) -> bool:
    before = link.parent.children[link.index - 1] if link.parent is not None and link.index else ""
    return isinstance(before, str) and before.rstrip().endswith("[")


def _is_labelled(node: Node, text: str, marker: str) -> bool:
    """Whether an element with this text begins with the label of a marker, or is an item of a numbered list."""
    if node.tag == "li" and node.parent is not None and node.parent.tag == "ol":
        return True
    match = MARKER_LABEL.fullmatch(marker)
    return match is not None and re.match(rf"\W{{0,2}}{re.escape(match[1])}(?!\w)", text) is not None


# ------------------------------------------------------------------ Labels, links and fields of an entry

_NAMED_LABEL: Final = r"(?:nb|note|n|fn)\.? ?\d{1,3}"
_LABEL_WITH_STOP: Final = lazy_pattern(
    rf"\s*(?:[\[(]\s*)?(\d{{1,4}}|[A-Za-z]{{1,2}}|[*†‡§¶]{{1,3}}|{_NAMED_LABEL})\s*(?:[\])][.:]?|[.:])(?:\s+|$)"
)
_LABEL_WITHOUT_STOP: Final = lazy_pattern(rf"\s*(\d{{1,4}}|[A-Za-z]|[*†‡§¶]{{1,3}}|{_NAMED_LABEL})\s+")
_LONE_LABEL: Final = lazy_pattern(rf"[\[(]?\s*(\d{{1,4}}|[A-Za-z]|[*†‡§¶]{{1,3}}|{_NAMED_LABEL})\s*[\])]?\s*[.:)]?")
_MAX_LONE_LABEL_LENGTH: Final = 40
_LABEL_REMAINDER: Final = lazy_pattern(r"\s*[\^↑.:)\]]+\s*")
_NAMES_AND_YEAR: Final = lazy_pattern(r"(\S.{0,400}?),?\s*\(?((?:1[5-9]|20)\d\d)[a-z]?(?:[–, -].{0,20})?\)?")
_AND: Final = lazy_pattern(r",?\s+(?:and|&)\s+|,\s+")
_LABEL_CLASSES: Final = frozenset({"ltx_tag_bibitem", "csl-left-margin", "label", "fn-label", "footnote-label", "fn-number"})
_YEAR: Final = lazy_pattern(r"(?:1[5-9]|20)\d\d")
_BACK_LINK_NAME: Final = lazy_pattern(
    r"(?:^|[\s_-])(?:back-?(?:ref|link)s?|reverse-?footnote|fn-?backref|footnote-?back|doc-backlink)(?:$|[\s_-])", re.IGNORECASE
)
_BACK_LINK_TEXT: Final = lazy_pattern(
    r"(?:[\s^↑↩⏎⇑▲.,;:()\[\]{}|*\ufe0e\ufe0f]|jump up(?: to)?|back to(?: the)?(?: text| top)?)*", re.IGNORECASE
)
_COINS_CLASSES: Final = frozenset({"z3988"})
_COINS_FIELD: Final = lazy_pattern(r"(r(?<![^&]r)ft(?:\.(?:date|[ab]?title|au)|_id))=([^&]+)")
_COINS_TITLES: Final = ("rft.atitle", "rft.btitle", "rft.title")
_AUXILIARY_LINKS: Final = frozenset(
    {"google scholar", "scholar", "search", "find it", "full text finder", "isbn", "issn", "help"}
)
_YEAR_LENGTH: Final = 4
_MAX_BACK_LINK_LENGTH: Final = 60
_MAX_SHORT_NOTE_LENGTH: Final = 160
_MAX_FULL_ENTRY_LENGTH: Final = 3000


class LeadingLabel(NamedTuple):
    """The label at the start of an entry, its spelling, and its place.

    `node` is the element with only the label, or None. The first `size` characters of the text `holder.children[place]` are the
    label, or the bracket before that element.
    """

    label: str
    written: str
    node: Node | None
    holder: Node
    place: int
    size: int


def back_links(entry: Node, entries: Entries) -> set[Node]:
    """Return the links from an entry back to its markers, including the signs around them."""
    links_back = entries.links_back(entry)
    links = {
        node
        for node, _ in entries.links_outside(entry)
        if (node in links_back or _is_back_link(node)) and len(entries.link_text(node)) <= _MAX_BACK_LINK_LENGTH
    }
    # A back link without a target belongs to a removed marker.
    links |= {
        node
        for node in entries.anchors_in(entry)
        if node not in links and node.get("href")[:1] == "#" and _BACK_LINK_TEXT.fullmatch(node.text())
    }
    outer_nodes: set[Node] = set()
    only_links: dict[Node, bool] = {}
    for node in links:
        outer = node
        while (parent := outer.parent) is not None and parent is not entry:
            if parent not in only_links:
                only_links[parent] = _BACK_LINK_TEXT.fullmatch(parent.text(without=links)) is not None
            if not only_links[parent]:
                break
            outer = parent
        outer_nodes.add(outer)
    return outer_nodes


def _is_back_link(node: Node) -> bool:
    """Whether a link is called a back link."""
    attrs = node.attrs
    return any(_BACK_LINK_NAME.search(attrs[name]) for name in ("class", "role", "rel") if name in attrs)


def find_leading_label(entry: Node, label: str, hidden: Set[Node]) -> LeadingLabel | None:
    """Return the label at the start of an entry: `label` or, if that is "", any text that looks like a label.

    Text must follow the label, unless the entry is a term with a description.
    """
    leading = _find_label(entry, label, hidden)
    is_all = leading is not None and entry.tag != "dt" and len(leading.written) >= len(entry.text(without=hidden))
    return None if is_all else leading


def _find_label(entry: Node, label: str, hidden: Set[Node]) -> LeadingLabel | None:
    holder = entry
    while True:
        kids = enumerate(holder.children)
        content = (i for i, kid in kids if (kid.strip() if isinstance(kid, str) else kid.has_text(without=hidden)))
        place = next(content, None)
        if place is None:
            return None
        first = holder.children[place]
        size = 0
        if isinstance(first, str) and first.strip() in ("[", "("):
            after = next(islice(holder.children, place + 1, None), "")
            size, first = (len(first), after) if isinstance(after, Node) else (0, first)
        if isinstance(first, str):
            match = _LABEL_WITH_STOP.match(first)
            if match is None and label and entry.tag != "li":
                match = _LABEL_WITHOUT_STOP.match(first)
            if match is None or not _is_expected_label(match[1], label):
                return None
            return LeadingLabel(match[1], match[0].strip(), None, holder, place, match.end())
        if first.classes & _LABEL_CLASSES:
            text = first.text()
            match = _LONE_LABEL.fullmatch(text)
            return LeadingLabel(match[1] if match else "", text, first, holder, place, size)
        text = first.short_text(_MAX_LONE_LABEL_LENGTH)
        match = _LONE_LABEL.fullmatch(text)
        is_marked = size > 0 or first.tag == "sup" or not text.isalnum()
        if match is not None and _is_expected_label(match[1], label) and (label or is_marked):
            return LeadingLabel(match[1], text, first, holder, place, size)
        if size:
            return None
        holder = first


def strip_label_signs(entry: Node, hidden: Set[Node]) -> None:
    """Remove the signs in front of an entry that its label and back links leave behind: "^", ".", "]"."""
    holder: Node = entry
    while True:
        kids = ((i, kid) for i, kid in enumerate(holder.children) if isinstance(kid, str) or kid not in hidden)
        place, first = next(((i, kid) for i, kid in kids if isinstance(kid, Node) or kid.strip()), (0, ""))
        if isinstance(first, str):
            if match := _LABEL_REMAINDER.match(first):
                holder.children[place] = first[match.end() :]
            return
        holder = first


def parse_name_label(label: str) -> Reference | None:
    """Parse a label of names and a year, "A. Lee and B. Doe (2020)"."""
    match = _NAMES_AND_YEAR.fullmatch(label)
    if match is None:
        return None
    names = () if "et al" in match[1] else tuple(filter(None, _AND.split(match[1])))
    return Reference("", "", "", authors=names, year=match[2])


def marker_label(words: str) -> str:
    """Return the label in a marker's text, or "" for other words and years."""
    number = words[1:-1] if words[:1] == "[" and words[-1:] == "]" else words
    if number.isdecimal() and len(number) < _YEAR_LENGTH:  # most are like this, and the pattern is slow
        return number
    match = MARKER_LABEL.fullmatch(words)
    return match[1] if match is not None and not _YEAR.fullmatch(match[1]) else ""


def external_links(node: Node, entries: Entries, hidden: Collection[Node] = ()) -> list[str]:
    """Return the addresses of links in an element, the ones marked as external first.

    Links in `silent` elements, such as back links in a saved page, and links that search for the entry or explain a part of it
    are left out.
    """
    links = [inner for inner in entries.anchors_in(node) if inner.get("href")[:1] not in ("", "#")]
    links = [link for link in links if link.text().strip("[]() ").casefold() not in _AUXILIARY_LINKS]
    links = [link for link in links if not _is_within(link, hidden, node)]
    links.sort(key=lambda link: "external" not in link.classes)
    return list(dict.fromkeys(link.get("href") for link in links))


def _is_within(node: Node, outer_nodes: Collection[Node], top: Node) -> bool:
    """Whether an element below `top` is one of some elements or inside one of them."""
    place: Node | None = node
    while place is not None and place is not top:
        if place in outer_nodes:
            return True
        place = place.parent
    return False


def read_coins(node: Node, entries: Entries) -> Reference | None:
    """Parse COinS, a citation in the attributes of an empty element.

    The format is defined in "OpenURL COinS: A Convention to Embed Bibliographic Metadata in HTML" (2005).
    """
    for inner in entries.coins_in(node):
        if title := inner.get("title"):
            values: defaultdict[str, list[str]] = defaultdict(list)
            for name, value in _COINS_FIELD.findall(title):
                values[name].append(value)
            year = _YEAR.search(unquote_plus(values["rft.date"][0])) if "rft.date" in values else None
            titles = (unquote_plus(values[name][0]).strip() for name in _COINS_TITLES if name in values)
            authors = dict.fromkeys(filter(None, (unquote_plus(author).strip() for author in values["rft.au"])))
            return Reference(
                *("", "", ""),
                authors=tuple(authors),
                year=year[0] if year else "",
                title=next(filter(None, titles), ""),
                doi=find_doi(" ".join(map(unquote_plus, values["rft_id"]))),
            )
    return None


def full_entry_fields(note: Node, entries: Entries) -> Reference | None:
    """Return the fields of the full entry that a short note, such as "Lee 2020, p. 4", links to."""
    full_entry = next(entries.entries_cited(note), None)
    return entries.fields(full_entry) if full_entry is not None and note.short_text(_MAX_SHORT_NOTE_LENGTH) else None


def _entry_fields(entry: Node, entries: Entries) -> Reference:
    fields = parse_fields(entry.text()[:_MAX_FULL_ENTRY_LENGTH])
    metadata = read_coins(entry, entries) or Reference("", "", "")
    return metadata._replace(
        authors=metadata.authors or fields.authors,
        year=metadata.year or fields.year,
        title=metadata.title or fields.title,
        doi=metadata.doi or fields.doi or find_doi(" ".join(external_links(entry, entries))),
        url=fields.url,
    )


def _is_expected_label(text: str, label: str) -> bool:
    """Whether the text equals the label or, without a label, is not a year."""
    return text.casefold() == label.casefold() if label else not _YEAR.fullmatch(text)
