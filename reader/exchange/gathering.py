"""Gathering: from a review to the report of it, the truth at the time it is asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from reader.article.audit import findings
from reader.article.model import Article, Span
from reader.exchange.report import Found, Item, Listed, Pair, Passage, Report, Unlinked
from reader.review.advice import problem_name
from reader.review.audited import asked_of
from reader.review.coverage import completeness
from reader.review.model import CLAIM, Annotation, Evidence, Judgement
from reader.review.queue import NO_EVIDENCE, REASONS
from reader.review.scale import UNAVAILABLE
from reader.review.selecting import select
from reader.review.session import ReviewSession


def report_of(article: Article, session: ReviewSession, at: str) -> Report:
    """Return the report of an article's review as it is now; `at` says when that is, as RFC 3339 in UTC."""
    placed, lost = session.annotations(), session.orphans()
    claims = [a.id for a in (*placed, *lost) if a.kind == CLAIM]
    numbers = {annotation_id: number for number, annotation_id in enumerate(claims, 1)}
    items = tuple(_item(session, a, numbers.get(a.id, 0)) for a in placed)
    orphans = tuple(_item(session, a, numbers.get(a.id, 0)) for a in lost)
    cited = Counter(reference for citation in article.citations for reference in citation.references)
    resting = Counter(pair.reference for item in items for pair in item.pairs)
    everything = _found(session, int(at[:4]))
    return Report(
        article=article,
        article_id=session.article_id,
        at=at,
        items=items,
        orphans=orphans,
        references=tuple(Listed(e, cited[e.id], resting[e.id], session.shelf.state(e.id)) for e in article.references),
        tags=tuple(sorted({tag for item in (*items, *orphans) for tag in item.annotation.tags})),
        sentences=len(session.article.sentences.all()),
        left=completeness(session, (found.finding for found in everything)),
        found=everything,
    )


def _found(session: ReviewSession, year: int) -> tuple[Found, ...]:
    found = findings(session.article, *asked_of(session), year=year)
    dismissed = session.dismissed()
    return tuple(Found(finding, dismissed.get(finding.key)) for finding in found)


def _item(session: ReviewSession, annotation: Annotation, number: int) -> Item:
    article, span = session.article, session.place(annotation)
    status = session.status(annotation) if annotation.kind == CLAIM else None
    unlinked = {reference: link for reference, link in annotation.links.items() if not link.rests}
    return Item(
        annotation=annotation,
        number=number,
        placed=span is not None,
        selector=select(article.text, span) if span else annotation.selector,
        sentence=_sentence_number(article, span) if span else 0,
        paragraph=_paragraph_number(article, span) if span else 0,
        status=status,
        pairs=tuple(_pair(session, annotation, reference) for reference in (status.rests_on if status else ())),
        check=session.standing(annotation).check,
        unlinked=tuple(Unlinked(r, _label(article, r), link) for r, link in unlinked.items()) if status else (),
    )


def _label(article: Article, reference: str) -> str:
    entry = article.reference_by_id.get(reference)
    return entry.label if entry else reference


def _pair(session: ReviewSession, annotation: Annotation, reference: str) -> Pair:
    judgement = annotation.judgement_on(reference)
    verdict, is_open = annotation.verdict_on(reference), session.is_open(annotation, reference)
    link = annotation.links.get(reference)
    return Pair(
        reference=reference,
        label=_label(session.article, reference),
        entry=session.article.reference_by_id.get(reference),
        verdict=verdict,
        word=session.scale.by_id(verdict).label if verdict else "open",
        judgement=judgement,
        is_open=is_open,
        lacks=REASONS[NO_EVIDENCE] if is_open and verdict not in ("", UNAVAILABLE) else "",
        stale=_stale(session, annotation, judgement),
        problems=tuple(map(problem_name, judgement.problems)) if judgement else (),
        evidence=tuple(_passage(session, reference, e) for e in judgement.evidence) if judgement else (),
        link=link if link is not None and link.rests else None,
        state=session.shelf.state(reference),
        rating=session.scale.by_id(verdict).rating,
    )


def _passage(session: ReviewSession, reference: str, evidence: Evidence) -> Passage:
    selector = evidence.selector
    holder, now = session.shelf.holding(evidence.source), session.shelf.source(reference)
    text = holder.text_of(evidence.source) if holder is not None else None
    return Passage(
        quote=selector.exact,
        start=selector.start,
        end=selector.end,
        source=evidence.source,
        title=text.title if text is not None else "",
        origin=text.origin if text is not None else "",
        older=now is not None and now.current != evidence.source and now.text_of(evidence.source) is not None,
    )


def _stale(session: ReviewSession, annotation: Annotation, judgement: Judgement | None) -> str:
    if judgement is None or not judgement.verdict or not session.is_stale_verdict(annotation, judgement):
        return ""
    return "given on another source" if session.is_of_another_source(annotation, judgement) else "given on other words"


def _sentence_number(article: Article, span: Span) -> int:
    sentences = article.sentences.all()
    at = bisect_right(sentences, span.start, key=lambda sentence: sentence.end)
    return at + 1 if at < len(sentences) and sentences[at].overlaps(span) else 0


def _paragraph_number(article: Article, span: Span) -> int:
    blocks = article.sentences.body_blocks
    at = bisect_right(blocks, span.start, key=lambda index: article.blocks[index].end)
    return at + 1 if at < len(blocks) and article.blocks[blocks[at]].span.overlaps(span) else 0
