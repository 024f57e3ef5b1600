"""HTML pages: saved articles, exported papers, whatever a browser shows.

References and markers are read off the page as it stands (`html_notes`), then it is decided what of the page is its article
(`html_chrome`), then one walk in reading order makes the text (`html_walk`). Nothing is fetched: neither what a page links nor
what it embeds; the only other file that is looked at is the bibliography of the same name beside it.

    html_tree    bytes to a tree of nodes            html_about   what the page says of itself
                                                     html_hidden  what readers don't see of it
    html_notes   entries and markers, found by       html_places  the links within the page
                                                     html_keys    citations by keys, and their bibliography
                                                     html_inline  notes that stand in the text
                                                     html_entries which elements are entries
                                                     html_labels  what an entry says of itself
                                                     html_markers which words are markers
    html_chrome  what is the article, told by        html_runs    prose and links
                                                     html_furniture  what the page calls furniture
                                                     html_signs   what is furniture by its form
    html_walk    the tree to a Builder, with         html_blocks, html_tables, html_pictures
    html_linked  the references of a page that has nothing but links
"""

from __future__ import annotations

from typing import Final

from reader.article.entries import names_a_source
from reader.article.lazy import lazy
from reader.article.model import Article
from reader.errors import NoText
from reader.formats.building import Builder
from reader.formats.html_about import about_of, base_of
from reader.formats.html_chrome import parts_of_page
from reader.formats.html_hidden import hide, uncover
from reader.formats.html_keys import add_bibliography
from reader.formats.html_linked import unsourced, with_linked_references
from reader.formats.html_notes import find_notes
from reader.formats.html_tree import Node, html_tree
from reader.formats.html_walk import walk

_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_BETWEEN: Final = lazy(r"\s+[|•·—–»:-]\s+")
_FEW: Final = 3
"""How many elements may be inside one that is a line."""


def html_article(data: bytes, source: str) -> Article:
    """Return the article of a page; `source` is its path or address, or "-".

    Raises ReaderError when there is no text on the page.
    """
    root = html_tree(data)
    uncover(root)
    hide(root)
    known = add_bibliography(root, source)
    notes = find_notes(root, known)
    page = about_of(root)
    address = page.about.address or (source if "://" in source else "")
    parts = parts_of_page(root, notes.entries.keys(), page.titles, address)
    builder = Builder()
    builder.about = page.about
    builder.language = page.language or "en"
    builder.title = _title(root, page.titles)
    base = base_of(root, source if "://" in source else address)
    walk(root, builder, notes, parts, base=base)
    if not builder.size:
        raise NoText(f"there is no text on the page {source}", "a page that a script writes must be saved by the browser")
    # Where what markers lead to are mere remarks, the sources may stand in a list that nothing links to.
    sources = sum(names_a_source(entry.text()) for entry in notes.entries)
    article = builder.article("html", source, typed=sources * 2 < len(notes.entries))
    return article if article.references else with_linked_references(article, unsourced(root, base))


def _title(root: Node, titles: tuple[str, ...]) -> str:
    """Return the title: the heading, or without any the line, that is what the page calls itself, else what it calls itself."""
    wanted = {title.casefold() for title in titles}
    headings = [(node.tag, text) for node in root.inside() if node.tag in _HEADINGS and node.is_shown and (text := node.text())]
    named = (text for _, text in headings if text.casefold() in wanted)
    first = next((text for tag, text in headings if tag == "h1"), "")
    within = first if first and any(first.casefold() in title for title in wanted) else ""
    return next(named, "") or within or (_line_of_title(root, titles) if not headings else "") or (titles[0] if titles else "")


def _line_of_title(root: Node, titles: tuple[str, ...]) -> str:
    """Return the longest part of a title such as "The Gazette - Ferries don't drill" that stands on the page by itself."""
    parts = {part for title in titles for part in _BETWEEN.split(title) if len(part) < len(title)}
    shown = {node.text() for node in root.inside() if node.is_shown and node.last - node.order <= _FEW} if parts else set[str]()
    return max(parts & shown, key=len, default="")
