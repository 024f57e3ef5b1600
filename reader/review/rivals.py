"""Two verdicts on one pair: two people, or two windows, gave them without knowing of each other, and nobody has chosen yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from reader.review.model import Annotation, Judgement
from reader.review.records import judgement_from_record


def other_judgements(annotation: Annotation, reference: str) -> tuple[Judgement, ...]:
    """Return the other judgements on a pair, by its reference id, whose verdict is not the one shown."""
    shown = annotation.judgement_on(reference)
    others = (judgement_from_record(as_record(other)) for other in annotation.rivals.get(f"judgements/{reference}", ()))
    return tuple(other for other in others if other.verdict and (shown is None or other.verdict != shown.verdict))


def as_record(value: object) -> Mapping[str, object]:
    """Return a value as a record, an empty one when it is none."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}
