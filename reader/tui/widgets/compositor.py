"""Compose a screen front to back, and only the rows that changed: what is covered costs nothing (occlusion culling).

With every key, Textual's compositor asks each widget on the screen for all its rows, cuts them wherever any widget begins or
ends, and sends what changed from the left edge of its widget.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from inspect import signature
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region

from reader.tui.widgets.rows import TerseStrip, are_blanks_alike, find_wide_columns, transition

if TYPE_CHECKING:
    from rich.console import Console
    from textual.screen import Screen
    from textual.strip import Strip
    from textual.widget import Widget

USED: Final = ("_dirty_regions", "_regions_to_spans", "size", "visible_widgets")
"""The names of Textual's compositor that are used here."""
OVERRIDES: Final = (
    (Compositor, "render_full_update", ["self", "simplify"]),
    (Compositor, "render_partial_update", ["self"]),
    (CompositorUpdate, "render_segments", ["self", "console"]),
)
"""The methods of Textual that are overridden here, by their class, and their parameters."""

Spans = list[tuple[int, int]]
"""Cells of a row, as half-open ranges of columns."""
RowPart = tuple[int, int, "Strip", int, int]
"""Row and column of the screen, and the strip whose cells, a half-open range of them, begin there."""


class RowsUpdate(CompositorUpdate):
    """Update of some parts of the rows of a terminal.

    What looks the same is drawn in one go, wherever it stands: a place takes half the bytes of a colour.
    """

    def __init__(self, parts: Iterable[RowPart]) -> None:
        self._parts = parts

    def render_segments(self, console: Console) -> str:
        """Return the text and the control sequences to write."""
        output: list[str] = []
        drawings = defaultdict[str, list[str]](list)
        ends: dict[str, tuple[int, int]] = {}
        for row, column, strip, start, end in self._parts:
            if not isinstance(strip, TerseStrip):
                output += f"\x1b[{row + 1};{column + 1}H", strip.crop(start, end).render(console)
                continue
            last: str | None = None
            for text, settings, width in strip.pieces(console, start, end):
                if last is not None and settings != last:
                    if text[0] == " " and not text.strip(" ") and are_blanks_alike(last, settings):
                        settings = last
                    elif not width or (not text.isascii() and not cell_len(text[0])):  # drawn onto the character before it
                        text, settings = f"{transition(last, settings)}{text}{transition(settings, last)}", last
                drawing = drawings[settings]
                if ends.get(settings) != (row, column):
                    drawing.append(f"\x1b[{row + 1};{column + 1}H")
                drawing.append(text)
                column += width
                ends[settings] = (row, column)
                last = settings
        settings = ""
        for own, drawing in drawings.items():
            output += transition(settings, own), *drawing
            settings = own
        return "".join((*output, transition(settings, "")))


class CullingCompositor(Compositor):
    """Textual's compositor with updates that cost no more than what they show."""

    def __init__(self) -> None:
        super().__init__()
        self._composed: dict[Widget, tuple[Region, Region]] = {}

    def render_full_update(self, simplify: bool = False) -> CompositorUpdate | None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the base names its own class of updates
        """Return the whole screen; `simplify` is for pictures of it."""
        if simplify:
            return super().render_full_update(simplify)
        self._dirty_regions = {self.size.region}
        return self.render_partial_update()

    def render_partial_update(self) -> CompositorUpdate | None:  # pyright: ignore[reportIncompatibleMethodOverride]  # likewise
        """Return what changed since the last update, None if nothing did."""
        gaps = self._take_dirty_spans()
        parts: list[RowPart] = []
        for widget, (region, clip) in self.visible_widgets.items():  # those in front first
            if not gaps:
                break
            left, top, width, height = region.intersection(clip)
            right, bottom = left + width, top + height
            rows = [row for row, spans in gaps.items() if top <= row < bottom and spans[0][0] < right and left < spans[-1][1]]
            if not rows:
                continue
            first = min(rows)
            strips = widget.render_lines(Region(left - region.x, first - region.y, width, max(rows) - first + 1))
            for row in rows:
                inside, outside = _split_spans(gaps.pop(row), left, right)
                strip = strips[row - first]
                for start, end in inside:
                    start, end = _whole_characters(strip, start - left, end - left)
                    parts.append((row, left + start, strip, start, end))
                if outside:
                    gaps[row] = outside
        return RowsUpdate(parts) if parts else None

    def _take_dirty_spans(self) -> dict[int, Spans]:
        """Return the cells that changed since the last update, by row; in a new layout, all cells of their rows.

        A widget may have gone that cut a wide character in two.
        """
        screen = self.size.region
        regions = [screen.intersection(region) for region in self._dirty_regions]
        self._dirty_regions.clear()
        if self._composed is not self.visible_widgets:
            self._composed = self.visible_widgets
            regions = [Region(0, region.y, screen.width, region.height) for region in regions]
        spans: dict[int, Spans] = {}
        for row, start, end in self._regions_to_spans(regions):
            spans.setdefault(row, []).append((start, end))
        return spans


def _whole_characters(strip: Strip, start: int, end: int) -> tuple[int, int]:
    """Return a range of cells with all of the characters that it touches: half of a wide one would be drawn as a space."""
    if start > 0 or end < strip.cell_length:
        for column in strip.wide_columns if isinstance(strip, TerseStrip) else find_wide_columns(strip.text):
            start -= start == column + 1
            end += end == column + 1
    return start, end


def _split_spans(spans: Spans, left: int, right: int) -> tuple[Spans, Spans]:
    """Return the cells from `left` to `right`, and the others."""
    if left <= spans[0][0] and spans[-1][1] <= right:
        return spans, []
    inside = [(max(start, left), min(end, right)) for start, end in spans if left < end and start < right]
    pieces = (piece for start, end in spans for piece in ((start, min(end, left)), (max(start, right), end)))
    return inside, [(start, end) for start, end in pieces if start < end]


def use_culling(screen: Screen[Any]) -> None:
    """Let a new screen compose only what changed, unless this version of Textual composes in another way."""
    own: object = getattr(screen, "_compositor", None)
    if type(own) is Compositor and all(hasattr(own, name) for name in USED) and _are_overrides_known():
        screen._compositor = CullingCompositor()  # pyright: ignore[reportPrivateUsage]  # no public name leads to it


def _are_overrides_known() -> bool:
    methods = ((getattr(owner, name, None), parameters) for owner, name, parameters in OVERRIDES)
    return all(method is not None and list(signature(method).parameters) == parameters for method, parameters in methods)
