"""Identify the source of a reference by its content, since its number changes when the list is edited."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference

_WORD = lazy_pattern(r"\w+")
_BYTES = 6


def reference_identity(reference: Reference) -> str:
    """Return the identity of a reference's source: a short digest of its DOI, address, title or words."""
    title = plain_words(reference.title or reference.text)
    return short_digest(reference.doi.casefold() or reference.url.casefold().rstrip("/") or title)


def plain_words(text: str) -> str:
    """Return the words of a text in lower case, without punctuation and line breaks."""
    return " ".join(_WORD.findall(text.casefold()))


def short_digest(text: str) -> str:
    """Return twelve hexadecimal digits for a text."""
    from reader.digests import blake2s  # not for the first frame

    return blake2s(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


NO_SOURCES: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def reference_identities(article: Article) -> dict[str, str]:
    """Return the identities of the sources of an article's references, by reference id."""
    return {reference.id: reference_identity(reference) for reference in article.references}
