"""Findings about citations and references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.article.model import Article, Span


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding."""

    kind: str
    where: Span | None
    reference: str
    text: str


def findings(article: Article, claims: Sequence[Span] = ()) -> tuple[Finding, ...]:
    """Return what does not fit."""
    return ()
