"""What `reader source list` tells of a reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reader.cli.recounting import local
from reader.review.supply import UNREACHED
from reader.review.unsupplied import address_of

if TYPE_CHECKING:
    from reader.article.model import Reference
    from reader.review.session import ReviewSession
    from reader.review.supply import SourceText


def quoted(review: ReviewSession) -> Mapping[str, int]:
    """Return how many pieces of evidence were taken for each reference, by its id."""
    judgements = (judgement for a in (*review.annotations(), *review.orphans()) for judgement in a.judgements)
    counts: Counter[str] = Counter()
    for judgement in judgements:
        counts[judgement.reference] += len(judgement.evidence)
    return counts


def record_of(review: ReviewSession, reference: Reference, evidence: int) -> dict[str, object]:
    """Return what there is to say of the source of a reference, as plain values; times are in UTC.

    `evidence` counts the pieces of evidence taken for it.
    """
    source, offered = review.shelf.source(reference.id), review.shelf.offered(reference.id)
    text = source.text if source is not None else None
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
        "evidence": evidence,
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


def row_of(review: ReviewSession, reference: Reference, evidence: int) -> tuple[str, ...]:
    """Return the same as a row for people: label, title, state, from where, when, pieces of evidence, what else to know."""
    source, offered = review.shelf.source(reference.id), review.shelf.offered(reference.id)
    text = source.text if source is not None else None
    # The address stands in a column of its own.
    notes = [source.trouble.removeprefix(f"{source.tried} ") if source is not None else ""]
    if offered is not None and offered.text is not None:
        notes.append(f"another article has “{offered.text.title}”")
    origin, at = (text.origin, text.at) if text is not None else ("", "")
    if source is not None and source.state == UNREACHED:
        origin, at = source.tried, source.tried_at
    return (
        f"[{reference.label}]",
        reference.title or reference.text,
        review.shelf.state(reference.id),
        origin,
        local(at),
        str(evidence or ""),
        "; ".join(note for note in notes if note),
    )
