"""Put the judgement of each annotation into a thread of comments: the verdicts, then what the author should do, then a note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.exchange.escape import clean_xml
from reader.exchange.report import Report, ReportItem, ReportPair
from reader.exchange.wording import decision_label, describe_judgement, pair_details
from reader.review.scale import LEAVE_AS_IS, Scale
from reader.review.vocabulary import NOISE_KINDS

_NOBODY: Final = "Reviewer"
_STAMP: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z")


class Message(NamedTuple):
    """One comment: who wrote it, when (RFC 3339 in UTC, in whole seconds, "" if unknown), and its paragraphs."""

    author: str
    date: str
    paragraphs: tuple[str, ...]


class Thread(NamedTuple):
    """The comments on one annotation, the first of which the others answer. `is_resolved`: there is nothing left to do."""

    item: ReportItem
    messages: tuple[Message, ...]
    is_resolved: bool


def list_threads(report: Report) -> list[Thread]:
    """Return a thread for each annotation that has a verdict, an advice for the author or a note, with and without a place."""
    items = (item for item in (*report.items, *report.orphans) if item.annotation.kind not in NOISE_KINDS)
    threads = (Thread(item, _messages(item, report.scale), _is_settled_well(item, report.scale)) for item in items)
    return [thread for thread in threads if thread.messages]


def count_without_comment(report: Report) -> int:
    """Return how many annotations get no comment, as nobody wrote anything about them."""
    items = (item for item in (*report.items, *report.orphans) if item.annotation.kind not in NOISE_KINDS)
    return sum(1 for _ in items) - len(list_threads(report))


def _is_settled_well(item: ReportItem, scale: Scale) -> bool:
    """Whether a claim needs nothing of its author: all pairs are settled, and it is fine, or all verdicts are good."""
    if item.status is None or item.open_pairs or item.check_reason:
        return False
    are_good = bool(item.pairs) and all(scale.by_id(pair.verdict).tone == "good" for pair in item.pairs)
    return item.annotation.decision == LEAVE_AS_IS or (are_good and not item.annotation.decision)


def _messages(item: ReportItem, scale: Scale) -> tuple[Message, ...]:
    annotation = item.annotation
    author, stamp = annotation.creator, annotation.updated_at or annotation.created_at
    advice = ": ".join(words for words in (decision_label(item), annotation.fix) if words)
    messages = (
        *_verdicts(item, scale, stamp),
        _message(author, stamp, [f"For the author: {advice}"] if advice else []),
        _message(author, stamp, [annotation.note]),
    )
    return tuple(message for message in messages if message.paragraphs)


def _verdicts(item: ReportItem, scale: Scale, stamp: str) -> Iterator[Message]:
    """Yield what each person judged, in the order of the references. `stamp` is the time of verdicts that have none."""
    pairs_by_person: dict[str, list[ReportPair]] = {}
    for pair in item.pairs:
        if pair.judgement is not None and not pair.judgement.is_empty:
            pairs_by_person.setdefault(pair.judgement.by, []).append(pair)
    for person, pairs in pairs_by_person.items():
        lines = [line for pair in pairs for line in _pair_lines(pair, scale)]
        yield _message(person, max(pair.judgement.at for pair in pairs if pair.judgement) or stamp, lines)


def _pair_lines(pair: ReportPair, scale: Scale) -> Iterator[str]:
    sign = f"{scale.by_id(pair.verdict).symbol} " if pair.verdict else ""
    lost = "" if pair.entry else " (no longer in the article)"
    yield f"{sign}[{pair.label}]{lost} {describe_judgement(pair)}"
    yield from (f"{title}: {text}" for title, text in pair_details(pair))


def _message(author: str, stamp: str, lines: list[str]) -> Message:
    match = _STAMP.fullmatch(stamp)
    parts = (clean_xml(part.expandtabs(4).strip()) for line in lines for part in line.splitlines())
    name = " ".join(clean_xml(author).split())
    return Message(name or _NOBODY, f"{match[1]}Z" if match else "", tuple(part for part in parts if part))
