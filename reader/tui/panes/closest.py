"""The closest passage of a source in the queue's pane."""

from __future__ import annotations

from collections.abc import Callable

from reader.tui.closest import Closest
from reader.tui.panes.bars import hint_parts
from reader.tui.panes.source import NOTHING_SHARED, own_lines
from reader.tui.panes.supply import KEPT_SIGN
from reader.tui.parts import Line, Part, clip, fold, line, spread


def closest_lines(
    closest: Closest | None, width: int, most: int, key: Callable[[str], str], *, hidden: bool, kept: bool
) -> list[Line]:
    """Return the passage in hand in at most `most` lines under a heading; what is beside it too where there is room.

    `closest` is None without a readable source; `hidden` tells that the person judges blind, `kept` that it is evidence.
    """
    if closest is None:
        return []
    passage = closest.passage
    if hidden or passage is None:
        return [line((text, "hint")) for text in fold(_why_none(closest, hidden=hidden), width, 2)]
    which = line((f"{closest.at + 1} of {len(closest.passages)}", "hint"))
    keeps = line((f"{KEPT_SIGN} kept", "yours")) if kept else line(*hint_parts(key("closest-keep"), "keeps it", "closest-keep"))
    head = spread(line(("closest by wording  ", "secondary"), *which), keeps, width)
    around = most > 4
    own = own_lines(passage, width - 2, max(1, most - 2 * around), current=True)
    before, after = ((Part("  "), *line((clip(text, width - 2), "hint"))) for text in (passage.before, passage.after))
    lines = [(Part("  "), *parts) for parts in own]
    return [head, *([before] if around and passage.before else []), *lines, *([after] if around and passage.after else [])]


def _why_none(closest: Closest, *, hidden: bool) -> str:
    """Return why there is no passage to see."""
    if hidden:
        return "closest passages: hidden until there is a verdict"
    if closest.failed:
        return "the source cannot be read"
    return NOTHING_SHARED if closest.read is not None else "looking for the closest passages …"
