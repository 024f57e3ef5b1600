"""The notice above the footer: what stands there until it is put right, whatever keys are pressed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from reader.errors import ReaderError
from reader.tui.panes.bars import Saved
from reader.tui.parts import Line, clip_line, clip_middle, fold, line, width_of

MOST: Final = 3
"""How many lines a notice takes at most."""
_STEP: Final = 8

Label = Callable[[str], str]
"""Returns the key of an action as people write it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What there is to put right. `trouble` is why the library cannot be opened; `copies` counts its conflict copies."""

    saved: Saved = field(default_factory=Saved)
    trouble: ReaderError | None = None
    copies: int = 0


def notice_lines(notice: Notice, width: int, label: Label, place: str = "") -> list[Line]:
    """Return the one thing that matters most, in at most `MOST` lines of `width` cells; none when all is well.

    The ids of the actions that put it right begin with `place`.
    """
    if notice.trouble is not None:
        way = line(("  ", "text"), (notice.trouble.hint, "secondary")) if notice.trouble.hint else ()
        return _told(f"your library cannot be opened: {notice.trouble.what}", "bad b", way, width)
    if notice.saved.kind == "failed":
        return _told(f"not saved: {notice.saved.why}", "bad b", _way(f"{place}save-as", "saves all elsewhere", label), width)
    if notice.copies:
        lies = "a conflict copy lies" if notice.copies == 1 else f"{notice.copies} conflict copies lie"
        return _told(f"{lies} beside your library:", "fault", _way(f"{place}merge-copy", "merges it", label), width)
    return []


def _way(action: str, word: str, label: Label) -> Line:
    target = f"action:{action}"
    return line("  ", (label(action), "yours b", target), (f" {word}", "secondary", target))


def _told(text: str, tone: str, way: Line, width: int) -> list[Line]:
    """Return a text and the way out of it, on the text's last line if there is room."""
    lines = [line(" ", (piece, tone)) for piece in _folded(text, max(4, width - 2), MOST - bool(way))]
    if width_of(lines[-1]) + width_of(way) < width:
        lines[-1] += way
    else:
        lines.append(line(" ", *way[1:]))
    return [clip_line(parts, width) for parts in lines]


def _folded(text: str, width: int, most: int) -> list[str]:
    """Return a text in at most `most` lines, its middle cut if need be: what went wrong stands at its end."""
    size = width * most
    pieces = list(fold(clip_middle(text, size), width, most + 1))
    while len(pieces) > most and size > _STEP:
        size -= _STEP
        pieces = list(fold(clip_middle(text, size), width, most + 1))
    return pieces[:most]
