"""How a report is put into words, the same in every format that people read."""

from __future__ import annotations

from reader.article.audit.finding import CITES_NOTHING
from reader.exchange.report import Item, Pair, Passage, Report
from reader.review.scale import decision_title

COMPLETE = "The review is complete: every sentence is decided, every pair is judged."


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 claim", "2 claims"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def standing_of(item: Item) -> str:
    """Return how far an annotation is judged: "open, 1 of 3 judged", "judged, 3 of 3", "uncited"; "" for what is no claim."""
    status = item.status
    if status is None or status.is_uncited:
        return "" if status is None else status.name
    return f"{status.name}, {status.settled_pairs} of {len(status.rests_on)}{' judged' if status.open_pairs else ''}"


def place_of(item: Item) -> str:
    """Return where an annotation stands: sentence and paragraph of the body, and its characters in the article's text."""
    if not item.placed:
        return "its quote no longer stands in the text"
    characters = f"characters {item.selector.start}–{item.selector.end}"
    if not item.paragraph:
        return characters
    sentence = f"sentence {item.sentence}, " if item.sentence else ""
    return f"{sentence}paragraph {item.paragraph}, {characters}"


def judged_of(pair: Pair) -> str:
    """Return how a pair was judged: the verdict, what it lacks or is stale by, and what is wrong with the pair."""
    lacks = f" ({pair.lacks})" if pair.lacks else ""
    stale = f" (stale: {pair.stale})" if pair.stale else ""
    return f"{pair.word}{lacks}{stale}" + (f"; {', '.join(pair.problems)}" if pair.problems else "")


def from_of(passage: Passage) -> str:
    """Return where a passage stands: title and origin of its source, and its characters there; "" when nobody knows."""
    characters = f"characters {passage.start}–{passage.end}" if passage.end else ""
    older = "an older text of the source" if passage.older else ""
    return ", ".join(part for part in (passage.title, passage.origin, characters, older) if part)


def advice_of(item: Item) -> str:
    """Return what the author should do about a claim, in words, "" when nobody said."""
    return decision_title(item.annotation.decision) if item.annotation.decision else ""


def linked_of(pair: Pair) -> str:
    """Return that a person linked a claim to a reference, and why, "" when only the text does."""
    if pair.link is None:
        return ""
    return f"linked by hand: {pair.link.reason}" if pair.link.reason else "linked by hand"


def is_complete(report: Report) -> bool:
    """Whether all was decided: what the audit found is for the author to mend, and may remain."""
    return report.left.is_complete and not (report.later or report.to_check)


def left_of(report: Report) -> list[str]:
    """Return what was left at the time of the report, a line each; without findings of the audit nothing, if it is complete."""
    left, without = report.left, sum(bool(p.lacks) for item in (*report.items, *report.orphans) for p in item.pairs)
    silent = sum(found.finding.kind == CITES_NOTHING for found in report.standing)
    told = (
        (left.unread, f"{left.unread} of {counted(report.sentences, 'sentence')} unread"),
        (left.open_pairs, counted(left.open_pairs, "open pair") + (f", {without} for want of evidence" if without else "")),
        (left.stale_verdicts, counted(left.stale_verdicts, "stale verdict")),
        (left.double_verdicts, f"{counted(left.double_verdicts, 'pair')} with two verdicts"),
        (report.to_check, f"{counted(report.to_check, 'place')} to check, as the text changed"),
        (left.orphans, f"{counted(left.orphans, 'annotation')} without a place in the text"),
        (len(report.later), f"{counted(len(report.later), 'place')} put off for later"),
        (left.findings, f"{counted(left.findings, 'finding')} of the audit that nobody dismissed"),
        (silent, f"{counted(silent, 'sentence')} without a citation that nobody dismissed"),
    )
    return [words for number, words in told if number]
