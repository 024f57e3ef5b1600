"""Markdown for Obsidian and other editors of notes: counts, what the author should do, the claims, what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reader.exchange.escape import (
    encode_text,
    is_plain_tag,
    json_text,
    markdown_address,
    markdown_line,
    markdown_lines,
    markdown_tag,
)
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import disclose
from reader.exchange.marks import OPEN, UNCITED, count_pairs, item_mark, pair_mark
from reader.exchange.report import Report, ReportFinding, ReportItem, ReportPair, ReportReference, UnlinkedReference
from reader.exchange.wording import (
    FIX_NAMES,
    VERDICT_NOTE,
    decision_label,
    describe_counts,
    describe_faults,
    describe_judgement,
    describe_link,
    describe_sentence,
    describe_signature,
    describe_status,
    describe_use,
    name_item_blocks,
    name_reference_blocks,
    pair_details,
    pair_phrases,
    review_times,
    work_lines,
)
from reader.review.scale import decision_title

_CALLOUTS: Final = {
    **{"good": "success", "partly": "warning", "bad": "failure", "unsure": "question"},
    **{"open": "todo", "uncited": "question", "fault": "warning"},
}
"""The kinds of callouts, to which Obsidian gives a colour, by the tone of a mark; others are quotes."""


def write_markdown(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield each report as a note.

    The block id of a claim is its number, which no filter changes, that of a reference its label: "^c1", "^r-lee-2020".
    """
    for report in disclose(reports, options):
        yield encode_text("\n\n".join(_Note(report).parts()) + "\n")


def _section(title: str, parts: Iterable[str]) -> list[str]:
    bodies = [part for part in parts if part]
    return [f"## {title}", *bodies] if bodies else []


class _Note:
    """The parts of a note, which link to one another."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._reference_blocks = name_reference_blocks(report)
        self._item_blocks = name_item_blocks(report)

    def parts(self) -> Iterator[str]:
        """Yield the front matter, the title and the sections; blank lines separate them."""
        report = self._report
        yield self._front_matter()
        yield f"# {markdown_line(report.article.title)}"
        yield markdown_line(describe_counts(report))
        if pairs := count_pairs(report.whole):
            yield markdown_line(" · ".join(f"{mark.sign} {count:,} {mark.words}" for mark, count in pairs.items()))
        yield from _section("For the author", ["\n".join(self._fix_lines())])
        yield from _section("Claims", map(self._callout, report.claims))
        yield from _section("References", ["\n".join(map(self._reference_line, report.references))])
        yield from _section("To do", ["\n".join(f"- {words}" for words in work_lines(report))])
        yield from _section("Open and uncited claims", ["\n".join(self._open_lines())])
        yield from _section("Later", ["\n".join(map(_later_lines, report.later))])
        yield from _section("Annotations without a place", map(self._callout, report.orphans))
        yield from _section("Audit", ["\n".join(map(_finding_lines, report.active_findings))])
        yield from _section("Dismissed findings", ["\n".join(map(_finding_lines, report.dismissed_findings))])
        codebook = (f"- {markdown_tag(tag.name)}: {markdown_line(tag.definition)}" for tag in report.codebook if tag.definition)
        yield from _section("Tags", ["\n".join(codebook)])

    def _front_matter(self) -> str:
        report, counts = self._report, self._report.counts
        tags = [f"  - {json_text(tag)}" for tag in report.tags if is_plain_tag(tag)]
        times = review_times(report.whole)
        return "\n".join(
            (
                "---",
                f"title: {json_text(report.article.title)}",
                f"source: {json_text(report.article.source)}",
                *(f"{name}: {json_text(f'{time[:19]}Z')}" for name, time in zip(("created", "updated"), times, strict=False)),
                *(("tags:", *tags) if tags else ("tags: []",)),
                f"claims: {counts.claims}",
                f"open: {counts.open_pairs}",
                f"complete: {'true' if counts.is_complete else 'false'}",
                "---",
            )
        )

    def _callout(self, item: ReportItem) -> str:
        annotation, mark = item.annotation, item_mark(self._report.scale, item)
        name = f"Claim {item.number}" if item.number else annotation.kind
        verdict = "" if mark in (OPEN, UNCITED) else mark.words
        title = " · ".join(part for part in (f"{mark.sign} {name}", verdict, describe_status(item)) if part)
        place = (describe_sentence(item) or "outside the body text") if item.has_place else "no place in the text"
        lines = [
            f"[!{_CALLOUTS.get(mark.tone, 'quote')}] {markdown_line(title)}",
            f"> {_quote(item)}",
            "",
            f"{place.capitalize()}.",
        ]
        if item.check_reason:
            lines += ["", f"To check ({item.check_reason}). Original wording: “{markdown_line(item.original_quote)}”"]
        if annotation.tags:
            lines += ["", " ".join(map(markdown_tag, annotation.tags))]
        if annotation.decision:
            fix = f": {markdown_line(annotation.fix)}" if annotation.fix else "."
            lines += ["", f"For the author: {markdown_line(decision_label(item))}{fix}"]
        if item.pairs or item.unlinked:
            lines += ["", *(line for pair in item.pairs for line in self._pair_lines(pair))]
            lines += map(self._unlinked_line, item.unlinked)
        if annotation.note:
            lines += ["", "Note:", *markdown_lines(annotation.note)]
        return "\n".join(f"> {line}".rstrip() for line in lines) + f"\n\n^{self._item_blocks[item.annotation.id]}"

    def _pair_lines(self, pair: ReportPair) -> Iterator[str]:
        link = f" ({markdown_line(describe_link(pair))})" if pair.link else ""
        who = describe_signature(pair.judgement) if pair.judgement else ""
        yield f"- {self._judged_pair(pair)}{link}{f' — {markdown_line(who)}' if who else ''}"
        for title, text in pair_details(pair, VERDICT_NOTE):
            yield f"  - {title.lower()}: {markdown_line(text)}"

    def _judged_pair(self, pair: ReportPair) -> str:
        sign, note = pair_mark(self._report.scale, pair).sign, VERDICT_NOTE.text_of(pair)
        words = f"{markdown_line(sign)} {self._reference_link(pair)} {markdown_line(describe_judgement(pair))}"
        return f"{words}: {markdown_line(note)}" if note else words

    def _unlinked_line(self, unlinked: UnlinkedReference) -> str:
        reason = f": {markdown_line(unlinked.link.reason)}" if unlinked.link.reason else ""
        return f"- {self._reference_link(unlinked)} unlinked by hand{reason}"

    def _reference_link(self, pair: ReportPair | UnlinkedReference) -> str:
        """Return the label of a reference in brackets, with a link to its entry in the list of references."""
        label, block = f"\\[{markdown_line(pair.label)}\\]", self._reference_blocks.get(pair.reference)
        return f"[{label}](#^{block})" if block else f"{label} (no longer in the article)"

    def _reference_line(self, reference: ReportReference) -> str:
        entry = reference.entry
        line = f"- \\[{markdown_line(entry.label)}\\] {_linked_entry(entry.text, entry.url)} ({describe_use(reference)})"
        faults = describe_faults(reference.health)
        told = f" **!** {markdown_line(faults)}" if faults else ""
        return f"{line}{told} ^{self._reference_blocks[entry.id]}"

    def _fix_lines(self) -> Iterator[str]:
        """Yield what the author should do, claim by claim: the current wording, what to do and how, and the reasons."""
        for number, item in enumerate(self._report.claims_to_fix, 1):
            word = markdown_line(decision_title(item.annotation.decision))
            place = describe_sentence(item) if item.has_place else "no place in the text"
            claim = ", ".join(
                part for part in (f"[claim {item.number}](#^{self._item_blocks[item.annotation.id]})", place) if part
            )
            yield f"{number}. **{word[:1].upper()}{word[1:]}** ({claim}): {_quote(item)}"
            if item.annotation.fix:
                yield f"    - {FIX_NAMES.get(item.annotation.decision, 'how')}: {markdown_line(item.annotation.fix)}"
            yield from (f"    - {self._judged_pair(pair)}" for pair in item.pairs if pair.verdict or pair_phrases(pair))
            if item.status and not item.status.rests_on:
                yield "    - rests on nothing"
            if item.annotation.note:
                yield f"    - note: {markdown_line(item.annotation.note)}"

    def _open_lines(self) -> Iterator[str]:
        for item in (*self._report.claims, *(orphan for orphan in self._report.orphans if orphan.status)):
            claim = f"[Claim {item.number}](#^{self._item_blocks[item.annotation.id]})"
            if item.status and not item.status.rests_on:
                yield f"- {claim} rests on nothing"
            elif item.open_pairs:
                yield f"- {claim}: {', '.join(map(self._reference_link, item.open_pairs))}"


def _linked_entry(text: str, url: str) -> str:
    """Return an entry with its address as a link; an address that the text lacks is appended."""
    if not url:
        return markdown_line(text)
    before, match, after = text.partition(url)
    link = markdown_address(url)
    return f"{markdown_line(before)} {link} {markdown_line(after)}".strip() if match else f"{markdown_line(text)} {link}"


def _finding_lines(row: ReportFinding) -> str:
    words, dismissal = f"- {markdown_line(row.finding.text)}", row.dismissal
    if dismissal is None:
        return words
    by = f" by {markdown_line(dismissal.by)}" if dismissal.by else ""
    return f"{words}\n    - dismissed{by}" + (f": {markdown_line(dismissal.reason)}" if dismissal.reason else "")


def _later_lines(item: ReportItem) -> str:
    place, annotation = describe_sentence(item), item.annotation
    tags = "".join(f" {markdown_tag(tag)}" for tag in annotation.tags)
    note = f"\n    - note: {markdown_line(annotation.note)}" if annotation.note else ""
    return f"- {_quote(item)}{f' ({place})' if place else ''}{tags}{note}"


def _quote(item: ReportItem) -> str:
    return markdown_line(item.selector.exact)
