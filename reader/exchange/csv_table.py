"""CSV after RFC 4180, for spreadsheets: one row per pair of claim and reference, one for an annotation without a reference."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from reader.exchange.escape import csv_cell, encode_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report, ReportItem
from reader.exchange.wording import PAIR_FIELDS, decision_label

_FIXED_ORDER: Final = (
    *("article", "article_source", "id", "kind", "number", "quote", "start", "end", "sentence", "paragraph"),
    *("tags", "note", "status"),
    *("reference", "reference_text", "reference_url", "reference_doi", "verdict", "verdict_label", "verdict_note", "evidence"),
    *("judged_by", "judged_at", "created", "updated", "creator", "check", "quote_then", "stale", "decision", "fix", "unlinked"),
)
"""The first columns, in their order; the other fields of a pair follow in the order of `PAIR_FIELDS`."""

CSV_COLUMNS: Final = (*_FIXED_ORDER, *(field.name for field in PAIR_FIELDS if field.name not in _FIXED_ORDER))
"""The columns. Offsets are code points of the article's text; a cell is empty when its value is unknown or does not apply."""

_BYTE_ORDER_MARK: Final = "\ufeff"


def write_csv(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the table row by row, with the byte order mark by which Excel recognises UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, CSV_COLUMNS, restval="")
    out.write(_BYTE_ORDER_MARK)
    writer.writeheader()
    for report in reports:
        for item in (*report.items, *report.orphans):
            about = _item_cells(report, item)
            for pair in item.pairs or (None,):
                pair_cells = {field.name: csv_cell(field.text_of(pair)) for field in PAIR_FIELDS} if pair else {}
                writer.writerow(about | pair_cells)
            yield encode_text(out.getvalue())
            out.seek(0)
            out.truncate()
    yield encode_text(out.getvalue())


def _item_cells(report: Report, item: ReportItem) -> dict[str, str | int]:
    annotation, selector = item.annotation, item.selector
    unlinked = (f"{one.label}: {one.link.reason}" if one.link.reason else one.label for one in item.unlinked)
    return {
        "article": csv_cell(report.article.title),
        "article_source": csv_cell(report.article.source),
        "id": csv_cell(annotation.id),
        "kind": csv_cell(annotation.kind),
        "number": item.number or "",
        "quote": csv_cell(selector.exact),
        "start": selector.start if item.has_place else "",
        "end": selector.end if item.has_place else "",
        "sentence": item.sentence or "",
        "paragraph": item.paragraph or "",
        "tags": csv_cell(" ".join(annotation.tags)),
        "note": csv_cell(annotation.note),
        "status": "place lost" if not item.has_place else item.status.name if item.status else "",
        "created": csv_cell(annotation.created_at),
        "updated": csv_cell(annotation.updated_at),
        "creator": csv_cell(annotation.creator),
        "check": csv_cell(item.check_reason),
        "quote_then": csv_cell(item.original_quote),
        "decision": csv_cell(decision_label(item)),
        "fix": csv_cell(annotation.fix),
        "unlinked": csv_cell("\n".join(unlinked)),
    }
