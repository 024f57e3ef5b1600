"""One list of everything that is open in a review: pairs, places to check, what lost its place, findings, sentences unread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reader.article.audit.finding import CITES_NOTHING, FINDING_KINDS, Finding, message_label
from reader.article.ranges import Span
from reader.review.coverage import UNREAD, Coverage
from reader.review.index import AnnotationIndex
from reader.review.model import CLAIM, LATER, Annotation
from reader.review.queue import QUEUE_REASONS, build_queue

LOST_ANNOTATION: Final = "lost"
PLACE_TO_CHECK: Final = "check"
OPEN_PAIR: Final = "pair"
OPEN_FINDING: Final = "finding"
TODO_KINDS: Final = (LOST_ANNOTATION, PLACE_TO_CHECK, OPEN_PAIR, OPEN_FINDING, LATER, UNREAD)
"""The kinds of what is open, in the order of the list: what may be lost first, what nobody looked at last."""


@dataclass(frozen=True, slots=True)
class TodoItem:
    """Something that is open: `kind` is one of TODO_KINDS, `why` a few words for a person.

    `place` is where it is in the text, None for what has none. `annotation` is set for what is about one, `reference` is the id
    of the one of a pair or a finding, `finding` is set for a finding.
    """

    kind: str
    why: str
    place: Span | None
    annotation: Annotation | None = None
    reference: str = ""
    finding: Finding | None = None


def todo_items(index: AnnotationIndex, findings: Iterable[Finding], coverage: Coverage) -> tuple[TodoItem, ...]:
    """Return all that is open in a review: kind by kind, and within a kind the worst first, else by its place in the text.

    `findings` are those of the audit; of them those count that nobody dismissed. That a sentence cites nothing is told only
    where a person said that it is a claim.
    """
    return (
        *(TodoItem(LOST_ANNOTATION, "lost its place", None, annotation) for annotation in index.orphans()),
        *(TodoItem(PLACE_TO_CHECK, index.placement(a).check_reason, index.place(a), a) for a in index.annotations_to_check()),
        *(
            TodoItem(OPEN_PAIR, QUEUE_REASONS[pair.reason], pair.place, pair.claim, pair.reference)
            for pair in build_queue(index)
        ),
        *_found(index, findings),
        *(TodoItem(LATER, "for later", index.place(a), a) for a in index.annotations() if a.kind == LATER),
        *(
            TodoItem(UNREAD, "not looked at yet", sentence)
            for n, sentence in enumerate(coverage.sentences)
            if coverage.state(n) == UNREAD
        ),
    )


def _found(index: AnnotationIndex, findings: Iterable[Finding]) -> Iterator[TodoItem]:
    dismissed = index.dismissals()
    for finding in findings:
        if finding.key in dismissed or (finding.kind == CITES_NOTHING and not _is_claimed(index, finding)):
            continue
        reference = index.article.reference_by_id.get(finding.reference)
        title = FINDING_KINDS[finding.kind].title if finding.kind in FINDING_KINDS else finding.kind
        why = f"{message_label(reference)} {title}" if reference is not None else title
        yield TodoItem(OPEN_FINDING, why, finding.where, None, finding.reference, finding)


def _is_claimed(index: AnnotationIndex, finding: Finding) -> bool:
    """Whether a claim stands where a finding is, as the review is now: the audit may be a moment behind."""
    return finding.where is not None and any(annotation.kind == CLAIM for annotation in index.annotations_on(finding.where))
