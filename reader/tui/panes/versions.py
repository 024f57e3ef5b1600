"""What an annotation has two versions of: two people, or two windows, wrote it without knowing of each other."""

from __future__ import annotations

from typing import Final

from reader.review.model import Annotation
from reader.review.records import selector_from_record
from reader.review.rivals import as_record, other_judgements

OTHER: Final = "— other version —"
"""The line between the versions of a note."""


def other_notes(annotation: Annotation) -> tuple[str, ...]:
    """Return the other versions of the note."""
    return tuple(note for note in annotation.rivals.get("note", ()) if isinstance(note, str) and note != annotation.note)


def all_notes(annotation: Annotation) -> str:
    """Return all versions of the note, one after the other."""
    return f"\n{OTHER}\n".join((annotation.note, *other_notes(annotation)))


def other_kinds(annotation: Annotation) -> tuple[str, ...]:
    """Return the other kinds that it was marked as."""
    return tuple(kind for kind in annotation.rivals.get("kind", ()) if isinstance(kind, str) and kind != annotation.kind)


def other_quotes(annotation: Annotation) -> tuple[str, ...]:
    """Return what it would quote with its other bounds."""
    quotes = (selector_from_record(selector).exact for selector in map(as_record, annotation.rivals.get("selector", ())))
    return tuple(quote for quote in quotes if quote and quote != annotation.selector.exact)


def undecided(annotation: Annotation) -> bool:
    """Whether there is something to decide."""
    return bool(annotation.rivals) and (
        bool(other_notes(annotation) or other_kinds(annotation) or other_quotes(annotation))
        or any(other_judgements(annotation, judgement.reference) for judgement in annotation.judgements)
    )
