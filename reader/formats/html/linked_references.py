"""Turn the links of a page without a reference list into references.

Newspapers and blogs cite like this. The linked words are the marker, and the entry is outside the text. These links are not
sources: links before the first sentence (byline, date), links marked as advertisements, tags or authors
(https://microformats.org/wiki/existing-rel-values), links in headings unless they lead to another site, and links to the site's
own pictures.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind, Citation, Reference, StyleKind
from reader.article.ranges import Ranges, block_at
from reader.article.reference_parser import find_doi
from reader.formats.html.converter import absolute_address
from reader.formats.html.link_density import is_sentence, site_domain
from reader.formats.html.tree import Node

_KINDS_WITHOUT_LINKS: Final = frozenset({BlockKind.CODE, BlockKind.RULE})
_KINDS_WITHOUT_TEXT: Final = _KINDS_WITHOUT_LINKS | {BlockKind.HEADING}
_PICTURE_ADDRESS: Final = lazy_pattern(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:[?#]|$)", re.IGNORECASE)
_OTHER_RELATIONS: Final = frozenset({"author", "tag", "sponsored", "license"})
_MAX_REFERENCES: Final = 2000


def non_source_links(root: Node, base: str) -> frozenset[str]:
    """Return the addresses of a page whose links are all marked as advertisements, tags, authors or the like."""
    addresses: dict[str, bool] = {}
    for node in root.descendants():
        if node.tag == "a" and (address := absolute_address(node.get("href"), base)):
            is_other = not _OTHER_RELATIONS.isdisjoint(node.get("rel").casefold().split())
            addresses[address] = addresses.get(address, True) and is_other
    return frozenset(address for address, is_other in addresses.items() if is_other)


def with_linked_references(article: Article, excluded: Collection[str] = ()) -> Article:
    """Return the article with a reference for each linked address, if it has no other references.

    Addresses in `excluded` are left out.
    """
    if article.references:
        return article
    noise = Ranges(article.noise)
    own_address, site = _page_address(article.about.address), site_domain(article.about.address)
    first = _first_sentence_start(article, noise)
    references: dict[str, Reference] = {}
    citations: list[Citation] = []
    for style in article.styles:
        is_web_link = style.kind is StyleKind.LINK and style.target.lower().startswith(("http:", "https:"))
        if not is_web_link or style.start < first or noise.contains(style.start) or style.target in excluded:
            continue
        if _page_address(style.target) == own_address or len(references) >= _MAX_REFERENCES:
            continue
        kind = article.blocks[block_at(article.blocks, style.start)].kind
        is_within = site in ("", site_domain(style.target))
        if kind in _KINDS_WITHOUT_LINKS or (is_within and (kind is BlockKind.HEADING or _PICTURE_ADDRESS.search(style.target))):
            continue
        words = " ".join(article.text[style.start : style.end].split())
        if words and not words.startswith("[image:"):
            name = _page_address(style.target)
            reference = references.setdefault(name, _link_reference(str(len(references) + 1), words, style.target))
            citations.append(Citation(style.start, style.end, (reference.id,), kind="link"))
    return replace(article, references=tuple(references.values()), citations=tuple(_merge_overlapping(citations)))


def _first_sentence_start(article: Article, noise: Ranges) -> int:
    """Return the start of the first block that reads like prose or is a list item, or 0."""
    for block in article.blocks:
        is_text = block.kind not in _KINDS_WITHOUT_TEXT and not noise.contains(block.start)
        if is_text and (block.kind is not BlockKind.PARAGRAPH or is_sentence(article.text[block.start : block.end])):
            return block.start
    return 0


def _link_reference(label: str, words: str, address: str) -> Reference:
    text = address if "." in words and words.casefold() in address.casefold() else f"{words}. {address}"
    return Reference(label, label, text, doi=find_doi(address), url=address)


def _page_address(address: str) -> str:
    """Return the address of a page without scheme, "www." and fragment."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.casefold().removeprefix('www.')}{parts.path.rstrip('/')}{query}"


def _merge_overlapping(citations: list[Citation]) -> list[Citation]:
    """Return the citations in order, without those that begin inside another."""
    disjoint: list[Citation] = []
    for citation in sorted(citations, key=lambda citation: (citation.start, -citation.end)):
        if not disjoint or citation.start >= disjoint[-1].end:
            disjoint.append(citation)
    return disjoint
