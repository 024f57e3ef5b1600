"""Find passages that carry many claims, and a source that carries most of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import PASSAGE_OVERUSED, SOURCE_CARRIES_MOST, Finding, excerpt, message_label
from reader.article.reference_identity import plain_words, reference_identity
from reader.review.model import Evidence
from reader.review.source_audit.use import ClaimUse, SourceBasis, finding_key

_MANY_SENTENCES: Final = 4
"""How many sentences of an article rest on one passage before that is worth a look.

A sentence of a source often has two or three facts, and each may be a claim of its own. From the fourth sentence on, either the
article says one thing again and again, or the passage is asked to carry more than it says.
"""
_LETTERS_FOR_EACH: Final = 150
"""How many characters of a passage may carry one sentence each: a paragraph carries more than a line."""
_MANY_CLAIMS: Final = 8
"""The fewest claims of which most can rest on one source: of fewer, that is nothing to notice."""
_FEW_REFERENCES: Final = 3
"""The fewest references of an article that can lean on one of them."""


def evidence_findings(article: Article, use: SourceBasis) -> Iterator[Finding]:
    """Yield the findings about passages and sources that carry much. They are notes: that may be as it should."""
    yield from _find_overused_passages(article, use.claims)
    yield from _find_main_source(article, use.claims)


class _Use(NamedTuple):
    """A use of a passage: its range in the source, the evidence, the reference, and the claim."""

    start: int
    end: int
    evidence: Evidence
    reference: str
    claim: ClaimUse


def _find_overused_passages(article: Article, claims: Sequence[ClaimUse]) -> Iterator[Finding]:
    uses: defaultdict[str, list[_Use]] = defaultdict(list)
    for claim in claims:
        for reference, evidence in claim.evidence:
            selector = evidence.selector
            uses[evidence.source].append(_Use(selector.start, selector.end, evidence, reference, claim))
    for in_source in uses.values():
        for group in _groups_of(sorted(in_source, key=lambda use: (use.start, use.end))):
            yield from _overuse_of(article, group)


def _groups_of(uses: Sequence[_Use]) -> Iterator[list[_Use]]:
    """Yield groups of uses whose ranges have a part in common; the uses are sorted by their start."""
    group: list[_Use] = []
    end = 0
    for use in uses:
        if group and use.start < end:
            group.append(use)
            end = min(end, use.end)
            continue
        if group:
            yield group
        group, end = [use], use.end
    if group:
        yield group


def _overuse_of(article: Article, group: Sequence[_Use]) -> Iterator[Finding]:
    """Yield a finding if more sentences rest on the passage of a group than its length explains."""
    by_sentence: dict[int, _Use] = {}
    for use in group:
        sentence = article.sentences.at(use.claim.place.start)
        by_sentence.setdefault(use.claim.place.start if sentence is None else sentence.start, use)
    if len(by_sentence) < _MANY_SENTENCES:
        return
    longest = max(group, key=lambda use: use.end - use.start)
    reference = article.reference_by_id.get(longest.reference)
    if reference is None or len(by_sentence) * _LETTERS_FOR_EACH < longest.end - longest.start:
        return
    first, *others = sorted({use.claim.place for use in by_sentence.values()})
    quote = longest.evidence.selector.exact
    text = f"Claims in {len(by_sentence):,} sentences rest on one passage of {message_label(reference)}: “{excerpt(quote)}”"
    key = finding_key(PASSAGE_OVERUSED, reference_identity(reference), plain_words(quote))
    yield Finding(PASSAGE_OVERUSED, first, reference.id, text, key, tuple(others))


def _find_main_source(article: Article, claims: Sequence[ClaimUse]) -> Iterator[Finding]:
    """Yield a finding about the source that is the only one of most claims, if there is one."""
    cited = [claim for claim in claims if claim.rests_on]
    if len(cited) < _MANY_CLAIMS or len(article.references) < _FEW_REFERENCES:
        return
    alone = Counter(claim.rests_on[0] for claim in cited if len(claim.rests_on) == 1)
    for name, count in alone.most_common(1):
        reference = article.reference_by_id.get(name)
        if reference is not None and count * 2 > len(cited):
            text = f"{message_label(reference)} is the only source of {count:,} of {len(cited):,} claims that cite anything."
            key = finding_key(SOURCE_CARRIES_MOST, reference_identity(reference))
            places = [claim.place for claim in cited if claim.rests_on == (name,)]
            where = reference.span or places[0]
            yield Finding(SOURCE_CARRIES_MOST, where, name, text, key, tuple(one for one in places if one != where))
