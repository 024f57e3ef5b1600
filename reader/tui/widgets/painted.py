"""Painted: a widget of lines. It is shown new lines and repaints only those that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from reader.tui.parts import Line, part_at, strip_of
from reader.tui.typed import reader_of

if TYPE_CHECKING:
    from reader.tui.looks import Look


class Painted(Widget):
    """Draws lines one below the other on the background of `UNDER`; what is below the last is blank.

    Line-by-line so that a key press repaints a few lines, not the pane, and never lays the screen out anew.
    """

    ALLOW_SELECT = False
    UNDER: tuple[str, ...] = ("chrome", "text")
    WHOLE_LINES = False
    """Whether a click anywhere on a line means the line's first target."""

    class Clicked(Message):
        """Something with a target was clicked."""

        def __init__(self, painted: Painted, target: str) -> None:
            super().__init__()
            self.painted = painted
            self.target = target

        @property
        def control(self) -> Painted:
            """The widget that was clicked."""
            return self.painted

    class Resized(Message):
        """The widget has another size: what it shows must be built anew."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[tuple[Line, tuple[str, ...]], ...] = ()

    @property
    def look(self) -> Look:
        """The look of the app's theme."""
        return reader_of(self).look

    def show(self, lines: Sequence[Line], under: Sequence[tuple[str, ...]] = ()) -> None:
        """Show `lines`; `under` gives each line's background where it is not the widget's own."""
        old = self._lines
        self._lines = tuple((text, under[y] if y < len(under) else self.UNDER) for y, text in enumerate(lines))
        for y in range(max(len(old), len(self._lines))):
            before = old[y] if y < len(old) else None
            after = self._lines[y] if y < len(self._lines) else None
            if before != after:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the widget."""
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.look.style(*self.UNDER))
        parts, under = self._lines[y]
        return strip_of(parts, width, self.look, *under)

    def on_resize(self) -> None:
        """Ask for lines of the new size."""
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Tell what was clicked."""
        if not 0 <= event.y < len(self._lines):
            return
        parts = self._lines[event.y][0]
        part = part_at(parts, event.x)
        target = part.target if part is not None else ""
        if self.WHOLE_LINES:
            target = target or next((p.target for p in parts if p.target), "")
        if target:
            event.stop()
            self.post_message(self.Clicked(self, target))
