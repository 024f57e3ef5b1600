"""What a claim rests on, and how far it is judged. Derived from the article and the judgements, never typed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Citation
from reader.article.ranges import Span
from reader.review.model import CLAIM, Annotation, Judgement
from reader.review.scale import DEFAULT_SCALE, UNAVAILABLE, Scale, Verdict

_BETWEEN = lazy_pattern(r"[\s.,;:!?…)\]\"'”’»]*")


@dataclass(frozen=True, slots=True)
class Status:
    """How far a claim is judged: the reference ids it rests on, and how many of these pairs have a verdict."""

    rests_on: tuple[str, ...]
    settled_pairs: int

    @property
    def is_uncited(self) -> bool:
        """Whether the claim rests on nothing."""
        return not self.rests_on

    @property
    def open_pairs(self) -> int:
        """How many of the claim's pairs have no verdict yet."""
        return len(self.rests_on) - self.settled_pairs

    @property
    def name(self) -> str:
        """The status in one word of the product: "uncited", "open" or "judged"."""
        return "uncited" if self.is_uncited else "open" if self.open_pairs else "judged"


NO_STATUS = Status((), 0)


def citations_in(article: Article, span: Span) -> tuple[Citation, ...]:
    """Return the citations that overlap `span`. They are sorted and disjoint, so two bisections find them."""
    first = bisect_right(article.citations, span.start, key=lambda c: c.end)
    last = bisect_left(article.citations, span.end, key=lambda c: c.start)
    return article.citations[first:last]


def claim_citations(article: Article, span: Span) -> tuple[Citation, ...]:
    """Return the citations that an assertion on `span` leans on.

    Those inside it and those that follow it at once, punctuation between; if there are none, those of the sentences it lies in:
    the marker at a sentence's end carries the whole sentence, unless a part of it has markers of its own.
    """
    end = span.end
    while True:
        between = _BETWEEN.match(article.text, end)
        at = between.end() if between else end
        following = citations_in(article, Span(at, at + 1))
        if not following or following[0].start != at:
            break
        end = following[0].end
    reached = Span(span.start, max(span.end, end))
    sentence = article.sentences.at(span.start)
    if sentence is not None and sentence.end < reached.end and span.end <= sentence.end:
        reached = Span(span.start, max(span.end, sentence.end))
    own = citations_in(article, reached)
    if own or sentence is None or not sentence.overlaps(span):
        return own
    last = article.sentences.at(max(span.start, span.end - 1))
    return citations_in(article, Span(sentence.start, max(sentence.end, last.end if last else 0)))


def claim_references(article: Article, span: Span) -> tuple[str, ...]:
    """Return the ids of the references that an assertion on `span` leans on, each once, in the order of the text."""
    return tuple(dict.fromkeys(r for citation in claim_citations(article, span) for r in citation.references))


def is_settled(judgement: Judgement | None, scale: Scale) -> bool:
    """Whether a pair needs nothing more: it has a verdict, and a passage that carries it where the scale asks for one."""
    if judgement is None or judgement.verdict in ("", UNAVAILABLE):
        return False
    return bool(judgement.evidence) or not scale.by_id(judgement.verdict).needs_evidence


def claim_status(article: Article, annotation: Annotation, span: Span | None, scale: Scale = DEFAULT_SCALE) -> Status:
    """Return the status of a claim that stands at `span` (None: it lost its place). Other kinds have no pairs.

    What a person said it rests on counts before what the text cites. A judged pair counts even when the text no longer cites
    its reference: a judgement is never hidden by an edit.
    """
    if annotation.kind != CLAIM:
        return NO_STATUS
    cited = claim_references(article, span) if span else ()
    linked = (reference for reference, link in annotation.links.items() if link.rests)
    named = dict.fromkeys((*cited, *linked, *(j.reference for j in annotation.judgements)))
    rests_on = tuple(r for r in named if r not in annotation.links or annotation.links[r].rests)
    judged = sum(is_settled(j, scale) for j in annotation.judgements if j.reference in rests_on)
    return Status(rests_on, judged)


def worst_verdict(annotation: Annotation, scale: Scale) -> Verdict | None:
    """Return the verdict that asks most for attention among those given, or None when there is none."""
    given = [scale.by_id(j.verdict) for j in annotation.judgements if j.verdict]
    return max(given, key=lambda v: v.weight, default=None)
