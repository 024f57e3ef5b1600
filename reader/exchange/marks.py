"""The sign, words and tone by which exports show the state of a claim, a pair or a sentence."""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

from reader.exchange.report import Report, ReportItem, ReportPair
from reader.review.scale import UNAVAILABLE_STATE, Scale, sign_rank
from reader.review.vocabulary import CLAIM, LATER, NOT_CLAIM


class Mark(NamedTuple):
    """A sign with its words. `tone` is that of a verdict, or names the state; the page takes its colour from it."""

    sign: str
    words: str
    tone: str

    @property
    def rank(self) -> int:
        """The rank of the sign, the worst first."""
        return sign_rank(self.sign, self.tone)


OPEN: Final = Mark("○", "open", "open")
UNCITED: Final = Mark("◌", "rests on nothing", "uncited")
TO_CHECK: Final = Mark("!", "to check", "fault")
FOR_LATER: Final = Mark("◇", "for later", "later")
NO_CLAIM: Final = Mark("·", "not a claim", "none")
NOT_DECIDED: Final = Mark(" ", "undecided", "undecided")


def pair_mark(scale: Scale, pair: ReportPair) -> Mark:
    """Return the mark of a pair: its verdict, or that it is open."""
    verdict = scale.by_id(pair.verdict)
    return Mark(verdict.symbol, pair.verdict_label, verdict.tone) if pair.verdict else OPEN


def item_mark(scale: Scale, item: ReportItem) -> Mark:
    """Return the mark of an annotation: that it has to be checked, rests on nothing, or is open, else its worst verdict."""
    if item.check_reason or any(pair.stale_reason for pair in item.pairs):
        return TO_CHECK
    if item.annotation.kind != CLAIM:
        return {LATER: FOR_LATER, NOT_CLAIM: NO_CLAIM}.get(item.annotation.kind, NOT_DECIDED)
    if not item.pairs:
        return UNCITED
    if item.open_pairs:
        return OPEN
    return pair_mark(scale, max(item.pairs, key=lambda pair: scale.by_id(pair.verdict).weight))


def count_pairs(report: Report) -> Counter[Mark]:
    """Return how many pairs of claims with a place have which mark, in the order of the scale."""
    pairs = Counter(pair_mark(report.scale, pair) for claim in report.claims for pair in claim.pairs)
    order = {verdict.label: place for place, verdict in enumerate((*report.scale.verdicts, UNAVAILABLE_STATE))}
    return Counter({mark: pairs[mark] for mark in sorted(pairs, key=lambda mark: order.get(mark.words, len(order)))})


def sentence_marks(report: Report) -> list[Mark]:
    """Return the mark of every sentence of the body, in order: the worst of the annotations on it."""
    sentences = report.article.sentences.all()
    marks = [NOT_DECIDED] * len(sentences)
    following = list(range(len(sentences) + 1))  # leads to the next sentence without a mark, so that each is visited once

    def next_without_mark(index: int) -> int:
        while following[index] != index:
            following[index] = following[following[index]]
            index = following[index]
        return index

    worst_first = sorted(((item_mark(report.scale, item), item) for item in report.items), key=lambda pair: pair[0].rank)
    for mark, item in worst_first:
        index = next_without_mark(item.sentence - 1) if item.sentence else len(sentences)
        while index < len(sentences) and sentences[index].start < item.selector.end:
            marks[index], following[index] = mark, index + 1
            index = next_without_mark(index)
    return marks
