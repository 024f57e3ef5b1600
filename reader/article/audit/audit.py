"""The audit: what does not fit between an article and its references.

It has two halves. What stands whatever a person marks is looked for once; what rests on the claims is looked for again whenever
these change, and costs next to nothing then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from reader.article.article import Article
from reader.article.audit.finding import CITES_NOTHING, FINDING_KINDS, NOTHING_RECOGNISED, Finding, with_keys
from reader.article.ranges import Span

if TYPE_CHECKING:
    from reader.article.audit.claims import Suggestion

_KIND_ORDER = {kind: place for place, kind in enumerate(FINDING_KINDS)}


def audit_findings(
    article: Article, claims: Sequence[Span] = (), settled: Sequence[Span] = (), *, year: int | None = None
) -> tuple[Finding, ...]:
    """Return what does not fit: first the faults, then the sentences that cite nothing, each in the order of the text.

    Equal articles and claims give equal findings. `year` is the present one, by default today's.

    Sentences that cite nothing, and references that would fit them, are told only where they overlap one of `claims`, when
    there are any: else all of the body is looked at; of the claims those are left out that are `settled`, as a person said
    what they rest on. Without a list or without markers there is only one finding, which says so.
    """
    return Audit(article, year).findings(claims, settled)


class Audit:
    """The audit of one article, for who asks again with other claims.

    Nothing is computed before it is asked for, and nothing twice. Safe to use from several threads: two that ask for the same
    thing at once get equal answers.
    """

    def __init__(self, article: Article, year: int | None = None) -> None:
        """Look at nothing yet; `year` is the present one, by default today's."""
        self._article = article
        self._year = date.today().year if year is None else year

    def findings(self, claims: Sequence[Span] = (), settled: Sequence[Span] = ()) -> tuple[Finding, ...]:
        """Return both halves in order."""
        found = (*self.article_findings, *self.claim_findings(claims, settled))
        return tuple(
            sorted(found, key=lambda f: (f.kind == CITES_NOTHING, f.where.start if f.where else -1, _KIND_ORDER[f.kind]))
        )

    @cached_property
    def article_findings(self) -> tuple[Finding, ...]:
        """What is found whatever is claimed."""
        if not self._has_citations:
            return with_keys([Finding(NOTHING_RECOGNISED, None, "", _explain_missing_parts(self._article))], self._article)
        from reader.article.audit.markers import check_markers
        from reader.article.audit.references import check_references

        found = [*check_references(self._article, self._year), *check_markers(self._article, self._year)]
        return with_keys(_sort_findings(found), self._article)

    def claim_findings(self, claims: Sequence[Span] = (), settled: Sequence[Span] = ()) -> tuple[Finding, ...]:
        """Return what is found at the claims that are not settled; at all sentences of the body without any claim."""
        known = frozenset(settled)
        asked = [claim for claim in claims if claim not in known]
        if not self._has_citations or (claims and not asked):
            return ()
        from reader.article.audit.claims import find_uncited, suggestion_findings

        article = self._article
        return with_keys(
            _sort_findings([*suggestion_findings(article, self._suggestions, asked), *find_uncited(article, asked)]), article
        )

    @cached_property
    def _has_citations(self) -> bool:
        return bool(self._article.references) and any(citation.references for citation in self._article.citations)

    @cached_property
    def _suggestions(self) -> Mapping[str, tuple[Suggestion, ...]]:
        """The sentences that references would fit which are never cited, whether they are claims or not."""
        from reader.article.audit.claims import is_assertion, is_uncited, suggest_references
        from reader.article.audit.references import uncited_references

        article = self._article
        references = [reference for reference in uncited_references(article) if not reference.remark]
        if not references:
            return {}
        return suggest_references(
            article, references, [s for s in article.sentences.all() if is_uncited(article, s) and is_assertion(article, s)]
        )


def _sort_findings(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda f: f.where.start if f.where else -1)


def _explain_missing_parts(article: Article) -> str:
    if article.references:
        return f"{len(article.references)} references were found, but no marker that points at one of them."
    if article.citations:
        return f"{len(article.citations)} markers were found, but no list of references that they could point at."
    return "Neither references nor markers were found, so nothing can be said about what rests on what."
