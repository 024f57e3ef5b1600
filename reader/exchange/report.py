"""What every export tells, gathered once: annotations with their places, pairs and verdicts, and what they rest on."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from reader.article.model import Article, Reference, Span
from reader.review.model import CLAIM, LATER, NOT_CLAIM, Annotation, Judgement, Selector
from reader.review.pairs import Status
from reader.review.places import WORDS
from reader.review.scale import DEFAULT_SCALE, Scale
from reader.review.selecting import select
from reader.review.session import ReviewSession


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and one reference it rests on.

    `verdict` is the id of what was given, "" when nothing was; `word` is how a person reads it: the label, or "open".
    `entry` is None when the article no longer has the reference; `label` is then its id. `judgement` is None for an open pair.
    `stale` says what the verdict was given on that is another now, "" for one that holds.
    """

    reference: str
    label: str
    entry: Reference | None
    verdict: str
    word: str
    judgement: Judgement | None
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An annotation as it is reported.

    `number` counts the claims from 1 in the order of the text, those that lost their place last; it is 0 for other kinds.
    `selector` is that of the text as it is; of an annotation that lost its place (`placed` false) the one it was made with.
    `sentence` and `paragraph` count from 1 in the body, 0 where it is outside or lost. `status` is None for what is no claim.
    `check` says why a person should look at the place, as the text changed.
    """

    annotation: Annotation
    number: int
    placed: bool
    selector: Selector
    sentence: int
    paragraph: int
    status: Status | None
    pairs: tuple[Pair, ...]
    check: str = ""

    @property
    def quote_then(self) -> str:
        """The quote that the annotation was made with, if its place is to be checked; else ""."""
        return self.annotation.selector.exact if self.check else ""

    @property
    def open_pairs(self) -> tuple[Pair, ...]:
        """The pairs without a verdict: nothing was given, or the source was unavailable."""
        return tuple(pair for pair in self.pairs if pair.judgement is None or pair.judgement.verdict == "unavailable")


@dataclass(frozen=True, slots=True)
class Listed:
    """A reference of the article: how many markers point at it, and how many claims rest on it."""

    entry: Reference
    cited: int
    claims: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that an export may tell of an article. `items` have a place and are sorted by it; `orphans` lost theirs.

    `article_id` is the library's id, "" when it holds no such article; `at` is the time of the report in UTC.
    """

    article: Article
    article_id: str
    at: str
    items: tuple[Item, ...]
    orphans: tuple[Item, ...]
    references: tuple[Listed, ...]
    tags: tuple[str, ...]

    @property
    def claims(self) -> tuple[Item, ...]:
        """The claims that have a place."""
        return tuple(item for item in self.items if item.annotation.kind == CLAIM)

    @property
    def later(self) -> tuple[Item, ...]:
        """What was put off."""
        return tuple(item for item in self.items if item.annotation.kind == LATER)

    @property
    def to_check(self) -> int:
        """How many annotations have a place that a person should look at, as the text changed."""
        return sum(bool(item.check) for item in self.items)

    @property
    def not_claims(self) -> int:
        """How many places were looked at and hold nothing to check."""
        return sum(item.annotation.kind == NOT_CLAIM for item in self.items)

    @property
    def open_pairs(self) -> int:
        """How many pairs have no verdict yet, those of claims that lost their place included."""
        return sum(item.status.open_pairs for item in (*self.items, *self.orphans) if item.status)


def report_of(article: Article, session: ReviewSession, at: str, scale: Scale = DEFAULT_SCALE) -> Report:
    """Return the report of an article's review as it is now; `at` says when that is, as RFC 3339 in UTC."""
    placed, lost = session.annotations(), session.orphans()
    claims = [a.id for a in (*placed, *lost) if a.kind == CLAIM]
    numbers = {annotation_id: number for number, annotation_id in enumerate(claims, 1)}
    items = tuple(_item(session, a, numbers.get(a.id, 0), scale) for a in placed)
    orphans = tuple(_item(session, a, numbers.get(a.id, 0), scale) for a in lost)
    cited = Counter(reference for citation in article.citations for reference in citation.references)
    resting = Counter(pair.reference for item in items for pair in item.pairs)
    return Report(
        article=article,
        article_id=session.article_id,
        at=at,
        items=items,
        orphans=orphans,
        references=tuple(Listed(entry, cited[entry.id], resting[entry.id]) for entry in article.references),
        tags=tuple(sorted({tag for item in (*items, *orphans) for tag in item.annotation.tags})),
    )


def _item(session: ReviewSession, annotation: Annotation, number: int, scale: Scale) -> Item:
    article, span = session.article, session.place(annotation)
    status = session.status(annotation) if annotation.kind == CLAIM else None
    return Item(
        annotation=annotation,
        number=number,
        placed=span is not None,
        selector=select(article.text, span) if span else annotation.selector,
        sentence=_sentence_number(article, span) if span else 0,
        paragraph=_paragraph_number(article, span) if span else 0,
        status=status,
        pairs=tuple(_pair(session, annotation, reference, scale) for reference in (status.rests_on if status else ())),
        check=session.standing(annotation).check,
    )


def _pair(session: ReviewSession, annotation: Annotation, reference: str, scale: Scale) -> Pair:
    entry = session.article.reference_by_id.get(reference)
    judgement = annotation.judgement_on(reference)
    word = scale.by_id(judgement.verdict).label if judgement else "open"
    label, verdict = entry.label if entry else reference, judgement.verdict if judgement else ""
    return Pair(reference, label, entry, verdict, word, judgement, _stale(session, annotation, judgement))


def _stale(session: ReviewSession, annotation: Annotation, judgement: Judgement | None) -> str:
    if judgement is None:
        return ""
    if session.is_of_another_source(annotation, judgement):
        return "given on another source"
    return "given on other words" if session.standing(annotation).check == WORDS else ""


def _sentence_number(article: Article, span: Span) -> int:
    sentences = article.sentences.all()
    at = bisect_right(sentences, span.start, key=lambda sentence: sentence.end)
    return at + 1 if at < len(sentences) and sentences[at].overlaps(span) else 0


def _paragraph_number(article: Article, span: Span) -> int:
    blocks = article.sentences.body_blocks
    at = bisect_right(blocks, span.start, key=lambda index: article.blocks[index].end)
    return at + 1 if at < len(blocks) and article.blocks[blocks[at]].span.overlaps(span) else 0
