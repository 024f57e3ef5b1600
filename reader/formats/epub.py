"""EPUB books: bytes to `Article`.

The documents of a book become one tree, in its own order, so that a marker finds its note in whichever of them it stands; that
tree is read as an HTML page is. Nothing is unpacked to the disk, nothing is fetched.
"""

from __future__ import annotations

from typing import Final

from reader.article.entries import names_a_source
from reader.article.model import Article
from reader.errors import NoText, ReaderError
from reader.formats.building import Builder
from reader.formats.epub_package import Book, book_of, language_in
from reader.formats.epub_parts import parts_of_book, prepare
from reader.formats.html_linked import with_linked_references
from reader.formats.html_notes import find_notes
from reader.formats.html_tree import Node, html_tree, joined
from reader.formats.html_walk import walk
from reader.formats.packages import Package
from reader.formats.telling import tell

_LARGEST_TEXT: Final = 48 << 20
_MOST_NODES: Final = 1_000_000
_TOO_LARGE: Final = "it is not read: no book needs so much"


def epub_article(data: bytes, source: str) -> Article:
    """Read an EPUB book. Raises ReaderError when it can't be unpacked, is locked, has no text, or more than any book."""
    what = "the input" if source == "-" else source
    package = Package(data, what)
    book = book_of(package, what)
    root = joined(_documents(package, book, what))
    prepare(root, book)
    notes = find_notes(root)
    builder = Builder()
    builder.about, builder.title = book.about, book.title
    said = (node.get("xml:lang") or node.get("lang") for node in root.inside() if node.tag == "html")
    builder.language = book.language or language_in(next(filter(None, said), "")) or "en"
    # The text of a book holds nothing that a web page has beside its article: what is no text is told by its elements alone.
    parts, chapters = parts_of_book(root, book, notes.entries.keys()), list(root.nodes())
    with builder.sure():
        for number, chapter in enumerate(chapters, 1):
            tell("chapter", number, len(chapters))
            walk(chapter, builder, notes, parts)
    if not builder.size:
        raise NoText(f"{what} is an EPUB book without any text", "pictures of pages are not read")
    # Where what markers lead to are mere remarks, the sources may stand in a list that nothing links to.
    sources = sum(names_a_source(entry.text()) for entry in notes.entries)
    return with_linked_references(builder.article("epub", source, typed=sources * 2 < len(notes.entries)))


def _documents(package: Package, book: Book, what: str) -> list[tuple[str, Node]]:
    """Return the documents of a book with their paths."""
    documents: list[tuple[str, Node]] = []
    size = count = 0
    for number, page in enumerate(book.pages, 1):
        tell("file", number, len(book.pages))
        data = package.read(page.path)
        size += len(data)
        if size > _LARGEST_TEXT:
            raise ReaderError(f"{what} has more than {_LARGEST_TEXT >> 20} MB of text", _TOO_LARGE)
        root = html_tree(data)
        count += root.last
        if count > _MOST_NODES:
            raise ReaderError(f"{what} has more than {_MOST_NODES:,} elements", _TOO_LARGE)
        documents.append((page.path, root))
    return documents
