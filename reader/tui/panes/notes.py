"""Render the note of an annotation and its concurrent versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from reader.tui.panes.pair_lines import LEAD_WIDTH, led_lines
from reader.tui.styled_line import Part, StyledLine, clip, line, width_of

if TYPE_CHECKING:
    from reader.review.model import Annotation

# ------------------------------------------------------------------ concurrent versions

VERSION_SEPARATOR: Final = "— other version —"
"""Line between the versions of a note."""


def other_notes(annotation: Annotation) -> tuple[str, ...]:
    """Return the other versions of the note."""
    return tuple(note for note in annotation.conflicts.get("note", ()) if isinstance(note, str) and note != annotation.note)


def all_notes(annotation: Annotation) -> str:
    """Return all versions of the note, one after the other."""
    return f"\n{VERSION_SEPARATOR}\n".join((annotation.note, *other_notes(annotation)))


def other_kinds(annotation: Annotation) -> tuple[str, ...]:
    """Return the conflicting kinds of an annotation."""
    return tuple(kind for kind in annotation.conflicts.get("kind", ()) if isinstance(kind, str) and kind != annotation.kind)


def other_quotes(annotation: Annotation) -> tuple[str, ...]:
    """Return the quotes of the conflicting bounds of an annotation."""
    from reader.review.codec import as_mapping, from_record
    from reader.review.model import Selector

    quotes = (from_record(Selector, selector).exact for selector in map(as_mapping, annotation.conflicts.get("selector", ())))
    return tuple(quote for quote in quotes if quote and quote != annotation.selector.exact)


def has_conflicts(annotation: Annotation) -> bool:
    """Whether an annotation has concurrent versions that a person must choose from."""
    if not annotation.conflicts:
        return False
    from reader.review.conflicts import conflicting_judgements

    return bool(other_notes(annotation) or other_kinds(annotation) or other_quotes(annotation)) or any(
        conflicting_judgements(annotation, judgement.reference) for judgement in annotation.judgements
    )


# ------------------------------------------------------------------ lines

EMPTY_NOTE: Final = "(none)"
"""Text for an empty version of a note."""
READABLE_CELLS: Final = 12
"""Fewest cells that a version of a note gets beside others."""


def note_lines(annotation: Annotation | None, label: Callable[[str], str], width: int, most: int) -> list[StyledLine]:
    """Return the note in at most `most` lines, then its other versions and bounds; if `most` is 1, one line in all.

    `label` returns the key of an action.
    """
    if annotation is None:
        return []
    note, others, quotes = annotation.note, other_notes(annotation), other_quotes(annotation)
    bounds = [_conflict_line("bounds", f"also “{quote}”", label("bounds"), "bounds", width) for quote in quotes]
    if most == 1:
        in_one = [_notes_in_one_line(note, others, label("note"), width)] if note or others else []
        return ([*in_one, *bounds] if others else [*bounds, *in_one])[:1]
    lines = _fold_note("note", note or (EMPTY_NOTE if others else ""), width, most)
    for other in others:
        lines.extend(_fold_note("also", other or EMPTY_NOTE, width, max(1, most // 2)))
    if others:
        lines.append(_conflict_line("", f"{1 + len(others)} versions:", label("note"), "note", width, _show_all_hint(others)))
    return [*lines, *bounds]


def _fold_note(lead: str, note: str, width: int, most: int) -> list[StyledLine]:
    return led_lines(lead, note.strip(), width, most, target="action:note")


def _notes_in_one_line(note: str, others: Sequence[str], key: str, width: int) -> StyledLine:
    """Return the note in one line, or the beginnings of its versions and the key that shows them."""
    if not others:
        return next(iter(_fold_note("note", note, width, 1)), ())
    lead = (f"{'note':{LEAD_WIDTH}}", "secondary")
    tail = line((f"  {key}", "yours", "action:note"), (_show_all_hint(others), "hint", "action:note"))
    room = (width - LEAD_WIDTH - width_of(tail) - 9 * len(others)) // (1 + len(others))
    if room < READABLE_CELLS:
        return line(lead, (f"{1 + len(others)} versions", "open"), *tail)
    parts = [Part(clip(" ".join(note.split()) or EMPTY_NOTE, room), "text", "action:note")]
    for other in others:
        parts.extend((Part(" · also: ", "open"), Part(clip(" ".join(other.split()) or EMPTY_NOTE, room), "text")))
    return line(lead, *parts, *tail)


def _show_all_hint(others: Sequence[str]) -> str:
    return " shows both" if len(others) == 1 else " shows all"


def _conflict_line(lead: str, text: str, key: str, action: str, width: int, effect: str = " decides") -> StyledLine:
    """Return a conflict, cut to fit, and the key that settles it."""
    target = f"action:{action}"
    tail = line((f" {key}", "yours", target), (effect, "hint", target))
    room = width - LEAD_WIDTH - width_of(tail)
    return line((f"{lead:{LEAD_WIDTH}}", "secondary"), (clip(" ".join(text.split()), room), "open"), *tail)
