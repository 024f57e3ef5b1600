"""What `reader source list` tells of a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.cli.recounting import local
from reader.review.lacking import address_of
from reader.review.supply import UNREACHED

if TYPE_CHECKING:
    from reader.article.model import Reference
    from reader.review.session import ReviewSession
    from reader.review.supply import SourceText


def record_of(review: ReviewSession, reference: Reference) -> dict[str, object]:
    """Return what there is to say of the source of a reference, as plain values; times are in UTC."""
    source, offered = review.shelf.source(reference.id), review.shelf.offered(reference.id)
    text = source.text if source is not None else None
    judgements = (a.judgement_on(reference.id) for a in (*review.annotations(), *review.orphans()))
    return {
        "reference": reference.id,
        "label": reference.label,
        "title": reference.title or reference.text,
        "address": address_of(reference) or None,
        "state": review.shelf.state(reference.id),
        "text": None if text is None else _text(text),
        "older": 0 if source is None else sum(one is not text for one in source.texts),
        "tried": None
        if source is None or not source.trouble
        else {"address": source.tried, "at": source.tried_at, "why": source.trouble},
        "evidence": sum(len(judgement.evidence) for judgement in judgements if judgement is not None),
        "offered": None if offered is None or offered.text is None else _text(offered.text),
    }


def _text(text: SourceText) -> dict[str, object]:
    return {
        "title": text.title,
        "format": text.format,
        "from": text.origin,
        "at": text.at,
        "by": text.by,
        "digest": text.digest,
    }


def row_of(review: ReviewSession, reference: Reference) -> tuple[str, ...]:
    """Return the same as a row for people: label, title, state, from where, when, pieces of evidence, what else to know."""
    source, offered = review.shelf.source(reference.id), review.shelf.offered(reference.id)
    text = source.text if source is not None else None
    record = record_of(review, reference)
    # The address stands in a column of its own.
    notes = [source.trouble.removeprefix(f"{source.tried} ") if source is not None else ""]
    if offered is not None and offered.text is not None:
        notes.append(f"another article has “{offered.text.title}”")
    origin, at = (text.origin, text.at) if text is not None else ("", "")
    if source is not None and source.state == UNREACHED:
        origin, at = source.tried, source.tried_at
    evidence = str(record["evidence"] or "")
    return (
        f"[{reference.label}]",
        str(record["title"]),
        str(record["state"]),
        origin,
        local(at),
        evidence,
        "; ".join(note for note in notes if note),
    )
