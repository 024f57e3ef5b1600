"""Desk: what the person has in hand while reading: sentence, claim, pair, tab, filter, hits, and the trail of jumps.

It knows what is read and what is said of it, and no widget. The screen changes it, then shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from reader.article.article import Article
from reader.article.audit.finding import CITES_NOTHING, Finding
from reader.article.model import Reference
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.printable import terminal_line
from reader.review.conflicts import conflicting_judgements
from reader.review.filter import Filter, parse_filter
from reader.review.model import CLAIM, LATER, TAG_COLOURS, Annotation, Dismissal, Source, is_readable
from reader.review.pairs import citations_in, claim_references
from reader.review.reading_position import SeenRanges
from reader.review.scale import Scale
from reader.review.session import ReviewSession
from reader.tui.actions import Situation
from reader.tui.panes.card_view import CardView
from reader.tui.panes.lists import annotation_sign
from reader.tui.panes.text_changes import text_change_of
from reader.tui.styled_line import Part
from reader.tui.text_state import CannotAct, JumpList, NotReady, TextState
from reader.tui.widgets.article_painter import TextMark

if TYPE_CHECKING:
    from reader.review.coverage import Coverage
    from reader.review.model import Change
    from reader.review.todo import TodoItem
    from reader.tui.reading.queue import ReviewQueue

HINT_LIMIT = 8
"""From so many claims on, the person knows how to mark one, and the hint goes."""
TABS = ("references", "claims", "audit", "open")
REPAIR_COMMAND = "`reader repair`"
"""The command that a damaged library asks for."""
CANNOT_SAVE = "nothing can be kept while your library cannot be opened"


def pairs_to_judge(annotation: Annotation, rests_on: Sequence[str]) -> list[str]:
    """Return those of the reference ids `rests_on` that ask for a verdict: two people gave two, or nobody gave one."""
    two = [r for r in rests_on if conflicting_judgements(annotation, r)] if annotation.conflicts else []
    return [*two, *(r for r in rests_on if not annotation.verdict_on(r))]


class ReadingState(TextState):
    """What is in hand on one article. `session` is None until the library is open."""

    def __init__(self, article: Article, scale: Scale) -> None:
        super().__init__()
        self.article = article
        self.scale = scale
        self.session: ReviewSession | None = None
        self.selected_reference = ""
        self.tab = TABS[0]
        self.trail = JumpList()
        self.seen = SeenRanges()
        self._findings: tuple[Finding, ...] = ()
        self._todo_items: tuple[int, tuple[TodoItem, ...]] = (-1, ())
        self.filter = parse_filter("", scale)
        self.peeked_reference = ""
        self.library_error: ReaderError | None = None
        self.revision = 0
        self._annotation_id = ""
        self._to_attach_id = ""
        self._filtered_annotations: tuple[Annotation, ...] | None = None
        self._citations: dict[str, list[Span]] | None = None
        self.queue: ReviewQueue | None = None
        self._coverage: Coverage | None = None

    # ------------------------------------------------------------------ the claim in hand

    @property
    def open_session(self) -> ReviewSession:
        """The session; raises StillOpening while there is none, CannotAct when there will be none."""
        if self.session is None:
            if self.library_error is None:
                raise NotReady("your library is still opening")
            can_repair = REPAIR_COMMAND in f"{self.library_error}"
            raise CannotAct(f"nothing can be kept: {REPAIR_COMMAND} shows what can be saved" if can_repair else CANNOT_SAVE)
        return self.session

    def annotations_here(self) -> tuple[Annotation, ...]:
        """Return the annotations on the current sentence, by place."""
        if self.session is None or self.sentence is None:
            return ()
        return self.session.index.annotations_on(self.sentence)

    @property
    def annotation(self) -> Annotation | None:
        """The annotation in hand: the one chosen on this sentence, else the first on it; in the queue the claim of its pair."""
        if self.active_queue is not None:
            return self.active_queue.claim
        here = self.annotations_here()
        return next((a for a in here if a.id == self._annotation_id), here[0] if here else None)

    @property
    def active_queue(self) -> ReviewQueue | None:
        """The review queue while it has the side pane, else None."""
        return self.queue if self.queue is not None and self.queue.active else None

    def select(self, annotation: Annotation | None) -> None:
        """Take an annotation in hand."""
        self._annotation_id = annotation.id if annotation else ""

    @property
    def annotation_to_attach(self) -> Annotation | None:
        """The annotation that is taken along to be attached to another place, None when none is."""
        return self.session.index.get(self._to_attach_id) if self.session is not None and self._to_attach_id else None

    def set_annotation_to_attach(self, annotation: Annotation | None) -> None:
        """Take an annotation along, or None any more."""
        self._to_attach_id = annotation.id if annotation else ""

    def current_claim(self) -> Annotation:
        """Return the claim in hand; raises CannotAct, saying what would make one."""
        annotation = self.current_annotation()
        if annotation.kind != CLAIM:
            raise CannotAct("this is no claim: {} marks it as one", "mark")
        return annotation

    def current_annotation(self) -> Annotation:
        """Return the annotation in hand, of any kind; raises CannotAct, saying what would make one."""
        if self.open_session and self.annotation is not None:
            return self.annotation
        if self.active_queue is not None and self.active_queue.is_pair_removed:
            raise CannotAct("this pair is no longer there: {} shows the next", "review-skip")
        if self.active_queue is not None:
            raise CannotAct("no pair is left: {} goes back to the text", "escape")
        raise CannotAct("nothing marked here yet: {} marks this sentence", "mark")

    def rests_on(self) -> tuple[str, ...]:
        """Return the reference ids that the claim in hand, or else the sentence, rests on."""
        annotation = self.annotation
        if annotation is not None and self.session is not None and annotation.kind == CLAIM:
            return self.session.index.status(annotation).rests_on
        return claim_references(self.article, self.sentence) if self.sentence else ()

    def current_reference(self) -> str:
        """Return the reference id of the pair that a digit judges.

        The one chosen, else the first that two judged differently, else the first open, else the first, else "".
        """
        rests_on = self.rests_on()
        if self.active_queue is not None and self.active_queue.reference in rests_on:
            return self.active_queue.reference
        if self.selected_reference in rests_on:
            return self.selected_reference
        annotation = self.annotation
        if annotation is not None:
            asking = pairs_to_judge(annotation, rests_on)
            if asking:
                return asking[0]
        return rests_on[0] if rests_on else ""

    def situation(self, verdict_keys: str) -> Situation:
        """Return the facts that decide which actions apply; `verdict_keys` are the verdicts' keys as people write them."""
        annotation, session, queue = self.annotation, self.session, self.active_queue
        return Situation(
            verdict_keys,
            has_annotation=annotation is not None,
            is_claim=annotation is not None and annotation.kind == CLAIM,
            reference_count=len(self.rests_on()),
            needs_check=annotation is not None
            and session is not None
            and bool(session.index.placement(annotation).check_reason),
            can_undo=session is not None and session.can_undo,
            has_open_pairs=session is not None and session.index.open_pairs() > 0,
            has_queue_pair=queue is not None and queue.current is not None,
            has_readable_source=session is not None
            and queue is not None
            and is_readable(session.sources.source(queue.reference)),
            has_findings=self.tab == "audit" and bool(self.findings),
        )

    # ------------------------------------------------------------------ references and lists

    def references(self) -> tuple[Reference, ...]:
        """Return the references in the order of the list."""
        return self.article.references

    def citations_of(self, reference: str) -> list[Span]:
        """Return the ranges of the markers that point at a reference."""
        if self._citations is None:
            self._citations = {}
            for citation in self.article.citations:
                for named in citation.references:
                    self._citations.setdefault(named, []).append(citation.span)
        return self._citations.get(reference, [])

    def set_findings(self, found: tuple[Finding, ...]) -> None:
        """Take in what the audit found now."""
        self._findings = found
        self.revision += 1

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the audit found, in its order; what was dismissed stands last."""
        dismissed: Mapping[str, Dismissal] = self.session.index.dismissals() if self.session is not None else {}
        return tuple(sorted(self._findings, key=lambda finding: finding.key in dismissed)) if dismissed else self._findings

    def count_faults(self) -> int:
        """Return how many findings are faults that nobody dismissed: not the sentences that only cite nothing."""
        return sum(f.kind != CITES_NOTHING and not self.is_dismissed(f) for f in self._findings)

    @property
    def todo_items(self) -> tuple[TodoItem, ...]:
        """Everything that is open in the review, gathered when it is asked for after a change."""
        if self.session is not None and self._todo_items[0] != self.revision:
            # Only who looks at the list pays for gathering it.
            from reader.review.todo import todo_items

            self._todo_items = self.revision, todo_items(self.session.index, self._findings, self.coverage())
        return self._todo_items[1]

    def is_dismissed(self, finding: Finding) -> bool:
        """Whether a person has dismissed a finding."""
        return self.session is not None and finding.key in self.session.index.dismissals()

    def count_claims(self) -> int:
        """Return how many claims the filter lets through; without one the tally knows, and nothing is walked over."""
        if self.session is not None and not self.filter.tests:
            return self.session.index.tally.claims if CLAIM in self.filter.kinds else 0
        return sum(annotation.kind == CLAIM for annotation in self.filtered_annotations())

    def filtered_annotations(self) -> tuple[Annotation, ...]:
        """Return the annotations that the filter lets through, by place."""
        if self.session is None:
            return ()
        if self._filtered_annotations is None:
            self._filtered_annotations = self.filter.select(self.session.index)
        return self._filtered_annotations

    def set_filter(self, filter: Filter) -> None:
        """Filter the annotations from now on."""
        self.filter = filter
        self.follow()

    def follow(self, change: Change | None = None) -> None:
        """Forget what was derived from the annotations: they changed, by `change` where that is known."""
        self._filtered_annotations = None
        self.revision += 1
        for follower in (self._coverage, self.queue):
            if change is not None and follower is not None:
                follower.update(change)

    def coverage(self) -> Coverage:
        """Return what was decided about every sentence. Until the article was gone through once, that takes a while."""
        from reader.review.coverage import Coverage

        if self._coverage is None or not self._coverage.is_current_for(self.open_session.index):
            self._coverage = Coverage(self.open_session.index)
        return self._coverage

    # ------------------------------------------------------------------ what is shown

    def marks(self, span: Span) -> Iterator[TextMark]:
        """Yield the marks on a range: a tint for claims, stronger for the one in hand; a sign for every kind."""
        session = self.session
        if session is None:
            return
        current = self.annotation
        for annotation in session.index.annotations_on(span):
            place = session.index.place(annotation)
            if place is None:
                continue
            role = annotation.kind if annotation.kind != CLAIM else "mark"
            if annotation.kind == CLAIM and current is not None and annotation.id == current.id:
                role = "current-mark"
            if not self.filter.matches(session.index, annotation) and annotation.kind in (CLAIM, LATER):
                role = "filtered"
            sign, tone = annotation_sign(session, annotation, self.scale)
            yield TextMark(place, role, sign, tone)

    def card_view(self, label: Callable[[str], str], digits: Sequence[str]) -> CardView:
        """Return what the card shows; `label` names an action's key, `digits` are the keys of the verdicts."""
        annotation, here = self.annotation_to_attach or self.annotation, self.annotations_here()
        missing: tuple[str, ...] = ()
        if self.sentence is not None:
            missing = tuple(m for c in citations_in(self.article, self.sentence) for m in c.missing)
        rests_on = self.rests_on()
        at = self.sentence.start if self.sentence is not None else -1
        return CardView(
            article=self.article,
            scale=self.scale,
            annotation=annotation,
            status=self.session.index.status(annotation) if self.session is not None and annotation is not None else None,
            rests_on=rests_on,
            pair=self.current_reference(),
            others=max(0, len(here) - 1),
            tags=tuple(map(self.tag_part, annotation.tags)) if annotation is not None else (),
            missing=missing,
            cited=tuple((r, len(self.citations_of(r))) for r in rests_on),
            is_ready=self.session is not None,
            is_unavailable=self.library_error is not None,
            creator=self.session.creator if self.session is not None else "",
            sentence=self.sentence is not None,
            noise_reason=next((n.reason.value for n in self.article.noise if n.start <= at < n.end), ""),
            label=label,
            digits=digits,
            sources=self.sources_of(rests_on),
            check=text_change_of(self.session, annotation) if self.session is not None and annotation is not None else None,
            hints=self.session is None or self.session.index.tally.claims < HINT_LIMIT,
        )

    def sources_of(self, references: Sequence[str]) -> dict[str, Source]:
        """Return the sources behind references, by their ids; those that have none are not in it."""
        found = ((r, self.session.sources.source(r)) for r in references) if self.session is not None else ()
        return {reference: source for reference, source in found if source is not None}

    def tag_part(self, name: str) -> Part:
        """Return how a tag is shown: its symbol and name, in its colour."""
        tag = self.session.index.tag_by_name(name) if self.session is not None else None
        symbol = tag.symbol if tag is not None and tag.symbol else "◆"
        return Part(
            terminal_line(f"{symbol} {name}"), f"tag-{tag.colour}" if tag is not None and tag.colour in TAG_COLOURS else "tag"
        )
