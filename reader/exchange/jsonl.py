"""JSON Lines: one object per annotation, with all its data. Offsets count code points of the article's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from reader.exchange.escape import encode_text, json_text
from reader.exchange.report import Report, ReportItem, ReportPair, ReportPassage
from reader.exchange.wording import decision_label
from reader.review.model import Judgement

_OWN_KEYS: Final = ("reference", "verdict", "evidence", "note", "by", "at", "edition", "identity", "problems", "extra")
_OTHER_FIELDS: Final = tuple(field.name for field in fields(Judgement) if field.name not in _OWN_KEYS)
"""The fields of a judgement that are written under their own names, so that a new field is exported without a change here."""


def write_jsonl(report: Report) -> Iterator[bytes]:
    """Yield a line for each annotation of any kind, in the order of the text, those without a place last.

    `start` and `end` are a half-open range, null when the place is lost. `judgements` holds every reference that a claim rests
    on, with a null verdict where there is none. `verdict_rating` is the value of the verdict in a ClaimReview, from 1 to 5, or
    null. `unlinked` holds the references that a claim cites but, as a person decided, does not rest on.
    """
    for item in (*report.items, *report.orphans):
        yield encode_text(json_text(_item_record(report, item)) + "\n")


def _item_record(report: Report, item: ReportItem) -> dict[str, object]:
    article, annotation, selector = report.article, item.annotation, item.selector
    return {
        "article": {"id": report.article_id, "title": article.title, "source": article.source, "edition": article.digest},
        "id": annotation.id,
        "kind": annotation.kind,
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
        "judgements": [_pair_record(pair) for pair in item.pairs],
        "unlinked": [
            {
                "reference": unlinked.reference,
                "label": unlinked.label,
                "reason": unlinked.link.reason,
                "by": unlinked.link.by,
                "at": unlinked.link.at,
            }
            for unlinked in item.unlinked
        ],
        "decision": annotation.decision or None,
        "decision_label": decision_label(item) or None,
        "fix": annotation.fix,
        "created": annotation.created_at,
        "updated": annotation.updated_at,
        "creator": annotation.creator,
    }


def _pair_record(pair: ReportPair) -> dict[str, object]:
    judgement, entry = pair.judgement, pair.entry
    return {
        "reference": pair.reference,
        "label": pair.label,
        "text": entry.text if entry else None,
        "url": entry.url if entry else None,
        "doi": entry.doi if entry else None,
        "verdict": pair.verdict or None,
        "verdict_label": pair.verdict_label,
        "verdict_rating": pair.rating or None,
        "open": pair.is_open,
        "stale": pair.stale_reason or None,
        "problems": list(judgement.problems) if judgement else [],
        "linked": pair.link is not None,
        "link_reason": pair.link.reason if pair.link else None,
        "source": pair.source_state,
        "note": judgement.note if judgement else "",
        "evidence": [_passage_record(passage) for passage in pair.evidence],
        "by": judgement.by if judgement else None,
        "at": judgement.at if judgement else None,
        **{name: getattr(judgement, name, None) for name in _OTHER_FIELDS},
    }


def _passage_record(passage: ReportPassage) -> dict[str, object]:
    return {
        "source": passage.source,
        "quote": passage.quote,
        "start": passage.start,
        "end": passage.end,
        "title": passage.title,
        "origin": passage.origin,
        "older": passage.is_older,
    }
