"""Import HTML pages."""

from __future__ import annotations

from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.errors import NoTextError
from reader.formats.builder import Builder
from reader.formats.html.boilerplate import find_main_content
from reader.formats.html.citations import find_notes
from reader.formats.html.converter import convert_tree, non_source_links
from reader.formats.html.local_links import add_bibliography
from reader.formats.html.metadata import base_address, read_metadata
from reader.formats.html.tree import Node, html_tree
from reader.formats.linked_references import with_linked_references

# ------------------------------------------------------------------ Hidden elements

_HIDDEN_CLASSES: Final = frozenset({"geo-nondefault", "geo-multi-punct", "geo-inline-hidden", "cs1-maint", "cs1-hidden-error"})
_COORDINATES: Final = frozenset({"geo", "geo-dms", "geo-dec"})
_TOP_COORDINATES_ID: Final = "coordinates"
"""The id of an element that MediaWiki moves to the top of the page, although the text repeats it."""
_MIN_SHOWN_LENGTH: Final = 200


def hide_styled(root: Node) -> None:
    """Hide the elements that common style sheets hide, and repeated coordinates."""
    has_coordinates = False
    for node in root.descendants():
        classes = node.classes if "class" in node.attrs else ()
        if not _HIDDEN_CLASSES.isdisjoint(classes) or (has_coordinates and node.id == _TOP_COORDINATES_ID):
            node.attrs["hidden"] = ""
        has_coordinates = has_coordinates or not _COORDINATES.isdisjoint(classes)


def show_scripted(root: Node) -> None:
    """Show the elements that a script would show, if they hold most of the text and little else is visible."""
    if _has_shown_text(root, _MIN_SHOWN_LENGTH):
        return
    shown_length = len(root.text())
    originals = [(node, node.tag, dict(node.attrs)) for node in root.descendants()]
    for node in root.descendants():
        node.attrs.pop("hidden", None)
        node.attrs.pop("style", None)
        if node.tag == "noscript":
            node.tag = "div"
    if len(root.text()) <= 2 * shown_length:
        for node, tag, attrs in originals:
            node.tag, node.attrs = tag, attrs


def _has_shown_text(root: Node, length: int) -> bool:
    """Whether the visible text has at least this length. This ends as soon as it is reached."""
    stack: list[Node | str] = [root]
    while stack and length > 0:
        item = stack.pop()
        if isinstance(item, str):
            length -= len(" ".join(item.split()))
        elif item.is_shown:
            stack += reversed(item.children)
    return length <= 0


# ------------------------------------------------------------------ The importer

_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_TITLE_SEPARATOR: Final = lazy_pattern(r"\s+[|•·—–»:-]\s+")
_MAX_LINE_ELEMENTS: Final = 3
"""The most elements inside a title line."""


def html_article(data: bytes, source: str) -> Article:
    """Return the article of a page. `source` is its path or address, or "-".

    Raises ReaderError if the page has no text.
    """
    root = html_tree(data)
    show_scripted(root)
    hide_styled(root)
    bibliography = add_bibliography(root, source)
    notes = find_notes(root, bibliography)
    page = read_metadata(root)
    address = page.about.address or (source if "://" in source else "")
    content = find_main_content(root, notes.entries.keys(), page.titles, address)
    builder = Builder()
    builder.about = page.about
    builder.language = page.language
    builder.title = _find_title(root, page.titles, page.about.site)
    base = base_address(root, source if "://" in source else address)
    convert_tree(root, builder, notes, content, base=base)
    if not builder.size:
        raise NoTextError(
            f"No text on the page {source}", "If a script writes the page, save it from your browser and open the file"
        )
    article = builder.article("html", source, from_text=notes.are_remarks)
    return article if article.references else with_linked_references(article, non_source_links(root, base, content.other_links))


def _find_title(root: Node, titles: tuple[str, ...], site: str) -> str:
    """Return the heading (or the line, if there are no headings) that matches the metadata titles, else the first of those."""
    folded_titles = {title.casefold() for title in titles}
    headings = [
        (node.tag, text) for node in root.descendants() if node.tag in _HEADINGS and node.is_shown and (text := node.text())
    ]
    matching = (text for _, text in headings if text.casefold() in folded_titles)
    first = next((text for tag, text in headings if tag == "h1"), "")
    short_heading = first if first and any(first.casefold() in title for title in folded_titles) else ""
    return (
        next(matching, "")
        or short_heading
        or (_find_title_line(root, titles, site) if not headings else "")
        or (titles[0] if titles else "")
    )


def _find_title_line(root: Node, titles: tuple[str, ...], site: str) -> str:
    """Return the longest part of a title such as "The Gazette - Ferries don't drill" that is also a line, but not the site."""
    parts = {part for title in titles for part in _TITLE_SEPARATOR.split(title) if len(part) < len(title)} - {site}
    lines = (
        {node.text() for node in root.descendants() if node.is_shown and node.last_order - node.order <= _MAX_LINE_ELEMENTS}
        if parts
        else set[str]()
    )
    return max(parts & lines, key=len, default="")
