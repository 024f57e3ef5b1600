"""Read what a page of HTML says of itself: where the document is that it describes, and signs that it is no article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.formats.html.converter import absolute_address
from reader.formats.html.metadata import base_address, read_metadata
from reader.formats.html.tree import HEADING_TAGS, Node, html_tree

_MAX_MARKUP: Final = 2_000_000
"""The most bytes of a page that are looked at."""
_MAX_BUTTON_LENGTH: Final = 40
_MAX_BUTTONS: Final = 200
_RECORD_NAMES: Final = frozenset({"citation_title", "citation_author", "citation_doi", "prism.doi", "bepress_citation_title"})
_PDF: Final = "application/pdf"


class PageSigns(NamedTuple):
    """What a page says of itself.

    `titles` are its possible titles and its first heading, which is also `heading`, "" for none. `home` is what it calls its
    own address, `buttons` are the words on its buttons in lower case. `documents` are the addresses of the PDFs that it names
    as the document it describes. `is_record` says that it names the author, the DOI or the like of a work for programs.
    """

    titles: tuple[str, ...]
    heading: str
    home: str
    has_password: bool
    buttons: frozenset[str]
    documents: tuple[str, ...]
    is_record: bool = False


def read_signs(data: bytes, address: str) -> PageSigns:
    """Return the signs of a page from this address."""
    root = html_tree(data[:_MAX_MARKUP])
    metadata = read_metadata(root)
    headings = (node.text() for node in root.all_with_tag(HEADING_TAGS))
    heading = next(filter(None, headings), "")
    base = base_address(root, address)
    documents = (absolute_address(href, base).partition("#")[0] for href in _document_links(root))
    return PageSigns(
        titles=tuple(dict.fromkeys(filter(None, (*metadata.titles, heading)))),
        heading=heading,
        home=metadata.about.address,
        has_password=any(node.get("type").casefold() == "password" for node in root.all_with_tag(("input",))),
        buttons=frozenset(list(_buttons(root))[:_MAX_BUTTONS]),
        documents=tuple(dict.fromkeys(filter(None, documents))),
        is_record=any(
            node.get("name").casefold() in _RECORD_NAMES and node.get("content") for node in root.all_with_tag(("meta",))
        ),
    )


def count_body_words(article: Article) -> int:
    """Count the words of an article without its references and what surrounds it.

    Two Chinese or Japanese letters count as a word.
    """
    blocks = (article.blocks[index] for index in article.sentences.body_blocks)
    return sum(_count_words(article.text[block.start : block.end]) for block in blocks)


def _count_words(text: str) -> int:
    return len(text.split()) + sum("\u3040" <= letter <= "\u9fff" for letter in text) // 2


def _document_links(root: Node) -> Iterator[str]:
    """Yield the links to PDFs: of Highwire Press (as described in Google Scholar's "Inclusion Guidelines"), then of HTML."""
    for node in root.all_with_tag(("meta",)):
        if (node.get("name") or node.get("property")).casefold() == "citation_pdf_url":
            yield node.get("content").strip()
    for node in root.all_with_tag(("link",)):
        if "alternate" in node.get("rel").casefold().split() and node.get("type").partition(";")[0].strip().casefold() == _PDF:
            yield node.get("href").strip()


def _buttons(root: Node) -> Iterator[str]:
    for node in root.all_with_tag(("button", "input", "a")):
        words = node.get("value") if node.tag == "input" else node.text()
        if 0 < len(words) <= _MAX_BUTTON_LENGTH:
            yield " ".join(words.casefold().split())
