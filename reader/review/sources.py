"""Which source a reference names, whatever its number is: a list may be renumbered when its text changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from reader.article.lazy import lazy
from reader.article.model import Article, Reference

NO_SOURCES: Mapping[str, Mapping[str, str]] = MappingProxyType({})
_WORD = lazy(r"\w+")
_BYTES = 6


def source_of(reference: Reference) -> str:
    """Return what tells the source of a reference from others, in twelve digits: its DOI, its address, else title or words."""
    title = " ".join(_WORD.findall((reference.title or reference.text).casefold()))
    named = reference.doi.casefold() or reference.url.casefold().rstrip("/") or title
    return hashlib.blake2s(named.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


def sources_of(article: Article) -> dict[str, str]:
    """Return the sources of an article's references, by their ids."""
    return {reference.id: source_of(reference) for reference in article.references}
