"""Check a report by the rules of `review.rules`: findings of the audit, pairs and the review as a whole, each with its code."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import message_label
from reader.article.ranges import Span
from reader.article.reference_identity import reference_identity, short_digest
from reader.exchange.report import Report, ReportFinding, ReportItem, ReportPair
from reader.review.model import Dismissal
from reader.review.rules import (
    EVIDENCE_MISSING,
    NOT_SUPPORTED,
    NOTHING_REVIEWED,
    PAIR_OPEN,
    PARTLY_SUPPORTED,
    REVIEW_INCOMPLETE,
    RULES_BY_KIND,
    SOURCE_UNAVAILABLE,
    VERDICT_STALE,
    Rule,
)
from reader.review.scale import UNAVAILABLE, Scale

_TONE_KINDS: Final = {"partly": PARTLY_SUPPORTED, "bad": NOT_SUPPORTED}


class CheckResult(NamedTuple):
    """What a rule found.

    `where` is None for a result about the whole article or about a reference outside the text; `also` are the other ranges
    that it concerns. `reference` is the id of a reference, `claim` that of an annotation, "" for none. `key` identifies the
    result in its article, even after edits elsewhere. A dismissed result does not count.
    """

    rule: Rule
    where: Span | None
    message: str
    key: str
    reference: str = ""
    also: tuple[Span, ...] = ()
    dismissal: Dismissal | None = None
    claim: str = ""
    evidence: tuple[str, ...] = ()


class CheckedArticle(NamedTuple):
    """An article and its results, in the order of the text, those without a place last.

    `name` is how the article was named, a path or address if it has one; `at` is the time of the check in UTC.
    """

    name: str
    article: Article
    at: str
    results: tuple[CheckResult, ...]

    @property
    def active_results(self) -> tuple[CheckResult, ...]:
        """The results that nobody dismissed."""
        return tuple(result for result in self.results if result.dismissal is None)


class CheckFailure(NamedTuple):
    """An article that could not be checked: how it was named, what happened, and what to do."""

    name: str
    what: str
    hint: str = ""


def check_report(report: Report, codes: Collection[str]) -> CheckedArticle:
    """Return the results of a report that have one of these codes."""
    found = [result for result in _all_results(report) if result.rule.code in codes]
    results = sorted(found, key=lambda r: (r.where is None, r.where.start if r.where else 0, r.rule.code))
    return CheckedArticle(report.article.source, report.article, report.at, tuple(results))


def finding_result(row: ReportFinding) -> CheckResult:
    """Return a finding of the audit as a result."""
    finding = row.finding
    rule = RULES_BY_KIND[finding.kind]
    return CheckResult(rule, finding.where, finding.text, finding.key, finding.reference, finding.also, row.dismissal)


def _all_results(report: Report) -> Iterator[CheckResult]:
    yield from map(finding_result, report.findings)
    for item in report.claims:
        for pair in item.pairs:
            for kind, message in _pair_problems(pair, report.scale):
                yield _pair_result(item, pair, kind, message)
    if not report.whole.annotation_count:
        yield _review_result(NOTHING_REVIEWED, "The library holds no annotation of this article.")
    if not report.counts.is_complete:
        yield _review_result(REVIEW_INCOMPLETE, f"The review is not complete: {', '.join(report.counts.remaining_work())}.")


def _pair_problems(pair: ReportPair, scale: Scale) -> Iterator[tuple[str, str]]:
    """Yield the kinds of results about a pair, and what each says behind the number of the claim."""
    label = message_label(pair.entry) if pair.entry is not None else pair.label
    verdict = f"the verdict on {label}, “{pair.verdict_label}”,"
    if pair.is_open:
        yield (EVIDENCE_MISSING, f"{verdict} has no evidence.") if pair.verdict else (PAIR_OPEN, f"no verdict on {label} yet.")
    if pair.stale_reason:
        yield VERDICT_STALE, f"{verdict} was {pair.stale_reason}."
    if pair.verdict == UNAVAILABLE:
        yield SOURCE_UNAVAILABLE, f"the source of {label} is unavailable."
    elif pair.verdict and (kind := _TONE_KINDS.get(scale.by_id(pair.verdict).tone)):
        yield kind, f"the verdict on {label} is “{pair.verdict_label}”."


def _pair_result(item: ReportItem, pair: ReportPair, kind: str, message: str) -> CheckResult:
    selector, claim = item.selector, item.annotation.id
    source = reference_identity(pair.entry) if pair.entry is not None else pair.reference
    return CheckResult(
        RULES_BY_KIND[kind],
        Span(selector.start, selector.end),
        f"Claim {item.number}: {message}",
        short_digest(f"{claim}\n{source}"),
        pair.reference,
        claim=claim,
        evidence=tuple(passage.quote for passage in pair.evidence),
    )


def _review_result(kind: str, message: str) -> CheckResult:
    return CheckResult(RULES_BY_KIND[kind], None, message, short_digest(kind))
