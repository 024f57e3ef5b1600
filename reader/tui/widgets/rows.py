"""Finished rows of widgets: kept until they are refreshed, and sent to the terminal in few bytes.

With every key, Textual asks each widget on the screen for all its rows, and puts every row through its cache of styles and the
app's filters, however few have changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from textual.containers import Horizontal, Vertical
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

# ------------------------------------------------------------------ keeping rows


if TYPE_CHECKING:
    _WidgetBase = Widget
else:
    _WidgetBase = object  # of the bases of a class, Textual takes the style sheet of the first widget: that is the other one


class RowCache(_WidgetBase):
    """Widget mixin that keeps rows as they are sent, until they are refreshed or the size or the style changes."""

    HAS_EQUAL_ROWS = False
    """Whether all rows look the same: those of a container without border and padding, on which nothing is but its children."""

    def __init__(self, *children: Widget, id: str | None = None, classes: str | None = None) -> None:
        self._rows: dict[int, Strip] = {}
        self._rows_size = Size(0, 0)
        super().__init__(*children, id=id, classes=classes)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in `crop`."""
        if self._rows_size != self.outer_size:
            self._rows.clear()
            self._rows_size = self.outer_size
        missing = [y for y in crop.line_range if y not in self._rows]
        if missing:
            self._rows.update(zip(missing, self.paint_rows(missing), strict=True))
        strips = [self._rows[y] for y in crop.line_range]
        span = crop.column_span
        return strips if span == (0, self._rows_size.width) else [strip.crop(*span) for strip in strips]

    def paint_rows(self, rows: Sequence[int]) -> Iterable[Strip]:
        """Paint rows. Textual's own way is slow, mostly for each call, but knows borders and padding."""
        width, paint = self._rows_size.width, super().render_lines
        if self.HAS_EQUAL_ROWS:
            return paint(Region(0, rows[0], width, 1)) * len(rows)
        if len(rows) == rows[-1] - rows[0] + 1:
            return paint(Region(0, rows[0], width, len(rows)))
        return [strip for y in rows for strip in paint(Region(0, y, width, 1))]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Forget the rows of some regions, or all rows, and let them be painted again."""
        if repaint and regions:
            for region in regions:
                for y in region.translate(self.content_offset).line_range:
                    self._rows.pop(y, None)
        elif repaint:
            self._rows.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Forget all rows after a change of theme or focus."""
        self._rows.clear()
        super().notify_style_update()


class PaneRow(RowCache, Horizontal):
    """Widgets side by side."""

    HAS_EQUAL_ROWS = True


class PaneColumn(RowCache, Vertical):
    """Widgets one below the other."""


def finish_lines(widget: Widget, lines: Iterable[list[Segment]], width: int) -> Iterator[Strip]:
    """Put lines of `width` cells through the app's filters, for a widget without border or padding."""
    filters = widget.get_line_filters()
    _, background = widget.background_colors
    for segments in lines:
        for line_filter in filters:
            segments = line_filter.apply(segments, background)
        yield TerseStrip(Segment.simplify(segments), width)


# ------------------------------------------------------------------ sending them

_CODE: Final = re.compile(r"[34]8;(?:2;\d+;\d+;\d+|5;\d+)|\d+")
"""One setting in a list of them, as "select graphic rendition" (ECMA-48) has it: a colour, or an attribute."""
_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29", "fg": "39", "bg": "49"}
"""The setting that ends another one; "fg" and "bg" stand for any colour."""


class TerseStrip(Strip):
    """Strip that sends of each style only what differs from the style before. Its styles have no links."""

    __slots__ = ("_sent",)

    def __init__(self, segments: Iterable[Segment], cell_length: int | None = None) -> None:
        super().__init__(segments, cell_length)
        self._sent = ""

    def crop(self, start: int, end: int | None = None) -> Strip:
        """Return the cells from `start` to `end`."""
        cropped = super().crop(start, end)
        return cropped if cropped is self else TerseStrip(cropped, cropped.cell_length)

    def render(self, console: Console) -> str:
        """Return the text with the control sequences for its styles."""
        if not self._sent:
            system = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
            pieces: list[str] = []
            before = ""
            for text, style, _ in self:
                after = Strip.render_ansi(style, system) if style is not None else ""
                pieces.extend((_transition(before, after), text))
                before = after
            self._sent = "".join((*pieces, _transition(before, "")))
        return self._sent


@lru_cache(4096)
def _transition(before: str, after: str) -> str:
    """Return the control sequence that leads from one list of settings to another."""
    if before == after:
        return ""
    if not after:
        return "\x1b[0m"
    old, new = _settings(before), _settings(after)
    anew = f"\x1b[0;{after}m" if before else f"\x1b[{after}m"
    if not old.keys() <= {*new, *_OFF}:
        return anew
    ended = {_OFF[plane] for plane in old if plane not in new}
    begun = [code for plane, code in new.items() if old.get(plane) != code or _OFF.get(plane) in ended]
    return min(f"\x1b[{';'.join((*sorted(ended), *begun))}m", anew, key=len)


def _settings(codes: str) -> dict[str, str]:
    """Return settings by what they set: "fg", "bg", or for an attribute its own code."""
    return {_plane(code): code for code in _CODE.findall(codes)}


def _plane(code: str) -> str:
    number = int(code.partition(";")[0])
    if 30 <= number < 40 or 90 <= number < 100:
        return "fg"
    return "bg" if 40 <= number < 50 or number >= 100 else code
