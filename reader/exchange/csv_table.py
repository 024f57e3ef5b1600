"""CSV after RFC 4180, for spreadsheets: one row a (claim, reference) pair, one for an annotation that rests on nothing."""

from __future__ import annotations

import csv
import io
from typing import Final

from reader.exchange.escape import csv_cell
from reader.exchange.report import Item, Pair, Report
from reader.exchange.wording import advice_of, from_of, linked_of

HEAD: Final = (
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

_MARK: Final = "\ufeff"


def to_csv(report: Report) -> str:
    """Return the table with a byte order mark, by which Excel knows UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for item in (*report.items, *report.orphans):
        about = _about(report, item)
        for pair in item.pairs or (None,):
            writer.writerow([*about, *_pair(pair), *_stamps(item), *_changed(item, pair), *_advised(item), *_beside(pair)])
    return _MARK + out.getvalue()


def _about(report: Report, item: Item) -> list[str | int]:
    annotation, selector = item.annotation, item.selector
    place: list[str | int] = [selector.start, selector.end] if item.placed else ["", ""]
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
        "place lost" if not item.placed else item.status.name if item.status else "",
    ]


def _pair(pair: Pair | None) -> list[str]:
    if pair is None:
        return [""] * 10
    given, entry = pair.judgement, pair.entry
    return [
        csv_cell(pair.label),
        csv_cell(entry.text if entry else ""),
        csv_cell(entry.url if entry else ""),
        csv_cell(entry.doi if entry else ""),
        csv_cell(pair.verdict),
        csv_cell(pair.word),
        csv_cell(given.note if given else ""),
        csv_cell("\n\n".join(passage.quote for passage in pair.evidence)),
        csv_cell(given.by if given else ""),
        csv_cell(given.at if given else ""),
    ]


def _stamps(item: Item) -> list[str]:
    annotation = item.annotation
    return [csv_cell(annotation.created), csv_cell(annotation.updated), csv_cell(annotation.creator)]


def _changed(item: Item, pair: Pair | None) -> list[str]:
    return [csv_cell(item.check), csv_cell(item.quote_then), csv_cell(pair.stale if pair else "")]


def _advised(item: Item) -> list[str]:
    unlinked = (f"{one.label}: {one.link.reason}" if one.link.reason else one.label for one in item.unlinked)
    return [csv_cell(advice_of(item)), csv_cell(item.annotation.fix), csv_cell("\n".join(unlinked))]


def _beside(pair: Pair | None) -> list[str]:
    if pair is None:
        return [""] * 5
    return [
        "yes" if pair.is_open else "no",
        csv_cell("; ".join(pair.problems)),
        csv_cell(linked_of(pair)),
        csv_cell(pair.state),
        csv_cell("\n\n".join(map(from_of, pair.evidence))),
    ]
