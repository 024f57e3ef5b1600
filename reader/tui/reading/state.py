"""The state of the reading screen: what is current on the article and its review. Commands change it, the renderer reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from reader.article.ranges import Span
from reader.review.filter import CHECK_FILTER, Filter, parse_filter
from reader.review.pairs import citations_in, claim_references
from reader.review.scale import sign_rank
from reader.review.vocabulary import CLAIM, LATER, TAG_COLOURS
from reader.tui.action import Situation
from reader.tui.panes.card_view import CardScroll, CardView, marker_problems
from reader.tui.panes.lists import annotation_sign
from reader.tui.panes.text_changes import text_change_of
from reader.tui.styled_line import TAG_CELLS, Part, clip
from reader.tui.text_state import CannotAct, JumpList, NotReady, TextState
from reader.tui.widgets.article_painter import TextMark, comment_marks

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.audit.finding import Finding
    from reader.article.model import Reference
    from reader.errors import ReaderError
    from reader.review.completeness import Completeness
    from reader.review.coverage import Coverage
    from reader.review.health import SourceHealth
    from reader.review.model import Annotation, Change, Source
    from reader.review.outcome import Outcome
    from reader.review.queue import PairKey
    from reader.review.reading_position import ReadingPosition
    from reader.review.scale import Scale
    from reader.review.session import ReviewSession
    from reader.review.todo import TodoItem
    from reader.tui.reading.review_queue import ReviewQueue

HINT_LIMIT = 8
"""The number of claims from which on the card no longer explains how to mark one."""
TABS = ("references", "claims", "audit", "open")
CONTENTS = "contents"
"""What the side pane shows in place of the tabs: the headings."""
AUDITED_TABS = ("audit", "open")
"""The tabs that list findings."""
REPAIR_COMMAND = "`reader repair`"
"""The command that helps with a damaged library."""
CANNOT_SAVE = "Cannot save: the library could not be opened"


def pairs_to_judge(session: ReviewSession, annotation: Annotation, rests_on: Sequence[str]) -> list[str]:
    """Return the references that need a verdict, of those in `rests_on`: conflicting ones, then stale ones, then open ones."""
    conflicting: list[str] = []
    if annotation.conflicts:
        from reader.review.conflicts import conflicting_judgements

        conflicting = [r for r in rests_on if conflicting_judgements(annotation, r)]
    stale = [j.reference for j in annotation.judgements if session.index.is_stale_verdict(annotation, j)]
    return [*conflicting, *(r for r in rests_on if r in stale), *(r for r in rests_on if not annotation.verdict_on(r))]


class CurrentItem(NamedTuple):
    """The annotation and the reference id that are current."""

    annotation: Annotation | None
    reference: str


class _AuditFacts:
    """The findings of an audit, and what follows from them alone: worked out when asked for, until the next audit.

    `is_known` is unset until the first audit.
    """

    def __init__(self, findings: tuple[Finding, ...] = (), *, is_known: bool = True) -> None:
        self.findings = findings
        self.is_known = is_known

    @cached_property
    def fault_keys(self) -> Counter[str]:
        """The keys of the faults: all findings but the sentences that cite nothing."""
        return Counter(finding.key for finding in self.findings if finding.is_fault)

    @cached_property
    def never_cited_ids(self) -> frozenset[str]:
        """The ids of the references that are never cited."""
        if not self.findings:
            return frozenset()
        from reader.article.audit.finding import NEVER_CITED  # not for the first frame

        return frozenset(finding.reference for finding in self.findings if finding.kind == NEVER_CITED)


class _Facts:
    """What follows from the review, the audit and the filter: worked out when asked for, until one of them changes.

    Keys that change none of them ask for it too.
    """

    def __init__(self, state: ReadingState, audit: _AuditFacts) -> None:
        self.audit = audit
        self._state = state
        self._here: tuple[Span | None, tuple[Annotation, ...]] = (None, ())
        self._cited: tuple[Span | None, tuple[str, ...]] = (None, ())

    def annotations_on(self, sentence: Span) -> tuple[Annotation, ...]:
        """Return the annotations on a sentence, sorted by place; the last answer is kept, as one key asks for it many times."""
        session = self._state.session
        if session is not None and self._here[0] != sentence:
            self._here = sentence, session.index.annotations_on(sentence)
        return self._here[1]

    def references_on(self, sentence: Span) -> tuple[str, ...]:
        """Return the ids of the references that a sentence rests on; the last answer is kept, likewise."""
        if self._cited[0] != sentence:
            self._cited = sentence, claim_references(self._state.article, sentence)
        return self._cited[1]

    @cached_property
    def filtered_annotations(self) -> tuple[Annotation, ...]:
        """The annotations that pass the filter, sorted by place."""
        state = self._state
        return state.filter.select(state.session.index) if state.session is not None else ()

    @cached_property
    def filtered_references(self) -> tuple[Reference, ...]:
        """The references that have what the filter says of sources; all if it says nothing of them."""
        session, chosen = self._state.session, self._state.filter
        if session is None or not chosen.source_marks:
            return self._state.article.references
        return tuple(r for r in self._state.article.references if chosen.matches_source(session.sources.marks(r.id)))

    @cached_property
    def claim_count(self) -> int:
        """The number of claims that pass the filter; without one it is taken from the tally."""
        state = self._state
        if state.session is not None and not state.filter.tests:
            lost = sum(annotation.kind == CLAIM for annotation in state.session.index.orphans())
            return state.session.index.tally.claims + lost if CLAIM in state.filter.kinds else 0
        return sum(annotation.kind == CLAIM for annotation in self.filtered_annotations)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, the dismissed ones last."""
        return tuple(sorted(self.audit.findings, key=self._state.is_dismissed))

    @cached_property
    def fault_count(self) -> int:
        """The number of faults that were not dismissed."""
        session, faults = self._state.session, self.audit.fault_keys
        return faults.total() - (sum(faults[key] for key in session.index.dismissals()) if session is not None else 0)

    @cached_property
    def todo_items(self) -> tuple[TodoItem, ...]:
        """Everything left to do."""
        state = self._state
        if state.session is None:
            return ()
        from reader.review.todo import todo_items  # only the list of things to do needs it

        return todo_items(state.session.index, self.audit.findings, state.coverage())

    @cached_property
    def counts(self) -> Completeness | None:
        """The counts of the review, None until it is open and the article was audited."""
        state = self._state
        if state.session is None or not self.audit.is_known:
            return None
        from reader.review.completeness import count_review  # not for the first frame

        return count_review(state.session.index, self.audit.findings, state.coverage())


class ReadingState(TextState):
    """What is current on one article. `session` is None until the library is open.

    `furthest` is the offset of the last sentence that was read without a jump to it. `sentence_count` is -1 until all sentences
    are known.
    `has_target` is set once a person, or a likely guess, went to the sentence that an annotation is to be attached to.
    """

    def __init__(self, article: Article, scale: Scale) -> None:
        super().__init__()
        self.article = article
        self.scale = scale
        self.session: ReviewSession | None = None
        self.selected_reference = ""
        self.tab = TABS[0]
        self.tab_before_contents = TABS[0]
        self.trail = JumpList()
        self.furthest = 0
        self._is_beyond = False
        self.sentence_count = -1
        self.filter = parse_filter("", scale)
        self.peeked_reference = ""
        self.card_scroll = CardScroll()
        self.library_error: ReaderError | None = None
        self.revision = 0
        self._outcome: tuple[int, Outcome] | None = None
        self._annotation_id = ""
        self._to_attach_id = ""
        self.has_target = False
        self._citations: dict[str, list[Span]] | None = None
        self.queue: ReviewQueue | None = None
        self._queue_place: tuple[PairKey | None, tuple[PairKey, ...]] = (None, ())
        self._coverage: Coverage | None = None
        self._facts = _Facts(self, _AuditFacts(is_known=False))

    # ------------------------------------------------------------------ the current annotation

    @property
    def open_session(self) -> ReviewSession:
        """The session; raises NotReady while the library opens, CannotAct if it could not be opened."""
        if self.session is None:
            if self.library_error is None:
                raise NotReady("Your library is still opening")
            can_repair = REPAIR_COMMAND in f"{self.library_error}"
            raise CannotAct(f"Cannot save: {REPAIR_COMMAND} shows what can be recovered" if can_repair else CANNOT_SAVE)
        return self.session

    def annotations_here(self) -> tuple[Annotation, ...]:
        """Return the annotations on the current sentence, sorted by place."""
        return self._facts.annotations_on(self.sentence) if self.sentence is not None else ()

    @property
    def annotation(self) -> Annotation | None:
        """The current annotation: the one selected on this sentence, else the first; in the queue the claim of its pair."""
        if self.active_queue is not None:
            return self.active_queue.claim or self._amendment_claim()
        here = self.annotations_here()
        return next((a for a in here if a.id == self._annotation_id), here[0] if here else None)

    def outcome(self) -> Outcome:
        """Return what the verdicts of the review say; raises CannotAct while there is none."""
        from reader.review.outcome import sum_up

        if self._outcome is None or self._outcome[0] != self.revision:
            self._outcome = (self.revision, sum_up(self.open_session.index))
        return self._outcome[1]

    def _amendment_claim(self) -> Annotation | None:
        """Return the claim to mend that is in hand at the end of the queue, None without one."""
        queue = self.active_queue
        if queue is None or not queue.is_at_end or queue.amendment < 0 or self.session is None:
            return None
        amendments = self.outcome().amendments
        return amendments[queue.amendment].claim if queue.amendment < len(amendments) else None

    def annotation_at(self, span: Span) -> Annotation | None:
        """Return the annotation on exactly this range, None without one."""
        index = self.session.index if self.session is not None else None
        return next((a for a in index.annotations_on(span) if index.place(a) == span), None) if index is not None else None

    def make_queue(self) -> ReviewQueue:
        """Return the review queue, made on its first use: at the pair where it was left."""
        if self.queue is None:
            from reader.tui.reading.review_queue import ReviewQueue

            self.queue = ReviewQueue(*self._queue_place)
        return self.queue

    @property
    def active_queue(self) -> ReviewQueue | None:
        """The review queue while it is open, else None."""
        return self.queue if self.queue is not None and self.queue.active else None

    def select(self, annotation: Annotation | None) -> None:
        """Make an annotation the current one."""
        self._annotation_id = annotation.id if annotation else ""

    @property
    def annotation_to_attach(self) -> Annotation | None:
        """The annotation that is to be attached to another place, None without one."""
        return self.session.index.get(self._to_attach_id) if self.session is not None and self._to_attach_id else None

    def set_annotation_to_attach(self, annotation: Annotation | None) -> None:
        """Choose the annotation to attach to another place, or None."""
        self._to_attach_id, self.has_target = annotation.id if annotation else "", False

    def current_claim(self) -> Annotation:
        """Return the current claim; raises CannotAct, naming the key that makes one."""
        annotation = self.current_annotation()
        if annotation.kind != CLAIM:
            raise CannotAct("This is not a claim; {} marks it as one", "mark")
        return annotation

    def current_annotation(self) -> Annotation:
        """Return the current annotation of any kind; raises CannotAct, naming the key that makes one."""
        if self.open_session and self.annotation is not None:
            return self.annotation
        if self.active_queue is not None and self.active_queue.is_pair_removed:
            raise CannotAct("This pair was removed; {} shows the next", "review-skip")
        if self.active_queue is not None:
            raise CannotAct("No pairs left; {} goes back to the text", "escape")
        raise CannotAct("Nothing is marked here yet; {} marks this sentence", "mark")

    def rests_on(self) -> tuple[str, ...]:
        """Return the ids of the references that the current claim, else the sentence, rests on."""
        annotation = self.annotation
        if annotation is not None and self.session is not None and annotation.kind == CLAIM:
            return self.session.index.status(annotation).rests_on
        return self._facts.references_on(self.sentence) if self.sentence else ()

    def lack_of_references(self) -> str:
        """Return the words for a current claim, else sentence, without a reference."""
        is_claim = self.annotation is not None and self.annotation.kind == CLAIM
        return "This claim rests on nothing" if is_claim else "This sentence cites nothing"

    def current_reference(self) -> str:
        """Return the id of the reference that a digit judges.

        It is the selected one, else the first with conflicting, stale, or no verdicts, else the first, else "".
        """
        rests_on = self.rests_on()
        if self.active_queue is not None and self.active_queue.reference in rests_on:
            return self.active_queue.reference
        if self.selected_reference in rests_on:
            return self.selected_reference
        annotation = self.annotation
        if annotation is not None and self.session is not None:
            open_references = pairs_to_judge(self.session, annotation, rests_on)
            if open_references:
                return open_references[0]
        return rests_on[0] if rests_on else ""

    def situation(self, verdict_keys: str, selection: Span | None) -> Situation:
        """Return the facts that decide which actions apply; `verdict_keys` are the verdicts' keys as people write them.

        With a selection of the text they are about what is marked on exactly that range.
        """
        session, queue = self.session, self.active_queue
        annotation = self.annotation if selection is None else self.annotation_at(selection)
        is_stale, has_moved_source = self._verdict_state(annotation)
        return Situation(
            verdict_keys,
            has_annotation=annotation is not None,
            is_claim=annotation is not None and annotation.kind == CLAIM,
            reference_count=len(self.rests_on()) if selection is None else 0,
            needs_check=annotation is not None
            and session is not None
            and bool(session.index.placement(annotation).check_reason),
            is_stale=is_stale,
            has_moved_source=has_moved_source,
            can_undo=session is not None and session.can_undo,
            has_open_pairs=session is not None and session.index.open_pairs() > 0,
            has_queue_pair=queue is not None and queue.current is not None,
            has_readable_source=session is not None and queue is not None and session.sources.is_readable(queue.reference),
            has_findings=self.tab == "audit" and bool(self.findings),
            has_contents=self.tab == CONTENTS,
            has_selection=selection is not None,
            is_at_end=queue is not None and queue.is_at_end,
            has_amendments=session is not None and queue is not None and queue.is_at_end and bool(self.outcome().amendments),
        )

    def _verdict_state(self, annotation: Annotation | None) -> tuple[bool, bool]:
        """Return whether the verdict on the current pair is stale, and whether its source has another number now."""
        judgement = annotation.judgement_on(self.current_reference()) if annotation is not None else None
        if self.session is None or annotation is None or judgement is None:
            return False, False
        index = self.session.index
        return index.is_stale_verdict(annotation, judgement), bool(index.moved_reference(annotation, judgement))

    # ------------------------------------------------------------------ references and lists

    def references(self) -> tuple[Reference, ...]:
        """Return the references in the order of the list: those whose sources pass the filter."""
        return self._facts.filtered_references

    def citations_of(self, reference: str) -> list[Span]:
        """Return the ranges of the markers that cite a reference."""
        if self._citations is None:
            self._citations = {}
            for citation in self.article.citations:
                for reference_id in citation.references:
                    self._citations.setdefault(reference_id, []).append(citation.span)
        return self._citations.get(reference, [])

    def current_section(self) -> int:
        """Return the index of the section with the current sentence, -1 before the first."""
        from reader.article.sections import section_at  # not for the first frame

        return section_at(self.article.sections, self.sentence.start) if self.sentence is not None else -1

    def count_claims_in(self, section: int) -> int:
        """Return the number of claims between the heading of a section and the next heading."""
        if self.session is None:
            return 0
        sections = self.article.sections
        end = sections[section + 1].start if section + 1 < len(sections) else len(self.article.text)
        annotations = self.session.index.annotations_on(Span(sections[section].start, end))
        return sum(annotation.kind == CLAIM for annotation in annotations)

    def set_findings(self, findings: tuple[Finding, ...]) -> None:
        """Set the findings of the last audit."""
        self._forget_facts(_AuditFacts(findings))

    @property
    def is_audited(self) -> bool:
        """Whether the article was audited, so that the findings are known."""
        return self._facts.audit.is_known

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the audit in its order, the dismissed ones last."""
        return self._facts.findings

    def never_cited_ids(self) -> frozenset[str]:
        """Return the ids of the references that the audit calls never cited."""
        return self._facts.audit.never_cited_ids

    def count_faults(self) -> int:
        """Return the number of faults that were not dismissed: all findings but the sentences that cite nothing."""
        return self._facts.fault_count

    @property
    def todo_items(self) -> tuple[TodoItem, ...]:
        """Everything left to do."""
        return self._facts.todo_items

    def is_uncited_claim(self, finding: Finding) -> bool:
        """Whether the place of a finding is marked as a claim that rests on nothing."""
        if self.session is None or finding.where is None:
            return False
        index = self.session.index
        claims = (annotation for annotation in index.annotations_on(finding.where) if annotation.kind == CLAIM)
        return any(not index.status(claim).rests_on for claim in claims)

    def is_dismissed(self, finding: Finding) -> bool:
        """Whether a person has dismissed a finding."""
        return self.session is not None and finding.key in self.session.index.dismissals()

    def count_claims(self) -> int:
        """Return the number of claims that pass the filter."""
        return self._facts.claim_count

    def filtered_annotations(self) -> tuple[Annotation, ...]:
        """Return the annotations that pass the filter, sorted by place."""
        return self._facts.filtered_annotations

    def _forget_facts(self, audit: _AuditFacts | None = None) -> None:
        self.revision += 1
        self._facts = _Facts(self, audit if audit is not None else self._facts.audit)

    def set_filter(self, filter: Filter) -> None:
        """Set the filter of the annotations."""
        self.filter = filter
        self.follow()

    def follow(self, change: Change | None = None) -> None:
        """Update what depends on the annotations, after `change` or, without it, after any change."""
        self._forget_facts()
        for follower in (self._coverage, self.queue):
            if change is not None and follower is not None:
                follower.update(change)

    def current_item(self) -> CurrentItem:
        """Return the current annotation and reference, for `keep_current`."""
        return CurrentItem(self.annotation, self.current_reference())

    def keep_current(self, item: CurrentItem) -> None:
        """Keep annotation and reference current after another window's change, as the next digit is for what the person saw."""
        if self.active_queue is not None:
            self.active_queue.hold_current()
        elif item.annotation is not None:
            self.select(item.annotation)
            self.selected_reference = item.reference

    def coverage(self) -> Coverage:
        """Return the coverage of the article. The first call is slow until its sentences are known."""
        from reader.review.coverage import Coverage

        if self._coverage is None or not self._coverage.is_current_for(self.open_session.index):
            self._coverage = Coverage(self.open_session.index)
        return self._coverage

    def decided_count(self) -> int:
        """Return the number of decided sentences, 0 until the review is open and its sentences are counted."""
        return self.coverage().decided_count if self.session is not None and self.sentence_count >= 0 else 0

    def counts(self) -> Completeness | None:
        """Return the counts of the review, None until it is open and the article was audited."""
        return self._facts.counts

    def list_keys(self) -> Sequence[str]:
        """Return the keys that tell the entries of the list of claims or findings apart; nothing for other lists."""
        if self.tab == "claims":
            return [annotation.id for annotation in self.filtered_annotations()]
        return [finding.key for finding in self.findings] if self.tab == "audit" else ()

    # ------------------------------------------------------------------ the saved position

    def read_on(self, *, is_jump: bool) -> None:
        """Note how far reading went, when the current sentence is another: what a jump passed over was not read."""
        here = self.sentence.start if self.sentence is not None else 0
        self._is_beyond = here > self.furthest and (self._is_beyond or is_jump)
        if not self._is_beyond:
            self.furthest = max(self.furthest, here)

    def furthest_sentence(self) -> Span | None:
        """Return the last sentence that was read without a jump to it, None in a text without sentences."""
        return self.article.sentences.at(self.furthest)

    def position(self, top: int) -> ReadingPosition:
        """Return where the person is; `top` is the offset of the first line shown."""
        from reader.review.reading_position import ReadingPosition

        cursor = self.sentence.start if self.sentence else -1
        # Opening the article leads to the claims to check; the filter for them is not restored.
        text = "" if self.filter.text == CHECK_FILTER else self.filter.text
        drafts = tuple(self.drafts.items())
        position = ReadingPosition(cursor, top, self.tab, text, drafts=drafts, furthest=self.furthest)
        queue = self.queue
        pair, skipped = self._queue_place if queue is None else (queue.current, tuple(queue.skipped))
        return position._replace(pair=pair, skipped_pairs=skipped)

    def restore_position(self, position: ReadingPosition) -> None:
        """Restore drafts, tab, filter and queue as they were saved."""
        self.drafts.update(position.drafts)
        self.furthest = max(self.furthest, position.cursor if position.furthest < 0 else position.furthest)
        self._is_beyond = position.cursor > self.furthest
        self.tab = position.tab if position.tab in (*TABS, CONTENTS) else TABS[0]
        self.set_filter(parse_filter(position.filter, self.scale))
        if self.queue is None:
            self._queue_place = position.pair, position.skipped_pairs
        elif self.queue.active:
            self.queue.start(self.open_session)

    # ------------------------------------------------------------------ what is shown

    def marks(self, span: Span) -> Iterator[TextMark]:
        """Yield the marks on a range: a tint for claims, stronger for the current one; a sign for every kind."""
        yield from comment_marks(self.article, span)
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
            yield TextMark(place, role, sign, tone, sign_rank(sign, tone))

    def card_view(self, label: Callable[[str], str], digits: Sequence[str]) -> CardView:
        """Return what the card shows; `label` returns the key of an action, `digits` are the keys of the verdicts."""
        annotation, here = self.annotation_to_attach or self.annotation, self.annotations_here()
        citations = citations_in(self.article, self.sentence) if self.sentence is not None else ()
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
            marker_problems=tuple(problem for citation in citations for problem in marker_problems(self.article, citation)),
            cited=tuple((r, len(self.citations_of(r))) for r in rests_on),
            is_ready=self.session is not None,
            is_unavailable=self.library_error is not None,
            creator=self.session.creator if self.session is not None else "",
            sentence=self.sentence is not None,
            noise_reason=next((n.reason.value for n in self.article.noise if n.start <= at < n.end), ""),
            label=label,
            digits=digits,
            sources=self.sources_of(rests_on),
            health=self.health_of(rests_on),
            check=text_change_of(self.session, annotation) if self.session is not None and annotation is not None else None,
            hints=self.session is None or self.session.index.tally.claims < HINT_LIMIT,
        )

    def health_of(self, references: Sequence[str]) -> dict[str, SourceHealth]:
        """Return what is known about the works behind references by their ids; those without anything are left out."""
        if self.session is None:
            return {}
        healths = ((reference, self.session.health.of(reference)) for reference in references)
        return {reference: health for reference, health in healths if health.notices or health.record is not None}

    def sources_of(self, references: Sequence[str]) -> dict[str, Source]:
        """Return the sources of references by their ids; references without a source are left out."""
        pairs = ((r, self.session.sources.source(r)) for r in references) if self.session is not None else ()
        return {reference: source for reference, source in pairs if source is not None}

    def tag_part(self, name: str) -> Part:
        """Return a tag as it is shown: symbol and name, in its colour."""
        tag = self.session.index.tag_by_name(name) if self.session is not None else None
        symbol = tag.symbol if tag is not None and tag.symbol else "◆"
        role = f"tag-{tag.colour}" if tag is not None and tag.colour in TAG_COLOURS else "tag"
        return Part(clip(f"{symbol} {name}", TAG_CELLS), role)
