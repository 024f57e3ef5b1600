"""Identify the source that a reference names, whatever its number."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference

# ------------------------------------------------------------------ a list may be renumbered when its text changes

_WORD = lazy_pattern(r"\w+")
_BYTES = 6


def reference_identity(reference: Reference) -> str:
    """Return what tells the source of a reference from others, in twelve digits: its DOI, its address, else title or words."""
    title = plain_words(reference.title or reference.text)
    return short_digest(reference.doi.casefold() or reference.url.casefold().rstrip("/") or title)


def plain_words(text: str) -> str:
    """Return the words of a text in lower case with single blanks: what stays when punctuation and line breaks change."""
    return " ".join(_WORD.findall(text.casefold()))


def short_digest(text: str) -> str:
    """Return twelve digits, hexadecimal, that stand for a text; any text, lone surrogates too."""
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


# ------------------------------------------------------------------ what is said of a source is said of it whatever its number

NO_SOURCES: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def reference_identities(article: Article) -> dict[str, str]:
    """Return the sources of an article's references, by their ids."""
    return {reference.id: reference_identity(reference) for reference in article.references}
