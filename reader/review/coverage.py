"""Coverage: what was decided about every sentence of the body, and what is left of a review.

A sentence counts by what was said of it, not by having been seen: who reads over a sentence has not yet said that there is
nothing to check in it. Whatever overlaps a sentence decides it, be it only a part of it. Where several things were said of one,
what is for later counts first, so that nothing which waits is hidden; then that there is a claim in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reader.article.audit.finding import CITES_NOTHING, Finding
from reader.article.ranges import Span
from reader.review.index import AnnotationIndex
from reader.review.model import CLAIM, LATER, NOT_CLAIM, Annotation, Change

UNREAD: Final = "unread"
"""The state of a sentence of which nothing was said; the others are the kinds of annotations."""
_ORDER: Final = {UNREAD: 0, NOT_CLAIM: 1, CLAIM: 2, LATER: 3}
_NOWHERE: Final = range(0)
_NO_PLACE: Final = Span(0, 0)


class Coverage:
    """The state of every sentence of one article's body, kept up change by change. Sentences are counted from 0.

    Invariants: each sentence is in exactly one state, and the counts are those of all sentences. It is made for the body as
    the article of the index has it now: what is set aside later makes another one.
    """

    def __init__(self, index: AnnotationIndex) -> None:
        """Go through all annotations and sentences once."""
        self._index = index
        self.article = index.article
        self.sentences = index.article.sentences.all()
        self._states = [UNREAD] * len(self.sentences)
        self._touched: dict[str, range] = {}
        self._lay()
        self._counts = Counter(self._states)

    def is_current_for(self, index: AnnotationIndex) -> bool:
        """Whether this is the coverage of a index, and of the body as its article has it now."""
        return self._index is index and self.article is index.article

    @property
    def claims(self) -> int:
        """How many sentences have a claim in them."""
        return self._counts[CLAIM]

    @property
    def not_claims(self) -> int:
        """How many sentences were looked at and have nothing to check."""
        return self._counts[NOT_CLAIM]

    @property
    def later(self) -> int:
        """How many sentences are for later."""
        return self._counts[LATER]

    @property
    def unread(self) -> int:
        """How many sentences nothing was said of."""
        return self._counts[UNREAD]

    @property
    def decided(self) -> int:
        """How many sentences are done with: neither unread nor for later."""
        return self.claims + self.not_claims

    def __len__(self) -> int:
        """Return how many sentences there are."""
        return len(self.sentences)

    def state(self, index: int) -> str:
        """Return the state of a sentence: CLAIM, NOT_CLAIM, LATER or UNREAD."""
        return self._states[index]

    def next_unread(self, offset: int) -> Span | None:
        """Return the first unread sentence that starts behind an offset of the text, else the first of all, or None."""
        if not self.unread:
            return None
        first = bisect_left(self.sentences, (offset + 1,))
        for index in (*range(first, len(self.sentences)), *range(first)):
            if self._states[index] == UNREAD:
                return self.sentences[index]
        return None

    def update(self, change: Change) -> None:
        """Take in a change of the review that has been made: only the sentences under what was changed are looked at."""
        for edit in change.edits:
            if isinstance(edit.item, Annotation):
                self._follow(edit.item.id)

    def _follow(self, annotation_id: str) -> None:
        known = self._index.get(annotation_id)
        over = self._under(self._index.place(known)) if known is not None else _NOWHERE
        before = self._touched.get(annotation_id, _NOWHERE)
        self._touched[annotation_id] = over
        for index in {*before, *over}:
            kinds = (annotation.kind for annotation in self._index.annotations_on(self.sentences[index]))
            state = max(kinds, key=lambda kind: _ORDER.get(kind, 0), default=UNREAD)
            self._counts[self._states[index]] -= 1
            self._states[index] = state if state in _ORDER else UNREAD
            self._counts[self._states[index]] += 1

    def _lay(self) -> None:
        """Lay the annotations over the sentences: both are sorted by place, so each is passed once."""
        states, touched, place_of = self._states, self._touched, self._index.place
        starts, ends = [s.start for s in self.sentences], [s.end for s in self.sentences]
        first, beyond = 0, len(ends)
        for annotation in self._index.annotations():
            start, end = place_of(annotation) or _NO_PLACE
            while first < beyond and ends[first] <= start:
                first += 1
            last = first
            kind = annotation.kind
            rank = _ORDER.get(kind, 0)
            while last < beyond and starts[last] < end:
                if rank > _ORDER[states[last]]:
                    states[last] = kind
                last += 1
            touched[annotation.id] = range(first, last)

    def _under(self, place: Span | None) -> range:
        """Return which sentences a place overlaps."""
        if place is None:
            return _NOWHERE
        last = bisect_left(self.sentences, (place.end,))
        first = bisect_left(self.sentences, (place.start,), hi=last)
        return range(first - 1 if first and self.sentences[first - 1].end > place.start else first, last)


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is left of a review: sentences unread or for later, pairs open, verdicts stale or given twice, claims nowhere.

    `findings` counts what the audit found and nobody dismissed. It is told, but a review can be complete with it: what is wrong
    with an article stays wrong until its author mends it.
    """

    unread: int
    later: int
    open_pairs: int
    stale_verdicts: int
    double_verdicts: int
    orphans: int
    findings: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether everything was decided."""
        return not (self.unread or self.later or self.open_pairs or self.stale_verdicts or self.double_verdicts or self.orphans)

    @property
    def remaining(self) -> str:
        """What is left in words, "" when nothing is: "3 sentences unread, 2 pairs open"."""
        parts = (
            _counted(self.unread, "sentence unread", "sentences unread"),
            _counted(self.later, "sentence for later", "sentences for later"),
            _counted(self.open_pairs, "pair open", "pairs open"),
            _counted(self.stale_verdicts, "verdict stale", "verdicts stale"),
            _counted(self.double_verdicts, "pair with two verdicts", "pairs with two verdicts"),
            _counted(self.orphans, "annotation without a place", "annotations without a place"),
            _counted(self.findings, "finding of the audit", "findings of the audit"),
        )
        return ", ".join(part for part in parts if part)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def completeness(index: AnnotationIndex, findings: Iterable[Finding] = (), coverage: Coverage | None = None) -> Completeness:
    """Return what is left of a review. `coverage` is that of the index where it is known already.

    Of the findings those count that are faults and were not dismissed: that a sentence cites nothing is none by itself.
    """
    from reader.review.queue import TWO_VERDICTS, queue_entries

    covered = coverage if coverage is not None else Coverage(index)
    judged = [claim for claim in index.claims() if claim.judgements]
    dismissed = index.dismissals()
    return Completeness(
        unread=covered.unread,
        later=covered.later,
        open_pairs=index.open_pairs(),
        stale_verdicts=sum(index.is_stale_verdict(a, j) for a in judged for j in a.judgements if j.verdict),
        double_verdicts=sum(pair.reason == TWO_VERDICTS for a in judged if a.rivals for pair in queue_entries(index, a)),
        orphans=len(index.orphans()),
        findings=sum(f.kind != CITES_NOTHING and f.key not in dismissed for f in findings),
    )
