"""Put a report into words that every format shares. `PAIR_FIELDS` lists what an export says about a pair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from reader.article.names import strip_accents
from reader.exchange.escape import utc_time
from reader.exchange.identity import public_description
from reader.exchange.report import Report, ReportItem, ReportPair, ReportPassage, ReportReaders, ReportReference
from reader.printable import plural
from reader.review.description import SourceDescription
from reader.review.health import DIFFERS, NO_SUCH_RECORD, SourceHealth
from reader.review.model import Judgement, SourceText
from reader.review.scale import ADD_SOURCE, FIX_WORDING, decision_title, problem_title
from reader.review.source_audit.records import describe_notice, describe_record

_NOT_IN_BLOCK_NAME: Final = re.compile(r"[^a-z0-9]+")
_MAX_BLOCK_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class PairField:
    """Describe a field of a pair: its column in CSV and its text, "" when it has no value.

    With a `title`, Markdown and plain text show the field on a line of its own below the pair; with a `phrase_of`, they show
    that phrase after the verdict ("" for none). The fields with neither are columns only, or have a place of their own.
    """

    name: str
    text_of: Callable[[ReportPair], str]
    title: str = ""
    phrase_of: Callable[[ReportPair], str] | None = None


def list_problems(pair: ReportPair) -> tuple[str, ...]:
    """Return the titles of a pair's problems."""
    return tuple(map(problem_title, pair.judgement.problems)) if pair.judgement else ()


def describe_passage(passage: ReportPassage) -> str:
    """Return the place of a passage: title and origin of its source and the characters there; "" if nothing is known.

    Of an archived copy, it is said of when and of what.
    """
    characters = f"characters {passage.start}–{passage.end}" if passage.end else ""
    older = "an older text of the source" if passage.is_older else ""
    parts = (passage.title, describe_archived_copy(passage), passage.origin, characters, older)
    return ", ".join(part for part in parts if part)


def describe_archived_copy(text: ReportPassage | SourceText) -> str:
    """Return the day of an archived copy and the address it is a copy of; "" for a text that its own site gave."""
    original = f" of {text.requested}" if text.requested else ""
    return f"archived copy of {text.archived_at[:10]}{original}" if text.archived_at else ""


def describe_source(reference: ReportReference) -> str:
    """Return the state of a reference's source: its description, or of which day its text is an archived copy."""
    text = reference.source.text if reference.source is not None else None
    if text is None:
        return reference.source_state
    about = describe_description(text.description)
    return reference.source_state + (f": {about}" if about else f", {text.copy_words}" if text.archived_at else "")


def describe_description(description: SourceDescription) -> str:
    """Return the description of a source that is no text, "" for none, without the folders of a path."""
    return public_description(description).words if description else ""


def describe_faults(health: SourceHealth) -> str:
    """Return what others have recorded against the work behind a reference: notices, and a record that lacks or differs."""
    notices = (describe_notice(notice) for notice in health.notices_in_force)
    has_fault = health.record is not None and health.record.outcome in (NO_SUCH_RECORD, DIFFERS)
    record = describe_record(health.record) if has_fault and health.record is not None else ""
    return " ".join(part for part in (*notices, record) if part)


def describe_link(pair: ReportPair) -> str:
    """Return that a person linked the reference by hand, and why; "" if the text cites it."""
    if pair.link is None:
        return ""
    return f"linked by hand: {pair.link.reason}" if pair.link.reason else "linked by hand"


FIX_NAMES: Final = {FIX_WORDING: "new wording", ADD_SOURCE: "source"}
"""The names of the text that accompanies a decision."""
VERDICT_NOTE: Final = PairField("verdict_note", lambda pair: pair.judgement.note if pair.judgement else "", "Note")
PAIR_FIELDS: Final = (
    PairField("reference", lambda pair: pair.label),
    PairField("reference_text", lambda pair: pair.entry.text if pair.entry else ""),
    PairField("reference_url", lambda pair: pair.entry.url if pair.entry else ""),
    PairField("reference_doi", lambda pair: pair.entry.doi if pair.entry else ""),
    PairField("verdict", lambda pair: pair.verdict),
    PairField("verdict_label", lambda pair: pair.verdict_label),
    VERDICT_NOTE,
    PairField("evidence", lambda pair: "\n\n".join(passage.quote for passage in pair.evidence)),
    PairField("judged_by", lambda pair: pair.judgement.by if pair.judgement else ""),
    PairField("judged_at", lambda pair: pair.judgement.at if pair.judgement else ""),
    PairField("stale", lambda pair: pair.stale_reason),
    PairField("open", lambda pair: "yes" if pair.is_open else "no"),
    PairField("problems", lambda pair: "; ".join(list_problems(pair)), phrase_of=lambda pair: ", ".join(list_problems(pair))),
    PairField("linked", describe_link),
    PairField("source_state", lambda pair: pair.source_state),
    PairField("evidence_source", lambda pair: "\n\n".join(map(describe_passage, pair.evidence))),
    PairField("source_marks", lambda pair: " ".join(pair.source_marks)),
    PairField("source_faults", lambda pair: describe_faults(pair.health), "Source"),
    PairField("source_description", lambda pair: describe_description(pair.description), "Described source"),
)
"""The fields of a pair. A new one also gets a column in `csv_table.COLUMNS`."""
_PHRASES: Final = tuple(field.phrase_of for field in PAIR_FIELDS if field.phrase_of)


def pair_details(pair: ReportPair, without: PairField | None = None) -> Iterator[tuple[str, str]]:
    """Yield the lines below a pair, each as title and text: the fields with a title, then the evidence.

    `without` is a field that the line of the pair says already.
    """
    for field in PAIR_FIELDS:
        if field.title and field is not without and (text := field.text_of(pair)):
            yield field.title, text
    if pair.standing:
        yield "Also stands", ", ".join(pair.standing)
    for passage in pair.evidence:
        origin = describe_passage(passage)
        yield "Evidence", f"“{passage.quote}” ({origin})" if origin else f"“{passage.quote}”"


def describe_status(item: ReportItem) -> str:
    """Return the status of a claim: "open, 1 of 3 settled", "judged, 3 of 3", "uncited"; "" for other kinds."""
    status = item.status
    if status is None or not status.rests_on:
        return "" if status is None else status.name
    return f"{status.name}, {status.settled_pairs} of {len(status.rests_on)}{' settled' if status.open_pairs else ''}"


def describe_sentence(item: ReportItem) -> str:
    """Return the place of an annotation in the body, "sentence 2, paragraph 1"; "" outside the body and without a place."""
    if not item.has_place or not item.paragraph:
        return ""
    return f"{f'sentence {item.sentence}, ' if item.sentence else ''}paragraph {item.paragraph}"


def describe_signature(judgement: Judgement) -> str:
    """Return who judged a pair, and on which day: "Ana, 2026-01-15"; "" if neither is known."""
    return ", ".join(part for part in (judgement.by, judgement.at[:10]) if part)


def pair_phrases(pair: ReportPair) -> list[str]:
    """Return the phrases of a pair that follow the verdict in its line."""
    return [phrase for phrase_of in _PHRASES if (phrase := phrase_of(pair))]


def describe_judgement(pair: ReportPair) -> str:
    """Return the verdict on a pair, why it is open or stale, and the phrases of the pair."""
    reason = f" ({pair.open_reason})" if pair.open_reason else ""
    stale = f" (stale: {pair.stale_reason})" if pair.stale_reason else ""
    return "; ".join((f"{pair.verdict_label}{reason}{stale}", *pair_phrases(pair)))


def list_remarks(item: ReportItem) -> list[str]:
    """Return what was said of an annotation, as paragraphs: its note, a line for each pair, and what the author should do."""
    annotation = item.annotation
    parts = [annotation.note] if annotation.note else []
    for pair in item.pairs:
        note = pair.judgement.note if pair.judgement else ""
        parts.append(": ".join(filter(None, (f"{describe_judgement(pair)} [{pair.label}]", note))))
    decision = ": ".join(filter(None, (decision_label(item), annotation.fix)))
    return [*parts, decision] if decision else parts


def decision_label(item: ReportItem) -> str:
    """Return what the author should do about a claim, "" if nothing was decided."""
    return decision_title(item.annotation.decision) if item.annotation.decision else ""


def describe_use(reference: ReportReference) -> str:
    """Return how often a reference is cited, and how many claims rest on it."""
    if not reference.citation_count:
        return "never cited" if reference.is_never_cited else "no marker found"
    return f"cited {plural(reference.citation_count, 'time')}, {plural(reference.claim_count, 'claim')}"


def review_times(report: Report) -> tuple[str, ...]:
    """Return the first and the last time at which something was annotated or judged, as stored times in UTC; () for never."""
    items = (*report.items, *report.orphans)
    times = [time for item in items for time in (item.annotation.created_at, item.annotation.updated_at)]
    times += [pair.judgement.at for item in items for pair in item.pairs if pair.judgement]
    known = sorted(time for time in times if utc_time(time) is not None)
    return (known[0], known[-1]) if known else ()


def describe_counts(report: Report) -> str:
    """Return the counts of a review: claims, decided sentences, what keeps it open, and what is counted beside it.

    If the report is filtered, the filter follows.
    """
    counts = report.counts
    decided = f"{counts.decided_count:,} of {plural(counts.sentences, 'sentence')} decided"
    filtered = f" {describe_filter(report)}" if report.filter else ""
    return f"{plural(counts.claims, 'claim')}, {decided}. {counts.summary()}.{filtered}"


def describe_filter(report: Report) -> str:
    """Return that a report is filtered, and by what; "" if it is not."""
    if not report.filter:
        return ""
    shown = f"{report.annotation_count:,} of {plural(report.whole.annotation_count, 'annotation')}"
    return f"Filtered by {report.filter}: {shown}. The counts are those of the whole review."


def work_lines(report: Report) -> list[str]:
    """Return what keeps a review open, or that it is complete, and what is counted beside it, a line each."""
    counts = report.counts
    return [*(("Complete",) if counts.is_complete else counts.remaining_work()), *counts.side_counts()]


def name_item_blocks(report: Report) -> dict[str, str]:
    """Return the names that links within a note use, by annotation id: "c1" for claim 1, "n2" for an annotation that is none.

    A filter does not change them.
    """
    items = enumerate((*report.whole.items, *report.whole.orphans), 1)
    return {item.annotation.id: f"c{item.number}" if item.number else f"n{place}" for place, item in items}


def name_reference_blocks(report: Report) -> dict[str, str]:
    """Return the names that links within a note use, by reference id: "r1" for "[1]", "r-lee-2020" for "Lee 2020"."""
    blocks: dict[str, str] = {}
    used: set[str] = set()
    for place, reference in enumerate(report.references, 1):
        words = _NOT_IN_BLOCK_NAME.sub("-", strip_accents(reference.entry.id).casefold())[:_MAX_BLOCK_NAME].strip("-")
        block = f"r{words}" if words[:1].isdigit() else f"r-{words}"
        blocks[reference.entry.id] = block if words and block not in used else f"r-no-{place}"
        used.add(blocks[reference.entry.id])
    return blocks


def agreement_sentence(readers: ReportReaders) -> str:
    """Return in one sentence how far two readers agreed, and what became of their differences."""
    agreement, (first, second) = readers.agreement, readers.names
    apart, kappa = agreement.units - agreement.alike, agreement.kappa
    words = f"{first} and {second} both judged {plural(agreement.units, 'pair')}, {agreement.alike:,} of them alike"
    beyond = f" (Cohen's kappa {kappa.value:.2f}, {kappa.low:.2f} to {kappa.high:.2f})" if kappa is not None else ""
    settled = f"; {readers.settled_count:,} of {plural(apart, 'difference')} settled" if apart else ""
    return f"{words}{beyond}{settled}."
