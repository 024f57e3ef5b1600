"""JSON Lines: one object an annotation, everything that is known of it, offsets in code points of the article's text."""

from __future__ import annotations

from reader.exchange.escaping import json_text
from reader.exchange.report import Item, Pair, Report


def to_jsonl(report: Report) -> str:
    """Return one line an annotation of any kind, in the order of the text, those that lost their place last.

    `start` and `end` are a half-open range, null when the place is lost. `judgements` has every reference that a claim rests
    on; the verdict of an open one is null.
    """
    return "".join(json_text(_record(report, item)) + "\n" for item in (*report.items, *report.orphans))


def _record(report: Report, item: Item) -> dict[str, object]:
    article, annotation, selector = report.article, item.annotation, item.selector
    return {
        "article": {"id": report.article_id, "title": article.title, "source": article.source, "edition": article.digest},
        "id": annotation.id,
        "kind": annotation.kind,
        "quote": selector.exact,
        "prefix": selector.prefix,
        "suffix": selector.suffix,
        "start": selector.start if item.placed else None,
        "end": selector.end if item.placed else None,
        "sentence": item.sentence or None,
        "paragraph": item.paragraph or None,
        "tags": list(annotation.tags),
        "note": annotation.note,
        "status": item.status.name if item.status else None,
        "check": item.check or None,
        "quote_then": item.quote_then or None,
        "judgements": [_judgement(pair) for pair in item.pairs],
        "created": annotation.created,
        "updated": annotation.updated,
        "creator": annotation.creator,
    }


def _judgement(pair: Pair) -> dict[str, object]:
    given, entry = pair.judgement, pair.entry
    return {
        "reference": pair.reference,
        "label": pair.label,
        "text": entry.text if entry else None,
        "url": entry.url if entry else None,
        "doi": entry.doi if entry else None,
        "verdict": pair.verdict or None,
        "verdict_label": pair.word,
        "stale": pair.stale or None,
        "note": given.note if given else "",
        "evidence": [{"source": e.source, "quote": e.selector.exact} for e in given.evidence] if given else [],
        "by": given.by if given else None,
        "at": given.at if given else None,
    }
