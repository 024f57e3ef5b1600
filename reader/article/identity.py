"""Which source a reference names, whatever its number is: a list may be renumbered when its text changes."""

from __future__ import annotations

import hashlib

from reader.article.lazy import lazy
from reader.article.model import Reference

_WORD = lazy(r"\w+")
_BYTES = 6


def source_of(reference: Reference) -> str:
    """Return what tells the source of a reference from others, in twelve digits: its DOI, its address, else title or words."""
    title = plain_words(reference.title or reference.text)
    return digest_of(reference.doi.casefold() or reference.url.casefold().rstrip("/") or title)


def plain_words(text: str) -> str:
    """Return the words of a text in lower case with single blanks: what stays when punctuation and line breaks change."""
    return " ".join(_WORD.findall(text.casefold()))


def digest_of(text: str) -> str:
    """Return twelve digits, hexadecimal, that stand for a text; any text, lone surrogates too."""
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()
