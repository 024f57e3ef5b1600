"""A review as programs for annotated text have it: ranges with labels, and relations between them.

The labels are shared by every format that has such ranges, and by what reads them: the kind of an annotation,
`REFERENCE_LABEL` for an entry of the list of references, and for a pair the id of its verdict, or `RESTS_ON_LABEL`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.ranges import Span
from reader.exchange.identity import article_iri, stable_iri
from reader.exchange.report import Report, ReportItem, ReportPair
from reader.review.vocabulary import ANNOTATION_KINDS

REFERENCE_LABEL: Final = "reference"
"""The label of an entry of the list of references."""
RESTS_ON_LABEL: Final = "rests-on"
"""The label of a pair without a verdict."""
SPAN_LABELS: Final = (*ANNOTATION_KINDS, REFERENCE_LABEL)
"""The labels that a range can have."""


class CodedSpan(NamedTuple):
    """A range of the article's text with its label, half-open, in code points.

    `number` counts them from 1 within the article; `id` is the same in every export. `item` is the annotation, None for an
    entry of the list of references.
    """

    number: int
    id: str
    label: str
    start: int
    end: int
    item: ReportItem | None

    @property
    def span(self) -> Span:
        """The range."""
        return Span(self.start, self.end)


class CodedLink(NamedTuple):
    """A pair whose reference is in the text: the claim, the entry it rests on, and the verdict as label."""

    number: int
    claim: CodedSpan
    reference: CodedSpan
    label: str
    pair: ReportPair


class CodedText(NamedTuple):
    """The ranges of an article: its annotations in the order of the text, then the entries they rest on; and the pairs."""

    spans: tuple[CodedSpan, ...]
    links: tuple[CodedLink, ...]

    @property
    def annotations(self) -> tuple[CodedSpan, ...]:
        """The ranges that are annotations."""
        return tuple(span for span in self.spans if span.item is not None)


def code_report(report: Report) -> CodedText:
    """Return the ranges and pairs of a report. Annotations without a place have none."""
    article = report.article
    spans = [
        CodedSpan(
            number,
            span_id("annotation", item.annotation.id),
            item.annotation.kind,
            item.selector.start,
            item.selector.end,
            item,
        )
        for number, item in enumerate(report.items, 1)
    ]
    used = {pair.reference for item in report.items for pair in item.pairs}
    entries = [row.entry for row in report.references if row.entry.id in used and row.entry.span is not None]
    references = {
        entry.id: CodedSpan(
            number, span_id("reference", article_iri(article), entry.id), REFERENCE_LABEL, entry.start, entry.end, None
        )
        for number, entry in enumerate(entries, len(spans) + 1)
    }
    pairs = (
        (span, references[pair.reference], pair)
        for span in spans
        for pair in (span.item.pairs if span.item else ())
        if pair.reference in references
    )
    links = (
        CodedLink(number, claim, reference, pair.verdict or RESTS_ON_LABEL, pair)
        for number, (claim, reference, pair) in enumerate(pairs, 1)
    )
    return CodedText((*spans, *references.values()), tuple(links))


def span_id(*parts: str) -> str:
    """Return the id of a range, or of something else, that is the same in every export: a UUID."""
    return stable_iri(*parts).removeprefix("urn:uuid:")


def name_article(article: Article) -> dict[str, str]:
    """Return what names an article beside its text: title, address or digest, and the digest of the text."""
    return {"title": article.title, "source": article_iri(article), "edition": article.digest}


def count_lost_places(report: Report) -> int:
    """Return the number of annotations without a place in the text."""
    return len(report.orphans)


def count_unplaced_pairs(report: Report) -> int:
    """Return the number of pairs whose reference is not in the text."""
    entries = {row.entry.id for row in report.references if row.entry.span is not None}
    return sum(pair.reference not in entries for item in report.items for pair in item.pairs)


def count_tags(report: Report) -> int:
    """Return how often an annotation bears a tag."""
    return sum(len(item.annotation.tags) for item in chain(report.items, report.orphans))


def count_notes(report: Report) -> int:
    """Return the number of annotations with a note."""
    return sum(bool(item.annotation.note) for item in chain(report.items, report.orphans))


def choose_outer(spans: Iterable[CodedSpan]) -> Iterator[CodedSpan]:
    """Yield ranges that do not overlap, in the order of the text: of two that do, the longer one, then the first."""
    from bisect import bisect_left, insort

    chosen: list[tuple[int, int]] = []
    by_start: dict[int, CodedSpan] = {}
    for span in sorted(spans, key=lambda one: (one.start - one.end, one.start)):
        at = bisect_left(chosen, (span.start, span.end))
        is_free = (at == 0 or chosen[at - 1][1] <= span.start) and (at == len(chosen) or span.end <= chosen[at][0])
        if is_free and span.end > span.start:
            insort(chosen, (span.start, span.end))
            by_start[span.start] = span
    yield from (by_start[start] for start, _ in chosen)
