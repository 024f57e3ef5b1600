"""Build the report that every export format renders."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from reader.article.article import Article
from reader.article.audit.finding import NEVER_CITED, Finding
from reader.article.model import Reference
from reader.article.ranges import Span
from reader.review.agreement import Agreement, measure_agreement
from reader.review.completeness import Completeness, count_review
from reader.review.description import NO_DESCRIPTION, SourceDescription
from reader.review.disagreements import compare_readers, readers_of, standing_judgements
from reader.review.filter import Filter
from reader.review.health import NO_HEALTH, SourceHealth
from reader.review.model import (
    Annotation,
    Assignment,
    Bookmark,
    ClaimLink,
    Dismissal,
    Evidence,
    Judgement,
    Selector,
    Source,
    Tag,
)
from reader.review.pairs import Status
from reader.review.queue import NO_EVIDENCE, QUEUE_REASONS
from reader.review.scale import DEFAULT_SCALE, LEAVE_AS_IS, Scale
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.source_audit.audit import review_findings
from reader.review.vocabulary import CLAIM, DESCRIBED, LATER, NOT_CLAIM, OWN_RECORD, SENTENCE_CHANGED


@dataclass(frozen=True, slots=True)
class ReportPassage:
    """Evidence: a quoted passage of a source, with its range in the source's text and the words on either side of it.

    `source` is the digest of that text; its `title`, `origin`, `requested` and `archived_at` are those of its `SourceText`, ""
    if the library does not have it. `is_older` is true if the source has a newer text.
    """

    quote: str
    start: int
    end: int
    source: str
    title: str = ""
    origin: str = ""
    is_older: bool = False
    prefix: str = ""
    suffix: str = ""
    requested: str = ""
    archived_at: str = ""


@dataclass(frozen=True, slots=True)
class ReportPair:
    """A claim and one reference it rests on.

    `entry` is None when the article no longer has the reference; `label` is then its id. `judgement` is None when nothing was
    recorded. `verdict` is an id of the scale, "" for none; `verdict_label` is its label, "open" for none; `rating` is its value
    in a ClaimReview, from 1 to 5, 0 for none. `open_reason` says why a pair with a verdict is open, `stale_reason` why its
    verdict is stale. `link` is set if a person linked the reference by hand. `source_marks` are those of its source, and
    `health` is what others have recorded about the work, `description` that of a source that is no text. `standing` are the
    labels of verdicts of other readers that stand too.
    """

    reference: str
    label: str
    entry: Reference | None
    verdict: str
    verdict_label: str
    judgement: Judgement | None
    is_open: bool
    open_reason: str = ""
    stale_reason: str = ""
    evidence: tuple[ReportPassage, ...] = ()
    link: ClaimLink | None = None
    source_state: str = ""
    rating: int = 0
    source_marks: tuple[str, ...] = ()
    health: SourceHealth = NO_HEALTH
    standing: tuple[str, ...] = ()
    description: SourceDescription = NO_DESCRIPTION

    @property
    def is_only_described(self) -> bool:
        """Whether the source is described, and no passage that was kept is of a text that it had before."""
        return self.source_state == DESCRIBED and all(passage.origin == OWN_RECORD for passage in self.evidence)


@dataclass(frozen=True, slots=True)
class UnlinkedReference:
    """A reference that a claim cites but, as a person decided, does not rest on. `label` is that of `ReportPair`."""

    reference: str
    label: str
    link: ClaimLink


@dataclass(frozen=True, slots=True)
class ReportItem:
    """An annotation in a report.

    `number` counts the claims from 1 in the order of the text, claims without a place last; it is 0 for other kinds. `selector`
    points into the current text, or is the original one of an annotation without a place. `sentence` and `paragraph` count from
    1 in the body, 0 outside it. `status` is None for other kinds than claims. `check_reason` says why a person should check the
    place after the text changed; `original_quote` is the wording that the annotation was made on then, or the sentence around
    it if only this changed, else "".
    """

    annotation: Annotation
    number: int
    has_place: bool
    selector: Selector
    sentence: int
    paragraph: int
    status: Status | None
    pairs: tuple[ReportPair, ...]
    check_reason: str = ""
    original_quote: str = ""
    unlinked: tuple[UnlinkedReference, ...] = ()

    @property
    def other_judgements(self) -> tuple[Judgement, ...]:
        """The judgements on references that the annotation does not rest on, or no longer."""
        references = {pair.reference for pair in self.pairs}
        return tuple(j for j in self.annotation.judgements if j.reference not in references)

    @property
    def open_pairs(self) -> tuple[ReportPair, ...]:
        """The pairs that are open: without a verdict, without a source, or without the evidence that the verdict needs."""
        return tuple(pair for pair in self.pairs if pair.is_open)


@dataclass(frozen=True, slots=True)
class ReportReference:
    """A reference of the article, with the numbers of citations that point to it and of claims that rest on it.

    `is_never_cited`: the audit found neither a marker nor a trace of it. `source` is None if the library has none for it.
    `source_marks` and `health` are those of `ReportPair`.
    """

    entry: Reference
    citation_count: int
    claim_count: int
    source_state: str
    is_never_cited: bool
    source: Source | None = None
    source_marks: tuple[str, ...] = ()
    health: SourceHealth = NO_HEALTH


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """A finding of the audit; `dismissal` is None unless a person dismissed it."""

    finding: Finding
    dismissal: Dismissal | None


@dataclass(frozen=True, slots=True)
class ReportReaders:
    """How far the two readers with these `names` agreed before their differences were settled, and how many are settled."""

    names: tuple[str, str]
    agreement: Agreement
    settled_count: int


@dataclass(frozen=True, slots=True)
class ReportAssignment:
    """What a reader was given to check, and where it is in the text: nowhere if it is lost, or for the whole article."""

    assignment: Assignment
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that an export can contain.

    `items` are the annotations in the order of the text, `orphans` those without a place. `article_id` is "" when the library
    does not have the article; `at` is the time of the report in UTC; `counts` says what is left to do. `public_names` are the
    names of people that may stand in what is handed over; any other may be the name of an account. `codebook` holds the `tags`
    that have a definition, sign or colour, `asides` what a person set aside or took back, `past_dismissals` the dismissed
    findings that the audit no longer makes, `readers` the two who judged most, if they share a pair. A filtered report has the
    words of its `filter`, and the `unfiltered` one.
    """

    article: Article
    article_id: str
    at: str
    items: tuple[ReportItem, ...]
    orphans: tuple[ReportItem, ...]
    references: tuple[ReportReference, ...]
    tags: tuple[str, ...]
    counts: Completeness
    findings: tuple[ReportFinding, ...]
    scale: Scale = DEFAULT_SCALE
    public_names: frozenset[str] = frozenset()
    codebook: tuple[Tag, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    assignments: tuple[ReportAssignment, ...] = ()
    asides: tuple[ReportItem, ...] = ()
    past_dismissals: tuple[Dismissal, ...] = ()
    readers: ReportReaders | None = None
    filter: str = ""
    unfiltered: Report | None = None

    @property
    def whole(self) -> Report:
        """The report of the whole review: the unfiltered one, or this one if it has no filter."""
        return self.unfiltered or self

    @property
    def annotation_count(self) -> int:
        """The number of annotations, with those without a place."""
        return len(self.items) + len(self.orphans)

    @property
    def reference_choice(self) -> tuple[ReportReference, ...]:
        """The references for a list without the claims: all, or with a filter those on which its claims rest."""
        if self.unfiltered is None:
            return self.references
        used = {pair.reference for item in (*self.items, *self.orphans) for pair in item.pairs}
        return tuple(row for row in self.references if row.entry.id in used)

    @property
    def claims(self) -> tuple[ReportItem, ...]:
        """The claims with a place."""
        return tuple(item for item in self.items if item.annotation.kind == CLAIM)

    @property
    def later(self) -> tuple[ReportItem, ...]:
        """The annotations of the kind "later"."""
        return tuple(item for item in self.items if item.annotation.kind == LATER)

    @property
    def not_claim_count(self) -> int:
        """The number of annotations of the kind "not a claim"."""
        return sum(item.annotation.kind == NOT_CLAIM for item in self.items)

    @property
    def claims_to_fix(self) -> tuple[ReportItem, ...]:
        """The claims that the author should change, claims without a place last."""
        return tuple(i for i in (*self.items, *self.orphans) if i.number and i.annotation.decision not in ("", LEAVE_AS_IS))

    @property
    def active_findings(self) -> tuple[ReportFinding, ...]:
        """The findings that are not dismissed."""
        return tuple(row for row in self.findings if row.dismissal is None)

    @property
    def dismissed_findings(self) -> tuple[ReportFinding, ...]:
        """The dismissed findings."""
        return tuple(row for row in self.findings if row.dismissal is not None)


def build_report(
    session: ReviewSession, at: str, public_names: Iterable[str] = (), annotation_filter: Filter | None = None
) -> Report:
    """Build the report of a review in its current state; `at` is the current time, as RFC 3339 in UTC.

    Its article has the title that a person gave it. `public_names` are the names that people chose, as opposed to those of
    their accounts. With a filter, the report has the annotations that match.
    """
    report = _build_whole(session, at, public_names)
    if annotation_filter is None:
        return report
    return filter_report(report, {a.id for a in annotation_filter.select(session.index)}, annotation_filter.public_text)


def _build_whole(session: ReviewSession, at: str, public_names: Iterable[str]) -> Report:
    article = session.index.article.with_title(session.title)
    annotations, orphan_annotations = session.index.annotations(), session.index.orphans()
    claims = [a.id for a in (*annotations, *orphan_annotations) if a.kind == CLAIM]
    numbers = {annotation_id: number for number, annotation_id in enumerate(claims, 1)}
    items = tuple(_report_item(session, a, numbers.get(a.id, 0)) for a in annotations)
    orphans = tuple(_report_item(session, a, numbers.get(a.id, 0)) for a in orphan_annotations)
    citation_counts = Counter(reference for citation in article.citations for reference in citation.references)
    claim_counts = Counter(pair.reference for item in items for pair in item.pairs)
    findings = _report_findings(session, int(at[:4]))
    never_cited = {row.finding.reference for row in findings if row.finding.kind == NEVER_CITED}
    tags = {tag for item in (*items, *orphans) for tag in item.annotation.tags}
    finding_keys = {row.finding.key for row in findings}
    assignments = session.index.assignments
    return Report(
        article=article,
        article_id=session.article_id,
        at=at,
        items=items,
        orphans=orphans,
        references=tuple(
            ReportReference(
                entry=entry,
                citation_count=citation_counts[entry.id],
                claim_count=claim_counts[entry.id],
                source_state=session.sources.state(entry.id),
                is_never_cited=entry.id in never_cited,
                source=session.sources.source(entry.id),
                source_marks=session.sources.marks(entry.id),
                health=session.health.of(entry.id),
            )
            for entry in article.references
        ),
        tags=tuple(sorted(tags)),
        counts=count_review(session.index, (row.finding for row in findings)),
        findings=findings,
        scale=session.index.scale,
        public_names=frozenset(public_names),
        codebook=tuple(tag for tag in session.index.tags() if tag.name in tags),
        bookmarks=session.index.bookmarks(),
        assignments=tuple(ReportAssignment(one, assignments.spans(one)) for one in assignments.list_all()),
        asides=tuple(_report_item(session, mark, 0) for mark, _ in session.index.noise_marks()),
        past_dismissals=tuple(d for key, d in session.index.dismissals().items() if key not in finding_keys),
        readers=_compare_readers(session),
    )


def _compare_readers(session: ReviewSession) -> ReportReaders | None:
    """Return the agreement of the two who judged most pairs, None without a pair that both judged."""
    names = readers_of(session.index.claims())
    if len(names) < 2:
        return None
    comparison = compare_readers(session.index, names[0], names[1])
    settled = sum(pair.settlement is not None for pair in comparison.disagreements)
    agreement = measure_agreement(comparison.verdicts)
    return ReportReaders((names[0], names[1]), agreement, settled) if comparison.pairs else None


def filter_report(report: Report, annotation_ids: Collection[str], words: str) -> Report:
    """Return a report that keeps the annotations with these ids; `words` say by what they were chosen.

    Everything else stays that of the whole review: the numbers of the claims, the counts, the references and the findings.
    """
    items, orphans = (
        tuple(item for item in group if item.annotation.id in annotation_ids) for group in (report.items, report.orphans)
    )
    tags = tuple(sorted({tag for item in (*items, *orphans) for tag in item.annotation.tags}))
    return replace(report, items=items, orphans=orphans, tags=tags, filter=words, unfiltered=report.whole)


def _report_findings(session: ReviewSession, year: int) -> tuple[ReportFinding, ...]:
    findings = review_findings(session.index, year)
    dismissals = session.index.dismissals()
    return tuple(ReportFinding(finding, dismissals.get(finding.key)) for finding in findings)


def _report_item(session: ReviewSession, annotation: Annotation, number: int) -> ReportItem:
    article, span = session.index.article, session.index.place(annotation)
    status = session.index.status(annotation) if annotation.kind == CLAIM else None
    unlinked = {reference: link for reference, link in annotation.links.items() if not link.rests}
    return ReportItem(
        annotation=annotation,
        number=number,
        has_place=span is not None,
        selector=make_selector(article.text, span) if span else annotation.selector,
        sentence=_sentence_number(article, span) if span else 0,
        paragraph=_paragraph_number(article, span) if span else 0,
        status=status,
        pairs=tuple(_report_pair(session, annotation, reference) for reference in (status.rests_on if status else ())),
        check_reason=session.index.placement(annotation).check_reason,
        original_quote=_original_quote(session, annotation),
        unlinked=tuple(UnlinkedReference(r, article.label_of(r), link) for r, link in unlinked.items()) if status else (),
    )


def _original_quote(session: ReviewSession, annotation: Annotation) -> str:
    reason = session.index.placement(annotation).check_reason
    then, _ = session.index.passages_since(annotation, annotation.edition) if reason == SENTENCE_CHANGED else (None, None)
    return then.sentence if then is not None else annotation.selector.exact if reason else ""


def _report_pair(session: ReviewSession, annotation: Annotation, reference: str) -> ReportPair:
    judgement = annotation.judgement_on(reference)
    verdict, is_open = annotation.verdict_on(reference), session.index.is_open(annotation, reference)
    link, source = annotation.links.get(reference), session.sources.source(reference)
    return ReportPair(
        reference=reference,
        label=session.index.article.label_of(reference),
        entry=session.index.article.reference_by_id.get(reference),
        verdict=verdict,
        verdict_label=session.index.scale.by_id(verdict).label if verdict else "open",
        judgement=judgement,
        is_open=is_open,
        open_reason=QUEUE_REASONS[NO_EVIDENCE] if is_open and verdict else "",
        stale_reason=_stale_reason(session, annotation, judgement),
        evidence=tuple(_report_passage(session, reference, e) for e in judgement.evidence) if judgement else (),
        link=link if link is not None and link.rests else None,
        source_state=session.sources.state(reference),
        rating=session.index.scale.by_id(verdict).rating,
        source_marks=session.sources.marks(reference),
        health=session.health.of(reference),
        standing=tuple(session.index.scale.by_id(one.verdict).label for one in standing_judgements(annotation, reference)),
        description=source.text.description if source is not None and source.text is not None else NO_DESCRIPTION,
    )


def _report_passage(session: ReviewSession, reference: str, evidence: Evidence) -> ReportPassage:
    selector = evidence.selector
    holder, now = session.sources.source_with_text(evidence.source), session.sources.source(reference)
    text = holder.text_of(evidence.source) if holder is not None else None
    return ReportPassage(
        quote=selector.exact,
        start=selector.start,
        end=selector.end,
        source=evidence.source,
        title=text.title if text is not None else "",
        origin=text.origin if text is not None else "",
        prefix=selector.prefix,
        suffix=selector.suffix,
        is_older=now is not None and now.current != evidence.source and now.text_of(evidence.source) is not None,
        requested=text.requested if text is not None else "",
        archived_at=text.archived_at if text is not None else "",
    )


def _stale_reason(session: ReviewSession, annotation: Annotation, judgement: Judgement | None) -> str:
    if judgement is None or not judgement.verdict or not session.index.is_stale_verdict(annotation, judgement):
        return ""
    if session.index.has_other_source(annotation, judgement):
        return "given on another source"
    is_phrase = session.index.change_since_verdict(annotation, judgement) == SENTENCE_CHANGED
    return "given in another sentence" if is_phrase else "given on other words"


def _sentence_number(article: Article, span: Span) -> int:
    sentences = article.sentences.all()
    at = bisect_right(sentences, span.start, key=lambda sentence: sentence.end)
    return at + 1 if at < len(sentences) and sentences[at].overlaps(span) else 0


def _paragraph_number(article: Article, span: Span) -> int:
    blocks = article.sentences.body_blocks
    at = bisect_right(blocks, span.start, key=lambda index: article.blocks[index].end)
    return at + 1 if at < len(blocks) and article.blocks[blocks[at]].span.overlaps(span) else 0
