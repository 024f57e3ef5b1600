"""Bare web addresses in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.article.entries import clipped
from reader.article.lazy import lazy
from reader.article.model import Style, StyleKind

_SCHEME = lazy(r"(?:https?|ftp)$", re.IGNORECASE)
_WITH_SCHEME = lazy(r"://[^\s<>\"“”|\\^`{}]+")
_WITHOUT_SCHEME = lazy(r"www\.[^\s<>\"“”|\\^`{}]+")


def bare_links(text: str) -> Iterator[Style]:
    """Yield a LINK style for every "https://…" and "www.…", without the punctuation around it. Sorted only within each kind."""
    if "://" in text:
        for match in _WITH_SCHEME.finditer(text):
            scheme = _SCHEME.search(text, max(0, match.start() - 5), match.start())
            address = clipped(match[0])
            if scheme and len(address) > 3:
                end = match.start() + len(address)
                yield Style(scheme.start(), end, StyleKind.LINK, text[scheme.start() : end])
    if "www." in text:
        for match in _WITHOUT_SCHEME.finditer(text):
            address = clipped(match[0])
            before = text[match.start() - 1 : match.start()]
            if "." in address[4:] and before not in tuple("/.@-_") and not before.isalnum():
                yield Style(match.start(), match.start() + len(address), StyleKind.LINK, f"https://{address}")
