"""CSV after RFC 4180, for spreadsheets: one row per pair of claim and reference, one for an annotation without a reference."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from reader.exchange.escape import csv_cell, encode_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import Disclosure
from reader.exchange.report import Report, ReportItem, ReportPair
from reader.exchange.wording import PAIR_FIELDS, decision_label, describe_passage


class _Row(NamedTuple):
    """What a row shows: an annotation, and one of the references it rests on if it has any."""

    disclosure: Disclosure
    report: Report
    item: ReportItem
    pair: ReportPair | None


TableColumn = tuple[str, Callable[[_Row], str | int | None]]
"""The name of a column, and the function that returns its value: a text, a number, or None if it does not apply."""


def _status_name(row: _Row) -> str:
    return "place lost" if not row.item.has_place else row.item.status.name if row.item.status else ""


def _unlinked_lines(row: _Row) -> str:
    one_a_line = (f"{one.label}: {one.link.reason}" if one.link.reason else one.label for one in row.item.unlinked)
    return "\n".join(one_a_line)


def _judge(row: _Row) -> str | None:
    judgement = row.pair.judgement if row.pair is not None else None
    return row.disclosure.name_of(judgement.by) if judgement is not None else None


def _evidence_source(row: _Row) -> str | None:
    if row.pair is None:
        return None
    origin_of = row.disclosure.origin_of
    public = (
        replace(passage, origin=origin_of(passage.origin), requested=origin_of(passage.requested))
        for passage in row.pair.evidence
    )
    return "\n\n".join(map(describe_passage, public))


_PAIR_TEXTS: Final = {field.name: field.text_of for field in PAIR_FIELDS}


def _pair_column(name: str) -> TableColumn:
    text_of = _PAIR_TEXTS[name]
    return name, lambda row: text_of(row.pair) if row.pair is not None else None


COLUMNS: Final[tuple[TableColumn, ...]] = (
    ("article", lambda row: row.report.article.title),
    ("article_source", lambda row: row.disclosure.source_of(row.report.article)),
    ("id", lambda row: row.item.annotation.id),
    ("kind", lambda row: row.item.annotation.kind),
    ("number", lambda row: row.item.number or None),
    ("quote", lambda row: row.item.selector.exact),
    ("start", lambda row: row.item.selector.start if row.item.has_place else None),
    ("end", lambda row: row.item.selector.end if row.item.has_place else None),
    ("sentence", lambda row: row.item.sentence or None),
    ("paragraph", lambda row: row.item.paragraph or None),
    ("tags", lambda row: " ".join(row.item.annotation.tags)),
    ("note", lambda row: row.item.annotation.note),
    ("status", _status_name),
    *map(_pair_column, ("reference", "reference_text", "reference_url", "reference_doi")),
    *map(_pair_column, ("verdict", "verdict_label", "verdict_note", "evidence")),
    ("judged_by", _judge),
    _pair_column("judged_at"),
    ("created", lambda row: row.item.annotation.created_at),
    ("updated", lambda row: row.item.annotation.updated_at),
    ("creator", lambda row: row.disclosure.name_of(row.item.annotation.creator)),
    ("check", lambda row: row.item.check_reason),
    ("quote_then", lambda row: row.item.original_quote),
    _pair_column("stale"),
    ("decision", lambda row: decision_label(row.item)),
    ("fix", lambda row: row.item.annotation.fix),
    ("unlinked", _unlinked_lines),
    *map(_pair_column, ("open", "problems", "linked", "source_state")),
    ("evidence_source", _evidence_source),
    ("pairs", lambda row: len(row.item.status.rests_on) if row.item.status else None),
    ("settled", lambda row: row.item.status.settled_pairs if row.item.status else None),
    ("filter", lambda row: row.report.filter),
    *map(_pair_column, ("source_marks", "source_faults", "source_description")),
)
"""The columns. A new one goes to the end, so that those that spreadsheets already use stay where they are.

Offsets are code points of the article's text. A cell is empty when its value is unknown or does not apply. `pairs` counts
the references that a claim rests on, `settled` those of them whose pair is settled.
"""

_BYTE_ORDER_MARK: Final = "\ufeff"


def write_csv(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the table, a piece for each annotation, with the byte order mark by which Excel recognises UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names, functions = zip(*COLUMNS, strict=True)
    out.write(_BYTE_ORDER_MARK)
    writer.writerow(names)
    disclosure = Disclosure(options)
    for report in reports:
        disclosure.add_report(report)
        for item in (*report.items, *report.orphans):
            for pair in item.pairs or (None,):
                row = _Row(disclosure, report, item, pair)
                values = [value_of(row) for value_of in functions]
                writer.writerow([csv_cell(value) if value and isinstance(value, str) else value for value in values])
            yield encode_text(out.getvalue())
            out.seek(0)
            out.truncate()
    yield encode_text(out.getvalue())
