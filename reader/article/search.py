"""Searching a text as a person means it: case does not count, and a blank finds any white space, also a line break."""

from __future__ import annotations

import re

from reader.article.model import Span

MOST = 10_000
"""The most hits that are kept: beyond it a search is too wide to step through."""


def find_hits(text: str, query: str, most: int = MOST) -> tuple[Span, ...]:
    """Return where `query` stands in `text`, in order and disjoint, at most `most` places. An empty query stands nowhere."""
    words = query.split()
    if not words:
        return ()
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    hits: list[Span] = []
    for match in pattern.finditer(text):
        hits.append(Span(*match.span()))
        if len(hits) == most:
            break
    return tuple(hits)
