"""What lists and card show of sources: how far the text behind a reference is there, and what of it is kept as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from reader.formats import is_address
from reader.review.model import FETCH_FAILED, NO_SOURCE, NO_TEXT, ONLY_ABSTRACT, PASTED_TEXT, SUPPLIED, Source, source_state
from reader.tui.styled_line import StyledLine, fold, line, width_of

if TYPE_CHECKING:
    from reader.tui.panes.card_view import CardView


def short_name(name: str) -> str:
    """Return what a path or an address is called in short: the file without its folder, the host."""
    if not is_address(name):
        return PurePath(name).name or name
    try:
        return urlsplit(name).hostname or name
    except ValueError:
        return name


EVIDENCE_SIGN: Final = "❝"
"""The sign of a passage that is kept as evidence."""
_STATES: Final[Mapping[str, tuple[str, str, str]]] = {
    SUPPLIED: ("▤", "supplied", "secondary"),
    ONLY_ABSTRACT: ("▤", "abstract", "secondary"),
    NO_TEXT: ("▢", "no text", "fault"),
    FETCH_FAILED: ("!", "not reached", "fault"),
}
"""The sign of each state, the word for it, and the role of both; a source that was not supplied has none."""
_INDENT: Final = " " * 5
_PASSAGE_LINES: Final = 2
"""The lines of a passage on the open card."""


def state_part(source: Source | None, target: str, width: int, lead: str = "") -> StyledLine:
    """Return how far a source is there, after `lead`, in at most `width` cells: a sign and a word, or only the sign.

    Nothing for one that was not supplied.
    """
    state = source_state(source)
    if state == NO_SOURCE:
        return ()
    sign, word, role = _STATES[state]
    said = line((f"{lead}{sign} {word}", role, target))
    return said if width_of(said) <= width else line((f"{lead}{sign}", role, target))


def evidence_part(view: CardView, reference: str) -> StyledLine:
    """Return how many passages are kept as evidence on a pair, and whether its source is there to be read."""
    judgement = view.annotation.judgement_on(reference) if view.annotation is not None else None
    kept = len(judgement.evidence) if judgement is not None else 0
    if kept:
        return line((f"  {EVIDENCE_SIGN} {kept}", "yours", "action:source"))
    state = source_state(view.sources.get(reference))
    sign, word, role = _STATES.get(state, ("", "", ""))
    said = sign if state == SUPPLIED else f"{sign} {word}"
    return line((f"  {said}", role, "action:source")) if sign else ()


def source_lines(view: CardView, reference: str, width: int) -> list[StyledLine]:
    """Return, for the open card, how far the source of a pair is there and since when, and the passages kept of it."""
    lines: list[StyledLine] = []
    source = view.sources.get(reference)
    if source is not None and source.state != NO_SOURCE:
        sign, _, role = _STATES[source.state]
        lines.extend(
            line(_INDENT, (text, role, "action:source"))
            for text in fold(f"{sign} {_state_text(source)}", width - len(_INDENT), 2)
        )
    judgement = view.annotation.judgement_on(reference) if view.annotation is not None else None
    for evidence in judgement.evidence if judgement is not None else ():
        older = "older text: " if source is not None and evidence.source != source.current else ""
        words = older + " ".join(evidence.selector.exact.split())
        lines.extend(
            line(_INDENT, (f"{EVIDENCE_SIGN} " if number == 0 else "  ", "yours"), (text, "quote"))
            for number, text in enumerate(fold(words, width - len(_INDENT) - 2, _PASSAGE_LINES))
        )
    return lines


def _state_text(source: Source) -> str:
    """Return the state of a source with where it is from and since when, or why it could not be reached."""
    text = source.text
    if text is None:
        return f"could not be reached on {source.failed_at[:10]}: {source.failure}"
    origin = text.origin if text.origin == PASTED_TEXT else f"from {text.origin}"
    return f"{source.state}, {origin}, {text.at[:10]}"
