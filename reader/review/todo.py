"""List everything left to do in a review: orphans, places to check, open pairs, findings, sentences for later and undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reader.article.audit.finding import CITES_NOTHING, FINDING_KINDS, Finding, message_label
from reader.article.ranges import Span
from reader.review.coverage import UNDECIDED, Coverage
from reader.review.index import AnnotationIndex
from reader.review.model import Annotation
from reader.review.queue import QUEUE_REASONS, build_queue
from reader.review.vocabulary import LATER

LOST_ANNOTATION: Final = "lost"
PLACE_TO_CHECK: Final = "check"
OPEN_PAIR: Final = "pair"
UNCITED_CLAIM: Final = "uncited"
OPEN_FINDING: Final = "finding"
TODO_KINDS: Final = (LOST_ANNOTATION, PLACE_TO_CHECK, OPEN_PAIR, UNCITED_CLAIM, OPEN_FINDING, LATER, UNDECIDED)
"""The kinds of items, in the order of the list: what may be lost comes first."""


@dataclass(frozen=True, slots=True)
class TodoItem:
    """An item of the to-do list: `kind` is one of TODO_KINDS, `why` the reason in a few words for people.

    `place` is its place in the text, if it has one. `annotation`, `reference` (an id) and `finding` are set for items about
    them.
    """

    kind: str
    why: str
    place: Span | None
    annotation: Annotation | None = None
    reference: str = ""
    finding: Finding | None = None


def todo_items(index: AnnotationIndex, findings: Iterable[Finding], coverage: Coverage) -> tuple[TodoItem, ...]:
    """Return everything left to do in a review, kind by kind; within a kind the most urgent first, else by place.

    Dismissed findings are left out, and so are sentences that cite nothing, unless a person marked them as claims.
    """
    return (
        *(TodoItem(LOST_ANNOTATION, "lost its place", None, annotation) for annotation in index.orphans()),
        *(TodoItem(PLACE_TO_CHECK, index.placement(a).check_reason, index.place(a), a) for a in index.annotations_to_check()),
        *(
            TodoItem(OPEN_PAIR, QUEUE_REASONS[pair.reason], pair.place, pair.claim, pair.reference)
            for pair in build_queue(index)
        ),
        *(
            TodoItem(UNCITED_CLAIM, "rests on nothing", index.place(claim), claim)
            for claim in index.claims()
            if not index.status(claim).rests_on
        ),
        *_finding_items(index, findings),
        *(TodoItem(LATER, "for later", index.place(a), a) for a in index.annotations() if a.kind == LATER),
        *(
            TodoItem(UNDECIDED, "undecided", sentence)
            for n, sentence in enumerate(coverage.sentences)
            if coverage.state(n) == UNDECIDED
        ),
    )


def _finding_items(index: AnnotationIndex, findings: Iterable[Finding]) -> Iterator[TodoItem]:
    dismissed = index.dismissals()
    for finding in findings:
        if finding.key in dismissed or finding.kind == CITES_NOTHING:
            continue
        reference = index.article.reference_by_id.get(finding.reference)
        title = FINDING_KINDS[finding.kind].title if finding.kind in FINDING_KINDS else finding.kind
        why = f"{message_label(reference)} {title}" if reference is not None else title
        yield TodoItem(OPEN_FINDING, why, finding.where, None, finding.reference, finding)
