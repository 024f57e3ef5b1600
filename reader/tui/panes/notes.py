"""Render the note of an annotation and its concurrent versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from reader.review.codec import as_mapping, from_record
from reader.review.conflicts import conflicting_judgements
from reader.review.model import Annotation, Selector
from reader.tui.styled_line import Part, StyledLine, clip, fold, line, width_of

if TYPE_CHECKING:
    from reader.tui.panes.card_view import CardView


# ------------------------------------------------------------------ two people, or two windows, wrote it without knowing of

VERSION_SEPARATOR: Final = "— other version —"
"""The line between the versions of a note."""


def other_notes(annotation: Annotation) -> tuple[str, ...]:
    """Return the other versions of the note."""
    return tuple(note for note in annotation.rivals.get("note", ()) if isinstance(note, str) and note != annotation.note)


def all_notes(annotation: Annotation) -> str:
    """Return all versions of the note, one after the other."""
    return f"\n{VERSION_SEPARATOR}\n".join((annotation.note, *other_notes(annotation)))


def other_kinds(annotation: Annotation) -> tuple[str, ...]:
    """Return the other kinds that it was marked as."""
    return tuple(kind for kind in annotation.rivals.get("kind", ()) if isinstance(kind, str) and kind != annotation.kind)


def other_quotes(annotation: Annotation) -> tuple[str, ...]:
    """Return what it would quote with its other bounds."""
    quotes = (from_record(Selector, selector).exact for selector in map(as_mapping, annotation.rivals.get("selector", ())))
    return tuple(quote for quote in quotes if quote and quote != annotation.selector.exact)


def has_conflicts(annotation: Annotation) -> bool:
    """Whether there is something to decide."""
    return bool(annotation.rivals) and (
        bool(other_notes(annotation) or other_kinds(annotation) or other_quotes(annotation))
        or any(conflicting_judgements(annotation, judgement.reference) for judgement in annotation.judgements)
    )


# ------------------------------------------------------------------ the text, or the versions of it that people wrote without

EMPTY_NOTE: Final = "(none)"
"""How an empty version of a note is shown."""
READABLE_CELLS: Final = 12
"""The fewest cells in which the beginning of a note says something."""


def note_lines(view: CardView, width: int, most: int) -> list[StyledLine]:
    """Return the note in at most `most` lines, then its other versions and the other bounds; for one line what fits in it."""
    annotation = view.annotation
    if annotation is None:
        return []
    others, quotes = other_notes(annotation), other_quotes(annotation)
    bounds = [_conflict_line("bounds", f"also “{quote}”", view, "bounds", width) for quote in quotes]
    if most == 1:
        in_one = [_notes_in_one_line(view, others, width)] if annotation.note or others else []
        return ([*in_one, *bounds] if others else [*bounds, *in_one])[:1]
    note = annotation.note or (EMPTY_NOTE if others else "")
    lines = _fold_note("note", note, width, most)
    for other in others:
        lines.extend(_fold_note("also", other or EMPTY_NOTE, width, max(1, most // 2)))
    if others:
        lines.append(_conflict_line("", f"{1 + len(others)} versions:", view, "note", width, _show_all_hint(others)))
    return [*lines, *bounds]


def _fold_note(word: str, note: str, width: int, most: int) -> list[StyledLine]:
    folded = fold(note.strip(), width - 6, most) if note.strip() else ()
    return [
        line((f"{word:6}" if n == 0 else "      ", "secondary"), (text, "text", "action:note")) for n, text in enumerate(folded)
    ]


def _notes_in_one_line(view: CardView, others: Sequence[str], width: int) -> StyledLine:
    """Return the note in one line; of several versions the beginnings, and the key that shows them all."""
    note = view.annotation.note if view.annotation is not None else ""
    if not others:
        return next(iter(_fold_note("note", note, width, 1)), ())
    tail = line((f"  {view.label('note')}", "yours", "action:note"), (_show_all_hint(others), "hint", "action:note"))
    room = (width - 6 - width_of(tail) - 9 * len(others)) // (1 + len(others))
    if room < READABLE_CELLS:
        return line(("note  ", "secondary"), (f"{1 + len(others)} versions", "open"), *tail)
    parts = [Part(clip(" ".join(note.split()) or EMPTY_NOTE, room), "text", "action:note")]
    for other in others:
        parts.extend((Part(" · also: ", "open"), Part(clip(" ".join(other.split()) or EMPTY_NOTE, room), "text")))
    return line(("note  ", "secondary"), *parts, *tail)


def _show_all_hint(others: Sequence[str]) -> str:
    return " shows both" if len(others) == 1 else " shows all"


def _conflict_line(word: str, text: str, view: CardView, action: str, width: int, does: str = " decides") -> StyledLine:
    """Return what is to be decided, and the key for it; the text is cut to leave that its room."""
    target = f"action:{action}"
    tail = line((f" {view.label(action)}", "yours", target), (does, "hint", target))
    lead = f"{word:7}" if word else "      "
    return line((lead, "secondary"), (clip(" ".join(text.split()), width - len(lead) - width_of(tail)), "open"), *tail)
