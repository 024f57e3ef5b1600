"""Audit an article: find mismatches between the text and its references.

Findings about the article itself are computed once. Findings about claims are cheap and are recomputed when the claims change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from reader.article.article import Article
from reader.article.audit.finding import CITES_NOTHING, FINDING_KINDS, NOTHING_RECOGNISED, Finding, with_keys
from reader.article.ranges import Span

if TYPE_CHECKING:
    from reader.article.audit.suggestions import Suggestion
    from reader.article.audit.traces import UncitedReferences

_KIND_ORDER = {kind: place for place, kind in enumerate(FINDING_KINDS)}


def audit_findings(
    article: Article,
    claims: Sequence[Span] = (),
    settled: Sequence[Span] = (),
    dismissed: Collection[str] = (),
    *,
    year: int | None = None,
) -> tuple[Finding, ...]:
    """Return the findings: first the faults in the order of the text, then the sentences without a citation.

    If there are `claims`, sentences without a citation, and references that would fit them, are reported only where they
    overlap an unsettled claim. Otherwise the ten sentences that call most for a source are reported, and the others
    counted; `dismissed`, the keys of dismissed sentences, are reported beside these ten. An article without references or
    without citations has a single finding that says so, and no sentence is reported where the markers of a list were not
    recognised. `year` is the current year, by default today's. Equal input gives equal findings.
    """
    return Audit(article, year).findings(claims, settled, dismissed)


class Audit:
    """The audit of one article, for any set of claims.

    Results are computed on demand and cached. Safe to use from several threads: concurrent calls give equal results.
    """

    def __init__(self, article: Article, year: int | None = None) -> None:
        """Prepare the audit; nothing is computed yet. `year` is the current year, by default today's."""
        self.article = article
        self._year = date.today().year if year is None else year

    def findings(
        self, claims: Sequence[Span] = (), settled: Sequence[Span] = (), dismissed: Collection[str] = ()
    ) -> tuple[Finding, ...]:
        """Return all findings in order."""
        return in_list_order((*self.article_findings, *self.claim_findings(claims, settled, dismissed)))

    @cached_property
    def article_findings(self) -> tuple[Finding, ...]:
        """The findings that do not depend on claims, in order: the smaller part of the work."""
        if not self._has_citations:
            finding = Finding(NOTHING_RECOGNISED, None, "", _explain_missing_parts(self.article))
            return tuple(with_keys([finding], self.article))
        from reader.article.audit.markers import check_markers
        from reader.article.audit.references import check_references
        from reader.article.audit.traces import uncited_findings

        findings = [
            *uncited_findings(self._uncited_references),
            *check_references(self.article, self._year),
            *check_markers(self.article, self._year),
        ]
        return tuple(with_keys(_sort_findings(findings), self.article))

    def claim_findings(
        self, claims: Sequence[Span] = (), settled: Sequence[Span] = (), dismissed: Collection[str] = ()
    ) -> tuple[Finding, ...]:
        """Return the findings about unsettled claims, or about the whole body if there are no claims."""
        settled_claims = frozenset(settled)
        open_claims = [claim for claim in claims if claim not in settled_claims]
        if not self._has_citations or (claims and not open_claims):
            return ()
        from reader.article.audit.claims import find_uncited, overlapping_sentences, select_uncited
        from reader.article.audit.suggestions import suggestion_findings

        article = self.article
        suggestions = with_keys(_sort_findings(suggestion_findings(article, self._suggestions, open_claims)), article)
        if claims:
            uncited = with_keys(find_uncited(article, overlapping_sentences(article, open_claims)), article)
        elif self._uncited_references.unknown_lists:
            uncited = ()  # they may cite in the style that was not recognised
        else:
            uncited = select_uncited(article, self._uncited_sentences, frozenset(dismissed))
        return (*suggestions, *uncited)

    @cached_property
    def _uncited_sentences(self) -> list[Finding]:
        """The findings about all sentences without a citation, without keys, those first that call most for a source."""
        from reader.article.audit.claims import find_uncited, sort_by_need

        return sort_by_need(self.article, find_uncited(self.article, self.article.sentences.all()))

    @cached_property
    def _has_citations(self) -> bool:
        return bool(self.article.references) and any(citation.references for citation in self.article.citations)

    @cached_property
    def _uncited_references(self) -> UncitedReferences:
        from reader.article.audit.traces import find_uncited_references

        return find_uncited_references(self.article)

    @cached_property
    def _suggestions(self) -> Mapping[str, tuple[Suggestion, ...]]:
        """The sentences that uncited references would fit, by reference id. They need not be claims."""
        from reader.article.audit.claims import is_assertion, is_uncited
        from reader.article.audit.suggestions import suggest_references

        article = self.article
        references = [reference for reference in self._uncited_references.references if not reference.remark]
        if not references:
            return {}
        return suggest_references(
            article, references, [s for s in article.sentences.all() if is_uncited(article, s) and is_assertion(article, s)]
        )


def in_list_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order in which they are listed: by place, those about the whole article first."""
    return tuple(sorted(findings, key=_list_order))


def _list_order(finding: Finding) -> tuple[int, ...]:
    """Return the sorting key of a finding. Sentences without a citation come last, in the order that they were found in."""
    if finding.kind == CITES_NOTHING:
        return (1,)
    return (0, finding.where.start if finding.where else -1, _KIND_ORDER[finding.kind])


def _sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: f.where.start if f.where else -1)


def _explain_missing_parts(article: Article) -> str:
    if article.references:
        return f"Found {len(article.references)} references, but no marker that points to any of them."
    if article.citations:
        return f"Found {len(article.citations)} markers, but no reference list."
    return "Found neither references nor markers, so there is nothing to compare."
