"""Report what others say about the sources: retractions and corrections, records that lack or differ, dead addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reader.article.article import Article
from reader.article.audit.finding import (
    CORRECTED,
    LEADS_NOWHERE,
    MAY_BE_RETRACTED,
    RECORD_DIFFERS,
    RECORD_MISSING,
    RETRACTED,
    Finding,
)
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.article.ranges import Span
from reader.article.reference_identity import reference_identity
from reader.review.health import (
    AFTER_ARTICLE,
    BEFORE_ARTICLE,
    CONCERN,
    CORRECTION,
    DIFFERS,
    MATCHES,
    NO_SUCH_RECORD,
    NOT_FOUND,
    RETRACTION,
    RecordCheck,
    RetractionNotice,
    SourceHealth,
)
from reader.review.model import Source
from reader.review.source_audit.use import SourceBasis, finding_key

_NOTICES: Final = {
    RETRACTION: "Retracted",
    CORRECTION: "Corrected",
    CONCERN: "An expression of concern was published",
}
_TIMES: Final = {BEFORE_ARTICLE: ", before this article appeared", AFTER_ARTICLE: ", after this article appeared"}
_MOST_REASONS: Final = 3
_LONGEST_DATE: Final = 40
_GONE: Final = lazy_pattern(
    r"answered (?:404|410)\b|looks like (?:a page that says “not found”|the home page)|shows the home page"
)
"""Match what `fetching` says of an address that is gone, unlike one that blocks, asks for a login, is slow or has an error."""


def health_findings(article: Article, use: SourceBasis) -> Iterator[Finding]:
    """Yield the findings about what is recorded of the sources, in the order of the reference list."""
    citations: dict[str, list[Span]] = {}
    names = use.health.keys() | use.sources.keys()
    for citation in article.citations if names else ():
        for name in names.intersection(citation.references):
            citations.setdefault(name, []).append(citation.span)
    for reference in article.references:
        health, source = use.health.get(reference.id), use.sources.get(reference.id)
        markers = tuple(citations.get(reference.id, ()))
        if health is not None:
            for notice in health.notices_in_force:
                yield from _notice_findings(reference, notice, article.about.date, markers)
            yield from _record_findings(reference, health, markers)
        if source is not None and is_dead(source):
            yield _dead_address(reference, source, markers)


def is_dead(source: Source) -> bool:
    """Whether the address of a source without a text leads nowhere: the site said that it has no such page."""
    return source.text is None and _GONE.search(source.failure) is not None


def _notice_findings(
    reference: Reference, notice: RetractionNotice, published: str, markers: tuple[Span, ...]
) -> Iterator[Finding]:
    """Yield the finding about a notice. Of notices that were found by title alone, only a retraction is told."""
    text = describe_notice(notice, published)
    if not text:
        return
    key = (reference_identity(reference), notice.nature, notice.date, notice.doi)
    if not notice.is_sure:
        yield Finding(MAY_BE_RETRACTED, reference.span, reference.id, text, finding_key(MAY_BE_RETRACTED, *key), markers)
        return
    kind = RETRACTED if notice.nature == RETRACTION else CORRECTED
    yield Finding(kind, reference.span, reference.id, text, finding_key(kind, *key), markers)


def describe_notice(notice: RetractionNotice, published: str = "") -> str:
    """Return what a notice says, when, and why; "" for one that tells nothing, as one found by title that is no retraction.

    `published` is the date of the article that cites the work, in its own spelling.
    """
    what = _NOTICES.get(notice.nature, "")
    when = f"{f' on {notice.date}' if notice.date else ''}{_side_of_article(notice, published)}"
    why = f" Reasons: {', '.join(notice.reasons[:_MOST_REASONS])}." if notice.reasons else ""
    if not notice.is_sure:
        title = f"A work with this title was retracted{when}: compare authors and year.{why}"
        return title if notice.nature == RETRACTION else ""
    return f"{what}{when}.{why}" if what else ""


def _record_findings(reference: Reference, health: SourceHealth, markers: tuple[Span, ...]) -> Iterator[Finding]:
    """Yield the finding about a record that does not exist or differs; an answer of any other kind says nothing bad."""
    record, identity = health.record, reference_identity(reference)
    if record is None:
        return
    if record.outcome == NO_SUCH_RECORD:
        key = finding_key(RECORD_MISSING, identity, record.identifier)
        yield Finding(RECORD_MISSING, reference.span, reference.id, describe_record(record), key, markers)
    elif record.outcome == DIFFERS and record.differences:
        key = finding_key(RECORD_DIFFERS, identity, *(f"{one.field} {one.registered}" for one in record.differences))
        yield Finding(RECORD_DIFFERS, reference.span, reference.id, describe_record(record), key, markers)


def _side_of_article(notice: RetractionNotice, published: str) -> str:
    """Return on which side of the article a notice appeared, with the date of the article, "" if unknown."""
    words, date = _TIMES.get(notice.timing, ""), " ".join(published.split())
    return f"{words} ({date})" if words and 0 < len(date) <= _LONGEST_DATE else words


def describe_record(record: RecordCheck) -> str:
    """Return what a registry answered about the work behind a reference, and when it was asked."""
    on = f" (asked on {record.date})" if record.date else ""
    where = record.registry or "The registry"
    work = record.identifier or "this title"
    if record.outcome == NO_SUCH_RECORD:
        return f"{where} has no record of {work}{on}."
    if record.outcome == DIFFERS:
        differences = "; ".join(f"{one.field} “{one.cited}” here, “{one.registered}” there" for one in record.differences)
        return f"{where} has another entry for {work}: {differences}{on}."
    if record.outcome == MATCHES:
        return f"{where} has a record of {work} that matches{on}."
    if record.outcome == NOT_FOUND:
        return f"{where} has nothing like {work}{on}."
    return f"The record could not be checked: {record.reason}{on}." if record.reason else ""


def _dead_address(reference: Reference, source: Source, markers: tuple[Span, ...]) -> Finding:
    """Return the finding about an address that leads nowhere. It leaves addresses out, which may be private ones."""
    when = f"Fetched on {source.failed_at[:10]}, its" if source.failed_at else "Its"
    address, _, words = source.failure.partition(";")[0].partition(" ")
    text = f"{when} address {words if '://' in address else source.failure}."
    key = finding_key(LEADS_NOWHERE, reference_identity(reference), source.failed_address)
    return Finding(LEADS_NOWHERE, reference.span, reference.id, text, key, markers)
