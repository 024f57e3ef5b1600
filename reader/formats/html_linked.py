"""A page without a list of references: what the words of its article link to are its references.

So write newspapers and blogs. The linked words are the marker; the entry stands nowhere in the text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from reader.article.entries import doi_of
from reader.article.model import Article, BlockKind, Citation, Reference, StyleKind
from reader.article.places import Ranges, block_at

_NO_TEXT: Final = frozenset({BlockKind.HEADING, BlockKind.CODE, BlockKind.RULE})
_MOST: Final = 2000


def with_linked_references(article: Article) -> Article:
    """Return the article with a reference for each address that it links to, if it has none of another kind."""
    if article.references:
        return article
    aside = Ranges(article.noise)
    own = _page(article.about.address)
    known: dict[str, Reference] = {}
    citations: list[Citation] = []
    for style in article.styles:
        is_out = style.kind is StyleKind.LINK and style.target.lower().startswith(("http:", "https:"))
        if not is_out or aside.hold(style.start) or _page(style.target) == own or len(known) >= _MOST:
            continue
        if article.blocks[block_at(article.blocks, style.start)].kind in _NO_TEXT:
            continue
        words = " ".join(article.text[style.start : style.end].split())
        if words and not words.startswith("[image:"):
            name = _page(style.target)
            reference = known.setdefault(name, _reference(str(len(known) + 1), words, style.target))
            citations.append(Citation(style.start, style.end, (reference.id,), kind="link"))
    return replace(article, references=tuple(known.values()), citations=tuple(_disjoint(citations)))


def _reference(label: str, words: str, address: str) -> Reference:
    said = words if words.strip() in address else f"{words}. {address}"
    return Reference(label, label, said, doi=doi_of(address), url=address)


def _page(address: str) -> str:
    """Return what names a page: its address without the scheme, "www." and the place within it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.casefold().removeprefix('www.')}{parts.path.rstrip('/')}{query}"


def _disjoint(citations: list[Citation]) -> list[Citation]:
    """Return the citations in order, without those that begin inside another."""
    found: list[Citation] = []
    for citation in sorted(citations, key=lambda citation: (citation.start, -citation.end)):
        if not found or citation.start >= found[-1].end:
            found.append(citation)
    return found
