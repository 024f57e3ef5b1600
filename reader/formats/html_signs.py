"""What an element shows by its form alone, whatever it is called: a list of contents, a form to sign up with, a teaser."""

from __future__ import annotations

from typing import Final

from reader.formats.html_tree import HEADINGS, Node

_LISTS: Final = frozenset({"ul", "ol", "dl"})
_LONGEST_CAPTION: Final = 40


def is_headed_list(node: Node) -> bool:
    """Whether an element is or holds a list, and a heading stands right before it."""
    if not any(inner.tag in _LISTS for inner in (node, *node.inside())):
        return False
    kids = node.parent.kids if node.parent is not None else []
    for place in range(node.place - 1, -1, -1):
        kid = kids[place]
        if isinstance(kid, Node) and kid.text():
            return kid.tag in HEADINGS or any(inner.tag in HEADINGS for inner in kid.inside())
    return False


def has_address_field(node: Node) -> bool:
    """Whether there is a field for an address of e-mail in an element."""
    return any(inner.tag == "input" and inner.get("type").casefold() == "email" for inner in node.inside())


def is_contents(node: Node) -> bool:
    """Whether an element is a list of two or more links to places of the page, under a few words at most."""
    listed = next((inner for inner in (node, *node.inside()) if inner.tag in ("ul", "ol")), None)
    if listed is None or len(node.text(without={listed})) > _LONGEST_CAPTION:
        return False
    items = [item for item in listed.nodes() if item.tag == "li"]
    return len(items) > 1 and all(_is_place_of_page(item) for item in items)


def _is_place_of_page(item: Node) -> bool:
    text = item.text()
    links = [link for link in item.inside() if link.tag == "a"]
    is_within = bool(links) and all(link.get("href").startswith("#") and len(link.get("href")) > 1 for link in links)
    return is_within and len(text) > 2 and text == " ".join(link.text() for link in links)


def has_linked_heading(node: Node) -> bool:
    """Whether the first heading in an element leads to another page, as those of teasers do."""
    for inner in (node, *node.inside()):
        if inner.tag in HEADINGS and inner.text():
            links = [
                link for link in (*inner.inside(), *inner.around()) if link.tag == "a" and link.get("href")[:1] not in ("", "#")
            ]
            return any(link.text() == inner.text() or link.holds(inner) for link in links)
    return False
