"""Org: the review as an outline, with the fields of claims, pairs and references as properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, TypeVar

from reader.exchange.escape import encode_text, org_line, org_lines, org_tag, org_words
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import disclose
from reader.exchange.marks import OPEN, UNCITED, count_pairs, item_mark, pair_mark
from reader.exchange.report import Report, ReportFinding, ReportItem, ReportPair, ReportPassage, ReportReference
from reader.exchange.wording import (
    FIX_NAMES,
    VERDICT_NOTE,
    decision_label,
    describe_counts,
    describe_description,
    describe_faults,
    describe_link,
    describe_passage,
    describe_sentence,
    describe_status,
    describe_use,
    list_problems,
    name_item_blocks,
    name_reference_blocks,
    review_times,
    work_lines,
)
from reader.printable import printable_line
from reader.review.scale import decision_title

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_Part = TypeVar("_Part")
_ESCAPE: Final = "\u200b"
_OPTIONS: Final = "#+OPTIONS: ^:nil e:nil tex:nil -:nil"
"""No sub- and superscripts, entities and dashes when Org exports the file, and no formulas, which could run code of TeX."""


def write_org(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield each report as an outline. Claims and references have the same names for links as in Markdown: `[[#c1]]`."""
    for report in disclose(reports, options):
        yield encode_text("\n".join(_Outline(report).lines()) + "\n")


class _Outline:
    """The lines of an outline, whose headings link to one another."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._item_names = name_item_blocks(report)
        self._reference_names = name_reference_blocks(report)

    def lines(self) -> Iterator[str]:
        """Yield the keywords, the counts and the sections."""
        report = self._report
        yield f"#+TITLE: {org_words(report.article.title)}"
        yield from (f"#+DATE: {_timestamp(time)}" for time in review_times(report.whole)[1:])
        yield f"#+SOURCE: {printable_line(report.article.source)}"
        yield _OPTIONS
        yield ""
        yield org_line(describe_counts(report))
        if pairs := count_pairs(report.whole):
            yield from ("", org_line(" · ".join(f"{mark.sign} {count:,} {mark.words}" for mark, count in pairs.items())))
        yield from self._section("For the author", self._fix_lines, report.claims_to_fix)
        yield from self._section("Claims", self._item_lines, report.claims)
        yield from self._section("References", self._reference_lines, report.references)
        yield from self._section("To do", lambda words: [f"- {org_words(words)}"], work_lines(report))
        yield from self._section("Later", self._item_lines, report.later)
        yield from self._section("Annotations without a place", self._item_lines, report.orphans)
        yield from self._section("Audit", _finding_lines, report.active_findings)
        yield from self._section("Dismissed findings", _finding_lines, report.dismissed_findings)
        defined = [tag for tag in report.codebook if tag.definition]
        yield from self._section("Tags", lambda tag: [f"- {org_words(tag.name)} :: {org_words(tag.definition)}"], defined)

    def _section(self, title: str, lines_of: Callable[[_Part], Iterable[str]], parts: Iterable[_Part]) -> Iterator[str]:
        lines = [line for part in parts for line in lines_of(part)]
        if lines:
            yield from ("", f"* {title}", *lines)

    def _item_lines(self, item: ReportItem) -> Iterator[str]:
        annotation, mark = item.annotation, item_mark(self._report.scale, item)
        verdict = f": {mark.words}" if mark not in (OPEN, UNCITED) and item.number else ""
        status = describe_status(item)
        name = f"Claim {item.number}{verdict}" if item.number else annotation.kind
        yield _heading(2, f"{mark.sign} {name}", annotation.tags)
        yield from _drawer(
            ("CUSTOM_ID", self._item_names[annotation.id]),
            ("STATUS", status),
            ("PLACE", describe_sentence(item) if item.has_place else "no place in the text"),
            ("DECISION", decision_label(item)),
            ("FIX", annotation.fix),
            ("TAG_NAMES", ", ".join(annotation.tags)),
            ("CREATOR", annotation.creator),
            ("CREATED", _timestamp(annotation.created_at)),
        )
        yield from _quote_block(item.selector.exact)
        if item.check_reason:
            yield org_line(f"To check ({item.check_reason}). Original wording: “{item.original_quote}”.")
        if annotation.note:
            yield from org_lines(annotation.note)
        for pair in item.pairs:
            yield from self._pair_lines(pair)
        for unlinked in item.unlinked:
            yield _heading(3, f"Does not rest on [{unlinked.label}]")
            yield from _drawer(("UNLINKED_BY", unlinked.link.by), ("REASON", unlinked.link.reason))

    def _pair_lines(self, pair: ReportPair) -> Iterator[str]:
        judgement, mark = pair.judgement, pair_mark(self._report.scale, pair)
        yield _heading(3, f"{mark.sign} {mark.words} [{pair.label}]")
        yield from _drawer(
            ("VERDICT", pair.verdict),
            ("OPEN", pair.open_reason or ("yes" if pair.is_open else "")),
            ("STALE", pair.stale_reason),
            ("PROBLEMS", "; ".join(list_problems(pair))),
            ("JUDGED_BY", judgement.by if judgement else ""),
            ("JUDGED_AT", _timestamp(judgement.at) if judgement else ""),
            ("LINKED", describe_link(pair)),
            ("LINKED_BY", pair.link.by if pair.link else ""),
        )
        name = self._reference_names.get(pair.reference)
        yield f"Rests on [[#{name}]]." if name else "The reference is no longer in the article."
        if note := VERDICT_NOTE.text_of(pair):
            yield from ("", *org_lines(note))
        for passage in pair.evidence:
            yield from _passage_lines(passage)

    def _reference_lines(self, reference: ReportReference) -> Iterator[str]:
        entry, text = reference.entry, reference.source.text if reference.source is not None else None
        yield _heading(2, f"[{entry.label}] {entry.title}")
        yield from _drawer(
            ("CUSTOM_ID", self._reference_names[entry.id]),
            ("URL", entry.url),
            ("DOI", entry.doi),
            ("USE", describe_use(reference)),
            ("SOURCE_MARKS", " ".join(reference.source_marks)),
            ("DESCRIBED_SOURCE", describe_description(text.description) if text is not None else ""),
        )
        yield org_line(entry.text)
        if faults := describe_faults(reference.health):
            yield from ("", org_line(f"! {faults}"))

    def _fix_lines(self, item: ReportItem) -> Iterator[str]:
        word, fix = decision_title(item.annotation.decision), item.annotation.fix
        link = f"[[#{self._item_names[item.annotation.id]}][claim {item.number}]]"
        yield f"- {org_words(f'{word[:1].upper()}{word[1:]}')} :: {link} {org_words(item.selector.exact)}"
        if fix:
            yield f"  - {FIX_NAMES.get(item.annotation.decision, 'how')} :: {org_words(fix)}"


def _heading(level: int, text: str, tags: Iterable[str] = ()) -> str:
    """Return a heading. Without tags of its own, what ends its text like tags must not become some."""
    names = ":".join(dict.fromkeys(map(org_tag, tags)))
    line = org_words(text)
    return f"{'*' * level} {line} :{names}:" if names else f"{'*' * level} {line}{_ESCAPE if line.endswith(':') else ''}"


def _drawer(*properties: tuple[str, str]) -> Iterator[str]:
    lines = [f":{name}: {org_words(value)}" for name, value in properties if value]
    if lines:
        yield from (":PROPERTIES:", *lines, ":END:")


def _quote_block(text: str) -> Iterator[str]:
    yield from ("#+begin_quote", *org_lines(text), "#+end_quote")


def _passage_lines(passage: ReportPassage) -> Iterator[str]:
    yield from _quote_block(passage.quote)
    if origin := describe_passage(passage):
        yield org_line(f"Evidence from {origin}")


def _finding_lines(row: ReportFinding) -> Iterator[str]:
    yield f"- {org_words(row.finding.text)}"
    if row.dismissal is not None:
        by = f" by {row.dismissal.by}" if row.dismissal.by else ""
        yield f"  - {org_words(f'dismissed{by}' + (f': {row.dismissal.reason}' if row.dismissal.reason else ''))}"


def _timestamp(at: str) -> str:
    """Return a time of the library as an inactive timestamp of Org in UTC, "[2026-01-15 Thu 10:00]"; "" if it is not one."""
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return ""
    return f"[{time:%Y-%m-%d} {_DAYS[time.weekday()]} {time:%H:%M}]"
