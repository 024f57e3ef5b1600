"""Take from a review what the audit of its sources needs, as values that a thread may read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.article.reference_identity import short_digest
from reader.review.declaration import EMPTY_MAPPING
from reader.review.health import NO_HEALTH, SourceHealth
from reader.review.index import AnnotationIndex
from reader.review.model import Annotation, Evidence, Source

_CARRYING_TONES: Final = frozenset(("good", "partly"))
"""The tones of the verdicts by which a source carries a claim, if only in part."""


class ClaimUse(NamedTuple):
    """A claim: its place, the ids of the references that it rests on, and its evidence, each with its reference.

    The evidence is what carries the claim; that against it is left out.
    """

    place: Span
    rests_on: tuple[str, ...]
    evidence: tuple[tuple[str, Evidence], ...] = ()


class SourceBasis(NamedTuple):
    """The claims of a review that have a place, in its order, and by reference id the sources and what is known of them."""

    claims: tuple[ClaimUse, ...] = ()
    sources: Mapping[str, Source] = EMPTY_MAPPING
    health: Mapping[str, SourceHealth] = EMPTY_MAPPING


def source_basis(index: AnnotationIndex) -> SourceBasis:
    """Return what the audit of the sources needs from a review."""
    references = [reference.id for reference in index.article.references]
    sources = {name: source for name in references if (source := index.sources.source(name)) is not None}
    health = {name: known for name in references if (known := index.sources.health.of(name)) != NO_HEALTH}
    claims = (
        ClaimUse(place, index.status(claim).rests_on, tuple(_evidence_for(index, claim)))
        for claim in index.claims()
        if (place := index.place(claim)) is not None
    )
    return SourceBasis(tuple(claims), sources, health)


def _evidence_for(index: AnnotationIndex, claim: Annotation) -> list[tuple[str, Evidence]]:
    rests_on = index.status(claim).rests_on
    return [
        (judgement.reference, evidence)
        for judgement in claim.judgements
        if judgement.reference in rests_on
        and (not judgement.verdict or index.scale.by_id(judgement.verdict).tone in _CARRYING_TONES)
        for evidence in judgement.evidence
    ]


class ClaimPlaces:
    """Find the claims that overlap a range, and the references that they rest on."""

    def __init__(self, basis: SourceBasis) -> None:
        self._claims = basis.claims
        self._starts = [claim.place.start for claim in basis.claims]
        self._longest = max((claim.place.end - claim.place.start for claim in basis.claims), default=0)

    def has_claim(self, span: Span) -> bool:
        """Whether a claim overlaps a range."""
        return bool(self._claims_on(span))

    def references_at(self, span: Span) -> tuple[str, ...]:
        """Return the references that claims on a range rest on."""
        return tuple(dict.fromkeys(name for claim in self._claims_on(span) for name in claim.rests_on))

    def _claims_on(self, span: Span) -> list[ClaimUse]:
        first = bisect_left(self._starts, span.start - self._longest)
        last = bisect_right(self._starts, span.end - 1)
        return [claim for claim in self._claims[first:last] if claim.place.overlaps(span)]


def finding_key(kind: str, *parts: str) -> str:
    """Return the key of a finding from what makes it this one, whatever happens elsewhere in article and list."""
    return short_digest("\n".join((kind, *parts)))
