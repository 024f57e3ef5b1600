"""Count in a report what some of the formats cannot carry."""

from __future__ import annotations

from itertools import chain

from reader.exchange.report import Report, ReportItem, ReportPair
from reader.review.scale import UNAVAILABLE


def count_all_claims(report: Report) -> int:
    """Return the number of claims, those without a place included."""
    return sum(bool(item.number) for item in _all_items(report))


def count_no_claims(report: Report) -> int:
    """Return the number of passages that are not claims."""
    return report.not_claim_count


def is_judged(pair: ReportPair) -> bool:
    """Whether a pair has a verdict; that its source is unavailable is none."""
    return pair.verdict not in ("", UNAVAILABLE)


def count_unjudged_pairs(report: Report) -> int:
    """Return the number of pairs without a verdict."""
    return sum(not is_judged(pair) for item in _all_items(report) for pair in item.pairs)


def count_judged_pairs(report: Report) -> int:
    """Return the number of pairs with a verdict."""
    return sum(is_judged(pair) for item in _all_items(report) for pair in item.pairs)


def count_detached_verdicts(report: Report) -> int:
    """Return the number of verdicts on references that their claim does not rest on, or no longer."""
    judgements = (judgement for item in _all_items(report) for judgement in item.other_judgements)
    return sum(judgement.verdict not in ("", UNAVAILABLE) for judgement in judgements)


def count_standing_verdicts(report: Report) -> int:
    """Return the number of verdicts of other readers that stand beside that of a pair."""
    return sum(len(pair.standing) for item in _all_items(report) for pair in item.pairs)


def count_evidence(report: Report) -> int:
    """Return the number of passages of sources."""
    return sum(len(pair.evidence) for item in _all_items(report) for pair in item.pairs)


def count_decisions(report: Report) -> int:
    """Return the number of decisions what the author should do about a claim."""
    return sum(bool(item.annotation.decision) for item in _all_items(report))


def count_links(report: Report) -> int:
    """Return the number of decisions whether a claim rests on a reference."""
    return sum(len(item.annotation.links) for item in _all_items(report))


def count_findings(report: Report) -> int:
    """Return the number of findings of the audit, dismissed ones included."""
    return len(report.findings)


def _all_items(report: Report) -> chain[ReportItem]:
    return chain(report.items, report.orphans)
