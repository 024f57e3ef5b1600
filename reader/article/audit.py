"""Findings about an article and its references: what is never cited, what points nowhere, what asserts and cites nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reader.article.model import Article, BlockKind, Reference, Span
from reader.article.places import block_at, merged, within

NEVER_CITED = "never-cited"
POINTS_NOWHERE = "points-nowhere"
CITES_NOTHING = "cites-nothing"
NOTHING_RECOGNISED = "nothing-recognised"

_LONGEST_EXCERPT = 70
_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit between an article and its references.

    `kind` is one of the constants of this module and never changes its spelling. `where` is the place in the article's text,
    None for a finding about the article as a whole or a reference that doesn't stand in it. `reference` is the id of the
    reference it is about, or "". `text` tells a person what was found.
    """

    kind: str
    where: Span | None
    reference: str
    text: str


def findings(article: Article, claims: Sequence[Span] = ()) -> tuple[Finding, ...]:
    """Return what does not fit: first the faults, then the sentences that cite nothing, each in the order of the text.

    Equal articles and claims give equal findings.

    Sentences that cite nothing are told only where they overlap one of `claims`, when there are any: else all of the body is
    looked at. Without a list or without markers there is only one finding, which says so.
    """
    if not article.references or not any(citation.references for citation in article.citations):
        return (Finding(NOTHING_RECOGNISED, None, "", _what_is_lacking(article)),)
    found = [*_never_cited(article), *_pointing_nowhere(article), *_citing_nothing(article, claims)]
    return tuple(sorted(found, key=lambda f: (f.kind == CITES_NOTHING, f.where.start if f.where else -1)))


def _what_is_lacking(article: Article) -> str:
    if article.references:
        return f"{len(article.references)} references were found, but no marker that points at one of them."
    if article.citations:
        return f"{len(article.citations)} markers were found, but no list of references that they could point at."
    return "Neither references nor markers were found, so nothing can be said about what rests on what."


def _never_cited(article: Article) -> Iterator[Finding]:
    cited = {name for citation in article.citations for name in citation.references}
    for reference in article.references:
        if reference.id not in cited:
            yield Finding(
                NEVER_CITED, reference.span, reference.id, f"{_called(reference)} is never cited: {_excerpt(reference.text)}"
            )


def _called(reference: Reference) -> str:
    return f"[{reference.label}]" if reference.label.isdecimal() else reference.label


def _pointing_nowhere(article: Article) -> Iterator[Finding]:
    for citation in article.citations:
        if citation.missing:
            marker = " ".join(article.text[citation.start : citation.end].split())
            lacking = ", ".join(citation.missing)
            yield Finding(POINTS_NOWHERE, citation.span, "", f"{marker} points nowhere: there is no reference {lacking}.")


def _citing_nothing(article: Article, claims: Sequence[Span]) -> Iterator[Finding]:
    """Yield the sentences without a marker; questions, fragments and the rows of tables assert nothing by themselves."""
    wanted = merged(claims)
    for sentence in _sentences(article, wanted) if claims else article.sentences.all():
        text = article.text[sentence.start : sentence.end]
        if len(text.split()) < _FEWEST_WORDS or text.rstrip("\"'”’»)]").endswith(("?", ":")) or _is_cited(article, sentence):
            continue
        if article.blocks[block_at(article.blocks, sentence.start)].kind is not BlockKind.TABLE:
            yield Finding(CITES_NOTHING, sentence, "", f"Cites nothing: {_excerpt(text)}")


def _sentences(article: Article, wanted: Sequence[Span]) -> Iterator[Span]:
    """Yield the sentences that overlap one of the ranges, each once."""
    last = -1
    for span in wanted:
        sentence = article.sentences.at(span.start)
        while sentence is not None and sentence.start < span.end:
            if sentence.overlaps(span) and sentence.start > last:
                last = sentence.start
                yield sentence
            sentence = article.sentences.after(sentence)


def _is_cited(article: Article, sentence: Span) -> bool:
    return len(within(article.citations, sentence.start, sentence.end)) > 0


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_EXCERPT else line[: _LONGEST_EXCERPT - 1].rstrip() + "…"
