"""JSON Lines: the whole review, one object a line. Offsets are half-open ranges of code points of the article's text.

`docs/json-lines.md` describes the format, `schemas/json-lines.schema.json` is its JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from reader.article.ranges import Span
from reader.exchange.escape import encode_text, json_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import Disclosure
from reader.exchange.report import (
    Report,
    ReportAssignment,
    ReportFinding,
    ReportItem,
    ReportPair,
    ReportPassage,
    ReportReference,
)
from reader.exchange.wording import decision_label
from reader.review.description import SourceDescription
from reader.review.health import RecordCheck, RetractionNotice
from reader.review.model import (
    Annotation,
    Bookmark,
    ClaimLink,
    DecidedPlace,
    Dismissal,
    Judgement,
    Selector,
    Settlement,
    Source,
    SourceText,
    Tag,
)
from reader.review.scale import Verdict

FORMAT: Final = "claim-reader-review"
VERSION: Final = 1
"""What every line begins with. The version rises when a reader of the older one would misread a line."""

_Record = dict[str, object]


def write_jsonl(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the lines of each review: its article, references, tags, annotations, asides, bookmarks, assignments and findings.

    Annotations are in the order of the text, those without a place last.
    """
    disclosure = Disclosure(options)
    for report in reports:
        disclosure.add_report(report)
        article = _article_record(report, disclosure)
        for kind, record in _records(report, disclosure):
            line: _Record = {"format": FORMAT, "version": VERSION, "type": kind, "article": article}
            yield encode_text(json_text(line | record) + "\n")


def _records(report: Report, disclosure: Disclosure) -> Iterator[tuple[str, _Record]]:
    yield "article", _about_record(report, disclosure)
    yield from (("reference", _reference_record(row, disclosure)) for row in report.references)
    yield from (("tag", _tag_record(tag, disclosure)) for tag in report.codebook)
    for item in chain(report.items, report.orphans, report.asides):
        yield "annotation", _item_record(item, report.article.digest, disclosure)
    yield from (("bookmark", _bookmark_record(bookmark)) for bookmark in report.bookmarks)
    yield from (("assignment", _assignment_record(one, disclosure)) for one in report.assignments)
    yield from (("finding", _finding_record(row, disclosure)) for row in report.findings)
    yield from (("finding", _past_finding_record(dismissal, disclosure)) for dismissal in report.past_dismissals)


def _article_record(report: Report, disclosure: Disclosure) -> _Record:
    article = report.article
    source = disclosure.source_of(article)
    return {"id": report.article_id, "title": article.title, "source": source, "edition": article.digest}


# ------------------------------------------------------------------ the article and what belongs to it


def _about_record(report: Report, disclosure: Disclosure) -> _Record:
    article = report.article
    about = article.about._replace(address=disclosure.origin_of(article.about.address))
    return {
        "filter": report.filter or None,
        "document_format": article.format,
        "language": article.language,
        **about._asdict(),
        "length": len(article.text),
        "scale": [_verdict_record(verdict) for verdict in report.scale.verdicts],
    }


def _verdict_record(verdict: Verdict) -> _Record:
    return {
        "id": verdict.id,
        "label": verdict.label,
        "symbol": verdict.symbol,
        "tone": verdict.tone,
        "rating": verdict.rating or None,
        "needs_evidence": verdict.needs_evidence,
    }


def _reference_record(row: ReportReference, disclosure: Disclosure) -> _Record:
    entry = row.entry
    return {
        "id": entry.id,
        "label": entry.label,
        "text": entry.text,
        "authors": list(entry.authors),
        "year": entry.year,
        "title": entry.title,
        "url": entry.url,
        "doi": entry.doi,
        "remark": entry.remark,
        **_place_fields(entry.span),
        "citations": row.citation_count,
        "claims": row.claim_count,
        "source_state": row.source_state,
        "source": _source_record(row.source, disclosure) if row.source else None,
        "source_marks": list(row.source_marks),
        "notices": [_notice_record(notice) for notice in row.health.notices],
        "record": _registry_record(row.health.record, disclosure) if row.health.record else None,
    }


def _notice_record(notice: RetractionNotice) -> _Record:
    return {
        "nature": notice.nature,
        "date": notice.date or None,
        "timing": notice.timing or None,
        "doi": notice.doi or None,
        "pubmed": notice.pubmed or None,
        "title": notice.title,
        "reasons": list(notice.reasons),
        "found_by": notice.found_by,
    }


def _registry_record(record: RecordCheck, disclosure: Disclosure) -> _Record:
    return {
        "outcome": record.outcome,
        "registry": record.registry,
        "date": record.date or None,
        "identifier": record.identifier or None,
        "found_by": record.found_by or None,
        "title": record.title,
        "authors": list(record.authors),
        "year": record.year,
        "address": disclosure.origin_of(record.address) or None,
        "differences": [{"field": d.field, "cited": d.cited, "registered": d.registered} for d in record.differences],
        "remarks": list(record.remarks),
        "reason": record.reason or None,
    }


def _source_record(source: Source, disclosure: Disclosure) -> _Record:
    failed_address = disclosure.origin_of(source.failed_address)
    return {
        "id": source.id,
        "names": list(source.names),
        "current": source.current or None,
        "texts": [_text_record(text, disclosure) for text in source.texts],
        "failed_address": failed_address or None,
        "failure": (source.failure or None) if failed_address else None,
        "failed_at": source.failed_at or None,
    }


def _text_record(text: SourceText, disclosure: Disclosure) -> _Record:
    return {
        "digest": text.digest,
        "original": text.original or None,
        "title": text.title,
        "document_format": text.format,
        "origin": disclosure.origin_of(text.origin),
        "requested": disclosure.origin_of(text.requested) or None,
        "landing": disclosure.origin_of(text.landing) or None,
        "archived_at": text.archived_at or None,
        "extent": text.extent,
        "description": _description_record(text.description, disclosure) if text.description else None,
        "by": disclosure.name_of(text.by),
        "at": text.at,
    }


def _description_record(description: SourceDescription, disclosure: Disclosure) -> _Record:
    return {
        "kind": description.kind,
        "who": description.who,
        "when": description.when,
        "kept": disclosure.place_of(description.kept),
    }


def _tag_record(tag: Tag, disclosure: Disclosure) -> _Record:
    return {
        "id": tag.id,
        "name": tag.name,
        "definition": tag.definition,
        "colour": tag.colour,
        "symbol": tag.symbol,
        "key": tag.digit,
        "synonyms": list(tag.synonyms),
        "created": tag.created_at,
        "creator": disclosure.name_of(tag.creator),
    }


def _bookmark_record(bookmark: Bookmark) -> _Record:
    return {"name": bookmark.name, "start": bookmark.start}


def _assignment_record(one: ReportAssignment, disclosure: Disclosure) -> _Record:
    assignment = one.assignment
    return {
        "id": assignment.id,
        "reader": disclosure.name_of(assignment.reader),
        "whole_article": not assignment.edition,
        "places": [_place_fields(span) for span in one.spans],
        "edition": assignment.edition or None,
        "by": disclosure.name_of(assignment.by),
        "at": assignment.at,
    }


def _finding_record(row: ReportFinding, disclosure: Disclosure) -> _Record:
    finding = row.finding
    return {
        "key": finding.key,
        "kind": finding.kind,
        "text": finding.text,
        "current": True,
        "reference": finding.reference or None,
        **_place_fields(finding.where),
        "also": [_place_fields(span) for span in finding.also],
        "dismissal": _dismissal_record(row.dismissal, disclosure) if row.dismissal else None,
    }


def _past_finding_record(dismissal: Dismissal, disclosure: Disclosure) -> _Record:
    return {
        "key": dismissal.finding,
        "kind": dismissal.kind,
        "text": dismissal.text,
        "current": False,
        "reference": None,
        **_place_fields(None),
        "also": [],
        "dismissal": _dismissal_record(dismissal, disclosure),
    }


def _dismissal_record(dismissal: Dismissal, disclosure: Disclosure) -> _Record:
    return {"reason": dismissal.reason, "by": disclosure.name_of(dismissal.by), "at": dismissal.at}


def _place_fields(span: Span | None) -> _Record:
    return {"start": span.start if span else None, "end": span.end if span else None}


# ------------------------------------------------------------------ annotations


def _item_record(item: ReportItem, edition: str, disclosure: Disclosure) -> _Record:
    annotation, selector = item.annotation, item.selector
    return {
        "id": annotation.id,
        "kind": annotation.kind,
        "number": item.number or None,
        "quote": selector.exact,
        "prefix": selector.prefix,
        "suffix": selector.suffix,
        "start": selector.start if item.has_place else None,
        "end": selector.end if item.has_place else None,
        "sentence": item.sentence or None,
        "paragraph": item.paragraph or None,
        "tags": list(annotation.tags),
        "note": annotation.note,
        "status": item.status.name if item.status else None,
        "check": item.check_reason or None,
        "quote_then": item.original_quote or None,
        "judgements": [_pair_record(pair, disclosure) for pair in item.pairs],
        "other_judgements": [_judgement_record(judgement, disclosure) for judgement in item.other_judgements],
        "links": [_link_record(reference, link, disclosure) for reference, link in annotation.links.items()],
        "readings": [_judgement_record(reading, disclosure) for reading in annotation.readings.values()],
        "settlements": [_settlement_record(key, one, disclosure) for key, one in annotation.settlements.items()],
        "decision": annotation.decision or None,
        "decision_label": decision_label(item) or None,
        "fix": annotation.fix,
        "created": annotation.created_at,
        "updated": annotation.updated_at,
        "creator": disclosure.name_of(annotation.creator),
        "foreign_id": annotation.foreign_id or None,
        "made_on": _made_on_record(annotation) if (annotation.edition, annotation.selector) != (edition, selector) else None,
        "places": {edition: _decided_place_record(place, disclosure) for edition, place in annotation.places.items()},
        "conflicts": dict(annotation.conflicts) if disclosure.is_complete else {},
    }


def _pair_record(pair: ReportPair, disclosure: Disclosure) -> _Record:
    entry = pair.entry
    return {
        "label": pair.label,
        "text": entry.text if entry else None,
        "url": entry.url if entry else None,
        "doi": entry.doi if entry else None,
        "verdict_label": pair.verdict_label,
        "verdict_rating": pair.rating or None,
        "open": pair.is_open,
        "stale": pair.stale_reason or None,
        "source": pair.source_state,
        "source_marks": list(pair.source_marks),
        "linked": pair.link is not None,
        **_verdict_fields(pair.judgement or Judgement(pair.reference, ""), disclosure),
        "evidence": [_passage_record(passage, disclosure) for passage in pair.evidence],
    }


def _judgement_record(judgement: Judgement, disclosure: Disclosure) -> _Record:
    evidence = [{"source": one.source, **_selector_fields(one.selector)} for one in judgement.evidence]
    return {**_verdict_fields(judgement, disclosure), "evidence": evidence}


def _verdict_fields(judgement: Judgement, disclosure: Disclosure) -> _Record:
    return {
        "reference": judgement.reference,
        "verdict": judgement.verdict or None,
        "problems": list(judgement.problems),
        "note": judgement.note,
        "by": disclosure.name_of(judgement.by) or None,
        "at": judgement.at or None,
        "edition": judgement.edition or None,
        "identity": judgement.identity or None,
    }


def _passage_record(passage: ReportPassage, disclosure: Disclosure) -> _Record:
    return {
        "source": passage.source,
        "quote": passage.quote,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
        "start": passage.start,
        "end": passage.end,
        "title": passage.title,
        "origin": disclosure.origin_of(passage.origin),
        "requested": disclosure.origin_of(passage.requested) or None,
        "archived_at": passage.archived_at or None,
        "older": passage.is_older,
    }


def _link_record(reference: str, link: ClaimLink, disclosure: Disclosure) -> _Record:
    return {
        "reference": reference,
        "rests": link.rests,
        "reason": link.reason,
        "by": disclosure.name_of(link.by),
        "at": link.at,
    }


def _settlement_record(reference: str, settlement: Settlement, disclosure: Disclosure) -> _Record:
    return {
        "reference": reference,
        "outcome": settlement.outcome or None,
        "reader": disclosure.name_of(settlement.reader) if settlement.reader else None,
        "note": settlement.note,
        "by": disclosure.name_of(settlement.by),
        "at": settlement.at,
        "readers": [disclosure.name_of(reader) for reader in settlement.readers],
    }


def _made_on_record(annotation: Annotation) -> _Record:
    return {"edition": annotation.edition, **_selector_fields(annotation.selector)}


def _decided_place_record(place: DecidedPlace, disclosure: Disclosure) -> _Record:
    return {
        "start": place.start,
        "end": place.end,
        "method": place.method,
        "confidence": place.confidence,
        "by": disclosure.name_of(place.by),
        "at": place.at,
    }


def _selector_fields(selector: Selector) -> _Record:
    return {
        "quote": selector.exact,
        "prefix": selector.prefix,
        "suffix": selector.suffix,
        "start": selector.start,
        "end": selector.end,
    }
