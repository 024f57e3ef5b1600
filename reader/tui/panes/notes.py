"""Render the note of an annotation, and the concurrent versions of that and of its other parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from reader.review.scale import decision_title
from reader.tui.panes.pair_lines import LEAD_WIDTH, led_lines
from reader.tui.styled_line import Part, StyledLine, clip, line, width_of

if TYPE_CHECKING:
    from reader.review.model import Annotation, ClaimLink

# ------------------------------------------------------------------ concurrent versions

_LINK_CELLS: Final = "links/"
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


def other_decisions(annotation: Annotation) -> tuple[str, ...]:
    """Return what others decided at the same time that the author should do, in words with the fix."""
    own = (annotation.decision, annotation.fix)
    decisions = [one for one in annotation.conflicts.get("decision", ()) if isinstance(one, str)]
    fixes = [one for one in annotation.conflicts.get("fix", ()) if isinstance(one, str)]
    others = zip_longest(decisions, fixes)
    whole = [(own[0] if decision is None else decision, own[1] if fix is None else fix) for decision, fix in others]
    return tuple(
        (decision_title(decision) or "nothing") + (f": {fix}" if fix else "")
        for decision, fix in dict.fromkeys(whole)
        if (decision, fix) != own
    )


def other_links(annotation: Annotation) -> tuple[tuple[str, ClaimLink], ...]:
    """Return what others decided at the same time about what the claim rests on: the ids of references, and whether it does."""
    if not any(cell.startswith(_LINK_CELLS) for cell in annotation.conflicts):
        return ()
    from reader.review.codec import as_mapping, from_record
    from reader.review.model import ClaimLink

    links: list[tuple[str, ClaimLink]] = []
    for cell, values in annotation.conflicts.items():
        reference = cell.removeprefix(_LINK_CELLS)
        own = annotation.links.get(reference)
        others = (from_record(ClaimLink, as_mapping(value)) for value in values if cell.startswith(_LINK_CELLS))
        links += [(reference, other) for other in others if own is None or other.rests != own.rests]
    return tuple(links)


def has_conflicts(annotation: Annotation) -> bool:
    """Whether an annotation has concurrent versions that a person must choose from."""
    if not annotation.conflicts:
        return False
    from reader.review.conflicts import conflicting_judgements

    versions = (other_notes, other_kinds, other_quotes, other_decisions, other_links)
    return any(others(annotation) for others in versions) or any(
        conflicting_judgements(annotation, judgement.reference) for judgement in annotation.judgements
    )


# ------------------------------------------------------------------ lines

EMPTY_NOTE: Final = "(none)"
"""Text for an empty version of a note."""
READABLE_CELLS: Final = 12
"""Fewest cells that a version of a note gets beside others."""


def note_lines(annotation: Annotation | None, label: Callable[[str], str], width: int, most: int) -> list[StyledLine]:
    """Return the note in at most `most` lines, then what others said at the same time; if `most` is 1, one line in all.

    `label` returns the key of an action.
    """
    if annotation is None:
        return []
    note, others, quotes = annotation.note, other_notes(annotation), other_quotes(annotation)
    choices = [_conflict_line("bounds", f"also “{quote}”", label("bounds"), "bounds", width) for quote in quotes]
    for decision in other_decisions(annotation):
        choices.append(_conflict_line("author", f"also “{decision}”", label("decide"), "decide", width))
    for reference, link in other_links(annotation):
        by = f" ({link.by})" if link.by else ""
        words = f"also {'on' if link.rests else 'not on'} [{reference}]{by}"
        action = "link" if link.rests else "unlink"
        choices.append(_conflict_line("link", words, label(action), action, width, " takes it"))
    if most == 1:
        in_one = [_notes_in_one_line(note, others, label("note"), width)] if note or others else []
        return ([*in_one, *choices] if others else [*choices, *in_one])[:1]
    lines = _fold_note("note", note or (EMPTY_NOTE if others else ""), width, most)
    for other in others:
        lines.extend(_fold_note("also", other or EMPTY_NOTE, width, max(1, most // 2)))
    if others:
        lines.append(_conflict_line("", f"{1 + len(others)} versions:", label("note"), "note", width, _show_all_hint(others)))
    return [*lines, *choices]


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
