"""Derive from the article and the judgements what a claim rests on and how many of its pairs are settled."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import WORDED, Citation
from reader.article.ranges import Span, merge_ranges
from reader.review.scale import DEFAULT_SCALE, Scale, Verdict
from reader.review.vocabulary import CLAIM

if TYPE_CHECKING:
    from reader.review.model import Annotation, Judgement

_EMPTY_BRACKETS = lazy_pattern(r"\[\s*\]|\(\s*\)")
_MARK_BEFORE_MARK = lazy_pattern(r"(?<=\w)\s*[,;](?=\s*[,;.](?:\s|$))")
_BLANK_BEFORE_MARK = lazy_pattern(r" (?=[.,;:!?](?: |$))")
_BETWEEN = lazy_pattern(r"[\s.,;:!?…)\]\"'”’»]{0,100}")
_MAX_FOLLOWING: Final = 50
"""The most citations directly after a claim that count as its own: more are a list, read anew for each claim in it."""


class Status(NamedTuple):
    """The references that a claim rests on, by id, and how many of these pairs are settled."""

    rests_on: tuple[str, ...]
    settled_pairs: int

    @property
    def open_pairs(self) -> int:
        """The number of the claim's pairs that are not settled."""
        return len(self.rests_on) - self.settled_pairs

    @property
    def name(self) -> str:
        """The status in one word: "uncited", "open" or "judged"."""
        return "uncited" if not self.rests_on else "open" if self.open_pairs else "judged"


NO_STATUS = Status((), 0)


def citations_in(article: Article, span: Span) -> tuple[Citation, ...]:
    """Return the citations that overlap a range. They are sorted and disjoint, so two bisections find them."""
    first, last = bisect_right(article.citation_ends, span.start), bisect_left(article.citation_starts, span.end)
    return article.citations[first:last]


def claim_text(article: Article, span: Span) -> str:
    """Return the text of a claim in one line, without citation markers and hidden markup.

    Words that are the marker themselves, such as those that are linked to their source, stay.
    """
    hidden = [citation.span for citation in citations_in(article, span) if citation.kind not in WORDED]
    first, last = bisect_right(article.markup.ends, span.start), bisect_left(article.markup.starts, span.end)
    parts: list[str] = []
    at = span.start
    for part in merge_ranges([*hidden, *article.markup[first:last]]):
        if part.end > at:
            parts.append(article.text[at : max(at, min(part.start, span.end))])
            at = part.end
    text = "".join([*parts, article.text[at : span.end]])
    text = _MARK_BEFORE_MARK.sub("", text) if parts else text
    return _BLANK_BEFORE_MARK.sub("", " ".join(_EMPTY_BRACKETS.sub(" ", text).split()))


def claim_citations(article: Article, span: Span) -> tuple[Citation, ...]:
    """Return the citations that a claim on a range rests on.

    These are the citations in the range and directly after it, apart from punctuation between; if there are none, those of its
    sentences: a marker at the end of a sentence covers the whole sentence, except parts that have markers of their own.
    """
    end = span.end
    for _ in range(_MAX_FOLLOWING):
        between = _BETWEEN.match(article.text, end)
        at = between.end() if between else end
        following = citations_in(article, Span(at, at + 1))
        if not following or following[0].start != at:
            break
        end = following[0].end
    if end == span.end and (own := citations_in(article, span)):
        return own  # whatever the sentence is, which would have to be found
    extent = Span(span.start, max(span.end, end))
    sentence = article.sentences.at(span.start)
    if sentence is not None and sentence.end < extent.end and span.end <= sentence.end:
        extent = Span(span.start, max(span.end, sentence.end))
    own = citations_in(article, extent)
    if own or sentence is None or not sentence.overlaps(span):
        return own
    last = article.sentences.at(max(span.start, span.end - 1))
    return citations_in(article, Span(sentence.start, max(sentence.end, last.end if last else 0)))


def claim_references(article: Article, span: Span) -> tuple[str, ...]:
    """Return the ids of the references that a claim on a range cites, each once, in the order of the text."""
    return tuple(dict.fromkeys(r for citation in claim_citations(article, span) for r in citation.references))


def is_settled(judgement: Judgement | None, scale: Scale) -> bool:
    """Whether a pair is settled: its source is unavailable, or it has a verdict, and evidence if the scale requires it."""
    if judgement is None or not judgement.verdict:
        return False
    return bool(judgement.evidence) or not scale.by_id(judgement.verdict).needs_evidence


def claim_status(article: Article, annotation: Annotation, span: Span | None, scale: Scale = DEFAULT_SCALE) -> Status:
    """Return the status of a claim at `span` (None: it lost its place). Other kinds have no pairs.

    Links set by a person count before what the text cites. A judged pair counts even if the text no longer cites its reference:
    an edit never hides a judgement.
    """
    if annotation.kind != CLAIM:
        return NO_STATUS
    text_references = claim_references(article, span) if span else ()
    linked = (reference for reference, link in annotation.links.items() if link.rests)
    references = dict.fromkeys((*text_references, *linked, *(j.reference for j in annotation.judgements)))
    rests_on = tuple(r for r in references if r not in annotation.links or annotation.links[r].rests)
    settled = sum(is_settled(j, scale) for j in annotation.judgements if j.reference in rests_on)
    return Status(rests_on, settled)


def worst_verdict(annotation: Annotation, scale: Scale) -> Verdict | None:
    """Return the heaviest verdict of a claim, or None if it has none."""
    verdicts = (scale.by_id(j.verdict) for j in annotation.judgements if j.verdict)
    return max(verdicts, key=lambda verdict: verdict.weight, default=None)
