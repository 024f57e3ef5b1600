"""What an entry of a page says of itself: its label, its links, its fields, and what of it is shown by other means."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from reader.article.entries import doi_of, fields_of
from reader.article.lazy import lazy
from reader.article.model import Reference
from reader.formats.html_entries import LABEL, Entries
from reader.formats.html_places import Places
from reader.formats.html_tree import Node

_NAMED: Final = r"(?:nb|note|n|fn)\.? ?\d{1,3}"
_IN_FRONT: Final = lazy(rf"\s*[\[(]?\s*(\d{{1,4}}|[A-Za-z]{{1,2}}|[*†‡§¶]{{1,3}}|{_NAMED})\s*(?:[\])][.:]?|[.:])(?:\s+|$)")
_WITHOUT_STOP: Final = lazy(rf"\s*(\d{{1,4}}|[A-Za-z]|[*†‡§¶]{{1,3}}|{_NAMED})\s+")
_BY_ITSELF: Final = lazy(rf"[\[(]?\s*(\d{{1,4}}|[A-Za-z]|[*†‡§¶]{{1,3}}|{_NAMED})\s*[\])]?\s*[.:)]?")
_LEFT: Final = lazy(r"\s*[\^↑.:)\]]+\s*")
_NAMES_AND_YEAR: Final = lazy(r"(\S.{0,400}?),?\s*\(?((?:1[5-9]|20)\d\d)[a-z]?(?:[–, -].{0,20})?\)?")
_AND: Final = lazy(r",?\s+(?:and|&)\s+|,\s+")
_TAGS: Final = frozenset({"ltx_tag_bibitem", "csl-left-margin", "label", "fn-label", "footnote-label", "fn-number"})
_YEAR: Final = lazy(r"(?:1[5-9]|20)\d\d")
_BACK: Final = lazy(
    r"(?:^|[\s_-])(?:back-?(?:ref|link)s?|reverse-?footnote|fn-?backref|footnote-?back|doc-backlink)(?:$|[\s_-])", re.IGNORECASE
)
_RESIDUE: Final = lazy(
    r"(?:[\s^↑↩⏎⇑▲.,;:()\[\]{}|*\ufe0e\ufe0f]|jump up(?: to)?|back to(?: the)?(?: text| top)?)*", re.IGNORECASE
)
_SEARCHES: Final = frozenset({"google scholar", "scholar", "search", "find it", "full text finder"})
_LONGEST_BACK: Final = 60
_LONGEST_SHORT_NOTE: Final = 160
_LONGEST_FULL: Final = 3000


class Front(NamedTuple):
    """What an entry begins with: its label, how it is written there, and how much of which element's text it takes.

    `node` is the element that is all label; if it is None, the label is the first `size` characters of the text
    `holder.kids[place]`.
    """

    label: str
    written: str
    node: Node | None
    holder: Node
    place: int
    size: int


def back_links(entry: Node, entries: Entries) -> set[Node]:
    """Return the links of an entry that lead back to its markers, each with the signs around it."""
    there = Places(entries.links_to(entry))
    backs: set[Node] = set()
    for link in entries.links_in(entry):
        if entries.holding(link.target) is None and len(link.node.text()) <= _LONGEST_BACK:
            said = f"{link.node.get('class')} {link.node.get('role')} {link.node.get('rel')}"
            if _BACK.search(said) or there.found_by(link) is not None:
                backs.add(link.node)
    # Where the marker is gone, its link back leads nowhere.
    backs |= {
        node for node in entry.inside() if node.tag == "a" and node.get("href")[:1] == "#" and _RESIDUE.fullmatch(node.text())
    }
    wide: set[Node] = set()
    for node in backs:
        outer = node
        while (parent := outer.parent) is not None and parent is not entry and _RESIDUE.fullmatch(parent.text(without=backs)):
            outer = parent
        wide.add(outer)
    return wide


def front_of(entry: Node, label: str, silent: Collection[Node]) -> Front | None:
    """Return the label that an entry begins with: `label`, or if that is "" whatever stands there like one.

    What is all there is in an entry is no label, but of a term whose description follows.
    """
    front = _front_in(entry, label, silent)
    is_all = front is not None and entry.tag != "dt" and len(front.written) >= len(entry.text(without=frozenset(silent)))
    return None if is_all else front


def _front_in(entry: Node, label: str, silent: Collection[Node]) -> Front | None:
    holder = entry
    while True:
        place, first = next(((i, kid) for i, kid in enumerate(holder.kids) if _says_something(kid, silent)), (0, None))
        if first is None:
            return None
        if isinstance(first, str):
            match = _IN_FRONT.match(first)
            if match is None and label and entry.tag != "li":
                match = _WITHOUT_STOP.match(first)
            if match is None or not _is_meant(match[1], label):
                return None
            return Front(match[1], match[0].strip(), None, holder, place, match.end())
        text = first.text()
        if first.classes & _TAGS:
            match = _BY_ITSELF.fullmatch(text)
            return Front(match[1] if match else "", text, first, holder, place, 0)
        match = _BY_ITSELF.fullmatch(text)
        if match is not None and _is_meant(match[1], label) and (label or first.tag == "sup" or not text.isalnum()):
            return Front(match[1], text, first, holder, place, 0)
        holder = first


def strip_front(entry: Node, silent: Collection[Node]) -> None:
    """Take away what was left in front of an entry's words when its label and its links back were: "^", ".", "]"."""
    holder: Node = entry
    while True:
        kids = [(i, kid) for i, kid in enumerate(holder.kids) if isinstance(kid, str) or kid not in silent]
        place, first = next(((i, kid) for i, kid in kids if isinstance(kid, Node) or kid.strip()), (0, ""))
        if isinstance(first, str):
            if match := _LEFT.match(first):
                holder.kids[place] = first[match.end() :]
            return
        holder = first


def said_in_tag(written: str) -> Reference | None:
    """Return what a label of names and a year, "A. Lee and B. Doe (2020)", says of its entry."""
    match = _NAMES_AND_YEAR.fullmatch(written)
    if match is None:
        return None
    names = () if "et al" in match[1] else tuple(filter(None, _AND.split(match[1])))
    return Reference("", "", "", authors=names, year=match[2])


def label_in_marker(words: str) -> str:
    """Return the label that a marker's words are, "" for other words and for years."""
    match = LABEL.fullmatch(words)
    return match[1] if match is not None and not _YEAR.fullmatch(match[1]) else ""


def links_out(node: Node, silent: Collection[Node] = ()) -> list[str]:
    """Return the addresses that an element leads to, those that are marked as leading out of the site first.

    Left out are those inside `silent` elements, such as links back in a saved page, and those that search for the entry.
    """
    links = [inner for inner in node.inside() if inner.tag == "a" and inner.get("href")[:1] not in ("", "#")]
    links = [link for link in links if link.text().strip("[]() ").casefold() not in _SEARCHES]
    links = [link for link in links if not any(around in silent for around in (link, *link.around()))]
    links.sort(key=lambda link: "external" not in link.classes)
    return list(dict.fromkeys(link.get("href") for link in links))


def fields_in(node: Node) -> Reference | None:
    """Return what COinS, the citation in the attributes of an empty element, says of an entry.

    The form is that of "OpenURL COinS: A Convention to Embed Bibliographic Metadata in HTML" (2005).
    """
    for inner in node.inside():
        if "z3988" in inner.classes and inner.get("title"):
            said = parse_qs(inner.get("title"))
            first = {name: values[0].strip() for name, values in said.items()}
            year = _YEAR.search(first.get("rft.date", ""))
            title = next((first[name] for name in ("rft.atitle", "rft.btitle", "rft.title") if first.get(name)), "")
            authors = tuple(dict.fromkeys(author.strip() for author in said.get("rft.au", ()) if author.strip()))
            doi = doi_of(" ".join(value for name, values in said.items() if name == "rft_id" for value in values))
            return Reference("", "", "", authors=authors, year=year[0] if year else "", title=title, doi=doi)
    return None


def fields_of_full(note: Node, entries: Entries) -> Reference | None:
    """Return what the full entry says that a short one, such as "Lee 2020, p. 4", leads to."""
    if len(note.text()) > _LONGEST_SHORT_NOTE:
        return None
    for link in entries.links_in(note):
        full = entries.holding(link.target)
        if full is not None and full is not note:
            fields = fields_of(full.text()[:_LONGEST_FULL])
            said = fields_in(full) or Reference("", "", "")
            links = " ".join(links_out(full))
            return said._replace(
                authors=said.authors or fields.authors,
                year=said.year or fields.year,
                title=said.title or fields.title,
                doi=said.doi or fields.doi or doi_of(links),
                url=fields.url,
            )
    return None


def _says_something(kid: Node | str, silent: Collection[Node]) -> bool:
    if isinstance(kid, str):
        return bool(kid.strip())
    return kid not in silent and bool(kid.text(without=frozenset(silent)))


def _is_meant(written: str, label: str) -> bool:
    """Whether what stands in front is the label that markers use, or, if that isn't known, no year."""
    return written.casefold() == label.casefold() if label else not _YEAR.fullmatch(written)
