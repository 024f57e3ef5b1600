"""The sources of an article's references: what is said of a source is said of it whatever its number is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reader.article.identity import source_of
from reader.article.model import Article

NO_SOURCES: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def sources_of(article: Article) -> dict[str, str]:
    """Return the sources of an article's references, by their ids."""
    return {reference.id: source_of(reference) for reference in article.references}
