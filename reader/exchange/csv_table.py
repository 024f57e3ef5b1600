"""CSV after RFC 4180, for spreadsheets: one row a (claim, reference) pair, one for an annotation that rests on nothing."""

from __future__ import annotations

import csv
import io
from typing import Final

from reader.exchange.escape import csv_cell
from reader.exchange.report import Report, ReportItem, ReportPair
from reader.exchange.wording import decision_label, describe_link, describe_passage

CSV_COLUMNS: Final = (
    *(
        "article",
        "article_source",
        "id",
        "kind",
        "number",
        "quote",
        "start",
        "end",
        "sentence",
        "paragraph",
        "tags",
        "note",
        "status",
    ),
    *("reference", "reference_text", "reference_url", "reference_doi", "verdict", "verdict_label", "verdict_note", "evidence"),
    *("judged_by", "judged_at", "created", "updated", "creator", "check", "quote_then", "stale"),
    *("decision", "fix", "unlinked", "open", "problems", "linked", "source_state", "evidence_source"),
)
"""The columns. Offsets are code points of the article's text; cells of what is unknown or does not apply are empty."""

_BYTE_ORDER_MARK: Final = "\ufeff"


def write_csv(report: Report) -> str:
    """Return the table with a byte order mark, by which Excel knows UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for item in (*report.items, *report.orphans):
        about = _about(report, item)
        for pair in item.pairs or (None,):
            writer.writerow([*about, *_pair(pair), *_stamps(item), *_changed(item, pair), *_advised(item), *_beside(pair)])
    return _BYTE_ORDER_MARK + out.getvalue()


def _about(report: Report, item: ReportItem) -> list[str | int]:
    annotation, selector = item.annotation, item.selector
    place: list[str | int] = [selector.start, selector.end] if item.has_place else ["", ""]
    return [
        csv_cell(report.article.title),
        csv_cell(report.article.source),
        csv_cell(annotation.id),
        csv_cell(annotation.kind),
        item.number or "",
        csv_cell(selector.exact),
        *place,
        item.sentence or "",
        item.paragraph or "",
        csv_cell(" ".join(annotation.tags)),
        csv_cell(annotation.note),
        "place lost" if not item.has_place else item.status.name if item.status else "",
    ]


def _pair(pair: ReportPair | None) -> list[str]:
    if pair is None:
        return [""] * 10
    given, entry = pair.judgement, pair.entry
    return [
        csv_cell(pair.label),
        csv_cell(entry.text if entry else ""),
        csv_cell(entry.url if entry else ""),
        csv_cell(entry.doi if entry else ""),
        csv_cell(pair.verdict),
        csv_cell(pair.verdict_label),
        csv_cell(given.note if given else ""),
        csv_cell("\n\n".join(passage.quote for passage in pair.evidence)),
        csv_cell(given.by if given else ""),
        csv_cell(given.at if given else ""),
    ]


def _stamps(item: ReportItem) -> list[str]:
    annotation = item.annotation
    return [csv_cell(annotation.created), csv_cell(annotation.updated), csv_cell(annotation.creator)]


def _changed(item: ReportItem, pair: ReportPair | None) -> list[str]:
    return [csv_cell(item.check_reason), csv_cell(item.original_quote), csv_cell(pair.stale_reason if pair else "")]


def _advised(item: ReportItem) -> list[str]:
    unlinked = (f"{one.label}: {one.link.reason}" if one.link.reason else one.label for one in item.unlinked)
    return [csv_cell(decision_label(item)), csv_cell(item.annotation.fix), csv_cell("\n".join(unlinked))]


def _beside(pair: ReportPair | None) -> list[str]:
    if pair is None:
        return [""] * 5
    return [
        "yes" if pair.is_open else "no",
        csv_cell("; ".join(pair.problems)),
        csv_cell(describe_link(pair)),
        csv_cell(pair.source_state),
        csv_cell("\n\n".join(map(describe_passage, pair.evidence))),
    ]
