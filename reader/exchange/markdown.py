"""Markdown for Obsidian: front matter, a callout per claim, the references, and what is left to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from reader.exchange.escape import encode_text, json_text, markdown_line, markdown_lines, markdown_link, markdown_tag
from reader.exchange.report import Report, ReportFinding, ReportItem, ReportPair, ReportReference, UnlinkedReference
from reader.exchange.wording import (
    VERDICT_NOTE,
    decision_label,
    describe_counts,
    describe_judgement,
    describe_link,
    describe_place,
    describe_status,
    describe_use,
    pair_details,
    pair_phrases,
    work_lines,
)
from reader.review.scale import ADD_SOURCE, FIX_WORDING, decision_title

_NOT_IN_ANCHOR = re.compile(r"[^A-Za-z0-9-]+")
_FIX_NAMES = {FIX_WORDING: "new wording", ADD_SOURCE: "source"}
"""The names of the text that accompanies a decision."""


def write_markdown(report: Report) -> Iterator[bytes]:
    """Yield the report as a note. The block ids of claims and references are the same in every export."""
    parts = (
        _front_matter(report),
        f"# {markdown_line(report.article.title)}",
        describe_counts(report),
        *_section("For the author", ["\n".join(_fix_lines(report))]),
        *_section("Claims", (_claim_callout(report, item) for item in report.claims)),
        *_section("References", ["\n".join(map(_reference_line, count(1), report.references))]),
        *_section("To do", ["\n".join(f"- {words}" for words in work_lines(report))]),
        *_section("Open and uncited claims", ["\n".join(_open_lines(report))]),
        *_section("Later", ["\n".join(f"- {_quote_line(item)} ({describe_place(item)})" for item in report.later)]),
        *_section("Annotations without a place", (_claim_callout(report, item) for item in report.orphans)),
        *_section("Audit", ["\n".join(map(_finding_lines, report.active_findings))]),
        *_section("Dismissed findings", ["\n".join(map(_finding_lines, report.dismissed_findings))]),
    )
    yield encode_text("\n\n".join(parts) + "\n")


def _front_matter(report: Report) -> str:
    tags = ", ".join(json_text(tag) for tag in report.tags)
    return "\n".join(
        (
            "---",
            f"title: {json_text(report.article.title)}",
            f"source: {json_text(report.article.source)}",
            f"created: {json_text(report.at)}",
            f"tags: [{tags}]",
            "---",
        )
    )


def _section(title: str, parts: Iterable[str]) -> list[str]:
    bodies = [part for part in parts if part]
    return [f"## {title}", *bodies] if bodies else []


def _claim_callout(report: Report, item: ReportItem) -> str:
    annotation = item.annotation
    name = f"Claim {item.number}" if item.number else markdown_line(annotation.kind)
    title = " · ".join(part for part in (name, describe_status(item)) if part)
    place = describe_place(item)
    lines = [f"[!quote] {title}", _quote_line(item), "", f"{place[:1].upper()}{place[1:]}."]
    if item.check_reason:
        lines += ["", f"To check ({item.check_reason}). Original wording: “{markdown_line(item.original_quote)}”."]
    if annotation.tags:
        lines += ["", " ".join(map(markdown_tag, annotation.tags))]
    if annotation.decision:
        lines += ["", f"For the author: {_advice_text(item)}."]
    if item.pairs or item.unlinked:
        lines += ["", *(line for pair in item.pairs for line in _pair_lines(report, pair))]
        lines += [_unlinked_line(report, unlinked) for unlinked in item.unlinked]
    if annotation.note:
        lines += ["", "Note:", *markdown_lines(annotation.note)]
    return "\n".join(f"> {line}".rstrip() for line in lines) + f"\n\n^{_anchor_of(item)}"


def _anchor_of(item: ReportItem) -> str:
    return f"claim-{_NOT_IN_ANCHOR.sub('-', item.annotation.id)}"


def _pair_lines(report: Report, pair: ReportPair) -> Iterator[str]:
    link = f" ({markdown_line(describe_link(pair))})" if pair.link else ""
    yield f"- {_label_link(report, pair)} {_judgement_text(pair)}{link}"
    for title, text in pair_details(pair, VERDICT_NOTE):
        yield f"  - {title.lower()}: {markdown_line(text)}"


def _judgement_text(pair: ReportPair) -> str:
    note = VERDICT_NOTE.text_of(pair)
    return markdown_line(describe_judgement(pair)) + (f": {markdown_line(note)}" if note else "")


def _unlinked_line(report: Report, unlinked: UnlinkedReference) -> str:
    reason = f": {markdown_line(unlinked.link.reason)}" if unlinked.link.reason else ""
    return f"- {_label_link(report, unlinked)} unlinked by hand{reason}"


def _label_link(report: Report, pair: ReportPair | UnlinkedReference) -> str:
    """Return the label of a reference in brackets, with a link to its entry in the list of references."""
    label = f"\\[{markdown_line(pair.label)}\\]"
    number = next((n for n, one in enumerate(report.references, 1) if one.entry.id == pair.reference), 0)
    return f"[{label}](#^ref-{number})" if number else f"{label} (no longer in the article)"


def _reference_line(number: int, reference: ReportReference) -> str:
    entry = reference.entry
    line = f"- \\[{markdown_line(entry.label)}\\] {_linked_entry(entry.text, entry.url)} ({describe_use(reference)})"
    return f"{line} ^ref-{number}"


def _linked_entry(text: str, url: str) -> str:
    """Return an entry with its address as a link; an address that the text lacks is appended."""
    if not url:
        return markdown_line(text)
    before, match, after = text.partition(url)
    link = markdown_link(url, url)
    return f"{markdown_line(before)} {link} {markdown_line(after)}".strip() if match else f"{markdown_line(text)} {link}"


def _advice_text(item: ReportItem) -> str:
    fix = f": {markdown_line(item.annotation.fix)}" if item.annotation.fix else ""
    return f"{markdown_line(decision_label(item))}{fix}"


def _fix_lines(report: Report) -> Iterator[str]:
    """Yield what the author should do, claim by claim: the current wording, what to do and how, and the reasons."""
    for number, item in enumerate(report.claims_to_fix, 1):
        word = markdown_line(decision_title(item.annotation.decision))
        claim = f"[claim {item.number}](#^{_anchor_of(item)}), {describe_place(item)}"
        yield f"{number}. **{word[:1].upper()}{word[1:]}** ({claim}): {_quote_line(item)}"
        if item.annotation.fix:
            yield f"    - {_FIX_NAMES.get(item.annotation.decision, 'how')}: {markdown_line(item.annotation.fix)}"
        yield from (
            f"    - {_label_link(report, pair)} {_judgement_text(pair)}"
            for pair in item.pairs
            if pair.verdict or pair_phrases(pair)
        )
        if item.status and not item.status.rests_on:
            yield "    - rests on nothing"
        if item.annotation.note:
            yield f"    - note: {markdown_line(item.annotation.note)}"


def _finding_lines(row: ReportFinding) -> str:
    words, dismissal = f"- {markdown_line(row.finding.text)}", row.dismissal
    if dismissal is None:
        return words
    by = f" by {markdown_line(dismissal.by)}" if dismissal.by else ""
    return f"{words}\n    - dismissed{by}" + (f": {markdown_line(dismissal.reason)}" if dismissal.reason else "")


def _open_lines(report: Report) -> Iterator[str]:
    for item in (*report.claims, *(orphan for orphan in report.orphans if orphan.status)):
        if item.status and not item.status.rests_on:
            yield f"- Claim {item.number} rests on nothing"
        elif item.open_pairs:
            yield f"- Claim {item.number}: {', '.join(_label_link(report, pair) for pair in item.open_pairs)}"


def _quote_line(item: ReportItem) -> str:
    return markdown_line(item.selector.exact)
