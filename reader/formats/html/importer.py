"""Import HTML pages."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace
from html import unescape
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.errors import NoTextError
from reader.formats.html.boilerplate import find_main_content
from reader.formats.html.citations import find_notes
from reader.formats.html.converter import convert_tree, non_source_links
from reader.formats.html.element_names import boilerplate_signs
from reader.formats.html.link_density import Site, page_runs, prose_length
from reader.formats.html.local_links import add_bibliography
from reader.formats.html.metadata import base_address, read_metadata, title_letters
from reader.formats.html.page_builder import PageBuilder
from reader.formats.html.page_data import data_body
from reader.formats.html.plain_pages import preformatted_article
from reader.formats.html.tree import Node, html_tree, number_nodes, release_tree
from reader.formats.linked_references import with_linked_references

# ------------------------------------------------------------------ Hidden elements

_HIDDEN_CLASSES: Final = frozenset(
    {"geo-nondefault", "geo-multi-punct", "geo-inline-hidden", "cs1-maint", "cs1-hidden-error"}
    | {"refctt", "tooltiptext", "tooltip-text", "tooltip__text", "tooltip-content", "tooltip__content", "tooltip-inner"}
    | {"popover-content", "popover-body", "hovercard", "hover-text", "popup-text"}
)
"""Classes of MediaWiki's repeated coordinates and messages, and of hover texts, such as SciELO's of references."""
_HIDDEN_ROLES: Final = frozenset({"tooltip"})
_COORDINATES: Final = frozenset({"geo", "geo-dms", "geo-dec"})
_TOP_COORDINATES_ID: Final = "coordinates"
"""The id of an element that MediaWiki moves to the top of the page, although the text repeats it."""
_MIN_SHOWN_LENGTH: Final = 200
_ENOUGH_PROSE: Final = 1000
_MIN_MORE_PROSE: Final = 500
_MIN_TIMES_PROSE: Final = 3
"""How many times the visible prose, and how much more, a text that is not shown must have to be the article."""
_TAG: Final = lazy_pattern(r"</?(?:p|div|br|h[1-6]|li|a|em|strong|span)\b[^<>]{0,200}>", re.IGNORECASE)


def hide_styled(root: Node) -> set[Node]:
    """Hide the elements that common style sheets hide, and repeated coordinates. Return these elements."""
    hidden = {*root.all_with_word("class", _HIDDEN_CLASSES), *root.all_with_word("role", _HIDDEN_ROLES)}
    if coordinates := root.all_with_word("class", _COORDINATES):
        tops = (node for node in root.all_with_attribute(("id",)) if node.id == _TOP_COORDINATES_ID)
        hidden.update(node for node in tops if node.order > coordinates[0].order)
    for node in hidden:
        node.is_shown = False
    return hidden


def show_scripted(root: Node, site: Site, prose: int, styled: Set[Node]) -> None:
    """Show the elements that a script would show, if they are most of the text, or nearly all prose.

    `prose` is the length of the visible prose, `styled` are elements that stay hidden.
    """
    is_empty = not _has_shown_text(root, _MIN_SHOWN_LENGTH)
    shown_length = len(root.text())
    originals: list[tuple[Node, str]] = []
    end_of_boilerplate = 0
    for node in root.descendants():
        if node.order > end_of_boilerplate and not is_empty and boilerplate_signs(node):
            end_of_boilerplate = node.last_order
        if node.order > end_of_boilerplate and (node.tag == "noscript" or not node.is_shown) and node not in styled:
            originals.append((node, node.tag))
            if node.tag == "noscript":
                node.tag = "div"
            node.show()
    if is_empty:
        is_more = len(root.text()) > 2 * shown_length
    else:
        is_more = prose_length(page_runs(root, site)) >= _MIN_TIMES_PROSE * prose + _MIN_MORE_PROSE
    if not is_more:
        for node, tag in originals:
            node.tag, node.is_shown = tag, False
    number_nodes(root)


def add_body(root: Node, body: str, prose: int) -> None:
    """Append the text that a page gives in its metadata, else in its data, if that is much more than the visible `prose`."""
    body = max(body, data_body(root), key=len) if len(body) < _MIN_MORE_PROSE else body
    if len(body) < _MIN_TIMES_PROSE * prose + _MIN_MORE_PROSE:
        return
    article = Node("article", {"itemprop": "articleBody"}, root)
    if _TAG.search(body):
        article.children = html_tree(body.encode("utf-8", "replace")).children
    else:
        paragraphs = [(Node("p", None, article), line) for line in map(unescape, body.splitlines()) if line.strip()]
        for paragraph, line in paragraphs:
            paragraph.children = [line]
        article.children = [paragraph for paragraph, _ in paragraphs]
    for node in article.child_nodes():
        node.parent = article
    root.children.append(article)
    number_nodes(root)


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
    try:
        return _page_article(root, source)
    finally:
        release_tree(root)


def _page_article(root: Node, source: str) -> Article:
    styled = hide_styled(root)
    page = read_metadata(root)
    address = page.about.address or (source if "://" in source else "")
    site = Site(root, address)
    runs = page_runs(root, site)
    if (prose := prose_length(runs)) < _ENOUGH_PROSE:
        show_scripted(root, site, prose, styled)
        add_body(root, page.body, prose_length(page_runs(root, site)))
        runs = page_runs(root, site)
    if (article := preformatted_article(root, runs, source)) is not None:
        title = _find_title(root, page.titles, page.about.site) or article.title
        return replace(article, title=title, about=page.about, language=page.language)
    bibliography = add_bibliography(root, source)
    notes = find_notes(root, bibliography)
    content = find_main_content(root, runs, site, notes.entries.keys(), page.titles)
    builder = PageBuilder()
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
    if not all(reference.remark for reference in article.references):
        return article
    return with_linked_references(article, non_source_links(root, base, content.other_links), beside_list=True)


def _find_title(root: Node, titles: tuple[str, ...], site: str) -> str:
    """Return the heading (or the line, if there are no headings) that matches the metadata titles, else the first of those."""
    known_titles = {title_letters(title) for title in titles}
    headings = [(node.tag, text) for node in root.all_with_tag(_HEADINGS) if node.is_shown and (text := node.text())]
    matching = (text for _, text in headings if title_letters(text) in known_titles)
    site_letters = title_letters(site)
    first = next((text for tag, text in headings if tag == "h1" and title_letters(text) != site_letters), "")
    letters = title_letters(first)
    short_heading = first if letters and any(letters in title for title in known_titles) else ""
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
