"""Order and filter the pairs that need a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reader.article.ranges import Span
from reader.review.conflicts import conflicting_judgements
from reader.review.filter import Filter, build_filter, filter_names, is_called
from reader.review.index import AnnotationIndex
from reader.review.model import Annotation, is_readable
from reader.review.pairs import is_settled
from reader.review.query import REFERENCE, STATE, QueryTerm, parse_query
from reader.review.scale import UNAVAILABLE, Scale
from reader.review.vocabulary import CLAIM, FETCH_FAILED

# ------------------------------------------------------------------ entries

TWO_VERDICTS: Final = "rivals"
SOURCES_DISAGREE: Final = "disagree"
STALE_VERDICT: Final = "stale"
OTHER_SOURCE: Final = "other-source"
MISSING_DETAIL: Final = "lacks"
NO_EVIDENCE: Final = "no-evidence"
NO_VERDICT: Final = "begun"
NEW_SOURCE: Final = "supplied"
UNSEEN_PAIR: Final = "new"
SOURCE_UNREACHABLE: Final = "unreached"
QUEUE_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        TWO_VERDICTS: "two verdicts on it",
        SOURCES_DISAGREE: "its sources disagree",
        STALE_VERDICT: "stale after an edit",
        OTHER_SOURCE: "given on another source",
        MISSING_DETAIL: "source lacks a detail",
        NO_EVIDENCE: "no evidence yet",
        NO_VERDICT: "begun, no verdict yet",
        NEW_SOURCE: "source supplied, no verdict yet",
        UNSEEN_PAIR: "no verdict yet",
        SOURCE_UNREACHABLE: "source could not be reached",
    }
)
"""Why a pair is in the queue, by id, in words; the most urgent first."""

PairKey = tuple[str, str]
"""The id of a claim and the id of a reference."""
DetailCheck = Callable[[Annotation, str], bool]
"""Whether the source of a claim (by its reference id) is known to lack a number, a date or a name of the claim."""


def no_detail_missing(claim: Annotation, reference: str) -> bool:
    """Return False, for callers that do not compare details."""
    return False


_RANKS: Final = {reason: rank for rank, reason in enumerate(QUEUE_REASONS)}
_OPPOSITE_TONES: Final = frozenset(("good", "bad"))


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A pair in the review queue, with the reason, one of QUEUE_REASONS.

    `place` is the claim's place in the text, `position` that of the reference among those the claim rests on.
    """

    claim: Annotation
    reference: str
    reason: str
    place: Span
    position: int

    @property
    def key(self) -> PairKey:
        """The ids of the claim and the reference."""
        return self.claim.id, self.reference

    @property
    def sort_key(self) -> tuple[int, Span, str, int]:
        """The rank of the reason, then the place in the text. No two pairs have the same key."""
        return _RANKS[self.reason], self.place, self.claim.id, self.position


def build_queue(
    index: AnnotationIndex, lacks: DetailCheck = no_detail_missing, queue_filter: QueueFilter | None = None
) -> tuple[QueueEntry, ...]:
    """Return all pairs that need a decision and match the filter, the most urgent first, then by place.

    A claim that lost its place has no pair in the queue: it first needs a place.
    """
    entries = [pair for claim in index.claims() for pair in queue_entries(index, claim, lacks)]
    if queue_filter is not None and not queue_filter.is_empty:
        entries = [pair for pair in entries if queue_filter.matches(index, pair)]
    return tuple(sorted(entries, key=lambda pair: pair.sort_key))


def queue_entries(index: AnnotationIndex, claim: Annotation, lacks: DetailCheck = no_detail_missing) -> Iterator[QueueEntry]:
    """Yield the pairs of an annotation that need a decision, in the order of the references it rests on."""
    place = index.place(claim)
    if claim.kind != CLAIM or place is None:
        return
    rests_on = index.status(claim).rests_on
    disagree = len(claim.judgements) > 1 and _has_contradiction(index, claim, rests_on)
    for nth, reference in enumerate(rests_on):
        reason = _reason_for(index, claim, reference, lacks, disagree=disagree)
        if reason:
            yield QueueEntry(claim, reference, reason, place, nth)


def _has_contradiction(index: AnnotationIndex, claim: Annotation, rests_on: Iterable[str]) -> bool:
    """Whether one source supports a claim and another speaks against it."""
    tones = {index.scale.by_id(j.verdict).tone for j in claim.judgements if j.verdict and j.reference in rests_on}
    return tones >= _OPPOSITE_TONES


def _reason_for(index: AnnotationIndex, claim: Annotation, reference: str, lacks: DetailCheck, *, disagree: bool) -> str:
    """Return the reason why a pair needs a decision, "" if it needs none.

    Sources that contradict each other put only the open pairs of a claim into the queue: once all are settled, the
    contradiction is a result. Sources that could not be reached come last.
    """
    judgement = claim.judgement_on(reference)
    verdict = judgement.verdict if judgement is not None else ""
    if claim.conflicts and conflicting_judgements(claim, reference):
        return TWO_VERDICTS
    if judgement is not None and verdict and verdict != UNAVAILABLE and index.is_stale_verdict(claim, judgement):
        return OTHER_SOURCE if index.has_other_source(claim, judgement) else STALE_VERDICT
    if is_settled(judgement, index.scale):
        return ""
    source = index.sources.source(reference)
    if not verdict and source is not None and source.state == FETCH_FAILED:
        return SOURCE_UNREACHABLE
    if disagree:
        return SOURCES_DISAGREE
    if lacks(claim, reference):
        return MISSING_DETAIL
    if judgement is not None:
        return NO_EVIDENCE if verdict else NO_VERDICT
    return NEW_SOURCE if is_readable(source) else UNSEEN_PAIR


# ------------------------------------------------------------------ filter

_PairTest = Callable[[AnnotationIndex, QueueEntry], bool]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """A filter of the queue with the `text` that a person typed, the tests of the pair and the filter of its claim."""

    text: str
    tests: tuple[_PairTest, ...]
    claim: Filter

    @property
    def is_empty(self) -> bool:
        """Whether the filter has no words, so that every pair matches."""
        return not self.text.strip()

    def matches(self, index: AnnotationIndex, pair: QueueEntry) -> bool:
        """Whether a pair of this review matches."""
        return all(test(index, pair) for test in self.tests) and self.claim.matches(index, pair.claim)


def parse_queue_filter(text: str, scale: Scale) -> QueueFilter:
    """Parse a filter of the queue, in the grammar of all filters; `is:` takes the reasons of QUEUE_REASONS too."""
    query = parse_query(text, filter_names(scale, QUEUE_REASONS))
    tests = {term: _pair_test(term) for term in query.terms}
    rest = build_filter(query, [term for term, test in tests.items() if test is None])
    return QueueFilter(text, tuple(test for test in tests.values() if test is not None), rest)


def _pair_test(term: QueryTerm) -> _PairTest | None:
    """Return the test of a pair for a term, None if the term is about the claim."""
    if term.field == STATE and term.value in QUEUE_REASONS:
        return lambda _, pair: (pair.reason == term.value) != term.is_negated
    if term.field == REFERENCE:
        return lambda index, pair: is_called(index.article, pair.reference, term.letters) != term.is_negated
    return None
