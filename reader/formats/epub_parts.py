"""What in a book is its text: covers, tables of contents, imprints and indexes are set aside, notes that pop up are shown.

Told by what the book itself says of its parts (EPUB 3 Structural Semantics, DPUB-ARIA, the guide of older books); a table of
contents also by its being mostly links to other documents of the book. Entries of references and notes always stay.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from reader.article.model import NoiseReason
from reader.formats.epub_package import Book
from reader.formats.html_chrome import Parts
from reader.formats.html_entries import ENTRY_ROLES
from reader.formats.html_tree import Node

_NO_TEXT: Final = frozenset(
    {
        *("toc", "toc-brief", "landmarks", "page-list", "loi", "lot", "loa", "lov", "index", "cover", "colophon", "imprint"),
        *("copyright-page", "halftitlepage", "other-credits"),
        *("doc-toc", "doc-pagelist", "doc-index", "doc-cover", "doc-colophon"),
    }
)
_LISTS_OF_NOTES: Final = frozenset({"footnotes", "endnotes", "rearnotes", "notes", "doc-endnotes", "bibliography"})
_TITLES: Final = frozenset({"title", "subtitle", "fulltitle", "covertitle"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEAR: Final = 2
_LEAST_LINKS: Final = 3
_MOSTLY: Final = 0.5
_LARGEST_SHARE: Final = 0.4
"""How much of a book's text may be in a part that is set aside: some call their only document a cover."""


def prepare(root: Node, book: Book) -> None:
    """Write in the roles of elements what the book says of them elsewhere; show notes that are hidden until they are called.

    To be done before the notes are looked for: links in a table of contents are no markers.
    """
    roles = {place: role for place, role in book.roles.items() if role in _NO_TEXT}
    for document in root.nodes():
        _add_role(document, roles.get(document.id, ""))
        for node in document.inside() if roles else ():
            _add_role(node, roles.get(f"{document.id}#{node.id.removeprefix(f'{document.id}#')}", ""))
    for node in root.inside():
        if node.roles & (ENTRY_ROLES | _LISTS_OF_NOTES):
            node.attrs.pop("hidden", None)
            node.attrs.pop("style", None)
        if node.tag == "p" and node.roles & _TITLES:
            _make_heading(node)
    for number, document in enumerate(root.nodes()):
        if _is_contents(document):
            _add_role(document, "toc")
        elif not number and not document.text():
            _add_role(document, "cover")


def parts_of_book(root: Node, book: Book, entries: Collection[Node]) -> Parts:
    """Return what of a book is set aside. `entries` are the elements of its references and notes."""
    orders = sorted(entry.order for entry in entries)
    beside = {page.path for page in book.pages if not page.is_linear}
    largest = _LARGEST_SHARE * len(root.text())
    return Parts(dict.fromkeys(_aside(root, orders, beside, largest), NoiseReason.CHROME), set(), set())


def _aside(top: Node, entries: Sequence[int], beside: Collection[str], largest: float) -> Iterator[Node]:
    """Yield the outermost elements that are none of the text and hold no entry: by their roles, or `beside` the text."""
    for node in top.nodes():
        named = node.tag == "nav" or not node.roles.isdisjoint(_NO_TEXT) or node.id in beside
        if named and bisect_left(entries, node.order) == bisect_right(entries, node.last) and len(node.text()) <= largest:
            yield node
        else:
            yield from _aside(node, entries, beside, largest)


def _is_contents(document: Node) -> bool:
    """Whether a document is mostly links to other documents of the book."""
    own = {f"#{node.id}" for node in (document, *document.inside())}
    links = [
        node.text()
        for node in document.inside()
        if node.tag == "a" and (href := node.get("href")).startswith("#") and href not in own
    ]
    return len(links) >= _LEAST_LINKS and sum(map(len, links)) > _MOSTLY * len(document.text())


def _make_heading(node: Node) -> None:
    """Make a paragraph that the book calls a title a heading, of the level of the one right before it, such as its number."""
    kids = node.parent.kids[max(0, node.place - _NEAR) : node.place] if node.parent is not None else []
    before = next((kid.tag for kid in reversed(kids) if isinstance(kid, Node)), "")
    _add_role(node, "heading")
    node.attrs.setdefault("aria-level", before[1:] if before in _HEADINGS else "2")


def _add_role(node: Node, role: str) -> None:
    if role:
        node.attrs["role"] = f"{node.get('role')} {role}".strip()
