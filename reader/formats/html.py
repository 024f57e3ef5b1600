"""HTML pages: saved articles, exported papers, whatever a browser shows.

References and markers are read off the page as it stands (`html_notes`), then it is decided what of the page is its article
(`html_chrome`), then one walk in reading order makes the text (`html_walk`). Nothing is fetched: neither what a page links nor
what it embeds; the only other file that is looked at is the bibliography of the same name beside it.
"""

from __future__ import annotations

from typing import Final

from reader.article.entries import names_a_source
from reader.article.model import Article
from reader.errors import ReaderError
from reader.formats.building import Builder
from reader.formats.html_about import about_of, base_of
from reader.formats.html_chrome import parts_of_page
from reader.formats.html_keys import add_bibliography
from reader.formats.html_linked import with_linked_references
from reader.formats.html_notes import find_notes
from reader.formats.html_tree import Node, html_tree
from reader.formats.html_walk import walk

_LITTLE: Final = 200
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})


def html_article(data: bytes, source: str) -> Article:
    """Return the article of a page; `source` is its path or address, or "-".

    Raises ReaderError when there is no text on the page.
    """
    root = html_tree(data)
    _uncover(root)
    known = add_bibliography(root, source)
    notes = find_notes(root, known)
    page = about_of(root)
    parts = parts_of_page(root, notes.entries.keys(), page.titles)
    builder = Builder()
    builder.about = page.about
    builder.language = page.language or "en"
    builder.title = _title(root, page.titles)
    address = page.about.address or (source if "://" in source else "")
    walk(root, builder, notes, parts, base=base_of(root, address))
    if not builder.size:
        raise ReaderError(f"there is no text on the page {source}", "a page that a script writes must be saved by the browser")
    # Where what markers lead to are mere remarks, the sources may stand in a list that nothing links to.
    sources = sum(names_a_source(entry.text()) for entry in notes.entries)
    return with_linked_references(builder.article("html", source, typed=sources * 2 < len(notes.entries)))


def _uncover(root: Node) -> None:
    """Show what a page hides until a script shows it, if without that there is hardly anything to be seen."""
    if len(root.text()) >= _LITTLE:
        return
    for node in root.inside():
        node.attrs.pop("hidden", None)
        node.attrs.pop("style", None)
        if node.tag == "noscript":
            node.tag = "div"


def _title(root: Node, titles: tuple[str, ...]) -> str:
    """Return the title: the heading that is what the page calls itself, else what it calls itself."""
    wanted = {title.casefold() for title in titles}
    headings = [(node.tag, text) for node in root.inside() if node.tag in _HEADINGS and node.is_shown and (text := node.text())]
    named = (text for _, text in headings if text.casefold() in wanted)
    first = next((text for tag, text in headings if tag == "h1"), "")
    within = first if first and any(first.casefold() in title for title in wanted) else ""
    return next(named, "") or within or (titles[0] if titles else "")
