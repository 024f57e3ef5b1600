"""Looking at the elements of XML that lxml read, by their names without namespaces: JATS, DOCX."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def local(element: Element) -> str:
    """Return an element's name without its namespace; "" for an entity that nobody declared."""
    tag = cast("object", element.tag)  # lxml has functions for tags of comments and entities
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> list[Element]:
    """Return the children with one of these names."""
    return [child for child in element if local(child) in names]


def first(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant that this path of names leads to, or None."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if local(child) == name), None)
    return element


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its name, whatever its namespace: "href" is written "xlink:href"."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def words(element: Element | None) -> str:
    """Return all the words of an element in one line, as they stand there."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
