"""The card of an annotation that is taken along to be attached to another place: all that was said of it, and the keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reader.tui.panes.card import CardView, pair_line, said_line
from reader.tui.panes.checking import Worded, key_line, wording_lines
from reader.tui.panes.notes import note_lines
from reader.tui.parts import Line, clip_line, line

_KEYS: Final = (("attach-here", "attaches it"), ("select", "selects"), ("escape", "leaves"))
_QUOTE: Final = "text b"


def held_lines(view: CardView, width: int, height: int, *, drawer: bool = False) -> list[Line]:
    """Return the card in `height` lines of `width` cells: kind and tags, the quote in its context, verdicts, note, keys."""
    annotation = view.annotation
    if annotation is None:
        return [()] * height
    lines: list[Line] = [] if drawer else [line(("To be attached", "secondary"))]
    lines.append(said_line(replace(view, status=None, others=0), width))
    judged = [pair_line(view, judgement.reference, width) for judgement in annotation.judgements]
    said = [*judged, *note_lines(view, width, 1 if drawer else 3)]
    tail = [key_line(view, *_KEYS)]
    room = height - len(lines) - len(tail)
    quote = wording_lines("was", _in_context(view), width, max(1, room - min(len(said), room // 2)), _QUOTE)
    lines.extend((*quote, *said[: max(0, room - len(quote))]))
    lines.extend([()] * (height - len(lines) - len(tail)))
    return [clip_line(parts, width) for parts in (*lines[: max(0, height - 1)], *tail)][:height]


def _in_context(view: CardView) -> list[Worded]:
    if view.annotation is None:
        return []
    selector = view.annotation.selector
    return [(selector.prefix, "hint"), (selector.exact, _QUOTE), (selector.suffix, "hint")]
