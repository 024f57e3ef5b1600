"""What a review tells the audit of its article: which ranges are claims, and which of them rest on something by hand."""

from __future__ import annotations

from typing import NamedTuple

from reader.article.model import Span
from reader.review.said import Said


class Asked(NamedTuple):
    """The places of the claims of a review, and of those that a person linked to a reference: whatever they cite, they rest."""

    claims: tuple[Span, ...] = ()
    settled: tuple[Span, ...] = ()


def asked_of(review: Said) -> Asked:
    """Return what to ask the audit of a review's article about."""
    placed = [(claim, place) for claim in review.claims() if (place := review.place(claim)) is not None]
    linked = (place for claim, place in placed if any(link.rests for link in claim.links.values()))
    return Asked(tuple(place for _, place in placed), tuple(linked))
