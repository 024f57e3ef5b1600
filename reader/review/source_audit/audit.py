"""Audit a review: the article by itself, and the sources behind it and its claims."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from reader.article.article import Article
from reader.article.audit.audit import Audit, in_list_order
from reader.article.audit.finding import Finding
from reader.review.index import AnnotationIndex, AuditInput, audit_input
from reader.review.placement import TextOf
from reader.review.source_audit.use import SourceBasis, source_basis

if TYPE_CHECKING:
    from reader.review.source_audit.amounts import AmountCheck
    from reader.review.source_audit.quotations import QuotationCheck


class AuditBasis(NamedTuple):
    """What the audit needs from a review, as values that a thread may read."""

    ranges: AuditInput = AuditInput()
    sources: SourceBasis = SourceBasis()


def audit_basis(index: AnnotationIndex) -> AuditBasis:
    """Return what the audit needs from a review as it is now."""
    return AuditBasis(audit_input(index), source_basis(index))


class ReviewAudit:
    """The audit of one article and its sources, for any state of its review.

    What was looked up is kept, so that an audit after a change reads no source twice. Safe to use from several threads:
    concurrent calls give equal results.
    """

    def __init__(self, article: Article, text_of: TextOf, year: int | None = None) -> None:
        """`text_of` returns a kept text by its digest, None if there is none; `year` is the current one, by default today's."""
        self.article = article
        self._text_of = text_of
        self._audit = Audit(article, year)

    # The checks are loaded for the first audit: it comes some time after an article was opened.

    @cached_property
    def _quotations(self) -> QuotationCheck:
        from reader.review.source_audit.quotations import QuotationCheck

        return QuotationCheck(self.article, self._text_of)

    @cached_property
    def _amounts(self) -> AmountCheck:
        from reader.review.source_audit.amounts import AmountCheck

        return AmountCheck(self.article, self._text_of)

    def findings(self, state: AuditBasis) -> tuple[Finding, ...]:
        """Return all findings in order."""
        from reader.review.source_audit.evidence_use import evidence_findings
        from reader.review.source_audit.records import health_findings

        findings, use = self._audit.findings(*state.ranges), state.sources
        about_sources = (
            *health_findings(self.article, use),
            *self._quotations.findings(use),
            *self._amounts.findings(use),
            *evidence_findings(self.article, use),
        )
        return in_list_order((*findings, *about_sources)) if about_sources else findings


def review_findings(index: AnnotationIndex, year: int) -> tuple[Finding, ...]:
    """Return all findings of a review in order; `year` is the current year."""
    return ReviewAudit(index.article, index.text_of, year).findings(audit_basis(index))
