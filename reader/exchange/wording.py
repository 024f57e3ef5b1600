"""How a report is put into words, the same in every format that people read."""

from __future__ import annotations

from reader.article.audit.finding import CITES_NOTHING
from reader.exchange.report import Report, ReportItem, ReportPair, ReportPassage
from reader.printable import plural
from reader.review.scale import decision_title

COMPLETE = "The review is complete: every sentence is decided, every pair is judged."


def describe_status(item: ReportItem) -> str:
    """Return how far an annotation is judged: "open, 1 of 3 judged", "judged, 3 of 3", "uncited"; "" for what is no claim."""
    status = item.status
    if status is None or status.is_uncited:
        return "" if status is None else status.name
    return f"{status.name}, {status.settled_pairs} of {len(status.rests_on)}{' judged' if status.open_pairs else ''}"


def describe_place(item: ReportItem) -> str:
    """Return where an annotation stands: sentence and paragraph of the body, and its characters in the article's text."""
    if not item.has_place:
        return "its quote no longer stands in the text"
    characters = f"characters {item.selector.start}–{item.selector.end}"
    if not item.paragraph:
        return characters
    sentence = f"sentence {item.sentence}, " if item.sentence else ""
    return f"{sentence}paragraph {item.paragraph}, {characters}"


def describe_judgement(pair: ReportPair) -> str:
    """Return how a pair was judged: the verdict, what it lacks or is stale by, and what is wrong with the pair."""
    lacks = f" ({pair.open_reason})" if pair.open_reason else ""
    stale = f" (stale: {pair.stale_reason})" if pair.stale_reason else ""
    return f"{pair.verdict_label}{lacks}{stale}" + (f"; {', '.join(pair.problems)}" if pair.problems else "")


def describe_passage(passage: ReportPassage) -> str:
    """Return where a passage stands: title and origin of its source, and its characters there; "" when nobody knows."""
    characters = f"characters {passage.start}–{passage.end}" if passage.end else ""
    older = "an older text of the source" if passage.is_older else ""
    return ", ".join(part for part in (passage.title, passage.origin, characters, older) if part)


def decision_label(item: ReportItem) -> str:
    """Return what the author should do about a claim, in words, "" when nobody said."""
    return decision_title(item.annotation.decision) if item.annotation.decision else ""


def describe_link(pair: ReportPair) -> str:
    """Return that a person linked a claim to a reference, and why, "" when only the text does."""
    if pair.link is None:
        return ""
    return f"linked by hand: {pair.link.reason}" if pair.link.reason else "linked by hand"


def is_complete(report: Report) -> bool:
    """Whether all was decided: what the audit found is for the author to mend, and may remain."""
    return report.completeness.is_complete and not (report.later or report.check_count)


def list_remaining_work(report: Report) -> list[str]:
    """Return what was left at the time of the report, a line each; without findings of the audit nothing, if it is complete."""
    left, without = (
        report.completeness,
        sum(bool(p.open_reason) for item in (*report.items, *report.orphans) for p in item.pairs),
    )
    silent = sum(found.finding.kind == CITES_NOTHING for found in report.active_findings)
    told = (
        (left.unread, f"{left.unread} of {plural(report.sentence_count, 'sentence')} unread"),
        (left.open_pairs, plural(left.open_pairs, "open pair") + (f", {without} for want of evidence" if without else "")),
        (left.stale_verdicts, plural(left.stale_verdicts, "stale verdict")),
        (left.double_verdicts, f"{plural(left.double_verdicts, 'pair')} with two verdicts"),
        (report.check_count, f"{plural(report.check_count, 'place')} to check, as the text changed"),
        (left.orphans, f"{plural(left.orphans, 'annotation')} without a place in the text"),
        (len(report.later), f"{plural(len(report.later), 'place')} put off for later"),
        (left.findings, f"{plural(left.findings, 'finding')} of the audit that nobody dismissed"),
        (silent, f"{plural(silent, 'sentence')} without a citation that nobody dismissed"),
    )
    return [words for number, words in told if number]
