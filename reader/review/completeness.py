"""Count what is left to do in a review, and say whether it is complete.

A sentence is decided once it is a claim, not a claim, or for later. A pair is settled once it has a verdict, with evidence
where the scale requires it, or once its source is unavailable. A review is complete when every sentence is a claim or not a
claim, every pair is settled and has one verdict, no verdict is stale, and every annotation has its place. Claims that rest on
nothing, unavailable sources, places to check and findings do not keep it open; they are counted beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from reader.article.audit.finding import Finding
from reader.printable import plural
from reader.review.coverage import Coverage
from reader.review.index import AnnotationIndex
from reader.review.vocabulary import LATER


class Completeness(NamedTuple):
    """The counts of a review.

    `sentences` are those of the body, `undecided` and `later` some of them. `uncited` counts the claims that rest on nothing,
    `unavailable` the pairs whose source is unavailable. `findings` are those of the audit that nobody dismissed, without the
    sentences that cite nothing.
    """

    sentences: int = 0
    undecided: int = 0
    later: int = 0
    claims: int = 0
    pairs: int = 0
    open_pairs: int = 0
    two_verdicts: int = 0
    stale_verdicts: int = 0
    orphans: int = 0
    uncited: int = 0
    unavailable: int = 0
    places_to_check: int = 0
    findings: int = 0

    @property
    def decided_count(self) -> int:
        """The number of decided sentences."""
        return self.sentences - self.undecided

    @property
    def is_complete(self) -> bool:
        """Whether nothing keeps the review open."""
        return not (self.undecided or self.later or self.open_pairs or self.two_verdicts or self.stale_verdicts or self.orphans)

    def remaining_work(self) -> tuple[str, ...]:
        """Return what keeps the review open, in words, nothing for a complete one: "2 open pairs"."""
        return _phrases(
            (self.open_pairs, plural(self.open_pairs, "open pair")),
            (self.two_verdicts, f"{plural(self.two_verdicts, 'pair')} with two verdicts"),
            (self.stale_verdicts, plural(self.stale_verdicts, "stale verdict")),
            (self.orphans, f"{plural(self.orphans, 'annotation')} without a place"),
            (self.undecided, f"{plural(self.undecided, 'sentence')} undecided"),
            (self.later, f"{plural(self.later, 'sentence')} for later"),
        )

    def side_counts(self) -> tuple[str, ...]:
        """Return what is counted beside a review without keeping it open, in words: "3 rest on nothing"."""
        return _phrases(
            (self.uncited, f"{self.uncited:,} {'rests' if self.uncited == 1 else 'rest'} on nothing"),
            (self.unavailable, f"{self.unavailable:,} unavailable"),
            (self.places_to_check, f"{plural(self.places_to_check, 'place')} to check"),
            (self.findings, plural(self.findings, "finding")),
        )

    def to_check(self) -> tuple[str, ...]:
        """Return what a changed text left to check, in words."""
        return _phrases(
            (self.places_to_check, f"{plural(self.places_to_check, 'place')} to check"),
            (self.stale_verdicts, plural(self.stale_verdicts, "stale verdict")),
            (self.orphans, f"{plural(self.orphans, 'annotation')} without a place"),
        )

    def summary(self) -> str:
        """Return the state of the review in one line: "Complete · 3 rest on nothing", "2 open pairs · 1 finding"."""
        return " · ".join((*(("Complete",) if self.is_complete else self.remaining_work()), *self.side_counts()))


def _phrases(*phrases: tuple[int, str]) -> tuple[str, ...]:
    return tuple(phrase for count, phrase in phrases if count)


def count_review(index: AnnotationIndex, findings: Iterable[Finding] = (), coverage: Coverage | None = None) -> Completeness:
    """Return the counts of a review. `coverage` is that of the index, if the caller has one."""
    from reader.review.queue import TWO_VERDICTS, queue_entries

    coverage = coverage if coverage is not None else Coverage(index)
    claims, dismissals, tally = index.claims(), index.dismissals(), index.tally
    judged = [claim for claim in claims if claim.judgements]
    return Completeness(
        sentences=len(coverage),
        undecided=coverage.undecided_count,
        later=coverage.count(LATER),
        claims=tally.claims,
        pairs=tally.pairs,
        open_pairs=tally.open_pairs,
        two_verdicts=sum(pair.reason == TWO_VERDICTS for a in judged if a.conflicts for pair in queue_entries(index, a)),
        stale_verdicts=sum(index.is_stale_verdict(a, j) for a in judged for j in a.judgements if j.verdict),
        orphans=len(index.orphans()),
        uncited=sum(not index.status(claim).rests_on for claim in claims),
        unavailable=tally.unavailable,
        places_to_check=len(index.annotations_to_check()),
        findings=sum(finding.is_fault and finding.key not in dismissals for finding in findings),
    )


def review_counts(index: AnnotationIndex, year: int) -> Completeness:
    """Return the counts of a review, with an audit made in this year."""
    from reader.review.source_audit.audit import review_findings

    return count_review(index, review_findings(index, year))
