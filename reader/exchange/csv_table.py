"""CSV after RFC 4180, for spreadsheets: one row per pair of claim and reference, one for an annotation without a reference."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name, and the function that returns its value: a text, a number, or None if it does not apply.

    Unless it `is_of_pair`, all rows of an annotation have the same value.
    """

    name: str
    value_of: Callable[[_Row], str | int | None]
    is_of_pair: bool = False


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
    return TableColumn(name, lambda row: text_of(row.pair) if row.pair is not None else None, is_of_pair=True)


COLUMNS: Final[tuple[TableColumn, ...]] = (
    TableColumn("article", lambda row: row.report.article.title),
    TableColumn("article_source", lambda row: row.disclosure.source_of(row.report.article)),
    TableColumn("id", lambda row: row.item.annotation.id),
    TableColumn("kind", lambda row: row.item.annotation.kind),
    TableColumn("number", lambda row: row.item.number or None),
    TableColumn("quote", lambda row: row.item.selector.exact),
    TableColumn("start", lambda row: row.item.selector.start if row.item.has_place else None),
    TableColumn("end", lambda row: row.item.selector.end if row.item.has_place else None),
    TableColumn("sentence", lambda row: row.item.sentence or None),
    TableColumn("paragraph", lambda row: row.item.paragraph or None),
    TableColumn("tags", lambda row: " ".join(row.item.annotation.tags)),
    TableColumn("note", lambda row: row.item.annotation.note),
    TableColumn("status", _status_name),
    *map(_pair_column, ("reference", "reference_text", "reference_url", "reference_doi")),
    *map(_pair_column, ("verdict", "verdict_label", "verdict_note", "evidence")),
    TableColumn("judged_by", _judge, is_of_pair=True),
    _pair_column("judged_at"),
    TableColumn("created", lambda row: row.item.annotation.created_at),
    TableColumn("updated", lambda row: row.item.annotation.updated_at),
    TableColumn("creator", lambda row: row.disclosure.name_of(row.item.annotation.creator)),
    TableColumn("check", lambda row: row.item.check_reason),
    TableColumn("quote_then", lambda row: row.item.original_quote),
    _pair_column("stale"),
    TableColumn("decision", lambda row: decision_label(row.item)),
    TableColumn("fix", lambda row: row.item.annotation.fix),
    TableColumn("unlinked", _unlinked_lines),
    *map(_pair_column, ("open", "problems", "linked", "source_state")),
    TableColumn("evidence_source", _evidence_source, is_of_pair=True),
    TableColumn("pairs", lambda row: len(row.item.status.rests_on) if row.item.status else None),
    TableColumn("settled", lambda row: row.item.status.settled_pairs if row.item.status else None),
    TableColumn("filter", lambda row: row.report.filter),
    *map(_pair_column, ("source_marks", "source_faults", "source_description")),
)
"""The columns. A new one goes to the end, so that those that spreadsheets already use stay where they are.

Offsets are code points of the article's text. A cell is empty when its value is unknown or does not apply. `pairs` counts
the references that a claim rests on, `settled` those of them whose pair is settled.
"""

_BYTE_ORDER_MARK: Final = "\ufeff"
_MOST_REPEATED: Final = 2_000
"""The code points of a cell that further rows of an annotation repeat. A claim that cites thousands is in thousands of rows."""


def write_csv(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the table, a piece for each annotation, with the byte order mark by which Excel recognises UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    out.write(_BYTE_ORDER_MARK)
    writer.writerow(column.name for column in COLUMNS)
    disclosure = Disclosure(options)
    for report in reports:
        disclosure.add_report(report)
        for item in (*report.items, *report.orphans):
            first, *further = (_Row(disclosure, report, item, pair) for pair in item.pairs or (None,))
            cells = [_cell(column, first) for column in COLUMNS]
            writer.writerow(cells)
            repeated = [_shorten(cell) for cell in cells]
            for row in further:
                columns = zip(COLUMNS, repeated, strict=True)
                writer.writerow(_cell(column, row) if column.is_of_pair else cell for column, cell in columns)
            yield encode_text(out.getvalue())
            out.seek(0)
            out.truncate()
    yield encode_text(out.getvalue())


def _cell(column: TableColumn, row: _Row) -> str | int | None:
    value = column.value_of(row)
    return csv_cell(value) if value and isinstance(value, str) else value


def _shorten(cell: str | int | None) -> str | int | None:
    return f"{cell[:_MOST_REPEATED]}…" if isinstance(cell, str) and len(cell) > _MOST_REPEATED else cell
