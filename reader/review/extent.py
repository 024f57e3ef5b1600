"""How much of a source a text is: all of it, or only its abstract. What is taken for an abstract a person can put right."""

from __future__ import annotations

from typing import Final

from reader.article.lazy import lazy
from reader.article.model import Article, BlockKind
from reader.review.supply import ABSTRACT, FULL

_ABSTRACT: Final = lazy(r"[\s#*_]*(?:abstract|summary|zusammenfassung|résumé|resumen|riassunto)(?![^\W_])")
_BODY: Final = lazy(
    r"[\s#*_]*(?:\d+\.?\s*)?(?:introduction|background|(?:materials and )?methods?|results?|discussion|conclusions?|einleitung)"
    r"[\s#*_]*$"
)
_LONGEST: Final = 700
"""The words of a page beyond which it holds more than an abstract."""


def extent_of(article: Article) -> str:
    """Return FULL, or ABSTRACT for a short text that calls itself one and has none of the parts that would follow it."""
    body = [article.blocks[index] for index in article.sentences.body_blocks]
    if sum(len(article.text[block.start : block.end].split()) for block in body) > _LONGEST:
        return FULL
    words = [(block, article.text[block.start : block.end].casefold()) for block in article.blocks]
    headings = [text for block, text in words if block.kind is BlockKind.HEADING or len(text) < 40]
    if any(_BODY.match(text) for text in headings):
        return FULL
    return ABSTRACT if any(_ABSTRACT.match(text) for _, text in words) else FULL
